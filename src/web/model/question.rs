//! The question on top of the page: how many workflows a second, and how available. An answer is values of one
//! environment. But for what a first look shows, only the second part of the page reaches it.

use composer_core::options::{self, Profile};
use composer_core::sizing::targets;
use composer_core::{FieldPath, Spec, Value, check_without_names};

use crate::model::answer::price_of;
use crate::model::costs::costs;
use crate::model::edit::with;
use crate::model::sizing::Sizing;

/// The numbers of workflows a second that are offered; `None` are the profile's own sizes.
pub(crate) const RATES: [Option<i64>; 5] = [None, Some(50), Some(100), Some(200), Some(400)];

/// What availability is offered: the profile, what it means, and how many zones it has by default.
pub(crate) const AVAILABILITIES: [(Profile, &str, &str); 3] = [
    (Profile::Dev, "Downtime is fine", "2 zones"),
    (Profile::Bench, "No downtime on deploys", "3 zones"),
    (Profile::Prod, "Survives a lost zone", "3 zones"),
];

/// A choice of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Sizes for so many workflows a second, or the profile's own.
    Rate(Option<i64>),
    /// The profile of this availability.
    Availability(Profile),
}

/// What an environment has of the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choices {
    /// The rate; `None` where the sizes are those of no rate.
    pub(crate) rate: Option<Option<i64>>,
    /// Whether the environment is as the preset has it, of which the sizes are then.
    pub(crate) is_as_in_preset: bool,
    /// The profile.
    pub(crate) profile: Profile,
    /// For each of [`RATES`] whether the profile is no place for it.
    pub(crate) refused_rates: [bool; RATES.len()],
    /// For each of [`AVAILABILITIES`] whether the chosen rate can't be had with it.
    pub(crate) refused_availabilities: [bool; AVAILABILITIES.len()],
}

/// What the environment would cost a month with each choice, in dollars; `None` where that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prices {
    /// For each of [`RATES`].
    pub(crate) rates: Vec<Option<i64>>,
    /// For each of [`AVAILABILITIES`].
    pub(crate) availabilities: Vec<Option<i64>>,
}

impl Choices {
    /// What the last environment of the first preset has.
    #[must_use]
    pub(crate) fn at_first() -> Self {
        Self {
            rate: Some(None),
            is_as_in_preset: true,
            profile: Profile::Prod,
            refused_rates: [false; RATES.len()],
            refused_availabilities: [false; AVAILABILITIES.len()],
        }
    }
}

/// `spec` once `choice` was made for `environment`, and what that step is called; `None` where it can't be had.
#[must_use]
pub(crate) fn choose(spec: &Spec, environment: &str, choice: Choice) -> Option<(Spec, String)> {
    Some((
        with_choice(spec, environment, choice)?,
        in_words(environment, choice),
    ))
}

/// What `environment` has of the choices; `preset` is the spec that `spec` began as.
#[must_use]
pub(crate) fn chosen(spec: &Spec, environment: &str, preset: &Spec) -> Choices {
    let stated = |spec: &Spec| -> Vec<(FieldPath, Value)> {
        let values = spec.values();
        let own = values.filter(|(at, _)| at.environment() == Some(environment));
        own.map(|(at, value)| (at.clone(), value.clone())).collect()
    };
    let profile = spec.profile(environment).unwrap_or(Profile::Dev);
    let rate = rate(spec, environment, profile);
    Choices {
        rate,
        is_as_in_preset: preset.environments().contains(&environment)
            && stated(spec) == stated(preset),
        profile,
        refused_rates: RATES.map(|rate| !is_possible(rate, profile)),
        refused_availabilities: AVAILABILITIES
            .map(|(profile, _, _)| !is_possible(rate.flatten(), profile)),
    }
}

/// What each choice would cost.
#[must_use]
pub(crate) fn prices(sizing: &Sizing, spec: &Spec, environment: &str) -> Prices {
    let price = |choice| {
        let next = with_choice(spec, environment, choice)?;
        let checked = check_without_names(&next, Some(sizing.known()));
        let settled = checked
            .environments()
            .iter()
            .find(|each| each.name == environment)?;
        Some(price_of(&costs(std::slice::from_ref(settled))).0)
    };
    Prices {
        rates: RATES.map(|rate| price(Choice::Rate(rate))).to_vec(),
        availabilities: AVAILABILITIES
            .map(|(profile, _, _)| price(Choice::Availability(profile)))
            .to_vec(),
    }
}

/// `spec` once `choice` was made for `environment`; `None` where it can't be had.
#[must_use]
fn with_choice(spec: &Spec, environment: &str, choice: Choice) -> Option<Spec> {
    let profile = spec.profile(environment).unwrap_or(Profile::Dev);
    match choice {
        Choice::Rate(rate) => with_rate(spec, environment, rate, profile),
        Choice::Availability(next) => {
            let at = FieldPath::in_environment(environment, "profile");
            let network = options::environment_option("network.vpc_cidr");
            let before = spec.effective(network, environment).value;
            let moved = with(spec, &at, Some(next.name().into()));
            // Each profile has a network of its own, which another environment may have.
            let moved = with(&moved, &network.path(environment), before);
            match rate(spec, environment, profile) {
                // The instances of a rate are others in each profile.
                Some(Some(rate)) => with_rate(&moved, environment, Some(rate), next),
                _ => Some(moved),
            }
        }
    }
}

/// What a step to `choice` is called.
#[must_use]
fn in_words(environment: &str, choice: Choice) -> String {
    match choice {
        Choice::Rate(None) => format!("Default sizes in {environment}"),
        Choice::Rate(Some(rate)) => format!("{rate} workflows a second in {environment}"),
        Choice::Availability(profile) => format!("Profile {} in {environment}", profile.name()),
    }
}

