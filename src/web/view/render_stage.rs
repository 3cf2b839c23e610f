//! The page is drawn in stages.

use wasm_bindgen_futures::spawn_local;
use yew::{use_effect_with, use_state};

use crate::browser::{interaction, schedule};

/// How much of the page is drawn, each with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Drawn {
    /// The presets.
    Presets,
    /// Project and region.
    Project,
    /// The environments.
    Environments,
    /// The whole form.
    Options,
    /// The tree of files.
    Files,
    /// All of it.
    Preview,
}

/// How much of the page is drawn, which it is in tasks of their own: between them the browser shows what there is and
/// hears who is at it. A pane that a narrow screen doesn't show waits until somebody is.
#[yew::hook]
pub(crate) fn use_drawn(is_in_use: bool) -> Drawn {
    let drawn = use_state(|| Drawn::Presets);
    use_effect_with((*drawn, is_in_use), {
        let drawn = drawn.clone();
        move |&(now, is_in_use)| {
            let next = match now {
                Drawn::Presets => Drawn::Project,
                Drawn::Project => Drawn::Environments,
                Drawn::Environments => Drawn::Options,
                Drawn::Options if !is_in_use && interaction::is_narrow() => return,
                Drawn::Options => Drawn::Files,
                Drawn::Files => Drawn::Preview,
                Drawn::Preview => return,
            };
            spawn_local(async move {
                schedule::next_task().await;
                drawn.set(next);
            });
        }
    });
    *drawn
}
