//! What a preset's environment asks for and refuses, and the bootstrap before it. Their lives are in the compositions.

use engine_tests::{Tree, spec};

#[test]
fn what_is_open_is_asked_for() {
    let tree = Tree::of(&spec("dev-lean", &[]));
    let root = tree.environment("dev");
    root.initialise();
    let said = root.terraform(&["plan", "-no-color", "-input=false"]);
    assert_eq!(said.code, 1);
    for variable in [
        "temporal_image",
        "admin_tools_image",
        "dsql_endpoint",
        "dsql_cluster_arn",
    ] {
        assert!(
            said.text.contains(&format!(
                "The root module input variable \"{variable}\" is not set"
            )),
            "{}",
            said.text
        );
    }
}

#[test]
fn an_environment_refuses_what_its_variables_forbid() {
    let tree = Tree::of(&spec(
        "dev-lean",
        &["environments.dev.reservoir.enabled=true"],
    ));
    let root = tree.environment("dev");
    root.initialise();
    for (variable, expected) in [
        (
            "-var=history={cpu=1}",
            "history.cpu must be a whole number from 256 to 196608",
        ),
        (
            "-var=network={nat=\"none\"}",
            "network.nat must be `single` or `per-az`.",
        ),
        (
            "-var=network={vpc_cidr=\"10.0.0.0/8\"}",
            "network.vpc_cidr must be an IPv4 network from /16 to /20",
        ),
        (
            "-var=compute={max_count=1}",
            "compute.max_count must not be less than compute.instance_count",
        ),
        (
            "-var=compute={instance_type=\"m5.large\"}",
            "compute.instance_type must be a Graviton type",
        ),
        (
            "-var=log_retention_days=8",
            "log_retention_days must be one of 1, 3, 5",
        ),
        ("-var=project=a-very-long-name", "project must have 2 to 13"),
        ("-var=project=a--b", "project must have 2 to 13"),
        ("-var=project=ecs1", "project must have 2 to 13"),
        (
            "-var=network={vpc_cidr=\"10.0.1.0/16\"}",
            "network.vpc_cidr must be an IPv4 network from /16 to /20",
        ),
        (
            "-var=reservoir={base_lifetime=\"59s\"}",
            "reservoir.base_lifetime must be a duration from 1m to 59m",
        ),
        (
            "-var=reservoir={base_lifetime=\"1h\"}",
            "reservoir.base_lifetime must be a duration from 1m to 59m",
        ),
        (
            "-var=tags={environment=\"x\"}",
            "Each key of tags must be 1 to 127 ASCII letters",
        ),
        (
            "-var=tags={Team=\"x\",team=\"y\"}",
            "tags must have no two keys that differ only in case",
        ),
        (
            "-var=tags={Team=\"\u{24b6}\"}",
            "Each value of tags must be up to 255 ASCII letters",
        ),
    ] {
        let said = root.with_variables(&["plan", "-no-color"], &[variable]);
        let text = said.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replace("│ ", "");
        assert_eq!(said.code, 1, "{variable}");
        assert!(text.contains(expected), "{variable}\n{}", said.text);
    }
}

#[test]
fn bootstrap_applies_once_for_each_account_and_region() {
    let tree = Tree::of(&spec("standard", &["environments.bench.region=us-east-1"]));
    let root = tree.root("terraform/bootstrap", &[]);
    root.initialise();
    for place in ["eu-west-1", "us-east-1"] {
        let said = root.terraform(&["workspace", "new", place]);
        assert_eq!(said.code, 0, "{}", said.text);
        let values = format!("-var-file={place}.tfvars");
        root.apply(&[&values]);
        root.expect_no_changes(&[&values]);
        assert_eq!(
            root.output("default_state_bucket"),
            format!("temporal-tfstate-123456789012-{place}")
        );
    }
}
