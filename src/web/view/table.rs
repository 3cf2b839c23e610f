//! The tables of the panes, the bars in them, and the choice of what they are about.

use yew::virtual_dom::VText;
use yew::{AttrValue, Callback, Html, MouseEvent, classes, html};

/// A table that scrolls by itself where it is too wide; `rows` are made by [`row`].
pub(crate) fn table(
    label: &'static str,
    class: &'static str,
    heads: &[&str],
    rows: Vec<Html>,
) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label={label}>
            <table class={classes!("facts", class)}>
                <thead>
                    <tr>{ for heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}

/// A row; the first of its cells is its head.
pub(crate) fn row(class: &'static str, cells: Vec<Html>) -> Html {
    let mut cells = cells.into_iter();
    html! {
        <tr class={class}>
            <th scope="row">{ cells.next().unwrap_or_default() }</th>
            { for cells.map(|cell| html! { <td>{ cell }</td> }) }
        </tr>
    }
}

/// A cell of nothing but text.
pub(crate) fn text(text: impl Into<AttrValue>) -> Html {
    VText::new(text).into()
}

/// A text, and below it a bar of `parts`, each with its class and length, against a track of the length `whole`. What
/// the bar shows the text says.
pub(crate) fn bar(label: String, parts: &[(String, i64)], whole: i64) -> Html {
    let sum: i64 = parts.iter().map(|(_, length)| length).sum();
    let mut end = 0;
    html! {
        <>
            { label }
            <svg class="gauge" viewBox={format!("0 0 {} 1", sum.max(whole).max(1))}
                preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width={whole.to_string()} height="1" />
                { for parts.iter().map(|(class, length)| {
                    let start = end;
                    end += length;
                    html! {
                        <rect class={class.clone()} x={start.to_string()} width={length.to_string()} height="1" />
                    }
                }) }
            </svg>
        </>
    }
}

/// Buttons of which the one of what is shown is pressed.
pub(crate) fn choice<'a>(
    label: &'static str,
    names: impl Iterator<Item = &'a str>,
    shown: &str,
    on_choose: &Callback<String>,
) -> Html {
    html! {
        <div class="choice" role="group" aria-label={label}>
            { for names.map(|name| {
                let chosen = name.to_owned();
                html! {
                    <button type="button" key={name.to_owned()}
                        onclick={on_choose.reform(move |_: MouseEvent| chosen.clone())}
                        aria-pressed={if name == shown { "true" } else { "false" }}>
                        { name }
                    </button>
                }
            }) }
        </div>
    }
}
