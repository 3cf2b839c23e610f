//! Whether tasks find room: proofs, not samples.
//!
//! ECS places a task wherever an instance has room for it and uses its spread strategy only to choose among those.
//! So a task waits only if *every* instance lacks room at that moment, and what order and ties decide is only which
//! arrangement stands then. Two proofs, of which either is enough: of each task, that the others can't close every
//! instance to it however they are arranged; and that even the most uneven spread that ECS makes leaves room. Both
//! speak about every arrangement that can come about, also after tasks ended or moved, so they hold for deployments
//! and lost zones too.

use super::amounts::{Amounts, Demand, Resource, sum};
use super::finding::Reason;
use crate::order::sorted;
use crate::sorted::SortedSet;

/// Whether every task is placed in any order and with any choice among equals.
///
/// `stages` are the instances by zone as they were and, last, as they are: tasks may stay where they were placed.
/// What an instance has lies between `capacity` and `most`: with more room more arrangements are possible, bad ones too.
/// `true` is proven. `false` says only that no proof was found in so many steps.
pub(super) fn in_any_order(
    demands: &[Demand],
    stages: &[Vec<i64>],
    capacity: Amounts,
    most: Amounts,
    mut steps: u32,
) -> bool {
    let instances = super::amounts::instances(stages);
    if !capacity.times(instances).holds(sum(demands)) {
        return false;
    }
    // Where ECS once took another instance than spreading chose, nothing is known of how uneven the tasks are.
    if stages
        .iter()
        .all(|zones| spread_leaves_capacity(demands, zones, capacity))
    {
        return true;
    }
    none_is_closed_out(demands, instances, capacity, most, &mut steps)
}

/// Whether every task is placed on the `rest` instances while others are drained, whichever these are.
///
/// `demands` are what the rest holds in the end. `spread` is what ECS counts at most to spread tasks, and `zones` the
/// fewest zones with the fewest instances that it spreads them over. `capacity` and `most` are as in [`in_any_order`].
pub(super) fn while_drained(
    demands: &[Demand],
    spread: &[Demand],
    rest: i64,
    zones: &[i64],
    [capacity, most]: [Amounts; 2],
    mut steps: u32,
) -> bool {
    capacity.times(rest).holds(sum(demands))
        && (spread_leaves_capacity(spread, zones, capacity)
            || none_is_closed_out(demands, rest, capacity, most, &mut steps))
}

/// Whether the others can't close every instance to any task, however they are arranged: proven.
fn none_is_closed_out(
    demands: &[Demand],
    instances: i64,
    capacity: Amounts,
    most: Amounts,
    steps: &mut u32,
) -> bool {
    demands.iter().all(|task| {
        FillSearch::to(task, demands, capacity, most)
            .is_some_and(|it| !it.reaches(instances, steps))
    })
}

/// What it takes of all the other tasks to close instances to one task.
///
/// An instance is closed to the task once one resource is used beyond what the task leaves of it.
struct FillSearch {
    /// The largest use of each resource at which the task surely has room.
    open: Amounts,
    /// The largest use that is possible.
    most: Amounts,
    others: Vec<Other>,
    /// What the shares of the tasks on a closed instance add up to at least.
    full: i64,
    /// How many instances can be closed by each resource alone, added up.
    by_resource: i64,
}

/// Other tasks, all alike.
struct Other {
    each: Amounts,
    count: i64,
    /// The part of a closed instance that one can make up, of [`FillSearch::full`].
    share: i64,
}

impl FillSearch {
    /// `None` if the task is too large for an empty instance.
    fn to(task: &Demand, demands: &[Demand], capacity: Amounts, most: Amounts) -> Option<Self> {
        if !capacity.holds(task.each) {
            return None;
        }
        let open = capacity + task.each.times(-1);
        let mut others: Vec<Other> = demands
            .iter()
            .map(|other| Other {
                each: other.each,
                count: other.count - i64::from(std::ptr::eq(other, task)),
                share: 0,
            })
            .filter(|other| other.count > 0)
            .collect();
        // What closes an instance, rounded up to what the others can add up to.
        let closing = Resource::ALL.map(|resource| {
            let steps = others.iter().map(|other| other.each.of(resource));
            match steps.fold(0, divisor) {
                0 => open.of(resource) + 1,
                step => (open.of(resource) / step + 1) * step,
            }
        });
        let full: i64 = closing.iter().product();
        let weights = closing.map(|amount| full / amount);
        for other in &mut others {
            // A closed instance has all of one resource's amount, so these add up to the full or more.
            let parts =
                Resource::ALL.map(|resource| other.each.of(resource) * weights[resource as usize]);
            other.share = parts.into_iter().max().unwrap_or(0);
        }
        let by_resource = Resource::ALL
            .map(|resource| {
                let sum: i64 = others
                    .iter()
                    .map(|other| other.each.of(resource) * other.count)
                    .sum();
                sum / closing[resource as usize]
            })
            .into_iter()
            .sum();
        Some(Self {
            open,
            most,
            others: sorted(others, |other| std::cmp::Reverse(other.share)),
            full,
            by_resource,
        })
    }

