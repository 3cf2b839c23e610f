//! What a switch or a choice would do, told before it is made.

use std::rc::Rc;

use composer_core::fix::Fixer;
use composer_core::options;
use composer_core::sizing::cost::differences;
use composer_core::sizing::price_list::PriceList;
use composer_core::{CheckResult, FieldPath, PreviousCheck, Severity, Spec, Value};

use crate::model::baseline::BaselineFiles;
use crate::model::composition::Composition;
use crate::model::edit::with;
use crate::model::effect::Effect;
use crate::model::fixes::settings_in_words;
use crate::model::labels::name_of;
use crate::model::marks::marks;
use crate::model::question::{Choice, choose};
use crate::model::recent;
use crate::model::state::State;
use crate::model::words::plain;

/// Something that a click would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// A switch goes on or off.
    Switch(FieldPath),
    /// A choice of the question is made for an environment.
    Choice(String, Choice),
}

impl Offer {
    /// `spec` once it is made, and what that step is called; `None` where it can't be had.
    fn made(&self, spec: &Spec) -> Option<(Spec, String)> {
        match self {
            Self::Switch(at) => {
                let row = options::find(at)?;
                let environment = at.environment().unwrap_or_default();
                let Value::Bool(is_on) = spec.effective(row, environment).value? else {
                    return None;
                };
                let value = Value::Bool(!is_on);
                let what = format!("{}: {}", name_of(at), plain(&value));
                Some((with(spec, at, Some(value)), what))
            }
            Self::Choice(environment, choice) => choose(spec, environment, *choice),
        }
    }

    /// The same switch in the environments on both sides, in the order of `spec`: who looks at one looks at the next. Only
    /// these, so that what is kept of them leaves what this offer leads to in place.
    #[must_use]
    pub(crate) fn beside(&self, spec: &Spec) -> Vec<Self> {
        let Self::Switch(at) = self else {
            return Vec::new();
        };
        let (Some(row), Some(environment)) = (options::find(at), at.environment()) else {
            return Vec::new();
        };
        let names = spec.environments();
        let sides = names.windows(2).filter(|pair| pair.contains(&environment));
        let others = sides.flatten().filter(|name| **name != environment);
        others.map(|name| Self::Switch(row.path(name))).collect()
    }
}

/// What an offer would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// What the step is called: `Deletion protection in dev: on`.
    pub(crate) what: String,
    /// What it does, with what it needs; `None` where something is wrong that has no fix.
    pub(crate) effect: Option<String>,
    /// What it needs, or what is wrong.
    pub(crate) trouble: Option<String>,
}

/// An offer as far as it is tried. Each step takes its time, so that none keeps somebody waiting.
pub(crate) struct Trial {
    what: String,
    spec: Spec,
    checked: CheckResult,
    trouble: Option<String>,
}

impl Trial {
    /// Checks what `offer` makes of the spec of `state`. `None` where it can't be had, and where something is wrong already:
    /// then there is nothing to compare with.
    #[must_use]
    pub(crate) fn of(state: &State, offer: &Offer) -> Option<Self> {
        if state.problems.has_errors() {
            return None;
        }
        let (spec, what) = offer.made(&state.spec)?;
        let checked = recent::check(&spec, Some(state.sizing.known()));
        Some(Self {
            what,
            spec,
            checked,
            trouble: None,
        })
    }

    /// With the smallest fix of what is wrong then, if there is one.
    #[must_use]
    pub(crate) fn fixed(self) -> Self {
        let errors: Vec<_> = self.checked.problems.of(Severity::Error).collect();
        let Some(first) = errors.first() else {
            return self;
        };
        let prices = PriceList::default();
        let environments = self.checked.environments();
        let fixer = Fixer::new(&self.spec, &self.checked.problems, environments, &prices);
        let Some(fix) = fixer.together(&errors) else {
            let trouble = format!("{}: {}", name_of(&first.at), first.message);
            return Self {
                trouble: Some(trouble.replace('`', "")),
                ..self
            };
        };
        let mut spec = self.spec.clone();
        fix.apply(&mut spec);
        let known = PreviousCheck {
            spec: &self.spec,
            environments,
        };
        let checked = recent::check(&spec, Some(known));
        Self {
            trouble: Some(format!("Needs {}", settings_in_words(&self.spec, &fix))),
            what: self.what,
            spec,
            checked,
        }
    }

