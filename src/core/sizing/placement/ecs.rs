//! How ECS would place tasks, one after the other.
//!
//! As the composed services say: of the instances with room those in the zone with the fewest tasks of the service,
//! of these the one with the fewest. Source: Amazon ECS developer guide, "How Amazon ECS places tasks on container
//! instances" and "Use strategies to define Amazon ECS task placement".

use super::amounts::{Amounts, Demand};
use crate::order::sorted;
use crate::service_name::ServiceName;

/// What ECS leaves to chance: which of equal instances it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The first.
    First,
    /// The one with the most CPU in use.
    Fullest,
    /// The one with the least CPU in use.
    Emptiest,
}

/// An instance.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// The index of its zone.
    pub(super) zone: usize,
    /// What the tasks on it take.
    pub(super) used: Amounts,
    /// How many tasks of each demand run on it.
    pub(super) tasks: Vec<i64>,
}

/// Instances while tasks arrive.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    /// In turn over the zones.
    pub(super) all: Vec<Host>,
    in_zone: Vec<Vec<i64>>,
}

impl Hosts {
    /// Empty instances, so many in each zone, for so many demands.
    pub(super) fn new(zones: &[i64], demands: usize) -> Self {
        let most = zones.iter().copied().max().unwrap_or(0);
        let all = (0..most)
            .flat_map(|row| {
                let has = move |(_, count): &(usize, &i64)| **count > row;
                zones.iter().enumerate().filter(has).map(|(zone, _)| zone)
            })
            .map(|zone| Host {
                zone,
                used: Amounts::default(),
                tasks: vec![0; demands],
            })
            .collect();
        Self {
            all,
            in_zone: vec![vec![0; demands]; zones.len()],
        }
    }

    /// Places a task of the demand at `index`; `false` if no instance has room.
    pub(super) fn place(
        &mut self,
        index: usize,
        demand: &Demand,
        capacity: Amounts,
        tie: Tie,
    ) -> bool {
        let chosen = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, host)| capacity.holds(host.used + demand.each))
            .min_by_key(|(_, host)| {
                let rank = match tie {
                    Tie::First => 0,
                    Tie::Fullest => -host.used.cpu,
                    Tie::Emptiest => host.used.cpu,
                };
                (self.in_zone[host.zone][index], host.tasks[index], rank)
            })
            .map(|(at, _)| at);
        let Some(at) = chosen else { return false };
        let host = &mut self.all[at];
        host.used = host.used + demand.each;
        host.tasks[index] += 1;
        self.in_zone[host.zone][index] += 1;
        true
    }
}

/// The most tasks times instances for which orders are tried.
const MAX_CELLS: i64 = 1_000;

/// An order in which not every task finds room: the service whose task waits. `None` if none was found, which
/// proves nothing.
pub(super) fn failing_order(
    demands: &[Demand],
    zones: &[i64],
    capacity: Amounts,
) -> Option<ServiceName> {
    let tasks: i64 = demands.iter().map(|demand| demand.count).sum();
    if tasks * zones.iter().sum::<i64>() > MAX_CELLS {
        return None;
    }
    let mut orders: Vec<Vec<usize>> = Vec::new();
    let small_first = sorted((0..demands.len()).collect(), |index: &usize| {
        demands[*index].each
    });
    for last in 0..demands.len() {
        for before in [(0..demands.len()).collect(), small_first.clone()] {
            let mut order: Vec<usize> = before;
            order.retain(|index| *index != last);
            order.push(last);
            orders.push(order);
        }
    }
    orders.into_iter().find_map(|order| {
        [Tie::First, Tie::Fullest, Tie::Emptiest]
            .into_iter()
            .find_map(|tie| {
                let mut hosts = Hosts::new(zones, demands.len());
                order.iter().find_map(|&index| {
                    let demand = &demands[index];
                    (0..demand.count)
                        .any(|_| !hosts.place(index, demand, capacity, tie))
                        .then_some(demand.service)
                })
            })
    })
}
