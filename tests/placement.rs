//! Placement against a simulation of ECS, task by task, on random environments.
//!
//! The simulation knows nothing of the code under test: it has a list of running tasks, counts it again for each task
//! that arrives, and takes one of the best instances at random. What it must agree with: where every order is said to
//! fit, none fails, not even during a rolling deployment or after a lost zone; where nothing is said to fit, nothing
//! does.

use std::collections::BTreeMap;

use composer_core::catalog::instance_types;
use composer_core::environment::Size;
use composer_core::parts::benchmark::Benchmark;
use composer_core::parts::grafana::Grafana;
use composer_core::parts::loki::Loki;
use composer_core::parts::part::LogStore;
use composer_core::parts::ui::Ui;
use composer_core::sizing::placement::{
    Finding, Pool, Purpose, Refresh, Situation, Verdict, place, refreshes,
};
use composer_core::sizing::{MaxCount, MaxCounts};
use composer_core::temporal_service::TemporalService;
use composer_core::{Environment, PlacedEnvironment};

use crate::harness::{blueprint, spec};

/// How many environments are tried.
const ENVIRONMENTS: u64 = 10_000;

/// Numbers that look random, the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}

/// One task, with where it runs once it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Task {
    service: usize,
    cpu: i64,
    memory: i64,
}

/// A service by what the blueprint says of it.
struct Service {
    name: &'static str,
    size: Size,
    /// How many tasks something may give it by itself.
    largest: i64,
    least_percent: i64,
    most_percent: i64,
}

impl Service {
    fn most(&self) -> i64 {
        (self.size.count * self.most_percent / 100).max(self.size.count)
    }
}

/// An instance type as the simulation knows it.
#[derive(Clone, Copy, Debug)]
struct Box {
    cpu: i64,
    memory: i64,
    interfaces: usize,
}

/// Instances by zone, and the tasks on them.
#[derive(Clone, Debug)]
struct Cluster {
    zones: Vec<usize>,
    running: Vec<(Task, usize)>,
    each: Box,
}

impl Cluster {
    fn has_place(&self, instance: usize, task: Task) -> bool {
        let here = || self.running.iter().filter(|(_, at)| *at == instance);
        let cpu: i64 = here().map(|(task, _)| task.cpu).sum();
        let memory: i64 = here().map(|(task, _)| task.memory).sum();
        cpu + task.cpu <= self.each.cpu
            && memory + task.memory <= self.each.memory
            && here().count() < self.each.interfaces
    }

    /// The instances between which ECS would choose.
    fn candidates(&self, task: Task) -> Vec<usize> {
        let mut by_zone: BTreeMap<usize, usize> = BTreeMap::new();
        let mut by_instance: BTreeMap<usize, usize> = BTreeMap::new();
        for (other, at) in &self.running {
            if other.service == task.service {
                *by_zone.entry(self.zones[*at]).or_default() += 1;
                *by_instance.entry(*at).or_default() += 1;
            }
        }
        let mut open: Vec<usize> = (0..self.zones.len())
            .filter(|instance| self.has_place(*instance, task))
            .collect();
        for counts in [&by_zone, &by_instance] {
            let key = |instance: usize| {
                let key = if std::ptr::eq(counts, &by_zone) {
                    self.zones[instance]
                } else {
                    instance
                };
                counts.get(&key).copied().unwrap_or(0)
            };
            let least = open.iter().map(|instance| key(*instance)).min();
            open.retain(|instance| Some(key(*instance)) == least);
        }
        open
    }

    /// Places a task somewhere; `false` if it has to wait.
    fn start(&mut self, task: Task, dice: &mut Dice) -> bool {
        let candidates = self.candidates(task);
        if candidates.is_empty() {
            return false;
        }
        let at = dice.of(&candidates);
        self.running.push((task, at));
        true
    }

    fn start_all(&mut self, tasks: &[Task], dice: &mut Dice) -> bool {
        tasks.iter().all(|task| self.start(*task, dice))
    }
}

/// So many instances over so many zones, evenly; which zones have one more is left to chance.
fn spread(instances: i64, zones: usize, dice: &mut Dice) -> Vec<usize> {
    let mut order: Vec<usize> = (0..zones).collect();
    dice.shuffle(&mut order);
    (0..usize::try_from(instances).unwrap())
        .map(|index| order[index % zones])
        .collect()
}

