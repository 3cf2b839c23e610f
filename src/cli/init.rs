//! `init`: writes a commented spec to start from.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result};
use composer_core::options::{self, DefaultValue, Kind, OptionRow, Scope};
use composer_core::presets::PresetSpec;
use composer_core::{FieldPath, Spec, Value, spec_schema};

use crate::answer::Answer;
use crate::args;
use crate::outcome::{Outcome, Stop};
use crate::{interface, questions, shell, source, write};

/// The preset that is written if nobody is asked.
const DEFAULT_PRESET: &str = "standard";

pub(crate) fn run(arguments: &args::Init, answer: &mut Answer) -> Result<Outcome> {
    let to_stdout = arguments.out == Path::new("-");
    if !to_stdout {
        // Before somebody answers five questions for nothing.
        write::check_new(&arguments.out)?;
    }
    let (preset, spec) = match &arguments.preset {
        None if !answer.is_json() && questions::can_ask() => questions::ask()?,
        name => {
            let preset = source::preset(name.as_deref().unwrap_or(DEFAULT_PRESET))?;
            (preset, preset.spec())
        }
    };
    let text = commented(preset, &spec);
    if to_stdout {
        answer.document(&text)?;
        return Ok(Outcome::Done);
    }
    let text = format!("#:schema ./{}\n{text}", spec_schema::FILE);
    let schema = arguments.out.with_file_name(spec_schema::FILE);
    let schema_text = interface::spec_schema_text(&spec_schema::schema());
    let mut files = vec![(arguments.out.as_path(), text.as_bytes())];
    if !renew_schema(&schema, &schema_text)? {
        files.push((&schema, schema_text.as_bytes()));
    }
    write::files(&files)?;
    let file = shell::word(&arguments.out);
    let result = serde_json::json!({ "path": arguments.out, "schema": schema });
    answer.report(
        || &result,
        || {
            format!(
                "wrote {}, and {}, with which editors complete it\n\n\
             next:\n  edit {file}\n  temporal-composer validate --spec {file}\n  \
             temporal-composer export --spec {file} --out temporal-terraform\n",
                arguments.out.display(),
                schema.display(),
            )
        },
    )?;
    Ok(Outcome::Done)
}

/// Replaces a schema of another version. Returns whether there was a schema.
fn renew_schema(file: &Path, text: &str) -> Result<bool> {
    let old = match fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        read => read.with_context(|| format!("can't read {}", file.display()))?,
    };
    if old == text.as_bytes() {
        return Ok(true);
    }
    let is_ours = serde_json::from_slice::<serde_json::Value>(&old)
        .is_ok_and(|schema| schema["title"] == spec_schema::TITLE);
    if !is_ours {
        return Err(Stop::Refused(format!(
            "{} is not a schema of this tool: nothing was written\nhint: rename it, or choose another folder",
            file.display()
        ))
        .into());
    }
    write::replace(file, &old, text.as_bytes())?;
    Ok(true)
}

/// The spec with every other option in a comment: uncommented, a line states the default.
fn commented(preset: &PresetSpec, spec: &Spec) -> String {
    let mut text = format!(
        "# {}: {}.\n# This file has every key. A line in a comment shows the default. `temporal-composer explain KEY` explains a key.\n\
         version = 1\n",
        preset.name, preset.summary
    );
    section(&mut text, spec, Scope::Spec, "");
    for environment in spec.environments() {
        section(&mut text, spec, Scope::Environment, environment);
    }
    text
}

fn section(text: &mut String, spec: &Spec, scope: Scope, environment: &str) {
    // Group by table: TOML allows each table only once, with its own values before the tables in it.
    let mut tables: Vec<(FieldPath, Vec<&OptionRow>)> = vec![match scope {
        Scope::Spec => (FieldPath::root(), Vec::new()),
        Scope::Environment => (FieldPath::of(&["environments", environment]), Vec::new()),
    }];
    for row in options::in_scope(scope).filter(|row| !matches!(row.key, "enabled" | "profile")) {
        let table = row.path(environment).parent().unwrap_or_default();
        match tables.iter_mut().find(|(other, _)| *other == table) {
            Some((_, rows)) => rows.push(row),
            None => tables.push((table, vec![row])),
        }
    }
    for (table, rows) in tables {
        if table != FieldPath::root() {
            text.push_str(&format!("\n[{table}]\n"));
        }
        for row in rows {
            if scope == Scope::Spec || environment == first_environment(spec) {
                text.push_str(&format!("# {}\n", row.help));
            }
            match spec.get(&row.path(environment)) {
                Some(value) => text.push_str(&format!("{} = {value}\n", row.name())),
                None => text.push_str(&format!("# {}\n", assignment(spec, row, environment))),
            }
        }
    }
}

/// The environment whose options are explained; the others have the values alone.
fn first_environment(spec: &Spec) -> &str {
    spec.environments().first().copied().unwrap_or_default()
}

/// `key = default`, or an example where there is none.
fn assignment(spec: &Spec, row: &OptionRow, environment: &str) -> String {
    if row.is_map() {
        let (key, value) = row.example_entry();
        let key = FieldPath::of(&[key]);
        return format!("{key} = {}", Value::from(value));
    }
    let value = spec
        .default_of(row, environment)
        .value
        .unwrap_or_else(|| example(row, environment));
    format!("{} = {value}", row.name())
}

fn example(row: &OptionRow, environment: &str) -> Value {
    let of_the_spec = options::in_scope(Scope::Spec)
        .find(|other| other.key == row.key)
        .map(|other| &other.default);
    let example = match (&row.default, of_the_spec) {
        (DefaultValue::Open(example), _)
        | (DefaultValue::Inherited, Some(DefaultValue::Open(example))) => example,
        _ => match row.name() {
            "account_id" => "123456789012",
            "kms_key_arn" => {
                "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab"
            }
            "admin_secret" => return Value::Text(format!("temporal-{environment}/grafana/admin")),
            "name" => "temporal-old",
            _ => match row.kind {
                Kind::Text(rule) => rule.examples_in("eu-west-1").next().unwrap_or_default(),
                Kind::Boolean
                | Kind::Integer { .. }
                | Kind::OneOf { .. }
                | Kind::Choice(_)
                | Kind::Duration { .. }
                | Kind::List { .. } => "",
            },
        },
    };
    Value::from(example)
}
