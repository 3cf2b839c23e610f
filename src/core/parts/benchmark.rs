//! The benchmark: a load generator and its workers on instances of their own, which start from none.

use super::images;
use super::part::{
    Call, DiagramTexts, DocumentTexts, FlatSource, FlatTexts, HostCapacity, HostGroup, Hosts,
    Image, Module, Part, PartTexts, Proposal, RootTexts, Sidecar, To, Values, refuse_composed,
};
use super::subject::Subject;
use crate::catalog::instance_types::{self, InstanceType};
use crate::choice::choice;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::panel::{Dashboard, Panel, Source, Unit, by, named};
use crate::compose::rows::{EXEC, EXEC_PURPOSE, HOST, HOST_PURPOSE, Right, RoleKind, Way};
use crate::diagram::DiagramBox;
use crate::duration::Duration;
use crate::environment::{Environment, PartValues, Size};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    CPU, DefaultValue, Kind, MEMORY, OptionRow, Profile, bool_per_profile, count, environment_row,
    image_row, integer_per_profile, same_integer, same_text, text_per_profile,
};
use crate::path::FieldPath;
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::service_name::ServiceName;
use crate::sizing::bill_line::{BillLine, OnTop};
use crate::sizing::instance::{interface_slots, registered_memory};
use crate::sizing::quota_need::vcpus;
use crate::sizing::task::{Tasks, observed, proxy, row};

/// The benchmark, settled.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// Its instances.
    pub instance_type: String,
    /// How many at most.
    pub max_instances: i64,
    /// The generator's one task.
    pub generator: Size,
    /// The workers.
    pub worker: Size,
    /// How many pollers a worker has for workflow tasks, and as many for activities.
    pub pollers: i64,
    /// The namespace of the load.
    pub namespace: String,
    /// The load of a run that states none.
    pub load: Load,
}

/// What the generator starts.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Workflows per second.
    pub rate: i64,
    /// How long it starts workflows.
    pub duration: Duration,
    /// How long the rate rises from a tenth to the whole.
    pub ramp_up: Duration,
    /// What each workflow does.
    pub workflow_type: WorkflowType,
}

choice! {
    /// The workflows that the benchmark's image knows.
    pub enum WorkflowType {
        /// No activity.
        Simple = "simple", "ends at once, without an activity";
        /// Four activities at once, then six in a row.
        MultiActivity = "multi-activity", "4 activities at once, then 6 in a row";
        /// A timer.
        Timer = "timer", "waits for a timer of 1 s";
        /// Child workflows.
        ChildWorkflow = "child-workflow", "starts 3 child workflows";
        /// Ten activities in a row.
        StateTransitions = "state-transitions", "10 activities in a row, about 60 state transitions";
    }
}

const KEY: &str = "benchmark.enabled";

/// Whether there is the benchmark.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Benchmark>().is_some());

/// Its instances.
static HOSTS: HostGroup = HostGroup {
    name: "benchmark",
    instance_type: "benchmark.instance_type",
    max_count: "benchmark.max_instances",
};

/// The benchmark in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    image: Some(Image {
        row: image_row(
            "images.benchmark",
            "Benchmark image",
            "The load generator and its workers, for ARM64. They read TEMPORAL_ADDRESS and the BENCHMARK_ variables of their tasks.",
            DefaultValue::Open(
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal-benchmark:1.0.0",
            ),
        )
        .variable("benchmark_image"),
        warn: |_| None,
    }),
    settle,
    hosts,
    warn,
    modules: &[Module::new(
        "benchmark",
        "load generator and workers, on separate instances that scale from zero",
        FEATURE,
    )],
    scripts: &["scale-benchmark-workers.sh"],
    sidecars: &[
        Sidecar::MetricsAndLogs {
            task: "benchmark-generator",
            port: "9090",
            key: KEY,
        },
        Sidecar::MetricsAndLogs {
            task: "benchmark-worker",
            port: "9090",
            key: KEY,
        },
    ],
    ..Part::new("benchmark", Subject::Load, FEATURE)
};

