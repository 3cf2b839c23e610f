//! What each service refuses of a tag.
//!
//! Sources: the patterns and lengths of AWS's API models (botocore 1.43), and for what these leave out the services'
//! guides: IAM user guide, "Tags for IAM resources", for keys that differ only in case; Auto Scaling user guide, "Tag
//! Auto Scaling groups and instances"; Amazon ECS API reference, `Tag`, for values that begin with `aws:`; Amazon S3
//! user guide, "Using cost allocation S3 bucket tags". All of them keep `aws:` at the start of a key, in any case, for
//! AWS, and take 50 tags.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};

/// The characters that a service takes in keys and values.
#[derive(Clone, Copy, PartialEq)]
enum Characters {
    /// The API model has no pattern.
    Any,
    /// Letters, digits and spaces of any script, and `_.:/=+-@`.
    AnyScript,
    /// The same of ASCII only.
    Ascii,
}

impl Characters {
    fn take(self, text: &str) -> bool {
        static ANY_SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$").expect("the pattern of IAM's model")
        });
        static ASCII: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^[a-zA-Z0-9_.:/=+\-@ ]*$").expect("the pattern of DSQL's model")
        });
        match self {
            Self::Any => true,
            Self::AnyScript => ANY_SCRIPT.is_match(text),
            Self::Ascii => ASCII.is_match(text),
        }
    }

    fn names(self) -> &'static str {
        match self {
            Self::Any => "any characters",
            Self::AnyScript => "letters, digits, spaces and _.:/=+-@",
            Self::Ascii => "ASCII letters, digits, spaces and _.:/=+-@",
        }
    }
}

/// The services by the start of their types' names; of two that match, the first.
const SERVICES: &[(&str, &str, Characters)] = &[
    (
        "aws_appautoscaling_",
        "Application Auto Scaling",
        Characters::Any,
    ),
    ("aws_autoscaling_", "Auto Scaling", Characters::Any),
    ("aws_backup_", "AWS Backup", Characters::Any),
    ("aws_budgets_", "AWS Budgets", Characters::Any),
    (
        "aws_cloudwatch_log_",
        "CloudWatch Logs",
        Characters::AnyScript,
    ),
    ("aws_cloudwatch_metric_", "CloudWatch", Characters::Any),
    ("aws_codebuild_", CODEBUILD, Characters::AnyScript),
    ("aws_dsql_", "Aurora DSQL", Characters::Ascii),
    ("aws_dynamodb_", "DynamoDB", Characters::Any),
    ("aws_ecr_", "Amazon ECR", Characters::Any),
    ("aws_ecs_", "Amazon ECS", Characters::AnyScript),
    ("aws_iam_", "IAM", Characters::AnyScript),
    ("aws_lb", "Elastic Load Balancing", Characters::AnyScript),
    ("aws_opensearch_", "OpenSearch Service", Characters::Any),
    (
        "aws_prometheus_",
        "Managed Service for Prometheus",
        Characters::AnyScript,
    ),
    ("aws_route53_", "Route 53", Characters::Any),
    ("aws_s3_", "Amazon S3", Characters::AnyScript),
    ("aws_secretsmanager_", "Secrets Manager", Characters::Any),
    ("aws_service_discovery_", "Cloud Map", Characters::Any),
    ("aws_sns_", "Amazon SNS", Characters::Any),
    ("aws_ssm_", "Systems Manager", Characters::AnyScript),
    // The rest of what is tagged is Amazon EC2's.
    ("aws_", "Amazon EC2", Characters::Any),
];

const MAX_TAGS: usize = 50;

/// Its keys and values are one character shorter than those of all others.
const CODEBUILD: &str = "AWS CodeBuild";

