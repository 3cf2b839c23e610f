//! The AWS provider that Terraform is tested with: the stand-in, or the real one.

use std::env;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;

use crate::project;

/// The variable that says it to the tests: `real`, or not set.
pub const VARIABLE: &str = "AWS_PROVIDER_UNDER_TEST";

/// Whether the tests are to leave it to Terraform where the provider comes from.
#[must_use]
pub fn is_real() -> bool {
    env::var_os(VARIABLE).is_some_and(|value| value == "real")
}

/// Initialises an empty root with `terraform` and returns the version of hashicorp/aws that it took.
///
/// # Errors
/// If Terraform finds no provider; says what is needed.
pub fn find(terraform: &mut Command) -> Result<String> {
    let folder = TempDir::new()?;
    // Any module's: all of them take the same versions.
    fs::copy(
        project::root().join("terraform-templates/modules/vpc/versions.tf"),
        folder.path().join("versions.tf"),
    )?;
    let output = terraform
        .args(["init", "-no-color", "-input=false"])
        .current_dir(folder.path())
        .output()
        .context("could not start `terraform`")?;
    if !output.status.success() {
        bail!(
            "the real hashicorp/aws provider could not be had. It comes from registry.terraform.io, or from a mirror \
             that your Terraform configuration names (`provider_installation` in ~/.terraformrc or in the file that \
             TF_CLI_CONFIG_FILE names). Terraform says:\n{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let lock = fs::read_to_string(folder.path().join(".terraform.lock.hcl"))
        .context("Terraform wrote no lock file")?;
    locked_version(&lock).ok_or_else(|| anyhow!("Terraform locked no version:\n{lock}"))
}

fn locked_version(lock: &str) -> Option<String> {
    lock.lines().find_map(|line| {
        let (name, version) = line.split_once('=')?;
        (name.trim() == "version").then(|| version.trim().trim_matches('"').to_owned())
    })
}
