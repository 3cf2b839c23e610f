//! The READMEs of the tree and of its environments; that of an environment has a file here for each chapter.

mod access;
mod configuration;
mod environment;
mod logs;
mod open_values;
mod operation;
mod repository;
mod state;
mod surroundings;

pub(super) use environment::page as environment;
pub(super) use logs::history_group;
pub(super) use repository::page as repository;
pub(super) use surroundings::Surroundings;
