//! What environments cost, with the prices that the page has. Only the second part of the page may reach it.

use composer_core::sizing::cost::{Cost, cost};
use composer_core::sizing::price_list::PriceList;
use composer_core::{PlacedEnvironment, Spec, check};

/// What `environments` cost.
#[must_use]
pub(crate) fn costs(environments: &[PlacedEnvironment]) -> Vec<Cost> {
    let prices = PriceList::default();
    environments
        .iter()
        .map(|environment| cost(environment, &prices))
        .collect()
}

/// What the environments of `spec` cost.
#[must_use]
pub(crate) fn costs_of(spec: &Spec) -> Vec<Cost> {
    costs(check(spec).environments())
}
