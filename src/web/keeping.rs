//! Where the work stays when the page goes: in the address, and in the browser's storage unless that is switched off.

use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::link::NoLink;
use composer_core::{Spec, link, presets, read};
use gloo::events::EventListener;
use yew::{
    Callback, Event, Html, UseReducerHandle, UseStateHandle, hook, html, use_callback,
    use_effect_with, use_memo, use_mut_ref, use_state,
};

use crate::browser::{self, Soon};
use crate::later::{self, Later, NotLoaded};
use crate::notice::Notice;
use crate::opening::{Opening, from_kept, from_link};
use crate::state::{Action, State};

/// The storage's entry: the link to the composition, its file where the link would be too long to read, or [`OFF`].
const KEY: &str = "temporal-composer";

/// Entries that could not be read, such as those of a later version of the page.
const UNREAD_KEYS: [&str; 3] = [
    "temporal-composer-unread-1",
    "temporal-composer-unread-2",
    "temporal-composer-unread-3",
];

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

/// Puts `text` into the storage, if it would be read from there.
fn keep(text: &str) -> Result<(), String> {
    if text.len() > read::LARGEST {
        return Err("it has more than 1 MiB".to_owned());
    }
    browser::store(KEY, text)
}

/// The link to a composition, as a fragment without its `#`. Empty where it would be too long to be read.
#[must_use]
pub(crate) fn fragment(spec: &Spec, preset: &str) -> String {
    let changes = match presets::find(preset) {
        Some(preset) => Changes::between(preset, spec),
        None => Changes::nearest(spec),
    };
    let mut fragment = link::write(&changes);
    if fragment.len() > link::LONGEST {
        fragment.clear();
    }
    fragment
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
    Ok((later.start)(later, &address, kept.as_deref()))
}

/// [`start`] where there is something to open: the fragment of the address, the storage's entry.
pub(crate) fn start_with(later: &'static Later, address: &str, kept: Option<&str>) -> State {
    let (kept, unread) = match kept.map(open_kept) {
        Some(Ok(kept)) => (Some(kept), None),
        Some(Err(unread)) => (None, Some(unread)),
        None => (None, None),
    };
    let state = start_from(later, address, kept);
    match unread {
        // It is told even where there is something else to tell: whoever goes on replaces the entry.
        Some(unread) => state.noted(unread),
        None => state,
    }
}

fn start_from(later: &'static Later, address: &str, kept: Option<Opening>) -> State {
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
    match from_link(address) {
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
            restored(kept).noted(broken(address, &error, shown))
        }
    }
}

/// Opens what was put into the address by hand.
pub(crate) fn open_link(address: &str) -> Action {
    match from_link(address) {
        Ok(opening) => Action::Open(Box::new(opening)),
        Err(error) => {
            let shown = "What you have here stays as it is.";
            Action::Notice(Some(broken(address, &error, shown)))
        }
    }
}

fn broken(address: &str, error: &NoLink, shown: &str) -> Notice {
    Notice {
        // The next change replaces it in the address.
        unread: Some(address.into()),
        ..Notice::failure(format!("The link can't be opened: {error}. {shown}"))
    }
}

/// Opens the storage's entry. Where not all of it can be read, it is put aside: the next change replaces the entry.
fn open_kept(text: &str) -> Result<Opening, Notice> {
    let opened = from_kept(text);
    let told = match &opened {
        Ok(opening) => opening.notice.clone(),
        Err(notice) => Some(notice.clone()),
    };
    let Some(told) = told.filter(|notice| notice.unread.is_some()) else {
        return opened;
    };
    let how = if opened.is_ok() {
        "only in part"
    } else {
        "not"
    };
    let place = match put_aside(text) {
        Ok(key) => format!("It stays in the browser's storage as `{key}`."),
        Err(reason) => {
            format!("The next change replaces it, since the browser keeps no copy ({reason}).")
        }
    };
    let notice = Notice {
        text: format!("What you had here the last time could {how} be read. {place}"),
        ..told
    };
    match opened {
        Ok(opening) => Ok(Opening {
            notice: Some(notice),
            ..opening
        }),
        Err(_) => Err(notice),
    }
}

