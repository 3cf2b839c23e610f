//! The alarms of a composition and the sections of its runbook: two lists that must be one.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::{Tree, alarms};
use hcl::Expression;

use crate::harness::{blueprint, spec, varied_trees};

/// The sections that the messages of an environment's alarms name.
fn named(text: &str) -> BTreeSet<String> {
    let file = hcl::parse(text).unwrap();
    let mut found = BTreeSet::new();
    for block in file.blocks() {
        for attribute in block.body().attributes() {
            let Expression::Object(entries) = attribute.expr() else {
                continue;
            };
            for (key, value) in entries {
                match attribute.key() {
                    "alert_rules" | "event_alarms" => {
                        found.insert(key.to_string());
                    }
                    "metric_alarms" => {
                        let Expression::Object(alarm) = value else {
                            panic!("{key} is no object")
                        };
                        let section = alarm.iter().find(|(name, _)| name.to_string() == "section");
                        let Some((_, Expression::String(section))) = section else {
                            panic!("{key} has no section")
                        };
                        found.insert(section.clone());
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// The sections of a runbook.
fn sections(runbook: &str) -> BTreeSet<String> {
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    headings.map(str::to_owned).collect()
}

/// The files of the alarms by environment, and the runbook; `None` where there are no alarms.
fn files(tree: &Tree) -> Option<(BTreeMap<String, String>, String)> {
    let mut found = BTreeMap::new();
    let mut runbook = None;
    for (path, file) in tree.files() {
        if path.ends_with("/alarms.tf") {
            found.insert(path.to_owned(), file.text.to_string());
        }
        if path == "docs/runbook.md" {
            runbook = Some(file.text.to_string());
        }
    }
    assert_eq!(found.is_empty(), runbook.is_none());
    Some((found, runbook?))
}

#[test]
fn each_alarm_has_a_section_and_each_section_an_alarm() {
    let mut with_alarms = 0;
    for (name, tree) in varied_trees() {
        let Some((files, runbook)) = files(&tree) else {
            continue;
        };
        with_alarms += 1;
        let mut all = BTreeSet::new();
        for text in files.values() {
            all.extend(named(text));
        }
        assert_eq!(all, sections(&runbook), "{name}");
    }
    assert!(with_alarms > 3, "{with_alarms}");
}

#[test]
fn a_section_that_is_gone_is_found() {
    let tree = composer_core::compose(&blueprint(&spec("ha-prod", &[])));
    let (files, runbook) = files(&tree).unwrap();
    let named = named(files.values().next().unwrap());
    let (start, end) = runbook.split_once("\n## latency\n").unwrap();
    let (_, rest) = end.split_once("\n## ").unwrap();
    let without = format!("{start}\n## {rest}");
    let missing: Vec<String> = named.difference(&sections(&without)).cloned().collect();
    assert_eq!(missing, ["latency"]);
}

#[test]
fn what_an_environment_lacks_wakes_nobody() {
    let names = |assignments: &[&str]| -> BTreeSet<&str> {
        let blueprint = blueprint(&spec("ha-prod", assignments));
        alarms::of(&blueprint.environments[0])
            .into_iter()
            .map(|alarm| alarm.name)
            .collect()
    };
    let all = names(&[]);
    for (assignments, gone) in [
        (
            &["environments.prod.access.frontend=none"][..],
            &["frontend-ports", "frontend-unhealthy"][..],
        ),
        (
            &["environments.prod.lease.enabled=false"],
            &["lease-refused", "lease-throttled"],
        ),
        (
            &[
                "environments.prod.lease.enabled=false",
                "environments.prod.reservoir.enabled=false",
            ],
            &[
                "connections-fail",
                "connects-limited",
                "lease-refused",
                "lease-throttled",
                "reservoir-empty",
                "reservoir-low",
            ],
        ),
        (
            &["environments.prod.opensearch.instance_count=1"],
            &["search-yellow"],
        ),
    ] {
        let left = names(assignments);
        let missing: Vec<&str> = all.difference(&left).copied().collect();
        assert_eq!(missing, gone, "{assignments:?}");
    }
    assert!(names(&["environments.prod.alarms.enabled=false"]).is_empty());
}
