//! What the model can compute: more once the second part of the page is loaded.

use composer_core::sizing::cost::Cost;
use composer_core::{CheckResult, PlacedEnvironment, PreviousCheck, Spec, check_without_names};

use crate::model::composition::Compose;
use crate::model::costs::costs;
use crate::model::in_error::{ComposedInError, blueprint_in_error};
use crate::model::recent;

/// Works out what each environment costs.
type Costs = fn(&[PlacedEnvironment]) -> Vec<Cost>;

/// Checks a spec after another.
type Check = fn(&Spec, Option<PreviousCheck<'_>>) -> CheckResult;

/// What the model can compute.
#[derive(Clone, Copy)]
pub(crate) struct Capabilities {
    /// Checks a spec. Who can name a key of the server's dynamic configuration has loaded the table of them.
    pub(crate) check: Check,
    /// What composes the files. `None` where their writers are not loaded.
    pub(crate) compose: Option<Compose>,
    /// What environments cost. `None` where the prices are not loaded.
    pub(crate) costs: Option<Costs>,
    /// What is composed of a spec with errors. `None` until that is loaded: the last composition is shown so long.
    pub(crate) in_error: Option<ComposedInError>,
}

/// There are two: with files and prices, and without.
impl PartialEq for Capabilities {
    fn eq(&self, other: &Self) -> bool {
        self.compose.is_some() == other.compose.is_some()
    }
}

impl Capabilities {
    /// What the first part of the page has.
    pub(crate) const FIRST_PART: Self = Self {
        check: check_without_names,
        compose: None,
        costs: None,
        in_error: None,
    };

    /// Everything. Only the second part of the page may name it, or all that it reaches is loaded first.
    pub(crate) const FULL: Self = Self {
        check: recent::check,
        compose: Some(recent::compose),
        costs: Some(costs),
        in_error: Some(blueprint_in_error),
    };
}
