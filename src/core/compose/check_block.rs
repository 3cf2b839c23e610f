//! A `check` block.

use crate::hcl::Body;

/// ```hcl
/// check "<name>" {
///   assert {
///     condition     = <condition>
///     error_message = "<message>"
///   }
/// }
/// ```
///
/// `message` is a template of HCL: what stands in it as `${…}` is a value.
pub(crate) fn check_block(file: &mut Body, name: &str, condition: &str, message: &str) {
    file.blank().block("check", &[name], |check| {
        check.block("assert", &[], |assert| {
            assert
                .code("condition", condition.to_owned())
                .code("error_message", format!("\"{message}\""));
        });
    });
}
