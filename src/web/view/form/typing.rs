//! A text field whose text applies a moment after the last key, without leaving it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::{Callback, InputEvent, use_memo};

use crate::browser::elements;

/// Milliseconds after the last key.
const DELAY: u32 = 150;

/// What is typed into a field and not yet left. The field shows it as it is, also once it applies: what it stands for may
/// be written in another way, such as the default for an empty field.
#[derive(Clone, Default)]
pub(crate) struct Typing {
    draft: Rc<RefCell<Option<String>>>,
    waiting: Rc<Cell<Option<Timeout>>>,
}

#[yew::hook]
pub(crate) fn use_typing() -> Typing {
    (*use_memo((), |()| Typing::default())).clone()
}

impl Typing {
    /// What the field shows: what is typed, else `value`.
    pub(crate) fn shown(&self, value: String) -> String {
        self.draft.borrow().clone().unwrap_or(value)
    }

    /// Keeps what is typed, and applies it a moment after the last key.
    pub(crate) fn on_input(
        &self,
        apply: impl Fn(String) + Clone + 'static,
    ) -> Callback<InputEvent> {
        let typing = self.clone();
        Callback::from(move |event: InputEvent| {
            let (text, apply) = (elements::value_of(&event), apply.clone());
            typing.draft.replace(Some(text.clone()));
            // The one that waits is dropped, and with that called off.
            typing
                .waiting
                .set(Some(Timeout::new(DELAY, move || apply(text))));
        })
    }

    /// Forgets what is typed, and what waits. The answer is whether something was.
    pub(crate) fn end(&self) -> bool {
        self.waiting.take();
        self.draft.take().is_some()
    }
}
