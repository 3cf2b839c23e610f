//! What a part states stands in the composed files. A writer that asks for the parts of some subjects only would leave out
//! a new one without a word.

use super::part::{HourlyColumn, PartTexts};
use super::{ALL_TEXTS, flows, texts_in};
use crate::blueprint::environments;
use crate::compose;
use crate::compose::markdown::Markdown;
use crate::compose::rows::ANYWHERE;
use crate::diagram::SERVICES;
use crate::environment::{DsqlMode, Environment};
use crate::option::{Kind, Scope};
use crate::options::{self, Terraform};
use crate::path::FieldPath;
use crate::presets::PRESETS;
use crate::tree::Tree;
use crate::value::Value;
use crate::{Blueprint, check};

/// The presets, with every part that can be off switched on in all environments.
fn with_everything() -> Vec<Blueprint> {
    PRESETS
        .iter()
        .map(|preset| {
            let mut spec = preset.spec();
            for environment in preset.spec().environments() {
                for texts in ALL_TEXTS {
                    let ways = texts.documents.ways.iter().chain(texts.documents.ways_out);
                    let ways = ways.map(|way| way.feature);
                    for feature in ways.chain([texts.part.feature]) {
                        if feature.is_optional() {
                            let at = FieldPath::in_environment(environment, feature.key);
                            let on = match options::environment_option(feature.key).kind {
                                Kind::Choice(names) => names.last().unwrap().0.into(),
                                _ => Value::from(true),
                            };
                            spec.set(at, on).unwrap();
                        }
                    }
                }
                // A module of a part may be there for one choice alone.
                let at = FieldPath::in_environment(environment, "dsql.mode");
                spec.set(at, DsqlMode::Create.into()).unwrap();
                // So that everything has room.
                let at = FieldPath::in_environment(environment, "compute.instance_count");
                spec.set(at, Value::from(12)).unwrap();
            }
            let checked = check(&spec);
            checked.blueprint.expect("everything composes")
        })
        .collect()
}

/// The file of `tree` at `path`.
#[track_caller]
fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    let mut files = tree.files();
    let (_, file) = files
        .find(|(at, _)| *at == path)
        .unwrap_or_else(|| panic!("there is no {path}"));
    &file.text
}

/// Asserts that each line of `part` stands in `whole`.
#[track_caller]
fn stands_in(whole: &str, part: &str, name: &str, place: &str) {
    for line in part.lines().filter(|line| !line.is_empty()) {
        assert!(
            whole
                .lines()
                .any(|other| other.trim_start() == line.trim_start()),
            "{name}: `{line}` is not in {place}"
        );
    }
}

fn written(write: impl FnOnce(&mut Markdown)) -> String {
    let mut page = Markdown::new(&FieldPath::root());
    write(&mut page);
    page.file().text.to_string()
}

