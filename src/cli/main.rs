//! `temporal-composer`: the composer on the command line.

mod adopt;
mod answer;
mod args;
mod check;
mod connections;
mod cost;
mod diff;
mod edit;
mod explain;
mod export;
mod folder;
mod init;
mod interface;
mod interrupt;
mod journal;
mod link;
mod list;
mod loading;
mod losses;
mod migrate;
mod outcome;
mod print;
mod questions;
mod report;
mod shell;
mod size;
mod source;
mod staging;
mod table;
mod target;
mod update;
mod validate;
mod variables;
mod write;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::answer::Answer;
use crate::args::{Arguments, Command};
use crate::outcome::Outcome;

/// The flag that turns colours off. It is looked for before the arguments are read, since their errors have colours, too.
const NO_COLOR: &str = "--no-color";

fn main() -> ExitCode {
    if std::env::args_os().any(|argument| argument == NO_COLOR) {
        anstream::ColorChoice::Never.write_global();
    }
    let read = Arguments::command().try_get_matches().and_then(|matches| {
        let command = matches.subcommand_name().unwrap_or_default().to_owned();
        Ok((command, Arguments::from_arg_matches(&matches)?))
    });
    let outcome = match read {
        Ok((command, arguments)) => {
            let mut answer = Answer::new(arguments.json);
            let done = run(&arguments.command, &mut answer);
            answer.finish(&command, done)
        }
        Err(error) => Answer::new(false).finish("", print_clap_message(&error)),
    };
    outcome.into()
}

/// Prints what clap answers by itself: help and the version to standard output, errors to standard error.
fn print_clap_message(error: &clap::Error) -> anyhow::Result<Outcome> {
    let text = error.render();
    if error.use_stderr() {
        report::message(&text.ansi().to_string());
        return Ok(Outcome::Usage);
    }
    print::text(&text.ansi().to_string())?;
    Ok(Outcome::Done)
}

fn run(command: &Command, answer: &mut Answer) -> anyhow::Result<Outcome> {
    match command {
        Command::Export(arguments) => export::run(arguments, answer),
        Command::Update(arguments) => update::run(arguments, answer),
        Command::Adopt(arguments) => adopt::run(arguments, answer),
        Command::Check(arguments) => check::run(arguments, answer),
        Command::Diff(arguments) => diff::run(arguments, answer),
        Command::Validate(arguments) => validate::run(arguments, answer),
        Command::Size(arguments) => size::run(arguments, answer),
        Command::Cost(arguments) => cost::run(arguments, answer),
        Command::Target(arguments) => target::run(arguments, answer),
        Command::Migrate(arguments) => migrate::run(arguments, answer),
        Command::Init(arguments) => init::run(arguments, answer),
        Command::List(arguments) => list::run(arguments, answer),
        Command::Explain(arguments) => explain::run(arguments, answer),
        Command::Link(arguments) => link::run(arguments, answer),
        Command::Schema => interface::schema(answer),
        Command::Completions(arguments) => interface::completions(arguments, answer),
        Command::Man(arguments) => interface::man(arguments, answer),
    }
}
