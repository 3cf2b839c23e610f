//! Each module's README against its code: the tables of inputs and outputs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use composer_core::{Problem, ProblemCode, check, contract};
use hcl::Expression;

use crate::harness::{spec, varied_trees};

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform-templates")
}

fn text(expression: &Expression) -> String {
    hcl::format::to_string(expression)
        .unwrap()
        .trim()
        .to_owned()
}

/// Without spaces and line breaks, as a table's cell can't have them.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .replace(",]", "]")
        .replace(",}", "}")
        .replace("\"", "")
}

/// The rows of the table under `heading`.
fn rows(readme: &str, heading: &str) -> Vec<Vec<String>> {
    let Some((_, section)) = readme.split_once(&format!("\n## {heading}\n")) else {
        return Vec::new();
    };
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            line.trim_matches('|')
                .replace("\\|", "\u{1}")
                .split('|')
                .map(|cell| cell.trim().replace('\u{1}', "|"))
                .collect()
        })
        .collect()
}

#[test]
fn the_tables_hold_what_the_code_has() {
    for folder in fs::read_dir(templates().join("modules")).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let variables =
            hcl::parse(&fs::read_to_string(folder.join("variables.tf")).unwrap()).unwrap();
        let expected: Vec<(String, String, String, String)> = variables
            .blocks()
            .map(|block| {
                let attribute = |key: &str| {
                    block
                        .body()
                        .attributes()
                        .find(|attribute| attribute.key() == key)
                };
                let kind = squeezed(&text(attribute("type").expect("a type").expr()));
                let default =
                    attribute("default").map(|attribute| squeezed(&text(attribute.expr())));
                let required = if default.is_some() { "no" } else { "yes" };
                assert!(
                    attribute("description").is_some(),
                    "{name}: {}",
                    block.labels()[0].as_str()
                );
                (
                    block.labels()[0].as_str().to_owned(),
                    kind,
                    default.unwrap_or("n/a".to_owned()),
                    required.to_owned(),
                )
            })
            .collect();
        let found: Vec<(String, String, String, String)> = rows(&readme, "Inputs")
            .into_iter()
            .zip(&expected)
            .map(|(row, expected)| {
                let kind = row[2].trim_matches('`');
                // An object's type may be named without its attributes.
                let kind = if kind == "object" && expected.1.starts_with("object(") {
                    expected.1.clone()
                } else {
                    squeezed(kind)
                };
                (
                    row[0].trim_matches('`').to_owned(),
                    kind,
                    squeezed(row[3].trim_matches('`')),
                    row[4].clone(),
                )
            })
            .collect();
        assert_eq!(found, expected, "{name}: inputs");
        assert_eq!(
            rows(&readme, "Inputs").len(),
            expected.len(),
            "{name}: inputs"
        );

        let outputs = hcl::parse(&fs::read_to_string(folder.join("outputs.tf")).unwrap()).unwrap();
        let expected: Vec<String> = outputs
            .blocks()
            .map(|block| {
                assert!(
                    block
                        .body()
                        .attributes()
                        .any(|attribute| attribute.key() == "description"),
                    "{name}"
                );
                block.labels()[0].as_str().to_owned()
            })
            .collect();
        let found: Vec<String> = rows(&readme, "Outputs")
            .into_iter()
            .map(|row| row[0].trim_matches('`').to_owned())
            .collect();
        assert_eq!(found, expected, "{name}: outputs");
    }
}

