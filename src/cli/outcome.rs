//! How a command ends.

use std::process::ExitCode;

/// How a command ended, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0: done.
    Done,
    /// 1: something failed, such as a file that can't be read.
    Failure,
    /// 3: the spec has errors.
    SpecErrors,
    /// 4: something exists already and was not overwritten.
    Refused,
    /// 64: the command line is wrong.
    Usage,
    /// 141: the reader of the output closed it before the end, as `head` does. A shell reports the same number for a
    /// program that SIGPIPE ended.
    ReaderGone,
    /// 128 plus the signal's number: the signal came while something was written.
    Interrupted(i32),
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Failure => 1,
            Outcome::SpecErrors => 3,
            Outcome::Refused => 4,
            Outcome::Usage => 64,
            Outcome::ReaderGone => 141,
            Outcome::Interrupted(signal) => u8::try_from(128 + signal).unwrap_or(1),
        })
    }
}

/// An error with an exit code of its own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// Something exists that would be overwritten.
    #[error("{0}")]
    Refused(String),
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
        Some(Stop::Usage(_)) => Outcome::Usage,
        Some(Stop::ReaderGone) => Outcome::ReaderGone,
        Some(Stop::Interrupted(signal)) => Outcome::Interrupted(*signal),
        None => Outcome::Failure,
    }
}
