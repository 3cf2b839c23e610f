//! Grafana's dashboards: their expressions as Prometheus reads them, and their files as Grafana's task gets them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use engine_tests::{Tree, spec};
use serde_json::Value as Json;

/// What the expressions have in place of a time that Grafana chooses.
const INTERVAL: (&str, &str) = ("$__rate_interval", "5m");

/// A line for readers, such as one of the table of panels. Not by a macro, whose words the test harness keeps to itself.
fn show(line: &str) {
    let mut terminal = io::stderr().lock();
    writeln!(terminal, "{line}").unwrap();
}

/// An environment with every feature that has panels, once for each generation of the DSQL plugin.
fn trees() -> Vec<Tree> {
    let with = |more: &[&str]| {
        let mut assignments = vec![
            "environments.dev.loki.enabled=true",
            "environments.dev.reservoir.enabled=true",
            "environments.dev.lease.enabled=true",
            "environments.dev.benchmark.enabled=true",
            "environments.dev.access.frontend=internal",
            "environments.dev.dsql.mode=create",
            "environments.dev.compute.instance_type=m8g.8xlarge",
            "environments.dev.compute.instance_count=4",
        ];
        assignments.extend(more);
        Tree::of(&spec("dev-lean", &assignments))
    };
    vec![
        with(&[]),
        with(&[
            "environments.dev.dsql.limiter=slots",
            "environments.dev.lease.block_size=1000",
        ]),
    ]
}

/// The values of `key` in a file of dashboards, without their quotes.
fn values(text: &str, key: &str) -> Vec<String> {
    let start = format!("{key}: '");
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start_matches([' ', '-']);
            Some(
                line.strip_prefix(&start)?
                    .strip_suffix('\'')?
                    .replace("''", "'"),
            )
        })
        .collect()
}

#[track_caller]
fn promtool(arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("promtool is on the PATH: `cargo xtask test` sets it up");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Each expression as a recording rule of its own, which is what promtool reads.
fn rules(expressions: &[String]) -> String {
    let mut text = String::from("groups:\n- name: panels\n  rules:\n");
    for (index, expression) in expressions.iter().enumerate() {
        let expression = expression.replace(INTERVAL.0, INTERVAL.1);
        text.push_str(&format!(
            "  - record: panel:{index}\n    expr: {}\n",
            Json::from(expression)
        ));
    }
    text
}

#[test]
fn prometheus_takes_every_expression() {
    let folder = tempfile::tempdir().unwrap();
    let check = |expressions: &[String]| {
        fs::write(folder.path().join("rules.yaml"), rules(expressions)).unwrap();
        promtool(&["check", "rules", "rules.yaml"], folder.path())
    };
    let mut all = BTreeSet::new();
    for tree in trees() {
        let path = tree.path().join("terraform/envs/dev/dashboards.yaml");
        all.extend(values(&fs::read_to_string(path).unwrap(), "expr"));
    }
    let all: Vec<String> = all.into_iter().collect();
    assert!(all.len() > 50, "{all:#?}");
    assert_eq!(check(&all), Ok(()));
    show(&format!("{} expressions", all.len()));
    // That it would find one.
    let broken = [all[0].replacen('(', "((", 1)];
    assert!(check(&broken).is_err());
}

/// The metrics of an expression: words that no parenthesis follows, outside of texts, matchers, ranges and lists of labels.
fn metrics(expression: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut rest, mut lists_labels) = (expression, false);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '\'' => rest[1..].find(first).unwrap() + 2,
            '{' => closing(rest, '}'),
            '[' => closing(rest, ']'),
            '(' if lists_labels => closing(rest, ')'),
            c if c.is_ascii_alphanumeric() || c == '_' => {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let word = &rest[..end];
                lists_labels = ["by", "without", "on", "ignoring"].contains(&word);
                let is_name = !first.is_ascii_digit()
                    && !lists_labels
                    && !["or", "and", "unless", "offset"].contains(&word)
                    && !rest[end..].trim_start().starts_with('(')
                    && !["sum", "max", "min"].contains(&word);
                if is_name {
                    found.insert(word.to_owned());
                }
                end
            }
            _ => 1,
        };
        if !first.is_ascii_alphanumeric() && first != ' ' {
            lists_labels = false;
        }
        rest = &rest[end..];
    }
    found
}

