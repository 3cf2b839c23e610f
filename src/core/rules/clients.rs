//! Who connects to an environment from elsewhere, and by which name.

use super::places::{arn, is_account_id};
use super::row::{Input, Row, Validation, is_lower_or_digit};
use crate::cidr::Cidr;

pub(super) const NETWORK: Row = Row {
    noun: "a network of clients",
    allowed: "an IPv4 network from /8 to /32 with no host bits set, such as `10.60.0.0/16`",
    accepts: |text| {
        Cidr::parse(text).is_some_and(|cidr| (8..=32).contains(&cidr.prefix) && cidr.is_aligned())
    },
    known: None,
    terraform: Some(Validation {
        pattern: "^[0-9]{1,3}([.][0-9]{1,3}){3}/([89]|[12][0-9]|3[0-2])$",
        exception: None,
        // That it has no host bits set.
        function: Some("try(cidrsubnet(VALUE, 0, 0) == VALUE, false)"),
    }),
    input: Input::Line,
    good: &[
        "10.60.0.0/16",
        "10.0.0.0/8",
        "192.168.7.9/32",
        "203.0.113.0/24",
    ],
    #[cfg(test)]
    bad: &[
        "0.0.0.0/0",
        "10.0.0.0",
        "10.0.0.0/7",
        "10.0.0.0/33",
        "10.0.0/16",
        "2001:db8::/32",
    ],
    // The patterns take it; the function does not.
    #[cfg(test)]
    bad_but_for_terraform: &["10.0.1.0/16", "300.0.0.0/8"],
};

pub(super) const SECURITY_GROUP_ID: Row = Row {
    noun: "the ID of a security group",
    allowed: "`sg-` and the 17 hexadecimal digits that EC2 shows, or 8 for an old one",
    accepts: |text| {
        text.strip_prefix("sg-").is_some_and(|id| {
            matches!(id.len(), 8 | 17)
                && id
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
    },
    known: None,
    terraform: Some(Validation::matches("^sg-([0-9a-f]{8}|[0-9a-f]{17})$")),
    input: Input::Line,
    good: &["sg-0123456789abcdef0", "sg-1a2b3c4d"],
    #[cfg(test)]
    bad: &[
        "sg-",
        "sg-0123456789ABCDEF0",
        "vpc-0123456789abcdef0",
        "sg-123",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const CERTIFICATE_ARN: Row = Row {
    noun: "the ARN of a certificate",
    allowed: "`arn:aws:acm:REGION:ACCOUNT:certificate/ID` with the ID as Certificate Manager shows it",
    accepts: |text| {
        arn(text, "acm")
            .and_then(|arn| arn.resource.strip_prefix("certificate/"))
            .is_some_and(|id| id.len() == 36 && id.chars().all(|c| is_lower_or_digit(c) || c == '-'))
    },
    known: None,
    terraform: Some(
        Validation::matches(
            "^arn:aws(-us-gov|-cn)?:acm:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:certificate/[a-z0-9-]{36}$",
        )
        // The region has 32 characters at most.
        .except(":[a-z-]{32}"),
    ),
    input: Input::Line,
    good: &[
        "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ],
    #[cfg(test)]
    bad: &[
        "arn:aws:acm:eu-west-1:123456789012:certificate/",
        "arn:aws:iam::123456789012:server-certificate/x",
        "arn:aws:acm:*:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const HOST_NAME: Row = Row {
    noun: "a host name",
    allowed: "lower-case labels of letters, digits and hyphens with a dot between them, such as `temporal.example.com`",
    accepts: |text| {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| is_lower_or_digit(c) || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        text.len() <= 253
            && text
                .rsplit_once('.')
                .is_some_and(|(_, last)| last.starts_with(|c: char| c.is_ascii_lowercase()))
            && text.split('.').all(is_label)
    },
    known: None,
    terraform: Some(
        Validation::matches(
            "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        )
        .except("^.{254}"),
    ),
    input: Input::Line,
    good: &[
        "temporal.example.com",
        "a.b",
        "x--y.internal",
        "9.example.com",
    ],
    #[cfg(test)]
    bad: &[
        "temporal",
        "Temporal.example.com",
        "-a.example.com",
        "a-.example.com",
        "a..b",
        "a.b.",
        "10.0.0.1",
        "a_b.c",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const PRINCIPAL: Row = Row {
    noun: "the ARN of a principal",
    allowed: "`arn:aws:iam::ACCOUNT:root`, or the ARN of a role or a user; no wildcard",
    accepts: |text| {
        let parts = text
            .strip_prefix("arn:aws:iam::")
            .and_then(|rest| rest.split_once(':'));
        parts.is_some_and(|(account, who)| {
            let name = who
                .strip_prefix("role/")
                .or_else(|| who.strip_prefix("user/"));
            is_account_id(account)
                && match name {
                    Some(name) => {
                        (1..=512).contains(&name.len())
                            && name
                                .chars()
                                .all(|c| c.is_ascii_alphanumeric() || "+=,.@_/-".contains(c))
                    }
                    None => who == "root",
                }
        })
    },
    known: None,
    terraform: Some(Validation::matches(
        "^arn:aws:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]{1,512})$",
    )),
    input: Input::Line,
    good: &[
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:role/team/worker",
    ],
    #[cfg(test)]
    bad: &[
        "*",
        "123456789012",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::*:root",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};
