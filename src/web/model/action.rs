//! What can happen to the page's state.

use composer_core::presets::PresetSpec;
use composer_core::{FieldPath, Spec, Value};

use crate::model::baseline::Baseline;
use crate::model::capabilities::Capabilities;
use crate::model::notice::Notice;
use crate::model::opening::Opening;
use crate::model::view_state::{Pane, Screen};

/// What can happen.
pub(crate) enum Action {
    /// The model can compute more.
    Capabilities(Capabilities),
    /// A value is now this one, or the default.
    Value(FieldPath, Option<Value>),
    /// A value is now this one, and somebody is still typing it: with what they typed before it is one step.
    Typed(FieldPath, Option<Value>),
    /// The spec is now this one.
    Spec {
        /// The whole spec.
        spec: Spec,
        /// What was done, in a few words.
        what: String,
    },
    /// The spec is now that of something that was opened.
    Open(Box<Opening>),
    /// There is this to say, or nothing more.
    Notice(Option<Notice>),
    /// The spec is now a preset's.
    Preset(&'static PresetSpec),
    /// Back to the spec before the last step.
    Undo,
    /// Forward again.
    Redo,
    /// A narrow screen shows this.
    Screen(Screen),
    /// The question on top opens or closes.
    QuestionOpen(bool),
    /// The question on top is about this environment.
    QuestionEnvironment(String),
    /// The files are shown, to be searched.
    Find,
    /// The preview shows this.
    Pane(Pane),
    /// The Code pane shows a file, and perhaps a line of it; the Diff pane keeps the place where it is open.
    File(String, Option<usize>),
    /// The Diff pane shows a file.
    Diff(String),
    /// The files are compared with this from now on.
    Baseline(Baseline),
    /// The tree shows only what changed, or everything.
    ChangedOnly(bool),
    /// The lines that a value makes are listed, or no longer.
    Trace(Option<FieldPath>),
    /// A line of the file is asked about.
    Line(usize),
    /// A section of the form opens or closes.
    Section(&'static str),
    /// A narrow screen shows the column of this environment.
    Environment(String),
    /// The field of a value gets the focus.
    Reveal(FieldPath),
}

/// What comes of opening something: it, or why it can't be opened.
impl From<Result<Opening, Notice>> for Action {
    fn from(opened: Result<Opening, Notice>) -> Self {
        match opened {
            Ok(opening) => Self::Open(Box::new(opening)),
            Err(notice) => Self::Notice(Some(notice)),
        }
    }
}
