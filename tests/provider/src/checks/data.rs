//! Tables, search domains and buckets.

use std::collections::BTreeSet;

use super::{blocks_are_known, is_true, refuse, text, whole};
use crate::checks::Phase;
use crate::diagnostic::{Path, Problem};
use crate::value::{Object, Value, block, blocks, get};

/// A table's attributes are those of its keys, no more and no fewer.
pub(super) fn table(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let indexes: Vec<&Object> = ["global_secondary_index", "local_secondary_index"]
        .iter()
        .flat_map(|name| blocks(resource, name))
        .collect();
    let keys: BTreeSet<&str> = std::iter::once(resource)
        .chain(indexes.iter().copied())
        .flat_map(|owner| [text(owner, "hash_key"), text(owner, "range_key")])
        .chain(
            indexes
                .iter()
                .flat_map(|index| blocks(index, "key_schema"))
                .map(|key| text(key, "attribute_name")),
        )
        .flatten()
        .collect();
    let attributes: BTreeSet<&str> = blocks(resource, "attribute")
        .iter()
        .filter_map(|attribute| text(attribute, "name"))
        .collect();
    let is_known = [
        "attribute",
        "global_secondary_index",
        "local_secondary_index",
    ]
    .iter()
    .all(|name| blocks_are_known(resource, name))
        && !get(resource, "hash_key").is_unknown()
        && !get(resource, "range_key").is_unknown();
    if is_known {
        for missing in keys.difference(&attributes) {
            let detail = format!(
                "all indexes must match a defined attribute. Unmatched indexes: [\"{missing}\"]"
            );
            problems.push(refuse("attribute", "Invalid table keys", detail));
        }
        for unused in attributes.difference(&keys) {
            let detail =
                format!("all attributes must be indexed. Unused attributes: [\"{unused}\"]");
            problems.push(refuse("attribute", "Invalid table keys", detail));
        }
        if get(resource, "hash_key").is_null() && get(resource, "restore_source_name").is_null() {
            problems.push(refuse(
                "hash_key",
                "Invalid table keys",
                "a table needs a hash_key",
            ));
        }
    }
    let is_on_demand = text(resource, "billing_mode") == Some("PAY_PER_REQUEST");
    for name in ["read_capacity", "write_capacity"] {
        let capacity = whole(resource, name);
        if is_on_demand && capacity.is_some_and(|capacity| capacity > 0) {
            let detail = format!("`{name}` can not be set when billing_mode is PAY_PER_REQUEST");
            problems.push(refuse(name, "Invalid table capacity", detail));
        }
        let is_provisioned = matches!(get(resource, "billing_mode"), Value::Null)
            || text(resource, "billing_mode") == Some("PROVISIONED");
        if is_provisioned && get(resource, name).is_null() {
            let detail = format!("`{name}` must be at least 1 when billing_mode is PROVISIONED");
            problems.push(refuse(name, "Invalid table capacity", detail));
        }
    }
    for ttl in blocks(resource, "ttl") {
        if is_true(ttl, "enabled") && matches!(get(ttl, "attribute_name"), Value::Null) {
            problems.push(refuse(
                "ttl.0.attribute_name",
                "Invalid ttl",
                "ttl needs an attribute_name when enabled",
            ));
        }
    }
    problems
}

