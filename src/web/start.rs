//! Starts the page with what the address leads to, else what the browser's storage has kept, else the first preset.

use std::rc::Rc;

use composer_core::{check_without_names, link, presets};

use crate::browser::saved_work::{self, Entry};
use crate::browser::{address, schedule, session};
use crate::loading::LoadError;
use crate::model::capabilities::Capabilities;
use crate::model::state::State;
use crate::second_part;
use crate::view::store::Store;

/// The store of a page that starts.
///
/// # Errors
/// Where there is something to open and the part of the page that opens it can't be loaded: to start with the first preset
/// would replace what is kept.
pub(crate) async fn start() -> Result<Store, LoadError> {
    let address = address::fragment();
    let kept = match saved_work::read() {
        Ok(Entry::Work(text)) => text,
        _ => None,
    };
    let session = session::remembered();
    if !link::is_meant(&address) && kept.is_none() && session.is_none() {
        return Ok(Store::new(first_preset().await, None));
    }
    let is_any_kept = link::is_meant(&address) || kept.is_some();
    let part = match second_part::load().await {
        Ok(part) => part,
        // What the tab remembers is of the first preset then: that is there without it.
        Err(LoadError) if !is_any_kept => return Ok(Store::new(first_preset().await, None)),
        Err(not_loaded) => return Err(not_loaded),
    };
    let state = (part.start)(
        part.capabilities,
        &address,
        kept.as_deref(),
        saved_work::put_aside,
        session.as_deref(),
    );
    Ok(Store::new(state, Some(part)))
}

/// The state of a page that starts with the first preset, made in tasks of their own: between them the browser can do
/// what waits.
async fn first_preset() -> State {
    let spec = Rc::new(presets::PRESETS[0].spec());
    schedule::next_task().await;
    let checked = check_without_names(&spec, None);
    schedule::next_task().await;
    State::from_check(spec, checked, Capabilities::FIRST_PART)
}
