//! Every option of a spec: what it is called, what it may be, what it is by default and why, and which Terraform
//! variable carries it. The page, `explain`, the check, the roots' `variables.tf` and the README's table all read
//! this one table, so that an option added here is there everywhere.

mod general;
mod state;

use std::sync::LazyLock;

use self::general::ImageRow;
use crate::option::{CPU, MEMORY, count, environment_row, per_profile, same, spec_row};
use crate::parts;
use crate::parts::subject::Subject;
use crate::path::FieldPath;
use crate::rules::Rule;
use crate::sorted::SortedMap;
use crate::temporal_service::TemporalService;

pub use crate::option::{DefaultValue, Derived, Kind, OptionRow, Profile, Scope, Terraform};

impl OptionRow {
    /// What it is when the spec says nothing anywhere: for an inherited option the default at the top level.
    #[must_use]
    pub fn inherited_default(&self) -> &DefaultValue {
        match &self.default {
            DefaultValue::Inherited => in_scope(Scope::Spec)
                .find(|of_spec| of_spec.key == self.key)
                .map_or(&self.default, |of_spec| &of_spec.default),
            own => own,
        }
    }
}

/// Every option, in the order of the form.
pub static OPTIONS: LazyLock<Vec<OptionRow>> = LazyLock::new(table);

/// The option that `path` addresses.
#[must_use]
pub fn find(path: &FieldPath) -> Option<&'static OptionRow> {
    let (scope, key) = match path.segments() {
        [first, _, key @ ..] if first == "environments" => (Scope::Environment, key),
        key => (Scope::Spec, key),
    };
    option(scope, &key.join("."))
        .filter(|row| !row.is_map() && row.matches(key))
        .or_else(|| in_scope(scope).find(|row| row.is_map() && row.matches(key)))
}

/// The option of each environment whose key is `key`, such as `history.cpu`.
///
/// # Panics
/// If there is none: keys in code are spelt right.
#[must_use]
pub fn environment_option(key: &str) -> &'static OptionRow {
    option(Scope::Environment, key)
        .unwrap_or_else(|| panic!("`{key}` is no option of an environment"))
}

/// The option of `scope` whose key is `key`, a map's with its `*`.
#[must_use]
pub fn option(scope: Scope, key: &str) -> Option<&'static OptionRow> {
    // A check looks up hundreds of keys, at every key press on the page.
    static ROWS: LazyLock<[SortedMap<&str, &OptionRow>; 2]> = LazyLock::new(|| {
        [Scope::Spec, Scope::Environment].map(|scope| {
            let mut rows = SortedMap::new();
            rows.extend(in_scope(scope).map(|row| (row.key.as_str(), row)));
            rows
        })
    });
    ROWS[scope as usize].get(key).copied()
}

/// The options of `scope`, in the order of the form.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static OptionRow> {
    OPTIONS.iter().filter(move |row| row.scope == scope)
}

fn images() -> Vec<ImageRow> {
    let mut images = general::images();
    for subject in Subject::IMAGES {
        match subject {
            Subject::WebInterface => images.push((
                "ui",
                "Temporal UI image",
                "The web interface of Temporal.",
                same("temporalio/ui:2.52.0"),
                "ui_image",
            )),
            Subject::Dashboards => images.push((
                "grafana",
                "Grafana image",
                "Grafana, of which the Amazon Managed Prometheus plugin needs 12.2.5 or newer.",
                same("grafana/grafana:13.2.2"),
                "grafana_image",
            )),
            Subject::Telemetry => images.push((
                "alloy",
                "Alloy image",
                "Grafana Alloy, the sidecar that collects metrics and logs.",
                same("grafana/alloy:v1.18.1"),
                "alloy_image",
            )),
            _ => {}
        }
        add_images_about(subject, &mut images);
    }
    images
}

/// Adds the images of the parts about `subject`.
fn add_images_about(subject: Subject, images: &mut Vec<ImageRow>) {
    for part in parts::PARTS.iter() {
        if part.subject == subject
            && let Some(image) = &part.image
        {
            images.push((
                part.name,
                image.label,
                image.help,
                (image.default)(),
                image.variable,
            ));
        }
    }
}

fn table() -> Vec<OptionRow> {
    let mut rows = general::of_spec();
    rows.extend(state::options(spec_row, Scope::Spec));
    for (key, label, help, default, variable) in images() {
        rows.push(
            spec_row(
                &format!("images.{key}"),
                label,
                help,
                Kind::Text(Rule::Image),
                default,
            )
            .because("pinned, so that two applies run the same program")
            .variable(variable),
        );
    }
    rows.extend(general::of_environment());
    rows.extend(state::options(environment_row, Scope::Environment));
    for (key, label, help, _, variable) in images() {
        let row = environment_row(
            &format!("images.{key}"),
            label,
            help,
            Kind::Text(Rule::Image),
            DefaultValue::Inherited,
        )
        .variable(variable);
        let mut parts = parts::PARTS.iter();
        if let Some(part) = parts.find(|part| part.name == key && part.feature.is_optional()) {
            rows.push(row.needs(part.feature.key, true));
            continue;
        }
        rows.push(match key {
            "ui" => row.needs("ui.enabled", true),
            _ => row,
        });
    }
    add_options_of_parts(&mut rows);
    rows
}

