//! Compositions that were saved in the browser by name: save, open, rename and delete them.

use std::rc::Rc;

use composer_core::text;
use yew::{
    Callback, Html, InputEvent, MouseEvent, Properties, SubmitEvent, UseStateHandle, component,
    html, use_state,
};

use crate::browser::{elements, saved_compositions};
use crate::model::action::Action;
use crate::model::opening::from_saved;
use crate::model::state::State;
use crate::view::kept_work::kept_text;

#[derive(Properties, PartialEq)]
pub(super) struct SavedProps {
    pub(super) state: Rc<State>,
    pub(super) on_action: Callback<Action>,
    /// One was opened.
    pub(super) on_close: Callback<()>,
}

/// The most characters of a name.
const MAX_NAME: usize = 60;

const NAME_ID: &str = "saved-name";

/// What was done last.
#[derive(Clone, PartialEq)]
enum LastAction {
    Nothing,
    Message(String),
    Failed(String),
    /// One of this name and text was deleted, which can be taken back.
    Deleted(String, String),
}

/// Why the browser keeps nothing, and what to do.
fn refusal(reason: &str) -> LastAction {
    LastAction::Failed(match reason {
        "QuotaExceededError" => {
            "The browser's storage is full, and nothing was saved. Delete a composition here, or download the file \
             composition.toml with Share."
                .to_owned()
        }
        _ => format!(
            "The browser stores nothing for this page ({reason}), so nothing was saved. Download the file \
             composition.toml \
             with Share."
        ),
    })
}

/// Why nothing can be saved under `name`.
fn name_refusal(name: &str) -> Option<String> {
    if name.is_empty() {
        Some("Enter a name.".to_owned())
    } else if name.chars().count() > MAX_NAME {
        Some(format!("A name has at most {MAX_NAME} characters."))
    } else if text::visible(name) != name {
        Some("A name has no hidden characters.".to_owned())
    } else {
        None
    }
}

#[component]
pub(super) fn Saved(props: &SavedProps) -> Html {
    let name = use_state(String::new);
    let done = use_state(|| LastAction::Nothing);
    let renamed = use_state(|| None::<String>);
    let names = saved_compositions::names();
    let is_there = names
        .as_ref()
        .is_ok_and(|all| all.iter().any(|each| *each == name.trim()));
    let on_name = {
        let name = name.clone();
        Callback::from(move |event: InputEvent| name.set(elements::value_of(&event)))
    };
    let on_save = {
        let (name, done, state) = (name.clone(), done.clone(), Rc::clone(&props.state));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wanted = name.trim();
            if let Some(refused) = name_refusal(wanted) {
                done.set(LastAction::Failed(refused));
                elements::focus([NAME_ID.to_owned()]);
                return;
            }
            done.set(match saved_compositions::save(wanted, &kept_text(&state)) {
                Ok(()) => LastAction::Message(format!("{wanted} is saved.")),
                Err(reason) => refusal(&reason),
            });
        })
    };
    html! {
        <>
            <p class="help">
                { "Saved in this browser, under names of your choice. They are sent nowhere." }
            </p>
            <form class="inline-form" onsubmit={on_save}>
                <label for={NAME_ID}>{ "Save this composition as" }</label>
                <input type="text" id={NAME_ID} value={(*name).clone()} oninput={on_name} autocomplete="off"
                    placeholder="my composition" aria-describedby="saved-status" />
                <button type="submit">{ if is_there { "Replace" } else { "Save" } }</button>
            </form>
            { status(&done) }
            { match names {
                Err(reason) => html! {
                    <p class="error">{ format!("The browser stores nothing for this page ({reason}).") }</p>
                },
                Ok(names) if names.is_empty() => html! { <p>{ "You have no saved compositions yet." }</p> },
                Ok(names) => html! {
                    <ul class="saved">
                        { for names.iter().map(|name| entry(props, name, &done, &renamed)) }
                    </ul>
                },
            } }
        </>
    }
}

fn status(done: &UseStateHandle<LastAction>) -> Html {
    let on_undo = |name: &String, text: &String| {
        let (name, text, done) = (name.clone(), text.clone(), done.clone());
        Callback::from(move |_: MouseEvent| {
            done.set(match saved_compositions::save(&name, &text) {
                Ok(()) => LastAction::Message(format!("{name} is restored.")),
                Err(reason) => refusal(&reason),
            });
        })
    };
    html! {
        <p id="saved-status" role="status" class={matches!(**done, LastAction::Failed(_)).then_some("error")}>
            { match &**done {
                LastAction::Nothing => Html::default(),
                LastAction::Message(text) | LastAction::Failed(text) => html! { { text } },
                LastAction::Deleted(name, text) => html! {
                    <>
                        { format!("{name} is deleted. ") }
                        <button type="button" onclick={on_undo(name, text)}>{ "Undo" }</button>
                    </>
                },
            } }
        </p>
    }
}

