//! The quiet line at the end: what stays here, and where to read on.

use yew::{Callback, Html, MouseEvent, html};

use crate::view::dialogs::Dialog;

/// The address of the repository that the page is built from, without a slash at its end. A build that doesn't know it
/// has no links there.
const REPOSITORY: Option<&str> = option_env!("COMPOSER_REPOSITORY");

/// The line. What the answer and the header offer only where there is room is here on a narrow screen.
pub(crate) fn footer(on_dialog: &Callback<Dialog>) -> Html {
    let opener = |dialog: Dialog| on_dialog.reform(move |_: MouseEvent| dialog.clone());
    let version = concat!("Version ", env!("CARGO_PKG_VERSION"));
    html! {
        <footer>
            <p>{ "Nothing leaves your browser" }</p>
            <button type="button" class="link only-narrow" onclick={opener(Dialog::Link)}>{ "Share" }</button>
            <button type="button" class="link only-narrow" onclick={opener(Dialog::Shortcuts)}>{ "Shortcuts" }</button>
            if let Some(repository) = REPOSITORY {
                <a href={repository}>{ "Source" }</a>
                <a href={format!("{repository}#readme")}>{ "Documentation" }</a>
            }
            <button type="button" class="link" onclick={opener(Dialog::Command)}>{ "Command line" }</button>
            if let Some(repository) = REPOSITORY {
                <a href={format!("{repository}/releases")}>{ version }{ ": what changed" }</a>
                <a href={format!("{repository}/issues")}>{ "Feedback" }</a>
            } else {
                <span>{ version }</span>
            }
        </footer>
    }
}
