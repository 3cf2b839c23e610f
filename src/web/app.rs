//! The page as a whole: header, three panes, footer, and what ties them together.

use std::collections::BTreeMap;
use std::rc::Rc;

use composer_core::archive::LARGEST;
use composer_core::{FieldPath, Problems, Severity};
use wasm_bindgen_futures::spawn_local;
use yew::{
    Callback, Event, Html, MouseEvent, Properties, UseReducerHandle, component, html, use_callback,
    use_effect_with, use_memo, use_reducer, use_state,
};

use crate::baseline::{Baseline, Comparison, marks, use_before};
use crate::browser::{self, Given, Travel};
use crate::derive::{Mark, count, count_marks};
use crate::files::Files;
use crate::finder::Finder;
use crate::footer::Footer;
use crate::keeping::{keeping_switch, use_keeping};
use crate::later;
use crate::notice::notice_bar;
use crate::options::{Drawn, Form, Options};
use crate::preview::Preview;
use crate::state::{Action, Screen, State};

#[derive(Properties, PartialEq)]
pub(crate) struct AppProps {
    /// The state that it begins with.
    pub(crate) begun: State,
}

/// The page.
#[component]
pub(crate) fn App(props: &AppProps) -> Html {
    let begun = props.begun.clone();
    let handle = use_reducer(move || begun);
    let state = Rc::new((*handle).clone());
    let problems = Rc::clone(&state.problems);
    let composition = Rc::clone(&state.composition);
    let (last, before) = use_before(&state);
    let other = (before != last).then(|| before.clone());
    let step = use_memo((last, Rc::clone(&composition)), |(before, after)| {
        marks(before, &after.tree)
    });
    let compared = use_memo((other, Rc::clone(&composition)), |(before, after)| {
        let before = before.as_ref()?;
        Some(Rc::new(marks(before, &after.tree)))
    });
    let compared = (*compared).clone().unwrap_or_else(|| Rc::clone(&step));

    let is_in_use = use_presence(&handle);
    let drawn = use_drawn(is_in_use);
    use_travel(&handle);
    let (keeping, on_switch) = use_keeping(&handle);
    let on_file = use_files(&handle);
    use_effect_with(state.view.reveal.clone(), |reveal| {
        if let Some((_, at)) = reveal {
            browser::focus(fields_around(at));
        }
    });
    let form = Form {
        spec: Rc::clone(&state.spec),
        problems: Rc::clone(&problems),
        open: state.view.open.clone(),
        later: state.later,
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
                    <Options form={form} state={Rc::clone(&state)} drawn={drawn} is_in_use={is_in_use} />
                    if drawn >= Drawn::Options {
                        { keeping_switch(&keeping, &on_switch) }
                    }
                </section>
                <section class="files" id="files" tabindex="-1" aria-labelledby="files-heading">
                    <h2 id="files-heading">{ "Files" }</h2>
                    if drawn >= Drawn::Files {
                        <Finder composition={Rc::clone(&composition)} made={state.view.made.clone()}
                            later={state.later} on_action={on_action.clone()}>
                            <Comparison chosen={state.view.baseline} preset={state.preset}
                                loaded={state.loaded.as_ref().map(|loaded| loaded.name.clone())}
                                changed_only={state.view.changed_only} on_action={on_action.clone()} />
                            { legend(&state, &problems, &compared) }
                            <Files composition={Rc::clone(&composition)} marks={Rc::clone(&compared)}
                                shown={state.view.file.clone()} changed_only={state.view.changed_only}
                                on_choose={on_choose} />
                        </Finder>
                    }
                </section>
                <section class="preview" id="preview" tabindex="-1" aria-labelledby="preview-heading">
                    <h2 id="preview-heading" class="hidden">{ "Preview" }</h2>
                    if drawn >= Drawn::Preview {
                        <Preview state={Rc::clone(&state)} composition={Rc::clone(&composition)}
                            problems={Rc::clone(&problems)} before={before} marks={compared}
                            on_action={on_action.clone()} />
                    }
                </section>
            </main>
            { bar(screen, &on_action) }
            <Footer state={Rc::clone(&state)} on_action={on_action} />
            <p class="hidden" role="status">{ announcement(&state, &problems, &step) }</p>
        </>
    }
}

/// A callback that sends the action made from its argument.
#[yew::hook]
fn use_sender<T: 'static>(
    handle: &UseReducerHandle<State>,
    make: impl Fn(T) -> Action + 'static,
) -> Callback<T> {
    let dispatcher = handle.dispatcher();
    (*use_memo((), move |()| {
        Callback::from(move |argument| dispatcher.dispatch(make(argument)))
    }))
    .clone()
}

/// A callback that shows a file: one that is gone has only a difference to show.
#[yew::hook]
fn use_choose(
    handle: &UseReducerHandle<State>,
    marks: &Rc<BTreeMap<String, Mark>>,
) -> Callback<String> {
    let dispatcher = handle.dispatcher();
    use_callback(Rc::clone(marks), move |path: String, marks| {
        dispatcher.dispatch(match marks.get(&path) {
            Some(Mark::Deleted) => Action::Diff(path),
            _ => Action::File(path, None),
        });
    })
}

