//! How often a resource is made: what the build script reads, and the page works out.

/// How often a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// So often in every environment.
    Always(usize),
    /// So often with interface endpoints.
    WithEndpoints(usize),
    /// Once with Loki.
    WithLoki,
    /// Once with the web interface.
    WithUi,
    /// Once where leases are counted.
    WithLease,
    /// So often where the flat root's names are kept: what its tasks still need.
    WithFlatNames(usize),
    /// Once where Grafana's admin is no existing secret.
    WithOwnSecret,
    /// Once in each zone.
    Zones,
    /// Once in each zone with a NAT gateway.
    NatZones,
}
