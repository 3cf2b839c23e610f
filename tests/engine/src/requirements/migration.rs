//! 15: from one flat root to the modules.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use composer_core::migrate::{self, migrate};
use composer_core::options::{self, Scope};
use composer_core::{Tree, read};
use tempfile::TempDir;

use super::observation::Observation;
use super::scripts::{Rehearsal, write};
use super::{Outcome, Row, ensure, row, same, tree};

/// Where it stands how.
const PAGE: &str = "docs/migration.md";

pub(super) const ROWS: &[Row] = &[
    row(
        "15.1",
        &[tree(
            "docs/migration.md has the steps from a flat root to terraform/modules, as commands in the order that works, of \
             folders and scripts that are there",
            has_steps,
        )],
    ),
    row(
        "15.2",
        &[tree(
            "its steps run what `migrate` writes for each environment: a script that moves with `terraform state mv` from \
             one file to another, aws_vpc.main to module.vpc.aws_vpc.this",
            moves_state,
        )],
    ),
    row(
        "15.3",
        &[tree(
            "it has a checklist of what is moved, planned, applied and runs, whose commands, files and numbers are there",
            has_checklist,
        )],
    ),
    row(
        "15.4",
        &[
            tree(
                "it says what stays compatible while both are there: names and outputs of the flat root, by options that \
                 there are, and its scripts",
                stays_compatible,
            ),
            tree(
                "each call of the flat layout's scripts that have their name still changes nothing, and is answered with the \
                 call that docs/migration.md has beside it",
                answers_flat_calls,
            ),
            tree(
                "each call that docs/migration.md has in place of one of the flat layout is one that the script takes",
                names_calls,
            ),
        ],
    ),
    row(
        "15.5",
        &[tree(
            "it says how to go back, before and after something was applied, and its commands do so: they take out of the \
             state what came from the flat root and nothing else, apply that, and destroy what is left",
            can_be_taken_back,
        )],
    ),
];

/// The section whose heading has one of these words, with those inside it.
fn section<'a>(page: &'a str, words: &[&str]) -> Result<&'a str, String> {
    let mut begin = 0;
    let mut found: Option<(usize, usize)> = None;
    let mut in_code = false;
    for line in page.split_inclusive('\n') {
        let at = begin;
        begin += line.len();
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let level = line.chars().take_while(|&c| c == '#').count();
        if in_code || level < 2 {
            continue;
        }
        match found {
            Some((start, depth)) if level <= depth => return Ok(&page[start..at]),
            Some(_) => {}
            None => {
                let heading = line.to_lowercase();
                if words.iter().any(|word| heading.contains(word)) {
                    found = Some((at, level));
                }
            }
        }
    }
    let (start, _) = found.ok_or_else(|| format!("{PAGE} has no section about {}", words[0]))?;
    Ok(&page[start..])
}

/// The lines of a text that are commands.
fn commands(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code && !line.trim().is_empty() {
            found.push(line.trim());
        }
    }
    found
}

fn says(text: &str, wanted: &[&str]) -> Outcome {
    let lower = text.to_lowercase();
    for wanted in wanted {
        ensure(lower.contains(&wanted.to_lowercase()), || {
            format!("{PAGE} doesn't say {wanted} where it should")
        })?;
    }
    Ok(())
}

fn has_steps(seen: &Observation) -> Outcome {
    let page = seen.file(PAGE)?;
    let steps = section(page, &["steps", "moving", "step by step"])?;
    let numbered = steps
        .lines()
        .filter(|line| {
            let line = line.trim_start_matches(['#', ' ', '*']);
            let digits = line.chars().take_while(char::is_ascii_digit).count();
            digits > 0 && line[digits..].starts_with(". ")
        })
        .count();
    ensure(numbered >= 4, || format!("{PAGE} has {numbered} steps"))?;
    ensure(commands(steps).len() >= 4, || {
        format!(
            "the steps of {PAGE} have {} commands",
            commands(steps).len()
        )
    })?;
    in_order(
        steps,
        &[
            "terraform -chdir=../flat plan -detailed-exitcode",
            "terraform -chdir=../flat show -json > ../flat.json",
            "temporal-composer migrate --state-list ../flat.json ",
            "temporal-composer export --spec ../migration/composition.toml ",
            " init",
            "../migration/migrate.sh --flat ../flat --root terraform/envs/",
            " plan -out=migration.tfplan",
            " apply migration.tfplan",
            "terraform -chdir=../migration/leftovers apply",
        ],
    )?;
    let migration = migration(seen, environment(seen, page)?)?;
    for line in commands(steps) {
        works(seen, &migration, line)?;
    }
    says(page, &["terraform/modules"])
}

