//! HCL documents that look hand-written: blocks, attributes, comments and blank lines, printed as `terraform fmt`
//! would leave them. Literals and their escaping come from hcl-rs.

mod document;
mod literal;
mod printer;

pub(crate) use document::{Body, Expr};
pub(crate) use literal::{key, string};
pub(crate) use printer::{file, print};
