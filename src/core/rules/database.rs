//! Where Temporal's data is: the DSQL cluster and the index of the visibility store.

use super::row::{Input, Row, Validation, is_lower_or_digit};
use crate::dsql::{DsqlArn, DsqlEndpoint};

pub(super) const DSQL_ENDPOINT: Row = Row {
    noun: "the endpoint of a DSQL cluster",
    allowed: "`CLUSTER.dsql.REGION.on.aws` with the cluster's 26 letters and digits",
    accepts: |text| DsqlEndpoint::parse(text).is_some(),
    known: None,
    terraform: Some(
        Validation::matches(
            "^[a-z0-9]{26}[.]dsql(-[a-z0-9]{1,16})?[.][a-z]{2}(-[a-z]+)+-[0-9][.]on[.]aws$",
        )
        // The region has 32 characters at most.
        .except("[.][a-z0-9-]{33}"),
    ),
    input: Input::LongLine,
    good: &[
        "abcdefghijklmnopqrstuvwxy2.dsql.eu-west-1.on.aws",
        "abcdefghijklmnopqrstuvwxy2.dsql-fnh4.us-east-1.on.aws",
        "abcdefghijklmnopqrstuvwxy2.dsql.us-west-2.on.aws",
    ],
    #[cfg(test)]
    bad: &[
        "x.dsql.eu-west-1.on.aws",
        "abcdefghijklmnopqrstuvwxy2.dsql.eu-west-1.on.aws.evil.com",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const DSQL_ARN: Row = Row {
    noun: "the ARN of a DSQL cluster",
    allowed: "`arn:aws:dsql:REGION:ACCOUNT:cluster/CLUSTER` with the cluster's 26 letters and digits",
    accepts: |text| DsqlArn::parse(text).is_some(),
    known: None,
    terraform: Some(
        Validation::matches(
            "^arn:aws(-us-gov|-cn)?:dsql:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:cluster/[a-z0-9]{26}$",
        )
        .except(":[a-z-]{32}"),
    ),
    input: Input::LongLine,
    good: &[
        "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxy2",
        "arn:aws:dsql:us-west-2:123456789012:cluster/abcdefghijklmnopqrstuvwxy2",
    ],
    #[cfg(test)]
    bad: &[
        "arn:aws:dsql:eu-west-1:1234:cluster/abcdefghijklmnopqrstuvwxy2",
        "arn:aws:dsql:*:*:cluster/*",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const VISIBILITY_INDEX: Row = Row {
    noun: "a visibility index name",
    allowed: "`temporal_visibility_v1` and then lower-case letters, digits, `_` and `-`, 100 characters at most: \
              Temporal's index template applies to no other name",
    accepts: |text| {
        text.len() <= 100
            && text
                .strip_prefix("temporal_visibility_v1")
                .is_some_and(|rest| {
                    rest.chars()
                        .all(|c| is_lower_or_digit(c) || "_-".contains(c))
                })
    },
    known: None,
    terraform: Some(Validation::matches(
        "^temporal_visibility_v1[a-z0-9_-]{0,78}$",
    )),
    input: Input::LongLine,
    good: &[
        "temporal_visibility_v1",
        "temporal_visibility_v1_dev",
        "temporal_visibility_v1_x-y",
        "temporal_visibility_v1_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ],
    #[cfg(test)]
    bad: &["visibility", "temporal_visibility_v1_Dev"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};