/// The commands have these parts, each in a line after that of the one before.
fn in_order(text: &str, parts: &[&str]) -> Outcome {
    let mut lines = commands(text).into_iter();
    for part in parts {
        ensure(lines.any(|line| line.contains(part)), || {
            format!("{PAGE} has no command with `{part}` in its place")
        })?;
    }
    Ok(())
}

/// The environment whose folder the page's commands name.
fn environment<'a>(seen: &'a Observation, page: &str) -> Result<&'a str, String> {
    let lines = commands(page);
    seen.environments
        .iter()
        .find(|environment| {
            let folder = environment.folder();
            lines
                .iter()
                .any(|line| line.split([' ', '=']).any(|word| word == folder))
        })
        .map(|environment| environment.wanted.name.as_str())
        .ok_or_else(|| format!("no command of {PAGE} names the folder of an environment"))
}

/// The files of an environment's migration.
fn migration(seen: &Observation, environment: &str) -> Result<Tree, String> {
    let spec = read::read(seen.file("composition.toml")?).spec;
    let flat = migrate::read::read("aws_vpc.main\naws_ecs_cluster.main\n").expect("two addresses");
    let migration =
        migrate(&spec, environment, &flat).map_err(|error| format!("{environment}: {error}"))?;
    Ok(migration.tree())
}

/// What a command of the page names is there: the folder in which Terraform runs, a script and the command or the options
/// that it takes.
fn works(seen: &Observation, migration: &Tree, line: &str) -> Outcome {
    let words: Vec<&str> = line.split(' ').collect();
    let has_files = |folder: &str| match folder.strip_prefix("../migration/") {
        Some(folder) => migration
            .files()
            .any(|(path, _)| path.starts_with(&format!("{folder}/"))),
        None => folder == "../flat" || seen.below(folder).next().is_some(),
    };
    for word in &words {
        if let Some(folder) = word.strip_prefix("-chdir=") {
            ensure(has_files(folder), || {
                format!("`{line}`: there is no {folder}")
            })?;
        }
    }
    if let Some(script) = words[0].strip_prefix("../migration/") {
        let text = migration.file(script).map(|file| file.text.to_string());
        let text = text.ok_or_else(|| format!("`{line}`: a migration has no {script}"))?;
        for option in words.iter().filter(|word| word.starts_with("--")) {
            ensure(text.contains(&format!("\n  {option} ")), || {
                format!("`{line}`: {script} has no {option}")
            })?;
        }
        for pair in words.windows(2).filter(|pair| pair[0] == "--root") {
            ensure(has_files(pair[1]), || {
                format!("`{line}`: there is no {}", pair[1])
            })?;
        }
    } else if let Some(script) = words[0].strip_prefix("scripts/") {
        takes(seen, script, &words[1..])?;
    }
    Ok(())
}

/// The script is there and takes the arguments, whatever it then finds.
fn takes(seen: &Observation, script: &str, arguments: &[&str]) -> Outcome {
    seen.file(&format!("scripts/{script}"))?;
    let said = Rehearsal::of(seen)?.run(script, &[arguments, &["--dry-run"]].concat())?;
    ensure(![2, 126, 127].contains(&said.code), || {
        format!("{script} {}: {}", arguments.join(" "), said.err)
    })
}

fn moves_state(seen: &Observation) -> Outcome {
    let page = seen.file(PAGE)?;
    says(
        page,
        &[
            "terraform state mv",
            "aws_vpc.main",
            "module.vpc.aws_vpc.this",
        ],
    )?;
    let runs = |script: &str| commands(page).iter().any(|line| line.contains(script));
    ensure(
        runs("temporal-composer migrate ") && runs("/migrate.sh "),
        || format!("the commands of {PAGE} don't make and run the script"),
    )?;
    for environment in &seen.environments {
        let tree = migration(seen, &environment.wanted.name)?;
        for (path, line) in [
            (
                "moves.sh",
                "move 'aws_vpc.main' 'module.vpc.aws_vpc.this'\n",
            ),
            (
                "migrate.sh",
                "state mv -state=\"$work/flat.tfstate\" -state-out=\"$work/root.tfstate\"",
            ),
        ] {
            let has = tree.file(path).is_some_and(|file| file.text.contains(line));
            ensure(has, || format!("the migration's {path} doesn't say {line}"))?;
        }
    }
    Ok(())
}

