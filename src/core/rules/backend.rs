//! Where the state is: a bucket, the beginning of a key in it, and the key that encrypts it.

use super::places::{arn, is_account_id, is_region};
use super::row::{Input, Row, Validation, is_lower_or_digit};

pub(super) const BUCKET: Row = Row {
    noun: "a bucket name",
    allowed: "3 to 63 lower-case letters, digits, hyphens and single dots, a letter or digit first and last, \
              not formatted as an IP address, and without a prefix or suffix that S3 keeps, such as `xn--` or `-s3alias`",
    accepts: is_bucket,
    known: None,
    terraform: None,
    input: Input::LongLine,
    good: &[
        "my-bucket-1",
        "terraform.example.com",
        "a.b",
        "1.2.3.4.5",
        "an-titan",
        "a.bucket-name-a.bucket-name-a.bucket-name-a.bucket-name-a.bucke",
        "states-123456789012-eu-west-1-an",
    ],
    #[cfg(test)]
    bad: &[
        "My-bucket",
        "ab",
        "-ab",
        ".ab",
        "ab.",
        "a..b",
        "192.168.5.4",
        "999.1.1.1",
        "xn--a",
        "sthree-a",
        "amzn-s3-demo-a",
        "a-s3alias",
        "a--ol-s3",
        "a.mrap",
        "a--x-s3",
        "a--table-s3",
        "states-an",
        "states-123456789012-an",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const KEY_PREFIX: Row = Row {
    noun: "a key prefix",
    allowed: "1 to 200 letters, digits, `-`, `_`, `.` and single `/`, no `/` first or last, no part `.` or `..`",
    accepts: |text| {
        (1..=200).contains(&text.len())
            && text.split('/').all(|part| {
                // `..` would leave the prefix that it stands in.
                !matches!(part, "" | "." | "..")
                    && part
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            })
    },
    known: None,
    terraform: None,
    input: Input::LongLine,
    good: &[
        "temporal",
        "a",
        "a/b.c",
        "a../.b",
        "...",
        "some/teams.states/temporal",
    ],
    #[cfg(test)]
    bad: &["/a", "a/", "a//b", "..", ".", "../a", "a/..", "a/./b"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// Services that replace what they encrypt where the key's name differs take no alias.
pub(super) const KEY_ARN: Row = Row {
    noun: "the ARN of a KMS key without an alias",
    allowed: "`arn:aws:kms:REGION:ACCOUNT:key/ID` with the id as KMS shows it",
    accepts: |text| {
        arn(text, "kms")
            .and_then(|arn| arn.resource.strip_prefix("key/"))
            .is_some_and(is_kms_key_id)
    },
    input: Input::LongLine,
    known: None,
    terraform: Some(Validation::matches(
        "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$",
    )),
    good: &[
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab4bcd8bef1234567890ab",
    ],
    #[cfg(test)]
    bad: &[
        "arn:aws:kms:eu-west-1:123456789012:alias/mine",
        "arn:aws:kms:eu-west-1:123456789012:key/1234ABCD-12ab-4bcd-8bef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/",
        "1234abcd-12ab-4bcd-8bef-1234567890ab",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ],
};

pub(super) const KMS_KEY_ARN: Row = Row {
    noun: "the ARN of a KMS key",
    allowed: "`arn:aws:kms:REGION:ACCOUNT:key/ID` with the id as KMS shows it, or `…:alias/NAME`",
    accepts: |text| {
        arn(text, "kms").is_some_and(|arn| match arn.resource.split_once('/') {
            Some(("key", id)) => is_kms_key_id(id),
            Some(("alias", name)) => {
                (1..=250).contains(&name.len())
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c))
            }
            _ => false,
        })
    },
    known: None,
    terraform: None,
    input: Input::LongLine,
    good: &[
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab4bcd8bef1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:alias/terraform/state",
        "arn:aws:kms:us-west-2:123456789012:alias/terraform-state",
    ],
    #[cfg(test)]
    bad: &[
        // Not a random UUID, upper case, too short.
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/1234ABCD-12ab-4bcd-8bef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab4bcd8bef",
        "arn:aws:kms:eu-west-1:123456789012:alias/",
        "arn:aws:kms:eu-west-1:123456789012:key/",
        "arn:aws:kms:eu-west-1:123456789012:key/*",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// A general purpose bucket's name.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let is_ip_address = || {
        let parts: Vec<&str> = text.split('.').collect();
        parts.len() == 4
            && parts
                .iter()
                .all(|part| part.len() <= 3 && part.chars().all(|c| c.is_ascii_digit()))
    };
    // `-an` ends the names in an account's own namespace: `PREFIX-ACCOUNT-REGION-an`.
    let is_in_a_namespace = |stem: &str| {
        stem.match_indices('-').any(|(at, _)| {
            stem[at + 1..]
                .split_once('-')
                .is_some_and(|(account, region)| is_account_id(account) && is_region(region))
        })
    };
    (3..=63).contains(&text.len())
        && text
            .chars()
            .all(|c| is_lower_or_digit(c) || matches!(c, '-' | '.'))
        && text.starts_with(is_lower_or_digit)
        && text.ends_with(is_lower_or_digit)
        && !text.contains("..")
        && !is_ip_address()
        && !["xn--", "sthree-", "amzn-s3-demo-"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
            .iter()
            .any(|suffix| text.ends_with(suffix))
        && text.strip_suffix("-an").is_none_or(is_in_a_namespace)
}

/// What Terraform's S3 backend takes as the id of a key: a UUID, or `mrk-` and 32 digits for one of many regions.
/// <https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/s3/validate.go>
fn is_kms_key_id(id: &str) -> bool {
    let is_hex = |text: &str| text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    if let Some(digits) = id.strip_prefix("mrk-") {
        return digits.len() == 32 && is_hex(digits);
    }
    let parts: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts.iter().all(|part| is_hex(part))
        // Its version and variant.
        && parts[2].starts_with(['1', '2', '3', '4', '5'])
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}
