//! `list`: presets, options, modules, instance types and problems.

use anyhow::Result;
use composer_core::catalog::instance_types;
use composer_core::options::OPTIONS;
use composer_core::presets::PRESETS;
use composer_core::problem_code::Fixable;
use composer_core::{Severity, check, compose, parts};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::answer::Answer;
use crate::args::{self, ListSubject};
use crate::explain::Explanation;
use crate::outcome::Outcome;
use crate::table::table;

pub(crate) fn run(arguments: &args::List, answer: &mut Answer) -> Result<Outcome> {
    let what = arguments.what;
    answer.give(|| json!({ "items": items(what) }), || text(what))?;
    Ok(Outcome::Done)
}

/// What is listed, as JSON.
fn items(what: ListSubject) -> Json {
    match what {
        ListSubject::Presets => json!(presets()),
        ListSubject::Options => json!(OPTIONS.iter().map(Explanation::of).collect::<Vec<_>>()),
        ListSubject::Modules => json!(modules()),
        ListSubject::InstanceTypes => json!(types()),
        ListSubject::Problems => json!(problems()),
    }
}

/// What is listed, as a table.
fn text(what: ListSubject) -> String {
    let rows: Vec<Vec<String>> = match what {
        ListSubject::Presets => presets()
            .into_iter()
            .map(|preset| {
                vec![
                    preset.name.to_owned(),
                    preset.summary.to_owned(),
                    preset.consequence.to_owned(),
                ]
            })
            .collect(),
        ListSubject::Options => OPTIONS
            .iter()
            .map(|row| {
                vec![
                    row.documented_key(),
                    row.label.to_owned(),
                    row.kind.allowed(),
                ]
            })
            .collect(),
        ListSubject::Modules => modules()
            .into_iter()
            .map(|module| vec![module.name.to_owned(), module.purpose.to_owned()])
            .collect(),
        ListSubject::InstanceTypes => {
            let heads = ["TYPE", "VCPU", "MIB", "TASKS", "WITH TRUNKING"].map(str::to_owned);
            let rows = types().into_iter().map(|row| {
                vec![
                    row.name.to_owned(),
                    row.vcpu.to_string(),
                    row.memory_mib.to_string(),
                    row.task_slots.to_string(),
                    row.task_slots_with_trunking
                        .map_or("none".to_owned(), |slots| slots.to_string()),
                ]
            });
            std::iter::once(heads.to_vec()).chain(rows).collect()
        }
        ListSubject::Problems => problems()
            .into_iter()
            .flat_map(|problem| {
                let first = [problem.code, &problem.severity.to_string(), problem.meaning];
                let second = ["", "", &format!("Fix: {}", problem.fix)];
                [first, second].map(|row| row.map(str::to_owned).to_vec())
            })
            .collect(),
    };
    table(&rows, &[])
}

#[derive(Serialize)]
struct PresetItem {
    name: &'static str,
    summary: &'static str,
    consequence: &'static str,
}

fn presets() -> Vec<PresetItem> {
    PRESETS
        .iter()
        .map(|preset| PresetItem {
            name: preset.name,
            summary: preset.summary,
            consequence: preset.consequence,
        })
        .collect()
}

#[derive(Serialize)]
struct ModuleItem {
    name: &'static str,
    purpose: &'static str,
    /// The presets whose tree contains it.
    presets: Vec<&'static str>,
}

fn modules() -> Vec<ModuleItem> {
    compose::modules::all()
        .iter()
        .map(|module| ModuleItem {
            name: module.name,
            purpose: module.purpose,
            presets: PRESETS
                .iter()
                .filter(|preset| {
                    check(&preset.spec()).blueprint.is_some_and(|blueprint| {
                        compose::modules::used(&blueprint)
                            .iter()
                            .any(|(used, _)| used.name == module.name)
                    })
                })
                .map(|preset| preset.name)
                .collect(),
        })
        .collect()
}

#[derive(Serialize)]
struct TypeItem {
    name: &'static str,
    vcpu: u32,
    memory_mib: u32,
    task_slots: u32,
    task_slots_with_trunking: Option<u32>,
}

fn types() -> Vec<TypeItem> {
    instance_types::ALL
        .iter()
        .map(|row| TypeItem {
            name: row.name,
            vcpu: row.vcpu,
            memory_mib: row.memory_mib,
            task_slots: row.plain_slots(),
            task_slots_with_trunking: row.trunk_slots,
        })
        .collect()
}

#[derive(Serialize)]
struct ProblemItem {
    code: &'static str,
    severity: Severity,
    meaning: &'static str,
    fix: &'static str,
    /// Whether `validate --fix` does it.
    has_fix: bool,
    /// Where it doesn't, and why.
    without_fix: Option<&'static str>,
}

fn problems() -> Vec<ProblemItem> {
    parts::problems()
        .map(|row| ProblemItem {
            code: row.code.name(),
            severity: row.code.severity(),
            meaning: row.meaning,
            fix: row.fix,
            has_fix: !matches!(row.fixable, Fixable::No(_)),
            without_fix: match row.fixable {
                Fixable::Yes => None,
                Fixable::Mostly(text) | Fixable::No(text) => Some(text),
            },
        })
        .collect()
}
