//! A spec as the fragment of an address: `#v=1&preset=standard&environments.dev.loki.enabled=true`.
//!
//! It holds only what differs from a preset, each key and value as `--set` takes them, so that people can read it and
//! edit it. A fragment never leaves the browser: it is no part of what is asked of a server.

use crate::assignment;
use crate::changes::Changes;
use crate::path::FieldPath;
use crate::presets::{self, PRESETS, PresetSpec};
use crate::problem::{Problem, Problems};
use crate::problem_code::{ProblemCode, Severity};
use crate::read::ReadResult;
use crate::spec::{MAX_ENVIRONMENTS, Spec};
use crate::value::excerpt;

/// The format that this version writes and reads.
const VERSION: &str = "1";

/// The most bytes of a fragment that are read, and so of one that is written. A spec may need more, which states long
/// values or many in letters beyond ASCII: then its file is kept and sent.
pub const MAX_BYTES: usize = 64 * 1024;

/// The most parts that can't be taken over and are reported one by one.
const MAX_PROBLEMS: usize = 100;

/// From so many bytes on some programs cut an address off: better send the file.
pub const LONG: usize = 8 * 1024;

/// Keys that have another name since links with them were made: the former and the present one, without
/// `environments.<name>.`. None so far.
const RENAMED: &[(&str, &str)] = &[];

/// What a link leads to.
#[derive(Clone, Debug)]
pub struct Link {
    /// The preset that it starts from.
    pub preset: &'static PresetSpec,
    /// The spec, without what could not be taken over.
    pub spec: Spec,
    /// What could not be taken over as it stands: each key that was left out or has another name.
    pub problems: Problems,
    /// The file that it leads to.
    pub place: Option<FileLine>,
}

/// A file of the download that a link leads to, and perhaps a line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// The file's path in the download.
    pub file: String,
    /// The number of the line, from one.
    pub line: Option<usize>,
}

/// The parts of a fragment that name a file and a line.
const FILE: &str = "file=";
const LINE: &str = "line=";

/// Why a fragment leads to no spec at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLink {
    /// It says no version: something else than a link to a composition.
    #[error(
        "it does not begin with `#v={VERSION}&preset=`: it is not a link to a composition, or incomplete"
    )]
    Foreign,
    /// It is of another version.
    #[error("it has version `{0}`, but this program reads version {VERSION}")]
    Version(String),
    /// What it differs from isn't there.
    #[error("there is no preset `{0}`: the presets are {names}", names = names())]
    Preset(String),
    /// More of it can't be taken over than somebody would read: it was not made by this program or by a much later one.
    #[error("more than {MAX_PROBLEMS} parts of it are unknown")]
    Unknown,
    /// It has more environments than a spec may have.
    #[error(
        "it has more than {MAX_ENVIRONMENTS} environments, which is the limit of a composition"
    )]
    TooManyEnvironments,
    /// Nobody made that many changes.
    #[error("it has {0} bytes; the limit is {MAX_BYTES}")]
    TooLong(usize),
}

fn names() -> String {
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    names.join(", ")
}

/// The fragment for `changes`, without its `#`.
#[must_use]
pub fn write(changes: &Changes) -> String {
    let mut fragment = format!("v={VERSION}&preset={}", changes.preset.name);
    for at in &changes.unset {
        fragment.push_str(&format!("&unset={}", escape(&at.to_string())));
    }
    for (at, value) in &changes.set {
        fragment.push_str(&format!("&{}={}", escape(&at.to_string()), escape(value)));
    }
    fragment
}

/// The part of a fragment that leads to `place`, to be put behind [`write`]'s.
#[must_use]
pub fn write_place(place: &FileLine) -> String {
    let mut part = format!("&{FILE}{}", escape(&place.file));
    if let Some(line) = place.line {
        part.push_str(&format!("&{LINE}{line}"));
    }
    part
}

/// Whether `fragment`, with or without its `#`, means to be a link to a composition.
#[must_use]
pub fn is_meant(fragment: &str) -> bool {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    fragment == "v" || fragment.starts_with("v=") || fragment.contains("preset=")
}

/// Reads a fragment, with or without its `#`, or a whole address that ends with one.
///
/// # Errors
/// If it leads to no spec at all.
pub fn read(link: &str) -> Result<Link, NoLink> {
    read_with(link, RENAMED)
}

