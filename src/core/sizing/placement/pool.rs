//! Instances of one kind, and what is found of them.

use serde::{Serialize, Serializer};

use super::amounts::{Amounts, Resource};
use super::finding::{Finding, Reason, Verdict};
use crate::catalog::instance_types::InstanceType;
use crate::parts::part::HostGroup;
use crate::service_name::ServiceName;
use crate::sizing::task::Tasks;

/// Which instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Those of the services.
    Main,
    /// Those of a part's own, which start from none.
    Own(&'static HostGroup),
}

impl Purpose {
    /// The name of the instances for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Own(group) => group.name,
        }
    }

    /// The key of their type.
    #[must_use]
    pub fn instance_type(self) -> &'static str {
        match self {
            Self::Main => "compute.instance_type",
            Self::Own(group) => group.instance_type,
        }
    }

    /// The key of how many there are.
    #[must_use]
    pub fn count(self) -> &'static str {
        match self {
            Self::Main => "compute.instance_count",
            Self::Own(group) => group.max_count,
        }
    }
}

impl Serialize for Purpose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A place on an instance, as a possible placement has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Its zone.
    pub zone: String,
    /// The tasks on it, each by its service, in the order in which services start.
    pub tasks: Vec<ServiceName>,
    /// What they take.
    pub used: Amounts,
}

/// Instances of one kind, what runs on them and what comes of it.
#[derive(Clone, Debug, Serialize)]
pub struct Pool {
    /// Which.
    pub purpose: Purpose,
    /// Their type.
    pub instance: &'static InstanceType,
    /// Whether tasks get interfaces of a trunk.
    pub trunking: bool,
    /// How many run at least; of a part's, which start from none, how many at most.
    pub count: i64,
    /// How many scaling makes at most.
    pub max_count: i64,
    /// The zones, over which instances are spread.
    pub zones: Vec<String>,
    /// What runs.
    pub tasks: Vec<Tasks>,
    /// What an instance has; of memory the least that ECS registers.
    #[serde(rename = "room")]
    pub capacity: Amounts,
    /// The same, of memory the most that it can register.
    #[serde(rename = "most_room")]
    pub most_capacity: Amounts,
    /// What is found of each situation, the steady one first.
    pub findings: Vec<Finding>,
    /// A placement of the steady tasks, instance by instance: one of those that ECS may arrive at.
    pub hosts: Vec<Host>,
    /// The steady tasks that found no room in that placement.
    pub unplaced: Vec<ServiceName>,
}

impl Pool {
    /// What is found of the steady state.
    ///
    /// # Panics
    /// Never: every pool has it.
    #[must_use]
    pub fn steady(&self) -> &Finding {
        &self.findings[0]
    }

    /// Whether every needed situation is sure to fit.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        let mut needed = self.findings.iter().filter(|finding| finding.is_needed);
        needed.all(|finding| finding.verdict == Verdict::AlwaysFits)
    }

    /// The tasks that ask for more of a resource than an instance surely has: service, resource, what it has.
    pub fn too_large(&self) -> impl Iterator<Item = (&Tasks, Resource, i64)> {
        let most = self.most_capacity;
        self.tasks
            .iter()
            .filter(|row| row.size.count > 0)
            .flat_map(move |row| {
                Resource::ALL
                    .into_iter()
                    .filter(move |resource| row.each().of(*resource) > most.of(*resource))
                    .map(move |resource| (row, resource, most.of(resource)))
            })
    }

    /// A finding's reason in words.
    #[must_use]
    pub fn explain(&self, finding: &Finding) -> Option<String> {
        let (count, name) = (finding.instances, self.instance.name);
        Some(match finding.reason.as_ref()? {
            Reason::Task {
                service,
                resource,
                asked,
                had,
            } => format!(
                "a task of {service} requests {asked} {}, but a `{name}` has {had}",
                resource.unit()
            ),
            Reason::Sum {
                resource,
                asked,
                had,
            } => format!(
                "the tasks request {asked} {}, but {count} × `{name}` have {had}",
                resource.unit()
            ),
            Reason::Large {
                resource,
                least,
                tasks,
                on_one,
            } => format!(
                "{tasks} tasks request {least} {} or more each, and a `{name}` has room for {on_one} of them",
                resource.unit()
            ),
            Reason::Packing => format!(
                "the sums fit, but no placement of {} tasks on {count} × `{name}` leaves room for all of them",
                finding.tasks
            ),
            Reason::Order { service } => format!(
                "{} tasks on {count} × `{name}`: if they start in some orders, a task of {service} finds no instance \
                 with enough room left",
                finding.tasks
            ),
            Reason::Unproven => format!(
                "{} tasks on {count} × `{name}`: in some order, one may find no \
                 instance with enough room left",
                finding.tasks
            ),
            Reason::Memory { at_least, at_most } => format!(
                "the tasks request {} MiB: whether they fit depends on how much ECS registers for a `{name}`, which is not \
                 published: {at_least} to {at_most} MiB",
                finding.asked.memory
            ),
        })
    }
}

impl Tasks {
    /// What one task takes.
    #[must_use]
    pub fn each(&self) -> Amounts {
        Amounts {
            cpu: self.size.cpu,
            memory: self.size.memory,
            interfaces: 1,
        }
    }
}
