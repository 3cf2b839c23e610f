//! Where Terraform looks for the provider: a file-system mirror in place of the
//! registry, and a CLI configuration that names it.
//!
//! ```no_run
//! # fn main() -> std::io::Result<()> {
//! let binary = std::path::Path::new("target/debug/terraform-provider-aws");
//! let config = stand_in_provider::mirror::lay_out(binary, std::path::Path::new("target/mirror"))?;
//! std::process::Command::new("terraform")
//!     .env("TF_CLI_CONFIG_FILE", config)
//!     .args(["init", "-input=false"])
//!     .status()?;
//! # Ok(())
//! # }
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

pub use crate::schema::VERSION;

/// Copies the provider's binary into a mirror under `root` and returns the CLI
/// configuration to give Terraform in `TF_CLI_CONFIG_FILE`.
///
/// # Errors
/// When the binary can't be read or `root` can't be written.
pub fn lay_out(binary: &Path, root: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(root)?;
    let root = fs::canonicalize(root)?;
    let providers = root.join("providers");
    let folder = providers
        .join("registry.terraform.io/hashicorp/aws")
        .join(VERSION)
        .join(platform());
    fs::create_dir_all(&folder)?;
    let installed = folder.join(format!("terraform-provider-aws_v{VERSION}_x5"));
    replace(&root, &installed, |fresh| {
        fs::copy(binary, fresh).map(|_| ())
    })?;
    let config = root.join("terraformrc");
    let text = format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n\ndisable_checkpoint = true\n",
        providers.display()
    );
    replace(&root, &config, |fresh| fs::write(fresh, &text))?;
    Ok(config)
}

/// Writes elsewhere and renames, so that a Terraform that runs keeps what it
/// has, and the package holds nothing but the binary.
fn replace(
    root: &Path,
    file: &Path,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let fresh = root.join(format!("fresh.{}", std::process::id()));
    write(&fresh)?;
    fs::rename(&fresh, file)
}

/// As Terraform names it: `linux_amd64`.
fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{architecture}")
}
