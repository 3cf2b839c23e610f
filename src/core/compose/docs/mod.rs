//! `docs/`: how the environments are operated, who may do what in them, and how one comes from the flat root. They speak
//! only of what the composition has.

mod migration;
mod operations;
mod presence;
mod runbook;
mod security;

pub(super) use migration::page as migration;
pub(super) use operations::page as operations;
pub(super) use runbook::page as runbook;
pub(super) use security::page as security;
