//! The page is drawn in stages, so that the browser can respond between them.

use wasm_bindgen_futures::spawn_local;
use yew::{use_effect_with, use_state};

use crate::browser::{interaction, schedule};

/// How much of the page is drawn: each stage includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RenderStage {
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

/// How much of the page is drawn. Each stage is a task of its own: between them the browser shows what there is and
/// responds. A pane that a narrow screen does not show waits for the first interaction.
#[yew::hook]
pub(crate) fn use_render_stage(has_interacted: bool) -> RenderStage {
    let stage = use_state(|| RenderStage::Presets);
    use_effect_with((*stage, has_interacted), {
        let stage = stage.clone();
        move |&(now, has_interacted)| {
            let next = match now {
                RenderStage::Presets => RenderStage::Project,
                RenderStage::Project => RenderStage::Environments,
                RenderStage::Environments => RenderStage::Options,
                RenderStage::Options if !has_interacted && interaction::is_narrow() => return,
                RenderStage::Options => RenderStage::Files,
                RenderStage::Files => RenderStage::Preview,
                RenderStage::Preview => return,
            };
            spawn_local(async move {
                schedule::next_task().await;
                stage.set(next);
            });
        }
    });
    *stage
}
