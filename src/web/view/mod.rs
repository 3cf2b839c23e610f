//! What the page shows: components of Yew, and the hooks that tie the model to the browser.

mod answer;
pub(crate) mod app;
mod baseline;
pub(crate) mod dialogs;
pub(crate) mod file_reading;
pub(crate) mod files;
mod footer;
pub(crate) mod form;
mod header;
mod icon;
mod ids;
mod incoming_files;
mod inline;
pub(crate) mod kept_work;
mod loading;
mod notice_bar;
pub(crate) mod outlook;
mod persistence;
pub(crate) mod persistence_switch;
pub(crate) mod preview;
mod question;
mod render_stage;
mod severity;
mod shortcuts;
pub(crate) mod store;
mod table;
pub(crate) mod work;