/// How long the text up to `bracket` is, which may stand in quotes before.
fn closing(text: &str, bracket: char) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == bracket => return at + 1,
            None => {}
        }
    }
    panic!("{text} is not closed");
}

/// The names that the sidecar keeps are read from the same files, but by Terraform.
#[test]
fn the_sidecars_keep_each_metric_that_an_alarm_or_a_panel_names() {
    for (limiter, block_size) in [("counter", 100), ("slots", 1000)] {
        let limiter = format!("environments.dev.dsql.limiter={limiter}");
        let block_size = format!("environments.dev.lease.block_size={block_size}");
        let tree = Tree::of(&spec(
            "dev-lean",
            &[
                "environments.dev.alarms.enabled=true",
                "environments.dev.alarms.email=oncall@example.com",
                "environments.dev.reservoir.enabled=true",
                "environments.dev.lease.enabled=true",
                "environments.dev.benchmark.enabled=true",
                "environments.dev.compute.instance_type=m8g.8xlarge",
                "environments.dev.compute.instance_count=4",
                "environments.dev.telemetry.more_metrics=[\"memory_heap\"]",
                &limiter,
                &block_size,
            ],
        ));
        let root = tree.environment("dev");
        let read = |file: &str| {
            fs::read_to_string(tree.path().join("terraform/envs/dev").join(file)).unwrap()
        };
        // Those of rules stand in double quotes, with `LIMIT` for a threshold.
        let rules = read("alarms.tf");
        let (_, rules) = rules.split_once("recording_rules = {").unwrap();
        let mut named = BTreeSet::new();
        for line in rules.lines() {
            let Some((_, value)) = line.split_once(" = \"") else {
                continue;
            };
            let is_expression = line.contains("expression") || line.trim().starts_with('"');
            if is_expression {
                named.extend(metrics(value.trim_end_matches('"')));
            }
        }
        let of_alarms = named.len();
        for expression in values(&read("dashboards.yaml"), "expr") {
            named.extend(metrics(&expression));
        }
        // What rules record comes from Prometheus itself, and values from Terraform.
        named.retain(|name| {
            !name.contains(':') && !["var", "alarms", "telemetry", "LIMIT"].contains(&&**name)
        });
        assert!(of_alarms > 15 && named.len() > 60, "{of_alarms} {named:?}");
        named.insert("memory_heap_bucket".to_owned());

        root.initialise();
        root.apply(&[]);
        let shown = root.terraform(&["show", "-json"]);
        let state: Json = serde_json::from_str(&shown.text).unwrap();
        let mut tasks = Vec::new();
        resources(
            &state["values"]["root_module"],
            "aws_ecs_task_definition",
            &mut tasks,
        );
        let mut patterns = BTreeSet::new();
        for task in &tasks {
            let containers: Json =
                serde_json::from_str(task["container_definitions"].as_str().unwrap()).unwrap();
            for container in containers.as_array().unwrap() {
                for variable in container["environment"].as_array().into_iter().flatten() {
                    if variable["name"] == "KEPT_METRICS" {
                        patterns.insert(variable["value"].as_str().unwrap().to_owned());
                    }
                }
            }
        }
        assert_eq!(patterns.len(), 1, "one for all sidecars");
        let pattern = regex::Regex::new(patterns.first().unwrap()).unwrap();
        let lost: Vec<&String> = named
            .iter()
            .filter(|name| !pattern.is_match(name))
            .collect();
        assert_eq!(lost, Vec::<&String>::new());
        assert!(!pattern.is_match("memory_stack"));
        assert!(!pattern.is_match("LIMIT"), "a threshold is no metric");
        show(&format!("{} series names pass the filter", named.len()));
    }
}

