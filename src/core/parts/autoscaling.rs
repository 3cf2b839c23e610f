//! Autoscaling: the frontend and the worker get more tasks when theirs are busy, and fewer when they are not. Never history, whose
//! tasks own shards: each that comes or goes moves them. Connections and capacity are checked for the most tasks.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html> for what happens during a
//! deployment and without tasks; the alarms of a target tracking policy are described in the user guide of Application Auto
//! Scaling, "Target tracking scaling policies".

use super::part::{
    Call, DocumentTexts, FixContext, Module, Part, PartTexts, Proposal, RootTexts, Values,
};
use super::subject::Subject;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::references::NAME;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    Kind, OptionRow, count, environment_row, integer_per_profile, same_bool, same_integer,
};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::bill_line::BillLine;
use crate::sizing::task::{MaxCount, MaxCounts};
use crate::temporal_service::TemporalService;

/// Autoscaling, settled.
#[derive(Clone, Copy)]
pub struct Autoscaling {
    /// The CPU use of the tasks to keep, in percent.
    cpu_percent: i64,
}

const KEY: &str = "autoscaling.enabled";
const CPU: &str = "autoscaling.cpu_percent";

/// A service that it scales.
struct ScaledService {
    service: TemporalService,
    /// The key of its most tasks.
    key: &'static str,
    /// The code of them in a root.
    code: &'static str,
}

const FRONTEND: ScaledService = ScaledService {
    service: TemporalService::Frontend,
    key: "autoscaling.frontend_max",
    code: "var.autoscaling.frontend_max",
};
const WORKER: ScaledService = ScaledService {
    service: TemporalService::Worker,
    key: "autoscaling.worker_max",
    code: "var.autoscaling.worker_max",
};
const SCALED: [ScaledService; 2] = [FRONTEND, WORKER];

/// Whether there is autoscaling.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Autoscaling>().is_some());

/// Autoscaling in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    check,
    values_of: |it, variable| match variable {
        "services" if FEATURE.is_on(it) => SCALED.len(),
        _ => 0,
    },
    modules: &[Module::new(
        "service-autoscaling",
        "more tasks of frontend and worker when theirs are busy",
        FEATURE,
    )],
    scripts: &["lib/scaling/autoscaling.sh"],
    ..Part::new("autoscaling", Subject::Services, FEATURE)
};

/// Autoscaling in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        variables: &[("autoscaling", "Bounds of autoscaling")],
        validations: &[("autoscaling", validations)],
        outputs,
        call: Some(Call::new(
            "service_autoscaling",
            "service-autoscaling",
            arguments,
        )),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        readme,
        operations,
        ..DocumentTexts::NONE
    },
    counted,
    overview: &[("Autoscaling", overview)],
    problems: &[MAX_BELOW_TASKS],
    fixes,
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Autoscaling",
        "More tasks of frontend and worker when CPU use rises. The Temporal team does not recommend it for history.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("new tasks open connections and move task queues: size for your peak first"),
    environment_row(
        FRONTEND.key,
        "Most frontend tasks",
        "The most tasks. The least are `frontend.count`.",
        count(1, 200, "tasks"),
        integer_per_profile([2, 8, 6]),
    )
    .attribute("autoscaling", "frontend_max")
    .needs_on(KEY),
    environment_row(
        WORKER.key,
        "Most worker tasks",
        "The most tasks. The least are `worker.count`.",
        count(1, 200, "tasks"),
        integer_per_profile([2, 4, 4]),
    )
    .attribute("autoscaling", "worker_max")
    .needs_on(KEY),
    environment_row(
        CPU,
        "CPU use",
        "The average of a service's tasks to keep.",
        count(10, 90, "%"),
        same_integer(60),
    )
    .because("a task needs a minute to start, and the others serve its share meanwhile")
    .attribute("autoscaling", "cpu_percent")
    .needs_on(KEY),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        let mut counts = Vec::new();
        for scaled in SCALED {
            counts.push(MaxCount {
                service: scaled.service,
                count: values.integer(scaled.key)?,
                code: scaled.code,
            });
        }
        parts.put(MaxCounts(counts));
        parts.put(Autoscaling {
            cpu_percent: values.integer(CPU)?,
        });
    }
    Some(())
}

/// The most tasks of a service that is scaled, in an environment with autoscaling.
fn max_of(environment: &Environment, scaled: &ScaledService) -> i64 {
    let all = environment.part::<MaxCounts>();
    all.and_then(|all| all.of(scaled.service))
        .map_or(0, |max| max.count)
}

const MAX_BELOW_TASKS: ProblemRow = ProblemRow::of_part(
    "max-below-tasks",
    Severity::Error,
    "Autoscaling may run fewer tasks of a service than its `count`, which is the minimum.",
    "Raise the maximum of autoscaling, or lower `count`.",
    Fixable::Yes,
);

