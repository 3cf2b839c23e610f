//! The switch for what the browser's storage keeps, at the end of the form. Only the second part of the page reaches it.

use yew::{Callback, Event, Html, MouseEvent, html};

use crate::browser::elements;
use crate::view::dialogs::Dialog;
use crate::view::work::Persistence;

/// The switch, and what it means.
pub(crate) fn persistence_switch(
    persistence: &Persistence,
    on_switch: &Callback<bool>,
    on_dialog: &Callback<Dialog>,
) -> Html {
    let on_change = on_switch.reform(|event: Event| elements::is_ticked(&event));
    let refused = match persistence {
        Persistence::Refused(reason) => Some(format!(
            "The browser refuses ({reason}): your work is in the page's address only."
        )),
        Persistence::On | Persistence::Off | Persistence::OfAnotherTab => None,
    };
    html! {
        <section class="persistence" aria-labelledby="keeping-heading">
            <h3 id="keeping-heading">{ "In this browser" }</h3>
            <label>
                <input type="checkbox" id="keep-work" aria-describedby="keeping-about"
                    checked={*persistence == Persistence::On}
                    disabled={refused.is_some()} onchange={on_change} />
                { " Keep my work here" }
            </label>
            <p class="help" id="keeping-about">
                if let Some(refused) = refused {
                    { refused }
                } else {
                    { "Your composition is stored in this browser and sent nowhere. If you switch this off, it is \
                     deleted. Saved compositions stay." }
                }
            </p>
            <button type="button" onclick={on_dialog.reform(|_: MouseEvent| Dialog::Saved)}>
                { "Saved compositions…" }
            </button>
        </section>
    }
}