/// How nodes, zones and subnets of a search domain go together.
pub(super) fn search_domain(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let none = Object::new();
    let cluster = block(resource, "cluster_config").unwrap_or(&none);
    let aware = get(cluster, "zone_awareness_enabled");
    let zones = block(cluster, "zone_awareness_config")
        .map_or(Some(2), |config| {
            whole(config, "availability_zone_count").or(Some(2))
        })
        .filter(|_| aware.as_bool() == Some(true));
    let nodes = whole(cluster, "instance_count").unwrap_or(1);
    let nodes_are_known = !get(cluster, "instance_count").is_unknown();
    if let Some(zones) = zones.filter(|zones| nodes_are_known && nodes % zones != 0) {
        let detail = format!(
            "You must choose an even number of data nodes for {zones} Availability Zones: instance_count is {nodes}."
        );
        problems.push(refuse(
            "cluster_config.0.instance_count",
            "ValidationException",
            detail,
        ));
    }
    if let Some(options) = block(resource, "vpc_options")
        && let Value::List(subnets) = get(options, "subnet_ids")
    {
        let expected = match aware {
            Value::Unknown(_) => None,
            _ => Some(zones.unwrap_or(1)),
        };
        let given = i64::try_from(subnets.len()).unwrap_or(i64::MAX);
        if let Some(expected) = expected.filter(|expected| *expected != given) {
            let detail = match zones {
                None => format!(
                    "You must specify exactly one subnet without zone awareness, {given} are given."
                ),
                Some(_) => format!(
                    "You must specify exactly {expected} subnets, one of each zone, {given} are given."
                ),
            };
            problems.push(refuse(
                "vpc_options.0.subnet_ids",
                "ValidationException",
                detail,
            ));
        }
    }
    let instance_type = text(cluster, "instance_type").unwrap_or_default();
    let is_burstable = instance_type.starts_with("t2.") || instance_type.starts_with("t3.");
    let mut refuse_cluster = |name: &str, detail: &str| {
        problems.push(refuse(
            &format!("cluster_config.0.{name}"),
            "ValidationException",
            detail,
        ));
    };
    if is_true(cluster, "dedicated_master_enabled")
        && get(cluster, "dedicated_master_count").is_null()
    {
        refuse_cluster(
            "dedicated_master_count",
            "dedicated_master_count must be 3 or 5 with dedicated masters",
        );
    }
    if is_true(cluster, "dedicated_master_enabled")
        && get(cluster, "dedicated_master_type").is_null()
    {
        refuse_cluster(
            "dedicated_master_type",
            "dedicated masters need a dedicated_master_type",
        );
    }
    if is_true(cluster, "multi_az_with_standby_enabled") {
        if zones.is_some_and(|zones| zones != 3) || !is_true(cluster, "dedicated_master_enabled") {
            refuse_cluster(
                "multi_az_with_standby_enabled",
                "Multi-AZ with Standby needs three zones and dedicated masters",
            );
        }
        if is_burstable {
            refuse_cluster(
                "instance_type",
                "T2 and T3 instances don't support Multi-AZ with Standby",
            );
        }
    }
    if is_burstable && is_true(cluster, "warm_enabled") {
        refuse_cluster(
            "warm_enabled",
            "T2 and T3 instances don't support UltraWarm",
        );
    }
    let tuned = block(resource, "auto_tune_options").and_then(|tune| text(tune, "desired_state"));
    if is_burstable && tuned == Some("ENABLED") {
        let detail = "T2 and T3 instances don't support Auto-Tune";
        problems.push(refuse(
            "auto_tune_options.0.desired_state",
            "ValidationException",
            detail,
        ));
    }
    let ebs = block(resource, "ebs_options");
    if ebs.is_some_and(|ebs| is_true(ebs, "ebs_enabled") && get(ebs, "volume_size").is_null()) {
        problems.push(refuse(
            "ebs_options.0.volume_size",
            "ValidationException",
            "EBS needs a volume_size",
        ));
    }
    problems.extend(volume(instance_type, ebs));
    problems.extend(fine_grained(resource));
    problems.extend(master_user(resource));
    problems.extend(audit_log(resource));
    problems.extend(key(resource));
    problems
}

/// Sizes of node types, each with its largest volume in GiB.
type Sizes = &'static [(&'static str, i64)];

/// The largest gp3 volume of a node in GiB, by size, of the families with the same ones.
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html#ebsresource>, as of 2023 in
/// github.com/awsdocs/amazon-opensearch-service-developer-guide. Newer families aren't in it: they pass.
const VOLUMES: &[(&[&str], Sizes)] = &[
    (&["t3"], &[("small", 100), ("medium", 200)]),
    (
        &["m5", "m6g"],
        &[
            ("large", 1024),
            ("xlarge", 2048),
            ("2xlarge", 3072),
            ("4xlarge", 6144),
            ("8xlarge", 12288),
            ("12xlarge", 18432),
        ],
    ),
    (
        &["c5", "c6g"],
        &[
            ("large", 256),
            ("xlarge", 512),
            ("2xlarge", 1024),
            ("4xlarge", 1536),
        ],
    ),
    (
        &["r5", "r6g"],
        &[
            ("large", 2048),
            ("xlarge", 3072),
            ("2xlarge", 6144),
            ("4xlarge", 12288),
            ("8xlarge", 16384),
            ("12xlarge", 24576),
        ],
    ),
];