/// What runs on the main instances, or on the benchmark's.
fn services(environment: &Environment, purpose: Purpose) -> Vec<Service> {
    let service = |name, size, percents: (i64, i64)| Service {
        name,
        size,
        largest: size.count,
        least_percent: percents.0,
        most_percent: percents.1,
    };
    if purpose != Purpose::Main {
        let benchmark = environment.part::<Benchmark>().unwrap();
        return vec![
            service("benchmark-generator", benchmark.generator, (0, 100)),
            service("benchmark-worker", benchmark.worker, (50, 100)),
        ];
    }
    let mut all = vec![service(
        "grafana",
        environment.part::<Grafana>().unwrap().size,
        (0, 100),
    )];
    all.extend(
        environment
            .part::<Loki>()
            .map(|loki| service("loki", loki.size, (0, 100))),
    );
    all.extend(environment.services.iter().map(|one| {
        let percents = (one.minimum_healthy_percent, one.maximum_percent);
        let max = environment.part::<MaxCounts>();
        let max = max.and_then(|all| all.0.iter().find(|max| max.service == one.kind));
        let largest = max.map_or(one.size.count, |max| max.count);
        Service {
            largest,
            ..service(one.name(), one.size, percents)
        }
    }));
    let ui = if environment.profile.name() == "dev" {
        (0, 100)
    } else {
        (100, 200)
    };
    all.extend(
        environment
            .part::<Ui>()
            .map(|it| service("ui", it.size, ui)),
    );
    all
}

/// The tasks of a situation.
fn tasks(services: &[Service], situation: Situation) -> Vec<Task> {
    let mut all = Vec::new();
    for (index, service) in services.iter().enumerate() {
        let count = match situation {
            Situation::Steady | Situation::ZoneLost => service.size.count,
            Situation::Deployment(name) if name.as_str() == service.name => service.most(),
            Situation::Deployment(_) => service.size.count,
            Situation::MostTasks => service.largest,
            Situation::AllDeployed | Situation::ScaledOut => service.most(),
        };
        for _ in 0..count {
            all.push(Task {
                service: index,
                cpu: service.size.cpu,
                memory: service.size.memory,
            });
        }
    }
    all
}

/// A small environment of any shape, mostly near the edge between what fits and what doesn't.
fn environment(start: &[PlacedEnvironment], dice: &mut Dice) -> Environment {
    let mut whole = Environment::clone(dice.of(&[&start[0], &start[1], &start[2]]));
    let environment = &mut whole;
    let types = [
        "t4g.medium",
        "m8g.medium",
        "c8g.large",
        "m8g.large",
        "m8g.large",
        "r8g.medium",
        "m8g.xlarge",
        "c8g.xlarge",
    ];
    let size = |dice: &mut Dice, counts: &[i64]| Size {
        cpu: dice.of(&[256, 512, 512, 768, 1000, 1024, 1536, 2048]),
        memory: dice.of(&[512, 768, 1024, 1024, 2048, 2000, 3600, 7700]),
        count: dice.of(counts),
    };
    environment.network.zones = ["a", "b", "c", "d"][..2 + dice.below(3)]
        .iter()
        .map(|letter| format!("eu-west-1{letter}"))
        .collect();
    environment.compute.instance_type = dice.of(&types).to_owned();
    environment.compute.eni_trunking = dice.of(&[true, true, false]);
    environment.compute.instance_count = dice.of(&[1, 2, 2, 3, 3, 4, 6]);
    environment.compute.max_count = environment.compute.instance_count + dice.of(&[0, 1, 2]);
    for service in &mut environment.services {
        service.size = size(dice, &[0, 0, 1, 1, 2, 3]);
        (service.minimum_healthy_percent, service.maximum_percent) =
            dice.of(&[(0, 100), (50, 150), (100, 200)]);
    }
    let mut grafana = environment.part::<Grafana>().unwrap().clone();
    grafana.size = size(dice, &[1]);
    environment.parts.put(grafana);
    environment.parts.remove::<Ui>();
    if dice.of(&[true, false]) {
        environment.parts.put(Ui {
            size: size(dice, &[0, 1, 2]),
        });
    }
    environment.parts.remove::<Loki>();
    environment.parts.remove::<LogStore>();
    if dice.of(&[true, false, false]) {
        environment.parts.put(LogStore {
            name: "Loki",
            key: "loki.enabled",
        });
        environment.parts.put(Loki {
            size: size(dice, &[1]),
            retention_days: 7,
        });
    }
    if dice.of(&[true, false, false]) {
        let mut most = |index: usize| environment.services[index].size.count + dice.of(&[0, 1, 3]);
        let most = [(TemporalService::Frontend, 0), (TemporalService::Worker, 3)].map(
            |(service, index)| MaxCount {
                service,
                count: most(index),
                code: "",
            },
        );
        let most = MaxCounts(most.to_vec());
        environment.parts.put(most);
    }
    if let Some(mut benchmark) = environment.part::<Benchmark>().cloned() {
        benchmark.instance_type = dice.of(&types).to_owned();
        benchmark.max_instances = dice.of(&[1, 2, 3]);
        benchmark.generator = size(dice, &[1]);
        benchmark.worker = size(dice, &[0, 1, 2, 3, 4]);
        environment.parts.put(benchmark);
    }
    whole
}

