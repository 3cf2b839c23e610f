//! What Terraform must say of every composition.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use composer_core::{Severity, Spec, check};

use crate::requirements::seen::Seen;
use crate::{Said, Tree};

/// What is done with each root, in order.
pub const STEPS: [&str; 6] = ["init", "validate", "plan", "apply", "again", "show"];

/// How long each of [`STEPS`] took.
pub type Times = [Duration; STEPS.len()];

/// What Terraform accepted.
#[derive(Clone, Debug)]
pub struct Proof {
    /// How long each environment took.
    pub times: Vec<(String, Times)>,
    /// What there is now.
    pub seen: Seen,
}

/// What went wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where: the tree as a whole or an environment.
    pub environment: Option<String>,
    /// The step.
    pub step: &'static str,
    /// What Terraform said.
    pub said: String,
}

impl Fault {
    fn unless(
        is_good: bool,
        said: &Said,
        step: &'static str,
        environment: Option<&str>,
    ) -> Result<(), Self> {
        if is_good {
            return Ok(());
        }
        Err(Self {
            environment: environment.map(ToOwned::to_owned),
            step,
            said: said.text.clone(),
        })
    }
}

/// What the composer warned of, the root's own `check` blocks may say again.
fn is_as_announced(said: &Said, is_warned: bool) -> bool {
    let mut warnings = said
        .text
        .lines()
        .filter(|line| line.starts_with("Warning: "));
    said.code == 0
        && warnings.all(|line| is_warned && line == "Warning: Check block assertion failed")
}

/// Expects of the tree that it is formatted, and of each environment that it is initialised, valid, planned and applied
/// without a warning, but for what the composer warned of itself, and that a second plan has nothing to do.
///
/// # Errors
/// The first fault.
pub fn prove(spec: &Spec) -> Result<Proof, Fault> {
    let tree = Tree::of(spec);
    expect_formatted(&tree)?;
    let mut all = Vec::new();
    let mut plans = BTreeMap::new();
    let problems = check(spec).problems;
    for name in spec.environments() {
        let is_warned = problems
            .of(Severity::Warning)
            .any(|problem| problem.at.environment() == Some(name));
        let root = tree.environment(name);
        let mut times = Times::default();
        for (step, time) in STEPS.iter().zip(&mut times) {
            let began = Instant::now();
            let said = match *step {
                "init" => root.init(&[]),
                "validate" => root.terraform(&["validate", "-no-color"]),
                "plan" => root.with_variables(&["plan", "-no-color", "-out=tfplan"], &[]),
                "apply" => root.terraform(&["apply", "-no-color", "tfplan"]),
                "again" => root.with_variables(
                    &["plan", "-no-color", "-detailed-exitcode", "-out=tfplan"],
                    &[],
                ),
                // State and configuration in one, with nothing left to be known later.
                _ => root.terraform(&["show", "-json", "tfplan"]),
            };
            *time = began.elapsed();
            let is_good = is_as_announced(&said, is_warned);
            Fault::unless(is_good, &said, step, Some(name))?;
            if *step == "show" {
                let plan = serde_json::from_str(&said.text);
                Fault::unless(plan.is_ok(), &said, step, Some(name))?;
                plans.insert(name.to_owned(), plan.unwrap_or_default());
            }
        }
        all.push((name.to_owned(), times));
    }
    Ok(Proof {
        times: all,
        seen: Seen::of(spec, plans),
    })
}

/// Expects of each environment that it is initialised and valid.
///
/// # Errors
/// The first fault.
pub fn validate(spec: &Spec) -> Result<(), Fault> {
    let tree = Tree::of(spec);
    expect_formatted(&tree)?;
    for name in spec.environments() {
        let root = tree.environment(name);
        for (step, said) in [
            ("init", root.init(&[])),
            ("validate", root.terraform(&["validate", "-no-color"])),
        ] {
            Fault::unless(said.is_clean(), &said, step, Some(name))?;
        }
    }
    Ok(())
}

fn expect_formatted(tree: &Tree) -> Result<(), Fault> {
    let said = tree
        .root(".", &[])
        .terraform(&["fmt", "-check", "-recursive", "-diff"]);
    Fault::unless(said.is_clean(), &said, "fmt", None)
}
