//! `cargo xtask`: builds, serves, tests and measures Temporal Composer.
#![allow(clippy::print_stdout, reason = "tasks talk to whoever started them")]

mod alike;
mod bench;
mod command;
mod fuzz;
mod lighthouse;
mod minify;
mod setup;
mod shorten;
mod site;
mod split;
mod styles;
mod test;
mod versions;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use test::Compositions;
use xtask::project;
use xtask::server::Server;

/// Builds, serves, tests and measures Temporal Composer.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Build the page into target/site; sets up the tools that are missing
    Build,
    /// Build the page and serve it on the loopback interface
    Serve {
        /// The port; 0 takes any that is free
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Test everything, in order, up to the first step that fails
    Test {
        /// Take this step only; can be given several times
        #[arg(long, value_name = "STEP", value_parser = test::names())]
        only: Vec<String>,
        /// Prove every composition of the array instead of a fixed part; takes an hour or two
        #[arg(long, conflicts_with_all = ["only", "list"])]
        all: bool,
        /// Prove the composition in this file with Terraform, and nothing else
        #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "all", "list"])]
        spec: Option<PathBuf>,
        /// The AWS provider to test with; `real` validates and runs the modules' tests, and nothing else
        #[arg(long, value_enum, default_value = "stand-in", conflicts_with_all = ["only", "all", "spec"])]
        provider: test::Provider,
        /// List the steps and do nothing
        #[arg(long)]
        list: bool,
    },
    /// Print the 83 requirements of the Terraform: what is asserted of each, and over how many compositions it holds
    Requirements,
    /// Join the styles in static/css into target/styles; trunk calls it before it builds
    Styles,
    /// Measure how fast the composer is
    Bench,
    /// Look for inputs that break what holds for any, with libFuzzer; sets up cargo-fuzz
    Fuzz {
        /// The targets; without a name all, one after the other
        targets: Vec<String>,
        /// How long each runs
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Build => site::build(),
        Task::Serve { port } => serve(port),
        Task::Test { list: true, .. } => {
            test::list();
            Ok(())
        }
        Task::Test {
            provider: test::Provider::Real,
            ..
        } => return test::run_with_real_provider(),
        Task::Test {
            only, all, spec, ..
        } => {
            let compositions = match (all, spec) {
                (true, _) => Compositions::All,
                (false, Some(file)) => Compositions::File(file),
                (false, None) => Compositions::Part,
            };
            return test::run(&only, compositions);
        }
        Task::Requirements => return test::requirements(),
        Task::Styles => styles::write(),
        Task::Bench => bench::run(),
        Task::Fuzz { targets, seconds } => fuzz::run_targets(&targets, seconds),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(port: u16) -> Result<()> {
    site::build()?;
    let server = Server::start(&project::site(), port, "/")
        .with_context(|| format!("could not serve on port {port}: choose another with --port"))?;
    println!("Serving it on {} until Ctrl-C", server.url());
    server.wait();
    Ok(())
}
