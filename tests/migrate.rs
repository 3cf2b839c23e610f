//! `migrate`: what becomes of a flat root's state, and what is no flat root's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use composer_core::Tree;
use composer_core::migrate::flat::{Disposition, EMBEDDED, FLAT, SHARED};
use composer_core::migrate::migrate;
use composer_core::migrate::plan::Migration;
use composer_core::migrate::read::read;
use hcl::{Body, Expression};
use proptest::prelude::*;

use crate::harness::{run, spec, tree};

/// `terraform state list` of the flat root, with its two zones.
const LIST: &str = include_str!("migrate/flat.list");

/// The names of the flat root's outputs.
const OUTPUTS: &str = include_str!("migrate/outputs.list");

fn of_list(text: &str, assignments: &[&str]) -> Migration {
    migrate(&spec("dev-lean", assignments), "dev", &read(text).unwrap()).unwrap()
}

#[test]
fn a_list_becomes_a_folder() {
    let said = run(&[
        "migrate",
        "--state-list",
        "flat.list",
        "--preset",
        "dev-lean",
        "--env",
        "dev",
        "--out",
        "migration",
    ])
    .file("flat.list", format!("{LIST}aws_sns_topic.alerts\n"))
    .expect(
        0,
        "",
        "wrote 9 files to migration\n\n   70 to move\n   10 to import\n  104 to create\n   57 leftovers, kept until \
         nothing needs them\n    5 values copied from the flat root\n   21 values to look up: use `terraform show -json` \
         instead of the list to fill them in\n    1 unknown addresses, which stay where they are:\n      \
         aws_sns_topic.alerts\n\nnext: follow the steps in MIGRATION.md in migration\n",
    );
    assert_eq!(
        said.files(),
        [
            "flat.list",
            "migration/MIGRATION.md",
            "migration/composition.toml",
            "migration/imports.tf",
            "migration/leftovers/main.tf",
            "migration/migrate.sh",
            "migration/moved.tf",
            "migration/moves.sh",
            "migration/rollback.sh",
            "migration/terraform.tfvars",
        ]
    );
    let mode = |name: &str| {
        let path = said.path("migration").join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o111 != 0
    };
    assert!(mode("migrate.sh") && mode("rollback.sh") && !mode("moved.tf"));
    let text = |name: &str| fs::read_to_string(said.path("migration").join(name)).unwrap();
    assert_eq!(
        text("composition.toml"),
        "# The composition of these files. After a change, compose them again:\n\
         #   temporal-composer export --spec composition.toml --out <folder>\n\
         version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n\n\
         [environments.dev]\nlog_retention_days = 3\n\n\
         [environments.dev.images]\nsource = \"own\"\n\n\
         [environments.dev.network]\nendpoints = true\n\n\
         [environments.dev.compute]\ninstance_type = \"m7g.large\"\n\n\
         [environments.dev.opensearch]\nvolume_size = 10\n\n\
         [environments.dev.benchmark]\nenabled = true\n\n\
         [environments.dev.migration]\nkeep_flat_names = true\nkeep_flat_outputs = true\n"
    );
    // What was made for each address, once.
    let moves = text("moves.sh");
    let starting = |word: &str| {
        moves
            .lines()
            .filter(|line| line.starts_with(word))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        [
            starting("move ").len(),
            starting("bring ").len(),
            starting("leave ").len()
        ],
        [70, 10, 57]
    );
    assert_eq!(starting("keep "), ["keep 'aws_sns_topic.alerts'"]);
    let blocks = hcl::parse(&text("moved.tf")).unwrap();
    let count = |kind: &str| {
        blocks
            .blocks()
            .filter(|block| block.identifier() == kind)
            .count()
    };
    // 57 stay, three are imported under another type, one is not known.
    assert_eq!((count("moved"), count("removed")), (70, 61));
    assert_eq!(
        hcl::parse(&text("imports.tf")).unwrap().blocks().count(),
        10
    );
}

/// A flat root's state as `terraform show -json` prints it, of these resources.
fn json(resources: &[(&str, &str)]) -> String {
    let resources: Vec<String> = resources
        .iter()
        .map(|(address, values)| format!("{{\"address\":\"{address}\",\"values\":{{{values}}}}}"))
        .collect();
    format!(
        "{{\"format_version\":\"1.0\",\"values\":{{\"root_module\":{{\"resources\":[{}]}}}}}}",
        resources.join(",")
    )
}