/// Whether somebody is at the page. Then its second part is loaded: who only looks needs none of it.
#[yew::hook]
fn use_presence(handle: &UseReducerHandle<State>) -> bool {
    let is_in_use = use_state(|| false);
    let (dispatcher, is_there) = (handle.dispatcher(), handle.later.is_some());
    use_effect_with((), {
        let is_in_use = is_in_use.clone();
        move |()| {
            let listeners = browser::on_first_use(move || {
                is_in_use.set(true);
                if is_there {
                    browser::tell_in_use();
                } else {
                    later::begin(Callback::from(move |action| dispatcher.dispatch(action)));
                }
            });
            move || drop(listeners)
        }
    });
    *is_in_use
}

/// How much of the page is drawn, which it is in tasks of their own: between them the browser shows what there is and
/// hears who is at it. A pane that a narrow screen doesn't show waits until somebody is.
#[yew::hook]
fn use_drawn(is_in_use: bool) -> Drawn {
    let drawn = use_state(|| Drawn::Presets);
    use_effect_with((*drawn, is_in_use), {
        let drawn = drawn.clone();
        move |&(now, is_in_use)| {
            let next = match now {
                Drawn::Presets => Drawn::Project,
                Drawn::Project => Drawn::Environments,
                Drawn::Environments => Drawn::Options,
                Drawn::Options if !is_in_use && browser::is_narrow() => return,
                Drawn::Options => Drawn::Files,
                Drawn::Files => Drawn::Preview,
                Drawn::Preview => return,
            };
            spawn_local(async move {
                browser::next_task().await;
                drawn.set(next);
            });
        }
    });
    *drawn
}

/// Undoes and redoes by keyboard.
#[yew::hook]
fn use_travel(handle: &UseReducerHandle<State>) {
    let dispatcher = handle.dispatcher();
    use_effect_with((), move |()| {
        let listener = browser::on_travel(move |travel| {
            dispatcher.dispatch(match travel {
                Travel::Back => Action::Undo,
                Travel::Forth => Action::Redo,
            });
        });
        move || drop(listener)
    });
}

/// Opens files that are dropped on the page; the answer opens those of a file field.
#[yew::hook]
fn use_files(handle: &UseReducerHandle<State>) -> Callback<Event> {
    let give = {
        let dispatcher = handle.dispatcher();
        move |given: Given| {
            let dispatcher = dispatcher.clone();
            let on_action = Callback::from(move |action| dispatcher.dispatch(action));
            later::with(on_action.clone(), move |later| {
                on_action.emit((later.open_file)(&given.name, &given.content));
            });
        }
    };
    use_effect_with((), {
        let give = give.clone();
        move |()| {
            let listeners = browser::on_drop(LARGEST, give);
            move || drop(listeners)
        }
    });
    use_callback((), move |event: Event, ()| {
        browser::read_chosen(&event, LARGEST, give.clone());
    })
}

/// The ids where the field of `at` may be: its own, or the nearest around it.
fn fields_around(at: &FieldPath) -> Vec<String> {
    let mut ids = Vec::new();
    let mut around = Some(at.clone());
    while let Some(place) = around {
        if place.segments().len() == 2 && place.environment().is_some() {
            ids.push(place.join("enabled").to_string());
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

fn skip_links() -> Html {
    // The address keeps its fragment, which is the link to the composition.
    let on_skip = Callback::from(|event: MouseEvent| {
        if let Some(to) = browser::attribute(&event, "href") {
            event.prevent_default();
            browser::focus([to.trim_start_matches('#').to_owned()]);
        }
    });
    html! {
        <nav class="skip" aria-label="Skip to" onclick={on_skip}>
            <a href="#options">{ "Skip to options" }</a>
            <a href="#files">{ "Skip to files" }</a>
            <a href="#preview">{ "Skip to preview" }</a>
        </nav>
    }
}

fn header(state: &State, on_action: &Callback<Action>, on_file: &Callback<Event>) -> Html {
    let describe = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb}: {what}"),
        None => format!("Nothing to {}", verb.to_ascii_lowercase()),
    };
    html! {
        <header>
            <h1>{ "Temporal Composer" }</h1>
            <p>{ "Terraform for Temporal on ECS with Aurora DSQL" }</p>
            <label class="open-file">
                <input type="file" class="hidden" accept=".toml,.json,.zip" onchange={on_file.clone()} />
                <span class="button">{ "Open…" }</span>
            </label>
            <div class="history" role="group" aria-label="History">
                <button type="button" disabled={state.undo().is_none()}
                    title={describe("Undo", state.undo())}
                    onclick={on_action.reform(|_: MouseEvent| Action::Undo)}>{ "Undo" }</button>
                <button type="button" disabled={state.redo().is_none()}
                    title={describe("Redo", state.redo())}
                    onclick={on_action.reform(|_: MouseEvent| Action::Redo)}>{ "Redo" }</button>
            </div>
        </header>
    }
}

/// What became of the files since the baseline.
fn legend(state: &State, problems: &Problems, marks: &BTreeMap<String, Mark>) -> Html {
    let errors = problems.count(Severity::Error);
    let what = match (state.view.baseline, &state.last) {
        (Baseline::LastChange, None) => {
            return html! { <p class="legend">{ "What a change does to the files is marked here." }</p> };
        }
        (Baseline::LastChange, Some(last)) => html! { <><b>{ &last.what }</b><br /></> },
        (Baseline::Preset | Baseline::Loaded, _) => Html::default(),
    };
    html! {
        <p class="legend">
            { what }
            if errors > 0 {
                { format!("The files wait for {} to be mended.", count(errors, "error")) }
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
fn announcement(state: &State, problems: &Problems, marks: &BTreeMap<String, Mark>) -> String {
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
