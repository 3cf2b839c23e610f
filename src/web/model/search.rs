//! The search: for a text in the names of files and options and in all lines, or for the lines that a value makes.

use std::ops::Range;

use composer_core::options::{OPTIONS, Scope};
use composer_core::{FieldPath, Tree};

use crate::model::labels::title;

/// The most files and the most options that are listed by their names.
const MAX_NAMES: usize = 10;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// A text, in capitals or not.
    Text(String),
    /// The lines that come from the value at this address, or from one inside it.
    Value(FieldPath),
}

impl Query {
    /// The most places that are listed: more are counted only. Those of a text are drawn at each key; those of a value are
    /// all of interest.
    pub(crate) fn max_shown(&self) -> usize {
        match self {
            Self::Text(_) => 30,
            Self::Value(_) => 200,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchResults {
    /// The files whose names have the text: first those whose last part has.
    pub(crate) named_files: Vec<String>,
    /// The options whose names or keys have it.
    pub(crate) options: Vec<FieldPath>,
    /// The files with their places, in the order of the tree.
    pub(crate) files: Vec<(String, Vec<Match>)>,
    /// How many lines there are, listed or not.
    pub(crate) lines: usize,
    /// In how many files, listed or not.
    pub(crate) in_files: usize,
}

/// Lines of a file that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The first of them and the one after the last, from zero.
    pub(crate) lines: Range<usize>,
    /// The first one's text, without the space around it.
    pub(crate) text: String,
    /// The bytes of `text` that were looked for.
    pub(crate) marked: Range<usize>,
}

/// The files and options whose names match `query`; of options of an environment, those of `environment`.
#[must_use]
pub(crate) fn find_names(tree: &Tree, environment: Option<&str>, query: &Query) -> SearchResults {
    match query {
        Query::Text(text) => SearchResults {
            named_files: named_files(tree, &small(text)),
            options: options(environment, &small(text)),
            ..SearchResults::default()
        },
        Query::Value(_) => SearchResults::default(),
    }
}

/// The lines in `tree` that match `query`, added to `names`.
#[must_use]
pub(crate) fn find_lines(tree: &Tree, query: &Query, names: SearchResults) -> SearchResults {
    let mut found = names;
    let mut wanted = query.max_shown();
    for (path, file) in tree.files() {
        let (places, lines) = match query {
            Query::Text(text) => with_text(&file.text, &small(text), wanted),
            Query::Value(at) => {
                let mut places = lines_with_origin(&file.text, |line| {
                    file.origin(line).is_some_and(|from| from.starts_with(at))
                });
                let lines = places.iter().map(|place| place.lines.len()).sum();
                places.truncate(wanted);
                (places, lines)
            }
        };
        if lines == 0 {
            continue;
        }
        found.in_files += 1;
        found.lines += lines;
        wanted -= places.len();
        if !places.is_empty() {
            found.files.push((path.to_owned(), places));
        }
    }
    found
}

/// `text` with small letters for the capitals of Latin-1, each of as many bytes: so what is found in it stands at the same
/// place in `text`. The standard library's small letters of other scripts may have fewer or more bytes.
fn small(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'À'..='Ö' | 'Ø'..='Þ' => char::from(letter as u8 + 0x20),
            _ => letter.to_ascii_lowercase(),
        })
        .collect()
}

/// The files whose names have `query`, which is in lower case.
fn named_files(tree: &Tree, query: &str) -> Vec<String> {
    let mut named: Vec<&str> = tree
        .files()
        .map(|(path, _)| path)
        .filter(|path| small(path).contains(query))
        .collect();
    // What was typed is rather the name of the file than that of a folder around it.
    named.sort_by_key(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        !small(name).contains(query)
    });
    named.truncate(MAX_NAMES);
    named.into_iter().map(str::to_owned).collect()
}

/// The options whose names or keys have `query`, which is in lower case.
fn options(environment: Option<&str>, query: &str) -> Vec<FieldPath> {
    let mut found = Vec::new();
    for row in OPTIONS.iter() {
        let environment = match row.scope {
            Scope::Spec => "",
            Scope::Environment => match environment {
                Some(environment) => environment,
                None => continue,
            },
        };
        // A map has no field of its own.
        if !row.is_map() && (small(&title(row)).contains(query) || row.key.contains(query)) {
            found.push(row.path(environment));
        }
    }
    found.truncate(MAX_NAMES);
    found
}

