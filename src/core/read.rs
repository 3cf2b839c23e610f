//! Reads a spec from TOML or JSON: every key that isn't one is a problem with its place, nothing is dropped.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use crate::document::{Entry, EntrySpan, Node, entry, json_kind};
use crate::options::{self, DefaultValue, OptionRow};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::spec::{MAX_ENVIRONMENTS, Spec, VERSION, wrong_version};
use crate::unknown_key::{MAX_DEPTH, unknown_key};
use crate::value::{Value, excerpt, toml_string};

/// What was read, as far as it could be understood.
#[derive(Clone, Debug, Default)]
pub struct ReadResult {
    /// The spec. With errors among the problems it lacks what they name.
    pub spec: Spec,
    /// What could not be understood.
    pub problems: Problems,
    /// Where each value and table stands in the text, as a range of bytes. Empty for JSON.
    pub places: BTreeMap<FieldPath, Range<usize>>,
}

/// The most bytes of a spec's text that are read. A composition without errors has fewer: [`crate::check`] sees to it.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The most problems that are found in a text; the last says that there may be more. A text of another kind has one for
/// each of its keys, and each takes a comparison with every option.
const MAX_PROBLEMS: usize = 100;

/// The most syntax errors that are reported one by one.
const MAX_FAULTS: usize = 10;

/// Reads `text` as JSON if it begins with `{`, else as TOML.
#[must_use]
pub fn read(text: &str) -> ReadResult {
    if text.len() > MAX_BYTES {
        let problem = Problem::new(
            ProblemCode::TooLarge,
            FieldPath::root(),
            format!(
                "the text has {} bytes, and of a spec at most {MAX_BYTES} are read",
                text.len()
            ),
        );
        return ReadResult {
            problems: Problems(vec![problem.hint("is this the right file?")]),
            ..ReadResult::default()
        };
    }
    if text.trim_start().starts_with('{') {
        read_json(text)
    } else {
        read_toml(text)
    }
}

/// Reads a TOML spec.
#[must_use]
fn read_toml(text: &str) -> ReadResult {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut read = ReadResult::default();
    if !errors.is_empty() {
        // JSON without an object around it, such as what a program prints that found nothing.
        if let Ok(json) = serde_json::from_str(text) {
            read.problems.push(not_an_object(&json));
            return read;
        }
        // A text that isn't TOML at all has thousands of faults, and the first say it.
        let more = errors.len().saturating_sub(MAX_FAULTS);
        for error in errors.into_iter().take(MAX_FAULTS) {
            let problem = Problem::new(
                ProblemCode::Syntax,
                FieldPath::root(),
                format!("not valid TOML: {}", error.message()),
            );
            read.problems.push(match error.span() {
                Some(span) => problem.spanned(span),
                None => problem,
            });
        }
        if more > 0 {
            read.problems.push(Problem::new(
                ProblemCode::Syntax,
                FieldPath::root(),
                format!("not valid TOML in {more} more places"),
            ));
        }
        return read;
    }
    let root = Node::Table(
        table
            .into_inner()
            .into_iter()
            .map(|(key, value)| entry(&key, value))
            .collect(),
    );
    assemble(root, &mut read);
    read
}

/// Reads a JSON spec.
#[must_use]
fn read_json(text: &str) -> ReadResult {
    let mut read = ReadResult::default();
    match serde_json::from_str::<Node>(text) {
        Ok(root @ Node::Table(_)) => assemble(root, &mut read),
        Ok(_) => read.problems.push(not_an_object(
            &serde_json::from_str(text).unwrap_or_default(),
        )),
        Err(error) => {
            let start = offset(text, error.line(), error.column());
            read.problems.push(
                Problem::new(
                    ProblemCode::Syntax,
                    FieldPath::root(),
                    format!("not valid JSON: {error}"),
                )
                .spanned(start..start),
            );
        }
    }
    read
}

fn not_an_object(json: &serde_json::Value) -> Problem {
    Problem::new(
        ProblemCode::Syntax,
        FieldPath::root(),
        format!("this is {}, not a spec", json_kind(json)),
    )
    .hint("a spec in JSON is an object, such as `{\"version\": 1, …}`; `temporal-composer init` writes one in TOML")
}

