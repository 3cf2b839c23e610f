//! Repositories of images and the project that builds them.
//!
//! Sources: Amazon ECR user guide, "Lifecycle policy properties"; the API models of ECR and CodeBuild (botocore 1.43), for
//! lengths and values; CodeBuild user guide, "Build environment compute types", for what an ARM container runs on; the
//! provider's `aws_codebuild_project`, for what a project without a source needs.

use serde_json::Value as Json;

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};

/// The characters of a lifecycle policy.
const POLICY_LENGTH: std::ops::RangeInclusive<usize> = 100..=30_720;

/// The rules of a lifecycle policy.
pub(super) fn lifecycle(resource: &Object) -> Vec<Problem> {
    let Some(policy) = text(resource, "policy") else {
        return Vec::new();
    };
    let refused = |detail: &str| vec![refuse("policy", "InvalidParameterException", detail)];
    if !POLICY_LENGTH.contains(&policy.len()) {
        return refused("A lifecycle policy has 100 to 30720 characters.");
    }
    let Ok(document) = serde_json::from_str::<Json>(policy) else {
        return refused("Could not map policyString into LifecyclePolicy.");
    };
    let Some(rules) = document["rules"].as_array() else {
        return refused("object has missing required properties ([\"rules\"])");
    };
    let mut details = Vec::new();
    let mut priorities: Vec<i64> = Vec::new();
    for rule in rules {
        let selection = &rule["selection"];
        let tagged = ["tagPatternList", "tagPrefixList"].iter().any(|list| {
            let names = selection[list].as_array();
            names.is_some_and(|names| !names.is_empty())
        });
        match selection["tagStatus"].as_str() {
            Some("tagged") if !tagged => {
                details.push("tagStatus tagged needs a tagPatternList or a tagPrefixList");
            }
            Some("tagged") => {}
            Some("untagged" | "any") if tagged => {
                details.push("only tagStatus tagged takes a tagPatternList or a tagPrefixList");
            }
            Some("untagged") => {}
            Some("any") => {
                let own = rule["rulePriority"].as_i64();
                if rules
                    .iter()
                    .any(|other| other["rulePriority"].as_i64() > own)
                {
                    details.push("a rule with tagStatus any must have the highest rulePriority");
                }
            }
            _ => details.push("tagStatus is tagged, untagged or any"),
        }
        match selection["countType"].as_str() {
            Some("imageCountMoreThan") if selection["countUnit"].is_null() => {}
            Some("sinceImagePushed") if selection["countUnit"] == "days" => {}
            _ => details
                .push("countType is imageCountMoreThan, or sinceImagePushed with countUnit days"),
        }
        if selection["countNumber"]
            .as_i64()
            .is_none_or(|count| count < 1)
        {
            details.push("countNumber is 1 or more");
        }
        if rule["action"]["type"] != "expire" {
            details.push("the action's type is expire");
        }
        match rule["rulePriority"].as_i64() {
            Some(priority) if priority >= 1 && !priorities.contains(&priority) => {
                priorities.push(priority);
            }
            _ => details.push("each rule has a rulePriority of its own, 1 or more"),
        }
    }
    details.into_iter().flat_map(refused).collect()
}

