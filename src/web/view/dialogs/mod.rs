//! What opens above the page: the link, the command, and what comes after a download.

mod migration;

use std::collections::BTreeMap;
use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::compose::next;
use composer_core::{FieldPath, ProblemCode, Severity, link, options, presets, shell};
use yew::{
    Callback, Html, MouseEvent, Properties, UseStateHandle, component, html, use_effect_with,
    use_node_ref, use_state,
};

use crate::browser::{address, clipboard, elements, files};
use crate::model::action::Action;
use crate::model::download::Download;
use crate::model::labels::title;
use crate::model::link::fragment;
use crate::model::state::State;
use crate::model::words::count;
use crate::view::dialogs::migration::MigrationDialog;

/// What can be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The link to the composition.
    Link,
    /// The command that makes the same zip.
    Command,
    /// A zip was downloaded: what comes next.
    Next(Rc<Download>),
    /// A flat root's state becomes an environment's.
    Migrate,
    /// A zip was made and does not hold what is shown, for this reason.
    Broken(String),
}

#[derive(Properties, PartialEq)]
pub(crate) struct DialogBoxProps {
    pub(crate) dialog: Dialog,
    pub(crate) state: Rc<State>,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_close: Callback<()>,
}

/// [`DialogBox`] for [`crate::second_part::SecondPart`].
pub(crate) fn dialog_box(props: DialogBoxProps) -> Html {
    html! { <DialogBox ..props /> }
}

#[component]
fn DialogBox(props: &DialogBoxProps) -> Html {
    let node = use_node_ref();
    let copying = CopyStatus {
        last: use_state(|| None),
    };
    let text = text_of(&props.dialog, &props.state);
    use_effect_with(node.clone(), {
        let (copying, text) = (copying.clone(), text.clone());
        move |node| {
            elements::show_modal(node.cast());
            if let Some(text) = text {
                copying.copy(0, &text);
            }
        }
    });
    let on_close = props.on_close.reform(|_: yew::Event| ());
    // It is closed first and goes then, so that the browser gives the focus back.
    let on_button = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| elements::close_dialog(node.cast()))
    };
    let (state, text) = (&*props.state, text.unwrap_or_default());
    let (heading, content) = match &props.dialog {
        Dialog::Link => ("Share", share_link(state, text, &copying)),
        Dialog::Command => ("Copy command", command(state, text, &copying)),
        Dialog::Next(download) => (
            "Downloaded",
            next_steps(download, state, &copying, &props.on_action, &on_button),
        ),
        Dialog::Migrate => (
            "Migrate a flat root",
            html! { <MigrationDialog state={Rc::clone(&props.state)} on_action={props.on_action.clone()} /> },
        ),
        Dialog::Broken(reason) => ("Not downloaded", broken(reason)),
    };
    html! {
        <dialog ref={node} aria-labelledby="dialog-heading" onclose={on_close}>
            <div class="head">
                <h2 id="dialog-heading">{ heading }</h2>
                <button type="button" onclick={on_button}>{ "Close" }</button>
            </div>
            { content }
        </dialog>
    }
}

/// The text that a dialog is about, and that is copied as soon as it opens.
fn text_of(dialog: &Dialog, state: &State) -> Option<String> {
    match dialog {
        Dialog::Link => {
            let fragment = fragment(&state.spec, state.preset);
            (!fragment.is_empty()).then(|| address::address(&fragment))
        }
        Dialog::Command => {
            Some(changes(state).command(&format!("{}.zip", state.composition.folder)))
        }
        Dialog::Next(_) | Dialog::Migrate | Dialog::Broken(_) => None,
    }
}

/// What was copied last: which of the texts, and whether that went well.
#[derive(Clone)]
struct CopyStatus {
    last: UseStateHandle<Option<(usize, bool)>>,
}

impl CopyStatus {
    fn copy(&self, which: usize, text: &str) {
        let last = self.last.clone();
        clipboard::copy_and(text, move |done| {
            last.set(Some((which, done)));
            if !done {
                elements::select_all(TEXT_ID);
            }
        });
    }

    fn on_copy(&self, which: usize, text: String) -> Callback<MouseEvent> {
        let copying = self.clone();
        Callback::from(move |_| copying.copy(which, &text))
    }

    /// Says what became of copying the text `which`.
    fn say(&self, which: usize, refused: &'static str) -> Html {
        let message = match *self.last {
            Some((last, true)) if last == which => "Copied to the clipboard.",
            Some((last, false)) if last == which => refused,
            _ => "",
        };
        html! { <span role="status">{ message }</span> }
    }
}

fn share_link(state: &State, address: String, copying: &CopyStatus) -> Html {
    let length = address.len();
    let on_save = {
        let spec = Rc::clone(&state.spec);
        Callback::from(move |_: MouseEvent| {
            files::download(
                "composition.toml",
                spec.to_toml().as_bytes(),
                "application/toml",
            );
        })
    };
    html! {
        <>
            if length > 0 {
                { copied_text("Link", address, "4", copying) }
                if length > link::LONG {
                    <p class="warning">
                        { format!("It has {} kB, and some programs cut such a link off. Better send the file.", length / 1000) }
                    </p>
                }
                <p class="help">
                    { format!("It holds {} from the preset {} and nothing else. Browsers don't send what stands behind \
                        the # to the server.", count(changes(state).count(), "difference"), state.preset) }
                </p>
            } else {
                <p class="warning">
                    { format!("A link to this composition would have more than {} kB, and none above that is opened. \
                        Send the file.", link::MAX_BYTES / 1000) }
                </p>
            }
            <p>
                <button type="button" onclick={on_save}>{ "Download composition.toml" }</button>
            </p>
        </>
    }
}

