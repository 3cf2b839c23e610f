//! A part has one file: who else in `src` names it is listed here, with the reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use composer_core::check as check_spec;
use composer_core::sizing::{tasks, tasks_on_hosts_of_parts};
use composer_core::switches::switch_all;

use crate::harness::walk;

/// The files that have a word that begins with `word`, in lower case, but for the part's own, unit tests and benches.
fn naming(word: &str, part: &str) -> BTreeMap<String, usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&folder, &folder, &mut files);
    let own = format!("core/parts/{part}.rs");
    let mut found = BTreeMap::new();
    for file in files {
        let is_test = ["core/parts/placed.rs", "core/parts/without.rs"].contains(&&*file);
        if file == own || is_test || file.contains("/benches/") {
            continue;
        }
        let Ok(text) = fs::read_to_string(folder.join(&file)) else {
            continue;
        };
        let code = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        let code = code.to_lowercase();
        // A word that begins with it: "leases" names the lease, "releases" doesn't.
        let count = code
            .match_indices(word)
            .filter(|(at, _)| !code[..*at].ends_with(char::is_alphabetic))
            .count();
        if count > 0 {
            found.insert(file, count);
        }
    }
    found
}

#[track_caller]
fn check(part: &str, expected: &[(&str, &str)]) {
    check_word(part, part, expected);
}

/// Who names a part by a word that is not the part's name.
#[track_caller]
fn check_word(word: &str, part: &str, expected: &[(&str, &str)]) {
    let found: Vec<String> = naming(word, part).into_keys().collect();
    let expected: Vec<&str> = expected.iter().map(|(file, _)| *file).collect();
    assert_eq!(found, expected, "{word}");
}

