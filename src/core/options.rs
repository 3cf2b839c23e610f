//! Every option of a spec: what it is called, what it may be, what it is by default and why, and which Terraform
//! variable carries it. The page, `explain`, the check, the roots' `variables.tf` and the README's table all read
//! this one table, so that an option added here is there everywhere.

mod general;
mod state;

use std::sync::LazyLock;

use crate::parts;
use crate::parts::subject::Subject;
use crate::path::FieldPath;
use crate::sorted::SortedMap;

pub use crate::option::{
    DefaultValue, DerivedDefault, Kind, Literal, OptionRow, Profile, Scope, Terraform,
};

impl OptionRow {
    /// What it is when the spec says nothing anywhere: for an inherited option the default at the top level.
    #[must_use]
    pub fn inherited_default(&self) -> &DefaultValue {
        match &self.default {
            DefaultValue::Inherited => in_scope(Scope::Spec)
                .find(|of_spec| of_spec.key == self.key)
                .map_or(&self.default, |of_spec| &of_spec.default),
            own => own,
        }
    }
}

/// Every option, in the order of the form.
pub static OPTIONS: LazyLock<Vec<OptionRow>> = LazyLock::new(table);

/// The option that `path` addresses.
#[must_use]
pub fn find(path: &FieldPath) -> Option<&'static OptionRow> {
    let segments = path.segments();
    let (scope, key) = match segments.as_slice() {
        ["environments", _, key @ ..] => (Scope::Environment, key),
        key => (Scope::Spec, key),
    };
    option(scope, &key.join("."))
        .filter(|row| !row.is_map() && row.matches(key))
        .or_else(|| in_scope(scope).find(|row| row.is_map() && row.matches(key)))
}

/// The option of each environment whose key is `key`, such as `history.cpu`.
///
/// # Panics
/// If there is none: keys in code are spelt right.
#[must_use]
pub fn environment_option(key: &str) -> &'static OptionRow {
    option(Scope::Environment, key)
        .unwrap_or_else(|| panic!("`{key}` is no option of an environment"))
}

/// The option of `scope` whose key is `key`, a map's with its `*`.
#[must_use]
pub fn option(scope: Scope, key: &str) -> Option<&'static OptionRow> {
    // A check looks up hundreds of keys, at every key press on the page.
    static ROWS: LazyLock<[SortedMap<&str, &OptionRow>; 2]> = LazyLock::new(|| {
        [Scope::Spec, Scope::Environment].map(|scope| {
            let mut rows = SortedMap::new();
            rows.extend(in_scope(scope).map(|row| (row.key, row)));
            rows
        })
    });
    ROWS[scope as usize].get(key).copied()
}

/// The options of `scope`, in the order of the form.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static OptionRow> {
    OPTIONS.iter().filter(move |row| row.scope == scope)
}

/// The images in the order of the form, each with what it needs in an environment.
fn images() -> Vec<OptionRow> {
    let mut images = general::SERVER_IMAGES.to_vec();
    for subject in Subject::IMAGES {
        add_images_about(subject, &mut images);
    }
    images
}

/// Adds the images of the parts about `subject`.
fn add_images_about(subject: Subject, images: &mut Vec<OptionRow>) {
    for part in parts::PARTS.iter() {
        if part.subject == subject
            && let Some(image) = &part.image
        {
            images.push(match part.feature.is_optional() {
                true => image.row.needs_on(part.feature.key),
                false => image.row,
            });
        }
    }
}

/// Lists of constants, put together: code that makes each row is 6 kB (brotli) more of what the page loads first.
fn table() -> Vec<OptionRow> {
    let mut rows = general::SPEC.to_vec();
    rows.extend_from_slice(state::OPTIONS);
    let images = images();
    for image in &images {
        // What an image needs, an environment has.
        rows.push(OptionRow {
            needs: None,
            ..*image
        });
    }
    rows.extend_from_slice(general::ENVIRONMENT);
    for row in state::OPTIONS {
        rows.push(row.inherited());
    }
    for image in &images {
        rows.push(image.inherited().because(""));
    }
    for subject in Subject::OPTIONS {
        add_options_about(subject, &mut rows);
    }
    rows
}

/// Adds the options of the parts about `subject`.
fn add_options_about(subject: Subject, rows: &mut Vec<OptionRow>) {
    for part in parts::PARTS.iter() {
        if part.subject == subject {
            for row in part.options {
                if row.is_map() {
                    add_service_options(row.section(), rows);
                }
                rows.push(*row);
            }
        }
    }
}

/// Adds the options that parts have among those of the Temporal service named `section`: they stand before its map of
/// environment variables.
fn add_service_options(section: &str, rows: &mut Vec<OptionRow>) {
    for part in parts::PARTS.iter() {
        for row in part.service_options {
            if row.section() == section {
                rows.push(*row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_found() {
        for (index, row) in OPTIONS.iter().enumerate() {
            assert!(
                OPTIONS[..index]
                    .iter()
                    .all(|earlier| (earlier.scope, &earlier.key) != (row.scope, &row.key)),
                "{} stands twice",
                row.key
            );
            let found = find(&row.path("dev")).unwrap();
            assert_eq!((found.scope, &found.key), (row.scope, &row.key));
            if let Some((key, _)) = &row.needs {
                assert!(OPTIONS.iter().any(|other| other.key == *key), "{key}");
            }
        }
    }
}
