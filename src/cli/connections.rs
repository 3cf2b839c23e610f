//! The DSQL connections of an environment, as `size` prints them.

use composer_core::Environment;
use composer_core::sizing::connection_demand::{Connections, ServiceConnections};
use serde::Serialize;

use crate::table::table;

/// What `size --json` prints of an environment's connections.
#[derive(Serialize)]
pub(crate) struct Report {
    services: Vec<Row>,
    steady: i64,
    /// While all services are deployed at once.
    deploying: i64,
    limit: i64,
    lease_limit: Option<i64>,
    cold_start: ColdStart,
}

#[derive(Serialize)]
struct Row {
    service: &'static str,
    tasks: i64,
    max_conns: i64,
    target_ready: i64,
    /// How many one task may hold.
    each: i64,
    /// The same, as a sum.
    formula: String,
    steady: i64,
    deploying: i64,
}

#[derive(Serialize)]
struct ColdStart {
    connections: i64,
    milliseconds: i64,
}

pub(crate) fn report(environment: &Environment) -> Report {
    let connections = Connections::of(environment);
    let fill = connections.fill();
    Report {
        services: connections.services.iter().map(row).collect(),
        steady: connections.steady(),
        deploying: connections.deploying(),
        limit: connections.limit,
        lease_limit: connections.cap.map(|cap| cap.limit),
        cold_start: ColdStart {
            connections: fill.connections,
            milliseconds: fill.milliseconds,
        },
    }
}

fn row(service: &ServiceConnections) -> Row {
    Row {
        service: service.service.name(),
        tasks: service.tasks,
        max_conns: service.max_conns,
        target_ready: service.target_ready,
        each: service.each(),
        formula: service.formula(),
        steady: service.steady(),
        deploying: service.deploying(),
    }
}

pub(crate) fn text(environment: &Environment) -> String {
    let report = report(environment);
    let heads = [
        "DSQL CONNECTIONS",
        "TASKS",
        "EACH",
        "MAY HOLD",
        "STEADY",
        "ALL DEPLOYED",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(report.services.iter().map(|row| {
        vec![
            row.service.to_owned(),
            row.tasks.to_string(),
            row.formula.clone(),
            row.each.to_string(),
            row.steady.to_string(),
            row.deploying.to_string(),
        ]
    }));
    for (name, steady, deploying) in [
        ("all", report.steady, report.deploying),
        ("cluster limit", report.limit, report.limit),
    ] {
        let numbers = [steady, deploying].map(|number| number.to_string());
        let empty = std::iter::repeat_n(String::new(), 3);
        rows.push(
            std::iter::once(name.to_owned())
                .chain(empty)
                .chain(numbers)
                .collect(),
        );
    }
    let ColdStart {
        connections,
        milliseconds,
    } = report.cold_start;
    let tenths = (milliseconds + 50) / 100;
    format!(
        "{}A cold start opens {connections} connections in {}.{} s\n",
        table(&rows, &[1, 2, 3, 4, 5]),
        tenths / 10,
        tenths % 10
    )
}
