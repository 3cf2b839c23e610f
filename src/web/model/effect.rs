//! What a change does to everything: what it costs, how many resources come and go, how many files are touched.

use composer_core::Severity;
use composer_core::sizing::cost::{Difference, differences};
use composer_core::sizing::money::Money;
use composer_core::sorted::SortedMap;

use crate::model::composition::Composition;
use crate::model::marks::{Mark, count_marks};
use crate::model::state::State;
use crate::model::words::{count, grouped, sentence_case};

/// What a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    /// What it costs more or less, in words.
    pub(crate) cost: String,
    /// How many resources there are more or, below zero, fewer.
    pub(crate) resources: i64,
    /// How many files it touches.
    pub(crate) files: usize,
}

impl Effect {
    /// What leads from `before` to `after`, which differ in these costs and in so many files.
    #[must_use]
    pub(crate) fn between(
        before: &Composition,
        after: &Composition,
        differences: &[Difference],
        files: usize,
    ) -> Self {
        let number =
            |composition: &Composition| i64::try_from(composition.resources()).unwrap_or(i64::MAX);
        Self {
            cost: cost_in_words(differences),
            resources: number(after) - number(before),
            files,
        }
    }

    /// In a line: `+77 USD a month · +28 resources · 9 files`.
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        let mut words = self.cost.clone();
        if self.resources != 0 {
            words.push_str(" · ");
            words.push_str(&resources_in_words(self.resources));
        }
        words.push_str(" · ");
        words.push_str(&count(self.files, "file"));
        words
    }

    /// As a sentence is spoken: `+77 USD a month, 28 resources more, 9 files.`
    #[must_use]
    pub(crate) fn spoken(&self) -> String {
        let more = match self.resources {
            0 => String::new(),
            number => {
                let counted = count(
                    usize::try_from(number.abs()).unwrap_or_default(),
                    "resource",
                );
                format!(", {counted} {}", if number > 0 { "more" } else { "fewer" })
            }
        };
        format!(
            "{}{more}, {}.",
            sentence_case(&self.cost),
            count(self.files, "file")
        )
    }
}

/// `+28 resources`, `−1 resource`.
fn resources_in_words(number: i64) -> String {
    let counted = count(
        usize::try_from(number.abs()).unwrap_or_default(),
        "resource",
    );
    format!("{}{counted}", if number > 0 { "+" } else { "\u{2212}" })
}

/// What changes of cost come to.
struct Comparison<'a> {
    /// The sum over items whose price is known before and after.
    known: Money,
    /// Whether there is such an item.
    has_known: bool,
    /// The items that have no known price on one side at least: no difference can be told of them.
    unpriced: Vec<&'a Difference>,
}

impl<'a> Comparison<'a> {
    /// Of what is billed whatever the load is. What the load decides is as unknown afterwards as before.
    fn of(differences: &'a [Difference]) -> Self {
        let mut found = Self {
            known: Money::default(),
            has_known: false,
            unpriced: Vec::new(),
        };
        for row in differences.iter().filter(|row| !row.by_use) {
            match row.usd {
                Some(usd) => {
                    found.known = found.known + usd;
                    found.has_known = true;
                }
                None => found.unpriced.push(row),
            }
        }
        found
    }

    /// What can't be told, and of which items.
    fn gap(&self) -> Option<String> {
        let first = self.unpriced.first()?;
        let more = self.unpriced.len() - 1;
        let name = format!(
            "{} in {}",
            first.label.trim_start_matches("The "),
            first.environment
        );
        Some(match more {
            0 => format!("no price of {name}"),
            more => format!("no price of {name} and {}", count(more, "other item")),
        })
    }
}

/// What changes of cost come to, in words: `+77 USD a month`, `no fixed price changes`, `price unknown: no price of …`.
#[must_use]
pub(crate) fn cost_in_words(differences: &[Difference]) -> String {
    let found = Comparison::of(differences);
    match (found.has_known, found.gap()) {
        (false, Some(gap)) => format!("price unknown: {gap}"),
        (false, None) if differences.is_empty() => "costs the same".to_owned(),
        (false, None) => "no fixed price changes".to_owned(),
        (true, gap) => {
            let known = match found.known {
                sum if sum == Money::default() => "costs the same".to_owned(),
                sum => format!("{} USD a month", dollars(sum)),
            };
            match gap {
                None => known,
                Some(gap) => format!("{known}, {gap}"),
            }
        }
    }
}

/// `+77`, `−1,234`, `+0.40`: with a true minus sign.
fn dollars(usd: Money) -> String {
    usd.signed_dollars().replace('-', "\u{2212}")
}

