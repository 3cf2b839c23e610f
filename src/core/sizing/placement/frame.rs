//! Instances and their tasks, and how what comes of them is found.

use super::amounts::{Amounts, Demand, instances, sum};
use super::ecs::{self, Tie};
use super::finding::{Finding, Reason, Situation, Verdict};
use super::fit;
use super::pool::{Host, Pool, Purpose};
use crate::catalog::instance_types::{self, InstanceType};
use crate::environment::Environment;
use crate::options::Profile;
use crate::order::sorted;
use crate::parts::part::Hosts;
use crate::service_name::ServiceName;
use crate::sizing::instance::{interface_slots, registered_memory};
use crate::sizing::task::Tasks;

/// How many steps the search for a proof may take in a situation: a fraction of a millisecond.
const MAX_STEPS: u32 = 5_000;

/// Instances and their tasks, before anything is found out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) purpose: Purpose,
    pub(super) profile: Profile,
    pub(super) instance: &'static InstanceType,
    pub(super) trunking: bool,
    pub(super) count: i64,
    pub(super) max_count: i64,
    pub(super) zones: &'a [String],
    pub(super) tasks: &'a [Tasks],
}

impl<'a> Frame<'a> {
    pub(super) fn main(environment: &'a Environment, tasks: &'a [Tasks]) -> Option<Self> {
        let compute = &environment.compute;
        Some(Self {
            purpose: Purpose::Main,
            profile: environment.profile,
            instance: instance_types::find(&compute.instance_type)?,
            trunking: compute.eni_trunking,
            count: compute.instance_count,
            max_count: compute.max_count.max(compute.instance_count),
            zones: &environment.network.zones,
            tasks,
        })
    }

    pub(super) fn of_part(environment: &'a Environment, hosts: &'a Hosts<'_>) -> Option<Self> {
        Some(Self {
            purpose: Purpose::Own(hosts.group),
            profile: environment.profile,
            instance: instance_types::find(hosts.instance_type)?,
            trunking: environment.compute.eni_trunking,
            count: hosts.max_count,
            max_count: hosts.max_count,
            zones: &environment.network.zones,
            tasks: &hosts.tasks,
        })
    }

    /// The instances of `pool`, of an environment with this profile.
    pub(super) fn of(pool: &'a Pool, profile: Profile) -> Self {
        Self {
            purpose: pool.purpose,
            profile,
            instance: pool.instance,
            trunking: pool.trunking,
            count: pool.count,
            max_count: pool.max_count,
            zones: &pool.zones,
            tasks: &pool.tasks,
        }
    }

    pub(super) fn pool(&self) -> Pool {
        let mut findings: Vec<Finding> = self
            .situations()
            .into_iter()
            .map(|situation| self.find(situation))
            .collect();
        // All tasks deployed on as many instances as there may be: `ScaledOut` is that situation, and its verdict is known.
        let is_scaled_out = |finding: &&Finding| finding.situation == Situation::ScaledOut;
        let scaled_out = findings.iter().find(is_scaled_out).map(|it| it.verdict);
        for finding in &mut findings {
            if finding.situation == Situation::AllDeployed && finding.verdict != Verdict::AlwaysFits
            {
                finding.scaled_out = scaled_out;
            }
        }
        let (hosts, unplaced) = self.hosts();
        Pool {
            purpose: self.purpose,
            instance: self.instance,
            trunking: self.trunking,
            count: self.count,
            max_count: self.max_count,
            zones: self.zones.to_vec(),
            tasks: self.tasks.to_vec(),
            capacity: self.least_capacity(),
            most_capacity: self.most_capacity(),
            findings,
            hosts,
            unplaced,
        }
    }

    pub(super) fn situations(&self) -> Vec<Situation> {
        let mut all = vec![Situation::Steady];
        if self.purpose != Purpose::Main {
            return all;
        }
        let grows = self
            .tasks
            .iter()
            .filter(|row| row.max_during_deployment() > row.size.count);
        all.extend(grows.map(|row| Situation::Deployment(row.service)));
        if all.len() > 2 {
            all.push(Situation::AllDeployed);
        }
        if self.max_count > self.count {
            all.push(Situation::ScaledOut);
        }
        if self.tasks.iter().any(|row| row.max_count > row.size.count) {
            all.push(Situation::MostTasks);
        }
        all.push(Situation::ZoneLost);
        all
    }

    pub(super) fn is_needed(&self, situation: Situation) -> bool {
        match situation {
            Situation::Steady | Situation::MostTasks => true,
            Situation::Deployment(_) => self.profile != Profile::Dev,
            Situation::ZoneLost => self.profile == Profile::Prod,
            Situation::AllDeployed | Situation::ScaledOut => false,
        }
    }

    /// What is found of `situation`, but for [`Situation::AllDeployed`] whether it fits scaled out.
    fn find(&self, situation: Situation) -> Finding {
        let demands = self.demands(situation);
        let (verdict, reason, stages) = self
            .shapes(situation)
            .into_iter()
            .map(|stages| {
                let (verdict, reason) = self.judge(&demands, &stages);
                (verdict, reason, stages)
            })
            .reduce(|worst, other| if other.0 > worst.0 { other } else { worst })
            .unwrap_or((Verdict::DoesNotFit, None, Vec::new()));
        let instances = instances(&stages);
        let reason = match verdict {
            Verdict::MayNotFit => Some(self.doubt(&demands, &stages)),
            _ => reason,
        };
        let is_asked = verdict != Verdict::AlwaysFits && situation != Situation::AllDeployed;
        let scaled_out = (is_asked && self.max_count > instances)
            .then(|| self.judge(&demands, &[self.spread(self.max_count)]).0);
        Finding {
            situation,
            is_needed: self.is_needed(situation),
            tasks: demands.iter().map(|demand| demand.count).sum(),
            instances,
            asked: sum(&demands),
            had: self.least_capacity().times(instances),
            verdict,
            reason,
            scaled_out,
        }
    }

