//! What a preset's environment asks for and refuses, and the bootstrap before it. Their lives are in the compositions.

use std::fs;

use engine_tests::{Root, Tree, spec};

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
        (
            "-var=dynamic_config={keys={frontend_rps=\"100\"}}",
            "Each key of dynamic_config.keys must be 1 to 128 letters",
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

/// Two projects in one account and region: the second one finds the roles, and takes nothing from the first when it goes.
#[test]
fn bootstraps_of_two_projects_share_what_belongs_to_the_account() {
    let account = tempfile::tempdir().unwrap();
    let world = account.path().join("world.json");
    let world = world.to_str().unwrap();
    let trees =
        ["one", "two"].map(|project| Tree::of(&spec("dev-lean", &[&format!("project={project}")])));
    let [one, two] = trees.each_ref().map(|tree| {
        let variables = vec![("STAND_IN_WORLD".to_owned(), world.to_owned())];
        let root = tree
            .root("terraform/bootstrap", &[])
            .with_environment(variables);
        root.initialise();
        root
    });
    for root in [&one, &two] {
        root.apply(&[]);
        root.expect_no_changes(&[]);
    }
    one.expect_no_changes(&[]);
    let roles = |root: &Root| root.output("service_linked_role_arns");
    assert_eq!(roles(&one), roles(&two));
    assert_eq!(roles(&one).as_object().map(|all| all.len()), Some(4));
    // What belongs to the account is not destroyed by mistake.
    let destroy = ["destroy", "-no-color", "-auto-approve"];
    let said = two.terraform(&destroy);
    let text = said.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for address in [
        "aws_ecs_account_setting_default.eni_trunking[0]",
        "aws_iam_service_linked_role.this[\"ecs.amazonaws.com\"]",
    ] {
        let expected = format!("Resource {address} has lifecycle.prevent_destroy set");
        assert!(said.code == 1 && text.contains(&expected), "{}", said.text);
    }
    // As the README says.
    let readme = fs::read_to_string(two.path().join("README.md")).unwrap();
    let forget = "terraform state rm aws_ecs_account_setting_default.eni_trunking aws_iam_service_linked_role.this";
    assert!(readme.contains(forget), "{readme}");
    let arguments: Vec<&str> = forget.split(' ').skip(1).collect();
    two.succeed(&two.terraform(&arguments), "state rm");
    two.succeed(&two.terraform(&destroy), "destroy");
    one.expect_no_changes(&[]);
}
