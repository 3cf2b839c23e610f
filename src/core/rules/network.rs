//! The network of an environment.

use super::row::{Input, Row, Validation};
use crate::cidr::Cidr;

pub(super) const CIDR: Row = Row {
    noun: "a network of the allowed size",
    allowed: "an IPv4 network from /16 to /20 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, \
              with no host bits set, such as `10.30.0.0/16`",
    accepts: |text| {
        Cidr::parse(text).is_some_and(|cidr| {
            (16..=20).contains(&cidr.prefix) && cidr.is_private() && cidr.is_aligned()
        })
    },
    known: None,
    terraform: Some(Validation {
        pattern: "^(10[.][0-9]+|172[.](1[6-9]|2[0-9]|3[01])|192[.]168|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.][0-9]+[.][0-9]+/(1[6-9]|20)$",
        exception: Some("^.{19}"),
        // That it has no host bits set.
        function: Some("try(cidrsubnet(VALUE, 0, 0) == VALUE, false)"),
    }),
    input: Input::Line,
    good: &[
        "10.0.0.0/16",
        "10.40.0.0/16",
        "172.31.16.0/20",
        "192.168.0.0/16",
        "100.64.0.0/16",
    ],
    #[cfg(test)]
    bad: &[
        "10.0.0.0/8",
        "10.0.0.0/24",
        "8.8.0.0/16",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0/16",
        "10.0.0.0/+6",
        "010.0.0.0/16",
        "192.0.0.0/16",
    ],
    // The patterns take it; the function does not.
    #[cfg(test)]
    bad_but_for_terraform: &["10.0.1.0/16"],
};