    pub(super) fn demands(&self, situation: Situation) -> Vec<Demand> {
        self.tasks
            .iter()
            .map(|row| Demand {
                service: row.service,
                each: row.each(),
                count: match situation {
                    Situation::Steady | Situation::ZoneLost => row.size.count,
                    Situation::MostTasks => row.max_count,
                    Situation::Deployment(service) if service != row.service => row.size.count,
                    Situation::Deployment(_) | Situation::AllDeployed | Situation::ScaledOut => {
                        row.max_during_deployment()
                    }
                },
            })
            .filter(|demand| demand.count > 0)
            .collect()
    }

    /// The instances by zone, before and after where some are lost: one possibility, or two where it matters which
    /// zone that is.
    pub(super) fn shapes(&self, situation: Situation) -> Vec<Vec<Vec<i64>>> {
        match situation {
            Situation::MostTasks | Situation::ScaledOut => {
                vec![vec![self.spread(self.max_count)]]
            }
            Situation::ZoneLost => {
                let whole = self.spread(self.count);
                // The first has the most, the last with any the fewest.
                let fewest = whole.iter().rposition(|count| *count > 0).unwrap_or(0);
                let without = |lost: usize| {
                    let mut rest = whole.clone();
                    rest.remove(lost);
                    vec![whole.clone(), rest]
                };
                if whole.first() == whole.get(fewest) {
                    vec![without(0)]
                } else {
                    vec![without(0), without(fewest)]
                }
            }
            Situation::Steady | Situation::Deployment(_) | Situation::AllDeployed => {
                vec![vec![self.spread(self.count)]]
            }
        }
    }

    /// Instances over the zones as Auto Scaling spreads them: evenly, which zones have one more is open.
    pub(super) fn spread(&self, instances: i64) -> Vec<i64> {
        let zones = i64::try_from(self.zones.len()).unwrap_or(1).max(1);
        (0..zones)
            .map(|zone| instances / zones + i64::from(zone < instances % zones))
            .collect()
    }

    pub(super) fn least_capacity(&self) -> Amounts {
        Amounts {
            cpu: i64::from(self.instance.cpu_units()),
            memory: registered_memory(self.instance),
            interfaces: interface_slots(self.instance, self.trunking),
        }
    }

    /// More than an instance nominally has is never registered.
    pub(super) fn most_capacity(&self) -> Amounts {
        Amounts {
            memory: i64::from(self.instance.memory_mib),
            ..self.least_capacity()
        }
    }

    /// The verdict, and its reason but for [`Verdict::MayNotFit`], of which it takes long to find one.
    fn judge(&self, demands: &[Demand], stages: &[Vec<i64>]) -> (Verdict, Option<Reason>) {
        let count = instances(stages);
        let least = self.least_capacity();
        let most = self.most_capacity();
        if fit::in_any_order(demands, stages, least, most, MAX_STEPS) {
            return (Verdict::AlwaysFits, None);
        }
        if let Some(reason) = fit::impossible(demands, count, most) {
            return (Verdict::DoesNotFit, Some(reason));
        }
        if fit::in_any_order(demands, stages, most, most, MAX_STEPS)
            || fit::impossible(demands, count, least).is_some()
        {
            let reason = Reason::Memory {
                at_least: least.memory,
                at_most: most.memory,
            };
            return (Verdict::Unknown, Some(reason));
        }
        (Verdict::MayNotFit, None)
    }

    /// The reason of [`Verdict::MayNotFit`].
    fn doubt(&self, demands: &[Demand], stages: &[Vec<i64>]) -> Reason {
        let zones = stages.last().map_or(&[][..], Vec::as_slice);
        match ecs::failing_order(demands, zones, self.least_capacity()) {
            Some(service) => Reason::Order { service },
            None => Reason::Unproven,
        }
    }

    /// The steady tasks as ECS places them when services start one after the other, or large ones first where that
    /// leaves fewer over.
    fn hosts(&self) -> (Vec<Host>, Vec<ServiceName>) {
        let demands = self.demands(Situation::Steady);
        let in_order: Vec<usize> = (0..demands.len()).collect();
        let large_first = sorted(in_order.clone(), |index| {
            std::cmp::Reverse(demands[*index].each)
        });
        let capacity = self.least_capacity();
        let place = |order: Vec<usize>| {
            let mut hosts = ecs::Hosts::new(&self.spread(self.count));
            let mut tasks = vec![Vec::new(); demands.len()];
            let mut unplaced = Vec::new();
            for index in order {
                let demand = &demands[index];
                let waiting = hosts.place(demand, capacity, Tie::Emptiest);
                unplaced.extend((0..waiting).map(|_| demand.service));
                tasks[index] = hosts.all.iter().map(|host| host.tasks).collect();
            }
            (hosts, tasks, unplaced)
        };
        let mut found = place(in_order);
        if !found.2.is_empty() {
            let other = place(large_first);
            if other.2.len() < found.2.len() {
                found = other;
            }
        }
        let (hosts, tasks, unplaced) = found;
        let hosts = hosts.all.into_iter().enumerate().map(|(at, host)| Host {
            zone: self.zones.get(host.zone).cloned().unwrap_or_default(),
            tasks: demands
                .iter()
                .zip(&tasks)
                .flat_map(|(demand, on_host)| (0..on_host[at]).map(|_| demand.service))
                .collect(),
            used: host.used,
        });
        (hosts.collect(), unplaced)
    }
}
