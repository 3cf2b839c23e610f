//! Faults put into what was seen, each of which a row must find: a table that can't fail proves nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::seen::{Environment, Seen, text};
use super::{Row, table};

/// A fault, and the row that is to find it.
#[derive(Clone, Copy, Debug)]
struct Fault {
    row: &'static str,
    does: &'static str,
    /// Puts it into an environment or the files around it; changes nothing where it has no place.
    put: Put,
}

#[derive(Clone, Copy, Debug)]
enum Put {
    /// Into what Terraform has made.
    Made(fn(&mut Environment)),
    /// Into a file: what it is called, and what happens to its text; with `None` it goes.
    File(&'static str, fn(&str) -> Option<String>),
}

/// Which faults were tried, and which of them no row found.
#[derive(Clone, Debug, Default)]
pub struct Tries {
    tried: BTreeMap<usize, bool>,
}

impl Tries {
    /// How many faults were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.tried.values().filter(|found| **found).count()
    }

    /// The faults that were not found, or had no place in anything that was seen.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        FAULTS
            .iter()
            .enumerate()
            .filter_map(|(index, fault)| {
                let what = match self.tried.get(&index) {
                    Some(true) => return None,
                    Some(false) => "is not found by its row",
                    None => "had no place in any composition",
                };
                Some(format!("{} {}: {what}", fault.row, fault.does))
            })
            .collect()
    }
}

/// Puts each fault that wasn't tried yet into a composition, where it has a place there and its row holds without it.
pub fn try_faults(seen: &Seen, tries: &mut Tries) {
    for (index, fault) in FAULTS.iter().enumerate() {
        if tries.tried.contains_key(&index) {
            continue;
        }
        let row = row(fault);
        if !holds(row, seen) {
            continue;
        }
        for environment in 0..seen.environments.len() {
            if let Some(faulty) = fault.put_into(seen, environment) {
                tries.tried.insert(index, !holds(row, &faulty));
                break;
            }
        }
    }
}

fn row(fault: &Fault) -> &'static Row {
    let mut all = table();
    all.find(|row| row.id == fault.row)
        .expect("faults name rows")
}

/// Whether it applies and holds.
fn holds(row: &Row, seen: &Seen) -> bool {
    let cases = row.cases.iter();
    let all: Vec<_> = cases.flat_map(|case| case.outcomes(seen)).collect();
    !all.is_empty() && all.iter().all(|(_, outcome)| outcome.is_ok())
}

impl Fault {
    /// The composition with the fault in one of its environments; `None` where it has no place.
    fn put_into(&self, seen: &Seen, index: usize) -> Option<Seen> {
        let mut faulty = seen.clone();
        faulty.runs.take();
        match self.put {
            Put::Made(put) => {
                let environment = &mut faulty.environments[index];
                put(environment);
                (environment.plan != seen.environments[index].plan).then_some(faulty)
            }
            Put::File(path, change) => {
                let path = path.replace("<env>", &seen.environments[index].wanted.name);
                let text = seen.files.get(&path)?;
                match change(text) {
                    Some(changed) if changed == *text => return None,
                    Some(changed) => Arc::make_mut(&mut faulty.files).insert(path, changed),
                    None => Arc::make_mut(&mut faulty.files).remove(&path),
                };
                Some(faulty)
            }
        }
    }
}

const fn made(row: &'static str, does: &'static str, put: fn(&mut Environment)) -> Fault {
    Fault {
        row,
        does,
        put: Put::Made(put),
    }
}

const fn file(
    row: &'static str,
    does: &'static str,
    path: &'static str,
    change: fn(&str) -> Option<String>,
) -> Fault {
    Fault {
        row,
        does,
        put: Put::File(path, change),
    }
}

