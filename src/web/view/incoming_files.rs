//! Files that somebody chooses or drops on the page.

use composer_core::archive::MAX_BYTES;
use yew::{Callback, Event, UseReducerHandle, use_callback, use_effect_with};

use crate::browser::files::{self, IncomingFile};
use crate::second_part::Loader;
use crate::view::store::{Store, StoreAction};

/// Opens files that are dropped on the page; the answer opens those of a file field.
#[yew::hook]
pub(crate) fn use_files(handle: &UseReducerHandle<Store>, loader: &Loader) -> Callback<Event> {
    let give = {
        let (dispatcher, loader) = (handle.dispatcher(), loader.clone());
        move |given: IncomingFile| {
            let dispatcher = dispatcher.clone();
            loader.when_loaded(move |part| {
                let opened = (part.open_file)(&given.name, &given.content);
                dispatcher.dispatch(StoreAction::State(opened.into()));
            });
        }
    };
    use_effect_with((), {
        let give = give.clone();
        move |()| {
            let listeners = files::on_drop(MAX_BYTES, give);
            move || drop(listeners)
        }
    });
    use_callback((), move |event: Event, ()| {
        files::read_chosen(&event, MAX_BYTES, give.clone());
    })
}