pub(super) fn check(kind: &str, resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    // What is planned has the provider's default tags in `tags_all`, what is validated only its own.
    let name = if get(resource, "tags_all").is_set() {
        "tags_all"
    } else {
        "tags"
    };
    if let Value::Map(tags) = get(resource, name) {
        let tags: Vec<(&str, &Value)> = tags
            .iter()
            .map(|(key, value)| (key.as_str(), value))
            .collect();
        // `tags_all` can't be set, so what is wrong with it is said of `tags`.
        problems.extend(refused(kind, "tags", &tags));
    }
    for specification in blocks(resource, "tag_specifications") {
        if let Value::Map(tags) = get(specification, "tags") {
            let tags: Vec<(&str, &Value)> = tags
                .iter()
                .map(|(key, value)| (key.as_str(), value))
                .collect();
            problems.extend(refused("aws_instance", "tag_specifications", &tags));
        }
    }
    if kind == "aws_autoscaling_group" {
        let tags: Vec<(&str, &Value)> = blocks(resource, "tag")
            .into_iter()
            .filter_map(|tag| Some((text(tag, "key")?, get(tag, "value"))))
            .collect();
        problems.extend(refused(kind, "tag", &tags));
    }
    problems
}

/// What the service behind `kind` refuses of `tags`.
fn refused(kind: &str, place: &str, tags: &[(&str, &Value)]) -> Vec<Problem> {
    let Some((_, service, characters)) =
        SERVICES.iter().find(|(start, ..)| kind.starts_with(start))
    else {
        return Vec::new();
    };
    let (longest_key, longest_value) = match *service {
        CODEBUILD => (127, 255),
        _ => (128, 256),
    };
    let mut problems = Vec::new();
    let mut say = |detail: String| problems.push(refuse(place, "Invalid tag", detail));
    let is_kept = |text: &str| text.to_ascii_lowercase().starts_with("aws:");
    let mut seen = BTreeSet::new();
    for (key, value) in tags {
        if !(1..=longest_key).contains(&key.chars().count()) || !characters.take(key) {
            say(format!(
                "{service} takes tag keys of 1 to {longest_key} {}, not `{key}`.",
                characters.names()
            ));
        }
        if is_kept(key) {
            say(format!(
                "tag keys that begin with `aws:` are AWS's own, such as `{key}`."
            ));
        }
        // IAM compares without case. An Auto Scaling group takes a key twice, keeps one of both values, and so is
        // planned to change for ever: https://github.com/hashicorp/terraform/issues/2270
        let compared = if *service == "IAM" {
            key.to_lowercase()
        } else {
            (*key).to_owned()
        };
        if !seen.insert(compared) {
            say(if *service == "IAM" {
                format!(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive: `{key}`."
                )
            } else {
                format!("the tag key `{key}` stands twice: {service} keeps one of both.")
            });
        }
        let Value::String(value) = value else {
            continue;
        };
        if value.chars().count() > longest_value || !characters.take(value) {
            say(format!(
                "{service} takes tag values of up to {longest_value} {}, not `{value}` of `{key}`.",
                characters.names()
            ));
        }
        if *service == "Amazon ECS" && is_kept(value) {
            say(format!(
                "{service} takes no tag value that begins with `aws:`, as that of `{key}` does."
            ));
        }
    }
    if tags.len() > MAX_TAGS {
        say(format!(
            "{service} takes {MAX_TAGS} tags, not {}.",
            tags.len()
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::SERVICES;
    use crate::checks::tests::check;
    use crate::schema::Provider;
    use serde_json::json;

    #[test]
    fn every_service_has_a_type_with_tags() {
        let provider = Provider::load().unwrap();
        for (start, ..) in SERVICES {
            assert!(
                provider.resources.iter().any(|(kind, schema)| {
                    kind.starts_with(start)
                        && (schema.block.attributes.contains_key("tags")
                            || schema.block.blocks.contains_key("tag"))
                }),
                "{start}"
            );
        }
    }

    #[test]
    fn iam_compares_keys_without_case() {
        let tags = json!({ "tags": { "Environment": "dev", "environment": "x" } });
        check("aws_ecs_cluster", tags.clone(), &[]);
        check("aws_vpc", tags.clone(), &[]);
        for kind in ["aws_iam_role", "aws_iam_instance_profile"] {
            check(
                kind,
                tags.clone(),
                &[
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive: `environment`.",
                ],
            );
        }
    }

    #[test]
    fn codebuild_takes_one_character_less() {
        let tags = json!({ "tags": { "k".repeat(128): "v".repeat(256) } });
        check("aws_ecr_repository", tags.clone(), &[]);
        let [key, value] = [("k", 128), ("v", 256)].map(|(letter, count)| letter.repeat(count));
        check(
            "aws_codebuild_project",
            tags,
            &[
                &format!(
                    "AWS CodeBuild takes tag keys of 1 to 127 letters, digits, spaces and _.:/=+-@, not `{key}`."
                ),
                &format!(
                    "AWS CodeBuild takes tag values of up to 255 letters, digits, spaces and _.:/=+-@, not `{value}` of `{key}`."
                ),
            ],
        );
    }

    #[test]
    fn a_scaling_group_has_a_key_once() {
        let group = |second: &str| {
            let tag = |key: &str| json!({ "key": key, "value": "a", "propagate_at_launch": false });
            json!({ "launch_template": [{ "id": "lt-1" }], "tag": [tag("Name"), tag(second)] })
        };
        check("aws_autoscaling_group", group("name"), &[]);
        check(
            "aws_autoscaling_group",
            group("Name"),
            &["the tag key `Name` stands twice: Auto Scaling keeps one of both."],
        );
    }

    #[test]
    fn what_is_a_letter_differs_by_service() {
        let tags = |text: &str| json!({ "tags": { "Team": text } });
        for (text, any_script, ascii) in [
            ("a 1_.:/=+-@", true, true),
            ("Köln", true, false),
            // A category of its own: neither letter nor number, though it counts as alphabetic.
            ("\u{24b6}", false, false),
            // A letter that is a number, a fraction, an ideographic space.
            ("\u{2160}\u{bd}\u{3000}", true, false),
            // A vowel sign and an accent, which Unicode calls marks.
            ("\u{93f}", false, false),
            ("e\u{301}", false, false),
            ("a,b", false, false),
        ] {
            check("aws_vpc", tags(text), &[]);
            for (kind, service, takes) in [
                ("aws_iam_role", "IAM", any_script),
                ("aws_dsql_cluster", "Aurora DSQL", ascii),
            ] {
                let scripts = if kind == "aws_iam_role" { "" } else { "ASCII " };
                let refused = format!(
                    "{service} takes tag values of up to 256 {scripts}letters, digits, spaces and _.:/=+-@, not `{text}` of `Team`."
                );
                let expected: &[&str] = if takes { &[] } else { &[&refused] };
                check(kind, tags(text), expected);
            }
        }
    }

    #[test]
    fn what_begins_with_aws_is_its_own() {
        check(
            "aws_vpc",
            json!({ "tags": { "AWS:x": "aws:y" } }),
            &["tag keys that begin with `aws:` are AWS's own, such as `AWS:x`."],
        );
        check(
            "aws_ecs_cluster",
            json!({ "tags": { "x": "Aws:y" } }),
            &["Amazon ECS takes no tag value that begins with `aws:`, as that of `x` does."],
        );
    }

    #[test]
    fn a_resource_takes_50_tags() {
        let tags = |count: usize| {
            let tags: serde_json::Map<_, _> =
                (0..count).map(|at| (format!("k{at}"), json!(""))).collect();
            json!({ "tags": tags })
        };
        check("aws_s3_bucket", tags(50), &[]);
        check(
            "aws_s3_bucket",
            tags(51),
            &["Amazon S3 takes 50 tags, not 51."],
        );
    }

    #[test]
    fn what_is_launched_takes_what_ec2_takes() {
        check(
            "aws_launch_template",
            json!({ "tag_specifications": [{ "tags": { "aws:x": "y" } }] }),
            &["tag keys that begin with `aws:` are AWS's own, such as `aws:x`."],
        );
    }
}
