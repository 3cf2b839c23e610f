//! The parts of a composition that have a file of their own here, and what is asked of all of them. A new part is a
//! file, a row in `ALL_PARTS` and a row in `ALL_TEXTS`.

pub mod access;
pub mod alarms;
pub mod autoscaling;
pub mod backup;
pub mod benchmark;
pub mod budget;
mod cluster;
pub mod compute;
pub mod dsql;
pub mod dynamic_config;
pub mod endpoints;
pub mod grafana;
pub mod images;
pub mod lease;
pub mod limiter;
pub mod loki;
pub(crate) mod migration;
pub mod network;
pub mod opensearch;
pub mod part;
#[cfg(test)]
mod placed;
pub mod reservoir;
mod roles;
pub mod schedule;
pub mod schema;
pub mod server_config;
mod server_panels;
mod service_alarms;
pub(crate) mod services;
pub mod subject;
pub(crate) mod telemetry;
mod timing;
pub mod ui;
mod visibility_alarms;
#[cfg(test)]
mod without;
mod worker_snippets;

#[cfg(test)]
use std::sync::LazyLock;

use self::part::{Calls, Hosts, LogStore, Part, PartTexts, SCHEDULED_SERVICES, Sidecar};
use self::subject::{Order, Subject};
use crate::diagram::Flow;
use crate::environment::Environment;
use crate::feature::Feature;
use crate::ports;
use crate::problem_code::{ProblemRow, ROWS};
use crate::sizing::usage_line::UsageLine;

/// Every part. The order is that of parts about one subject, and of what parts add to a call that is not theirs; [`Subject`]
/// says in which order a file has the subjects.
#[cfg(not(test))]
pub static PARTS: &[&Part] = ALL_PARTS;

const ALL_PARTS: &[&Part] = &[
    &network::PART,
    &endpoints::PART,
    &cluster::PART,
    &compute::PART,
    &roles::PART,
    &services::PART,
    &autoscaling::PART,
    &access::PART,
    &images::PART,
    &server_config::PART,
    &dynamic_config::PART,
    &timing::PART,
    &dsql::PART,
    &backup::PART,
    &schema::PART,
    &grafana::PART,
    &ui::PART,
    &reservoir::PART,
    &limiter::PART,
    &lease::PART,
    &opensearch::PART,
    &telemetry::PART,
    &loki::PART,
    &benchmark::PART,
    &alarms::PART,
    &budget::PART,
    &schedule::PART,
    &migration::PART,
];

/// What stands in the files of each. Only what writes files in full may reach it: it is most of what the page loads in
/// its second part.
#[cfg(not(test))]
pub static TEXTS: &[&PartTexts] = ALL_TEXTS;

const ALL_TEXTS: &[&PartTexts] = &[
    &network::TEXTS,
    &endpoints::TEXTS,
    &cluster::TEXTS,
    &compute::TEXTS,
    &roles::TEXTS,
    &services::TEXTS,
    &autoscaling::TEXTS,
    &access::TEXTS,
    &images::TEXTS,
    &server_config::TEXTS,
    &dynamic_config::TEXTS,
    &timing::TEXTS,
    &dsql::TEXTS,
    &backup::TEXTS,
    &schema::TEXTS,
    &grafana::TEXTS,
    &ui::TEXTS,
    &reservoir::TEXTS,
    &limiter::TEXTS,
    &lease::TEXTS,
    &opensearch::TEXTS,
    &telemetry::TEXTS,
    &loki::TEXTS,
    &benchmark::TEXTS,
    &alarms::TEXTS,
    &budget::TEXTS,
    &schedule::TEXTS,
    &migration::TEXTS,
];

/// In tests those but the one that [`without::NAME`] names.
#[cfg(test)]
pub static PARTS: LazyLock<Vec<&Part>> = LazyLock::new(|| {
    let mut parts = ALL_PARTS.to_vec();
    parts.retain(|part| without::name().as_deref() != Some(part.name));
    parts
});

/// As [`PARTS`].
#[cfg(test)]
pub static TEXTS: LazyLock<Vec<&PartTexts>> = LazyLock::new(|| {
    let mut texts = ALL_TEXTS.to_vec();
    texts.retain(|texts| without::name().as_deref() != Some(texts.part.name));
    texts
});

/// The part that the script at `path`, below `scripts/`, serves: its name, and the feature that an environment must have for
/// it. `None` for a script that serves every environment.
#[must_use]
pub fn of_script(path: &str) -> Option<(&'static str, &'static Feature)> {
    let part = PARTS.iter().find(|part| part.scripts.contains(&path))?;
    Some((part.name, part.scripts_feature()))
}

/// The parts about `subject`.
pub(crate) fn about(subject: Subject) -> impl Iterator<Item = &'static Part> {
    let all = PARTS.iter().copied();
    all.filter(move |part| part.subject == subject)
}

/// What stands in files of the parts about `subject`.
pub fn texts_about(subject: Subject) -> impl Iterator<Item = &'static PartTexts> {
    let all = TEXTS.iter().copied();
    all.filter(move |texts| texts.part.subject == subject)
}

/// What stands in files of the parts that `environment` has.
pub(crate) fn texts_in(environment: &Environment) -> impl Iterator<Item = &'static PartTexts> {
    let all = TEXTS.iter().copied();
    all.filter(move |texts| texts.part.feature.is_on(environment))
}

