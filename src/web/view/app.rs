//! The page as a whole: header, three panes, footer, and what ties them together.

use std::rc::Rc;

use composer_core::archive::LARGEST;
use composer_core::sorted::SortedMap;
use composer_core::{FieldPath, Problems, Severity, check, presets};
use yew::{
    Callback, Event, Html, MouseEvent, Properties, UseReducerHandle, component, html, use_callback,
    use_effect_with, use_memo, use_reducer, use_state,
};

use crate::browser::files::IncomingFile;
use crate::browser::interaction::HistoryKey;
use crate::browser::{boot, elements, files, interaction};
use crate::model::action::Action;
use crate::model::baseline::{Baseline, BaselineFiles};
use crate::model::composition::Composition;
use crate::model::marks::{Mark, count_marks, marks};
use crate::model::state::State;
use crate::model::view_state::Screen;
use crate::model::words::count;
use crate::second_part::Loader;
use crate::view::files::comparison::Comparison;
use crate::view::files::file_tree::FileTree;
use crate::view::files::search_view::SearchView;
use crate::view::footer::Footer;
use crate::view::form::Options;
use crate::view::form::context::Form;
use crate::view::form::environment_actions::actions_id;
use crate::view::header::{header, skip_links};
use crate::view::notice_bar::notice_bar;
use crate::view::persistence::{persistence_switch, use_persistence};
use crate::view::preview::Preview;
use crate::view::render_stage::{RenderStage, use_render_stage};
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
    let step = use_memo((last, Rc::clone(&composition)), |(before, after)| {
        marks(before, &after.tree)
    });
    let compared = use_memo((other, Rc::clone(&composition)), |(before, after)| {
        let before = before.as_ref()?;
        Some(Rc::new(marks(before, &after.tree)))
    });
    let compared = (*compared).clone().unwrap_or_else(|| Rc::clone(&step));

    let has_interacted = use_interaction(&loader);
    let stage = use_render_stage(has_interacted);
    use_history_keys(&handle);
    let (persistence, on_switch) = use_persistence(&handle, &loader);
    let on_file = use_files(&handle, &loader);
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
        on_reveal: use_sender(&handle, Action::Reveal),
        on_section: use_sender(&handle, Action::Section),
        on_action: use_sender(&handle, |action| action),
    };
    let on_action = form.on_action.clone();
    let on_choose = use_choose(&handle, &compared);
    let screen = state.view.screen;
    html! {
        <>
            { skip_links() }
            { header(&state, &on_action, &on_file) }
            { notice_bar(state.notice.as_deref(), &on_action) }
            <main class={screen_class(screen)}>
                <section class="options" id="options" tabindex="-1" aria-labelledby="options-heading">
                    <h2 id="options-heading">{ "Options" }</h2>
                    <Options form={form} state={Rc::clone(&state)} stage={stage} has_interacted={has_interacted} />
                    if stage >= RenderStage::Options {
                        { persistence_switch(&persistence, &on_switch) }
                    }
                </section>
                <section class="files" id="files" tabindex="-1" aria-labelledby="files-heading">
                    <h2 id="files-heading">{ "Files" }</h2>
                    if stage >= RenderStage::Files {
                        <SearchView composition={Rc::clone(&composition)} traced_value={state.view.traced_value.clone()}
                            second_part={loader.part()} on_action={on_action.clone()}>
                            <Comparison chosen={state.view.baseline} preset={state.preset}
                                opened={state.opened.as_ref().map(|opened| opened.name.clone())}
                                changed_only={state.view.changed_only} on_action={on_action.clone()} />
                            { legend(&state, &problems, &compared) }
                            <FileTree composition={Rc::clone(&composition)} marks={Rc::clone(&compared)}
                                shown={state.view.file.clone()} changed_only={state.view.changed_only}
                                on_choose={on_choose} />
                        </SearchView>
                    }
                </section>
                <section class="preview" id="preview" tabindex="-1" aria-labelledby="preview-heading">
                    <h2 id="preview-heading" class="hidden">{ "Preview" }</h2>
                    if stage >= RenderStage::Preview {
                        <Preview state={Rc::clone(&state)} composition={Rc::clone(&composition)}
                            problems={Rc::clone(&problems)} before={before} marks={compared} loader={loader.clone()}
                            on_action={on_action.clone()} />
                    }
                </section>
            </main>
            { bar(screen, &on_action) }
            <Footer state={Rc::clone(&state)} loader={loader} on_action={on_action} />
            <p class="hidden" role="status">{ announcement(&state, &problems, &step) }</p>
        </>
    }
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

/// Whether the user has interacted with the page. Its second part is loaded then: it is not needed until then.
#[yew::hook]
fn use_interaction(loader: &Loader) -> bool {
    let has_interacted = use_state(|| false);
    use_effect_with((), {
        let (has_interacted, loader) = (has_interacted.clone(), loader.clone());
        move |()| {
            let listeners = interaction::on_first_interaction(move || {
                has_interacted.set(true);
                if loader.part().is_some() {
                    boot::announce_interaction();
                } else {
                    loader.load();
                }
            });
            move || drop(listeners)
        }
    });
    *has_interacted
}

