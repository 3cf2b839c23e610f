//! What is taken from an earlier composition is what would be recomposed. `tests/properties.rs` says it of random
//! specs; here are the ways in which one environment has a part in another's files.

use composer_core::{PlacedEnvironment, PreviousCheck, check, check_from, compose};

use crate::harness::spec;

/// A step from the preset with the assignments `before` to it with those `after`. In the file at `path`, of an
/// environment of which both say the same, is something else afterwards.
#[track_caller]
fn check_step(before: &[&str], after: &[&str], path: &str) {
    let [before, after] = [before, after].map(|assignments| spec("standard", assignments));
    let former = check(&before).blueprint.unwrap();
    let known = PreviousCheck {
        spec: &before,
        environments: &former.environments,
    };
    let latter = check_from(&after, Some(known)).blueprint.unwrap();
    let is_shared =
        |one: &PlacedEnvironment| former.environments.iter().any(|other| one.is_same(other));
    assert!(
        latter.environments.iter().any(is_shared),
        "nothing is reused"
    );
    let (tree, fresh) = (compose(&former), compose(&latter));
    assert_ne!(tree.file(path), fresh.file(path), "{path}");
    let stepped = compose::compose_from(&latter, Some((&former, &tree)));
    for (path, file) in fresh.files() {
        assert_eq!(stepped.file(path), Some(file), "{path}");
    }
    assert_eq!(stepped.len(), fresh.len());
}

const PROD: &str = "terraform/envs/prod/README.md";

#[test]
fn a_page_says_how_others_read_the_state_once_there_are_others() {
    let alone = [
        "environments.dev.enabled=false",
        "environments.bench.enabled=false",
    ];
    check_step(&alone, &alone[..1], PROD);
    check_step(&alone[..1], &alone, PROD);
}

#[test]
fn a_page_names_who_shares_the_cluster_and_how_much_of_it() {
    let endpoint = "dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws";
    let [bench, prod] = ["bench", "prod"].map(|name| format!("environments.{name}.{endpoint}"));
    check_step(&[&prod], &[&prod, &bench], PROD);
    let more = "environments.bench.worker.count=5";
    check_step(&[&prod, &bench], &[&prod, &bench, more], PROD);
}

#[test]
fn a_page_selects_the_workspace_of_the_bootstrap_once_there_are_two() {
    check_step(&[], &["environments.dev.region=us-east-1"], PROD);
}

#[test]
fn a_modules_files_lead_to_the_environment_that_brings_it_in() {
    let module = "terraform/modules/temporal-ui/main.tf";
    check_step(&[], &["environments.dev.ui.enabled=false"], module);
}
