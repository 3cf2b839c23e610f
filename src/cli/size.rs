//! `size`: whether the tasks of each environment fit on its instances, and how many DSQL connections they open.

use anyhow::Result;
use composer_core::blueprint::environments;
use composer_core::service_name::ServiceName;
use composer_core::sizing::placement::{Amounts, Change, Finding, Pool, Resource, Verdict};
use composer_core::sizing::price_list::PriceList;
use composer_core::sizing::quotas::{AccountNeeds, account_needs};
use composer_core::{Environment, PlacedEnvironment, Severity, check};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::connections;
use crate::loading;
use crate::outcome::Outcome;
use crate::table::table;

/// What `--json` answers.
#[derive(Serialize)]
struct Report<'a> {
    environments: Vec<SizedEnvironment<'a>>,
    quotas: Vec<AccountNeeds<'a>>,
}

#[derive(Serialize)]
struct SizedEnvironment<'a> {
    environment: &'a str,
    region: &'a str,
    profile: &'static str,
    pools: Vec<SizedPool<'a>>,
    connections: connections::Report,
}

#[derive(Serialize)]
struct SizedPool<'a> {
    #[serde(flatten)]
    pool: &'a Pool,
    changes: Vec<Change>,
    /// What is free in the steady state.
    left: Amounts,
    limiting_resource: Resource,
}

pub(crate) fn run(arguments: &args::Size, answer: &mut Answer) -> Result<Outcome> {
    let source = loading::load(&arguments.source, answer)?;
    let mut problems = source.problems.clone();
    let checked;
    let mut sized: &[PlacedEnvironment] = &[];
    // Without what could not be read, this would size another spec than the one meant.
    if !problems.has_errors() {
        checked = check(&source.spec);
        problems.extend(checked.problems.clone());
        sized = checked.environments();
    }
    let all = environments(sized);
    problems
        .0
        .retain(|problem| problem.severity == Severity::Error);
    let report = || Report {
        environments: sized
            .iter()
            .map(|environment| json(environment, &all))
            .collect(),
        quotas: account_needs(&all),
    };
    answer.give(report, || {
        let of_environments = sized.iter().map(|environment| text(environment, &all));
        let of_accounts = account_needs(&all).into_iter().map(|it| quotas(&it));
        let texts: Vec<String> = of_environments.chain(of_accounts).collect();
        texts.join("\n")
    })?;
    answer.problems(&problems, &source, None)?;
    Ok(if problems.has_errors() {
        Outcome::SpecErrors
    } else {
        Outcome::Done
    })
}

fn json<'a>(environment: &'a PlacedEnvironment, all: &[&Environment]) -> SizedEnvironment<'a> {
    SizedEnvironment {
        environment: &environment.name,
        region: &environment.region,
        profile: environment.profile.name(),
        pools: environment
            .placement
            .pools
            .iter()
            .map(|pool| SizedPool {
                pool,
                changes: pool.changes(environment, all, &PriceList::default()),
                left: pool.steady().left(),
                limiting_resource: pool.steady().scarcest(),
            })
            .collect(),
        connections: connections::report(environment),
    }
}

fn text(environment: &PlacedEnvironment, all: &[&Environment]) -> String {
    let mut text = format!(
        "{} in {}, profile {}\n",
        environment.name,
        environment.region,
        environment.profile.name()
    );
    for pool in &environment.placement.pools {
        text.push('\n');
        text.push_str(&pool_text(pool, environment.profile.name()));
        let changes = pool.changes(environment, all, &PriceList::default());
        text.push_str(&changes_text(&changes, &environment.region));
    }
    if environment.placement.pools.is_empty() {
        text.push_str(&format!(
            "\n`{}` is not in the catalog, so its capacity is unknown\n",
            environment.compute.instance_type
        ));
    }
    text.push('\n');
    text.push_str(&connections::text(environment));
    text
}

