//! Addresses that every flat root has and a state lacks.

use super::address::without_index;
use super::classify::target;
use super::flat::{self, Disposition, FLAT};
use super::plan::Missing;
use super::state::State;
use crate::environment::Environment;

/// The addresses that every flat root has and `state` lacks, also those that `environment` has no use for: a feature may
/// seem to be off only because the list of addresses was cut.
pub(super) fn missing(state: &State, environment: &Environment) -> Vec<Missing> {
    // Subnets and what belongs to them show how many zones there are: at least two.
    let zones = state
        .resources
        .iter()
        .filter_map(|resource| Some(flat::find(&resource.address)?.1? + 1))
        .fold(2, usize::max);
    let mut missing = Vec::new();
    for row in FLAT {
        let to = match row.disposition {
            Disposition::Moved { to, .. } | Disposition::Imported { to } => {
                row.needs.is_on(environment).then_some(to)
            }
            Disposition::Leftover { .. } => None,
            Disposition::Data => continue,
        };
        let positions = if row.from.ends_with("[#]") { zones } else { 1 };
        for position in 0..positions {
            let address = row.from.replace('#', &position.to_string());
            if state.has(&address) {
                continue;
            }
            let made = to.map(|to| target(to, Some(position), environment));
            let name = without_index(&address);
            let is_it = |other: &str| {
                made.as_deref() == Some(other)
                    || (without_index(other) == name && flat::find(other).is_none())
            };
            let elsewhere = state
                .resources
                .iter()
                .find(|resource| is_it(&resource.address))
                .map(|resource| resource.address.clone());
            missing.push(Missing {
                address,
                made,
                elsewhere,
            });
        }
    }
    missing
}
