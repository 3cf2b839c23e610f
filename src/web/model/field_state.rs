//! The state of a field: its value, why it holds, and what is wrong with it.

use composer_core::options::{OptionRow, Scope};
use composer_core::spec::Origin;
use composer_core::{FieldPath, Problem, Problems, Severity, Spec, Value};

use crate::model::words::plain;

/// How a value stands, for the field that shows it.
#[derive(Clone, PartialEq)]
pub(crate) struct FieldState {
    /// Its address, and the field's `id`.
    pub(crate) at: FieldPath,
    /// What holds; `None` for what is open or absent.
    pub(crate) value: Option<Value>,
    /// What would hold if the spec stated nothing here.
    pub(crate) default: Option<Value>,
    /// Why it holds.
    pub(crate) status: ValueStatus,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Vec<Problem>,
}

/// Why a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueStatus {
    /// Nothing overrides the default.
    Default,
    /// The spec says so at the top level.
    Inherited(FieldPath),
    /// The spec says so here.
    Stated,
    /// It would have no effect.
    NoEffect {
        /// The value that must be another.
        needed: FieldPath,
        /// What it must be, in words.
        words: String,
    },
}

impl FieldState {
    /// How the value of `row` stands in `environment`.
    #[must_use]
    pub(crate) fn of(spec: &Spec, problems: &Problems, row: &OptionRow, environment: &str) -> Self {
        let at = row.path(environment);
        let found = spec.effective(row, environment);
        let status = match (found.origin, spec.unmet_need(row, environment)) {
            (Origin::Stated(from), _) if from == at => ValueStatus::Stated,
            (_, Some((needed, required))) => ValueStatus::NoEffect {
                needed: needed.path(environment),
                words: format!("{} {}", needed.label, plain(&required.into())),
            },
            (Origin::Stated(from), None) => ValueStatus::Inherited(from),
            (Origin::Default | Origin::None, None) => ValueStatus::Default,
        };
        Self {
            value: found.value,
            default: spec.default_of(row, environment).value,
            status,
            problems: problems.at(&at).cloned().collect(),
            at,
        }
    }

    /// Whether something about it stands in the way of composing.
    #[must_use]
    pub(crate) fn is_invalid(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// The `id` of its messages.
    #[must_use]
    pub(crate) fn problem_id(&self) -> String {
        format!("{}-problem", self.at)
    }
}

/// The `id` of an option's explanation.
#[must_use]
pub(crate) fn about_id(row: &OptionRow) -> String {
    match row.scope {
        Scope::Spec => format!("about-{}", row.key),
        Scope::Environment => format!("about-each-{}", row.key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{options, presets};

    #[test]
    fn a_field_says_how_it_stands() {
        #[track_caller]
        fn check(assignment: Option<(&str, Value)>, at: &str, expected: &ValueStatus) {
            let mut spec = presets::find("standard").unwrap().spec();
            if let Some((key, value)) = assignment {
                spec.set(FieldPath::root().join(key), value).unwrap();
            }
            let at = FieldPath::root().join(at);
            let row = options::find(&at).unwrap();
            let field_state = FieldState::of(
                &spec,
                &Problems::default(),
                row,
                at.environment().unwrap_or_default(),
            );
            assert_eq!(field_state.status, *expected);
        }
        let region = FieldPath::of(&["region"]);
        check(None, "environments.prod.history.cpu", &ValueStatus::Default);
        check(
            None,
            "environments.prod.region",
            &ValueStatus::Inherited(region),
        );
        check(
            Some(("environments.dev.loki.cpu", 1024.into())),
            "environments.dev.loki.cpu",
            &ValueStatus::Stated,
        );
        check(
            None,
            "environments.dev.loki.cpu",
            &ValueStatus::NoEffect {
                needed: FieldPath::root().join("environments.dev.loki.enabled"),
                words: "Loki on".to_owned(),
            },
        );
    }
}
