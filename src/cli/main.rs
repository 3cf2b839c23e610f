//! `temporal-composer`: the composer on the command line.

mod args;
mod connections;
mod cost;
mod explain;
mod export;
mod init;
mod list;
mod migrate;
mod outcome;
mod report;
mod shell;
mod size;
mod source;
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
            let is_help = !error.use_stderr();
            // Nothing is left to say if even the message can't be written.
            let _ = error.print();
            return if is_help {
                Outcome::Done
            } else {
                Outcome::Usage
            }
            .into();
        }
    };
    match run(&arguments.command) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            if outcome::is_broken_pipe(&error) {
                return Outcome::Done.into();
            }
            report::failure(&error);
            outcome::of(&error).into()
        }
    }
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