    /// What it does to the price, the resources and the files of `state`.
    #[must_use]
    pub(crate) fn outlook(self, state: &State) -> Outlook {
        let costs = state.capabilities.costs;
        let after_costs = costs.map(|costs| costs(self.checked.environments()));
        let effect = self.checked.blueprint.map(|blueprint| {
            let before = &state.composition;
            let after = Composition::after(Some(before), blueprint, state.capabilities.compose);
            let files = marks(&BaselineFiles::Composed(Rc::clone(before)), &after.tree).len();
            let costs = differences(state.sizing.costs(), &after_costs.unwrap_or_default());
            Effect::between(before, &after, &costs, files).in_words()
        });
        Outlook {
            what: self.what,
            effect,
            trouble: self.trouble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::options::Profile;

    use crate::model::action::Action;
    use crate::model::capabilities::Capabilities;
    use crate::model::fixtures::standard;

    fn look(state: &State, offer: &Offer) -> Option<Outlook> {
        Some(Trial::of(state, offer)?.fixed().outlook(state))
    }

    fn switch(at: &str) -> Offer {
        Offer::Switch(FieldPath::root().join(at))
    }

    #[track_caller]
    fn check(offer: &Offer, what: &str, effect: Option<&str>, trouble: Option<&str>) {
        let state = State::initial(Capabilities::FULL);
        assert_eq!(
            look(&state, offer),
            Some(Outlook {
                what: what.to_owned(),
                effect: effect.map(str::to_owned),
                trouble: trouble.map(str::to_owned),
            })
        );
    }

    #[test]
    fn a_switch_says_what_it_would_do() {
        check(
            &switch("environments.bench.loki.enabled"),
            "Loki in bench: off",
            Some("no fixed price changes · −30 resources · 10 files"),
            None,
        );
        check(
            &switch("environments.dev.network.endpoints"),
            "Network: Interface endpoints in dev: on",
            Some("+193 USD a month · +14 resources · 5 files"),
            None,
        );
    }

    #[test]
    fn what_a_switch_needs_is_told_with_it() {
        check(
            &switch("environments.dev.loki.enabled"),
            "Loki in dev: on",
            Some("+77 USD a month · +28 resources · 11 files"),
            Some("Needs Instances in dev: 3"),
        );
    }

    #[test]
    fn a_choice_says_what_it_would_do() {
        let choice = Choice::Availability(Profile::Dev);
        let state = State::initial(Capabilities::FULL);
        let found = look(&state, &Offer::Choice("prod".to_owned(), choice)).unwrap();
        assert_eq!(found.what, "Profile dev in prod");
        let effect = found.effect.unwrap();
        assert!(effect.starts_with("−"), "{effect}");
    }

    #[test]
    fn it_is_what_comes_of_the_step() {
        let state = State::initial(Capabilities::FULL);
        for offer in [
            switch("environments.prod.loki.enabled"),
            switch("environments.dev.lease.enabled"),
            switch("environments.bench.benchmark.enabled"),
        ] {
            let told = look(&state, &offer).unwrap();
            let (spec, what) = offer.made(&state.spec).unwrap();
            let after = state.clone().reduce(Action::Spec { spec, what });
            let last = after.last.as_ref().unwrap();
            let before = BaselineFiles::Composed(Rc::clone(&last.before));
            let files = marks(&before, &after.composition.tree).len();
            let costs = differences(last.sizing_before.costs(), after.sizing.costs());
            let effect = Effect::between(&last.before, &after.composition, &costs, files);
            assert_eq!(
                (told.what, told.effect),
                (last.what.clone(), Some(effect.in_words()))
            );
        }
    }

    #[test]
    fn the_same_switch_elsewhere_is_likely_next() {
        let spec = standard(&["environments.test.profile=dev"]);
        let beside = |name: &str| {
            let at = |name: &str| switch(&format!("environments.{name}.loki.enabled"));
            let found = at(name).beside(&spec);
            ["dev", "bench", "prod", "test"].map(|other| found.contains(&at(other)))
        };
        assert_eq!(spec.environments(), ["dev", "bench", "prod", "test"]);
        assert_eq!(beside("dev"), [false, true, false, false]);
        assert_eq!(beside("bench"), [true, false, true, false]);
        assert_eq!(beside("test"), [false, false, true, false]);
        assert_eq!(switch("deletion_protection").beside(&spec), []);
    }

    #[test]
    fn beside_an_error_nothing_is_told() {
        let state = State::initial(Capabilities::FULL);
        let at = FieldPath::root().join("environments.dev.loki.enabled");
        let state = state.reduce(Action::Value(at, Some(true.into())));
        assert_eq!(
            look(&state, &switch("environments.bench.loki.enabled")),
            None
        );
    }
}
