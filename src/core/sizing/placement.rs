//! Whether an environment's tasks find room on its instances, as ECS places them, before anything is applied.
//!
//! Order and ties decide what ECS does, so there are three verdicts: every order fits, some may not, none can. How
//! much memory ECS registers of a Graviton instance is not published; where that decides, the verdict is unknown.

mod amounts;
mod change;
mod ecs;
mod finding;
mod fit;
mod frame;
mod pool;
mod refresh;

use serde::Serialize;

use self::frame::Frame;
use crate::environment::Environment;
use crate::parts;
use crate::sizing::tasks::tasks;

pub use self::amounts::{Amounts, Resource};
pub use self::change::{Assignment, Change};
pub use self::finding::{Finding, Reason, Situation, Verdict};
pub use self::pool::{Host, Pool, Purpose};
pub use self::refresh::{Refresh, refreshes};

/// The placement of an environment's tasks.
#[derive(Clone, Debug, Serialize)]
pub struct Placement {
    /// The services' instances, and those that parts have. Instances of a type that the catalog doesn't know are left
    /// out.
    pub pools: Vec<Pool>,
}

impl Placement {
    /// The instances for `purpose`.
    #[must_use]
    pub fn pool(&self, purpose: Purpose) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.purpose == purpose)
    }
}

/// Places the tasks of `environment`.
#[must_use]
pub fn place(environment: &Environment) -> Placement {
    let main = tasks(environment);
    let mut pools = Vec::new();
    if let Some(frame) = Frame::main(environment, &main) {
        pools.push(frame.pool());
    }
    for hosts in parts::hosts(environment) {
        if let Some(frame) = Frame::of_part(environment, &hosts) {
            pools.push(frame.pool());
        }
    }
    Placement { pools }
}
