//! The TCP ports that several parts speak to: the rows of the security page and of the diagram name the same ones. The modules
//! open them (`terraform-templates/modules/*/security-groups.tf`).

/// Temporal's API, at the frontend.
pub(crate) const API: &str = "7233";
/// gRPC of history.
pub(crate) const HISTORY: &str = "7234";
/// gRPC of matching.
pub(crate) const MATCHING: &str = "7235";
/// Membership of the worker, which answers nobody else.
pub(crate) const WORKER_MEMBERSHIP: &str = "6939";
/// Health checks of the frontend.
pub(crate) const HEALTH: &str = "7243";
/// What the Temporal services open for each other: gRPC, and membership.
pub(crate) const RING: &str = "6933, 6934, 6935, 6939, 7233, 7234, 7235";
/// [`RING`] in fewer words.
const RING_IN_SHORT: &str = "7233–7235, 6933–6935, 6939";
/// Aurora DSQL.
pub(crate) const DSQL: &str = "5432";
/// AWS services and OpenSearch.
pub(crate) const HTTPS: &str = "443";

/// A list of ports in as few words as the diagram has room for.
pub(crate) fn in_short(list: &'static str) -> &'static str {
    match list {
        RING => RING_IN_SHORT,
        list => list,
    }
}

/// The ports of a list such as `1–3, 5`, ascending.
#[cfg(test)]
pub(crate) fn ports(list: &str) -> Vec<u16> {
    let mut all: Vec<u16> = list
        .split(", ")
        .flat_map(|item| {
            let (first, last) = item.split_once('–').unwrap_or((item, item));
            first.parse().unwrap()..=last.parse().unwrap()
        })
        .collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_has_the_same_ports_in_short() {
        assert_eq!(ports(RING), ports(RING_IN_SHORT));
        for port in [API, HISTORY, MATCHING, WORKER_MEMBERSHIP] {
            assert!(ports(RING).contains(&port.parse().unwrap()), "{port}");
        }
    }
}
