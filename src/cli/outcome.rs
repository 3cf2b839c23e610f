//! How a command ends.

use std::io;
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
    /// 4: something is there already and was left alone.
    Refused,
    /// 64: the command line is wrong.
    Usage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Failure => 1,
            Outcome::SpecErrors => 3,
            Outcome::Refused => 4,
            Outcome::Usage => 64,
        })
    }
}

/// An error that ends with a code of its own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// Something is in the way that would be overwritten.
    #[error("{0}")]
    Refused(String),
    /// The command line asks for something that doesn't exist.
    #[error("{0}")]
    Usage(String),
}

/// The outcome of an error.
pub(crate) fn of(error: &anyhow::Error) -> Outcome {
    match error.downcast_ref::<Stop>() {
        Some(Stop::Refused(_)) => Outcome::Refused,
        Some(Stop::Usage(_)) => Outcome::Usage,
        None => Outcome::Failure,
    }
}

/// Whether whoever read the output went away, as `head` does: nothing to complain about.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