/// Requirement by requirement: the module, the inputs that it must accept, the outputs that it must have.
#[rustfmt::skip]
const INTERFACES: &[(&str, &[&str], &[&str])] = &[
    ("vpc", &["vpc_cidr", "availability_zones", "project_name"], &["vpc_id", "private_subnet_ids", "public_subnet_id", "vpc_cidr"]),
    ("ecs-cluster", &["project_name", "vpc_id", "log_retention_days"], &["cluster_id", "cluster_arn", "cluster_name", "service_connect_namespace_arn"]),
    ("ec2-capacity", &["instance_type", "instance_count", "vpc_id", "subnet_ids", "cluster_name"], &["capacity_provider_name", "asg_name", "instance_security_group_id"]),
    ("temporal-service", &["service_name", "cpu", "memory", "desired_count", "image", "dsql_endpoint", "opensearch_endpoint", "prometheus_workspace_arn", "loki_enabled", "reservoir_enabled", "distributed_conn_lease_enabled"], &["service_name", "task_definition_arn", "security_group_id"]),
    ("temporal-ui", &["cpu", "memory", "desired_count", "image"], &["service_name", "task_definition_arn"]),
    ("observability", &["loki_enabled", "grafana_image", "grafana_admin_secret_name"], &["prometheus_workspace_arn", "prometheus_remote_write_endpoint", "loki_endpoint"]),
    ("opensearch", &["instance_type", "instance_count", "visibility_index_name"], &["domain_endpoint", "domain_arn", "security_group_id"]),
    ("benchmark", &["benchmark_image", "cpu", "memory", "max_instances"], &["task_definition_arn", "capacity_provider_name", "worker_service_name"]),
    ("iam", &["dsql_cluster_arn", "prometheus_workspace_arn", "opensearch_domain_arn"], &["execution_role_arn", "temporal_task_role_arn", "grafana_task_role_arn", "loki_task_role_arn"]),
    ("alloy-sidecar", &["service_name", "prometheus_endpoint", "loki_endpoint"], &["init_container_definition", "sidecar_container_definition"]),
    ("dynamodb", &["conn_lease_enabled"], &["conn_lease_table_name", "conn_lease_table_arn"]),
];

#[test]
fn modules_have_the_interfaces_that_are_asked_of_them() {
    for (module, inputs, outputs) in INTERFACES {
        let folder = templates().join("modules").join(module);
        let names = |file: &str| -> BTreeSet<String> {
            hcl::parse(&fs::read_to_string(folder.join(file)).unwrap())
                .unwrap()
                .blocks()
                .map(|block| block.labels()[0].as_str().to_owned())
                .collect()
        };
        let (has_inputs, has_outputs) = (names("variables.tf"), names("outputs.tf"));
        for input in *inputs {
            assert!(has_inputs.contains(*input), "{module} has no input {input}");
        }
        for output in *outputs {
            assert!(
                has_outputs.contains(*output),
                "{module} has no output {output}"
            );
        }
        for file in [
            "main.tf",
            "variables.tf",
            "outputs.tf",
            "versions.tf",
            "README.md",
        ] {
            assert!(folder.join(file).exists(), "{module} has no {file}");
        }
    }
}

/// Whether `text` has `word` with nothing of a name behind it.
fn has_reference(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    })
}

/// What a folder declares and nothing in it reads: variables, locals and data sources.
fn unread(folder: &Path) -> Vec<String> {
    let mut declared = Vec::new();
    let mut all = String::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "tf") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for block in hcl::parse(&text).unwrap().blocks() {
            let label = |index: usize| block.labels()[index].as_str();
            match block.identifier() {
                // A validation of its own is no use.
                "variable" => {
                    declared.push(format!("var.{}", label(0)));
                    continue;
                }
                "data" => declared.push(format!("data.{}.{}", label(0), label(1))),
                "locals" => {
                    let names = block.body().attributes();
                    declared.extend(names.map(|local| format!("local.{}", local.key())));
                }
                _ => {}
            }
            all.push_str(&hcl::format::to_string(block).unwrap());
        }
    }
    declared.retain(|name| !has_reference(&all, name));
    declared
}

#[test]
fn everything_that_a_module_declares_is_read_in_it() {
    let modules = fs::read_dir(templates().join("modules")).unwrap();
    let folders = modules.map(|folder| folder.unwrap().path());
    for folder in folders.chain([templates().join("bootstrap")]) {
        assert_eq!(unread(&folder), [""; 0], "{}", folder.display());
    }
}

