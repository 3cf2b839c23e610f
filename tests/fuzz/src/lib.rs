//! Fuzz targets: what holds for any input that somebody can hand to the page or the command-line tool.
//!
//! A target panics where something doesn't hold. `cargo xtask fuzz` runs them under libFuzzer, beginning with the
//! inputs of [`seeds`]; `tests/regressions.rs` runs them on the seeds and on what libFuzzer has found before.

pub mod seeds;

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use composer_core::archive::{self, SPEC_FILE};
use composer_core::changes::Changes;
use composer_core::migrate::{self, migrate};
use composer_core::sizing::price_list;
use composer_core::{Spec, assignment, check, compose, link, presets, read, text};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A kind of input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of the function, of libFuzzer's program and of the folder of regressions.
    pub name: &'static str,
    /// Asserts what holds for an input.
    pub run: fn(&[u8]),
    /// Inputs to start from, each with a name for its file.
    pub seeds: fn() -> Vec<seeds::Seed>,
    /// The most bytes of an input that libFuzzer makes.
    pub max_len: usize,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "spec_toml",
        run: spec_toml,
        seeds: seeds::spec_toml,
        max_len: 256 * 1024,
    },
    Target {
        name: "spec_json",
        run: spec_json,
        seeds: seeds::spec_json,
        max_len: 256 * 1024,
    },
    Target {
        name: "link",
        run: link,
        seeds: seeds::link,
        max_len: 80 * 1024,
    },
    Target {
        name: "set",
        run: set,
        seeds: seeds::set,
        max_len: 16 * 1024,
    },
    Target {
        name: "prices",
        run: prices,
        seeds: seeds::prices,
        max_len: 64 * 1024,
    },
    Target {
        name: "zip",
        run: zip,
        seeds: seeds::zip,
        max_len: 1024 * 1024,
    },
    Target {
        name: "zip_tree",
        run: zip_tree,
        seeds: seeds::zip_tree,
        max_len: 256 * 1024,
    },
    Target {
        name: "state",
        run: state,
        seeds: seeds::state,
        max_len: 512 * 1024,
    },
];

/// Up to here a spec's text, as the program writes it, is surely read back. Beyond it a limit may refuse it.
const SURELY_READ: usize = 32 * 1024;

/// The bytes of a file with a spec in TOML: what could be read is a spec like any other, and every place lies in the text.
pub fn spec_toml(bytes: &[u8]) {
    let Ok(text) = text::decode(bytes) else {
        return;
    };
    let found = read::read(&text);
    places_lie_in(&text, &found);
    spec_holds(&found.spec);
    composition_holds(&found.spec);
}

/// The same in JSON.
pub fn spec_json(bytes: &[u8]) {
    let Ok(text) = text::decode(bytes) else {
        return;
    };
    let found = read::read(&text);
    places_lie_in(&text, &found);
    spec_holds(&found.spec);
}

/// A link or the fragment of an address: what can't be taken over is told, and is no error.
pub fn link(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(found) = link::read(text) {
        assert!(!found.problems.has_errors(), "{:?}", found.problems);
        spec_holds(&found.spec);
    }
}

/// Lines as `--set` takes them, or as `--unset` does those that begin with `!`: what is refused changes nothing.
pub fn set(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let mut spec = preset("standard");
    for line in text.lines().take(200) {
        let before = spec.clone();
        let done = match line.strip_prefix('!') {
            Some(key) => assignment::unset(&mut spec, key),
            None => assignment::set(&mut spec, line),
        };
        if done.is_err() {
            assert_eq!(spec, before, "a refused line changed the spec: {line:?}");
        }
    }
    spec_holds(&spec);
}

/// A file of prices: every place lies in the text.
pub fn prices(bytes: &[u8]) {
    let Ok(text) = text::decode(bytes) else {
        return;
    };
    let (_, problems) = price_list::read(&text);
    for span in problems.0.iter().filter_map(|problem| problem.span.clone()) {
        assert!(text.get(span.clone()).is_some(), "{span:?} in {text:?}");
    }
}

/// The bytes of a zip.
pub fn zip(bytes: &[u8]) {
    if let Ok(opened) = archive::open(bytes) {
        spec_of(&opened);
    }
}

/// A zip of the paths and texts that `bytes` has in turn, with a NUL between them: what is opened is what was packed.
pub fn zip_tree(bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut packed: BTreeMap<String, &[u8]> = BTreeMap::new();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    while let (Some(path), Some(content)) = (parts.next(), parts.next()) {
        let Ok(path) = str::from_utf8(path) else {
            continue;
        };
        // Such a name is a folder's.
        if path.ends_with(['/', '\\']) || packed.contains_key(path) {
            continue;
        }
        if zip.start_file(path, SimpleFileOptions::default()).is_err() {
            continue;
        }
        zip.write_all(content).expect("memory takes any bytes");
        packed.insert(path.to_owned(), content);
    }
    let bytes = zip.finish().expect("memory takes any bytes").into_inner();
    let Ok(opened) = archive::open(&bytes) else {
        return;
    };
    spec_of(&opened);
    let mut names: Vec<&str> = opened.tree.files().map(|(path, _)| path).collect();
    names.extend(opened.left_out.iter().map(String::as_str));
    names.sort_unstable();
    let is_from = |folder: &str| {
        let mut inside: Vec<&str> = packed
            .keys()
            .filter_map(|path| path.strip_prefix(folder))
            .filter(|path| path.split('/').all(|part| part != ".terraform"))
            .collect();
        inside.sort_unstable();
        inside == names
            && opened.tree.files().all(|(path, file)| {
                let packed = packed[&format!("{folder}{path}")];
                let text = match path {
                    SPEC_FILE => text::decode(packed).ok(),
                    _ => str::from_utf8(packed).ok().map(str::to_owned),
                };
                text.is_some_and(|text| text.replace("\r\n", "\n") == file.text)
            })
    };
    assert!(
        packed
            .keys()
            .filter_map(|path| path.strip_suffix(SPEC_FILE))
            .any(is_from),
        "{names:?} of {:?}",
        packed.keys()
    );
}

