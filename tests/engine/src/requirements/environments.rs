//! 2: what an environment's root is made of.

use std::collections::BTreeSet;

use composer_core::Value;
use composer_core::options::{self, DefaultValue, Scope, Terraform};

use super::observation::{Environment, Observation, text};
use super::{Outcome, Row, each, ensure, row, same, tree, tree_if};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.1",
        &[
            tree(
                "terraform/envs/ has one folder for each environment asked for, and no other",
                has_folders,
            ),
            tree_if(
                "of the standard composition: they are terraform/envs/bench/, dev/ and prod/",
                |seen| {
                    let names = ["dev", "bench", "prod"];
                    names.iter().all(|name| seen.environment(name).is_some())
                },
                |seen| {
                    let folders = seen.folders("terraform/envs");
                    let wanted = ["bench", "dev", "prod"];
                    ensure(wanted.iter().all(|name| folders.contains(name)), || {
                        format!("there are {folders:?}")
                    })
                },
            ),
        ],
    ),
    row(
        "2.2",
        &[each(
            "each root has terraform.tf with required_version and the AWS provider's version, providers.tf with the \
             provider, main.tf, variables.tf and outputs.tf, each with its kind of blocks",
            has_files,
        )],
    ),
    row(
        "2.3",
        &[each(
            "main.tf calls modules, which are more than all its other blocks together, locals and data sources; checks stand \
             in checks.tf, no file of a root makes a resource but protection.tf, whose guards change nothing in AWS, and \
             everything else in the state is a module's",
            calls_modules,
        )],
    ),
    row(
        "2.4",
        &[
            each(
                "each variable of a root has a default, a value in terraform.tfvars, or stands there as a comment to be \
                 filled in",
                has_defaults_or_asks,
            ),
            each(
                "what nobody can guess has no default: Terraform asks for it",
                asks_for_what_is_open,
            ),
            each(
                "what differs by profile has its profile's default in variables.tf",
                has_the_profiles_defaults,
            ),
        ],
    ),
    row(
        "2.5",
        &[tree(
            "each root has one backend of its own: no two share a bucket's key or a file, and no file is outside its root",
            keeps_states_apart,
        )],
    ),
];

fn has_folders(seen: &Observation) -> Outcome {
    let wanted: BTreeSet<&str> = seen
        .environments
        .iter()
        .map(|environment| environment.wanted.name.as_str())
        .collect();
    same(
        "folders of terraform/envs",
        seen.folders("terraform/envs"),
        wanted,
    )
}

fn has_files(environment: &Environment, seen: &Observation) -> Outcome {
    let folder = environment.folder();
    for (file, kind) in [
        ("terraform.tf", "terraform"),
        ("providers.tf", "provider"),
        ("main.tf", "module"),
        ("variables.tf", "variable"),
        ("outputs.tf", "output"),
    ] {
        let path = format!("{folder}/{file}");
        let body = seen.hcl(&path)?;
        let kinds: BTreeSet<&str> = body.blocks().map(hcl::Block::identifier).collect();
        ensure(kinds.contains(kind), || {
            format!("{path} has no {kind} but {kinds:?}")
        })?;
        ensure(file == "main.tf" || kinds.len() == 1, || {
            format!("{path} has {kinds:?}")
        })?;
    }
    let versions = seen.file(&format!("{folder}/terraform.tf"))?;
    for wanted in [
        "required_version = \">= 1.11",
        "\"hashicorp/aws\"",
        "version = \">= 6.",
    ] {
        ensure(versions.contains(wanted), || {
            format!("{folder}/terraform.tf doesn't say {wanted}")
        })?;
    }
    Ok(())
}

/// What a root makes itself: it is in the state, and nowhere else.
const GUARD: &str = "terraform_data";

fn calls_modules(environment: &Environment, seen: &Observation) -> Outcome {
    let folder = environment.folder();
    for file in seen.below(&folder).filter(|path| path.ends_with(".tf")) {
        let path = format!("{folder}/{file}");
        let body = seen.hcl(&path)?;
        let kinds: Vec<&str> = body.blocks().map(hcl::Block::identifier).collect();
        let is_main = file == "main.tf";
        for block in body.blocks() {
            let kind = &block.identifier();
            let is_at_home = match *kind {
                "module" => is_main,
                "check" => file == "checks.tf",
                "resource" => file == "protection.tf" && block.labels()[0].as_str() == GUARD,
                _ => !is_main || ["data", "locals"].contains(kind),
            };
            ensure(is_at_home, || format!("{path} has a {kind}"))?;
        }
        if is_main {
            let calls = kinds.iter().filter(|kind| **kind == "module").count();
            let beside = kinds.len() - calls;
            ensure(calls > beside, || {
                format!("{path} calls {calls} modules and has {beside} other blocks")
            })?;
        }
    }
    let outside: Vec<&str> = environment
        .managed()
        .map(|resource| text(&resource["address"]))
        .filter(|address| {
            !address.starts_with("module.") && !address.starts_with(&format!("{GUARD}."))
        })
        .collect();
    same("resources outside of modules", outside, Vec::<&str>::new())
}

