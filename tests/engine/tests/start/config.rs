//! What the server must be configured with.

use std::collections::BTreeSet;

use composer_core::Environment;
use composer_core::options::Profile;
use serde_json::{Value as Json, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::container::{Container, Server};
use crate::resource;

/// Asserts that the files and the environment that the server was given are those of the service in the environment.
#[track_caller]
pub(crate) fn expect(
    server: &Server,
    environment: &Environment,
    service: &str,
    state: &Json,
    place: &str,
) {
    let names: Vec<&str> = server.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["dynamic-config.yaml", "server.yaml"], "{place}");
    let config = rendered(server);
    let settled = environment
        .services
        .iter()
        .find(|it| it.name() == service)
        .unwrap();
    let root = &state["values"]["root_module"];
    let domain = resource(root, "module.opensearch.aws_opensearch_domain.this").unwrap();
    let endpoint = &state["values"]["outputs"]["dsql_endpoint"]["value"];
    let endpoint = endpoint.as_str().unwrap();
    for (path, expected) in [
        ("log.stdout", json!(true)),
        ("log.level", json!("info")),
        ("persistence.defaultStore", json!("dsql")),
        ("persistence.visibilityStore", json!("opensearch")),
        (
            "persistence.numHistoryShards",
            json!(environment.history_shards),
        ),
        ("persistence.datastores.dsql.sql.pluginName", json!("dsql")),
        (
            "persistence.datastores.dsql.sql.databaseName",
            json!("postgres"),
        ),
        (
            "persistence.datastores.dsql.sql.connectAddr",
            json!(format!("{endpoint}:5432")),
        ),
        (
            "persistence.datastores.dsql.sql.connectProtocol",
            json!("tcp"),
        ),
        ("persistence.datastores.dsql.sql.user", json!("admin")),
        (
            "persistence.datastores.dsql.sql.maxConns",
            json!(settled.max_conns),
        ),
        (
            "persistence.datastores.dsql.sql.maxIdleConns",
            json!(settled.max_conns),
        ),
        (
            "persistence.datastores.dsql.sql.maxConnLifetime",
            json!("55m"),
        ),
        ("persistence.datastores.dsql.sql.tls.enabled", json!(true)),
        (
            "persistence.datastores.dsql.sql.tls.enableHostVerification",
            json!(true),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.version",
            json!("v8"),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.url.scheme",
            json!("https"),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.url.host",
            domain["endpoint"].clone(),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.indices.visibility",
            json!(environment.opensearch.index),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.aws-request-signing.enabled",
            json!(true),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.aws-request-signing.region",
            json!(environment.region),
        ),
        (
            "persistence.datastores.opensearch.elasticsearch.aws-request-signing.credentialProvider",
            json!("aws-sdk-default"),
        ),
        ("global.membership.broadcastAddress", json!("10.0.2.106")),
        ("global.membership.maxJoinDuration", json!("30s")),
        ("global.pprof.port", json!(7936)),
        (
            "global.metrics.prometheus.listenAddress",
            json!("0.0.0.0:9090"),
        ),
        ("global.metrics.prometheus.framework", json!("tally")),
        (
            "services.frontend.rpc",
            json!({ "grpcPort": 7233, "membershipPort": 6933, "httpPort": 7243, "bindOnIP": "0.0.0.0" }),
        ),
        (
            "services.history.rpc",
            json!({ "grpcPort": 7234, "membershipPort": 6934, "bindOnIP": "0.0.0.0" }),
        ),
        (
            "services.matching.rpc",
            json!({ "grpcPort": 7235, "membershipPort": 6935, "bindOnIP": "0.0.0.0" }),
        ),
        (
            "services.worker.rpc",
            json!({ "grpcPort": 7239, "membershipPort": 6939, "bindOnIP": "0.0.0.0" }),
        ),
        ("clusterMetadata.enableGlobalNamespace", json!(false)),
        ("clusterMetadata.failoverVersionIncrement", json!(10)),
        ("clusterMetadata.masterClusterName", json!("active")),
        ("clusterMetadata.currentClusterName", json!("active")),
        (
            "clusterMetadata.clusterInformation.active.enabled",
            json!(true),
        ),
        (
            "clusterMetadata.clusterInformation.active.initialFailoverVersion",
            json!(1),
        ),
        (
            "clusterMetadata.clusterInformation.active.rpcAddress",
            json!("temporal-frontend:7233"),
        ),
        ("dcRedirectionPolicy.policy", json!("noop")),
        (
            "dynamicConfigClient.filepath",
            json!("/run/temporal-config/dynamic-config.yaml"),
        ),
        ("dynamicConfigClient.pollInterval", json!("10s")),
    ] {
        let found = path.split('.').fold(&config, |value, key| &value[key]);
        assert_eq!(*found, expected, "{place}: {path}");
    }
    let (qps, rps, partitions, cache_mib) = match environment.profile {
        Profile::Dev => (3000, 5000, 8, 512),
        Profile::Bench => (15_000, 30_000, 64, 2048),
        Profile::Prod => (9000, 15_000, 32, 1536),
    };
    let expected: Json = [
        ("frontend.namespaceRPS", json!(rps)),
        ("frontend.persistenceMaxQPS", json!(qps)),
        ("frontend.rps", json!(rps)),
        ("frontend.shutdownDrainDuration", json!("10s")),
        ("frontend.shutdownFailHealthCheckDuration", json!("10s")),
        ("history.alignMembershipChange", json!("10s")),
        ("history.cacheSizeBasedLimit", json!(true)),
        ("history.eventsCacheMaxSizeBytes", json!(524_288)),
        (
            "history.hostLevelCacheMaxSizeBytes",
            json!(cache_mib * 1_048_576_i64),
        ),
        ("history.persistenceMaxQPS", json!(qps)),
        ("history.shutdownDrainDuration", json!("10s")),
        ("limit.blobSize.error", json!(2_097_152)),
        ("limit.historyCount.error", json!(51_200)),
        ("limit.historySize.error", json!(52_428_800)),
        ("matching.alignMembershipChange", json!("10s")),
        ("matching.numTaskqueueReadPartitions", json!(partitions)),
        ("matching.numTaskqueueWritePartitions", json!(partitions)),
        ("matching.persistenceMaxQPS", json!(qps)),
        ("matching.shutdownDrainDuration", json!("10s")),
        ("system.historyArchivalState", json!("disabled")),
        ("worker.persistenceMaxQPS", json!(qps)),
    ]
    .into_iter()
    // Only history has its caches.
    .filter(|(key, _)| service == "history" || !key.to_ascii_lowercase().contains("cache"))
    .map(|(key, value)| (key.to_owned(), json!([{ "value": value }])))
    .collect();
    assert_eq!(
        yaml(&server.files["dynamic-config.yaml"]),
        expected,
        "{place}"
    );
    // What would be ignored without a word, or must be left out.
    let top: Vec<&str> = config
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        top,
        [
            "clusterMetadata",
            "dcRedirectionPolicy",
            "dynamicConfigClient",
            "global",
            "log",
            "persistence",
            "services"
        ],
        "{place}"
    );
}

