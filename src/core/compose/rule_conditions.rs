//! Rules of texts as conditions in HCL, for `validation` blocks.

use crate::hcl::string;
use crate::rules::Rule;

/// That `value` follows `rule`, as Terraform says it; `None` for a rule that no variable has.
pub(super) fn follows(rule: Rule, value: &str) -> Option<String> {
    let matches = |pattern: &str| format!("can(regex({}, {value}))", string(pattern));
    let validation = rule.validation()?;
    let mut condition = matches(validation.pattern);
    if let Some(exception) = validation.exception {
        condition.push_str(&format!(" && !{}", matches(exception)));
    }
    if let Some(function) = validation.function {
        condition.push_str(&format!(" && {}", function.replace("VALUE", value)));
    }
    Some(condition)
}

/// That each of the list `values` follows `rule`; `None` for a rule that no variable has.
pub(super) fn each_follows(rule: Rule, values: &str) -> Option<String> {
    let condition = follows(rule, "each")?;
    Some(format!("alltrue([for each in {values} : {condition}])"))
}
