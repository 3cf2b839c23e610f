//! A file of the core, of the page or of the tool can be read by itself and what it imports, down to files that import
//! nothing: no two import each other, directly or around a corner. And the page's model knows nothing of what shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::harness::walk;

/// The code of each module in `folder`, without comments and unit tests.
fn code(folder: &Path) -> BTreeMap<String, String> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files);
    files
        .iter()
        .filter_map(|file| {
            let path = file.strip_suffix(".rs")?;
            let module = path.strip_suffix("/mod").unwrap_or(path).replace('/', "::");
            let text = fs::read_to_string(folder.join(file)).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next()?;
            let code = code
                .lines()
                .map(|line| line.split("//").next().unwrap_or_default())
                .collect::<Vec<_>>()
                .join(" ");
            Some((module, code.replace("pub(in crate", "")))
        })
        // What makes the crate, and a test.
        .filter(|(module, _)| {
            !["lib", "main", "build", "parts::placed", "parts::without"].contains(&module.as_str())
        })
        .collect()
}

/// The modules in `folder`, each with what it imports.
fn imports(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let texts = code(folder);
    texts
        .iter()
        .map(|(module, code)| {
            let found = paths(code)
                .into_iter()
                .filter_map(|path| target(&path, module, &texts))
                .filter(|target| target != module)
                .collect();
            (module.clone(), found)
        })
        .collect()
}

/// Every path in `code`: modules in it, those of `use`, each branch by itself, and those that name the crate or a parent.
fn paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    // A module calls what it is divided into.
    for statement in code.split("mod ").skip(1) {
        let name = statement.split([';', '{']).next().unwrap_or_default();
        paths.push(format!("self::{name}"));
    }
    for statement in code.split("use ").skip(1) {
        let tree = statement.split(';').next().unwrap_or_default();
        branches("", tree, &mut paths);
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let path = code[at..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
            paths.push(path.collect());
        }
    }
    // Of a tree there are the branches.
    paths.retain(|path| !path.ends_with("::"));
    paths
}

/// Adds each path of a tree such as `a::{b, c::d}`.
fn branches(before: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((start, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        paths.push(format!("{before}{path}"));
        return;
    };
    let before = format!("{before}{start}");
    let rest = rest.trim_end().trim_end_matches('}');
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches(&before, &rest[begin..at], paths);
                begin = at + 1;
            }
            _ => {}
        }
    }
    branches(&before, &rest[begin..], paths);
}

/// The module that `path` leads to from `module`.
fn target(path: &str, module: &str, all: &BTreeMap<String, String>) -> Option<String> {
    let mut base: Vec<&str> = module.split("::").collect();
    let mut rest: Vec<&str> = path.split("::").collect();
    match rest[0] {
        "crate" => {
            base.clear();
            rest.remove(0);
        }
        "self" => {
            rest.remove(0);
        }
        "super" => {
            while rest.first() == Some(&"super") {
                base.pop();
                rest.remove(0);
            }
        }
        _ => {}
    }
    base.extend(rest);
    (1..=base.len())
        .rev()
        .map(|length| base[..length].join("::"))
        .find(|module| all.contains_key(module))
}

/// What is left of `imports` when modules go that import nothing or that nothing imports, and again, until none does.
fn in_circles(
    mut imports: BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let left: BTreeSet<String> = imports.keys().cloned().collect();
        for found in imports.values_mut() {
            found.retain(|target| left.contains(target));
        }
        let imported: BTreeSet<String> = imports.values().flatten().cloned().collect();
        imports.retain(|module, found| !found.is_empty() && imported.contains(module));
        if imports.len() == left.len() {
            return imports;
        }
    }
}

#[test]
fn no_files_of_the_core_import_each_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core");
    let imports = imports(&folder);
    // It sees something.
    assert!(imports["check"].contains("check::environment"));
    assert!(imports["compose::docs::operations"].contains("compose::docs::presence"));
    let circles = in_circles(imports);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_files_of_the_page_import_each_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let imports = imports(&folder);
    // It sees something.
    assert!(imports["view::question"].contains("second_part"));
    assert!(imports["second_part"].contains("view::preview::sizing"));
    let circles = in_circles(imports);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_files_of_the_tool_import_each_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    let imports = imports(&folder);
    // It sees something.
    assert!(imports["update"].contains("loading"));
    assert!(imports["loading"].contains("source"));
    let circles = in_circles(imports);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_files_of_what_builds_and_tests_import_each_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/xtask");
    let imports = imports(&folder);
    // It sees something.
    assert!(imports["split"].contains("shorten"));
    let circles = in_circles(imports);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn the_model_of_the_page_knows_nothing_of_what_shows_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let imports = imports(&folder);
    let code = code(&folder);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut count = 0;
    for (module, code) in code
        .iter()
        .filter(|(module, _)| module.starts_with("model"))
    {
        count += 1;
        let outside: Vec<&String> = imports[module]
            .iter()
            .filter(|target| !target.starts_with("model::"))
            .collect();
        assert!(outside.is_empty(), "{module} imports {outside:?}");
        for crate_name in [
            "gloo",
            "js_sys",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "web_sys",
            "yew",
        ] {
            let is_named = code.split(|c| !is_word(c)).any(|word| word == crate_name);
            assert!(!is_named, "{module} names {crate_name}");
        }
    }
    assert!(count > 20, "{count} modules");
}
