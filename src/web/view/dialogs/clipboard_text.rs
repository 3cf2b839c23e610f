//! A text on the clipboard: what became of copying it, and the field that holds it where the browser refuses.

use yew::{Callback, Html, MouseEvent, UseStateHandle, html};

use crate::browser::{clipboard, elements};

/// What was copied last: which of the texts, and whether that went well.
#[derive(Clone)]
pub(super) struct CopyStatus {
    pub(super) last: UseStateHandle<Option<(usize, bool)>>,
}

impl CopyStatus {
    pub(super) fn copy(&self, which: usize, text: &str) {
        let last = self.last.clone();
        let say = move |done| {
            last.set(Some((which, done)));
            if !done {
                elements::select_all(TEXT_ID);
            }
        };
        clipboard::copy(text, Box::new(say));
    }

    pub(super) fn on_copy(&self, which: usize, text: String) -> Callback<MouseEvent> {
        let copying = self.clone();
        Callback::from(move |_| copying.copy(which, &text))
    }

    /// What the button says that copies the text `which`.
    pub(super) fn verb(&self, which: usize) -> &'static str {
        match *self.last {
            Some((last, true)) if last == which => "Copied",
            _ => "Copy",
        }
    }

    /// Says what became of copying the text `which`: that it was copied, the button shows.
    pub(super) fn say(&self, which: usize, refused: &'static str) -> Html {
        let (class, message) = match *self.last {
            Some((last, true)) if last == which => (Some("hidden"), "Copied to the clipboard."),
            Some((last, false)) if last == which => (None, refused),
            _ => (None, ""),
        };
        html! { <span role="status" class={class}>{ message }</span> }
    }
}

/// A text that was put on the clipboard, and can be selected where the browser refused that.
pub(super) fn copied_text(
    label: &str,
    text: String,
    rows: &'static str,
    copying: &CopyStatus,
) -> Html {
    html! {
        <>
            <label for={TEXT_ID}>{ label }</label>
            <textarea id={TEXT_ID} readonly={true} rows={rows} spellcheck="false" value={text.clone()} />
            <p class="copied">
                <button type="button" onclick={copying.on_copy(0, text)}>{ copying.verb(0) }</button>
                { copying.say(0, "The browser blocked copying. The text is selected: press Ctrl+C or ⌘C.") }
            </p>
        </>
    }
}

const TEXT_ID: &str = "dialog-text";
