//! Keeps the work in the address, in the browser's storage and in what the tab remembers of itself. Only the second part of
//! the page reaches it: until somebody is at the page there is nothing to keep.

use std::rc::Rc;

use composer_core::{link, presets};

use crate::browser::saved_work::{self, Entry};
use crate::browser::{address, boot, session};
use crate::model::action::Action;
use crate::model::link::fragment;
use crate::model::notice::Notice;
use crate::model::session as remembered;
use crate::model::start::open_link;
use crate::model::state::State;
use crate::view::work::{Persistence, Work};

/// What the storage keeps of a composition: its link, or where that would be too long its file.
#[must_use]
pub(crate) fn kept_text(state: &State) -> String {
    let fragment = fragment(&state.spec, state.preset);
    if fragment.is_empty() {
        state.spec.to_toml()
    } else {
        fragment
    }
}

/// Puts the work into the address and the storage, once the change is painted.
pub(crate) fn keep(work: &Work) {
    let state = &work.state;
    let (spec, composition) = (&state.spec, &state.composition);
    let fragment = fragment(spec, state.preset);
    let text = match composition.spec_file() {
        // The composition may be of an earlier spec: in an error it is.
        Some(text) if composition.blueprint.spec() == &**spec => text,
        _ => &*spec.to_toml(),
    };
    // At once, for a page that fails right after.
    boot::leave_copy(&fragment, text);
    let is_long = fragment.is_empty();
    let kept = if is_long { text } else { &fragment }.to_owned();
    let work = work.clone();
    let writes = Rc::clone(&work.writes);
    // After the change is painted, and once for changes in quick succession: browsers throttle a page that changes its
    // address often.
    writes.run(move || {
        let spec = &work.state.spec;
        let is_first = work.first.borrow().as_ref() == Some(spec);
        if is_first {
            // What was opened is not yet work: it replaces nothing in the storage, and the default no address.
            if link::is_meant(&address::fragment()) || **spec != presets::PRESETS[0].spec() {
                work.address.set(&fragment);
            }
            return;
        }
        work.first.replace(None);
        work.address.set(&fragment);
        store(&work, &kept, is_long);
    });
}

/// Why the storage does not have the work.
enum StoreError {
    /// The user doesn't want it.
    Off,
    /// Another tab has its work there.
    OfAnotherTab,
    /// The browser refuses, for this reason.
    Refused(String),
}

fn store(work: &Work, kept: &str, is_long: bool) {
    let before = (*work.persistence).clone();
    let place = if is_long {
        "too long for the page's address: download its file with Share"
    } else {
        "in the page's address: bookmark it, or download the zip"
    };
    let (now, text) = match try_to_store(work, kept) {
        Ok(()) => (Persistence::On, None),
        Err(StoreError::Off) => (
            Persistence::Off,
            is_long.then(|| {
                format!("The browser stores nothing for this page (it is switched off). Your work is {place}.")
            }),
        ),
        Err(StoreError::OfAnotherTab) => (
            Persistence::OfAnotherTab,
            (is_long || before == Persistence::On).then(|| {
                format!(
                    "Another tab stores its work in this browser, and this tab does not overwrite it. Your work here \
                     is {place}. To overwrite the other tab's work, tick Keep my work here."
                )
            }),
        ),
        Err(StoreError::Refused(reason)) => (
            Persistence::Refused(reason.clone()),
            (is_long || before == Persistence::On).then(|| {
                format!("The browser stores nothing for this page ({reason}). Your work is {place}.")
            }),
        ),
    };
    if now != before {
        work.persistence.set(now);
    }
    if let Some(text) = text {
        let notice = Notice::failure(text);
        work.on_action.emit(Action::Notice(Some(notice)));
    }
}

/// Makes `kept` the storage's entry, unless another tab has written there.
fn try_to_store(work: &Work, kept: &str) -> Result<(), StoreError> {
    if *work.persistence == Persistence::Off {
        return Err(StoreError::Off);
    }
    match saved_work::read().map_err(StoreError::Refused)? {
        // Another tab has switched it off.
        Entry::Off => return Err(StoreError::Off),
        Entry::Work(Some(there))
            if there != kept && Some(&there) != work.seen.borrow().as_ref() =>
        {
            return Err(StoreError::OfAnotherTab);
        }
        Entry::Work(_) => {}
    }
    saved_work::keep(kept).map_err(StoreError::Refused)?;
    work.seen.replace(Some(kept.to_owned()));
    Ok(())
}

/// Begins to keep the work in the storage, in place of another tab's too; or deletes what was kept.
pub(crate) fn switch_keeping(work: &Work, is_wanted: bool) {
    let done = if is_wanted {
        let kept = kept_text(&work.state);
        saved_work::keep(&kept).map(|()| {
            work.seen.replace(Some(kept));
            Persistence::On
        })
    } else {
        session::forget();
        saved_work::switch_off().map(|()| Persistence::Off)
    };
    let now = done.unwrap_or_else(Persistence::Refused);
    work.persistence.set(now);
}

/// Opens what somebody has put into the address by hand. `put_in` is the fragment of the event, with its `#`: the page may
/// have replaced the address since.
pub(crate) fn open_address(work: &Work, put_in: &str) {
    let own = fragment(&work.state.spec, work.state.preset);
    if !link::is_meant(put_in) || put_in == format!("#{own}") {
        return;
    }
    let opened = open_link(put_in);
    match opened {
        // What is still to be written would replace the link, and a page that is loaded again right now would not open it.
        Ok(_) => work.writes.call_off(),
        Err(_) => work.address.set(&own),
    }
    work.on_action.emit(opened.into());
}

/// Remembers the steps and what is looked at, for when the tab is loaded again. Where the user wants nothing kept or the
/// page has failed, nothing.
pub(crate) fn remember(work: &Work) {
    let is_wanted = *work.persistence != Persistence::Off && !boot::has_stopped();
    match remembered::write(&work.state).filter(|_| is_wanted) {
        Some(text) => session::remember(&text),
        None => session::forget(),
    }
}