/// Whether AWS is reached inside the network.
fn endpoints() -> OptionRow {
    environment_row(
            "network.endpoints",
            "Interface endpoints",
            "Reach AWS services (ECR, ECS, SSM, CloudWatch, Secrets Manager, Prometheus, …) inside the VPC. \
             S3 and DynamoDB have gateway endpoints in any case, which cost nothing.",
            Kind::Boolean,
            per_profile([false, true, true]),
        )
        .because("billed by the hour, endpoint and zone: dev uses its NAT instead")
        .attribute("network", "endpoints")
}

/// Adds the options of the parts about `subject`. A loop, since a chain of iterators costs the page's first part more.
fn add_options_about(subject: Subject, rows: &mut Vec<OptionRow>) {
    for part in parts::PARTS.iter() {
        if part.subject == subject {
            for row in (part.options)() {
                if row.is_map() {
                    add_service_options(row.section(), rows);
                }
                rows.push(row);
            }
        }
    }
}

/// Adds the options that parts have among those of the Temporal service named `section`: they stand before its map of
/// environment variables.
fn add_service_options(section: &str, rows: &mut Vec<OptionRow>) {
    let Some(service) = TemporalService::parse(section) else {
        return;
    };
    for part in parts::PARTS.iter() {
        rows.append(&mut (part.service_options)(service.name(), service.label()));
    }
}

/// Adds the options of the parts, and of what is no part yet.
fn add_options_of_parts(rows: &mut Vec<OptionRow>) {
    for subject in Subject::OPTIONS {
        match subject {
            Subject::Endpoints => rows.push(endpoints()),
            Subject::WebInterface => rows.append(&mut web_interface()),
            Subject::Dashboards => rows.append(&mut dashboards()),
            _ => {}
        }
        add_options_about(subject, rows);
    }
}

const BESIDE: &str = "with its proxy and, where it has one, its sidecar, at least 128 CPU units stay for the program";

fn web_interface() -> Vec<OptionRow> {
    vec![
        environment_row(
            "ui.enabled",
            "Temporal UI",
            "Whether the web interface runs. It has no login of its own and is reached by port forwarding.",
            Kind::Boolean,
            same(true),
        ),
        environment_row("ui.cpu", "CPU", "CPU of a UI task.", CPU, same(512))
            .because(BESIDE)
            .attribute("ui", "cpu")
            .needs("ui.enabled", true),
        environment_row(
            "ui.memory",
            "Memory",
            "Memory of a UI task.",
            MEMORY,
            same(768),
        )
        .because(BESIDE)
        .attribute("ui", "memory")
        .needs("ui.enabled", true),
        environment_row(
            "ui.count",
            "Tasks",
            "How many UI tasks run.",
            count(0, 20, "tasks"),
            per_profile([1, 1, 2]),
        )
        .because("two in prod, so that one may fail")
        .attribute("ui", "count")
        .needs("ui.enabled", true),
    ]
}

fn dashboards() -> Vec<OptionRow> {
    vec![
        environment_row("grafana.cpu", "CPU", "CPU of the Grafana task.", CPU, same(512))
            .because(BESIDE)
            .attribute("grafana", "cpu"),
        environment_row("grafana.memory", "Memory", "Memory of the Grafana task.", MEMORY, same(768))
            .because(BESIDE)
            .attribute("grafana", "memory"),
        environment_row(
            "grafana.admin_secret",
            "Admin secret",
            "The name of an existing secret in Secrets Manager with the keys admin_user and admin_password.",
            Kind::Text(Rule::SecretName),
            DefaultValue::Absent("Terraform makes `<project>-<environment>/grafana/admin` with a password that is in no state"),
        )
        .variable("grafana_admin_secret"),
        environment_row(
            "grafana.shared_admin_secret",
            "Shared admin secret",
            "Take the admin secret although its name doesn't have the environment's as a word: another environment may \
             have the same one, and with it the same administrator.",
            Kind::Boolean,
            same(false),
        )
        .because("an environment's secret has its name, so that it isn't taken for another's"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_found() {
        for (index, row) in OPTIONS.iter().enumerate() {
            assert!(
                OPTIONS[..index]
                    .iter()
                    .all(|earlier| (earlier.scope, &earlier.key) != (row.scope, &row.key)),
                "{} stands twice",
                row.key
            );
            let found = find(&row.path("dev")).unwrap();
            assert_eq!((found.scope, &found.key), (row.scope, &row.key));
            if let Some((key, _)) = &row.needs {
                assert!(OPTIONS.iter().any(|other| other.key == *key), "{key}");
            }
        }
    }
}
