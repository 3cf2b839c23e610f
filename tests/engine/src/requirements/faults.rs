//! Faults put into what was seen, each of which a row must find: a table that can't fail proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use composer_core::parts::lease::Lease;
use composer_core::parts::loki;
use composer_core::parts::reservoir::Reservoir;
use composer_core::sizing::connection_demand::Blocks;
use flate2::Compression;
use flate2::write::GzEncoder;
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
    /// Into which files there are, given the environment's name.
    Files(fn(&mut BTreeMap<String, String>, &str)),
}

/// Which faults were tried, and which of them no row found.
#[derive(Clone, Debug, Default)]
pub struct Tries {
    tried: BTreeMap<usize, bool>,
    /// The cases that a fault has made fail: the row, and which of it.
    failed: BTreeSet<(&'static str, usize)>,
}

impl Tries {
    /// How many faults were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.tried.values().filter(|found| **found).count()
    }

    /// The cases of the table that no fault has made fail: they may be unable to.
    #[must_use]
    pub fn untried(&self) -> Vec<String> {
        let cases = table().flat_map(|row| row.cases.iter().enumerate().map(|case| (row.id, case)));
        cases
            .filter(|(id, (index, _))| !self.failed.contains(&(*id, *index)))
            .map(|(id, (_, case))| format!("{id} {}", case.says))
            .collect()
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
    try_faults_in(seen, tries, |_| true);
}

/// As [`try_faults`], of the rows whose number is among these.
pub(super) fn try_faults_in(seen: &Seen, tries: &mut Tries, is_wanted: impl Fn(&str) -> bool) {
    let mut held: BTreeMap<&str, bool> = BTreeMap::new();
    for (index, fault) in FAULTS.iter().enumerate() {
        if !is_wanted(fault.row) {
            continue;
        }
        let row = row(fault);
        // An assertion may apply to few compositions: a fault is tried again where one does that nothing has failed yet.
        let is_open = || {
            row.cases.iter().enumerate().any(|(case, assertion)| {
                !tries.failed.contains(&(row.id, case)) && !assertion.outcomes(seen).is_empty()
            })
        };
        if tries.tried.contains_key(&index) && !is_open() {
            continue;
        }
        if !*held.entry(row.id).or_insert_with(|| holds(row, seen)) {
            continue;
        }
        for environment in 0..seen.environments.len() {
            if let Some(faulty) = fault.put_into(seen, environment) {
                for (case, assertion) in row.cases.iter().enumerate() {
                    let outcomes = assertion.outcomes(&faulty);
                    if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
                        tries.failed.insert((row.id, case));
                    }
                }
                tries.tried.entry(index).or_insert(!holds(row, &faulty));
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
            Put::Files(change) => {
                let files = Arc::make_mut(&mut faulty.files);
                change(files, &seen.environments[index].wanted.name);
                (faulty.files != seen.files).then_some(faulty)
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

const fn files(
    row: &'static str,
    does: &'static str,
    change: fn(&mut BTreeMap<String, String>, &str),
) -> Fault {
    Fault {
        row,
        does,
        put: Put::Files(change),
    }
}

/// Gives a file, or the folder of several, another name.
fn rename(files: &mut BTreeMap<String, String>, from: &str, to: &str) {
    let moved: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with(from))
        .cloned()
        .collect();
    for path in moved {
        if let Some(text) = files.remove(&path) {
            files.insert(path.replacen(from, to, 1), text);
        }
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

/// Adds a resource that is made like the one at an address, if there is one.
fn add_like(environment: &mut Environment, address: &str, change: impl Fn(&mut Json)) {
    each_resource(environment, &mut |all| {
        let like = all.iter().find(|resource| resource["address"] == address);
        if let Some(mut added) = like.cloned() {
            added["address"] = json!(format!("{address}_odd"));
            change(&mut added);
            all.push(added);
        }
    });
}

/// Gives the role at an address a policy of AWS, or another's.
fn attach(environment: &mut Environment, role: &str, policy: &str) {
    add_like(environment, role, |added| {
        added["type"] = json!("aws_iam_role_policy_attachment");
        added["values"] = json!({ "role": added["values"]["name"], "policy_arn": policy });
    });
}

/// Adds a policy to the role that the inline policy at an address is of.
fn allow_more(environment: &mut Environment, policy: &str, statement: &Json) {
    add_like(environment, policy, |added| {
        added["values"]["name"] = json!("odd");
        added["values"]["policy"] = json!(json!({ "Statement": [statement] }).to_string());
    });
}

/// Changes the JSON that is a value of the resource at an address; how it is written alone is no change.
fn in_json(environment: &mut Environment, address: &str, value: &str, put: impl Fn(&mut Json)) {
    change(environment, address, |values| {
        let before: Json = serde_json::from_str(text(&values[value])).unwrap_or_default();
        let mut document = before.clone();
        put(&mut document);
        if document != before {
            values[value] = json!(document.to_string());
        }
    });
}

/// Changes a container of a task.
fn in_container(environment: &mut Environment, task: &str, name: &str, put: impl Fn(&mut Json)) {
    in_json(environment, task, "container_definitions", |all| {
        for container in all.as_array_mut().into_iter().flatten() {
            if container["name"] == name {
                put(container);
            }
        }
    });
}

/// Gives the server of history a variable more.
fn add_variable(environment: &mut Environment, name: &str) {
    let task = super::service::task("history");
    in_container(environment, &task, "temporal-history", |container| {
        if let Some(all) = container["environment"].as_array_mut() {
            all.push(json!({ "name": name, "value": "true" }));
        }
    });
}

/// Calls a module that the root has no call of.
fn call_more(environment: &mut Environment, module: &str) {
    if let Some(Json::Object(calls)) = Arc::make_mut(&mut environment.plan).pointer_mut(CALLS) {
        calls.entry(module).or_insert_with(|| json!({}));
    }
}

/// Changes Grafana's data sources, which are packed.
fn in_sources(environment: &mut Environment, from: &str, to: &str) {
    let Ok(sources) = super::observability::sources(environment) else {
        return;
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let written = packed.write_all(sources.replace(from, to).as_bytes());
    let packed = written.and_then(|()| packed.finish()).unwrap_or_default();
    if sources.contains(from) {
        change(environment, super::observability::SOURCES, |values| {
            values["value"] = json!(STANDARD.encode(&packed));
        });
    }
}

/// Gives another root this one's backend.
fn share_backend(files: &mut BTreeMap<String, String>, name: &str) {
    let own = format!("terraform/envs/{name}/backend.tf");
    let other = files
        .keys()
        .find(|path| path.ends_with("/backend.tf") && **path != own)
        .cloned();
    if let (Some(other), Some(text)) = (other, files.get(&own).cloned()) {
        files.insert(other, text);
    }
}

/// Replaces a part of the setup task's command.
fn in_setup(environment: &mut Environment, from: &str, to: &str) {
    in_container(environment, SETUP, "opensearch-setup", |container| {
        container["command"][0] = json!(text(&container["command"][0]).replace(from, to));
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

/// The text without the line that has this part.
fn without_line(text: &str, part: &str) -> Option<String> {
    let lines = text
        .split_inclusive('\n')
        .filter(|line| !line.contains(part));
    Some(lines.collect())
}

/// Where the plan has the calls of modules.
const CALLS: &str = "/configuration/root_module/module_calls";

const CLUSTER: &str = "module.ecs_cluster.aws_ecs_cluster.this";
const GROUP: &str = "module.ec2_capacity.aws_autoscaling_group.this";
const UI: &str = "module.temporal_ui.aws_ecs_task_definition.this";
const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";
const SETUP: &str = "module.opensearch.aws_ecs_task_definition.setup";
const EXECUTION: &str = "module.iam.aws_iam_role.execution";
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
        "1.1",
        "variables.tf has a value, too",
        "terraform/modules/dynamodb/variables.tf",
        |text| Some(format!("{text}\nlocals {{\n  odd = 1\n}}\n")),
    ),
    file(
        "1.1",
        "outputs.tf is empty",
        "terraform/modules/dynamodb/outputs.tf",
        |_| Some(String::new()),
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
    files(
        "1.2",
        "security groups stand in security_groups.tf",
        |files, _| {
            let folder = "terraform/modules/vpc";
            rename(
                files,
                &format!("{folder}/security-groups.tf"),
                &format!("{folder}/security_groups.tf"),
            );
        },
    ),
    file(
        "1.2",
        "a role's policy stands in variables.tf",
        "terraform/modules/iam/variables.tf",
        |text| {
            Some(format!(
                "{text}\nresource \"aws_iam_role_policy\" \"odd\" {{\n}}\n"
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
        "1.3",
        "a module calls another from a registry",
        "terraform/modules/benchmark/main.tf",
        |text| {
            Some(text.replace(
                "\"../ec2-capacity\"",
                "\"terraform-aws-modules/autoscaling/aws\"",
            ))
        },
    ),
    files("1.3", "modules lie in modules/", |files, _| {
        rename(files, "terraform/modules/", "modules/");
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
        "1.5",
        "a README has no inputs",
        "terraform/modules/iam/README.md",
        |text| Some(text.replace("\n## Inputs\n", "\n## Values\n")),
    ),
    files("2.1", "a root has another name", |files, name| {
        rename(
            files,
            &format!("terraform/envs/{name}/"),
            &format!("terraform/envs/{name}-old/"),
        );
    }),
    files("2.1", "the roots lie in environments/", |files, _| {
        rename(files, "terraform/envs/", "terraform/environments/");
    }),
    files("2.1", "an environment more has a root", |files, _| {
        files.insert("terraform/envs/odd/main.tf".to_owned(), String::new());
    }),
    file(
        "2.2",
        "the provider may be any",
        "terraform/envs/<env>/terraform.tf",
        |text| Some(text.replace("version = \">= 6.", "version = \">= 5.")),
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
        "2.3",
        "locals and data sources together are as many as modules",
        "terraform/envs/<env>/main.tf",
        |text| {
            let more = "\nlocals {\n}\n\ndata \"aws_region\" \"odd\" {\n}\n";
            Some(format!("{text}{}", more.repeat(6)))
        },
    ),
    file(
        "2.3",
        "a check stands among the calls",
        "terraform/envs/<env>/main.tf",
        |text| Some(format!("{text}\ncheck \"odd\" {{\n}}\n")),
    ),
    file(
        "2.3",
        "a root makes a resource beside main.tf",
        "terraform/envs/<env>/locals.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.3",
        "a guard file makes something in AWS",
        "terraform/envs/<env>/protection.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.4",
        "an image is made up",
        "terraform/envs/<env>/variables.tf",
        |text| {
            Some(text.replace(
                "variable \"temporal_image\" {\n",
                "variable \"temporal_image\" {\n  default = \"temporalio/server:latest\"\n",
            ))
        },
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
    file(
        "2.5",
        "the state is a file outside its root",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("\"terraform.tfstate\"", "\"../terraform.tfstate\"")),
    ),
    files("2.5", "two roots have one key", share_backend),
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
    made("3.1", "private subnets are public", |seen| {
        let gateway = seen
            .text_at("module.vpc.aws_internet_gateway.this", "id")
            .unwrap_or_default()
            .to_owned();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_route" && resource["name"] == "private_nat" {
                    resource["values"]["gateway_id"] = json!(gateway);
                    resource["values"]["nat_gateway_id"] = json!("");
                }
            }
        });
    }),
    made("3.1", "a private subnet has no way out", |seen| {
        drop_resources(seen, "aws_route.private_nat");
    }),
    made("3.1", "the NAT gateway is in a private subnet", |seen| {
        let private = seen
            .output("private_subnet_ids")
            .map(|ids| ids[0].clone())
            .unwrap_or_default();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_nat_gateway" {
                    resource["values"]["subnet_id"] = private.clone();
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
    made("3.3", "private_subnet_ids are ARNs", |seen| {
        let outputs = &mut Arc::make_mut(&mut seen.plan)["prior_state"]["values"]["outputs"];
        let ids = outputs["private_subnet_ids"]["value"].as_array_mut();
        for id in ids.into_iter().flatten() {
            *id = json!(format!(
                "arn:aws:ec2:eu-west-1:111122223333:subnet/{}",
                text(id)
            ));
        }
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
    made("3.4", "prod has no endpoint for SSM by default", |seen| {
        if seen.wanted.profile.name() == "prod" {
            drop_resources(seen, "aws_vpc_endpoint.interface[\"ssm\"]");
        }
    }),
    file(
        "3.4",
        "dev's README doesn't say why there are no endpoints",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("- **No interface endpoints**", "- **No endpoints**")),
    ),
    made("3.5", "two private subnets are in one zone", |seen| {
        let first = seen.wanted.network.zones[0].clone();
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_subnet" && resource["name"] == "private" {
                    resource["values"]["availability_zone"] = json!(first);
                }
            }
        });
    }),
    made("3.5", "private subnets give public addresses", |seen| {
        each_resource(seen, &mut |all| {
            for resource in all.iter_mut() {
                if resource["type"] == "aws_subnet" && resource["name"] == "private" {
                    resource["values"]["map_public_ip_on_launch"] = json!(true);
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
    made("4.2", "the ECS Exec log is kept for ever", |seen| {
        let log = "module.ecs_cluster.aws_cloudwatch_log_group.exec";
        change(seen, log, |values| values["retention_in_days"] = json!(0));
    }),
    made("4.3", "cluster_arn is gone", |seen| {
        drop_output(seen, "ecs_cluster", "cluster_arn");
    }),
    made("4.4", "Container Insights is off", |seen| {
        change(seen, CLUSTER, |values| {
            values["setting"][0]["value"] = json!("disabled");
        });
    }),
    made("4.4", "what is typed in ECS Exec is not recorded", |seen| {
        change(seen, CLUSTER, |values| {
            values["configuration"][0]["execute_command_configuration"][0]["logging"] =
                json!("NONE");
        });
    }),
    made(
        "4.4",
        "Container Insights makes its log group itself",
        |seen| {
            drop_resources(seen, "aws_cloudwatch_log_group.container_insights");
        },
    ),
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
    made("5.4", "the benchmark's image is for x86", |seen| {
        let ami = "module.benchmark.module.ec2_capacity.data.aws_ssm_parameter.ami";
        replace(seen, ami, "name", "/arm64", "");
    }),
    made("5.5", "the group has no room for its instances", |seen| {
        change(seen, GROUP, |values| values["max_size"] = json!(0));
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
    made("6.1", "history logs into the group of matching", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let task = super::service::task("history");
            in_container(seen, &task, "temporal-history", |container| {
                let group = &mut container["logConfiguration"]["options"]["awslogs-group"];
                *group = json!(text(group).replace("history", "matching"));
            });
        }
    }),
    made(
        "6.1",
        "history doesn't have its own security group",
        |seen| {
            change(
                seen,
                "module.temporal_service[\"history\"].aws_ecs_service.this",
                |values| values["network_configuration"][0]["security_groups"] = json!([]),
            );
        },
    ),
    made("6.2", "history runs as matching", |seen| {
        in_service(
            seen,
            "history",
            "\"value\":\"history\"",
            "\"value\":\"matching\"",
        );
    }),
    made("6.3", "the lease's variable has another name", |seen| {
        in_service(seen, "worker", "\"CLUSTER_ENDPOINT\"", "\"CLUSTER_HOST\"");
    }),
    made("6.3", "the server connects to another database", |seen| {
        in_service(seen, "worker", "connectAddr: \\\"", "connectAddr: \\\"not-");
    }),
    made("6.3", "a sidecar writes to another workspace", |seen| {
        let config = "module.alloy_sidecar[\"worker\"].aws_ssm_parameter.config";
        replace(
            seen,
            config,
            "value",
            "/workspaces/ws-",
            "/workspaces/ws-odd",
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
    made("6.5", "without Loki the sidecar asks for it", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            replace(seen, config, "value", "logging {", "loki.write {");
        }
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
    made("8.1", "there is no Prometheus workspace", |seen| {
        drop_resources(seen, "aws_prometheus_workspace");
    }),
    made("8.1", "Grafana's service runs another task", |seen| {
        let service = "module.observability.aws_ecs_service.grafana";
        replace(seen, service, "task_definition", "grafana", "odd");
    }),
    made("8.1", "Loki has no service", |seen| {
        drop_resources(seen, "module.observability.aws_ecs_service.loki");
    }),
    made("8.1", "Loki's bucket is there without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            let workspace = "module.observability.aws_prometheus_workspace.this";
            add_like(seen, workspace, |added| {
                added["address"] = json!("module.observability.aws_s3_bucket.loki[0]");
                added["type"] = json!("aws_s3_bucket");
            });
        }
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
    made("8.4", "Loki keeps the logs on its own disk", |seen| {
        let config = "module.observability.aws_ssm_parameter.loki[0]";
        replace(
            seen,
            config,
            "value",
            "object_store: s3",
            "object_store: filesystem",
        );
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
    made("8.5", "Grafana has no source of Loki", |seen| {
        in_sources(seen, "type: loki", "type: tempo");
    }),
    made("8.5", "Grafana has a source of Loki without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
            in_sources(
                seen,
                "type: grafana-amazonprometheus-datasource",
                "type: loki",
            );
        }
    }),
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
    made("10.4", "nothing scales the benchmark's instances", |seen| {
        let provider = "module.benchmark.module.ec2_capacity.aws_ecs_capacity_provider.this";
        change(seen, provider, |values| {
            values["auto_scaling_group_provider"][0]["managed_scaling"][0]["status"] =
                json!("DISABLED");
        });
    }),
    made(
        "10.4",
        "the workers run on the services' instances",
        |seen| {
            let workers = "module.benchmark.aws_ecs_service.this[\"worker\"]";
            change(seen, workers, |values| {
                values["capacity_provider_strategy"][0]["capacity_provider"] = json!("main");
            });
        },
    ),
    made(
        "10.5",
        "the root calls the benchmark without being asked",
        |seen| call_more(seen, "benchmark"),
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
        "11.1",
        "everybody may assume the execution role, too",
        |seen| {
            in_json(seen, EXECUTION, "assume_role_policy", |policy| {
                let mut open = policy["Statement"][0].clone();
                open["Principal"] = json!({ "AWS": "*" });
                policy["Statement"] = json!([policy["Statement"][0], open]);
            });
        },
    ),
    made(
        "11.1",
        "everybody may assume a role beside the tasks",
        |seen| {
            in_json(seen, EXECUTION, "assume_role_policy", |policy| {
                policy["Statement"][0]["Principal"]["AWS"] = json!("*");
            });
        },
    ),
    made(
        "11.1",
        "another account's ECS may act as the role",
        |seen| {
            in_json(
                seen,
                super::iam::TEMPORAL_ROLE,
                "assume_role_policy",
                |policy| {
                    if let Some(statement) = policy["Statement"][0].as_object_mut() {
                        statement.remove("Condition");
                    }
                },
            );
        },
    ),
    made("11.1", "there is a role more", |seen| {
        add_like(seen, EXECUTION, |_| {});
    }),
    made(
        "11.1",
        "the schema's task has the role of the services",
        |seen| {
            let role = seen
                .text_at(super::iam::TEMPORAL_ROLE, "arn")
                .unwrap_or_default()
                .to_owned();
            let task = "module.dsql_schema.aws_ecs_task_definition.this";
            change(seen, task, |values| values["task_role_arn"] = json!(role));
        },
    ),
    made("11.1", "Loki's task has no role", |seen| {
        let task = "module.observability.aws_ecs_task_definition.loki[0]";
        change(seen, task, |values| values["task_role_arn"] = Json::Null);
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
        "11.4",
        "a second policy of the services allows all",
        |seen| {
            allow_more(
                seen,
                super::iam::TEMPORAL,
                &json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }),
            );
        },
    ),
    made("11.4", "a second policy of the UI reads secrets", |seen| {
        allow_more(
            seen,
            "module.iam.aws_iam_role_policy.temporal_ui_task[0]",
            &json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*" }),
        );
    }),
    made("11.4", "a role has AdministratorAccess", |seen| {
        attach(
            seen,
            super::iam::TEMPORAL_ROLE,
            "arn:aws:iam::aws:policy/AdministratorAccess",
        );
    }),
    made(
        "11.4",
        "AdministratorAccess is an argument of a role",
        |seen| {
            change(seen, EXECUTION, |values| {
                values["managed_policy_arns"] =
                    json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
            });
        },
    ),
    made(
        "11.4",
        "an inline policy stands in the role itself",
        |seen| {
            change(seen, "module.iam.aws_iam_role.grafana_task", |values| {
                let policy = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
                values["inline_policy"] = json!([{ "name": "odd", "policy": policy }]);
            });
        },
    ),
    made("11.4", "a role may do all but what is named", |seen| {
        in_json(seen, GRAFANA_POLICY, "policy", |policy| {
            if let Some(statement) = policy["Statement"][0].as_object_mut() {
                statement.remove("Action");
                statement.insert("NotAction".to_owned(), json!("iam:*"));
            }
        });
    }),
    made("11.4", "the hosts may do what the services may", |seen| {
        attach(
            seen,
            "module.ec2_capacity.aws_iam_role.host",
            "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",
        );
    }),
    made(
        "11.4",
        "the schema's task may connect to every cluster",
        |seen| {
            in_json(
                seen,
                "module.dsql_schema.aws_iam_role_policy.connect",
                "policy",
                |policy| policy["Statement"][0]["Resource"] = json!("*"),
            );
        },
    ),
    made("11.4", "AWS Backup restores with all rights", |seen| {
        attach(
            seen,
            "module.backup.aws_iam_role.this[\"restore\"]",
            "arn:aws:iam::aws:policy/AdministratorAccess",
        );
    }),
    made("11.4", "the schedule may stop every service", |seen| {
        in_json(
            seen,
            "module.schedule.aws_iam_role_policy.this",
            "policy",
            |policy| policy["Statement"][0]["Resource"] = json!("*"),
        );
    }),
    made(
        "11.4",
        "schedules of every account may use the role",
        |seen| {
            in_json(
                seen,
                "module.schedule.aws_iam_role.this",
                "assume_role_policy",
                |policy| policy["Statement"][0]["Condition"] = json!({}),
            );
        },
    ),
    made("11.4", "the benchmark may read metrics", |seen| {
        replace(
            seen,
            "module.benchmark.aws_iam_role_policy.task",
            "policy",
            "aps:RemoteWrite",
            "aps:*",
        );
    }),
    made("11.4", "everybody may use the visibility store", |seen| {
        in_json(
            seen,
            "module.opensearch.aws_opensearch_domain_policy.this",
            "access_policies",
            |policy| policy["Statement"][0]["Principal"] = json!({ "AWS": "*" }),
        );
    }),
    made("11.4", "everybody may read what Loki stores", |seen| {
        in_json(
            seen,
            "module.observability.aws_s3_bucket_policy.loki[0]",
            "policy",
            |policy| {
                policy["Statement"][0]["Effect"] = json!("Allow");
                policy["Statement"][0]["Principal"] = json!("*");
            },
        );
    }),
    made("11.4", "Loki may use every bucket", |seen| {
        in_json(
            seen,
            "module.iam.aws_iam_role_policy.loki_task[0]",
            "policy",
            |policy| {
                for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
                    if statement.to_string().contains("s3:") {
                        statement["Resource"] = json!("arn:aws:s3:::*");
                    }
                }
            },
        );
    }),
    made(
        "12.1",
        "a sidecar's configuration is named for another service",
        |seen| {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            replace(seen, config, "name", "/alloy/history", "/alloy/matching");
        },
    ),
    made(
        "12.1",
        "the workers' sidecar has the generator's configuration",
        |seen| {
            let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
            in_containers(
                seen,
                task,
                "/alloy/benchmark-worker",
                "/alloy/benchmark-generator",
            );
        },
    ),
    made("12.2", "metrics go to another workspace", |seen| {
        let config = "module.alloy_sidecar[\"worker\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "api/v1/remote_write", "api/v1/write");
    }),
    made("12.2", "the benchmark's metrics have no name", |seen| {
        let config = "module.alloy_sidecar[\"benchmark-generator\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "\"service\" = ", "\"job\" = ");
    }),
    made("12.2", "the UI's log goes nowhere", |seen| {
        let config = "module.alloy_sidecar[\"ui\"].aws_ssm_parameter.config";
        replace(seen, config, "value", "/loki/api/v1/push", "/push");
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
    made("12.3", "the workers have no sidecar", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_json(seen, task, "container_definitions", |all| {
            if let Some(all) = all.as_array_mut() {
                all.retain(|container| container["name"] != "alloy");
            }
        });
    }),
    made("12.3", "Grafana's task has a sidecar, too", |seen| {
        let task = "module.observability.aws_ecs_task_definition.grafana";
        in_json(seen, task, "container_definitions", |all| {
            if let Some(all) = all.as_array_mut() {
                all.push(json!({ "name": "alloy" }));
            }
        });
    }),
    made("12.4", "the UI's sidecar has no socket", |seen| {
        change(seen, UI, |values| values["volume"] = json!([]));
    }),
    made("12.4", "the workers can write to the socket", |seen| {
        let task = "module.benchmark.aws_ecs_task_definition.this[\"worker\"]";
        in_container(seen, task, "alloy", |container| {
            for mount in container["mountPoints"]
                .as_array_mut()
                .into_iter()
                .flatten()
            {
                mount["readOnly"] = json!(false);
            }
        });
    }),
    made("12.4", "the sidecar's user can't read the socket", |seen| {
        let task = super::service::task("history");
        in_container(seen, &task, "alloy", |container| {
            container["user"] = json!("473");
        });
    }),
    made("12.4", "Grafana has the socket as well", |seen| {
        let history = super::service::task("history");
        let volumes = seen
            .at(&history)
            .map(|values| values["volume"].clone())
            .unwrap_or_default();
        let task = "module.observability.aws_ecs_task_definition.grafana";
        if loki::FEATURE.is_on(&seen.wanted) {
            change(seen, task, |values| values["volume"] = volumes.clone());
        }
    }),
    made("12.4", "the server itself has the socket", |seen| {
        let task = super::service::task("history");
        let mount =
            json!({ "sourceVolume": "docker-socket", "containerPath": "/sock", "readOnly": true });
        if loki::FEATURE.is_on(&seen.wanted) {
            in_container(seen, &task, "temporal-history", |container| {
                container["mountPoints"] = json!([mount]);
            });
        }
    }),
    made("12.4", "the socket can be written to", |seen| {
        in_service(
            seen,
            "history",
            "\"readOnly\":true,\"sourceVolume\":\"docker-socket\"",
            "\"readOnly\":false,\"sourceVolume\":\"docker-socket\"",
        );
    }),
    made("12.4", "a task has the socket without Loki", |seen| {
        if !loki::FEATURE.is_on(&seen.wanted) {
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
    made("13.1", "dev has the benchmark", |seen| {
        if seen.wanted.profile.name() == "dev" {
            call_more(seen, "benchmark");
        }
    }),
    made("13.1", "dev has a NAT gateway more", |seen| {
        if seen.wanted.profile.name() == "dev" {
            let gateway = |environment: &Environment| {
                let all = environment.all("aws_nat_gateway");
                text(&all[0]["address"]).to_owned()
            };
            let first = gateway(seen);
            add_like(seen, &first, |_| {});
        }
    }),
    made("13.2", "bench's instances are dev's", |seen| {
        if seen.wanted.profile.name() == "bench" {
            let template = "module.ec2_capacity.aws_launch_template.this";
            change(seen, template, |values| {
                values["instance_type"] = json!("m8g.large");
            });
        }
    }),
    made("13.3", "prod's tables can be deleted", |seen| {
        if seen.wanted.profile.name() == "prod" {
            let table = "module.dynamodb.aws_dynamodb_table.rate_limiter";
            change(seen, table, |values| {
                values["deletion_protection_enabled"] = json!(false);
            });
        }
    }),
    made("13.3", "prod has one NAT gateway", |seen| {
        if seen.wanted.profile.name() == "prod" {
            let zone = seen.wanted.network.zones[1].clone();
            drop_resources(seen, &format!("aws_nat_gateway.this[\"{zone}\"]"));
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
    file(
        "13.4",
        "the count asked for is not what was planned",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("instance_count = 4", "instance_count = 5")),
    ),
    made(
        "13.5",
        "a parameter has the name that all environments share",
        |seen| {
            let config = "module.alloy_sidecar[\"history\"].aws_ssm_parameter.config";
            change(seen, config, |values| {
                values["name"] = json!("/alloy/history");
            });
        },
    ),
    file(
        "13.4",
        "a variable's attributes are not looked at",
        "terraform/envs/<env>/locals.tf",
        |text| Some(text.replace("= keys(var.history)", "= null")),
    ),
    file(
        "13.4",
        "nobody asks for unknown values",
        "terraform/envs/<env>/variables.tf",
        |text| Some(text.replace("length(local.unknown_values) == 0", "true")),
    ),
    file(
        "13.4",
        "terraform.tfvars forgets a switch",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("lease.enabled, ", "")),
    ),
    made("13.5", "all environments share a secret", |seen| {
        let secret = "module.observability.aws_secretsmanager_secret.grafana_admin[0]";
        change(seen, secret, |values| {
            values["name"] = json!("grafana/admin");
        });
    }),
    file(
        "13.5",
        "another environment's secret can be named later",
        "terraform/envs/<env>/variables.tf",
        |text| Some(text.replace("(^|[^A-Za-z0-9])", "")),
    ),
    made(
        "14.1",
        "something of another environment is in the state",
        |seen| {
            change(seen, CLUSTER, |values| {
                values["tags_all"]["Environment"] = json!("other");
            });
        },
    ),
    files(
        "14.1",
        "two roots keep their state in one place",
        share_backend,
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
    file(
        "14.3",
        "the README doesn't say how a local state moves to S3",
        "terraform/envs/<env>/README.md",
        |text| Some(text.replace("terraform init -migrate-state", "terraform init")),
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
        "15.1",
        "the tree has no page about migrating",
        "docs/migration.md",
        |_| None,
    ),
    file(
        "15.2",
        "the page makes a script and doesn't run it",
        "docs/migration.md",
        |text| Some(text.replace("/migrate.sh ", "/moves.sh ")),
    ),
    file(
        "15.3",
        "the checklist has nothing to tick off",
        "docs/migration.md",
        |text| Some(text.replace("- [ ] ", "- ")),
    ),
    file(
        "15.4",
        "nothing is said of the time with both",
        "docs/migration.md",
        |text| Some(text.replace("ompatib", "")),
    ),
    file(
        "15.5",
        "the way back has no heading",
        "docs/migration.md",
        |text| Some(text.replace("\n## Rollback\n", "\n\nRollback\n")),
    ),
    file(
        "15.1",
        "the tree is composed without the flat root's values",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "--spec ../migration/composition.toml",
                "--spec composition.toml",
            ))
        },
    ),
    file(
        "15.1",
        "addresses move after the plan",
        "docs/migration.md",
        |text| {
            let line = text
                .lines()
                .find(|line| line.contains("/migrate.sh --flat"))?;
            let plan = " plan -out=migration.tfplan\n";
            let text = text.replace(&format!("{line}\n"), "");
            Some(text.replace(plan, &format!("{plan}{line}\n")))
        },
    ),
    file(
        "15.1",
        "the commands name a folder of another layout",
        "docs/migration.md",
        |text| Some(text.replace("-chdir=terraform/envs/", "-chdir=envs/")),
    ),
    file(
        "15.2",
        "a script moves that no migration has",
        "docs/migration.md",
        |text| Some(text.replace("../migration/migrate.sh", "../migration/move.sh")),
    ),
    file(
        "15.2",
        "addresses are imported in place of moved",
        "docs/migration.md",
        |text| Some(text.replace("terraform state mv", "terraform import")),
    ),
    file(
        "15.3",
        "nobody looks for what the plan destroys",
        "docs/migration.md",
        |text| without_line(text, "destroys 0"),
    ),
    file(
        "15.3",
        "no second plan is asked for",
        "docs/migration.md",
        |text| without_line(text, "second plan"),
    ),
    file(
        "15.3",
        "a point calls a script that isn't there",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "- [ ] `scripts/scale-services.sh",
                "- [ ] `scripts/services.sh",
            ))
        },
    ),
    file(
        "15.3",
        "a point gives a script a command that it hasn't",
        "docs/migration.md",
        |text| Some(text.replace(" status` shows that", " show` shows that")),
    ),
    file(
        "15.3",
        "a point counts in a file that isn't there",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "as many addresses as `MIGRATION.md`",
                "as many addresses as `MIGRATION.md` and `NUMBERS.md`",
            ))
        },
    ),
    file(
        "15.4",
        "an option of the migration has another name",
        "docs/migration.md",
        |text| Some(text.replace("`migration.keep_flat_outputs`", "`migration.keep_outputs`")),
    ),
    file(
        "15.4",
        "the scripts refuse an option of the flat layout",
        "scripts/scale-services.sh",
        |text| Some(text.replace(" count= from-terraform'", " count='")),
    ),
    file(
        "15.4",
        "a call of the flat layout is answered with its own option",
        "scripts/lib/common.sh",
        |text| Some(text.replace("|| typed+=(\"$1\" \"$2\")", "&& typed+=(\"$1\" \"$2\")")),
    ),
    file(
        "15.4",
        "a call without an environment takes the first",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
                "    without_environment\n",
                "    environment=${environments%%,*} folder=terraform/envs/$environment words=(\"$environment\" \"${words[@]}\")\n",
            ))
        },
    ),
    file(
        "15.4",
        "the table names a call that no script takes",
        "docs/migration.md",
        |text| Some(text.replace(" restart` |", " redeploy` |")),
    ),
    file(
        "15.5",
        "the new root is destroyed before the state forgets what was moved",
        "docs/migration.md",
        |text| {
            let start = text.find("../migration/rollback.sh")?;
            let end = start + text[start..].find("\n```")?;
            let mut lines: Vec<&str> = text[start..end].lines().collect();
            lines.reverse();
            Some(format!(
                "{}{}{}",
                &text[..start],
                lines.join("\n"),
                &text[end..]
            ))
        },
    ),
    file(
        "15.5",
        "the flat root is not applied again",
        "docs/migration.md",
        |text| without_line(text, "terraform -chdir=../flat apply"),
    ),
    file(
        "15.5",
        "the way back has an option that its script hasn't",
        "docs/migration.md",
        |text| Some(text.replace("rollback.sh --root", "rollback.sh --env")),
    ),
    file(
        "15.5",
        "the way back has a script that isn't there",
        "docs/migration.md",
        |text| Some(text.replace("../migration/rollback.sh", "../migration/back.sh")),
    ),
    file(
        "16.1",
        "the script takes no environment",
        "scripts/scale-services.sh",
        |text| Some(text.replace("enter \"${words[0]-}\"", "enter nowhere")),
    ),
    file(
        "16.1",
        "a script takes a command that an environment may be called",
        "scripts/scale-services.sh",
        |text| {
            Some(text.replace(
                "commands='up down restart status'",
                "commands='up down restart status all'",
            ))
        },
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
        "16.3",
        "the workers' script takes an environment without a benchmark",
        "scripts/scale-benchmark-workers.sh",
        |text| {
            let call = text
                .lines()
                .find(|line| line.trim_start().starts_with("enter "))?;
            let any = call.strip_suffix(" benchmark")?;
            Some(text.replace(call, any))
        },
    ),
    file(
        "16.4",
        "a script asks ECS for a service that isn't there",
        "scripts/lib/ecs.sh",
        |text| {
            let asks = "--services \"${names[@]}\"";
            Some(text.replace(asks, &format!("{asks} odd")))
        },
    ),
    file(
        "16.4",
        "a script asks for the scaling of a service that isn't there",
        "scripts/lib/scaling/autoscaling.sh",
        |text| {
            Some(text.replace(
                "--resource-ids \"${scaling_target[@]}\"",
                "--resource-ids odd",
            ))
        },
    ),
    file(
        "16.4",
        "a script reads an output that isn't there",
        "scripts/lib/connections.sh",
        |text| {
            Some(text.replace(
                "$(output dsql_max_connections)",
                "$(output dsql_connections)",
            ))
        },
    ),
    made(
        "16.4",
        "the index is made in the security groups of the schema",
        |seen| {
            let outputs =
                &mut Arc::make_mut(&mut seen.plan)["configuration"]["root_module"]["outputs"];
            outputs["opensearch_setup_security_group_ids"] =
                outputs["dsql_schema_security_group_ids"].clone();
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
                "\"no environment given\" \"the environments are $environments\"",
                "\"no environment given\"",
            ))
        },
    ),
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
            super::iam::TEMPORAL,
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
                super::iam::TEMPORAL,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_has_a_fault() {
        let with: BTreeSet<&str> = FAULTS.iter().map(|fault| row(fault).id).collect();
        let without: Vec<&str> = table()
            .map(|row| row.id)
            .filter(|id| !with.contains(id))
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }

    #[test]
    fn no_fault_is_planted_twice() {
        let mut known = BTreeSet::new();
        for fault in FAULTS {
            assert!(
                known.insert((fault.row, fault.does)),
                "{}: {}",
                fault.row,
                fault.does
            );
        }
    }
}
