//! `validate`: what is wrong with a spec.

use anyhow::Result;
use composer_core::{Problem, check};
use serde::Serialize;

use crate::args;
use crate::outcome::Outcome;
use crate::print;
use crate::report::{self, Position};
use crate::source;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    ok: bool,
    problems: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    #[serde(flatten)]
    position: Option<Position>,
}

pub(crate) fn run(arguments: &args::Validate) -> Result<Outcome> {
    let source = source::load(&arguments.source)?;
    let mut problems = source.problems.clone();
    // A value that could not be read would be reported a second time, as missing.
    if !problems.has_errors() {
        problems.extend(check(&source.spec).problems);
    }
    if arguments.json {
        let report = Report {
            version: 1,
            ok: !problems.has_errors(),
            problems: problems
                .0
                .iter()
                .map(|problem| Entry {
                    problem,
                    position: report::position(problem, &source),
                })
                .collect(),
        };
        print::json(&report)?;
    } else {
        report::problems(&problems, &source);
        print::text(&format!("{}\n", report::summary(&problems)))?;
    }
    Ok(if problems.has_errors() {
        Outcome::SpecErrors
    } else {
        Outcome::Done
    })
}