/// The benchmark in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        variables: &[("benchmark", "The load generator and its workers")],
        outputs,
        call: Some(Call {
            takes: &[To::LogSenders],
            kept_names: &[
                ("asg", "\"${local.name}-benchmark-asg\""),
                ("capacity_provider", "\"${local.name}-benchmark\""),
                ("security_group", "\"${local.name}-benchmark\""),
                (
                    "security_group_description",
                    "\"Security group for Benchmark Runner\"",
                ),
            ],
            ..Call::new("benchmark", "benchmark", arguments)
        }),
        capacity_provider: Some("benchmark"),
        host_capacity: Some(HostCapacity {
            who: "Generator and workers request",
            cpu: "var.benchmark.cpu + var.benchmark.worker_count * var.benchmark.worker_cpu",
            memory: "var.benchmark.memory + var.benchmark.worker_count * var.benchmark.worker_memory",
            interfaces: "1 + var.benchmark.worker_count",
        }),
        namespace: Some("var.benchmark.namespace"),
        flat_outputs,
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: &[Way::new(
            "benchmark",
            "temporal-frontend",
            ports::API,
            "Temporal's API",
            FEATURE,
        )
        .arrow("load, and workers that take it")],
        rights: RIGHTS,
        log_senders: &["benchmark"],
        readme,
        operations,
        flat_calls,
        ..DocumentTexts::NONE
    },
    overview: &[("Benchmark", overview)],
    problems: &[IN_PRODUCTION, RAMP_UP_TOO_LONG],
    fixes: |found| {
        vec![if found.problem.code == const { RAMP_UP_TOO_LONG.code } {
            Proposal::Value("benchmark.ramp_up", RAMP_UP.into())
        } else {
            Proposal::Value(KEY, false.into())
        }]
    },
    on_top,
    quotas: |environment| {
        let benchmark = environment.part::<Benchmark>();
        let needs = benchmark.map(|it| vcpus(&it.instance_type, it.max_instances));
        needs.into_iter().collect()
    },
    flat: FlatTexts {
        switched_on_by: Some("aws_ecs_capacity_provider.benchmark"),
        values: FLAT_VALUES,
        blanks: &[("images.benchmark", "`benchmark_image`")],
        ..FlatTexts::NONE
    },
    diagram: DiagramTexts {
        boxes,
        groups: &[("benchmark", BOX)],
        observed: Some(BOX),
        ..DiagramTexts::NONE
    },
    ..PartTexts::new(&PART)
};

/// Its dashboard.
const LOAD: Dashboard = ("benchmark", "Benchmark");