fn read_with(link: &str, renamed: &[(&str, &str)]) -> Result<Link, NoLink> {
    let fragment = link.split_once('#').map_or(link, |(_, after)| after);
    if fragment.len() > MAX_BYTES {
        return Err(NoLink::TooLong(fragment.len()));
    }
    let mut parts = fragment.split('&').filter(|part| !part.is_empty());
    let mut next = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=');
    let version = next("v").ok_or(NoLink::Foreign)?;
    if version != VERSION {
        return Err(NoLink::Version(excerpt(version)));
    }
    let name = next("preset").ok_or(NoLink::Foreign)?;
    let preset = presets::find(name).ok_or_else(|| NoLink::Preset(excerpt(name)))?;
    let mut found = ReadResult {
        spec: preset.spec(),
        ..ReadResult::default()
    };
    let (mut file, mut line) = (None, None);
    for part in parts {
        if let Some(path) = part.strip_prefix(FILE) {
            file = unescape(path);
            continue;
        }
        if let Some(number) = part.strip_prefix(LINE) {
            line = number.parse().ok().filter(|line| *line > 0);
            continue;
        }
        let before = found.problems.0.len();
        if before > MAX_PROBLEMS {
            return Err(NoLink::Unknown);
        }
        if let Err(problem) = take(&mut found, part, renamed) {
            found.problems.push(problem);
        }
        // A problem in the link is no error of the spec: it is reported, and the rest is taken over.
        for problem in &mut found.problems.0[before..] {
            if problem.code == ProblemCode::TooManyEnvironments {
                return Err(NoLink::TooManyEnvironments);
            }
            if problem.severity == Severity::Error {
                problem.severity = Severity::Warning;
                problem.message.push_str(", so it was left out");
            }
        }
    }
    Ok(Link {
        preset,
        spec: found.spec,
        problems: found.problems,
        place: file.map(|file| FileLine { file, line }),
    })
}

fn take(found: &mut ReadResult, part: &str, renamed: &[(&str, &str)]) -> Result<(), Problem> {
    let broken = || {
        Problem::new(
            ProblemCode::Syntax,
            FieldPath::root(),
            format!("`{}` is not KEY=VALUE", excerpt(part)),
        )
    };
    let (key, value) = part.split_once('=').ok_or_else(broken)?;
    let key = unescape(key).ok_or_else(broken)?;
    let value = unescape(value).ok_or_else(broken)?;
    if key == "unset" {
        // A later preset may not state it any more: then there is nothing to take back.
        let _ = assignment::unset(&mut found.spec, &value);
        return Ok(());
    }
    let mut at = assignment::key_of(&key)?;
    if let Some(present) = present_name(&at, renamed) {
        found.problems.push(Problem::new(
            ProblemCode::Renamed,
            present.clone(),
            format!("`{}` is now `{present}`", excerpt(&at.to_string())),
        ));
        at = present;
    }
    assignment::state(found, &at, &value);
    Ok(())
}

/// The present address of a key that had another name.
fn present_name(at: &FieldPath, renamed: &[(&str, &str)]) -> Option<FieldPath> {
    let around = match at.environment() {
        Some(name) => FieldPath::of(&["environments", name]),
        None => FieldPath::root(),
    };
    renamed
        .iter()
        .find(|(former, _)| around.join(former) == *at)
        .map(|(_, present)| around.join(present))
}