fn pool_text(pool: &Pool, profile: &str) -> String {
    let capacity = pool.capacity;
    let mut text = format!(
        "{} instances: {} × {}, at most {}, each with {} CPU units, at least {} MiB, {} task interfaces{}\n\n",
        pool.purpose.name(),
        pool.count,
        pool.instance.name,
        pool.max_count,
        capacity.cpu,
        capacity.memory,
        capacity.interfaces,
        match (pool.trunking, pool.instance.trunk_slots) {
            (true, Some(_)) => " with trunking",
            (false, Some(_)) => " without trunking",
            (_, None) => ", which has no trunking",
        }
    );
    text.push_str(&situations(pool));
    if pool.findings.iter().any(is_beyond_profile) {
        text.push_str(&format!(
            "In brackets: situations that the profile {profile} does not have to survive\n"
        ));
    }
    let steady = pool.steady();
    let left = steady.left();
    text.push_str(&format!(
        "\n{}. Free in the steady state: {} CPU units, {} MiB, {} interfaces\n",
        steady.scarcest().is_the_limit(),
        left.cpu,
        left.memory,
        left.interfaces
    ));
    let in_trouble = pool
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::AlwaysFits);
    for finding in in_trouble {
        if let Some(reason) = pool.explain(finding) {
            text.push_str(&format!("{}: {reason}\n", finding.situation));
        }
    }
    text.push('\n');
    text.push_str(&hosts(pool));
    text
}

fn changes_text(changes: &[Change], region: &str) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let row = |change: &Change| vec![arguments(change), change.price(region)];
    let rows: Vec<Vec<String>> = changes.iter().map(row).collect();
    let mut text = "\nChanges with which the tasks fit, cheapest first:\n".to_owned();
    for line in table(&rows, &[]).lines() {
        text.push_str(&format!("  {line}\n"));
    }
    text
}

fn situations(pool: &Pool) -> String {
    let heads = [
        "SITUATION",
        "TASKS",
        "INSTANCES",
        "CPU UNITS",
        "MIB",
        "INTERFACES",
        "RESULT",
    ];
    let rows = pool.findings.iter().map(|finding| {
        let of = |resource| {
            format!(
                "{} of {}",
                finding.asked.of(resource),
                finding.had.of(resource)
            )
        };
        vec![
            finding.situation.to_string(),
            finding.tasks.to_string(),
            finding.instances.to_string(),
            of(Resource::Cpu),
            of(Resource::Memory),
            of(Resource::Interfaces),
            verdict(finding),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(heads.map(str::to_owned).to_vec())
        .chain(rows)
        .collect();
    table(&rows, &[1, 2, 3, 4, 5])
}

/// Whether tasks may not fit in a situation that the profile need not withstand.
fn is_beyond_profile(finding: &Finding) -> bool {
    !finding.is_needed && finding.verdict != Verdict::AlwaysFits
}

fn verdict(finding: &Finding) -> String {
    if is_beyond_profile(finding) {
        format!("({})", finding.verdict)
    } else {
        finding.verdict.to_string()
    }
}

fn hosts(pool: &Pool) -> String {
    let heads = [
        "INSTANCE",
        "CPU UNITS",
        "MIB",
        "INTERFACES",
        "POSSIBLE TASKS",
    ];
    let rows = pool.hosts.iter().enumerate().map(|(index, host)| {
        vec![
            format!("{} in {}", index + 1, host.zone),
            host.used.cpu.to_string(),
            host.used.memory.to_string(),
            host.used.interfaces.to_string(),
            counted(&host.tasks),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(heads.map(str::to_owned).to_vec())
        .chain(rows)
        .collect();
    let mut text = table(&rows, &[1, 2, 3]);
    if !pool.unplaced.is_empty() {
        text.push_str(&format!("not placed: {}\n", counted(&pool.unplaced)));
    }
    text
}

/// `2 history, worker`.
fn counted(services: &[ServiceName]) -> String {
    services
        .chunk_by(|a, b| a == b)
        .map(|alike| match alike.len() {
            1 => alike[0].to_string(),
            many => format!("{many} {}", alike[0]),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// What an account and region must allow.
fn quotas(needs: &AccountNeeds<'_>) -> String {
    let heads = ["QUOTA", "CODE", "NEEDED", "DEFAULT", ""];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for row in &needs.quotas {
        rows.push(vec![
            row.label(),
            row.quota.code.to_owned(),
            row.needed_text(),
            row.default_text(),
            row.advice().to_owned(),
        ]);
    }
    format!(
        "Service quotas in {} for {}, each at its largest\n\n{}",
        needs.place(),
        needs.environments.join(", "),
        table(&rows, &[2, 3])
    )
}

/// A change as arguments of the command line.
fn arguments(change: &Change) -> String {
    let texts: Vec<String> = change
        .set
        .iter()
        .map(|set| format!("--set {set}"))
        .collect();
    texts.join(" ")
}
