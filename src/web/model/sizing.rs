//! What the environments take and cost as the spec is now, also where they don't fit.

use std::rc::Rc;

use composer_core::parts;
use composer_core::sizing::connection_demand::Connections;
use composer_core::sizing::cost::Cost;
use composer_core::sizing::placement::{Placement, Verdict};
use composer_core::{CheckResult, Environment, PlacedEnvironment, PreviousCheck, Spec};

use crate::model::capabilities::Capabilities;

/// The environments of a spec, as far as each one's values are allowed, with their sizes.
#[derive(Clone)]
pub(crate) struct Sizing {
    spec: Rc<Spec>,
    /// The environments.
    pub(crate) environments: Vec<PlacedEnvironment>,
    /// What each costs. `None` until the prices are loaded, which are in the second part.
    costs: Option<Vec<Cost>>,
}

/// The same spec has the same sizes, but for costs that are not there yet.
impl PartialEq for Sizing {
    fn eq(&self, other: &Self) -> bool {
        self.spec == other.spec && self.costs.is_some() == other.costs.is_some()
    }
}

impl Sizing {
    /// The sizes of the environments of `spec`, of which `checked` was found out.
    #[must_use]
    pub(crate) fn of(spec: &Rc<Spec>, checked: &CheckResult, capabilities: Capabilities) -> Self {
        Self {
            spec: Rc::clone(spec),
            environments: checked.environments().to_vec(),
            costs: (capabilities.costs).map(|costs| costs(checked.environments())),
        }
    }

    /// What was found out about their spec.
    #[must_use]
    pub(crate) fn known(&self) -> PreviousCheck<'_> {
        PreviousCheck {
            spec: &self.spec,
            environments: &self.environments,
        }
    }

    /// The same with costs, as far as `capabilities` has prices.
    #[must_use]
    pub(crate) fn with_costs(&self, capabilities: Capabilities) -> Self {
        Self {
            costs: (capabilities.costs).map(|costs| costs(&self.environments)),
            ..self.clone()
        }
    }

    /// What each environment costs; nothing where the prices are not loaded yet.
    #[must_use]
    pub(crate) fn costs(&self) -> &[Cost] {
        self.costs.as_deref().unwrap_or_default()
    }

    /// The environment named `name`.
    #[must_use]
    pub(crate) fn find(&self, name: &str) -> Option<&PlacedEnvironment> {
        self.environments.iter().find(|each| each.name == name)
    }

    /// What the environment named `name` costs.
    #[must_use]
    pub(crate) fn cost(&self, name: &str) -> Option<&Cost> {
        self.costs().iter().find(|cost| cost.environment == name)
    }

    /// The environments that are in the download but have values that are not allowed.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        let is_off = |name: &str| {
            let at = composer_core::FieldPath::of(&["environments", name, "enabled"]);
            self.spec.get(&at) == Some(&false.into())
        };
        self.spec
            .environments()
            .into_iter()
            .filter(move |name| !is_off(name) && self.find(name).is_none())
    }

    /// The environment with the worst verdict, and that.
    #[must_use]
    pub(crate) fn worst(&self) -> Option<(&str, Verdict)> {
        self.environments
            .iter()
            .map(|each| (each.name.as_str(), verdict(each, &each.placement)))
            // Of equals the first.
            .reduce(|worst, other| if other.1 > worst.1 { other } else { worst })
    }
}

/// The worst verdict on an environment: on the room for its tasks in the situations that its profile covers, and on its
/// connections.
pub(crate) fn verdict(environment: &Environment, placement: &Placement) -> Verdict {
    let connections = Connections::of(environment);
    if connections.deploying_one() > connections.limit {
        return Verdict::DoesNotFit;
    }
    let of_tasks = placement
        .pools
        .iter()
        .flat_map(|pool| &pool.findings)
        .filter(|finding| finding.is_needed)
        .map(|finding| finding.verdict)
        .max();
    // An instance type that the catalog doesn't know has no pool.
    let known = parts::host_groups(environment);
    match of_tasks {
        Some(verdict) if placement.pools.len() == known => verdict,
        found => found.unwrap_or(Verdict::Unknown).max(Verdict::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::check;

    use crate::model::fixtures::standard;

    fn sized(assignments: &[&str]) -> Sizing {
        let spec = standard(assignments);
        let checked = check(&spec);
        Sizing::of(&Rc::new(spec), &checked, Capabilities::FULL)
    }

    #[test]
    fn an_environment_that_is_not_sized_is_missing_and_one_that_is_off_is_not() {
        let missing = |assignments: &[&str]| {
            let sizing = sized(assignments);
            let names: Vec<String> = sizing.missing().map(str::to_owned).collect();
            names
        };
        assert_eq!(missing(&["environments.dev.history.cpu=1"]), ["dev"]);
        let off = [
            "environments.dev.history.cpu=1",
            "environments.dev.enabled=false",
        ];
        assert_eq!(missing(&off), Vec::<String>::new());
    }
}
