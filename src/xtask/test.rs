//! Every test, as steps: what each is for, what it needs, what it runs.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::builder::PossibleValuesParser;
use xtask::{project, provider};

use crate::command::{self, cargo, output, run_reading, with_path};
use crate::setup::{Tool, set_up};
use crate::{site, versions};

struct Step {
    name: &'static str,
    about: &'static str,
    tools: &'static [Tool],
    run: fn(&mut Context) -> Result<()>,
}

/// Cheap steps first: what fails often should fail early.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "every Rust file is formatted",
        tools: &[Tool::Rustfmt],
        run: |tests| tests.check(cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "clippy",
        about: "no warning in any crate, tests included",
        tools: &[Tool::Clippy],
        run: |tests| {
            tests.check(
                cargo()
                    .args(["clippy", "--workspace", "--all-targets"])
                    .args(["--", "-D", "warnings"]),
            )
        },
    },
    Step {
        name: "clippy-wasm",
        about: "no warning in the page compiled for wasm",
        tools: &[Tool::Clippy, Tool::WasmTarget],
        run: |tests| {
            tests.check(
                cargo()
                    .args(["clippy", "--package", "composer-web", "--features", "cut"])
                    .args(["--target", versions::WASM])
                    .args(["--", "-D", "warnings"]),
            )
        },
    },
    Step {
        name: "core-wasm",
        about: "the composer compiles for wasm by itself",
        tools: &[Tool::WasmTarget],
        run: |tests| {
            tests.check(
                cargo()
                    .args(["check", "--package", "composer-core"])
                    .args(["--target", versions::WASM]),
            )
        },
    },
    Step {
        name: "tests",
        about: "units, golden trees, CLI transcripts, properties, wiring",
        tools: &[],
        run: tests,
    },
    Step {
        name: "terraform",
        about: "Terraform accepts the modules and what is composed from them",
        tools: &[
            Tool::Terraform,
            Tool::PythonTools,
            Tool::TypeScriptTools,
            Tool::Shells,
            Tool::PrometheusTools,
        ],
        run: terraform,
    },
    Step {
        name: "browser",
        about: "the built page works in Chromium",
        tools: &[
            Tool::WasmTarget,
            Tool::RustSource,
            Tool::Trunk,
            Tool::WasmBindgen,
            Tool::Chromium,
        ],
        run: browser,
    },
];

/// Which AWS provider Terraform takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Provider {
    /// `tests/provider`
    StandIn,
    /// hashicorp/aws, from the registry or a mirror of yours
    Real,
}

/// All that can be tested with the real provider and no account.
const REAL_PROVIDER: Step = Step {
    name: "provider",
    about: "the real AWS provider takes the modules, their tests and what is composed from them",
    tools: &[Tool::Terraform],
    run: real_provider,
};

/// The table of requirements alone.
const REQUIREMENTS: Step = Step {
    name: "requirements",
    about: "what the composed Terraform has to satisfy, criterion by criterion",
    tools: &[Tool::Terraform],
    run: |tests| {
        tests.build("terraform-provider-aws")?;
        tests.compositions(&["--requirements".as_ref()])
    },
};

/// The packages whose tests need more than Rust, and so are steps of their own.
const ENGINE: [&str; 2] = ["stand-in-provider", "engine-tests"];
const BROWSER: &str = "browser-tests";

/// Reports itself, and takes arguments of its own.
const COMPOSITIONS: &str = "compositions";

/// Which compositions Terraform is to accept.
#[derive(Default)]
pub(crate) enum Compositions {
    /// The fixed part of the array.
    #[default]
    Part,
    /// The whole array.
    All,
    /// The one in a file, and no other test.
    File(PathBuf),
}

/// What `--only` takes.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(STEPS.iter().map(|step| step.name))
}

/// Prints the steps.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:<12} {}", step.name, step.about);
    }
}

/// Runs the steps named, or all, up to the first failure.
pub(crate) fn run(only: &[String], compositions: Compositions) -> ExitCode {
    let steps: Vec<&Step> = STEPS
        .iter()
        .filter(|step| match compositions {
            Compositions::File(_) => step.name == "terraform",
            Compositions::All | Compositions::Part => {
                only.is_empty() || only.iter().any(|name| name == step.name)
            }
        })
        .collect();
    run_steps(steps, compositions)
}

