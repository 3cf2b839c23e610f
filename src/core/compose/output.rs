//! A row of `outputs.tf`.

use std::borrow::Cow;

use crate::hcl::Expr;

/// Name, description, the option it belongs to, value.
pub(crate) type Output = (Cow<'static, str>, &'static str, &'static str, Expr);

/// An output whose value is this code; `key` is the option that it belongs to.
pub(crate) fn output(
    name: &'static str,
    description: &'static str,
    key: &'static str,
    code: impl Into<Cow<'static, str>>,
) -> Output {
    (name.into(), description, key, Expr::code(code))
}
