//! Values that a person must look up.

use super::plan::{Blank, find_environment};
use super::state::State;
use crate::blueprint::Blueprint;
use crate::options::{self, Scope};
use crate::parts::subject::Subject;
use crate::parts::texts_about;

/// What only `terraform show -json` shows: the option, and where the flat root has its value.
type Row = (&'static str, &'static str);

/// Those before the parts'.
const BLANKS: &[Row] = &[
    (
        "migration.name",
        "`project_name`, if it isn't `<project>-<environment>`",
    ),
    ("region", "`region`"),
];

/// Those after the network's.
const BLANKS_OF_SERVER: &[Row] = &[
    ("history_shards", "`temporal_history_shards`"),
    ("log_retention_days", "`log_retention_days`"),
];

/// Those after the database's.
const BLANKS_OF_IMAGES: &[Row] = &[
    ("images.temporal", "`temporal_image`"),
    ("images.admin_tools", "`temporal_admin_tools_image`"),
];

/// All of them, those of parts too.
fn all() -> Vec<&'static Row> {
    let mut all: Vec<&Row> = BLANKS.iter().collect();
    for subject in Subject::FLAT_BLANKS {
        if subject == Subject::Compute {
            all.extend(BLANKS_OF_SERVER);
        }
        for texts in texts_about(subject) {
            all.extend(texts.flat.blanks);
        }
        if subject == Subject::Database {
            all.extend(BLANKS_OF_IMAGES);
        }
    }
    all
}

/// The values to look up. If only addresses are known: all that the composition uses. Else those that the flat root has no
/// value for either, so that Terraform will ask for them.
pub(super) fn blanks(blueprint: &Blueprint, environment: &str, state: &State) -> Vec<Blank> {
    let spec = blueprint.spec();
    if state.has_values {
        return find_environment(blueprint, environment)
            .open()
            .filter(|setting| setting.row.key != "backend.bucket")
            .map(|setting| Blank {
                at: setting.row.path(environment),
                value: None,
                find: all()
                    .into_iter()
                    .find(|(key, _)| *key == setting.row.key)
                    .map_or("nowhere", |(_, find)| find),
            })
            .collect();
    }
    all()
        .into_iter()
        .filter_map(|&(key, find)| {
            let row = options::option(Scope::Environment, key)?;
            let is_used = spec.unmet_need(row, environment).is_none();
            is_used.then(|| Blank {
                at: row.path(environment),
                value: spec.effective(row, environment).value,
                find,
            })
        })
        .collect()
}
