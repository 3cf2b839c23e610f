//! What the stand-in says when it refuses something.

use crate::protocol::tfplugin5;
use tfplugin5::attribute_path::{Step, step::Selector};

/// One refusal, or one warning, with the place it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) summary: String,
    pub(crate) detail: String,
    pub(crate) path: Path,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// From a resource to one of its attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Path(Vec<PathStep>);

#[derive(Clone, Debug, PartialEq)]
enum PathStep {
    Name(String),
    Index(usize),
}

impl Problem {
    pub(crate) fn error(path: Path, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path,
        }
    }

    pub(crate) fn warning(
        path: Path,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, summary, detail)
        }
    }

    pub(crate) fn message(&self) -> tfplugin5::Diagnostic {
        let severity = match self.severity {
            Severity::Error => tfplugin5::diagnostic::Severity::Error,
            Severity::Warning => tfplugin5::diagnostic::Severity::Warning,
        };
        tfplugin5::Diagnostic {
            severity: severity.into(),
            summary: self.summary.clone(),
            detail: self.detail.clone(),
            attribute: (!self.path.0.is_empty()).then(|| self.path.message()),
        }
    }
}

impl Path {
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// The path of an attribute or block, dots and indices as in `rule.0.filter`.
    pub(crate) fn of(dotted: &str) -> Self {
        Self(
            dotted
                .split('.')
                .map(|part| {
                    part.parse()
                        .map_or_else(|_| PathStep::Name(part.to_owned()), PathStep::Index)
                })
                .collect(),
        )
    }

    pub(crate) fn message(&self) -> tfplugin5::AttributePath {
        let steps = self.0.iter().map(|step| Step {
            selector: Some(match step {
                PathStep::Name(name) => Selector::AttributeName(name.clone()),
                PathStep::Index(index) => {
                    Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
                }
            }),
        });
        tfplugin5::AttributePath {
            steps: steps.collect(),
        }
    }
}