#[test]
fn values_and_ids_come_from_json() {
    let state = json(&[
        (
            "aws_vpc.main",
            r#""cidr_block":"10.0.0.0/16","arn":"arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1""#,
        ),
        (
            "aws_subnet.private[0]",
            r#""availability_zone":"us-east-1c""#,
        ),
        (
            "aws_subnet.private[1]",
            r#""availability_zone":"us-east-1a""#,
        ),
        (
            "aws_service_discovery_http_namespace.main",
            r#""name":"acme""#,
        ),
        ("aws_route_table.private", r#""id":"rtb-1""#),
        ("aws_security_group.temporal_history", r#""id":"sg-1""#),
        (
            "aws_security_group_rule.opensearch_from_setup",
            r#""security_group_rule_id":"sgr-1""#,
        ),
        (
            "aws_opensearch_domain.temporal",
            r#""engine_version":"OpenSearch_2.11","cluster_config":[{"instance_count":3,"zone_awareness_enabled":false}]"#,
        ),
        (
            "aws_ecs_task_definition.temporal_history",
            r#""cpu":"2048","container_definitions":"[{\"name\":\"adot-collector\",\"image\":\"adot:1\"},{\"name\":\"temporal-history\",\"image\":\"t:1\",\"environment\":[{\"name\":\"TEMPORAL_HISTORY_SHARDS\",\"value\":\"1024\"}]}]""#,
        ),
        ("aws_ecs_task_definition.temporal_ui", r#""cpu":"256""#),
        ("aws_ecs_service.temporal_history", r#""desired_count":0"#),
    ]);
    let migration = migrate(
        &spec("dev-lean", &["environments.dev.compute.instance_count=4"]),
        "dev",
        &read(&state).unwrap(),
    )
    .unwrap();
    let taken: Vec<String> = migration
        .taken
        .iter()
        .map(|taken| format!("{} = {} < {}", taken.at, taken.value, taken.source))
        .collect();
    assert_eq!(
        taken,
        [
            "environments.dev.migration.keep_flat_names = true < the flat root",
            "environments.dev.migration.keep_flat_outputs = true < the flat root",
            "environments.dev.images.source = \"own\" < the flat root",
            "environments.dev.migration.name = \"acme\" < aws_service_discovery_http_namespace.main: name",
            "environments.dev.region = \"us-east-1\" < aws_vpc.main: arn",
            "environments.dev.account_id = \"123456789012\" < aws_vpc.main: arn",
            "environments.dev.network.availability_zones = [\"us-east-1c\", \"us-east-1a\"] < aws_subnet.private: availability_zone",
            "environments.dev.network.vpc_cidr = \"10.0.0.0/16\" < aws_vpc.main: cidr_block",
            "environments.dev.history.cpu = 2048 < aws_ecs_task_definition.temporal_history: cpu",
            "environments.dev.history_shards = 1024 < aws_ecs_task_definition.temporal_history: TEMPORAL_HISTORY_SHARDS",
            "environments.dev.opensearch.engine_version = \"OpenSearch_2.11\" < aws_opensearch_domain.temporal: engine_version",
            "environments.dev.opensearch.zone_awareness = false < aws_opensearch_domain.temporal: cluster_config.zone_awareness_enabled",
            "environments.dev.opensearch.instance_count = 3 < aws_opensearch_domain.temporal: cluster_config.instance_count",
            "environments.dev.images.temporal = \"t:1\" < aws_ecs_task_definition.temporal_history: image",
        ]
    );
    let refused: Vec<String> = migration
        .refused
        .iter()
        .map(|refused| format!("{} = {}: {}", refused.at, refused.value, refused.why))
        .collect();
    assert_eq!(
        refused,
        [
            "environments.dev.ui.cpu = 256: of 256 CPU units the containers beside the program take 256, which leaves it 0; \
             it needs 128"
        ]
    );
    // What this state lacks Terraform would ask for.
    let open: Vec<String> = migration
        .blanks
        .iter()
        .map(|blank| format!("{}: {}", blank.at, blank.find))
        .collect();
    assert_eq!(
        open,
        [
            "environments.dev.images.admin_tools: `temporal_admin_tools_image`",
            "environments.dev.dsql.endpoint: `dsql_cluster_endpoint`",
            "environments.dev.dsql.arn: `dsql_cluster_arn`",
        ]
    );
    let moves: Vec<&str> = migration.moves.iter().map(|it| it.to.as_str()).collect();
    assert!(
        moves.contains(&"module.vpc.aws_subnet.private[\"us-east-1c\"]"),
        "{moves:?}"
    );
    let ids: Vec<(&str, Option<&str>)> = migration
        .imports
        .iter()
        .map(|import| (import.to.as_str(), import.id.as_deref()))
        .collect();
    assert_eq!(
        ids,
        [
            (
                "module.opensearch.aws_vpc_security_group_ingress_rule.setup",
                Some("sgr-1")
            ),
            (
                "module.vpc.aws_route.private_nat[\"us-east-1c\"]",
                Some("rtb-1_0.0.0.0/0")
            ),
            (
                "module.temporal_service[\"history\"].aws_vpc_security_group_egress_rule.dsql",
                None
            ),
        ]
    );
    let imports = migration.tree().file("imports.tf").unwrap().text.clone();
    assert!(
        imports.contains("--region us-east-1 --filters Name=group-id,Values=sg-1 "),
        "{imports}"
    );
}

#[test]
fn what_a_feature_held_stays_behind_without_it_and_says_what_keeps_it() {
    let migration = of_list(
        LIST,
        &[
            "environments.dev.ui.enabled=false",
            "environments.dev.benchmark.enabled=false",
            "environments.dev.network.endpoints=false",
        ],
    );
    let kept_with = |address: &str| {
        let left = migration
            .leftovers
            .iter()
            .find(|left| left.address == address)
            .unwrap_or_else(|| panic!("{address} doesn't stay"));
        left.kept_with.as_ref().map(ToString::to_string)
    };
    for (address, option) in [
        ("aws_ecs_service.temporal_ui", "ui.enabled"),
        ("aws_security_group_rule.frontend_from_ui", "ui.enabled"),
        ("aws_autoscaling_group.benchmark", "benchmark.enabled"),
        ("aws_vpc_endpoint.ecr_api", "network.endpoints"),
    ] {
        assert_eq!(
            kept_with(address),
            Some(format!("environments.dev.{option}"))
        );
    }
    assert_eq!(kept_with("aws_vpc_endpoint.ec2messages"), None);
    assert_eq!(
        (
            migration.moves.len(),
            migration.imports.len(),
            migration.leftovers.len()
        ),
        (70 - 4 - 7 - 8, 10 - 2, 57 + 5 + 8 + 8)
    );
}

/// A root and its modules as they are written.
struct ComposedRoot {
    tree: Tree,
}

impl ComposedRoot {
    /// All that stands in a folder's files.
    fn blocks(&self, folder: &str) -> Vec<hcl::Block> {
        self.tree
            .files()
            .filter(|(path, _)| {
                path.strip_prefix(&format!("{folder}/"))
                    .is_some_and(|name| name.ends_with(".tf") && !name.contains('/'))
            })
            .flat_map(|(_, file)| {
                let body: Body = hcl::parse(&file.text).unwrap();
                body.blocks().cloned().collect::<Vec<_>>()
            })
            .collect()
    }

    /// Asserts that `address` is one of a resource that is there, with an index if and only if it has one.
    #[track_caller]
    fn assert_there(&self, address: &str) {
        let mut folder = "terraform/envs/dev".to_owned();
        let mut rest = address;
        while let Some(inside) = rest.strip_prefix("module.") {
            let (name, index, after) = part(inside);
            let block = self
                .blocks(&folder)
                .into_iter()
                .find(|block| block.identifier() == "module" && block.labels()[0].as_str() == name)
                .unwrap_or_else(|| panic!("{address}: no module {name} in {folder}"));
            assert_repeats(&block, index, address);
            let Some(Expression::String(source)) = attribute(&block, "source") else {
                panic!("{address}: a source is text")
            };
            folder = format!("terraform/modules/{}", source.rsplit('/').next().unwrap());
            rest = after;
        }
        let (kind, _, after) = part(rest);
        let (name, index, after) = part(after);
        assert_eq!(after, "", "{address}");
        let block = self
            .blocks(&folder)
            .into_iter()
            .find(|block| {
                let labels: Vec<&str> = block.labels().iter().map(|label| label.as_str()).collect();
                block.identifier() == "resource" && labels == [kind, name]
            })
            .unwrap_or_else(|| panic!("{address}: no {kind}.{name} in {folder}"));
        assert_repeats(&block, index, address);
    }
}

/// The first name of an address, its index, and what follows.
fn part(address: &str) -> (&str, Option<&str>, &str) {
    let end = address.find(['.', '[']).unwrap_or(address.len());
    let (name, rest) = address.split_at(end);
    match rest.strip_prefix('[') {
        Some(inside) => {
            let (index, after) = inside.split_once(']').unwrap();
            (name, Some(index), after.strip_prefix('.').unwrap_or(after))
        }
        None => (name, None, rest.strip_prefix('.').unwrap_or(rest)),
    }
}

fn attribute(block: &hcl::Block, key: &str) -> Option<Expression> {
    block
        .body()
        .attributes()
        .find(|attribute| attribute.key() == key)
        .map(|attribute| attribute.expr().clone())
}

#[track_caller]
fn assert_repeats(block: &hcl::Block, index: Option<&str>, address: &str) {
    let expected = match index {
        Some(index) if index.starts_with('"') => (false, true),
        Some(_) => (true, false),
        None => (false, false),
    };
    let found = (
        attribute(block, "count").is_some(),
        attribute(block, "for_each").is_some(),
    );
    assert_eq!(found, expected, "{address}: count, for_each");
}

#[test]
fn every_target_is_in_the_composed_root() {
    let migration = of_list(LIST, &[]);
    let composed = ComposedRoot {
        tree: composer_core::compose(&migration.blueprint),
    };
    let mut seen = 0;
    for address in migration
        .moves
        .iter()
        .map(|it| it.to.as_str())
        .chain(migration.imports.iter().map(|it| it.to.as_str()))
        .chain(SHARED.iter().copied())
    {
        composed.assert_there(address);
        seen += 1;
    }
    // Each row with a target, the two with a zone for both.
    let rows = FLAT
        .iter()
        .filter(|row| {
            matches!(
                row.disposition,
                Disposition::Moved { .. } | Disposition::Imported { .. }
            )
        })
        .count();
    assert_eq!(seen, rows + 2 + EMBEDDED.len() + SHARED.len());
}

#[test]
fn kept_names_are_attributes_of_their_modules() {
    let tree = tree(
        "dev-lean",
        &[
            "environments.dev.migration.keep_flat_names=true",
            "environments.dev.network.endpoints=true",
            "environments.dev.benchmark.enabled=true",
        ],
    );
    let composed = ComposedRoot { tree };
    let mut kept = BTreeMap::new();
    for call in composed.blocks("terraform/envs/dev") {
        let Some(Expression::Object(names)) = attribute(&call, "kept_names") else {
            continue;
        };
        let Some(Expression::String(source)) = attribute(&call, "source") else {
            panic!("a source is text")
        };
        let module = source.rsplit('/').next().unwrap().to_owned();
        let variables = composed.blocks(&format!("terraform/modules/{module}"));
        let declared = variables
            .iter()
            .find(|block| {
                block.identifier() == "variable" && block.labels()[0].as_str() == "kept_names"
            })
            .and_then(|block| attribute(block, "type"));
        let Some(Expression::FuncCall(kind)) = declared else {
            panic!("{module} has no kept_names")
        };
        let [Expression::Object(declared)] = kind.args.as_slice() else {
            panic!("{module}: an object's type is made of one")
        };
        // Terraform drops what an object's type doesn't have without a word.
        let names: BTreeSet<String> = names.keys().map(ToString::to_string).collect();
        let attributes: BTreeSet<String> = declared.keys().map(ToString::to_string).collect();
        assert_eq!(names, attributes, "{module}");
        kept.insert(module, names.len());
    }
    assert_eq!(
        kept,
        BTreeMap::from(
            [
                ("benchmark", 4),
                ("ec2-capacity", 7),
                ("ecs-cluster", 2),
                ("iam", 1),
                ("observability", 2),
                ("opensearch", 5),
                ("temporal-service", 3),
                ("temporal-ui", 3),
                ("vpc", 2),
            ]
            .map(|(module, count)| (module.to_owned(), count))
        )
    );
}

#[test]
fn each_output_of_the_flat_root_is_there_while_asked_for() {
    let outputs = |assignments: &[&str]| -> BTreeSet<String> {
        let tree = tree("dev-lean", assignments);
        let text = &tree.file("terraform/envs/dev/outputs.tf").unwrap().text;
        let names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("output \"")?.strip_suffix("\" {"))
            .collect();
        let set: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(set.len(), names.len(), "an output stands twice");
        set
    };
    let flat: BTreeSet<String> = OUTPUTS.lines().map(str::to_owned).collect();
    assert_eq!(flat.len(), 79);
    let benchmark = "environments.dev.benchmark.enabled=true";
    let with = outputs(&[
        benchmark,
        "environments.dev.migration.keep_flat_outputs=true",
    ]);
    let missing: Vec<&String> = flat.difference(&with).collect();
    assert_eq!(missing, ["adot_sidecar_log_group_name"]);
    let without = outputs(&[benchmark]);
    assert_eq!(flat.difference(&without).count(), 59);
}

#[track_caller]
fn refused(list: &str, code: i32, stderr: &str) {
    let said = run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "standard",
        "--env",
        "dev",
        "--out",
        "out",
    ])
    .stdin(list)
    .expect(code, "", stderr);
    assert_eq!(said.files(), Vec::<String>::new());
}

#[test]
fn what_is_no_flat_roots_state_is_refused() {
    refused(
        "",
        1,
        "error: the state is empty: there is nothing to migrate\nhint: run `terraform state list` in the folder of the \
         flat root, after `terraform init`\n",
    );
    refused(
        "aws_vpc.main\nhello world\n",
        1,
        "error: line 2 is not the address of a resource: `hello world`\nhint: give the output of `terraform state list` as \
         it is, an address a line\n",
    );
    refused(
        "aws_vpc.main\naws_vpc.main\n",
        1,
        "error: `aws_vpc.main` stands twice\nhint: give the output of `terraform state list` as it is, an address a line\n",
    );
    refused(
        r#"{"version":4,"lineage":"a","resources":[]}"#,
        1,
        "error: this is a state file, not what `terraform show -json` prints of a state\nhint: run `terraform show -json > \
         flat.json` in the folder of the flat root, without the name of a plan\n",
    );
    refused(
        "module.vpc.aws_vpc.this\nmodule.vpc.aws_eip.nat[\"eu-west-1a\"]\ndata.aws_region.current\n",
        1,
        "error: this is no flat root: 2 of its addresses are in modules, and none is the flat root's\nhint: a root of \
         modules that this program composed needs no migration\n",
    );
    refused(
        "aws_s3_bucket.a\n",
        1,
        "error: this is no state of the flat root: none of its 1 addresses is known\nhint: the table is of the root that has \
         `aws_vpc.main` and `aws_ecs_cluster.main` at its top\n",
    );
    refused(
        "aws_vpc.main\naws_subnet.private[2]\n",
        1,
        "error: the flat root has 3 private subnets, `dev` has 2 zones\nhint: state its zones in the flat root's order: \
         `environments.dev.network.availability_zones`\n",
    );
    // The name that prod has.
    refused(
        &json(&[("aws_ecs_cluster.main", r#""name":"temporal-prod-cluster""#)]),
        1,
        "error: the names of the flat root begin with `temporal-prod` and can't stay: resource names start with \
         `temporal-prod` in both `dev` and `prod`\nhint: every resource would be replaced: let `migration.keep_flat_names` be true, and choose \
         project and environment so that no other has this name\n",
    );
}

#[test]
fn what_is_asked_for_wrongly_is_refused() {
    run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "standard",
        "--env",
        "live",
        "--out",
        "out",
    ])
    .stdin("aws_vpc.main\n")
    .expect(
        64,
        "",
        "error: the composition has no environment `live`: it has `dev`, `bench`, `prod`\nhint: name one of them with --env, \
         or add one to the spec\n",
    );
    run(&[
        "migrate",
        "--state-list",
        "-",
        "--spec",
        "-",
        "--env",
        "dev",
        "--out",
        "out",
    ])
    .expect(
        64,
        "",
        "error: standard input can't be both the state and the composition\nhint: write one of them to a file\n",
    );
    let said = run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "standard",
        "--env",
        "dev",
        "--out",
        "out",
    ])
    .stdin("aws_vpc.main\n")
    .file("out/mine", "mine")
    .expect(
        4,
        "",
        "error: out is not empty (`mine` is in it): nothing was written\nhint: choose another folder or file with --out\n",
    );
    assert_eq!(said.files(), ["out/mine"]);
    let said = run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "standard",
        "--set",
        "environments.dev.history.cpu=1",
        "--env",
        "dev",
        "--out",
        "out",
    ])
    .stdin("aws_vpc.main\n")
    .say();
    assert_eq!((said.code, said.stdout.as_slice()), (3, &b""[..]));
}

