//! The services of the Temporal server.

use std::fmt;

/// A service of the Temporal server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalService {
    /// Takes the calls of clients.
    Frontend,
    /// Owns the shards: the state of every workflow.
    History,
    /// Owns the task queues.
    Matching,
    /// Runs Temporal's own system workflows.
    Worker,
}

impl TemporalService {
    /// All of them, in the order in which they start.
    pub const ALL: [Self; 4] = [Self::Frontend, Self::History, Self::Matching, Self::Worker];

    /// Its name: in Temporal, as a section of the spec, and as a key of the module calls.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frontend => "frontend",
            Self::History => "history",
            Self::Matching => "matching",
            Self::Worker => "worker",
        }
    }

    /// Its name on the form.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Frontend => "Frontend",
            Self::History => "History",
            Self::Matching => "Matching",
            Self::Worker => "Worker",
        }
    }

    /// The service of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}

impl fmt::Display for TemporalService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
