//! The connections to DSQL in the tree: the table of an environment's README, and the same sums as `check` blocks, so
//! that a later edit of `terraform.tfvars` is caught by the plan.

use super::check_block::check_block;
use super::markdown::Markdown;
use crate::blueprint::{Blueprint, environments};
use crate::catalog::dsql::CONNECTION_RATE;
use crate::environment::{Environment, Limiter};
use crate::hcl::{Body, Expr};
use crate::parts::subject::Subject;
use crate::parts::{texts_about_in, texts_in};
use crate::sizing::connection_demand::{Blocks, Connections, Fill, Model};
use crate::sizing::connections::sharing;
use crate::sizing::task::MaxCounts;

/// The section of the README, with the entries about who else uses the cluster.
pub(super) fn section(environment: &Environment, sharing: &[String], page: &mut Markdown) {
    let at = environment.address();
    let connections = Connections::of(environment);
    let mut each = "at most its connections in use".to_owned();
    for texts in texts_in(environment) {
        if let Some(kept) = &texts.documents.connections {
            each.push_str(&format!(", and {}", kept.besides));
        }
    }
    page.heading("DSQL connections").paragraph(&format!(
        "The table shows how many connections a task may hold: {each}. {}",
        model(environment)
    ));
    let row = |name: &str, tasks: String, each: String, steady: i64, deploying: i64| {
        [
            name.to_owned(),
            tasks,
            each,
            steady.to_string(),
            deploying.to_string(),
        ]
    };
    let mut rows: Vec<_> = connections
        .services
        .iter()
        .map(|service| {
            let cells = row(
                service.service.name(),
                service.tasks.to_string(),
                service.formula(),
                service.steady(),
                service.deploying(),
            );
            (at.key(service.service.name()), cells)
        })
        .collect();
    rows.push((
        at.join("dsql.max_connections"),
        row(
            "all",
            String::new(),
            String::new(),
            connections.steady(),
            connections.deploying(),
        ),
    ));
    rows.push((
        at.join("dsql.max_connections"),
        row(
            "cluster limit",
            String::new(),
            String::new(),
            connections.limit,
            connections.limit,
        ),
    ));
    page.table(
        [
            "Service",
            "Tasks",
            "Connections each",
            "Steady",
            "While all are deployed",
        ],
        rows,
    );
    let renewals = connections.renewals_per_1000_seconds();
    let mut facts = vec![
        cold_start(connections.fill()),
        format!(
            "- **Renewal**: a connection is kept {} on average, so that at most {} a second are renewed, of \
             {CONNECTION_RATE} \
             that DSQL takes",
            connections.mean_lifetime(),
            match tenths(renewals, 1000).as_str() {
                "0" => "0.1",
                shown => shown,
            }
        ),
    ];
    for texts in texts_in(environment) {
        if let Some(kept) = &texts.documents.connections {
            facts.extend((kept.fact)(environment));
        }
    }
    facts.extend(left_behind(&connections));
    facts.extend_from_slice(sharing);
    page.origin(&at.join("dsql.max_connections"))
        .paragraph(&facts.join("\n"))
        .origin(&at);
}

/// What the counter of all connections keeps of tasks that are gone, and how often it may.
fn left_behind(connections: &Connections) -> Option<String> {
    let left = connections.left_behind();
    let cap = connections.cap.filter(|_| left > 0)?;
    let times = (cap.limit - connections.deploying()).max(0) / left;
    Some(format!(
        "- **Stopped tasks**: a deployment of all services leaves {left} connections counted that nobody holds. The limit of \
         {} has room for {times} of them, and then the counter must be reset",
        cap.limit
    ))
}

/// Who else uses the cluster, and how much of it.
pub(super) fn shared(blueprint: &Blueprint, environment: &Environment) -> Vec<String> {
    sharing(environment, &environments(&blueprint.environments))
        .map(|other| {
            let theirs = Connections::of(other);
            format!(
                "- **Shared**: `{}` uses the same cluster and may open {} more, {} while all of it is deployed",
                other.name,
                theirs.steady(),
                theirs.deploying()
            )
        })
        .collect()
}

/// How the numbers of the table come about, as a sentence.
fn model(environment: &Environment) -> &'static str {
    match Connections::of(environment)
        .services
        .first()
        .map(|it| it.model)
    {
        Some(Model::FourReservoirs) => {
            "A task keeps four reservoirs, one for each of the pools that it opens while it starts: `4 × target_ready + \
             max_conns`. Each time that a reservoir is empty, it opens one more: then the metric \
             `persistence_session_refresh_attempts` rises."
        }
        Some(Model::OneReservoir(Some(_))) => {
            "A task keeps one reservoir: `target_ready + max_conns`, but no more than the blocks of connections that it \
             takes for its reservoir."
        }
        Some(Model::OneReservoir(None)) => {
            "A task keeps one reservoir: `target_ready + max_conns`."
        }
        Some(Model::Pool) | None => {
            "A task that starts opens a second pool of the same size for a moment."
        }
    }
}

/// How long it takes until the tasks run, and what decides.
fn cold_start(fill: Fill) -> String {
    let at_once = match fill.at_once {
        0 => String::new(),
        at_once => format!("{at_once} at once and then "),
    };
    format!(
        "- **Cold start**: {} connections in {} s, at {at_once}{CONNECTION_RATE} a second for all tasks together",
        fill.connections,
        tenths(fill.milliseconds, 1000)
    )
}

/// `amount` of which `one` are a whole, with one decimal: `11`, `3.3`.
fn tenths(amount: i64, one: i64) -> String {
    let tenths = (amount * 10 + one / 2) / one;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        part => format!("{}.{part}", tenths / 10),
    }
}

