//! What a downloaded zip is, which values it leaves open, and what comes next.

use std::collections::BTreeMap;

use composer_core::compose::next;
use composer_core::{FieldPath, ProblemCode, options, shell};
use yew::{Callback, Html, MouseEvent, html};

use crate::model::action::Action;
use crate::model::download::Download;
use crate::model::labels::title;
use crate::model::state::State;
use crate::model::words::count;
use crate::view::dialogs::clipboard_text::CopyStatus;

pub(super) fn next_steps(
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
            "echo '{}  {}' | sha256sum --check\nunzip {name}\ncd {folder}\ngit init && git add . && git commit -m \
             'Compose Temporal'",
            download.sha256, download.name
        ),
    };
    let steps = std::iter::once(unpack).chain(next::steps(blueprint));
    html! {
        <>
            <p>
                <b>{ &download.name }</b>
                { format!(": {}, {} KiB, read back and verified.", count(download.files, "file"), download.bytes.div_ceil(1024)) }
            </p>
            <p class="help">{ "SHA-256 " }<code>{ &download.sha256 }</code></p>
            <h3>{ "Open values" }</h3>
            { open(state, on_action, on_close) }
            <h3>{ "Next steps" }</h3>
            <ol class="commands">
                { for steps.enumerate().map(|(index, step)| command_block(index, &step, copying)) }
            </ol>
            <p class="help">
                { "Run each step in the top folder of the download. Then continue with the README of each environment: \
                 schema, index, services, access." }
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
        return html! { <p>{ "None: every value is set." }</p> };
    }
    let environments = state.composition.blueprint.spec().environments();
    html! {
        <>
            <p class="help">
                { "Set these here and download again, or set them in terraform.tfvars, which has them as comments. \
                 Otherwise Terraform asks for them at each plan." }
            </p>
            <ul class="open-values">
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
            <div class="command-head">
                <h4>{ &step.title }</h4>
                { copying.say(index, "The browser blocked copying: select the lines.") }
                <button type="button" aria-label={format!("{}: {}", copying.verb(index), step.title)}
                    onclick={copying.on_copy(index, commands.clone())}>{ copying.verb(index) }</button>
            </div>
            <pre tabindex="0"><code>{ commands }</code></pre>
        </li>
    }
}

pub(super) fn broken(reason: &str) -> Html {
    html! {
        <p>
            { format!("The zip was read back and differs from what is shown ({reason}), so it was not downloaded. \
             Reload the page, or use Copy command and the command-line tool.") }
        </p>
    }
}
