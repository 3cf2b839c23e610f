//! Who reaches which port of `standard`, with and without each option of the access to the frontend: a table, and what must
//! hold of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use composer_core::Spec;
use engine_tests::reach::{Member, Network, PRINCIPAL, Ports};
use engine_tests::{Root, Tree, spec};
use serde_json::{Value as Json, json};

/// Somebody else's group and network, which may be listed.
const OTHER_GROUP: &str = "sg-0123456789abcdef0";
const OTHER_NETWORK: &str = "10.60.0.0/16";

const WITH_CLIENT_GROUP: &str = "a worker with the group for clients";
const IN_OTHER_NETWORK: &str = "a worker in 10.60.0.0/16";
const WITH_OTHER_GROUP: &str = "a worker with a group of its own";
const IN_VPC: &str = "an address of the VPC";
const INTERNET: &str = "the internet";
const FRONTEND: &str = "temporal-frontend";
const BALANCER: &str = "load balancer frontend";

/// What is set, and who can connect then.
const VARIANTS: &[(&[&str], &[&str])] = &[
    (&[], &[WITH_CLIENT_GROUP]),
    (
        &["access.client_cidrs=[\"10.60.0.0/16\"]"],
        &[WITH_CLIENT_GROUP, IN_OTHER_NETWORK],
    ),
    (
        &["access.client_security_group_ids=[\"sg-0123456789abcdef0\"]"],
        &[WITH_CLIENT_GROUP, WITH_OTHER_GROUP],
    ),
    (
        &["access.allowed_principals=[\"arn:aws:iam::210987654321:root\"]"],
        &[WITH_CLIENT_GROUP, PRINCIPAL],
    ),
    (
        &[
            "access.hostname=temporal.example.com",
            "access.certificate_arn=arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        ],
        &[WITH_CLIENT_GROUP],
    ),
    (&["images.config=own"], &[WITH_CLIENT_GROUP]),
    (&["access.frontend=none"], &[]),
];

/// Without protection, which would keep the load balancer.
fn composed(assignments: &[&str]) -> Spec {
    let of_prod = |assignment: &&str| format!("environments.prod.{assignment}");
    let unprotected = ["deletion_protection=false"];
    let all: Vec<String> = unprotected.iter().chain(assignments).map(of_prod).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    spec("standard", &all)
}

fn network(root: &Root, environment: &str) -> Network {
    let shown = root.terraform(&["show", "-json"]);
    let state: Json = serde_json::from_str(&shown.text).expect("a state");
    Network::of(&state, &format!("temporal-{environment}-"))
}

/// Who is not of the environment.
fn outsiders(network: &Network, environment: &str) -> Vec<Member> {
    let vpc = network.all("aws_vpc")[0]["cidr_block"].as_str().unwrap();
    let mut all = vec![
        Member::outside(IN_VPC, &[], &[vpc]),
        Member::outside(IN_OTHER_NETWORK, &[], &[OTHER_NETWORK]),
        Member::outside(WITH_OTHER_GROUP, &[OTHER_GROUP], &[]),
    ];
    if let Some(group) = network.group(&format!("temporal-{environment}-frontend-client-")) {
        all.push(Member::outside(WITH_CLIENT_GROUP, &[group], &[]));
    }
    all
}

/// What is wrong if `clients` should reach port 7233 of the frontend through the load balancer, and those of `outsiders` that
/// are none reach nothing else.
fn faults(
    network: &Network,
    outsiders: &[Member],
    clients: &[&str],
    health_check: Option<i64>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |from: &str, expected: &[(&str, i64)]| {
        let reached = network.reached(from, outsiders);
        let owned = |(to, port): &(&str, i64)| ((*to).to_owned(), Ports(*port, *port));
        let expected: BTreeSet<(String, Ports)> = expected.iter().map(owned).collect();
        for (to, ports) in reached.difference(&expected) {
            faults.push(format!("{from} reaches {to}: {ports}"));
        }
        for (to, ports) in expected.difference(&reached) {
            faults.push(format!("{from} doesn't reach {to}: {ports}"));
        }
    };
    let names = outsiders.iter().map(|it| it.name.as_str());
    for from in names.chain([INTERNET, PRINCIPAL]) {
        let is_client = clients.contains(&from);
        expect(from, if is_client { &[(FRONTEND, 7233)] } else { &[] });
    }
    if !clients.is_empty() {
        let ports = [Some(7233), health_check];
        let own: Vec<(&str, i64)> = ports
            .into_iter()
            .flatten()
            .map(|it| (FRONTEND, it))
            .collect();
        expect(BALANCER, &own);
    }
    faults
}

/// One apply after the other on one state, as somebody would who changes the options of a running environment.
#[test]
fn clients_reach_the_frontend_and_nothing_else() {
    let tree = Tree::of(&composed(&[]));
    let mut text = String::new();
    for (environment, clients) in [("dev", &[][..]), ("bench", &[WITH_CLIENT_GROUP])] {
        let root = tree.environment(environment);
        root.initialise();
        root.apply(&[]);
        let network = network(&root, environment);
        let outsiders = outsiders(&network, environment);
        let found = faults(&network, &outsiders, clients, Some(7243));
        assert_eq!(found, [""; 0], "{environment}");
        text.push_str(&format!("# standard, {environment}\n"));
        for line in network.table(&outsiders) {
            text.push_str(&format!("{line}\n"));
        }
        text.push('\n');
    }
    tree.environment("prod").initialise();
    let mut plain = BTreeSet::new();
    for (variant, clients) in VARIANTS {
        tree.recompose(&composed(variant));
        let root = tree.environment("prod");
        root.succeed(&root.terraform(&["get", "-no-color"]), "get");
        root.apply(&["-refresh=false"]);
        let network = network(&root, "prod");
        let outsiders = outsiders(&network, "prod");
        let health_check = (*variant != ["images.config=own"]).then_some(7243);
        assert_eq!(
            faults(&network, &outsiders, clients, health_check),
            [""; 0],
            "{variant:?}"
        );
        let lines = network.table(&outsiders);
        let push = |text: &mut String, mark: &str, line: &String| {
            text.push_str(&format!("{mark}{line}\n"));
        };
        if variant.is_empty() {
            text.push_str("# standard, prod\n");
            lines.iter().for_each(|line| push(&mut text, "", line));
            faults_are_found(&network);
            plain = lines;
            continue;
        }
        text.push_str(&format!("\n# {}\n", variant.join(" ")));
        plain
            .difference(&lines)
            .for_each(|line| push(&mut text, "- ", line));
        lines
            .difference(&plain)
            .for_each(|line| push(&mut text, "+ ", line));
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform/reach.txt");
    if env::var_os("BLESS").is_some() {
        fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(golden).unwrap());
}

/// Faults as a wrong line in a module would make them are found.
fn faults_are_found(network: &Network) {
    let check = |plant: &dyn Fn(&mut Network), expected: &[&str]| {
        let mut faulty = network.clone();
        plant(&mut faulty);
        let found = faults(
            &faulty,
            &outsiders(&faulty, "prod"),
            &[WITH_CLIENT_GROUP],
            Some(7243),
        );
        assert_eq!(found, expected);
    };
    let group = |name: &str| {
        network
            .group(&format!("temporal-prod-{name}-"))
            .unwrap()
            .to_owned()
    };
    let rule = |group: &str, port: i64, source: (&str, &str)| {
        json!({
            "security_group_id": group, "ip_protocol": "tcp", "from_port": port, "to_port": port, source.0: source.1,
        })
    };
    const INBOUND: &str = "aws_vpc_security_group_ingress_rule";
    const OUTBOUND: &str = "aws_vpc_security_group_egress_rule";
    const BY_GROUP: &str = "referenced_security_group_id";
    let client = group("frontend-client");
    let balancer = group("frontend-nlb");
    // Clients in the ring, whose group was handed out to them before.
    let ring = group("ring");
    check(
        &|it| it.plant(INBOUND, rule(&ring, 7234, (BY_GROUP, &client))),
        &[
            "a worker with the group for clients reaches temporal-frontend: 7234",
            "a worker with the group for clients reaches temporal-history: 7234",
            "a worker with the group for clients reaches temporal-matching: 7234",
            "a worker with the group for clients reaches temporal-worker: 7234",
            "a worker with the group for clients reaches the task setup: 7234",
        ],
    );
    // The frontend open to a whole network, around the load balancer.
    let frontend = group("temporal-frontend");
    check(
        &|it| it.plant(INBOUND, rule(&frontend, 6933, ("cidr_ipv4", "10.0.0.0/8"))),
        &[
            "an address of the VPC reaches temporal-frontend: 6933",
            "a worker in 10.60.0.0/16 reaches temporal-frontend: 6933",
        ],
    );
    // A load balancer that reaches where the records are.
    let search = group("opensearch");
    check(
        &|it| {
            it.plant(OUTBOUND, rule(&balancer, 443, (BY_GROUP, &search)));
            it.plant(INBOUND, rule(&search, 443, (BY_GROUP, &balancer)));
        },
        &["load balancer frontend reaches opensearch: 443"],
    );
    // Without the rule of its own group, the load balancer takes what it can't pass on.
    check(
        &|it| {
            for rule in it.all_mut(OUTBOUND) {
                if rule["security_group_id"] == balancer.as_str() && rule["from_port"] == 7233 {
                    rule["from_port"] = json!(7234);
                    rule["to_port"] = json!(7234);
                }
            }
        },
        &[
            "a worker with the group for clients doesn't reach temporal-frontend: 7233",
            "load balancer frontend doesn't reach temporal-frontend: 7233",
        ],
    );
    // The rules of the load balancer passed by, with an endpoint service that nobody asked for.
    check(
        &|it| {
            let balancer = &mut it.all_mut("aws_lb")[0];
            let arn = balancer["arn"].clone();
            balancer["enforce_security_group_inbound_rules_on_private_link_traffic"] = json!("off");
            it.plant(
                "aws_vpc_endpoint_service",
                json!({ "network_load_balancer_arns": [arn] }),
            );
        },
        &["a principal by PrivateLink reaches temporal-frontend: 7233"],
    );
}
