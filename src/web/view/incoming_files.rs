//! Files that somebody chooses or drops on the page.

use yew::{Callback, Event, UseReducerHandle, use_callback, use_effect_with};

use crate::browser::files::{self, IncomingFiles};
use crate::model::opening::OpeningResult;
use crate::second_part::Loader;
use crate::view::store::{Store, StoreAction};

/// Opens files that are dropped on the page; the answer opens those of a file field.
#[yew::hook]
pub(crate) fn use_files(handle: &UseReducerHandle<Store>, loader: &Loader) -> Callback<Event> {
    let open = {
        let (dispatcher, loader) = (handle.dispatcher(), loader.clone());
        move |files: IncomingFiles| {
            let dispatcher = dispatcher.clone();
            loader.when_loaded(move |part| {
                let on_opened = Callback::from(move |opened: OpeningResult| {
                    dispatcher.dispatch(StoreAction::State(opened.into()));
                });
                (part.open_files)(files, on_opened);
            });
        }
    };
    use_effect_with((), {
        let open = open.clone();
        move |()| {
            let listeners = files::on_drop(open);
            move || drop(listeners)
        }
    });
    use_callback((), move |event: Event, ()| {
        if let Some(files) = files::chosen(&event) {
            open(files);
        }
    })
}
