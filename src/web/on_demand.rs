//! What few visits need: the update of an earlier download, with a reader of Terraform, a merge and what an apply destroys,
//! and the migration of a flat root. It is a third part of the wasm, which the dialogs load when they open.

use yew::Html;

use crate::loading::LoadError;
use crate::view::dialogs::migration::{MigrationProps, migration};
use crate::view::dialogs::update::{UpdateProps, download_update};

/// The ways into the third part.
pub(crate) struct OnDemand {
    /// What an update makes of an earlier download.
    pub(crate) update: fn(UpdateProps) -> Html,
    /// What becomes of a flat root's state.
    pub(crate) migration: fn(MigrationProps) -> Html,
}

static ON_DEMAND: OnDemand = OnDemand {
    update: download_update,
    migration,
};

/// Loads the third part, once. What failed is tried again at the next call.
///
/// # Errors
/// Where it can't be loaded.
#[cfg(feature = "cut")]
#[wasm_split_helpers::wasm_split(on_demand, fallible)]
pub(crate) fn load() -> Result<&'static OnDemand, LoadError> {
    Ok(&ON_DEMAND)
}

/// The third part of a page that is not cut: nothing needs to be loaded.
#[cfg(not(feature = "cut"))]
#[expect(clippy::unused_async, reason = "where it is cut, it takes time")]
pub(crate) async fn load() -> Result<&'static OnDemand, LoadError> {
    Ok(&ON_DEMAND)
}
