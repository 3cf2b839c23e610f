//! Figures that a first look shows. The first part of the page has neither a price list nor what writes files; the presets
//! are constants, and so is what they cost and compose to. Tests hold each number to what is found out.

use composer_core::presets::PRESETS;

use crate::model::composition::Amounts;
use crate::model::state::State;

/// What a number of environments cost a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FirstPrice {
    /// US dollars, rounded.
    pub(crate) dollars: i64,
    /// How many items are billed, whatever is done.
    pub(crate) items: usize,
    /// How many of them have no known price.
    pub(crate) unpriced: usize,
}

const fn price(dollars: i64, items: usize, unpriced: usize) -> FirstPrice {
    FirstPrice {
        dollars,
        items,
        unpriced,
    }
}

/// What each preset costs, in the order of [`PRESETS`].
pub(crate) const PRESET_PRICES: [FirstPrice; 3] =
    [price(6869, 26, 6), price(181, 7, 2), price(2502, 10, 2)];

/// What each environment of the first preset costs, in the order of the spec.
pub(crate) const ENVIRONMENT_PRICES: [FirstPrice; 3] =
    [price(194, 7, 2), price(4173, 9, 2), price(2502, 10, 2)];

/// What the last environment of the first preset would cost, in dollars, for each of
/// [`RATES`](crate::model::question::RATES).
pub(crate) const RATE_PRICES: [i64; 5] = [2502, 1612, 2502, 9552, 9552];

/// The same for each of [`AVAILABILITIES`](crate::model::question::AVAILABILITIES).
pub(crate) const AVAILABILITY_PRICES: [i64; 3] = [194, 4173, 2502];

/// How much the first preset composes to.
pub(crate) const PRESET_AMOUNTS: Amounts = Amounts {
    resources: 588,
    files: 214,
    modules: 15,
};

/// Whether the page shows the first preset as it is and has no prices of its own yet.
#[must_use]
pub(crate) fn is_first_look(state: &State) -> bool {
    state.capabilities.costs.is_none() && state.last.is_none() && state.preset == PRESETS[0].name
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    use composer_core::sizing::cost::Cost;
    use composer_core::{Spec, check};

    use crate::model::answer::price_of;
    use crate::model::capabilities::Capabilities;
    use crate::model::costs::costs;
    use crate::model::question::{AVAILABILITIES, RATES, prices};
    use crate::model::sizing::Sizing;

    fn costs_of(spec: &Spec) -> Vec<Cost> {
        costs(check(spec).environments())
    }

    fn first(costs: &[Cost]) -> FirstPrice {
        let (dollars, items, unpriced) = price_of(costs);
        price(dollars, items, unpriced)
    }

    #[test]
    fn the_first_preset_composes_to_the_amounts() {
        let state = State::initial(Capabilities::FULL);
        assert_eq!(Amounts::of(&state.composition), PRESET_AMOUNTS);
    }

    #[test]
    fn prices_are_those_of_the_price_list() {
        let standard = PRESETS[0].spec();
        let presets: Vec<_> = PRESETS
            .iter()
            .map(|preset| first(&costs_of(&preset.spec())))
            .collect();
        assert_eq!(presets, PRESET_PRICES);
        let environments: Vec<_> = costs_of(&standard)
            .iter()
            .map(|cost| first(std::slice::from_ref(cost)))
            .collect();
        assert_eq!(environments, ENVIRONMENT_PRICES);
        let checked = check(&standard);
        let sizing = Sizing::of(&Rc::new(standard.clone()), &checked, Capabilities::FULL);
        let offered = prices(&sizing, &standard, "prod");
        let known = |prices: &[Option<i64>]| prices.iter().flatten().copied().collect::<Vec<_>>();
        assert_eq!(known(&offered.rates), RATE_PRICES);
        assert_eq!(known(&offered.availabilities), AVAILABILITY_PRICES);
        assert_eq!(
            (offered.rates.len(), offered.availabilities.len()),
            (RATES.len(), AVAILABILITIES.len())
        );
    }
}
