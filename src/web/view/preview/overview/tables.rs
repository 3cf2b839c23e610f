//! What the overview says in tables.

use composer_core::environment::Backend;
use composer_core::parts::subject::Subject;
use composer_core::parts::texts_about;
use composer_core::sorted::SortedMap;
use composer_core::{Environment, PlacedEnvironment, alarms, inventory};
use yew::{Html, html};

use crate::model::diagram::Model;
use crate::view::table::{row, table, text};

/// The traffic: what the diagram draws, and what would crowd it.
pub(crate) fn flows(model: &Model) -> Html {
    let rows = model.flows.iter().map(|flow| {
        let cells = [flow.from, flow.to, flow.port, flow.about].map(text);
        row("", cells.into())
    });
    html! {
        <>
            { table("Traffic", "", &["From", "To", "TCP port", "What"], rows.collect()) }
            <p class="help">
                { "Nothing can be reached from the internet: you connect through Session Manager, which forwards a \
                 port. Every task and instance can reach AWS and the registries on port 443." }
            </p>
        </>
    }
}

/// A row of the environments' table: what it says, and the value in each.
type Fact = (&'static str, fn(&Environment) -> String);

const FACTS: &[Fact] = &[
    ("Profile", |it| it.profile.name().to_owned()),
    ("Region", |it| it.region.clone()),
];

/// Those of no subject.
const FURTHER_FACTS: &[Fact] = &[
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
    ("Open values", |it| it.open().count().to_string()),
];

fn off() -> String {
    "off".to_owned()
}

/// The environments side by side; what is the same in all stands back.
pub(crate) fn environments(environments: &[PlacedEnvironment]) -> Html {
    let mut rows = Vec::new();
    let mut add = |label: &'static str, value: &dyn Fn(&Environment) -> String| {
        let values: Vec<String> = environments.iter().map(|it| value(it)).collect();
        let is_same = values.len() > 1 && values.windows(2).all(|pair| pair[0] == pair[1]);
        let mut cells = vec![text(label)];
        cells.extend(values.into_iter().map(text));
        rows.push(row(if is_same { "same" } else { "" }, cells));
    };
    for (label, value) in FACTS {
        add(label, value);
    }
    for subject in Subject::OVERVIEW {
        for texts in texts_about(subject) {
            for (label, value) in texts.overview {
                add(label, &|it| value(it).unwrap_or_else(off));
            }
        }
    }
    for (label, value) in FURTHER_FACTS {
        add(label, value);
    }
    html! {
        <>
            { table("Environments side by side", "", &heads("Setting", environments), rows) }
            <p class="help">{ "Sizes are tasks × CPU units / MiB. Values that all environments share are grey." }</p>
        </>
    }
}

/// What would wake somebody in `environment`, and at which value.
pub(crate) fn alarms(environment: &Environment) -> Html {
    let mut rows = Vec::new();
    for alarm in alarms::of(environment) {
        let cells = vec![
            text(alarm.name),
            text(alarm.summary),
            text(alarm.condition(environment)),
            text(alarm.severity.name()),
        ];
        rows.push(row("", cells));
    }
    table(
        "Alarms",
        "",
        &["Alarm", "What is the case", "Goes on at", "Severity"],
        rows,
    )
}

/// How many resources of which type each environment will have, and where there are several, how many all have.
pub(crate) fn resources(environments: &[PlacedEnvironment]) -> Html {
    let mut counts: Vec<_> = environments
        .iter()
        .map(|it| inventory::resources(it))
        .collect();
    let mut heads = heads("Type", environments);
    let mut kinds: SortedMap<&'static str, usize> = SortedMap::new();
    for (kind, count) in counts.iter().flatten() {
        *kinds.get_or_insert(kind, 0) += count;
    }
    let names: Vec<&'static str> = kinds.keys().copied().collect();
    if environments.len() > 1 {
        heads.push("All");
        counts.push(kinds);
    }
    let shown = |count: usize| match count {
        0 => text("–"),
        count => text(count.to_string()),
    };
    let mut all = vec![text("All types")];
    all.extend(counts.iter().map(|each| shown(each.values().sum())));
    let mut rows = vec![row("total", all)];
    rows.extend(names.into_iter().map(|kind| {
        let mut cells = vec![html! { <code>{ kind }</code> }];
        let of_kind = |each: &SortedMap<&str, usize>| each.get(kind).copied().unwrap_or_default();
        cells.extend(counts.iter().map(|each| shown(of_kind(each))));
        row("", cells)
    }));
    table("Resources by type", "numbers-table", &heads, rows)
}

/// The heads of a table with a column for each environment.
fn heads<'a>(first: &'a str, environments: &'a [PlacedEnvironment]) -> Vec<&'a str> {
    let names = environments.iter().map(|each| each.name.as_str());
    std::iter::once(first).chain(names).collect()
}