/// One of them: its name leads to it.
fn entry(
    props: &SavedProps,
    name: &String,
    done: &UseStateHandle<LastAction>,
    renamed: &UseStateHandle<Option<String>>,
) -> Html {
    let on_open = {
        let (name, done) = (name.clone(), done.clone());
        let (on_action, on_close) = (props.on_action.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            let opened = match saved_compositions::text(&name) {
                Ok(Some(text)) => {
                    from_saved(&name, &text).map_err(|notice| notice.details.join("; "))
                }
                Ok(None) => Err("it no longer exists".to_owned()),
                Err(reason) => Err(format!("the browser refuses, {reason}")),
            };
            match opened {
                Ok(opening) => {
                    on_action.emit(Action::Open(Box::new(opening)));
                    on_close.emit(());
                }
                Err(why) => done.set(LastAction::Failed(format!(
                    "{name} can't be opened: {why}."
                ))),
            }
        })
    };
    let on_delete = {
        let (name, done) = (name.clone(), done.clone());
        Callback::from(move |_: MouseEvent| {
            let text = saved_compositions::text(&name).ok().flatten();
            saved_compositions::delete(&name);
            elements::focus([NAME_ID.to_owned()]);
            done.set(LastAction::Deleted(name.clone(), text.unwrap_or_default()));
        })
    };
    let on_rename = {
        let (name, renamed) = (name.clone(), renamed.clone());
        Callback::from(move |_: MouseEvent| {
            renamed.set(Some(name.clone()));
            elements::focus_soon(RENAME_ID.to_owned());
        })
    };
    html! {
        <li key={name.clone()}>
            if renamed.as_ref() == Some(name) {
                <Rename name={name.clone()} done={done.clone()} renamed={renamed.clone()} />
            } else {
                <span>{ name }</span>
                <button type="button" aria-label={format!("Open {name}")} onclick={on_open}>{ "Open" }</button>
                <button type="button" aria-label={format!("Rename {name}")} onclick={on_rename}>{ "Rename" }</button>
                <button type="button" aria-label={format!("Delete {name}")} onclick={on_delete}>{ "Delete" }</button>
            }
        </li>
    }
}

const RENAME_ID: &str = "saved-rename";

#[derive(Properties, PartialEq)]
struct RenameProps {
    name: String,
    done: UseStateHandle<LastAction>,
    renamed: UseStateHandle<Option<String>>,
}

/// The field for another name.
#[component]
fn Rename(props: &RenameProps) -> Html {
    let RenameProps {
        name: old,
        done,
        renamed,
    } = props;
    let name = {
        let old = old.clone();
        use_state(move || old)
    };
    let on_name = {
        let name = name.clone();
        Callback::from(move |event: InputEvent| name.set(elements::value_of(&event)))
    };
    let on_submit = {
        let (old, name) = (old.clone(), name.clone());
        let (done, renamed) = (done.clone(), renamed.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let new = name.trim();
            if new != old {
                let outcome = rename(&old, new);
                if let LastAction::Failed(_) = outcome {
                    done.set(outcome);
                    elements::focus([RENAME_ID.to_owned()]);
                    return;
                }
                done.set(outcome);
            }
            renamed.set(None);
            elements::focus_soon(NAME_ID.to_owned());
        })
    };
    let on_cancel = {
        let renamed = renamed.clone();
        Callback::from(move |_: MouseEvent| {
            renamed.set(None);
            elements::focus_soon(NAME_ID.to_owned());
        })
    };
    html! {
        <form class="inline-form" onsubmit={on_submit}>
            <label for={RENAME_ID}>{ format!("Name of {old}") }</label>
            <input type="text" id={RENAME_ID} value={(*name).clone()} oninput={on_name} autocomplete="off"
                aria-describedby="saved-status" />
            <button type="submit">{ "Rename" }</button>
            <button type="button" class="link" onclick={on_cancel}>{ "Cancel" }</button>
        </form>
    }
}

/// Gives the composition called `old` another name, which no other has.
fn rename(old: &str, new: &str) -> LastAction {
    if let Some(refused) = name_refusal(new) {
        return LastAction::Failed(refused);
    }
    match (saved_compositions::text(new), saved_compositions::text(old)) {
        (Ok(None), Ok(Some(text))) => match saved_compositions::save(new, &text) {
            Ok(()) => {
                saved_compositions::delete(old);
                LastAction::Message(format!("{old} is now called {new}."))
            }
            Err(reason) => refusal(&reason),
        },
        (Ok(Some(_)), _) => LastAction::Failed(format!("A composition {new} already exists.")),
        (_, Ok(None)) => LastAction::Failed(format!("{old} no longer exists.")),
        (Err(reason), _) | (_, Err(reason)) => refusal(&reason),
    }
}
