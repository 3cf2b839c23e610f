//! The keys of the page, and the switch for the single ones.

use yew::{Callback, Event, Html, component, html, use_state};

use crate::browser::{elements, single_keys};

/// Keys, and what they do.
const KEYS: [(&[&str], &str); 8] = [
    (&["/", "Ctrl+K"], "Find files, options and text"),
    (&["["], "Previous change"),
    (&["]"], "Next change"),
    (&["Ctrl+Enter"], "Download the zip"),
    (&["Ctrl+Z"], "Undo"),
    (&["Ctrl+Shift+Z", "Ctrl+Y"], "Redo"),
    (&["?"], "Show this list"),
    (&["Esc"], "Close without a change"),
];

/// Keys inside a part of the page.
const KEYS_WITHIN: [(&str, &str); 4] = [
    ("Tabs and choices", "arrows"),
    (
        "File tree",
        "arrows, Home, End, or the first letter of a name",
    ),
    ("Line numbers", "↑ ↓, Enter explains a line"),
    ("Search results", "↑ ↓, Enter goes to the line"),
];

#[component]
pub(super) fn Shortcuts() -> Html {
    let is_on = use_state(single_keys::are_on);
    let refused = use_state(|| None::<String>);
    let on_switch = {
        let (is_on, refused) = (is_on.clone(), refused.clone());
        Callback::from(move |event: Event| {
            let is_wanted = elements::is_ticked(&event);
            match single_keys::switch(is_wanted) {
                Ok(()) => is_on.set(is_wanted),
                Err(reason) => refused.set(Some(reason)),
            }
        })
    };
    html! {
        <>
            <table class="shortcuts">
                <tbody>
                    { for KEYS.iter().map(|(keys, what)| html! {
                        <tr>
                            <th scope="row">{ for keys.iter().map(|key| html! { <><kbd>{ *key }</kbd>{ " " }</> }) }</th>
                            <td>{ *what }</td>
                        </tr>
                    }) }
                    { for KEYS_WITHIN.iter().map(|(place, keys)| html! {
                        <tr><th scope="row">{ *place }</th><td>{ *keys }</td></tr>
                    }) }
                </tbody>
            </table>
            <p>
                <label class="check">
                    <input type="checkbox" checked={*is_on} onchange={on_switch} />
                    { "Single keys: / [ ] ?" }
                </label>
            </p>
            if let Some(reason) = &*refused {
                <p class="error">{ format!("The browser can't store this ({reason}).") }</p>
            }
        </>
    }
}
