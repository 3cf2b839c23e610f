//! Checks the names of alarms that a spec gives other numbers. The rows of alarms are large: this is apart from the check of
//! values, so that the page's first part does without.

use crate::alarm::{Alarm, OTHER_NUMBERS, other_numbers};
use crate::alarms;
use crate::environment::Environment;
use crate::parts::alarms::UNKNOWN_ALARM;
use crate::problem::{Problem, Problems};
use crate::unknown_key::nearest;

/// The names that no alarm of `environment` has, or one that goes on at no number of its own.
pub(super) fn check(environment: &Environment, problems: &mut Problems) {
    let Some(numbers) = other_numbers(environment) else {
        return;
    };
    let map = environment.address().join(OTHER_NUMBERS);
    let all = alarms::of(environment);
    for (name, _) in numbers.iter() {
        let refuse = |message: String| Problem::new(UNKNOWN_ALARM.code, map.key(name), message);
        let found = all.iter().find(|alarm| alarm.name == *name);
        let problem = match found {
            None => {
                let problem = refuse(format!("`{}` has no alarm `{name}`", environment.name));
                match likely(name, &all) {
                    Some(likely) => problem.hint(format!("did you mean `{likely}`?")),
                    None => problem.hint("take it out"),
                }
            }
            Some(alarm) => match alarm.own_option(environment) {
                Some(key) => refuse(format!("the alarm `{name}` has an option of its own"))
                    .hint(format!("set `{}`", environment.address().join(key))),
                None if !alarm.has_number() => {
                    refuse(format!("the alarm `{name}` does not go on at a number"))
                        .hint("take it out")
                }
                None => continue,
            },
        };
        problems.push(problem);
    }
}

/// The alarm that was likely meant.
fn likely(name: &str, all: &[&Alarm]) -> Option<String> {
    let names: Vec<String> = all.iter().map(|alarm| alarm.name.to_owned()).collect();
    nearest(name, &names)
}
