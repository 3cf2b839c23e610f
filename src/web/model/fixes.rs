//! A fix in the words of the form.

use composer_core::fix::{Fix, Setting};
use composer_core::{Spec, options};

use crate::model::labels::name_of;
use crate::model::words::plain;

/// The most values that are named.
const MAX_NAMED: usize = 2;

/// What a fix changes in `spec` and what it costs: "Instances in dev: 3, +77 USD a month".
#[must_use]
pub(crate) fn in_words(spec: &Spec, fix: &Fix) -> String {
    format!("{}, {}", settings_in_words(spec, fix), fix.price())
}

/// What a fix changes in `spec`: "Instances in dev: 3".
#[must_use]
pub(crate) fn settings_in_words(spec: &Spec, fix: &Fix) -> String {
    let mut after = spec.clone();
    fix.apply(&mut after);
    // What is taken back leaves another value in force.
    let value = |setting: &Setting| {
        let in_force = || {
            let row = options::find(&setting.at)?;
            let environment = setting.at.environment().unwrap_or_default();
            after.effective(row, environment).value
        };
        let value = setting.value.clone().or_else(in_force);
        value.as_ref().map_or_else(|| "none".to_owned(), plain)
    };
    let named = fix.settings.iter().take(MAX_NAMED);
    let named = named.map(|setting| format!("{}: {}", name_of(&setting.at), value(setting)));
    let mut words: Vec<String> = named.collect();
    let more = fix.settings.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::fix::Fixer;
    use composer_core::sizing::price_list::PriceList;
    use composer_core::{Severity, check};

    use crate::model::fixtures::standard;

    #[test]
    fn a_fix_says_what_it_changes_and_what_that_costs() {
        #[track_caller]
        fn check_words(assignments: &[&str], expected: &str) {
            let spec = standard(assignments);
            let checked = check(&spec);
            let prices = PriceList::default();
            let environments = checked.environments();
            let fixer = Fixer::new(&spec, &checked.problems, environments, &prices);
            let due = checked.problems.0.iter();
            let due: Vec<_> = due
                .filter(|problem| problem.severity != Severity::Advice)
                .collect();
            assert_eq!(in_words(&spec, &fixer.together(&due).unwrap()), expected);
        }
        check_words(
            &["environments.dev.loki.enabled=true"],
            "Instances in dev: 3, +77 USD a month",
        );
        check_words(
            &["environments.prod.network.nat=single"],
            "Network: NAT in prod: per-az, +78 USD a month",
        );
    }
}
