//! `preflight.sh`, before anything is applied.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use composer_core::catalog::instance_types;
use composer_core::sizing::quotas::account_needs;
use composer_core::{Spec, blueprint, check};
use engine_tests::proxy::{Effect, Proxy};
use engine_tests::{Tree, spec};
use serde_json::{Value as Json, json};

use crate::harness::{AppliedEnvironment, REGION, ScriptOutput, World, applied};

const CLUSTER: &str = "abcdefghijklmnopqrstuvwxyz";

/// `dev`, and `live` of profile prod, which names no account. Nothing is applied.
fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        Tree::at(
            &composition(),
            &Path::new(env!("CARGO_TARGET_TMPDIR")).join("preflight"),
        )
    })
}

fn composition() -> Spec {
    spec(
        "dev-lean",
        &[
            "environments.live.profile=prod",
            "environments.live.autoscaling.enabled=true",
            "environments.live.benchmark.enabled=true",
            "images.temporal=123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0",
        ],
    )
}

fn initialised(environment: &'static str) -> &'static AppliedEnvironment {
    static DEV: OnceLock<AppliedEnvironment> = OnceLock::new();
    static LIVE: OnceLock<AppliedEnvironment> = OnceLock::new();
    let slot = if environment == "dev" { &DEV } else { &LIVE };
    slot.get_or_init(|| {
        let root = tree().environment(environment);
        root.initialise();
        AppliedEnvironment {
            name: environment,
            root,
            resources: Vec::new(),
        }
    })
}

fn world(environment: &'static str) -> World<'static> {
    world_of(initialised(environment))
}

/// With what Terraform needs for a plan.
fn world_of(it: &AppliedEnvironment) -> World<'_> {
    let mut world = World::with_all_of(it).with_all(it.root.stand_in());
    for variable in it.root.variables() {
        let (name, value) = variable
            .trim_start_matches("-var=")
            .split_once('=')
            .unwrap();
        world = world.with(&format!("TF_VAR_{name}"), value);
    }
    world
}

fn preflight(world: &World<'_>, environment: &str) -> ScriptOutput {
    preflight_of(tree(), world, environment)
}

fn preflight_of(tree: &Tree, world: &World<'_>, environment: &str) -> ScriptOutput {
    let mut command = Command::new(tree.path().join("scripts/preflight.sh"));
    command.arg(environment);
    world.say(command)
}

fn answers(proxy: &Proxy, operation: &'static str, about: &str, text: impl Into<String>) {
    proxy.on(operation, about, 99, Effect::Answer(text.into()));
}

/// An answer of EC2 with this inside.
fn ec2(operation: &str, inside: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">{inside}</{operation}Response>"
    )
}

fn quota(proxy: &Proxy, code: &str, value: i64) {
    let answer = json!({ "Quota": { "QuotaCode": code, "Value": value } });
    answers(proxy, "GetServiceQuota", code, answer.to_string());
}

fn offered(proxy: &Proxy, zones: &[&str]) {
    let items: String = zones
        .iter()
        .map(|zone| format!("<item><location>{zone}</location></item>"))
        .collect();
    let inside = format!("<instanceTypeOfferingSet>{items}</instanceTypeOfferingSet>");
    answers(
        proxy,
        "DescribeInstanceTypeOfferings",
        "",
        ec2("DescribeInstanceTypeOfferings", &inside),
    );
    let nodes = |kind: &str| json!({ "InstanceType": kind, "AvailabilityZones": zones });
    let details: Vec<Json> = ["t3.small.search", "m6g.large.search"].map(nodes).to_vec();
    answers(
        proxy,
        "GET /2021-01-01/opensearch/instanceTypeDetails/",
        "",
        json!({ "InstanceTypeDetails": details }).to_string(),
    );
}