/// What a checklist can't do without, by parts of its points.
const POINTS: [&[&str]; 7] = [
    &["flat root", "plan", "`No changes`"],
    &["`terraform state list`", "addresses", "`MIGRATION.md`"],
    &["plan", "destroys 0"],
    &["after the apply", "`No changes`"],
    &["status`", "tasks"],
    &["workflow", "before the migration"],
    &["outputs", "scripts"],
];

fn has_checklist(seen: &Observation) -> Outcome {
    let page = seen.file(PAGE)?;
    let list = section(page, &["checklist"])?;
    let points: Vec<String> = list
        .split("\n- [ ] ")
        .skip(1)
        .map(str::to_lowercase)
        .collect();
    for parts in POINTS {
        let parts = parts
            .iter()
            .map(|part| part.to_lowercase())
            .collect::<Vec<_>>();
        let has = points
            .iter()
            .any(|point| parts.iter().all(|part| point.contains(part)));
        ensure(has, || {
            format!(
                "the checklist of {PAGE} has no point with {}",
                parts.join(", ")
            )
        })?;
    }
    let name = environment(seen, page)?;
    let migration = migration(seen, name)?;
    for span in spans(list) {
        is_there(seen, &migration, name, span)?;
    }
    // The numbers that the list sends to.
    let moves = migration.file("moves.sh").map(|file| file.text.to_string());
    let moves = moves.unwrap_or_default();
    let moves = moves
        .lines()
        .filter(|line| line.starts_with("move "))
        .count();
    let page = migration
        .file("MIGRATION.md")
        .map(|file| file.text.to_string());
    let page = page.unwrap_or_default();
    for number in [
        format!("`terraform state list` in the composed root has {moves} addresses"),
        "to import".to_owned(),
        "to add".to_owned(),
        "0 to destroy".to_owned(),
    ] {
        ensure(page.contains(&number), || {
            format!("MIGRATION.md doesn't say {number}")
        })?;
    }
    Ok(())
}

/// What stands in back-ticks, outside of blocks.
fn spans(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.starts_with("```"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// What the page puts in back-ticks is there: a script with its command, an output, an option, a file or folder of the
/// migration or of the tree. Of Terraform it is a command or what that says.
fn is_there(seen: &Observation, migration: &Tree, environment: &str, span: &str) -> Outcome {
    let otherwise = || format!("{PAGE} names `{span}`, which isn't there");
    if let Some(name) = span.strip_prefix("terraform output ") {
        let outputs = seen.file(&format!("terraform/envs/{environment}/outputs.tf"))?;
        return ensure(
            outputs.contains(&format!("output \"{name}\" {{")),
            otherwise,
        );
    }
    if span.starts_with("terraform ") || span.starts_with("scripts/") {
        return works(seen, migration, span);
    }
    if span.starts_with("migration.") {
        return ensure(
            options::option(Scope::Environment, span).is_some(),
            otherwise,
        );
    }
    let inside = format!("{}/", span.trim_end_matches('/'));
    let is_file = |path: &str| path == span || path.starts_with(&inside);
    let is_there = span == "No changes"
        || migration.files().any(|(path, _)| is_file(path))
        || seen.files.keys().any(|path| is_file(path));
    ensure(is_there, otherwise)
}

fn stays_compatible(seen: &Observation) -> Outcome {
    let part = section(seen.file(PAGE)?, &["compatib", "meantime", "transition"])?;
    says(part, &["names", "outputs", "scripts"])?;
    let mut named = BTreeSet::new();
    for span in spans(part)
        .into_iter()
        .filter(|span| span.starts_with("migration."))
    {
        ensure(options::option(Scope::Environment, span).is_some(), || {
            format!("{PAGE} names {span}, which is no option")
        })?;
        named.insert(span);
    }
    for option in ["migration.keep_flat_names", "migration.keep_flat_outputs"] {
        ensure(named.contains(option), || {
            format!("{PAGE} doesn't name {option}")
        })?;
    }
    Ok(())
}

/// The calls of the flat layout on the page, with what stands beside each.
fn flat_calls(page: &str) -> Result<Vec<(&str, &str)>, String> {
    let table = section(page, &["calls of the flat"])?;
    Ok(table
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .strip_suffix(" |")?
                .split_once("` | ")
        })
        .collect())
}

