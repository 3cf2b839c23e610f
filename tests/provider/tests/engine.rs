//! The real Terraform with the stand-in: a good tree goes all the way round,
//! and every fault put into it is refused, at the step it should be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The folder with the tree, its modules and providers installed.
fn initialised() -> &'static Path {
    static INITIALISED: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, tree) = INITIALISED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tree"),
            &tree,
        );
        let init = terraform(&tree, &["init", "-input=false"]);
        assert!(init.status.success(), "{}", said(&init));
        (folder, tree)
    });
    tree
}

fn cli_config() -> &'static Path {
    static CONFIG: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, config) = CONFIG.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-aws"));
        let config = stand_in_provider::mirror::lay_out(binary, folder.path()).unwrap();
        (folder, config)
    });
    config
}

fn terraform(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("terraform")
        .arg(format!("-chdir={}", folder.display()))
        .args(arguments)
        .arg("-no-color")
        .env("TF_CLI_CONFIG_FILE", cli_config())
        .env("STAND_IN_WORLD", folder.join("world.json"))
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .output()
        .expect("`terraform` is needed for this test")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Both streams, with Terraform's line breaks and frames taken out.
fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).replace('│', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A copy of the tree to change and run, its own state beside it.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(initialised(), folder.path());
        Self(folder)
    }

    #[track_caller]
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{file}` has no `{from}`");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn append(&self, text: &str) {
        let path = self.0.path().join("main.tf");
        let before = fs::read_to_string(&path).unwrap();
        fs::write(path, before + text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        terraform(self.0.path(), arguments)
    }

    #[track_caller]
    fn accepts(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = said(&output);
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], expected: &str) {
        let output = self.run(arguments);
        let said = said(&output);
        assert!(
            !output.status.success(),
            "{arguments:?} passed, expected: {expected}\n{said}"
        );
        assert!(
            said.contains(expected),
            "{arguments:?}: expected: {expected}\nsaid: {said}"
        );
    }
}

const VALIDATE: &[&str] = &["validate"];
const PLAN: &[&str] = &["plan", "-input=false", "-out=plan"];
const APPLY: &[&str] = &["apply", "-input=false", "plan"];
const REPLAN: &[&str] = &["plan", "-input=false", "-detailed-exitcode"];

#[derive(Clone, Copy)]
enum Step {
    Validate,
    Plan,
    Apply,
}
use Step::{Apply, Plan, Validate};

/// Puts one fault into the tree and runs it up to the step that refuses it.
#[track_caller]
fn check(step: Step, from: &str, to: &str, expected: &str) {
    let tree = Tree::new();
    tree.edit("main.tf", from, to);
    check_tree(&tree, step, expected);
}

#[track_caller]
fn check_added(step: Step, added: &str, expected: &str) {
    let tree = Tree::new();
    tree.append(added);
    check_tree(&tree, step, expected);
}

#[track_caller]
fn check_tree(tree: &Tree, step: Step, expected: &str) {
    match step {
        Validate => tree.refuses(VALIDATE, expected),
        Plan => {
            tree.accepts(VALIDATE);
            tree.refuses(PLAN, expected);
        }
        Apply => {
            tree.accepts(PLAN);
            tree.refuses(APPLY, expected);
        }
    }
}

#[test]
fn a_good_tree_goes_all_the_way_round() {
    let tree = Tree::new();
    let validated = tree.accepts(VALIDATE);
    assert!(!validated.contains("Warning"), "{validated}");
    let planned = tree.accepts(PLAN);
    assert!(!planned.contains("Warning"), "{planned}");
    tree.accepts(APPLY);
    tree.accepts(REPLAN);
    tree.edit("main.tf", "default     = 7", "default     = 14");
    let changed = tree.accepts(PLAN);
    assert!(
        changed.contains("Plan: 0 to add, 2 to change, 0 to destroy."),
        "{changed}"
    );
    tree.edit("main.tf", "10.0.0.0/16", "10.1.0.0/16");
    let replaced = tree.accepts(PLAN);
    assert!(
        replaced.contains("cidr_block = \"10.0.0.0/16\" -> \"10.1.0.0/16\" # forces replacement"),
        "{replaced}"
    );
    let destroyed = tree.accepts(&["destroy", "-auto-approve"]);
    assert!(
        destroyed.contains("Destroy complete! Resources: 24 destroyed."),
        "{destroyed}"
    );
}

#[test]
fn a_resource_is_imported_by_its_id() {
    let tree = Tree::new();
    tree.append("import {\n  to = aws_cloudwatch_log_group.this\n  id = \"/try\"\n}\n");
    let planned = tree.accepts(PLAN);
    assert!(planned.contains("1 to import"), "{planned}");
    assert!(planned.contains("0 to destroy"), "{planned}");
}

/// A route table and a security group with what may be written inside them.
const WITH_PARTS: &str = r#"
resource "aws_internet_gateway" "this" {
  vpc_id = module.network.vpc_id
}

resource "aws_route_table" "this" {
  vpc_id = module.network.vpc_id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_security_group" "parts" {
  name        = "parts"
  description = "parts"
  vpc_id      = module.network.vpc_id
  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

const INLINE_ROUTE: &str = "  route {
    cidr_block = \"0.0.0.0/0\"
    gateway_id = aws_internet_gateway.this.id
  }
";

const INLINE_RULE: &str = "  egress {
    protocol    = \"tcp\"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [\"0.0.0.0/0\"]
  }
";

const SEPARATE_ROUTE: &str = r#"
resource "aws_route" "this" {
  route_table_id         = aws_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}
"#;

const SEPARATE_RULE: &str = r#"
resource "aws_vpc_security_group_egress_rule" "parts" {
  security_group_id = aws_security_group.parts.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
"#;

impl Tree {
    /// A tree that was applied with parts written inside, which its configuration no longer says.
    fn with_parts() -> Self {
        let tree = Self::new();
        tree.append(WITH_PARTS);
        tree.accepts(PLAN);
        tree.accepts(APPLY);
        tree.edit("main.tf", INLINE_ROUTE, "");
        tree.edit("main.tf", INLINE_RULE, "");
        tree
    }

    /// The only id that the world has for a type.
    fn id_in_world(&self, kind: &str, holds: &str) -> String {
        let world = fs::read_to_string(self.0.path().join("world.json")).unwrap();
        let start = "{\"id\":\"";
        let [line] = world
            .lines()
            .filter(|line| line.contains(&format!("\"type\":\"{kind}\"")) && line.contains(holds))
            .collect::<Vec<_>>()[..]
        else {
            panic!("not one {kind} in\n{world}");
        };
        let (id, _) = line[start.len()..].split_once('"').unwrap();
        id.to_owned()
    }
}

#[test]
fn a_part_that_is_there_is_not_made_a_second_time() {
    let tree = Tree::with_parts();
    tree.append(SEPARATE_ROUTE);
    tree.accepts(PLAN);
    tree.refuses(APPLY, "A aws_route with the same route_table_id");

    let tree = Tree::with_parts();
    tree.append(SEPARATE_RULE);
    tree.accepts(PLAN);
    tree.refuses(
        APPLY,
        "A aws_vpc_security_group_egress_rule with the same security_group_id",
    );
}

#[test]
fn a_part_that_is_there_is_imported() {
    let tree = Tree::with_parts();
    let rule = tree.id_in_world("aws_vpc_security_group_egress_rule", "\"from_port\":443");
    tree.append(SEPARATE_ROUTE);
    tree.append(SEPARATE_RULE);
    tree.append(&format!(
        "import {{\n  to = aws_route.this\n  id = \"${{aws_route_table.this.id}}_0.0.0.0/0\"\n}}\nimport {{\n  to = aws_vpc_security_group_egress_rule.parts\n  id = \"{rule}\"\n}}\n"
    ));
    let planned = tree.accepts(PLAN);
    // The rule gets the default tags: what is written inside a group has none.
    assert!(
        planned.contains("Plan: 2 to import, 0 to add, 1 to change, 0 to destroy."),
        "{planned}"
    );
    tree.accepts(APPLY);
    tree.accepts(REPLAN);
}

/// The log group that Container Insights of the tree's cluster writes to.
const INSIGHTS: &str = r#"
resource "aws_cloudwatch_log_group" "insights" {
  name              = "/aws/ecs/containerinsights/try/performance"
  retention_in_days = 7
}
"#;

#[test]
fn the_log_group_of_container_insights_is_made_by_aws_unless_it_is_there() {
    let tree = Tree::new();
    tree.append(&INSIGHTS.replace("\n}", "\n  depends_on = [aws_ecs_cluster.this]\n}"));
    tree.accepts(PLAN);
    tree.refuses(
        APPLY,
        "A aws_cloudwatch_log_group `/aws/ecs/containerinsights/try/performance` with the same name already exists.",
    );

    let tree = Tree::new();
    tree.edit(
        "main.tf",
        "resource \"aws_ecs_cluster\" \"this\" {",
        "resource \"aws_ecs_cluster\" \"this\" {\n  depends_on = [aws_cloudwatch_log_group.insights]",
    );
    tree.append(INSIGHTS);
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.accepts(REPLAN);
}

#[test]
fn a_security_group_has_no_name_that_another_of_its_vpc_has() {
    let tree = Tree::new();
    tree.edit("main.tf", "name_prefix = \"task-\"", "name = \"task\"");
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit(
        "main.tf",
        "description = \"tasks\"",
        "description = \"others\"\n  lifecycle {\n    create_before_destroy = true\n  }",
    );
    tree.accepts(PLAN);
    tree.refuses(
        APPLY,
        "A aws_security_group `task` with the same vpc_id, name already exists.",
    );
}

#[test]
fn a_part_goes_with_what_it_was_written_in() {
    let tree = Tree::new();
    tree.append(WITH_PARTS);
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit("main.tf", INLINE_ROUTE, "  route = []\n");
    tree.edit("main.tf", INLINE_RULE, "  egress = []\n");
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit("main.tf", "  egress = []\n", "");
    tree.append(SEPARATE_ROUTE);
    tree.append(SEPARATE_RULE);
    tree.accepts(PLAN);
    tree.accepts(APPLY);
}

#[test]
fn inline_and_separate_rules_are_refused_by_the_plan_once_the_group_is_there() {
    let tree = Tree::new();
    tree.append(WITH_PARTS);
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.append(&SEPARATE_RULE.replace("443", "80"));
    tree.refuses(PLAN, "Inline and separate rules in one security group");
}

impl Tree {
    /// Another root with the same state, in the same AWS.
    fn other(&self) -> Self {
        let other = Self::new();
        for file in ["terraform.tfstate", "world.json"] {
            let path = self.0.path().join(file);
            if file == "world.json" {
                std::os::unix::fs::symlink(path, other.0.path().join(file)).unwrap();
            } else {
                fs::copy(path, other.0.path().join(file)).unwrap();
            }
        }
        other
    }
}

#[test]
fn what_another_root_did_is_read() {
    let tree = Tree::new();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    let other = tree.other();
    other.edit("main.tf", "default     = 7", "default     = 14");
    other.accepts(PLAN);
    other.accepts(APPLY);
    let planned = tree.accepts(PLAN);
    assert!(
        planned.contains("~ retention_in_days = 14 -> 7"),
        "{planned}"
    );
    other.accepts(&["destroy", "-auto-approve"]);
    let planned = tree.accepts(PLAN);
    assert!(
        planned.contains("Plan: 24 to add, 0 to change, 0 to destroy."),
        "{planned}"
    );
}

#[test]
fn revisions_of_a_task_definition_go_on_when_one_goes() {
    let tree = Tree::new();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit("main.tf", "memory = 512", "memory = 1024");
    tree.accepts(PLAN);
    let applied = tree.accepts(APPLY);
    assert!(applied.contains("1 destroyed"), "{applied}");
    let state = fs::read_to_string(tree.0.path().join("terraform.tfstate")).unwrap();
    assert!(state.contains(":task-definition/try:2\""), "{state}");
    tree.accepts(REPLAN);
}

#[test]
fn the_policy_of_a_domain_goes_with_the_resource_that_set_it() {
    let tree = Tree::new();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    let with_policy = tree.other();
    with_policy.append(
        "resource \"aws_opensearch_domain_policy\" \"this\" {\n  domain_name     = aws_opensearch_domain.this.domain_name\n  access_policies = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { AWS = \"*\" }, Action = \"es:ESHttpGet\", Resource = \"*\" }] })\n}\n",
    );
    with_policy.accepts(PLAN);
    with_policy.accepts(APPLY);
    with_policy.accepts(REPLAN);
    let policies = || {
        let shown = tree.accepts(&["plan", "-refresh-only"]);
        shown.contains("es:ESHttpGet")
    };
    assert!(policies());
    with_policy.accepts(&[
        "destroy",
        "-auto-approve",
        "-target=aws_opensearch_domain_policy.this",
    ]);
    assert!(!policies());
}

#[test]
fn a_secret_given_write_only_is_in_no_state() {
    let tree = Tree::new();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    let state = fs::read_to_string(tree.0.path().join("terraform.tfstate")).unwrap();
    assert!(state.contains("\"secret_string_wo\": null"));
    assert!(state.contains("\"has_secret_string_wo\": true"));
}

#[test]
fn protected_data_is_not_destroyed() {
    let tree = Tree::new();
    tree.edit(
        "main.tf",
        "deletion_protection_enabled = false",
        "deletion_protection_enabled = true",
    );
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.refuses(
        &["destroy", "-auto-approve"],
        "Deletion protection is enabled",
    );
    tree.edit(
        "main.tf",
        "deletion_protection_enabled = true",
        "deletion_protection_enabled = false",
    );
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.accepts(&["destroy", "-auto-approve"]);
}

#[test]
fn a_capacity_provider_in_use_stays_in_its_association() {
    let tree = Tree::new();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit(
        "main.tf",
        "capacity_providers = [aws_ecs_capacity_provider.this.name]",
        "capacity_providers = []",
    );
    tree.accepts(PLAN);
    tree.refuses(
        APPLY,
        "The specified capacity provider 'try' is in use by service 'web'",
    );
}

#[test]
fn a_bucket_rule_without_filter_is_warned_of() {
    let tree = Tree::new();
    tree.edit("main.tf", "    filter {}\n", "");
    let said = tree.accepts(VALIDATE);
    assert!(
        said.contains("Warning: Invalid Attribute Combination"),
        "{said}"
    );
}

#[test]
fn the_schema_and_the_language_are_the_real_ones() {
    check(
        Validate,
        "network_mode ",
        "network_mod ",
        "An argument named \"network_mod\" is not expected here",
    );
    check(
        Validate,
        "  bucket = aws_s3_bucket.this.id\n",
        "",
        "The argument \"bucket\" is required",
    );
    check(
        Validate,
        "    weight            = 1",
        "    weight = \"heavy\"",
        "a number is required",
    );
    check(
        Validate,
        "    filter {}",
        "    filtre {}",
        "Blocks of type \"filtre\" are not expected here",
    );
    check(
        Validate,
        "  cidr  = ",
        "  nat   = true\n  cidr  = ",
        "An argument named \"nat\" is not expected here",
    );
    check(
        Validate,
        "  cidr  = \"10.0.0.0/16\"\n",
        "",
        "The argument \"cidr\" is required",
    );
    check(
        Validate,
        "aws_dsql_cluster.this.identifier",
        "aws_dsql_cluster.this.endpoint",
        "This object has no argument, nested block, or exported attribute named \"endpoint\"",
    );
    check(
        Validate,
        "module.network.vpc_id",
        "module.network.vpc",
        "This object does not have an attribute named \"vpc\"",
    );
    check(
        Validate,
        "aws_iam_role.task.arn",
        "aws_iam_role.tasks.arn",
        "Reference to undeclared resource",
    );
    check(
        Validate,
        "retention_in_days = var.retention_days",
        "arn = \"a\"",
        "Value for unconfigurable attribute",
    );
    check(
        Validate,
        "{ alias = \"try\" }",
        "{ alias = aws_dynamodb_table.other.arn }\nresource \"aws_dynamodb_table\" \"other\" {\n  name = aws_prometheus_workspace.this.arn\n  billing_mode = \"PAY_PER_REQUEST\"\n  hash_key = \"a\"\n  attribute {\n    name = \"a\"\n    type = \"S\"\n  }\n}",
        "Cycle",
    );
}

#[test]
fn what_is_known_only_after_an_apply_counts_nothing() {
    check_added(
        Plan,
        "resource \"aws_eip\" \"this\" { count = length(aws_dsql_cluster.this.identifier) }\n",
        "Invalid count argument",
    );
    check(
        Plan,
        "region = \"eu-west-1\"",
        "region = \"mars-north-1\"",
        "Invalid AWS Region: mars-north-1",
    );
    check(
        Plan,
        "region = \"eu-west-1\"\n",
        "region = \"eu-west-1\"\n  allowed_account_ids = [\"210987654321\"]\n",
        "AWS account ID not allowed",
    );
}

#[test]
fn values_out_of_range_are_refused() {
    check(
        Validate,
        "var.retention_days",
        "8",
        "expected retention_in_days to be one of",
    );
    check(
        Plan,
        "default     = 7",
        "default     = 8",
        "expected retention_in_days to be one of",
    );
    check(
        Validate,
        "\"try-visibility\"",
        "\"temporal-production-visibility\"",
        "expected domain_name to be 3 to 28 lower-case letters",
    );
    check(
        Validate,
        "\"enhanced\"",
        "\"extended\"",
        "expected value to be one of enabled, enhanced, disabled",
    );
    check(
        Validate,
        "\"aws_ecs_capacity_provider\" \"this\" {\n  name = \"try\"",
        "\"aws_ecs_capacity_provider\" \"this\" {\n  name = \"ecs-try\"",
        "doesn't begin with aws, ecs or fargate",
    );
    check(
        Validate,
        "\"try-task\"",
        "\"try-task-of-a-name-that-goes-on-and-on-until-it-has-more-than-64-letters\"",
        "expected name to be 1 to 64 letters",
    );
    check(
        Plan,
        "bucket = \"try-$",
        "bucket = \"Try-$",
        "expected bucket to be 3 to 63 lower-case letters",
    );
    check(
        Validate,
        "hash_key     = \"pk\"",
        "hash_key     = \"id\"",
        "all indexes must match a defined attribute",
    );
    check(
        Validate,
        "instance_count = 1",
        "instance_count = 3\n    zone_awareness_enabled = true",
        "You must choose an even number of data nodes for 2 Availability Zones",
    );
    check(
        Plan,
        "[module.network.subnet_ids[0]]",
        "[for id in module.network.subnet_ids : id]",
        "You must specify exactly one subnet",
    );
    check(
        Validate,
        "  desired_count   = 1\n",
        "  deployment_maximum_percent = 100\n  deployment_minimum_healthy_percent = 0\n",
        "does not support maximumPercent <= 100%",
    );
    check(
        Validate,
        "min_size            = 0",
        "min_size            = 3",
        "min_size is more than max_size",
    );
    check(
        Validate,
        "min_size            = 0",
        "min_size            = 0\n  max_instance_lifetime = 3600",
        "to be 0 or in the range (86400 - 31536000)",
    );
    check(
        Validate,
        "http_tokens = \"required\"\n  }",
        "http_tokens = \"required\"\n  }\n  user_data = \"#!/bin/sh\"",
        "Invalid BASE64 encoding of user data",
    );
}

#[test]
fn containers_are_looked_into() {
    check(
        Plan,
        "essential = true",
        "esential = true",
        "unknown key `esential`, did you mean `essential`?",
    );
    check(
        Plan,
        "memory = 512",
        "memory = 4096",
        "the containers' memory is 2048 MiB more than the task's",
    );
    check(
        Plan,
        "mode = \"non-blocking\" }\n    }\n  }",
        "mode = \"non-blocking\" }\n    }\n  }, { name = \"web\", image = \"b\" }",
        "duplicate container name `web`",
    );
    check(
        Plan,
        "mode = \"non-blocking\"",
        "mode = \"unblocking\"",
        "the log option `mode` must be blocking or non-blocking",
    );
    check(
        Plan,
        "portMappings = ",
        "mountPoints = [{ sourceVolume = \"data\", containerPath = \"/data\" }]\n    portMappings = ",
        "the mount point's volume `data` is not in the task definition",
    );
    check(
        Plan,
        "portMappings = ",
        "dependsOn = [{ containerName = \"init\", condition = \"SUCCESS\" }]\n    portMappings = ",
        "dependsOn names `init`",
    );
    check(
        Plan,
        "portMappings = ",
        "healthCheck = { command = [\"CMD\", \"true\"], interval = 4 }\n    portMappings = ",
        "healthCheck.interval must be between 5 and 300, got 4",
    );
    check(
        Plan,
        "memory = 512",
        "memory = 512, environment = [{ name = \"PORT\", value = 80 }]",
        "`value` must be a string, got 80",
    );
}

#[test]
fn policies_are_looked_into() {
    check(
        Apply,
        "[\"logs:PutLogEvents\"]",
        "[\"PutLogEvents\"]",
        "must be prefaced by a vendor",
    );
    check(
        Plan,
        "[\"${aws_cloudwatch_log_group.this.arn}:*\"]",
        "[\"try\"]",
        "must be in ARN format",
    );
    check(
        Plan,
        "    resources = [\"${aws_cloudwatch_log_group.this.arn}:*\"]\n",
        "",
        "Policy statement must contain resources",
    );
    check(
        Validate,
        "= data.aws_iam_policy_document.assume.json\n}",
        "= jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\" }] })\n}",
        "Missing required field Principal",
    );
}

#[test]
fn what_depends_on_others_is_refused_at_apply() {
    check(
        Apply,
        "[aws_ecs_capacity_provider.this.name]",
        "[]",
        "it is not associated with cluster 'try' yet",
    );
    check(
        Apply,
        "port_name = \"web\"",
        "port_name = \"grpc\"",
        "portName grpc is not a name of a port mapping",
    );
    check(
        Apply,
        "cpu = 256, memory = 512",
        "cpu = 1024, memory = 512",
        "Service Connect's proxy needs 256 CPU units",
    );
    check(
        Apply,
        "  description = \"tasks\"\n",
        "  description = \"tasks\"\n  egress {\n    from_port = 0\n    to_port = 0\n    protocol = \"-1\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
        "Inline and separate rules in one security group",
    );
    check_added(
        Apply,
        "resource \"aws_subnet\" \"public\" {\n  vpc_id = module.network.vpc_id\n  cidr_block = \"10.0.1.0/24\"\n  depends_on = [module.network]\n}\n",
        "InvalidSubnet.Conflict",
    );
    check_added(
        Apply,
        "resource \"aws_subnet\" \"public\" {\n  vpc_id = module.network.vpc_id\n  cidr_block = \"10.9.1.0/24\"\n}\n",
        "InvalidSubnet.Range",
    );
    check_added(
        Apply,
        "resource \"aws_cloudwatch_log_group\" \"other\" {\n  name = \"/try\"\n}\n",
        "ResourceAlreadyExists",
    );
}

#[test]
fn a_rule_has_one_source() {
    let two = "cidr_ipv4         = \"0.0.0.0/0\"\n  prefix_list_id    = \"pl-1\"";
    check(
        Validate,
        "cidr_ipv4         = \"0.0.0.0/0\"",
        two,
        "Exactly one of cidr_ipv4",
    );
    check(
        Validate,
        "  cidr_ipv4         = \"0.0.0.0/0\"\n",
        "",
        "Exactly one of cidr_ipv4",
    );
}

#[test]
fn a_tag_is_what_each_service_takes() {
    let default = "    tags = { Project = \"try\" }";
    check(
        Plan,
        default,
        "    tags = { Project = \"try\", project = \"x\" }",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive: `project`.",
    );
    check(
        Plan,
        default,
        "    tags = { Project = \"Köln\" }",
        "Aurora DSQL takes tag values of up to 256 ASCII letters, digits, spaces and _.:/=+-@, not `Köln` of `Project`.",
    );
    check(
        Plan,
        default,
        "    tags = { Project = \"aws:try\" }",
        "Amazon ECS takes no tag value that begins with `aws:`, as that of `Project` does.",
    );
    let tag = |value: &str| {
        format!(
            "  tag {{\n    key = \"Name\"\n    value = \"{value}\"\n    propagate_at_launch = false\n  }}\n"
        )
    };
    check(
        Validate,
        "  name_prefix         = \"try-\"\n",
        &format!("  name_prefix = \"try-\"\n{}{}", tag("a"), tag("b")),
        "the tag key `Name` stands twice: Auto Scaling keeps one of both.",
    );
}

/// A load balancer in front of the tree's service, its private name and its endpoint service.
const BALANCER: &str = r#"
resource "aws_lb" "this" {
  name               = "try"
  load_balancer_type = "network"
  internal           = true
  subnets            = module.network.subnet_ids
  security_groups    = [aws_security_group.task.id]
}
resource "aws_lb_target_group" "this" {
  name        = "try"
  port        = 80
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = module.network.vpc_id
  health_check {
    protocol = "HTTP"
    path     = "/health"
  }
}
resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}
resource "aws_route53_zone" "this" {
  name = "try.internal"
  vpc {
    vpc_id = module.network.vpc_id
  }
}
resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "try.internal"
  type    = "A"
  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}
resource "aws_vpc_endpoint_service" "this" {
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.this.arn]
  allowed_principals         = ["arn:aws:iam::123456789012:root"]
}
"#;

impl Tree {
    /// The tree with a load balancer in front of its service.
    fn balanced() -> Self {
        let tree = Self::new();
        tree.append(BALANCER);
        tree.edit(
            "main.tf",
            "  service_connect_configuration {",
            "  load_balancer {\n    target_group_arn = aws_lb_target_group.this.arn\n    container_name = \"web\"\n    \
             container_port = 80\n  }\n  health_check_grace_period_seconds = 60\n  depends_on = [aws_lb_listener.this]\n  \
             service_connect_configuration {",
        );
        tree
    }
}

#[test]
fn a_service_behind_a_load_balancer_goes_all_the_way_round() {
    let tree = Tree::balanced();
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.accepts(REPLAN);
    tree.accepts(&["destroy", "-input=false", "-auto-approve"]);
}

#[track_caller]
fn check_balanced(step: Step, from: &str, to: &str, expected: &str) {
    let tree = Tree::balanced();
    tree.edit("main.tf", from, to);
    check_tree(&tree, step, expected);
}

#[test]
fn load_balancers_are_looked_into() {
    // Made before the listener, or by chance after it: ECS refuses a target group that nothing forwards to.
    check_balanced(
        Apply,
        "    target_group_arn = aws_lb_target_group.this.arn\n  }\n}\nresource \"aws_route53_zone\"",
        "    target_group_arn = \"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/other/0\"\n  }\n}\n\
         resource \"aws_route53_zone\"",
        "does not have an associated load balancer",
    );
    check_balanced(
        Apply,
        "target_type = \"ip\"",
        "target_type = \"instance\"",
        "incompatible with the awsvpc network mode",
    );
    check_balanced(
        Apply,
        "container_port = 80",
        "container_port = 81",
        "did not have a container port 81 defined",
    );
    check_balanced(
        Validate,
        "protocol = \"HTTP\"",
        "protocol = \"TCP\"",
        "a health check by TCP has no `path`",
    );
    check_balanced(
        Validate,
        "  protocol          = \"TCP\"",
        "  protocol          = \"TLS\"",
        "A certificate must be specified for TLS listeners",
    );
    check_balanced(
        Apply,
        "  name    = \"try.internal\"",
        "  name    = \"try.example\"",
        "is not permitted in zone try.internal",
    );
    check_balanced(
        Apply,
        "load_balancer_type = \"network\"",
        "load_balancer_type = \"application\"",
        "is no Network Load Balancer",
    );
}

/// Plans and applies.
const CHANGE: &[&str] = &["apply", "-input=false", "-auto-approve"];

#[test]
fn a_listener_with_tls_has_tcp_only_when_it_is_replaced() {
    let tree = Tree::balanced();
    let tcp = "  protocol          = \"TCP\"\n  default_action";
    let tls = "  protocol          = \"TLS\"\n  ssl_policy        = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"\n  \
               certificate_arn   = \"arn:aws:acm:eu-west-1:123456789012:certificate/0\"\n  default_action";
    tree.edit("main.tf", tcp, tls);
    tree.accepts(CHANGE);
    tree.edit("main.tf", tls, tcp);
    tree.refuses(
        CHANGE,
        "`ssl_policy` is for TLS and HTTPS, this listener has TCP",
    );
    tree.accepts(&[CHANGE, &["-replace=aws_lb_listener.this"]].concat());
    tree.accepts(REPLAN);
}

#[test]
fn a_target_group_stays_while_a_service_has_it() {
    let tree = Tree::balanced();
    tree.accepts(CHANGE);
    fs::copy(initialised().join("main.tf"), tree.0.path().join("main.tf")).unwrap();
    tree.refuses(CHANGE, "is currently in use by the service");
}

#[test]
fn a_load_balancer_without_security_groups_never_gets_one() {
    let tree = Tree::balanced();
    let groups =
        "  security_groups    = [aws_security_group.task.id]\n}\nresource \"aws_lb_target_group\"";
    tree.edit("main.tf", groups, "}\nresource \"aws_lb_target_group\"");
    tree.accepts(PLAN);
    tree.accepts(APPLY);
    tree.edit("main.tf", "}\nresource \"aws_lb_target_group\"", groups);
    let plan = tree.accepts(PLAN);
    assert!(
        plan.contains("security_groups") && plan.contains("must be replaced"),
        "{plan}"
    );
}
