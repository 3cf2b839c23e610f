//! Each value for itself: its type, its range, its rule.

use crate::catalog::{instance_types, opensearch_types, tags};
use crate::options::{self, Kind, OptionRow, Preset, Scope};
use crate::parts::PARTS;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::{self, Rule};
use crate::spec::Spec;
use crate::value::{Value, excerpt};

/// The most bytes of a spec's keys and values. Escaped and with all addresses they are a text that
/// [`crate::read`] still takes: what is downloaded can be opened.
const LARGEST: usize = 384 * 1024;

/// The most variables for one container; a task definition ends at 64 KiB.
const MOST_VARIABLES: usize = 50;

/// Checks every stated value and every one that must be stated, in the order of the form.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    for row in options::of(Scope::Spec) {
        check_row(spec, row, "", problems);
    }
    for name in spec.environments() {
        for row in options::of(Scope::Environment) {
            check_row(spec, row, name, problems);
        }
    }
    let size: usize = spec
        .values()
        .map(|(at, value)| value.size() + at.segments().last().map_or(0, String::len))
        .sum();
    if size > LARGEST {
        problems.push(
            Problem::new(
                ProblemCode::TooLarge,
                FieldPath::root(),
                format!("the values have {size} bytes, allowed are {LARGEST}"),
            )
            .hint("shorten tags and environment variables"),
        );
    }
    check_tags(spec, problems);
}

/// The tags of the spec and those of an environment together: IAM takes keys that differ only in case for one.
fn check_tags(spec: &Spec, problems: &mut Problems) {
    let whole = FieldPath::of(&["tags"]);
    let of_spec: Vec<&str> = spec.entries(&whole).map(|(key, _)| key).collect();
    // Too many are a problem of their own, and comparing each with each would take long.
    if of_spec.len() > tags::MOST {
        return;
    }
    check_tag_keys(&whole, &of_spec, &[], problems);
    for name in spec.environments() {
        let map = FieldPath::in_environment(name, "tags");
        let own: Vec<&str> = spec.entries(&map).map(|(key, _)| key).collect();
        if own.len() > tags::MOST {
            continue;
        }
        check_tag_keys(&map, &own, &of_spec, problems);
        let more = own.iter().filter(|key| !of_spec.contains(*key)).count();
        let count = of_spec.len() + more;
        if more > 0 && count > tags::MOST {
            problems.push(
                Problem::new(
                    ProblemCode::TooMany,
                    map,
                    format!(
                        "{count} tags with those of `tags`, allowed are {}",
                        tags::MOST
                    ),
                )
                .hint(format!("take {} out", count - tags::MOST)),
            );
        }
    }
}

/// Each of `keys` against those before it and those of the spec.
fn check_tag_keys(map: &FieldPath, keys: &[&str], of_spec: &[&str], problems: &mut Problems) {
    for (at, key) in keys.iter().enumerate() {
        let twin = of_spec
            .iter()
            .chain(&keys[..at])
            .find(|other| *other != key && tags::is_same_key(other, key));
        if let Some(twin) = twin {
            problems.push(
                Problem::new(
                    ProblemCode::SameTag,
                    map.key(key),
                    format!(
                        "`{}` and `{}` are one key for IAM, which compares them without case",
                        excerpt(key),
                        excerpt(twin)
                    ),
                )
                .hint("write both alike, or leave one out"),
            );
        }
    }
}

fn check_row(spec: &Spec, row: &OptionRow, environment: &str, problems: &mut Problems) {
    if row.is_map() {
        let map = row.path(environment).parent().unwrap_or_default();
        check_map(spec, row, &map, problems);
        return;
    }
    match spec.find(&row.lookup(environment)) {
        Some(value) => {
            let at = row.path(environment);
            if let Err(problem) = allowed(row, &at, value) {
                problems.push(with_a_fix(problem, spec, row, value, environment));
            } else if let Some(problem) = worth_knowing(row, &at, value) {
                problems.push(problem);
            }
            if let Some(problem) = without_effect(spec, row, &at, environment) {
                problems.push(problem);
            }
        }
        None => {
            if let Some(problem) = missing(spec, row, environment) {
                problems.push(problem);
            }
        }
    }
}

fn check_map(spec: &Spec, row: &OptionRow, map: &FieldPath, problems: &mut Problems) {
    let is_tags = row.name() == "*" && row.key == "tags.*";
    let (keys, most) = if is_tags {
        (Rule::TagKey, tags::MOST)
    } else {
        (Rule::VariableName, MOST_VARIABLES)
    };
    let count = spec.entries(map).count();
    if count > most {
        problems.push(
            Problem::new(
                ProblemCode::TooMany,
                map.clone(),
                format!("{count} entries, allowed are {most}"),
            )
            .hint(format!("take {} out", count - most)),
        );
        return;
    }
    for (key, value) in spec.entries(map) {
        let at = map.key(key);
        if !keys.accepts(key) {
            problems.push(
                not_allowed(at.clone(), &Value::from(key), keys.noun(), keys.allowed())
                    .hint("give it another name"),
            );
        }
        if let Err(problem) = allowed(row, &at, value) {
            problems.push(problem.hint("change it, or take it out"));
        }
    }
}

