//! What is wrong with a value, beside its field.

use std::rc::Rc;

use composer_core::{FieldPath, Problem};
use yew::Html;

use crate::view::form::context::Form;
use crate::view::form::fixes::FixesProps;
use crate::view::form::message_list::messages_and;

/// The messages about the value at `at`: beside its field, and read out with it. Each comes with its fixes once the second
/// part of the page is there.
pub(crate) fn messages(
    form: &Form,
    at: &FieldPath,
    problems: &[Problem],
    about: Option<&str>,
) -> Html {
    let fixes = form.loader.part().map_or_else(Html::default, |part| {
        let each = problems.iter().map(|problem| {
            (part.fixes)(FixesProps {
                spec: Rc::clone(&form.spec),
                problems: vec![problem.clone()],
                on_action: form.on_action.clone(),
            })
        });
        each.collect()
    });
    messages_and(at, problems, about, fixes)
}
