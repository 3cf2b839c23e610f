//! The capacity: the instances that run the services, and the capacity provider that scales them.

use super::images;
use super::part::{
    Call, Calls, DocumentTexts, FixContext, FlatSource, FlatTexts, FormSection, HourlyColumn,
    Module, Part, PartTexts, Proposal, RootTexts, To, Values,
};
use super::subject::Subject;
use crate::alarm::{
    self, Alarm, Limit, Metric, MetricAlarm, Severity as AlarmSeverity, Signal, WatchedMetrics,
    status,
};
use crate::catalog::instance_types;
use crate::compose::output::{Output, output};
use crate::compose::references::{EGRESS, NAME, in_network};
use crate::compose::rows::{HOST, HOST_PURPOSE, Right, RoleKind};
use crate::environment::{Compute, Environment};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, count, environment_row, integer_per_profile,
    same_bool, same_integer, text_per_profile,
};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::sizing::awake::Sleep;
use crate::sizing::bill_line::{BillLine, HOURS, OnTop};
use crate::sizing::quota_need::vcpus;
use crate::sorted::SortedMap;

/// Every environment has it.
const FEATURE: Feature = Feature::always("compute");

const INSTANCE_TYPE: &str = "compute.instance_type";
const INSTANCE_COUNT: &str = "compute.instance_count";
const MAX_COUNT: &str = "compute.max_count";
const ENI_TRUNKING: &str = "compute.eni_trunking";
const LIFETIME: &str = "compute.max_instance_lifetime_days";

/// GiB of an instance's root volume. As in the module `ec2-capacity`.
pub(crate) const ROOT_VOLUME: i64 = 50;

/// The capacity in the form and the check.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "Instances",
        summary: "{instance_count} × {instance_type}",
    }),
    modules: &[Module::new(
        "ec2-capacity",
        "launch template, Auto Scaling group and capacity provider",
        Feature::always(""),
    )
    .called(Calls::EachHostGroup)],
    check,
    check_between,
    values_of: |it, variable| {
        alarm::values_of(it, variable, const { alarm::of_cloudwatch(ALARMS) })
    },
    ..Part::new("compute", Subject::Compute, FEATURE)
};

