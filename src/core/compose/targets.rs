//! What `scale-services.sh --target` reads: the tasks that a number of workflows per second wants.

use crate::catalog::instance_types::{self, InstanceType};
use crate::environment::Environment;
use crate::hcl::Expr;
use crate::service_name::ServiceName;
use crate::sizing::targets::{self, Target};
use crate::sizing::{interface_slots, registered_memory, tasks};
use crate::temporal_service::TemporalService;

/// What one service wants.
struct ServiceSize {
    service: TemporalService,
    count: i64,
    cpu: i64,
    memory: i64,
}

/// A map from workflows per second to instances and services, for the targets that the environment's profile has.
pub(super) fn map(environment: &Environment) -> Expr {
    let at = environment.address();
    let rows = targets::ALL.iter().filter_map(|target| {
        let wanted = wanted(target, environment)?;
        let mut row = vec![(
            at.clone(),
            "evidence".to_owned(),
            Expr::text(target.evidence),
        )];
        if let Some(instance) = instance_types::find(&environment.compute.instance_type) {
            let instances = instances(environment, instance, &wanted);
            row.push((
                at.key("compute"),
                "instances".to_owned(),
                Expr::code(instances.to_string()),
            ));
        }
        let services = wanted
            .iter()
            .map(|wanted| {
                let ServiceSize {
                    service,
                    count,
                    cpu,
                    memory,
                } = wanted;
                (
                    at.key(service.name()),
                    service.name().to_owned(),
                    Expr::code(format!(
                        "{{ count = {count}, cpu = {cpu}, memory = {memory} }}"
                    )),
                )
            })
            .collect();
        row.push((at.clone(), "services".to_owned(), Expr::Object(services)));
        Some((
            at.clone(),
            format!("\"{}\"", target.rate),
            Expr::Object(row),
        ))
    });
    Expr::Object(rows.collect())
}

fn wanted(target: &Target, environment: &Environment) -> Option<Vec<ServiceSize>> {
    let address = environment.address();
    let assignments = targets::assignments(target, &environment.name, environment.profile)?;
    let value = |key: &str| {
        let at = address.join(key);
        let found = assignments.iter().find(|assignment| assignment.at == at)?;
        found.value.as_integer()
    };
    environment
        .services
        .iter()
        .map(|service| {
            Some(ServiceSize {
                service: service.kind,
                count: value(&format!("{}.count", service.name()))?,
                cpu: value(&format!("{}.cpu", service.name()))?,
                memory: value(&format!("{}.memory", service.name()))?,
            })
        })
        .collect()
}

/// The smallest number of instances of the composed type that have the CPU, memory and interfaces for all tasks.
fn instances(environment: &Environment, instance: &InstanceType, wanted: &[ServiceSize]) -> i64 {
    let mut sums = [0; 3];
    for row in tasks(environment) {
        let (count, cpu, memory) = match wanted
            .iter()
            .find(|one| ServiceName::of(one.service) == row.service)
        {
            Some(one) => (
                one.count,
                one.cpu.max(row.size.cpu),
                one.memory.max(row.size.memory),
            ),
            None => (row.size.count, row.size.cpu, row.size.memory),
        };
        sums[0] += count * cpu;
        sums[1] += count * memory;
        sums[2] += count;
    }
    let each = [
        i64::from(instance.cpu_units()),
        registered_memory(instance),
        interface_slots(instance, environment.compute.eni_trunking),
    ];
    sums.into_iter()
        .zip(each)
        .map(|(sum, each)| (sum + each - 1) / each)
        .max()
        .unwrap_or(0)
}
