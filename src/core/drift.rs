//! How the files of a folder differ from what was composed into it, for CI.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::archive::SPEC_FILE;
use crate::check::server_keys::{Refusal, refusal};
use crate::merge::{counts, has_conflict};
use crate::parts::dynamic_config::KEYS;
use crate::read;
use crate::tree::Tree;
use crate::update::{Keeper, Present};
use crate::value_files::{self, Content, UnknownValue, Unreadable, Values, Variables};

/// How a file differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// It was edited: so many lines are new, and so many gone.
    Edited {
        /// Lines that were not composed.
        new: usize,
        /// Composed lines that are not there.
        gone: usize,
    },
    /// It can be run and was not composed so, or the other way round.
    Mode,
    /// It is no text.
    NotText,
    /// It is not there.
    Missing,
    /// It was not composed, but stands among composed files.
    Extra,
    /// It has marks of conflicts.
    Unresolved,
    /// The spec states something else than was composed.
    SpecChanged,
    /// It has these values, which no variable takes: the root refuses them, and Terraform itself drops them.
    Dropped(Vec<UnknownValue>),
    /// It sets these keys of the server's dynamic configuration, which the server ignores: Terraform doesn't know its keys.
    Ignored(Vec<UnknownValue>),
    /// It can't be read as a file of values, or the file of this name beside it, which declares variables, can't be read.
    Unreadable(Option<String>, Unreadable),
}

/// The folders of `tree` in which another file is extra: those that have composed files, but for the top one, in which a
/// repository has files of its own.
#[must_use]
pub fn folders(tree: &Tree) -> BTreeSet<&str> {
    tree.files()
        .filter_map(|(path, _)| Some(path.rsplit_once('/')?.0))
        .collect()
}

/// How `present`, the files at the paths of `tree` and in its [`folders`], differ from `tree`. What is the user's, such as
/// `terraform.tfvars`, may differ; but it must not have values that Terraform drops.
#[must_use]
pub fn drift(tree: &Tree, present: &BTreeMap<String, Present>) -> Vec<(String, Drift)> {
    let mut found: BTreeMap<&str, Vec<Drift>> = BTreeMap::new();
    for (path, file) in tree.files() {
        let mut add = |drift| found.entry(path).or_default().push(drift);
        match present.get(path) {
            None if Keeper::of(path) == Keeper::Composer => add(Drift::Missing),
            None => {}
            Some(Present::NotText) => add(Drift::NotText),
            Some(Present::Text { text, executable }) => {
                if has_conflict(text) {
                    add(Drift::Unresolved);
                } else if path == SPEC_FILE {
                    if read::read(text).spec != read::read(&file.text).spec {
                        add(Drift::SpecChanged);
                    }
                } else if *text != file.text && Keeper::of(path) == Keeper::Composer {
                    let (new, gone) = counts(&file.text, text);
                    add(Drift::Edited { new, gone });
                }
                if *executable != file.executable {
                    add(Drift::Mode);
                }
            }
        }
    }
    for (path, file) in present {
        if tree.file(path).is_none() && !is_of_terraform(path) {
            found.entry(path).or_default().push(Drift::Extra);
        }
        if let Present::Text { text, .. } = file
            && let Some(variables) = variables_beside(path, present)
        {
            match value_drifts(path, text, &variables) {
                Ok(drifts) if drifts.is_empty() => {}
                Ok(drifts) => found.entry(path).or_default().extend(drifts),
                Err((file, error)) => found
                    .entry(path)
                    .or_default()
                    .push(Drift::Unreadable(file, error)),
            }
        }
    }
    found
        .into_iter()
        .flat_map(|(path, drifts)| drifts.into_iter().map(|drift| (path.to_owned(), drift)))
        .collect()
}

/// Whether Terraform, its user or a script makes a file of this name beside composed ones.
fn is_of_terraform(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = [".tfplan", ".tfstate", ".tfstate.backup"];
    Keeper::of(path) != Keeper::Composer
        || ends.iter().any(|end| name.ends_with(end))
        || name.starts_with("crash.") && name.ends_with("log")
}

/// The files in which the variables may be declared that the file of values at `path` is for, each with its name; `None`
/// if it is no such file, or is in no folder of Terraform.
fn variables_beside<'a>(
    path: &str,
    present: &'a BTreeMap<String, Present>,
) -> Option<Vec<(&'a str, &'a str)>> {
    let (folder, name) = path.rsplit_once('/')?;
    if Keeper::of(name) != Keeper::UserValues {
        return None;
    }
    let files = present.iter().filter_map(|(path, file)| {
        let (within, name) = path.rsplit_once('/')?;
        match file {
            Present::Text { text, .. } if within == folder && name.ends_with(".tf") => {
                Some((name, text.as_str()))
            }
            Present::Text { .. } | Present::NotText => None,
        }
    });
    let files: Vec<_> = files.collect();
    (!files.is_empty()).then_some(files)
}

