//! What Terraform must say of every composition.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use composer_core::{Severity, Spec, check, inventory};

use crate::requirements::observation::{Environment, Observation};
use crate::{Root, TerraformRun, Tree};

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
    pub seen: Observation,
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
        said: &TerraformRun,
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
fn is_as_announced(said: &TerraformRun, is_warned: bool) -> bool {
    let mut warnings = said
        .text
        .lines()
        .filter(|line| line.starts_with("Warning: "));
    said.code == 0
        && warnings.all(|line| is_warned && line == "Warning: Check block assertion failed")
}

/// Expects of the tree that it is formatted, and of each environment that it is initialised, valid, planned and applied
/// without a warning, but for what the composer warned of itself, that a second plan has nothing to do, that its
/// outputs name its services, which have no tasks yet, and that it has the resources that the page counts.
///
/// # Errors
/// The first fault.
pub fn prove(spec: &Spec) -> Result<Proof, Fault> {
    run(spec, false)
}

/// As [`prove`], and that each environment can be destroyed, where it is protected only after that was taken away.
///
/// # Errors
/// The first fault.
pub fn prove_life(spec: &Spec) -> Result<Proof, Fault> {
    run(spec, true)
}

fn run(spec: &Spec, is_destroyed: bool) -> Result<Proof, Fault> {
    let tree = Tree::of(spec);
    expect_formatted(&tree)?;
    let mut all = Vec::new();
    let mut plans = BTreeMap::new();
    let checked = check(spec);
    for environment in checked.environments() {
        let name = environment.name.as_str();
        let is_warned = checked
            .problems
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
        if is_destroyed {
            destroy(&root, name, environment.deletion_protection)?;
        }
        all.push((name.to_owned(), times));
    }
    let seen = Observation::of(spec, plans);
    for environment in &seen.environments {
        for (step, outcome) in [
            ("outputs", name_services(environment)),
            ("inventory", is_counted(environment)),
        ] {
            outcome.map_err(|said| Fault {
                environment: Some(environment.wanted.name.clone()),
                step,
                said,
            })?;
        }
    }
    Ok(Proof { times: all, seen })
}

/// Destroys what was applied. A protected root refuses it at plan until it has no guards, and then as its README says.
fn destroy(root: &Root, name: &str, is_protected: bool) -> Result<(), Fault> {
    let expect =
        |is_so: bool, said: &TerraformRun| Fault::unless(is_so, said, "destroy", Some(name));
    let unprotected = ["-var=deletion_protection=false"];
    let command = ["destroy", "-no-color", "-auto-approve"];
    if is_protected {
        let said = root.with_variables(&command, &[]);
        expect(
            said.code == 1 && said.text.contains("prevent_destroy"),
            &said,
        )?;
        expect(!said.text.contains("Destroying..."), &said)?;
        let guards = root.path().join("protection.tf");
        expect(std::fs::remove_file(guards).is_ok(), &said)?;
        let said = root.with_variables(&["apply", "-no-color", "-auto-approve"], &unprotected);
        expect(said.is_clean(), &said)?;
    }
    let said = root.with_variables(&command, &unprotected);
    expect(said.is_clean(), &said)?;
    let left = root.terraform(&["state", "list"]);
    expect(left.code == 0 && left.text.is_empty(), &left)
}

/// The services have no tasks, and what is wanted is an output, by the same names as theirs.
fn name_services(environment: &Environment) -> Result<(), String> {
    let keys = |name: &str| -> Result<Vec<String>, String> {
        let names = environment.output(name)?.as_object();
        Ok(names
            .into_iter()
            .flatten()
            .map(|(key, _)| key.clone())
            .collect())
    };
    let (counts, names) = (keys("service_desired_counts")?, keys("service_names")?);
    if counts != names {
        return Err(format!(
            "there are counts of {counts:?}, names of {names:?}"
        ));
    }
    let services = environment.all("aws_ecs_service");
    if services.len() < names.len() {
        return Err(format!("{} services for {names:?}", services.len()));
    }
    for service in services {
        if service["values"]["desired_count"] != 0 {
            return Err(format!("tasks are wanted at once: {service}"));
        }
    }
    Ok(())
}

/// What the page says that will exist is what Terraform manages, but for the guards of the root, which make nothing.
fn is_counted(environment: &Environment) -> Result<(), String> {
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in environment.managed() {
        let kind = resource["type"].as_str().unwrap_or_default();
        let address = resource["address"].as_str().unwrap_or_default();
        if !address.starts_with("terraform_data.") {
            *made.entry(kind).or_default() += 1;
        }
    }
    let said: BTreeMap<&str, usize> = inventory::resources(&environment.wanted)
        .into_iter()
        .collect();
    if said != made {
        return Err(format!("the page counts {said:?}, there are {made:?}"));
    }
    Ok(())
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
