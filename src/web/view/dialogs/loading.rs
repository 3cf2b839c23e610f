//! Loads the page's third part for a dialog, and says so while it does.

use wasm_bindgen_futures::spawn_local;
use yew::{
    Callback, Html, MouseEvent, Properties, component, html, use_callback, use_effect_with,
    use_state,
};

use crate::on_demand::{self, OnDemand};
use crate::view::dialogs::migration::MigrationProps;
use crate::view::loading::loading;

/// What there is of the third part.
#[derive(Clone, Copy)]
enum Part {
    Loading,
    Loaded(&'static OnDemand),
    Failed,
}

/// The third part, which is loaded from now on.
pub(super) struct OnDemandPart {
    part: Part,
    on_load: Callback<()>,
}

/// Loads the third part.
#[yew::hook]
pub(super) fn use_on_demand() -> OnDemandPart {
    let part = use_state(|| Part::Loading);
    let on_load = use_callback(part.setter(), |(), part| {
        let part = part.clone();
        part.set(Part::Loading);
        spawn_local(async move {
            part.set(on_demand::load().await.map_or(Part::Failed, Part::Loaded));
        });
    });
    use_effect_with(on_load.clone(), |load| load.emit(()));
    OnDemandPart {
        part: *part,
        on_load,
    }
}

impl OnDemandPart {
    /// What `show` makes of it, or that it is loaded or can't be.
    pub(super) fn show(&self, show: impl FnOnce(&'static OnDemand) -> Html) -> Html {
        let on_retry = self.on_load.reform(|_: MouseEvent| ());
        match self.part {
            Part::Loading => loading(),
            Part::Loaded(part) => show(part),
            Part::Failed => html! {
                <p class="error" role="alert">
                    { "This part of the page could not be loaded. " }
                    <button type="button" onclick={on_retry}>{ "Try again" }</button>
                </p>
            },
        }
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct MigrationFrameProps {
    pub(super) migration: MigrationProps,
}

/// The migration of a flat root, once the third part is there.
#[component]
pub(super) fn MigrationFrame(props: &MigrationFrameProps) -> Html {
    use_on_demand().show(|part| (part.migration)(props.migration.clone()))
}
