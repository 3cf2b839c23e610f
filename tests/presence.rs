//! A root has nothing of a feature that its environment doesn't use.

use composer_core::switches::{optional_parts, switch};
use composer_core::{Tree, compose};

use crate::harness::{blueprint, spec, tree};

/// The text of an environment's own files, and of what stands beside Terraform.
fn root(tree: &Tree, environment: &str) -> String {
    tree.files()
        .filter(|(path, _)| {
            path.starts_with(&format!("terraform/envs/{environment}/"))
                // The script for images is the same in every tree, and runs another program of that name.
                || path.starts_with("scripts/") && *path != "scripts/images.sh"
                || path.starts_with("docs/")
        })
        .map(|(path, file)| match path.ends_with("terraform.tfvars") {
            true => without_switches(&file.text).to_lowercase(),
            false => file.text.to_lowercase(),
        })
        .collect()
}

/// A `terraform.tfvars` without its list of what needs composing again: it names what is off, too.
fn without_switches(text: &str) -> String {
    let (before, list) = text
        .split_once("\n# These options are not variables")
        .unwrap();
    let (_, after) = list.split_once("again.\n").unwrap();
    format!("{before}\n{after}")
}

#[test]
fn tfvars_name_what_needs_composing_again() {
    let names = |assignments: &[&str]| -> Vec<String> {
        let tree = tree("dev-lean", assignments);
        let file = tree.file("terraform/envs/dev/terraform.tfvars").unwrap();
        let (_, list) = file
            .text
            .split_once("so you can't set them here: ")
            .unwrap();
        let (list, _) = list.split_once(". Change").unwrap();
        let names = list.replace("\n# ", " ");
        names.split(", ").map(str::to_owned).collect()
    };
    // Every part's, and what else decides which blocks there are.
    let mut expected: Vec<&str> = optional_parts().map(|part| part.feature.key).collect();
    expected.extend([
        "profile",
        "access.certificate_arn",
        "access.hostname",
        "account_id",
        "alarms.notify",
        "backend.kind",
        "backend.bucket",
        "backend.region",
        "backend.key_prefix",
        "backend.kms_key_arn",
        "backup.lock",
        "images.source",
        "images.config",
        "ui.enabled",
        "dsql.mode",
        "dsql.limiter",
        "grafana.admin_secret",
        "grafana.shared_admin_secret",
        "opensearch.kms_key_arn",
    ]);
    expected.sort_unstable();
    expected.dedup();
    let mut found = names(&[]);
    found.sort_unstable();
    assert_eq!(found, expected);
    // Given, they are variables.
    expected.retain(|name| !["account_id", "grafana.admin_secret"].contains(name));
    let mut found = names(&[
        "environments.dev.account_id='012345678901'",
        "environments.dev.grafana.admin_secret=dev/grafana",
    ]);
    found.sort_unstable();
    assert_eq!(found, expected);
}

/// Words of a part besides its name, or of one whose name is a part of other words.
const WORDS: &[(&str, &[&str])] = &[
    ("access", &["frontend_access", "frontend-nlb"]),
    (
        "autoscaling",
        &["service_autoscaling", "var.autoscaling", "scaling_targets"],
    ),
    ("backup", &["backup_vault", "module.backup", "backup.sh"]),
    ("loki", &["loki", "docker"]),
    ("schedule", &["module \"schedule\"", "var.schedule"]),
    ("ui", &["temporal_ui", "temporal ui", "ui_image"]),
];

#[track_caller]
fn check(words: &[&str], off: &str, on: &str) {
    let common = "environments.dev.compute.instance_count=6";
    let without = root(&tree("dev-lean", &[common, off]), "dev");
    let with = root(&tree("dev-lean", &[common, on]), "dev");
    for word in words {
        assert!(!without.contains(word), "`{word}` is there with {off}");
        assert!(with.contains(word), "`{word}` is missing with {on}");
    }
}

#[test]
fn a_part_that_is_off_leaves_no_word() {
    for part in optional_parts() {
        let root_with = |is_on| {
            let mut spec = spec("dev-lean", &["environments.dev.compute.instance_count=6"]);
            switch(&mut spec, "dev", part, is_on);
            root(&compose(&blueprint(&spec)), "dev")
        };
        let (without, with) = (root_with(false), root_with(true));
        let own = WORDS.iter().find(|(name, _)| *name == part.name);
        for word in own.map_or(&[part.name][..], |(_, words)| words) {
            assert!(!without.contains(word), "`{word}` without {}", part.name);
            assert!(with.contains(word), "no `{word}` with {}", part.name);
        }
    }
}

#[test]
fn a_feature_that_is_off_leaves_no_word() {
    check(
        &["module.dsql.", "module \"dsql\""],
        "environments.dev.dsql.mode=existing",
        "environments.dev.dsql.mode=create",
    );
    check(
        &["var.dsql_endpoint"],
        "environments.dev.dsql.mode=create",
        "environments.dev.dsql.mode=existing",
    );
    check(
        &[
            "kept_names",
            "ring_client",
            "ecs-instances",
            "temporal-ui-task",
        ],
        "environments.dev.migration.keep_flat_names=false",
        "environments.dev.migration.keep_flat_names=true",
    );
    check(
        &["nat_gateway_public_ip", "as the flat root put it out"],
        "environments.dev.migration.keep_flat_outputs=false",
        "environments.dev.migration.keep_flat_outputs=true",
    );
    check(
        &["use_lockfile", "backend \"s3\""],
        "environments.dev.backend.kind=local",
        "environments.dev.backend.kind=s3",
    );
}

