//! Policy documents of IAM, and of resources that carry one.
//!
//! Source: the IAM reference ("JSON policy elements", "IAM and STS quotas").

use serde_json::Value as Json;

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, blocks, get};
use crate::world::World;

/// Whose rights a policy gives, which says what must stand in it.
#[derive(Clone, Copy, PartialEq)]
enum Policy {
    /// Of a role or user: resources, no principal.
    Identity,
    /// Who may become a role: a principal, no resources.
    Trust,
    /// Of a bucket, key or secret: a principal and resources.
    Resource,
    /// Of an ECR repository: a principal, the resource is the repository.
    Repository,
}

/// By type: the argument, the kind and how many characters it may have.
const POLICIES: &[(&str, &str, Policy, usize)] = &[
    (
        "aws_cloudwatch_log_resource_policy",
        "policy_document",
        Policy::Resource,
        5120,
    ),
    (
        "aws_dsql_cluster_policy",
        "policy",
        Policy::Resource,
        20_480,
    ),
    (
        "aws_dynamodb_resource_policy",
        "policy",
        Policy::Resource,
        20_480,
    ),
    (
        "aws_ecr_repository_policy",
        "policy",
        Policy::Repository,
        10_240,
    ),
    ("aws_iam_policy", "policy", Policy::Identity, 6144),
    ("aws_iam_role", "assume_role_policy", Policy::Trust, 2048),
    ("aws_iam_role_policy", "policy", Policy::Identity, INLINE),
    ("aws_iam_user_policy", "policy", Policy::Identity, 2048),
    ("aws_kms_key", "policy", Policy::Resource, 32_768),
    ("aws_kms_key_policy", "policy", Policy::Resource, 32_768),
    (
        "aws_opensearch_domain",
        "access_policies",
        Policy::Resource,
        102_400,
    ),
    (
        "aws_opensearch_domain_policy",
        "access_policies",
        Policy::Resource,
        102_400,
    ),
    ("aws_s3_bucket_policy", "policy", Policy::Resource, 20_480),
    (
        "aws_secretsmanager_secret",
        "policy",
        Policy::Resource,
        20_480,
    ),
    (
        "aws_secretsmanager_secret_policy",
        "policy",
        Policy::Resource,
        20_480,
    ),
    ("aws_sns_topic_policy", "policy", Policy::Resource, 30_720),
    ("aws_sqs_queue_policy", "policy", Policy::Resource, 30_720),
    ("aws_vpc_endpoint", "policy", Policy::Resource, 20_480),
    (
        "aws_vpc_endpoint_policy",
        "policy",
        Policy::Resource,
        20_480,
    ),
];

/// All inline policies of a role together, white space not counted.
const INLINE: usize = 10_240;

const STATEMENT_KEYS: &[&str] = &[
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
];

pub(super) fn check(kind: &str, resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, argument, policy, most) in POLICIES.iter().filter(|(name, ..)| *name == kind) {
        if let Some(document) = text(resource, argument) {
            problems.extend(document_problems(document, *policy, *most, argument));
        }
    }
    if kind == "aws_iam_role" {
        for (index, inline) in blocks(resource, "inline_policy").into_iter().enumerate() {
            if let Some(document) = text(inline, "policy") {
                let place = format!("inline_policy.{index}.policy");
                problems.extend(document_problems(
                    document,
                    Policy::Identity,
                    INLINE,
                    &place,
                ));
            }
        }
    }
    problems
}

/// The inline policies of one role share a limit.
pub(super) fn inline_among(resource: &Object, world: &World) -> Vec<Problem> {
    let role = get(resource, "role");
    let name = get(resource, "name");
    let others: usize = world
        .all("aws_iam_role_policy")
        .filter(|other| get(other, "role") == role && get(other, "name") != name)
        .filter_map(|other| text(other, "policy"))
        .map(size)
        .sum();
    let all = others + text(resource, "policy").map_or(0, size);
    if all <= INLINE {
        return Vec::new();
    }
    let role = role.as_str().unwrap_or_default();
    vec![refuse(
        "policy",
        "LimitExceeded",
        format!("Maximum policy size of {INLINE} bytes exceeded for role {role}: {all}"),
    )]
}

fn size(document: &str) -> usize {
    document
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .count()
}

fn document_problems(document: &str, policy: Policy, most: usize, place: &str) -> Vec<Problem> {
    let json: Json = match serde_json::from_str(document) {
        Ok(json) => json,
        Err(error) => {
            return vec![refuse(
                place,
                "MalformedPolicyDocument",
                format!("not valid JSON: {error}"),
            )];
        }
    };
    let mut details = Vec::new();
    if size(document) > most {
        details.push(format!("{} characters, {most} are allowed", size(document)));
    }
    let Some(object) = json.as_object() else {
        return vec![refuse(
            place,
            "MalformedPolicyDocument",
            "a policy is a JSON object",
        )];
    };
    for key in object.keys() {
        if !["Id", "Statement", "Version"].contains(&key.as_str()) {
            details.push(format!("unknown key `{key}`"));
        }
    }
    if let Some(version) = json["Version"].as_str()
        && !["2012-10-17", "2008-10-17"].contains(&version)
    {
        details.push(format!("Version must be 2012-10-17, got `{version}`"));
    }
    let one = [json["Statement"].clone()];
    let statements = json["Statement"].as_array().map_or(&one[..], Vec::as_slice);
    if json["Statement"].is_null() || statements.is_empty() {
        details.push("no Statement".to_owned());
    } else {
        let mut sids = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let of = |detail: String| format!("Statement {index}: {detail}");
            details.extend(statement_problems(statement, policy).into_iter().map(of));
            let sid = statement["Sid"].as_str().unwrap_or_default();
            if !sid.is_empty() && sids.contains(&sid) {
                details.push(format!("the Sid `{sid}` is there twice"));
            }
            sids.push(sid);
        }
    }
    details
        .into_iter()
        .map(|detail| refuse(place, "MalformedPolicyDocument", detail))
        .collect()
}