/// Every endpoint service that an environment can have, in every zone.
fn endpoints(proxy: &Proxy) {
    let zones: String = ["a", "b", "c"]
        .map(|zone| format!("<item>eu-west-1{zone}</item>"))
        .concat();
    let services: String = [
        "aps-workspaces",
        "ecr.api",
        "ecr.dkr",
        "ecs",
        "ecs-agent",
        "ecs-telemetry",
        "logs",
        "monitoring",
        "secretsmanager",
        "ssm",
        "ssmmessages",
        "sts",
    ]
    .map(|name| {
        format!(
            "<item><serviceName>com.amazonaws.eu-west-1.{name}</serviceName>\
             <availabilityZoneSet>{zones}</availabilityZoneSet></item>"
        )
    })
    .concat();
    let inside = format!("<serviceDetailSet>{services}</serviceDetailSet>");
    answers(
        proxy,
        "DescribeVpcEndpointServices",
        "",
        ec2("DescribeVpcEndpointServices", &inside),
    );
}

fn image(proxy: &Proxy, architecture: &str) {
    let manifest = json!({ "manifests": [{ "platform": { "architecture": architecture } }] });
    let answer = json!({ "images": [{ "imageManifest": manifest.to_string() }], "failures": [] });
    answers(proxy, "BatchGetImage", "", answer.to_string());
}

/// How many vCPUs an instance of the type has: moto doesn't know the newest types.
fn processors(proxy: &Proxy, count: u32) {
    let inside = format!(
        "<instanceTypeSet><item><vCpuInfo><defaultVCpus>{count}</defaultVCpus></vCpuInfo></item></instanceTypeSet>"
    );
    answers(
        proxy,
        "DescribeInstanceTypes",
        "",
        ec2("DescribeInstanceTypes", &inside),
    );
}

