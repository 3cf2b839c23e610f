//! `checks.tf` of an environment: what a later edit of `terraform.tfvars` could get wrong without Terraform noticing.

use super::{connections, placement};
use crate::environment::Environment;
use crate::hcl::Body;
use crate::parts::subject::Subject;
use crate::parts::texts_about_in;

/// The `check` blocks, with the data sources that they alone read.
pub(super) fn compose(environment: &Environment) -> Body {
    let mut file = Body::new();
    for texts in texts_about_in(Subject::Network, environment) {
        (texts.root.checks)(environment, &mut file);
    }
    placement::checks(environment, &mut file);
    connections::checks(environment, &mut file);
    file
}
