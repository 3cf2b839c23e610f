//! `locals.tf` of an environment: what its files of values say, the values of dashboards, what names metrics, and the sums
//! that `checks.tf` and `outputs.tf` read. What
//! the module calls share stands beside them in `main.tf`.

use super::{connections, dashboards, placement, variables};
use crate::alarm::LIMIT;
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
        let mut lines = vec!["var.telemetry.metrics == \"all\" ? null : concat(".to_owned()];
        if crate::alarms::are_on(environment) {
            lines.push(format!(
                "  [for rule in local.alert_rules : replace(rule.expression, \"{LIMIT}\", \"0\")],"
            ));
            lines.push("  values(local.recording_rules),".to_owned());
        }
        lines.push("  flatten([".to_owned());
        lines.push("    for dashboard in yamldecode(file(\"${path.module}/dashboards.yaml\")) : [".to_owned());
        lines.push("      for panel in dashboard.panels : [for query in panel.queries : query.expr if can(query.expr)]".to_owned());
        lines.push("    ]".to_owned());
        lines.push("  ]),".to_owned());
        lines.push(")".to_owned());
        block
            .origin(&environment.address().join("telemetry.metrics"))
            .blank()
            .comment("What names metrics: the sidecars keep those and all that the composer knows, and drop all others.")
            .attribute("metric_expressions", Expr::Lines(lines));
    });
    file
}
