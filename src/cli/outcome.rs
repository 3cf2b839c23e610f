//! How a command ends.

use std::process::ExitCode;

/// How a command ended, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Something failed, such as a file that can't be read.
    Failure,
    /// Two things differ, or an update has left files that somebody has to look at.
    Different,
    /// The spec has errors.
    SpecErrors,
    /// Something exists already and was not overwritten.
    Refused,
    /// The command line is wrong.
    Usage,
    /// The reader of the output closed it before the end, as `head` does. A shell reports the same number for a program
    /// that SIGPIPE ended.
    ReaderGone,
    /// The signal with this number came while something was written.
    Interrupted(i32),
}

/// The exit codes and their meanings, as the help and the README list them.
const MEANINGS: &[(Outcome, &str)] = &[
    (Outcome::Done, "done"),
    (Outcome::Failure, "failure"),
    (Outcome::Different, "differences, or conflicts to resolve"),
    (Outcome::SpecErrors, "the composition has errors"),
    (Outcome::Refused, "refused to overwrite"),
    (Outcome::Usage, "wrong arguments"),
    (
        Outcome::Interrupted(2),
        "interrupted by Ctrl-C; 143 by SIGTERM",
    ),
    (
        Outcome::ReaderGone,
        "the reader of the output closed it before the end",
    ),
];

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Different => 2,
            Self::SpecErrors => 3,
            Self::Refused => 4,
            Self::Usage => 64,
            Self::ReaderGone => 141,
            Self::Interrupted(signal) => u8::try_from(128 + signal).unwrap_or(1),
        }
    }
}

/// The table of exit codes for the help.
pub(crate) fn help() -> String {
    let mut text = "Exit codes:\n".to_owned();
    for (outcome, meaning) in MEANINGS {
        text.push_str(&format!("  {:>3}  {meaning}\n", outcome.code()));
    }
    text.push_str("\nThe tool never sends anything over the network.");
    text
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}

/// An error with an exit code of its own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// Something exists that would be overwritten.
    #[error("{0}")]
    Refused(String),
    /// What is there doesn't let a command go on.
    #[error("{0}")]
    Different(String),
    /// The command line asks for something that doesn't exist.
    #[error("{0}")]
    Usage(String),
    /// The reader of standard output closed it.
    #[error("the reader closed the output")]
    ReaderGone,
    /// A signal came while something was written. Nothing of it is left.
    #[error("interrupted: nothing was written")]
    Interrupted(i32),
}

/// The outcome of an error.
pub(crate) fn of_error(error: &anyhow::Error) -> Outcome {
    match error.downcast_ref::<Stop>() {
        Some(Stop::Refused(_)) => Outcome::Refused,
        Some(Stop::Different(_)) => Outcome::Different,
        Some(Stop::Usage(_)) => Outcome::Usage,
        Some(Stop::ReaderGone) => Outcome::ReaderGone,
        Some(Stop::Interrupted(signal)) => Outcome::Interrupted(*signal),
        None => Outcome::Failure,
    }
}
