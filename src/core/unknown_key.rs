//! A key that no option has: what may have been meant.

use crate::options::{self, OPTIONS, Scope};
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::value::excerpt;

/// The most parts of an option's address: `environments.<name>.history.extra_environment.<key>`.
pub(crate) const MAX_DEPTH: usize = 5;

/// The problem of a key that no option has, with the nearest one that exists.
pub(crate) fn unknown_key(at: &FieldPath) -> Problem {
    let shown = excerpt(&at.to_string());
    let problem = Problem::new(
        ProblemCode::UnknownKey,
        at.clone(),
        format!("there is no key `{shown}`"),
    );
    // A table's address reads as well as a value's: `environments.dev.history` is no value.
    let environment = at.environment().unwrap_or("dev");
    if OPTIONS
        .iter()
        .any(|row| row.path(environment).starts_with(at))
    {
        let keys: Vec<String> = keys_in(at).iter().map(|key| format!("`{key}`")).collect();
        return Problem {
            message: format!("`{shown}` is a table, not a value"),
            ..problem
        }
        .hint(if at.segments() == ["environments"] {
            "its keys are the environments' names, such as `environments.dev`".to_owned()
        } else if keys.is_empty() {
            let map = OPTIONS
                .iter()
                .find(|row| row.path(environment).parent().as_ref() == Some(at));
            let (key, _) = map.map_or(("", ""), |row| row.example_entry());
            format!(
                "its keys are yours to choose, such as `{shown}.{}`",
                FieldPath::of(&[key])
            )
        } else {
            format!("its keys are {}", keys.join(", "))
        });
    }
    // No option is deeper: what comes after tells no more, and may be thousands of parts.
    let segments = at.segments();
    let start = FieldPath::of(&segments[..segments.len().min(MAX_DEPTH + 1)]);
    let mut rest = start.clone();
    while let Some(parent) = rest.parent() {
        if options::find(&parent).is_some() {
            return problem.hint(format!(
                "`{}` is a value and holds no keys",
                excerpt(&parent.to_string())
            ));
        }
        rest = parent;
    }
    rest = start;
    while let Some(parent) = rest.parent() {
        let wrong = rest.last().unwrap_or_default().to_owned();
        let known = keys_in(&parent);
        if !known.is_empty() && !known.contains(&wrong) {
            if let Some(nearest) = nearest(&wrong, &known) {
                return problem.hint(format!("did you mean `{}`?", parent.key(&nearest)));
            }
            if let Some(elsewhere) = same_name_elsewhere(at) {
                return problem.hint(format!("did you mean `{elsewhere}`?"));
            }
            let listed: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            let place = if parent == FieldPath::root() {
                "the top level".to_owned()
            } else {
                format!("`{}`", excerpt(&parent.to_string()))
            };
            return problem.hint(format!("the keys of {place} are {}", listed.join(", ")));
        }
        rest = parent;
    }
    problem
}

/// The keys that may stand directly inside `place`.
fn keys_in(place: &FieldPath) -> Vec<String> {
    let depth = place.depth();
    let environment = place.environment().unwrap_or("dev");
    let mut known: Vec<String> = Vec::new();
    if depth == 0 {
        known.extend(["version".to_owned(), "environments".to_owned()]);
    }
    for row in OPTIONS.iter() {
        let path = row.path(environment);
        if path.starts_with(place)
            && let Some(&key) = path.segments().get(depth)
            && !known.iter().any(|known| known == key)
            && key != "*"
            && !(depth == 1 && place.last() == Some("environments"))
        {
            known.push(key.to_owned());
        }
    }
    known
}

/// The one of `known` that `wrong` is most likely meant to be.
pub(crate) fn nearest(wrong: &str, known: &[String]) -> Option<String> {
    if wrong.len() > 64 {
        return None;
    }
    let best = known
        .iter()
        .map(|key| (strsim::osa_distance(wrong, key), key))
        .min()?;
    (best.0 <= 1 + best.1.len() / 4).then(|| best.1.clone())
}

/// The address of an option that has the last part of `at` in another section.
fn same_name_elsewhere(at: &FieldPath) -> Option<FieldPath> {
    let name = at.last()?;
    let scope = match at.environment() {
        Some(_) => Scope::Environment,
        None => Scope::Spec,
    };
    options::in_scope(scope)
        .find(|row| row.name() == name)
        .map(|row| row.path(at.environment().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_is_deeper_than_what_is_looked_at() {
        let depths = OPTIONS.iter().map(|row| row.path("x").depth());
        assert_eq!(depths.max(), Some(MAX_DEPTH));
    }

    #[test]
    fn a_key_of_many_parts_gets_the_hint_of_its_beginning() {
        let mut parts = vec!["environments", "dev", "histroy"];
        parts.resize(5_000, "a");
        let problem = unknown_key(&FieldPath::of(&parts));
        assert_eq!(
            problem.hint.as_deref(),
            Some("did you mean `environments.dev.history`?")
        );
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one() {
        #[track_caller]
        fn check(key: &str, hint: &str) {
            let problem = unknown_key(&FieldPath::parse(key).unwrap());
            assert_eq!(problem.hint.as_deref(), Some(hint));
        }
        check("projekt", "did you mean `project`?");
        check(
            "environments.prod.histroy.cpu",
            "did you mean `environments.prod.history`?",
        );
        check(
            "environments.prod.history.cpus",
            "did you mean `environments.prod.history.cpu`?",
        );
        check(
            "environments.prod.vpc_cidr",
            "did you mean `environments.prod.network.vpc_cidr`?",
        );
        check(
            "environments.prod.ui",
            "its keys are `enabled`, `cpu`, `memory`, `count`, `extra_environment`",
        );
        check(
            "environments",
            "its keys are the environments' names, such as `environments.dev`",
        );
        check(
            "environments.dev.loki",
            "its keys are `enabled`, `retention_days`, `cpu`, `memory`",
        );
        check("tags", "its keys are yours to choose, such as `tags.Team`");
        check("project.x", "`project` is a value and holds no keys");
        check(
            "backend.zzzzzzzz",
            "the keys of `backend` are `kind`, `bucket`, `region`, `key_prefix`, `kms_key_arn`",
        );
    }
}
