//! Whether an environment's tasks find room on its instances, as ECS places them, before anything is applied.
//!
//! Order and ties decide what ECS does, so there are three verdicts: every order fits, some may not, none can. How
//! much memory ECS registers of a Graviton instance is not published; where that decides, the verdict is unknown.

mod change;
mod ecs;
mod fit;

use std::fmt;
use std::ops::Add;

use serde::{Serialize, Serializer};

use self::ecs::{Hosts, Tie};
use super::{Tasks, interface_slots, registered_memory};
use crate::catalog::instance_types::{self, InstanceType};
use crate::environment::Environment;
use crate::options::Profile;
use crate::order::sorted;

pub use self::change::{Assignment, Change};

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
struct Demand {
    service: &'static str,
    each: Amounts,
    count: i64,
}

fn sum(demands: &[Demand]) -> Amounts {
    demands.iter().fold(Amounts::default(), |sum, demand| {
        sum + demand.each.times(demand.count)
    })
}

/// What is said of the tasks in a situation, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every task is placed, in whatever order they arrive and whichever of equal instances ECS takes: proven.
    FitsInAnyOrder,
    /// A placement may exist, but whether ECS finds it depends on order and ties.
    MayNotPlace,
    /// How much memory ECS registers of the instance type decides, which is not known.
    Unknown,
    /// No placement exists: proven.
    Cannot,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FitsInAnyOrder => "fits in any order",
            Self::MayNotPlace => "may not place",
            Self::Unknown => "unknown",
            Self::Cannot => "cannot",
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
        service: &'static str,
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
        /// What each asks for, at the least.
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
        service: &'static str,
    },
    /// No order that fails was found, but none is ruled out either.
    Unproven,
    /// It fits or not by what ECS registers of an instance's memory.
    Memory {
        /// MiB an instance, at the least.
        at_least: i64,
        /// MiB an instance, at the most.
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
    Deployment(&'static str),
    /// All services are deployed at once.
    AllDeployed,
    /// A zone is lost, the one with the most instances, and its tasks start in the others.
    ZoneLost,
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
    /// What the instances have; of memory what ECS registers at the least.
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

/// Which instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Those of the services.
    Main,
    /// Those of the benchmark, while it runs.
    Benchmark,
}

impl Purpose {
    /// The name of the instances for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Benchmark => "benchmark",
        }
    }
}

/// A place on an instance, as a possible placement has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Its zone.
    pub zone: String,
    /// The tasks on it, each by its service, in the order in which services start.
    pub tasks: Vec<&'static str>,
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
    /// How many run at least; of the benchmark, which begins with none, how many at most.
    pub count: i64,
    /// How many scaling makes at most.
    pub max_count: i64,
    /// The zones, over which instances are spread.
    pub zones: Vec<String>,
    /// What runs.
    pub tasks: Vec<Tasks>,
    /// What an instance has; of memory what ECS registers at the least.
    pub room: Amounts,
    /// The same, of memory what it can register at the most.
    pub most_room: Amounts,
    /// What is found of each situation, the steady one first.
    pub findings: Vec<Finding>,
    /// A placement of the steady tasks, instance by instance: one of those that ECS may arrive at.
    pub hosts: Vec<Host>,
    /// The steady tasks that found no room in that placement.
    pub unplaced: Vec<&'static str>,
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
        needed.all(|finding| finding.verdict == Verdict::FitsInAnyOrder)
    }

    /// What would let every needed situation fit in any order, the least first; empty if all do. The pool is one of
    /// `environment`; `all` are the environments of the spec: those in one account and region share the setting of ENI
    /// trunking.
    #[must_use]
    pub fn changes(&self, environment: &Environment, all: &[&Environment]) -> Vec<Change> {
        if self.is_enough() {
            return Vec::new();
        }
        change::changes(&Frame::of(self, environment.profile), environment, all)
    }

    /// The tasks that ask for more of a resource than an instance surely has: service, resource, what it has.
    pub fn too_large(&self) -> impl Iterator<Item = (&Tasks, Resource, i64)> {
        let most = self.most_room;
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
                "a task of {service} asks for {asked} {}, a `{name}` has {had}",
                resource.unit()
            ),
            Reason::Sum {
                resource,
                asked,
                had,
            } => format!(
                "the tasks ask for {asked} {}, {count} × `{name}` have {had}",
                resource.unit()
            ),
            Reason::Large {
                resource,
                least,
                tasks,
                on_one,
            } => format!(
                "{tasks} tasks ask for {least} {} or more each, of which a `{name}` holds {on_one}",
                resource.unit()
            ),
            Reason::Packing => format!(
                "{} tasks can't be shared out over {count} × `{name}` without one left over, though the sums fit",
                finding.tasks
            ),
            Reason::Order { service } => format!(
                "{} tasks on {count} × `{name}`: in some orders of their start a task of {service} finds no instance \
                 with enough room left",
                finding.tasks
            ),
            Reason::Unproven => format!(
                "{} tasks on {count} × `{name}`: it can't be ruled out that in some order of their start one finds no \
                 instance with enough room left",
                finding.tasks
            ),
            Reason::Memory { at_least, at_most } => format!(
                "the tasks ask for {} MiB: whether they fit depends on what ECS registers of a `{name}`, which is not \
                 published: {at_least} to {at_most} MiB",
                finding.asked.memory
            ),
        })
    }
}