fn has_defaults_or_asks(environment: &Environment, seen: &Observation) -> Outcome {
    let values = seen.file(&format!("{}/terraform.tfvars", environment.folder()))?;
    let declared = environment.root()["variables"].as_object();
    for (name, variable) in declared.into_iter().flatten() {
        let is_said = |begin: &str| {
            values.lines().any(|line| {
                let rest = line
                    .strip_prefix(begin)
                    .and_then(|rest| rest.strip_prefix(name.as_str()));
                rest.is_some_and(|rest| rest.trim_start().starts_with('='))
            })
        };
        ensure(
            variable.get("default").is_some() || is_said("") || is_said("# "),
            || format!("nothing is said of the variable {name}"),
        )?;
    }
    Ok(())
}

fn asks_for_what_is_open(environment: &Environment, seen: &Observation) -> Outcome {
    let path = format!("{}/variables.tf", environment.folder());
    let declared = seen.hcl(&path)?;
    let mut looked_at = 0;
    for setting in &environment.wanted.settings {
        let default = match &setting.row.default {
            DefaultValue::Inherited => {
                options::option(Scope::Spec, setting.row.key).map(|row| &row.default)
            }
            own => Some(own),
        };
        let (Some(DefaultValue::Open(_) | DefaultValue::Required), Terraform::Variable(name)) =
            (default, &setting.row.terraform)
        else {
            continue;
        };
        let mut blocks = declared.blocks();
        // What belongs to a feature that is off has no variable.
        let Some(block) = blocks.find(|block| block.labels()[0].as_str() == *name) else {
            continue;
        };
        let mut attributes = block.body().attributes();
        ensure(
            attributes.all(|attribute| attribute.key() != "default"),
            || format!("{path}: {name} has a default"),
        )?;
        looked_at += 1;
    }
    ensure(looked_at > 0, || format!("{path} asks for nothing"))
}

/// The block of a variable, its spaces squeezed.
fn variable(text: &str, name: &str) -> Option<String> {
    let (_, block) = text.split_once(&format!("variable \"{name}\" {{\n"))?;
    let (block, _) = block.split_once("\n}\n")?;
    let lines = block
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn has_the_profiles_defaults(environment: &Environment, seen: &Observation) -> Outcome {
    let path = format!("{}/variables.tf", environment.folder());
    let declared = seen.file(&path)?;
    let mut looked_at = BTreeSet::new();
    for setting in &environment.wanted.settings {
        let DefaultValue::PerProfile(values) = &setting.row.default else {
            continue;
        };
        let value = match Value::from(values[environment.wanted.profile as usize]) {
            Value::Text(text) => format!("\"{text}\""),
            other => other.to_string(),
        };
        let (name, wanted) = match &setting.row.terraform {
            Terraform::Variable(name) => (*name, format!("default = {value}")),
            Terraform::Attribute {
                variable,
                attribute,
            } => (*variable, format!("{attribute} = optional(")),
            Terraform::Structure => continue,
        };
        // What belongs to a feature that is off has no variable.
        let Some(block) = variable(declared, name) else {
            continue;
        };
        let is_there = block.lines().any(|line| {
            line == wanted
                || (line.starts_with(&wanted)
                    && line.trim_end_matches(',').ends_with(&format!(", {value})")))
        });
        ensure(is_there, || {
            format!("{path}: {} has not the default {value}", setting.row.key)
        })?;
        looked_at.insert(setting.row.key);
    }
    ensure(
        [
            "history.count",
            "compute.instance_type",
            "log_retention_days",
        ]
        .iter()
        .all(|key| looked_at.contains(key)),
        || format!("only {looked_at:?} differ"),
    )
}

/// Where a root keeps its state: kind, bucket or folder, key or file.
pub(super) fn backend(
    environment: &Environment,
    seen: &Observation,
) -> Result<(String, String, String), String> {
    let path = format!("{}/backend.tf", environment.folder());
    let body = seen.hcl(&path)?;
    let backends: Vec<&hcl::Block> = body
        .blocks()
        .flat_map(|block| block.body().blocks())
        .filter(|block| block.identifier() == "backend")
        .collect();
    same(&format!("backends in {path}"), backends.len(), 1)?;
    let kind = backends[0].labels()[0].as_str();
    let argument = |name: &str| {
        let mut all = backends[0].body().attributes();
        let found = all.find(|attribute| attribute.key() == name);
        match found.map(hcl::Attribute::expr) {
            Some(hcl::Expression::String(text)) => text.clone(),
            _ => String::new(),
        }
    };
    Ok(match kind {
        "s3" => ("s3".to_owned(), argument("bucket"), argument("key")),
        other => {
            let path = argument("path");
            // From another folder it could be one file for two roots.
            ensure(!path.starts_with('/') && !path.contains(".."), || {
                format!("{} keeps its state outside: {path}", environment.folder())
            })?;
            (other.to_owned(), environment.folder(), path)
        }
    })
}

fn keeps_states_apart(seen: &Observation) -> Outcome {
    let mut known = BTreeSet::new();
    for environment in &seen.environments {
        let place = backend(environment, seen)?;
        ensure(!place.2.is_empty(), || {
            format!("{} has no key: {place:?}", environment.folder())
        })?;
        ensure(known.insert(place.clone()), || {
            format!("{} shares {place:?}", environment.folder())
        })?;
    }
    Ok(())
}