/// What was tried, so that the test can say that it tried enough.
#[derive(Debug, Default)]
struct Tally {
    verdicts: BTreeMap<String, usize>,
    fits: usize,
    deployments: usize,
    lost_zones: usize,
    cannot_exhausted: usize,
    always_fits: usize,
    always_fits_and_said: usize,
}

impl Tally {
    fn and(mut self, other: Self) -> Self {
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
        self.fits += other.fits;
        self.deployments += other.deployments;
        self.lost_zones += other.lost_zones;
        self.cannot_exhausted += other.cannot_exhausted;
        self.always_fits += other.always_fits;
        self.always_fits_and_said += other.always_fits_and_said;
        self
    }
}

/// A pool, and all that the simulation knows of it.
struct Trial<'a> {
    pool: &'a Pool,
    services: Vec<Service>,
    least: Box,
    most: Box,
}

impl Trial<'_> {
    fn cluster(&self, instances: i64, each: Box, dice: &mut Dice) -> Cluster {
        Cluster {
            zones: spread(instances, self.pool.zones.len(), dice),
            running: Vec::new(),
            each,
        }
    }

    fn instances(&self, situation: Situation) -> i64 {
        match situation {
            Situation::MostTasks | Situation::ScaledOut => self.pool.max_count,
            _ => self.pool.count,
        }
    }

    fn finding(&self, finding: &Finding, dice: &mut Dice, tried: &mut Tally) {
        *tried
            .verdicts
            .entry(finding.verdict.to_string())
            .or_default() += 1;
        match finding.verdict {
            Verdict::AlwaysFits => self.fits(finding.situation, dice, tried),
            Verdict::DoesNotFit => self.cannot(finding.situation, dice, tried),
            Verdict::MayNotFit | Verdict::Unknown => {}
        }
        self.precision(finding, dice, tried);
    }

    /// Whatever ECS registers of the memory, whatever order and ties: each task finds room at once.
    fn fits(&self, situation: Situation, dice: &mut Dice, tried: &mut Tally) {
        tried.fits += 1;
        let mut tasks = tasks(&self.services, situation);
        for turn in 0..3 {
            let span = self.most.memory - self.least.memory;
            let each = Box {
                memory: self.least.memory
                    + if turn == 0 {
                        0
                    } else {
                        dice.of(&[0, span / 2, span])
                    },
                ..self.least
            };
            dice.shuffle(&mut tasks);
            if turn == 1 {
                // The large ones last, to what the small ones left.
                tasks.sort_by_key(|task| (task.cpu, task.memory));
            }
            let mut cluster = self.cluster(self.instances(situation), each, dice);
            match situation {
                Situation::ZoneLost => {
                    tried.lost_zones += 1;
                    self.lose_a_zone(cluster, &tasks, dice);
                }
                Situation::Deployment(name) => {
                    assert!(
                        cluster.start_all(&tasks, dice),
                        "{situation:?} {:?}",
                        self.pool
                    );
                    cluster.running.clear();
                    tried.deployments += 1;
                    self.deploy(cluster, name.as_str(), dice);
                }
                _ => assert!(
                    cluster.start_all(&tasks, dice),
                    "{situation:?} {:?}",
                    self.pool
                ),
            }
        }
    }

    /// Tasks on all zones, then one zone gone, then its tasks again; and as if all had to start again.
    fn lose_a_zone(&self, mut cluster: Cluster, tasks: &[Task], dice: &mut Dice) {
        let lost = dice.of(&cluster.zones);
        let mut rest = cluster.clone();
        let keep = |zones: &mut Vec<usize>| zones.retain(|zone| *zone != lost);
        keep(&mut rest.zones);
        assert!(rest.start_all(tasks, dice), "{:?}", self.pool);
        if self.pool.steady().verdict != Verdict::AlwaysFits {
            return;
        }
        assert!(cluster.start_all(tasks, dice));
        let names: Vec<usize> = cluster.zones.clone();
        let new_index = |old: usize| names[..old].iter().filter(|zone| **zone != lost).count();
        let (gone, left): (Vec<_>, Vec<_>) = cluster
            .running
            .iter()
            .partition(|(_, at)| names[*at] == lost);
        keep(&mut cluster.zones);
        cluster.running = left
            .into_iter()
            .map(|(task, at)| (task, new_index(at)))
            .collect();
        for (task, _) in gone {
            assert!(cluster.start(task, dice), "after the loss: {:?}", self.pool);
        }
    }

    /// A rolling deployment: new tasks up to the most, old ones stopped down to the least, until all are new.
    fn deploy(&self, mut cluster: Cluster, name: &str, dice: &mut Dice) {
        let mut steady = tasks(&self.services, Situation::Steady);
        dice.shuffle(&mut steady);
        assert!(cluster.start_all(&steady, dice), "before: {:?}", self.pool);
        let index = self
            .services
            .iter()
            .position(|one| one.name == name)
            .unwrap();
        let service = &self.services[index];
        let count = usize::try_from(service.size.count).unwrap();
        let most = usize::try_from(service.most()).unwrap();
        let least = (count * usize::try_from(service.least_percent).unwrap()).div_ceil(100);
        let task = Task {
            service: index,
            cpu: service.size.cpu,
            memory: service.size.memory,
        };
        let (mut old, mut new) = (count, 0);
        while old > 0 || new < count {
            let running = old + new;
            let may_start = new < count && running < most;
            let may_stop = old > 0 && running > least;
            if may_start && (!may_stop || dice.of(&[true, false])) {
                assert!(cluster.start(task, dice), "{name}: {:?}", self.pool);
                new += 1;
            } else {
                assert!(may_stop, "a deployment that stands still: {:?}", self.pool);
                // Old or new makes no difference to the room that is left: any of the service's may be the old one.
                let places: Vec<usize> = (0..cluster.running.len())
                    .filter(|at| cluster.running[*at].0.service == index)
                    .collect();
                cluster.running.remove(dice.of(&places));
                old -= 1;
            }
        }
    }

    /// Even with all the memory that there could be: no order is lucky, and on small ones nothing fits at all.
    fn cannot(&self, situation: Situation, dice: &mut Dice, tried: &mut Tally) {
        let mut tasks = tasks(&self.services, situation);
        let mut cluster = self.cluster(self.instances(situation), self.most, dice);
        if situation == Situation::ZoneLost {
            // Of zones with more and with fewer instances it may be said of the worse only.
            let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
            cluster
                .zones
                .iter()
                .for_each(|zone| *sizes.entry(*zone).or_default() += 1);
            let largest = sizes
                .iter()
                .max_by_key(|(_, count)| **count)
                .map(|(zone, _)| *zone);
            cluster.zones.retain(|zone| Some(*zone) != largest);
        }
        dice.shuffle(&mut tasks);
        let mut lucky = cluster.clone();
        assert!(
            !lucky.start_all(&tasks, dice),
            "{situation:?} {:?}",
            self.pool
        );
        if tasks.len() <= 8 && cluster.zones.len() <= 4 {
            tried.cannot_exhausted += 1;
            assert!(
                !exists(&mut cluster, &tasks),
                "{situation:?} {:?}",
                self.pool
            );
        }
    }

    /// On the smallest, where all orders and ties can be gone through: how often a fit is recognised.
    fn precision(&self, finding: &Finding, dice: &mut Dice, tried: &mut Tally) {
        let tasks = tasks(&self.services, finding.situation);
        if finding.situation != Situation::Steady || tasks.len() > 5 || self.pool.count > 3 {
            return;
        }
        let mut cluster = self.cluster(self.pool.count, self.least, dice);
        let all_orders_fit = always(&mut cluster, &tasks);
        let is_said = finding.verdict == Verdict::AlwaysFits;
        assert!(all_orders_fit || !is_said, "{:?}", self.pool);
        tried.always_fits += usize::from(all_orders_fit);
        tried.always_fits_and_said += usize::from(is_said);
    }
}