/// The byte at `line` and `column`, both counted from one.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn assemble(root: Node, read: &mut ReadResult) {
    let Node::Table(entries) = root else {
        return;
    };
    if !entries.iter().any(|entry| entry.key == "version") {
        read.problems.push(
            Problem::new(
                ProblemCode::Version,
                FieldPath::of(&["version"]),
                "the composition has no `version`".to_owned(),
            )
            .hint(format!("write `version = {VERSION}` in its first line")),
        );
    }
    take_all(&FieldPath::root(), entries, read);
}

/// Takes what stands inside `table` into the spec, up to [`MAX_PROBLEMS`].
fn take_all(table: &FieldPath, entries: Vec<Entry>, read: &mut ReadResult) {
    for entry in entries {
        match read.problems.0.len() {
            MAX_PROBLEMS.. => return,
            count if count == MAX_PROBLEMS - 1 => {
                read.problems.push(
                    Problem::new(
                        ProblemCode::TooMany,
                        FieldPath::root(),
                        format!("reading ends after {count} problems: there may be more"),
                    )
                    .hint("fix these first"),
                );
                return;
            }
            _ => {
                let at = table.key(&entry.key);
                take(&at, entry.node, entry.span.as_ref(), read);
            }
        }
    }
}

/// Whether the spec has room for the environment `name`. Where it hasn't, the first that is left out is a problem.
fn has_room(name: &str, put: impl FnOnce(Problem) -> Problem, read: &mut ReadResult) -> bool {
    let names = read.spec.environments();
    if names.contains(&name) || names.len() < MAX_ENVIRONMENTS {
        return true;
    }
    let is_told = |problem: &Problem| problem.code == ProblemCode::TooManyEnvironments;
    if !read.problems.0.iter().any(is_told) {
        read.problems.push(put(too_many_environments(name)));
    }
    false
}

/// That there is no room for the environment `name`.
pub(crate) fn too_many_environments(name: &str) -> Problem {
    Problem::new(
        ProblemCode::TooManyEnvironments,
        FieldPath::of(&["environments", name]),
        format!("a spec has at most {MAX_ENVIRONMENTS} environments, and `{name}` is one more"),
    )
    .hint("split them into several specs")
}

/// Takes what stands at `at` into the spec.
pub(crate) fn take(at: &FieldPath, node: Node, place: Option<&EntrySpan>, read: &mut ReadResult) {
    if let Some(place) = place {
        read.places.insert(at.clone(), place.value.clone());
    }
    let put = |problem: Problem| match place {
        Some(place) if problem.code == ProblemCode::UnknownKey => {
            problem.spanned(place.key.clone())
        }
        Some(place) => problem.spanned(place.value.clone()),
        None => problem,
    };
    let segments = at.segments();
    match node {
        Node::Table(entries) => {
            if segments.len() == 2 && segments[0] == "environments" {
                if !Rule::EnvironmentName.accepts(segments[1]) {
                    read.problems.push(put(bad_environment_name(at)));
                    return;
                }
                if !has_room(segments[1], put, read) {
                    return;
                }
                read.spec.add_environment(segments[1]);
            } else if !leads_to_an_option(at) {
                read.problems.push(put(match options::find(at) {
                    Some(row) => Problem::new(
                        ProblemCode::Type,
                        at.clone(),
                        format!(
                            "`{}` is a table, allowed is {}",
                            excerpt(&at.to_string()),
                            row.kind.allowed()
                        ),
                    )
                    .hint(example(row, at)),
                    None => unknown_key(at),
                }));
                return;
            }
            take_all(at, entries, read);
        }
        Node::Scalar(value) => {
            if let Some(name) = at.environment()
                && !Rule::EnvironmentName.accepts(name)
            {
                let environment = FieldPath::of(&["environments", name]);
                read.problems.push(put(bad_environment_name(&environment)));
            } else if at
                .environment()
                .is_some_and(|name| !has_room(name, put, read))
            {
                // It has been reported.
            } else if let Err(problem) = read.spec.set(at.clone(), value) {
                read.problems.push(put(problem));
            }
        }
        Node::Other(found) => {
            read.problems.push(put(match options::find(at) {
                _ if segments == ["version"] => wrong_version(found),
                Some(row) => Problem::new(
                    ProblemCode::Type,
                    at.clone(),
                    format!(
                        "`{}` is {found}, allowed is {}",
                        excerpt(&at.to_string()),
                        row.kind.allowed()
                    ),
                )
                .hint(example(row, at)),
                None => unknown_key(at),
            }));
        }
    }
}

