//! 17: connections to DSQL.

use std::collections::BTreeSet;

use composer_core::options::Profile;
use composer_core::parts::lease::Lease;
use composer_core::parts::reservoir::Reservoir;
use composer_core::sizing::connection_demand::Blocks;
use composer_core::sizing::connection_demand::Connections;
use serde_json::json;

use super::observation::{Environment, Observation, is_plain, text};
use super::service::task;
use super::{Outcome, Row, each, each_if, ensure, row, same};

const LEASES: &str = "module.dynamodb.aws_dynamodb_table.conn_lease[0]";

pub(super) const ROWS: &[Row] = &[
    row(
        "17.1",
        &[
            each_if(
                "with the lease: module dynamodb has the table conn_lease, keyed by pk, whose items end with ttl_epoch",
                |wanted| wanted.part::<Lease>().is_some(),
                has_table,
            ),
            each_if(
                "without the lease: it has no such table",
                |wanted| wanted.part::<Lease>().is_none(),
                has_no_table,
            ),
        ],
    ),
    row(
        "17.2",
        &[
            each_if(
                "with the reservoir: each Temporal service has DSQL_RESERVOIR_ENABLED = true, and \
                 DSQL_RESERVOIR_TARGET_READY, _BASE_LIFETIME, _LIFETIME_JITTER and _GUARD_WINDOW as asked for",
                |wanted| wanted.part::<Reservoir>().is_some(),
                has_reservoir,
            ),
            each_if(
                "without the reservoir: no variable begins with DSQL_RESERVOIR_",
                |wanted| wanted.part::<Reservoir>().is_none(),
                |environment, _| has_none(environment, "DSQL_RESERVOIR_"),
            ),
        ],
    ),
    row(
        "17.3",
        &[
            each_if(
                "with the lease: each Temporal service has DSQL_DISTRIBUTED_CONN_LEASE_ENABLED = true, \
                 DSQL_DISTRIBUTED_CONN_LEASE_TABLE with the table's name and DSQL_DISTRIBUTED_CONN_LIMIT as asked for",
                |wanted| wanted.part::<Lease>().is_some() && wanted.part::<Blocks>().is_none(),
                has_lease,
            ),
            each_if(
                "with blocks of it, whose plugin ignores that limit: the same two, and DSQL_SLOT_BLOCK_SIZE and \
                 DSQL_SLOT_BLOCK_COUNT, which together are no more than asked for",
                |wanted| wanted.part::<Blocks>().is_some(),
                has_blocks,
            ),
            each_if(
                "without the lease: no variable begins with DSQL_DISTRIBUTED_CONN_",
                |wanted| wanted.part::<Lease>().is_none(),
                |environment, _| has_none(environment, "DSQL_DISTRIBUTED_CONN_"),
            ),
        ],
    ),
    row(
        "17.4",
        &[
            each_if(
                "with the lease: the Temporal role may put and update items of that table and, where each connection has \
                 one, delete them, and may use no other table but the rate limiter's",
                |wanted| wanted.part::<Lease>().is_some(),
                may_lease,
            ),
            each_if(
                "without the lease: the Temporal role may use the rate limiter's table alone",
                |wanted| wanted.part::<Lease>().is_none(),
                may_not_lease,
            ),
        ],
    ),
    row(
        "17.5",
        &[
            each_if(
                "in bench with nothing said of them: reservoir and lease are on in each Temporal service, for 20 ready \
                 connections kept 11m to 13m and 10000 in all",
                |wanted| is_plain(wanted, Profile::Bench, OPTIONS),
                is_on_by_default,
            ),
            each_if(
                "and so in prod",
                |wanted| is_plain(wanted, Profile::Prod, OPTIONS),
                is_on_by_default,
            ),
        ],
    ),
    row(
        "17.6",
        &[
            each(
                "module dynamodb outputs conn_lease_table_name and conn_lease_table_arn of the table",
                puts_out,
            ),
            each_if(
                "with the lease: module temporal_service is given the name and module iam the ARN",
                |wanted| wanted.part::<Lease>().is_some(),
                is_used,
            ),
        ],
    ),
];

/// What decides the defaults of 17.5.
const OPTIONS: &[&str] = &[
    "reservoir",
    "lease",
    "dsql.max_connections",
    "frontend.target_ready",
    "history.target_ready",
    "matching.target_ready",
    "worker.target_ready",
];

