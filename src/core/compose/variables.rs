//! `variables.tf` of an environment: its inputs, with the profile's defaults.

use super::rule_conditions::{each_follows, follows};
use crate::environment::{Environment, Setting};
use crate::hcl::{Body, Expr, string};
use crate::options::{DefaultValue, DerivedDefault, Kind, OptionRow, Terraform};
use crate::parts::{TEXTS, texts_in};
use crate::path::FieldPath;
use crate::rules::Rule;
use crate::rules::names::MAX_NAME_LENGTH;

/// The variables in the order of the form, those of one section as one object.
pub(super) fn compose(environment: &Environment) -> Body {
    let at = environment.address();
    let mut file = Body::new();
    file.origin(&FieldPath::of(&["project"]));
    project(&mut file, environment);
    let mut done: Vec<&str> = Vec::new();
    for setting in declared(environment) {
        match &setting.row.terraform {
            Terraform::Structure => {}
            Terraform::Variable(name) => {
                file.origin(&setting.at).blank();
                variable(&mut file, name, setting, environment);
            }
            Terraform::Attribute { variable, .. } => {
                if !done.contains(variable) {
                    done.push(variable);
                    file.origin(&at.key(variable)).blank();
                    object(&mut file, variable, environment);
                }
            }
        }
    }
    file
}

/// `locals` with what the files of values may say. Terraform drops what it doesn't know: an attribute of an object without
/// a word, a variable with a warning.
pub(super) fn known_values(environment: &Environment, file: &mut Body) {
    let mut variables = vec![(
        FieldPath::of(&["project"]),
        "project".to_owned(),
        Expr::code("null"),
    )];
    for setting in declared(environment) {
        let (name, from, known) = match &setting.row.terraform {
            Terraform::Structure => continue,
            Terraform::Variable(name) => (*name, setting.at.clone(), "null".to_owned()),
            Terraform::Attribute { variable, .. } => (
                *variable,
                environment.address().key(variable),
                format!("keys(var.{variable})"),
            ),
        };
        if variables.iter().all(|(_, known, _)| known != name) {
            variables.push((from, name.to_owned(), Expr::code(known)));
        }
    }
    let lines = |lines: &[&str]| Expr::Lines(lines.iter().map(|&line| line.to_owned()).collect());
    file.origin(&environment.address()).comment(
        "Terraform silently drops an attribute that an object variable doesn't have. So this file reads the files of \
         values\n\
         that Terraform loads automatically, and the validation of `project` in variables.tf checks them. It can't check\n\
         values from -var, -var-file or TF_VAR_….",
    )
    .block("locals", &[], |locals| {
        locals
            .attribute(
                "value_files",
                lines(&[
                    "merge(",
                    "  {",
                    "    for name in fileset(path.root, \"{terraform,*.auto}.tfvars\") :",
                    "    name => provider::terraform::decode_tfvars(file(\"${path.root}/${name}\"))",
                    "  },",
                    "  {",
                    "    for name in fileset(path.root, \"{terraform,*.auto}.tfvars.json\") :",
                    "    name => jsondecode(file(\"${path.root}/${name}\"))",
                    "  },",
                    ")",
                ]),
            )
            .blank()
            .comment("What each variable accepts: an object its attributes, any other what its type says.")
            .attribute("known_attributes", Expr::Object(variables))
            .blank()
            .attribute(
                "unknown_values",
                lines(&[
                    "flatten([",
                    "  for file, values in local.value_files : [",
                    "    for name, value in values : [",
                    "      for attribute in try(",
                    "        setsubtract(keys(value), local.known_attributes[name]),",
                    "        contains(keys(local.known_attributes), name) ? [] : [\"\"],",
                    "      ) : \"${join(\".\", compact([name, attribute]))} (${file})\"",
                    "    ]",
                    "  ]",
                    "])",
                ]),
            );
    });
}

/// The settings that have a variable: those that may stay absent have one only where they are given or asked for.
pub(super) fn declared(environment: &Environment) -> impl Iterator<Item = &Setting> {
    environment.settings.iter().filter(|setting| {
        setting.row.is_map()
            || setting.value.is_some()
            || setting.is_open()
            || !matches!(setting.row.default, DefaultValue::Absent(_))
    })
}

/// The first part of every name. With the environment's it may have [`MAX_NAME_LENGTH`] characters.
fn project(file: &mut Body, environment: &Environment) {
    let longest = MAX_NAME_LENGTH - 1 - environment.name.len();
    file.block("variable", &["project"], |block| {
        block
            .text(
                "description",
                &format!(
                    "Prefix of every resource name. With `-{}` it may have {MAX_NAME_LENGTH} characters, because an \
                     OpenSearch domain's name ends at 28.",
                    environment.name
                ),
            )
            .code("type", "string")
            .blank()
            .block("validation", &[], |validation| {
                validation
                    .code(
                        "condition",
                        format!(
                            "{} && length(var.project) <= {longest}",
                            follows(Rule::ProjectName, "var.project").unwrap_or_default()
                        ),
                    )
                    .text(
                        "error_message",
                        &format!("project must have 2 to {longest} lower-case letters, digits and single hyphens, a \
                                  letter first and no hyphen last, and not begin with aws, ecs or fargate."),
                    );
            });
        block
            .blank()
            .comment("A validation must refer to its variable. This one checks all files of values.")
            .block("validation", &[], |validation| {
                validation
                    .code(
                        "condition",
                        "var.project != null && length(local.unknown_values) == 0",
                    )
                    .code(
                        "error_message",
                        "\"No variable takes ${join(\", \", local.unknown_values)}. variables.tf says what each takes. \
                         What it doesn't have, such as whether a part is there, is decided in composition.toml: change it \
                         there and compose again.\"",
                    );
            });
    });
}

