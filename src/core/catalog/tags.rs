//! What AWS takes as a tag of everything that a root makes.
//!
//! The provider's default tags reach every resource, so of each rule the strictest service's counts:
//!
//! | Service | Characters of keys and values | And |
//! | --- | --- | --- |
//! | Aurora DSQL | ASCII letters, digits, space, `_.:/=+-@` | |
//! | IAM, ECS, CloudWatch Logs, Systems Manager, Managed Prometheus | the same of any script: `[\p{L}\p{Z}\p{N}_.:/=+\-@]` | IAM compares keys without case; ECS takes no value that begins with `aws:` |
//! | CodeBuild | as IAM | keys have 127 characters at most, values 255 |
//! | S3 | letters, digits, spaces, `+ - = . _ : / @` | |
//! | ECR, DynamoDB, OpenSearch, Secrets Manager, Cloud Map, EC2, AWS Budgets | no pattern | |
//! | Auto Scaling | any | a key that is given twice is kept once, by chance |
//!
//! Every other service takes keys of 1 to 128 characters, values of up to 256 and 50 tags, and keeps keys that begin with
//! `aws:` in any case for AWS.
//!
//! Sources: the patterns in the API models of botocore 1.43.11; for case, IAM user guide, "Tags for AWS Identity and
//! Access Management resources"; for `aws:` in values, Amazon ECS API reference, "Tag"; for Auto Scaling,
//! <https://github.com/hashicorp/terraform/issues/2270>.

/// Keys that the composed roots and modules set themselves: all of them `Project` and `ManagedBy`, environments
/// `Environment`, `terraform/bootstrap` `Root`, most resources `Name`, and a host's group the one by which ECS knows it.
const SET_BY_ROOTS: [&str; 6] = [
    "Project",
    "Environment",
    "ManagedBy",
    "Root",
    "Name",
    "AmazonECSManaged",
];

/// The most tags that a spec gives to an environment: AWS takes 50, roots and modules set up to five.
pub const MAX_TAGS: usize = 40;

/// The keys that [`is_key`] takes, but for [`KEY_EXCEPTION`], as a regular expression.
pub const KEY_PATTERN: &str = "^[A-Za-z0-9 +=._:/@-]{1,127}$";

/// Keys that are AWS's or set already.
pub const KEY_EXCEPTION: &str =
    "(?i)^aws:|^(project|environment|managedby|root|name|amazonecsmanaged)$";

/// The values that [`is_value`] takes, but for [`VALUE_EXCEPTION`], as a regular expression.
pub const VALUE_PATTERN: &str = "^[A-Za-z0-9 +=._:/@-]{0,255}$";

/// Values that are AWS's.
pub const VALUE_EXCEPTION: &str = "(?i)^aws:";

/// Whether every service takes `text` as a key beside those that are set already.
#[must_use]
pub fn is_key(text: &str) -> bool {
    (1..=127).contains(&text.len())
        && is_taken(text)
        && !SET_BY_ROOTS.iter().any(|set| is_same_key(set, text))
}

/// Whether every service takes `text` as a value.
#[must_use]
pub fn is_value(text: &str) -> bool {
    text.len() <= 255 && is_taken(text)
}

/// Whether some service takes two keys for one.
#[must_use]
pub fn is_same_key(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn is_taken(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || " +-=._:/@".contains(c))
        && !text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}
