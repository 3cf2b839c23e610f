//! What the files are compared with.

use std::rc::Rc;

use composer_core::{check_without_names, presets};
use yew::use_memo;

use crate::model::baseline::{Baseline, BaselineFiles};
use crate::model::composition::Composition;
use crate::model::state::State;

/// The files before the last step, and those that the user compares with.
#[yew::hook]
pub(crate) fn use_baseline(state: &State) -> (BaselineFiles, BaselineFiles) {
    let preset = (state.view.baseline == Baseline::Preset).then_some(state.preset);
    let preset = use_memo((preset, state.capabilities), |(preset, capabilities)| {
        let spec = presets::find((*preset)?)?.spec();
        // A preset has no keys of its own, and their table is in the second part of the page.
        let blueprint = check_without_names(&spec, None).blueprint?;
        Some(Rc::new(Composition::of(blueprint, capabilities.compose)))
    });
    let last = state.last.as_ref().map(|last| Rc::clone(&last.before));
    let last = BaselineFiles::Composed(last.unwrap_or_else(|| Rc::clone(&state.composition)));
    let chosen = match (state.view.baseline, &*preset, &state.opened) {
        (Baseline::Preset, Some(preset), _) => BaselineFiles::Composed(Rc::clone(preset)),
        (Baseline::Opened, _, Some(opened)) => BaselineFiles::Opened(Rc::clone(opened)),
        _ => last.clone(),
    };
    (last, chosen)
}