fn variable(file: &mut Body, name: &str, setting: &Setting, environment: &Environment) {
    file.block("variable", &[name], |block| {
        block.text("description", setting.row.help);
        block.code("type", type_of(setting));
        if setting.row.is_map() {
            block.code("default", "{}");
        } else if let Some(default) = &setting.profile_default {
            block.attribute("default", Expr::value(default));
        }
        block.code("nullable", "false");
        validations(block, &format!("var.{name}"), name, setting);
        validations_of_parts(block, name, environment);
    });
}

/// What parts demand of the variable `name` besides what its options do.
fn validations_of_parts(block: &mut Body, name: &str, environment: &Environment) {
    for texts in texts_in(environment) {
        for (variable, write) in texts.root.validations {
            if *variable == name {
                write(environment, block);
            }
        }
    }
}

/// What is allowed of the keys and of the values of a map, as far as Terraform can say it.
fn map_validations(block: &mut Body, map: &str, name: &str, row: &OptionRow) {
    each_validation(block, "key", map, name, row.keys);
    if row.keys == Rule::TagKey {
        validation(
            block,
            format!("length(distinct([for key in keys({map}) : lower(key)])) == length({map})"),
            &format!(
                "{name} must have no two keys that differ only in case: IAM takes them for one."
            ),
        );
    }
    if let Kind::Text(rule) = row.kind {
        each_validation(block, "value", map, name, rule);
    }
}

/// That each `key` or `value` of a map follows `rule`.
fn each_validation(block: &mut Body, what: &str, map: &str, name: &str, rule: Rule) {
    if let Some(condition) = each_follows(rule, &format!("{what}s({map})")) {
        let message = format!("Each {what} of {name} must be {}.", rule.allowed());
        validation(block, condition, &message);
    }
}

fn validation(block: &mut Body, condition: String, message: &str) {
    block.blank().block("validation", &[], |validation| {
        validation
            .code("condition", condition)
            .text("error_message", message);
    });
}

/// One variable for a section: an object whose attributes have the profile's defaults.
fn object(file: &mut Body, name: &str, environment: &Environment) {
    let attributes: Vec<(&str, &Setting)> = declared(environment)
        .filter_map(|setting| match &setting.row.terraform {
            Terraform::Attribute {
                variable,
                attribute,
            } if *variable == name => Some((*attribute, setting)),
            Terraform::Attribute { .. } | Terraform::Variable(_) | Terraform::Structure => None,
        })
        .collect();
    file.block("variable", &[name], |block| {
        let mut text = vec![format!("{}:", subject(name))];
        for (attribute, setting) in &attributes {
            text.push(format!("- {attribute}: {}", setting.row.help));
        }
        block.attribute("description", Expr::Heredoc(text));
        block.attribute(
            "type",
            Expr::Call(
                "object({".to_owned(),
                attributes
                    .iter()
                    .map(|(attribute, setting)| {
                        (
                            setting.at.clone(),
                            (*attribute).to_owned(),
                            Expr::code(optional(setting)),
                        )
                    })
                    .collect(),
            ),
        );
        block.code("default", "{}").code("nullable", "false");
        for (attribute, setting) in &attributes {
            block.origin(&setting.at);
            validations(
                block,
                &format!("var.{name}.{attribute}"),
                &format!("{name}.{attribute}"),
                setting,
            );
        }
        validations_of_parts(block, name, environment);
    });
}

/// What an object variable is about.
fn subject(name: &str) -> &'static str {
    let mut of_parts = TEXTS.iter().flat_map(|texts| texts.root.variables);
    let found = of_parts.find(|(variable, _)| *variable == name);
    found.map_or("Settings", |(_, subject)| subject)
}

/// Defaults that follow from another variable stay null, so that they still follow after an edit.
pub(super) fn follows_another_variable(setting: &Setting) -> bool {
    matches!(
        setting.row.default,
        DefaultValue::Derived(DerivedDefault::SameAs(_) | DerivedDefault::HistoryCache)
    )
}

fn optional(setting: &Setting) -> String {
    let kind = type_of(setting);
    if setting.row.is_map() {
        return format!("optional({kind}, {{}})");
    }
    match &setting.profile_default {
        Some(default) if !follows_another_variable(setting) => {
            format!("optional({kind}, {})", Expr::inline(default))
        }
        _ => format!("optional({kind})"),
    }
}

fn type_of(setting: &Setting) -> &'static str {
    if setting.row.is_map() {
        return "map(string)";
    }
    match setting.row.kind {
        Kind::Boolean => "bool",
        Kind::Integer { .. } | Kind::OneOf { .. } => "number",
        Kind::Choice(_) | Kind::Text(_) | Kind::Duration { .. } => "string",
        Kind::List { .. } => "list(string)",
    }
}

/// What is allowed, as `validation` blocks: the same table as the composer's own check.
fn validations(block: &mut Body, expression: &str, name: &str, setting: &Setting) {
    if setting.row.is_map() {
        return map_validations(block, expression, name, setting.row);
    }
    let value = if follows_another_variable(setting) {
        // null is allowed: any value in the range stands for it.
        let Kind::Integer { min, .. } = setting.row.kind else {
            return;
        };
        format!("coalesce({expression}, {min})")
    } else {
        expression.to_owned()
    };
    let Some(condition) = condition(setting.row.kind, &value) else {
        return;
    };
    let message = format!("{name} must be {}.", setting.row.kind.allowed());
    validation(block, condition, &message);
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