/// What moto answers to everybody: one default VPC and no addresses. The rest an account has that was prepared.
pub(crate) fn ready(proxy: &Proxy) {
    endpoints(proxy);
    offered(proxy, &["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    processors(proxy, 2);
    for (code, value) in [
        ("L-0263D0A3", 5),
        ("L-FE5A380F", 5),
        ("L-F678F1CE", 5),
        ("L-29B6F2EB", 50),
        ("L-1216C47A", 64),
        ("L-DF5E4CA3", 5000),
    ] {
        quota(proxy, code, value);
    }
    answers(
        proxy,
        "GET /cluster/",
        CLUSTER,
        json!({ "status": "ACTIVE" }).to_string(),
    );
    answers(proxy, "GetRole", "", iam_role());
    answers(
        proxy,
        "ListAccountSettings",
        ":root",
        json!({ "settings": [{ "name": "awsvpcTrunking", "value": "enabled" }] }).to_string(),
    );
    image(proxy, "arm64");
}

fn iam_role() -> String {
    "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><RoleName>x</RoleName>\
     </Role></GetRoleResult></GetRoleResponse>"
        .to_owned()
}

/// The findings, each with what to do about it, and nothing else is found.
#[track_caller]
fn expect_findings(said: &ScriptOutput, expected: &[&str]) {
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!((said.code, lines.as_slice()), (1, expected), "{}", said.err);
}

#[test]
fn an_account_that_is_ready_gives_one_line() {
    let world = world("dev");
    ready(&world.proxy);
    let said = preflight(&world, "dev");
    let account = world.proxy.account();
    let account = account.id();
    assert_eq!(
        (said.code, said.out.as_str()),
        (
            0,
            format!(
                "dev: account {account} and region eu-west-1 are ready for `terraform apply`\n"
            )
            .as_str()
        ),
        "{}",
        said.err
    );
}

#[test]
fn each_finding_says_what_to_do() {
    let world = world("live");
    offered(&world.proxy, &["eu-west-1a", "eu-west-1b"]);
    processors(&world.proxy, 8);
    answers(
        &world.proxy,
        "GET /cluster/",
        CLUSTER,
        json!({ "status": "DELETING" }).to_string(),
    );
    answers(
        &world.proxy,
        "ListAccountSettings",
        "",
        json!({ "settings": [{ "name": "awsvpcTrunking", "value": "disabled" }] }).to_string(),
    );
    answers(
        &world.proxy,
        "DescribeVpcEndpointServices",
        "",
        ec2("DescribeVpcEndpointServices", "<serviceDetailSet/>"),
    );
    image(&world.proxy, "amd64");
    answers(
        &world.proxy,
        "DescribeSecret",
        "",
        json!({ "Name": "temporal-live", "DeletedDate": 1_790_000_000 }).to_string(),
    );
    let said = preflight(&world, "live");
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let findings: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("- "))
        .collect();
    for expected in [
        &*format!(
            "- your credentials are for the account {}, but `live` belongs to 123456789012",
            world.proxy.account().id()
        ),
        "- the account has no service-linked role AWSServiceRoleForECS",
        "- the account has no service-linked role AWSServiceRoleForAutoScaling",
        "- the account has no service-linked role AWSServiceRoleForAmazonOpenSearchService",
        "- the account has no service-linked role AWSServiceRoleForElasticLoadBalancing",
        "- ENI trunking is off in eu-west-1, so that an instance has room for a few tasks only",
        "- m8g.2xlarge is not offered in eu-west-1c",
        "- the endpoint service com.amazonaws.eu-west-1.logs is not offered in eu-west-1a, eu-west-1b, eu-west-1c",
        "- the DSQL cluster abcdefghijklmnopqrstuvwxyz is DELETING",
    ] {
        assert!(findings.contains(&expected), "{expected}\n{}", said.out);
    }
    let of = |begin: &str| {
        findings
            .iter()
            .filter(|line| line.starts_with(begin))
            .count()
    };
    assert_eq!(
        of(
            "- the image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0 is not built for arm64"
        ),
        1
    );
    assert_eq!(of("- a secret named temporal-live"), 1);
    assert_eq!(of("- the OpenSearch node "), 1);
    assert!(
        said.err.ends_with(&format!(
            "error: live: {} findings, see above\nhint: run the script again when they are solved\n",
            findings.len()
        )),
        "{}",
        said.err
    );
}

/// What the environment needs of each quota is what `temporal-composer size` says, which the page shows too.
#[test]
fn quotas_are_compared_with_what_size_counts() {
    for environment in ["dev", "live"] {
        let world = world(environment);
        let checked = check(&composition());
        let mut all = blueprint::environments(checked.environments());
        all.retain(|it| it.name == environment);
        let [place] = &account_needs(&all)[..] else {
            panic!("one environment has one account");
        };
        let quotas = &place.quotas;
        assert_eq!(quotas.len(), 6);
        for need in quotas {
            quota(&world.proxy, need.quota.code, 0);
        }
        world.proxy.on(
            "DescribeInstanceTypes",
            "",
            99,
            Effect::Compute(Box::new(vcpus)),
        );
        ready(&world.proxy);
        let said = preflight(&world, environment);
        let found: Vec<(&str, &str)> = said
            .out
            .lines()
            .filter_map(|line| {
                let (code, rest) = line.strip_prefix("- quota ")?.split_once(" allows 0 ")?;
                let (_, rest) = rest.split_once(" needs ")?;
                Some((code, rest.split_once(' ')?.0))
            })
            .collect();
        let needed: Vec<(&str, String)> = quotas
            .iter()
            .map(|need| (need.quota.code, need.needed.unwrap().to_string()))
            .filter(|(_, needed)| needed != "0")
            .collect();
        for (code, needed) in &needed {
            assert!(
                found.contains(&(code, needed)),
                "{environment}: {code} {needed}\n{}{}",
                said.out,
                said.err
            );
        }
        assert_eq!(found.len(), needed.len());
    }
}

/// A zone has a quota of its own, so the gateways of other zones do not count.
#[test]
fn nat_gateways_are_counted_by_zone() {
    let with = |in_use: usize| {
        let world = world("dev");
        let gateways: String = (0..in_use)
            .map(|number| {
                format!("<item><natGatewayId>nat-{number}</natGatewayId><subnetId>subnet-1</subnetId></item>")
            })
            .chain(["<item><natGatewayId>nat-b</natGatewayId><subnetId>subnet-2</subnetId></item>".to_owned()])
            .collect();
        let inside = format!("<natGatewaySet>{gateways}</natGatewaySet>");
        answers(
            &world.proxy,
            "DescribeNatGateways",
            "",
            ec2("DescribeNatGateways", &inside),
        );
        let inside = "<subnetSet><item><subnetId>subnet-1</subnetId><availabilityZone>eu-west-1a</availabilityZone></item>\
                      <item><subnetId>subnet-2</subnetId><availabilityZone>eu-west-1b</availabilityZone></item></subnetSet>";
        answers(
            &world.proxy,
            "DescribeSubnets",
            "",
            ec2("DescribeSubnets", inside),
        );
        ready(&world.proxy);
        preflight(&world, "dev")
    };
    let ready = with(4);
    assert_eq!(ready.code, 0, "{}{}", ready.out, ready.err);
    expect_findings(
        &with(5),
        &[
            "- quota L-FE5A380F allows 5 NAT gateways in eu-west-1a, but `dev` needs 1 and 5 are in use",
            "  aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-FE5A380F --desired-value 6 --region eu-west-1",
        ],
    );
}

/// The vCPUs of the type that a request of EC2 asks for.
fn vcpus(request: &str) -> String {
    let name = request
        .split('&')
        .find_map(|field| field.strip_prefix("InstanceType.1="))
        .expect("a type is asked for");
    let count = instance_types::find(name)
        .expect("a type of the catalog")
        .vcpu;
    let inside = format!(
        "<instanceTypeSet><item><vCpuInfo><defaultVCpus>{count}</defaultVCpus></vCpuInfo></item></instanceTypeSet>"
    );
    ec2("DescribeInstanceTypes", &inside)
}

/// The provider of a root that states its account makes no plan with credentials of another one, so nothing else is asked.
#[test]
fn credentials_of_another_account_are_named() {
    let world = world("live").with("TF_VAR_account_id", "210987654321");
    let said = preflight(&world, "live");
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (
            1,
            "",
            "live: reading the plan…\n\
             error: your credentials are for the account 123456789012, but `live` belongs to another one\n\
             hint: use credentials of the account that `account_id` names, or correct it in terraform.tfvars\n"
        )
    );
    assert!(world.proxy.calls().is_empty());
}