/// Undoes and redoes by keyboard.
#[yew::hook]
fn use_history_keys(handle: &UseReducerHandle<Store>) {
    let dispatcher = handle.dispatcher();
    use_effect_with((), move |()| {
        let listener = interaction::on_history_key(move |key| {
            dispatcher.dispatch(StoreAction::State(match key {
                HistoryKey::Undo => Action::Undo,
                HistoryKey::Redo => Action::Redo,
            }));
        });
        move || drop(listener)
    });
}

/// Opens files that are dropped on the page; the answer opens those of a file field.
#[yew::hook]
fn use_files(handle: &UseReducerHandle<Store>, loader: &Loader) -> Callback<Event> {
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
            let listeners = files::on_drop(LARGEST, give);
            move || drop(listeners)
        }
    });
    use_callback((), move |event: Event, ()| {
        files::read_chosen(&event, LARGEST, give.clone());
    })
}

/// The files before the last step, and those that the user compares with.
#[yew::hook]
fn use_baseline(state: &State) -> (BaselineFiles, BaselineFiles) {
    let preset = (state.view.baseline == Baseline::Preset).then_some(state.preset);
    let preset = use_memo((preset, state.capabilities), |(preset, capabilities)| {
        let spec = presets::find((*preset)?)?.spec();
        let blueprint = check(&spec).blueprint?;
        Some(Rc::new(Composition::of(blueprint, capabilities.texts)))
    });
    let last = state.last.as_ref().map(|last| Rc::clone(&last.before));
    let last = BaselineFiles::Composed(last.unwrap_or_else(|| Rc::clone(&state.composition)));
    let chosen = match (state.view.baseline, &*preset, &state.opened) {
        (Baseline::Preset, Some(preset), _) => BaselineFiles::Composed(Rc::clone(preset)),
        (Baseline::Opened, _, Some(opened)) => BaselineFiles::Opened(Rc::clone(opened)),
        _ => last.clone(),
    };
    (last, chosen)
}

/// The ids where the field of `at` may be: its own, or the nearest around it.
fn fields_around(at: &FieldPath) -> Vec<String> {
    let mut ids = Vec::new();
    let mut around = Some(at.clone());
    while let Some(place) = around {
        if place.segments().len() == 2 && place.environment().is_some() {
            ids.push(actions_id(place.environment().unwrap_or_default()));
        }
        ids.push(place.to_string());
        around = place.parent();
    }
    ids
}

fn screen_class(screen: Screen) -> &'static str {
    match screen {
        Screen::Options => "on-options",
        Screen::Files => "on-files",
        Screen::Review => "on-review",
    }
}

/// What became of the files since the baseline.
fn legend(state: &State, problems: &Problems, marks: &SortedMap<String, Mark>) -> Html {
    let errors = problems.count(Severity::Error);
    let what = match (state.view.baseline, &state.last) {
        (Baseline::LastChange, None) => {
            return html! { <p class="legend">{ "What a change does to the files is marked here." }</p> };
        }
        (Baseline::LastChange, Some(last)) => html! { <><b>{ &last.what }</b><br /></> },
        (Baseline::Preset | Baseline::Opened, _) => Html::default(),
    };
    html! {
        <p class="legend">
            { what }
            if errors > 0 {
                { format!("The files wait for {} to be fixed.", count(errors, "error")) }
            } else {
                { count_marks(marks) }
            }
        </p>
    }
}

/// On a narrow screen one pane is shown, and this leads to the others.
fn bar(screen: Screen, on_action: &Callback<Action>) -> Html {
    let panes = [
        (Screen::Options, "Options"),
        (Screen::Files, "Files"),
        (Screen::Review, "Review"),
    ];
    html! {
        <nav class="bar" aria-label="Panes">
            { for panes.into_iter().map(|(pane, label)| html! {
                <button type="button" key={label}
                    aria-current={(pane == screen).then_some("true")}
                    onclick={on_action.reform(move |_: MouseEvent| Action::Screen(pane))}>
                    { label }
                </button>
            }) }
        </nav>
    }
}

/// What a step did, for those who don't see it.
fn announcement(state: &State, problems: &Problems, marks: &SortedMap<String, Mark>) -> String {
    let Some(last) = &state.last else {
        return String::new();
    };
    let replaced = match last.replaced {
        0 => String::new(),
        replaced => format!(", which replaced {}", count(replaced, "change")),
    };
    let errors = problems.count(Severity::Error);
    if errors > 0 {
        format!(
            "{}{replaced}. {}, the files stay as they were.",
            last.what,
            count(errors, "error")
        )
    } else {
        format!("{}{replaced}. {}.", last.what, count_marks(marks))
    }
}
