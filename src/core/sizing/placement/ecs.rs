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
    /// How many tasks of the demand that was placed last run on it.
    pub(super) tasks: i64,
}

/// Instances while tasks arrive.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    /// In turn over the zones.
    pub(super) all: Vec<Host>,
    /// How many tasks of the demand that was placed last run in each zone.
    in_zone: Vec<i64>,
}

impl Hosts {
    /// Empty instances, so many in each zone.
    pub(super) fn new(zones: &[i64]) -> Self {
        let most = zones.iter().copied().max().unwrap_or(0);
        let all = (0..most)
            .flat_map(|row| {
                let has = move |(_, count): &(usize, &i64)| **count > row;
                zones.iter().enumerate().filter(has).map(|(zone, _)| zone)
            })
            .map(|zone| Host {
                zone,
                used: Amounts::default(),
                tasks: 0,
            })
            .collect();
        Self {
            all,
            in_zone: vec![0; zones.len()],
        }
    }

    /// Places the tasks of a demand, none of which runs yet; how many find no instance with room.
    pub(super) fn place(&mut self, demand: &Demand, capacity: Amounts, tie: Tie) -> i64 {
        self.in_zone.fill(0);
        for host in &mut self.all {
            host.tasks = 0;
        }
        let open = capacity + demand.each.times(-1);
        for placed in 0..demand.count {
            let (mut chosen, mut least) = (None, (i64::MAX, 0, 0));
            for (at, host) in self.all.iter().enumerate() {
                let by_tie = match tie {
                    Tie::First => 0,
                    Tie::Fullest => -host.used.cpu,
                    Tie::Emptiest => host.used.cpu,
                };
                let rank = (self.in_zone[host.zone], host.tasks, by_tie);
                if rank < least && open.holds(host.used) {
                    (chosen, least) = (Some(at), rank);
                }
            }
            let Some(at) = chosen else {
                return demand.count - placed;
            };
            let host = &mut self.all[at];
            host.used = host.used + demand.each;
            host.tasks += 1;
            self.in_zone[host.zone] += 1;
        }
        0
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
    let empty = Hosts::new(zones);
    orders.into_iter().find_map(|order| {
        [Tie::First, Tie::Fullest, Tie::Emptiest]
            .into_iter()
            .find_map(|tie| {
                let mut hosts = empty.clone();
                let waits = |index: &&usize| hosts.place(&demands[**index], capacity, tie) > 0;
                let waiting = order.iter().find(waits)?;
                Some(demands[*waiting].service)
            })
    })
}