fn bad_environment_name(at: &FieldPath) -> Problem {
    let name = at.last().unwrap_or_default();
    Problem::new(
        ProblemCode::NotAllowed,
        at.clone(),
        format!(
            "`{}` is not {}: allowed are {}",
            excerpt(name),
            Rule::EnvironmentName.noun(),
            Rule::EnvironmentName.allowed()
        ),
    )
    .hint("for example `[environments.staging]`, which then states a `profile`")
}

/// How a value of the option at `at` is written.
fn example(row: &OptionRow, at: &FieldPath) -> String {
    let key = at.last().unwrap_or_default();
    let value = match row.inherited_default() {
        DefaultValue::Same(value) => Value::from(*value).to_string(),
        DefaultValue::PerProfile([value, ..]) => Value::from(*value).to_string(),
        DefaultValue::Open(example) => toml_string(example),
        DefaultValue::Required
        | DefaultValue::Absent(_)
        | DefaultValue::Inherited
        | DefaultValue::Derived(_) => {
            return format!("write `{} = ` and one of the allowed", excerpt(key));
        }
    };
    format!("for example `{} = {value}`", excerpt(key))
}

/// Whether some option's address lies inside `at`.
fn leads_to_an_option(at: &FieldPath) -> bool {
    if at.depth() >= MAX_DEPTH {
        return false;
    }
    if at.segments() == ["environments"] {
        return true;
    }
    let probe = at.key("*");
    options::OPTIONS.iter().any(|row| {
        let path = row.path(at.environment().unwrap_or("dev"));
        path.depth() > at.depth() && (path.starts_with(at) || path == probe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::set;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let read = read(text);
        let found: Vec<String> = read
            .problems
            .0
            .iter()
            .map(|problem| {
                let place = problem.span.as_ref().map_or("", |span| &text[span.clone()]);
                format!("{}: {} @{place}", problem.code, problem.message)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_spec_reads_back_from_its_canonical_text() {
        let text = "version = 1\nproject = \"t\"\n[tags]\n\"a b\" = \"c\"\n[environments.dev]\n\
                    [environments.prod.history]\ncount = 4\n[environments.prod.history.extra_environment]\nX = \"${y}\"\n";
        let first = read(text);
        assert_eq!(first.problems.0, []);
        assert_eq!(first.spec.environments(), ["dev", "prod"]);
        let again = read_toml(&first.spec.to_toml());
        assert_eq!(again.spec, first.spec);
    }

    #[test]
    fn json_of_the_same_shape_is_read_too() {
        let toml = read("version = 1\n[environments.dev.loki]\nenabled = true\n");
        let json = read(r#" {"version": 1, "environments": {"dev": {"loki": {"enabled": true}}}}"#);
        assert_eq!(json.problems.0, []);
        assert_eq!(json.spec, toml.spec);
    }

    #[test]
    fn what_is_no_key_is_a_problem_at_its_place() {
        check(
            "version = 1\nprojekt = \"x\"",
            &["unknown-key: there is no key `projekt` @projekt"],
        );
        check(
            "version = 1\n[environments.dev]\nloki = true",
            &["unknown-key: `environments.dev.loki` is a table, not a value @loki"],
        );
        check(
            "version = 1\n[environments.dev.history.cpu]\nx = 1",
            &[
                "type: `environments.dev.history.cpu` is a table, allowed is a whole number from 256 to 196608 CPU units (1024 = one vCPU) @cpu",
            ],
        );
        check(
            "version = 1\n[environments.Dev]\n",
            &[
                "not-allowed: `Dev` is not an environment name: allowed are 1 to 14 lower-case letters, digits and single hyphens, a letter first, no hyphen last, but not `up`, `down`, `restart`, `reset`, `status`, `load`, `results`, `schema`, `index`, `namespaces`, `list`, `now`, `restore-plan` or `refresh`, which are commands of the scripts @Dev",
            ],
        );
        check(
            "version = 2",
            &["version: the spec's `version` is `2`, this program reads 1 @2"],
        );
        check("", &["version: the composition has no `version` @"]);
    }

    #[test]
    fn a_megabyte_stands_in_no_message() {
        let long = "x".repeat(1_000_000);
        for text in [
            format!("version = \"{long}\""),
            format!("version = 1\n{long} = 1"),
            format!("version = 1\n{long}"),
            format!("version = 1\n[{long}]"),
            format!("version = 1\n[tags]\n{long} = 1.5"),
            format!("version = 1\n[tags.{long}]\na = 1"),
            format!("version = 1\n[environments.{long}]"),
            format!("version = 1\nenvironments.{long}.region = 1"),
            format!("version = 1\n[environments.dev.{long}.{long}]"),
            format!("version = 1\nproject.{long} = 1"),
            format!(r#"{{"{long}": 1}}"#),
            format!(r#"{{"version": 1, "{long}": 1, "{long}": 1}}"#),
            format!("{{{long}"),
        ] {
            let problems = read(&text).problems;
            assert_ne!(problems.0, []);
            for problem in &problems.0 {
                let length = problem.message.len() + problem.hint.as_ref().map_or(0, String::len);
                assert!(length < 1000, "{length} bytes about {}", &text[..40]);
            }
        }
    }

    #[test]
    fn a_text_that_is_no_toml_at_all_has_few_problems() {
        let problems = read(&"a b\n".repeat(1000)).problems.0;
        assert_eq!(problems.len(), MAX_FAULTS + 1);
        assert_eq!(
            problems[MAX_FAULTS].message,
            "not valid TOML in 990 more places"
        );
    }

    #[test]
    fn a_text_is_read_up_to_its_hundredth_problem() {
        // What takes time is counted and not the time: the options that unknown keys are compared with, at most a
        // hundred times, and each key of an object once.
        let count = 40_000;
        let toml: String = (0..count).map(|key| format!("k{key} = 1\n")).collect();
        let json: Vec<String> = (0..count).map(|key| format!("\"k{key}\": 1")).collect();
        for text in [
            format!("version = 1\n{toml}"),
            format!("version = 1\n[environments.dev]\n{toml}"),
            format!("{{\"version\": 1, {}}}", json.join(", ")),
        ] {
            let problems = read(&text).problems.0;
            assert_eq!(problems.len(), MAX_PROBLEMS);
            let (last, rest) = problems.split_last().unwrap();
            assert!(
                rest.iter()
                    .all(|problem| problem.code == ProblemCode::UnknownKey)
            );
            assert_eq!(
                last.message,
                "reading ends after 99 problems: there may be more"
            );
        }
    }

    #[test]
    fn a_text_larger_than_any_spec_is_not_read() {
        let comment = "#".repeat(MAX_BYTES - "version = 1\n".len());
        assert_eq!(read(&format!("version = 1\n{comment}")).problems.0, []);
        check(
            &format!("version = 1\n{comment}#"),
            &["too-large: the text has 1048577 bytes, and of a spec at most 1048576 are read @"],
        );
    }

    #[test]
    fn a_spec_has_no_more_environments_than_it_may() {
        let environments = |count: usize| -> String {
            (0..count)
                .map(|index| format!("[environments.e{index}]\n"))
                .collect()
        };
        let text = format!("version = 1\n{}", environments(MAX_ENVIRONMENTS));
        check(&text, &[]);
        let text = format!("version = 1\n{}", environments(800));
        let found = read(&text);
        assert_eq!(found.spec.environments().len(), MAX_ENVIRONMENTS);
        let messages: Vec<String> = found.problems.0.into_iter().map(|it| it.message).collect();
        let one = "a spec has at most 32 environments, and `e127` is one more";
        assert_eq!(messages, [one]);

        let mut spec = found.spec;
        assert_eq!(set(&mut spec, "environments.e0.loki.enabled=true"), Ok(()));
        let refused = set(&mut spec, "environments.more={}").unwrap_err();
        assert_eq!(refused.code, ProblemCode::TooManyEnvironments);
        spec.remove_environment("e0");
        let two = "environments={one = {}, two = {}}";
        assert_eq!(
            set(&mut spec, two).unwrap_err().code,
            ProblemCode::TooManyEnvironments
        );
        assert_eq!(set(&mut spec, "environments={one = {}, e1 = {}}"), Ok(()));
    }

    #[test]
    fn a_quoted_key_with_a_dot_is_no_path() {
        let read = read("version = 1\n[environments.dev]\n\"history.cpu\" = 512\n");
        assert_eq!(read.problems.0.len(), 1);
        assert_eq!(read.problems.0[0].code, ProblemCode::UnknownKey);
    }

    #[test]
    fn json_keys_that_stand_twice_are_refused() {
        check(
            r#"{"version": 1, "version": 1}"#,
            &["syntax: not valid JSON: the key `version` appears twice at line 1 column 28 @"],
        );
    }
}
