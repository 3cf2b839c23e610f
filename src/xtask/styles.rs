//! The page's styles: one file for each pane in `static/css`, joined into the two files that the page loads. One file
//! compresses better than ten, and takes one request.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use xtask::project;

use crate::minify;

/// A file of styles that the page loads, and what it is joined from, in this order: a later rule overrides an earlier one.
struct Sheet {
    name: &'static str,
    parts: &'static [&'static str],
}

/// `index.html` names both. The second is disabled there: the page loads it with the second part of its wasm.
const SHEETS: [Sheet; 2] = [
    Sheet {
        name: "first.css",
        parts: &[
            "tokens",
            "elements",
            "frame",
            "failure",
            "shared",
            "notices",
            "question",
            "answer",
            "panes",
            "cards",
            "form",
            "environments",
            // Somebody may print before the second part is there.
            "print",
        ],
    },
    Sheet {
        name: "second.css",
        parts: &[
            "settings", "controls", "files", "code", "results", "dialogs", "diff", "overview",
            "sizing", "cost", "outlook", "problems", "fixes", "picker", "updates",
        ],
    },
];

/// Writes the joined files into `target/styles`. trunk calls it before it builds: `hooks` in the root's `Cargo.toml`.
///
/// # Errors
/// Where a part is missing, or the folder can't be written.
pub(crate) fn write() -> Result<()> {
    let folder = project::root().join("target/styles");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for sheet in &SHEETS {
        let file = folder.join(sheet.name);
        let text = joined(&project::root().join("static/css"), sheet.parts)?;
        // An unchanged file keeps its time: whoever watches the folder is not woken.
        if fs::read_to_string(&file).is_ok_and(|written| written == text) {
            continue;
        }
        fs::write(&file, text).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn joined(folder: &Path, parts: &[&str]) -> Result<String> {
    let texts: Vec<String> = parts
        .iter()
        .map(|part| {
            let file = folder.join(format!("{part}.css"));
            fs::read_to_string(&file).with_context(|| file.display().to_string())
        })
        .collect::<Result<_>>()?;
    Ok(minify::styles(&texts.join("\n")))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_file_of_styles_is_in_one_sheet() {
        let mut files = project::files_below(&project::root().join("static/css")).unwrap();
        files.sort();
        let mut parts: Vec<String> = SHEETS
            .iter()
            .flat_map(|sheet| sheet.parts)
            .map(|part| format!("{part}.css"))
            .collect();
        parts.sort();
        assert_eq!(parts, files);
    }

    /// What places or hides the panes of others.
    const LAYOUT: &[&str] = &["frame", "print"];

    /// What several panes use: its classes may be in any of these files, since a first look needs only some of their rules.
    const SHARED: &[&str] = &[
        "tokens", "elements", "shared", "panes", "controls", "failure",
    ];

    /// The styles of each pane, and the code in `src/web/view` that may name their classes.
    const PANES: &[(&[&str], &[&str])] = &[
        (&["answer"], &["answer.rs", "last_change.rs"]),
        (
            &["cards", "overview"],
            &[
                "preview/cards.rs",
                "preview/first_diagram.rs",
                "preview/mod.rs",
                "preview/overview/",
            ],
        ),
        (
            &["code"],
            &[
                "preview/code.rs",
                "preview/document.rs",
                "preview/listing.rs",
            ],
        ),
        (&["cost"], &["preview/cost.rs"]),
        (&["dialogs", "picker"], &["dialogs/"]),
        (&["diff"], &["preview/diff.rs"]),
        (&["files", "results"], &["files/"]),
        // They solve the problems of a form and of the Sizing pane alike.
        (&["fixes"], &["form/fixes.rs", "preview/sizing/capacity.rs"]),
        (&["form", "environments", "settings"], &["form/"]),
        (&["notices"], &["notice_bar.rs", "header.rs"]),
        (&["outlook"], &["outlook.rs"]),
        (&["problems"], &["preview/problems.rs"]),
        (&["question"], &["question.rs"]),
        (&["sizing"], &["preview/sizing/"]),
        (
            &["updates"],
            &["dialogs/update.rs", "dialogs/update_frame.rs"],
        ),
    ];

    fn without_comments(text: &str) -> String {
        let mut parts = text.split("/*");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |code, part| {
            code + part.split_once("*/").map_or("", |(_, rest)| rest)
        })
    }

    /// The classes in a selector, in order, but for those that it excludes or asks for elsewhere.
    fn classes(selector: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut rest = selector;
        while let Some(at) = rest.find(['.', ':']) {
            let function = [":has(", ":not("]
                .iter()
                .any(|name| rest[at..].starts_with(name));
            rest = &rest[at + 1..];
            if function {
                rest = rest.split_once(')').map_or("", |(_, after)| after);
                continue;
            }
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(rest.len());
            let is_class = selector.as_bytes()[selector.len() - rest.len() - 1] == b'.';
            if is_class && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                found.push(rest[..end].to_owned());
            }
        }
        found
    }

    /// The selectors of a list, whose own lists are in parentheses.
    fn alternatives(list: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        let mut depth = 0;
        for c in list.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                ',' if depth == 0 => {
                    found.push(String::new());
                    continue;
                }
                _ => {}
            }
            found.last_mut().unwrap().push(c);
        }
        found
    }

    /// The class that each rule of a file is about: the first in it. A rule inside another one is about that.
    fn subjects(text: &str) -> Vec<String> {
        let code = without_comments(text);
        let mut found = Vec::new();
        let mut blocks: Vec<bool> = Vec::new();
        let mut from = 0;
        for (at, c) in code.char_indices() {
            match c {
                '{' => {
                    let head = code[from..at].trim();
                    let is_rule = !head.starts_with('@');
                    if is_rule && !blocks.contains(&true) {
                        found.extend(
                            alternatives(head)
                                .iter()
                                .filter_map(|one| classes(one).into_iter().next()),
                        );
                    }
                    blocks.push(is_rule);
                }
                '}' => {
                    blocks.pop();
                }
                ';' => {}
                _ => continue,
            }
            from = at + 1;
        }
        found
    }

    /// The words in the strings of what follows `class=` in code, up to the end of the string or of the braces.
    fn named(code: &str) -> Vec<String> {
        let (code, _) = code
            .split_once("#[cfg(test)]\nmod tests")
            .unwrap_or((code, ""));
        let mut found = Vec::new();
        for rest in code.split("class=").skip(1) {
            let mut depth = 0;
            let mut in_string = false;
            let mut word = String::new();
            for c in rest.chars() {
                match c {
                    '"' => in_string = !in_string,
                    '{' if !in_string => depth += 1,
                    '}' if !in_string => depth -= 1,
                    c if in_string && !c.is_whitespace() => {
                        word.push(c);
                        continue;
                    }
                    _ => {}
                }
                if !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
                if depth == 0 && !in_string {
                    break;
                }
            }
        }
        found
    }

    #[test]
    fn a_class_serves_one_pane_or_is_shared() {
        let css = project::root().join("static/css");
        let read = |part: &str| fs::read_to_string(css.join(format!("{part}.css"))).unwrap();
        // By class, the pane that has rules of it, by its place in the list.
        let mut homes: BTreeMap<String, BTreeSet<Option<usize>>> = BTreeMap::new();
        let panes = PANES.iter().enumerate();
        let files = panes
            .flat_map(|(pane, (parts, _))| parts.iter().map(move |part| (Some(pane), *part)))
            .chain(SHARED.iter().map(|part| (None, *part)));
        let mut parts: Vec<&str> = LAYOUT.to_vec();
        for (pane, part) in files {
            parts.push(part);
            for class in subjects(&read(part)) {
                homes.entry(class).or_default().insert(pane);
            }
        }
        parts.sort_unstable();
        let mut all: Vec<&str> = SHEETS
            .iter()
            .flat_map(|sheet| sheet.parts)
            .copied()
            .collect();
        all.sort_unstable();
        assert_eq!(parts, all, "each file of styles is of a pane or shared");
        // The form's box is placed by the frame and named there; what is in it is the form's own.
        homes.remove("options");
        assert!(homes.len() > 100, "{}", homes.len());

        let mut faults = Vec::new();
        for (class, panes) in &homes {
            if panes.len() > 1 {
                faults.push(format!(".{class} has rules of several panes"));
            }
        }
        let view = project::root().join("src/web/view");
        for file in project::files_below(&view).unwrap() {
            for class in named(&fs::read_to_string(view.join(&file)).unwrap()) {
                let Some(Some(pane)) = homes.get(&class).and_then(|panes| panes.first().copied())
                else {
                    continue;
                };
                let (_, views) = PANES[pane];
                let is_its_own = views.iter().any(|of| match of.strip_suffix('/') {
                    Some(_) => file.starts_with(of),
                    None => file == *of,
                });
                if !is_its_own {
                    faults.push(format!("{file} uses .{class} of {:?}", PANES[pane].0));
                }
            }
        }
        assert_eq!(
            faults, [""; 0],
            "name it after its pane, or share it in shared.css or controls.css"
        );
    }

    #[test]
    fn rules_and_names_are_read() {
        let text = "/* .no */ .a .b, c:not(.d) > .e, .i:is(.j, .k) .l { .f & { x: 1 } } @media print { .g:hover { y: .5s } } h { z: 2 }";
        assert_eq!(subjects(text), ["a", "e", "i", "g"]);
        let code = r#"<p class="one two" id="no"> <b class={classes!("three", is.then_some("four"))} title="no">"#;
        assert_eq!(named(code), ["one", "two", "three", "four"]);
    }
}
