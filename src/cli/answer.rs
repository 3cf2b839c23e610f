//! What a command answers: text for people, or with `--json` one object for programs, which is the same for every
//! command.

use anyhow::Result;
use composer_core::fix::{Fix, Fixer};
use composer_core::{Problem, Problems};
use serde::Serialize;
use serde_json::Value as Json;

use crate::outcome::{self, Outcome};
use crate::report::{self, Position};
use crate::source::Source;
use crate::{interrupt, print};

/// The version of the object. It rises when a field goes or changes its meaning.
const VERSION: u32 = 1;

/// The object that `--json` prints.
#[derive(Serialize)]
struct Envelope<'a> {
    version: u32,
    command: &'a str,
    exit_code: u8,
    /// Why the command failed; `null` if it didn't.
    error: Option<String>,
    /// What was found in the composition and in other files.
    problems: &'a [Json],
    /// What was asked for; `null` if there is none.
    result: &'a Json,
}

/// A problem with its place and its fixes.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    #[serde(flatten)]
    position: Option<Position>,
    /// The changes of which each solves it, the smallest first. Absent where no fix was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<Vec<Fix>>,
}

/// The answer of a command while it is made. Text is printed at once; the object at the end, in [`Self::finish`].
pub(crate) struct Answer {
    is_json: bool,
    problems: Vec<Json>,
    result: Json,
}

impl Answer {
    pub(crate) fn new(is_json: bool) -> Self {
        Self {
            is_json,
            problems: Vec::new(),
            result: Json::Null,
        }
    }

    /// Whether the answer is an object for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Answers what was asked for: with `--json` as `result`, else as `text` on standard output. Only what is answered is
    /// made.
    pub(crate) fn give<R: Serialize>(
        &mut self,
        result: impl FnOnce() -> R,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        if self.is_json {
            self.result = serde_json::to_value(result())?;
            return Ok(());
        }
        print::text(&text())
    }

    /// Reports what was done and what to do next: as [`Self::give`], but the text on standard error.
    pub(crate) fn report<R: Serialize>(
        &mut self,
        result: impl FnOnce() -> R,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        if self.is_json {
            return self.give(result, String::new);
        }
        report::message(&text());
        Ok(())
    }

    /// Says something on the way on standard error, but nothing with `--json`.
    pub(crate) fn message(&self, text: &str) {
        if !self.is_json {
            report::message(text);
        }
    }

    /// Answers with a document: with `--json` as `result.text`, else on standard output.
    pub(crate) fn document(&mut self, text: &str) -> Result<()> {
        self.give(|| serde_json::json!({ "text": text }), || text.to_owned())
    }

    /// Reports the problems, with their fixes where there is a `fixer`.
    pub(crate) fn problems(
        &mut self,
        problems: &Problems,
        source: &Source,
        fixer: Option<&Fixer<'_>>,
    ) -> Result<()> {
        if !self.is_json {
            report::problems(problems, source, fixer);
            return Ok(());
        }
        for problem in &problems.0 {
            self.problems.push(serde_json::to_value(Entry {
                problem,
                position: report::position(problem, source),
                fixes: fixer.map(|fixer| fixer.fixes(problem)),
            })?);
        }
        Ok(())
    }

    /// Ends the answer of `command`: reports an error, prints the object, and returns the exit code.
    pub(crate) fn finish(self, command: &str, done: Result<Outcome>) -> Outcome {
        let outcome = match &done {
            Ok(outcome) => *outcome,
            Err(error) => outcome::of_error(error),
        };
        // Neither needs a message: the reader closed the output on purpose, and the signal came from outside.
        match outcome {
            Outcome::ReaderGone => return outcome,
            Outcome::Interrupted(signal) => interrupt::end_by(signal),
            Outcome::Done
            | Outcome::Failure
            | Outcome::Different
            | Outcome::SpecErrors
            | Outcome::Refused
            | Outcome::Usage => {}
        }
        if !self.is_json {
            if let Err(error) = done {
                report::failure(&error);
            }
            return outcome;
        }
        let printed = print::json(&Envelope {
            version: VERSION,
            command,
            exit_code: outcome.code(),
            error: done.err().map(|error| format!("{error:#}")),
            problems: &self.problems,
            result: &self.result,
        });
        match printed {
            Ok(()) => outcome,
            // The object did not arrive: that is what ends the command now.
            Err(error) => Self::new(false).finish(command, Err(error)),
        }
    }
}