#[test]
fn what_is_missing_or_in_the_way_is_found() {
    let world = world("dev");
    let fail = |operation, code| world.proxy.on(operation, "", 99, Effect::Fail(code));
    fail("BatchGetImage", "RepositoryNotFoundException");
    fail("GET /cluster/", "ResourceNotFoundException");
    answers(
        &world.proxy,
        "DescribeSecret",
        "",
        json!({ "Name": "temporal-dev/grafana/admin" }).to_string(),
    );
    ready(&world.proxy);
    let said = preflight(&world, "dev");
    expect_findings(
        &said,
        &[
            "- there is no repository for the image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0",
            "  create it, and push the image",
            "- there is no DSQL cluster abcdefghijklmnopqrstuvwxyz in eu-west-1",
            "  correct dsql_endpoint in terraform.tfvars",
            "- a secret named temporal-dev/grafana/admin exists already",
            "  delete or rename it, or import it into the state",
        ],
    );
}

/// An image for one platform has a manifest without platforms. Its configuration names the architecture.
#[test]
fn an_image_for_one_platform_is_looked_into() {
    let said = |architecture: &str| {
        let world = world("dev");
        let manifest = json!({ "config": { "digest": "sha256:0123" } });
        let answer =
            json!({ "images": [{ "imageManifest": manifest.to_string() }], "failures": [] });
        answers(&world.proxy, "BatchGetImage", "", answer.to_string());
        let address = format!("{}/configuration", world.proxy.url());
        answers(
            &world.proxy,
            "GetDownloadUrlForLayer",
            "sha256:0123",
            json!({ "downloadUrl": address }).to_string(),
        );
        answers(
            &world.proxy,
            "GET /configuration",
            "",
            json!({ "architecture": architecture }).to_string(),
        );
        ready(&world.proxy);
        preflight(&world, "dev")
    };
    let ready = said("arm64");
    assert_eq!(ready.code, 0, "{}{}", ready.out, ready.err);
    expect_findings(
        &said("amd64"),
        &[
            "- the image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0 is built for amd64, not for arm64",
            "  build it for linux/arm64: the instances are Graviton",
        ],
    );
}

