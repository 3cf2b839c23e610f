//! 9: the visibility store.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::observation::{Environment, Observation, items, text, texts};
use super::{Outcome, Row, each, ensure, row, same};

const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";
const GROUP: &str = "module.opensearch.aws_security_group.domain";
const SETUP: &str = "module.opensearch.aws_ecs_task_definition.setup";

pub(super) const ROWS: &[Row] = &[
    row(
        "9.1",
        &[
            each(
                "module opensearch alone has the domain, and has its security group and the task definition of the setup",
                encapsulates,
            ),
            each(
                "what the setup task runs waits for that domain, puts the template there, makes the index of the services \
                 and updates it, ends with an error where that failed, and may be run again",
                sets_up,
            ),
        ],
    ),
    row(
        "9.2",
        &[each(
            "module opensearch takes instance_type, instance_count and visibility_index_name: the domain has such nodes, \
             and setup task and services use that index",
            takes,
        )],
    ),
    row(
        "9.3",
        &[each(
            "module opensearch outputs domain_endpoint, domain_arn and security_group_id",
            puts_out,
        )],
    ),
    row(
        "9.4",
        &[each(
            "the domain is in private subnets of the VPC, one for each zone it spreads over, and has the module's \
             security group alone, which lets in the security groups of its clients by HTTPS and no address",
            is_in_the_vpc,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    environment.has_alone("opensearch", &["aws_opensearch_domain"], &[])?;
    let groups = environment.in_module("opensearch", "aws_security_group");
    ensure(!groups.is_empty(), || {
        "module opensearch has no security group".to_owned()
    })?;
    environment.container(SETUP, "opensearch-setup").map(drop)
}

/// In place of the images' tool and of `sleep`: writes down its words with the domain that it would ask. The domain
/// answers from the third attempt on. `FAILING` are the first words of a command that fails; with `--fail` the real tool then only warns.
const TOOL: &str = r#"#!/bin/sh
echo "$ES_SERVER $ES_TLS $AWS_CREDENTIALS: $*" >> "$CALLS"
if [ "$1" = ping ] && [ "$(grep -c ': ping$' "$CALLS")" -lt 3 ]; then exit 1; fi
case $* in
  "$FAILING" | "$FAILING "*)
    for word; do [ "$word" = --fail ] && exit 0; done
    exit 1 ;;
esac
"#;

/// In place of curl: gives the credentials of the task's role, and takes a request that is signed with them. `FAILING` may be
/// `curl`.
const CURL: &str = r#"#!/bin/sh
for last; do :; done
case $last in
http://169.254.170.2*)
  printf '{\n"RoleArn":"r","AccessKeyId":"ID","SecretAccessKey":"a/b+c","Token":"t==","Expiration":"e"}' ;;
*)
  echo "curl: $last" >> "$CALLS"
  given=$(cat)
  wanted=$(printf 'user = "ID:a/b+c"\nheader = "x-amz-security-token: t=="')
  if [ "$FAILING" != curl ] && [ "$given" = "$wanted" ]; then
    printf '{"status":"OK"}\n201'
  else
    printf '{"message":"forbidden"}\n403'
  fi ;;
esac
"#;

/// Runs the command of the setup task with the task's environment; whether it ended well, and what it called.
fn run_setup(environment: &Environment, failing: &str) -> Result<(bool, Vec<String>), String> {
    let container = environment.container(SETUP, "opensearch-setup")?;
    let words: Vec<&str> = items(&container["entryPoint"])
        .chain(items(&container["command"]))
        .map(text)
        .collect();
    let (program, arguments) = words.split_first().ok_or("the setup task runs nothing")?;
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    for (name, script) in [
        ("temporal-elasticsearch-tool", TOOL),
        ("curl", CURL),
        ("sleep", "#!/bin/sh\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, script).map_err(|error| error.to_string())?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .map_err(|error| error.to_string())?;
    }
    let calls = folder.path().join("calls");
    let status = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.variables(SETUP, "opensearch-setup")?)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .env("CALLS", &calls)
        // As ECS sets it in each container.
        .env(
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "/v2/credentials/id",
        )
        .env("FAILING", failing)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    let calls = fs::read_to_string(calls).unwrap_or_default();
    Ok((status.success(), calls.lines().map(str::to_owned).collect()))
}

fn sets_up(environment: &Environment, _: &Observation) -> Outcome {
    let endpoint = environment.text_at(DOMAIN, "endpoint")?;
    let index = &environment.wanted.opensearch.index;
    let asks = |words: &str| format!("https://{endpoint}:443 true aws-sdk-default: {words}");
    let mut wanted = vec![asks("ping"); 3];
    let store = &environment.wanted.opensearch;
    if store.access_control {
        let mut about = vec!["roles/temporal", "rolesmapping/temporal"];
        about.extend(store.audit_log.then_some("audit/config"));
        for what in about {
            wanted.push(format!(
                "curl: https://{endpoint}:443/_plugins/_security/api/{what}"
            ));
        }
        grants(environment)?;
    }
    wanted.extend(
        [
            "setup-schema --fail".to_owned(),
            "update-schema".to_owned(),
            format!("create-index --index {index} --fail"),
            format!("update-schema --index {index}"),
        ]
        .map(|words| asks(&words)),
    );
    let (is_good, calls) = run_setup(environment, "")?;
    same("what the setup task calls", &calls, &wanted)?;
    ensure(is_good, || "the setup task ends with an error".to_owned())?;
    if store.access_control {
        let (is_good, calls) = run_setup(environment, "curl")?;
        ensure(!is_good && calls.len() == 4, || {
            format!("the setup task goes on where the domain refuses: {calls:?}")
        })?;
    }
    // An index that is there already is no error, one that can't be used is.
    for (failing, wanted) in [
        ("create-index", true),
        ("update-schema", false),
        ("update-schema --index", false),
    ] {
        let (is_good, _) = run_setup(environment, failing)?;
        same(
            &format!("whether the setup task ends well when {failing} fails"),
            is_good,
            wanted,
        )?;
    }
    Ok(())
}

/// With access control, the master user is the setup task's role, and Temporal's tasks get their index alone.
fn grants(environment: &Environment) -> Outcome {
    let security = &environment.at(DOMAIN)?["advanced_security_options"][0];
    same(
        "the master user",
        &security["master_user_options"][0]["master_user_arn"],
        environment.text_at("module.opensearch.aws_iam_role.setup", "arn")?,
    )?;
    same(
        "users with a password",
        &security["internal_user_database_enabled"],
        false,
    )?;
    let variables = environment.variables(SETUP, "opensearch-setup")?;
    let read = |name: &str| -> Result<serde_json::Value, String> {
        let text = variables.get(name).ok_or_else(|| format!("no {name}"))?;
        serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))
    };
    same(
        "who gets the role",
        read("SECURITY_MAPPING")?,
        json!({ "backend_roles": [environment.text_at("module.iam.aws_iam_role.temporal_task", "arn")?] }),
    )?;
    same(
        "what the role is for",
        &read("SECURITY_ROLE")?["index_permissions"][0]["index_patterns"],
        &json!([format!("{}*", environment.wanted.opensearch.index)]),
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "opensearch",
        &["instance_type", "instance_count", "visibility_index_name"],
    )?;
    let wanted = &environment.wanted.opensearch;
    let nodes = &environment.at(DOMAIN)?["cluster_config"][0];
    same(
        "the nodes' type",
        text(&nodes["instance_type"]),
        wanted.instance_type.as_str(),
    )?;
    same("nodes", &nodes["instance_count"], wanted.instance_count)?;
    environment.has_variables(
        SETUP,
        "opensearch-setup",
        &[("ES_VISIBILITY_INDEX", &wanted.index)],
    )?;
    for service in &environment.wanted.services {
        let task = super::service::task(service.name());
        let container = format!("temporal-{}", service.name());
        let variables = environment.variables(&task, &container)?;
        match variables.get("TEMPORAL_SERVER_CONFIG") {
            Some(config) => {
                let line = format!("visibility: \"{}\"", wanted.index);
                ensure(config.lines().any(|it| it.trim() == line), || {
                    format!("the configuration of {} has no {line}", service.name())
                })?;
            }
            None => environment.has_variables(
                &task,
                &container,
                &[("TEMPORAL_ELASTICSEARCH_INDEX", &wanted.index)],
            )?,
        }
    }
    Ok(())
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "opensearch",
        &[
            ("domain_endpoint", "aws_opensearch_domain.this.endpoint"),
            ("domain_arn", "aws_opensearch_domain.this.arn"),
            ("security_group_id", "aws_security_group.domain.id"),
        ],
    )?;
    environment.is_read("opensearch", "domain_endpoint")?;
    environment.is_read("opensearch", "domain_arn")
}

