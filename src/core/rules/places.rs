//! Where something is in AWS: regions, zones, accounts, and the ARNs that name them.

use super::row::{Input, Row, Validation};
use crate::catalog::regions;

pub(super) const REGION: Row = Row {
    noun: "a region that offers Aurora DSQL",
    allowed: "ap-east-1, ap-northeast-1/2/3, ap-south-1, ap-southeast-1/2/4, ca-central-1, ca-west-1, \
              eu-central-1, eu-north-1, eu-south-2, eu-west-1/2/3, sa-east-1, us-east-1/2 or us-west-2",
    accepts: |text| regions::find(text).is_some(),
    known: Some(|| regions::ALL.iter().map(|row| row.name).collect()),
    // Any region: one that is new to DSQL can be used before the catalog has it.
    terraform: Some(Validation::matches("^[a-z]{2}(-[a-z]+)+-[0-9]$").except("^.{33}")),
    input: Input::Known,
    good: &["eu-west-1", "us-east-2"],
    #[cfg(test)]
    bad: &["eu-west", "EU-WEST-1"],
    #[cfg(test)]
    bad_but_for_terraform: &["us-west-1"],
};

pub(super) const ZONE: Row = Row {
    noun: "an availability zone",
    allowed: "a region and a letter, such as `eu-west-1a`",
    accepts: |text| {
        let mut characters = text.chars();
        characters
            .next_back()
            .is_some_and(|letter| letter.is_ascii_lowercase())
            && is_region(characters.as_str())
    },
    known: None,
    terraform: Some(Validation::matches("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$").except("^.{34}")),
    input: Input::Line,
    good: &["eu-west-1a", "eu-west-1b", "eu-west-1c", "us-gov-west-1b"],
    #[cfg(test)]
    bad: &["eu-west-1", "eu-west-a", "a"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const ACCOUNT_ID: Row = Row {
    noun: "an account id",
    allowed: "12 digits, in quotes",
    accepts: is_account_id,
    known: None,
    terraform: Some(Validation::matches("^[0-9]{12}$")),
    input: Input::Line,
    good: &["012345678901", "123456789012"],
    #[cfg(test)]
    bad: &["12345678901", "1234567890123", "12345678901a"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

/// Two letters, words, a digit: `eu-west-1`, `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    text.len() <= 32
        && parts.len() >= 3
        && parts[0].len() == 2
        && parts[..parts.len() - 1]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
        && parts[parts.len() - 1].len() == 1
        && parts[parts.len() - 1].chars().all(|c| c.is_ascii_digit())
}

/// What an ARN names.
pub(crate) struct Arn<'a> {
    pub(crate) region: &'a str,
    pub(crate) account_id: &'a str,
    /// What follows the account, such as `cluster/ID`.
    pub(crate) resource: &'a str,
}

/// Reads an ARN of `service` that has region and account; `None` if `text` is no such ARN.
pub(crate) fn arn<'a>(text: &'a str, service: &str) -> Option<Arn<'a>> {
    let mut parts = text.splitn(6, ':');
    let is_of_service = parts.next() == Some("arn")
        && parts
            .next()
            .is_some_and(|partition| matches!(partition, "aws" | "aws-us-gov" | "aws-cn"))
        && parts.next() == Some(service);
    let region = parts.next().filter(|region| is_region(region))?;
    let account_id = parts.next().filter(|account| is_account_id(account))?;
    let resource = parts.next()?;
    is_of_service.then_some(Arn {
        region,
        account_id,
        resource,
    })
}
