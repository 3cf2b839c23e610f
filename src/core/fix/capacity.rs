//! Capacity for tasks: more instances, others, trunking; or tasks that fit.

use super::setting::{MAX_FIXES, Request, Setting};
use crate::blueprint::{self, PlacedEnvironment};
use crate::catalog::instance_types::{self, InstanceType};
use crate::check::CheckResult;
use crate::environment::Environment;
use crate::order::sorted;
use crate::problem::{Problem, Problems};
use crate::sizing::placement::{Change, Resource};
use crate::sizing::price_list::PriceList;
use crate::sizing::{LEAST_APP_CPU, LEAST_APP_MEMORY, Tasks, tasks, tasks_on_hosts_of_parts};

/// What gives the tasks of the problem's environment capacity.
pub(super) fn more_capacity(
    request: &Request<'_>,
    settled: &[PlacedEnvironment],
    prices: &PriceList,
    problem: &Problem,
) -> Vec<Vec<Setting>> {
    let name = problem.at.environment().unwrap_or_default();
    let Some(environment) = settled.iter().find(|one| one.name == name) else {
        return Vec::new();
    };
    let pools = environment.placement.pools.iter();
    let changes = pools.flat_map(|pool| pool.changes(environment, request.environments, prices));
    changes.map(|change| settings(request, &change)).collect()
}

/// The cheapest change that gives capacity to an environment that `checked` has found too small and `before` had not.
pub(super) fn capacity_for(
    checked: &CheckResult,
    before: &Problems,
    prices: &PriceList,
) -> Option<Vec<Setting>> {
    let environments = blueprint::environments(checked.environments());
    let is_new = |name: &str| {
        let mut found = checked.problems.0.iter();
        found.any(|problem| problem.at.environment() == Some(name) && !before.has(problem))
    };
    for settled in checked
        .environments()
        .iter()
        .filter(|one| is_new(&one.name))
    {
        for pool in &settled.placement.pools {
            let changes = pool.changes(settled, &environments, prices);
            if let Some(change) = changes.first() {
                let set = change.set.iter();
                return Some(
                    set.map(|one| Setting {
                        at: one.at.clone(),
                        value: Some(one.value.clone()),
                    })
                    .collect(),
                );
            }
        }
    }
    None
}

fn settings(request: &Request<'_>, change: &Change) -> Vec<Setting> {
    let set = change.set.iter();
    set.map(|one| Setting::new(request.spec, one.at.clone(), one.value.clone()))
        .collect()
}

/// The tasks whose size stands at the problem's address, and whether that is their CPU or their memory.
fn sized(environment: &Environment, problem: &Problem) -> Option<(Tasks, Resource)> {
    let rows = [tasks(environment), tasks_on_hosts_of_parts(environment)].concat();
    rows.into_iter().find_map(|row| {
        let is_at = |name: &str| environment.address().join(&row.key(name)) == problem.at;
        if is_at("cpu") {
            Some((row, Resource::Cpu))
        } else if is_at("memory") {
            Some((row, Resource::Memory))
        } else {
            None
        }
    })
}

/// A task with as much as its containers need.
pub(super) fn larger_task(request: &Request<'_>, problem: &Problem) -> Option<Vec<Setting>> {
    let environment = request.environment(&problem.at)?;
    let (row, resource) = sized(environment, problem)?;
    let least = match resource {
        Resource::Cpu => row.overhead_cpu + LEAST_APP_CPU,
        Resource::Memory => row.overhead_memory + LEAST_APP_MEMORY,
        Resource::Interfaces => return None,
    };
    Some(vec![Setting::new(
        request.spec,
        problem.at.clone(),
        least.into(),
    )])
}

/// A task that fits on an instance as it is.
pub(super) fn smaller_task(
    request: &Request<'_>,
    settled: &[PlacedEnvironment],
    problem: &Problem,
) -> Option<Vec<Setting>> {
    let environment = request.environment(&problem.at)?;
    let (row, resource) = sized(environment, problem)?;
    let settled = settled.iter().find(|one| one.name == environment.name)?;
    let pools = settled.placement.pools.iter();
    let mut pools = pools.filter(|pool| pool.tasks.iter().any(|one| one.service == row.service));
    let most = pools.next()?.capacity.of(resource);
    Some(vec![Setting::new(
        request.spec,
        problem.at.clone(),
        most.into(),
    )])
}

/// The types that have as much as the one that stands at the problem's address, the cheapest first: of those that the
/// region offers, with trunking where `has_trunking` asks for it.
pub(super) fn alike(
    request: &Request<'_>,
    prices: &PriceList,
    problem: &Problem,
    key: &str,
    has_trunking: bool,
) -> Option<Vec<Vec<Setting>>> {
    let environment = request.environment(&problem.at)?;
    let at = environment.address().join(key);
    let row = crate::options::find(&at)?;
    let name = request.spec.effective(row, &environment.name).value?;
    let present = instance_types::find(name.as_text()?)?;
    let is_alike = |other: &&InstanceType| {
        other.vcpu == present.vcpu
            && other.memory_mib >= present.memory_mib
            && other.name != present.name
            && instance_types::is_offered(other.name, &environment.region)
            && (!has_trunking || other.trunk_slots.is_some())
    };
    let types: Vec<&InstanceType> = instance_types::ALL.iter().filter(is_alike).collect();
    let price = |one: &&InstanceType| {
        let price = prices.find(&environment.region, one.name);
        (
            price.is_none(),
            price.map(|price| price.usd),
            one.memory_mib,
        )
    };
    Some(
        sorted(types, price)
            .into_iter()
            .take(MAX_FIXES)
            .map(|one| vec![request.put(&environment.name, key, one.name)])
            .collect(),
    )
}