/// What the last change costs more a month, as it stands beside the price: `+77 USD`. Empty where there was none, or where
/// what is wrong leaves nothing to compare.
#[must_use]
pub(crate) fn price_change(state: &State) -> String {
    if state.last.is_none() || state.capabilities.costs.is_none() || state.problems.has_errors() {
        return String::new();
    }
    let differences = cost_differences(state);
    let found = Comparison::of(&differences);
    match (found.has_known, found.unpriced.len()) {
        (false, 0) => "±0".to_owned(),
        (false, _) => "change of price unknown".to_owned(),
        (true, unpriced) => {
            let known = match found.known.whole_dollars() {
                0 => "±0".to_owned(),
                more if more > 0 => format!("+{} USD", grouped(more)),
                less => format!("{} USD", grouped(less)),
            };
            match unpriced {
                0 => known,
                unpriced => format!("{known}, {} without a price", count(unpriced, "item")),
            }
        }
    }
}

/// What the last change cost more or less, line by line.
fn cost_differences(state: &State) -> Vec<Difference> {
    match &state.last {
        Some(last) => differences(last.sizing_before.costs(), state.sizing.costs()),
        None => Vec::new(),
    }
}

/// What the last change did, for those who don't see it.
#[must_use]
pub(crate) fn announcement(state: &State, marks: &SortedMap<String, Mark>) -> String {
    let Some(last) = &state.last else {
        return String::new();
    };
    let replaced = match last.replaced {
        0 => String::new(),
        replaced => format!(", which replaced {}", count(replaced, "change")),
    };
    let errors = state.problems.count(Severity::Error);
    if errors > 0 {
        let files = match state.is_composed_in_part() {
            true => count_marks(marks),
            false => "no file changed".to_owned(),
        };
        return format!(
            "{}{replaced}. {}, {files}.",
            last.what,
            count(errors, "error")
        );
    }
    let effect = Effect::between(
        &last.before,
        &state.composition,
        &cost_differences(state),
        marks.len(),
    );
    format!("{}{replaced}. {}", last.what, effect.spoken())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    use crate::model::baseline::BaselineFiles;
    use crate::model::marks::marks;

    use crate::model::fixtures::state_after;

    fn after(assignments: &[&str]) -> State {
        state_after(assignments, "Step")
    }

    fn spoken(state: &State) -> String {
        let before = BaselineFiles::Composed(Rc::clone(&state.last.as_ref().unwrap().before));
        announcement(state, &marks(&before, &state.composition.tree))
    }

    #[test]
    fn a_change_has_its_price() {
        #[track_caller]
        fn check(assignments: &[&str], beside_the_price: &str, expected: &str) {
            let state = after(assignments);
            assert_eq!(price_change(&state), beside_the_price);
            assert_eq!(cost_in_words(&cost_differences(&state)), expected);
        }
        check(&[], "", "costs the same");
        check(
            &["environments.dev.network.endpoints=true"],
            "+193 USD",
            "+193 USD a month",
        );
        check(
            &["environments.prod.network.nat=single"],
            "−78 USD",
            "−78 USD a month",
        );
        check(
            &["environments.dev.history_shards=8"],
            "±0",
            "costs the same",
        );
        // What logs cost elsewhere is by use.
        check(
            &["environments.bench.loki.enabled=false"],
            "±0",
            "no fixed price changes",
        );
    }

    #[test]
    fn no_difference_is_told_of_what_has_no_price_on_one_side() {
        let state = after(&["environments.dev.opensearch.instance_type=m6g.large.search"]);
        assert_eq!(price_change(&state), "change of price unknown");
        assert_eq!(
            cost_in_words(&cost_differences(&state)),
            "price unknown: no price of OpenSearch nodes in dev"
        );
        let state = after(&[
            "environments.dev.opensearch.instance_type=m6g.large.search",
            "environments.dev.opensearch.volume_size=50",
            "environments.dev.network.endpoints=true",
        ]);
        assert_eq!(price_change(&state), "+193 USD, 2 items without a price");
        assert_eq!(
            cost_in_words(&cost_differences(&state)),
            "+193 USD a month, no price of OpenSearch nodes in dev and 1 other item"
        );
    }

    #[test]
    fn a_change_is_told_to_those_who_do_not_see_it() {
        assert_eq!(
            spoken(&after(&["environments.bench.loki.enabled=false"])),
            "Step. No fixed price changes, 30 resources fewer, 10 files."
        );
        assert_eq!(
            spoken(&after(&["environments.dev.network.endpoints=true"])),
            "Step. +193 USD a month, 14 resources more, 5 files."
        );
        assert_eq!(
            spoken(&after(&["project=No!"])),
            "Step. 1 error, no file changed."
        );
    }

    #[test]
    fn an_effect_is_one_line() {
        let effect = |resources| Effect {
            cost: "+77 USD a month".to_owned(),
            resources,
            files: 9,
        };
        assert_eq!(
            effect(28).in_words(),
            "+77 USD a month · +28 resources · 9 files"
        );
        assert_eq!(
            effect(-1).in_words(),
            "+77 USD a month · −1 resource · 9 files"
        );
        assert_eq!(effect(0).in_words(), "+77 USD a month · 9 files");
    }
}
