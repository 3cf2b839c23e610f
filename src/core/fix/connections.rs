//! Fewer connections to DSQL, where environments would open more than their cluster takes.

use super::setting::{Request, Setting};
use crate::environment::Environment;
use crate::problem::Problem;
use crate::sizing::connection_demand::{Connections, Pool};
use crate::sizing::connections::{check, check_shared, sharing};

/// A number that each service has.
struct Number {
    key: &'static str,
    get: fn(&Environment, usize) -> i64,
    put: fn(&mut Environment, usize, i64),
}

const IN_USE: Number = Number {
    key: "max_conns",
    get: |environment, index| environment.services[index].max_conns,
    put: |environment, index, value| environment.services[index].max_conns = value,
};

/// Zero where none are kept ready.
const READY: Number = Number {
    key: "target_ready",
    get: |environment, index| {
        let pool = environment.part::<Pool>();
        pool.map_or(0, |pool| pool.target_ready[index])
    },
    put: |environment, index, value| {
        if let Some(mut pool) = environment.part::<Pool>().copied() {
            pool.target_ready[index] = value;
            environment.parts.put(pool);
        }
    },
};

/// Fewer connections, in use or ready, of one service or in proportion of all.
pub(super) fn fewer(request: &Request<'_>, problem: &Problem) -> Vec<Vec<Setting>> {
    let Some(environment) = request.environment(&problem.at) else {
        return Vec::new();
    };
    let set = |changed: &Environment| -> Vec<Setting> {
        let mut all = Vec::new();
        for number in [IN_USE, READY] {
            for (index, service) in environment.services.iter().enumerate() {
                let value = (number.get)(changed, index);
                if value != (number.get)(environment, index) {
                    let key = format!("{}.{}", service.name(), number.key);
                    all.push(request.put(&environment.name, &key, value));
                }
            }
        }
        all
    };
    let solves = |changed: &Environment| is_solved(request, problem, changed);
    // Most of a service that has many first.
    let mut order: Vec<usize> = (0..environment.services.len()).collect();
    order.sort_by_key(|index| {
        let service = &environment.services[*index];
        -service.max_conns * service.size.count
    });
    let mut all = Vec::new();
    for number in [IN_USE, READY] {
        for index in &order {
            let most = (number.get)(environment, *index);
            let with = |value: i64| {
                let mut changed = environment.clone();
                (number.put)(&mut changed, *index, value);
                changed
            };
            all.extend(
                largest(1, most, |value| solves(&with(value))).map(|value| set(&with(value))),
            );
        }
    }
    if all.is_empty() {
        // In thousandths.
        let with = |numbers: &[Number], share: i64| {
            let mut changed = environment.clone();
            for number in numbers {
                for index in 0..environment.services.len() {
                    let value = ((number.get)(environment, index) * share / 1_000).max(1);
                    (number.put)(&mut changed, index, value);
                }
            }
            changed
        };
        for numbers in [&[IN_USE][..], &[READY], &[IN_USE, READY]] {
            all.extend(
                largest(1, 999, |share| solves(&with(numbers, share)))
                    .map(|share| set(&with(numbers, share))),
            );
        }
    }
    all
}

/// The largest number from `least` to `most` that is good, where every smaller one than a good one is good too.
fn largest(least: i64, most: i64, is_good: impl Fn(i64) -> bool) -> Option<i64> {
    let (mut low, mut high) = (least, most);
    if low > high || !is_good(low) {
        return None;
    }
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if is_good(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// Whether `problem` is gone where `changed` stands for the environment of its name.
fn is_solved(request: &Request<'_>, problem: &Problem, changed: &Environment) -> bool {
    let all: Vec<&Environment> = request
        .environments
        .iter()
        .map(|other| {
            if other.name == changed.name {
                changed
            } else {
                *other
            }
        })
        .collect();
    let found = [check(changed), check_shared(&all)];
    let mut found = found.iter().flat_map(|problems| problems.at(&problem.at));
    // By name: what is an error in normal operation is a warning of the same name beyond it.
    found.all(|other| other.code.name() != problem.code.name())
}

/// The quota that the environments which share a cluster with that of `problem` agree on: the least, which is reckoned
/// with.
pub(super) fn one_quota(request: &Request<'_>, problem: &Problem) -> Option<Vec<Setting>> {
    let all = together(request, problem)?;
    let least = all.iter().map(|one| one.dsql.max_connections).min()?;
    let others = all.iter().filter(|one| one.dsql.max_connections != least);
    Some(
        others
            .map(|one| request.put(&one.name, "dsql.max_connections", least))
            .collect(),
    )
}

/// The quota of a shared cluster in equal parts, where something counts each environment's connections by itself.
pub(super) fn divided_quota(request: &Request<'_>, problem: &Problem) -> Option<Vec<Setting>> {
    let all = together(request, problem)?;
    let quota = all.iter().map(|one| one.dsql.max_connections).min()?;
    let part = quota / i64::try_from(all.len()).ok()?;
    all.iter()
        .map(|one| {
            let cap = Connections::of(one).cap?;
            (cap.over_shared_quota == problem.code).then(|| request.put(&one.name, cap.key, part))
        })
        .collect()
}

/// The environment of `problem` and those that share its cluster.
fn together<'a>(request: &Request<'a>, problem: &Problem) -> Option<Vec<&'a Environment>> {
    let own = request.environment(&problem.at)?;
    let mut all: Vec<&Environment> = sharing(own, request.environments).collect();
    all.push(own);
    Some(all)
}
