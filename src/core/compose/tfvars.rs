//! `terraform.tfvars` of an environment: what the composition sets differently from the profile, and the open values.

use std::collections::BTreeMap;

use super::variables::declared;
use crate::environment::{Environment, Setting};
use crate::hcl::{Body, Expr, string};
use crate::options::{self, DefaultValue, OptionRow, Scope, Terraform};
use crate::path::FieldPath;
use crate::value::Value;

pub(super) fn compose(project: &str, environment: &Environment) -> Body {
    let mut file = Body::new();
    file.origin(&environment.address()).comment(&format!(
        "The values of `{}` that override the defaults in variables.tf. Terraform reads this file automatically. By itself\n\
         it silently drops an attribute that an object variable doesn't have. Here the plan fails on it, as on an unknown\n\
         variable. `temporal-composer adopt` copies what you edit here into composition.toml.",
        environment.name
    ));
    file.comment("\n").comment(&switches(environment));
    examples(
        "Open values: remove the `#` and set your value. Until then, Terraform asks for it at each plan.",
        environment.open(),
        &mut file,
    );
    examples(
        "`scripts/images.sh` writes these images to images.auto.tfvars.json. To use one of your own, remove the `#` and set it,\n\
         and run the script again: it then leaves the image out.",
        environment.open_until_built(),
        &mut file,
    );

    file.origin(&FieldPath::of(&["project"]))
        .blank()
        .text("project", project);
    let mut objects: BTreeMap<&str, Vec<(FieldPath, String, Expr)>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for setting in declared(environment).filter(|setting| differs(setting)) {
        match &setting.row.terraform {
            Terraform::Variable(name) => {
                file.origin(&setting.from).attribute(*name, value(setting));
            }
            Terraform::Attribute {
                variable,
                attribute,
            } => {
                if !order.contains(variable) {
                    order.push(variable);
                }
                objects.entry(variable).or_default().push((
                    setting.from.clone(),
                    (*attribute).to_owned(),
                    value(setting),
                ));
            }
            Terraform::Structure => {}
        }
    }
    for name in order {
        let entries = objects.remove(name).unwrap_or_default();
        file.origin(&environment.address().key(name))
            .blank()
            .attribute(name, Expr::Object(entries));
    }
    file
}

/// Variables without a value, as comments with an example of each, below what to do with them.
fn examples<'a>(about: &str, settings: impl Iterator<Item = &'a Setting>, file: &mut Body) {
    let mut rows = Vec::new();
    for setting in settings {
        if let Terraform::Variable(name) = setting.row.terraform {
            rows.push((name, setting));
        }
    }
    if rows.is_empty() {
        return;
    }
    file.blank().comment(about);
    let widest = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, setting) in rows {
        let example = string(setting.example().unwrap_or_default());
        file.origin(&setting.at)
            .comment(&format!("{name:widest$} = {example}"));
    }
}

/// What is no variable and so needs composing again, in lines.
fn switches(environment: &Environment) -> String {
    let has_variable = |row: &OptionRow| {
        row.terraform != Terraform::Structure
            && (!matches!(row.default, DefaultValue::Absent(_))
                || row.is_map()
                || declared(environment).any(|setting| setting.row.key == row.key))
    };
    let keys = options::in_scope(Scope::Environment)
        .filter(|row| row.key != "enabled" && row.section() != "migration")
        .filter(|row| !has_variable(row))
        .map(|row| row.key);
    let keys: Vec<&str> = keys.collect();
    let text = format!(
        "These options are not variables, so you can't set them here: {}. Change them in composition.toml and compose \
         again.",
        keys.join(", ")
    );
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        if width + word.len() > MAX_LINE_WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
        }
        lines.push_str(word);
        width += word.len() + 1;
    }
    lines
}

/// Characters of a comment's line.
const MAX_LINE_WIDTH: usize = 116;

/// Whether its value in the composition overrides the default in `variables.tf`.
fn differs(setting: &Setting) -> bool {
    if setting.row.is_map() {
        return !setting.entries.is_empty();
    }
    if setting.row.follows_another() {
        return setting.is_stated;
    }
    setting.value.is_some() && setting.value != setting.profile_default
}

fn value(setting: &Setting) -> Expr {
    if setting.row.is_map() {
        return Expr::Object(
            setting
                .entries
                .iter()
                .map(|(key, value)| (setting.from.key(key), map_key(key), Expr::value(value)))
                .collect(),
        );
    }
    Expr::value(setting.value.as_ref().unwrap_or(&Value::Bool(false)))
}

fn map_key(key: &str) -> String {
    crate::hcl::key(key)
}