/// Asserts that the service drains when it stops, and that ECS waits for it. What each waits for is in its `service.go`
/// (iw/temporal at cf90c57d6): the frontend fails its health check, then drains; history and matching leave the ring at a
/// multiple of the alignment, the next or the one after it, and stop 2 seconds later, or else drain.
#[track_caller]
pub(crate) fn expect_time_to_stop(
    server: &Server,
    container: &Container,
    service: &str,
    place: &str,
) {
    let config = yaml(&server.files["dynamic-config.yaml"]);
    let seconds = |key: &str| -> i64 {
        let value = config[format!("{service}.{key}")][0]["value"].as_str();
        value.map_or(0, |text| text.strip_suffix('s').unwrap().parse().unwrap())
    };
    let drain = seconds("shutdownDrainDuration");
    let needed = match service {
        "frontend" => seconds("shutdownFailHealthCheckDuration") + drain,
        "history" | "matching" => drain.max(2 * seconds("alignMembershipChange") + 2),
        // Its system workflows go on elsewhere.
        "worker" => 0,
        other => panic!("no service is called {other}"),
    };
    assert_eq!(drain > 0, service != "worker", "{place}");
    let given = container.stop_timeout;
    assert!(
        given >= needed + 15,
        "{place}: {given} s, but it takes {needed} s and the time to close its connections"
    );
}

/// The server's configuration as the server renders and reads it: as the template that its head says it is, of which it
/// uses nothing but the environment's variables.
fn rendered(server: &Server) -> Json {
    let template = &server.files["server.yaml"];
    let head: String = template.chars().take(1024).collect();
    assert!(
        head.lines()
            .any(|line| line.starts_with('#') && line.contains("enable-template")),
        "the server would take the file as it is"
    );
    let mut text = String::new();
    let mut rest = template.as_str();
    let mut used = BTreeSet::new();
    while let Some((before, after)) = rest.split_once("{{") {
        let (code, after) = after.split_once("}}").unwrap();
        let name = code
            .strip_prefix(" env `")
            .and_then(|code| code.strip_suffix("` "));
        let name =
            name.unwrap_or_else(|| panic!("the server knows more, this test doesn't: {code}"));
        let value = server.environment.get(name);
        text.push_str(before);
        text.push_str(
            value
                .unwrap_or_else(|| panic!("{name} is not set, so the server would put in nothing")),
        );
        used.insert(name);
        rest = after;
    }
    text.push_str(rest);
    assert_eq!(
        used,
        BTreeSet::from(["TEMPORAL_BROADCAST_ADDRESS", "TEMPORAL_LOG_LEVEL"])
    );
    for mark in ["${", "%{", "}}"] {
        assert!(!text.contains(mark), "{mark} is left:\n{text}");
    }
    yaml(&text)
}

/// A document of YAML, which has each key once.
#[track_caller]
fn yaml(text: &str) -> Json {
    let mut documents =
        YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    json_of(documents.remove(0))
}

fn json_of(yaml: Yaml) -> Json {
    match yaml {
        Yaml::Integer(number) => json!(number),
        Yaml::Real(text) => json!(text.parse::<f64>().unwrap()),
        Yaml::Boolean(is_true) => json!(is_true),
        Yaml::String(text) => json!(text),
        Yaml::Null => Json::Null,
        Yaml::Array(all) => all.into_iter().map(json_of).collect(),
        Yaml::Hash(all) => all
            .into_iter()
            .map(|(key, value)| (key.into_string().unwrap(), json_of(value)))
            .collect(),
        Yaml::Alias(_) | Yaml::BadValue => panic!("neither is written"),
    }
}
