//! Opens what somebody has kept: a link, a spec's file, an earlier zip.

use std::rc::Rc;

use composer_core::archive::SPEC_FILE;
use composer_core::changes::Changes;
use composer_core::link::{self, FileLine, Link, NoLink};
use composer_core::read::{self, ReadResult};
use composer_core::text::{self, NotText};
use composer_core::{Problem, ProblemCode, Severity, Spec};

use crate::model::baseline::OpenedFiles;
use crate::model::earlier_download::{Content, EarlierDownload};
use crate::model::notice::Notice;
use crate::model::words::count;

/// What was opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opening {
    /// The spec in it.
    pub(crate) spec: Spec,
    /// The preset that is nearest to it, or that it names.
    pub(crate) preset: &'static str,
    /// What was done, in a few words.
    pub(crate) what: String,
    /// Its files: those that came with it, or those that the spec composes to; none where that has errors.
    pub(crate) opened: Option<Rc<OpenedFiles>>,
    /// Whether the files came with it, so that a comparison shows what composing them again would change.
    pub(crate) is_archive: bool,
    /// What there is to say about it.
    pub(crate) notice: Option<Notice>,
    /// The file that it leads to.
    pub(crate) place: Option<FileLine>,
}

/// What was opened, or why it could not be.
pub(crate) type OpeningResult = Result<Opening, Notice>;

/// Opens the fragment of an address.
pub(crate) fn from_link(fragment: &str) -> Result<Opening, NoLink> {
    let Link {
        preset,
        spec,
        problems,
        place,
    } = link::read(fragment)?;
    let dropped = problems
        .0
        .iter()
        .filter(|problem| !matches!(problem.code, ProblemCode::Renamed | ProblemCode::Retired))
        .count();
    let notice = (!problems.0.is_empty()).then(|| {
        let text = match (dropped, problems.0.len() - dropped) {
            (0, changed) => format!(
                "The link is from an earlier version: {} renamed or left out.",
                were(changed)
            ),
            (dropped, _) => format!(
                "The link was opened, but {} not be used.",
                match dropped {
                    1 => "one part of it could".to_owned(),
                    more => format!("{more} parts of it could"),
                }
            ),
        };
        let notice = if dropped > 0 {
            Notice::failure(text)
        } else {
            Notice::plain(text)
        };
        Notice {
            // The next change replaces it in the address.
            unread: (dropped > 0).then(|| fragment.into()),
            ..notice.with(shortened(problems.0.iter().map(sentence), problems.0.len()))
        }
    });
    Ok(Opening {
        preset: preset.name,
        what: "Opened a link".to_owned(),
        opened: OpenedFiles::of_spec("the link", &spec).map(Rc::new),
        is_archive: false,
        notice,
        place,
        spec,
    })
}

fn were(count: usize) -> String {
    match count {
        1 => "one key was".to_owned(),
        more => format!("{more} keys were"),
    }
}

