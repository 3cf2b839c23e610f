//! Keeps the work in the address and in the browser's storage, and the switch for the storage.

use std::rc::Rc;

use composer_core::{link, presets};
use gloo::events::EventListener;
use yew::{
    Callback, Event, Html, UseReducerHandle, UseStateHandle, hook, html, use_callback,
    use_effect_with, use_memo, use_mut_ref, use_state,
};

use crate::browser::saved_work::{self, Entry};
use crate::browser::schedule::Debounced;
use crate::browser::{address, boot, elements};
use crate::model::action::Action;
use crate::model::link::fragment;
use crate::model::notice::Notice;
use crate::second_part::Loader;
use crate::view::store::{Store, StoreAction};

/// Whether the browser's storage keeps the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// It does.
    On,
    /// The user doesn't want it.
    Off,
    /// The browser refuses, for this reason.
    Refused(String),
}

/// Keeps the work in the address and the storage, and opens what is put into the address by hand. The answer is whether
/// the storage keeps it, and how to change that.
#[hook]
pub(crate) fn use_persistence(
    handle: &UseReducerHandle<Store>,
    loader: &Loader,
) -> (Persistence, Callback<bool>) {
    let state = &handle.state;
    let persistence: UseStateHandle<Persistence> = use_state(|| match saved_work::read() {
        Ok(Entry::Off) => Persistence::Off,
        Ok(Entry::Work(_)) => Persistence::On,
        Err(reason) => Persistence::Refused(reason),
    });
    let first = use_mut_ref(|| Some(Rc::clone(&state.spec)));
    let writes = use_memo((), |()| Debounced::new());
    {
        let (persistence, dispatcher) = (persistence.clone(), handle.dispatcher());
        let composition = Rc::clone(&state.composition);
        let work = (Rc::clone(&state.spec), state.preset);
        use_effect_with(
            (work, (*persistence).clone()),
            move |((spec, preset), is_kept)| {
                let (spec, preset, is_kept) = (Rc::clone(spec), *preset, is_kept.clone());
                let fragment = fragment(&spec, preset);
                let text = match composition.spec_file() {
                    // The last composition may be of an earlier spec: of the last without errors.
                    Some(text) if composition.blueprint.spec() == &*spec => text,
                    _ => &*spec.to_toml(),
                };
                let is_long = fragment.is_empty();
                // At once, for a page that fails right after.
                boot::leave_copy(&fragment, text);
                let kept = if is_long { text } else { &fragment }.to_owned();
                // After the change is painted, and once for changes in quick succession: browsers throttle a
                // page that changes its address often.
                writes.run(move || {
                    let is_first = first.borrow().as_ref() == Some(&spec);
                    if is_first {
                        // What was opened is not yet work: it replaces nothing in the storage, and the default no
                        // address.
                        if link::is_meant(&address::fragment())
                            || *spec != presets::PRESETS[0].spec()
                        {
                            address::set_fragment(&fragment);
                        }
                        return;
                    }
                    first.replace(None);
                    address::set_fragment(&fragment);
                    let stored = if is_kept == Persistence::Off {
                        Err("that is off".to_owned())
                    } else {
                        saved_work::keep(&kept)
                    };
                    match stored {
                        Ok(()) if is_kept != Persistence::On => persistence.set(Persistence::On),
                        Err(reason) if is_long || is_kept == Persistence::On => {
                            if is_kept == Persistence::On {
                                persistence.set(Persistence::Refused(reason.clone()));
                            }
                            dispatcher.dispatch(StoreAction::State(Action::Notice(Some(Notice::failure(format!(
                                "The browser keeps nothing for this page ({reason}). Your work is {}.",
                                if is_long {
                                    "too long for the page's address: download its file with Share"
                                } else {
                                    "in the page's address: bookmark it, or download the zip"
                                }
                            ))))));
                        }
                        _ => {}
                    }
                });
            },
        );
    }
    {
        let (work, dispatcher) = (use_mut_ref(|| None), handle.dispatcher());
        let loader = loader.clone();
        work.replace(Some((Rc::clone(&state.spec), state.preset)));
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                let Some((spec, preset)) = work.borrow().clone() else {
                    return;
                };
                let (address, own) = (address::fragment(), fragment(&spec, preset));
                if !link::is_meant(&address) || address == format!("#{own}") {
                    return;
                }
                let dispatcher = dispatcher.clone();
                loader.when_loaded(move |part| {
                    let opened = (part.open_link)(&address);
                    if opened.is_err() {
                        address::set_fragment(&own);
                    }
                    dispatcher.dispatch(StoreAction::State(opened.into()));
                });
            });
            move || drop(listener)
        });
    }
    let on_switch = {
        let work = (Rc::clone(&state.spec), state.preset, persistence.clone());
        use_callback(work, |is_wanted: bool, (spec, preset, persistence)| {
            let done = if is_wanted {
                let fragment = fragment(spec, preset);
                let is_long = fragment.is_empty();
                saved_work::keep(&if is_long { spec.to_toml() } else { fragment })
                    .map(|()| Persistence::On)
            } else {
                saved_work::switch_off().map(|()| Persistence::Off)
            };
            persistence.set(done.unwrap_or_else(Persistence::Refused));
        })
    };
    ((*persistence).clone(), on_switch)
}

/// The switch, and what it means.
pub(crate) fn persistence_switch(persistence: &Persistence, on_switch: &Callback<bool>) -> Html {
    let on_change = on_switch.reform(|event: Event| elements::is_ticked(&event));
    let refused = match persistence {
        Persistence::Refused(reason) => Some(format!(
            "The browser refuses ({reason}): your work is in the page's address only."
        )),
        Persistence::On | Persistence::Off => None,
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
                       notes only that it is off." }
                }
            </p>
        </section>
    }
}
