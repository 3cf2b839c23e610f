//! What every part of the form needs.

use std::rc::Rc;

use composer_core::sorted::SortedSet;
use composer_core::{FieldPath, Problems, Spec, Value};
use yew::Callback;

use crate::model::action::Action;
use crate::second_part::Loader;
use crate::view::dialogs::Dialog;

/// What every part of the form needs.
#[derive(Clone, PartialEq)]
pub(crate) struct Form {
    /// What is asked for.
    pub(crate) spec: Rc<Spec>,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Rc<Problems>,
    /// The sections that are open.
    pub(crate) open: SortedSet<&'static str>,
    /// The second part of the page.
    pub(crate) loader: Loader,
    /// A value is now this one, or the default.
    pub(crate) on_change: Callback<(FieldPath, Option<Value>)>,
    /// A value is now this one, or the default, and somebody is still typing it.
    pub(crate) on_typed: Callback<(FieldPath, Option<Value>)>,
    /// Something opens above the page.
    pub(crate) on_dialog: Callback<Dialog>,
    /// Another field is to get the focus.
    pub(crate) on_reveal: Callback<FieldPath>,
    /// A section opens or closes.
    pub(crate) on_section: Callback<&'static str>,
    /// Anything else happens.
    pub(crate) on_action: Callback<Action>,
}
