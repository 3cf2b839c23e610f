//! A stand-in for the AWS provider: the real provider's schema and the rules
//! of AWS that a plan can show, without AWS. What it proves and what it can't
//! is in the `README.md` next to this crate's manifest.

mod apply;
mod checks;
mod data_source;
mod diagnostic;
mod generated;
mod handshake;
pub mod mirror;
mod parts;
mod plan;
mod policy_document;
mod protocol;
mod replace;
mod schema;
mod service;
mod settings;
mod value;
mod world;

pub use handshake::serve;