const PANELS: &[Panel] = &[
    Panel::new(
        LOAD,
        "Finished workflows",
        "Workflows of the load that end, by result.",
        Unit::PerSecond,
        &[by("result", Source::Rate("benchmark_workflows_total", ""))],
    ),
    Panel::new(
        LOAD,
        "Workflow latency, p99",
        "The time from the start of a workflow to its end, as the generator sees it.",
        Unit::Seconds,
        &[named(
            "workflows",
            "",
            Source::Percentile99("benchmark_workflow_latency_seconds", ""),
        )],
    ),
    Panel::new(
        LOAD,
        "Wait for a worker, p99",
        "The time from the creation of a workflow task to its start. If it grows, run more workers.",
        Unit::Seconds,
        &[by(
            "task_queue",
            Source::Percentile99(
                "temporal_workflow_task_schedule_to_start_latency_seconds",
                "",
            ),
        )],
    ),
    Panel::new(
        LOAD,
        "Free slots",
        "Tasks that the workers could run beside those that they run. At 0 they are the limit.",
        Unit::Count,
        &[by(
            "worker_type",
            Source::Sum("temporal_worker_task_slots_available", ""),
        )],
    ),
    Panel::new(
        LOAD,
        "Pollers",
        "Requests of the workers that wait for tasks.",
        Unit::Count,
        &[by("poller_type", Source::Sum("temporal_num_pollers", ""))],
    ),
    Panel::new(
        LOAD,
        "Failed requests",
        "Requests of generator and workers to the frontend that fail.",
        Unit::Requests,
        &[by(
            "operation",
            Source::Rate("temporal_request_failure", ""),
        )],
    ),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Benchmark",
        "A load generator and its workers, on separate instances that scale from zero.",
        Kind::Boolean,
        bool_per_profile([false, true, false]),
    )
    .because("load tests belong into an environment of their own"),
    environment_row(
        "benchmark.instance_type",
        "Instance type",
        "The Graviton instance type of the benchmark.",
        Kind::Text(Rule::InstanceType),
        text_per_profile(["m8g.xlarge", "m8g.4xlarge", "m8g.4xlarge"]),
    )
    .attribute("benchmark", "instance_type")
    .needs_on(KEY),
    environment_row(
        "benchmark.max_instances",
        "Maximum instances",
        "The largest number of instances for the benchmark.",
        count(1, 50, "instances"),
        integer_per_profile([2, 4, 4]),
    )
    .because("bench: 3 instances hold the generator and the workers, one to spare")
    .attribute("benchmark", "max_instances")
    .needs_on(KEY),
    environment_row(
        "benchmark.cpu",
        "Generator CPU",
        "CPU of the generator task.",
        CPU,
        integer_per_profile([2048, 4096, 4096]),
    )
    .attribute("benchmark", "cpu")
    .needs_on(KEY),
    environment_row(
        "benchmark.memory",
        "Generator memory",
        "Memory of the generator task.",
        MEMORY,
        integer_per_profile([4096, 8192, 8192]),
    )
    .attribute("benchmark", "memory")
    .needs_on(KEY),
    environment_row(
        "benchmark.worker_cpu",
        "Worker CPU",
        "CPU of each worker task.",
        CPU,
        integer_per_profile([2048, 4096, 4096]),
    )
    .attribute("benchmark", "worker_cpu")
    .needs_on(KEY),
    environment_row(
        "benchmark.worker_memory",
        "Worker memory",
        "Memory of each worker task.",
        MEMORY,
        integer_per_profile([4096, 4096, 4096]),
    )
    .attribute("benchmark", "worker_memory")
    .needs_on(KEY),
    environment_row(
        "benchmark.worker_count",
        "Workers",
        "The number of workers that a run starts.",
        count(0, 200, "tasks"),
        integer_per_profile([2, 8, 8]),
    )
    .because("they fit on the benchmark's instances beside the generator")
    .attribute("benchmark", "worker_count")
    .needs_on(KEY),
    environment_row(
        "benchmark.pollers",
        "Pollers",
        "The requests with which a worker waits for workflow tasks, and as many for activities.",
        count(2, 200, "pollers"),
        same_integer(32),
    )
    .because("the image's default")
    .attribute("benchmark", "pollers")
    .needs_on(KEY),
    environment_row(
        "benchmark.namespace",
        "Namespace",
        "The Temporal namespace in which the load runs.",
        Kind::Text(Rule::Namespace),
        same_text("benchmark"),
    )
    .attribute("benchmark", "namespace")
    .needs_on(KEY),
    environment_row(
        "benchmark.rate",
        "Rate",
        "The workflows that the generator starts per second.",
        count(1, 1000, "workflows per second"),
        integer_per_profile([10, 100, 100]),
    )
    .because("the image's default in bench and prod")
    .attribute("benchmark", "rate")
    .needs_on(KEY),
    environment_row(
        "benchmark.duration",
        "Duration",
        "How long the generator starts workflows.",
        Kind::Duration {
            min: Duration::from_minutes(1),
            max: Duration::from_minutes(60),
        },
        same_text("5m"),
    )
    .because("the image's default")
    .attribute("benchmark", "duration")
    .needs_on(KEY),
    environment_row(
        "benchmark.ramp_up",
        "Ramp-up",
        "The time in which the rate rises from a tenth to its full value. Must be shorter than the duration.",
        Kind::Duration {
            min: Duration::from_seconds(0),
            max: Duration::from_minutes(59),
        },
        same_text(RAMP_UP),
    )
    .because("the image's default")
    .attribute("benchmark", "ramp_up")
    .needs_on(KEY),
    environment_row(
        "benchmark.workflow_type",
        "Workflow type",
        "What each workflow does.",
        Kind::Choice(WorkflowType::CHOICES),
        same_text("simple"),
    )
    .because("the image's default")
    .attribute("benchmark", "workflow_type")
    .needs_on(KEY),
    environment_row(
        "benchmark.extra_environment.*",
        "Additional environment variables",
        "Environment variables of the generator and the workers, such as `BENCHMARK_ITERATIONS`.",
        Kind::Text(Rule::VariableValue),
        DefaultValue::Absent("none"),
    )
    .attribute("benchmark", "extra_environment")
    .needs_on(KEY),
];