/// Whether the tasks can be put on the instances somehow: every one on every instance.
fn exists(cluster: &mut Cluster, tasks: &[Task]) -> bool {
    let Some((task, rest)) = tasks.split_first() else {
        return true;
    };
    let mut tried_an_empty_one = false;
    for at in 0..cluster.zones.len() {
        let is_empty = cluster.running.iter().all(|(_, other)| *other != at);
        if is_empty && std::mem::replace(&mut tried_an_empty_one, true)
            || !cluster.has_place(at, *task)
        {
            continue;
        }
        cluster.running.push((*task, at));
        let found = exists(cluster, rest);
        cluster.running.pop();
        if found {
            return true;
        }
    }
    false
}

/// Whether every order of the tasks and every choice among equals places all.
fn always(cluster: &mut Cluster, tasks: &[Task]) -> bool {
    let mut seen: Vec<Task> = Vec::new();
    for (index, task) in tasks.iter().enumerate() {
        if seen.contains(task) {
            continue;
        }
        seen.push(*task);
        let mut rest = tasks.to_vec();
        rest.remove(index);
        let candidates = cluster.candidates(*task);
        if candidates.is_empty() {
            return false;
        }
        for at in candidates {
            cluster.running.push((*task, at));
            let all = always(cluster, &rest);
            cluster.running.pop();
            if !all {
                return false;
            }
        }
    }
    true
}