/// What stands in files of the parts about `subject` that `environment` has.
pub(crate) fn texts_about_in(
    subject: Subject,
    environment: &Environment,
) -> impl Iterator<Item = &'static PartTexts> {
    texts_about(subject).filter(move |texts| texts.part.feature.is_on(environment))
}

/// What stands in files of the parts that `environment` has, in the order of their subjects.
pub(crate) fn texts_in_order(
    order: Order,
    environment: &Environment,
) -> impl Iterator<Item = &'static PartTexts> {
    let subjects = order.into_iter();
    subjects.flat_map(move |subject| texts_about_in(subject, environment))
}

/// The traffic from and to a part's boxes in the diagram of `environment`: each row of the security page whose groups have
/// boxes there, but one for each pair of boxes, and what has no row there.
#[must_use]
pub fn flows(texts: &PartTexts, environment: &Environment) -> Vec<Flow> {
    let box_of = |group: &str| {
        let mut groups = texts_in(environment).flat_map(|texts| texts.diagram.groups);
        groups
            .find(|(name, _)| *name == group)
            .map(|(_, name)| *name)
    };
    let mut flows: Vec<Flow> = Vec::new();
    for way in texts.documents.ways {
        let (Some(from), Some(to), true) = (
            box_of(way.from),
            box_of(way.to),
            way.feature.is_on(environment),
        ) else {
            continue;
        };
        let is_same = |flow: &Flow| (flow.from, flow.to) == (from, to);
        if !flows.iter().any(is_same) {
            flows.push(Flow {
                from,
                to,
                port: ports::in_short(way.ports),
                about: way.arrow.unwrap_or(way.why),
            });
        }
    }
    flows.extend_from_slice(texts.diagram.flows);
    flows.extend((texts.diagram.flows_by_environment)(environment));
    flows
}

/// Every line of a bill whose amount the load decides.
pub(crate) fn used() -> impl Iterator<Item = &'static UsageLine> {
    let of_parts = Subject::USED.into_iter().flat_map(texts_about);
    of_parts.flat_map(|texts| texts.used)
}

/// Every kind of problem, those of the parts last.
pub fn problems() -> impl Iterator<Item = &'static ProblemRow> {
    let of_parts = TEXTS.iter().flat_map(|texts| texts.problems);
    ROWS.iter().chain(of_parts)
}

/// The instances that the parts of `environment` have besides its main ones.
#[must_use]
pub(crate) fn hosts(environment: &Environment) -> Vec<Hosts<'_>> {
    let mut all = Vec::new();
    for part in PARTS.iter() {
        all.extend((part.hosts)(environment));
    }
    all
}

/// A task with a sidecar.
pub(crate) struct TaskWithSidecar {
    /// The task.
    pub(crate) task: &'static str,
    /// The port whose metrics the sidecar scrapes; `None` where it is there for the logs alone.
    pub(crate) metrics_port: Option<&'static str>,
    /// The option that brings the sidecar, inside the environment.
    pub(crate) key: &'static str,
}

/// The tasks with a sidecar that the parts of `environment` have: first those with metrics.
pub(crate) fn sidecars(environment: &Environment) -> Vec<TaskWithSidecar> {
    let store = environment.part::<LogStore>();
    let mut observed = Vec::new();
    let mut logging = Vec::new();
    for part in PARTS.iter() {
        if !part.feature.is_on(environment) {
            continue;
        }
        for sidecar in part.sidecars {
            match *sidecar {
                Sidecar::MetricsAndLogs { task, port, key } => observed.push(TaskWithSidecar {
                    task,
                    metrics_port: Some(port),
                    key,
                }),
                Sidecar::LogsAlone { task } => {
                    if let Some(store) = store {
                        logging.push(TaskWithSidecar {
                            task,
                            metrics_port: None,
                            key: store.key,
                        });
                    }
                }
            }
        }
    }
    observed.append(&mut logging);
    observed
}

/// How often `module` is called in `environment`, by the root or a module: a call with `for_each` once for each key.
pub(crate) fn calls(module: &str, environment: &Environment) -> usize {
    for part in PARTS.iter() {
        for own in part.modules {
            if own.name == module && own.feature.is_on(environment) {
                return match own.calls {
                    Calls::Once => 1,
                    Calls::EachHostGroup => host_groups(environment),
                    Calls::EachService => environment.services.len(),
                    Calls::EachSidecar => sidecars(environment).len(),
                };
            }
        }
    }
    0
}

/// How many kinds of instances `environment` has: the main ones and those of parts.
#[must_use]
pub fn host_groups(environment: &Environment) -> usize {
    1 + hosts(environment).len()
}

/// How many values `variable` of modules has in `environment`, where resources are made for them.
pub(crate) fn values_of(variable: &str, environment: &Environment) -> usize {
    let mut count = 0;
    for part in PARTS.iter() {
        count += (part.values_of)(environment, variable);
        if variable == SCHEDULED_SERVICES {
            count += (part.tasks)(environment).len();
        }
    }
    count
}

/// Whether `environment` sets `variable` of modules to true; `None` where no part sets it.
pub(crate) fn is_switched_on(variable: &str, environment: &Environment) -> Option<bool> {
    for part in PARTS.iter() {
        if let Some((switch, feature)) = part.switch
            && switch == variable
        {
            return Some(feature.is_on(environment));
        }
    }
    None
}