/// What a project's source, artifacts and environment need of each other.
pub(super) fn project(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |place: &str, detail: String| {
        problems.push(refuse(place, "InvalidInputException", detail));
    };
    for source in blocks(resource, "source") {
        let kind = text(source, "type");
        let is_given = |name: &str| text(source, name).is_some() || get(source, name).is_unknown();
        if kind == Some("NO_SOURCE") {
            if !is_given("buildspec") {
                say(
                    "source",
                    "`buildspec` must be set when source's `type` is `NO_SOURCE`".to_owned(),
                );
            }
            if is_given("location") {
                say(
                    "source",
                    "`location` must be empty when source's `type` is `NO_SOURCE`".to_owned(),
                );
            }
        } else if kind.is_some_and(|kind| kind != "CODEPIPELINE") && !is_given("location") {
            say("source", "a source needs a `location`".to_owned());
        }
    }
    for artifacts in blocks(resource, "artifacts") {
        if text(artifacts, "type") == Some("S3") && get(artifacts, "location") == &Value::Null {
            say(
                "artifacts",
                "artifacts of type S3 need a `location`".to_owned(),
            );
        }
    }
    for environment in blocks(resource, "environment") {
        let (Some(kind), Some(size)) =
            (text(environment, "type"), text(environment, "compute_type"))
        else {
            continue;
        };
        if kind.contains("_LAMBDA_") != size.starts_with("BUILD_LAMBDA_") {
            say(
                "environment",
                format!("an environment of type {kind} has no compute type {size}"),
            );
        }
        if let Some(image) = text(environment, "image")
            && kind == "ARM_CONTAINER"
            && image.starts_with("aws/codebuild/")
            && !image.contains("aarch64")
        {
            say("environment", format!("{image} is no image for {kind}"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::checks::tests::check;

    #[track_caller]
    fn check_rules(rules: &[Value], expected: &[&str]) {
        let policy = json!({ "rules": rules, "padding": "x".repeat(100) }).to_string();
        check(
            "aws_ecr_lifecycle_policy",
            json!({ "policy": policy }),
            expected,
        );
    }

    fn rule(priority: i64, selection: &Value) -> Value {
        json!({ "rulePriority": priority, "selection": selection, "action": { "type": "expire" } })
    }

    #[test]
    fn a_lifecycle_rule_selects_images_as_ecr_can() {
        let untagged = json!({ "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7 });
        let tagged = json!({ "tagStatus": "tagged", "tagPatternList": ["*"], "countType": "imageCountMoreThan", "countNumber": 50 });
        check_rules(&[rule(1, &untagged), rule(2, &tagged)], &[]);
        check_rules(
            &[rule(1, &untagged), rule(1, &tagged)],
            &["each rule has a rulePriority of its own, 1 or more"],
        );
        let any =
            json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50 });
        check_rules(&[rule(1, &untagged), rule(2, &any)], &[]);
        check_rules(
            &[rule(2, &untagged), rule(1, &any)],
            &["a rule with tagStatus any must have the highest rulePriority"],
        );
        check_rules(
            &[rule(
                1,
                &json!({ "tagStatus": "tagged", "countType": "imageCountMoreThan", "countUnit": "days", "countNumber": 0 }),
            )],
            &[
                "tagStatus tagged needs a tagPatternList or a tagPrefixList",
                "countType is imageCountMoreThan, or sinceImagePushed with countUnit days",
                "countNumber is 1 or more",
            ],
        );
        check(
            "aws_ecr_lifecycle_policy",
            json!({ "policy": "{}" }),
            &["A lifecycle policy has 100 to 30720 characters."],
        );
    }

    fn project(source: &Value, kind: &str, size: &str, image: &str) -> Value {
        json!({
            "source": [source],
            "environment": [{ "type": kind, "compute_type": size, "image": image }],
        })
    }

    #[test]
    fn a_project_without_a_source_brings_its_commands() {
        const IMAGE: &str = "aws/codebuild/amazonlinux-aarch64-standard:3.0";
        let source = json!({ "type": "NO_SOURCE", "buildspec": "version: 0.2" });
        let good = project(&source, "ARM_CONTAINER", "BUILD_GENERAL1_LARGE", IMAGE);
        check("aws_codebuild_project", good, &[]);
        let bare = json!({ "type": "NO_SOURCE", "location": "x" });
        check(
            "aws_codebuild_project",
            project(
                &bare,
                "ARM_CONTAINER",
                "BUILD_LAMBDA_4GB",
                "aws/codebuild/standard:7.0",
            ),
            &[
                "`buildspec` must be set when source's `type` is `NO_SOURCE`",
                "`location` must be empty when source's `type` is `NO_SOURCE`",
                "an environment of type ARM_CONTAINER has no compute type BUILD_LAMBDA_4GB",
                "aws/codebuild/standard:7.0 is no image for ARM_CONTAINER",
            ],
        );
    }
}
