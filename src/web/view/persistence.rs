//! Keeps the work in the address and in the browser's storage, and the switch for the storage. What is done once somebody
//! has changed something is in the second part of the page: [`crate::view::kept_work`].

use std::rc::Rc;

use gloo::events::EventListener;
use yew::{
    Callback, Event, Html, MouseEvent, UseReducerHandle, hook, html, use_callback, use_effect_with,
    use_memo, use_mut_ref, use_state,
};

use crate::browser::elements;
use crate::browser::saved_work::{self, Entry};
use crate::browser::schedule::Debounced;
use crate::second_part::Loader;
use crate::view::dialogs::Dialog;
use crate::view::store::{Store, StoreAction};
use crate::view::work::{Persistence, Work};

/// Keeps the work in the address and the storage, and opens what is put into the address by hand. The answer is whether
/// the storage keeps it, and how to change that.
#[hook]
pub(crate) fn use_persistence(
    handle: &UseReducerHandle<Store>,
    loader: &Loader,
) -> (Persistence, Callback<bool>) {
    let state = &handle.state;
    let entry = use_memo((), |()| saved_work::read());
    let persistence = use_state(|| match &*entry {
        Ok(Entry::Off) => Persistence::Off,
        Ok(Entry::Work(_)) => Persistence::On,
        Err(reason) => Persistence::Refused(reason.clone()),
    });
    let on_action = use_memo((), {
        let dispatcher = handle.dispatcher();
        move |()| Callback::from(move |action| dispatcher.dispatch(StoreAction::State(action)))
    });
    let work = Work {
        state: Rc::clone(state),
        persistence: persistence.clone(),
        on_action: (*on_action).clone(),
        writes: use_memo((), |()| Debounced::new()),
        first: use_mut_ref(|| Some(Rc::clone(&state.spec))),
        seen: use_mut_ref(|| match &*entry {
            Ok(Entry::Work(text)) => text.clone(),
            _ => None,
        }),
    };
    use_effect_with(
        (
            Rc::clone(&state.spec),
            state.preset,
            (*persistence).clone(),
            loader.part(),
        ),
        {
            let work = work.clone();
            move |(_, _, _, part)| {
                if let Some(part) = part {
                    (part.keep)(&work);
                }
            }
        },
    );
    let latest = use_mut_ref(|| None::<(Work, Loader)>);
    latest.replace(Some((work, loader.clone())));
    use_effect_with((), {
        let latest = Rc::clone(&latest);
        move |()| {
            let of_address = Rc::clone(&latest);
            let window = gloo::utils::window();
            let listeners = [
                EventListener::new(&window, "hashchange", move |_| {
                    if let Some((work, loader)) = of_address.borrow().clone() {
                        loader.when_loaded(move |part| (part.open_address)(&work));
                    }
                }),
                EventListener::new(&window, "pagehide", move |_| {
                    if let Some((work, loader)) = latest.borrow().clone()
                        && let Some(part) = loader.part()
                    {
                        (part.remember)(&work);
                    }
                }),
            ];
            move || drop(listeners)
        }
    });
    let on_switch = use_callback((), move |is_wanted: bool, ()| {
        if let Some((work, loader)) = latest.borrow().clone() {
            loader.when_loaded(move |part| (part.switch_keeping)(&work, is_wanted));
        }
    });
    ((*persistence).clone(), on_switch)
}

/// The switch, and what it means.
pub(crate) fn persistence_switch(
    persistence: &Persistence,
    on_switch: &Callback<bool>,
    on_dialog: &Callback<Dialog>,
) -> Html {
    let on_change = on_switch.reform(|event: Event| elements::is_ticked(&event));
    let refused = match persistence {
        Persistence::Refused(reason) => Some(format!(
            "The browser refuses ({reason}): your work is in the page's address only."
        )),
        Persistence::On | Persistence::Off | Persistence::OfAnotherTab => None,
    };
    html! {
        <section class="persistence" aria-labelledby="keeping-heading">
            <h3 id="keeping-heading">{ "In this browser" }</h3>
            <label>
                <input type="checkbox" id="keep-work" aria-describedby="keeping-about"
                    checked={*persistence == Persistence::On}
                    disabled={refused.is_some()} onchange={on_change} />
                { " Keep my work here" }
            </label>
            <p class="help" id="keeping-about">
                if let Some(refused) = refused {
                    { refused }
                } else {
                    { "In this browser's storage: the link to your composition, its file where the link is too long, and \
                       beside it what could not be read. It is sent nowhere. Switching it off deletes all of it and \
                       notes only that it is off. What you saved by name stays." }
                }
            </p>
            <button type="button" onclick={on_dialog.reform(|_: MouseEvent| Dialog::Saved)}>
                { "Saved compositions…" }
            </button>
        </section>
    }
}