fn has_table(environment: &Environment, _: &Observation) -> Outcome {
    let table = environment.at(LEASES)?;
    same("the table's key", text(&table["hash_key"]), "pk")?;
    same(
        "the table's attributes",
        &table["attribute"],
        &json!([{ "name": "pk", "type": "S" }]),
    )?;
    let ttl = &table["ttl"][0];
    same("ttl", &ttl["enabled"], true)?;
    same("ttl", text(&ttl["attribute_name"]), "ttl_epoch")
}

fn has_no_table(environment: &Environment, _: &Observation) -> Outcome {
    let found: Vec<&str> = environment
        .all("aws_dynamodb_table")
        .iter()
        .map(|table| text(&table["name"]))
        .collect();
    same("tables", found, vec!["rate_limiter"])
}

/// The container of each Temporal service has these variables.
fn all_have(environment: &Environment, wanted: &[(&str, &str)]) -> Outcome {
    for service in &environment.wanted.services {
        let container = format!("temporal-{}", service.name());
        environment.has_variables(&task(service.name()), &container, wanted)?;
    }
    Ok(())
}

/// The variables of a Temporal service whose names begin so are these and no others: the server takes no notice of one
/// with a wrong name.
fn has_only(environment: &Environment, service: &str, prefix: &str, names: &[&str]) -> Outcome {
    let variables = environment.variables(&task(service), &format!("temporal-{service}"))?;
    let found: Vec<&str> = variables
        .keys()
        .filter_map(|name| name.strip_prefix(prefix))
        .collect();
    same(&format!("{prefix}… of {service}"), found, names)
}

/// No Temporal service has a variable whose name begins so.
fn has_none(environment: &Environment, prefix: &str) -> Outcome {
    for service in &environment.wanted.services {
        let variables = environment.variables(
            &task(service.name()),
            &format!("temporal-{}", service.name()),
        )?;
        let found: Vec<&String> = variables
            .keys()
            .filter(|name| name.starts_with(prefix))
            .collect();
        ensure(found.is_empty(), || {
            format!("{} has {found:?}", service.name())
        })?;
    }
    Ok(())
}

fn has_reservoir(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("temporal_service", &["reservoir_enabled", "reservoir"])?;
    let asked = |key: &str| {
        let value = environment.setting(key).and_then(|value| value.as_text());
        value.ok_or_else(|| format!("nothing is said of {key}"))
    };
    for service in Connections::of(&environment.wanted).services {
        let ready = service.target_ready.to_string();
        environment.has_variables(
            &task(service.service.name()),
            &format!("temporal-{}", service.service),
            &[
                ("DSQL_RESERVOIR_ENABLED", "true"),
                ("DSQL_RESERVOIR_TARGET_READY", &ready),
                (
                    "DSQL_RESERVOIR_BASE_LIFETIME",
                    asked("reservoir.base_lifetime")?,
                ),
                (
                    "DSQL_RESERVOIR_LIFETIME_JITTER",
                    asked("reservoir.lifetime_jitter")?,
                ),
                (
                    "DSQL_RESERVOIR_GUARD_WINDOW",
                    asked("reservoir.guard_window")?,
                ),
            ],
        )?;
        let names = [
            "BASE_LIFETIME",
            "ENABLED",
            "GUARD_WINDOW",
            "LIFETIME_JITTER",
            "LOW_WATERMARK",
            "TARGET_READY",
        ];
        has_only(
            environment,
            service.service.name(),
            "DSQL_RESERVOIR_",
            &names,
        )?;
    }
    Ok(())
}

fn has_lease(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("temporal_service", &["distributed_conn_lease_enabled"])?;
    let limit = environment
        .wanted
        .part::<Lease>()
        .map_or(0, |lease| lease.limit);
    for service in &environment.wanted.services {
        let names = ["LEASE_ENABLED", "LEASE_TABLE", "LIMIT"];
        has_only(
            environment,
            service.name(),
            "DSQL_DISTRIBUTED_CONN_",
            &names,
        )?;
    }
    all_have(
        environment,
        &[
            ("DSQL_DISTRIBUTED_CONN_LEASE_ENABLED", "true"),
            (
                "DSQL_DISTRIBUTED_CONN_LEASE_TABLE",
                environment.text_at(LEASES, "name")?,
            ),
            ("DSQL_DISTRIBUTED_CONN_LIMIT", &limit.to_string()),
        ],
    )
}