/// Keeps `text` beside the storage's entry, once. The answer is its key there.
fn put_aside(text: &str) -> Result<String, String> {
    for key in UNREAD_KEYS {
        match browser::stored(key)? {
            Some(other) if other != text => {}
            Some(_) => return Ok(key.to_owned()),
            None => return browser::store(key, text).map(|()| key.to_owned()),
        }
    }
    Err("it has three such entries already".to_owned())
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
                let fragment = fragment(&spec, preset);
                let text = match composition.spec_file() {
                    // The last composition may be of an earlier spec: of the last without errors.
                    Some(text) if composition.blueprint.spec() == &*spec => text,
                    _ => &*spec.to_toml(),
                };
                let is_long = fragment.is_empty();
                // At once, for a page that fails right after.
                browser::keep_words(&fragment, text);
                let kept = if is_long { text } else { &fragment }.to_owned();
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
                    let stored = if is_kept == Keeping::Off {
                        Err("that is off".to_owned())
                    } else {
                        keep(&kept)
                    };
                    match stored {
                        Ok(()) if is_kept != Keeping::On => keeping.set(Keeping::On),
                        Err(reason) if is_long || is_kept == Keeping::On => {
                            if is_kept == Keeping::On {
                                keeping.set(Keeping::Refused(reason.clone()));
                            }
                            dispatcher.dispatch(Action::Notice(Some(Notice::failure(format!(
                                "The browser keeps nothing for this page ({reason}). Your work is {}.",
                                if is_long {
                                    "too long for the page's address: download its file with Share"
                                } else {
                                    "in the page's address: bookmark it, or download the zip"
                                }
                            )))));
                        }
                        _ => {}
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
                    let action = (later.open_link)(&address);
                    if matches!(action, Action::Notice(_)) {
                        browser::set_fragment(&own);
                    }
                    on_action.emit(action);
                });
            });
            move || drop(listener)
        });
    }
    let on_switch = {
        let work = (Rc::clone(&handle.spec), handle.preset, keeping.clone());
        use_callback(work, |is_wanted: bool, (spec, preset, keeping)| {
            let done = if is_wanted {
                let fragment = fragment(spec, preset);
                let is_long = fragment.is_empty();
                keep(&if is_long { spec.to_toml() } else { fragment }).map(|()| Keeping::On)
            } else {
                UNREAD_KEYS.iter().for_each(|key| browser::forget(key));
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
                    { "In this browser's storage: the link to your composition, its file where the link is too long, and \
                       beside it what could not be read. It is sent nowhere. Switching it off deletes all of it and \
                       notes only that it is off." }
                }
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        address: &str,
        kept: Option<&str>,
        project: &str,
        notice: Option<&str>,
        undo: Option<&str>,
    ) {
        let state = start_with(later::here(), address, kept);
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
    fn what_is_too_long_for_a_link_is_kept_as_a_file() {
        let mut spec = presets::PRESETS[0].spec();
        let at = composer_core::FieldPath::of(&["project"]);
        spec.set(at, "mine".into()).unwrap();
        let restored = "This is what you had here the last time. The browser has kept it.";
        check("", Some(&spec.to_toml()), "mine", Some(restored), None);

        let fits = |letters: usize| {
            let at = composer_core::FieldPath::of(&["tags", "a"]);
            let mut spec = presets::PRESETS[0].spec();
            spec.set(at, "é".repeat(letters).as_str().into()).unwrap();
            fragment(&spec, "standard").len()
        };
        // Two bytes of UTF-8 are six in an address.
        let around = "v=1&preset=standard&tags.a=".len();
        let most = (link::LONGEST - around) / 6;
        assert_eq!(fits(most), around + 6 * most);
        assert_eq!(fits(most + 1), 0);
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
