//! `locals.tf` of an environment: what its files of values say, and the sums that `checks.tf` and `outputs.tf` read. What
//! the module calls share stands beside them in `main.tf`.

use super::{connections, placement, variables};
use crate::environment::Environment;
use crate::hcl::Body;

/// The `locals` blocks, with the data sources that they read.
pub(super) fn compose(environment: &Environment) -> Body {
    let mut file = Body::new();
    variables::known_values(environment, &mut file);
    file.blank();
    placement::locals(environment, &mut file);
    connections::locals(environment, &mut file);
    file
}
