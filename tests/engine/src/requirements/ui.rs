//! 7: the web interface.

use composer_core::parts::ui::{self, Ui};
use serde_json::json;

use super::observation::{Environment, Observation, RequestedEnvironment, items, text};
use super::{Outcome, Row, each_if, ensure, row, same};

const TASK: &str = "module.temporal_ui.aws_ecs_task_definition.this";
const SERVICE: &str = "module.temporal_ui.aws_ecs_service.this";
const GROUP: &str = "module.temporal_ui.aws_security_group.this";
const LOG: &str = "module.temporal_ui.aws_cloudwatch_log_group.this";

fn has_ui(wanted: &RequestedEnvironment) -> bool {
    ui::FEATURE.is_on(wanted)
}

pub(super) const ROWS: &[Row] = &[
    row(
        "7.1",
        &[
            each_if(
                "with the UI: module temporal_ui has its task definition, its service, its security group and its log group, \
                 into which the UI logs where it logs to CloudWatch",
                has_ui,
                encapsulates,
            ),
            each_if(
                "without the UI: the root calls no module temporal_ui, and no service is of it",
                |wanted| !has_ui(wanted),
                is_absent,
            ),
        ],
    ),
    row(
        "7.2",
        &[each_if(
            "module temporal_ui takes cpu, memory, desired_count and image, and the task and service_desired_counts are \
             what was asked for",
            has_ui,
            takes,
        )],
    ),
    row(
        "7.3",
        &[each_if(
            "the UI is a client in the namespace in which the frontend is found: TEMPORAL_ADDRESS is \
             temporal-frontend:7233, the frontend's own name there, and its security group lets the UI in",
            has_ui,
            finds_the_frontend,
        )],
    ),
    row(
        "7.4",
        &[each_if(
            "module temporal_ui outputs service_name and task_definition_arn",
            has_ui,
            puts_out,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    for kind in [
        "aws_ecs_task_definition",
        "aws_ecs_service",
        "aws_security_group",
        "aws_cloudwatch_log_group",
    ] {
        let found = environment.in_module("temporal_ui", kind).len();
        same(&format!("{kind} in module temporal_ui"), found, 1)?;
    }
    same(
        "the service's task",
        environment.text_at(SERVICE, "task_definition")?,
        environment.text_at(TASK, "arn")?,
    )?;
    let group = environment.text_at(GROUP, "id")?;
    let network = &environment.at(SERVICE)?["network_configuration"][0];
    ensure(
        items(&network["security_groups"]).any(|id| id == group),
        || format!("the UI's service has not its group {group}"),
    )?;
    let log = environment.text_at(LOG, "name")?;
    ensure(
        log.starts_with(&format!("/ecs/{}/", environment.full_name)) && log.ends_with("ui"),
        || format!("the log group is {log}"),
    )?;
    super::service::logs_into(&environment.container(TASK, "temporal-ui")?, log)
}

fn is_absent(environment: &Environment, _: &Observation) -> Outcome {
    ensure(environment.call("temporal_ui").is_err(), || {
        "the root calls module temporal_ui".to_owned()
    })?;
    same(
        "the UI among service_names",
        environment.output("service_names")?.get("ui"),
        None,
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes("temporal_ui", &["cpu", "memory", "desired_count", "image"])?;
    let Some(Ui { size }) = environment.wanted.part::<Ui>() else {
        return Err("no UI was asked for".to_owned());
    };
    let task = environment.at(TASK)?;
    same("cpu", text(&task["cpu"]), size.cpu.to_string())?;
    same("memory", text(&task["memory"]), size.memory.to_string())?;
    same(
        "the image",
        environment.container(TASK, "temporal-ui")?["image"].as_str(),
        environment
            .setting("images.ui")
            .and_then(|image| image.as_text()),
    )?;
    same(
        "service_desired_counts",
        &environment.output("service_desired_counts")?["ui"],
        size.count,
    )
}

fn finds_the_frontend(environment: &Environment, _: &Observation) -> Outcome {
    environment.has_variables(
        TASK,
        "temporal-ui",
        &[("TEMPORAL_ADDRESS", "temporal-frontend:7233")],
    )?;
    let frontend = environment.at("module.temporal_service[\"frontend\"].aws_ecs_service.this")?;
    let frontend = &frontend["service_connect_configuration"][0];
    let connect = &environment.at(SERVICE)?["service_connect_configuration"][0];
    same("Service Connect", &connect["enabled"], true)?;
    same(
        "the namespace",
        text(&connect["namespace"]),
        text(&frontend["namespace"]),
    )?;
    same(
        "what the UI is found as",
        items(&connect["service"]).count(),
        0,
    )?;
    let alias = &frontend["service"][0]["client_alias"][0];
    same(
        "the frontend's name",
        text(&alias["dns_name"]),
        "temporal-frontend",
    )?;
    same("the frontend's port", &alias["port"], 7233)?;
    let way_in =
        environment.at("module.temporal_ui.aws_vpc_security_group_ingress_rule.frontend")?;
    same(
        "who is let in",
        text(&way_in["referenced_security_group_id"]),
        environment.text_at(GROUP, "id")?,
    )?;
    same(
        "where it is let in",
        text(&way_in["security_group_id"]),
        environment.text_at(
            "module.temporal_service[\"frontend\"].aws_security_group.this",
            "id",
        )?,
    )?;
    same(
        "the ports let in",
        json!([
            way_in["ip_protocol"],
            way_in["from_port"],
            way_in["to_port"]
        ]),
        json!(["tcp", 7233, 7233]),
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "temporal_ui",
        &[
            ("service_name", "aws_ecs_service.this.name"),
            ("task_definition_arn", "aws_ecs_task_definition.this.arn"),
        ],
    )?;
    same(
        "service_names",
        text(&environment.output("service_names")?["ui"]),
        environment.text_at(SERVICE, "name")?,
    )
}
