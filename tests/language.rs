//! The words of CONTRIBUTING.md's section on language against every text that users read.

use std::fs;
use std::path::{Path, PathBuf};

use composer_core::Tree;

use crate::harness::{is_copied, run, varied_trees, walk};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The phrases in back-ticks in the last column of the tables under "Language".
fn phrases() -> Vec<String> {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, section) = text.split_once("\n## Language\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    section
        .lines()
        .filter_map(|line| {
            line.strip_prefix('|')?
                .strip_suffix('|')?
                .rsplit('|')
                .next()
        })
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// A text without its line breaks and the marks of its comments, and the line of each byte.
#[derive(Default)]
struct Flat {
    text: String,
    lines: Vec<usize>,
}

impl Flat {
    fn push(&mut self, c: char, line: usize) {
        for c in c.to_lowercase() {
            self.text.push(c);
            self.lines.resize(self.text.len(), line);
        }
    }

    /// Adds `text`, whose first line has the number `first`.
    fn add(&mut self, text: &str, first: usize) {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start_matches([' ', '\t', '#', '/', '"']);
            for word in line.trim_end_matches(['\\', ' ']).split_whitespace() {
                for c in word.chars() {
                    self.push(c, first + index);
                }
                self.push(' ', first + index);
            }
        }
    }

    /// The lines with `phrase` as whole words.
    fn lines_with(&self, phrase: &str) -> Vec<usize> {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        self.text
            .match_indices(phrase)
            .filter(|(at, found)| {
                let before = self.text[..*at].chars().next_back();
                let after = self.text[at + found.len()..].chars().next();
                let ends_as_word = phrase.ends_with(char::is_alphanumeric);
                let is_part_of_word = is_word(before) || ends_as_word && is_word(after);
                !is_part_of_word
            })
            .map(|(at, _)| self.lines[at])
            .collect()
    }
}

/// A text as users read it.
fn whole(text: &str) -> Flat {
    let mut flat = Flat::default();
    flat.add(text, 1);
    flat
}

/// The texts in a file of Rust: its strings, and the documentation of what clap turns into help.
fn strings(text: &str, has_help: bool) -> Flat {
    let mut flat = Flat::default();
    let (code, _) = text
        .split_once("#[cfg(test)]\nmod tests")
        .unwrap_or((text, ""));
    let mut string: Option<(usize, String)> = None;
    for (index, line) in code.lines().enumerate() {
        let number = index + 1;
        let comment = line.trim_start();
        if string.is_none() && comment.starts_with("//") {
            if has_help && comment.starts_with("///") {
                flat.add(comment, number);
            }
            continue;
        }
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match (&mut string, c) {
                (None, '"') => string = Some((number, String::new())),
                // A quotation mark or another character that is one by itself.
                (None, '\'') if characters.peek() == Some(&'"') => {
                    characters.next();
                }
                (None, '/') if characters.peek() == Some(&'/') => break,
                (None, _) => {}
                (Some((_, text)), '\\') => match characters.next() {
                    Some('n') => text.push(' '),
                    Some(escaped) => text.push(escaped),
                    None => {}
                },
                (Some(_), '"') => {
                    let (first, text) = string.take().unwrap();
                    flat.add(&text, first);
                    // Nothing reads on from one string into the next.
                    flat.push('\n', number);
                }
                (Some((_, text)), c) => text.push(c),
            }
        }
        if let Some((_, text)) = &mut string {
            text.push('\n');
        }
    }
    flat
}

/// The files below `folder` with one of these ends of their names, in order.
fn files(folder: &str, ends: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let path: PathBuf = root().join(folder);
    walk(&path, &path, &mut names);
    names.retain(|name| ends.iter().any(|end| name.ends_with(end)));
    names.sort();
    names
        .iter()
        .map(|name| format!("{folder}/{name}"))
        .collect()
}

/// Every text that users read, by its name.
fn texts() -> Vec<(String, Flat)> {
    let mut texts = Vec::new();
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let mut whole_files = vec!["README.md".to_owned(), "index.html".to_owned()];
    whole_files.extend(files("docs", &[".md"]));
    whole_files.extend(files(
        "terraform-templates",
        &[".md", ".tf", ".tftpl", ".sh"],
    ));
    texts.extend(whole_files.into_iter().map(|name| {
        let flat = whole(&read(&name));
        (name, flat)
    }));
    for folder in ["src/core", "src/cli", "src/web"] {
        texts.extend(files(folder, &[".rs"]).into_iter().map(|name| {
            let flat = strings(&read(&name), name == "src/cli/args.rs");
            (name, flat)
        }));
    }
    for (tree_name, tree) in varied_trees() {
        texts.extend(
            generated(&tree).map(|(path, text)| (format!("{tree_name}: {path}"), whole(text))),
        );
    }
    let commands = [
        "export",
        "update",
        "adopt",
        "check",
        "diff",
        "validate",
        "size",
        "cost",
        "target",
        "migrate",
        "init",
        "list",
        "explain",
        "link",
        "schema",
        "completions",
        "man",
    ];
    for command in commands {
        texts.push((format!("help of {command}"), output(&[command, "--help"])));
    }
    texts.push(("help".to_owned(), output(&["--help"])));
    texts.push((
        "list options".to_owned(),
        output(&["list", "options", "--json"]),
    ));
    texts.push(("init".to_owned(), output(&["init", "--out", "-"])));
    texts
}

fn generated(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files()
        .filter(|(path, _)| !is_copied(path))
        .map(|(path, file)| (path, &*file.text))
}

fn output(arguments: &[&str]) -> Flat {
    let said = run(arguments).say();
    assert_eq!(said.code, 0, "{arguments:?}: {}", said.stderr);
    whole(&String::from_utf8(said.stdout).unwrap())
}

#[test]
fn no_text_has_an_old_phrase() {
    let phrases = phrases();
    assert!(phrases.len() > 40, "{phrases:?}");
    let mut found = Vec::new();
    for (name, flat) in texts() {
        for phrase in &phrases {
            found.extend(
                flat.lines_with(phrase)
                    .iter()
                    .map(|line| format!("{name}:{line}: `{phrase}`")),
            );
        }
    }
    assert_eq!(found, [""; 0], "{}", found.join("\n"));
}

#[test]
fn a_phrase_is_found_across_lines_and_only_as_whole_words() {
    let lines = |text: &str| whole(text).lines_with("for ever");
    assert_eq!(lines("Kept for ever."), [1]);
    assert_eq!(lines("# It stays\n# For\n#   ever, or"), [2]);
    assert_eq!(lines("for everybody, therefor ever"), [0; 0]);
    let code = "// for ever\n/// for ever\nlet a = \"kept for \\\n    ever\"; // \"for ever\"\nf('\"', \"for\", \"ever\");";
    assert_eq!(strings(code, false).lines_with("for ever"), [3]);
    assert_eq!(strings(code, true).lines_with("for ever"), [2, 3]);
}
