//! Instance types: of the hosts, and of OpenSearch's nodes.

use super::row::{Input, Row, Validation, is_lower_or_digit};
use crate::catalog::{instance_types, opensearch_types};

pub(super) const INSTANCE_TYPE: Row = Row {
    noun: "a Graviton instance type",
    allowed: "a Graviton type (`g` after the generation's digit), such as `m8g.large`, \
              since the images and the machine image are ARM64",
    accepts: is_graviton,
    known: Some(|| instance_types::ALL.iter().map(|row| row.name).collect()),
    terraform: Some(Validation::matches("^[a-z]+[0-9]+g[a-z]*[.][a-z0-9-]+$").except("^.{33}")),
    input: Input::InstanceType,
    good: &[
        "m8g.large",
        "m8g.8xlarge",
        "c8g.16xlarge",
        "c7gn.xlarge",
        "im4gn.large",
        "t4g.medium",
    ],
    #[cfg(test)]
    bad: &["m7i.large", "m8g", "g5.large", "8g.large"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const OPENSEARCH_TYPE: Row = Row {
    noun: "an OpenSearch node type",
    allowed: "a node type ending in `.search`, such as `m6g.large.search`",
    accepts: |text| {
        let parts: Vec<&str> = text.split('.').collect();
        text.len() <= 64
            && parts.len() == 3
            && parts[2] == "search"
            && parts[..2]
                .iter()
                .all(|part| !part.is_empty() && part.chars().all(is_lower_or_digit))
    },
    known: Some(|| opensearch_types::ALL.iter().map(|row| row.name).collect()),
    terraform: Some(Validation::matches("^[a-z0-9]+[.][a-z0-9]+[.]search$").except("^.{65}")),
    input: Input::NodeType,
    good: &["m6g.large.search", "r7g.large.search"],
    #[cfg(test)]
    bad: &["m6g.large", "m6g..search"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// `family`, generation, `g` and more letters, a dot and a size.
fn is_graviton(text: &str) -> bool {
    let Some((class, size)) = text.split_once('.') else {
        return false;
    };
    let family = class.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let after = family.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() <= 32
        && family.len() < class.len()
        && after.len() < family.len()
        && after.starts_with('g')
        && after.chars().all(|c| c.is_ascii_lowercase())
        && !size.is_empty()
        && size.chars().all(|c| is_lower_or_digit(c) || c == '-')
}