/// Builds an environment from `seed` and tries to refute all that is said of it.
fn refute(start: &[PlacedEnvironment], seed: u64, tried: &mut Tally) {
    let mut dice = Dice(seed);
    let environment = environment(start, &mut dice);
    let placement = place(&environment);
    let purposes = 1 + usize::from(environment.part::<Benchmark>().is_some());
    assert_eq!(placement.pools.len(), purposes, "{environment:?}");
    for pool in &placement.pools {
        let name = match pool.purpose {
            Purpose::Main => &environment.compute.instance_type,
            Purpose::Own(_) => &environment.part::<Benchmark>().unwrap().instance_type,
        };
        let row = instance_types::find(name).unwrap();
        let nominal = i64::from(row.memory_mib);
        let interfaces = match row.trunk_slots {
            Some(slots) if environment.compute.eni_trunking => slots,
            _ => row.max_interfaces - 1,
        };
        let most = Box {
            cpu: i64::from(row.vcpu) * 1024,
            memory: nominal,
            interfaces: usize::try_from(interfaces).unwrap(),
        };
        let trial = Trial {
            pool,
            services: services(&environment, pool.purpose),
            // What is assumed of the memory that ECS registers: 94 %, above 8 GiB 96 %, less 64 MiB.
            least: Box {
                memory: nominal * if nominal > 8192 { 96 } else { 94 } / 100 - 64,
                ..most
            },
            most,
        };
        for finding in &pool.findings {
            trial.finding(finding, &mut dice, tried);
        }
    }
}

#[test]
fn no_verdict_is_refuted_by_a_simulation_of_ecs() {
    let start = blueprint(&spec(
        "standard",
        &["environments.dev.benchmark.enabled=true"],
    ))
    .environments;
    // On each processor a part of them.
    let parts =
        std::thread::available_parallelism().map_or(1, |count| u64::try_from(count.get()).unwrap());
    let parts: Vec<Tally> = std::thread::scope(|scope| {
        let start = &start;
        let part = |part: u64| {
            scope.spawn(move || {
                let mut tried = Tally::default();
                for seed in (part..ENVIRONMENTS).step_by(usize::try_from(parts).unwrap()) {
                    refute(start, seed, &mut tried);
                }
                tried
            })
        };
        let running: Vec<_> = (0..parts).map(part).collect();
        running
            .into_iter()
            .map(|part| part.join().unwrap())
            .collect()
    });
    let tried = parts.into_iter().reduce(Tally::and).unwrap();
    // Enough of each kind was tried for the test to mean something.
    for verdict in ["always fits", "may not fit", "unknown", "does not fit"] {
        assert!(
            tried.verdicts.get(verdict).copied() > Some(500),
            "{tried:?}"
        );
    }
    assert!(
        tried.deployments > 5_000 && tried.lost_zones > 3_000,
        "{tried:?}"
    );
    assert!(tried.cannot_exhausted > 3_000, "{tried:?}");
    // Of what always fits nearly all is recognised.
    assert!(tried.always_fits > 500, "{tried:?}");
    assert!(
        tried.always_fits_and_said * 100 > tried.always_fits * 95,
        "{tried:?}"
    );
}

