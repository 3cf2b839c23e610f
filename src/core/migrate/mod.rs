//! Migrates an environment from the flat root to a composed one: what becomes of each address in its state, and which
//! values keep the first plan from changing more than it must.
//!
//! A state's text comes in, files go out: like the rest of the core this does no IO. The scripts are templates; what
//! they read is written here.

mod address;
mod adoption;
mod blanks;
mod blocks;
mod classify;
pub mod error;
mod files;
pub mod flat;
pub mod irregular;
mod missing;
mod page;
pub mod plan;
pub mod read;
pub mod state;
mod values;
pub mod warnings;

use std::collections::BTreeMap;

use self::adoption::Adoption;
use self::blanks::blanks;
use self::classify::created;
use self::error::NoMigration;
use self::flat::Disposition;
use self::missing::missing;
use self::plan::{Migration, find_environment};
use self::read::NotAState;
use self::state::State;
use crate::check::check;
use crate::environment::Environment;
use crate::spec::Spec;

/// Plans the migration of `environment` of `spec` from the flat root with this state.
///
/// # Errors
/// If the state isn't a flat root's, or the environment can't take it over.
pub fn migrate(spec: &Spec, environment: &str, state: &State) -> Result<Migration, NoMigration> {
    recognize(state)?;
    let checked = check(spec);
    let Some(blueprint) = checked.blueprint else {
        return Err(NoMigration::Spec(checked.problems));
    };
    if !blueprint
        .environments
        .iter()
        .any(|other| other.name == environment)
    {
        let names: Vec<String> = blueprint
            .environments
            .iter()
            .map(|environment| format!("`{}`", environment.name))
            .collect();
        return Err(NoMigration::NoEnvironment(
            environment.to_owned(),
            names.join(", "),
        ));
    }
    let mut adoption = Adoption::new(spec, blueprint, environment);
    adoption.names(state)?;
    adoption.values(state);
    let Adoption {
        blueprint,
        taken,
        refused,
        ..
    } = adoption;
    let settled = find_environment(&blueprint, environment);
    check_zones(state, settled)?;
    let mut migration = Migration {
        environment: environment.to_owned(),
        has_values: state.has_values,
        moves: Vec::new(),
        imports: Vec::new(),
        leftovers: Vec::new(),
        unknown: Vec::new(),
        data: Vec::new(),
        missing: missing(state, settled),
        irregular: state.irregular.clone(),
        created: BTreeMap::new(),
        taken,
        refused,
        blanks: blanks(&blueprint, environment, state),
        blueprint: blueprint.clone(),
    };
    migration.classify(state, settled);
    migration.created = created(settled, &migration);
    Ok(migration)
}

/// Checks that `state` is a flat root's.
fn recognize(state: &State) -> Result<(), NotAState> {
    let addresses = || state.resources.iter().map(|resource| &resource.address);
    let is_known = addresses()
        .filter_map(|address| flat::find(address))
        .any(|(row, _)| row.disposition != Disposition::Data);
    let in_modules = addresses()
        .filter(|address| address.starts_with("module."))
        .count();
    match (is_known, in_modules) {
        (true, _) => Ok(()),
        (false, 0) => Err(NotAState::Foreign(state.resources.len())),
        (false, _) => Err(NotAState::Modular(in_modules)),
    }
}

/// Checks that `environment` has a zone for each subnet of the flat root.
fn check_zones(state: &State, environment: &Environment) -> Result<(), NoMigration> {
    let found = state
        .resources
        .iter()
        .filter_map(|resource| flat::find(&resource.address))
        .filter_map(|(_, position)| Some(position? + 1))
        .max()
        .unwrap_or(0);
    if found > environment.network.zones.len() {
        return Err(NoMigration::TooFewZones {
            environment: environment.name.clone(),
            found,
            expected: environment.network.zones.len(),
        });
    }
    Ok(())
}
