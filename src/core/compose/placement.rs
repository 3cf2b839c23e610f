//! Room for the tasks in the tree: the table of an environment's README, and the sums as `check` blocks, so that a
//! later edit of `terraform.tfvars` is caught by the plan.

use super::markdown::Markdown;
use crate::blueprint::PlacedEnvironment;
use crate::catalog::instance_types;
use crate::environment::Environment;
use crate::hcl::{Body, Expr};
use crate::options::Profile;
use crate::order::sorted;
use crate::parts::part::HostCapacity;
use crate::parts::subject::Subject;
use crate::parts::{texts_about_in, texts_in};
use crate::path::FieldPath;
use crate::sizing::awake::Sleep;
use crate::sizing::placement::{Finding, Pool, Purpose, Resource, Verdict};
use crate::sizing::task::MaxCounts;

/// The section of the README.
pub(super) fn section(environment: &PlacedEnvironment, page: &mut Markdown) {
    let at = environment.address();
    let pools = &environment.placement.pools;
    page.origin(&at.key("compute"))
        .heading("Capacity")
        .paragraph(
            "What the tasks request and what the instances provide, for the composed values. ECS places a task on any \
             instance \
             with enough capacity, so the order in which tasks start decides where they run. \"Always fits\" means that \
             they fit \
             in every order, \"may not fit\" that it depends on the order, and \"does not fit\" that they fit in none.",
        );
    for pool in pools {
        let from = at.join(pool.purpose.instance_type());
        page.origin(&from).paragraph(&instances(pool, environment));
        page.table(
            [
                "Situation",
                "Tasks",
                "Instances",
                "CPU units",
                "MiB",
                "Interfaces",
                "Result",
            ],
            pool.findings
                .iter()
                .map(|finding| (from.clone(), row(finding))),
        );
        let scarcest = pool.steady().scarcest();
        page.paragraph(&format!(
            "{} in normal operation: the tasks use a larger share of it than of any other resource.",
            scarcest.is_the_limit()
        ));
        let reasons: Vec<String> = pool
            .findings
            .iter()
            .filter_map(|finding| {
                let reason = pool.explain(finding)?;
                Some(format!("- {}: {reason}", sentence(finding)))
            })
            .collect();
        if !reasons.is_empty() {
            page.paragraph(&reasons.join("\n"));
        }
    }
    if pools.is_empty() {
        page.paragraph(&format!(
            "The catalog doesn't have `{}`, so this page can't say whether the tasks fit. `terraform plan` checks it.",
            environment.compute.instance_type
        ));
    }
    page.origin(&at);
}

fn instances(pool: &Pool, environment: &Environment) -> String {
    let (what, count) = match pool.purpose {
        // Its group may be empty at any time.
        Purpose::Main if environment.part::<Sleep>().is_some() => {
            ("The services wake".to_owned(), "")
        }
        Purpose::Main => ("The services run".to_owned(), "at least "),
        Purpose::Own(group) => (format!("The {} runs", group.name), "at most "),
    };
    format!(
        "{what} on {count}{} × `{}`. Each has {} CPU units, {} network interfaces for tasks{}, and {} MiB of memory, of \
         which \
         ECS registers {} or more. The last figure is an assumption: AWS doesn't publish it for Graviton.",
        pool.count,
        pool.instance.name,
        pool.capacity.cpu,
        pool.capacity.interfaces,
        match (pool.trunking, pool.instance.trunk_slots) {
            (true, Some(_)) => " with ENI trunking",
            (false, Some(_)) => " without ENI trunking",
            (_, None) => "",
        },
        pool.most_capacity.memory,
        pool.capacity.memory,
    )
}

fn row(finding: &Finding) -> [String; 7] {
    let of = |resource| {
        format!(
            "{} of {}",
            finding.asked.of(resource),
            finding.had.of(resource)
        )
    };
    let result = if finding.is_needed || finding.verdict == Verdict::AlwaysFits {
        finding.verdict.to_string()
    } else {
        format!("{} (not planned for)", finding.verdict)
    };
    [
        sentence(finding),
        finding.tasks.to_string(),
        finding.instances.to_string(),
        of(Resource::Cpu),
        of(Resource::Memory),
        of(Resource::Interfaces),
        result,
    ]
}

fn sentence(finding: &Finding) -> String {
    finding.situation.to_string()
}