/// What `scale-services.sh` took in the flat layout.
const FLAT_OPTIONS: [&str; 6] = [
    "--apply",
    "--cluster",
    "--count",
    "--from-terraform",
    "--region",
    "--wps",
];

/// A call with a value in place of each word in capitals.
fn with_values(call: &str) -> Vec<&str> {
    call.split(' ')
        .map(|word| match word {
            "WPS" => "100",
            "COUNT" => "2",
            "CLUSTER" => "temporal-dev-cluster",
            "REGION" => "eu-west-1",
            other => other,
        })
        .collect()
}

fn answers_flat_calls(seen: &Observation) -> Outcome {
    let page = seen.file(PAGE)?;
    let rehearsal = Rehearsal::of(seen)?;
    let mut taken = BTreeSet::new();
    for (before, now) in flat_calls(page)? {
        let words = with_values(before);
        let (script, arguments) = (words[0], &words[1..]);
        if !seen.files.contains_key(&format!("scripts/{script}")) {
            continue;
        }
        let said = rehearsal.run(script, arguments)?;
        same(before, said.code, 2)?;
        same(
            &format!("calls of {before}"),
            said.calls,
            Vec::<String>::new(),
        )?;
        // The environment is the first that the script is for; the page names another where that one is migrated.
        let call = spans(now)
            .into_iter()
            .rfind(|span| span.starts_with("scripts/"));
        let call = with_values(call.ok_or_else(|| format!("beside {before} stands no call"))?);
        let wanted = format!("{} ENVIRONMENT {}", script, call[2..].join(" "));
        let answer = said
            .err
            .lines()
            .last()
            .and_then(|line| line.rsplit(": ").next());
        let mut answer: Vec<&str> = answer.unwrap_or_default().split(' ').collect();
        if let Some(name) = answer.get_mut(1) {
            *name = "ENVIRONMENT";
        }
        same(&format!("the answer to {before}"), answer.join(" "), wanted)?;
        taken.extend(
            arguments
                .iter()
                .copied()
                .filter(|word| word.starts_with("--")),
        );
    }
    same(
        "the options that were tried",
        taken,
        BTreeSet::from(FLAT_OPTIONS),
    )
}

fn names_calls(seen: &Observation) -> Outcome {
    let mut count = 0;
    for (_, now) in flat_calls(seen.file(PAGE)?)? {
        for call in spans(now)
            .into_iter()
            .filter(|span| span.starts_with("scripts/"))
        {
            // Not every environment has a size for every throughput.
            let call = call
                .replace(" --target WPS", "")
                .replace("REGION", "eu-west-1");
            let words: Vec<&str> = call.split(' ').collect();
            takes(seen, words[0].trim_start_matches("scripts/"), &words[1..])?;
            count += 1;
        }
    }
    ensure(count >= 10, || format!("{PAGE} names {count} calls"))
}

/// Says what it was asked, of a state with one resource of the flat root and one of its own.
const TERRAFORM: &str = r#"#!/bin/sh
echo "terraform $*" >>"$REHEARSAL/calls"
case "$*" in
*"state pull") echo '{"version": 4}' ;;
*"state list") printf '%s\n' module.vpc.aws_vpc.this module.vpc.aws_eip.own ;;
esac
"#;

