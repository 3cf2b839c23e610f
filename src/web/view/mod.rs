//! What the page shows: components of Yew, and the hooks that tie the model to the browser.

pub(crate) mod app;
pub(crate) mod dialogs;
pub(crate) mod files;
mod footer;
pub(crate) mod form;
mod header;
mod inline;
mod loading;
mod notice_bar;
mod persistence;
pub(crate) mod preview;
mod render_stage;
mod severity;
pub(crate) mod store;
mod table;
