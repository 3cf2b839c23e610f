//! Faults in what `opensearch.rs` asserts.

use serde_json::{Value as Json, json};

use super::Fault;
use super::plant::{
    DOMAIN, SETUP, add_like, change, drop_output, in_container, in_containers, in_service,
    in_setup, made,
};

pub(super) const FAULTS: &[Fault] = &[
    made("9.1", "another module has a domain, too", |seen| {
        add_like(seen, DOMAIN, |added| {
            added["address"] = json!("module.observability.aws_opensearch_domain.odd");
        });
    }),
    made("9.1", "the setup task asks another domain", |seen| {
        let task = "module.opensearch.aws_ecs_task_definition.setup";
        in_containers(
            seen,
            task,
            "\"value\":\"https://",
            "\"value\":\"https://odd-",
        );
    }),
    made("9.1", "the setup task does nothing", |seen| {
        in_container(seen, SETUP, "opensearch-setup", |container| {
            container["command"] = json!(["true"]);
        });
    }),
    made("9.1", "the setup task makes no index", |seen| {
        in_setup(seen, "temporal-elasticsearch-tool create-index", "echo");
    }),
    made(
        "9.1",
        "the setup task makes the index before the template",
        |seen| {
            in_setup(seen, "setup-schema --fail", "odd");
            in_setup(
                seen,
                "create-index --index \"$ES_VISIBILITY_INDEX\" --fail",
                "setup-schema --fail",
            );
            in_setup(
                seen,
                "tool odd",
                "tool create-index --index \"$ES_VISIBILITY_INDEX\" --fail",
            );
        },
    ),
    made("9.1", "the setup task makes another index", |seen| {
        in_setup(seen, "$ES_VISIBILITY_INDEX", "temporal_visibility_v1");
    }),
    made(
        "9.1",
        "the setup task doesn't wait for the domain",
        |seen| {
            in_setup(seen, "until temporal-elasticsearch-tool ping", "until true");
        },
    ),
    made("9.1", "the setup task can't be run again", |seen| {
        in_setup(seen, " --fail", "");
    }),
    made("9.1", "the setup task hides that it failed", |seen| {
        in_setup(
            seen,
            "update-schema --index \"$ES_VISIBILITY_INDEX\"",
            "update-schema --index \"$ES_VISIBILITY_INDEX\" || true",
        );
    }),
    made("9.1", "the image's own entry point stays", |seen| {
        in_container(seen, SETUP, "opensearch-setup", |container| {
            container["entryPoint"] = json!([]);
        });
    }),
    made("9.2", "a service writes to another index", |seen| {
        in_service(
            seen,
            "frontend",
            "temporal_visibility_v1",
            "temporal_visibility_v2",
        );
    }),
    made("9.3", "the domain's security_group_id is gone", |seen| {
        drop_output(seen, "opensearch", "security_group_id");
    }),
    made(
        "9.4",
        "the domain is in a subnet that isn't the VPC's",
        |seen| {
            change(seen, DOMAIN, |values| {
                values["vpc_options"][0]["subnet_ids"][0] = json!("subnet-odd");
            });
        },
    ),
    made("9.4", "the whole VPC may ask the domain", |seen| {
        let rule = "module.opensearch.aws_vpc_security_group_ingress_rule.setup";
        change(seen, rule, |values| {
            values["referenced_security_group_id"] = Json::Null;
            values["cidr_ipv4"] = json!("10.0.0.0/16");
        });
    }),
    made(
        "9.4",
        "the domain has the services' security group",
        |seen| {
            let ring = seen
                .text_at("module.ecs_cluster.aws_security_group.ring", "id")
                .unwrap_or_default()
                .to_owned();
            change(seen, DOMAIN, |values| {
                values["vpc_options"][0]["security_group_ids"] = json!([ring]);
            });
        },
    ),
];