/// The environment is applied, and the init container's command is run with what its parameters hold.
#[test]
fn the_files_of_the_dashboards_are_what_grafana_takes() {
    for tree in trees() {
        let root = tree.environment("dev");
        root.initialise();
        root.apply(&[]);
        let shown = root.terraform(&["show", "-json"]);
        let state: Json = serde_json::from_str(&shown.text).unwrap();
        let mut parameters = Vec::new();
        resources(
            &state["values"]["root_module"],
            "aws_ssm_parameter",
            &mut parameters,
        );
        let value = |arn: &Json| {
            let found = parameters.iter().find(|values| values["arn"] == *arn);
            found.unwrap_or_else(|| panic!("{arn}"))["value"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let mut tasks = Vec::new();
        resources(
            &state["values"]["root_module"],
            "aws_ecs_task_definition",
            &mut tasks,
        );
        let grafana = tasks
            .iter()
            .find(|task| task["family"].as_str().unwrap().ends_with("-grafana"))
            .unwrap();
        let containers: Json =
            serde_json::from_str(grafana["container_definitions"].as_str().unwrap()).unwrap();
        let writer = containers
            .as_array()
            .unwrap()
            .iter()
            .find(|container| container["name"] == "grafana-config")
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let command = writer["command"][0].as_str().unwrap();
        assert!(command.contains("cd /etc/grafana/provisioning && "));
        // The script in the parameters names the folder, too.
        let command = command.replace("/etc/grafana/provisioning", path).replace(
            "| gunzip | sh -e",
            &format!("| gunzip | sed 's|>/etc/grafana/provisioning|>{path}|' | sh -e"),
        );
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(&command);
        for secret in writer["secrets"].as_array().unwrap() {
            shell.env(
                secret["name"].as_str().unwrap(),
                value(&secret["valueFrom"]),
            );
        }
        let output = shell.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{said}");

        let mut names: Vec<String> = fs::read_dir(folder.path().join("dashboards"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "aws.json",
                "benchmark.json",
                "dashboards.yaml",
                "dsql.json",
                "temporal-server.json",
                "workers.json"
            ]
        );
        for name in names.iter().filter(|name| name.ends_with(".json")) {
            let text = fs::read_to_string(folder.path().join("dashboards").join(name)).unwrap();
            let dashboard: Json = serde_json::from_str(&text).unwrap();
            assert_eq!(dashboard["uid"], name.trim_end_matches(".json"));
            let mut ids = BTreeSet::new();
            show(&format!(
                "{} ({} characters)",
                dashboard["title"],
                text.len()
            ));
            for panel in dashboard["panels"].as_array().unwrap() {
                let shown = format!("{panel:#}");
                assert!(ids.insert(panel["id"].as_u64().unwrap()), "{shown}");
                for key in ["title", "description"] {
                    assert_ne!(panel[key].as_str().unwrap(), "", "{shown}");
                }
                let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap();
                show(&format!("  {} [{unit}]", panel["title"].as_str().unwrap()));
                for target in panel["targets"].as_array().unwrap() {
                    let text = target.to_string().replace("${PROP('Dim.", "");
                    assert!(!text.contains("${"), "{shown}");
                    let has_query = target["expr"].as_str().is_some_and(|expr| !expr.is_empty())
                        || target["dimensions"]
                            .as_object()
                            .is_some_and(|all| !all.is_empty());
                    assert!(has_query, "{shown}");
                }
            }
        }
    }
}

fn resources<'a>(module: &'a Json, kind: &str, found: &mut Vec<&'a Json>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["type"] == kind {
            found.push(&resource["values"]);
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        resources(child, kind, found);
    }
}