const RAMP_UP: &str = "30s";

/// As in the module `benchmark`.
const COMPOSED: &[&str] = &[
    "AWS_EC2_METADATA_DISABLED",
    "AWS_REGION",
    "BENCHMARK_DURATION",
    "BENCHMARK_GENERATOR_ONLY",
    "BENCHMARK_NAMESPACE",
    "BENCHMARK_POLLERS",
    "BENCHMARK_RAMP_UP",
    "BENCHMARK_TARGET_RATE",
    "BENCHMARK_WORKER_ONLY",
    "BENCHMARK_WORKFLOW_TYPE",
    "TEMPORAL_ADDRESS",
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Benchmark {
            instance_type: values.text("benchmark.instance_type")?,
            max_instances: values.integer("benchmark.max_instances")?,
            generator: Size {
                cpu: values.integer("benchmark.cpu")?,
                memory: values.integer("benchmark.memory")?,
                count: 1,
            },
            worker: Size {
                cpu: values.integer("benchmark.worker_cpu")?,
                memory: values.integer("benchmark.worker_memory")?,
                count: values.integer("benchmark.worker_count")?,
            },
            pollers: values.integer("benchmark.pollers")?,
            namespace: values.text("benchmark.namespace")?,
            load: Load {
                rate: values.integer("benchmark.rate")?,
                duration: values.duration("benchmark.duration")?,
                ramp_up: values.duration("benchmark.ramp_up")?,
                workflow_type: WorkflowType::parse(&values.text("benchmark.workflow_type")?)?,
            },
        });
    }
    Some(())
}

fn hosts(environment: &Environment) -> Option<Hosts<'_>> {
    let benchmark = environment.part::<Benchmark>()?;
    let beside = observed(environment, proxy(proxy_cpu(benchmark.load.rate)));
    Some(Hosts {
        group: &HOSTS,
        instance_type: &benchmark.instance_type,
        max_count: benchmark.max_instances,
        tasks: vec![
            Tasks {
                keys: Some("benchmark."),
                ..row(GENERATOR, benchmark.generator, &beside, (0, 100))
            },
            Tasks {
                keys: Some("benchmark.worker_"),
                ..row(WORKERS, benchmark.worker, &beside, (50, 100))
            },
        ],
    })
}

/// CPU units of a task's proxy, as in the module `benchmark`: the generator sends two requests for each workflow, its start
/// and the wait for its result, and AWS recommends 512 above 500 requests a second.
const fn proxy_cpu(rate: i64) -> i64 {
    if 2 * rate > 500 { 512 } else { 256 }
}

const IN_PRODUCTION: ProblemRow = ProblemRow::of_part(
    "benchmark-in-production",
    Severity::Advice,
    "A load test in production competes with real workflows for the database and the services.",
    "Run load tests in a separate environment.",
    Fixable::Yes,
);

/// The generator refuses it at its start.
const RAMP_UP_TOO_LONG: ProblemRow = ProblemRow::of_part(
    "benchmark-ramp-up",
    Severity::Error,
    "The load generator does not start if its ramp-up is as long as the run.",
    "Set a ramp-up that is shorter than the duration.",
    Fixable::Yes,
);

fn warn(environment: &Environment, problems: &mut Problems) {
    let Some(benchmark) = environment.part::<Benchmark>() else {
        return;
    };
    let Load {
        duration, ramp_up, ..
    } = benchmark.load;
    if ramp_up >= duration {
        problems.push(
            Problem::new(
                const { RAMP_UP_TOO_LONG.code },
                FieldPath::in_environment(&environment.name, "benchmark.ramp_up"),
                format!("a ramp-up of {ramp_up} does not end within a run of {duration}"),
            )
            .hint("set a ramp-up that is shorter than `benchmark.duration`"),
        );
    }
    refuse_composed(
        environment,
        "benchmark.extra_environment",
        COMPOSED,
        problems,
    );
    if environment.profile == Profile::Prod {
        problems.push(
            Problem::new(
                const { IN_PRODUCTION.code },
                FieldPath::in_environment(&environment.name, KEY),
                "a load test here competes with real workflows for the database and the services"
                    .to_owned(),
            )
            .hint("load-test in an environment of its own"),
        );
    }
}

