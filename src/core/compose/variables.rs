//! `variables.tf` of an environment: its inputs, with the profile's defaults.

use super::declarations::{self, Declaration};
use super::rule_conditions::follows;
use crate::environment::{Environment, Setting};
use crate::hcl::{Body, Expr};
use crate::options::{DefaultValue, Kind, Terraform};
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
        let declaration = declarations::of(setting.row);
        block.code("description", declaration.description.as_str());
        block.code("type", type_of(setting));
        if setting.row.is_map() {
            block.code("default", "{}");
        } else if let Some(default) = &setting.profile_default {
            block.attribute("default", Expr::value(default));
        }
        block.code("nullable", "false");
        declaration.validate(block);
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

/// One variable for a section: an object whose attributes have the profile's defaults.
fn object(file: &mut Body, name: &str, environment: &Environment) {
    let attributes: Vec<(&str, &Setting, &Declaration)> = declared(environment)
        .filter_map(|setting| match &setting.row.terraform {
            Terraform::Attribute {
                variable,
                attribute,
            } if *variable == name => Some((*attribute, setting, declarations::of(setting.row))),
            Terraform::Attribute { .. } | Terraform::Variable(_) | Terraform::Structure => None,
        })
        .collect();
    file.block("variable", &[name], |block| {
        let mut text = vec![format!("{}:", subject(name)).into()];
        for (_, _, declaration) in &attributes {
            text.push(declaration.description.as_str().into());
        }
        block.attribute("description", Expr::Heredoc(text));
        block.attribute(
            "type",
            Expr::Call(
                "object({".to_owned(),
                attributes
                    .iter()
                    .map(|(attribute, setting, _)| {
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
        for (_, setting, declaration) in &attributes {
            block.origin(&setting.at);
            declaration.validate(block);
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

fn optional(setting: &Setting) -> String {
    let kind = type_of(setting);
    if setting.row.is_map() {
        return format!("optional({kind}, {{}})");
    }
    match &setting.profile_default {
        Some(default) if !setting.row.follows_another() => {
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
