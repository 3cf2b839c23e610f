//! The page as a whole: header, question and answer, options beside the view, and what ties them together.

use std::rc::Rc;

use composer_core::FieldPath;
use composer_core::sorted::SortedMap;
use yew::{
    Callback, Html, MouseEvent, Properties, UseReducerHandle, component, html, use_callback,
    use_effect_with, use_memo, use_reducer, use_state,
};

use crate::browser::{boot, elements, files, interaction, schedule};
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::composition::Composition;
use crate::model::download::Archive;
use crate::model::marks::Mark;
use crate::model::view_state::Screen;
use crate::second_part::{Loader, SecondPart};
use crate::view::answer::AnswerBar;
use crate::view::baseline::use_baseline;
use crate::view::dialogs::{Dialog, DialogBoxProps};
use crate::view::footer::footer;
use crate::view::form::Options;
use crate::view::form::context::Form;
use crate::view::form::environment_actions::actions_id;
use crate::view::header::{header, skip_links};
use crate::view::incoming_files::use_files;
use crate::view::notice_bar::notice_bar;
use crate::view::outlook::OutlookProps;
use crate::view::persistence::use_persistence;
use crate::view::preview::Preview;
use crate::view::question::Question;
use crate::view::render_stage::{RenderStage, use_render_stage};
use crate::view::shortcuts::use_shortcuts;
use crate::view::store::{Store, StoreAction, use_loader, use_sender};

#[derive(Properties, PartialEq)]
pub(crate) struct AppProps {
    /// What it starts with.
    pub(crate) store: Store,
}

/// The page.
#[component]
pub(crate) fn App(props: &AppProps) -> Html {
    let store = props.store.clone();
    let handle = use_reducer(move || store);
    let loader = use_loader(&handle);
    let state = Rc::clone(&handle.state);
    let problems = Rc::clone(&state.problems);
    let composition = Rc::clone(&state.composition);
    let (last, before) = use_baseline(&state);
    let other = (before != last).then(|| before.clone());
    let part = loader.part();
    let step = use_memo(
        (part, last, Rc::clone(&composition)),
        |(part, before, after)| marks(*part, before, after),
    );
    let compared = use_memo(
        (part, other, Rc::clone(&composition)),
        |(part, before, after)| Some(Rc::new(marks(*part, before.as_ref()?, after))),
    );
    let compared = (*compared).clone().unwrap_or_else(|| Rc::clone(&step));

    let is_narrow = use_narrow();
    use_interaction(&loader);
    let shows_options = !is_narrow || state.view.screen == Screen::Options;
    let stage = use_render_stage(shows_options);
    let (persistence, on_switch) = use_persistence(&handle, &loader);
    let on_file = use_files(&handle, &loader);
    let (dialog, on_dialog) = use_dialog(&loader);
    let (is_preparing, on_download) = use_download(&handle, &loader, &on_dialog);
    use_effect_with(state.view.reveal.clone(), |reveal| {
        if let Some((_, at)) = reveal {
            elements::focus_value(fields_around(at));
        }
    });
    let form = Form {
        spec: Rc::clone(&state.spec),
        problems: Rc::clone(&problems),
        open: state.view.open.clone(),
        loader: loader.clone(),
        on_change: use_sender(&handle, |(at, value)| Action::Value(at, value)),
        on_typed: use_sender(&handle, |(at, value)| Action::Typed(at, value)),
        on_dialog: on_dialog.clone(),
        on_reveal: use_sender(&handle, Action::Reveal),
        on_section: use_sender(&handle, Action::Section),
        on_action: use_sender(&handle, |action| action),
    };
    let on_action = form.on_action.clone();
    let on_choose = use_choose(&handle, &compared);
    use_shortcuts(state.view.pane, &on_action, &on_dialog);
    let options = html! {
        <section class="options" id="options" key="options" tabindex="-1"
            role={is_narrow.then_some("tabpanel")}
            aria-labelledby={if is_narrow { "tab-options" } else { "options-heading" }}>
            <h2 id="options-heading" class={is_narrow.then_some("hidden")}>{ "Options" }</h2>
            <Options form={form} state={Rc::clone(&state)} stage={stage} has_one_column={is_narrow} />
            if let (Some(part), RenderStage::Options) = (loader.part(), stage) {
                { (part.persistence_switch)(&persistence, &on_switch, &on_dialog) }
            }
        </section>
    };
    let view = html! {
        <section class="preview" id="preview" key="preview" tabindex="-1" aria-labelledby="preview-heading">
            <h2 id="preview-heading" class="hidden">{ "View" }</h2>
            if stage >= RenderStage::View {
                <Preview state={Rc::clone(&state)} composition={Rc::clone(&composition)}
                    problems={Rc::clone(&problems)} before={before} marks={compared} loader={loader.clone()}
                    is_narrow={is_narrow} on_action={on_action.clone()} on_choose={on_choose} />
            }
        </section>
    };
    // Where the form is a tab, it stands behind the tabs.
    let panes = match (is_narrow, shows_options) {
        (false, _) => vec![options, view],
        (true, true) => vec![view, options],
        (true, false) => vec![view],
    };
    html! {
        <>
            { skip_links(shows_options) }
            { header(&state, &on_action, &on_file, &on_dialog) }
            { notice_bar(state.notice.as_deref(), &on_action) }
            <main class={shows_options.then_some("on-options")}>
                <div class="band" key="band">
                    <Question state={Rc::clone(&state)} loader={loader.clone()} on_action={on_action.clone()}
                        on_dialog={on_dialog.clone()} />
                    <AnswerBar state={Rc::clone(&state)} changed={step.len()} loader={loader.clone()}
                        on_action={on_action.clone()} on_dialog={on_dialog.clone()} {on_download} {is_preparing} />
                </div>
                { for panes }
            </main>
            if let Some(part) = loader.part() {
                { (part.outlook)(OutlookProps { state: Rc::clone(&state) }) }
            }
            { footer(&on_dialog) }
            if let (Some(part), Some(which)) = (loader.part(), &*dialog) {
                { (part.dialog)(DialogBoxProps {
                    dialog: which.clone(),
                    state: Rc::clone(&state),
                    on_action,
                    on_close: Callback::from({
                        let dialog = dialog.clone();
                        move |()| dialog.set(None)
                    }),
                }) }
            }
            <p class="hidden" role="status">
                if let Some(part) = loader.part() {
                    { (part.announcement)(&state, &step) }
                }
            </p>
        </>
    }
}