/// `text` as a part of a fragment. What programs that find addresses in a text leave out at its end is written in
/// hexadecimal, too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let last = text.len().saturating_sub(1);
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || (b"-_.~/:".contains(&byte) && at < last) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// Undoes [`escape`], and what browsers and people do beyond it; `None` for what is no UTF-8 or half an escape.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            u8::try_from(digit()? * 16 + digit()?).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::OPTIONS;

    #[track_caller]
    fn spec_of(fragment: &str) -> (String, Vec<String>) {
        let link = read(fragment).unwrap();
        let text = link.spec.to_toml();
        let messages = link.problems.0.into_iter().map(|problem| problem.message);
        (
            text.split_once("version = 1\n").unwrap().1.to_owned(),
            messages.collect(),
        )
    }

    const LEAN: &str = "project = \"temporal\"\nregion = \"eu-west-1\"\n\n[environments.dev]\nlog_retention_days = 3\n\n\
                        [environments.dev.compute]\ninstance_type = \"m7g.large\"\n\n\
                        [environments.dev.opensearch]\nvolume_size = 10\n";

    #[test]
    fn a_link_can_be_read_by_people() {
        let mut spec = presets::find("standard").unwrap().spec();
        spec.remove_environment("bench");
        for (key, value) in [
            ("environments.dev.loki.enabled", true.into()),
            ("environments.dev.images.ui", "a/b:1".into()),
            ("environments.dev.account_id", "123456789012".into()),
        ] {
            spec.set(FieldPath::root().join(key), value).unwrap();
        }
        spec.set(FieldPath::of(&["tags", "a b"]), "x & y.".into())
            .unwrap();
        let changes = Changes::nearest(&spec);
        let fragment = write(&changes);
        assert_eq!(
            fragment,
            "v=1&preset=standard&unset=environments.bench\
             &environments.dev.account_id=%22123456789012%22\
             &environments.dev.images.ui=a/b:1\
             &environments.dev.loki.enabled=true\
             &tags.%22a%20b%22=x%20%26%20y%2E"
        );
        let link = read(&format!("https://example.org/composer/#{fragment}")).unwrap();
        assert_eq!((link.spec, link.problems.0), (spec, vec![]));
    }

    #[test]
    fn a_link_may_lead_to_a_line_of_a_file() {
        let place = |fragment: &str| {
            let link = read(fragment).unwrap();
            assert_eq!(link.problems.0, vec![]);
            link.place
        };
        let written = FileLine {
            file: "terraform/envs/prod/main.tf".to_owned(),
            line: Some(12),
        };
        let part = write_place(&written);
        assert_eq!(part, "&file=terraform/envs/prod/main.tf&line=12");
        let link = |part: &str| format!("#v=1&preset=standard{part}");
        assert_eq!(place(&link(&part)), Some(written));
        let whole = FileLine {
            file: "a b & c.md".to_owned(),
            line: None,
        };
        assert_eq!(place(&link(&write_place(&whole))), Some(whole.clone()));
        // A line that is none leads to the file, and one without a file nowhere.
        assert_eq!(place(&link("&file=a%20b%20%26%20c.md&line=0")), Some(whole));
        assert_eq!(place(&link("&line=3")), None);
    }

    #[test]
    fn each_key_that_cannot_be_taken_over_is_told_and_the_rest_is_taken() {
        let (toml, messages) = spec_of(
            "#v=1&preset=dev-lean&environments.dev.histroy.cpu=512&project=orders&%zz=1&x&environments.Dev.cpu=1&unset=tags.a",
        );
        assert_eq!(toml, LEAN.replace("temporal", "orders"));
        assert_eq!(
            messages,
            [
                "there is no key `environments.dev.histroy.cpu`, so it was left out",
                "`%zz=1` is not KEY=VALUE, so it was left out",
                "`x` is not KEY=VALUE, so it was left out",
                "`Dev` is not an environment name: allowed are 1 to 14 lower-case letters, digits and single hyphens, a \
                 letter first, no hyphen last, but not `up`, `down`, `restart`, `reset`, `status`, `load`, `results`, `schema`, `index`, \
                 `namespaces`, `list`, `now`, `restore-plan` or `refresh`, which are commands of the scripts, so it was left out"
            ]
        );
    }

    #[test]
    fn a_key_with_another_name_is_taken_over_and_told() {
        let renamed = [("logs.days", "log_retention_days"), ("name", "project")];
        let link = read_with(
            "v=1&preset=dev-lean&environments.dev.logs.days=7&name=orders",
            &renamed,
        )
        .unwrap();
        let messages: Vec<String> = link.problems.0.into_iter().map(|it| it.message).collect();
        assert_eq!(
            messages,
            [
                "`environments.dev.logs.days` is now `environments.dev.log_retention_days`",
                "`name` is now `project`"
            ]
        );
        let toml = link.spec.to_toml();
        assert_eq!(
            toml.split_once("version = 1\n").unwrap().1,
            LEAN.replace("temporal", "orders")
                .replace("days = 3", "days = 7")
        );
    }

    #[test]
    fn what_is_no_link_says_why() {
        #[track_caller]
        fn check(fragment: &str, expected: &str) {
            assert_eq!(read(fragment).unwrap_err().to_string(), expected);
        }
        let foreign = "it does not begin with `#v=1&preset=`: it is not a link to a composition, or incomplete";
        check("", foreign);
        check("#options", foreign);
        check("#v=1", foreign);
        check("#v=1&presets=x", foreign);
        check(
            "#v=2&preset=standard",
            "it has version `2`, but this program reads version 1",
        );
        check(
            "#v=1&preset=huge",
            "there is no preset `huge`: the presets are standard, dev-lean, ha-prod",
        );
        check(
            &format!("#v=1&preset=standard&{}", "x".repeat(MAX_BYTES)),
            "it has 65556 bytes; the limit is 65536",
        );
        let parts = |part: &str, count: usize| -> String {
            let parts =
                (0..count).map(|index| format!("&{}", part.replace('*', &index.to_string())));
            format!("v=1&preset=standard{}", parts.collect::<String>())
        };
        check(
            &parts("environments.a*.profile=dev", 800),
            "it has more than 32 environments, which is the limit of a composition",
        );
        check(
            &parts("k*=1", 5_000),
            "more than 100 parts of it are unknown",
        );
        let link = read(&parts("environments.a*.profile=dev", 29)).unwrap();
        assert_eq!(link.spec.environments().len(), MAX_ENVIRONMENTS);
    }

    #[test]
    fn no_option_has_the_name_of_a_part_of_a_link() {
        for row in OPTIONS.iter() {
            let at = row.path("x");
            assert!(!["v", "preset", "unset", "file", "line"].contains(&at.segments()[0]));
        }
    }
}
