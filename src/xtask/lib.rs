//! What the project's tasks share with its tests: where things are, and a
//! server for the built site.

pub mod project;
pub mod server;