fn has_blocks(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("temporal_service", &["distributed_conn_lease_enabled"])?;
    for service in &environment.wanted.services {
        let names = ["LEASE_ENABLED", "LEASE_TABLE"];
        has_only(
            environment,
            service.name(),
            "DSQL_DISTRIBUTED_CONN_",
            &names,
        )?;
        let names = ["COUNT", "SIZE", "TTL"];
        has_only(environment, service.name(), "DSQL_SLOT_BLOCK_", &names)?;
    }
    let blocks = environment.wanted.part::<Blocks>();
    let limit = environment.wanted.part::<Lease>();
    let (blocks, limit) = blocks
        .zip(limit)
        .ok_or("it was asked for with blocks, and there are none")?;
    ensure(blocks.size * blocks.count <= limit.limit, || {
        format!("{blocks:?} are more than {}", limit.limit)
    })?;
    all_have(
        environment,
        &[
            ("DSQL_DISTRIBUTED_CONN_LEASE_ENABLED", "true"),
            (
                "DSQL_DISTRIBUTED_CONN_LEASE_TABLE",
                environment.text_at(LEASES, "name")?,
            ),
            ("DSQL_SLOT_BLOCK_SIZE", &blocks.size.to_string()),
            ("DSQL_SLOT_BLOCK_COUNT", &blocks.count.to_string()),
        ],
    )
}

/// The tables that the Temporal role may use, with what it may do, by whichever of its policies.
fn tables(environment: &Environment) -> Result<Vec<super::observation::Statement>, String> {
    let rights = environment.rights(super::iam::TEMPORAL_ROLE)?;
    same(
        "policies attached to the Temporal role",
        rights.attached,
        BTreeSet::<String>::new(),
    )?;
    let mut all = rights.statements;
    all.retain(|statement| {
        let mut actions = statement.actions.iter();
        actions.any(|action| action.starts_with("dynamodb:") || action == "*")
    });
    Ok(all)
}

/// The rate limiter's table.
fn limiter(environment: &Environment) -> Result<&str, String> {
    environment.text_at("module.dynamodb.aws_dynamodb_table.rate_limiter", "arn")
}

fn may_lease(environment: &Environment, _: &Observation) -> Outcome {
    let leases = environment.text_at(LEASES, "arn")?;
    let limiter = limiter(environment)?;
    let (of_lease, others): (Vec<_>, Vec<_>) = tables(environment)?
        .into_iter()
        .partition(|statement| statement.resources == [leases]);
    same(
        "what the role may do with the lease table",
        of_lease,
        vec![super::iam::lease(environment.wanted.dsql.limiter, leases)],
    )?;
    ensure(
        others
            .iter()
            .all(|statement| statement.resources == [limiter]),
        || format!("the role may use other tables: {others:?}"),
    )
}

fn may_not_lease(environment: &Environment, _: &Observation) -> Outcome {
    let limiter = limiter(environment)?;
    let found: Vec<Vec<String>> = tables(environment)?
        .into_iter()
        .map(|statement| statement.resources)
        .collect();
    same(
        "tables that the role may use",
        found,
        vec![vec![limiter.to_owned()]],
    )
}

fn is_on_by_default(environment: &Environment, _: &Observation) -> Outcome {
    all_have(
        environment,
        &[
            ("DSQL_RESERVOIR_ENABLED", "true"),
            ("DSQL_RESERVOIR_TARGET_READY", "20"),
            ("DSQL_RESERVOIR_BASE_LIFETIME", "11m"),
            ("DSQL_RESERVOIR_LIFETIME_JITTER", "2m"),
            ("DSQL_RESERVOIR_GUARD_WINDOW", "45s"),
            ("DSQL_DISTRIBUTED_CONN_LEASE_ENABLED", "true"),
            ("DSQL_DISTRIBUTED_CONN_LIMIT", "10000"),
        ],
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "dynamodb",
        &[
            ("conn_lease_table_name", "aws_dynamodb_table.conn_lease"),
            ("conn_lease_table_arn", "aws_dynamodb_table.conn_lease"),
        ],
    )
}

fn is_used(environment: &Environment, _: &Observation) -> Outcome {
    environment.is_given(
        "temporal_service",
        "conn_lease_table_name",
        &["module.dynamodb.conn_lease_table_name"],
    )?;
    environment.is_given(
        "iam",
        "conn_lease_table_arn",
        &["module.dynamodb.conn_lease_table_arn"],
    )?;
    for (output, value) in [
        ("conn_lease_table_name", "name"),
        ("conn_lease_table_arn", "arn"),
    ] {
        same(
            output,
            text(environment.output(output)?),
            environment.text_at(LEASES, value)?,
        )?;
    }
    Ok(())
}