/// The lines that hold `query`, which is in lower case: the first `wanted` of them, and how many there are.
fn with_text(text: &str, query: &str, wanted: usize) -> (Vec<Match>, usize) {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut add = |line: usize, text: &str, marked: Range<usize>| {
        count += 1;
        if found.len() < wanted {
            let trimmed = text.trim();
            let indent = text.len() - text.trim_start().len();
            found.push(Match {
                lines: line..line + 1,
                text: trimmed.to_owned(),
                marked: marked.start.saturating_sub(indent)..marked.end.saturating_sub(indent),
            });
        }
    };
    if query.is_empty() {
        return (found, count);
    }
    if query.is_ascii() {
        // At each key, in a megabyte: bytes of the whole text, and nothing is copied but what is listed.
        let (bytes, mut at, mut line, mut counted) = (text.as_bytes(), 0, 0, 0);
        let rare = rarest(query.as_bytes());
        while let Some(start) = position(bytes, query.as_bytes(), rare, at) {
            line += newlines(&bytes[counted..start]);
            let begin = text[..start].rfind('\n').map_or(0, |end| end + 1);
            let end = text[start..]
                .find('\n')
                .map_or(text.len(), |end| start + end);
            add(
                line,
                &text[begin..end],
                start - begin..start - begin + query.len(),
            );
            (at, counted) = (end, start);
        }
        return (found, count);
    }
    for (line, text) in text.lines().enumerate() {
        // No letter of ASCII is the small one of another.
        if text.is_ascii() {
            continue;
        }
        if let Some(start) = small(text).find(query) {
            add(line, text, start..start + query.len());
        }
    }
    (found, count)
}

/// The bytes that a composition's files have most, the most frequent first.
const FREQUENT: &[u8] = b" etasronicldmuh_p-";

/// The place in `query` of its byte that texts have least: to look for that one finds few places that are none.
fn rarest(query: &[u8]) -> usize {
    let rarity = |byte: u8| FREQUENT.iter().position(|each| *each == byte);
    let places = 0..query.len();
    let rarest = places.max_by_key(|place| rarity(query[*place]).unwrap_or(FREQUENT.len()));
    rarest.unwrap_or_default()
}

/// Where `query`, which is in small letters of ASCII, begins in `text` from `from` on, in capitals or not; `rare` is its
/// [`rarest`] byte.
fn position(text: &[u8], query: &[u8], rare: usize, from: usize) -> Option<usize> {
    let small = *query.get(rare)?;
    let capital = small.to_ascii_uppercase();
    let mut at = from + rare;
    loop {
        let mut rest = text.get(at..)?.iter();
        at += rest.position(|byte| *byte == small || *byte == capital)?;
        let start = at - rare;
        let word = text.get(start..start + query.len())?;
        if word.eq_ignore_ascii_case(query) {
            return Some(start);
        }
        at += 1;
    }
}