fn changes(state: &State) -> Changes {
    match presets::find(state.preset) {
        Some(preset) => Changes::between(preset, &state.spec),
        None => Changes::nearest(&state.spec),
    }
}

fn command(state: &State, command: String, copying: &CopyStatus) -> Html {
    let errors = state.problems.count(Severity::Error);
    html! {
        <>
            { copied_text("Command", command, "9", copying) }
            <p class="help">
                { "It makes the same bytes as the download, with the command-line tool. For a folder instead of a zip, end \
                   it with the folder's name." }
            </p>
            if errors > 0 {
                <p class="error">
                    { format!("The composition has {}: the command ends with them and writes nothing.", count(errors, "error")) }
                </p>
            }
        </>
    }
}

/// A text that was put on the clipboard, and can be selected where the browser refused that.
fn copied_text(label: &str, text: String, rows: &'static str, copying: &CopyStatus) -> Html {
    html! {
        <>
            <label for={TEXT_ID}>{ label }</label>
            <textarea id={TEXT_ID} readonly={true} rows={rows} spellcheck="false" value={text.clone()} />
            <p class="copied">
                <button type="button" onclick={copying.on_copy(0, text)}>{ "Copy" }</button>
                { copying.say(0, "The browser did not let the page copy it. It is selected: copy it with Ctrl+C or ⌘C.") }
            </p>
        </>
    }
}

const TEXT_ID: &str = "dialog-text";

fn next_steps(
    download: &Download,
    state: &State,
    copying: &CopyStatus,
    on_action: &Callback<Action>,
    on_close: &Callback<MouseEvent>,
) -> Html {
    let blueprint = &state.composition.blueprint;
    let folder = shell::word(&state.composition.folder);
    let name = shell::word(&download.name);
    let unpack = next::Step {
        title: "Check, unpack and commit it".to_owned(),
        commands: format!(
            "echo '{}  {}' | sha256sum --check\nunzip {name}\ncd {folder}\ngit init && git add . && git commit -m 'Compose Temporal'",
            download.sha256, download.name
        ),
    };
    let steps = std::iter::once(unpack).chain(next::steps(blueprint));
    html! {
        <>
            <p>
                <b>{ &download.name }</b>
                { format!(": {}, {} KiB, read back and complete.", count(download.files, "file"), download.bytes.div_ceil(1024)) }
            </p>
            <p class="help">{ "SHA-256 " }<code>{ &download.sha256 }</code></p>
            <h3>{ "Still open" }</h3>
            { open(state, on_action, on_close) }
            <h3>{ "Next steps" }</h3>
            <ol class="commands">
                { for steps.enumerate().map(|(index, step)| command_block(index, &step, copying)) }
            </ol>
            <p class="help">
                { "Each step starts in the top folder of the download. The README of each environment goes on from here: schema, index, services, \
                   access." }
            </p>
        </>
    }
}

/// What has no value yet, by environment: each leads to its field.
fn open(state: &State, on_action: &Callback<Action>, on_close: &Callback<MouseEvent>) -> Html {
    let mut open: BTreeMap<&str, Vec<&FieldPath>> = BTreeMap::new();
    for problem in state
        .problems
        .0
        .iter()
        .filter(|problem| problem.code == ProblemCode::Open)
    {
        let environment = problem.at.environment().unwrap_or_default();
        open.entry(environment).or_default().push(&problem.at);
    }
    if open.is_empty() {
        return html! { <p>{ "Nothing: every value is given." }</p> };
    }
    let environments = state.composition.blueprint.spec().environments();
    html! {
        <>
            <p class="help">
                { "Give these here and download again, or write them into terraform.tfvars, where they stand as comments; else \
                   Terraform asks for them." }
            </p>
            <ul class="open">
                { for environments.iter().filter_map(|name| Some((name, open.get(name)?))).map(|(name, places)| html! {
                    <li>
                        <b>{ *name }</b>{ ": " }
                        { for places.iter().enumerate().map(|(index, at)| {
                            let target = (*at).clone();
                            let (on_action, on_close) = (on_action.clone(), on_close.clone());
                            let on_go = Callback::from(move |event: MouseEvent| {
                                on_close.emit(event);
                                on_action.emit(Action::Reveal(target.clone()));
                            });
                            html! {
                                <>
                                    if index > 0 { { ", " } }
                                    <button type="button" class="link" onclick={on_go}>
                                        { options::find(at).map_or_else(|| at.to_string(), title) }
                                    </button>
                                </>
                            }
                        }) }
                    </li>
                }) }
            </ul>
        </>
    }
}

/// Commands with a button that copies them.
fn command_block(index: usize, step: &next::Step, copying: &CopyStatus) -> Html {
    let commands = step.commands.trim_end().to_owned();
    html! {
        <li>
            <div class="head">
                <h4>{ &step.title }</h4>
                { copying.say(index, "The browser did not let the page copy it: select the lines.") }
                <button type="button" aria-label={format!("Copy: {}", step.title)}
                    onclick={copying.on_copy(index, commands.clone())}>{ "Copy" }</button>
            </div>
            <pre tabindex="0"><code>{ commands }</code></pre>
        </li>
    }
}

fn broken(reason: &str) -> Html {
    html! {
        <p>
            { format!("The zip was made and read back, and does not hold what is shown ({reason}), so it is not offered. This is a \
               fault of the page or of this machine's memory: reload the page, or use the command-line tool with Copy command.") }
        </p>
    }
}
