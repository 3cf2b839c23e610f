//! Regions that offer Aurora DSQL, and the zones that a default takes.
//!
//! DSQL regions: the public parameters under `/aws/service/global-infrastructure` in the Python package moto 5.2.5,
//! dump of 2026-10-27. Zone letters: instance type offerings of the same dump; an account may see other letters, so
//! the composed roots check the zones against what AWS offers before anything is made. us-east-1e is left out, it
//! offers no current Graviton type.

/// What is known of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its code, such as `eu-west-1`.
    pub name: &'static str,
    /// The last letters of its zones.
    pub zones: &'static str,
}

impl Region {
    /// The names of its zones: `eu-west-1a`, ….
    pub fn zone_names(&self) -> impl Iterator<Item = String> {
        self.zones
            .chars()
            .map(|letter| format!("{}{letter}", self.name))
    }
}

/// The row of the region named `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Region> {
    ALL.iter().find(|row| row.name == name)
}

/// A row: code, zone letters.
const fn row(name: &'static str, zones: &'static str) -> Region {
    Region { name, zones }
}

/// Every region that offers Aurora DSQL.
#[rustfmt::skip] // one row a line
pub const ALL: &[Region] = &[
    row("ap-east-1", "abc"),
    row("ap-northeast-1", "acd"),
    row("ap-northeast-2", "abcd"),
    row("ap-northeast-3", "abc"),
    row("ap-south-1", "abc"),
    row("ap-southeast-1", "abc"),
    row("ap-southeast-2", "abc"),
    row("ap-southeast-4", "abc"),
    row("ca-central-1", "abd"),
    row("ca-west-1", "abc"),
    row("eu-central-1", "abc"),
    row("eu-north-1", "abc"),
    row("eu-south-2", "abc"),
    row("eu-west-1", "abc"),
    row("eu-west-2", "abcd"),
    row("eu-west-3", "abc"),
    row("sa-east-1", "abc"),
    row("us-east-1", "abcdf"),
    row("us-east-2", "abc"),
    row("us-west-2", "abcd"),
];
