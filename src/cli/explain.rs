//! `explain`: one option in detail.

use std::borrow::Cow;

use anyhow::Result;
use composer_core::options::{self, DefaultValue, Kind, OPTIONS, OptionRow, Profile, Terraform};
use composer_core::{FieldPath, Spec, Value};
use serde::Serialize;

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};

/// What `explain` prints of one option.
#[derive(Serialize)]
pub(crate) struct Explanation {
    key: String,
    label: &'static str,
    help: &'static str,
    allowed: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Choice>,
    /// What it is when the spec doesn't say.
    default: Default,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
    needs: Option<Needs>,
    terraform_variable: Option<String>,
    /// Whether it can't change after the first apply.
    immutable: bool,
}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    meaning: &'static str,
}

#[derive(Serialize)]
struct Needs {
    key: &'static str,
    value: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Default {
    Required,
    Open {
        example: &'static str,
    },
    Absent {
        meaning: &'static str,
    },
    Value(Value),
    PerProfile {
        dev: Value,
        bench: Value,
        prod: Value,
    },
    Inherited {
        from: &'static str,
    },
    Derived {
        rule: Cow<'static, str>,
    },
}

pub(crate) fn run(arguments: &args::Explain, answer: &mut Answer) -> Result<Outcome> {
    let row = find(&arguments.key)?;
    let explained = Explanation::of(row);
    answer.give(
        || serde_json::json!({ "option": explained }),
        || explained.text(),
    )?;
    Ok(Outcome::Done)
}

/// The option that `key` names: by its full address, or as inside an environment.
fn find(key: &str) -> Result<&'static OptionRow> {
    // `list options` writes placeholders.
    let plain = key.replace("<name>", "dev").replace("<key>", "*");
    let at = FieldPath::parse(&plain.replace('*', "any"))
        .map_err(|_| Stop::Usage(format!("`{key}` is not a valid key\n{LIST}")))?;
    let inside = FieldPath::of(&[&["environments", "dev"], at.segments().as_slice()].concat());
    match options::find(&at).or_else(|| options::find(&inside)) {
        Some(row) => Ok(row),
        None => Err(no_option(key, &at, &inside).into()),
    }
}

/// Where to find the keys.
const LIST: &str = "hint: list the keys with `temporal-composer list options`";

/// The error for a key that no option has, with the key that was probably meant.
fn no_option(key: &str, at: &FieldPath, inside: &FieldPath) -> Stop {
    if at.segments() == ["version"] {
        return Stop::Usage("`version` is the version of the file format and always 1".to_owned());
    }
    let is_table = |table: &FieldPath| OPTIONS.iter().any(|row| row.path("dev").starts_with(table));
    let meanings = if at.environment().is_some() {
        vec![at]
    } else {
        vec![at, inside]
    };
    let hint = |meaning: &FieldPath| {
        let problem = Spec::default()
            .set(meaning.clone(), Value::Bool(true))
            .err()?;
        let hint = problem.hint?;
        Some(hint.replace("environments.dev.", ""))
    };
    if let Some(table) = meanings.iter().find(|meaning| is_table(meaning)) {
        return Stop::Usage(format!(
            "`{key}` is a table, not a value\nhint: {}",
            hint(table).unwrap_or_default()
        ));
    }
    let hint = meanings
        .into_iter()
        .filter_map(hint)
        .find(|hint| hint.starts_with("did you mean"))
        .map_or(LIST.to_owned(), |hint| format!("hint: {hint}"));
    Stop::Usage(format!("there is no key `{key}`\n{hint}"))
}

impl Explanation {
    pub(crate) fn of(row: &OptionRow) -> Self {
        Self {
            key: row.documented_key(),
            label: row.label,
            help: row.help,
            allowed: row.kind.allowed(),
            choices: match row.kind {
                Kind::Choice(choices) => choices
                    .iter()
                    .map(|&(value, meaning)| Choice { value, meaning })
                    .collect(),
                Kind::Boolean
                | Kind::Integer { .. }
                | Kind::OneOf { .. }
                | Kind::Text(_)
                | Kind::Duration { .. }
                | Kind::List { .. } => Vec::new(),
            },
            default: match &row.default {
                DefaultValue::Required => Default::Required,
                DefaultValue::Open(example) => Default::Open { example },
                DefaultValue::Absent(meaning) => Default::Absent { meaning },
                DefaultValue::Same(value) => Default::Value((*value).into()),
                DefaultValue::PerProfile([dev, bench, prod]) => Default::PerProfile {
                    dev: (*dev).into(),
                    bench: (*bench).into(),
                    prod: (*prod).into(),
                },
                DefaultValue::Inherited => Default::Inherited { from: row.key },
                DefaultValue::Derived(derived) => Default::Derived {
                    rule: derived.describe(),
                },
            },
            reason: row.reason,
            needs: row.needs.map(|(key, value)| Needs {
                key,
                value: value.into(),
            }),
            terraform_variable: match row.terraform {
                Terraform::Structure => None,
                Terraform::Variable(name) => Some(name.to_owned()),
                Terraform::Attribute {
                    variable,
                    attribute,
                } => Some(format!("{variable}.{attribute}")),
            },
            immutable: row.immutable,
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n{}: {}\n\n", self.key, self.label, self.help);
        let mut line = |name: &str, value: &str| {
            text.push_str(&format!("{name:<10}{value}\n"));
        };
        line("allowed", &self.allowed);
        for choice in &self.choices {
            line("", &format!("{}: {}", choice.value, choice.meaning));
        }
        match &self.default {
            Default::Required => line("default", "none, you must set it"),
            Default::Open { example } => {
                line(
                    "default",
                    &format!("none, Terraform asks for it; for example {example}"),
                );
            }
            Default::Absent { meaning } => line("default", &format!("none: {meaning}")),
            Default::Value(value) => line("default", &value.to_string()),
            Default::PerProfile { dev, bench, prod } => {
                for (profile, value) in Profile::ALL.iter().zip([dev, bench, prod]) {
                    line(
                        if *profile == Profile::Dev {
                            "default"
                        } else {
                            ""
                        },
                        &format!("{:<6}{value}", profile.name()),
                    );
                }
            }
            Default::Inherited { from } => line(
                "default",
                &format!("the value of `{from}` for all environments"),
            ),
            Default::Derived { rule } => line("default", rule),
        }
        if !self.reason.is_empty() {
            line("why", self.reason);
        }
        if let Some(needs) = &self.needs {
            line("needs", &format!("{} = {}", needs.key, needs.value));
        }
        if let Some(variable) = &self.terraform_variable {
            line("Terraform", &format!("var.{variable}"));
        }
        if self.immutable {
            line("note", "can't change after the first apply");
        }
        text
    }
}
