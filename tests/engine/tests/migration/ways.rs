//! The two ways to the composed root, and the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use engine_tests::Root;
use serde_json::Value as Json;

use crate::flat::list;
use crate::plan::Plan;
use crate::stage::{Stage, StateFormat};

/// What holds data, or what others know by its address, name or ARN.
const PROTECTED: &[&str] = &[
    "aws_cloudwatch_log_group",
    "aws_dynamodb_table",
    "aws_ecs_cluster",
    "aws_eip",
    "aws_iam_role",
    "aws_nat_gateway",
    "aws_opensearch_domain",
    "aws_prometheus_workspace",
    "aws_service_discovery_http_namespace",
    "aws_subnet",
    "aws_vpc",
];

/// Outputs of the flat root that have another value after the first apply: new revisions of task definitions, and what the
/// benchmark's generator has its name from. The collector is no more.
const OTHERWISE: &[&str] = &[
    "adot_sidecar_log_group_name",
    "benchmark_log_group_name",
    "benchmark_task_definition_arn",
    "benchmark_task_definition_family",
    "benchmark_worker_task_definition_arn",
    "grafana_task_definition_arn",
    "opensearch_setup_task_definition_arn",
    "temporal_frontend_task_definition_arn",
    "temporal_history_task_definition_arn",
    "temporal_matching_task_definition_arn",
    "temporal_ui_task_definition_arn",
    "temporal_worker_task_definition_arn",
];

