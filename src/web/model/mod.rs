//! What the page knows and what follows from it: plain Rust, without HTML, Yew or a browser, so that it is tested natively.

pub(crate) mod action;
pub(crate) mod baseline;
pub(crate) mod capabilities;
pub(crate) mod composition;
pub(crate) mod costs;
pub(crate) mod diagram;
pub(crate) mod diff;
pub(crate) mod download;
pub(crate) mod edit;
pub(crate) mod field_state;
pub(crate) mod file_tree;
pub(crate) mod highlight;
pub(crate) mod history;
pub(crate) mod labels;
pub(crate) mod link;
pub(crate) mod marks;
pub(crate) mod module_calls;
pub(crate) mod notice;
pub(crate) mod opening;
pub(crate) mod search;
pub(crate) mod sections;
pub(crate) mod sizing;
pub(crate) mod start;
pub(crate) mod state;
pub(crate) mod view_state;
pub(crate) mod words;