fn check(environment: &Environment, problems: &mut Problems) {
    let Some(all) = environment.part::<MaxCounts>() else {
        return;
    };
    for service in &environment.services {
        let scaled = SCALED.iter().find(|it| it.service == service.kind);
        let (Some(scaled), Some(max)) = (scaled, all.of(service.kind)) else {
            continue;
        };
        let (key, max) = (scaled.key, max.count);
        if max < service.size.count {
            problems.push(
                Problem::new(
                    const { MAX_BELOW_TASKS.code },
                    FieldPath::in_environment(&environment.name, key),
                    format!("{max} is less than `{}.count`", service.name()),
                )
                .hint("raise it"),
            );
        }
    }
}

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let mut all = Vec::new();
    for service in &found.environment.services {
        for scaled in SCALED {
            let at = found.environment.address().join(scaled.key);
            if service.kind == scaled.service && at == found.problem.at {
                all.push(Proposal::Here((2 * service.size.count).into()));
                all.push(Proposal::Here(service.size.count.into()));
            }
        }
    }
    all
}

fn validations(environment: &Environment, block: &mut Body) {
    for ScaledService { service, key, code } in SCALED {
        let service = service.name();
        block
            .origin(&environment.address().join(key))
            .blank()
            .block("validation", &[], |validation| {
                validation
                    .code("condition", format!("{code} >= var.{service}.count"))
                    .text(
                        "error_message",
                        &format!(
                            "autoscaling.{service}_max must not be less than {service}.count, which is the minimum."
                        ),
                    );
            });
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    let mut services = Vec::new();
    for ScaledService { service, key, code } in SCALED {
        let service = service.name();
        let code = format!(
            "{{ service_name = module.temporal_service[\"{service}\"].service_name, max_count = {code} }}"
        );
        services.push((at.join(key), service.to_owned(), Expr::code(code)));
    }
    block
        .blank()
        .code("project_name", NAME)
        .code("cluster_name", "module.ecs_cluster.cluster_name")
        .origin(&at.join(CPU))
        .code("cpu_percent", "var.autoscaling.cpu_percent")
        .origin(&at.join(KEY))
        .blank()
        .attribute("services", Expr::Object(services));
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![output(
        "scaling_targets",
        "What Application Auto Scaling scales, by the short name of the service.",
        KEY,
        "module.service_autoscaling.targets",
    )]
}

/// Two alarms of each policy, which AWS makes.
fn counted(environment: &Environment) -> Vec<BillLine> {
    if !FEATURE.is_on(environment) {
        return Vec::new();
    }
    vec![BillLine {
        key: "scaling-alarms",
        label: "Alarms of autoscaling",
        item: "alarm-metric-month".to_owned(),
        units: 2 * SCALED.len() as i64,
        amount: format!("{} alarms", 2 * SCALED.len()),
    }]
}

fn readme(environment: &Environment, page: &mut Markdown) {
    let Some(scaling) = environment.part::<Autoscaling>() else {
        return;
    };
    let max = |scaled| max_of(environment, scaled);
    page.heading("Autoscaling").paragraph(&format!(
        "AWS keeps the CPU use of frontend and worker at {} %: it runs up to {} tasks of the frontend and {} of the worker, and at \
         least their `count`. The connections above are those of the most tasks; so is the situation \"most tasks\" of the \
         capacity. `scale-services.sh` starts and suspends it.",
        scaling.cpu_percent,
        max(&FRONTEND),
        max(&WORKER)
    ));
}

fn operations(name: &str, page: &mut Markdown) {
    page.heading("Autoscaling")
        .paragraph(&format!(
            "Autoscaling changes how many tasks frontend and worker have. `scale-services.sh {name} up` sets its minimum to the \
             configured count and resumes it, and keeps the tasks that it has added. `down`, and `up` with `--target`, suspend it \
             until the next `up`, so that nobody starts what you have stopped. Restarts and upgrades leave it on: AWS then only \
             adds tasks. To see its state, run:"
        ))
        .shell(&format!("scripts/scale-services.sh {name} status"))
        .paragraph(
            "After a change of `count`, run `up`: Terraform leaves the minimum alone. Before you lower a maximum below the \
             minimum in force, run `down` for the service, since AWS refuses it otherwise. Autoscaling has no data of a service \
             without tasks, so it never starts one.",
        );
}

fn overview(environment: &Environment) -> Option<String> {
    FEATURE.is_on(environment).then(|| {
        format!(
            "up to {} frontend, {} worker",
            max_of(environment, &FRONTEND),
            max_of(environment, &WORKER)
        )
    })
}
