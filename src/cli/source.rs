//! A spec as a preset, a file or standard input states it, with what messages about it need.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use composer_core::read::{self, read};
use composer_core::sizing::price_list::{self, PriceList};
use composer_core::{FieldPath, Problems, Spec, presets, text};

use crate::outcome::Stop;

/// The spec's file if the arguments name none.
pub(crate) const DEFAULT_FILE: &str = "composition.toml";

/// A spec as far as it could be read, with what messages about it need.
#[derive(Debug)]
pub(crate) struct Source {
    /// The spec.
    pub(crate) spec: Spec,
    /// What could not be read.
    pub(crate) problems: Problems,
    /// The text it was read from.
    pub(crate) text: Option<Text>,
    /// For the address of each value that `--set` or a variable stated: that argument or variable, with the value.
    pub(crate) origins: BTreeMap<FieldPath, String>,
}

/// The text of a spec.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its name in messages: the file's path or `standard input`.
    pub(crate) name: String,
    /// The text itself.
    pub(crate) content: String,
    /// The positions of values and tables in it.
    pub(crate) places: BTreeMap<FieldPath, Range<usize>>,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl Text {
    fn new(name: &str, content: String, places: BTreeMap<FieldPath, Range<usize>>) -> Self {
        let name = if name == "-" { "standard input" } else { name };
        Self {
            name: name.to_owned(),
            lines: std::iter::once(0)
                .chain(content.match_indices('\n').map(|(at, _)| at + 1))
                .collect(),
            content,
            places,
        }
    }

    /// The index of the line with the byte at `offset`, and the offset at which that line begins.
    pub(crate) fn line_of(&self, offset: usize) -> (usize, usize) {
        let index = self.lines.partition_point(|&start| start <= offset) - 1;
        (index, self.lines[index])
    }

    /// The line that begins at `start`, without its end.
    pub(crate) fn line_at(&self, start: usize) -> &str {
        let rest = &self.content[start..];
        rest.split_once('\n')
            .map_or(rest, |(line, _)| line)
            .trim_end_matches('\r')
    }
}

/// The preset named `name`.
pub(crate) fn preset(name: &str) -> Result<&'static presets::PresetSpec> {
    presets::find(name).ok_or_else(|| {
        let names: Vec<&str> = presets::PRESETS.iter().map(|preset| preset.name).collect();
        Stop::Usage(format!(
            "there is no preset `{name}`\nhint: the presets are {}",
            names.join(", ")
        ))
        .into()
    })
}

pub(crate) fn from_spec(spec: Spec, problems: Problems) -> Source {
    Source {
        spec,
        problems,
        text: None,
        origins: BTreeMap::new(),
    }
}

pub(crate) fn from_text(name: &str, content: String) -> Source {
    let found = read(&content);
    Source {
        spec: found.spec,
        problems: found.problems,
        text: Some(Text::new(name, content, found.places)),
        origins: BTreeMap::new(),
    }
}

/// Reads the spec in `file`.
pub(crate) fn from_file(file: &Path) -> Result<Source> {
    Ok(from_text(
        &file.display().to_string(),
        content(file, read::MAX_BYTES)?,
    ))
}

/// Reads a file of prices. Its problems are the source's.
pub(crate) fn prices(file: &Path) -> Result<(PriceList, Source)> {
    let content = content(file, read::MAX_BYTES)?;
    let (prices, problems) = price_list::read(&content);
    let source = Source {
        spec: Spec::default(),
        problems,
        text: Some(Text::new(
            &file.display().to_string(),
            content,
            BTreeMap::new(),
        )),
        origins: BTreeMap::new(),
    };
    Ok((prices, source))
}

/// The text in `file`, or on standard input, of at most `max_bytes`: a device may have no end.
pub(crate) fn content(file: &Path, max_bytes: usize) -> Result<String> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    };
    let mut bytes = Vec::new();
    let limit = max_bytes as u64 + 1;
    let done = if is_stdin {
        io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    done.with_context(|| format!("can't read {name}"))?;
    if bytes.len() > max_bytes {
        bail!("{name} has more than the limit of {max_bytes} bytes: is it the right file?");
    }
    text::decode(&bytes)
        .map_err(|error| anyhow::anyhow!("{name} is {error}\nhint: {}", error.hint()))
}
