//! What is left when a part is taken out of the lists. Options and parts are statics, so each part is taken out in a
//! process of its own: this test's program, told by the environment which. Compared are options, sections of the form, kinds of
//! problems, what is found, what the parts say of an environment beside its files, and the files.

#![expect(
    clippy::disallowed_methods,
    reason = "the test speaks with itself in another process; the core does not"
)]

use std::fmt::Write as _;
use std::process::Command;
use std::{env, fs};

use super::part::Part;
use super::subject::Subject;
use super::{ALL_PARTS, ALL_TEXTS, PARTS, problems, texts_in};
use crate::option::OptionRow;
use crate::options::OPTIONS;
use crate::presets::PRESETS;
use crate::sizing::cost::cost;
use crate::sizing::price_list::PriceList;
use crate::sizing::tasks;
use crate::switches::switch;
use crate::{check, compose, inventory};

/// The variable that names the part that is taken out.
const NAME: &str = "COMPOSER_WITHOUT_PART";
/// The variable that says where to write what is left.
const OUT: &str = "COMPOSER_WITHOUT_PART_OUT";

/// The parts whose name is a word of the language: what names them instead.
const WORDS: &[(&str, &str)] = &[
    ("access", "frontend_access"),
    ("autoscaling", "service_autoscaling"),
    ("backup", "backup."),
    ("schedule", "var.schedule"),
];

/// The part that is taken out in this process.
pub(super) fn name() -> Option<String> {
    env::var(NAME).ok()
}

/// The keys of the options of `part`.
fn keys(part: &Part) -> Vec<&'static str> {
    let rows = part.options.iter().chain(part.service_options);
    let rows = rows.chain(part.image.as_ref().map(|image| &image.row));
    rows.map(|row| row.key).collect()
}

/// Whether a word of `text` begins with `name`: "leases" names the lease, "releases" doesn't.
fn names(text: &str, name: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(char::is_alphabetic))
}

/// What the presets make, with `part` switched off if it is there; and the options that are not of it.
fn made(part: &Part, is_there: bool) -> String {
    let keys = keys(part);
    let mut text = String::new();
    for row in OPTIONS.iter() {
        if !keys.contains(&row.key) {
            // A switch may need the part's, by name: `tests/parts.rs` lists it.
            let needs = row.needs.filter(|(key, _)| !keys.contains(key));
            writeln!(text, "{:?}", OptionRow { needs, ..*row }).unwrap();
        }
    }
    for subject in Subject::FORM {
        let others = PARTS.iter().filter(|other| other.name != part.name);
        for other in others.filter(|other| other.subject == subject) {
            writeln!(text, "section {} {:?}", other.name, other.section).unwrap();
        }
    }
    let own: Vec<_> = ALL_TEXTS
        .iter()
        .filter(|texts| texts.part.name == part.name)
        .flat_map(|texts| texts.problems.iter().map(|row| row.code))
        .collect();
    for row in problems().filter(|row| !own.contains(&row.code)) {
        writeln!(text, "{row:?}").unwrap();
    }
    for preset in PRESETS {
        let mut spec = preset.spec();
        for environment in preset.spec().environments() {
            if is_there {
                switch(&mut spec, environment, part, false);
            }
        }
        let checked = check(&spec);
        // What a part says of its own absence goes with it.
        let mut problems = checked.problems;
        problems.0.retain(|problem| !own.contains(&problem.code));
        writeln!(text, "{problems:?}").unwrap();
        let blueprint = checked.blueprint.unwrap();
        for environment in &blueprint.environments {
            let cost = cost(environment, &PriceList::default());
            for line in cost.lines.iter().chain(&cost.events) {
                writeln!(text, "{line:?}").unwrap();
            }
            for row in tasks(environment) {
                writeln!(text, "{row:?}").unwrap();
            }
            writeln!(text, "{:?}", inventory::resources(environment)).unwrap();
            for texts in texts_in(environment).filter(|texts| texts.part.name != part.name) {
                for need in (texts.quotas)(environment) {
                    writeln!(text, "{need:?}").unwrap();
                }
                for (label, value) in texts.overview {
                    writeln!(text, "{label}: {:?}", value(environment)).unwrap();
                }
                writeln!(text, "{:?}", (texts.diagram.boxes)(environment)).unwrap();
                writeln!(
                    text,
                    "{:?}",
                    (texts.diagram.flows_by_environment)(environment)
                )
                .unwrap();
            }
        }
        let tree = compose(&blueprint);
        for (path, file) in tree.files() {
            // A template may serve several parts, and the spec says what was stated.
            let is_template = path.starts_with("terraform/modules/")
                || path.starts_with("terraform/bootstrap/") && !path.ends_with(".tfvars")
                || path.starts_with("images/")
                || path.starts_with("scripts/") && path.ends_with(".sh");
            if !is_template && path != "composition.toml" {
                // The head lists all options that are no variables, over as many lines as they take.
                let head = match file.text.split_once("\n\n") {
                    Some((head, _)) if path.ends_with("/terraform.tfvars") => head,
                    _ => "",
                };
                let mut words = head.replace("\n# ", " ");
                for key in &keys {
                    words = words.replace(&format!(", {key}"), "");
                }
                writeln!(text, "{path} {words}").unwrap();
                let lines = file.text.lines().enumerate();
                for (index, line) in lines.skip(head.lines().count()) {
                    // The reasons beside resources are from templates, too.
                    if line.starts_with("| CKV") {
                        continue;
                    }
                    let origin = file.origin(index).unwrap().to_string();
                    // What is output where the part is off leads to its option, and without it to the environment.
                    let of_part = format!(".{}", part.feature.key);
                    let origin = origin.strip_suffix(&of_part).unwrap_or(&origin);
                    writeln!(text, "{path} {origin} {line}").unwrap();
                }
            }
        }
    }
    text
}

#[test]
fn writes_what_is_left_in_a_process_of_its_own() {
    if let (Some(name), Ok(out)) = (name(), env::var(OUT)) {
        let part = ALL_PARTS.iter().find(|part| part.name == name).unwrap();
        fs::write(out, made(part, false)).unwrap();
    }
}

#[test]
fn what_is_left_without_a_part_is_what_there_is_when_it_is_off() {
    for part in ALL_PARTS {
        // What every environment has can't be switched off: there is nothing to compare with.
        if !part.feature.is_optional() {
            continue;
        }
        let out = env::temp_dir().join(format!("without-{}-{}", part.name, std::process::id()));
        let status = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "parts::without::writes_what_is_left_in_a_process_of_its_own",
            ])
            .env(NAME, part.name)
            .env(OUT, &out)
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&status.stdout).into_owned();
        assert!(status.status.success(), "{}: {output}", part.name);
        let left = fs::read_to_string(&out).unwrap();
        fs::remove_file(&out).unwrap();
        let off = made(part, true);
        for (one, other) in left.lines().zip(off.lines()) {
            assert_eq!(one, other, "without {}", part.name);
        }
        assert_eq!(left.lines().count(), off.lines().count());
        let own = WORDS.iter().find(|(name, _)| *name == part.name);
        let word = own.map_or(part.name, |(_, word)| word);
        for line in left.lines() {
            assert!(!names(line, word), "without {}: {line}", part.name);
        }
    }
}
