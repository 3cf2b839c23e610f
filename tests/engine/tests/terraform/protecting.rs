//! Deletion protection: what Terraform refuses at plan, what AWS refuses at apply, and the way around both on purpose.

use std::collections::BTreeMap;
use std::fs;

use engine_tests::{Root, TerraformRun, Tree, spec};
use serde_json::Value as Json;

/// An environment with every store, and with a load balancer.
const EVERYTHING: &[&str] = &[
    "environments.dev.dsql.mode=create",
    "environments.dev.backup.enabled=true",
    "environments.dev.loki.enabled=true",
    "environments.dev.reservoir.enabled=true",
    "environments.dev.lease.enabled=true",
    "environments.dev.access.frontend=internal",
    "environments.dev.compute.instance_type=m8g.2xlarge",
];

/// Each store and its guard.
const STORES: &[(&str, &str)] = &[
    ("module.dsql.aws_dsql_cluster.this", "dsql_cluster"),
    (
        "module.opensearch.aws_opensearch_domain.this",
        "opensearch_domain",
    ),
    (
        "module.dynamodb.aws_dynamodb_table.rate_limiter",
        "rate_limiter_table",
    ),
    (
        "module.dynamodb.aws_dynamodb_table.conn_lease[0]",
        "conn_lease_table",
    ),
    ("module.observability.aws_s3_bucket.loki[0]", "loki_bucket"),
    (
        "module.observability.aws_prometheus_workspace.this",
        "prometheus_workspace",
    ),
    ("module.backup.aws_backup_vault.this", "backup_vault"),
];

/// What AWS protects by itself, besides what else goes with it.
const IN_AWS: &[&str] = &[
    "module.dsql.aws_dsql_cluster.this",
    "module.dynamodb.aws_dynamodb_table.rate_limiter",
    "module.dynamodb.aws_dynamodb_table.conn_lease[0]",
    "module.ecs_cluster.aws_cloudwatch_log_group.exec",
    "module.frontend_access.aws_lb.this",
    "module.opensearch.aws_cloudwatch_log_group.domain[\"ES_APPLICATION_LOGS\"]",
    "module.temporal_service[\"history\"].aws_cloudwatch_log_group.this",
    "module.vpc.aws_cloudwatch_log_group.flow_log",
];

fn tree(is_protected: bool) -> Tree {
    let tree = Tree::of(&composed(is_protected));
    let root = tree.environment("dev");
    root.initialise();
    root.apply(&[]);
    tree
}

fn composed(is_protected: bool) -> composer_core::Spec {
    let protection = format!("environments.dev.deletion_protection={is_protected}");
    let mut assignments = EVERYTHING.to_vec();
    assignments.push(&protection);
    spec("dev-lean", &assignments)
}

fn destroy(root: &Root, more: &[&str]) -> TerraformRun {
    root.with_variables(&["destroy", "-no-color", "-auto-approve"], more)
}

/// The addresses in the state.
fn addresses(root: &Root) -> Vec<String> {
    let listed = root.terraform(&["state", "list"]);
    listed.text.lines().map(ToOwned::to_owned).collect()
}

/// Whether AWS protects each of [`IN_AWS`] by itself, as the state has it. A destroyed target takes with it what depends on it, so
/// a refusal alone may be about something else.
fn protected_in_aws(root: &Root) -> BTreeMap<String, bool> {
    fn collect(module: &Json, found: &mut BTreeMap<String, bool>) {
        let list = |key: &str| module[key].as_array().cloned().unwrap_or_default();
        for resource in list("resources") {
            let address = resource["address"].as_str().unwrap();
            if IN_AWS.contains(&address) {
                let values = &resource["values"];
                let is_on = ["deletion_protection_enabled", "enable_deletion_protection"]
                    .iter()
                    .any(|attribute| values[attribute] == true);
                found.insert(address.to_owned(), is_on);
            }
        }
        for child in list("child_modules") {
            collect(&child, found);
        }
    }
    let shown = root.terraform(&["show", "-json"]);
    let state: Json = serde_json::from_str(&shown.text).unwrap();
    let mut found = BTreeMap::new();
    collect(&state["values"]["root_module"], &mut found);
    found
}

/// Of each of [`IN_AWS`], that AWS protects it or not.
fn all_in_aws(is_protected: bool) -> BTreeMap<String, bool> {
    IN_AWS
        .iter()
        .map(|address| ((*address).to_owned(), is_protected))
        .collect()
}

