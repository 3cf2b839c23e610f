//! The recipes of the images: what they copy is there, and their versions stand in one file.

use std::collections::{BTreeMap, BTreeSet};

use composer_core::options::{self, DefaultValue};
use composer_core::{Tree, Value};

use crate::harness::tree;

const ALL: &[&str] = &[
    "environments.dev.benchmark.enabled=true",
    "environments.dev.compute.instance_count=4",
];

/// The recipes of `tree` by name.
fn recipes(tree: &Tree) -> BTreeMap<&str, &str> {
    tree.files()
        .filter_map(|(path, file)| {
            let name = path.strip_prefix("images/")?.strip_suffix(".Dockerfile")?;
            Some((name, &*file.text))
        })
        .collect()
}

/// The versions that the recipes are given.
fn versions(tree: &Tree) -> BTreeMap<&str, &str> {
    let text = &tree.file("images/versions.env").unwrap().text;
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('=').unwrap()).collect()
}

/// The words after an instruction of a recipe, one list for each time it stands there.
fn instructions<'a>(recipe: &'a str, name: &str) -> Vec<Vec<&'a str>> {
    let lines = recipe
        .lines()
        .filter(|line| line.split(' ').next() == Some(name));
    lines
        .map(|line| line.split(' ').skip(1).collect())
        .collect()
}

#[test]
fn every_version_stands_in_one_file_and_names_one_thing_for_ever() {
    let tree = tree("dev-lean", ALL);
    let versions = versions(&tree);
    let mut used = BTreeSet::new();
    for (name, recipe) in recipes(&tree) {
        let arguments: BTreeSet<&str> = instructions(recipe, "ARG").concat().into_iter().collect();
        for argument in &arguments {
            assert!(
                versions.contains_key(argument),
                "{name}: {argument} has a value of its own"
            );
            assert!(
                recipe.contains(&format!("${{{argument}}}"))
                    || recipe.contains(&format!("${argument}")),
                "{name}: {argument} is not used"
            );
        }
        for from in instructions(recipe, "FROM") {
            let argument = from[0].trim_start_matches("${").trim_end_matches('}');
            assert!(arguments.contains(argument), "{name}: {from:?}");
        }
        for source in instructions(recipe, "ADD") {
            assert!(
                source[0].contains("#${"),
                "{name}: {source:?} names no commit"
            );
        }
        used.extend(arguments);
    }
    assert_eq!(used, versions.keys().copied().collect());
    for (name, version) in versions {
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match name.rsplit('_').next().unwrap() {
            "IMAGE" => {
                let (image, digest) = version.split_once("@sha256:").unwrap();
                assert!(digest.len() == 64 && is_hex(digest), "{name}");
                assert!(!image.ends_with(":latest") && image.contains(':'), "{name}");
            }
            "COMMIT" => assert!(version.len() == 40 && is_hex(version), "{name}"),
            "VERSION" => assert_eq!(version.split('.').count(), 3, "{name}"),
            _ => panic!("{name}"),
        }
    }
}

#[test]
fn what_a_recipe_copies_was_built_and_nothing_runs_as_root() {
    let tree = tree("dev-lean", ALL);
    for (name, recipe) in recipes(&tree) {
        // What builds and downloads stays out of the image.
        let stages = instructions(recipe, "FROM");
        assert_eq!(stages.len(), 2, "{name}");
        assert_eq!(stages[0][1..], ["AS", "build"], "{name}");
        let (before, last) = recipe.rsplit_once("\nFROM ").unwrap();
        assert!(last.contains("\nCOPY "), "{name}");
        for copy in instructions(recipe, "COPY") {
            // Nothing of this machine: the recipe is all that a build gets.
            let (stage, files) = copy.split_first().unwrap();
            assert_eq!(*stage, "--from=build", "{name}");
            let (_, files) = files.split_last().unwrap();
            // Grafana reads its plugin as the user that the image has.
            let files = match files.split_first().unwrap() {
                (&"--chown=472:0", files) if name == "grafana" => files,
                _ => files,
            };
            assert!(!files.is_empty(), "{name}");
            // A loop over tools builds several.
            let before = before.replace(
                "temporal-$tool-tool",
                "temporal-dsql-tool /usr/local/bin/temporal-elasticsearch-tool",
            );
            for file in files {
                let is_built = before.split([' ', '"', '\n']).any(|word| word == *file);
                assert!(is_built, "{name}: {file}");
            }
        }
        let users = instructions(recipe, "USER");
        let expected = match name {
            "grafana" => "472",
            _ => "1000:1000",
        };
        assert_eq!(users.last().unwrap(), &[expected], "{name}");
    }
}