#[test]
fn json_says_the_same_to_a_program() {
    let said = run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "standard",
        "--env",
        "prod",
        "--json",
    ])
    .stdin("aws_vpc.main\naws_eip.nat\naws_sns_topic.alerts\ndata.aws_region.current\naws_vpc_endpoint.ec2messages\n")
    .say();
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(json["command"], "migrate");
    let json = &json["result"];
    assert_eq!(json["environment"], "prod");
    assert_eq!(json["moves"][0]["to"], "module.vpc.aws_vpc.this");
    assert_eq!(
        json["moves"][1]["to"],
        "module.vpc.aws_eip.nat[\"eu-west-1a\"]"
    );
    assert_eq!(
        json["leftovers"][0]["address"],
        "aws_vpc_endpoint.ec2messages"
    );
    assert_eq!(json["unknown"][0], "aws_sns_topic.alerts");
    assert_eq!(json["data"][0], "data.aws_region.current");
    // prod has a NAT in each of three zones, of which one was there.
    assert_eq!(json["created"]["aws_eip"], 2);
    assert_eq!(json["created"]["aws_vpc"], serde_json::Value::Null);
    assert_eq!(said.files(), Vec::<String>::new());
}

/// The list without the addresses that `is_cut` names.
fn cut(is_cut: impl Fn(&str) -> bool) -> String {
    LIST.lines()
        .filter(|address| !is_cut(address))
        .map(|address| format!("{address}\n"))
        .collect()
}

