//! How often a resource is made: what the build script reads, and the page works out.

/// How often a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Multiplicity<'a> {
    /// So often in every environment.
    Always(usize),
    /// So often where the module's variable of this name is true.
    If(&'a str, usize),
    /// Once for each value that the module's variable of this name lists.
    ForEach(&'a str),
    /// Once where the module's variable of this name has or lists a value.
    IfGiven(&'a str),
    /// So often where the flat root's names are kept: what its tasks still need.
    WithFlatNames(usize),
    /// Once in each zone.
    Zones,
    /// Once in each zone with a NAT gateway.
    NatZones,
}
