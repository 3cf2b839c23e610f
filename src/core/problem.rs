//! A problem: something that is wrong, or worth knowing, about a spec.

use std::ops::Range;

use serde::Serialize;

use crate::path::FieldPath;
use crate::problem_code::{ProblemCode, Severity};

/// One finding about a spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// The address of the value that it is about.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// How much it matters: as its code says, but an error of a link is a warning, since the rest is taken.
    pub severity: Severity,
    /// What is the case, with the value found and the values allowed.
    pub message: String,
    /// What to do about it.
    #[serde(rename = "fix")]
    pub hint: Option<String>,
    /// Its position in the text as a range of bytes, if it was found while reading.
    #[serde(skip)]
    pub span: Option<Range<usize>>,
}

impl Problem {
    /// A problem of the kind `code` at `at`.
    #[must_use]
    pub fn new(code: ProblemCode, at: FieldPath, message: String) -> Self {
        Self {
            code,
            at,
            severity: code.severity(),
            message,
            hint: None,
            span: None,
        }
    }

    /// The problem with what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The problem with its position in the text.
    #[must_use]
    pub fn spanned(self, span: Range<usize>) -> Self {
        Self {
            span: Some(span),
            ..self
        }
    }
}

impl Problem {
    /// Whether it is of the same kind as `other` and about the same setting, perhaps of another environment.
    fn is_alike(&self, other: &Self) -> bool {
        self.code == other.code
            && self.severity == other.severity
            && self.at != FieldPath::root()
            && self.at.is_alike(&other.at)
    }
}

/// The problems of a spec, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds all of `more`.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether there is an error, so that nothing is composed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.of(Severity::Error).next().is_some()
    }

    /// How many settings have a problem of `severity`: what is wrong with one in several environments counts once.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let groups = self.groups();
        groups
            .iter()
            .filter(|group| group[0].severity == severity)
            .count()
    }

    /// Those of `severity`.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Problem> {
        self.0
            .iter()
            .filter(move |problem| problem.severity == severity)
    }

    /// The problems, those of one kind about one setting of several environments together, in the order of their first.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<&Problem>> {
        let mut groups: Vec<Vec<&Problem>> = Vec::new();
        for problem in &self.0 {
            match groups.iter_mut().find(|group| group[0].is_alike(problem)) {
                Some(group) => group.push(problem),
                None => groups.push(vec![problem]),
            }
        }
        groups
    }

    /// Whether there is one of the kind of `problem` about the same value.
    #[must_use]
    pub fn has(&self, problem: &Problem) -> bool {
        self.at(&problem.at).any(|found| found.code == problem.code)
    }

    /// Those about the value at `at` itself.
    pub fn at(&self, at: &FieldPath) -> impl Iterator<Item = &Problem> {
        self.0.iter().filter(move |problem| problem.at == *at)
    }
}
