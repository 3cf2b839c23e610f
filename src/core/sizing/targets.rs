//! Sizes for a number of workflows per second, as values to be set.
//!
//! Counts and sizes of tasks are recommended by the author of the public deployment temporal-dsql-deploy-ecs in its
//! `scripts/scale-services.sh`; his connections are 50 a task. What he measured (its `docs/benchmark-results.md` and what
//! came after) is in each target's [`evidence`](Target::evidence). Connections beyond 50 and instances are worked
//! out here, so that everything fits DSQL's quotas, a deployment and, in prod, the loss of a zone.

use serde::Serialize;

use crate::options::Profile;
use crate::path::FieldPath;
use crate::temporal_service::TemporalService::{self, Frontend, History, Matching, Worker};
use crate::value::Value;

/// A number of workflows per second to be sized for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Workflows per second.
    pub rate: i64,
    /// What is known about it: measured, recommended, not reached.
    pub evidence: &'static str,
    services: [ServiceSizes; 4],
    instances: Instances,
}

#[derive(Clone, Copy, Debug)]
struct ServiceSizes {
    service: TemporalService,
    count: i64,
    cpu: i64,
    memory: i64,
    max_conns: i64,
    target_ready: i64,
}

/// Instance type and count by profile; `None` where the profile is no place for the target.
#[derive(Clone, Copy, Debug)]
struct Instances {
    dev: Option<(&'static str, i64)>,
    bench: (&'static str, i64),
    prod: (&'static str, i64),
}

/// A value that a target sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Its address.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// The value.
    pub value: Value,
    /// Where the number is from.
    pub basis: Basis,
}

/// Where a number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The reference author recommends it.
    Recommended,
    /// Worked out here, so that it fits.
    Derived,
}

impl Basis {
    /// In words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Recommended => "recommended by the reference author",
            Self::Derived => "worked out here to fit",
        }
    }
}

/// A row: service, tasks, CPU units, MiB, connections in use and ready.
const fn sizes(service: TemporalService, size: [i64; 3], connections: [i64; 2]) -> ServiceSizes {
    let [count, cpu, memory] = size;
    let [max_conns, target_ready] = connections;
    ServiceSizes {
        service,
        count,
        cpu,
        memory,
        max_conns,
        target_ready,
    }
}

/// Every target, ascending.
#[rustfmt::skip] // one row a line
pub const ALL: [Target; 4] = [
    Target {
        rate: 50,
        evidence: "The counts and sizes are the reference author's recommendation; it was not measured.",
        services: [
            sizes(Frontend, [2, 512, 2048], [50, 20]),
            sizes(History, [3, 1024, 4096], [50, 20]),
            sizes(Matching, [2, 1024, 2048], [50, 20]),
            sizes(Worker, [2, 512, 1024], [50, 20]),
        ],
        instances: Instances { dev: Some(("m8g.xlarge", 3)), bench: ("m8g.2xlarge", 3), prod: ("m8g.2xlarge", 3) },
    },
    Target {
        rate: 100,
        evidence: "The counts and sizes are the reference author's recommendation; it was not measured. With two history \
                   and two matching tasks more and one frontend more, the author asked for 150 and measured 137, on 10 × m7g.2xlarge \
                   with 50 connections a task.",
        services: [
            sizes(Frontend, [3, 1024, 4096], [50, 20]),
            sizes(History, [6, 2048, 8192], [50, 20]),
            sizes(Matching, [4, 1024, 2048], [50, 20]),
            sizes(Worker, [2, 512, 1024], [50, 20]),
        ],
        instances: Instances { dev: Some(("m8g.2xlarge", 4)), bench: ("m8g.2xlarge", 6), prod: ("m8g.2xlarge", 6) },
    },
    Target {
        rate: 200,
        evidence: "The counts and sizes are the reference author's recommendation, who gives the same for 400, so both cost the \
                   same. It was not measured: with more connections a task these reached 323 of 400 asked for, and \
                   nothing smaller is known to reach 200.",
        services: [
            sizes(Frontend, [9, 2048, 4096], [50, 10]),
            sizes(History, [16, 4096, 8192], [110, 10]),
            sizes(Matching, [16, 1024, 2048], [50, 10]),
            sizes(Worker, [3, 512, 1024], [50, 10]),
        ],
        instances: Instances { dev: None, bench: ("m8g.4xlarge", 12), prod: ("m8g.4xlarge", 15) },
    },
    Target {
        rate: 400,
        evidence: "The same counts and sizes as for 200, with more connections a task. Not reached when it was measured: the \
                   reference author asked for 400 and got 323, with the 200 connections of each history task used up. \
                   A later set-up, with one worker more and 220, 100 and 80 connections for history, matching and \
                   frontend, is said to have reached about 1,170. The counts and sizes are the author's recommendation. \
                   The author's connections, with as many kept ready, go beyond DSQL's quota of 10,000, so there are fewer here.",
        services: [
            sizes(Frontend, [9, 2048, 4096], [50, 10]),
            sizes(History, [16, 4096, 8192], [180, 10]),
            sizes(Matching, [16, 1024, 2048], [70, 10]),
            sizes(Worker, [3, 512, 1024], [40, 10]),
        ],
        instances: Instances { dev: None, bench: ("m8g.4xlarge", 12), prod: ("m8g.4xlarge", 15) },
    },
];

/// The target of `rate` workflows per second.
#[must_use]
pub fn find(rate: i64) -> Option<&'static Target> {
    ALL.iter().find(|target| target.rate == rate)
}

