//! The contract with an image: which variables a container gets.

use std::collections::BTreeSet;

use composer_core::Environment;
use composer_core::contract::{Reader, SERVER};
use composer_core::parts::images::ImageSource;
use composer_core::parts::loki;
use composer_core::templates;
use serde_json::Value as Json;

use crate::container::Container;

/// Asserts that the container of the service has exactly the variables of the contract whose condition is met, each with a
/// value, and that the files of the tree read those that they should.
#[track_caller]
pub(crate) fn expect(container: &Container, environment: &Environment, service: &str, place: &str) {
    let mut services = environment.services.iter();
    let settled = services.find(|it| it.name() == service).unwrap();
    let wanted: BTreeSet<&str> = SERVER
        .iter()
        .filter(|it| it.when.is_met(environment, settled))
        .map(|it| it.name)
        .collect();
    let found: BTreeSet<&str> = container.environment.keys().map(String::as_str).collect();
    assert_eq!(found, wanted, "{place}");
    let empty = container
        .environment
        .iter()
        .find(|(_, value)| value.is_empty());
    assert_eq!(empty, None, "{place}");
    for it in SERVER {
        let reads = |file: &str| {
            let path = format!("modules/temporal-service/{file}");
            let mut all = templates::ALL.iter();
            let (_, text) = all.find(|(name, _)| name.ends_with(&path)).unwrap();
            text.contains(it.name)
        };
        match it.reader {
            Reader::StartScript => assert!(reads("files/start.sh"), "{}", it.name),
            Reader::Configuration => assert!(reads("templates/server.yaml.tftpl"), "{}", it.name),
            // Their sources are not here.
            Reader::ImageScript | Reader::Plugin | Reader::Sdk => {}
        }
    }
}

/// A variable of a container that is not the server's.
struct Row {
    container: &'static str,
    name: &'static str,
    reader: Other,
    when: When,
}