/// What is wrong with the values in a file of values: those that no variable takes, and those for which the server has no
/// key.
///
/// # Errors
/// If one of the texts can't be read: with its name where it is another file.
fn value_drifts(
    path: &str,
    text: &str,
    files: &[(&str, &str)],
) -> Result<Vec<Drift>, (Option<String>, Unreadable)> {
    let values = value_files::values(path, text).map_err(|error| (None, error))?;
    let mut variables = Variables::new();
    for (name, text) in files {
        let found = value_files::variables(text);
        variables.extend(found.map_err(|error| (Some((*name).to_owned()), error))?);
    }
    let dropped = value_files::unknown(&values, &variables);
    // A root without the map drops it as a whole.
    let is_dropped = |address: &str| dropped.iter().any(|it| it.address == address);
    let ignored = match KEYS.split_once('.') {
        Some((variable, attribute)) if !is_dropped(KEYS) && variables.contains_key(variable) => {
            ignored(&values, variable, attribute)
        }
        _ => Vec::new(),
    };
    let mut drifts = Vec::new();
    if !dropped.is_empty() {
        drifts.push(Drift::Dropped(dropped));
    }
    if !ignored.is_empty() {
        drifts.push(Drift::Ignored(ignored));
    }
    Ok(drifts)
}

/// What of the map `variable.attribute` the server ignores.
fn ignored(values: &Values, variable: &str, attribute: &str) -> Vec<UnknownValue> {
    let Some(map) = inside(values, variable).and_then(|values| inside(values, attribute)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, value) in map {
        // As Terraform makes text of it.
        let text = match &value.content {
            Content::Literal(Json::String(text)) => Some(text.clone()),
            Content::Literal(scalar) if !scalar.is_null() => Some(scalar.to_string()),
            _ => None,
        };
        let advice = match refusal(key, text.as_deref()) {
            None => continue,
            Some(Refusal::Unknown { message, likely }) => match likely {
                Some(likely) if !likely.eq_ignore_ascii_case(key) => {
                    format!("{message}: did you mean `{likely}`?")
                }
                _ => message,
            },
            Some(Refusal::Value(message)) => message,
        };
        found.push(UnknownValue {
            address: format!("{KEYS}[{key:?}]"),
            line: value.line,
            advice,
        });
    }
    found
}

