//! The answer that is always in view: whether everything fits, what it costs, what the last change did.

use composer_core::Severity;
use composer_core::sizing::cost::Cost;
use composer_core::sizing::money::Money;
use composer_core::sizing::placement::Verdict;

use crate::model::first_figures::{PRESET_PRICES, is_first_look};
use crate::model::sizing::verdict;
use crate::model::state::{State, has_error};
use crate::model::words::{count, grouped};

/// How good an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// All is well.
    Good,
    /// It may not be.
    Warning,
    /// It is not.
    Error,
}

/// Whether everything fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// In a few words: `Everything fits`.
    pub(crate) text: String,
    /// How good that is.
    pub(crate) tone: Tone,
    /// The environment that it is about, if it is about one.
    pub(crate) environment: Option<String>,
}

/// Whether everything fits. Beside an error it never does.
#[must_use]
pub(crate) fn answer(state: &State) -> Answer {
    let sizing = &state.sizing;
    let errors = state.problems.count(Severity::Error);
    let about = |name: &str, what: &str, tone| Answer {
        text: format!("{name} {what}"),
        tone,
        environment: Some(name.to_owned()),
    };
    let plain = |text: String, tone| Answer {
        text,
        tone,
        environment: None,
    };
    match sizing.worst() {
        Some((name, Verdict::DoesNotFit)) => about(name, "does not fit", Tone::Error),
        _ if errors > 0 => plain(count(errors, "error"), Tone::Error),
        Some((name, Verdict::MayNotFit)) => about(name, "may not fit", Tone::Warning),
        Some((name, Verdict::Unknown)) => about(name, "is not fully checked", Tone::Warning),
        Some((_, Verdict::AlwaysFits)) => plain("Everything fits".to_owned(), Tone::Good),
        None => plain("No environment".to_owned(), Tone::Warning),
    }
}

/// What everything costs a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// US dollars, rounded, as far as they are known: `6,865`.
    pub(crate) dollars: String,
    /// How many items are billed, whatever is done.
    pub(crate) items: usize,
    /// How many of them have no known price.
    pub(crate) unpriced: usize,
    /// The environments that are not in the sum, since they have errors.
    pub(crate) without: Vec<String>,
}

/// What everything costs, where prices are there and something is billed.
#[must_use]
pub(crate) fn price(state: &State) -> Option<Price> {
    let mut without = Vec::new();
    for name in state.sizing.missing() {
        without.push(name.to_owned());
    }
    let mut summed = 0;
    for environment in &state.sizing.environments {
        if verdict(environment, &environment.placement) == Verdict::DoesNotFit
            || has_error(&state.problems, &environment.name)
        {
            without.push(environment.name.clone());
        } else {
            summed += 1;
        }
    }
    if summed == 0 {
        return None;
    }
    let (dollars, items, unpriced) = if is_first_look(state) {
        let first = PRESET_PRICES[0];
        (first.dollars, first.items, first.unpriced)
    } else {
        state.capabilities.costs?;
        let mut costs = Vec::new();
        for cost in state.sizing.costs() {
            if !without.contains(&cost.environment) {
                costs.push(cost.clone());
            }
        }
        price_of(&costs)
    };
    (items > 0).then(|| Price {
        dollars: grouped(dollars),
        items,
        unpriced,
        without,
    })
}

/// The rounded dollars a month of `costs` without any load, how many items they have that are billed then, and how many of
/// these have no known price.
#[must_use]
pub(crate) fn price_of(costs: &[Cost]) -> (i64, usize, usize) {
    let (mut usd, mut items, mut unpriced) = (Money::default(), 0, 0);
    for cost in costs {
        usd = usd + cost.idle.usd;
        for line in &cost.lines {
            if !line.by_use {
                items += 1;
                unpriced += usize::from(line.usd.is_none());
            }
        }
    }
    (usd.whole_dollars(), items, unpriced)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::fixtures::state_after;

    fn after(assignments: &[&str]) -> State {
        state_after(assignments, "")
    }

    #[test]
    fn the_worst_is_the_answer_and_no_error_beside_everything_fits() {
        #[track_caller]
        fn check(assignments: &[&str], text: &str, tone: Tone) {
            let answer = answer(&after(assignments));
            assert_eq!((answer.text.as_str(), answer.tone), (text, tone));
        }
        check(&[], "Everything fits", Tone::Good);
        check(
            &["environments.dev.loki.enabled=true"],
            "dev does not fit",
            Tone::Error,
        );
        check(
            &["environments.bench.dsql.max_connections=1000"],
            "bench does not fit",
            Tone::Error,
        );
        check(
            &[
                "environments.dev.history.cpu=1536",
                "environments.dev.ui.enabled=false",
            ],
            "dev may not fit",
            Tone::Warning,
        );
        check(&["project=No!"], "1 error", Tone::Error);
        check(&["environments.dev.history.cpu=1"], "1 error", Tone::Error);
    }

    #[test]
    fn where_nothing_is_billed_there_is_no_price() {
        let off = ["dev", "bench", "prod"].map(|name| format!("environments.{name}.enabled=false"));
        let off: Vec<&str> = off.iter().map(String::as_str).collect();
        assert_eq!(price(&after(&off)), None);
    }

    #[test]
    fn an_environment_without_a_price_is_named() {
        let price = price(&after(&["environments.dev.history.cpu=1"])).unwrap();
        assert_eq!(price.without, ["dev"]);
        let price = super::price(&after(&["environments.dev.loki.enabled=true"])).unwrap();
        assert_eq!(
            (price.dollars.as_str(), price.without),
            ("6,675", vec!["dev".to_owned()])
        );
    }

    #[test]
    fn where_nothing_is_composed_nothing_has_a_price() {
        assert_eq!(
            price(&after(&["environments.dev.enabled=false"]))
                .unwrap()
                .dollars,
            "6,675"
        );
        let off = ["dev", "bench", "prod"].map(|name| format!("environments.{name}.enabled=false"));
        assert_eq!(price(&after(&off.each_ref().map(String::as_str))), None);
    }
}