#[test]
fn what_every_flat_root_has_and_the_list_lacks_is_named() {
    assert_eq!(of_list(LIST, &[]).missing, []);
    let gone = [
        "aws_vpc.main",
        "aws_subnet.private[1]",
        "aws_ecs_task_definition.grafana",
        "aws_security_group_rule.frontend_from_ui",
        "aws_autoscaling_group.benchmark",
        "data.aws_region.current",
    ];
    let list = cut(|address| gone.contains(&address));
    let named = |assignments: &[&str]| -> Vec<(String, Option<String>)> {
        of_list(&list, assignments)
            .missing
            .into_iter()
            .map(|it| (it.address, it.made))
            .collect()
    };
    let row = |address: &str, made: Option<&str>| (address.to_owned(), made.map(str::to_owned));
    let benchmark = row(
        "aws_autoscaling_group.benchmark",
        Some("module.benchmark.module.ec2_capacity.aws_autoscaling_group.this"),
    );
    let others = [
        row("aws_ecs_task_definition.grafana", None),
        row(
            "aws_security_group_rule.frontend_from_ui",
            Some("module.temporal_ui.aws_vpc_security_group_ingress_rule.frontend"),
        ),
        row("aws_vpc.main", Some("module.vpc.aws_vpc.this")),
        row(
            "aws_subnet.private[1]",
            Some("module.vpc.aws_subnet.private[\"eu-west-1b\"]"),
        ),
    ];
    assert_eq!(
        named(&[]),
        [std::slice::from_ref(&benchmark), &others].concat()
    );
    // Nothing is made of what the composition doesn't have.
    let left = (benchmark.0, None);
    assert_eq!(
        named(&["environments.dev.benchmark.enabled=false"]),
        [&[left][..], &others].concat()
    );

    // With a `count`, a `for_each`, or moved before.
    let list =
        cut(|address| ["aws_vpc.main", "aws_eip.nat", "aws_subnet.private[1]"].contains(&address))
            + "module.vpc.aws_vpc.this\naws_eip.nat[0]\naws_subnet.private[\"eu-west-1b\"]\n";
    let migration = of_list(&list, &[]);
    let elsewhere: Vec<(&str, Option<&str>)> = migration
        .missing
        .iter()
        .map(|it| (it.address.as_str(), it.elsewhere.as_deref()))
        .collect();
    assert_eq!(
        elsewhere,
        [
            ("aws_vpc.main", Some("module.vpc.aws_vpc.this")),
            (
                "aws_subnet.private[1]",
                Some("aws_subnet.private[\"eu-west-1b\"]")
            ),
            ("aws_eip.nat", Some("aws_eip.nat[0]")),
        ]
    );
    assert_eq!(
        migration.warnings()[0].lines[2],
        "`aws_eip.nat`: creates `module.vpc.aws_eip.nat[\"eu-west-1a\"]`; the state has `aws_eip.nat[0]`, which may be the \
         same resource: if so, run `terraform state mv 'aws_eip.nat[0]' aws_eip.nat` in the flat root and migrate again"
    );

    let said = run(&[
        "migrate",
        "--state-list",
        "-",
        "--preset",
        "dev-lean",
        "--env",
        "dev",
        "--out",
        "out",
    ])
    .stdin(cut(|address| {
        ["aws_vpc.main", "aws_ecs_task_definition.grafana"].contains(&address)
    }))
    .say();
    assert!(
        said.stderr.contains(
            "\nwarning: the state lacks resources that every flat root has. The composed root creates them, a second time if \
             they exist under another address or the list is incomplete:\n      `aws_vpc.main`: creates \
             `module.vpc.aws_vpc.this`\n\n\
             warning: the state lacks resources that every flat root has and that would be leftovers: if they exist, \
             nothing removes them:\n      `aws_ecs_task_definition.grafana`\n"
        ),
        "{}",
        said.stderr
    );
    let page = fs::read_to_string(said.path("out/MIGRATION.md")).unwrap();
    assert!(
        page.contains(", but read the warnings below.")
            && page.contains("- `aws_vpc.main`: creates"),
        "{page}"
    );
}

