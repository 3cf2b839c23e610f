//! What shows the files and figures of a step, once the browser has shown the answer to it.

use std::rc::Rc;

use yew::{Component, Context, Html, Properties};

use crate::browser::schedule;
use crate::model::composition::Composition;
use crate::model::view_state::Pane;

#[derive(Properties)]
pub(crate) struct AfterAnswerProps {
    /// The pane that is drawn.
    pub(crate) pane: Pane,
    /// What it shows.
    pub(crate) composition: Rc<Composition>,
    /// How it shows it.
    pub(crate) children: Html,
}

/// Never: what is drawn can't be compared.
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