/// The values that size `environment` for `target`, in the order of the form; `None` where an environment of this
/// profile is no place for it.
#[must_use]
pub fn assignments(
    target: &Target,
    environment: &str,
    profile: Profile,
) -> Option<Vec<Assignment>> {
    let (instance_type, instance_count) = match profile {
        Profile::Dev => target.instances.dev?,
        Profile::Bench => target.instances.bench,
        Profile::Prod => target.instances.prod,
    };
    let address = FieldPath::of(&["environments", environment]);
    let set = |key: &str, value: Value, basis| Assignment {
        at: address.join(key),
        value,
        basis,
    };
    // Half as many again, as by default: stated, so that it doesn't stay behind where it was stated before.
    let max_count = instance_count + (instance_count + 1) / 2;
    let mut all = vec![
        set(
            "compute.instance_type",
            instance_type.into(),
            Basis::Derived,
        ),
        set(
            "compute.instance_count",
            instance_count.into(),
            Basis::Derived,
        ),
        set("compute.max_count", max_count.into(), Basis::Derived),
    ];
    for service in target.services {
        for (name, value, basis) in [
            ("cpu", service.cpu, Basis::Recommended),
            ("memory", service.memory, Basis::Recommended),
            ("count", service.count, Basis::Recommended),
            (
                "max_conns",
                service.max_conns,
                if service.max_conns == 50 {
                    Basis::Recommended
                } else {
                    Basis::Derived
                },
            ),
            ("target_ready", service.target_ready, Basis::Derived),
        ] {
            let key = format!("{}.{name}", service.service);
            all.push(set(&key, value.into(), basis));
        }
    }
    all.push(set("reservoir.enabled", true.into(), Basis::Recommended));
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::presets;
    use crate::sizing::connection_demand::Connections;

    /// What is said about `environment` of `standard`, alone, sized for `target`.
    fn problems(target: &Target, profile: Profile) -> Vec<String> {
        let mut spec = presets::find("standard").unwrap().spec();
        for other in Profile::ALL {
            if other != profile {
                spec.remove_environment(other.name());
            }
        }
        for assignment in assignments(target, profile.name(), profile).unwrap() {
            spec.set(assignment.at, assignment.value).unwrap();
        }
        check(&spec)
            .problems
            .0
            .iter()
            .filter(|problem| problem.code != crate::ProblemCode::Open)
            .map(|problem| format!("{} {}: {}", problem.code, problem.at, problem.message))
            .collect()
    }

    #[test]
    fn every_target_fits_where_it_makes_sense() {
        let mut tried = 0;
        for target in &ALL {
            for profile in Profile::ALL {
                if assignments(target, "x", profile).is_some() {
                    tried += 1;
                    assert_eq!(
                        problems(target, profile),
                        Vec::<String>::new(),
                        "{} in {profile:?}",
                        target.rate
                    );
                }
            }
        }
        assert_eq!(tried, 10);
    }

    #[test]
    fn a_target_too_large_for_dev_has_no_sizes_there() {
        let fits = ALL.map(|target| assignments(&target, "dev", Profile::Dev).is_some());
        assert_eq!(fits, [true, true, false, false]);
    }

    #[test]
    fn what_was_stated_before_does_not_stay_behind() {
        let mut spec = presets::find("ha-prod").unwrap().spec();
        for (key, value) in [("compute.max_count", 6), ("history.target_ready", 1000)] {
            let at = FieldPath::of(&["environments", "prod"]).join(key);
            spec.set(at, Value::from(value)).unwrap();
        }
        for assignment in assignments(find(400).unwrap(), "prod", Profile::Prod).unwrap() {
            spec.set(assignment.at, assignment.value).unwrap();
        }
        let blueprint = check(&spec).blueprint.unwrap();
        let connections = Connections::of(&blueprint.environments[0]);
        // 16 × 220 + 16 × 110 + 9 × 90 + 3 × 80; 24, 24, 18 and 4 tasks in a deployment.
        assert_eq!(
            (connections.steady(), connections.deploying()),
            (6330, 9860)
        );
        assert_eq!(blueprint.environments[0].compute.max_count, 23);
    }

    /// A workflow of four activities takes about 20 requests: its start and its result, and for each of five workflow
    /// tasks and four activities a poll and an answer.
    #[test]
    fn a_frontend_of_a_target_has_the_proxy_that_aws_recommends() {
        for target in &ALL {
            let mut spec = presets::find("ha-prod").unwrap().spec();
            for assignment in assignments(target, "prod", Profile::Prod).unwrap() {
                spec.set(assignment.at, assignment.value).unwrap();
            }
            let blueprint = check(&spec).blueprint.unwrap();
            let tasks = crate::sizing::tasks(&blueprint.environments[0]);
            let frontend = tasks
                .iter()
                .find(|it| it.service.as_str() == "frontend")
                .unwrap();
            let has_many = 20 * target.rate / frontend.size.count > 500;
            // Besides the sidecar's 128.
            let proxy = frontend.overhead_cpu - 128;
            assert!(
                proxy >= if has_many { 512 } else { 256 },
                "{}: {proxy}",
                target.rate
            );
            assert_eq!(proxy, if target.rate == 50 { 256 } else { 512 });
        }
    }

    #[test]
    fn counts_are_the_recommended_ones() {
        let counts = ALL.map(|target| target.services.map(|service| service.count));
        assert_eq!(
            counts,
            [[2, 3, 2, 2], [3, 6, 4, 2], [9, 16, 16, 3], [9, 16, 16, 3]]
        );
        assert!(find(400).unwrap().evidence.contains("got 323"));
        assert!(find(100).unwrap().evidence.contains("measured 137"));
    }
}