/// An hour of its instances.
fn on_top(environment: &Environment) -> Vec<OnTop> {
    let Some(benchmark) = environment.part::<Benchmark>() else {
        return Vec::new();
    };
    let (most, instance_type) = (benchmark.max_instances, &benchmark.instance_type);
    vec![OnTop::BillLine(BillLine {
        key: "benchmark",
        label: "One hour of the benchmark, at most",
        item: instance_type.clone(),
        units: most,
        amount: format!("{most} × {instance_type}"),
    })]
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", "local.name")
        .code("cluster_arn", "module.ecs_cluster.cluster_arn")
        .code("cluster_name", "module.ecs_cluster.cluster_name")
        .code(
            "associated_capacity_provider_name",
            "module.ecs_cluster.capacity_provider_names[\"benchmark\"]",
        )
        .code(
            "service_connect_namespace_arn",
            "module.ecs_cluster.service_connect_namespace_arn",
        )
        .code("vpc_id", "module.vpc.vpc_id")
        .code("subnet_ids", "module.vpc.private_subnet_ids")
        .code(
            "security_group_ids",
            "[module.vpc.egress_security_group_id]",
        )
        .code(
            "frontend_security_group_id",
            "module.temporal_service[\"frontend\"].security_group_id",
        )
        .code("execution_role_arn", "module.iam.execution_role_arn")
        .code(
            "exec_log_group_arn",
            "module.ecs_cluster.exec_log_group_arn",
        )
        .code(
            "prometheus_workspace_arn",
            "module.observability.prometheus_workspace_arn",
        )
        .origin(&at.join("images.benchmark"))
        .code("benchmark_image", "var.benchmark_image");
    for name in [
        "instance_type",
        "max_instances",
        "cpu",
        "memory",
        "worker_cpu",
        "worker_memory",
        "pollers",
        "namespace",
        "rate",
        "duration",
        "ramp_up",
        "workflow_type",
        "extra_environment",
    ] {
        block
            .origin(&at.join(&format!("benchmark.{name}")))
            .code(name, format!("var.benchmark.{name}"));
    }
    images::pull_behavior(environment, block);
    block
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days")
        .origin(&at.join(KEY))
        .code(
            "generator_sidecar",
            "module.alloy_sidecar[\"benchmark-generator\"].sidecar",
        )
        .code(
            "worker_sidecar",
            "module.alloy_sidecar[\"benchmark-worker\"].sidecar",
        );
}

fn outputs(environment: &Environment) -> Vec<Output> {
    let Some(benchmark) = environment.part::<Benchmark>() else {
        return Vec::new();
    };
    vec![
        output(
            "benchmark_generator_service_name",
            "The ECS service of the load generator.",
            KEY,
            "module.benchmark.generator_service_name",
        ),
        output(
            "benchmark_worker_service_name",
            "The ECS service of the benchmark's workers.",
            KEY,
            "module.benchmark.worker_service_name",
        ),
        output(
            "benchmark_worker_count",
            "The number of workers that a run starts.",
            "benchmark.worker_count",
            "var.benchmark.worker_count",
        ),
        output(
            "benchmark_max_workers",
            "The number of workers that always fit beside the generator, for the composed sizes and instances.",
            "benchmark.max_instances",
            max_workers(benchmark, environment.compute.eni_trunking),
        ),
        output(
            "benchmark_capacity_provider_name",
            "The capacity provider of the benchmark.",
            KEY,
            "module.benchmark.capacity_provider_name",
        ),
        output(
            "benchmark_task_definition_arn",
            "The load generator's task definition.",
            KEY,
            "module.benchmark.task_definition_arn",
        ),
        output(
            "benchmark_worker_task_definition_arn",
            "The workers' task definition.",
            KEY,
            "module.benchmark.worker_task_definition_arn",
        ),
        output(
            "benchmark_log_group_name",
            "The log of the load generator, with the results of each run.",
            KEY,
            "module.benchmark.log_group_names[\"generator\"]",
        ),
    ]
}