/// The bytes of a file with what a flat root's state holds, as a list or as JSON: each address becomes something.
pub fn state(bytes: &[u8]) {
    let Ok(text) = text::decode(bytes) else {
        return;
    };
    let Ok(state) = migrate::read::read(&text) else {
        return;
    };
    let Ok(migration) = migrate(&preset("dev-lean"), "dev", &state) else {
        return;
    };
    let mut told: Vec<&str> = migration.moves.iter().map(|it| it.from.as_str()).collect();
    told.extend(migration.imports.iter().map(|it| it.of));
    told.extend(migration.leftovers.iter().map(|it| it.address.as_str()));
    told.extend(migration.unknown.iter().map(String::as_str));
    told.extend(migration.data.iter().map(String::as_str));
    told.sort_unstable();
    for resource in &state.resources {
        assert!(
            told.binary_search(&resource.address.as_str()).is_ok(),
            "`{}` vanished",
            resource.address
        );
    }
    let tree = migration.tree();
    for (path, file) in tree.files() {
        if path.ends_with(".tf") || path.ends_with(".tfvars") {
            is_hcl(path, &file.text);
        }
    }
    let spec = tree.file(SPEC_FILE).map_or("", |file| file.text.as_ref());
    assert_eq!(read::read(spec).problems.0, []);
}

/// What holds for every spec, wherever it is from: it reads back from all that it can be written as.
fn spec_holds(spec: &Spec) {
    let text = spec.to_toml();
    if text.len() <= SURELY_READ {
        let again = read::read(&text);
        assert_eq!(again.problems.0, [], "{text}");
        assert_eq!(again.spec, *spec, "{text}");
        let changes = Changes::nearest(spec);
        let fragment = link::write(&changes);
        match link::read(&fragment) {
            Ok(link) => {
                assert_eq!(link.problems.0, [], "{fragment}");
                assert_eq!(link.spec, *spec, "{fragment}");
            }
            Err(error) => assert!(fragment.len() > link::LONG, "{error}: {fragment}"),
        }
        assert_eq!(by_command(&changes), *spec, "{changes:?}");
    }
    let checked = check(spec);
    assert_eq!(
        checked.blueprint.is_none(),
        checked.problems.has_errors(),
        "{:?}",
        checked.problems
    );
}

/// A composition holds its spec, and no text in it ends what it stands in.
fn composition_holds(spec: &Spec) {
    if let Some(blueprint) = check(spec).blueprint {
        let tree = compose(&blueprint);
        let own = tree.file(SPEC_FILE).map(|file| file.text.as_ref());
        assert_eq!(own, Some(spec.to_toml().as_str()));
        for (path, file) in tree.files() {
            // Where most of what somebody wrote ends up.
            if path.ends_with("/terraform.tfvars") || path.ends_with("/backend.tf") {
                is_hcl(path, &file.text);
            }
        }
    }
}

/// The spec that the arguments of a command make.
fn by_command(changes: &Changes) -> Spec {
    let mut spec = changes.preset.spec();
    for at in &changes.unset {
        let done = assignment::unset(&mut spec, &at.to_string());
        assert!(done.is_ok(), "--unset {at}: {done:?}");
    }
    for (at, value) in &changes.set {
        let done = assignment::set(&mut spec, &format!("{at}={value}"));
        assert!(done.is_ok(), "--set {at}={value}: {done:?}");
    }
    spec
}

fn places_lie_in(text: &str, found: &read::ReadResult) {
    let places = found.places.values().cloned();
    let spans = found
        .problems
        .0
        .iter()
        .filter_map(|problem| problem.span.clone());
    for place in places.chain(spans) {
        assert!(text.get(place.clone()).is_some(), "{place:?} in {text:?}");
    }
}

fn is_hcl(path: &str, text: &str) {
    let parsed = hcl::parse(text);
    assert!(parsed.is_ok(), "{path}: {:?}\n{text}", parsed.err());
}

/// The spec of a zip is read, as the page does next.
fn spec_of(opened: &archive::ArchiveContent) {
    let file = opened.tree.file(SPEC_FILE);
    let text = file.map_or("", |file| file.text.as_ref());
    let found = read::read(text);
    places_lie_in(text, &found);
    let _ = check(&found.spec);
}

fn preset(name: &str) -> Spec {
    presets::find(name)
        .unwrap_or_else(|| unreachable!("`{name}` is a preset"))
        .spec()
}
