//! What the environments take and cost as the spec is now, also where they don't fit.

use std::rc::Rc;

use composer_core::parts;
use composer_core::sizing::connection_demand::Connections;
use composer_core::sizing::cost::{Cost, Total};
use composer_core::sizing::placement::{Placement, Verdict};
use composer_core::{Checked, Environment, PreviousCheck, Settled, Spec};

use crate::model::capabilities::Capabilities;

/// The environments of a spec, as far as each one's values are allowed, with their sizes.
#[derive(Clone)]
pub(crate) struct Sizing {
    spec: Rc<Spec>,
    /// The environments.
    pub(crate) environments: Vec<Settled>,
    /// What each costs. `None` until the prices are loaded, which are in the second part.
    costs: Option<Vec<Cost>>,
    /// Whether something stands in the way of composing.
    has_errors: bool,
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
    pub(crate) fn of(spec: &Rc<Spec>, checked: &Checked, capabilities: Capabilities) -> Self {
        Self {
            spec: Rc::clone(spec),
            environments: checked.environments().to_vec(),
            has_errors: checked.problems.has_errors(),
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
    pub(crate) fn find(&self, name: &str) -> Option<&Settled> {
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

    /// What all cost, as far as the prices are loaded, and whether all fit, in a few words: `≥ 1,234.56 USD a month,
    /// everything fits`.
    #[must_use]
    pub(crate) fn in_short(&self) -> String {
        let missing = self.missing().next();
        let fits = match (self.worst(), missing) {
            (Some((name, Verdict::DoesNotFit)), _) => format!("{name} doesn't fit"),
            (Some((name, Verdict::MayNotFit)), _) => format!("{name} may not fit"),
            (Some((name, Verdict::Unknown)), _) => format!("whether {name} fits is unknown"),
            (_, Some(name)) => format!("{name} waits for its errors to be fixed"),
            (None, None) => "no environment".to_owned(),
            (Some((_, Verdict::AlwaysFits)), None) if self.has_errors => {
                "waits for errors to be fixed".to_owned()
            }
            (Some((_, Verdict::AlwaysFits)), None) => "everything fits".to_owned(),
        };
        match &self.costs {
            Some(costs) => {
                let mut total = Total::over(costs);
                total.is_least |= missing.is_some();
                format!("{total} USD a month, {fits}")
            }
            None => fits,
        }
    }
}

/// The worst verdict on an environment: on the room for its tasks in the situations that its profile covers, and on its
/// connections.
fn verdict(environment: &Environment, placement: &Placement) -> Verdict {
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
    use composer_core::{assignment, check, presets};

    fn sized(assignments: &[&str]) -> Sizing {
        let mut spec = presets::find("standard").unwrap().spec();
        for assignment in assignments {
            assignment::set(&mut spec, assignment).unwrap();
        }
        let checked = check(&spec);
        Sizing::of(&Rc::new(spec), &checked, Capabilities::FULL)
    }

    #[test]
    fn what_fits_is_said_of_the_worst() {
        #[track_caller]
        fn check(assignments: &[&str], expected: &str) {
            let summary = sized(assignments).in_short();
            let (_, fits) = summary.split_once(" USD a month, ").unwrap();
            assert_eq!(fits, expected);
        }
        check(&[], "everything fits");
        // No error of an environment's own values: the networks overlap.
        check(
            &["environments.prod.network.vpc_cidr=10.10.0.0/16"],
            "waits for errors to be fixed",
        );
        check(&["environments.dev.loki.enabled=true"], "dev doesn't fit");
        check(
            &["environments.bench.dsql.max_connections=1000"],
            "bench doesn't fit",
        );
        check(
            &[
                "environments.dev.history.cpu=1536",
                "environments.dev.ui.enabled=false",
            ],
            "dev may not fit",
        );
        check(
            &[
                "environments.dev.history.memory=7800",
                "environments.dev.compute.instance_count=6",
            ],
            "whether dev fits is unknown",
        );
        check(
            &["environments.dev.history.cpu=1"],
            "dev waits for its errors to be fixed",
        );
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
