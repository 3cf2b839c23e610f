//! How many values of a section are wrong, open or stated, as a chip that leads to the first of them.

use composer_core::FieldPath;
use yew::{Callback, Html, MouseEvent, html};

/// Values that are counted, and the first of them.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Mark {
    pub(super) count: usize,
    first: Option<FieldPath>,
}

impl Mark {
    /// Counts the value at `at`.
    pub(super) fn add(&mut self, at: &FieldPath) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(at.clone());
        }
    }

    /// The chip, which says `text` of the section called `section`. None where nothing is counted.
    pub(super) fn chip(
        &self,
        class: &'static str,
        text: String,
        section: &str,
        on_reveal: &Callback<FieldPath>,
    ) -> Html {
        let Some(first) = self.first.clone() else {
            return Html::default();
        };
        html! {
            <button type="button" class={class} aria-label={format!("{text} in {section}")}
                onclick={on_reveal.reform(move |_: MouseEvent| first.clone())}>
                { text }
            </button>
        }
    }
}
