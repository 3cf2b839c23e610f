//! Amounts of what instances have and tasks ask for.

use std::ops::Add;

use serde::Serialize;

use crate::service_name::ServiceName;

/// What runs out on an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// CPU units, 1,024 a vCPU.
    Cpu,
    /// MiB of memory.
    Memory,
    /// Network interfaces for tasks.
    Interfaces,
}

impl Resource {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::Memory, Self::Interfaces];

    /// Its unit in a message: `CPU units`.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Cpu => "CPU units",
            Self::Memory => "MiB of memory",
            Self::Interfaces => "network interfaces",
        }
    }

    /// That more of it is taken than of the others, as a sentence without its full stop.
    #[must_use]
    pub fn is_the_limit(self) -> &'static str {
        match self {
            Self::Cpu => "CPU is the limit",
            Self::Memory => "Memory is the limit",
            Self::Interfaces => "Network interfaces are the limit",
        }
    }
}

/// An amount of each resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Amounts {
    /// CPU units.
    pub cpu: i64,
    /// MiB.
    pub memory: i64,
    /// Network interfaces for tasks.
    pub interfaces: i64,
}

impl Amounts {
    /// The amount of one resource.
    #[must_use]
    pub fn of(self, resource: Resource) -> i64 {
        match resource {
            Resource::Cpu => self.cpu,
            Resource::Memory => self.memory,
            Resource::Interfaces => self.interfaces,
        }
    }

    /// `count` times as much of each.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self {
            cpu: self.cpu * count,
            memory: self.memory * count,
            interfaces: self.interfaces * count,
        }
    }

    /// Whether it is as much as `other` of each, or more.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        other.cpu <= self.cpu && other.memory <= self.memory && other.interfaces <= self.interfaces
    }
}

impl Add for Amounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            memory: self.memory + other.memory,
            interfaces: self.interfaces + other.interfaces,
        }
    }
}

/// Tasks of one service that run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) service: ServiceName,
    pub(super) each: Amounts,
    pub(super) count: i64,
}

pub(super) fn sum(demands: &[Demand]) -> Amounts {
    demands.iter().fold(Amounts::default(), |sum, demand| {
        sum + demand.each.times(demand.count)
    })
}

/// How many instances there are in the end.
pub(super) fn instances(stages: &[Vec<i64>]) -> i64 {
    stages.last().map_or(0, |zones| zones.iter().sum())
}