/// Whether `text` is a link, or its fragment as the browser's storage keeps it.
fn is_link(text: &str) -> bool {
    ["v=", "#v=", "http"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Opens what was chosen or dropped under `name`.
///
/// # Errors
/// Where it can't be had, for the reason in `content`, or can't be read.
pub(crate) fn from_chosen(name: &str, content: Result<Content, String>) -> Result<Opening, Notice> {
    match content {
        Ok(Content::File(bytes)) => from_file(name, &bytes),
        Ok(Content::Folder(contents)) => {
            from_download(&Rc::new(EarlierDownload::from_folder(name, contents)))
        }
        Err(reason) => Err(refusal(&text::visible(name), &reason)),
    }
}

/// Opens what the browser's storage has kept: a link, or where that was too long a spec's text.
pub(crate) fn from_kept(text: &str) -> Result<Opening, Notice> {
    let opened = if is_link(text) {
        from_link(text).map_err(|error| Notice::failure("").with(vec![error.to_string()]))
    } else {
        from_text("It", text.as_bytes())
    };
    opened.map_err(|notice| Notice {
        unread: Some(text.into()),
        ..notice
    })
}

/// Opens a composition that was saved in the browser as `name`.
///
/// # Errors
/// Where it can't be read, with the reason.
pub(crate) fn from_saved(name: &str, text: &str) -> Result<Opening, Notice> {
    let opening = from_kept(text)?;
    Ok(Opening {
        what: format!("Opened {name}"),
        ..opening
    })
}

/// Opens a file, or a link in a file. Where it can't be opened, what to say.
pub(crate) fn from_file(name: &str, bytes: &[u8]) -> Result<Opening, Notice> {
    // A file's name may turn what stands beside it around.
    let name = &text::visible(name);
    if let Ok(text) = std::str::from_utf8(bytes)
        && is_link(text)
    {
        return from_link(text).map_err(|error| refusal(name, &error.to_string()));
    }
    if bytes.starts_with(b"PK") || name.to_ascii_lowercase().ends_with(".zip") {
        from_zip(name, bytes)
    } else {
        from_text(name, bytes)
    }
}

fn from_zip(name: &str, bytes: &[u8]) -> Result<Opening, Notice> {
    EarlierDownload::from_zip(name, bytes)
        .map_err(|error| refusal(name, &error.to_string()))
        .and_then(|download| from_download(&Rc::new(download)))
}

fn from_download(download: &Rc<EarlierDownload>) -> Result<Opening, Notice> {
    let name = download.name();
    let opened = download
        .opened()
        .map_err(|error| refusal(name, &error.to_string()))?;
    let text = opened
        .tree
        .file(SPEC_FILE)
        .map_or("", |file| file.text.as_ref());
    let opening = from_text(&format!("{SPEC_FILE} in {name}"), text.as_bytes())?;
    let notice = (!opened.left_out.is_empty()).then(|| {
        Notice::plain(format!(
            "{name} was opened. {} not text, and the comparison leaves that out.",
            match opened.left_out.len() {
                1 => "One file is".to_owned(),
                more => format!("{more} files are"),
            }
        ))
        .with(shortened(
            opened
                .left_out
                .iter()
                .map(|path| format!("`{}`", text::visible(path))),
            opened.left_out.len(),
        ))
    });
    Ok(Opening {
        what: format!("Opened {name}"),
        opened: Some(Rc::new(OpenedFiles {
            download: Some(Rc::clone(download)),
            ..OpenedFiles::of_tree(name, &opened.tree, &opening.spec)
        })),
        is_archive: true,
        notice,
        ..opening
    })
}

fn from_text(name: &str, bytes: &[u8]) -> Result<Opening, Notice> {
    let text = &text::decode(bytes).map_err(|error| match error {
        NotText::Utf8(_) => refusal(
            name,
            "it is neither text nor a zip; open a composition in TOML or JSON, or a downloaded zip",
        ),
        NotText::Utf16(_) | NotText::Utf32 => {
            refusal(name, &format!("it is {error}; {}", error.hint()))
        }
    })?;
    let ReadResult { spec, problems, .. } = read::read(text);
    if problems.has_errors() {
        let errors = problems.count(Severity::Error);
        let mut found: Vec<&Problem> = problems.of(Severity::Error).collect();
        found.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        let details = shortened(
            found.into_iter().map(|problem| placed(problem, text)),
            errors,
        );
        let text = format!("it has {}", count(errors, "error"));
        return Err(refusal(name, &text).with(details));
    }
    Ok(Opening {
        preset: Changes::nearest(&spec).preset.name,
        what: format!("Opened {name}"),
        opened: OpenedFiles::of_spec(name, &spec).map(Rc::new),
        is_archive: false,
        notice: (!problems.0.is_empty()).then(|| {
            let text = format!(
                "{name} is of an earlier version: {} left out.",
                were(problems.0.len())
            );
            Notice::plain(text).with(shortened(problems.0.iter().map(sentence), problems.0.len()))
        }),
        place: None,
        spec,
    })
}

/// The most details of a notice: errors of a file, parts of a link.
const MAX_DETAILS: usize = 8;

/// The first of `count` lines, and how many more there are.
fn shortened(lines: impl Iterator<Item = String>, count: usize) -> Vec<String> {
    let more = (count > MAX_DETAILS).then(|| format!("and {} more", count - MAX_DETAILS));
    lines.take(MAX_DETAILS).chain(more).collect()
}

/// That a file can't be opened.
#[must_use]
fn refusal(name: &str, why: &str) -> Notice {
    Notice::failure(format!(
        "{name} was not opened: {why}. Your composition stays as it is."
    ))
}

/// A problem with its line and column.
fn placed(problem: &Problem, text: &str) -> String {
    let Some(span) = &problem.span else {
        return sentence(problem);
    };
    let before = &text[..span.start];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    format!(
        "Line {}, column {}: {}",
        before.matches('\n').count() + 1,
        before[start..].chars().count() + 1,
        sentence(problem)
    )
}

fn sentence(problem: &Problem) -> String {
    match &problem.hint {
        Some(hint) => format!("{} ({hint})", problem.message),
        None => problem.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{FieldPath, check, compose, presets};

    #[track_caller]
    fn check_refused(name: &str, bytes: &[u8], text: &str, details: &[&str]) {
        let notice = from_file(name, bytes).unwrap_err();
        assert!(notice.is_failure);
        assert_eq!(notice.text, text);
        assert_eq!(notice.details, details);
    }

    #[test]
    fn a_spec_is_opened_with_the_nearest_preset() {
        let text = "\u{feff}version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.prod.network]\nnat = \"per-az\"\n";
        let opening = from_file("my.toml", text.as_bytes()).unwrap();
        assert_eq!(opening.preset, "ha-prod");
        assert_eq!(opening.what, "Opened my.toml");
        assert_eq!(opening.spec.environments(), ["prod"]);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(from_file("my.toml", &utf16).unwrap(), opening);
        let json = r#"{"version": 1, "environments": {"dev": {}}}"#;
        assert!(from_file("my.json", json.as_bytes()).is_ok());
    }

    #[test]
    fn a_zip_is_opened_with_its_files() {
        let mut spec = presets::find("standard").unwrap().spec();
        spec.set(FieldPath::of(&["project"]), "orders".into())
            .unwrap();
        let tree = compose(&check(&spec).blueprint.unwrap());
        let bytes = composer_core::archive(&tree, "orders-terraform");
        let opening = from_file("a.zip", &bytes).unwrap();
        assert_eq!((opening.preset, &opening.spec), ("standard", &spec));
        assert!(opening.is_archive);
        let opened = opening.opened.unwrap();
        assert_eq!(opened.name, "a.zip");
        assert_eq!(opened.files.len(), tree.len());
        assert_eq!(
            *opened.files.get("README.md").unwrap(),
            tree.file("README.md").unwrap().text
        );
    }

    #[test]
    fn what_cannot_be_opened_says_where_and_why() {
        check_refused(
            "a.toml",
            "version = 1\nprojekt = \"é\"\n[environments.dev]\nhistory = 3\n".as_bytes(),
            "a.toml was not opened: it has 2 errors. Your composition stays as it is.",
            &[
                "Line 2, column 1: there is no key `projekt` (did you mean `project`?)",
                "Line 4, column 1: `environments.dev.history` is a table, not a value (its keys are `cpu`, `memory`, \
                 `count`, `max_conns`, `target_ready`, `extra_environment`)",
            ],
        );
        check_refused(
            "a.png",
            &[0x89, b'P', 0xff],
            "a.png was not opened: it is neither text nor a zip; open a composition in TOML or JSON, or a downloaded \
             zip. Your composition stays as it is.",
            &[],
        );
        check_refused(
            "a.toml",
            b"\xff\xfev\0e",
            "a.toml was not opened: it is not UTF-16, as which it begins: byte 4 begins no character; save it as \
             UTF-8; in \
             PowerShell `… | Out-File -Encoding utf8 FILE` in place of `… > FILE`. Your composition stays as it is.",
            &[],
        );
        check_refused(
            "a\u{202e}gnp.zip",
            b"text",
            "a\\u{202e}gnp.zip was not opened: it is not a zip, or it is incomplete (invalid Zip archive: Could not find \
             EOCD). \
             Your composition stays as it is.",
            &[],
        );
        check_refused(
            "a.zip",
            b"text",
            "a.zip was not opened: it is not a zip, or it is incomplete (invalid Zip archive: Could not find EOCD). Your \
             composition stays as it is.",
            &[],
        );
    }

    #[test]
    fn a_link_in_a_file_is_opened() {
        let link = "https://example.org/#v=1&preset=standard&project=orders";
        let opening = from_file("a.txt", link.as_bytes()).unwrap();
        assert_eq!(
            opening.spec.get(&FieldPath::of(&["project"])),
            Some(&"orders".into())
        );
        check_refused(
            "a.txt",
            b"v=9&preset=standard",
            "a.txt was not opened: it has version `9`, but this program reads version 1. Your composition stays as \
             it is.",
            &[],
        );
    }

    #[test]
    fn a_message_is_as_long_as_somebody_reads() {
        let keys: String = (0..5_000).map(|key| format!("k{key} = 1\n")).collect();
        let notice = from_file("a.toml", format!("version = 1\n{keys}").as_bytes()).unwrap_err();
        assert_eq!(
            notice.text,
            "a.toml was not opened: it has 100 errors. Your composition stays as it is."
        );
        assert_eq!(notice.details.len(), MAX_DETAILS + 1);
        assert_eq!(notice.details[MAX_DETAILS], "and 92 more");
        let parts: String = (0..20).map(|key| format!("&k{key}=1")).collect();
        let opening = from_link(&format!("v=1&preset=standard{parts}")).unwrap();
        assert_eq!(opening.notice.unwrap().details[MAX_DETAILS], "and 12 more");
    }

    #[test]
    fn a_link_says_what_it_lost() {
        let opening = from_link("#v=1&preset=standard&projekt=a&project=orders").unwrap();
        let notice = opening.notice.unwrap();
        assert_eq!(
            notice.text,
            "The link was opened, but one part of it could not be used."
        );
        assert_eq!(
            notice.details,
            ["there is no key `projekt`, so it was left out (did you mean `project`?)"]
        );
        assert_eq!(
            notice.unread.as_deref(),
            Some("#v=1&preset=standard&projekt=a&project=orders")
        );
        let good = from_link("#v=1&preset=standard&project=orders").unwrap();
        assert_eq!(good.notice, None);
    }
}
