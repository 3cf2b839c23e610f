//! 14: the state of each environment.

use std::collections::BTreeSet;

use composer_core::environment::Backend;

use super::environments::backend;
use super::observation::{Environment, Observation, items, references, text};
use super::{Outcome, Row, each, each_if, ensure, row, same, tree_if};

pub(super) const ROWS: &[Row] = &[
    row(
        "14.1",
        &[
            each(
                "everything in an environment's state that takes tags has the tag Environment of that environment, and \
                 there is one VPC and one cluster, of its name",
                holds_one_environment,
            ),
            tree_if(
                "where there are several environments: no two keep their state in one place",
                |seen| seen.environments.len() > 1,
                are_apart,
            ),
        ],
    ),
    row(
        "14.2",
        &[each_if(
            "with the S3 backend: the key is <prefix>/<environment>/terraform.tfstate, encrypted and locked by a file \
             beside it",
            |wanted| matches!(wanted.backend, Backend::S3 { .. }),
            has_key_of_its_own,
        )],
    ),
    row(
        "14.3",
        &[
            each_if(
                "with the S3 backend: the State section of the environment's README says key and region, what makes the \
                 bucket, and how `terraform init` is run",
                |wanted| matches!(wanted.backend, Backend::S3 { .. }),
                documents_s3,
            ),
            each_if(
                "with the local backend: it recommends S3 with a key for each environment, and says how to move there",
                |wanted| matches!(wanted.backend, Backend::Local),
                documents_local,
            ),
        ],
    ),
    row(
        "14.4",
        &[
            tree_if(
                "where there are several environments: none reads another but by terraform_remote_state; the data sources \
                 of a root are of instance types alone, and no other environment's name, folder or key is in its code",
                |seen| seen.environments.len() > 1,
                know_nothing_of_each_other,
            ),
            tree_if(
                "where there are several: the README of each whose state is in S3 shows the terraform_remote_state that \
                 reads it, with its key and region",
                |seen| seen.environments.len() > 1 && seen.environments.iter().any(is_in_s3),
                show_how_each_is_read,
            ),
        ],
    ),
];

fn holds_one_environment(environment: &Environment, _: &Observation) -> Outcome {
    let mut tagged = 0;
    for resource in environment.managed() {
        if let Some(tags) = resource["values"]["tags_all"].as_object() {
            let found = tags.get("Environment").map(text);
            same(
                &format!("the tag Environment of {}", text(&resource["address"])),
                found,
                Some(environment.wanted.name.as_str()),
            )?;
            tagged += 1;
        }
    }
    ensure(tagged > 20, || format!("only {tagged} resources have tags"))?;
    let name = &environment.full_name;
    for (kind, wanted) in [
        ("aws_vpc", name.clone()),
        ("aws_ecs_cluster", format!("{name}-cluster")),
    ] {
        let found: Vec<&str> = environment
            .all(kind)
            .iter()
            .map(|resource| match kind {
                "aws_vpc" => text(&resource["values"]["tags"]["Name"]),
                _ => text(&resource["values"]["name"]),
            })
            .collect();
        same(kind, found, vec![wanted.as_str()])?;
    }
    Ok(())
}

fn are_apart(seen: &Observation) -> Outcome {
    let places: Result<BTreeSet<_>, String> = seen
        .environments
        .iter()
        .map(|environment| backend(environment, seen))
        .collect();
    same("places", places?.len(), seen.environments.len())
}

fn has_key_of_its_own(environment: &Environment, seen: &Observation) -> Outcome {
    let (kind, _, key) = backend(environment, seen)?;
    same("the backend", kind.as_str(), "s3")?;
    let ending = format!("/{}/terraform.tfstate", environment.wanted.name);
    ensure(
        key.strip_suffix(&ending)
            .is_some_and(|prefix| !prefix.is_empty()),
        || format!("the key is {key}"),
    )?;
    let text = seen.file(&format!("{}/backend.tf", environment.folder()))?;
    for argument in ["encrypt", "use_lockfile"] {
        let is_true = text.lines().any(|line| {
            let line: Vec<&str> = line.split_whitespace().collect();
            line == [argument, "=", "true"]
        });
        ensure(is_true, || format!("{argument} is not true:\n{text}"))?;
    }
    Ok(())
}

