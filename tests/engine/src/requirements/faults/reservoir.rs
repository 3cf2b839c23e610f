//! Faults in what `reservoir.rs` asserts.

use std::sync::Arc;

use composer_core::parts::lease::Lease;
use composer_core::parts::reservoir::Reservoir;
use composer_core::sizing::connection_demand::Blocks;
use serde_json::{Value as Json, json};

use super::Fault;
use super::plant::{
    CALLS, add_like, add_variable, allow_more, change, drop_output, drop_resources, in_service,
    made, replace,
};

pub(super) const FAULTS: &[Fault] = &[
    made("17.1", "there is no lease table", |seen| {
        drop_resources(seen, "aws_dynamodb_table.conn_lease");
    }),
    made("17.1", "there is a lease table without the lease", |seen| {
        if seen.wanted.part::<Lease>().is_none() {
            let limiter = "module.dynamodb.aws_dynamodb_table.rate_limiter";
            add_like(seen, limiter, |added| added["name"] = json!("conn_lease"));
        }
    }),
    made("17.1", "a lease never ends", |seen| {
        let table = "module.dynamodb.aws_dynamodb_table.conn_lease[0]";
        change(seen, table, |values| {
            values["ttl"][0]["enabled"] = json!(false);
        });
    }),
    made("17.1", "the lease's key is a number", |seen| {
        let table = "module.dynamodb.aws_dynamodb_table.conn_lease[0]";
        change(seen, table, |values| {
            values["attribute"][0]["type"] = json!("N");
        });
    }),
    made(
        "17.2",
        "a variable of the reservoir is one that nobody reads",
        |seen| {
            if seen.wanted.part::<Reservoir>().is_some() {
                add_variable(seen, "DSQL_RESERVOIR_SIZE");
            }
        },
    ),
    made("17.2", "the reservoir is on without being asked", |seen| {
        if seen.wanted.part::<Reservoir>().is_none() {
            add_variable(seen, "DSQL_RESERVOIR_ENABLED");
        }
    }),
    made(
        "17.2",
        "the reservoir's variable has another name",
        |seen| {
            in_service(
                seen,
                "history",
                "\"DSQL_RESERVOIR_TARGET_READY\"",
                "\"DSQL_RESERVOIR_READY\"",
            );
        },
    ),
    made("17.2", "the guard window is another", |seen| {
        in_service(
            seen,
            "history",
            "\"DSQL_RESERVOIR_GUARD_WINDOW\",\"value\":\"",
            "\"DSQL_RESERVOIR_GUARD_WINDOW\",\"value\":\"1",
        );
    }),
    made("17.3", "the lease is not switched on", |seen| {
        in_service(
            seen,
            "worker",
            "\"DSQL_DISTRIBUTED_CONN_LEASE_ENABLED\",\"value\":\"true\"",
            "\"DSQL_DISTRIBUTED_CONN_LEASE_ENABLED\",\"value\":\"false\"",
        );
    }),
    made("17.3", "blocks are of another size", |seen| {
        if seen.wanted.part::<Blocks>().is_some() {
            in_service(
                seen,
                "worker",
                "\"DSQL_SLOT_BLOCK_SIZE\",\"value\":\"",
                "\"DSQL_SLOT_BLOCK_SIZE\",\"value\":\"1",
            );
        }
    }),
    made("17.3", "the lease is on without being asked", |seen| {
        if seen.wanted.part::<Lease>().is_none() {
            add_variable(seen, "DSQL_DISTRIBUTED_CONN_LEASE_ENABLED");
        }
    }),
    made("17.4", "the services may not write leases", |seen| {
        replace(
            seen,
            crate::requirements::iam::TEMPORAL,
            "policy",
            "dynamodb:PutItem",
            "dynamodb:Query",
        );
    }),
    made(
        "17.4",
        "a second policy lets the services use any table",
        |seen| {
            allow_more(
                seen,
                crate::requirements::iam::TEMPORAL,
                &json!({ "Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*" }),
            );
        },
    ),
    made("17.5", "bench has no lease by default", |seen| {
        if seen.wanted.profile.name() == "bench" {
            in_service(
                seen,
                "matching",
                "\"DSQL_DISTRIBUTED_CONN_LEASE_ENABLED\",\"value\":\"true\"",
                "\"DSQL_DISTRIBUTED_CONN_LEASE_ENABLED\",\"value\":\"false\"",
            );
        }
    }),
    made("17.5", "prod keeps fewer connections ready", |seen| {
        if seen.wanted.profile.name() == "prod" {
            in_service(
                seen,
                "frontend",
                "\"DSQL_RESERVOIR_TARGET_READY\",\"value\":\"20\"",
                "\"DSQL_RESERVOIR_TARGET_READY\",\"value\":\"5\"",
            );
        }
    }),
    made(
        "17.6",
        "the services are not given the lease's table",
        |seen| {
            let at = format!("{CALLS}/temporal_service/expressions");
            if let Some(Json::Object(all)) = Arc::make_mut(&mut seen.plan).pointer_mut(&at) {
                all.remove("conn_lease_table_name");
            }
        },
    ),
    made("17.6", "conn_lease_table_arn is gone", |seen| {
        drop_output(seen, "dynamodb", "conn_lease_table_arn");
    }),
];