/// Follows `max_instances`; a type that the catalog doesn't have is left to ECS.
fn max_workers(benchmark: &Benchmark, trunking: bool) -> String {
    match instance_types::find(&benchmark.instance_type) {
        Some(instance) => {
            let capacity = WorkerCapacity::of(benchmark, instance, trunking);
            format!(
                "{} + {} * (var.benchmark.max_instances - 1)",
                capacity.beside_generator, capacity.on_another
            )
        }
        None => "var.benchmark.worker_count".to_owned(),
    }
}

/// How many workers have room on an instance. That decides, since tasks can't be split.
struct WorkerCapacity {
    /// On the instance that runs the generator.
    beside_generator: i64,
    /// On each other instance.
    on_another: i64,
}

impl WorkerCapacity {
    fn of(benchmark: &Benchmark, instance: &InstanceType, trunking: bool) -> Self {
        let cpu = i64::from(instance.cpu_units());
        let memory = registered_memory(instance);
        let slots = interface_slots(instance, trunking);
        let Size {
            cpu: worker_cpu,
            memory: worker_memory,
            ..
        } = benchmark.worker;
        let holds = |cpu_left: i64, memory_left: i64, slots_left: i64| {
            (cpu_left / worker_cpu)
                .min(memory_left / worker_memory)
                .min(slots_left)
        };
        Self {
            beside_generator: holds(
                cpu - benchmark.generator.cpu,
                memory - benchmark.generator.memory,
                slots - 1,
            ),
            on_another: holds(cpu, memory, slots),
        }
    }
}