fn is_possible(rate: Option<i64>, profile: Profile) -> bool {
    rate.is_none_or(|rate| values(rate, "", profile).is_some())
}

fn values(rate: i64, environment: &str, profile: Profile) -> Option<Vec<targets::Assignment>> {
    targets::assignments(targets::find(rate)?, environment, profile)
}

/// The rate that `environment` is sized for: none if nothing that a rate sets is stated, else the one whose values all are.
fn rate(spec: &Spec, environment: &str, profile: Profile) -> Option<Option<i64>> {
    let mut is_default = true;
    for rate in RATES.into_iter().flatten() {
        let Some(values) = values(rate, environment, profile) else {
            continue;
        };
        let stated = |each: &targets::Assignment| spec.get(&each.at);
        if values.iter().all(|each| stated(each) == Some(&each.value)) {
            return Some(Some(rate));
        }
        is_default &= values.iter().all(|each| stated(each).is_none());
    }
    is_default.then_some(None)
}

/// `spec` with the sizes of `rate` in `environment`: each value is stated, as the command-line tool's `target` has it.
fn with_rate(spec: &Spec, environment: &str, rate: Option<i64>, profile: Profile) -> Option<Spec> {
    let mut spec = spec.clone();
    match rate {
        Some(rate) => {
            for each in values(rate, environment, profile)? {
                spec.put(each.at, each.value);
            }
        }
        // All rates set the same options.
        None => {
            for each in values(50, environment, Profile::Prod)? {
                spec.unset(&each.at);
            }
        }
    }
    Some(spec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::presets;

    fn standard() -> Spec {
        presets::find("standard").unwrap().spec()
    }

    fn after(choices: &[Choice]) -> Spec {
        choices.iter().fold(standard(), |spec, choice| {
            with_choice(&spec, "prod", *choice).unwrap()
        })
    }

    #[test]
    fn the_sizes_of_a_preset_are_no_rate_and_known_as_its_own() {
        let lean = presets::find("dev-lean").unwrap().spec();
        let has = |spec: &Spec| {
            let chosen = chosen(spec, "dev", &lean);
            (chosen.rate, chosen.is_as_in_preset)
        };
        assert_eq!(has(&lean), (None, true));
        let mut other = lean.clone();
        let at = FieldPath::root().join("environments.dev.history.count");
        other.put(at, 3.into());
        assert_eq!(has(&other), (None, false));
    }

    #[test]
    fn every_target_is_offered() {
        let rates: Vec<_> = targets::ALL.iter().map(|target| target.rate).collect();
        assert_eq!(RATES.into_iter().flatten().collect::<Vec<_>>(), rates);
    }

    #[test]
    fn a_first_look_shows_what_the_first_preset_has() {
        assert_eq!(
            chosen(&standard(), "prod", &standard()),
            Choices::at_first()
        );
    }

    #[test]
    fn zones_are_those_of_the_profiles() {
        let checked = composer_core::check(&standard());
        for (profile, _, zones) in AVAILABILITIES {
            let found = checked
                .environments()
                .iter()
                .find(|each| each.profile == profile);
            assert_eq!(
                zones,
                format!("{} zones", found.unwrap().network.zones.len())
            );
        }
    }

    #[test]
    fn a_choice_is_what_is_chosen_then() {
        for rate in RATES {
            assert_eq!(
                chosen(&after(&[Choice::Rate(rate)]), "prod", &standard()).rate,
                Some(rate)
            );
        }
        for (profile, _, _) in AVAILABILITIES {
            let spec = after(&[Choice::Availability(profile)]);
            assert_eq!(chosen(&spec, "prod", &standard()).profile, profile);
        }
    }

    #[test]
    fn the_way_back_to_the_default_leaves_nothing_stated() {
        let back = [Choice::Rate(Some(400)), Choice::Rate(None)];
        assert_eq!(after(&back), standard());
        let back = [
            Choice::Availability(Profile::Bench),
            Choice::Availability(Profile::Prod),
        ];
        assert_eq!(after(&back), standard());
    }

    #[test]
    fn a_rate_stays_with_another_availability_and_has_its_instances() {
        let spec = after(&[
            Choice::Rate(Some(200)),
            Choice::Availability(Profile::Bench),
        ]);
        assert_eq!(chosen(&spec, "prod", &standard()).rate, Some(Some(200)));
        let at = FieldPath::root().join("environments.prod.compute.instance_count");
        assert_eq!(spec.get(&at), Some(&12.into()));
    }

    #[test]
    fn no_choice_takes_the_network_of_another_environment() {
        for (profile, _, _) in AVAILABILITIES {
            let checked = composer_core::check(&after(&[Choice::Availability(profile)]));
            assert!(!checked.problems.has_errors(), "{:?}", checked.problems);
        }
    }

    #[test]
    fn what_a_profile_is_no_place_for_is_refused() {
        let dev = chosen(&standard(), "dev", &standard());
        assert_eq!(dev.refused_rates, [false, false, false, true, true]);
        assert_eq!(
            with_choice(&standard(), "dev", Choice::Rate(Some(200))),
            None
        );
        let spec = after(&[Choice::Rate(Some(200))]);
        let prod = chosen(&spec, "prod", &standard());
        assert_eq!(prod.refused_availabilities, [true, false, false]);
        let to_dev = Choice::Availability(Profile::Dev);
        assert_eq!(with_choice(&spec, "prod", to_dev), None);
    }

    #[test]
    fn a_size_of_ones_own_is_none_of_the_rates() {
        let mut spec = standard();
        let at = FieldPath::root().join("environments.prod.history.count");
        spec.put(at, 9.into());
        assert_eq!(chosen(&spec, "prod", &standard()).rate, None);
    }
}
