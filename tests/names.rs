//! A type is named by a noun: `CheckResult`, not `Checked`. A reader who meets a participle alone has to look up of what it is.

use std::fs;
use std::path::Path;

use crate::harness::walk;

/// Participles that don't end in "ed".
const IRREGULAR: &[&str] = &[
    "Begun", "Bound", "Broken", "Brought", "Built", "Chosen", "Done", "Drawn", "Driven", "Fed",
    "Found", "Given", "Gone", "Grown", "Held", "Hidden", "Kept", "Known", "Laid", "Left", "Lit",
    "Lost", "Made", "Meant", "Met", "Paid", "Put", "Read", "Said", "Seen", "Sent", "Shown",
    "Spent", "Spoken", "Taken", "Thrown", "Told", "Written",
];

/// Nouns that end in "ed".
const NOUNS: &[&str] = &["Feed", "Need", "Seed", "Speed"];

/// The words of a name in CamelCase.
fn words(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = name
        .char_indices()
        .filter(|(_, c)| c.is_ascii_uppercase())
        .map(|(at, _)| at)
        .collect();
    starts.push(name.len());
    starts
        .windows(2)
        .map(|ends| &name[ends[0]..ends[1]])
        .collect()
}

/// Whether a name is a participle, alone or denied: `Read`, `Unread`, `NotRead`.
fn is_participle(name: &str) -> bool {
    let word = match words(name)[..] {
        [word] | ["Not", word] => word,
        _ => return false,
    };
    let is_irregular = IRREGULAR.iter().any(|known| {
        word == *known
            || word
                .strip_prefix("Un")
                .is_some_and(|rest| rest == known.to_lowercase())
    });
    is_irregular || word.ends_with("ed") && !NOUNS.contains(&word)
}

/// The types that a line of code names, defined or imported under another name.
fn types(line: &str) -> impl Iterator<Item = &str> {
    // Neither in a comment nor in a string.
    let code = line.split(['"', '/']).next().unwrap_or_default();
    let is_import = code
        .trim_start()
        .trim_start_matches("pub ")
        .starts_with("use ");
    let mut before = "";
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .filter(move |word| {
            let is_named = ["struct", "enum", "union", "trait", "type"].contains(&before)
                || is_import && before == "as";
            before = word;
            is_named && word.starts_with(|c: char| c.is_ascii_uppercase())
        })
}

#[test]
fn no_type_is_named_by_a_participle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        walk(root, &root.join(folder), &mut files);
    }
    let mut count = 0;
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let text = fs::read_to_string(root.join(file)).unwrap();
        for name in text.lines().flat_map(types) {
            count += 1;
            if is_participle(name) {
                found.push(format!("{file}: {name}"));
            }
        }
    }
    assert!(count > 400, "{count}");
    assert_eq!(found, [""; 0], "name what the type is, by a noun");
}

#[test]
fn a_participle_is_told_from_a_noun() {
    for name in ["Checked", "Said", "Unread", "NotRead", "NotLoaded", "Made"] {
        assert!(is_participle(name), "{name}");
    }
    for name in [
        "CheckResult",
        "Seed",
        "QuotaNeed",
        "RefusedValue",
        "Spread",
        "Unit",
    ] {
        assert!(!is_participle(name), "{name}");
    }
    let named = |line| types(line).collect::<Vec<_>>();
    assert_eq!(named("pub(crate) enum Kept<T> {"), ["Kept"]);
    assert_eq!(named("pub use a::{B as Made, c as d};"), ["Made"]);
    assert_eq!(named("    // a type Said"), [""; 0]);
    assert_eq!(named("    Kept(value as Said),"), [""; 0]);
}
