//! The network interfaces and private addresses that an environment may take at once.

use super::task::Tasks;
use super::tasks::tasks;
use crate::environment::Environment;
use crate::parts;

/// What an environment runs at the most.
struct Largest {
    /// Tasks, during a deployment of all services, with those on the instances of parts.
    tasks: i64,
    /// Instances.
    instances: i64,
    /// Interfaces of an instance itself: a trunk is one with an address of its own.
    per_instance: i64,
}

fn largest(environment: &Environment) -> Largest {
    let all = tasks(environment);
    let mut tasks: i64 = all.iter().map(Tasks::max_ever).sum();
    let mut instances = environment.compute.max_count;
    for hosts in parts::hosts(environment) {
        instances += hosts.max_count;
        for row in &hosts.tasks {
            tasks += row.size.count;
        }
    }
    Largest {
        tasks,
        instances,
        per_instance: if environment.compute.eni_trunking {
            2
        } else {
            1
        },
    }
}

/// The addresses that a private subnet needs, where tasks and instances are spread over the zones evenly.
pub(crate) fn max_addresses_of_a_subnet(environment: &Environment) -> i64 {
    let zones = environment.network.zones.len() as i64;
    let spread = |count: i64| (count + zones - 1) / zones;
    let most = largest(environment);
    spread(most.tasks) + spread(most.instances) * most.per_instance + of_parts(environment)
}

/// The network interfaces in the private subnets.
pub(crate) fn max_interfaces(environment: &Environment) -> i64 {
    let zones = environment.network.zones.len() as i64;
    let most = largest(environment);
    most.tasks + most.instances * most.per_instance + of_parts(environment) * zones
}

/// What parts take in each private subnet.
fn of_parts(environment: &Environment) -> i64 {
    let mut all = 0;
    for part in parts::PARTS.iter() {
        all += (part.addresses)(environment);
    }
    all
}
