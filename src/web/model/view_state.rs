//! What somebody looks at: panes, file and line, open sections, the baseline.

use composer_core::FieldPath;
use composer_core::sorted::SortedSet;

use crate::model::baseline::Baseline;

/// What is looked at.
#[derive(Clone, PartialEq)]
pub(crate) struct View {
    /// What a narrow screen shows.
    pub(crate) screen: Screen,
    /// Whether the question on top is open, or only its answer in a line.
    pub(crate) is_question_open: bool,
    /// The environment that the question is about, once somebody has chosen one.
    pub(crate) question_environment: Option<String>,
    /// What the preview shows.
    pub(crate) pane: Pane,
    /// The file in the Code pane.
    pub(crate) file: String,
    /// The line of it that is asked about, from zero.
    pub(crate) line: Option<usize>,
    /// The sections of the form that are open, by name.
    pub(crate) open: SortedSet<&'static str>,
    /// The environment whose column a narrow screen shows.
    pub(crate) environment: Option<String>,
    /// What the files are compared with.
    pub(crate) baseline: Baseline,
    /// Whether the tree shows only files that differ from the baseline.
    pub(crate) changed_only: bool,
    /// The value whose lines are listed. The number is incremented so that repeating a request fires again.
    pub(crate) traced_value: Option<(u32, FieldPath)>,
    /// The value whose field is to get the focus, numbered in the same way.
    pub(crate) reveal: Option<(u32, FieldPath)>,
}

/// What a narrow screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// The form.
    Options,
    /// The panes.
    View,
}

/// What the preview can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// What the composition is, at a glance.
    Overview,
    /// The text of a file.
    Code,
    /// What differs in a file from the baseline.
    Diff,
    /// Whether an environment fits.
    Sizing,
    /// What the environments cost, side by side.
    Cost,
    /// What is wrong or worth knowing.
    Problems,
}

impl View {
    /// What is looked at first.
    #[must_use]
    pub(crate) fn initial() -> Self {
        Self {
            screen: Screen::View,
            is_question_open: true,
            question_environment: None,
            pane: Pane::Overview,
            file: "README.md".to_owned(),
            line: None,
            open: SortedSet::new(),
            environment: None,
            baseline: Baseline::LastChange,
            changed_only: false,
            traced_value: None,
            reveal: None,
        }
    }
    /// The pane that shows a file: the one that is open, if it does.
    #[must_use]
    pub(crate) fn file_pane(&self) -> Pane {
        match self.pane {
            Pane::Diff => Pane::Diff,
            Pane::Overview | Pane::Code | Pane::Sizing | Pane::Cost | Pane::Problems => Pane::Code,
        }
    }
}
