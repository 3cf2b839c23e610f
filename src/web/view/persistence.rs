//! Keeps the work in the address and in the browser's storage. What is done once somebody
//! has changed something is in the second part of the page: [`crate::view::kept_work`].

use std::rc::Rc;

use gloo::events::EventListener;
use yew::{
    Callback, UseReducerHandle, hook, use_callback, use_effect_with, use_memo, use_mut_ref,
    use_state,
};

use crate::browser::address::{self, KnownFragment};
use crate::browser::saved_work::{self, Entry};
use crate::browser::schedule::Debouncer;
use crate::second_part::Loader;
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
        address: use_memo((), |()| KnownFragment::now()),
        writes: use_memo((), |()| Debouncer::new()),
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
                EventListener::new(&window, "hashchange", move |event| {
                    if let Some((work, loader)) = of_address.borrow().clone() {
                        let put_in = address::put_in(event);
                        work.address.read();
                        loader.when_loaded(move |part| (part.open_address)(&work, &put_in));
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