/// How large a node's volume may be.
fn volume(instance_type: &str, ebs: Option<&Object>) -> Option<Problem> {
    let mut parts = instance_type.split('.');
    let (family, size) = (parts.next()?, parts.next()?);
    let (_, sizes) = VOLUMES
        .iter()
        .find(|(families, _)| families.contains(&family))?;
    let (_, largest) = sizes.iter().find(|(name, _)| *name == size)?;
    let asked = whole(ebs?, "volume_size")?;
    if asked <= *largest {
        return None;
    }
    let detail = format!(
        "Volume size must be between 10 and {largest} for {instance_type} instance type, not {asked}."
    );
    Some(refuse(
        "ebs_options.0.volume_size",
        "LimitExceededException",
        detail,
    ))
}

/// Fine-grained access control stands on three encryptions.
fn fine_grained(resource: &Object) -> Vec<Problem> {
    let is_on = block(resource, "advanced_security_options")
        .is_some_and(|options| is_true(options, "enabled"));
    if !is_on {
        return Vec::new();
    }
    [
        ("encrypt_at_rest", "enabled"),
        ("node_to_node_encryption", "enabled"),
        ("domain_endpoint_options", "enforce_https"),
    ]
    .into_iter()
    .filter(|(name, switch)| {
        block(resource, name)
            .is_none_or(|block| matches!(get(block, switch), Value::Null | Value::Bool(false)))
    })
    .map(|(name, switch)| {
        let detail = format!("advanced_security_options need {name}.{switch}");
        refuse("advanced_security_options", "ValidationException", detail)
    })
    .collect()
}

/// Whether access control is on; `None` as long as that is unknown.
fn has_access_control(resource: &Object) -> Option<bool> {
    if !blocks_are_known(resource, "advanced_security_options") {
        return None;
    }
    match block(resource, "advanced_security_options").map(|options| get(options, "enabled")) {
        Some(Value::Unknown(_)) => None,
        Some(Value::Bool(is_on)) => Some(*is_on),
        _ => Some(false),
    }
}

/// Access control has one master user: an IAM role, or one of the domain's own users, with a password.
/// <https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_MasterUserOptions.html>
fn master_user(resource: &Object) -> Vec<Problem> {
    let none = Object::new();
    let Some(options) = block(resource, "advanced_security_options") else {
        return Vec::new();
    };
    if has_access_control(resource) != Some(true)
        || !blocks_are_known(options, "master_user_options")
    {
        return Vec::new();
    }
    let master = block(options, "master_user_options").unwrap_or(&none);
    let is_given = |name: &str| !get(master, name).is_null();
    let has_users = is_true(options, "internal_user_database_enabled");
    let (role, name) = (is_given("master_user_arn"), is_given("master_user_name"));
    let password = ["master_user_password", "master_user_password_wo"]
        .into_iter()
        .any(is_given);
    let mut details = Vec::new();
    if !role && !name {
        details.push("fine-grained access control needs a master user");
    }
    if role && (name || password) {
        details.push("the master user is either an IAM ARN or a name with a password");
    }
    if role && has_users {
        details.push("a master_user_arn goes only without internal_user_database_enabled");
    }
    if name && !has_users {
        details.push("a master_user_name goes only with internal_user_database_enabled");
    }
    if name && !password {
        details.push("a master_user_name needs a password");
    }
    details
        .into_iter()
        .map(|detail| refuse("advanced_security_options", "ValidationException", detail))
        .collect()
}

/// The audit log is that of access control.
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/audit-logs.html>
fn audit_log(resource: &Object) -> Option<Problem> {
    let is_published = blocks(resource, "log_publishing_options")
        .iter()
        .any(|log| {
            text(log, "log_type") == Some("AUDIT_LOGS")
                && get(log, "enabled").as_bool() != Some(false)
        });
    (is_published && has_access_control(resource) == Some(false)).then(|| {
        refuse(
            "log_publishing_options",
            "ValidationException",
            "AUDIT_LOGS need fine-grained access control",
        )
    })
}

/// The domain's key is one of its region, by its id or ARN: the provider sends an alias too, and replaces the domain at
/// each plan since AWS answers with the key.
fn key(resource: &Object) -> Option<Problem> {
    let key = text(block(resource, "encrypt_at_rest")?, "kms_key_id")?;
    let mut parts = key.split(':').skip(3);
    let region = parts.next()?;
    let name = "encrypt_at_rest.0.kms_key_id";
    if parts.nth(1).is_some_and(|name| name.starts_with("alias/")) {
        let detail = format!("{key} is an alias: OpenSearch takes a key");
        return Some(refuse(name, "ValidationException", detail));
    }
    let own = text(resource, "region").filter(|own| *own != region)?;
    let detail = format!("the key is in {region}, and the domain in {own}");
    Some(refuse(name, "ValidationException", detail))
}

