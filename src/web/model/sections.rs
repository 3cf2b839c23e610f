//! How the form is laid out: which section an option stands in, and what a closed section shows. The options
//! themselves, their order and their words are core's.

use std::sync::LazyLock;

use composer_core::options::{self, Kind, OptionRow, Scope};
use composer_core::parts::PARTS;
use composer_core::parts::subject::Subject;
use composer_core::rules::row::Input;
use composer_core::temporal_service::TemporalService;
use composer_core::{FieldPath, Spec};

use crate::model::words::plain;

/// A section of the table of environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The first part of its options' keys; `""` for those of one part.
    pub(crate) name: &'static str,
    /// Its heading.
    pub(crate) label: &'static str,
    /// The option that stands in the heading's row: a switch.
    pub(crate) lead: Option<&'static str>,
    /// What the heading's row shows of the others while the section is closed: texts with keys in braces.
    pub(crate) summary: &'static str,
}

const fn section(
    name: &'static str,
    label: &'static str,
    lead: Option<&'static str>,
    summary: &'static str,
) -> Section {
    Section {
        name,
        label,
        lead,
        summary,
    }
}

/// The sections of an environment: first what is most often decided.
pub(crate) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let mut sections = Vec::new();
    for subject in Subject::FORM {
        if subject == Subject::Services {
            for service in TemporalService::ALL {
                let summary = "{count} × {cpu} / {memory}";
                sections.push(section(service.name(), service.label(), None, summary));
            }
        }
        add_sections_about(subject, &mut sections);
    }
    sections.extend_from_slice(FURTHER_SECTIONS);
    sections
});

/// Adds the sections of the parts about `subject`.
fn add_sections_about(subject: Subject, sections: &mut Vec<Section>) {
    for part in PARTS.iter() {
        if part.subject != subject {
            continue;
        }
        let lead = part.feature.key;
        if let Some(own) = part.section {
            sections.push(section(part.name, own.label, None, own.summary));
        } else if let Some(row) = options::option(Scope::Environment, lead)
            && section_of(row) == part.name
        {
            sections.push(section(part.name, row.label, Some(lead), ""));
        }
    }
}

/// Those of no subject.
#[rustfmt::skip] // one section a line
const FURTHER_SECTIONS: &[Section] = &[
    section("", "General", None, "{profile}, {region}"),
    section("images", "Images", None, ""),
    section("backend", "State", None, "{kind}"),
    section("migration", "Migration from the flat root", Some("migration.keep_flat_names"), ""),
];

/// The options of an environment that stand in the table's head rather than in a section.
const IN_HEAD: &[&str] = &["enabled"];

impl Section {
    /// Its options below the heading's row, in the order of the table of options.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static OptionRow> {
        options::in_scope(Scope::Environment).filter(|row| {
            section_of(row) == self.name
                && self.lead != Some(row.key)
                && !IN_HEAD.contains(&row.key)
        })
    }

    /// What it holds in `environment`, in a few words.
    #[must_use]
    pub(crate) fn summarize(&self, spec: &Spec, environment: &str) -> String {
        let mut shown = String::new();
        let mut rest = self.summary;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap_or((after, ""));
            shown.push_str(before);
            let key = if self.name.is_empty() {
                key.to_owned()
            } else {
                format!("{}.{key}", self.name)
            };
            let found = spec.effective(options::environment_option(&key), environment);
            shown.push_str(
                &found
                    .value
                    .map_or_else(|| "–".to_owned(), |value| plain(&value)),
            );
            rest = after;
        }
        shown + rest
    }
}

/// The section or drawer of this name, as an open one is noted.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let drawers = SHARED.iter().map(|(_, _, id)| *id);
    let mut all = SECTIONS.iter().map(|section| section.name).chain(drawers);
    all.find(|each| *each == name)
}

/// The section of an environment's option: tags stand among the plain values.
pub(crate) fn section_of(row: &OptionRow) -> &str {
    match row.section() {
        "tags" => "",
        section => section,
    }
}

/// The sections that must be open for the field at `at` to be seen.
pub(crate) fn of(at: &FieldPath) -> Option<&'static str> {
    let row = options::find(at)?;
    match row.scope {
        Scope::Environment => SECTIONS
            .iter()
            .find(|section| section.name == section_of(row))
            .filter(|section| section.lead != Some(row.key) && !IN_HEAD.contains(&row.key))
            .map(|section| section.name),
        Scope::Spec => SHARED
            .iter()
            .find(|(name, _, _)| *name == row.section())
            .map(|(_, _, id)| *id),
    }
}

/// The sections of the spec as a whole that can be closed: first part of the key, heading, name.
pub(crate) const SHARED: &[(&str, &str, &str)] = &[
    ("backend", "State defaults", "shared-backend"),
    ("images", "Image defaults", "shared-images"),
    ("tags", "Tags", "shared-tags"),
];

/// Whether a value needs the whole width of the table: a line for each environment rather than a column.
#[must_use]
pub(crate) fn is_wide(row: &OptionRow) -> bool {
    row.is_map() || matches!(row.kind, Kind::Text(rule) if rule.input() == Input::LongLine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_an_environment_stands_in_one_place() {
        for row in options::in_scope(Scope::Environment) {
            let places = SECTIONS
                .iter()
                .flat_map(|section| {
                    let lead = section.lead.map(options::environment_option);
                    section.rows().chain(lead)
                })
                .filter(|found| found.key == row.key)
                .count();
            let in_head = usize::from(IN_HEAD.contains(&row.key));
            assert_eq!(places + in_head, 1, "{}", row.key);
        }
    }

    #[test]
    fn every_option_of_the_spec_stands_in_a_section_or_above_them() {
        for row in options::in_scope(Scope::Spec) {
            let section = row.section();
            assert!(
                section.is_empty() || SHARED.iter().any(|(name, _, _)| *name == section),
                "{}",
                row.key
            );
        }
    }

    #[test]
    fn a_closed_section_shows_what_it_holds() {
        let spec = composer_core::presets::find("standard").unwrap().spec();
        let summaries: Vec<String> = SECTIONS
            .iter()
            .map(|section| section.summarize(&spec, "prod"))
            .filter(|summary| !summary.is_empty())
            .collect();
        assert_eq!(
            summaries,
            [
                "6 × m8g.2xlarge",
                "10.30.0.0/16",
                "internal",
                "existing",
                "3 × m6g.large.search",
                "3 × 1024 / 2048",
                "6 × 2048 / 6144",
                "4 × 1024 / 2048",
                "2 × 1024 / 2048",
                "15000 requests a second",
                "120 s to stop",
                "1 × 512 / 768",
                "128 / 512",
                "prod, eu-west-1",
                "s3",
            ]
        );
    }
}