/// Runs what the real provider can be tested with.
pub(crate) fn run_with_real_provider() -> ExitCode {
    run_steps(vec![&REAL_PROVIDER], Compositions::Part)
}

/// Prints the table of requirements, proven on a few compositions.
pub(crate) fn requirements() -> ExitCode {
    let mut tests = Context::default();
    let outcome = tests
        .set_up(&[&REQUIREMENTS])
        .and_then(|()| (REQUIREMENTS.run)(&mut tests));
    if let Err(error) = outcome {
        println!("\nerror: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run_steps(steps: Vec<&Step>, compositions: Compositions) -> ExitCode {
    let started = Instant::now();
    let mut tests = Context {
        compositions,
        ..Context::default()
    };
    let mut times = Vec::new();

    // All tools first: a missing one should not show after ten minutes.
    let mut failure = tests.set_up(&steps).err().map(|error| ("setup", error));
    if failure.is_none() {
        for step in steps {
            println!("\n== {}: {}", step.name, step.about);
            let began = Instant::now();
            let outcome = (step.run)(&mut tests);
            let took = began.elapsed();
            println!("== {} took {}", step.name, seconds(took));
            times.push((step.name, took));
            if let Err(error) = outcome {
                failure = Some((step.name, error));
                break;
            }
        }
    }

    println!();
    for (name, took) in &times {
        println!("{name:<12} {:>8}", seconds(*took));
    }
    println!("{:<12} {:>8}\n", "all", seconds(started.elapsed()));
    if tests.ignored > 0 {
        println!(
            "{} tests are marked as ignored and did not run",
            tests.ignored
        );
    }
    if let Some((name, error)) = &failure {
        // Where no single test failed, what failed is the step.
        tests.failed = tests.failed.max(1);
        println!("error: {name}: {error:#}");
        match *name {
            "setup" => println!("nothing was tested"),
            name if name == REAL_PROVIDER.name => {
                println!("repeat it with: cargo xtask test --provider real");
            }
            name => println!("repeat it with: cargo xtask test --only {name}"),
        }
    }
    println!("{} passed, {} failed", tests.passed, tests.failed);
    if failure.is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn tests(tests: &mut Context) -> Result<()> {
    let targets = test_targets()?;
    let mut here = vec!["--lib", "--bins"];
    for (package, names) in &targets {
        if !ENGINE.contains(&package.as_str()) && package != BROWSER {
            here.extend(names.iter().flat_map(|name| ["--test", name.as_str()]));
        }
    }
    tests.cargo_test(&here)?;
    tests.cargo_test(&["--doc"])
}

fn terraform(tests: &mut Context) -> Result<()> {
    if let Compositions::File(file) = &tests.compositions {
        let file = path::absolute(file)?;
        tests.build("terraform-provider-aws")?;
        return tests.compositions(&["--spec".as_ref(), file.as_os_str()]);
    }
    let mut terraform = with_path(Command::new("terraform"), &tests.folders);
    tests.check(terraform.current_dir(project::root()).args([
        "fmt",
        "-check",
        "-diff",
        "-recursive",
        "terraform-templates",
    ]))?;
    tests.build("terraform-provider-aws")?;
    let targets = test_targets()?;
    let mut names = Vec::new();
    for package in ENGINE {
        let tests = targets
            .get(package)
            .ok_or_else(|| anyhow!("there is no package {package}"))?;
        names.extend(tests.iter().filter(|&name| name != COMPOSITIONS).cloned());
    }
    tests.cargo_test(&selection(&names))?;
    let arguments: &[&OsStr] = match tests.compositions {
        Compositions::All => &["--all".as_ref()],
        Compositions::Part | Compositions::File(_) => &[],
    };
    tests.compositions(arguments)
}

fn real_provider(tests: &mut Context) -> Result<()> {
    // The provider has hundreds of megabytes, and each module is a root of its own.
    let downloads = project::root().join("target/terraform-plugins");
    fs::create_dir_all(&downloads)?;
    let mut terraform = with_path(Command::new("terraform"), &tests.folders);
    let version = provider::find(keeping(&mut terraform, &downloads))?;
    println!("Terraform takes hashicorp/aws {version}");
    tests.count(|cargo| {
        keeping(cargo, &downloads)
            .env(provider::VARIABLE, "real")
            .args(["--test", "schema", "--", "every_"])
            // Terraform's folder of downloads is for one command at a time.
            .arg("--test-threads=1")
    })
}

/// `command` with a folder for the providers that Terraform downloads, where the user has none.
fn keeping<'a>(command: &'a mut Command, downloads: &Path) -> &'a mut Command {
    if env::var_os("TF_PLUGIN_CACHE_DIR").is_none() {
        command.env("TF_PLUGIN_CACHE_DIR", downloads);
    }
    command
}

fn browser(tests: &mut Context) -> Result<()> {
    site::build()?;
    tests.passed += 1;
    tests.build("temporal-composer")?;
    let targets = test_targets()?;
    let names = targets
        .get(BROWSER)
        .ok_or_else(|| anyhow!("there is no package {BROWSER}"))?;
    tests.cargo_test(&selection(names))
}

fn selection(names: &[String]) -> Vec<&str> {
    names
        .iter()
        .flat_map(|name| ["--test", name.as_str()])
        .collect()
}

/// The integration tests of each package that has some.
///
/// Steps choose tests by these names and never by package: what cargo
/// compiles dependencies for (their features) follows from the packages
/// chosen, and with `--workspace` every time it compiles each of them once.
fn test_targets() -> Result<BTreeMap<String, Vec<String>>> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))
        .context("`cargo metadata` failed")?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let mut targets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            if target["kind"][0] == "test" {
                let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
                targets
                    .entry(text(&package["name"]))
                    .or_default()
                    .push(text(&target["name"]));
            }
        }
    }
    let mut names: Vec<&String> = targets.values().flatten().collect();
    names.sort();
    for pair in names.windows(2) {
        ensure!(
            pair[0] != pair[1],
            "two packages have an integration test `{}`: rename one",
            pair[0]
        );
    }
    Ok(targets)
}

