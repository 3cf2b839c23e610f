//! Loads a spec from a preset, a link, a file or standard input, and applies `--unset` and `--set`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use composer_core::fix::Fixer;
use composer_core::read::{self, read};
use composer_core::sizing::price_list::{self, PriceList};
use composer_core::{
    Blueprint, FieldPath, Problems, Severity, Spec, assignment, check, link, presets, text,
};

use crate::answer::Answer;
use crate::args;
use crate::outcome::Stop;
use crate::variables::{self, Stated};

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

impl Source {
    /// The blueprint; `None` if there are errors. Reports errors and warnings. Advice is left to `validate`, and open values
    /// also to the tree's READMEs.
    pub(crate) fn blueprint(&self, answer: &mut Answer) -> Result<Option<Blueprint>> {
        let mut problems = self.problems.clone();
        if problems.has_errors() {
            answer.problems(&problems, self, None)?;
            return Ok(None);
        }
        let checked = check(&self.spec);
        problems.extend(checked.problems.clone());
        problems
            .0
            .retain(|problem| problem.severity != Severity::Advice);
        if !problems.0.is_empty() {
            let prices = PriceList::default();
            let environments = checked.environments();
            let fixer = Fixer::new(&self.spec, &checked.problems, environments, &prices);
            answer.problems(&problems, self, Some(&fixer))?;
        }
        Ok(checked.blueprint)
    }
}

/// Loads the spec that the arguments name.
pub(crate) fn load(arguments: &args::Source, answer: &Answer) -> Result<Source> {
    let mut source = match (&arguments.preset, &arguments.link, &arguments.spec) {
        (Some(name), _, _) => from_spec(preset(name)?.spec(), Problems::default()),
        (None, Some(url), _) => {
            let link = link::read(url).map_err(|error| {
                Stop::Usage(format!(
                    "the link can't be read: {error}\n\
                     hint: put the link in quotes, because `&` has a meaning in the shell"
                ))
            })?;
            from_spec(link.spec, link.problems)
        }
        (None, None, Some(file)) => {
            from_text(&file.display().to_string(), content(file, read::MAX_BYTES)?)
        }
        (None, None, None) => {
            let file = PathBuf::from(DEFAULT_FILE);
            if !file.exists() {
                return Err(Stop::Usage(format!(
                    "no composition: there is no {DEFAULT_FILE} in this folder\n\
                     hint: name a file with --spec FILE, or start from a preset with --preset standard"
                ))
                .into());
            }
            from_text(DEFAULT_FILE, content(&file, read::MAX_BYTES)?)
        }
    };
    let variables = variables::stated()?;
    if !variables.is_empty() {
        let names: Vec<&str> = variables.iter().map(Stated::name).collect();
        answer.message(&format!(
            "values from the environment: {}\n",
            names.join(", ")
        ));
    }
    for one in variables {
        set(&mut source, &one.assignment, &one.origin);
    }
    for key in &arguments.unset {
        if let Err(problem) = assignment::unset(&mut source.spec, key) {
            source.problems.push(problem);
        }
    }
    for assignment in &arguments.set {
        set(&mut source, assignment, &format!("--set {assignment}"));
    }
    Ok(source)
}

/// Sets one value, which `origin` stated.
fn set(source: &mut Source, assignment: &str, origin: &str) {
    let stated = assignment::stated(assignment);
    match stated.and_then(|stated| assignment::set(&mut source.spec, assignment).map(|()| stated)) {
        // A table states several values at once.
        Ok(stated) => source.origins.extend(
            stated
                .values()
                .map(|(at, _)| (at.clone(), origin.to_owned())),
        ),
        Err(problem) => {
            // A message about the root already quotes the argument.
            if problem.at != FieldPath::root() {
                source.origins.insert(problem.at.clone(), origin.to_owned());
            }
            source.problems.push(problem);
        }
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

fn from_spec(spec: Spec, problems: Problems) -> Source {
    Source {
        spec,
        problems,
        text: None,
        origins: BTreeMap::new(),
    }
}

fn from_text(name: &str, content: String) -> Source {
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
