//! Where the work stays when the page goes: in the address, and in the browser's storage unless that is switched off.

use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::{Spec, link, presets};
use gloo::events::EventListener;
use yew::{
    Callback, Event, Html, UseReducerHandle, UseStateHandle, hook, html, use_callback,
    use_effect_with, use_memo, use_mut_ref, use_state,
};

use crate::browser::{self, Soon};
use crate::later::{self, Later, NotLoaded};
use crate::notice::Notice;
use crate::opening::Opening;
use crate::state::{Action, State};

/// The one entry of the storage: the link to the composition, or [`OFF`].
const KEY: &str = "temporal-composer";

/// Stands in the storage where nothing is to be kept.
const OFF: &str = "off";

/// Whether the browser's storage keeps the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It does.
    On,
    /// The user doesn't want it.
    Off,
    /// The browser refuses, for this reason.
    Refused(String),
}

/// The link to a composition, as a fragment without its `#`.
#[must_use]
pub(crate) fn fragment(spec: &Spec, preset: &str) -> String {
    let changes = match presets::find(preset) {
        Some(preset) => Changes::between(preset, spec),
        None => Changes::nearest(spec),
    };
    link::write(&changes)
}

/// The state at the start: what the address leads to, else what the storage has kept, else the default.
///
/// # Errors
/// Where there is something to open and the part of the page that opens it can't be loaded: to begin with the default
/// would replace what is kept.
pub(crate) async fn start() -> Result<State, NotLoaded> {
    let address = browser::fragment();
    let kept = match browser::stored(KEY) {
        Ok(Some(text)) if text != OFF => Some(text),
        _ => None,
    };
    if !link::is_meant(&address) && kept.is_none() {
        return Ok(State::begun().await);
    }
    let later = later::load().await?;
    let kept = kept.and_then(|text| (later.open_link)(&text).ok());
    Ok(start_with(later, &address, kept))
}

fn start_with(later: &'static Later, address: &str, kept: Option<Opening>) -> State {
    let restored = |kept: Option<Opening>| match kept {
        Some(kept) => State::starting(kept, later),
        None => State::default(),
    };
    if !link::is_meant(address) {
        let is_restored = kept.is_some();
        let state = restored(kept);
        return match state.notice {
            None if is_restored => state.noted(Notice::plain(
                "This is what you had here the last time. The browser has kept it.",
            )),
            _ => state,
        };
    }
    match (later.open_link)(address) {
        Ok(opening) => match kept {
            // Somebody's link must not cost the work that was here.
            Some(kept) if kept.spec != opening.spec => State::starting(kept, later).opened(opening),
            _ => State::starting(opening, later),
        },
        Err(error) => {
            let shown = match &kept {
                Some(_) => "Shown is what you had here the last time.",
                None => "Shown is the preset standard.",
            };
            restored(kept).noted(broken(&error.to_string(), shown))
        }
    }
}

fn broken(error: &str, shown: &str) -> Notice {
    Notice::failure(format!("The link can't be opened: {error}. {shown}"))
}

/// Keeps the work in the address and the storage, and opens what is put into the address by hand. The answer is whether
/// the storage keeps it, and how to change that.
#[hook]
pub(crate) fn use_keeping(handle: &UseReducerHandle<State>) -> (Keeping, Callback<bool>) {
    let keeping: UseStateHandle<Keeping> = use_state(|| match browser::stored(KEY) {
        Ok(Some(text)) if text == OFF => Keeping::Off,
        Ok(_) => Keeping::On,
        Err(reason) => Keeping::Refused(reason),
    });
    let first = use_mut_ref(|| Some(Rc::clone(&handle.spec)));
    let soon = use_memo((), |()| Soon::new());
    {
        let (keeping, dispatcher) = (keeping.clone(), handle.dispatcher());
        let composition = Rc::clone(&handle.composition);
        let work = (Rc::clone(&handle.spec), handle.preset);
        use_effect_with(
            (work, (*keeping).clone()),
            move |((spec, preset), is_kept)| {
                let (spec, preset, is_kept) = (Rc::clone(spec), *preset, is_kept.clone());
                // At once, for a page that fails right after.
                let fragment = fragment(&spec, preset);
                match composition.spec_file() {
                    // The last composition may be of an earlier spec: of the last without errors.
                    Some(text) if composition.blueprint.spec() == &*spec => {
                        browser::keep_words(&fragment, text);
                    }
                    _ => browser::keep_words(&fragment, &spec.to_toml()),
                }
                // Once the step is painted, and once for steps in a row: browsers slow down whoever changes the
                // address often.
                soon.ask(move || {
                    let is_first = first.borrow().as_ref() == Some(&spec);
                    if is_first {
                        // What was opened is not yet work: it replaces nothing in the storage, and the default no
                        // address.
                        if link::is_meant(&browser::fragment())
                            || *spec != presets::PRESETS[0].spec()
                        {
                            browser::set_fragment(&fragment);
                        }
                        return;
                    }
                    first.replace(None);
                    browser::set_fragment(&fragment);
                    if is_kept == Keeping::On
                        && let Err(reason) = browser::store(KEY, &fragment)
                    {
                        keeping.set(Keeping::Refused(reason.clone()));
                        dispatcher.dispatch(Action::Notice(Some(Notice::failure(format!(
                            "The browser keeps nothing for this page ({reason}). Your work is in the page's address: \
                             bookmark it, or download the zip."
                        )))));
                    }
                });
            },
        );
    }
    {
        let (work, dispatcher) = (use_mut_ref(|| None), handle.dispatcher());
        work.replace(Some((Rc::clone(&handle.spec), handle.preset)));
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                let Some((spec, preset)) = work.borrow().clone() else {
                    return;
                };
                let (address, own) = (browser::fragment(), fragment(&spec, preset));
                if !link::is_meant(&address) || address == format!("#{own}") {
                    return;
                }
                let dispatcher = dispatcher.clone();
                let on_action = Callback::from(move |action| dispatcher.dispatch(action));
                later::with(on_action.clone(), move |later| {
                    on_action.emit(match (later.open_link)(&address) {
                        Ok(opening) => Action::Open(Box::new(opening)),
                        Err(error) => {
                            browser::set_fragment(&own);
                            let shown = "What you have here stays as it is.";
                            Action::Notice(Some(broken(&error.to_string(), shown)))
                        }
                    });
                });
            });
            move || drop(listener)
        });
    }
    let on_switch = {
        let work = (Rc::clone(&handle.spec), handle.preset, keeping.clone());
        use_callback(work, |is_wanted: bool, (spec, preset, keeping)| {
            let done = if is_wanted {
                browser::store(KEY, &fragment(spec, preset)).map(|()| Keeping::On)
            } else {
                browser::store(KEY, OFF).map(|()| Keeping::Off)
            };
            keeping.set(done.unwrap_or_else(Keeping::Refused));
        })
    };
    ((*keeping).clone(), on_switch)
}

