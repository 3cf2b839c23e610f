//! What the overview says in tables.

use std::collections::BTreeMap;

use composer_core::blueprint::{Backend, Dsql, Size};
use composer_core::{Environment, inventory};
use yew::{Html, classes, html};

use super::model::{Model, instances, ways_out, zones};

/// Who talks to whom: what the diagram draws, and what would crowd it.
pub(crate) fn talks(model: &Model) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label="Who talks to whom">
            <table class="facts">
                <thead>
                    <tr>
                        <th scope="col">{ "From" }</th>
                        <th scope="col">{ "To" }</th>
                        <th scope="col">{ "TCP port" }</th>
                        <th scope="col">{ "What" }</th>
                    </tr>
                </thead>
                <tbody>
                    { for model.talks.iter().map(|talk| html! {
                        <tr>
                            <th scope="row">{ talk.from }</th>
                            <td>{ talk.to }</td>
                            <td>{ talk.port }</td>
                            <td>{ talk.about }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <p class="help">
                { "Nothing can be reached from the internet: people come by Session Manager, which forwards a port. \
                   Every task and instance reaches AWS and the registries at 443." }
            </p>
        </div>
    }
}

/// A row of the environments' table: what it says, and the value in each.
type Fact = (&'static str, fn(&Environment) -> String);

const FACTS: &[Fact] = &[
    ("Profile", |it| it.profile.name().to_owned()),
    ("Region", |it| it.region.clone()),
    ("Network", |it| format!("{}, {}", zones(it), ways_out(it))),
    ("Instances", instances),
    ("Frontend", |it| service(it, "frontend")),
    ("History", |it| service(it, "history")),
    ("Matching", |it| service(it, "matching")),
    ("Worker", |it| service(it, "worker")),
    ("Temporal UI", |it| it.ui.map_or_else(off, size)),
    ("History shards", |it| it.history_shards.to_string()),
    ("DSQL", |it| match it.dsql {
        Dsql::Existing { .. } => "existing cluster".to_owned(),
        Dsql::Create => "cluster of its own".to_owned(),
    }),
    ("Connection reservoir", |it| {
        it.reservoir.map_or_else(off, |reservoir| {
            format!("{} ready a task", reservoir.target_ready)
        })
    }),
    ("Connection lease", |it| {
        it.lease_limit
            .map_or_else(off, |limit| format!("{limit} in all"))
    }),
    ("OpenSearch", |it| {
        let search = &it.opensearch;
        format!(
            "{} × {}, {} GiB each",
            search.instance_count, search.instance_type, search.volume_size
        )
    }),
    ("Loki", |it| {
        it.loki.map_or_else(off, |loki| {
            format!("{}, {} days", size(loki.size), loki.retention_days)
        })
    }),
    ("Grafana", |it| size(it.grafana)),
    ("Benchmark", |it| {
        it.benchmark.as_ref().map_or_else(off, |benchmark| {
            format!(
                "0 to {} × {}",
                benchmark.max_instances, benchmark.instance_type
            )
        })
    }),
    ("CloudWatch logs", |it| {
        format!("{} days", it.log_retention_days)
    }),
    ("Deletion protection", |it| match it.deletion_protection {
        true => "on".to_owned(),
        false => off(),
    }),
    ("State", |it| match &it.backend {
        Backend::S3 {
            bucket: Some(bucket),
            ..
        } => format!("S3, {bucket}"),
        Backend::S3 { bucket: None, .. } => "S3".to_owned(),
        Backend::Local => "local".to_owned(),
    }),
    ("Still open", |it| it.open().count().to_string()),
];

fn off() -> String {
    "off".to_owned()
}

fn size(size: Size) -> String {
    format!("{} × {} / {}", size.count, size.cpu, size.memory)
}

fn service(environment: &Environment, name: &str) -> String {
    let found = environment.services.iter().find(|each| each.name == name);
    found.map_or_else(off, |found| size(found.size))
}

/// The environments side by side; what is the same in all stands back.
pub(crate) fn environments(environments: &[Environment]) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label="Environments side by side">
            <table class="facts">
                { head("Setting", environments, false) }
                <tbody>
                    { for FACTS.iter().map(|(label, value)| {
                        let values: Vec<String> = environments.iter().map(value).collect();
                        row(label, &values)
                    }) }
                </tbody>
            </table>
            <p class="help">{ "Sizes are tasks × CPU units / MiB. What is the same everywhere is in grey." }</p>
        </div>
    }
}

fn row(label: &'static str, values: &[String]) -> Html {
    let is_same = values.len() > 1 && values.windows(2).all(|pair| pair[0] == pair[1]);
    html! {
        <tr key={label} class={classes!(is_same.then_some("same"))}>
            <th scope="row">{ label }</th>
            { for values.iter().map(|value| html! { <td>{ value.clone() }</td> }) }
        </tr>
    }
}

/// How many resources of which type each environment will have.
pub(crate) fn resources(environments: &[Environment]) -> Html {
    let counts: Vec<_> = environments.iter().map(inventory::resources).collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, count) in counts.iter().flatten() {
        *kinds.entry(kind).or_default() += count;
    }
    let sum = |count: &BTreeMap<&str, usize>| count.values().sum::<usize>().to_string();
    let shown = |count: usize| match count {
        0 => "–".to_owned(),
        count => count.to_string(),
    };
    let is_many = environments.len() > 1;
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label="Resources by type">
            <table class="facts numbers-table">
                { head("Type", environments, is_many) }
                <tbody>
                    <tr class="total">
                        <th scope="row">{ "All types" }</th>
                        { for counts.iter().map(|count| html! { <td>{ sum(count) }</td> }) }
                        if is_many {
                            <td>{ sum(&kinds) }</td>
                        }
                    </tr>
                    { for kinds.iter().map(|(kind, all)| html! {
                        <tr key={*kind}>
                            <th scope="row"><code>{ *kind }</code></th>
                            { for counts.iter().map(|count| html! {
                                <td>{ shown(count.get(kind).copied().unwrap_or_default()) }</td>
                            }) }
                            if is_many {
                                <td>{ all }</td>
                            }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

fn head(first: &'static str, environments: &[Environment], with_sum: bool) -> Html {
    html! {
        <thead>
            <tr>
                <th scope="col">{ first }</th>
                { for environments.iter().map(|each| html! {
                    <th scope="col">{ each.name.clone() }</th>
                }) }
                if with_sum {
                    <th scope="col">{ "All" }</th>
                }
            </tr>
        </thead>
    }
}
