//! The rules and the alert manager's configuration that Terraform is about to apply, taken by Prometheus's own tools: each
//! rule must fire on one set of series, after its time and not before, and stay silent on another.
#![allow(missing_docs, reason = "tests say what they are by their names")]

mod series;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;

use composer_core::alarm::ON_WITHOUT_TASKS;
use engine_tests::{Tree, spec};
use serde_json::Value as Json;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

use crate::series::PROOFS;

/// Of a composition: what the plan has for the workspace.
struct WorkspacePlan {
    rules: String,
    alert_manager: String,
    runbook: String,
}

/// A production environment with every rule of its generation. Its topic exists, so that everything is known in the plan.
fn planned(limiter: &str) -> WorkspacePlan {
    let limiter = format!("environments.prod.dsql.limiter={limiter}");
    let tree = Tree::of(&spec(
        "ha-prod",
        &[
            "environments.prod.alarms.notify=topic",
            "environments.prod.alarms.topic_arn=arn:aws:sns:eu-west-1:123456789012:oncall",
            &limiter,
        ],
    ));
    let root = tree.environment("prod");
    root.initialise();
    let said = root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]);
    root.succeed(&said, "plan");
    let plan: Json =
        serde_json::from_str(&root.terraform(&["show", "-json", "tfplan"]).text).unwrap();
    let text = |kind: &str, attribute: &str| -> String {
        let changes = plan["resource_changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["type"] == kind);
        let after = &change.unwrap_or_else(|| panic!("no {kind}"))["change"]["after"];
        after[attribute].as_str().unwrap().to_owned()
    };
    WorkspacePlan {
        rules: text("aws_prometheus_rule_group_namespace", "data"),
        alert_manager: text("aws_prometheus_alert_manager_definition", "definition"),
        runbook: fs::read_to_string(tree.path().join("docs/runbook.md")).unwrap(),
    }
}

/// Runs a program of Prometheus in `folder`; what it said where it failed.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: `cargo xtask test` sets it up"));
    if output.status.success() {
        return Ok(());
    }
    Err([output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat())
}

/// The alerts of a rules file: the name and for how many seconds each waits.
fn alerts(rules: &str) -> Vec<(String, u32)> {
    let documents = YamlLoader::load_from_str(rules).unwrap();
    let mut all = Vec::new();
    for group in documents[0]["groups"].as_vec().unwrap() {
        for rule in group["rules"].as_vec().unwrap() {
            if let Yaml::String(name) = &rule["alert"] {
                let duration = rule["for"].as_str().unwrap();
                let minutes: u32 = duration.strip_suffix('m').unwrap().parse().unwrap();
                all.push((name.clone(), minutes * 60));
            }
        }
    }
    all
}

/// What is wrong with the rules, by the names of the alerts.
fn prove(rules: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("rules.yaml"), rules).unwrap();
    let mut wrong = Vec::new();
    let check = ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"];
    if let Err(said) = run(folder, "promtool", &check) {
        wrong.push(said);
    }
    let mut test = String::from("rule_files: [rules.yaml]\nevaluation_interval: 30s\ntests:\n");
    for (alarm, duration) in alerts(rules) {
        let Some(proof) = PROOFS.iter().find(|proof| proof.alarm == alarm) else {
            wrong.push(format!("{alarm}: no series prove it"));
            continue;
        };
        if proof.fires.is_empty() || proof.quiet.is_empty() {
            wrong.push(format!("{alarm}: it needs series for both"));
        }
        let begins = proof.from * 60;
        let before = (begins + duration).saturating_sub(30);
        let after = begins + duration + 60;
        for (series, expected) in [
            (proof.fires, &[(before, false), (after, true)][..]),
            (
                proof.quiet,
                &[(before, false), (after, false), (3000, false)],
            ),
        ] {
            test.push_str("- interval: 30s\n  input_series:\n");
            for (name, values) in series {
                writeln!(test, "  - {{series: \"{name}\", values: \"{values}\"}}").unwrap();
            }
            test.push_str("  promql_expr_test:\n");
            for (seconds, fires) in expected {
                let samples = match fires {
                    true => "[{labels: \"{}\", value: 1}]",
                    false => "[]",
                };
                writeln!(
                    test,
                    "  - expr: 'count(ALERTS{{alertname=\"{alarm}\", alertstate=\"firing\"}}) > bool 0'\n    \
                     eval_time: {seconds}s\n    exp_samples: {samples}"
                )
                .unwrap();
            }
        }
    }
    fs::write(folder.join("test.yaml"), test).unwrap();
    if let Err(said) = run(folder, "promtool", &["test", "rules", "test.yaml"]) {
        // Each failure names the expression, and so its alert.
        let failures = said.split("    expr: ").skip(1);
        wrong.extend(failures.map(|failure| {
            let name = failure.split("alertname=").nth(1).unwrap_or(failure);
            name.trim_start_matches(['\\', '"']).to_owned()
        }));
        if wrong.is_empty() {
            wrong.push(said);
        }
    }
    wrong
}