fn newlines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// The stretches of lines whose number `is_match` accepts.
fn lines_with_origin(text: &str, is_match: impl Fn(usize) -> bool) -> Vec<Match> {
    let mut places: Vec<Match> = Vec::new();
    for (line, text) in text.lines().enumerate() {
        if !is_match(line) {
            continue;
        }
        match places.last_mut() {
            Some(last) if last.lines.end == line => {
                last.lines.end = line + 1;
                // A blank line says nothing: the first that says something stands for all.
                if last.text.is_empty() {
                    text.trim().clone_into(&mut last.text);
                }
            }
            _ => places.push(Match {
                lines: line..line + 1,
                text: text.trim().to_owned(),
                marked: 0..0,
            }),
        }
    }
    // A blank line between two others' is of no interest.
    places.retain(|place| !place.text.is_empty());
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{check, compose, presets};

    fn tree() -> Tree {
        let spec = presets::find("standard").unwrap().spec();
        compose(&check(&spec).blueprint.unwrap())
    }

    fn find(tree: &Tree, environment: Option<&str>, query: &Query) -> SearchResults {
        find_lines(tree, query, find_names(tree, environment, query))
    }

    #[test]
    fn a_text_is_found_wherever_it_stands() {
        for text in [
            "subnet a",
            "Asubnet aa",
            "subsubnet",
            "a subne",
            "subnet",
            "",
            "xtEn",
        ] {
            for query in ["subnet", "subnet a", "a", "ten", "xten"] {
                let (bytes, query) = (text.as_bytes(), query.as_bytes());
                let mut windows = bytes.windows(query.len());
                let expected = windows.position(|word| word.eq_ignore_ascii_case(query));
                let found = position(bytes, query, rarest(query), 0);
                assert_eq!(found, expected, "{query:?} in {text}");
            }
        }
    }

    #[track_caller]
    fn check_text(text: &str, query: &str, expected: &[(usize, &str, Range<usize>)]) {
        let (places, count) = with_text(text, &small(query), 10);
        assert_eq!(places.len(), count);
        let found: Vec<_> = places
            .into_iter()
            .map(|place| (place.lines.start, place.text, place.marked))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, text, marked)| (*line, (*text).to_owned(), marked.clone()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_is_found_in_capitals_or_not() {
        let text = "a\n  image = LOKI\nLoki loki\n";
        check_text(
            text,
            "lOkI",
            &[(1, "image = LOKI", 8..12), (2, "Loki loki", 0..4)],
        );
        check_text(text, "grafana", &[]);
        check_text(text, "", &[]);
        check_text("über Maß\n", "ÜBER", &[(0, "über Maß", 0..5)]);
        check_text("İ x\n", "x", &[(0, "İ x", 3..4)]);
        check_text("× Ж é\n", "ж é", &[]);
        // Other scripts are found as they are.
        check_text("Ж É\n", "Ж é", &[(0, "Ж É", 0..5)]);
        check_text("a b\nno end", "END", &[(1, "no end", 3..6)]);
        check_text("aab\n\n  ab", "ab", &[(0, "aab", 1..3), (2, "ab", 0..2)]);
    }

    #[test]
    fn more_than_is_listed_is_counted() {
        let found = find(&tree(), Some("prod"), &Query::Text("=".to_owned()));
        let listed: usize = found.files.iter().map(|(_, places)| places.len()).sum();
        assert_eq!(listed, Query::Text(String::new()).max_shown());
        let lines = |text: &str| text.lines().filter(|line| line.contains('=')).count();
        let all: usize = tree().files().map(|(_, file)| lines(&file.text)).sum();
        assert_eq!(found.lines, all);
    }

    #[test]
    fn a_value_leads_to_the_lines_it_makes() {
        let at = FieldPath::root().join("environments.bench.benchmark.enabled");
        let tree = tree();
        let found = find(&tree, Some("prod"), &Query::Value(at));
        let places = |query: &str| -> Vec<(Range<usize>, &str)> {
            let (_, places) = found.files.iter().find(|file| file.0 == query).unwrap();
            places
                .iter()
                .map(|place| (place.lines.clone(), &*place.text))
                .collect()
        };
        let whole = "terraform/modules/benchmark/versions.tf";
        let lines = tree.file(whole).unwrap().text.lines().count();
        assert_eq!(places(whole), [(0..lines, "terraform {")]);
        let main = places("terraform/envs/bench/main.tf");
        assert!(
            main.iter()
                .any(|(_, text)| *text == "module \"benchmark\" {"),
            "{main:?}"
        );
        assert!(
            found
                .files
                .iter()
                .all(|(path, _)| !path.contains("envs/prod"))
        );
    }

    #[test]
    fn files_and_options_are_found_by_name() {
        let found = find(&tree(), Some("prod"), &Query::Text("Loki".to_owned()));
        assert_eq!(
            found.named_files,
            [
                "terraform/modules/observability/loki-bucket.tf",
                "terraform/modules/observability/loki.tf",
                "terraform/modules/observability/templates/loki.yaml.tftpl",
            ]
        );
        let options: Vec<String> = found.options.iter().map(ToString::to_string).collect();
        assert!(
            options.contains(&"environments.prod.loki.enabled".to_owned()),
            "{options:?}"
        );
        let found = find(&tree(), None, &Query::Text("loki".to_owned()));
        assert_eq!(found.options, [FieldPath::of(&["images", "loki"])]);
    }
}
