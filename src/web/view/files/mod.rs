//! The Files pane: search, comparison, tree.

pub(crate) mod comparison;
pub(crate) mod file_tree;
pub(crate) mod search_results;
pub(crate) mod search_view;