fn check_environment(tree: &Tree, environment: &Environment) {
    let name = &environment.name;
    let root = format!("terraform/envs/{name}");
    let on: Vec<_> = texts_in(environment).collect();
    assert_eq!(on.len(), ALL_TEXTS.len(), "not everything is on in {name}");
    for texts in on {
        let part = texts.part.name;
        if let Some(call) = &texts.root.call {
            let block = format!("module \"{}\" {{", call.label);
            stands_in(
                text(tree, &format!("{root}/main.tf")),
                &block,
                part,
                "main.tf",
            );
        }
        for (output, ..) in (texts.root.outputs)(environment) {
            let block = format!("output \"{output}\" {{");
            let outputs = text(tree, &format!("{root}/outputs.tf"));
            stands_in(outputs, &block, part, "outputs.tf");
        }
        if let Some(image) = &texts.part.image {
            let Terraform::Variable(variable) = image.row.terraform else {
                panic!("no variable carries `{}`", image.row.key);
            };
            let block = format!("variable \"{variable}\" {{");
            let variables = text(tree, &format!("{root}/variables.tf"));
            stands_in(variables, &block, part, "variables.tf");
        }
        let readme = text(tree, &format!("{root}/README.md"));
        let chapter = written(|page| (texts.documents.readme)(environment, page));
        stands_in(readme, &chapter, part, "the README");
        if let Some(fact) = texts.documents.fact.and_then(|fact| fact(environment)) {
            stands_in(readme, &fact, part, "the README");
        }
        for service in texts.root.services {
            if let Some(access) = &service.access {
                let row = format!(
                    "| {} | {} | {} | {} |",
                    access.what, service.name, access.container, access.port
                );
                stands_in(readme, &row, part, "the README");
            }
        }
        let security = text(tree, "docs/security.md");
        if let Some(open) = texts.documents.without_login {
            let is_there = security.contains(&format!("{open} have no login"));
            assert!(is_there, "{part}: {open} is not in docs/security.md");
        }
        for way in texts.documents.ways.iter().chain(texts.documents.ways_out) {
            let to = match way.to {
                ANYWHERE => ANYWHERE.to_owned(),
                group => format!("`{group}`"),
            };
            let row = format!("| `{}` | {to} | {} | {} |", way.from, way.ports, way.why);
            let is_there = security.lines().any(|line| line.starts_with(&row));
            assert!(is_there, "{part}: no `{row}` in docs/security.md");
        }
        for right in texts.documents.rights {
            let is_there = security.lines().any(|line| {
                line.starts_with(&format!("| `{}` |", right.role)) && line.contains(right.on)
            });
            assert!(
                is_there,
                "{part}: nothing of `{}` on {} in docs/security.md",
                right.role, right.on
            );
        }
    }
}

#[test]
fn what_a_part_states_stands_in_the_files() {
    for blueprint in with_everything() {
        let tree = compose(&blueprint);
        for environment in &blueprint.environments {
            check_environment(&tree, environment);
        }
        let first = &blueprint.environments[0].name;
        for texts in ALL_TEXTS {
            let chapter = written(|page| (texts.documents.operations)(first, page));
            let operations = text(&tree, "docs/operations.md");
            stands_in(operations, &chapter, texts.part.name, "docs/operations.md");
            if let Some(HourlyColumn { head, .. }) = texts.documents.hourly {
                let is_there = operations.contains(&format!(" | {head} |"));
                assert!(is_there, "no column `{head}` in docs/operations.md");
            }
            if let Some(restoring) = texts.documents.restoring {
                let item = restoring(&environments(&blueprint.environments));
                stands_in(operations, &item, texts.part.name, "docs/operations.md");
            }
        }
    }
}

#[test]
fn every_option_of_a_part_is_in_the_table() {
    for texts in ALL_TEXTS {
        for row in texts.part.options {
            let found = options::option(Scope::Environment, row.key);
            assert!(
                found.is_some(),
                "{}: nobody asks for `{}`",
                texts.part.name,
                row.key
            );
        }
    }
}

/// A group that no row names, or a box that is not there, would leave an arrow out without a word.
#[test]
fn each_group_of_a_box_has_traffic_and_a_box() {
    let mut arrows = 0;
    for blueprint in with_everything() {
        for environment in environments(&blueprint.environments) {
            let names = |texts: &PartTexts| {
                let boxes = (texts.diagram.boxes)(environment).into_iter();
                boxes.map(|part| part.name).collect::<Vec<_>>()
            };
            for texts in texts_in(environment) {
                for (group, name) in texts.diagram.groups {
                    let part = texts.part.name;
                    let mut ways = ALL_TEXTS.iter().flat_map(|texts| texts.documents.ways);
                    let has_way = ways.any(|way| way.from == *group || way.to == *group);
                    assert!(has_way, "{part}: no row names {group}");
                    let has_box = *name == SERVICES || names(texts).contains(name);
                    assert!(has_box, "{part}: no box {name}");
                }
                let flows = flows(texts, environment);
                let own = texts.diagram.flows.len()
                    + (texts.diagram.flows_by_environment)(environment).len();
                arrows += flows.len() - own;
            }
        }
    }
    assert!(arrows > 10, "{arrows}");
}
