//! The form: presets, what holds for every environment, and the environments side by side.

pub(crate) mod about;
mod add_environment;
pub(crate) mod context;
mod environments;
mod explain;
mod field;
mod map;
pub(crate) mod messages;
mod presets;
mod shared;

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use crate::browser::interaction;
use crate::model::state::State;
use crate::view::form::context::Form;
use crate::view::form::field::KnownValues;
use crate::view::render_stage::Drawn;

#[derive(Properties, PartialEq)]
pub(crate) struct OptionsProps {
    pub(crate) form: Form,
    pub(crate) state: Rc<State>,
    pub(crate) drawn: Drawn,
    /// Whether somebody is at the page.
    pub(crate) is_in_use: bool,
}

#[component]
pub(crate) fn Options(props: &OptionsProps) -> Html {
    let OptionsProps {
        form,
        state,
        drawn,
        is_in_use,
    } = props;
    html! {
        <>
            // Offered to somebody who types.
            if *is_in_use {
                <KnownValues />
            }
            <presets::Presets form={form.clone()} state={Rc::clone(state)} />
            if *drawn >= Drawn::Project {
                <shared::Project form={form.clone()} />
            }
            if *drawn >= Drawn::Environments {
                <environments::Environments form={form.clone()} shown={state.shown_environment()}
                    has_one_column={!is_in_use && interaction::is_narrow()} />
            }
            if *drawn >= Drawn::Options {
                <shared::Shared form={form.clone()} />
            }
        </>
    }
}
