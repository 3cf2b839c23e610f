//! What `variables.tf` says of an option in each environment that declares it: it follows from the option's row alone.

use std::sync::LazyLock;

use super::rule_conditions::{each_follows, follows};
use crate::hcl::{Body, string};
use crate::options::{self, Kind, OptionRow, Scope, Terraform};
use crate::rules::Rule;
use crate::sorted::SortedMap;

/// What is declared of an option.
pub(super) struct Declaration {
    /// A variable's description as a literal; an attribute's line in that of its variable.
    pub(super) description: String,
    validations: Vec<Validation>,
}

/// A block `validation`: the code of its condition and, as a literal, of its message.
struct Validation {
    condition: String,
    message: String,
}

/// The declaration of `row`, an option of an environment that has a variable or is an attribute of one.
///
/// All of them are made once: to make them is a tenth of what composing takes.
pub(super) fn of(row: &OptionRow) -> &'static Declaration {
    static DECLARATIONS: LazyLock<SortedMap<&str, Declaration>> = LazyLock::new(|| {
        let mut declarations = SortedMap::new();
        let rows = options::in_scope(Scope::Environment);
        declarations.extend(rows.filter_map(|row| Some((row.key, declaration(row)?))));
        declarations
    });
    DECLARATIONS
        .get(row.key)
        .unwrap_or_else(|| unreachable!("an environment has a variable for `{}`", row.key))
}

impl Declaration {
    /// Adds its validations to a variable.
    pub(super) fn validate(&'static self, variable: &mut Body) {
        for Validation { condition, message } in &self.validations {
            variable.blank().block("validation", &[], |block| {
                block
                    .code("condition", condition.as_str())
                    .code("error_message", message.as_str());
            });
        }
    }
}

fn declaration(row: &OptionRow) -> Option<Declaration> {
    Some(match &row.terraform {
        Terraform::Structure => return None,
        Terraform::Variable(name) => Declaration {
            description: string(row.help),
            validations: validations(&format!("var.{name}"), name, row),
        },
        Terraform::Attribute {
            variable,
            attribute,
        } => {
            let name = format!("{variable}.{attribute}");
            Declaration {
                description: format!("- {attribute}: {}", row.help),
                validations: validations(&format!("var.{name}"), &name, row),
            }
        }
    })
}

/// What is allowed: the same table as the composer's own check.
fn validations(expression: &str, name: &str, row: &OptionRow) -> Vec<Validation> {
    if row.is_map() {
        return of_map(expression, name, row);
    }
    let value = if row.follows_another() {
        // null is allowed: any value in the range stands for it.
        let Kind::Integer { min, .. } = row.kind else {
            return Vec::new();
        };
        format!("coalesce({expression}, {min})")
    } else {
        expression.to_owned()
    };
    let message = || format!("{name} must be {}.", row.kind.allowed());
    let condition = condition(row.kind, &value);
    condition
        .map(|condition| validation(condition, &message()))
        .into_iter()
        .collect()
}

/// What is allowed of the keys and of the values of a map, as far as Terraform can say it.
fn of_map(map: &str, name: &str, row: &OptionRow) -> Vec<Validation> {
    let mut validations = Vec::new();
    validations.extend(of_each("key", map, name, row.keys));
    if row.keys == Rule::TagKey {
        validations.push(validation(
            format!("length(distinct([for key in keys({map}) : lower(key)])) == length({map})"),
            &format!(
                "{name} must have no two keys that differ only in case: IAM takes them for one."
            ),
        ));
    }
    if let Kind::Text(rule) = row.kind {
        validations.extend(of_each("value", map, name, rule));
    }
    validations
}

/// That each `key` or `value` of a map follows `rule`.
fn of_each(what: &str, map: &str, name: &str, rule: Rule) -> Option<Validation> {
    let condition = each_follows(rule, &format!("{what}s({map})"))?;
    let message = format!("Each {what} of {name} must be {}.", rule.allowed());
    Some(validation(condition, &message))
}

fn validation(condition: String, message: &str) -> Validation {
    Validation {
        condition,
        message: string(message),
    }
}

fn condition(kind: Kind, value: &str) -> Option<String> {
    match kind {
        Kind::Boolean => None,
        Kind::Integer { min, max, .. } => Some(format!(
            "{value} >= {min} && {value} <= {max} && floor({value}) == {value}"
        )),
        Kind::OneOf { values, .. } => {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            Some(format!("contains([{}], {value})", values.join(", ")))
        }
        Kind::Choice(choices) => {
            let names: Vec<String> = choices.iter().map(|(name, _)| string(name)).collect();
            Some(format!("contains([{}], {value})", names.join(", ")))
        }
        Kind::Text(rule) => follows(rule, value),
        // One number and one unit. What is no duration has -1 seconds.
        Kind::Duration { min, max } => Some(format!(
            "alltrue([for seconds in [try(tonumber(regex(\"^([0-9]{{1,19}})[hms]$\", {value})[0]) * {{ h = 3600, m = 60, \
             s = 1 }}[substr({value}, -1, 1)], -1)] : seconds >= {} && seconds <= {}])",
            min.seconds(),
            max.seconds()
        )),
        Kind::List { rule, min, max } => {
            let mut condition = format!(
                "length({value}) >= {min} && length({value}) <= {max} && length(distinct({value})) == length({value})"
            );
            if let Some(each) = each_follows(rule, value) {
                condition.push_str(" && ");
                condition.push_str(&each);
            }
            Some(condition)
        }
    }
}