    /// Whether so many instances might be closed. `false` is proven.
    fn reaches(mut self, instances: i64, steps: &mut u32) -> bool {
        let shares = self
            .others
            .iter()
            .map(|other| other.share * other.count)
            .sum();
        instances == 0
            || self.by_resource >= instances
                && shares >= self.full * instances
                && (self.clearly_closes(instances)
                    || self.close(instances, PartialInstance::default(), 0, shares, steps))
    }

    /// Whether so many instances are closed if each gets large tasks as long as it is open, and then the smallest that closes
    /// it. Where that is so, a search through all arrangements mostly ends for want of steps.
    fn clearly_closes(&self, instances: i64) -> bool {
        let mut left: Vec<i64> = self.others.iter().map(|other| other.count).collect();
        (0..instances).all(|_| {
            let mut used = Amounts::default();
            for (other, left) in self.others.iter().zip(&mut left) {
                while *left > 0 && self.open.holds(used + other.each) {
                    used = used + other.each;
                    *left -= 1;
                }
            }
            let mut closing = self.others.iter().zip(&mut left).rev();
            let found =
                closing.find(|(other, left)| **left > 0 && self.most.holds(used + other.each));
            found.map(|(_, left)| *left -= 1).is_some()
        })
    }

    /// Tries to close `instances` more, one of which is partial. Of tasks only those from `from` on are taken: within an
    /// instance, and from instance to instance by their first, any other order is the same. `shares` is what the partial one
    /// and all tasks not taken yet have.
    fn close(
        &mut self,
        instances: i64,
        partial: PartialInstance,
        from: usize,
        shares: i64,
        steps: &mut u32,
    ) -> bool {
        if *steps == 0 {
            return true;
        }
        *steps -= 1;
        for index in from..self.others.len() {
            let other = &mut self.others[index];
            let used = partial.used + other.each;
            if other.count == 0 || !self.most.holds(used) {
                continue;
            }
            other.count -= 1;
            let first = partial.first.unwrap_or(index);
            let share = partial.share + other.share;
            let reached = if self.open.holds(used) {
                let fuller = PartialInstance {
                    used,
                    share,
                    first: Some(first),
                };
                self.close(instances, fuller, index, shares, steps)
            } else {
                // What a closed one has more than it needs is of no use to another.
                let (shares, instances) = (shares - share, instances - 1);
                instances == 0
                    || shares >= self.full * instances
                        && self.close(instances, PartialInstance::default(), first, shares, steps)
            };
            self.others[index].count += 1;
            if reached {
                return true;
            }
        }
        false
    }
}

/// An instance that is being closed.
#[derive(Clone, Copy, Default)]
struct PartialInstance {
    /// What the tasks on it take.
    used: Amounts,
    /// What their shares add up to.
    share: i64,
    /// The index of the first of them.
    first: Option<usize>,
}

/// Whether even the fullest instance that spreading can make has room for all that it can get.
///
/// A zone gets a task of a service only while no other has fewer, so never more than its even part, rounded up; so
/// within a zone each instance. If those parts of all services fit together, the instance that spreading chooses
/// always has room, and no other is ever taken in its place.
fn spread_leaves_capacity(demands: &[Demand], zones: &[i64], capacity: Amounts) -> bool {
    let used = zones.iter().copied().filter(|count| *count > 0);
    let in_zones = i64::try_from(used.clone().count()).unwrap_or(i64::MAX);
    // Of a zone with more instances, each gets no more.
    let Some(fewest) = used.min() else {
        return false;
    };
    let part = |whole: i64, parts: i64| (whole + parts - 1) / parts;
    let fullest = demands.iter().fold(Amounts::default(), |sum, demand| {
        let on_one = part(part(demand.count, in_zones), fewest);
        sum + demand.each.times(on_one)
    });
    capacity.holds(fullest)
}

