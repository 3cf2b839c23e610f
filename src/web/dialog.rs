//! What opens above the page: the link, the command, and what comes after a download.

use std::collections::BTreeMap;
use std::rc::Rc;

use composer_core::changes::Changes;
use composer_core::compose::next;
use composer_core::{FieldPath, Severity, check, link, options, presets, shell};
use yew::{
    AttrValue, Callback, Html, MouseEvent, Properties, component, hook, html, use_effect_with,
    use_node_ref, use_state,
};

use crate::browser;
use crate::derive::count;
use crate::keeping;
use crate::sections::title;
use crate::state::{Action, State};

/// What can be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The link to the composition.
    Link,
    /// The command that makes the same zip.
    Command,
    /// A zip was downloaded: what comes next.
    Next(Rc<Download>),
    /// A zip was made and does not hold what is shown, for this reason.
    Broken(String),
}

/// A zip that was offered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Download {
    /// The name of the file.
    pub(crate) name: String,
    /// How many files are in it.
    pub(crate) files: usize,
    /// How many bytes it has.
    pub(crate) bytes: usize,
    /// Its SHA-256, in hexadecimal.
    pub(crate) sha256: String,
}

#[derive(Properties, PartialEq)]
pub(crate) struct DialogBoxProps {
    pub(crate) dialog: Dialog,
    pub(crate) state: Rc<State>,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn DialogBox(props: &DialogBoxProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| browser::show_modal(node.cast()));
    let on_close = props.on_close.reform(|_: yew::Event| ());
    // It is closed first and goes then, so that the browser gives the focus back.
    let on_button = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| browser::close_dialog(node.cast()))
    };
    let (heading, content) = match &props.dialog {
        Dialog::Link => (
            "Share",
            html! { <ShareLink state={Rc::clone(&props.state)} /> },
        ),
        Dialog::Command => (
            "Copy command",
            html! { <Command state={Rc::clone(&props.state)} /> },
        ),
        Dialog::Next(download) => (
            "Downloaded",
            html! {
                <Next download={Rc::clone(download)} state={Rc::clone(&props.state)}
                    on_action={props.on_action.clone()} on_close={on_button.clone()} />
            },
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

#[derive(Properties, PartialEq)]
struct OfStateProps {
    state: Rc<State>,
}

#[component]
fn ShareLink(props: &OfStateProps) -> Html {
    let state = &props.state;
    let fragment = keeping::fragment(&state.spec, state.preset);
    let length = fragment.len();
    let address = browser::address(&fragment);
    let on_save = {
        let spec = Rc::clone(&state.spec);
        Callback::from(move |_: MouseEvent| {
            browser::download(
                "composition.toml",
                spec.to_toml().as_bytes(),
                "application/toml",
            );
        })
    };
    html! {
        <>
            <CopiedText label="Link" text={address} rows="4" />
            if length > link::LONG {
                <p class="warning">
                    { format!("It has {} kB, and some programs cut such a link off", length / 1000) }
                    if length > link::LONGEST {
                        { "; this page itself opens no longer one than 65 kB" }
                    }
                    { ". Better send the file." }
                </p>
            }
            <p class="help">
                { format!("It holds {} from the preset {} and nothing else. Browsers don't send what stands behind \
                    the # to the server.", count(differences(state), "difference"), state.preset) }
            </p>
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

fn differences(state: &State) -> usize {
    changes(state).count()
}

#[component]
fn Command(props: &OfStateProps) -> Html {
    let state = &props.state;
    let command = changes(state).command(&format!("{}.zip", state.composition.folder));
    let errors = state.problems.count(Severity::Error);
    html! {
        <>
            <CopiedText label="Command" text={command} rows="9" />
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

#[derive(Properties, PartialEq)]
struct CopiedTextProps {
    label: AttrValue,
    text: String,
    rows: AttrValue,
}

/// A text that is put on the clipboard as soon as it is there, and can be selected where the browser refuses that.
#[component]
fn CopiedText(props: &CopiedTextProps) -> Html {
    let (is_copied, copy) = use_copy(props.text.clone());
    use_effect_with((), {
        let copy = copy.clone();
        move |()| copy.emit(())
    });
    let on_again = copy.reform(|_: MouseEvent| ());
    html! {
        <>
            <label for={TEXT_ID}>{ &props.label }</label>
            <textarea id={TEXT_ID} readonly={true} rows={&props.rows} spellcheck="false"
                value={props.text.clone()} />
            <p class="copied">
                <button type="button" onclick={on_again}>{ "Copy" }</button>
                <span role="status">
                    { match is_copied {
                        None => "",
                        Some(true) => "Copied to the clipboard.",
                        Some(false) => "The browser did not let the page copy it. It is selected: copy it with Ctrl+C or ⌘C.",
                    } }
                </span>
            </p>
        </>
    }
}

const TEXT_ID: &str = "dialog-text";

/// Whether the last copying went well, and a callback that copies.
#[hook]
fn use_copy(text: String) -> (Option<bool>, Callback<()>) {
    let is_copied = use_state(|| None);
    let copy = {
        let is_copied = is_copied.clone();
        Callback::from(move |()| {
            let is_copied = is_copied.clone();
            browser::copy_and(&text, move |done| {
                is_copied.set(Some(done));
                if !done {
                    browser::select_all(TEXT_ID);
                }
            });
        })
    };
    (*is_copied, copy)
}

#[derive(Properties, PartialEq)]
struct NextProps {
    download: Rc<Download>,
    state: Rc<State>,
    on_action: Callback<Action>,
    on_close: Callback<MouseEvent>,
}

#[component]
fn Next(props: &NextProps) -> Html {
    let NextProps {
        download,
        state,
        on_action,
        on_close,
    } = props;
    let Some(blueprint) = check(&state.composition.spec).blueprint else {
        return Html::default();
    };
    let folder = shell::word(&state.composition.folder);
    let name = shell::word(&download.name);
    let unpack = next::Step {
        title: "Check, unpack and commit it".to_owned(),
        commands: format!(
            "echo '{}  {}' | sha256sum --check\nunzip {name}\ncd {folder}\ngit init && git add . && git commit -m 'Compose Temporal'",
            download.sha256, download.name
        ),
    };
    let steps = std::iter::once(unpack).chain(next::steps(&blueprint));
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
            <ol class="steps">
                { for steps.map(|step| html! { <CommandBlock title={step.title} commands={step.commands} /> }) }
            </ol>
            <p class="help">
                { "Each step begins in the tree's top folder. The README of each environment goes on from here: schema, index, services, \
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
        .filter(|problem| problem.code == "open")
    {
        let environment = problem.at.environment().unwrap_or_default();
        open.entry(environment).or_default().push(&problem.at);
    }
    if open.is_empty() {
        return html! { <p>{ "Nothing: every value is given." }</p> };
    }
    let environments = state.composition.spec.environments();
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

#[derive(Properties, PartialEq)]
struct CommandBlockProps {
    title: String,
    commands: String,
}

/// Commands with a button that copies them.
#[component]
fn CommandBlock(props: &CommandBlockProps) -> Html {
    let is_copied = use_state(|| None::<bool>);
    let on_copy = {
        let (commands, is_copied) = (props.commands.clone(), is_copied.clone());
        Callback::from(move |_: MouseEvent| {
            let is_copied = is_copied.clone();
            browser::copy_and(&commands, move |done| is_copied.set(Some(done)));
        })
    };
    html! {
        <li>
            <div class="head">
                <h4>{ &props.title }</h4>
                <span role="status">
                    { match *is_copied {
                        None => "",
                        Some(true) => "Copied.",
                        Some(false) => "The browser did not let the page copy it: select the lines.",
                    } }
                </span>
                <button type="button" aria-label={format!("Copy: {}", props.title)} onclick={on_copy}>{ "Copy" }</button>
            </div>
            <pre tabindex="0"><code>{ props.commands.trim_end() }</code></pre>
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