#[test]
fn what_is_irregular_in_a_state_is_listed_and_changes_the_promise() {
    let text = r#"{"format_version":"1.0","values":{"root_module":{"resources":[
        {"address":"aws_vpc.main","mode":"managed","provider_name":"registry.terraform.io/hashicorp/aws","tainted":true,"values":{}},
        {"address":"aws_launch_template.ecs","mode":"managed","values":{}},
        {"address":"aws_launch_template.ecs","mode":"managed","deposed_key":"0badc0de","values":{}},
        {"address":"aws_eip.nat","mode":"managed","provider_name":"registry.opentofu.org/hashicorp/aws","values":{}},
        {"address":"random_id.x","mode":"managed","provider_name":"registry.terraform.io/hashicorp/random","values":{}},
        {"address":"aws_ecs_task_definition.grafana","mode":"managed","tainted":true,"values":{}},
        {"address":"ephemeral.aws_secret.x","mode":"ephemeral","values":{}},
        {"address":"aws_x.y[\"a\u202e`\"]","mode":"managed","values":{}},
        {"mode":"managed","values":{}}]}}}"#;
    let migration = of_list(text, &[]);
    let irregular: Vec<String> = migration
        .irregular
        .iter()
        .map(|it| {
            format!(
                "{} {} ({})",
                it.address,
                it.kind.effect(),
                migration.is_of_a_move(it)
            )
        })
        .collect();
    assert_eq!(
        irregular,
        [
            "aws_vpc.main is tainted: the next plan replaces it (true)",
            "aws_launch_template.ecs has the deposed object `0badc0de`: the next plan destroys it (true)",
            "aws_eip.nat uses the provider `registry.opentofu.org/hashicorp/aws`: the composed root can't plan with it (true)",
            "aws_ecs_task_definition.grafana is tainted: the next plan replaces it (false)",
            "ephemeral.aws_secret.x has the unknown mode `ephemeral`: the migration ignores it (false)",
            r#"aws_x.y["a\u{202e}`"] is not the address of a resource: the migration ignores it (false)"#,
            " is not the address of a resource: the migration ignores it (false)",
        ]
    );
    assert!(!migration.destroys_nothing());
    let moved: Vec<&str> = migration.moves.iter().map(|it| it.from.as_str()).collect();
    assert_eq!(
        moved,
        ["aws_launch_template.ecs", "aws_vpc.main", "aws_eip.nat"]
    );
    assert_eq!(migration.unknown, ["random_id.x"]);
    let page = migration.tree().file("MIGRATION.md").unwrap().text.clone();
    for part in [
        " With the state as it is, it would also destroy or replace something: see the warnings below.",
        "**The flat root is not ready to migrate: the first apply would destroy or replace something, so `migrate.sh` refuses \
         this state:**\n\n- `aws_vpc.main` is tainted: the next plan replaces it; run `terraform apply` in the flat root, or \
         `terraform untaint ADDRESS`\n",
        r#"- `` aws_x.y["a\u{202e}`"] `` is not the address"#,
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    // A state at rest promises what it did.
    let page = of_list(LIST, &[])
        .tree()
        .file("MIGRATION.md")
        .unwrap()
        .text
        .clone();
    assert!(
        page.contains(" resources. It destroys and replaces nothing.\n"),
        "{page}"
    );
}

