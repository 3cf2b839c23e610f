//! What the project's tasks share with its tests: where things are, which
//! AWS provider Terraform takes, a server for the built site, and what of
//! that is loaded.

pub mod project;
pub mod provider;
pub mod server;
pub mod sizes;
