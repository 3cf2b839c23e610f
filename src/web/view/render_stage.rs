//! The page is drawn in stages, so that the browser can respond between them.

use gloo::timers::callback::Timeout;
use yew::{use_effect_with, use_state};

/// How much of the page is drawn: each stage includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RenderStage {
    /// Question and answer.
    Band,
    /// The view.
    View,
    /// Project and region.
    Project,
    /// The environments.
    Environments,
    /// The whole form.
    Options,
}

/// How much of the page is drawn. Each stage is a task of its own: between them the browser shows what there is and
/// responds. The form waits until it is shown.
#[yew::hook]
pub(crate) fn use_render_stage(shows_options: bool) -> RenderStage {
    let stage = use_state(|| RenderStage::Band);
    use_effect_with((*stage, shows_options), {
        let stage = stage.clone();
        move |&(now, shows_options)| {
            let next = match now {
                RenderStage::Band => RenderStage::View,
                RenderStage::View if !shows_options => return,
                RenderStage::View => RenderStage::Project,
                RenderStage::Project => RenderStage::Environments,
                RenderStage::Environments => RenderStage::Options,
                RenderStage::Options => return,
            };
            Timeout::new(0, move || stage.set(next)).forget();
        }
    });
    *stage
}