/// Whether `value` is one that `row` takes.
fn allowed(row: &OptionRow, at: &FieldPath, value: &Value) -> Result<(), Problem> {
    let wrong_type = || {
        Problem::new(
            ProblemCode::Type,
            at.clone(),
            format!(
                "`{}` is {}, allowed is {}",
                excerpt(&value.to_string()),
                value.kind(),
                row.kind.allowed()
            ),
        )
    };
    let refuse = |noun: &str| not_allowed(at.clone(), value, noun, &row.kind.allowed());
    match (row.kind, value) {
        (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (Kind::Integer { min, max, .. }, Value::Integer(number)) => {
            if (min..=max).contains(number) {
                Ok(())
            } else {
                Err(Problem::new(
                    ProblemCode::OutOfRange,
                    at.clone(),
                    format!(
                        "`{number}` is out of range: allowed is {}",
                        row.kind.allowed()
                    ),
                ))
            }
        }
        (Kind::OneOf { values, .. }, Value::Integer(number)) => {
            if values.contains(number) {
                Ok(())
            } else {
                let nearest = values
                    .iter()
                    .min_by_key(|value| value.abs_diff(*number))
                    .copied()
                    .unwrap_or_default();
                Err(refuse("one of the values").hint(format!("the nearest is {nearest}")))
            }
        }
        (Kind::Choice(choices), Value::Text(text)) => {
            if choices.iter().any(|(name, _)| name == text) {
                Ok(())
            } else {
                Err(refuse("one of the choices"))
            }
        }
        (Kind::Text(rule), Value::Text(text)) => {
            if rule.accepts(text) {
                Ok(())
            } else {
                let problem = refuse(rule.noun());
                Err(match did_you_mean(rule, text) {
                    Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
                    None => problem,
                })
            }
        }
        (Kind::Duration { min, max }, Value::Text(text)) => match rules::seconds(text) {
            None => Err(refuse("a duration")),
            Some(found) if (min..=max).contains(&found) => Ok(()),
            Some(_) => Err(Problem::new(
                ProblemCode::OutOfRange,
                at.clone(),
                format!(
                    "`{text}` is out of range: allowed is {}",
                    row.kind.allowed()
                ),
            )),
        },
        (Kind::List { rule, min, max }, Value::List(items)) => {
            if let Some(bad) = items.iter().find(|item| !rule.accepts(item)) {
                return Err(not_allowed(
                    at.clone(),
                    &Value::from(bad.as_str()),
                    rule.noun(),
                    &row.kind.allowed(),
                ));
            }
            if let Some(twice) = items
                .iter()
                .enumerate()
                .find_map(|(index, item)| items[..index].contains(item).then_some(item))
            {
                return Err(Problem::new(
                    ProblemCode::NotAllowed,
                    at.clone(),
                    format!("`{twice}` stands twice: allowed is {}", row.kind.allowed()),
                ));
            }
            if (min..=max).contains(&items.len()) {
                Ok(())
            } else {
                Err(Problem::new(
                    ProblemCode::OutOfRange,
                    at.clone(),
                    format!("{} entries: allowed is {}", items.len(), row.kind.allowed()),
                ))
            }
        }
        (
            Kind::Boolean
            | Kind::Integer { .. }
            | Kind::OneOf { .. }
            | Kind::Choice(_)
            | Kind::Text(_)
            | Kind::Duration { .. }
            | Kind::List { .. },
            _,
        ) => Err(wrong_type()),
    }
}

/// The same with what to do about it, where that isn't said yet: the nearest number, else the default or an example.
fn with_a_fix(
    problem: Problem,
    spec: &Spec,
    row: &OptionRow,
    value: &Value,
    environment: &str,
) -> Problem {
    if problem.hint.is_some() {
        return problem;
    }
    if let (Kind::Integer { min, max, .. }, Value::Integer(number)) = (row.kind, value) {
        return problem.hint(format!("the nearest is {}", number.clamp(&min, &max)));
    }
    match spec.default_of(row, environment).value {
        Some(default) => problem.hint(format!("without it, it is `{}`", plain(&default))),
        None => match row.default_around() {
            Preset::Open(example) => problem.hint(format!("for example `{example}`")),
            Preset::Required => problem.hint("choose another: it must be stated"),
            _ => problem.hint("give one that is allowed, or leave it out"),
        },
    }
}

/// The known value nearest to `text`, for rules with a catalog.
fn did_you_mean(rule: Rule, text: &str) -> Option<&'static str> {
    if text.len() > 64 {
        return None;
    }
    rule.known()?
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(text, name), name))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, name)| name)
}

