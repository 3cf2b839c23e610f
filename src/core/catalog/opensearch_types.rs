//! OpenSearch data node types, the ones that suit Temporal's visibility store.
//!
//! vCPU and memory follow the EC2 type of the same name. Source: public price tables of Amazon OpenSearch Service,
//! read 2026-11. t3 nodes are for development: AWS gives no production support for them and caps their volumes at
//! 100 and 200 GiB. The larger types' caps are beyond what an option takes or not known here.

/// What is known of a node type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSearchType {
    /// Its name, such as `m7g.large.search`.
    pub name: &'static str,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in GiB.
    pub memory_gib: u32,
    /// The largest volume in GiB, where one is known.
    pub largest_volume: Option<u32>,
}

/// The row of the type named `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static OpenSearchType> {
    ALL.iter().find(|row| row.name == name)
}

/// A row: name, vCPU, memory in GiB.
const fn row(name: &'static str, vcpu: u32, memory_gib: u32) -> OpenSearchType {
    OpenSearchType {
        name,
        vcpu,
        memory_gib,
        largest_volume: None,
    }
}

/// The same with the largest volume that it takes.
const fn capped(row: OpenSearchType, gib: u32) -> OpenSearchType {
    OpenSearchType {
        largest_volume: Some(gib),
        ..row
    }
}

/// Every type known here.
#[rustfmt::skip] // one row a line
pub const ALL: &[OpenSearchType] = &[
    capped(row("t3.small.search", 2, 2), 100),
    capped(row("t3.medium.search", 2, 4), 200),
    row("c6g.large.search", 2, 4),
    row("m6g.large.search", 2, 8),
    row("m6g.xlarge.search", 4, 16),
    row("m7g.large.search", 2, 8),
    row("m7g.xlarge.search", 4, 16),
    row("r6g.large.search", 2, 16),
    row("r7g.medium.search", 1, 8),
    row("r7g.large.search", 2, 16),
];