#[test]
fn every_rule_fires_in_time_and_only_on_its_fault() {
    let proven: BTreeSet<String> = thread::scope(|scope| {
        let of_each = ["counter", "slots"].map(|limiter| scope.spawn(move || prove_all(limiter)));
        of_each
            .into_iter()
            .flat_map(|proven| proven.join().expect("its rules are as they should be"))
            .collect()
    });
    let unused: Vec<_> = PROOFS
        .iter()
        .map(|proof| proof.alarm)
        .filter(|alarm| !proven.contains(*alarm))
        .collect();
    assert!(unused.is_empty(), "no rule has these series: {unused:?}");
    // Not by a macro, whose words the test harness keeps to itself.
    writeln!(
        io::stderr(),
        "{} rules fire on their fault, in time, and on nothing else",
        proven.len()
    )
    .unwrap();
}

/// Proves the rules of a composition with this limiter; their names.
#[track_caller]
fn prove_all(limiter: &str) -> Vec<String> {
    let planned = planned(limiter);
    let wrong = prove(&planned.rules);
    assert!(wrong.is_empty(), "{limiter}:\n{}", wrong.join("\n"));
    assert_on_without_tasks(&planned.rules);
    assert_takes_alert_manager(&planned.alert_manager);
    assert_expressions_parse(&planned.runbook);
    if limiter == "counter" {
        assert_faults_are_found(&planned.rules);
    }
    let alerts = alerts(&planned.rules).into_iter();
    alerts.map(|(name, _)| name).collect()
}

/// An hour without a single series, as between the first apply and the first start: the documents name what goes on then.
#[track_caller]
fn assert_on_without_tasks(rules: &str) {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("rules.yaml"), rules).unwrap();
    let mut test = String::from(
        "rule_files: [rules.yaml]\nevaluation_interval: 30s\ntests:\n- interval: 30s\n  input_series: []\n  \
         promql_expr_test:\n  - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'\n    eval_time: 1h\n    \
         exp_samples:\n",
    );
    for name in ON_WITHOUT_TASKS {
        writeln!(
            test,
            "    - {{labels: '{{alertname=\"{name}\"}}', value: 1}}"
        )
        .unwrap();
    }
    fs::write(folder.join("test.yaml"), test).unwrap();
    run(folder, "promtool", &["test", "rules", "test.yaml"]).unwrap();
}

/// A metric that nobody reports, a threshold out of reach and a longer wait: each is seen.
#[track_caller]
fn assert_faults_are_found(rules: &str) {
    for (text, fault, alarm) in [
        ("numshards_gauge", "numshards", "shards-unowned"),
        ("deadlocks) > 0", "deadlocks) > 9", "deadlocks"),
        ("RpsLimit", "RPS_LIMIT", "rate-limited"),
    ] {
        assert!(rules.contains(text), "{text}");
        let wrong = prove(&rules.replace(text, fault));
        assert!(
            !wrong.is_empty() && wrong.iter().all(|wrong| wrong.starts_with(alarm)),
            "{text} as {fault}: {wrong:?}"
        );
    }
}

/// Prometheus's alert manager takes what AWS wraps.
#[track_caller]
fn assert_takes_alert_manager(definition: &str) {
    let documents = YamlLoader::load_from_str(definition).unwrap();
    let inner = documents[0]["alertmanager_config"].as_str().unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("alertmanager.yaml"), inner).unwrap();
    run(
        folder.path(),
        "amtool",
        &["check-config", "alertmanager.yaml"],
    )
    .unwrap();
    for severity in ["critical", "warning"] {
        let label = format!("severity={severity}");
        let routes = [
            "config",
            "routes",
            "test",
            "--config.file=alertmanager.yaml",
            "--verify.receivers=topic",
            &label,
        ];
        run(folder.path(), "amtool", &routes).unwrap();
    }
}

/// What the runbook tells people to paste.
#[track_caller]
fn assert_expressions_parse(runbook: &str) {
    let mut rules = String::from("groups:\n- name: pasted\n  rules:\n");
    let mut count = 0;
    for block in runbook.split("```promql\n").skip(1) {
        let (expression, _) = block.split_once("\n```").unwrap();
        let quoted = serde_json::to_string(expression).unwrap();
        writeln!(rules, "  - {{record: \"pasted:{count}\", expr: {quoted}}}").unwrap();
        count += 1;
    }
    assert!(count > 20, "{count}");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    run(folder.path(), "promtool", &["check", "rules", "rules.yaml"]).unwrap();
}
