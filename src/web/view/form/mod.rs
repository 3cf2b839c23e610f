//! The form: what holds for every environment, and the environments side by side.

pub(crate) mod about;
pub(crate) mod add_environment;
pub(crate) mod context;
pub(crate) mod environment_actions;
mod environments;
mod explain;
mod field;
pub(crate) mod fixes;
pub(crate) mod map;
mod map_field;
mod mark;
mod message_list;
pub(crate) mod messages;
mod shared;
mod typing;

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use crate::model::state::State;
use crate::view::form::context::Form;
use crate::view::render_stage::RenderStage;

#[derive(Properties, PartialEq)]
pub(crate) struct OptionsProps {
    pub(crate) form: Form,
    pub(crate) state: Rc<State>,
    pub(crate) stage: RenderStage,
    /// Whether only one environment's column is drawn.
    pub(crate) has_one_column: bool,
}

#[component]
pub(crate) fn Options(props: &OptionsProps) -> Html {
    let OptionsProps {
        form,
        state,
        stage,
        has_one_column,
    } = props;
    html! {
        <>
            if *stage >= RenderStage::Project {
                <shared::Project form={form.clone()} />
            }
            if *stage >= RenderStage::Environments {
                <environments::Environments form={form.clone()} shown={state.shown_environment()}
                    has_one_column={*has_one_column} />
            }
            if *stage >= RenderStage::Options {
                <shared::Shared form={form.clone()} />
            }
        </>
    }
}