fn is_in_the_vpc(environment: &Environment, _: &Observation) -> Outcome {
    let domain = environment.at(DOMAIN)?;
    let zones = domain["cluster_config"][0]["zone_awareness_config"][0]["availability_zone_count"]
        .as_u64()
        .unwrap_or(1);
    let place = &domain["vpc_options"][0];
    let subnets = texts(&place["subnet_ids"]);
    same("subnets", subnets.len() as u64, zones)?;
    let private = texts(environment.output("private_subnet_ids")?);
    ensure(subnets.iter().all(|id| private.contains(id)), || {
        format!("of {subnets:?} not all are private: {private:?}")
    })?;
    same(
        "the domain's security groups",
        items(&place["security_group_ids"])
            .map(text)
            .collect::<Vec<_>>(),
        vec![environment.text_at(GROUP, "id")?],
    )?;
    let group = environment.text_at(GROUP, "id")?;
    let mut let_in: Vec<&str> = Vec::new();
    for rule in environment.all("aws_vpc_security_group_ingress_rule") {
        let values = &rule["values"];
        if values["security_group_id"] == group {
            let what = text(&rule["address"]);
            let ports = json!([
                values["ip_protocol"],
                values["from_port"],
                values["to_port"]
            ]);
            same(what, ports, json!(["tcp", 443, 443]))?;
            let_in.push(text(&values["referenced_security_group_id"]));
        }
    }
    let mut clients = vec![
        environment.text_at("module.ecs_cluster.aws_security_group.ring", "id")?,
        environment.text_at("module.opensearch.aws_security_group.setup", "id")?,
    ];
    let_in.sort_unstable();
    clients.sort_unstable();
    same("groups that the domain lets in", let_in, clients)
}
