//! Faults in what `ui.rs` asserts.

use composer_core::parts::loki;
use serde_json::json;

use super::Fault;
use super::plant::{
    UI, call_more, change, drop_input, drop_output, drop_resources, in_containers, made,
};

pub(super) const FAULTS: &[Fault] = &[
    made("7.1", "the UI has no service", |seen| {
        drop_resources(seen, "module.temporal_ui.aws_ecs_service");
    }),
    made("7.1", "the UI logs into another group", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            in_containers(
                seen,
                UI,
                "\"awslogs-group\":\"/ecs/",
                "\"awslogs-group\":\"/odd/",
            );
        }
    }),
    made("7.1", "the root calls the UI without being asked", |seen| {
        call_more(seen, "temporal_ui");
    }),
    made("7.2", "the UI takes no image", |seen| {
        drop_input(seen, "temporal_ui", "image");
    }),
    made("7.3", "the UI is in no namespace", |seen| {
        change(seen, "module.temporal_ui.aws_ecs_service.this", |values| {
            values["service_connect_configuration"] = json!([]);
        });
    }),
    made("7.3", "the UI asks for the frontend elsewhere", |seen| {
        in_containers(seen, UI, "temporal-frontend:7233", "temporal-frontend:7234");
    }),
    made(
        "7.3",
        "the frontend lets the UI in at another port",
        |seen| {
            let rule = "module.temporal_ui.aws_vpc_security_group_ingress_rule.frontend";
            change(seen, rule, |values| values["to_port"] = json!(7232));
        },
    ),
    made("7.4", "the UI's service_name is gone", |seen| {
        drop_output(seen, "temporal_ui", "service_name");
    }),
];
