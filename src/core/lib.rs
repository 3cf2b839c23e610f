//! The composer: from what a user asks for to a complete Terraform tree.
//!
//! [`read`](read::read) makes a [`Spec`](spec::Spec) from text. [`check`](check::check) is the only step that can
//! fail: it gathers every problem and, without errors, makes a [`Blueprint`](blueprint::Blueprint), which
//! [`compose`](compose::compose) turns into a [`Tree`](tree::Tree) of files, which [`archive`](archive::archive) packs.
//! Nothing here does IO, reads a clock or draws a random number, so that the same spec gives the same bytes everywhere.

pub mod catalog;
pub mod options;
pub mod path;
pub mod problem;
pub mod read;
pub mod rules;
pub mod spec;
pub mod value;
