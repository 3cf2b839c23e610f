//! The work that the page keeps, as it is handed to the second part.

use std::cell::RefCell;
use std::rc::Rc;

use composer_core::Spec;
use yew::{Callback, UseStateHandle};

use crate::browser::address::KnownFragment;
use crate::browser::schedule::Debouncer;
use crate::model::action::Action;
use crate::model::state::State;

/// Whether the browser's storage keeps the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// It does.
    On,
    /// The user doesn't want it.
    Off,
    /// It keeps the work of another tab.
    OfAnotherTab,
    /// The browser refuses, for this reason.
    Refused(String),
}

/// The work, and what is needed to keep it.
#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) state: Rc<State>,
    pub(crate) persistence: UseStateHandle<Persistence>,
    pub(crate) on_action: Callback<Action>,
    /// What the page knows of its address.
    pub(crate) address: Rc<KnownFragment>,
    /// Writes once for changes in quick succession.
    pub(crate) writes: Rc<Debouncer>,
    /// What the page started with, until that is changed.
    pub(crate) first: Rc<RefCell<Option<Rc<Spec>>>>,
    /// What this tab has seen last in the storage's entry: anything else was written by another tab.
    pub(crate) seen: Rc<RefCell<Option<String>>>,
}
