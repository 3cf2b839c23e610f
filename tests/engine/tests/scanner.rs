//! checkov on what is composed: each finding has its reason at the resource.
#![allow(missing_docs, reason = "tests say what they are by their names")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use composer_core::Spec;
use composer_core::presets::PRESETS;
use composer_core::switches::switch_all;
use engine_tests::{Tree, spec};
use serde_json::Value as Json;

/// What checkov says of the Terraform in `folder`.
fn scan(folder: &Path) -> Json {
    let output = Command::new("checkov")
        .args(["--directory", "."])
        .args(["--framework", "terraform", "--output", "json"])
        .args(["--compact", "--soft-fail", "--skip-download"])
        .current_dir(folder)
        .output()
        .expect("checkov is on the PATH: `cargo xtask test` sets it up");
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!(
            "{error}\n{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// Finding and resource, of those that failed or were skipped.
fn found<'a>(report: &'a Json, kind: &str) -> BTreeSet<(&'a str, &'a str, &'a str)> {
    let all = report["results"][kind].as_array().into_iter().flatten();
    all.map(|check| {
        (
            check["check_id"].as_str().unwrap(),
            check["file_path"].as_str().unwrap(),
            check["resource"].as_str().unwrap(),
        )
    })
    .collect()
}

/// Every optional part on, protected and for production.
fn everything() -> Spec {
    let mut spec = spec("ha-prod", &["environments.prod.compute.instance_count=12"]);
    switch_all(&mut spec, "prod", true);
    spec
}

#[test]
fn every_finding_has_a_reason() {
    let mut specs: Vec<(&str, Spec)> = vec![("everything on", everything())];
    for preset in PRESETS {
        specs.push((preset.name, preset.spec()));
    }
    // Each takes one core for about 20 seconds, half of which is checkov's start.
    let scans: Vec<_> = specs
        .into_iter()
        .map(|(name, spec)| {
            thread::spawn(move || {
                let tree = Tree::of(&spec);
                (name, scan(&tree.path().join("terraform")))
            })
        })
        .collect();
    for scan in scans {
        let (name, report) = scan.join().unwrap();
        let report = if report.is_array() {
            &report[0]
        } else {
            &report
        };
        let summary = &report["summary"];
        assert_eq!(found(report, "failed_checks"), BTreeSet::new(), "{name}");
        assert_eq!(summary["parsing_errors"], 0, "{name}");
        assert!(summary["passed"].as_i64() > Some(300), "{name}: {summary}");
        assert!(!found(report, "skipped_checks").is_empty(), "{name}");
    }
}

/// A weakness that somebody puts in is found.
#[test]
fn a_new_weakness_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path();
    let bucket = "resource \"aws_s3_bucket\" \"open\" {\n  bucket = \"open\"\n}\n";
    fs::write(module.join("main.tf"), bucket).unwrap();
    let report = scan(module);
    let failed = found(&report, "failed_checks");
    // No public access block.
    assert!(
        failed.contains(&("CKV2_AWS_6", "/main.tf", "aws_s3_bucket.open")),
        "{failed:?}"
    );
}
