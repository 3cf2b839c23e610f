//! Which Terraform and which provider the composed tree needs.

/// The oldest Terraform that the tree runs on: from 1.11 on the S3 backend's lock file is no experiment and providers take
/// write-only arguments. Source: Terraform's changelog of 1.11.0.
const OLDEST_TERRAFORM: [u32; 3] = [1, 11, 0];

/// The Terraform that `.terraform-version` names, a later patch of the oldest: the tests run with it.
pub const PINNED_TERRAFORM: &str = "1.11.4";

/// The oldest hashicorp/aws that modules and roots take: the one whose schema the tests have.
const OLDEST_AWS_PROVIDER: [u32; 2] = [6, 66];

/// `required_version` of roots and modules.
#[must_use]
pub fn required_terraform() -> String {
    let [major, minor, patch] = OLDEST_TERRAFORM;
    format!(">= {major}.{minor}.{patch}")
}

/// The versions of hashicorp/aws that modules and roots take, without the next major one, which may drop an argument.
#[must_use]
pub fn required_aws_provider() -> String {
    let [major, minor] = OLDEST_AWS_PROVIDER;
    format!(">= {major}.{minor}, < {}.0", major + 1)
}

/// The major version of hashicorp/aws in a sentence: `6`.
#[must_use]
pub fn aws_provider_major() -> u32 {
    OLDEST_AWS_PROVIDER[0]
}

/// The oldest Terraform in a sentence: `1.11`.
#[must_use]
pub fn oldest_terraform() -> String {
    let [major, minor, _] = OLDEST_TERRAFORM;
    format!("{major}.{minor}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn the_copied_terraform_needs_the_same_versions() {
        let mut count = 0;
        for (path, text) in templates::ALL {
            if text.contains("required_version") {
                count += 1;
                for line in [
                    format!("required_version = \"{}\"", required_terraform()),
                    format!("version = \"{}\"", required_aws_provider()),
                ] {
                    assert!(text.contains(&line), "{path}: {line}");
                }
            }
        }
        assert!(count > 10, "{count}");
        assert!(PINNED_TERRAFORM.starts_with(&format!("{}.", oldest_terraform())));
    }
}