#[test]
fn few_files_name_loki() {
    check(
        "loki",
        &[
            ("cli/args.rs", "an example of a switch"),
            ("core/assignment.rs", "an example of a switch"),
            ("core/link.rs", "an example of a switch"),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

#[test]
fn few_files_name_the_benchmark() {
    check(
        "benchmark",
        &[
            ("core/catalog/metrics.rs", "metrics of its tasks"),
            ("core/migrate/flat.rs", "addresses of the flat root"),
            ("core/migrate/page.rs", "an example of a switch"),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/sizing/targets.rs",
                "the name of a source's document, which is of another",
            ),
            (
                "xtask/lighthouse.rs",
                "the name of a figure of Lighthouse, which is of another",
            ),
        ],
    );
}

#[test]
fn few_files_name_the_reservoir() {
    check(
        "reservoir",
        &[
            ("core/catalog/metrics.rs", "metrics of the plugin"),
            (
                "core/compose/connections.rs",
                "how many of them a task has, in each generation of the plugin",
            ),
            ("core/contract.rs", "the variables that the plugin reads"),
            (
                "core/parts/lease.rs",
                "its switch needs it: only connections kept ready are counted",
            ),
            (
                "core/parts/limiter.rs",
                "the metric of what it refuses, which only a reservoir has",
            ),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/parts/part.rs",
                "whose ready connections a code counts",
            ),
            (
                "core/sizing/connection_demand.rs",
                "how many of them a task has, in each generation of the plugin",
            ),
            (
                "core/sizing/targets.rs",
                "the recommended sizes were measured with it",
            ),
        ],
    );
}

#[test]
fn few_files_name_the_lease() {
    check(
        "lease",
        &[
            (
                "cli/connections.rs",
                "a key of `size --json`, which is public",
            ),
            ("core/contract.rs", "the variables that the plugin reads"),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

#[test]
fn few_files_name_grafana() {
    check(
        "grafana",
        &[
            ("cli/cost.rs", "where series are counted"),
            ("cli/init.rs", "an example of a secret's name"),
            ("core/catalog/replacement.rs", "types of AWS resources"),
            (
                "core/compose/dashboards.rs",
                "the head of the file of its dashboards",
            ),
            (
                "core/compose/docs/migration.rs",
                "the list of what to see after a migration, and calls of the flat layout",
            ),
            (
                "core/compose/docs/runbook.rs",
                "where the expressions of alarms are shown",
            ),
            (
                "core/compose/readme/repository.rs",
                "what the tree is, in a sentence",
            ),
            ("core/migrate/flat.rs", "addresses of the flat root"),
            (
                "core/migrate/page.rs",
                "the list of what to see after a migration",
            ),
            ("core/parts/loki.rs", "it asks for logs and shows them"),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/parts/roles.rs",
                "outputs of the flat root, in its order",
            ),
            (
                "core/parts/telemetry.rs",
                "the maker of Alloy, in the name of its image",
            ),
            ("core/rules/containers.rs", "an example of an image"),
            ("core/rules/names.rs", "examples of a secret's name"),
        ],
    );
}

#[test]
fn few_files_name_the_sidecar() {
    check_word(
        "alloy",
        "telemetry",
        &[
            (
                "core/migrate/flat.rs",
                "what is left of the collector before it",
            ),
            ("core/parts/benchmark.rs", "its tasks take the sidecar"),
            (
                "core/parts/grafana.rs",
                "its files are written by the same image",
            ),
            ("core/parts/services.rs", "their tasks take the sidecar"),
            ("core/parts/ui.rs", "its task takes the sidecar"),
            ("core/rules/containers.rs", "an example of an image"),
            ("core/series.rs", "the module with the scrape interval"),
            ("core/sizing/task.rs", "what the sidecar takes of a task"),
            (
                "web/model/diagram.rs",
                "how metrics and logs come to their stores",
            ),
            ("web/model/highlight.rs", "the language of a copied file"),
            (
                "web/view/preview/overview/diagram.rs",
                "what stands beside the Temporal services",
            ),
        ],
    );
}

#[test]
fn few_files_name_the_workspace_of_the_metrics() {
    check_word(
        "prometheus",
        "telemetry",
        &[
            ("cli/args.rs", "an example of expected use"),
            ("cli/cost.rs", "where to state expected use"),
            ("core/alarm.rs", "what evaluates rules"),
            ("core/catalog/metrics.rs", "who has the metrics"),
            ("core/catalog/prices.rs", "what has a price"),
            ("core/catalog/replacement.rs", "types of AWS resources"),
            ("core/catalog/tags.rs", "the service that takes its tags"),
            (
                "core/compose/docs/runbook.rs",
                "how to see which of its alerts fire",
            ),
            (
                "core/compose/flat_outputs.rs",
                "the flat root's output that sums it up",
            ),
            (
                "core/compose/readme/repository.rs",
                "what the tree is, in a sentence",
            ),
            ("core/migrate/flat.rs", "addresses of the flat root"),
            ("core/parts/alarms.rs", "what sends alarms"),
            ("core/parts/benchmark.rs", "its tasks write metrics there"),
            ("core/parts/endpoints.rs", "an AWS service that they reach"),
            ("core/parts/grafana.rs", "it shows the metrics"),
            ("core/parts/part.rs", "what records values for alarms"),
            ("core/parts/roles.rs", "what the services may use"),
            ("core/parts/services.rs", "their tasks write metrics there"),
            ("core/series.rs", "how many samples it gets"),
            ("core/sizing/price_list.rs", "an example of expected use"),
            ("xtask/setup.rs", "the package that has promtool and amtool"),
            ("xtask/test.rs", "that the tests need it"),
        ],
    );
}

#[test]
fn few_files_name_interface_endpoints() {
    check_word(
        "interface endpoint",
        "endpoints",
        &[
            ("core/catalog/quotas.rs", "how many a VPC may have"),
            ("core/environment.rs", "whether there are any"),
            ("core/parts/network.rs", "the network in a few words"),
            ("core/presets.rs", "what a preset has"),
        ],
    );
}

#[test]
fn few_files_name_the_web_interface() {
    check(
        "ui",
        &[
            ("core/migrate/flat.rs", "addresses of the flat root"),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

#[test]
fn few_files_name_the_budget() {
    check(
        "budget",
        &[
            ("core/catalog/replacement.rs", "types of AWS resources"),
            ("core/catalog/tags.rs", "the service that takes its tags"),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "web/view/preview/sizing/connections.rs",
                "a table's title, where it means connections",
            ),
        ],
    );
}

#[test]
fn few_files_name_the_limiter() {
    check(
        "limiter",
        &[
            (
                "core/compose/connections.rs",
                "how many connections a task holds in each generation of the plugin",
            ),
            ("core/contract.rs", "the variables that the plugin reads"),
            (
                "core/environment.rs",
                "a generation of the plugin, which also decides what counts all connections",
            ),
            ("core/migrate/flat.rs", "addresses of the flat root"),
            ("core/parts/dsql.rs", "the option of the generation"),
            (
                "core/parts/lease.rs",
                "whether a counter or blocks count all connections",
            ),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/parts/reservoir.rs",
                "how many reservoirs a task has in each generation of the plugin",
            ),
            ("core/parts/roles.rs", "what the services may use"),
            ("core/parts/services.rs", "what the services use"),
            (
                "core/sizing/connection_demand.rs",
                "why DSQL's burst is of no use",
            ),
        ],
    );
}

/// "DSQL" is the name of the product, so many files have it. What only the part should decide is what the environment's own
/// cluster and one that exists have otherwise.
#[test]
fn few_files_ask_whose_the_database_is() {
    check(
        "dsqlcluster",
        &[
            ("core/environment.rs", "the type"),
            ("core/parts/dsql.rs", "the part itself"),
            (
                "core/sizing/connections.rs",
                "which environments are given the same one",
            ),
        ],
    );
}

/// `autoscaling` is also the name of services of AWS.
#[test]
fn few_files_name_autoscaling() {
    check(
        "autoscaling",
        &[
            ("core/catalog/replacement.rs", "types of AWS resources"),
            ("core/migrate/flat.rs", "addresses of the flat root"),
            (
                "core/parts/benchmark.rs",
                "a metric of AWS Auto Scaling, which scales its instances",
            ),
            (
                "core/parts/compute.rs",
                "a metric of AWS Auto Scaling, which scales the instances",
            ),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/parts/schedule.rs",
                "the guide of AWS Auto Scaling, which changes the instances",
            ),
            (
                "core/problem_code.rs",
                "the situation in which it has added all tasks",
            ),
        ],
    );
}

#[test]
fn few_files_name_the_backup() {
    check(
        "backup",
        &[
            ("core/catalog/prices.rs", "what has a price"),
            (
                "core/catalog/replacement.rs",
                "what replaces a vault, as of every type",
            ),
            (
                "core/compose/docs/operations.rs",
                "that nothing copies the database of an environment",
            ),
            (
                "core/drift.rs",
                "the end of a file of Terraform, which is of another",
            ),
            (
                "core/migrate/page.rs",
                "copies of the flat root's state, which are of another",
            ),
            ("core/parts/dsql.rs", "how its data are restored"),
            ("core/parts/grafana.rs", "that its data have none"),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

/// "Schedule" is a word of Temporal and of the page too. What only the part should know are its options and its variable.
#[test]
fn few_files_name_the_schedule() {
    check_word("schedule.", "schedule", &[]);
    check_word("var.schedule", "schedule", &[]);
    check_word(
        "scheduled_services",
        "schedule",
        &[
            ("core/parts/mod.rs", "whose tasks are counted for it"),
            (
                "core/parts/part.rs",
                "the variable with a value for each service",
            ),
        ],
    );
}

/// "Access" is a word of the language: its options and its type are not.
#[test]
fn few_files_name_access_for_clients() {
    check_word("frontend_access", "access", &[]);
    check_word("frontendaccess", "access", &[]);
    check_word(
        "access::",
        "access",
        &[
            ("cli/staging.rs", "a lock's kind, which is of another"),
            ("cli/write.rs", "a lock's kind, which is of another"),
            (
                "core/compose/readme/environment.rs",
                "the chapter about what people open, which is of another",
            ),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

/// Each part has rows of alarms of its own. Few ask which an environment has.
#[test]
fn few_files_ask_which_alarms_there_are() {
    check_word(
        "alarms::",
        "alarms",
        &[
            (
                "core/check/alarm_names.rs",
                "whose thresholds a spec may change",
            ),
            ("core/compose/alarms.rs", "the file of the alarms"),
            ("core/compose/docs/runbook.rs", "a chapter for each"),
            (
                "core/compose/locals.rs",
                "whether there are values to compare with",
            ),
            ("core/compose/mod.rs", "whether there is the file"),
            (
                "core/compose/readme/operation.rs",
                "which go on before the first start",
            ),
            (
                "core/compose/readme/repository.rs",
                "whether there is the runbook",
            ),
            ("core/parts/mod.rs", "the lists of parts"),
            (
                "core/parts/opensearch.rs",
                "its own rows, in a file of their own",
            ),
            (
                "core/parts/services.rs",
                "its own rows, in a file of their own",
            ),
            ("core/sizing/cost.rs", "the metrics that they read"),
            (
                "web/view/preview/overview/mod.rs",
                "whether there is the table",
            ),
            ("web/view/preview/overview/tables.rs", "a row for each"),
        ],
    );
    check_word(
        "thresholds",
        "alarms",
        &[
            ("core/alarm.rs", "the type, and whether rows count"),
            ("core/alarms.rs", "whether an environment has any"),
            ("core/parts/dsql.rs", "its own limit"),
            ("core/parts/schedule.rs", "whether a sleep wakes somebody"),
            ("core/parts/service_alarms.rs", "their own limits"),
        ],
    );
}

/// Each part has an option for its image. Few ask where images come from.
#[test]
fn few_files_ask_where_images_come_from() {
    check_word(
        "images::",
        "images",
        &[
            (
                "core/compose/bootstrap.rs",
                "the registries, for those built",
            ),
            ("core/compose/docs/operations.rs", "how a build is repeated"),
            ("core/compose/images.rs", "the recipes of those built"),
            ("core/compose/mod.rs", "the writer of the recipes"),
            ("core/compose/readme/operation.rs", "when to build"),
            ("core/compose/readme/repository.rs", "where the recipes are"),
            ("core/compose/scripts.rs", "the script that builds"),
            ("core/migrate/adoption.rs", "a flat root has its own"),
            ("core/open.rs", "the values that a build gives"),
            ("core/options/general.rs", "the option, among the images"),
            ("core/parts/benchmark.rs", "how its instances pull them"),
            ("core/parts/compute.rs", "how instances pull them"),
            ("core/parts/grafana.rs", "whether its image is built"),
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

/// A service has the same colour in every pool, so its style names it. A part's new service needs one, and its file of styles
/// is none of the part's own: styles are no code, and the page's first part doesn't load them.
#[test]
fn every_service_has_a_colour() {
    let mut spec = composer_core::presets::find("standard").unwrap().spec();
    switch_all(&mut spec, "bench", true);
    let checked = check_spec(&spec);
    let settled = checked
        .environments()
        .iter()
        .find(|it| it.environment.name == "bench")
        .unwrap();
    let mut services: Vec<String> = tasks(&settled.environment)
        .into_iter()
        .chain(tasks_on_hosts_of_parts(&settled.environment))
        .map(|row| row.service.to_string())
        .collect();
    services.sort();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/css/sizing.css");
    let styles = fs::read_to_string(path).unwrap();
    let mut colours: Vec<String> = styles
        .match_indices(".of-")
        .map(|(at, start)| {
            let name = &styles[at + start.len()..];
            name[..name.find([',', ' ']).unwrap()].to_owned()
        })
        .collect();
    colours.sort();
    assert_eq!(colours, services);
}
