//! What scripts know of an environment's services: their names, order and counts, what a task may ask for and open.

use super::output::{Output, output};
use super::{connections, targets};
use crate::environment::{Compute, Environment, Size};
use crate::hcl::{self, Expr};
use crate::parts::part::Service;
use crate::parts::{TEXTS, texts_in};
use crate::path::FieldPath;
use crate::sizing::placement::refreshes;
use crate::sizing::{self, Tasks};

pub(super) fn outputs(environment: &Environment) -> Vec<Output> {
    let (namespaces_from, namespaces) = namespaces(environment);
    let tasks = sizing::tasks(environment);
    vec![
        (
            "service_names".into(),
            "The ECS services by short name, in the names that `service_desired_counts` uses.",
            "",
            Expr::Object(service_names(environment, &tasks)),
        ),
        (
            "service_desired_counts".into(),
            "The composed number of tasks of each service. Terraform creates services with 0 tasks, and the scripts scale \
             them to these numbers.",
            "",
            Expr::Object(desired_counts(environment, &tasks)),
        ),
        (
            "service_order".into(),
            "The services in the order in which they start.",
            "",
            Expr::List(
                tasks
                    .iter()
                    .map(|tasks| Expr::text(tasks.service.as_str()))
                    .collect(),
            ),
        ),
        (
            "service_sizes".into(),
            "CPU units and MiB of memory of a task of each Temporal service.",
            "",
            Expr::code(
                "{ for name, service in local.temporal_services : name => { cpu = service.cpu, memory = service.memory } }",
            ),
        ),
        (
            "throughput_targets".into(),
            "For each number of workflows per second: the number of tasks, their minimum sizes, and the minimum number of \
             instances. Recommendations and calculations, not guarantees.",
            "",
            targets::map(environment),
        ),
        output(
            "max_instances",
            "The maximum number of instances of the services.",
            "compute.max_count",
            "var.compute.max_count",
        ),
        (
            "host_refresh".into(),
            "How many instances of the services `scripts/hosts.sh` may drain at once. Each step holds for at most these \
             tasks on at least these instances. `is_composed` is false where an edit of terraform.tfvars makes the proof \
             void.",
            "compute",
            host_refresh(environment, &tasks),
        ),
        (
            "connections_per_task".into(),
            "The number of DSQL connections that a task of each Temporal service may open.",
            "dsql.max_connections",
            Expr::code(connections_per_task(environment)),
        ),
        output(
            "setup_security_group_ids",
            "The security groups of the task in which `scripts/setup.sh` creates the namespaces. They open every port of the \
             services: don't give them to workers.",
            "",
            "[module.vpc.egress_security_group_id, module.ecs_cluster.ring_security_group_id]",
        ),
        output(
            "namespaces",
            "The Temporal namespaces that `scripts/setup.sh` creates.",
            namespaces_from,
            namespaces,
        ),
    ]
}

/// What the placement proves of draining instances, and whether it is about the values in force.
fn host_refresh(environment: &Environment, tasks: &[Tasks]) -> Expr {
    let at = environment.address();
    let compute = at.key("compute");
    let number = |name: &str, value: i64| {
        let value = Expr::code(value.to_string());
        (compute.clone(), name.to_owned(), value)
    };
    let steps = refreshes(environment).into_iter().map(|step| {
        let tasks = step.tasks.iter().map(|(service, count)| {
            let value = Expr::code(count.to_string());
            let service = service.as_str();
            (at.key(service), hcl::key(service), value)
        });
        Expr::Object(vec![
            number("instances", step.instances),
            number("batch", step.batch),
            number("rest", step.rest),
            (
                compute.clone(),
                "tasks".to_owned(),
                Expr::Object(tasks.collect()),
            ),
        ])
    });
    let steps: Vec<Expr> = steps.collect();
    let sizes: Vec<String> = tasks
        .iter()
        .map(|row| {
            let Size { cpu, memory, .. } = row.size;
            format!("{} = [{cpu}, {memory}]", hcl::key(row.service.as_str()))
        })
        .collect();
    let Compute {
        instance_type,
        eni_trunking,
        ..
    } = &environment.compute;
    let is_composed = vec![
        "alltrue([".to_owned(),
        format!(
            "  var.compute.instance_type == {},",
            hcl::string(instance_type)
        ),
        format!("  var.compute.eni_trunking == {eni_trunking},"),
        "  { for name, task in local.tasks : name => [task.cpu, task.memory] } == {".to_owned(),
        format!("    {}", sizes.join(", ")),
        "  },".to_owned(),
        "])".to_owned(),
    ];
    Expr::Object(vec![
        (
            compute.clone(),
            "is_composed".to_owned(),
            Expr::Lines(is_composed),
        ),
        (compute, "steps".to_owned(), Expr::List(steps)),
    ])
}

fn service_names(environment: &Environment, tasks: &[Tasks]) -> Vec<(FieldPath, String, Expr)> {
    rows(environment, tasks, |service| service.service_name)
}

fn desired_counts(environment: &Environment, tasks: &[Tasks]) -> Vec<(FieldPath, String, Expr)> {
    rows(environment, tasks, |service| service.desired_count)
}

fn connections_per_task(environment: &Environment) -> String {
    let each = connections::of_a_task(environment);
    format!("{{ for name, service in local.temporal_services : name => {each} }}")
}

/// Temporal's namespaces, and the option that brings the first beside `default`.
fn namespaces(environment: &Environment) -> (&'static str, String) {
    let mut names = vec!["\"default\""];
    let mut key = "";
    for texts in texts_in(environment) {
        if let Some(name) = texts.root.namespace {
            names.push(name);
            if key.is_empty() {
                key = texts.part.feature.key;
            }
        }
    }
    (key, format!("[{}]", names.join(", ")))
}

/// A row for each service of the environment, in the order in which they start.
fn rows(
    environment: &Environment,
    tasks: &[Tasks],
    code: fn(&Service) -> &'static str,
) -> Vec<(FieldPath, String, Expr)> {
    let mut rows = Vec::new();
    for tasks in tasks {
        let mut services = TEXTS.iter().flat_map(|texts| texts.root.services);
        if let Some(service) = services.find(|service| service.name == tasks.service) {
            rows.push((
                environment.address().key(service.name.as_str()),
                service.name.to_string(),
                Expr::code(code(service)),
            ));
        }
    }
    rows
}
