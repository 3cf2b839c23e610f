//! What other programs learn of this one: completions for shells, manual pages, the schema of a spec.

use std::str;

use anyhow::Result;
use clap::CommandFactory as _;
use composer_core::spec_schema;

use crate::answer::Answer;
use crate::args::{self, Arguments};
use crate::outcome::{Outcome, Stop};

/// `completions`: the script for a shell.
pub(crate) fn completions(arguments: &args::Completions, answer: &mut Answer) -> Result<Outcome> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    answer.document(str::from_utf8(&script)?)?;
    Ok(Outcome::Done)
}

/// `man`: the manual page of the tool or of one of its commands.
pub(crate) fn man(arguments: &args::Man, answer: &mut Answer) -> Result<Outcome> {
    let mut command = Arguments::command();
    command.build();
    let page = match &arguments.command {
        None => command,
        Some(name) => {
            let Some(found) = command.find_subcommand(name) else {
                let names = command.get_subcommands().map(clap::Command::get_name);
                let names: Vec<&str> = names.filter(|name| *name != "help").collect();
                return Err(Stop::Usage(format!(
                    "there is no command `{name}`\nhint: the commands are {}",
                    names.join(", ")
                ))
                .into());
            };
            found.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    answer.document(str::from_utf8(&text)?)?;
    Ok(Outcome::Done)
}

/// `schema`: the JSON Schema of a spec.
pub(crate) fn schema(answer: &mut Answer) -> Result<Outcome> {
    let schema = spec_schema::schema();
    answer.give(|| &schema, || spec_schema_text(&schema))?;
    Ok(Outcome::Done)
}

/// The schema as its file holds it.
pub(crate) fn spec_schema_text(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}