#[test]
fn a_recipe_is_there_where_its_image_is_used() {
    let names = |assignments: &[&str]| -> Vec<String> {
        recipes(&tree("dev-lean", assignments))
            .into_keys()
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(names(&[]), ["admin-tools", "grafana", "server"]);
    assert_eq!(
        names(ALL),
        ["admin-tools", "benchmark", "grafana", "server"]
    );
    assert_eq!(
        names(&["images.grafana=grafana/grafana:13.2.2"]),
        ["admin-tools", "server"]
    );
    let own = tree("dev-lean", &["images.source=own"]);
    assert!(own.files().all(|(path, _)| !path.contains("images")));
}

#[test]
fn a_readme_lists_what_each_image_of_ones_own_needs() {
    let tools = "`/bin/sh`, `temporal`, `temporal-dsql-tool`";
    for (access_control, others) in [
        (false, " and `temporal-elasticsearch-tool`"),
        (true, ", `temporal-elasticsearch-tool` and `curl`"),
    ] {
        let access_control = format!("environments.dev.opensearch.access_control={access_control}");
        let own = tree(
            "dev-lean",
            &[ALL, &["images.source=own", &access_control]].concat(),
        );
        let readme = &own.file("terraform/envs/dev/README.md").unwrap().text;
        let (_, table) = readme.split_once("\n| Variable | Needs |\n").unwrap();
        let rows: Vec<&str> = table
            .lines()
            .skip(1)
            .take_while(|line| line.starts_with('|'))
            .collect();
        // One for each recipe, as somebody else must build what these build.
        assert_eq!(
            rows.len(),
            recipes(&tree("dev-lean", ALL)).len(),
            "{rows:?}"
        );
        let row = format!("| `admin_tools_image` | {tools}{others} |");
        assert!(rows.contains(&row.as_str()), "{rows:?}");
    }
}

#[test]
fn the_versions_are_those_that_are_named_elsewhere() {
    let tree = tree("dev-lean", &[]);
    let versions = versions(&tree);
    let file = |path: &str| tree.file(path).unwrap().text.to_string();
    let (grafana, _) = versions["GRAFANA_IMAGE"].split_once('@').unwrap();
    let variables = file("terraform/envs/dev/variables.tf");
    assert!(
        variables.contains(&format!("= \"{grafana}\"\n")),
        "{grafana}"
    );
    let plugin = file("terraform/modules/observability/variables.tf");
    let version = versions["GRAFANA_PLUGIN_VERSION"];
    assert!(
        plugin.contains(&format!("default     = \"{version}\"\n")),
        "{version}"
    );
    // The plugin of this commit counts connections; from e74d6b6 on it hands out slots, and reads other variables.
    let limiters = [("cf90c57d6", "counter")];
    let commit = &versions["TEMPORAL_COMMIT"][..9];
    let (_, limiter) = limiters.iter().find(|(of, _)| *of == commit).unwrap();
    let option = options::environment_option("dsql.limiter");
    let DefaultValue::Same(default) = option.default else {
        panic!("{:?}", option.default)
    };
    assert_eq!(Value::from(default).as_text(), Some(*limiter), "{commit}");
    // What go.mod of that commit asks for: Go 1.25.5 or newer.
    let (_, go) = versions["GO_IMAGE"].split_once("golang:1.25.").unwrap();
    let (patch, _) = go.split_once('-').unwrap();
    assert!(patch.parse::<u32>().unwrap() >= 5, "{go}");
    // The commit at which the server's keys of dynamic configuration were read.
    let keys = include_str!("../src/core/catalog/server_keys.rs");
    assert!(
        keys.contains(&format!("iw/temporal registers at commit {commit},")),
        "{commit}"
    );
}