/// The blocks of shell below a heading of the page.
pub(crate) fn blocks(page: &str, heading: &str) -> Vec<String> {
    let section = page.split(&format!("## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// The plan does what the command listed, and nothing else.
#[track_caller]
fn expect_what_was_listed(stage: &Stage, plan: &Plan) {
    let nothing = BTreeSet::new();
    assert_eq!((&plan.destroyed, &plan.replaced), (&nothing, &nothing));

    let imports: BTreeSet<String> = stage.texts("imports", "to").into_iter().collect();
    assert_eq!(
        plan.imported.keys().cloned().collect::<BTreeSet<_>>(),
        imports
    );
    for row in stage.rows("imports") {
        if let Some(id) = row["id"].as_str() {
            assert_eq!(plan.imported[row["to"].as_str().unwrap()], id);
        }
    }

    let mut created: BTreeMap<String, u64> = BTreeMap::new();
    for address in &plan.created {
        *created.entry(kind(address).to_owned()).or_default() += 1;
    }
    let listed: BTreeMap<String, u64> =
        serde_json::from_value(stage.report["created"].clone()).unwrap();
    assert_eq!(created, listed);

    let beside_tags = |attributes: &BTreeSet<String>| {
        attributes
            .iter()
            .any(|name| !["tags", "tags_all"].contains(&name.as_str()))
    };
    let changed: BTreeSet<&String> = plan
        .updated
        .iter()
        .filter(|(address, attributes)| {
            // A rule that is imported gets its description.
            !plan.imported.contains_key(*address) && beside_tags(attributes)
        })
        .map(|(address, _)| address)
        .collect();
    let listed: Vec<String> = stage
        .rows("moves")
        .filter(|row| row["changes"].is_string())
        .map(|row| row["to"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(changed, listed.iter().collect(), "{:#?}", plan.updated);
}

/// The type in an address of a module's resource.
fn kind(address: &str) -> &str {
    let name = address.rsplit("].").next().unwrap();
    let name = name.split('[').next().unwrap();
    name.rsplit('.').nth(1).unwrap()
}

#[track_caller]
fn expect_nothing_protected_to_stay(flat: &[String], stage: &Stage) {
    // What is protected and isn't moved is a log of what ran before, and is named.
    let moved = stage.texts("moves", "from");
    let left: Vec<&String> = flat
        .iter()
        .filter(|address| PROTECTED.contains(&address.split('.').next().unwrap()))
        .filter(|address| !moved.contains(address))
        .collect();
    assert_eq!(
        left,
        [
            "aws_cloudwatch_log_group.adot_sidecar",
            "aws_cloudwatch_log_group.benchmark",
        ]
    );
}

#[track_caller]
fn expect_the_outputs_to_be_the_flat_ones(
    before: &BTreeMap<String, Json>,
    after: &BTreeMap<String, Json>,
) {
    // What is for a person to read or to run is in other words.
    let (words, values): (Vec<&String>, Vec<&String>) = before
        .keys()
        .partition(|name| name.ends_with("_command") || *name == "deployment_summary");
    let otherwise: Vec<&String> = values
        .into_iter()
        .filter(|name| after.get(*name) != before.get(*name))
        .collect();
    assert_eq!(otherwise, OTHERWISE);
    assert_eq!(words.len(), 12);
    for name in words {
        let text = after[name].as_str().unwrap();
        assert!(text.contains("temporal-dev"), "{name}: {text}");
    }
}

/// Old tasks carry the group of the hosts, and what they said to each other passed through that. New tasks don't carry it:
/// what they are asked on the ports of the ring comes in by a rule that is there before the first service gets new tasks.
#[track_caller]
fn expect_old_tasks_to_be_let_in_first(
    root: &Root,
    applied: &str,
    before: &BTreeMap<String, Json>,
) {
    let state: Json = serde_json::from_str(&root.terraform(&["state", "pull"]).text).unwrap();
    let rules = state["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|resource| resource["name"] == "ring_client")
        .flat_map(|resource| resource["instances"].as_array().unwrap())
        .map(|rule| &rule["attributes"])
        .filter(|rule| {
            rule["referenced_security_group_id"] == before["ecs_instances_security_group_id"]
        });
    let ports: BTreeSet<i64> = rules
        .map(|rule| {
            assert_eq!(rule["from_port"], rule["to_port"]);
            rule["from_port"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(
        ports,
        [6933, 6934, 6935, 6939, 7233, 7234, 7235]
            .into_iter()
            .collect()
    );
    let lines: Vec<&str> = applied.lines().collect();
    let last_rule = lines
        .iter()
        .rposition(|line| line.contains("ring_client[\"old-tasks-") && line.contains("complete"));
    let first_service = lines.iter().position(|line| {
        line.contains("module.temporal_service[") && line.contains("aws_ecs_service.this: Mod")
    });
    assert!(
        last_rule.is_some() && last_rule < first_service,
        "{applied}"
    );
}

/// What the way of the script comes to.
pub(crate) struct ScriptMigration {
    /// The state that is pushed.
    pub(crate) state: String,
    /// The blocks for what is imported, with their ids.
    pub(crate) imports: String,
    /// The addresses of the composed root when it was applied.
    addresses: Vec<String>,
}

/// Follows `docs/migration.md` of a composed tree.
pub(crate) fn by_the_script() -> &'static ScriptMigration {
    static MOVED: OnceLock<ScriptMigration> = OnceLock::new();
    MOVED.get_or_init(|| {
        let mut stage = Stage::new(&[], None);
        let flat = list(&stage.flat);
        let before = Stage::outputs(&stage.flat);
        let page = stage.file("composed/docs/migration.md");
        let steps = blocks(&page, "Steps");
        let [reads, composes, moves, plans, applies, goes] = &steps[..] else {
            panic!("{steps:?}");
        };
        // `cd` holds for what comes after it.
        let moves = format!("{composes}{moves}{plans}");

        stage.run(&format!("cd composed\n{reads}"));
        stage.report_to("flat.json", "migration-in-json");
        expect_nothing_protected_to_stay(&flat, &stage);

        stage.run(&format!("cd composed\n{moves}"));
        let root = stage.root();
        assert_eq!(
            list(&root).into_iter().collect::<BTreeSet<_>>(),
            stage.texts("moves", "to").into_iter().collect()
        );
        expect_what_was_listed(&stage, &Plan::read(&root, "migration.tfplan"));

        // What scripts of the tree do has tests of its own, with the AWS CLI.
        let (apply, status) = applies.trim_end().split_once('\n').unwrap();
        assert_eq!(status, "scripts/scale-services.sh dev status");
        let applied = stage.run(&format!("cd tree\n{apply}"));
        expect_old_tasks_to_be_let_in_first(&root, &applied, &before);
        root.expect_no_changes(&[]);
        expect_the_outputs_to_be_the_flat_ones(&before, &Stage::outputs(&root));
        let addresses = list(&root);

        // A second run finds everything done.
        let again = stage.run(Stage::SCRIPT);
        assert!(again.contains("nothing to push"), "{again}");
        assert_eq!(list(&root), addresses);

        let (init, apply) = goes.trim_end().split_once('\n').unwrap();
        stage.run(&format!("cd tree\n{init}"));
        let plan = Plan::of(&stage.leftovers());
        let listed = stage.texts("leftovers", "address").into_iter().collect();
        assert_eq!(plan.destroyed, listed);
        assert_eq!((plan.created.len(), plan.updated.len()), (0, 0));
        stage.run(&format!("cd tree\n{apply}"));
        fs::remove_file(root.path().join("migration_imports.tf")).unwrap();
        root.expect_no_changes(&[]);
        ScriptMigration {
            state: stage.file("migration/work/root.tfstate"),
            imports: stage.file("migration/work/imports.tf"),
            addresses,
        }
    })
}

#[test]
fn the_script_moves_the_flat_root_and_the_first_apply_destroys_nothing() {
    assert!(!by_the_script().addresses.is_empty());
}

/// Follows `MIGRATION.md` in the folder that the command wrote.
#[test]
fn moved_blocks_come_to_the_same_and_the_way_back_is_open_after_an_apply() {
    let mut stage = Stage::new(&[], None);
    stage.migrate(StateFormat::Values);
    let flat = list(&stage.flat);
    let page = stage.file("migration/MIGRATION.md");
    let here = "cd migration\n";
    stage.run(&format!(
        "mkdir tree\n{here}ln -s ../flat flat\nln -s ../tree tree"
    ));
    let steps = blocks(&page, "Steps");
    let [moves, lists_deletions, applies] = &steps[..] else {
        panic!("{steps:?}");
    };
    let script = "./migrate.sh --flat flat --root tree/terraform/envs/dev";
    assert!(moves.contains(&format!("\n{script}\n")), "{moves}");
    let moves = moves.replace(
        &format!("\n{script}\n"),
        &format!("\n{script} --way moved\n"),
    );
    stage.run(&format!("{here}{moves}"));
    let root = stage.root();
    let plan = Plan::read(&root, "migration.tfplan");
    expect_what_was_listed(&stage, &plan);
    let moves: BTreeMap<String, String> = stage
        .texts("moves", "from")
        .into_iter()
        .zip(stage.texts("moves", "to"))
        .collect();
    assert_eq!(plan.moved, moves);
    let of_rules = stage
        .rows("imports")
        .filter(|row| row["kind"] == "rule")
        .map(|row| row["of"].as_str().unwrap().to_owned());
    let forgotten: BTreeSet<String> = stage
        .texts("leftovers", "address")
        .into_iter()
        .chain(of_rules)
        .collect();
    assert_eq!(plan.forgotten, forgotten);
    assert_eq!(stage.run(&format!("{here}{lists_deletions}")), "");

    let (apply, status) = applies.trim_end().split_once('\n').unwrap();
    assert_eq!(status, "tree/scripts/scale-services.sh dev status");
    stage.run(&format!("{here}{apply}"));
    let addresses = list(&root);
    for file in ["migration_moved.tf", "migration_imports.tf"] {
        fs::remove_file(root.path().join(file)).unwrap();
    }
    root.expect_no_changes(&[]);

    // There is something to bring back.
    let back = Plan::of(&stage.flat);
    assert!(
        back.updated
            .contains_key("aws_ecs_service.temporal_history"),
        "{back:?}"
    );
    let [rollback] = &blocks(&page, "Rollback")[..] else {
        panic!("{page}");
    };
    let said = stage.run(&format!("{here}{rollback}"));
    // What the first apply made, but for what is a part of something that stays.
    let own = plan.created.len() - 1;
    for line in [
        format!(", {own} of its own remain\n"),
        format!("Destroy complete! Resources: {own} destroyed.\n"),
    ] {
        assert!(said.contains(&line), "{line}{said}");
    }
    stage.flat.expect_no_changes(&[]);
    assert_eq!(list(&stage.flat), flat);
    assert_eq!(list(&root), Vec::<String>::new());

    assert_eq!(addresses, by_the_script().addresses);
}
