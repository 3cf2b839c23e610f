//! The last checks and compositions: those of the steps that were made, and those that were tried ahead for what the pointer
//! or the focus rests on. Neither is made again for a step that leads there, nor for one that leads back. Only the second part
//! of the page may reach this.

use std::cell::RefCell;
use std::thread::LocalKey;

use composer_core::compose::compose_from;
use composer_core::{Blueprint, CheckResult, PreviousCheck, Spec, Tree, check_from};

/// How many are kept: the present one, the one before it, and those of an offer and the ones beside it ([`Offer::beside`]),
/// each without the fix that it needs and with it. Their files share what is the same.
///
/// [`Offer::beside`]: crate::model::outlook::Offer::beside
const MOST: usize = 8;

thread_local! {
    static CHECKED: RefCell<Recent<CheckResult>> = const { RefCell::new(Recent::NONE) };
    static COMPOSED: RefCell<Recent<Tree>> = const { RefCell::new(Recent::NONE) };
}

/// [`check_from`], which follows from the spec alone: `before` only makes it quicker.
#[must_use]
pub(crate) fn check(spec: &Spec, before: Option<PreviousCheck<'_>>) -> CheckResult {
    recent(&CHECKED, spec, || check_from(spec, before))
}

/// [`compose_from`], which follows from the blueprint's spec alone: `before` only makes it quicker.
#[must_use]
pub(crate) fn compose(blueprint: &Blueprint, before: Option<(&Blueprint, &Tree)>) -> Tree {
    recent(&COMPOSED, blueprint.spec(), || {
        compose_from(blueprint, before)
    })
}

/// What follows from `spec`: what is known of it, or else what `make` makes.
fn recent<T: Clone>(
    known: &'static LocalKey<RefCell<Recent<T>>>,
    spec: &Spec,
    make: impl FnOnce() -> T,
) -> T {
    let found = known.with_borrow_mut(|known| known.take(spec));
    let found = found.unwrap_or_else(|| (spec.clone(), make()));
    let value = found.1.clone();
    known.with_borrow_mut(|known| known.put(found));
    value
}

/// What follows from each of some specs, the latest last.
struct Recent<T>(Vec<(Spec, T)>);

impl<T> Recent<T> {
    const NONE: Self = Self(Vec::new());

    fn take(&mut self, spec: &Spec) -> Option<(Spec, T)> {
        let place = self.0.iter().position(|(known, _)| known == spec)?;
        Some(self.0.remove(place))
    }

    fn put(&mut self, found: (Spec, T)) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    use composer_core::FieldPath;

    use crate::model::action::Action;
    use crate::model::capabilities::Capabilities;
    use crate::model::fixtures::standard;
    use crate::model::outlook::{Offer, Trial};
    use crate::model::state::State;

    const README: &str = "README.md";

    fn composed(spec: &Spec) -> Tree {
        compose(&check(spec, None).blueprint.unwrap(), None)
    }

    fn named(number: usize) -> Spec {
        standard(&[&format!("project=a{number}")])
    }

    #[track_caller]
    fn assert_same_file(one: &Tree, other: &Tree) {
        assert!(ptr::eq(
            one.file(README).unwrap(),
            other.file(README).unwrap()
        ));
    }

    #[test]
    fn a_spec_that_comes_again_is_not_composed_again() {
        let spec = standard(&["environments.prod.loki.enabled=true"]);
        assert_same_file(&composed(&spec), &composed(&spec));
    }

    #[test]
    fn what_was_tried_ahead_is_what_the_step_leads_to() {
        let state = State::initial(Capabilities::FULL);
        // It needs an instance more, so that more than the switch itself is tried.
        let at = FieldPath::root().join("environments.dev.loki.enabled");
        let trial = Trial::of(&state, &Offer::Switch(at.clone())).unwrap();
        let _ = trial.fixed().outlook(&state);
        let tried = COMPOSED.with_borrow(|known| known.0.last().unwrap().1.clone());
        let instances = FieldPath::root().join("environments.dev.compute.instance_count");
        let state = state.reduce(Action::Value(instances, Some(3.into())));
        let state = state.reduce(Action::Value(at, Some(true.into())));
        assert_same_file(&tried, &state.composition.tree);
    }

    #[test]
    fn each_spec_has_its_own() {
        // First fewer than are kept, then more.
        for spec in (1..4).cycle().take(9).chain(1..=10).map(named) {
            let checked = composer_core::check(&spec);
            let tree = compose_from(checked.blueprint.as_ref().unwrap(), None);
            assert_eq!(check(&spec, None).problems, checked.problems);
            assert_eq!(composed(&spec), tree);
        }
        CHECKED.with_borrow(|known| assert_eq!(known.0.len(), MOST));
        COMPOSED.with_borrow(|known| assert_eq!(known.0.len(), MOST));
    }

    #[test]
    fn the_one_that_was_asked_for_first_goes() {
        let mut known = Recent::NONE;
        for count in 0..MOST {
            known.put((named(count), count));
        }
        let first = known.take(&named(0)).unwrap();
        known.put(first);
        known.put((named(MOST), MOST));
        assert_eq!(known.take(&named(1)), None);
        assert_eq!(known.take(&named(0)), Some((named(0), 0)));
    }
}
