//! A part has one file: who else in `src` names it is listed here, with the reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::harness::walk;

/// The files that have a word that begins with `part`, in lower case, but for the part's own, unit tests and benches.
fn naming(part: &str) -> BTreeMap<String, usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&folder, &folder, &mut files);
    let own = format!("core/parts/{part}.rs");
    let mut found = BTreeMap::new();
    for file in files {
        if file == own || file.ends_with("without.rs") || file.contains("/benches/") {
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
            .match_indices(part)
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
    let found: Vec<String> = naming(part).into_keys().collect();
    let expected: Vec<&str> = expected.iter().map(|(file, _)| *file).collect();
    assert_eq!(found, expected, "{part}");
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
            ("core/parts/mod.rs", "the lists of parts"),
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
            ("core/parts/mod.rs", "the lists of parts"),
        ],
    );
}

#[test]
fn few_files_name_grafana() {
    check(
        "grafana",
        &[
            ("cli/init.rs", "an example of a secret's name"),
            (
                "core/compose/docs/migration.rs",
                "the list of what to see after a migration, and calls of the flat layout",
            ),
            ("core/compose/readme.rs", "what the tree is, in a sentence"),
            ("core/fix/proposals.rs", "a problem's fix"),
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
            ("core/problem_code.rs", "problems with a fix"),
            ("core/rules/containers.rs", "an example of an image"),
            ("core/rules/names.rs", "examples of a secret's name"),
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
            ("core/migrate/flat.rs", "addresses of the flat root"),
            ("core/parts/mod.rs", "the lists of parts"),
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