/// The placement of an environment's tasks.
#[derive(Clone, Debug, Serialize)]
pub struct Placement {
    /// The services' instances, and the benchmark's where there is one. Instances of a type that the catalog doesn't
    /// know are left out.
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
    let main = super::tasks(environment);
    let benchmark = super::benchmark_tasks(environment);
    let frames = [
        Frame::main(environment, &main),
        Frame::benchmark(environment, &benchmark),
    ];
    Placement {
        pools: frames
            .into_iter()
            .flatten()
            .map(|frame| frame.pool())
            .collect(),
    }
}

/// How many steps the search for a proof may take in a situation: a fraction of a millisecond.
const MOST_STEPS: u32 = 5_000;

/// Instances and their tasks, before anything is found out.
#[derive(Clone, Copy, Debug)]
struct Frame<'a> {
    purpose: Purpose,
    profile: Profile,
    instance: &'static InstanceType,
    trunking: bool,
    count: i64,
    max_count: i64,
    zones: &'a [String],
    tasks: &'a [Tasks],
}

impl<'a> Frame<'a> {
    fn main(environment: &'a Environment, tasks: &'a [Tasks]) -> Option<Self> {
        let compute = &environment.compute;
        Some(Self {
            purpose: Purpose::Main,
            profile: environment.profile,
            instance: instance_types::find(&compute.instance_type)?,
            trunking: compute.eni_trunking,
            count: compute.instance_count,
            max_count: compute.max_count.max(compute.instance_count),
            zones: &environment.zones,
            tasks,
        })
    }

    fn benchmark(environment: &'a Environment, tasks: &'a [Tasks]) -> Option<Self> {
        let benchmark = environment.benchmark.as_ref()?;
        Some(Self {
            purpose: Purpose::Benchmark,
            profile: environment.profile,
            instance: instance_types::find(&benchmark.instance_type)?,
            trunking: environment.compute.eni_trunking,
            count: benchmark.max_instances,
            max_count: benchmark.max_instances,
            zones: &environment.zones,
            tasks,
        })
    }