/// The entries of the object `name` among `values`.
fn inside<'a>(values: &'a Values, name: &str) -> Option<&'a Values> {
    let (_, value) = values.iter().find(|(known, _)| known == name)?;
    match &value.content {
        Content::Object(entries) => Some(entries),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::File;
    use crate::{check, compose, presets};

    const ROOT: &str = "terraform/envs/dev";

    fn lean() -> Tree {
        let spec = presets::find("dev-lean").unwrap().spec();
        compose(&check(&spec).blueprint.unwrap())
    }

    fn text(text: &str) -> Present {
        Present::Text {
            text: text.to_owned(),
            executable: false,
        }
    }

    fn unknown(address: &str, line: Option<usize>, advice: &str) -> UnknownValue {
        UnknownValue {
            address: address.to_owned(),
            line,
            advice: advice.to_owned(),
        }
    }

    fn unedited(tree: &Tree) -> BTreeMap<String, Present> {
        let files = tree.files();
        let files = files.map(|(path, file)| (path.to_owned(), Present::from(file)));
        files.collect()
    }

    #[track_caller]
    fn check_drift(spoil: impl Fn(&mut BTreeMap<String, Present>), expected: &[(&str, Drift)]) {
        let tree = lean();
        let mut present = unedited(&tree);
        spoil(&mut present);
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, drift)| ((*path).to_owned(), drift.clone()))
            .collect();
        assert_eq!(drift(&tree, &present), expected);
    }

    fn put(present: &mut BTreeMap<String, Present>, path: &str, content: &str) {
        present.insert(path.to_owned(), text(content));
    }

    #[test]
    fn what_is_as_composed_has_none_and_neither_what_is_the_users() {
        check_drift(|_| {}, &[]);
        check_drift(
            |present| {
                put(present, &format!("{ROOT}/.terraform.lock.hcl"), "a");
                put(present, &format!("{ROOT}/first.tfplan"), "a");
                put(present, &format!("{ROOT}/terraform.tfstate"), "{}");
                put(present, &format!("{ROOT}/backend.tf"), "terraform {}\n");
                put(
                    present,
                    &format!("{ROOT}/images.auto.tfvars.json"),
                    "{\"temporal_image\": \"a\"}",
                );
                let path = "composition.toml";
                let Some(Present::Text { text, .. }) = present.get_mut(path) else {
                    unreachable!("it is composed");
                };
                text.insert_str(0, "# Ours.\n");
            },
            &[],
        );
    }

    #[test]
    fn what_differs_is_named() {
        let drift = |name, drift| (name, drift);
        check_drift(
            |present| {
                put(present, "README.md", "a\n");
                present.remove("docs/security.md");
                put(present, "scripts/mine.sh", "a\n");
                put(present, "images/versions.env", "<<<<<<< yours\n");
                present.insert("docs/operations.md".to_owned(), Present::NotText);
                if let Some(Present::Text { executable, .. }) =
                    present.get_mut("scripts/preflight.sh")
                {
                    *executable = false;
                }
                put(
                    present,
                    "composition.toml",
                    "version = 1\nproject = \"other\"\n",
                );
            },
            &[
                drift(
                    "README.md",
                    Drift::Edited {
                        new: 1,
                        gone: lean().file("README.md").unwrap().text.lines().count(),
                    },
                ),
                drift("composition.toml", Drift::SpecChanged),
                drift("docs/operations.md", Drift::NotText),
                drift("docs/security.md", Drift::Missing),
                drift("images/versions.env", Drift::Unresolved),
                drift("scripts/mine.sh", Drift::Extra),
                drift("scripts/preflight.sh", Drift::Mode),
            ],
        );
    }

    #[test]
    fn values_that_terraform_drops_are_named() {
        let values = format!("{ROOT}/terraform.tfvars");
        check_drift(
            |present| {
                put(
                    present,
                    &values,
                    "project = \"a\"\nreservoir = { enabled = false }\nhistory = {\n  cpu = 1024\n  extra_environment = { A = \"b\" }\n  replicas = 3\n}\nnew = 1\n",
                );
            },
            &[(
                &values,
                Drift::Dropped(vec![
                    unknown(
                        "reservoir.enabled",
                        Some(2),
                        "set it in composition.toml, and run `temporal-composer update`",
                    ),
                    unknown(
                        "history.replicas",
                        Some(6),
                        "`history` takes `count`, `cpu`, `extra_environment`, `max_conns`, `memory`",
                    ),
                    unknown("new", Some(8), "variables.tf lists the variables"),
                ]),
            )],
        );
        check_drift(
            |present| put(present, &values, "project = \n"),
            &[(
                &values,
                Drift::Unreadable(
                    None,
                    Unreadable {
                        line: Some(1),
                        reason: "invalid expression".to_owned(),
                    },
                ),
            )],
        );
        let json = format!("{ROOT}/my.auto.tfvars.json");
        check_drift(
            |present| put(present, &json, "{\"compute\": {\"size\": 1}}"),
            &[(
                &json,
                Drift::Dropped(vec![unknown(
                    "compute.size",
                    Some(1),
                    "`compute` takes `eni_trunking`, `instance_count`, `instance_type`, `max_count`, `max_instance_lifetime_days`",
                )]),
            )],
        );
    }

    #[test]
    fn keys_that_the_server_ignores_are_named() {
        let values = format!("{ROOT}/terraform.tfvars");
        let ignored = |key: &str, line, advice: &str| {
            unknown(
                &format!("dynamic_config.keys[\"{key}\"]"),
                Some(line),
                advice,
            )
        };
        check_drift(
            |present| {
                put(
                    present,
                    &values,
                    "dynamic_config = {\n  keys = {\n    \"frontend.rsp\" = \"1\"\n    \"Frontend.RPS\" = 5\n    \
                     \"history.rps\" = 3000\n    \"matching.rps\" = \"many\"\n    \"x\" = \"1\"\n    \
                     \"frontend.namespaceCount\" = 1 + 1\n  }\n}\n",
                );
            },
            &[(
                &values,
                Drift::Ignored(vec![
                    ignored(
                        "frontend.rsp",
                        3,
                        "the server has no key `frontend.rsp`: did you mean `frontend.rps`?",
                    ),
                    ignored(
                        "Frontend.RPS",
                        4,
                        "the key is spelled `frontend.rps`, not `Frontend.RPS`",
                    ),
                    ignored(
                        "matching.rps",
                        6,
                        "`many` is not a whole number, which `matching.rps` takes",
                    ),
                    ignored("x", 7, "the server has no key `x`"),
                ]),
            )],
        );
        // Where the image brings its own configuration, the root has no such map.
        let files = [("variables.tf", "variable \"a\" {}\n")];
        let text = "dynamic_config = { keys = { x = 1 } }\n";
        let drifts = value_drifts("terraform.tfvars", text, &files).unwrap();
        assert!(matches!(&*drifts, [Drift::Dropped(values)] if values.len() == 1));
    }

    #[test]
    fn lists_maps_and_optional_objects_are_looked_into() {
        let variables = "variable \"a\" {\n  type = map(object({ b = optional(list(object({ c = string }))) }))\n}\nvariable \"d\" {}\n";
        let values = "a = { x = { b = [{ c = 1 }, { c = 1, e = 2 }], f = 3 } }\nd = { g = 1 }\n";
        let files = [("variables.tf", variables)];
        let drifts = value_drifts("terraform.tfvars", values, &files).unwrap();
        let [Drift::Dropped(found)] = &*drifts else {
            panic!("{drifts:?}")
        };
        let found: Vec<&str> = found.iter().map(|it| it.address.as_str()).collect();
        assert_eq!(found, ["a.x.b[1].e", "a.x.f"]);
        // Every composed file of values has only what its variables take.
        let mut tree = lean();
        tree.add("mine/terraform.tfvars", File::kept("a = 1\n", false));
        assert_eq!(drift(&tree, &unedited(&tree)), []);
    }
}