/// The capacity in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        call: Some(Call {
            kept_names: &[
                ("asg", "\"${local.name}-ecs-asg\""),
                ("capacity_provider", "\"${local.name}-ec2\""),
                ("instance_profile", "\"${local.name}-ecs-instance-profile\""),
                ("launch_template_prefix", "\"${local.name}-ecs-\""),
                ("role", "\"${local.name}-ecs-instance\""),
                ("security_group", "\"${local.name}-ecs-instances\""),
                (
                    "security_group_description",
                    "\"Security group for ECS EC2 instances\"",
                ),
            ],
            takes: &[To::Capacity],
            ..Call::new("ec2_capacity", "ec2-capacity", arguments)
        }),
        capacity_provider: Some("main"),
        variables: &[("compute", "The instances that run the services")],
        validations: &[("compute", validations)],
        outputs: |_| outputs(),
        renamed_outputs: RENAMED_OUTPUTS,
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: &[Right::new(
            "main-host",
            "the services' hosts",
            HOST,
            HOST_PURPOSE,
            FEATURE,
        )
        .of(RoleKind::Host)],
        flat_roles: &[("ecs-instance", "main-host")],
        hourly: Some(HourlyColumn {
            head: "Minimum instances",
            cell: |it| {
                let compute = &it.compute;
                format!("{} × `{}`", compute.instance_count, compute.instance_type)
            },
        }),
        ..DocumentTexts::NONE
    },
    counted,
    quotas: |environment| {
        let compute = &environment.compute;
        vec![vcpus(&compute.instance_type, compute.max_count)]
    },
    on_top,
    overview: &[("Instances", |it| Some(instances_in_short(it)))],
    flat: FlatTexts {
        values: &[
            (
                INSTANCE_TYPE,
                "aws_launch_template.ecs",
                FlatSource::Text("instance_type"),
            ),
            (
                MAX_COUNT,
                "aws_autoscaling_group.ecs",
                FlatSource::Number("max_size"),
            ),
            (
                INSTANCE_COUNT,
                "aws_autoscaling_group.ecs",
                FlatSource::Count("desired_capacity"),
            ),
        ],
        blanks: &[
            (INSTANCE_TYPE, "`ec2_instance_type`"),
            (INSTANCE_COUNT, "`ec2_instance_count`"),
        ],
        ..FlatTexts::NONE
    },
    problems: &[NO_TRUNKING, TRUNKING_DIFFERS, MAX_BELOW_COUNT],
    fixes,
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const NO_TRUNKING: ProblemRow = ProblemRow::of_part(
    "no-trunking",
    Severity::Warning,
    "The instance type has no ENI trunking, so it takes few tasks.",
    "Choose another family, such as m8g, or set `compute.eni_trunking` to `false`.",
    Fixable::Yes,
);
const TRUNKING_DIFFERS: ProblemRow = ProblemRow::of_part(
    "trunking-differs",
    Severity::Error,
    "Two environments of one account and region set ENI trunking differently, and it is one setting for both.",
    "Set `compute.eni_trunking` to the same value in both.",
    Fixable::Yes,
);
const MAX_BELOW_COUNT: ProblemRow = ProblemRow::of_part(
    "max-below-count",
    Severity::Error,
    "The largest number of instances is less than the number to start with.",
    "Raise `compute.max_count`, or remove it.",
    Fixable::Yes,
);

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let code = found.problem.code;
    if code == NO_TRUNKING.code {
        vec![
            trunking_for_all(found, false),
            Proposal::SimilarType(INSTANCE_TYPE),
        ]
    } else if code == TRUNKING_DIFFERS.code {
        vec![
            trunking_for_all(found, true),
            trunking_for_all(found, false),
        ]
    } else if code == MAX_BELOW_COUNT.code {
        let count = found.environment.compute.instance_count;
        vec![Proposal::DefaultHere, Proposal::Here(count.into())]
    } else {
        Vec::new()
    }
}

/// One setting of trunking in every environment that shares account and region with the problem's.
fn trunking_for_all(found: &FixContext<'_>, is_on: bool) -> Proposal {
    let own = found.environment;
    let differing = found.all.iter().filter(|other| {
        other.account_id == own.account_id
            && other.region == own.region
            && other.compute.eni_trunking != is_on
    });
    let values = differing.map(|other| (other.name.clone(), ENI_TRUNKING, is_on.into()));
    Proposal::Values(values.collect())
}

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("ecs_instances_security_group_id", "module.ec2_capacity.instance_security_group_id"),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        INSTANCE_TYPE,
        "Instance type",
        "The Graviton instance type of the services.",
        Kind::Text(Rule::InstanceType),
        text_per_profile(["m8g.large", "m8g.4xlarge", "m8g.2xlarge"]),
    )
    .because("m8g is offered in every region that has DSQL; sized so that the tasks fit with room for a deployment")
    .attribute("compute", "instance_type"),
    environment_row(
        INSTANCE_COUNT,
        "Instances",
        "The number of instances, and the minimum after scaling in. With a schedule, a wake starts this number, and the minimum is 0.",
        count(1, 100, "instances"),
        integer_per_profile([2, 6, 6]),
    )
    .because(
        "dev: 3,584 of 4,096 CPU units are asked for. bench: 54,272 of 98,304, history can roll. \
         prod: two a zone, and 24,064 of 32,768 when a zone is lost",
    )
    .attribute("compute", "instance_count"),
    environment_row(
        MAX_COUNT,
        "Maximum instances",
        "The largest number of instances that the capacity provider may run.",
        count(1, 200, "instances"),
        DefaultValue::Derived(DerivedDefault::MaxCount),
    )
    .because("room for a deployment when an instance is missing")
    .attribute("compute", "max_count"),
    environment_row(
        ENI_TRUNKING,
        "ENI trunking",
        "More network interfaces for tasks on each instance. `terraform/bootstrap` enables them for the account and region, before instances start. t4g has none.",
        Kind::Boolean,
        same_bool(true),
    )
    .because("without it an m8g.large runs two tasks, with it ten")
    .attribute("compute", "eni_trunking"),
    environment_row(
        LIFETIME,
        "Maximum lifetime",
        "Auto Scaling replaces instances that are older. It then removes instances with tasks too, drained. 0 is no maximum.",
        // https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html: at least a day, or 0. The
        // provider takes a year at most.
        count(0, 365, "days"),
        same_integer(0),
    )
    .because("it acts at any hour; `scripts/hosts.sh` replaces instances when you choose, with a proof that tasks fit")
    .attribute("compute", "max_instance_lifetime_days"),
];