/// What was tried of refreshes.
#[derive(Debug, Default)]
struct RefreshTally {
    environments: usize,
    within: usize,
    grown: usize,
    at_once: usize,
    most_tasks: usize,
    moved: usize,
}

/// Instances that are replaced, as `hosts.sh` does it: so many are drained, their tasks move, others take their place.
struct Roll<'a> {
    services: &'a [Service],
    cluster: Cluster,
    /// By instance: whether it takes tasks.
    open: Vec<bool>,
    zones: usize,
    /// Whether tasks on instances that are drained count when ECS spreads others.
    counts_drained: bool,
}

impl Roll<'_> {
    /// Places a task where ECS would, but for instances that take none.
    fn start(&mut self, task: Task, dice: &mut Dice) -> bool {
        let mut seen = self.cluster.clone();
        if !self.counts_drained {
            seen.running.retain(|(_, at)| self.open[*at]);
        }
        for at in 0..self.open.len() {
            if !self.open[at] {
                // No room for anything.
                seen.running.push((
                    Task {
                        service: usize::MAX,
                        cpu: seen.each.cpu,
                        memory: seen.each.memory,
                    },
                    at,
                ));
            }
        }
        let candidates = seen.candidates(task);
        if candidates.is_empty() {
            return false;
        }
        self.cluster.running.push((task, dice.of(&candidates)));
        true
    }

    /// Moves each task of these instances: within the service's percentages a new one starts first, or an old one ends first.
    fn drain(&mut self, ids: &[usize], dice: &mut Dice) -> Result<usize, &'static str> {
        for id in ids {
            self.open[*id] = false;
        }
        let mut moving: Vec<(Task, usize)> = self.cluster.running.clone();
        moving.retain(|(_, at)| ids.contains(at));
        dice.shuffle(&mut moving);
        let mut missing: Vec<Task> = Vec::new();
        for one in &moving {
            let service = &self.services[one.0.service];
            let running = self.cluster.running.iter();
            let running = running.filter(|(task, _)| task.service == one.0.service);
            let may_start =
                i64::try_from(running.count()).unwrap() < service.largest.max(service.most());
            let first = may_start && dice.of(&[true, false]);
            if first && !self.start(one.0, dice) {
                return Err(service.name);
            }
            let at = self.cluster.running.iter().position(|other| other == one);
            self.cluster.running.remove(at.unwrap());
            if !first {
                missing.push(one.0);
            }
            if dice.of(&[true, false]) {
                for task in std::mem::take(&mut missing) {
                    if !self.start(task, dice) {
                        return Err(self.services[task.service].name);
                    }
                }
            }
        }
        for task in missing {
            if !self.start(task, dice) {
                return Err(self.services[task.service].name);
            }
        }
        Ok(moving.len())
    }

    /// An empty instance in a zone with the fewest.
    fn add(&mut self, dice: &mut Dice) {
        let in_zone = |zone: &usize| {
            let zones = self.cluster.zones.iter().zip(&self.open);
            zones.filter(|(at, open)| *at == zone && **open).count()
        };
        let least = (0..self.zones).map(|zone| in_zone(&zone)).min().unwrap();
        let zones: Vec<usize> = (0..self.zones)
            .filter(|zone| in_zone(zone) == least)
            .collect();
        self.cluster.zones.push(dice.of(&zones));
        self.open.push(true);
    }
}

