//! The place of values with keys of the user's own, which the second part of the page draws: [`crate::view::form::map`].

use std::rc::Rc;

use composer_core::FieldPath;
use yew::Html;

use crate::view::form::context::Form;
use crate::view::form::map::MapFieldProps;

/// The entries of `map`; nothing until the second part is there: no section is open at first.
pub(super) fn map_field(form: &Form, map: FieldPath, labelled_by: String) -> Html {
    form.loader.part().map_or_else(Html::default, |part| {
        (part.map_field)(MapFieldProps {
            spec: Rc::clone(&form.spec),
            problems: Rc::clone(&form.problems),
            map,
            labelled_by: labelled_by.into(),
            on_change: form.on_change.clone(),
            on_typed: form.on_typed.clone(),
            on_action: form.on_action.clone(),
        })
    })
}
