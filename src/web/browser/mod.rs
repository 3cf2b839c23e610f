//! Everything that the page asks of the browser. The page calls it from event handlers and effects; nothing here knows the
//! page's state.

pub(crate) mod address;
pub(crate) mod boot;
pub(crate) mod clipboard;
pub(crate) mod elements;
pub(crate) mod files;
pub(crate) mod interaction;
pub(crate) mod preferences;
pub(crate) mod saved_compositions;
pub(crate) mod saved_work;
pub(crate) mod schedule;
pub(crate) mod session;
pub(crate) mod single_keys;
pub(crate) mod storage;