/// What became of the files since `before`; nothing as long as there are none.
fn marks(
    part: Option<&SecondPart>,
    before: &BaselineFiles,
    after: &Composition,
) -> SortedMap<String, Mark> {
    part.map_or_else(SortedMap::new, |part| (part.marks)(before, &after.tree))
}

/// Whether the screen has one column.
#[yew::hook]
fn use_narrow() -> bool {
    let is_narrow = use_state(interaction::is_narrow);
    use_effect_with((), {
        let is_narrow = is_narrow.clone();
        let last = std::cell::Cell::new(*is_narrow);
        move |()| {
            let listener = interaction::on_narrow(move |now| {
                if last.replace(now) != now {
                    is_narrow.set(now);
                }
            });
            move || drop(listener)
        }
    });
    *is_narrow
}

/// What is open above the page, and how something opens there once it is loaded.
#[yew::hook]
fn use_dialog(loader: &Loader) -> (yew::UseStateHandle<Option<Dialog>>, Callback<Dialog>) {
    let dialog = use_state(|| None::<Dialog>);
    let setter = dialog.setter();
    let on_dialog = use_callback(loader.clone(), move |which: Dialog, loader| {
        let setter = setter.clone();
        loader.when_loaded(move |_| setter.set(Some(which)));
    });
    (dialog, on_dialog)
}

/// A callback that makes the zip, gives it to the user and says what comes next; and whether it is at that.
#[yew::hook]
fn use_download(
    handle: &UseReducerHandle<Store>,
    loader: &Loader,
    on_dialog: &Callback<Dialog>,
) -> (bool, Callback<MouseEvent>) {
    let is_preparing = use_state(|| false);
    let dependencies = (
        Rc::clone(&handle.state.composition),
        loader.clone(),
        on_dialog.clone(),
        is_preparing.clone(),
    );
    let on_download = use_callback(
        dependencies,
        |_: MouseEvent, (composition, loader, on_dialog, is_preparing)| {
            if **is_preparing {
                return;
            }
            is_preparing.set(true);
            let composition = Rc::clone(composition);
            let (on_dialog, is_preparing) = (on_dialog.clone(), is_preparing.clone());
            let pack = move |part: Option<&SecondPart>| {
                if let Some(part) = part {
                    on_dialog.emit(match (part.pack)(&composition) {
                        Ok(Archive { bytes, download }) => {
                            files::download(&download.name, &bytes, "application/zip");
                            Dialog::Next(Rc::new(download))
                        }
                        Err(reason) => Dialog::Broken(reason),
                    });
                }
                is_preparing.set(false);
            };
            loader.when_tried(Box::new(|part| {
                schedule::after_next_frame(Box::new(move || pack(part)));
            }));
        },
    );
    (*is_preparing, on_download)
}

/// A callback that shows a file: one that is gone has only a difference to show.
#[yew::hook]
fn use_choose(
    handle: &UseReducerHandle<Store>,
    marks: &Rc<SortedMap<String, Mark>>,
) -> Callback<String> {
    let dispatcher = handle.dispatcher();
    use_callback(Rc::clone(marks), move |path: String, marks| {
        dispatcher.dispatch(StoreAction::State(match marks.get(&path) {
            Some(Mark::Deleted) => Action::Diff(path),
            _ => Action::File(path, None),
        }));
    })
}

/// Loads the page's second part once somebody interacts with the page: it is not needed until then.
#[yew::hook]
fn use_interaction(loader: &Loader) {
    use_effect_with((), {
        let loader = loader.clone();
        move |()| {
            let listeners = interaction::on_first_interaction(move || {
                if loader.part().is_some() {
                    boot::announce_interaction();
                } else {
                    loader.load();
                }
            });
            move || drop(listeners)
        }
    });
}

/// The ids where the field of `at` may be: its own, or the nearest around it.
fn fields_around(at: &FieldPath) -> Vec<String> {
    let mut ids = Vec::new();
    let mut around = Some(at.clone());
    while let Some(place) = around {
        if place.depth() == 2 && place.environment().is_some() {
            ids.push(actions_id(place.environment().unwrap_or_default()));
        }
        ids.push(place.to_string());
        around = place.parent();
    }
    ids
}
