//! OpenSearch data node types, the ones that suit Temporal's visibility store.
//!
//! vCPU and memory follow the EC2 type of the same name. Source: public price tables of Amazon OpenSearch Service,
//! read 2026-11. t3 nodes are for development: AWS gives no production support for them.
//!
//! Largest volumes: the column for gp3 of the table "EBS volume size quotas" in the developer guide,
//! <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html#ebsresource>, as of 2023 in
//! `awsdocs/amazon-opensearch-service-developer-guide`, `doc_source/limits.md`. That copy is older than m7g and r7g.

use Limit::{Known, Unknown};

/// The most that AWS allows of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So much, by the table's source.
    Known(u32),
    /// There is a limit, and no source at hand says which.
    Unknown,
}

/// What is known of a node type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSearchType {
    /// Its name, such as `m7g.large.search`.
    pub name: &'static str,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in GiB.
    pub memory_gib: u32,
    /// The largest gp3 volume of a node in GiB.
    pub largest_volume: Limit,
}

/// The volume in GiB that every node type with EBS takes: the least of the table's largest ones.
pub const VOLUME_OF_ANY_TYPE: i64 = 100;

/// The row of the type named `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static OpenSearchType> {
    ALL.iter().find(|row| row.name == name)
}

/// The largest volume of a node of the type named `name`, whether or not it has a row.
#[must_use]
pub fn largest_volume(name: &str) -> Limit {
    find(name).map_or(Unknown, |row| row.largest_volume)
}

/// A row: name, vCPU, memory in GiB, largest volume.
const fn row(
    name: &'static str,
    vcpu: u32,
    memory_gib: u32,
    largest_volume: Limit,
) -> OpenSearchType {
    OpenSearchType {
        name,
        vcpu,
        memory_gib,
        largest_volume,
    }
}

/// Every type known here.
#[rustfmt::skip] // one row a line
pub const ALL: &[OpenSearchType] = &[
    row("t3.small.search", 2, 2, Known(100)),
    row("t3.medium.search", 2, 4, Known(200)),
    row("c6g.large.search", 2, 4, Known(256)),
    row("m6g.large.search", 2, 8, Known(1024)),
    row("m6g.xlarge.search", 4, 16, Known(2048)),
    row("m7g.large.search", 2, 8, Unknown),
    row("m7g.xlarge.search", 4, 16, Unknown),
    row("r6g.large.search", 2, 16, Known(2048)),
    row("r7g.medium.search", 1, 8, Unknown),
    row("r7g.large.search", 2, 16, Unknown),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_no_limit_of_any_size() {
        assert_eq!(largest_volume("m6g.large.search"), Known(1024));
        assert_eq!(largest_volume("m7g.large.search"), Unknown);
        assert_eq!(largest_volume("or1.medium.search"), Unknown);
        for row in ALL {
            if let Known(gib) = row.largest_volume {
                assert!(i64::from(gib) >= VOLUME_OF_ANY_TYPE, "{}", row.name);
            }
        }
    }
}