/// The bucket of a root that is initialised as its README says.
#[test]
fn a_state_bucket_without_versions_is_found() {
    const BUCKET: &str = "temporal-preflight-state";
    let tree = Tree::of(&composition());
    let account = crate::harness::account();
    let environment = [
        ("AWS_ENDPOINT_URL", account.url()),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("NO_PROXY", "127.0.0.1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let s3 = |arguments: &[&str]| {
        let mut command = Command::new("aws");
        command
            .args(["--region", REGION, "s3api"])
            .args(arguments)
            .args(["--bucket", BUCKET])
            .envs(environment.clone());
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    let place = format!("LocationConstraint={REGION}");
    s3(&["create-bucket", "--create-bucket-configuration", &place]);
    let root = tree
        .composed_environment("dev")
        .with_environment(environment.to_vec());
    root.initialise_with(&[&format!("-backend-config=bucket={BUCKET}")]);
    let it = AppliedEnvironment {
        name: "dev",
        root,
        resources: Vec::new(),
    };
    let mut world = world_of(&it);
    world.proxy = account;
    ready(&world.proxy);

    expect_findings(
        &preflight_of(&tree, &world, "dev"),
        &[
            "- the state bucket temporal-preflight-state keeps no old versions",
            "  aws s3api put-bucket-versioning --bucket temporal-preflight-state --versioning-configuration Status=Enabled",
        ],
    );

    s3(&[
        "put-bucket-versioning",
        "--versioning-configuration",
        "Status=Enabled",
    ]);
    let said = preflight_of(&tree, &world, "dev");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);

    world.proxy.on(
        "GET /temporal-preflight-state?versioning",
        "",
        1,
        Effect::Fail("AccessDenied"),
    );
    let said = preflight_of(&tree, &world, "dev");
    assert_eq!(said.code, 1);
    assert!(
        said.out.starts_with(
            "- not checked: versioning of the state bucket temporal-preflight-state\n"
        ),
        "{}{}",
        said.out,
        said.err
    );
}

#[test]
fn an_image_that_is_not_there_is_found() {
    let world = world("dev");
    let nothing = json!({ "images": [], "failures": [{ "failureCode": "ImageNotFound" }] });
    answers(&world.proxy, "BatchGetImage", "", nothing.to_string());
    ready(&world.proxy);
    let said = preflight(&world, "dev");
    expect_findings(
        &said,
        &[
            "- the image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0 does not exist",
            "  push it, or correct the name in terraform.tfvars",
        ],
    );
}

#[test]
fn credentials_that_aws_refuses_come_first() {
    let world = world("dev");
    world.proxy.on(
        "GetCallerIdentity",
        "",
        99,
        Effect::Fail("InvalidClientTokenId"),
    );
    ready(&world.proxy);
    let said = preflight(&world, "dev");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err
            .contains("error: AWS does not accept your credentials: ")
            && said.err.contains("InvalidClientTokenId"),
        "{}",
        said.err
    );
}