#[test]
fn a_readme_says_how_to_give_an_input_that_no_root_passes() {
    let mut passed: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, tree) in varied_trees() {
        let roots = tree
            .files()
            .filter(|(path, _)| path.starts_with("terraform/envs/") && path.ends_with("/main.tf"));
        for (_, file) in roots {
            let body = hcl::parse(&file.text).unwrap();
            for call in body.blocks().filter(|block| block.identifier() == "module") {
                let inputs = call.body().attributes();
                let inputs: Vec<_> = inputs.map(|it| (it.key(), text(it.expr()))).collect();
                let (_, source) = inputs.iter().find(|(name, _)| *name == "source").unwrap();
                let module = source.trim_matches('"').rsplit('/').next().unwrap();
                passed.extend(
                    inputs
                        .iter()
                        .map(|(name, _)| (module.to_owned(), (*name).to_owned())),
                );
            }
        }
    }
    let mut told = Vec::new();
    for folder in fs::read_dir(templates().join("modules")).unwrap() {
        let folder = folder.unwrap().path();
        let module = folder.file_name().unwrap().to_string_lossy().into_owned();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let (prose, _) = readme.split_once("\n## Inputs\n").unwrap();
        for row in rows(&readme, "Inputs") {
            let input = row[0].clone();
            if passed.contains(&(module.clone(), input.clone())) {
                continue;
            }
            let word = format!("`{input}`");
            for line in prose.lines().filter(|line| line.contains(&word)) {
                assert!(
                    line.contains("to this module's call in the environment's `main.tf`"),
                    "{module}: no root passes {word}: {line}"
                );
                told.push(format!("{module}.{input}"));
            }
        }
    }
    told.sort();
    assert_eq!(
        told,
        [
            "alloy-sidecar.dropped_metrics",
            "alloy-sidecar.stop_timeout",
            "benchmark.proxy_cpu",
            "benchmark.proxy_memory",
            "benchmark.stop_timeout",
            "dsql-schema.command",
            "observability.grafana_health_check_interval",
            "observability.grafana_health_check_retries",
            "observability.grafana_health_check_timeout",
            "observability.grafana_proxy_cpu",
            "observability.grafana_proxy_memory",
            "observability.grafana_start_period",
            "observability.grafana_stop_timeout",
            "temporal-service.authorization",
            "temporal-service.health_check_timeout",
            "temporal-service.proxy_memory",
            "temporal-service.tls",
            "temporal-ui.health_check_interval",
            "temporal-ui.health_check_retries",
            "temporal-ui.health_check_timeout",
            "temporal-ui.proxy_cpu",
            "temporal-ui.proxy_memory",
            "temporal-ui.start_period",
            "temporal-ui.stop_timeout"
        ]
    );
}

/// The names of environment variables that a file of a module gives values.
fn variables_set(module: &str, file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(templates().join("modules").join(module).join(file)).unwrap();
    let words = text.split([' ', '{', '\n']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let is_name = |word: &str| {
        word.contains('_')
            && word
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let pairs = words.windows(2);
    pairs
        .filter(|pair| is_name(pair[0]) && pair[1] == "=")
        .map(|pair| pair[0].to_owned())
        .collect()
}

/// Else a composition would be accepted that Terraform refuses.
#[test]
fn a_variable_that_a_module_sets_itself_is_refused_as_an_additional_one() {
    for (module, option, least) in [
        ("temporal-ui", "environments.bench.ui", 5),
        ("benchmark", "environments.bench.benchmark", 6),
    ] {
        let names = variables_set(module, "main.tf");
        assert!(names.len() >= least, "{module}: {names:?}");
        for name in &names {
            let found = problems(
                "standard",
                &[&format!("{option}.extra_environment.{name}=x")],
            );
            let code = ProblemCode::ComposedVariable;
            assert!(found.iter().any(|problem| problem.code == code), "{name}");
        }
        let other = format!("{option}.extra_environment.TEMPORAL_DEFAULT_NAMESPACE=x");
        let code = ProblemCode::ComposedVariable;
        assert!(
            problems("standard", &[&other])
                .iter()
                .all(|problem| problem.code != code)
        );
    }
}

/// A name without an underscore is no name to `variables_set`.
#[test]
fn the_servers_variables_are_those_of_the_contract() {
    let set = variables_set("temporal-service", "environment.tf");
    let wanted: BTreeSet<String> = contract::SERVER
        .iter()
        .map(|it| it.name.to_owned())
        .filter(|name| name.contains('_'))
        .collect();
    assert_eq!(set, wanted);
    let readme = templates().join("modules/temporal-service/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    assert!(
        readme.contains(&contract::table()),
        "its table is not this:\n{}",
        contract::table()
    );
}

fn problems(preset: &str, assignments: &[&str]) -> Vec<Problem> {
    check(&spec(preset, assignments)).problems.0
}