fn statement_problems(statement: &Json, policy: Policy) -> Vec<String> {
    let Some(object) = statement.as_object() else {
        return vec!["is no object".to_owned()];
    };
    let mut details = Vec::new();
    for key in object.keys() {
        if !STATEMENT_KEYS.contains(&key.as_str()) {
            details.push(format!("unknown key `{key}`"));
        }
    }
    let effect = statement["Effect"].as_str().unwrap_or_default();
    if !["Allow", "Deny"].contains(&effect) {
        details.push(format!("Effect must be Allow or Deny, got `{effect}`"));
    }
    if let Some(sid) = statement["Sid"].as_str()
        && [Policy::Identity, Policy::Trust].contains(&policy)
        && !sid.chars().all(|letter| letter.is_ascii_alphanumeric())
    {
        details.push(format!("the Sid `{sid}` may have letters and digits only"));
    }
    let texts = |key: &str| -> Option<Vec<String>> {
        match &statement[key] {
            Json::String(text) => Some(vec![text.clone()]),
            Json::Array(items) => Some(
                items
                    .iter()
                    .map(|item| {
                        item.as_str()
                            .map_or_else(|| item.to_string(), str::to_owned)
                    })
                    .collect(),
            ),
            _ => None,
        }
    };
    match texts("Action").or_else(|| texts("NotAction")) {
        None => details.push("Policy statement must contain actions.".to_owned()),
        Some(actions) if actions.is_empty() => {
            details.push("Policy statement must contain actions.".to_owned());
        }
        Some(actions) => details.extend(actions.iter().filter(|action| !is_action(action)).map(
            |action| format!("Actions/Conditions must be prefaced by a vendor, got `{action}`"),
        )),
    }
    let resources = texts("Resource").or_else(|| texts("NotResource"));
    match (&resources, policy) {
        (Some(resources), Policy::Identity | Policy::Resource) if !resources.is_empty() => {
            details.extend(
                resources
                    .iter()
                    .filter(|resource| !is_resource(resource))
                    .map(|resource| {
                        format!("Resource `{resource}` must be in ARN format or \"*\".")
                    }),
            );
        }
        (_, Policy::Identity | Policy::Resource) => {
            details.push("Policy statement must contain resources.".to_owned());
        }
        (Some(_), Policy::Trust) => {
            details.push("Has prohibited field Resource.".to_owned());
        }
        (_, Policy::Trust | Policy::Repository) => {}
    }
    let principal = !statement["Principal"].is_null() || !statement["NotPrincipal"].is_null();
    if principal && policy == Policy::Identity {
        details.push("Policy document should not specify a principal.".to_owned());
    }
    if !principal && policy != Policy::Identity {
        details.push("Missing required field Principal.".to_owned());
    }
    details
}

fn is_action(action: &str) -> bool {
    action == "*"
        || action.split_once(':').is_some_and(|(service, name)| {
            !service.is_empty()
                && !name.is_empty()
                && service.chars().all(|letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-*".contains(letter)
                })
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "*?-_".contains(letter))
        })
}

fn is_resource(resource: &str) -> bool {
    resource == "*" || resource.starts_with('$') || {
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        parts.first() == Some(&"arn") && (parts.len() == 6 || resource.contains('*'))
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::tests::check as check_resource;
    use serde_json::{Value as Json, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    fn check(statement: Json, expected: &[&str]) {
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        let resource = json!({ "name": "p", "policy": policy.to_string() });
        check_resource("aws_iam_role_policy", resource, expected);
    }

    #[test]
    fn a_good_statement_passes() {
        check(
            json!({ "Sid": "A", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::b/*" }),
            &[],
        );
    }

    #[test]
    fn a_statement_needs_its_parts_and_no_others() {
        check(
            json!({ "Effect": "allow", "Actions": "s3:GetObject" }),
            &[
                "Statement 0: unknown key `Actions`",
                "Statement 0: Effect must be Allow or Deny, got `allow`",
                "Statement 0: Policy statement must contain actions.",
                "Statement 0: Policy statement must contain resources.",
            ],
        );
    }

    #[test]
    fn resources_are_arns_and_actions_have_a_service() {
        check(
            json!({ "Effect": "Allow", "Action": "GetObject", "Resource": "my-bucket" }),
            &[
                "Statement 0: Actions/Conditions must be prefaced by a vendor, got `GetObject`",
                "Statement 0: Resource `my-bucket` must be in ARN format or \"*\".",
            ],
        );
    }
}
