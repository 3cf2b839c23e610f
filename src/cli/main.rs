//! `temporal-composer`: the composer on the command line.

mod args;
mod connections;
mod cost;
mod edit;
mod explain;
mod export;
mod init;
mod interrupt;
mod list;
mod migrate;
mod outcome;
mod print;
mod report;
mod shell;
mod size;
mod source;
mod staging;
mod table;
mod target;
mod validate;
mod write;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::outcome::Outcome;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            return exit_code(print_clap_message(&error));
        }
    };
    exit_code(run(&arguments.command))
}

/// Reports an error and returns the exit code.
fn exit_code(done: anyhow::Result<Outcome>) -> ExitCode {
    let error = match done {
        Ok(outcome) => return outcome.into(),
        Err(error) => error,
    };
    let outcome = outcome::of_error(&error);
    match outcome {
        // Neither needs a message: the reader closed the output on purpose, and the signal came from outside.
        Outcome::ReaderGone => {}
        Outcome::Interrupted(signal) => interrupt::end_by(signal),
        _ => report::failure(&error),
    }
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

fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Export(arguments) => export::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Size(arguments) => size::run(arguments),
        Command::Cost(arguments) => cost::run(arguments),
        Command::Target(arguments) => target::run(arguments),
        Command::Migrate(arguments) => migrate::run(arguments),
        Command::Init(arguments) => init::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
    }
}