/// `-an` ends the names in an account's own namespace, and no others.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
pub(super) fn bucket(resource: &Object) -> Option<Problem> {
    let name = text(resource, "bucket")?;
    let is_own = match get(resource, "bucket_namespace") {
        Value::String(namespace) => namespace == "account-regional",
        Value::Null => false,
        _ => return None,
    };
    (name.ends_with("-an") != is_own).then(|| {
        let detail = format!(
            "{name}: a name ends with -an if and only if its bucket_namespace is account-regional."
        );
        refuse("bucket", "InvalidBucketName", detail)
    })
}

/// Once, when the configuration is read: the provider warns there as well.
pub(super) fn lifecycle(resource: &Object, phase: Phase) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, rule) in blocks(resource, "rule").into_iter().enumerate() {
        let has_filter = !blocks(rule, "filter").is_empty() || !blocks_are_known(rule, "filter");
        if phase == Phase::Validate && !has_filter && get(rule, "prefix").is_null() {
            problems.push(Problem::warning(
                Path::of(&format!("rule.{index}")),
                "Invalid Attribute Combination",
                "No attribute specified when one (and only one) of [rule.filter, rule.prefix] is required. This will be an error in a future version of the provider",
            ));
        }
        let actions = [
            "abort_incomplete_multipart_upload",
            "expiration",
            "noncurrent_version_expiration",
            "noncurrent_version_transition",
            "transition",
        ];
        if actions
            .iter()
            .all(|name| blocks(rule, name).is_empty() && blocks_are_known(rule, name))
        {
            let detail = "at least one action needs to be specified in a rule";
            problems.push(refuse(&format!("rule.{index}"), "MalformedXML", detail));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use crate::checks::tests::check;
    use serde_json::json;

    #[test]
    fn keys_and_attributes_are_the_same() {
        let table = json!({
            "billing_mode": "PAY_PER_REQUEST", "hash_key": "pk", "attribute": [{ "name": "id", "type": "S" }],
        });
        check(
            "aws_dynamodb_table",
            table,
            &[
                "all indexes must match a defined attribute. Unmatched indexes: [\"pk\"]",
                "all attributes must be indexed. Unused attributes: [\"id\"]",
            ],
        );
    }

    #[test]
    fn without_zone_awareness_a_domain_is_in_one_subnet() {
        let domain = json!({
            "cluster_config": [{ "instance_count": 1 }], "vpc_options": [{ "subnet_ids": ["a", "b"] }],
        });
        check(
            "aws_opensearch_domain",
            domain,
            &["You must specify exactly one subnet without zone awareness, 2 are given."],
        );
    }

    #[test]
    fn an_accounts_own_names_are_asked_for_as_such() {
        let bucket =
            |name: &str, namespace: &str| json!({ "bucket": name, "bucket_namespace": namespace });
        check("aws_s3_bucket", json!({ "bucket": "states" }), &[]);
        let own = "states-123456789012-eu-west-1-an";
        check("aws_s3_bucket", bucket(own, "account-regional"), &[]);
        for json in [json!({ "bucket": own }), bucket(own, "global")] {
            check(
                "aws_s3_bucket",
                json,
                &[
                    "states-123456789012-eu-west-1-an: a name ends with -an if and only if its bucket_namespace is account-regional.",
                ],
            );
        }
    }

    #[test]
    fn masters_have_a_type_and_an_odd_count() {
        let domain = |masters: serde_json::Value| {
            let mut cluster = json!({ "instance_count": 1, "dedicated_master_enabled": true });
            cluster
                .as_object_mut()
                .unwrap()
                .extend(masters.as_object().unwrap().clone());
            json!({ "cluster_config": [cluster] })
        };
        let kind = "m6g.large.search";
        check(
            "aws_opensearch_domain",
            domain(json!({ "dedicated_master_count": 3, "dedicated_master_type": kind })),
            &[],
        );
        check(
            "aws_opensearch_domain",
            domain(json!({ "dedicated_master_count": 2, "dedicated_master_type": kind })),
            &["expected dedicated_master_count to be one of 3, 5, got 2"],
        );
        check(
            "aws_opensearch_domain",
            domain(json!({})),
            &[
                "dedicated_master_count must be 3 or 5 with dedicated masters",
                "dedicated masters need a dedicated_master_type",
            ],
        );
    }

    #[test]
    fn an_audit_log_needs_access_control_and_that_a_master_user() {
        let log = json!([{ "log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "arn:aws:logs:eu-west-1:123456789012:log-group:a" }]);
        let on = json!([{ "enabled": true }]);
        let domain = |security: serde_json::Value| {
            json!({
                "cluster_config": [{ "instance_count": 1 }],
                "encrypt_at_rest": on, "node_to_node_encryption": on,
                "domain_endpoint_options": [{ "enforce_https": true }],
                "log_publishing_options": log,
                "advanced_security_options": security,
            })
        };
        let role = "arn:aws:iam::123456789012:role/setup";
        let master = |users: bool, options: serde_json::Value| {
            domain(json!([{
                "enabled": true, "internal_user_database_enabled": users,
                "master_user_options": [options],
            }]))
        };
        let needs = "AUDIT_LOGS need fine-grained access control";
        check("aws_opensearch_domain", domain(json!([])), &[needs]);
        check(
            "aws_opensearch_domain",
            domain(json!([{ "enabled": false }])),
            &[needs],
        );
        check(
            "aws_opensearch_domain",
            domain(json!([{ "enabled": true }])),
            &["fine-grained access control needs a master user"],
        );
        check(
            "aws_opensearch_domain",
            master(false, json!({ "master_user_arn": role })),
            &[],
        );
        check(
            "aws_opensearch_domain",
            master(true, json!({ "master_user_arn": role })),
            &["a master_user_arn goes only without internal_user_database_enabled"],
        );
        check(
            "aws_opensearch_domain",
            master(false, json!({ "master_user_name": "admin" })),
            &[
                "a master_user_name goes only with internal_user_database_enabled",
                "a master_user_name needs a password",
            ],
        );
    }

    #[test]
    fn a_domains_key_is_no_alias_and_of_its_region() {
        let domain = |key: &str| {
            json!({
                "region": "eu-west-1", "cluster_config": [{ "instance_count": 1 }],
                "encrypt_at_rest": [{ "enabled": true, "kms_key_id": key }],
            })
        };
        let key = |region: &str| {
            format!("arn:aws:kms:{region}:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab")
        };
        check("aws_opensearch_domain", domain(&key("eu-west-1")), &[]);
        check(
            "aws_opensearch_domain",
            domain(&key("us-east-1")),
            &["the key is in us-east-1, and the domain in eu-west-1"],
        );
        let alias = "arn:aws:kms:eu-west-1:123456789012:alias/mine";
        check(
            "aws_opensearch_domain",
            domain(alias),
            &["arn:aws:kms:eu-west-1:123456789012:alias/mine is an alias: OpenSearch takes a key"],
        );
    }

    #[test]
    fn a_volume_has_a_limit_by_node_type() {
        let domain = |kind: &str, size: i64| {
            json!({
                "cluster_config": [{ "instance_type": kind, "instance_count": 1 }],
                "ebs_options": [{ "ebs_enabled": true, "volume_type": "gp3", "volume_size": size }],
            })
        };
        for (kind, largest) in [
            ("t3.small.search", 100),
            ("c6g.large.search", 256),
            ("m6g.large.search", 1024),
            ("m6g.xlarge.search", 2048),
            ("r6g.large.search", 2048),
        ] {
            check("aws_opensearch_domain", domain(kind, 10), &[]);
            check("aws_opensearch_domain", domain(kind, largest), &[]);
            let over = largest + 1;
            let refused = format!(
                "Volume size must be between 10 and {largest} for {kind} instance type, not {over}."
            );
            check("aws_opensearch_domain", domain(kind, over), &[&refused]);
        }
        check(
            "aws_opensearch_domain",
            domain("m7g.large.search", 3584),
            &[],
        );
    }

    #[test]
    fn three_zones_have_three_subnets_and_a_multiple_of_three_nodes() {
        let domain = |nodes: i64, subnets: &[&str]| {
            json!({
                "cluster_config": [{
                    "instance_count": nodes, "zone_awareness_enabled": true,
                    "zone_awareness_config": [{ "availability_zone_count": 3 }],
                }],
                "vpc_options": [{ "subnet_ids": subnets }],
            })
        };
        check("aws_opensearch_domain", domain(3, &["a", "b", "c"]), &[]);
        check(
            "aws_opensearch_domain",
            domain(4, &["a", "b"]),
            &[
                "You must choose an even number of data nodes for 3 Availability Zones: instance_count is 4.",
                "You must specify exactly 3 subnets, one of each zone, 2 are given.",
            ],
        );
    }
}
