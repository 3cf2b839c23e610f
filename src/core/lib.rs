//! The composer: from what a user asks for to a complete Terraform tree.
//!
//! [`read`](read::read) makes a [`Spec`](spec::Spec) from text. [`check`](check::check) is the only step that can
//! fail: it gathers every problem and, without errors, makes a [`Blueprint`](blueprint::Blueprint), which
//! [`compose`](compose::compose) turns into a [`Tree`](tree::Tree) of files, which [`archive`](archive::archive) packs.
//! Nothing here does IO, reads a clock or draws a random number, so that the same spec gives the same bytes everywhere.

pub mod adopt;
pub mod alarm;
pub mod alarms;
pub mod archive;
pub mod assignment;
pub mod blueprint;
pub mod catalog;
pub mod changes;
pub mod check;
mod choice;
pub mod cidr;
pub mod compose;
pub mod contract;
pub mod diagram;
pub mod differences;
pub mod digits;
mod document;
pub mod drift;
pub mod dsql;
pub mod duration;
pub mod environment;
pub mod feature;
pub mod fix;
pub mod folder_update;
mod hcl;
pub mod hunks;
pub mod inventory;
pub mod link;
pub mod losses;
pub mod losses_by_environment;
pub mod manifest;
pub mod merge;
pub mod migrate;
mod open;
pub mod option;
pub mod options;
mod order;
pub mod parts;
pub mod path;
pub(crate) mod ports;
pub mod presets;
pub mod problem;
pub mod problem_code;
pub mod read;
mod retired;
pub mod rules;
pub mod series;
pub mod service_name;
pub mod shell;
pub mod sizing;
pub mod sorted;
pub mod spec;
pub mod spec_edit;
pub mod spec_schema;
mod spec_text;
pub mod switches;
pub mod templates;
pub mod temporal_service;
pub mod text;
pub mod tree;
mod unknown_key;
pub mod update;
pub mod value;
pub mod value_files;
pub mod versions;

pub use archive::archive;
pub use blueprint::{Blueprint, PlacedEnvironment};
pub use check::{CheckResult, PreviousCheck, check, check_from, check_without_names};
pub use compose::compose;
pub use environment::Environment;
pub use path::FieldPath;
pub use problem::{Problem, Problems};
pub use problem_code::{ProblemCode, Severity};
pub use spec::Spec;
pub use tree::{File, Tree};
pub use value::Value;