#[derive(Default)]
struct Context {
    /// Tools that were set up outside `PATH`.
    folders: Vec<PathBuf>,
    passed: u32,
    failed: u32,
    ignored: u32,
    compositions: Compositions,
}

impl Context {
    fn set_up(&mut self, steps: &[&Step]) -> Result<()> {
        let mut tools: Vec<Tool> = steps
            .iter()
            .flat_map(|step| step.tools.iter().copied())
            .collect();
        tools.sort();
        tools.dedup();
        self.folders = set_up(&tools)?;
        Ok(())
    }

    /// A command that counts as one test.
    fn check(&mut self, command: &mut Command) -> Result<()> {
        command::run(command)?;
        self.passed += 1;
        Ok(())
    }

    /// A program of the workspace, with the features that its tests have.
    fn build(&self, program: &str) -> Result<()> {
        command::run(cargo().args(["build", "--workspace", "--bin", program]))
    }

    /// Tests of the whole workspace; `targets` says which.
    fn cargo_test(&mut self, targets: &[&str]) -> Result<()> {
        self.count(|cargo| cargo.args(targets))
    }

    /// The proof of compositions, which takes arguments of its own.
    fn compositions(&mut self, arguments: &[&OsStr]) -> Result<()> {
        self.count(|cargo| cargo.args(["--test", COMPOSITIONS, "--"]).args(arguments))
    }

    fn count(&mut self, choose: impl FnOnce(&mut Command) -> &mut Command) -> Result<()> {
        let mut cargo = with_path(cargo(), &self.folders);
        choose(cargo.args(["test", "--workspace", "--no-fail-fast"]));
        run_reading(&mut cargo, |line| {
            if let Some([passed, failed, ignored]) = counts(line) {
                self.passed += passed;
                self.failed += failed;
                self.ignored += ignored;
            }
        })
    }
}

/// The numbers of `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn counts(line: &str) -> Option<[u32; 3]> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    let mut next = |label: &str| counts.next()?.strip_suffix(label)?.trim().parse().ok();
    Some([next("passed")?, next("failed")?, next("ignored")?])
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn results_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; \
                    0 filtered out; finished in 0.10s";
        assert_eq!(counts(line), Some([12, 3, 1]));
        assert_eq!(counts("test result: ok"), None);
        assert_eq!(counts("test a ... ok"), None);
    }
}
