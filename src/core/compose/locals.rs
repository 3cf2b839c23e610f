//! `locals.tf` of an environment: what its files of values say, the values of dashboards, and the sums that `checks.tf` and `outputs.tf` read. What
//! the module calls share stands beside them in `main.tf`.

use super::{connections, dashboards, placement, variables};
use crate::environment::Environment;
use crate::hcl::{Body, Expr};

/// The `locals` blocks, with the data sources that they read.
pub(super) fn compose(environment: &Environment) -> Body {
    let mut file = Body::new();
    variables::known_values(environment, &mut file);
    file.blank();
    placement::locals(environment, &mut file);
    connections::locals(environment, &mut file);
    file.blank().block("locals", &[], |block| {
        block
            .comment("The dashboards, with the values that their panels name.")
            .attribute(
                "dashboards",
                Expr::Call(
                    "templatefile(\"${path.module}/dashboards.yaml\", {".to_owned(),
                    dashboards::values(environment),
                ),
            );
    });
    file
}
