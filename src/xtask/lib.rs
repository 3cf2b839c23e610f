//! What the project's tasks share with its tests: where things are, which
//! AWS provider Terraform takes, and a server for the built site.

pub mod project;
pub mod provider;
pub mod server;
