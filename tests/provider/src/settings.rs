//! What the `provider "aws"` block says, and what follows from it.

use crate::diagnostic::{Path, Problem};
use crate::value::{Object, Value, block, get};

/// The account every resource is in.
pub(crate) const ACCOUNT: &str = "123456789012";

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    pub(crate) region: String,
    pub(crate) default_tags: Object,
}

impl Settings {
    /// Reads the provider's configuration; unknown parts count as absent.
    pub(crate) fn read(config: &Object) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let region = match get(config, "region") {
            Value::String(region) => region.clone(),
            _ => ["AWS_REGION", "AWS_DEFAULT_REGION"]
                .iter()
                .find_map(|name| std::env::var(name).ok())
                .unwrap_or_default(),
        };
        if region.is_empty() && !get(config, "region").is_unknown() {
            problems.push(Problem::error(
                Path::of("region"),
                "Missing region configuration",
                "Neither the provider block nor AWS_REGION names a region.",
            ));
        } else if !region.is_empty() && !is_region(&region) {
            problems.push(Problem::error(
                Path::of("region"),
                "Invalid region value",
                format!("Invalid AWS Region: {region}"),
            ));
        }
        problems.extend(account_problem(config));
        let default_tags = block(config, "default_tags")
            .and_then(|tags| get(tags, "tags").as_map())
            .cloned()
            .unwrap_or_default();
        let settings = Self {
            region,
            default_tags,
        };
        (settings, problems)
    }
}

fn account_problem(config: &Object) -> Option<Problem> {
    let allowed = get(config, "allowed_account_ids").strings();
    let forbidden = get(config, "forbidden_account_ids").strings();
    let refused =
        (!allowed.is_empty() && !allowed.contains(&ACCOUNT)) || forbidden.contains(&ACCOUNT);
    refused.then(|| {
        Problem::error(
            Path::root(),
            "AWS account ID not allowed",
            format!("AWS account ID not allowed: {ACCOUNT}"),
        )
    })
}

pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = parts
        .last()
        .is_some_and(|last| last.len() == 1 && last.chars().all(|digit| digit.is_ascii_digit()));
    let areas = ["af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"];
    (3..=4).contains(&parts.len())
        && number
        && areas.contains(&parts[0])
        && parts[1..parts.len() - 1]
            .iter()
            .all(|part| part.len() > 2 && part.chars().all(|letter| letter.is_ascii_lowercase()))
}

/// The partition a region belongs to.
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The domain AWS's services have in a partition.
pub(crate) fn dns_suffix(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        _ => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_from_other_words() {
        for region in [
            "eu-west-1",
            "us-gov-west-1",
            "ap-southeast-4",
            "mx-central-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for word in ["", "eu-west", "eu-west-1a", "mars-north-1", "eu-1"] {
            assert!(!is_region(word), "{word}");
        }
    }
}
