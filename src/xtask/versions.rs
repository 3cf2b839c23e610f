//! The tools that the tasks set up, each in the one version that is known to work.
//!
//! The version of `wasm-bindgen` isn't here: the page's crate and the command
//! must be equal, so it is read from `Cargo.lock`.

/// 0.22 needs a newer compiler than the workspace's `rust-version`.
pub(crate) const TRUNK: &str = "0.21.14";

/// Runs libFuzzer in `cargo xtask fuzz`.
pub(crate) const CARGO_FUZZ: &str = "0.13.2";

/// Of the page's scores in `cargo xtask bench`.
pub(crate) const LIGHTHOUSE: &str = "12.8.2";

/// The oldest Terraform that the composed tree supports: `use_lockfile` is stable from here.
pub(crate) const TERRAFORM_AT_LEAST: [u32; 3] = [1, 11, 0];

/// The Terraform that is downloaded where `PATH` has none or an older one.
pub(crate) const TERRAFORM: &str = "1.11.4";

/// HashiCorp's SHA-256 of `terraform_<TERRAFORM>_<platform>.zip`.
pub(crate) const TERRAFORM_SHA256: &[(&str, &str)] = &[
    (
        "darwin_amd64",
        "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    ),
    (
        "darwin_arm64",
        "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
    ),
    (
        "linux_amd64",
        "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    ),
    (
        "linux_arm64",
        "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    ),
];

/// The oldest Python for which the versions of `PYTHON_TOOLS` were chosen.
pub(crate) const PYTHON_AT_LEAST: [u32; 2] = [3, 10];

/// The AWS CLI, the server that stands in for AWS and shellcheck, with all that they need, as `pip` takes it.
/// It is made from `python-tools.in`, which says how.
pub(crate) const PYTHON_TOOLS: &str = include_str!("python-tools.txt");

/// The oldest promtool that takes the rules: it is the first that knows `keep_firing_for`.
pub(crate) const PROMTOOL_AT_LEAST: [u32; 3] = [2, 42, 0];

/// What type-checks and runs the worker in TypeScript of an environment's README, as npm takes it.
pub(crate) const TYPESCRIPT_TOOLS: &[&str] = &[
    "@temporalio/worker@1.24.0",
    "@types/node@26.6.6",
    "typescript@7.0.2",
];

/// The oldest Rust that builds the page: it has the panic strategy `immediate-abort`. The rest of the workspace takes its
/// `rust-version`.
pub(crate) const PAGE_RUST_AT_LEAST: [u32; 3] = [1, 92, 0];

/// The target that the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::versions;

    #[test]
    fn the_tests_run_with_the_terraform_that_the_tree_names() {
        assert_eq!(TERRAFORM, versions::PINNED_TERRAFORM);
        let [major, minor, patch] = TERRAFORM_AT_LEAST;
        assert_eq!(
            format!(">= {major}.{minor}.{patch}"),
            versions::required_terraform()
        );
    }
}
