//! The dialog that updates an earlier download: which one, and while the page's third part is loaded, that.

use std::rc::Rc;

use composer_core::archive::MAX_BYTES;
use composer_core::text;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, DragEvent, Event, Html, Properties, component, html, use_state};

use crate::browser::files::{self, IncomingFiles};
use crate::browser::schedule;
use crate::model::costs::costs_of;
use crate::model::earlier_download::{Content, EarlierDownload};
use crate::model::state::State;
use crate::view::dialogs::loading::use_on_demand;
use crate::view::dialogs::update::{Costs, UpdateProps};
use crate::view::inline::inline;
use crate::view::shared_value::SharedValue;

#[derive(Properties, PartialEq)]
pub(super) struct UpdateFrameProps {
    pub(super) state: Rc<State>,
}

/// What is updated.
#[derive(Clone)]
enum Source {
    /// What the page has opened, if it is a download.
    Opened,
    /// It is read.
    Reading,
    /// What was chosen in the dialog.
    Chosen(SharedValue<EarlierDownload>),
    /// It can't be read: why.
    Unreadable(String),
}

#[component]
pub(super) fn UpdateFrame(props: &UpdateFrameProps) -> Html {
    let part = use_on_demand();
    let source = use_state(|| Source::Opened);
    let read = {
        let source = source.clone();
        Callback::from(move |incoming: IncomingFiles| {
            let source = source.clone();
            source.set(Source::Reading);
            spawn_local(async move {
                let name = incoming.name();
                let content = incoming.content(MAX_BYTES).await;
                // "Reading…" is painted first.
                schedule::next_task().await;
                source.set(match read_download(&name, content) {
                    Ok(download) => Source::Chosen(SharedValue(Rc::new(download))),
                    Err(reason) => Source::Unreadable(reason),
                });
            });
        })
    };
    let on_choose = {
        let read = read.clone();
        Callback::from(move |event: Event| {
            if let Some(incoming) = files::chosen(&event) {
                read.emit(incoming);
            }
        })
    };
    // What is dropped here is updated; elsewhere the page opens it.
    let on_drop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        if let Some(incoming) = files::dropped(&event) {
            read.emit(incoming);
        }
    });
    let opened = props.state.opened.as_ref();
    let opened = opened.and_then(|opened| opened.download.clone());
    let download = match &*source {
        Source::Opened => opened.map(SharedValue),
        Source::Chosen(chosen) => Some(chosen.clone()),
        Source::Reading | Source::Unreadable(_) => None,
    };
    html! {
        <div class="update" ondrop={on_drop}>
            <p class="help">
                { "Choose or drop an earlier download, as a zip or as its folder, and perhaps edited since. It becomes what the \
                   page composes now, and your edits stay. Nothing leaves this page." }
            </p>
            <p class="sources">
                { file_field("Choose zip…", &on_choose, false) }
                { file_field("Choose folder…", &on_choose, true) }
            </p>
            <div role="status">
                { match (&*source, &download) {
                    (Source::Reading, _) => html! { <p>{ "Reading…" }</p> },
                    (Source::Unreadable(reason), _) => html! { <p class="error">{ inline(reason) }</p> },
                    (_, Some(download)) => html! { <p>{ "Updating " }<b>{ download.0.name() }</b></p> },
                    (Source::Opened | Source::Chosen(_), None) => Html::default(),
                } }
            </div>
            { match &download {
                None => Html::default(),
                _ if props.state.problems.has_errors() => html! {
                    <p class="error">{ "The composition has errors. Fix them first: Problems lists them." }</p>
                },
                Some(download) => part.show(|part| (part.update)(UpdateProps {
                    download: download.clone(),
                    composition: SharedValue(Rc::clone(&props.state.composition)),
                    costs: Costs(costs_of),
                })),
            } }
        </div>
    }
}

fn read_download(name: &str, content: Result<Content, String>) -> Result<EarlierDownload, String> {
    let refusal = |reason: String| format!("{} was not read: {reason}.", text::visible(name));
    match content.map_err(refusal)? {
        Content::Folder(contents) => Ok(EarlierDownload::from_folder(name, contents)),
        Content::File(bytes) => {
            EarlierDownload::from_zip(name, &bytes).map_err(|error| refusal(error.to_string()))
        }
    }
}

fn file_field(label: &'static str, on_choose: &Callback<Event>, is_folder: bool) -> Html {
    html! {
        <label class="open-file">
            <input type="file" class="hidden" accept={(!is_folder).then_some(".zip")} onchange={on_choose.clone()}
                webkitdirectory={is_folder} />
            <span class="button">{ label }</span>
        </label>
    }
}
