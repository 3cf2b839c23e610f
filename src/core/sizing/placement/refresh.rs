//! How many instances may be drained at once, so that the tasks on them always fit on the others.
//!
//! `scripts/hosts.sh` sets instances to DRAINING. ECS then replaces their tasks elsewhere within the percentages of a
//! deployment, so the others hold at most all tasks.
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html>.

use super::amounts::Demand;
use super::finding::Situation;
use super::fit;
use super::frame::Frame;
use crate::environment::Environment;
use crate::service_name::ServiceName;
use crate::sizing::tasks::tasks;

/// How many steps a proof may take. There are a few dozen to try, for each file that is written.
const MAX_STEPS: u32 = 500;

/// A proof for a number of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// At most so many tasks of each service.
    pub tasks: Vec<(ServiceName, i64)>,
    /// At least so many instances before any is drained.
    pub instances: i64,
    /// So many of them may be drained at once. At most as many as a zone has.
    pub batch: i64,
    /// At least so many instances once all are replaced: those above may go again.
    pub rest: i64,
}

/// What is proven for the main instances of `environment`: first for the composed tasks, then for the most of them where
/// something adds tasks by itself. Where nothing is proven, a row is missing.
#[must_use]
pub fn refreshes(environment: &Environment) -> Vec<Refresh> {
    let tasks = tasks(environment);
    let Some(frame) = Frame::main(environment, &tasks) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    rows.extend(frame.refresh(Situation::Steady, frame.count));
    if tasks.iter().any(|row| row.max_count > row.size.count) {
        rows.extend(frame.refresh(Situation::MostTasks, frame.max_count));
    }
    rows
}

impl Frame<'_> {
    /// Without more instances where that is proven for one at least, else with as many more as are drained.
    fn refresh(&self, situation: Situation, count: i64) -> Option<Refresh> {
        let zones = i64::try_from(self.zones.len()).unwrap_or(1).max(1);
        let most = (count + zones - 1) / zones;
        let fits = |instances, batch| self.fits_while_drained(situation, instances, batch);
        let within = (1..=most).rev().map(|batch| (count, batch));
        let beside = (1..=most.min(self.max_count - count))
            .rev()
            .map(|batch| (count + batch, batch));
        let (instances, batch) = within
            .chain(beside)
            .find(|(instances, batch)| fits(*instances, *batch))?;
        let demands = self.demands(situation);
        let tasks = self.tasks.iter().map(|row| {
            let found = demands.iter().find(|demand| demand.service == row.service);
            (row.service, found.map_or(0, |demand| demand.count))
        });
        Some(Refresh {
            tasks: tasks.collect(),
            instances,
            batch,
            rest: count,
        })
    }

    fn fits_while_drained(&self, situation: Situation, instances: i64, batch: i64) -> bool {
        let rest = instances - batch;
        if rest < 1 {
            return false;
        }
        let demands = self.demands(situation);
        // A task on an instance that is drained counts for the spread until it ends.
        let spread: Vec<Demand> = demands
            .iter()
            .map(|demand| {
                let row = self.tasks.iter().find(|row| row.service == demand.service);
                Demand {
                    count: row.map_or(demand.count, |row| row.max_ever().max(demand.count)),
                    ..*demand
                }
            })
            .collect();
        let zones = worst_zones(self.spread(instances), batch);
        fit::while_drained(
            &demands,
            &spread,
            rest,
            &zones,
            [self.least_capacity(), self.most_capacity()],
            MAX_STEPS,
        )
    }
}

/// The fewest zones with the fewest instances each that can be left: not both at once, but one by one, since tasks stay
/// where they were placed while other instances went.
fn worst_zones(mut zones: Vec<i64>, batch: i64) -> Vec<i64> {
    zones.retain(|count| *count > 0);
    zones.sort_unstable();
    let fewest = zones.first().copied().unwrap_or(1);
    let mut left = batch;
    let mut emptied = 0;
    for count in &zones {
        if *count <= left {
            left -= count;
            emptied += 1;
        }
    }
    vec![(fewest - batch).max(1); zones.len() - emptied]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_zones_are_the_fewest_and_smallest() {
        assert_eq!(worst_zones(vec![2, 2, 2], 2), [1, 1]);
        assert_eq!(worst_zones(vec![3, 3, 3], 1), [2, 2, 2]);
        assert_eq!(worst_zones(vec![1, 1, 0], 1), [1]);
        assert_eq!(worst_zones(vec![3, 2], 3), [1]);
    }
}