/// The code of how many connections a task of the Temporal service `service` may hold: [`ServiceConnections::each`].
///
/// [`ServiceConnections::each`]: crate::sizing::connection_demand::ServiceConnections::each
pub(super) fn of_a_task(environment: &Environment) -> String {
    let in_use = "service.max_conns";
    let Some(ready) = texts_in(environment).find_map(|texts| texts.root.ready_connections) else {
        return in_use.to_owned();
    };
    match (environment.dsql.limiter, blocks_of_a_task(environment)) {
        (Limiter::Counter, _) => format!("4 * {ready} + {in_use}"),
        (Limiter::Slots, None) => format!("{ready} + {in_use}"),
        (Limiter::Slots, Some((blocks, size))) => {
            format!("min({ready} + {in_use}, {blocks} * {size})")
        }
    }
}

/// The code of how many blocks a task of the Temporal service `service` takes, and of how many connections are in one;
/// `None` where there are no blocks.
fn blocks_of_a_task(environment: &Environment) -> Option<(String, &'static str)> {
    environment.part::<Blocks>()?;
    let ready = texts_in(environment).find_map(|texts| texts.root.ready_connections)?;
    let size = texts_in(environment).find_map(|texts| texts.root.block_size)?;
    Some((format!("ceil({ready} / {size})"), size))
}

/// The code of how many tasks of the Temporal service `service` run at most while nothing is deployed.
fn count_of(environment: &Environment) -> &'static str {
    match environment.part::<MaxCounts>() {
        Some(_) => "service.max_count",
        None => "service.count",
    }
}

/// What the tasks may open of the database's connections.
pub(super) fn locals(environment: &Environment, file: &mut Body) {
    let at = environment.address();
    let count = count_of(environment);
    let mut each = of_a_task(environment);
    if each.contains(' ') && !each.starts_with("min(") {
        each = format!("({each})");
    }
    let sum = |each: &str| {
        Expr::Lines(vec![
            "sum([".to_owned(),
            "  for service in local.temporal_services :".to_owned(),
            format!("  {each}"),
            "])".to_owned(),
        ])
    };
    file.origin(&at.join("dsql.max_connections"))
        .blank()
        .comment("The connections that the tasks may hold: every service with its largest number of tasks during a \
                  deployment, each task with all its connections.")
        .block("locals", &[], |locals| {
            locals.attribute(
                "most_connections",
                sum(&format!(
                    "floor({count} * service.maximum_percent / 100) * {each}"
                )),
            );
            if let Some((blocks, _)) = blocks_of_a_task(environment) {
                locals
                    .blank()
                    .comment(
                        "The blocks that the tasks take. Those of a stopped task are free only after 3 minutes, so each \
                         task that\ntakes its place needs others.",
                    )
                    .attribute("most_blocks", sum(&format!("2 * {count} * {blocks}")));
            }
        });
}

/// That DSQL takes the connections, and that each is renewed in time.
pub(super) fn checks(environment: &Environment, file: &mut Body) {
    let at = environment.address();
    file.origin(&at.join("dsql.max_connections"));
    check_block(
        file,
        "connections_fit_the_quota",
        "local.most_connections <= var.dsql_max_connections",
        "A deployment of all services may open ${local.most_connections} DSQL connections, but the cluster allows \
         ${var.dsql_max_connections}.",
    );
    for subject in Subject::CONNECTION_CHECKS {
        for texts in texts_about_in(subject, environment) {
            (texts.root.checks)(environment, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::{assignment, presets};

    /// The facts below the table in the README of `environment`.
    fn facts(assignments: &[&str], environment: &str) -> Vec<String> {
        let mut spec = presets::find("standard").unwrap().spec();
        for assignment in assignments {
            assignment::set(&mut spec, assignment).unwrap();
        }
        let blueprint = check(&spec).blueprint.unwrap();
        let tree = crate::compose(&blueprint);
        let page = tree
            .file(&format!("terraform/envs/{environment}/README.md"))
            .unwrap();
        let (_, section) = page.text.split_once("## DSQL connections\n").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        section
            .lines()
            .filter(|line| line.starts_with("- "))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_readme_says_how_connections_come_and_go() {
        assert_eq!(
            facts(&[], "prod"),
            [
                "- **Cold start**: 1200 connections in 12 s, at 100 a second for all tasks together",
                "- **Renewal**: a connection is kept 11m15s on average, so that at most 2.1 a second are renewed, of 100 \
                 that \
                 DSQL takes",
                "- **Lifetime**: 11m to 13m, not used in the last 45s; DSQL closes every connection after 60m",
                "- **Stopped tasks**: a deployment of all services leaves 1200 connections counted that nobody holds. The \
                 limit of 10000 has room for 5 of them, and then the counter must be reset",
            ]
        );
    }

    #[test]
    fn environments_on_one_cluster_name_each_other() {
        let endpoint = |name: &str| {
            format!(
                "environments.{name}.dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
            )
        };
        let (bench, prod) = (endpoint("bench"), endpoint("prod"));
        let shared = |environment: &str| facts(&[&bench, &prod], environment).pop().unwrap();
        assert_eq!(
            shared("prod"),
            "- **Shared**: `bench` uses the same cluster and may open 4580 more, 7190 while all of it is deployed"
        );
        assert_eq!(
            shared("bench"),
            "- **Shared**: `prod` uses the same cluster and may open 2250 more, 3570 while all of it is deployed"
        );
    }

    #[test]
    fn amounts_have_one_decimal_where_they_need_it() {
        let shown = [0, 49, 50, 940, 960, 3259, 11_000].map(|amount| tenths(amount, 1000));
        assert_eq!(shown, ["0", "0", "0.1", "0.9", "1", "3.3", "11"]);
    }
}