/// What is seen of a resource, to be changed.
fn each_resource(environment: &mut Environment, change: &mut dyn FnMut(&mut Vec<Json>)) {
    fn go(module: &mut Json, change: &mut dyn FnMut(&mut Vec<Json>)) {
        if let Some(Json::Array(all)) = module.get_mut("resources") {
            change(all);
        }
        if let Some(Json::Array(all)) = module.get_mut("child_modules") {
            for child in all {
                go(child, change);
            }
        }
    }
    go(
        &mut Arc::make_mut(&mut environment.plan)["prior_state"]["values"]["root_module"],
        change,
    );
}

/// Changes the values of the resource at an address.
fn change(environment: &mut Environment, address: &str, change: impl Fn(&mut Json)) {
    each_resource(environment, &mut |all| {
        for resource in all.iter_mut() {
            if resource["address"] == address {
                change(&mut resource["values"]);
            }
        }
    });
}

/// Takes the resources away whose address has this part.
fn drop_resources(environment: &mut Environment, part: &str) {
    each_resource(environment, &mut |all| {
        all.retain(|resource| !text(&resource["address"]).contains(part));
    });
}

/// Replaces a part of a text of the resource at an address.
fn replace(environment: &mut Environment, address: &str, value: &str, from: &str, to: &str) {
    change(environment, address, |values| {
        if let Some(found) = values[value].as_str() {
            values[value] = json!(found.replace(from, to));
        }
    });
}

/// Replaces a part of the containers of a task.
fn in_containers(environment: &mut Environment, task: &str, from: &str, to: &str) {
    replace(environment, task, "container_definitions", from, to);
}

fn in_service(environment: &mut Environment, service: &str, from: &str, to: &str) {
    in_containers(environment, &super::service::task(service), from, to);
}

/// Takes an input (`variables`) or an output (`outputs`) of a module away.
fn drop_of_module(environment: &mut Environment, module: &str, what: &str, name: &str) {
    let at = format!("{CALLS}/{module}/module/{what}");
    if let Some(Json::Object(all)) = Arc::make_mut(&mut environment.plan).pointer_mut(&at) {
        all.remove(name);
    }
}

fn drop_output(environment: &mut Environment, module: &str, name: &str) {
    drop_of_module(environment, module, "outputs", name);
}

fn drop_input(environment: &mut Environment, module: &str, name: &str) {
    drop_of_module(environment, module, "variables", name);
}

/// Where the plan has the calls of modules.
const CALLS: &str = "/configuration/root_module/module_calls";

const CLUSTER: &str = "module.ecs_cluster.aws_ecs_cluster.this";
const GROUP: &str = "module.ec2_capacity.aws_autoscaling_group.this";
const UI: &str = "module.temporal_ui.aws_ecs_task_definition.this";
const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";
const GRAFANA_POLICY: &str = "module.iam.aws_iam_role_policy.grafana_task";