/// What Terraform said, without the lines that it breaks.
fn in_one_line(said: &TerraformRun) -> String {
    said.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Expects that a plan was refused for the guards with these names and no other, and that nothing was touched.
#[track_caller]
fn expect_refused(said: &TerraformRun, guards: &[&str]) {
    let mut refused = BTreeMap::new();
    for (_, guard) in STORES {
        let sentence = format!(
            "Resource terraform_data.{guard} has lifecycle.prevent_destroy set, but the plan calls for this resource to be \
             destroyed."
        );
        refused.insert(*guard, in_one_line(said).contains(&sentence));
    }
    let expected = STORES
        .iter()
        .map(|(_, guard)| (*guard, guards.contains(guard)));
    assert_eq!(refused, expected.collect(), "{}", said.text);
    assert_eq!(said.code, 1);
    assert!(!said.text.contains("Destroying..."), "{}", said.text);
}

#[test]
fn a_protected_environment_loses_nothing_to_a_mistake_and_goes_on_purpose() {
    let tree = tree(true);
    let root = tree.environment("dev");
    let all: Vec<&str> = STORES.iter().map(|(_, guard)| *guard).collect();
    let before = addresses(&root);
    assert_eq!(protected_in_aws(&root), all_in_aws(true));

    expect_refused(&destroy(&root, &[]), &all);
    // What switches off the protection in AWS is no way around the guards.
    expect_refused(&destroy(&root, &["-var=deletion_protection=false"]), &all);
    for (store, guard) in STORES {
        let target = format!("-target={store}");
        expect_refused(&destroy(&root, &[&target]), &[guard]);
        let replace = format!("-replace={store}");
        let said = root.with_variables(&["plan", "-no-color"], &[&replace]);
        expect_refused(&said, &[guard]);
    }
    assert_eq!(addresses(&root), before);

    // Without the guards, AWS refuses by itself, as far as it can.
    fs::remove_file(root.path().join("protection.tf")).unwrap();
    for store in IN_AWS {
        let said = destroy(&root, &[&format!("-target={store}")]);
        let sentence = "AWS refuses to delete this";
        assert_eq!(said.code, 1, "{store}: {}", said.text);
        assert!(said.text.contains(sentence), "{store}: {}", said.text);
        assert!(addresses(&root).contains(&(*store).to_owned()), "{store}");
    }

    root.apply(&["-var=deletion_protection=false"]);
    root.succeed(
        &destroy(&root, &["-var=deletion_protection=false"]),
        "destroy",
    );
    assert_eq!(addresses(&root), [""; 0]);
}

#[test]
fn an_unprotected_environment_goes_store_by_store_or_at_once() {
    let tree = tree(false);
    let root = tree.environment("dev");
    assert!(!root.path().join("protection.tf").exists());
    assert_eq!(protected_in_aws(&root), all_in_aws(false));
    for store in STORES
        .iter()
        .map(|(store, _)| *store)
        .chain(IN_AWS.iter().copied())
    {
        let said = destroy(&root, &[&format!("-target={store}")]);
        // Of a target Terraform warns that it isn't all.
        assert_eq!(said.code, 0, "{store}: {}", said.text);
        assert!(!addresses(&root).contains(&store.to_owned()), "{store}");
    }
    root.apply(&[]);
    root.succeed(&destroy(&root, &[]), "destroy");
    assert_eq!(addresses(&root), [""; 0]);
}

/// On one state, guards are all that comes and goes; stores are changed in place.
#[test]
fn protection_comes_and_goes_without_a_replacement() {
    let tree = tree(false);
    for is_protected in [true, false] {
        tree.recompose(&composed(is_protected));
        let root = tree.environment("dev");
        root.succeed(&root.terraform(&["get", "-no-color"]), "get");
        let expected = if is_protected { "create" } else { "delete" };
        let mut guards = 0;
        for (address, actions) in root.changes(&[]) {
            match address.strip_prefix("terraform_data.") {
                Some(_) => {
                    guards += 1;
                    assert_eq!(actions, [expected], "{address}");
                }
                None => assert_eq!(actions, ["update"], "{address}"),
            }
        }
        assert_eq!(guards, STORES.len());
        root.apply(&[]);
        root.expect_no_changes(&[]);
    }
}

/// A store that an option removes takes its guard with it, once AWS no longer protects it.
#[test]
fn one_store_is_removed_from_a_protected_environment_in_three_steps() {
    let tree = tree(true);
    let protect = |is_protected: bool, lease: bool| {
        let mut spec = composed(is_protected);
        let assignment = format!("environments.dev.lease.enabled={lease}");
        composer_core::assignment::set(&mut spec, &assignment).unwrap();
        tree.recompose(&spec);
        let root = tree.environment("dev");
        root.succeed(&root.terraform(&["get", "-no-color"]), "get");
        root
    };
    let said = protect(true, false).with_variables(&["apply", "-no-color", "-auto-approve"], &[]);
    let refused = "AWS refuses to delete this aws_dynamodb_table.";
    assert!(in_one_line(&said).contains(refused), "{}", said.text);
    protect(false, true).apply(&[]);
    protect(false, false).apply(&[]);
    let root = protect(true, false);
    root.apply(&[]);
    root.expect_no_changes(&[]);
    let there = addresses(&root);
    assert!(
        !there.iter().any(|address| address.contains("conn_lease")),
        "{there:?}"
    );
    assert!(
        there.contains(&"terraform_data.dsql_cluster".to_owned()),
        "{there:?}"
    );
}