/// What reads it.
#[derive(Clone, Copy)]
enum Other {
    /// The container's own command, by its name behind a dollar sign.
    Command,
    /// A program, which is known to do so from this source.
    Program(&'static str),
    /// Nothing: with another value, ECS starts new tasks.
    Revision,
}

/// When it is set.
#[derive(Clone, Copy)]
enum When {
    Always,
    /// Where this is so of the environment.
    If(fn(&Environment) -> bool),
    /// Where somebody wants it: the program has a default.
    Wanted,
}

use Other::{Command, Program, Revision};
use When::{Always, If, Wanted};

const SDK: Other = Program("AWS SDK: reference, \"Environment variables\"");
const DSQL_TOOL: Other = Program("iw/temporal tools/dsql/main.go");
const SEARCH_TOOL: Other = Program("temporalio/temporal tools/elasticsearch/README.md");
const UI: Other = Program("temporalio/ui server/config/docker.yaml");
const GRAFANA: Other = Program("Grafana: \"Configure Grafana\", GF_<section>_<key>");
const BENCHMARK: Other = Program("iw/temporal-dsql-deploy-ecs benchmark/internal/config/config.go");
const POLLERS: Other = Program("images/benchmark.Dockerfile, which patches the program");

const fn row(container: &'static str, name: &'static str, reader: Other, when: When) -> Row {
    Row {
        container,
        name,
        reader,
        when,
    }
}

#[rustfmt::skip] // one row a line
const OTHERS: &[Row] = &[
    row("dsql-schema", "AWS_REGION", DSQL_TOOL, Always),
    row("dsql-schema", "CLUSTER_ENDPOINT", DSQL_TOOL, Always),
    row("dsql-schema", "SQL_DATABASE", DSQL_TOOL, Always),
    row("dsql-schema", "SQL_PORT", DSQL_TOOL, Always),
    row("dsql-schema", "SQL_USER", DSQL_TOOL, Always),
    row("opensearch-setup", "AWS_CREDENTIALS", SEARCH_TOOL, Always),
    row("opensearch-setup", "AWS_REGION", SDK, Always),
    row("opensearch-setup", "ES_SERVER", SEARCH_TOOL, Always),
    row("opensearch-setup", "ES_TLS", SEARCH_TOOL, Always),
    row("opensearch-setup", "ES_VISIBILITY_INDEX", Command, Always),
    row("opensearch-setup", "CREDENTIALS_HOST", Command, If(|it| it.opensearch.access_control)),
    row("opensearch-setup", "SECURITY_AUDIT", Command, If(|it| it.opensearch.audit_log)),
    row("opensearch-setup", "SECURITY_MAPPING", Command, If(|it| it.opensearch.access_control)),
    row("opensearch-setup", "SECURITY_ROLE", Command, If(|it| it.opensearch.access_control)),
    row("temporal-ui", "AWS_EC2_METADATA_DISABLED", SDK, Always),
    row("temporal-ui", "TEMPORAL_ADDRESS", UI, Always),
    row("temporal-ui", "TEMPORAL_CORS_ORIGINS", UI, Always),
    row("temporal-ui", "TEMPORAL_CSRF_COOKIE_INSECURE", UI, Always),
    row("temporal-ui", "TEMPORAL_UI_PORT", UI, Always),
    row("alloy-config", "ALLOY_CONFIG", Command, Always),
    row("alloy-config", "ALLOY_CONFIG_SHA256", Revision, Always),
    row("alloy", "AWS_EC2_METADATA_DISABLED", SDK, Always),
    row("alloy", "AWS_REGION", SDK, Always),
    row("alloy", "GOMEMLIMIT", Program("Go: package runtime, \"Environment Variables\""), Always),
    row("alloy", "KEPT_METRICS", Program("the composed configuration: sys.env"), Wanted),
    row("loki-config", "CONFIG_SHA256", Revision, Always),
    row("loki-config", "LOKI_CONFIG", Command, Always),
    row("loki", "AWS_EC2_METADATA_DISABLED", SDK, Always),
    row("grafana-config", "CONFIG_SHA256", Revision, Always),
    row("grafana-config", "DASHBOARD_PROVIDER", Command, Always),
    row("grafana-config", "DASHBOARDS_01", Command, Always),
    row("grafana-config", "DASHBOARDS_02", Command, Always),
    row("grafana-config", "DASHBOARDS_03", Command, Always),
    row("grafana-config", "DASHBOARDS_04", Command, Always),
    row("grafana-config", "DASHBOARDS_05", Command, Always),
    row("grafana-config", "DASHBOARDS_06", Command, Always),
    row("grafana-config", "DASHBOARDS_07", Command, Always),
    row("grafana-config", "DASHBOARDS_08", Command, Always),
    row("grafana-config", "DASHBOARDS_09", Command, Always),
    row("grafana-config", "DASHBOARDS_10", Command, Always),
    row("grafana-config", "DASHBOARDS_11", Command, Always),
    row("grafana-config", "DASHBOARDS_12", Command, Always),
    row("grafana-config", "DATASOURCES", Command, Always),
    row("grafana", "AWS_EC2_METADATA_DISABLED", SDK, Always),
    row("grafana", "AWS_REGION", SDK, Always),
    row("grafana", "GF_ANALYTICS_CHECK_FOR_UPDATES", GRAFANA, Always),
    row("grafana", "GF_ANALYTICS_REPORTING_ENABLED", GRAFANA, Always),
    row("grafana", "GF_AUTH_ANONYMOUS_ENABLED", GRAFANA, Always),
    row("grafana", "GF_AUTH_SIGV4_AUTH_ENABLED", GRAFANA, Always),
    row("grafana", "GF_AWS_ALLOWED_AUTH_PROVIDERS", GRAFANA, Always),
    row("grafana", "GF_AWS_FORWARD_SETTINGS_TO_PLUGINS", GRAFANA, Always),
    row("grafana", "GF_LOG_MODE", GRAFANA, Always),
    row("grafana", "GF_PLUGINS_PREINSTALL_DISABLED", GRAFANA, If(has_plugin)),
    row("grafana", "GF_PLUGINS_PREINSTALL_SYNC", GRAFANA, If(|it| !has_plugin(it))),
    row("grafana", "GF_SECURITY_ADMIN_PASSWORD", GRAFANA, Always),
    row("grafana", "GF_SECURITY_ADMIN_USER", GRAFANA, Always),
    row("grafana", "GF_SERVER_HTTP_PORT", GRAFANA, Always),
    row("grafana", "GF_USERS_ALLOW_SIGN_UP", GRAFANA, Always),
    // A benchmark of one's own may call AWS; the public one doesn't.
    row("benchmark-generator", "AWS_EC2_METADATA_DISABLED", SDK, Wanted),
    row("benchmark-generator", "AWS_REGION", SDK, Wanted),
    row("benchmark-generator", "BENCHMARK_ACTIVITY_COUNT", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_CHILD_COUNT", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_COMPLETION_TIMEOUT", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_DURATION", BENCHMARK, Always),
    row("benchmark-generator", "BENCHMARK_GENERATOR_ONLY", BENCHMARK, Always),
    row("benchmark-generator", "BENCHMARK_ITERATIONS", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_MAX_P99_LATENCY", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_MIN_THROUGHPUT", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_NAMESPACE", BENCHMARK, Always),
    row("benchmark-generator", "BENCHMARK_RAMP_UP", BENCHMARK, Always),
    row("benchmark-generator", "BENCHMARK_TARGET_RATE", BENCHMARK, Always),
    row("benchmark-generator", "BENCHMARK_TIMER_DURATION", BENCHMARK, Wanted),
    row("benchmark-generator", "BENCHMARK_WORKFLOW_TYPE", BENCHMARK, Always),
    row("benchmark-generator", "TEMPORAL_ADDRESS", BENCHMARK, Always),
    row("benchmark-worker", "AWS_EC2_METADATA_DISABLED", SDK, Wanted),
    row("benchmark-worker", "AWS_REGION", SDK, Wanted),
    row("benchmark-worker", "BENCHMARK_NAMESPACE", BENCHMARK, Always),
    row("benchmark-worker", "BENCHMARK_POLLERS", POLLERS, Always),
    row("benchmark-worker", "BENCHMARK_WORKER_ONLY", BENCHMARK, Always),
    row("benchmark-worker", "TEMPORAL_ADDRESS", BENCHMARK, Always),
];

/// Whether Grafana's image is built with the plugin inside.
fn has_plugin(environment: &Environment) -> bool {
    let is_built = matches!(environment.part(), Some(ImageSource::Build));
    let mut all = environment.settings.iter();
    let image = all.find(|it| it.row.key == "images.grafana").unwrap();
    is_built && !image.is_stated
}

/// Asserts of every container in the applied state, besides the server's, that it has the variables of the table, no other,
/// and that its own command reads those that nothing else does. The names of the containers.
#[track_caller]
pub(crate) fn expect_others(state: &Json, environment: &Environment) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for definition in definitions(&state["values"]["root_module"]) {
        let text = definition["container_definitions"].as_str().unwrap();
        let containers: Vec<Json> = serde_json::from_str(text).unwrap();
        for container in &containers {
            let name = container["name"].as_str().unwrap();
            if is_server(name) {
                continue;
            }
            names.insert(name.to_owned());
            expect_other(container, name, environment);
        }
    }
    let has_loki = loki::FEATURE.is_on(environment);
    assert_eq!(names.contains("loki"), has_loki);
    names
}

/// Whether the container is a service's of the server.
fn is_server(name: &str) -> bool {
    let service = name.strip_prefix("temporal-");
    service.is_some_and(|it| crate::SERVICES.contains(&it))
}

#[track_caller]
fn expect_other(container: &Json, name: &str, environment: &Environment) {
    let place = format!("{name} of {}", environment.name);
    let of = |key: &str| container[key].as_array().into_iter().flatten();
    let found: BTreeSet<&str> = of("environment")
        .chain(of("secrets"))
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let rows: Vec<&Row> = OTHERS.iter().filter(|it| it.container == name).collect();
    let wanted: BTreeSet<&str> = rows
        .iter()
        .filter(|it| match it.when {
            Always => true,
            If(is_so) => is_so(environment),
            Wanted => found.contains(it.name),
        })
        .map(|it| it.name)
        .collect();
    assert_eq!(found, wanted, "{place}");
    let empty = of("environment").find(|it| it["value"] == "");
    assert_eq!(empty, None, "{place}");
    let command: Vec<&str> = of("command").filter_map(Json::as_str).collect();
    let command = command.join(" ");
    for it in rows.into_iter().filter(|it| found.contains(it.name)) {
        let is_in_command = command.contains(&format!("${}", it.name));
        match it.reader {
            Command => assert!(is_in_command, "{place}: nothing reads {}", it.name),
            Program(source) => assert!(!source.is_empty()),
            Revision => assert!(!is_in_command, "{place}: {}", it.name),
        }
    }
}

/// The values of all task definitions.
fn definitions(module: &Json) -> Vec<&Json> {
    let of = |key: &str| module[key].as_array().into_iter().flatten();
    let mut found: Vec<&Json> = of("resources")
        .filter(|it| it["type"] == "aws_ecs_task_definition")
        .map(|it| &it["values"])
        .collect();
    found.extend(of("child_modules").flat_map(definitions));
    found
}

/// Each row is about a container that was seen.
#[track_caller]
pub(crate) fn expect_all_seen(names: &BTreeSet<String>) {
    let rows: BTreeSet<String> = OTHERS.iter().map(|it| it.container.to_owned()).collect();
    assert_eq!(*names, rows);
}
