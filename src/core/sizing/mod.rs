//! What the tasks of an environment take, and what its instances have.

pub(crate) mod addresses;
pub(crate) mod awake;
pub(crate) mod bill_line;
pub mod connection_demand;
pub mod connections;
pub mod cost;
pub(crate) mod instance;
pub mod money;
pub mod placement;
pub mod price_list;
pub(crate) mod quota_need;
pub mod quotas;
pub mod targets;
pub(crate) mod task;
mod tasks;
pub(crate) mod usage_line;

pub use self::instance::{interface_slots, registered_memory};
pub use self::task::{LEAST_APP_CPU, LEAST_APP_MEMORY, MaxCount, MaxCounts, Tasks};
pub use self::tasks::{tasks, tasks_on_hosts_of_parts};