/// What the tasks ask for and what instances have for them.
pub(super) fn locals(environment: &Environment, file: &mut Body) {
    let at = environment.address();
    let compute = at.key("compute");
    file.origin(&compute)
        .comment("The capacity of the instance type, from AWS.")
        .block("data", &["aws_ec2_instance_type", "main"], |data| {
            data.code("instance_type", "var.compute.instance_type");
        })
        .blank()
        .comment(
            "The desired tasks, and the capacity of an instance. With ENI trunking, the number of network interfaces for \
             tasks\n\
             follows from the instance size (sizes above those listed have as many as the largest one listed). Without \
             it,\n\
             tasks can use all interfaces of the instance except its own.",
        )
        .block("locals", &[], |locals| {
            let mut more = Vec::new();
            for subject in Subject::ROOM {
                if subject == Subject::Services {
                    // They stand in `local.temporal_services`.
                    continue;
                }
                for service in
                    texts_about_in(subject, environment).flat_map(|texts| texts.root.services)
                {
                    let name = service.name.as_str();
                    more.push((at.key(name), name.to_owned(), Expr::code(service.size)));
                }
            }
            locals
                .attribute(
                    "tasks",
                    Expr::Call("merge(local.temporal_services, {".to_owned(), more),
                )
                .attribute("tasks_ask_for", sums(&compute, "task.count"))
                .attribute("trunk_interfaces", trunk_interfaces(&compute))
                .attribute("instance_has", instance_has(&compute, "main", "compute"));
        });
    if environment.part::<MaxCounts>().is_some() {
        file.origin(&compute)
            .blank()
            .comment("What the tasks ask for when each service has the most of them.")
            .block("locals", &[], |locals| {
                locals.attribute(
                    "most_tasks_ask_for",
                    sums(&compute, "try(task.max_count, task.count)"),
                );
            });
    }
    for (group, capacity) in host_capacities(environment) {
        host_locals(&at.key(group), group, capacity, file);
    }
    if environment.profile == Profile::Prod {
        file.origin(&at.join("network.availability_zones"))
            .blank()
            .comment("The instances that are left when the zone with the most of them is lost.")
            .block("locals", &[], |locals| {
                locals.code(
                    "instances_without_a_zone",
                    "var.compute.instance_count - ceil(var.compute.instance_count / \
                     length(var.network.availability_zones))",
                );
            });
    }
}

/// That the tasks fit the instances.
pub(super) fn checks(environment: &Environment, file: &mut Body) {
    let at = environment.address();
    file.origin(&at.key("compute"));
    file.blank().block("check", &["tasks_fit_the_instances"], |check| {
        asserts(
            check,
            ["local.tasks_ask_for", "local.instance_has"],
            "var.compute.instance_count",
            "The tasks request",
            "but ${var.compute.instance_count} × ${var.compute.instance_type} have",
        );
        check.blank().block("assert", &[], |assert| {
            assert
                .code(
                    "condition",
                    "alltrue([for task in local.tasks : task.count == 0 || task.cpu <= local.instance_has.cpu && \
                     task.memory <= local.instance_has.memory])",
                )
                .code(
                    "error_message",
                    "\"${join(\", \", [for name, task in local.tasks : name if task.count > 0 && (task.cpu > \
                     local.instance_has.cpu || task.memory > local.instance_has.memory)])}: a task requests more CPU \
                     units or MiB than a ${var.compute.instance_type} has.\"",
                );
        });
    });
    if environment.part::<MaxCounts>().is_some() {
        file.blank()
            .block("check", &["most_tasks_fit_the_instances"], |check| {
                asserts(
                    check,
                    ["local.most_tasks_ask_for", "local.instance_has"],
                    "var.compute.max_count",
                    "With the most tasks of each service, the tasks request",
                    "but ${var.compute.max_count} × ${var.compute.instance_type} have",
                );
            });
    }
    for (group, capacity) in host_capacities(environment) {
        file.origin(&at.key(group)).blank().block(
            "check",
            &[&format!("{group}_fits_its_instances")],
            |check| {
                let count = format!("var.{group}.max_instances");
                asserts(
                    check,
                    [
                        &format!("local.{group}_asks_for"),
                        &format!("local.{group}_instance_has"),
                    ],
                    &count,
                    capacity.who,
                    &format!("but ${{{count}}} × ${{var.{group}.instance_type}} have"),
                );
            },
        );
    }
    if environment.profile == Profile::Prod {
        file.origin(&at.join("network.availability_zones"))
            .blank()
            .block("check", &["tasks_fit_without_a_zone"], |check| {
                asserts(
                    check,
                    ["local.tasks_ask_for", "local.instance_has"],
                    "local.instances_without_a_zone",
                    "If a zone is lost, the tasks request",
                    "but the ${local.instances_without_a_zone} × ${var.compute.instance_type} that are left have",
                );
            });
    }
}

/// The instances that parts have besides the main ones: the name of each kind, which is that of its variable, and the
/// room on it.
fn host_capacities(environment: &Environment) -> Vec<(&'static str, &'static HostCapacity)> {
    texts_in(environment)
        .filter_map(|texts| {
            let hosts = (texts.part.hosts)(environment)?;
            Some((hosts.group.name, texts.root.host_capacity.as_ref()?))
        })
        .collect()
}