/// The findings of `preflight.sh` about trunks for an applied environment with these container instances. Those in
/// `with_trunk` have one.
fn about_trunks(instances: &[&str], with_trunk: &[&str]) -> Vec<String> {
    let it = applied("dev");
    let world = world_of(it);
    ready(&world.proxy);
    let arn = |id: &&str| {
        format!("arn:aws:ecs:eu-west-1:123456789012:container-instance/temporal-dev-cluster/{id}")
    };
    let instances: Vec<String> = instances.iter().map(arn).collect();
    let attributes: Vec<Json> = with_trunk
        .iter()
        .map(|id| json!({ "name": "ecs.awsvpc-trunk-id", "value": "eni-1", "targetId": arn(id) }))
        .collect();
    answers(
        &world.proxy,
        "ListContainerInstances",
        &world.cluster(),
        json!({ "containerInstanceArns": instances }).to_string(),
    );
    answers(
        &world.proxy,
        "ListAttributes",
        "ecs.awsvpc-trunk-id",
        json!({ "attributes": attributes }).to_string(),
    );
    let said = world.run("preflight.sh", &[]);
    assert!(
        said.code <= 1 && !said.err.contains("can't plan"),
        "{}",
        said.err
    );
    let lines = said.out.lines().filter(|line| line.contains("trunk"));
    lines.map(str::to_owned).collect()
}

#[test]
fn instances_that_registered_without_a_trunk_are_found() {
    assert_eq!(about_trunks(&["a", "b", "c"], &["c", "a", "b"]), [""; 0]);
    assert_eq!(about_trunks(&[], &[]), [""; 0]);
    assert_eq!(
        about_trunks(&["a", "b", "c"], &["b"]),
        [
            "- 2 instances of temporal-dev-cluster registered without a trunk",
            "  they registered before trunking was on: run scripts/hosts.sh dev refresh --all",
        ]
    );
}

#[test]
fn trunks_that_aws_does_not_tell_are_not_taken_as_there() {
    let world = world_of(applied("dev"));
    let refusal = || Effect::Fail("AccessDeniedException");
    world.proxy.on("ListAttributes", "", 99, refusal());
    ready(&world.proxy);
    let said = world.run("preflight.sh", &[]);
    let expected = "- not checked: trunks of the instances of temporal-dev-cluster\n";
    assert!(said.out.contains(expected), "{}{}", said.out, said.err);
}

#[test]
fn what_aws_does_not_answer_is_not_taken_as_ready() {
    let world = world("dev");
    world.proxy.on(
        "GetServiceQuota",
        "",
        99,
        Effect::Fail("AccessDeniedException"),
    );
    world.proxy.on(
        "GetAWSDefaultServiceQuota",
        "",
        99,
        Effect::Fail("AccessDeniedException"),
    );
    ready(&world.proxy);
    let said = preflight(&world, "dev");
    assert_eq!(said.code, 1);
    assert!(
        said.out
            .contains("- not checked: quota L-0263D0A3 (Elastic IP addresses)\n")
            && said.out.contains("AccessDeniedException"),
        "{}",
        said.out
    );
}

#[test]
fn an_open_value_is_named() {
    let it = initialised("dev");
    let world = World::with_all_of(it).with_all(it.root.stand_in());
    let said = preflight(&world, "dev");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("No value for required variable")
            && said.err.contains("error: Terraform can't plan `dev`\n"),
        "{}",
        said.err
    );
}

#[test]
fn it_takes_an_environment_and_nothing_else() {
    let world = world("dev");
    let mut command = Command::new(tree().path().join("scripts/preflight.sh"));
    command.args(["dev", "again"]);
    let said = world.say(command);
    assert_eq!(said.code, 2);
    assert!(
        said.err.starts_with("error: unexpected argument `again`\n"),
        "{}",
        said.err
    );
}
