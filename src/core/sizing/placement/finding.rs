//! What is found of a situation.

use std::fmt;

use serde::Serialize;

use super::amounts::{Amounts, Resource};
use crate::service_name::ServiceName;

/// Whether the tasks of a situation fit, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every task is placed, in whatever order they arrive and whichever of equal instances ECS takes: proven.
    AlwaysFits,
    /// A placement may exist, but whether ECS finds it depends on order and ties.
    MayNotFit,
    /// How much memory ECS registers of the instance type decides, which is not known.
    Unknown,
    /// No placement exists: proven.
    DoesNotFit,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlwaysFits => "always fits",
            Self::MayNotFit => "may not fit",
            Self::Unknown => "unknown",
            Self::DoesNotFit => "does not fit",
        })
    }
}

/// Why a verdict is not the best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// One task is larger than an instance.
    Task {
        /// The service.
        service: ServiceName,
        /// Of what it asks too much.
        resource: Resource,
        /// What a task asks for.
        asked: i64,
        /// What an instance has.
        had: i64,
    },
    /// All tasks together ask for more than all instances have.
    Sum {
        /// Of what.
        resource: Resource,
        /// What the tasks ask for.
        asked: i64,
        /// What the instances have.
        had: i64,
    },
    /// There are too many large tasks, of which only so many share an instance.
    Large {
        /// By what they are large.
        resource: Resource,
        /// The least that each asks for.
        least: i64,
        /// How many there are.
        tasks: i64,
        /// How many an instance holds.
        on_one: i64,
    },
    /// The sums fit, but what is left is scattered: no way to share the tasks out is without one left over.
    Packing,
    /// There is an order in which a task of this service finds no room.
    Order {
        /// The service.
        service: ServiceName,
    },
    /// No order that fails was found, and none is disproved.
    Unproven,
    /// It fits or not by what ECS registers of an instance's memory.
    Memory {
        /// The least MiB of an instance.
        at_least: i64,
        /// The most MiB of an instance.
        at_most: i64,
    },
}

/// What happens to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "service")]
pub enum Situation {
    /// Every service has the tasks that it should.
    Steady,
    /// One service is deployed and has the most tasks that it may.
    Deployment(ServiceName),
    /// All services are deployed at once.
    AllDeployed,
    /// A zone is lost, the one with the most instances, and its tasks start in the others.
    ZoneLost,
    /// Every service has the most tasks that something gives it by itself, on the most instances that scaling makes.
    MostTasks,
    /// All services are deployed at once, on the most instances that scaling makes.
    ScaledOut,
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steady => f.write_str("steady"),
            Self::Deployment(service) => write!(f, "{service} is deployed"),
            Self::AllDeployed => f.write_str("all are deployed at once"),
            Self::ZoneLost => f.write_str("a zone is lost"),
            Self::MostTasks => f.write_str("most tasks"),
            Self::ScaledOut => f.write_str("the same, scaled out"),
        }
    }
}

/// What is found of a situation.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What happens.
    pub situation: Situation,
    /// Whether the environment's profile is made to stand it: a deployment of each service in bench and prod, in prod
    /// the loss of a zone too.
    pub is_needed: bool,
    /// How many tasks run.
    pub tasks: i64,
    /// On how many instances.
    pub instances: i64,
    /// What the tasks ask for.
    pub asked: Amounts,
    /// What the instances have; of memory the least that ECS registers.
    pub had: Amounts,
    /// What comes of it.
    pub verdict: Verdict,
    /// Why it is not the best verdict.
    pub reason: Option<Reason>,
    /// Where it is not the best: the verdict on the most instances that scaling makes.
    pub scaled_out: Option<Verdict>,
}

impl Finding {
    /// The resource of which the largest part is asked for: the one that runs out first.
    #[must_use]
    pub fn scarcest(&self) -> Resource {
        let [mut scarcest, rest @ ..] = Resource::ALL;
        for resource in rest {
            let more = self.asked.of(resource) * self.had.of(scarcest);
            if more > self.asked.of(scarcest) * self.had.of(resource) {
                scarcest = resource;
            }
        }
        scarcest
    }

    /// What is left of each resource on all instances together; below 0 what is missing.
    #[must_use]
    pub fn left(&self) -> Amounts {
        self.had + self.asked.times(-1)
    }
}