fn can_be_taken_back(seen: &Observation) -> Outcome {
    let page = seen.file(PAGE)?;
    let part = section(page, &["roll", "going back"])?;
    says(part, &["before", "after", "applied"])?;
    let name = environment(seen, page)?;
    let migration = migration(seen, name)?;
    for line in commands(part) {
        works(seen, &migration, line)?;
    }
    let calls = rehearse(&commands(part).join("\n"), name, &migration)?;
    let mut rest = calls.iter();
    for (does, start, end) in [
        (
            "take what was moved out of the state",
            "terraform -chdir=/",
            "/terraform/envs/{} state rm module.vpc.aws_vpc.this",
        ),
        ("apply the flat root", "terraform -chdir=../flat apply", ""),
        (
            "destroy what is left",
            "terraform -chdir=terraform/envs/",
            "{} destroy",
        ),
    ] {
        let end = end.replace("{}", name);
        ensure(
            rest.any(|call| call.starts_with(start) && call.ends_with(&end)),
            || {
                format!(
                    "the way back doesn't {does} in its turn: {}",
                    calls.join("; ")
                )
            },
        )?;
    }
    let changes = ["state rm", "apply", "destroy", "state mv", "state push"];
    let all = calls
        .iter()
        .filter(|call| changes.iter().any(|change| call.contains(change)));
    same("how many calls change something", all.count(), 3)
}

/// Runs commands in a tree beside a flat root and a migration; what they asked of Terraform.
fn rehearse(commands: &str, environment: &str, migration: &Tree) -> Result<Vec<String>, String> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let place = folder.path();
    let root = format!("tree/terraform/envs/{environment}");
    let mut files = vec![
        ("bin/terraform".to_owned(), TERRAFORM.to_owned()),
        (format!("{root}/main.tf"), String::new()),
        (format!("{root}/.terraform/environment"), String::new()),
        ("flat/main.tf".to_owned(), String::new()),
    ];
    for (path, file) in migration.files() {
        files.push((format!("migration/{path}"), file.text.to_string()));
    }
    for (path, text) in files {
        write(&place.join(path), &text, 0o755).map_err(|error| error.to_string())?;
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", commands])
        .current_dir(place.join("tree"))
        .env("PATH", format!("{}:{path}", place.join("bin").display()))
        .env("REHEARSAL", place)
        .env_remove("TF_DATA_DIR")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    ensure(output.status.success(), || {
        format!(
            "`{commands}` ends with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    let calls = fs::read_to_string(place.join("calls")).unwrap_or_default();
    Ok(calls.lines().map(ToOwned::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Tries;
    use super::super::faults::try_faults_in;
    use super::*;

    /// A composition of which nothing is applied: this table looks at nothing that Terraform makes.
    fn seen(preset: &str) -> Observation {
        let spec = crate::spec(preset, &["environments.dev.migration.keep_flat_names=true"]);
        let plans = spec
            .environments()
            .into_iter()
            .map(|name| (name.to_owned(), serde_json::Value::Null));
        Observation::of(&spec, plans.collect())
    }

    /// What doesn't hold, with the criterion before it.
    fn failed(seen: &Observation) -> Vec<String> {
        let cases = ROWS
            .iter()
            .flat_map(|row| row.cases.iter().map(move |case| (row.id, case)));
        let outcomes = cases.flat_map(|(id, case)| {
            case.outcomes(seen)
                .into_iter()
                .map(move |(_, outcome)| (id, outcome))
        });
        outcomes
            .filter_map(|(id, outcome)| Some(format!("{id}: {}", outcome.err()?)))
            .collect()
    }

    #[test]
    fn a_composition_has_it_all_with_a_benchmark_and_without() {
        for preset in ["dev-lean", "standard"] {
            assert_eq!(failed(&seen(preset)), Vec::<String>::new(), "{preset}");
        }
    }

    #[test]
    fn an_empty_page_has_nothing() {
        let mut seen = seen("dev-lean");
        Arc::make_mut(&mut seen.files).insert(PAGE.to_owned(), String::new());
        let failed: BTreeSet<String> = failed(&seen)
            .iter()
            .map(|found| found[..4].to_owned())
            .collect();
        assert_eq!(
            failed,
            ["15.1", "15.2", "15.3", "15.4", "15.5"]
                .map(ToOwned::to_owned)
                .into()
        );
    }

    #[test]
    fn each_fault_is_found() {
        let mut tries = Tries::default();
        try_faults_in(&seen("standard"), &mut tries, |row| row.starts_with("15."));
        let missed: Vec<String> = tries
            .missed()
            .into_iter()
            .filter(|fault| fault.starts_with("15."))
            .collect();
        assert_eq!(missed, Vec::<String>::new());
    }
}
