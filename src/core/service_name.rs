//! What a service of ECS is called for short.

use std::fmt;

use serde::Serialize;

use crate::temporal_service::TemporalService;

/// The short name of a service of ECS, such as `history`: a constant of the part that runs it. Tasks, instances and outputs
/// know services by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ServiceName(&'static str);

impl ServiceName {
    /// That of a service which is none of the Temporal server's.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// That of a service of the Temporal server.
    #[must_use]
    pub const fn of(service: TemporalService) -> Self {
        Self(service.name())
    }

    /// The name as text, as a key of the outputs and an argument of the scripts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// As the text.
impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}
