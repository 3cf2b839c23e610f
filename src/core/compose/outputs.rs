//! `outputs.tf` of an environment: what people, scripts and other roots read.

use super::output::{Output, output};
use super::{flat_outputs, service_outputs};
use crate::environment::Environment;
use crate::hcl::Body;
use crate::parts::subject::Subject;
use crate::parts::texts_about_in;

pub(super) fn compose(environment: &Environment) -> Body {
    let at = environment.address();
    let mut file = Body::new();
    let mut all = outputs(environment);
    if environment.migration.keep_flat_outputs {
        all.extend(flat_outputs::outputs(environment));
    }
    for (name, description, key, value) in all {
        let from = if key.is_empty() {
            at.clone()
        } else {
            at.join(key)
        };
        file.origin(&from);
        if !file.is_empty() {
            file.blank();
        }
        file.block("output", &[&name], |block| {
            block.text("description", description);
            block.attribute("value", value);
        });
    }
    file
}

fn outputs(environment: &Environment) -> Vec<Output> {
    let mut all = vec![
        output(
            "region",
            "AWS region of this environment.",
            "region",
            "var.region",
        ),
        output("name", "Prefix of every resource name.", "", "local.name"),
    ];
    for subject in Subject::OUTPUTS {
        if subject == Subject::Services {
            all.extend(service_outputs::outputs(environment));
        }
        for texts in texts_about_in(subject, environment) {
            all.extend((texts.root.outputs)(environment));
        }
    }
    all
}
