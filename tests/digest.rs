//! What is composed and found of many compositions, as digests in `tests/digests.txt`: a change of the code alone changes
//! none. Golden files show what a difference looks like; these notice one anywhere, in what no file shows too, such as
//! which value a line leads to.
//!
//! After a change that is meant: `BLESS=1 cargo test digest`. To see what is another, have the texts written with
//! `TEXTS=<folder> cargo test digest` before and after, and compare the two folders.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use composer_core::blueprint::environments;
use composer_core::sizing::connection_demand::Connections;
use composer_core::sizing::cost::cost;
use composer_core::sizing::price_list::PriceList;
use composer_core::switches::{optional_parts, switch};
use composer_core::{
    CheckResult, Environment, PlacedEnvironment, Spec, Tree, check, compose, inventory, options,
    presets, sizing,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{is_copied, spec, varied_specs};

/// What is set beside an optional part that is switched on, by its name.
#[rustfmt::skip] // one row a line
const WITH_PART: &[(&str, &[&str])] = &[
    ("ui", &["ui.count=2"]),
    ("reservoir", &["reservoir.base_lifetime=5m"]),
    ("lease", &["lease.limit=500"]),
    ("backup", &["backup.retention_days=14", "backup.lock=false"]),
    ("benchmark", &["compute.instance_count=8"]),
    ("budget", &["budget.monthly_limit_usd=900"]),
];

/// What else is set in each environment of a preset, by name.
#[rustfmt::skip] // one row a line
const SWITCHES: &[(&str, &[&str])] = &[
    ("as-it-is", &[]),
    ("no-loki-no-ui", &["loki.enabled=false", "ui.enabled=false"]),
    ("lease-without-reservoir", &["lease.enabled=true", "reservoir.enabled=false"]),
    ("slots", &["dsql.limiter=slots", "reservoir.enabled=true", "lease.enabled=true"]),
    ("benchmark-without-loki", &["benchmark.enabled=true", "loki.enabled=false"]),
    ("benchmark-too-large", &["benchmark.enabled=true", "benchmark.max_instances=1", "benchmark.worker_count=40"]),
    ("own-cluster", &["dsql.mode=create"]),
    ("shared-cluster", &["dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"]),
    ("endpoints", &["network.endpoints=true", "network.nat=per-az"]),
    ("no-endpoints", &["network.endpoints=false", "network.nat=single"]),
    ("flat-names", &["migration.keep_flat_names=true"]),
    ("flat-outputs", &["migration.keep_flat_outputs=true"]),
    ("everything-flat", &["migration.keep_flat_names=true", "migration.keep_flat_outputs=true", "loki.enabled=true", "ui.enabled=true", "benchmark.enabled=true", "lease.enabled=true", "dsql.mode=create"]),
    ("local-state", &["backend.kind=local"]),
    ("own-secret", &["grafana.admin_secret=some/secret", "account_id='012345678901'"]),
    ("protected", &["deletion_protection=true", "log_retention_days=365"]),
    ("old-images", &["images.loki=grafana/loki:3.5.0", "images.grafana=grafana/grafana:11.0.0", "images.ui=temporalio/ui:latest"]),
    ("one-instance", &["compute.instance_count=1", "compute.eni_trunking=false"]),
    ("small-tasks", &["loki.cpu=256", "loki.memory=256", "ui.cpu=256", "ui.memory=256", "grafana.cpu=256", "grafana.memory=256"]),
    ("one-task-each", &["frontend.count=1", "history.count=1", "matching.count=1", "worker.count=1"]),
    ("hungry", &["history.max_conns=500", "worker.count=30"]),
    ("another-region", &["region=us-east-1"]),
];

/// Presets with each optional part on and off, with other values, and what else the tests vary.
fn specs() -> Vec<(String, Spec)> {
    let mut all = Vec::new();
    for preset in presets::PRESETS {
        let with = |values: &[&str]| {
            let environments = preset.spec();
            let assignments: Vec<String> = environments
                .environments()
                .into_iter()
                .flat_map(|environment| {
                    values
                        .iter()
                        .map(move |value| format!("environments.{environment}.{value}"))
                })
                .collect();
            let assignments: Vec<&str> = assignments.iter().map(String::as_str).collect();
            spec(preset.name, &assignments)
        };
        for part in optional_parts() {
            let beside = WITH_PART.iter().find(|(name, _)| *name == part.name);
            let mut on = with(beside.map_or(&[], |(_, values)| values));
            let mut off = with(&[]);
            for environment in preset.spec().environments() {
                switch(&mut on, environment, part, true);
                switch(&mut off, environment, part, false);
            }
            all.push((format!("{}/{}", preset.name, part.name), on));
            all.push((format!("{}/no-{}", preset.name, part.name), off));
        }
        for (name, values) in SWITCHES {
            all.push((format!("{}/{name}", preset.name), with(values)));
        }
    }
    let varied = varied_specs().into_iter();
    all.extend(varied.map(|(name, spec)| (format!("varied/{name}"), spec)));
    all
}

/// Each file with its lines, each with the value that made it. Of a copied file only what brought it in: its text is a
/// template's.
fn files(tree: &Tree) -> String {
    let mut text = String::new();
    for (path, file) in tree.files() {
        writeln!(text, "== {path} {}", file.executable).unwrap();
        if is_copied(path) {
            writeln!(text, "{:?}", file.origin(0).map(ToString::to_string)).unwrap();
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            let origin = file.origin(index).unwrap();
            writeln!(text, "{origin}\t{line}").unwrap();
        }
        writeln!(text, "ends in a line feed: {}", file.text.ends_with('\n')).unwrap();
    }
    text
}

/// What is found of each environment, whether or not all of them can be composed.
fn findings(checked: &CheckResult) -> String {
    let mut text = String::new();
    let all = environments(checked.environments());
    for environment in checked.environments() {
        let settings: Vec<_> = environment
            .settings
            .iter()
            .map(|setting| {
                let stated = setting.is_stated;
                format!(
                    "{} {:?} {:?} {:?} {stated} {}",
                    setting.row.key,
                    setting.value,
                    setting.entries,
                    setting.profile_default,
                    setting.from
                )
            })
            .collect();
        let found = json!({
            "environment": environment.name,
            "settings": settings,
            "tasks": sizing::tasks(environment),
            "placement": placement(environment, &all),
            "connections": connections(&Connections::of(environment)),
            "cost": cost(environment, &PriceList::default()),
            "resources": inventory::resources(environment).into_iter().collect::<BTreeMap<_, _>>(),
        });
        writeln!(text, "{}", serde_json::to_string_pretty(&found).unwrap()).unwrap();
    }
    text
}

/// Where the tasks find room, and what would help.
fn placement(environment: &PlacedEnvironment, all: &[&Environment]) -> Value {
    let mut placement = json!(*environment.placement);
    let pools = environment.placement.pools.iter();
    for (index, pool) in pools.enumerate() {
        placement["pools"][index]["changes"] =
            json!(pool.changes(environment, all, &PriceList::default()));
    }
    placement
}

/// The connections: what they are made of, and what comes of them.
fn connections(connections: &Connections) -> Value {
    let services: Vec<_> = connections
        .services
        .iter()
        .map(|service| (service.service.name(), service.each(), service.deploying()))
        .collect();
    let fill = connections.fill();
    json!({
        "services": services,
        "sums": [connections.steady(), connections.deploying(), connections.deploying_one(), connections.left()],
        "rates": [connections.mean_lifetime().seconds(), connections.renewals_per_1000_seconds()],
        "fill": [fill.connections, fill.milliseconds],
    })
}

/// The table of options, as each reader of it sees it.
fn table() -> String {
    let mut text = String::new();
    for row in options::OPTIONS.iter() {
        writeln!(text, "{row:?}\n{}", row.kind.allowed()).unwrap();
    }
    text
}

#[test]
fn what_is_composed_and_found_has_not_changed() {
    let mut digests = String::new();
    let mut add = |name: &str, what: &str, text: &str| {
        if let Some(folder) = env::var_os("TEXTS") {
            let path = Path::new(&folder).join(name).join(what);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let digest = Sha256::digest(text.as_bytes());
        let digits: String = digest[..8].iter().fold(String::new(), |mut digits, byte| {
            write!(digits, "{byte:02x}").unwrap();
            digits
        });
        writeln!(digests, "{name} {what} {digits}").unwrap();
    };
    add("options", "table", &table());
    for (name, spec) in specs() {
        let checked = check(&spec);
        let problems = serde_json::to_string_pretty(&checked.problems).unwrap();
        add(&name, "problems", &problems);
        add(&name, "findings", &findings(&checked));
        if let Some(blueprint) = &checked.blueprint {
            add(&name, "tree", &files(&compose(blueprint)));
            let steps: Vec<String> = compose::next::steps(blueprint)
                .iter()
                .map(|step| format!("{step:?}"))
                .collect();
            add(&name, "steps", &steps.join("\n"));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/digests.txt");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &digests).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let changed: Vec<&str> = digests
        .lines()
        .filter(|line| stored.lines().all(|other| other != *line))
        .collect();
    assert!(
        stored == digests,
        "{} of {} digests are not those of {}, first of these:\n{}",
        changed.len(),
        digests.lines().count(),
        path.display(),
        changed[..changed.len().min(20)].join("\n")
    );
}