#[test]
fn no_flat_name_is_kept_of_what_is_off() {
    let assignments = [
        "environments.dev.migration.keep_flat_names=true",
        "environments.dev.ui.enabled=false",
    ];
    assert!(!root(&tree("dev-lean", &assignments), "dev").contains("ui-task"));
}

#[test]
fn only_modules_in_use_are_in_the_tree() {
    let modules = |tree: &Tree| -> Vec<String> {
        let mut names: Vec<String> = tree
            .files()
            .filter_map(|(path, _)| {
                path.strip_prefix("terraform/modules/")?
                    .split('/')
                    .next()
                    .map(str::to_owned)
            })
            .collect();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(
        modules(&tree("standard", &[])),
        [
            "alarms",
            "alloy-sidecar",
            "backup",
            "benchmark",
            "dsql-schema",
            "dynamodb",
            "ec2-capacity",
            "ecs-cluster",
            "frontend-access",
            "iam",
            "observability",
            "opensearch",
            "temporal-service",
            "temporal-ui",
            "vpc"
        ]
    );
    assert_eq!(
        modules(&tree(
            "dev-lean",
            &[
                "environments.dev.ui.enabled=false",
                "environments.dev.dsql.mode=create"
            ]
        )),
        [
            "alloy-sidecar",
            "dsql",
            "dsql-schema",
            "dynamodb",
            "ec2-capacity",
            "ecs-cluster",
            "iam",
            "observability",
            "opensearch",
            "temporal-service",
            "vpc"
        ]
    );
}

#[test]
fn tfvars_carry_only_what_differs() {
    let text = |assignments: &[&str]| {
        tree("ha-prod", assignments)
            .file("terraform/envs/prod/terraform.tfvars")
            .unwrap()
            .text
            .to_string()
    };
    assert!(!text(&[]).contains("network"));
    // Stating the default is no difference.
    assert_eq!(text(&["environments.prod.history.count=6"]), text(&[]));
    assert!(
        text(&["environments.prod.history.count=7"]).contains("\nhistory = {\n  count = 7\n}\n")
    );
}

#[test]
fn a_local_state_brings_no_bucket() {
    let tree = tree("dev-lean", &["backend.kind=local"]);
    assert!(tree.files().all(|(path, _)| !path.contains("state")));
}

#[test]
fn several_accounts_and_regions_are_bootstrapped_each() {
    let tree = tree(
        "standard",
        &[
            "environments.prod.account_id='222222222222'",
            "environments.bench.region=us-east-1",
            "environments.bench.images.source=own",
        ],
    );
    let files: Vec<&str> = tree
        .files()
        .filter_map(|(path, _)| path.strip_prefix("terraform/bootstrap/"))
        .filter(|path| path.ends_with(".tfvars"))
        .collect();
    assert_eq!(
        files,
        [
            "222222222222-eu-west-1.tfvars",
            "eu-west-1.tfvars",
            "us-east-1.tfvars"
        ]
    );
    assert_eq!(
        tree.file("terraform/bootstrap/us-east-1.tfvars")
            .unwrap()
            .text,
        "project = \"temporal\"\nregion  = \"us-east-1\"\n\neni_trunking = true\n\n\
         # Roles belong to the account: another region of it makes them.\nservice_linked_roles = []\n\n\
         default_state_bucket = true\n"
    );
}

#[test]
fn a_states_key_is_its_buckets_where_all_its_environments_have_it() {
    let key = |id: char| {
        format!(
            "arn:aws:kms:eu-west-1:123456789012:key/{}",
            "1234abcd-12ab-4bcd-8bef-123456789abX".replace('X', &id.to_string())
        )
    };
    let values = |assignments: &[&str]| {
        let tree = tree("standard", &[&["images.source=own"], assignments].concat());
        let file = tree.file("terraform/bootstrap/terraform.tfvars").unwrap();
        let (_, text) = file.text.split_once("eni_trunking = true\n\n").unwrap();
        text.to_owned()
    };
    let one = format!("backend.kms_key_arn='{}'", key('1'));
    let other = format!("environments.prod.backend.kms_key_arn='{}'", key('2'));
    assert_eq!(values(&[]), "default_state_bucket = true\n");
    assert_eq!(
        values(&[&one]),
        format!(
            "default_state_bucket             = true\ndefault_state_bucket_kms_key_arn = \"{}\"\n",
            key('1')
        )
    );
    assert_eq!(values(&[&one, &other]), "default_state_bucket = true\n");
    assert_eq!(values(&[&other]), "default_state_bucket = true\n");
    let own = "environments.prod.backend.bucket=states-of-prod";
    assert_eq!(
        values(&[&one, &other, own]),
        format!(
            "default_state_bucket             = true\ndefault_state_bucket_kms_key_arn = \"{}\"\n\
             # Leave out a bucket that exists already.\nstate_buckets = [\"states-of-prod\"]\n\
             state_bucket_kms_key_arns = {{\n  states-of-prod = \"{}\"\n}}\n",
            key('1'),
            key('2')
        )
    );
}
