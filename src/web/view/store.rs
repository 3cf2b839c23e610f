//! The state as Yew keeps it, with the second part of the page beside it.

use std::rc::Rc;

use yew::{Callback, Reducible, UseReducerHandle, hook, use_memo};

use crate::loading::LoadError;
use crate::model::action::Action;
use crate::model::notice::Notice;
use crate::model::state::State;
use crate::second_part::{Loader, SecondPart};

/// The page's state, and the second part once it is loaded.
#[derive(Clone, PartialEq)]
pub(crate) struct Store {
    /// The state.
    pub(crate) state: Rc<State>,
    /// The second part of the page.
    pub(crate) second_part: Option<&'static SecondPart>,
}

/// What can happen to it.
pub(crate) enum StoreAction {
    /// Something happens to the state.
    State(Action),
    /// The second part is loaded.
    Loaded(&'static SecondPart),
}

impl Store {
    /// The store of a page that starts with `state`.
    pub(crate) fn new(state: State, second_part: Option<&'static SecondPart>) -> Self {
        Self {
            state: Rc::new(state),
            second_part,
        }
    }
}

impl Reducible for Store {
    type Action = StoreAction;

    fn reduce(self: Rc<Self>, action: StoreAction) -> Rc<Self> {
        let (second_part, action) = match action {
            StoreAction::State(action) => (self.second_part, action),
            StoreAction::Loaded(part) => (Some(part), Action::Capabilities(part.capabilities)),
        };
        let state = (*self.state).clone().reduce(action);
        Rc::new(Self {
            state: Rc::new(state),
            second_part,
        })
    }
}

/// A callback that sends the action made from its argument.
#[hook]
pub(crate) fn use_sender<T: 'static>(
    handle: &UseReducerHandle<Store>,
    make: impl Fn(T) -> Action + 'static,
) -> Callback<T> {
    let dispatcher = handle.dispatcher();
    (*use_memo((), move |()| {
        Callback::from(move |argument| dispatcher.dispatch(StoreAction::State(make(argument))))
    }))
    .clone()
}

/// The second part, as far as it is loaded, and the way to load it.
#[hook]
pub(crate) fn use_loader(handle: &UseReducerHandle<Store>) -> Loader {
    let dispatcher = handle.dispatcher();
    let on_load = use_memo((), move |()| {
        Callback::from(move |loaded| {
            dispatcher.dispatch(match loaded {
                Ok(part) => StoreAction::Loaded(part),
                Err(LoadError) => StoreAction::State(Action::Notice(Some(Notice::not_loaded()))),
            });
        })
    });
    Loader::new(handle.second_part, (*on_load).clone())
}
