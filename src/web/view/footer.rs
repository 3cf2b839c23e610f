//! The quiet line at the end: what stays here, and where to read on.

use yew::{Callback, Html, MouseEvent, html};

use crate::view::dialogs::Dialog;

/// The address of the repository that the page is built from, without a slash at its end. A build that doesn't know it
/// has no links there.
const REPOSITORY: Option<&str> = option_env!("COMPOSER_REPOSITORY");

/// The line, on a narrow screen in short words. What the answer and the header offer only where there is room is here then.
pub(crate) fn footer(on_dialog: &Callback<Dialog>) -> Html {
    let opener = |dialog: Dialog| on_dialog.reform(move |_: MouseEvent| dialog.clone());
    let number = env!("CARGO_PKG_VERSION");
    html! {
        <footer>
            <p class="only-wide">{ "Nothing leaves your browser" }</p>
            <button type="button" class="link only-narrow" onclick={opener(Dialog::Link)}>{ "Share" }</button>
            <button type="button" class="link only-narrow" onclick={opener(Dialog::Shortcuts)}>{ "Keys" }</button>
            if let Some(repository) = REPOSITORY {
                <a href={repository}>{ "Source" }</a>
                <a href={format!("{repository}#readme")}>{ long_or_short("Documentation", "Docs") }</a>
            }
            <button type="button" class="link" onclick={opener(Dialog::Command)}>
                { long_or_short("Command line", "CLI") }
            </button>
            if let Some(repository) = REPOSITORY {
                <a href={format!("{repository}/releases")} aria-label={format!("Version {number}: what changed")}>
                    <span class="only-wide">{ "Version " }</span>{ number }<span class="only-wide">{ ": what changed" }</span>
                </a>
                <a href={format!("{repository}/issues")}>{ "Feedback" }</a>
            } else {
                <span><span class="only-wide">{ "Version " }</span>{ number }</span>
            }
        </footer>
    }
}

/// A word for each width.
fn long_or_short(long: &'static str, short: &'static str) -> Html {
    html! { <><span class="only-wide">{ long }</span><span class="only-narrow">{ short }</span></> }
}