/// Replaces every instance, in an order left to chance, so many at once as is said.
fn refresh(step: &Refresh, trial: &Trial<'_>, dice: &mut Dice, tried: &mut RefreshTally) {
    let batch = usize::try_from(step.batch).unwrap();
    for turn in 0..4 {
        let span = trial.most.memory - trial.least.memory;
        let each = Box {
            memory: trial.least.memory
                + if turn == 0 {
                    0
                } else {
                    dice.of(&[0, span / 2, span])
                },
            ..trial.least
        };
        let cluster = trial.cluster(step.rest, each, dice);
        let mut roll = Roll {
            services: &trial.services,
            open: vec![true; cluster.zones.len()],
            zones: trial.pool.zones.len(),
            cluster,
            counts_drained: dice.of(&[true, false]),
        };
        let mut all: Vec<Task> = Vec::new();
        for (index, service) in trial.services.iter().enumerate() {
            let said = step
                .tasks
                .iter()
                .find(|(name, _)| name.as_str() == service.name);
            for _ in 0..said.map_or(0, |(_, count)| *count) {
                all.push(Task {
                    service: index,
                    cpu: service.size.cpu,
                    memory: service.size.memory,
                });
            }
        }
        dice.shuffle(&mut all);
        for task in all {
            assert!(roll.start(task, dice), "before: {step:?} {:?}", trial.pool);
        }
        for _ in step.rest..step.instances {
            roll.add(dice);
        }
        let mut old: Vec<usize> = (0..usize::try_from(step.rest).unwrap()).collect();
        dice.shuffle(&mut old);
        for ids in old.chunks(batch) {
            match roll.drain(ids, dice) {
                Ok(moved) => tried.moved += moved,
                Err(name) => panic!("{name} finds no room: {step:?} {:?}", trial.pool),
            }
            for _ in ids {
                roll.add(dice);
            }
        }
    }
}

/// What each composition is told of draining instances, tried on it.
fn refresh_all(environment: &Environment, dice: &mut Dice, tried: &mut RefreshTally) {
    let placement = place(environment);
    let Some(pool) = placement.pool(Purpose::Main) else {
        return;
    };
    tried.environments += 1;
    let most = Box {
        cpu: pool.most_capacity.cpu,
        memory: pool.most_capacity.memory,
        interfaces: usize::try_from(pool.most_capacity.interfaces).unwrap(),
    };
    let trial = Trial {
        pool,
        services: services(environment, Purpose::Main),
        least: Box {
            memory: pool.capacity.memory,
            ..most
        },
        most,
    };
    for step in refreshes(environment) {
        assert!(step.instances <= pool.max_count.max(pool.count), "{step:?}");
        assert!(step.batch >= 1 && step.batch < step.instances, "{step:?}");
        if step.instances == step.rest {
            tried.within += 1;
        } else {
            tried.grown += 1;
        }
        tried.at_once += usize::from(step.batch > 1);
        tried.most_tasks += usize::from(step.rest > pool.count);
        refresh(&step, &trial, dice, tried);
    }
}

/// However ECS places and moves the tasks of instances that are drained, each finds room at once.
#[test]
fn no_refresh_leaves_a_task_without_an_instance() {
    let start = blueprint(&spec(
        "standard",
        &["environments.dev.benchmark.enabled=true"],
    ))
    .environments;
    let mut tried = RefreshTally::default();
    for seed in 0..3_000 {
        let mut dice = Dice(seed);
        let mut environment = environment(&start, &mut dice);
        // More instances than the other test has, so that some can be spared.
        let more = dice.of(&[0, 1, 3, 5]);
        environment.compute.instance_count += more;
        environment.compute.max_count += more;
        refresh_all(&environment, &mut dice, &mut tried);
    }
    assert!(tried.within > 500 && tried.grown > 50, "{tried:?}");
    assert!(tried.at_once > 100 && tried.most_tasks > 50, "{tried:?}");
    assert!(tried.moved > 10_000, "{tried:?}");
}

/// Each preset's instances can be replaced without a task that waits.
#[test]
fn every_preset_has_a_refresh() {
    for preset in composer_core::presets::PRESETS {
        for environment in blueprint(&preset.spec()).environments {
            let steps = refreshes(&environment);
            assert!(!steps.is_empty(), "{} {}", preset.name, environment.name);
            let mut tried = RefreshTally::default();
            if environment.part::<Grafana>().is_some() {
                refresh_all(&environment, &mut Dice(1), &mut tried);
            }
        }
    }
}