/// The instances of an environment with these values.
pub(crate) fn settle(values: &dyn Values) -> Option<Compute> {
    Some(Compute {
        instance_type: values.text(INSTANCE_TYPE)?,
        instance_count: values.integer(INSTANCE_COUNT)?,
        max_count: values.integer(MAX_COUNT)?,
        eni_trunking: values.boolean(ENI_TRUNKING)?,
        max_instance_lifetime_days: values.integer(LIFETIME)?,
    })
}

fn check(environment: &Environment, problems: &mut Problems) {
    let compute = &environment.compute;
    let at = |key| FieldPath::in_environment(&environment.name, key);
    if compute.max_count < compute.instance_count {
        problems.push(
            Problem::new(
                const { MAX_BELOW_COUNT.code },
                at(MAX_COUNT),
                format!(
                    "{} is less than the {} instances of `compute.instance_count`",
                    compute.max_count, compute.instance_count
                ),
            )
            .hint("raise it, or remove it: the default is 1.5 times as many"),
        );
    }
    let trunks = instance_types::find(&compute.instance_type)
        .is_none_or(|instance| instance.trunk_slots.is_some());
    if compute.eni_trunking && !trunks {
        problems.push(
            Problem::new(
                const { NO_TRUNKING.code },
                at(ENI_TRUNKING),
                format!(
                    "`{}` has no ENI trunking, so each task takes one of its few network interfaces",
                    compute.instance_type
                ),
            )
            .hint("choose another family, such as m8g, or set `compute.eni_trunking = false`"),
        );
    }
}

/// ENI trunking is one setting for an account and region: environments that share both must agree.
fn check_between(environments: &[&Environment], problems: &mut Problems) {
    let mut first: SortedMap<(Option<&str>, &str), &Environment> = SortedMap::new();
    for environment in environments {
        let account_region = (
            environment.account_id.as_deref(),
            environment.region.as_str(),
        );
        let other = *first.get_or_insert(account_region, environment);
        if other.compute.eni_trunking != environment.compute.eni_trunking {
            problems.push(
                Problem::new(
                    const { TRUNKING_DIFFERS.code },
                    FieldPath::in_environment(&environment.name, ENI_TRUNKING),
                    format!(
                        "`{}` here but `{}` in `{}`: an account has one setting for ENI trunking in each region",
                        environment.compute.eni_trunking, other.compute.eni_trunking, other.name
                    ),
                )
                .hint("set both to the same value, or use different accounts or regions"),
            );
        }
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .code("cluster_name", "module.ecs_cluster.cluster_name");
    in_network(block, &[EGRESS]);
    for (name, key) in [
        ("instance_type", INSTANCE_TYPE),
        ("instance_count", INSTANCE_COUNT),
        ("max_count", MAX_COUNT),
        ("max_instance_lifetime_days", LIFETIME),
    ] {
        block
            .origin(&at.join(key))
            .code(name, format!("var.compute.{name}"));
    }
    images::pull_behavior(environment, block);
}

fn validations(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join(MAX_COUNT))
        .blank()
        .block("validation", &[], |validation| {
            validation
                .code(
                    "condition",
                    "var.compute.max_count >= var.compute.instance_count",
                )
                .text(
                    "error_message",
                    "compute.max_count must not be less than compute.instance_count.",
                );
        });
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "capacity_provider_name",
            "The capacity provider of the services.",
            "compute",
            "module.ec2_capacity.capacity_provider_name",
        ),
        output(
            "asg_name",
            "The Auto Scaling group of the services' instances.",
            "compute",
            "module.ec2_capacity.asg_name",
        ),
    ]
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    let Compute {
        instance_type,
        instance_count: count,
        ..
    } = &environment.compute;
    let (hours, of_month) = match environment.part::<Sleep>().map(|it| it.awake(HOURS)) {
        None => (HOURS, String::new()),
        Some(Some(hours)) => (hours, format!(", {hours} of {HOURS} hours")),
        Some(None) => (HOURS, ", as if never asleep: hours unknown".to_owned()),
    };
    vec![
        BillLine {
            key: "instances",
            label: "Instances",
            item: instance_type.clone(),
            units: count * hours,
            amount: format!("{count} × {instance_type}{of_month}"),
        },
        BillLine {
            key: "instance-volumes",
            label: "Instances' volumes",
            item: "ebs-gb-month".to_owned(),
            units: count * ROOT_VOLUME,
            amount: format!("{count} × {ROOT_VOLUME} GiB"),
        },
    ]
}

