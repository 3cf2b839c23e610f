//! What the tasks open to DSQL, against what its cluster takes.

use composer_core::Environment;
use composer_core::sizing::connection_demand::Connections;
use composer_core::sizing::connections::sharing;
use yew::{Html, html};

use crate::view::table::{bar, row, table, text};

pub(crate) fn section(environment: &Environment, all: &[&Environment]) -> Html {
    let connections = Connections::of(environment);
    let limit = connections.limit;
    let fill = connections.fill();
    let tenths = (fill.milliseconds + 50) / 100;
    let sums = [
        ("Steady", connections.steady()),
        ("One service deployed, at most", connections.deploying_one()),
        ("All deployed at once", connections.deploying()),
    ];
    let others: Vec<&str> = sharing(environment, all)
        .map(|other| other.name.as_str())
        .collect();
    let services = connections.services.iter().map(|service| {
        let cells = [
            service.service.name().to_owned(),
            service.tasks.to_string(),
            service.formula(),
            service.steady().to_string(),
            service.deploying().to_string(),
        ];
        row("", cells.map(text).to_vec())
    });
    html! {
        <section aria-labelledby="dsql-connections">
            <h3 id="dsql-connections">{ format!("DSQL connections of {}", environment.name) }</h3>
            { table("Connection budget", "gauges", &["When", "Connections"], sums.into_iter().map(|(when, sum)| {
                let part = if sum > limit { "over" } else { "used" };
                row(if sum > limit { "error" } else { "" },
                    vec![text(when), bar(format!("{sum} of {limit}"), &[(part.to_owned(), sum)], limit)])
            }).collect()) }
            <p>
                { format!("A cold start opens {} connections in {}.{} s.", fill.connections, tenths / 10, tenths % 10) }
                if let Some(cap) = connections.cap {
                    { format!(" The {} allows {}.", cap.name, cap.limit) }
                }
                if !others.is_empty() {
                    { format!(" The cluster's {limit} connections are shared with {}.", others.join(", ")) }
                }
            </p>
            { table("Connections by service", "numbers-table",
                &["Service", "Tasks", "Each", "Steady", "Deployed"], services.collect()) }
        </section>
    }
}