/// A warning about an allowed value that is likely to hurt.
fn worth_knowing(row: &OptionRow, at: &FieldPath, value: &Value) -> Option<Problem> {
    let (Kind::Text(rule), Value::Text(text)) = (row.kind, value) else {
        return None;
    };
    match rule {
        Rule::Image => match rules::image_version(text) {
            None | Some("latest") => Some(
                Problem::new(
                    ProblemCode::UnpinnedImage,
                    at.clone(),
                    format!("`{text}` names no version: two tasks of one service may run different programs"),
                )
                .hint("give a version as tag, or a digest"),
            ),
            Some(tag) if row.name() == "grafana" && is_too_old_for_the_plugin(tag) => Some(
                Problem::new(
                    ProblemCode::GrafanaTooOld,
                    at.clone(),
                    format!("Grafana {tag} does not load the plugin for Amazon Managed Prometheus: its dashboards stay empty"),
                )
                .hint("use 12.2.5 or newer, or 11.6.11, 12.0.10 or 12.1.7 and newer on those lines"),
            ),
            Some(tag) => {
                let mut parts = PARTS.iter();
                let part = parts.find(|part| row.key.strip_prefix("images.") == Some(part.name))?;
                let warning = (part.image.as_ref()?.warn)(tag)?;
                Some(Problem::new(warning.code, at.clone(), warning.message).hint(warning.hint))
            }
        },
        Rule::InstanceType if instance_types::find(text).is_none() => Some(
            Problem::new(
                ProblemCode::UnknownInstanceType,
                at.clone(),
                format!(
                    "`{text}` is not in the catalog: whether the tasks fit, whether it has ENI trunking \
                     and whether the region offers it are not checked"
                ),
            )
            .hint(
                "look it up with `aws ec2 describe-instance-types`; \
                 `temporal-composer list instance-types` lists the known ones",
            ),
        ),
        Rule::OpenSearchType if opensearch_types::find(text).is_none() => Some(Problem::new(
            ProblemCode::UnknownNodeType,
            at.clone(),
            format!("`{text}` is not in the catalog: its price and its largest volume are not known"),
        )
        .hint(
            "`aws opensearch list-instance-type-details --engine-version OpenSearch_2.19` lists what your region \
             offers; m6g.large.search is known",
        )),
        _ => None,
    }
}

/// The plugin needs Grafana 11.6.11, 12.0.10, 12.1.7 or 12.2.5 and newer on each line. Source: the changelog of
/// grafana-amazonprometheus-datasource, 2026.
fn is_too_old_for_the_plugin(tag: &str) -> bool {
    rules::version(tag).is_some_and(|(major, minor, patch)| match (major, minor) {
        (11, 6) => patch < 11,
        (12, 0) => patch < 10,
        (12, 1) => patch < 7,
        (12, 2) => patch < 5,
        line => line < (12, 3),
    })
}

/// Says that a value must be stated.
fn missing(spec: &Spec, row: &OptionRow, environment: &str) -> Option<Problem> {
    let is_missing = match (row.scope, row.key.as_str()) {
        (Scope::Spec, "region") => {
            // A region for all is needed only where an environment names none.
            spec.environments().is_empty()
                || spec.environments().iter().any(|name| {
                    spec.is_enabled(name)
                        && spec
                            .find(&options::of_environment("region").lookup(name))
                            .is_none()
                })
        }
        (Scope::Spec, _) => row.default == Preset::Required,
        (Scope::Environment, "profile") => {
            spec.is_enabled(environment) && spec.profile(environment).is_none()
        }
        (Scope::Environment, _) => false,
    };
    is_missing.then(|| {
        let problem = Problem::new(
            ProblemCode::Missing,
            row.path(environment),
            match row.key.as_str() {
                "profile" => format!("`{environment}` states no profile"),
                key => format!("the spec states no `{key}`"),
            },
        );
        problem.hint(format!("allowed is {}", row.kind.allowed()))
    })
}

/// Says that a stated value changes nothing, because what it needs is off.
fn without_effect(
    spec: &Spec,
    row: &OptionRow,
    at: &FieldPath,
    environment: &str,
) -> Option<Problem> {
    let (needed, wanted) = spec.unmet_need(row, environment)?;
    Some(
        Problem::new(
            ProblemCode::NoEffect,
            at.clone(),
            format!(
                "has no effect unless `{}` is `{}`",
                needed.key,
                plain(wanted)
            ),
        )
        .hint("kept for when it is"),
    )
}

/// A value without the quotes of TOML.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A message about a value that is not among those allowed.
fn not_allowed(at: FieldPath, found: &Value, noun: &str, allowed: &str) -> Problem {
    let shown = match found {
        Value::Text(text) => excerpt(text),
        other => excerpt(&other.to_string()),
    };
    Problem::new(
        ProblemCode::NotAllowed,
        at,
        format!("`{shown}` is not {noun}: allowed is {allowed}"),
    )
}