/// The greatest common divisor; of 0 and a number that number.
fn divisor(mut a: i64, mut b: i64) -> i64 {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

/// Why no placement of the tasks exists, if that is proven.
pub(super) fn impossible(demands: &[Demand], instances: i64, capacity: Amounts) -> Option<Reason> {
    too_large(demands, capacity)
        .or_else(|| sum_too_large(demands, instances, capacity))
        .or_else(|| too_many_large(demands, instances, capacity))
        .or_else(|| no_packing(demands, instances, capacity))
}

fn too_large(demands: &[Demand], capacity: Amounts) -> Option<Reason> {
    demands.iter().find_map(|demand| {
        Resource::ALL
            .into_iter()
            .find(|resource| demand.each.of(*resource) > capacity.of(*resource))
            .map(|resource| Reason::Task {
                service: demand.service,
                resource,
                asked: demand.each.of(resource),
                had: capacity.of(resource),
            })
    })
}

/// The resource of which most is missing.
fn sum_too_large(demands: &[Demand], instances: i64, capacity: Amounts) -> Option<Reason> {
    let asked = sum(demands);
    let had = capacity.times(instances);
    let (resource, _) = Resource::ALL
        .into_iter()
        .filter(|resource| asked.of(*resource) > had.of(*resource))
        .map(|resource| {
            let missing = asked.of(resource) - had.of(resource);
            (resource, missing * 10_000 / capacity.of(resource).max(1))
        })
        .max_by_key(|(_, missing)| *missing)?;
    Some(Reason::Sum {
        resource,
        asked: asked.of(resource),
        had: had.of(resource),
    })
}

/// Of tasks from a size on only so many share an instance.
fn too_many_large(demands: &[Demand], instances: i64, capacity: Amounts) -> Option<Reason> {
    for resource in Resource::ALL {
        for least in demands.iter().map(|demand| demand.each.of(resource)) {
            let tasks: i64 = demands
                .iter()
                .filter(|demand| demand.each.of(resource) >= least)
                .map(|demand| demand.count)
                .sum();
            let on_one = capacity.of(resource) / least;
            if tasks > on_one * instances {
                return Some(Reason::Large {
                    resource,
                    least,
                    tasks,
                    on_one,
                });
            }
        }
    }
    None
}

/// The most arrangements that are followed at once before the question is left open.
const MAX_ARRANGEMENTS: usize = 200;

/// The most tasks times instances for which arrangements are followed.
const MAX_CELLS: i64 = 400;

/// Follows every arrangement, task by task, large ones first, those that differ only in the instances' order as one.
fn no_packing(demands: &[Demand], instances: i64, capacity: Amounts) -> Option<Reason> {
    let tasks: i64 = demands.iter().map(|demand| demand.count).sum();
    if first_fit(demands, instances, capacity) || tasks * instances > MAX_CELLS {
        return None;
    }
    let empty = vec![Amounts::default(); usize::try_from(instances).unwrap_or(0)];
    let mut arrangements = SortedSet::from_iter([empty]);
    for demand in large_first(demands, capacity) {
        for _ in 0..demand.count {
            let mut next = SortedSet::new();
            for arrangement in &arrangements {
                let mut before = None;
                for (index, used) in arrangement.iter().enumerate() {
                    // Sorted: equals stand side by side.
                    if before.replace(used) == Some(used) {
                        continue;
                    }
                    let fuller = *used + demand.each;
                    if capacity.holds(fuller) {
                        let mut other = arrangement.clone();
                        other[index] = fuller;
                        other.sort_unstable();
                        next.insert(other);
                    }
                }
                if next.len() > MAX_ARRANGEMENTS {
                    return None;
                }
            }
            arrangements = next;
        }
    }
    arrangements.is_empty().then_some(Reason::Packing)
}

/// Whether the tasks fit when each, large ones first, takes the first instance that has room.
fn first_fit(demands: &[Demand], instances: i64, capacity: Amounts) -> bool {
    let mut used = vec![Amounts::default(); usize::try_from(instances).unwrap_or(0)];
    large_first(demands, capacity).into_iter().all(|demand| {
        (0..demand.count).all(|_| {
            let place = used
                .iter_mut()
                .find(|used| capacity.holds(**used + demand.each));
            place.map(|used| *used = *used + demand.each).is_some()
        })
    })
}

/// The demands by the largest part of an instance that a task takes.
fn large_first(demands: &[Demand], capacity: Amounts) -> Vec<&Demand> {
    sorted(demands.iter().collect(), |demand| {
        let share = |resource| demand.each.of(resource) * 1_000_000 / capacity.of(resource).max(1);
        std::cmp::Reverse(Resource::ALL.map(share).into_iter().max())
    })
}