/// Every fault.
const FAULTS: &[Fault] = &[
    file(
        "1.1",
        "a module loses outputs.tf",
        "terraform/modules/vpc/outputs.tf",
        |_| None,
    ),
    file(
        "1.1",
        "an output moves to main.tf",
        "terraform/modules/vpc/main.tf",
        |text| Some(format!("{text}\noutput \"odd\" {{\n  value = 1\n}}\n")),
    ),
    file(
        "1.2",
        "a role stands in main.tf",
        "terraform/modules/vpc/main.tf",
        |text| {
            Some(format!(
                "{text}\nresource \"aws_iam_role\" \"odd\" {{\n}}\n"
            ))
        },
    ),
    file(
        "1.3",
        "a module has no main.tf",
        "terraform/modules/dynamodb/main.tf",
        |_| None,
    ),
    made("1.3", "a call has a source elsewhere", |seen| {
        Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["module_calls"]["vpc"]["source"] =
            json!("../vpc");
    }),
    file(
        "1.4",
        "a template lies beside main.tf",
        "terraform/modules/alloy-sidecar/main.tf",
        |text| Some(text.replace("${path.module}/templates/", "${path.module}/")),
    ),
    file(
        "1.5",
        "a README forgets an output",
        "terraform/modules/vpc/README.md",
        |text| Some(text.replace("| vpc_cidr |", "| cidr |")),
    ),
    file(
        "2.2",
        "a root loses providers.tf",
        "terraform/envs/<env>/providers.tf",
        |_| None,
    ),
    file(
        "2.3",
        "a root makes a resource itself",
        "terraform/envs/<env>/main.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.4",
        "a default is another profile's",
        "terraform/envs/<env>/variables.tf",
        |text| {
            Some(text.replace(
                "instance_count = optional(number, ",
                "instance_count = optional(number, 9",
            ))
        },
    ),
    file(
        "2.4",
        "an open value is not mentioned",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("# temporal_image", "# image")),
    ),
    file(
        "2.5",
        "a root has no backend",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("backend \"s3\"", "cloud")),
    ),
    made("3.1", "there is no NAT gateway", |seen| {
        drop_resources(seen, "aws_nat_gateway");
    }),
    made("3.1", "another module has a subnet", |seen| {
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["address"] == DOMAIN {
                    resource["type"] = json!("aws_subnet");
                }
            }
        });
    }),
    made("3.2", "the VPC has another network", |seen| {
        change(seen, "module.vpc.aws_vpc.this", |values| {
            values["cidr_block"] = json!("192.168.0.0/16");
        });
    }),
    made("3.3", "public_subnet_id is gone", |seen| {
        drop_output(seen, "vpc", "public_subnet_id");
    }),
    made("3.3", "vpc_id is made from a subnet", |seen| {
        let calls =
            &mut Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["module_calls"];
        calls["vpc"]["module"]["outputs"]["vpc_id"]["expression"] =
            json!({ "references": ["aws_subnet.private"] });
    }),
    made("3.4", "S3's endpoint is in no route table", |seen| {
        change(
            seen,
            "module.vpc.aws_vpc_endpoint.gateway[\"s3\"]",
            |values| {
                values["route_table_ids"] = json!([]);
            },
        );
    }),
    made("3.4", "there is no endpoint for ECR's registry", |seen| {
        drop_resources(seen, "aws_vpc_endpoint.interface[\"ecr.dkr\"]");
    }),
    made("3.5", "two private subnets are in one zone", |seen| {
        let first = seen.wanted.zones[0].clone();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_subnet" && resource["name"] == "private" {
                    resource["values"]["availability_zone"] = json!(first);
                }
            }
        });
    }),
    made("4.1", "there is no namespace", |seen| {
        drop_resources(seen, "aws_service_discovery_http_namespace");
    }),
    made("4.2", "the cluster module takes no vpc_id", |seen| {
        drop_input(seen, "ecs_cluster", "vpc_id");
    }),
    made("4.3", "cluster_arn is gone", |seen| {
        drop_output(seen, "ecs_cluster", "cluster_arn");
    }),
    made("4.4", "Container Insights is off", |seen| {
        change(seen, CLUSTER, |values| {
            values["setting"][0]["value"] = json!("disabled");
        });
    }),
    made("4.5", "the cluster has no default namespace", |seen| {
        change(seen, CLUSTER, |values| {
            values["service_connect_defaults"] = json!([]);
        });
    }),
    made("5.1", "the provider has another group", |seen| {
        change(
            seen,
            "module.ec2_capacity.aws_ecs_capacity_provider.this",
            |values| {
                values["auto_scaling_group_provider"][0]["auto_scaling_group_arn"] =
                    json!("arn:odd");
            },
        );
    }),
    made("5.2", "the instances are of another type", |seen| {
        change(
            seen,
            "module.ec2_capacity.aws_launch_template.this",
            |values| {
                values["instance_type"] = json!("m5.large");
            },
        );
    }),
    made("5.3", "asg_name is gone", |seen| {
        drop_output(seen, "ec2_capacity", "asg_name");
    }),
    made("5.4", "the image is for x86", |seen| {
        let ami = "module.ec2_capacity.data.aws_ssm_parameter.ami";
        replace(seen, ami, "name", "/arm64", "");
    }),
    made("5.5", "the group wants one instance more", |seen| {
        change(seen, GROUP, |values| {
            values["desired_capacity"] =
                json!(values["desired_capacity"].as_i64().unwrap_or(0) + 1);
        });
    }),
    made("6.1", "matching has no log group", |seen| {
        drop_resources(
            seen,
            "module.temporal_service[\"matching\"].aws_cloudwatch_log_group",
        );
    }),
    made("6.2", "history runs as matching", |seen| {
        in_service(
            seen,
            "history",
            "\"value\":\"history\"",
            "\"value\":\"matching\"",
        );
    }),
    made("6.3", "the database's variable has another name", |seen| {
        in_service(
            seen,
            "worker",
            "\"TEMPORAL_SQL_HOST\"",
            "\"TEMPORAL_SQL_SERVER\"",
        );
    }),
    made("6.4", "task_definition_arn is gone", |seen| {
        drop_output(seen, "temporal_service", "task_definition_arn");
    }),
    made("6.5", "with Loki the sidecar collects no logs", |seen| {
        let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
        replace(
            seen,
            config,
            "value",
            "loki.source.docker",
            "loki.source.file",
        );
    }),
    made("6.5", "with Loki the log goes to CloudWatch", |seen| {
        in_service(
            seen,
            "history",
            "\"logDriver\":\"json-file\"",
            "\"logDriver\":\"awslogs\"",
        );
    }),
    made("6.6", "the frontend is found under another name", |seen| {
        change(
            seen,
            "module.temporal_service[\"frontend\"].aws_ecs_service.this",
            |values| {
                values["service_connect_configuration"][0]["service"][0]["client_alias"][0]["dns_name"] =
                    json!("frontend");
            },
        );
    }),
    made("6.6", "history listens on another port", |seen| {
        in_service(
            seen,
            "history",
            "\"containerPort\":7234",
            "\"containerPort\":7244",
        );
    }),
    made("7.1", "the UI has no service", |seen| {
        drop_resources(seen, "module.temporal_ui.aws_ecs_service");
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
    made("7.4", "the UI's service_name is gone", |seen| {
        drop_output(seen, "temporal_ui", "service_name");
    }),
    made("8.1", "there is no Prometheus workspace", |seen| {
        drop_resources(seen, "aws_prometheus_workspace");
    }),
    made("8.2", "Grafana's password is another secret's", |seen| {
        let task = "module.observability.aws_ecs_task_definition.grafana";
        in_containers(seen, task, ":admin_password::", ":password::");
    }),
    made("8.3", "loki_endpoint is gone", |seen| {
        drop_output(seen, "observability", "loki_endpoint");
    }),
    made("8.4", "Loki writes to another bucket", |seen| {
        let config = "module.observability.aws_ssm_parameter.loki[0]";
        replace(seen, config, "value", "bucketnames: ", "bucketnames: odd-");
    }),
    made(
        "8.5",
        "Grafana gets the dashboard in place of the data sources",
        |seen| {
            let parameter =
                "module.observability.aws_ssm_parameter.grafana[\"DASHBOARD_PROVIDER\"]";
            let other = seen
                .text_at(parameter, "value")
                .unwrap_or_default()
                .to_owned();
            let sources = "module.observability.aws_ssm_parameter.grafana[\"DATASOURCES\"]";
            change(seen, sources, |values| values["value"] = json!(other));
        },
    ),
    made("9.1", "the setup task asks another domain", |seen| {
        let task = "module.opensearch.aws_ecs_task_definition.setup";
        in_containers(
            seen,
            task,
            "\"value\":\"https://",
            "\"value\":\"https://odd-",
        );
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
    made("10.1", "the benchmark has no workers", |seen| {
        drop_resources(seen, "module.benchmark.aws_ecs_service.this[\"worker\"]");
    }),
    made("10.2", "the workers run another image", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_containers(seen, task, "\"image\":\"", "\"image\":\"odd/");
    }),
    made("10.3", "worker_service_name is gone", |seen| {
        drop_output(seen, "benchmark", "worker_service_name");
    }),
    made("10.4", "the benchmark keeps an instance", |seen| {
        let group = "module.benchmark.module.ec2_capacity.aws_autoscaling_group.this";
        change(seen, group, |values| values["min_size"] = json!(1));
    }),
    made(
        "10.5",
        "the root calls the benchmark without being asked",
        |seen| {
            if let Some(Json::Object(calls)) = Arc::make_mut(&mut seen.plan).pointer_mut(CALLS) {
                calls.entry("benchmark").or_insert_with(|| json!({}));
            }
        },
    ),
    made("11.1", "anybody may assume the execution role", |seen| {
        let role = "module.iam.aws_iam_role.execution";
        replace(
            seen,
            role,
            "assume_role_policy",
            "ecs-tasks.amazonaws.com",
            "ec2.amazonaws.com",
        );
    }),
    made(
        "11.2",
        "module iam takes no opensearch_domain_arn",
        |seen| {
            drop_input(seen, "iam", "opensearch_domain_arn");
        },
    ),
    made("11.3", "grafana_task_role_arn is gone", |seen| {
        drop_output(seen, "iam", "grafana_task_role_arn");
    }),
    made("11.4", "the services may not write metrics", |seen| {
        replace(
            seen,
            super::iam::TEMPORAL,
            "policy",
            "aps:RemoteWrite",
            "aps:QueryMetrics",
        );
    }),
    made("11.4", "Grafana may query every workspace", |seen| {
        change(seen, GRAFANA_POLICY, |values| {
            let mut policy: Json =
                serde_json::from_str(text(&values["policy"])).unwrap_or_default();
            for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
                if statement.to_string().contains("aps:") {
                    statement["Resource"] = json!("*");
                }
            }
            values["policy"] = json!(policy.to_string());
        });
    }),
    made(
        "12.1",
        "a sidecar's configuration is named for another service",
        |seen| {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            replace(seen, config, "name", "/alloy/history", "/alloy/matching");
        },
    ),
    made("12.2", "metrics go to another workspace", |seen| {
        let config = "module.alloy_sidecar[\"worker\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "api/v1/remote_write", "api/v1/write");
    }),
    made(
        "12.3",
        "a task starts its sidecar without its configuration",
        |seen| {
            in_service(
                seen,
                "history",
                "\"condition\":\"SUCCESS\"",
                "\"condition\":\"START\"",
            );
        },
    ),
    made("12.4", "the socket can be written to", |seen| {
        in_service(
            seen,
            "history",
            "\"readOnly\":true,\"sourceVolume\":\"docker-socket\"",
            "\"readOnly\":false,\"sourceVolume\":\"docker-socket\"",
        );
    }),
    made("12.4", "a task has the socket without Loki", |seen| {
        if seen.wanted.loki.is_none() {
            change(seen, UI, |values| {
                values["volume"] = json!([{ "name": "odd", "host_path": "/var/run/docker.sock" }]);
            });
        }
    }),
    made("13.1", "dev has two nodes", |seen| {
        if seen.wanted.profile.name() == "dev" {
            change(seen, DOMAIN, |values| {
                values["cluster_config"][0]["instance_count"] = json!(2);
            });
        }
    }),
    made("13.2", "bench has no benchmark", |seen| {
        if seen.wanted.profile.name() == "bench"
            && let Some(Json::Object(calls)) = Arc::make_mut(&mut seen.plan).pointer_mut(CALLS)
        {
            calls.remove("benchmark");
        }
    }),
    made("13.3", "prod's visibility store is in two zones", |seen| {
        if seen.wanted.profile.name() == "prod" {
            change(seen, DOMAIN, |values| {
                values["cluster_config"][0]["zone_awareness_config"][0]["availability_zone_count"] =
                    json!(2);
            });
        }
    }),
    file(
        "13.4",
        "terraform.tfvars sets what no variable is",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(format!("{text}\nodd = 1\n")),
    ),
    made("13.5", "all environments share a secret", |seen| {
        let secret = "module.observability.aws_secretsmanager_secret.grafana_admin[0]";
        change(seen, secret, |values| {
            values["name"] = json!("grafana/admin");
        });
    }),
    made(
        "14.1",
        "something of another environment is in the state",
        |seen| {
            change(seen, CLUSTER, |values| {
                values["tags_all"]["Environment"] = json!("other");
            });
        },
    ),
    file(
        "14.2",
        "the key names no environment",
        "terraform/envs/<env>/backend.tf",
        |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            for line in &mut lines {
                if line.trim_start().starts_with("key ") {
                    *line = "    key = \"temporal/terraform.tfstate\"";
                }
            }
            Some(lines.join("\n"))
        },
    ),
    file(
        "14.2",
        "the state has no lock",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("use_lockfile", "#")),
    ),
    file(
        "14.3",
        "the README says nothing of the state",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("\n## State\n", "\n## Other\n")),
    ),
    made(
        "14.4",
        "a root looks for another environment's VPC",
        |seen| {
            let at = "/configuration/root_module/resources";
            if let Some(Json::Array(all)) = Arc::make_mut(&mut seen.plan).pointer_mut(at) {
                all.push(
                    json!({ "mode": "data", "type": "aws_vpc", "address": "data.aws_vpc.other" }),
                );
            }
        },
    ),
    file(
        "14.4",
        "the README shows no way to read an environment's state",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("\ndata \"terraform_remote_state\"", "\ndata \"none\"")),
    ),
    file(
        "16.1",
        "the script takes no environment",
        "scripts/scale-services.sh",
        |text| Some(text.replace("enter \"${words[0]-}\"", "enter nowhere")),
    ),
    file(
        "16.2",
        "Terraform runs in the tree's own folder",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
            "outputs=$(terraform output -json)",
            "outputs=$(cd ../../.. && cp terraform/envs/*/outputs.json . && terraform output -json)",
        ))
        },
    ),
    file(
        "16.3",
        "the workers' script ignores the count asked for",
        "scripts/scale-benchmark-workers.sh",
        |text| Some(text.replace("up \"${words[2]:-$workers}\"", "up 0")),
    ),
    file(
        "16.4",
        "a script reads an output that isn't there",
        "scripts/scale-services.sh",
        |text| {
            Some(text.replace(
                "$(output dsql_max_connections)",
                "$(output dsql_connections)",
            ))
        },
    ),
    file(
        "16.5",
        "the folder isn't looked for",
        "scripts/lib/common.sh",
        |text| Some(text.replace("if [[ ! -d $tree/$folder ]]; then", "if false; then")),
    ),
    file(
        "16.6",
        "the environments aren't named",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
                "\"which environment?\" \"environments are $environments\"",
                "\"which environment?\"",
            ))
        },
    ),
    made("17.1", "there is no lease table", |seen| {
        drop_resources(seen, "aws_dynamodb_table.conn_lease");
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
    made("17.4", "the services may not write leases", |seen| {
        replace(
            seen,
            super::iam::TEMPORAL,
            "policy",
            "dynamodb:PutItem",
            "dynamodb:Query",
        );
    }),
    made("17.5", "prod keeps fewer connections ready", |seen| {
        in_service(
            seen,
            "frontend",
            "\"DSQL_RESERVOIR_TARGET_READY\",\"value\":\"50\"",
            "\"DSQL_RESERVOIR_TARGET_READY\",\"value\":\"5\"",
        );
    }),
    made("17.6", "conn_lease_table_arn is gone", |seen| {
        drop_output(seen, "dynamodb", "conn_lease_table_arn");
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_rows_and_are_many() {
        let mut rows: Vec<&str> = FAULTS.iter().map(|fault| row(fault).id).collect();
        rows.dedup();
        assert!(FAULTS.len() > 80, "{}", FAULTS.len());
        assert!(rows.len() > 70, "{}", rows.len());
    }
}