/// The section of the environment's README about its state.
fn section<'a>(environment: &Environment, seen: &'a Observation) -> Result<&'a str, String> {
    let path = format!("{}/README.md", environment.folder());
    let (_, rest) = seen
        .file(&path)?
        .split_once("\n## State\n")
        .ok_or_else(|| format!("{path} has no section State"))?;
    Ok(rest.split("\n## ").next().unwrap_or(rest))
}

fn says(section: &str, wanted: &[&str]) -> Outcome {
    for wanted in wanted {
        ensure(section.contains(wanted), || {
            format!("the README's State section doesn't say {wanted}:\n{section}")
        })?;
    }
    Ok(())
}

fn documents_s3(environment: &Environment, seen: &Observation) -> Outcome {
    let (_, bucket, key) = backend(environment, seen)?;
    let Backend::S3 { region, .. } = &environment.wanted.backend else {
        return Err("the backend is not S3".to_owned());
    };
    says(
        section(environment, seen)?,
        &[
            &format!("`{key}`"),
            region,
            &bucket,
            "terraform/bootstrap",
            "\nterraform init",
        ],
    )
}

fn documents_local(environment: &Environment, seen: &Observation) -> Outcome {
    says(
        section(environment, seen)?,
        &[
            "`terraform.tfstate`",
            "S3",
            "one key for each environment",
            "terraform init -migrate-state",
        ],
    )
}

/// What a root may read besides another environment's state: facts about AWS.
const READ: [&str; 3] = [
    "aws_ec2_instance_type",
    "aws_ec2_instance_type_offerings",
    "terraform_remote_state",
];

fn is_in_s3(environment: &Environment) -> bool {
    matches!(environment.wanted.backend, Backend::S3 { .. })
}

fn show_how_each_is_read(seen: &Observation) -> Outcome {
    for environment in seen.environments.iter().filter(|each| is_in_s3(each)) {
        let (_, _, key) = backend(environment, seen)?;
        let Backend::S3 { region, .. } = &environment.wanted.backend else {
            continue;
        };
        let name = &environment.wanted.name;
        says(
            section(environment, seen)?,
            &[
                &format!("data \"terraform_remote_state\" \"{name}\" {{\n  backend = \"s3\"\n"),
                &format!("key    = \"{key}\"\n"),
                &format!("region = \"{region}\"\n"),
            ],
        )?;
    }
    Ok(())
}

fn know_nothing_of_each_other(seen: &Observation) -> Outcome {
    for environment in &seen.environments {
        let read = items(&environment.root()["resources"])
            .filter(|resource| resource["mode"] == "data")
            .map(|resource| text(&resource["type"]));
        let strange: Vec<&str> = read.filter(|kind| !READ.contains(kind)).collect();
        same("data sources of the root", strange, Vec::<&str>::new())?;
        let folder = environment.folder();
        let code: Vec<(&String, &String)> = seen
            .files
            .iter()
            .filter(|(path, _)| {
                let rest = path.strip_prefix(&folder);
                rest.is_some_and(|rest| {
                    rest.starts_with('/') && (rest.ends_with(".tf") || rest.ends_with(".tfvars"))
                })
            })
            .collect();
        ensure(code.len() > 5, || {
            format!("{folder} has {} files", code.len())
        })?;
        for other in &seen.environments {
            if other.wanted.name == environment.wanted.name {
                continue;
            }
            let (_, _, key) = backend(other, seen)?;
            let mut words = vec![
                format!("\"{}\"", other.full_name),
                format!("envs/{}\"", other.wanted.name),
                format!("../{}", other.wanted.name),
            ];
            if key.contains('/') {
                words.push(key);
            }
            for (path, text) in &code {
                let found = words.iter().find(|word| text.contains(word.as_str()));
                same(
                    &format!("what {path} says of {}", other.wanted.name),
                    found,
                    None,
                )?;
            }
        }
        let calls = environment.root()["module_calls"].as_object();
        for (name, call) in calls.into_iter().flatten() {
            let others = references(&call["expressions"])
                .into_iter()
                .filter(|address| address.starts_with("data."))
                .filter(|address| !address.starts_with("data.terraform_remote_state."))
                .collect::<Vec<_>>();
            same(
                &format!("data sources that module {name} is given"),
                others,
                Vec::<&str>::new(),
            )?;
        }
    }
    Ok(())
}
