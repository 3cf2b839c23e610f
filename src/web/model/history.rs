//! The steps from one spec to the next, which can be undone and redone.

use std::rc::Rc;

use composer_core::Spec;

use crate::model::composition::Composition;
use crate::model::sizing::Sizing;

/// The most steps that can be undone.
const MAX_LENGTH: usize = 200;

/// A step from one spec to the next.
#[derive(Clone, PartialEq)]
pub(crate) struct Step {
    /// What it did, in a few words.
    pub(crate) what: String,
    /// What was composed before it.
    pub(crate) before: Rc<Composition>,
    /// What the environments took and cost before it.
    pub(crate) sizing_before: Rc<Sizing>,
    /// How many values of the user's a preset replaced.
    pub(crate) replaced: usize,
}

/// A spec as it was, and what led away from it.
#[derive(PartialEq)]
pub(crate) struct Moment {
    /// The spec.
    pub(crate) spec: Rc<Spec>,
    /// The preset that it began as.
    pub(crate) preset: &'static str,
    /// What the step away from it did.
    pub(crate) what: String,
}

/// The specs before the current one, and those after it whose steps were undone.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct History {
    past: Vec<Rc<Moment>>,
    future: Vec<Rc<Moment>>,
}

impl History {
    /// The steps as they were remembered, each list from the farthest to the nearest.
    pub(crate) fn of(past: Vec<Rc<Moment>>, future: Vec<Rc<Moment>>) -> Self {
        Self { past, future }
    }

    /// What undoing leads to, the nearest last.
    pub(crate) fn past(&self) -> &[Rc<Moment>] {
        &self.past
    }

    /// What redoing leads to, the nearest last.
    pub(crate) fn future(&self) -> &[Rc<Moment>] {
        &self.future
    }

    /// What undoing would take back.
    #[must_use]
    pub(crate) fn undo_label(&self) -> Option<&str> {
        self.past.last().map(|moment| moment.what.as_str())
    }

    /// What redoing would do again.
    #[must_use]
    pub(crate) fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|moment| moment.what.as_str())
    }

    /// Adds a step away from `spec`. What was undone before it can't be redone any more.
    pub(crate) fn push(&mut self, spec: &Rc<Spec>, preset: &'static str, what: String) {
        self.past.push(moment(spec, preset, what));
        if self.past.len() > MAX_LENGTH {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// Makes the last step lead to `spec`, under another name. Where it began there, there is no such step any more, and
    /// the answer is no.
    pub(crate) fn amend(&mut self, spec: &Spec, what: String) -> bool {
        let Some(last) = self.past.pop() else {
            return false;
        };
        let is_step = *last.spec != *spec;
        if is_step {
            self.past.push(moment(&last.spec, last.preset, what));
        }
        is_step
    }

    /// Takes the last step back: the answer is where it leads to from `spec`.
    pub(crate) fn undo(&mut self, spec: &Rc<Spec>, preset: &'static str) -> Option<Rc<Moment>> {
        let before = self.past.pop()?;
        self.future.push(moment(spec, preset, before.what.clone()));
        Some(before)
    }

    /// Does the step again that was undone last: the answer is where it leads to from `spec`.
    pub(crate) fn redo(&mut self, spec: &Rc<Spec>, preset: &'static str) -> Option<Rc<Moment>> {
        let after = self.future.pop()?;
        self.past.push(moment(spec, preset, after.what.clone()));
        Some(after)
    }
}

fn moment(spec: &Rc<Spec>, preset: &'static str, what: String) -> Rc<Moment> {
    Rc::new(Moment {
        spec: Rc::clone(spec),
        preset,
        what,
    })
}
