//! A row of `outputs.tf`.

use std::borrow::Cow;

use crate::hcl::Expr;

/// Name, description, the option it belongs to, value.
pub(super) type Output = (Cow<'static, str>, &'static str, &'static str, Expr);