/// What the tasks on a part's own instances ask for, and what these have.
fn host_locals(at: &FieldPath, group: &str, capacity: &HostCapacity, file: &mut Body) {
    file.origin(at)
        .blank()
        .block("data", &["aws_ec2_instance_type", group], |data| {
            data.code("instance_type", format!("var.{group}.instance_type"));
        })
        .blank()
        .block("locals", &[], |locals| {
            let ask = [
                (Resource::Cpu, capacity.cpu),
                (Resource::Memory, capacity.memory),
                (Resource::Interfaces, capacity.interfaces),
            ]
            .map(|(resource, sum)| (at.clone(), name(resource).to_owned(), Expr::code(sum)));
            locals
                .attribute(format!("{group}_asks_for"), Expr::Object(ask.to_vec()))
                .attribute(
                    format!("{group}_instance_has"),
                    instance_has(at, group, group),
                );
        });
}

/// What an instance has for tasks, by what AWS says of its type.
fn instance_has(at: &FieldPath, data: &str, variable: &str) -> Expr {
    let of_aws = |what: &str| format!("data.aws_ec2_instance_type.{data}.{what}");
    let instance_type = format!("var.{variable}.instance_type");
    let rows = [
        (Resource::Cpu, format!("{} * 1024", of_aws("default_vcpus"))),
        (Resource::Memory, of_aws("memory_size")),
        (
            Resource::Interfaces,
            format!(
                "var.compute.eni_trunking && !startswith({instance_type}, \"t4g.\") ? lookup(local.trunk_interfaces, \
                 split(\".\", {instance_type})[1], max(values(local.trunk_interfaces)...)) : {} - 1",
                of_aws("maximum_network_interfaces")
            ),
        ),
    ];
    Expr::Object(
        rows.into_iter()
            .map(|(resource, code)| (at.clone(), name(resource).to_owned(), Expr::code(code)))
            .collect(),
    )
}

/// What all tasks ask for.
fn sums(at: &FieldPath, count: &str) -> Expr {
    let rows = [
        (Resource::Cpu, format!("{count} * task.cpu")),
        (Resource::Memory, format!("{count} * task.memory")),
        (Resource::Interfaces, count.to_owned()),
    ];
    Expr::Object(
        rows.into_iter()
            .map(|(resource, each)| {
                let sum = Expr::code(format!("sum([for task in local.tasks : {each}])"));
                (at.clone(), name(resource).to_owned(), sum)
            })
            .collect(),
    )
}

fn name(resource: Resource) -> &'static str {
    match resource {
        Resource::Cpu => "cpu",
        Resource::Memory => "memory",
        Resource::Interfaces => "interfaces",
    }
}

/// The interfaces for tasks with trunking, by size: the same in each family that has it.
fn trunk_interfaces(at: &FieldPath) -> Expr {
    let mut rows: Vec<(&str, u32, u32)> = Vec::new();
    for row in instance_types::ALL {
        let size = row.name.split('.').nth(1).unwrap_or_default();
        if let Some(slots) = row.trunk_slots
            && rows.iter().all(|(known, ..)| *known != size)
        {
            rows.push((size, slots, row.vcpu));
        }
    }
    Expr::Object(
        sorted(rows, |(_, _, vcpu)| *vcpu)
            .into_iter()
            .map(|(size, slots, _)| {
                let key = crate::hcl::key(size);
                (at.clone(), key, Expr::code(slots.to_string()))
            })
            .collect(),
    )
}

/// That so many instances have as much of each resource as all tasks ask for.
fn asserts(check: &mut Body, [ask, has]: [&str; 2], instances: &str, asked: &str, had: &str) {
    for resource in Resource::ALL {
        let (name, unit) = (name(resource), resource.unit());
        if resource != Resource::Cpu {
            check.blank();
        }
        check.block("assert", &[], |assert| {
            assert
                .code(
                    "condition",
                    format!("{ask}.{name} <= {instances} * {has}.{name}"),
                )
                .code(
                    "error_message",
                    format!(
                        "\"{asked} ${{{ask}.{name}}} {unit}, {had} ${{{instances} * {has}.{name}}}.\""
                    ),
                );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_as_many_trunk_interfaces_in_each_family() {
        let Expr::Object(rows) = trunk_interfaces(&FieldPath::root()) else {
            panic!("an object");
        };
        for row in instance_types::ALL {
            let size = crate::hcl::key(row.name.split('.').nth(1).unwrap());
            let known = rows.iter().find(|(_, key, _)| *key == size);
            match row.trunk_slots {
                Some(slots) => {
                    let Some((_, _, Expr::Code(code))) = known else {
                        panic!("{}", row.name);
                    };
                    assert_eq!(*code, slots.to_string(), "{}", row.name);
                }
                None => assert!(row.name.starts_with("t4g."), "{}", row.name),
            }
        }
    }
}