#[test]
fn ids_and_addresses_of_a_state_are_no_code_where_they_are_shown() {
    let state = json(&[
        ("aws_ecs_cluster.main", r#""name":"a\"\nrm -rf ~""#),
        ("aws_route_table.private", r#""id":"rtb-1\" }""#),
        (
            "aws_security_group.temporal_history",
            r#""id":"sg-1;rm -rf ~""#,
        ),
        (
            "aws_security_group_rule.opensearch_from_setup",
            r#""security_group_rule_id":"sgr-1`$(id)`""#,
        ),
        (
            "aws_security_group.temporal_worker",
            r#""id":"sg-1\nrm -rf ~""#,
        ),
        (r#"aws_x.y[\"`$(id)'|\"]"#, ""),
        ("aws_vpc.main", r#""cidr_block":"`x`|<b>""#),
    ]);
    let migration = of_list(&state, &[]);
    // What is no id is looked up by the script.
    assert!(migration.imports.iter().all(|it| it.id.is_none()));
    let tree = migration.tree();
    for (path, file) in tree.files() {
        for line in file.text.lines() {
            assert!(!line.contains("rm -rf"), "{path}: {line}");
            if line.contains("$(id)") {
                assert!(
                    [
                        r#"keep 'aws_x.y["`$(id)'\''|"]'"#,
                        r#"- `` aws_x.y["`$(id)'|"] ``"#
                    ]
                    .contains(&line),
                    "{path}: {line}"
                );
            }
        }
    }
    let page = &tree.file("MIGRATION.md").unwrap().text;
    assert!(
        page.contains(
            r#"| `environments.dev.network.vpc_cidr` | `` "`x`\|<b>" `` | `\u{60}x\u{60}\|<b>` is not"#
        ),
        "{page}"
    );
}

#[test]
fn a_benchmark_without_an_image_is_named_and_its_workers_stay_at_rest() {
    let state = json(&[
        ("aws_vpc.main", ""),
        ("aws_ecs_capacity_provider.benchmark", ""),
        (
            "aws_launch_template.benchmark",
            r#""instance_type":"m7g.large""#,
        ),
        ("aws_autoscaling_group.benchmark", r#""max_size":8"#),
        ("aws_ecs_service.benchmark_worker", r#""desired_count":0"#),
        (
            "aws_ecs_task_definition.benchmark",
            r#""cpu":"1024","memory":"2048","container_definitions":"[{\"name\":\"benchmark\",\"image\":\"public.ecr.aws/amazonlinux/amazonlinux:2023\"}]""#,
        ),
        (
            "aws_ecs_task_definition.benchmark_worker",
            r#""cpu":"1024","memory":"2048""#,
        ),
    ]);
    let migration = migrate(
        &spec("standard", &["environments.bench.benchmark.enabled=true"]),
        "bench",
        &read(&state).unwrap(),
    )
    .unwrap();
    assert_eq!(migration.refused, []);
    let value = |key: &str| {
        let at = format!("environments.bench.{key}");
        migration
            .taken
            .iter()
            .find(|taken| taken.at.to_string() == at)
            .map(|taken| taken.value.to_string())
    };
    assert_eq!(value("benchmark.worker_count").as_deref(), Some("0"));
    assert_eq!(
        value("benchmark.instance_type").as_deref(),
        Some("\"m7g.large\"")
    );
    let page = migration.tree().file("MIGRATION.md").unwrap().text.clone();
    assert!(
        page.contains("| `environments.bench.images.benchmark` | open | `benchmark_image` |"),
        "{page}"
    );
}

proptest! {
    #[test]
    fn no_address_is_dropped(
        picked in proptest::sample::subsequence(LIST.lines().collect::<Vec<_>>(), 1..135),
        others in proptest::collection::btree_set("(module\\.[a-z]{1,5}\\.)?(data\\.)?x_[a-z]{1,8}\\.[a-z]{1,5}(\\[[0-9]\\])?", 0..5),
        with_ui in any::<bool>(),
    ) {
        let given: BTreeSet<String> = picked
            .iter()
            .map(|&address| address.to_owned())
            .chain(others)
            .collect();
        // Only data sources are no flat root.
        prop_assume!(picked.iter().any(|address| !address.starts_with("data.")));
        let list: String = given.iter().map(|address| format!("{address}\n")).collect();
        let ui = format!("environments.dev.ui.enabled={with_ui}");
        let migration = of_list(&list, &[&ui]);
        let imported = migration.imports.iter().map(|it| it.of.to_owned());
        let sorted: Vec<String> = migration
            .moves
            .iter()
            .map(|it| it.from.clone())
            // A part is not the whole: what it is a part of has a row of its own.
            .chain(imported.filter(|of| of.starts_with("aws_security_group_rule.")))
            .chain(migration.leftovers.iter().map(|it| it.address.clone()))
            .chain(migration.unknown.iter().cloned())
            .chain(migration.data.iter().cloned())
            .collect();
        prop_assert_eq!(sorted.len(), given.len());
        prop_assert_eq!(sorted.into_iter().collect::<BTreeSet<_>>(), given);
    }
}

#[test]
fn kept_numbers_of_connections_are_explained() {
    let migration = of_list(LIST, &["environments.dev.reservoir.enabled=true"]);
    let tree = migration.tree();
    let page = &tree.file("MIGRATION.md").unwrap().text;
    let (_, chapter) = page.split_once("\n## DSQL connections\n").unwrap();
    let (chapter, _) = chapter.split_once("\n## ").unwrap();
    let rows: Vec<&str> = chapter
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Service"))
        .collect();
    assert_eq!(
        rows,
        [
            "| --- | --- | --- | --- |",
            "| frontend | 4 × 20 + 10 = 90 | 90 | 90 |",
            "| history | 4 × 20 + 50 = 130 | 130 | 130 |",
            "| matching | 4 × 20 + 20 = 100 | 100 | 100 |",
            "| worker | 4 × 20 + 10 = 90 | 90 | 90 |",
        ]
    );
    for said in [
        "`max_conns` keeps the number of the flat root",
        "`DSQL_CONNECTION_RATE_LIMIT`",
        "`DSQL_CONNECTION_BURST_LIMIT`",
    ] {
        assert!(chapter.contains(said), "{said}:{chapter}");
    }
}
