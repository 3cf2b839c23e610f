//! The open pane after a step: it waits until the browser has shown the answer.

use std::rc::Rc;

use yew::{Component, Context, Html, Properties};

use crate::browser::schedule;
use crate::model::composition::Composition;
use crate::model::view_state::Pane;

#[derive(Properties)]
pub(crate) struct AfterAnswerProps {
    /// The open pane.
    pub(crate) pane: Pane,
    /// What it shows.
    pub(crate) composition: Rc<Composition>,
    /// The pane as it is drawn.
    pub(crate) children: Html,
}

/// Never equal: Yew compares the parts of the pane anyway as it draws them, and to compare the whole would add 0.6 kB to the
/// first load.
impl PartialEq for AfterAnswerProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// A pane, which takes longer to draw than the answer does: where a step changes what it shows, the answer comes first, and
/// the pane in the frame after it.
pub(crate) struct AfterAnswer;

impl Component for AfterAnswer {
    type Message = ();
    type Properties = AfterAnswerProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn changed(&mut self, context: &Context<Self>, before: &AfterAnswerProps) -> bool {
        let now = context.props();
        let waits = before.pane == now.pane && !Rc::ptr_eq(&before.composition, &now.composition);
        if waits {
            let link = context.link().clone();
            schedule::after_next_frame(Box::new(move || link.send_message(())));
        }
        !waits
    }

    fn view(&self, context: &Context<Self>) -> Html {
        context.props().children.clone()
    }
}
