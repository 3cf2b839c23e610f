//! What an update would destroy or replace, as `diff` tells it from the files, against what Terraform plans.

use std::collections::BTreeMap;
use std::fs;

use composer_core::compose::moved::{self, Move};
use composer_core::losses::{Action, Files, Loss, Terraform, losses};
use composer_core::options::{self, Kind, Scope};
use composer_core::{Spec, Tree as ComposedTree, check, compose};
use engine_tests::array::Array;
use engine_tests::{Root, Tree};
use serde_json::Value as Json;

/// What Terraform refuses to destroy. Without it a plan goes on and says all that it would do.
const GUARDS: &str = "protection.tf";

fn composed(spec: &Spec) -> ComposedTree {
    compose(&check(spec).blueprint.expect("it composes"))
}

/// The files but the guards.
fn unguarded(tree: &ComposedTree) -> Files<'_> {
    let files = tree.files().map(|(path, file)| (path, file.text.as_ref()));
    files.filter(|(path, _)| !path.ends_with(GUARDS)).collect()
}

/// What the files tell.
fn told(before: &Spec, after: &Spec, environment: &str) -> Vec<Loss> {
    let (before, after) = (composed(before), composed(after));
    let folder = format!("terraform/envs/{environment}");
    let [before, after] = [&before, &after].map(|tree| Terraform::from(unguarded(tree)));
    losses(&before, &after, &folder).expect("every file can be read")
}

/// What Terraform plans: address to action.
fn planned(root: &Root) -> BTreeMap<String, Action> {
    let arguments = ["plan", "-no-color", "-out=tfplan", "-refresh=false"];
    let said = root.with_variables(&arguments, &[]);
    assert_eq!(said.code, 0, "{}", said.text);
    let shown = root.terraform(&["show", "-json", "tfplan"]);
    let plan: Json = serde_json::from_str(&shown.text).expect("a plan as JSON");
    let changes = plan["resource_changes"].as_array().expect("a list");
    let planned = changes.iter().filter_map(|change| {
        let actions: Vec<_> = change["change"]["actions"].as_array()?.iter().collect();
        let action = match actions[..] {
            [one] if one == "delete" => Action::Destroy,
            [_, _] => Action::Replace,
            _ => return None,
        };
        Some((change["address"].as_str()?.to_owned(), action))
    });
    planned.collect()
}

/// How the list differs from a plan: what it lacks, and what it has besides.
fn differences(told: &[Loss], planned: &BTreeMap<String, Action>) -> Vec<String> {
    let told: BTreeMap<&str, &Loss> = told.iter().map(|it| (it.address.as_str(), it)).collect();
    let lacking = planned
        .iter()
        .filter(|(address, action)| {
            let found = told.get(address.as_str());
            found.is_none_or(|it| it.action != **action)
        })
        .map(|(address, action)| format!("lacks {action:?} {address}"));
    let besides = told
        .values()
        .filter(|it| planned.get(&it.address) != Some(&it.action))
        .map(|it| format!("besides {:?} {} {:?}", it.action, it.address, it.because));
    lacking.chain(besides).collect()
}

/// The root of an environment without guards.
fn unguard(tree: &Tree, environment: &str) -> Root {
    let root = tree.environment(environment);
    _ = fs::remove_file(root.path().join(GUARDS));
    root
}

const ENVIRONMENT: &str = "e1";

/// `after` with the options of `before` that can't change without replacing almost everything.
fn with_the_same_names(before: &Spec, after: &Spec) -> Option<Spec> {
    let mut spec = after.clone();
    for row in options::OPTIONS.iter().filter(|row| row.immutable) {
        let at = row.path(ENVIRONMENT);
        match before.effective(row, ENVIRONMENT).value {
            Some(value) => spec.put(at, value),
            None => spec.unset(&at),
        }
    }
    check(&spec).blueprint.is_some().then_some(spec)
}

/// `before` with each switch of the environment the other way, as far as that goes.
fn switched(before: &Spec) -> Spec {
    let mut spec = before.clone();
    let switches = options::in_scope(Scope::Environment);
    for row in switches.filter(|row| row.kind == Kind::Boolean && !row.immutable) {
        if row.key == "enabled" {
            continue;
        }
        let now = before.effective(row, ENVIRONMENT).value;
        let mut tried = spec.clone();
        tried.put(row.path(ENVIRONMENT), (now != Some(true.into())).into());
        if check(&tried).blueprint.is_some() {
            spec = tried;
        }
    }
    spec
}

/// On one applied composition of the array the plans of others, each held against the list: the same names and another
/// network, region and project, then such as keep them, and all switches the other way.
#[test]
fn the_list_is_what_terraform_would_destroy_or_replace() {
    let trees = Array::find().trees;
    let before = &trees[0].spec;
    let mut others: Vec<Spec> = vec![trees[1].spec.clone(), switched(before)];
    let same = trees[2..].iter();
    let same = same.filter_map(|tree| with_the_same_names(before, &tree.spec));
    others.extend(same.take(2));
    assert_eq!(others.len(), 4);

    let tree = Tree::of(before);
    let root = unguard(&tree, ENVIRONMENT);
    root.succeed(&root.init(&[]), "init");
    let said = root.with_variables(&["apply", "-no-color", "-auto-approve"], &[]);
    assert_eq!(said.code, 0, "{}", said.text);
    let mut faults = Vec::new();
    for (index, after) in others.iter().enumerate() {
        tree.recompose(after);
        let root = unguard(&tree, ENVIRONMENT);
        root.succeed(&root.init(&[]), "init");
        let planned = planned(&root);
        assert!(planned.len() > 3, "too little to tell: {planned:#?}");
        let differences = differences(&told(before, after, ENVIRONMENT), &planned);
        faults.extend(differences.iter().map(|it| format!("{index}: {it}")));
        // A list that says nothing would be found.
        let silent = self::differences(&told(after, after, ENVIRONMENT), &planned);
        assert_eq!(silent.len(), planned.len());
    }

    // An address that changes, with its row in the table of moves.
    tree.recompose(before);
    let root = unguard(&tree, ENVIRONMENT);
    let module = tree.path().join("terraform/modules/vpc");
    for entry in fs::read_dir(&module).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "tf") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.replace("\"aws_vpc\" \"this\"", "\"aws_vpc\" \"main\"");
            fs::write(&path, text.replace("aws_vpc.this", "aws_vpc.main")).unwrap();
        }
    }
    root.succeed(&root.init(&[]), "init");
    let without = planned(&root);
    assert!(
        without.contains_key("module.vpc.aws_vpc.this"),
        "{without:#?}"
    );
    let moves = [Move {
        since: "9.0.0",
        from: "module.vpc.aws_vpc.this",
        to: "module.vpc.aws_vpc.main",
    }];
    let checked = check(before);
    let mut environments = checked.environments().iter();
    let environment = environments.find(|it| it.environment.name == ENVIRONMENT);
    let text = moved::text(&moves, &environment.unwrap().environment);
    fs::write(root.path().join("moved.tf"), text).unwrap();
    let with = planned(&root);
    assert!(with.is_empty(), "{with:#?}");
    assert!(faults.is_empty(), "{faults:#?}");
}