fn flat_outputs() -> Vec<(&'static str, Expr)> {
    let mut all: Vec<(&'static str, Expr)> = Vec::new();
    for (name, attribute) in [
        ("benchmark_task_definition_family", "task_definition_family"),
        ("benchmark_task_role_arn", "task_role_arn"),
        ("benchmark_security_group_id", "security_group_id"),
        (
            "benchmark_worker_log_group_name",
            "log_group_names[\"worker\"]",
        ),
    ] {
        all.push((name, Expr::code(format!("module.benchmark.{attribute}"))));
    }
    // The generator is a service now: a task outside one has no Service Connect.
    let run = "aws ecs update-service --cluster ${module.ecs_cluster.cluster_name} --service \
               ${module.benchmark.generator_service_name} --desired-count 1 --region ${var.region}";
    let results = "aws logs tail ${module.benchmark.log_group_names[\"generator\"]} --since 1d --region ${var.region}";
    for (name, command) in [
        ("benchmark_run_command", run),
        ("benchmark_get_results_command", results),
    ] {
        all.push((name, Expr::Heredoc(vec![command.into()])));
    }
    all
}

const RIGHTS: &[Right] = &[
    Right::new(
        "benchmark-task",
        "the benchmark",
        &["aps:RemoteWrite"],
        "the Prometheus workspace",
        FEATURE,
    ),
    Right::new(
        "benchmark-task",
        "the benchmark",
        EXEC,
        EXEC_PURPOSE,
        FEATURE,
    ),
    Right::new(
        "benchmark-host",
        "the benchmark's hosts",
        HOST,
        HOST_PURPOSE,
        FEATURE,
    )
    .of(RoleKind::Host),
];

#[rustfmt::skip] // one value a line
const FLAT_VALUES: &[(&str, &str, FlatSource)] = &[
    ("benchmark.instance_type", "aws_launch_template.benchmark", FlatSource::Text("instance_type")),
    ("benchmark.max_instances", "aws_autoscaling_group.benchmark", FlatSource::Number("max_size")),
    ("benchmark.cpu", "aws_ecs_task_definition.benchmark", FlatSource::Number("cpu")),
    ("benchmark.memory", "aws_ecs_task_definition.benchmark", FlatSource::Number("memory")),
    ("benchmark.worker_cpu", "aws_ecs_task_definition.benchmark_worker", FlatSource::Number("cpu")),
    ("benchmark.worker_memory", "aws_ecs_task_definition.benchmark_worker", FlatSource::Number("memory")),
    // Unlike the services these are at rest without a task, so 0 is a value like others.
    ("benchmark.worker_count", "aws_ecs_service.benchmark_worker", FlatSource::Number("desired_count")),
    ("images.benchmark", "aws_ecs_task_definition.benchmark", FlatSource::ImageUnless("public.ecr.aws/amazonlinux/")),
];

/// The results of a run as `scale-benchmark-workers.sh` prints them.
const EXAMPLE_RESULTS: &str = "\
workflows started               2400
completed                       2391
failed                             6 (0.25 %)
not finished                       3
completed per second           19.12
latency p50 (ms)               80.50
latency p95 (ms)              120.05
latency p99 (ms)              310.00
latency max (ms)             1003.00
";

fn readme(environment: &Environment, page: &mut Markdown) {
    let Some(benchmark) = environment.part::<Benchmark>() else {
        return;
    };
    let script = format!(
        "../../../scripts/scale-benchmark-workers.sh {}",
        environment.name
    );
    page.heading("Benchmark")
        .paragraph(&format!(
            "The generator and {} workers run on up to {} `{}` instances. The instances start with the first task and \
             stop after the last. Each worker has {pollers} pollers for workflow tasks and {pollers} for activities. The \
             load runs in the namespace `{}`.",
            benchmark.worker.count,
            benchmark.max_instances,
            benchmark.instance_type,
            benchmark.namespace,
            pollers = benchmark.pollers
        ))
        .shell(&format!("{script} up\n{script} load\n{script} down"))
        .paragraph(&format!(
            "`load` starts {} workflows per second for {}, waits for the run, stops the generator and prints the \
             results: throughput, errors and latencies. It also writes them to a new file in `benchmark-results/{}`. \
             Its options set the load of one run:",
            benchmark.load.rate, benchmark.load.duration, environment.name
        ))
        .shell(&format!(
            "{script} load --rate 20 --duration 2m --ramp-up 10s --workflow-type state-transitions --pollers 64"
        ))
        .paragraph("At its end it prints such a table. The numbers here are only an example:")
        .paragraph(&format!(
            "```text\n\
             state-transitions, 20 workflows per second for 2m0s, namespace {}, 2026-11-01T12:00:01.123456789Z\n\
             {EXAMPLE_RESULTS}```",
            benchmark.namespace
        ));
}

fn operations(name: &str, page: &mut Markdown) {
    page.heading("Load")
        .paragraph(
            "The benchmark's workers and its generator run on separate instances. The first task starts them, and they \
             are removed after the last. The script refuses more workers than they can run.",
        )
        .shell(&format!(
            "scripts/scale-benchmark-workers.sh {name} up 1\n\
             scripts/scale-benchmark-workers.sh {name} load\n\
             scripts/scale-benchmark-workers.sh {name} down"
        ));
}

fn flat_calls(name: &str) -> Vec<(&'static str, String)> {
    let workers =
        |arguments: &str| format!("`scripts/scale-benchmark-workers.sh {name} {arguments}`");
    vec![
        (
            "scale-benchmark-workers.sh --from-terraform up 6",
            workers("up 6"),
        ),
        (
            "scale-benchmark-workers.sh --from-terraform down",
            workers("down"),
        ),
        (
            "scale-benchmark-workers.sh --from-terraform status",
            workers("status"),
        ),
        ("run-benchmark.sh --from-terraform", workers("load")),
        (
            "get-benchmark-results.sh --latest --from-terraform",
            workers("results"),
        ),
    ]
}

fn overview(environment: &Environment) -> Option<String> {
    let benchmark = environment.part::<Benchmark>()?;
    Some(format!(
        "0 to {} × {}",
        benchmark.max_instances, benchmark.instance_type
    ))
}

/// Its name in the diagram.
const GENERATOR: ServiceName = ServiceName::new("benchmark-generator");
const WORKERS: ServiceName = ServiceName::new("benchmark-worker");
const BOX: &str = "Benchmark";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let Some(benchmark) = environment.part::<Benchmark>() else {
        return Vec::new();
    };
    let detail = format!(
        "0–{} × {}",
        benchmark.max_instances, benchmark.instance_type
    );
    vec![DiagramBox::new(BOX, detail, (0, 1))]
}
