//! The alarms that an environment has: the rows of its parts.

use crate::alarm::{Alarm, Signal, Thresholds};
use crate::environment::Environment;
use crate::parts::texts_in;
use crate::sizing::bill_line::BillLine;

/// Whether `environment` has alarms.
#[must_use]
pub fn are_on(environment: &Environment) -> bool {
    environment.part::<Thresholds>().is_some()
}

/// The alarms of `environment`, in the order of its parts; none where it has no alarms.
#[must_use]
pub fn of(environment: &Environment) -> Vec<&'static Alarm> {
    let mut all = Vec::new();
    if are_on(environment) {
        for texts in texts_in(environment) {
            for alarm in texts.alarms {
                if alarm.feature.is_on(environment) {
                    all.push(alarm);
                }
            }
        }
    }
    all
}

/// How many alarms of CloudWatch `environment` has, and how many metrics these read, each of which is billed.
fn of_aws(environment: &Environment) -> (usize, usize) {
    let (mut count, mut metrics) = (0, 0);
    for alarm in of(environment) {
        if let Signal::Aws(alarm) = &alarm.signal {
            for watched in (alarm.watched)(environment) {
                count += 1;
                metrics += watched.metrics.len();
            }
        }
    }
    (count, metrics)
}

/// What the alarms cost: each metric that one of CloudWatch reads is billed.
pub(crate) fn counted(environment: &Environment) -> Option<BillLine> {
    let (_, metrics) = of_aws(environment);
    let units = i64::try_from(metrics).unwrap_or(i64::MAX);
    (units > 0).then(|| BillLine {
        key: "alarms",
        label: "Alarms of CloudWatch",
        item: "alarm-metric-month".to_owned(),
        units,
        amount: format!("{units} metrics"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::parts::{self, TEXTS};
    use crate::path::FieldPath;
    use crate::{Value, check, presets, switches};

    /// The environments of the presets with alarms, with and without every other part.
    fn environments() -> Vec<Environment> {
        let mut all = Vec::new();
        for preset in presets::PRESETS {
            for is_on in [false, true] {
                let mut spec = preset.spec();
                for name in preset.spec().environments() {
                    switches::switch_all(&mut spec, name, is_on);
                    let at = FieldPath::in_environment(name, "alarms.enabled");
                    spec.set(at, Value::Bool(true)).unwrap();
                }
                let checked = check(&spec);
                for settled in checked.environments() {
                    all.push(Environment::clone(&settled.environment));
                }
            }
        }
        all
    }

    #[test]
    fn names_are_given_once_and_texts_are_sentences() {
        let mut names = BTreeSet::new();
        for alarm in TEXTS.iter().flat_map(|texts| texts.alarms) {
            assert!(names.insert(alarm.name), "{} stands twice", alarm.name);
            for text in [alarm.summary, alarm.users, alarm.first, alarm.over] {
                assert!(text.ends_with('.'), "{}: {text}", alarm.name);
            }
        }
        assert!(names.len() > 30, "{}", names.len());
    }

    #[test]
    fn the_alarms_that_are_counted_are_those_of_the_rows() {
        for environment in environments() {
            let counted = parts::values_of("metric_alarms", &environment);
            assert_eq!(counted, of_aws(&environment).0);
            let mut events = of(&environment);
            events.retain(|alarm| matches!(alarm.signal, Signal::Event(_)));
            let counted = parts::values_of("event_alarms", &environment);
            assert_eq!(counted, events.len());
        }
    }

    #[test]
    fn a_rule_has_one_limit_and_single_quotes() {
        for environment in environments() {
            for alarm in of(&environment) {
                if let Signal::Server(rule) = &alarm.signal {
                    let count = rule.expression.matches("LIMIT").count();
                    assert!(count <= 1, "{}", alarm.name);
                    assert!(!rule.expression.contains('"'), "{}", alarm.name);
                }
            }
        }
    }
}
