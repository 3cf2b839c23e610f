//! Compositions beyond the presets: every feature on, every feature off, other places and values.

use composer_core::Spec;
use composer_core::switches::switch_all;
use engine_tests::{Tree, spec};

#[track_caller]
fn apply(preset: &str, assignments: &[&str], environment: &str) {
    apply_spec(&spec(preset, assignments), environment);
}

#[track_caller]
fn apply_spec(spec: &Spec, environment: &str) {
    let tree = Tree::of(spec);
    let root = tree.environment(environment);
    root.initialise();
    root.apply(&[]);
    root.expect_no_changes(&[]);
}

#[test]
fn everything_on_in_dev() {
    let mut spec = spec(
        "dev-lean",
        &[
            "environments.dev.dsql.mode=create",
            "environments.dev.compute.instance_count=4",
            "environments.dev.account_id='123456789012'",
            "environments.dev.grafana.admin_secret=dev/grafana",
            "environments.dev.network.nat=per-az",
            "environments.dev.network.endpoints=true",
            "environments.dev.history.extra_environment.A=\"${x} %{y} \\\"z\\\" \\\\\"",
            "environments.dev.history.target_ready=20",
            "tags.\"cost center\"=a b",
            "backend.bucket=states",
        ],
    );
    switch_all(&mut spec, "dev", true);
    apply_spec(&spec, "dev");
}

#[test]
fn everything_off_in_bench() {
    let mut spec = spec(
        "standard",
        &[
            "environments.bench.ui.enabled=false",
            "environments.bench.network.endpoints=false",
            "environments.bench.backend.kind=local",
        ],
    );
    switch_all(&mut spec, "bench", false);
    apply_spec(&spec, "bench");
}

#[test]
fn an_environment_of_another_name_elsewhere() {
    apply(
        "dev-lean",
        &[
            "environments.staging.profile=prod",
            "environments.staging.region=us-west-2",
            "environments.staging.network.availability_zones=['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2d']",
            "environments.staging.opensearch.instance_count=2",
            "environments.staging.loki.enabled=false",
        ],
        "staging",
    );
}

#[test]
fn the_smallest_and_the_largest_sizes() {
    apply(
        "dev-lean",
        &[
            "project=ab",
            "environments.dev.history_shards=1",
            "environments.dev.ui.cpu=384",
            "environments.dev.grafana.cpu=256",
            "environments.dev.history.cpu=512",
            "environments.dev.history.memory=768",
            "environments.dev.opensearch.volume_size=10",
        ],
        "dev",
    );
    apply(
        "ha-prod",
        &[
            "project=twelve-chars",
            "environments.prod.compute.instance_type=m8g.48xlarge",
            "environments.prod.compute.instance_count=100",
            "environments.prod.history.cpu=16384",
            "environments.prod.history.memory=131072",
            "environments.prod.history.count=90",
            "environments.prod.history.max_conns=10",
            "environments.prod.history.target_ready=10",
            "environments.prod.worker.count=0",
            "environments.prod.opensearch.instance_count=9",
            "environments.prod.opensearch.instance_type=r6g.large.search",
            "environments.prod.opensearch.volume_size=2048",
            "environments.prod.loki.retention_days=365",
        ],
        "prod",
    );
}