/// The switch, and what it means.
pub(crate) fn keeping_switch(keeping: &Keeping, on_switch: &Callback<bool>) -> Html {
    let on_change = on_switch.reform(|event: Event| browser::is_ticked(&event));
    let refused = match keeping {
        Keeping::Refused(reason) => Some(format!(
            "The browser refuses ({reason}): your work is in the page's address only."
        )),
        Keeping::On | Keeping::Off => None,
    };
    html! {
        <section class="keeping" aria-labelledby="keeping-heading">
            <h3 id="keeping-heading">{ "In this browser" }</h3>
            <label>
                <input type="checkbox" id="keep-work" aria-describedby="keeping-about"
                    checked={*keeping == Keeping::On}
                    disabled={refused.is_some()} onchange={on_change} />
                { " Keep my work here" }
            </label>
            <p class="help" id="keeping-about">
                if let Some(refused) = refused {
                    { refused }
                } else {
                    { "One entry in this browser's storage: the link to your composition. It is sent nowhere. \
                       Switching it off deletes the entry and notes only that it is off." }
                }
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening::from_link;

    fn opening(fragment: &str) -> Opening {
        from_link(fragment).unwrap()
    }

    #[track_caller]
    fn check(
        address: &str,
        kept: Option<&str>,
        project: &str,
        notice: Option<&str>,
        undo: Option<&str>,
    ) {
        let state = start_with(later::here(), address, kept.map(opening));
        let at = composer_core::FieldPath::of(&["project"]);
        assert_eq!(state.spec.get(&at), Some(&project.into()));
        assert_eq!(
            state.notice.as_ref().map(|notice| notice.text.as_str()),
            notice
        );
        assert_eq!(state.undo(), undo);
    }

    const MINE: &str = "v=1&preset=standard&project=mine";
    const YOURS: &str = "#v=1&preset=standard&project=yours";

    #[test]
    fn the_address_comes_before_the_storage_and_that_before_the_default() {
        check("", None, "temporal", None, None);
        check("#options", None, "temporal", None, None);
        check(YOURS, None, "yours", None, None);
        let restored = "This is what you had here the last time. The browser has kept it.";
        check("", Some(MINE), "mine", Some(restored), None);
        check(&format!("#{MINE}"), Some(MINE), "mine", None, None);
    }

    #[test]
    fn a_link_costs_nothing_of_what_was_here() {
        check(
            YOURS,
            Some(MINE),
            "yours",
            Some("Opened a link. What you had before comes back with Undo."),
            Some("Opened a link"),
        );
    }

    #[test]
    fn a_broken_link_says_so_and_what_is_shown() {
        let why =
            "The link can't be opened: it is of version `9`, and this program reads version 1. ";
        let default = format!("{why}Shown is the preset standard.");
        check(
            "#v=9&preset=standard",
            None,
            "temporal",
            Some(&default),
            None,
        );
        let kept = format!("{why}Shown is what you had here the last time.");
        check(
            "#v=9&preset=standard",
            Some(MINE),
            "mine",
            Some(&kept),
            None,
        );
    }
}