/// An hour of the instances that a deployment may add.
fn on_top(environment: &Environment) -> Vec<OnTop> {
    let compute = &environment.compute;
    let more = compute.max_count - compute.instance_count;
    vec![OnTop::BillLine(BillLine {
        key: "deployment",
        label: "A deployment, at most",
        item: compute.instance_type.clone(),
        units: more,
        amount: format!("{more} × {} for an hour", compute.instance_type),
    })]
}

/// The instances in a line.
#[must_use]
pub fn instances_in_short(environment: &Environment) -> String {
    let compute = &environment.compute;
    let count = match compute.instance_count {
        least if least == compute.max_count => least.to_string(),
        least => format!("{least} to {}", compute.max_count),
    };
    format!("ECS on {count} × {}", compute.instance_type)
}

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "capacity-short",
        summary: "Tasks wait for instances.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("100", "more capacity needed than there is"),
        signal: Signal::Aws(MetricAlarm::above(
            |_| {
                WatchedMetrics::one(Metric::new(
                    "AWS/ECS/ManagedScaling",
                    "CapacityProviderReservation",
                    "Average",
                    &[
                        (
                            "CapacityProviderName",
                            "module.ec2_capacity.capacity_provider_name",
                        ),
                        ("ClusterName", "module.ecs_cluster.cluster_name"),
                    ],
                ))
            },
            15,
        )),
        users: "Less capacity than composed. Deployments do not end.",
        look: Some(status),
        first: "ECS starts instances by itself. If none comes, the Auto Scaling group's activity history says why: no capacity \
                of the type in a zone, a quota of vCPUs, or `compute.max_count`.",
        over: "No task is pending.",
    },
    Alarm {
        name: "instances-at-maximum",
        summary: "No more instances may start.",
        severity: AlarmSeverity::Warning,
        feature: Feature::always(""),
        limit: |it| {
            Limit::of(
                MAX_COUNT,
                "var.compute.max_count",
                format!("{} instances, the most allowed", it.compute.max_count),
            )
        },
        signal: Signal::Aws(MetricAlarm::at_least(
            |_| {
                WatchedMetrics::one(Metric::new(
                    "AWS/AutoScaling",
                    "GroupInServiceInstances",
                    "Minimum",
                    &[("AutoScalingGroupName", "module.ec2_capacity.asg_name")],
                ))
            },
            30,
        )),
        users: "None yet. A further task finds no instance.",
        look: Some(status),
        first: "Wait for the end of a deployment. Otherwise raise `compute.max_count`, or find the tasks that nobody needs.",
        over: "Fewer instances than the maximum.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn the_root_volume_is_that_of_the_module() {
        let path = "modules/ec2-capacity/variables.tf";
        let (_, text) = templates::ALL.iter().find(|(at, _)| *at == path).unwrap();
        let (_, block) = text.split_once("variable \"root_volume_size\"").unwrap();
        let (_, default) = block.split_once("default").unwrap();
        let number = default.trim_start_matches([' ', '=']);
        assert!(number.starts_with(&format!("{ROOT_VOLUME}\n")), "{number}");
    }
}