    /// The instances of `pool`, of an environment with this profile.
    fn of(pool: &'a Pool, profile: Profile) -> Self {
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

    fn pool(&self) -> Pool {
        let findings: Vec<Finding> = self
            .situations()
            .into_iter()
            .map(|situation| self.find(situation))
            .collect();
        let (hosts, unplaced) = self.hosts();
        Pool {
            purpose: self.purpose,
            instance: self.instance,
            trunking: self.trunking,
            count: self.count,
            max_count: self.max_count,
            zones: self.zones.to_vec(),
            tasks: self.tasks.to_vec(),
            room: self.least_room(),
            most_room: self.most_room(),
            findings,
            hosts,
            unplaced,
        }
    }

    fn situations(&self) -> Vec<Situation> {
        let mut all = vec![Situation::Steady];
        if self.purpose == Purpose::Benchmark {
            return all;
        }
        let grows = self.tasks.iter().filter(|row| row.most() > row.size.count);
        all.extend(grows.map(|row| Situation::Deployment(row.service)));
        if all.len() > 2 {
            all.push(Situation::AllDeployed);
        }
        if self.max_count > self.count {
            all.push(Situation::ScaledOut);
        }
        all.push(Situation::ZoneLost);
        all
    }

    fn is_needed(&self, situation: Situation) -> bool {
        match situation {
            Situation::Steady => true,
            Situation::Deployment(_) => self.profile != Profile::Dev,
            Situation::ZoneLost => self.profile == Profile::Prod,
            Situation::AllDeployed | Situation::ScaledOut => false,
        }
    }

    fn find(&self, situation: Situation) -> Finding {
        let demands = self.demands(situation);
        let (verdict, reason, instances) = self
            .shapes(situation)
            .into_iter()
            .map(|stages| {
                let (verdict, reason) = self.judge(&demands, &stages);
                (verdict, reason, instances(&stages))
            })
            .reduce(|worst, other| if other.0 > worst.0 { other } else { worst })
            .unwrap_or((Verdict::Cannot, None, 0));
        let scaled_out = (verdict != Verdict::FitsInAnyOrder && self.max_count > instances)
            .then(|| self.judge(&demands, &[self.spread(self.max_count)]).0);
        Finding {
            situation,
            is_needed: self.is_needed(situation),
            tasks: demands.iter().map(|demand| demand.count).sum(),
            instances,
            asked: sum(&demands),
            had: self.least_room().times(instances),
            verdict,
            reason,
            scaled_out,
        }
    }

    fn demands(&self, situation: Situation) -> Vec<Demand> {
        self.tasks
            .iter()
            .map(|row| Demand {
                service: row.service,
                each: row.each(),
                count: match situation {
                    Situation::Steady | Situation::ZoneLost => row.size.count,
                    Situation::Deployment(service) if service != row.service => row.size.count,
                    _ => row.most(),
                },
            })
            .filter(|demand| demand.count > 0)
            .collect()
    }

    /// The instances by zone, before and after where some are lost: one possibility, or two where it matters which
    /// zone that is.
    fn shapes(&self, situation: Situation) -> Vec<Vec<Vec<i64>>> {
        match situation {
            Situation::ScaledOut => vec![vec![self.spread(self.max_count)]],
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
    fn spread(&self, instances: i64) -> Vec<i64> {
        let zones = i64::try_from(self.zones.len()).unwrap_or(1).max(1);
        (0..zones)
            .map(|zone| instances / zones + i64::from(zone < instances % zones))
            .collect()
    }

    fn least_room(&self) -> Amounts {
        Amounts {
            cpu: i64::from(self.instance.cpu_units()),
            memory: registered_memory(self.instance),
            interfaces: interface_slots(self.instance, self.trunking),
        }
    }

    /// More than an instance nominally has is never registered.
    fn most_room(&self) -> Amounts {
        Amounts {
            memory: i64::from(self.instance.memory_mib),
            ..self.least_room()
        }
    }

    fn judge(&self, demands: &[Demand], stages: &[Vec<i64>]) -> (Verdict, Option<Reason>) {
        let instances = instances(stages);
        let least = self.least_room();
        let most = self.most_room();
        if fit::in_any_order(demands, stages, least, most, MOST_STEPS) {
            return (Verdict::FitsInAnyOrder, None);
        }
        if let Some(reason) = fit::impossible(demands, instances, most) {
            return (Verdict::Cannot, Some(reason));
        }
        if fit::in_any_order(demands, stages, most, most, MOST_STEPS)
            || fit::impossible(demands, instances, least).is_some()
        {
            let reason = Reason::Memory {
                at_least: least.memory,
                at_most: most.memory,
            };
            return (Verdict::Unknown, Some(reason));
        }
        let reason =
            match ecs::failing_order(demands, stages.last().map_or(&[], Vec::as_slice), least) {
                Some(service) => Reason::Order { service },
                None => Reason::Unproven,
            };
        (Verdict::MayNotPlace, Some(reason))
    }

    /// The steady tasks as ECS places them when services start one after the other, or large ones first where that
    /// leaves fewer over.
    fn hosts(&self) -> (Vec<Host>, Vec<&'static str>) {
        let demands = self.demands(Situation::Steady);
        let in_order: Vec<usize> = (0..demands.len()).collect();
        let large_first = sorted(in_order.clone(), |index| {
            std::cmp::Reverse(demands[*index].each)
        });
        let (hosts, unplaced) = [in_order, large_first]
            .into_iter()
            .map(|order| {
                let mut hosts = Hosts::new(&self.spread(self.count), demands.len());
                let mut unplaced = Vec::new();
                for index in order {
                    for _ in 0..demands[index].count {
                        if !hosts.place(index, &demands[index], self.least_room(), Tie::Emptiest) {
                            unplaced.push(demands[index].service);
                        }
                    }
                }
                (hosts, unplaced)
            })
            .reduce(|first, other| {
                if other.1.len() < first.1.len() {
                    other
                } else {
                    first
                }
            })
            .unwrap_or_else(|| (Hosts::new(&[], 0), Vec::new()));
        let hosts = hosts
            .all
            .into_iter()
            .map(|host| Host {
                zone: self.zones.get(host.zone).cloned().unwrap_or_default(),
                tasks: demands
                    .iter()
                    .zip(&host.tasks)
                    .flat_map(|(demand, count)| (0..*count).map(|_| demand.service))
                    .collect(),
                used: host.used,
            })
            .collect();
        (hosts, unplaced)
    }
}

/// How many instances there are in the end.
fn instances(stages: &[Vec<i64>]) -> i64 {
    stages.last().map_or(0, |zones| zones.iter().sum())
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

impl Serialize for Assignment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
