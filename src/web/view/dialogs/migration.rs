//! Migration from a flat root: its state is pasted, and the dialog shows what becomes of it and offers the files that do it.
//! All of it is in the page's third part.

use std::rc::Rc;

use composer_core::archive::sha256;
use composer_core::migrate::plan::Migration;
use yew::{
    Callback, Event, Html, InputEvent, MouseEvent, Properties, component, html, use_memo, use_state,
};

use crate::browser::{elements, files};
use crate::model::action::Action;
use crate::model::migration::{folder, pack, work_out};
use crate::model::state::State;
use crate::model::words::count;
use crate::view::dialogs::migration_lists::{MAX_SHOWN, lists};
use crate::view::inline::inline;
use crate::view::shared_value::SharedValue;

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct MigrationProps {
    pub(crate) state: Rc<State>,
    pub(crate) on_action: Callback<Action>,
}

/// [`MigrationDialog`] for [`crate::on_demand::OnDemand`].
pub(crate) fn migration(props: MigrationProps) -> Html {
    html! { <MigrationDialog ..props /> }
}

/// What the dialog holds.
#[component]
fn MigrationDialog(props: &MigrationProps) -> Html {
    let MigrationProps { state, on_action } = props;
    // It may hold what is secret: it lives as long as the dialog, and nothing keeps it.
    let pasted = use_state(String::new);
    let environments = state.spec.environments();
    let chosen = use_state(|| None::<String>);
    let environment = chosen
        .as_deref()
        .filter(|name| environments.contains(name))
        .or(environments.first().copied())
        .unwrap_or_default()
        .to_owned();
    let result = use_memo(
        (pasted.clone(), environment.clone(), Rc::clone(&state.spec)),
        |(pasted, environment, spec)| {
            (!pasted.trim().is_empty()).then(|| work_out(spec, environment, pasted))
        },
    );
    let on_paste = Callback::from(move |event: InputEvent| pasted.set(elements::value_of(&event)));
    let on_environment =
        Callback::from(move |event: Event| chosen.set(Some(elements::value_of(&event))));
    html! {
        <>
            <p class="help">
                { "A flat root has all of its resources in one folder, without modules. Paste its state here to see how its \
                   resources move to an environment of this composition: the output of " }
                <code>{ "terraform show -json" }</code>{ ", which has values and IDs, or of " }
                <code>{ "terraform state list" }</code>
                { ". It does not leave this page, and is gone when you close the dialog." }
            </p>
            <label for="flat-state">{ "State of the flat root" }</label>
            <textarea id="flat-state" rows="7" spellcheck="false" oninput={on_paste}
                placeholder={"aws_vpc.main\naws_ecs_cluster.main\n…"} aria-describedby="flat-state-result"
                aria-invalid={matches!(*result, Some(Err(_))).then_some("true")} />
            <label for="flat-environment">{ "Migrate to" }</label>
            <select id="flat-environment" onchange={on_environment}>
                { for environments.iter().map(|name| html! {
                    <option key={(*name).to_owned()} value={(*name).to_owned()} selected={*name == environment}>{ *name }</option>
                }) }
            </select>
            <div id="flat-state-result" role="status">
                { match &*result {
                    None => Html::default(),
                    Some(Err(messages)) => html! { <>{ for messages.iter().map(|line| html! { <p class="error">{ line }</p> }) }</> },
                    Some(Ok(migration)) => summary(migration),
                } }
            </div>
            if let Some(Ok(migration)) = &*result {
                { taking(migration, on_action) }
                { lists(migration) }
            }
        </>
    }
}

/// The most lines of a warning that are shown.
const MAX_LINES: usize = 10;

/// What becomes of the addresses, in numbers, what nothing is known of, and what to look at first.
fn summary(migration: &Migration) -> Html {
    let moving = match migration.moves.len() {
        1 => format!("1 address moves to {}", migration.environment),
        more => format!("{more} addresses move to {}", migration.environment),
    };
    let made: usize = migration.created.values().sum();
    html! {
        <>
            <p>
                <b>{ moving }</b>
                { format!(
                    "; {} imported, {} created, {} leftovers, kept until nothing needs them.",
                    migration.imports.len(), made, migration.leftovers.len()
                ) }
            </p>
            if !migration.unknown.is_empty() {
                <p class="warning">
                    { match migration.unknown.len() {
                        1 => "One unknown address stays in the flat root's state: ".to_owned(),
                        more => format!("{more} unknown addresses stay in the flat root's state: "),
                    } }
                    { migration.unknown.iter().take(MAX_SHOWN).cloned().collect::<Vec<_>>().join(", ") }
                    if migration.unknown.len() > MAX_SHOWN {
                        { format!(" and {} more", migration.unknown.len() - MAX_SHOWN) }
                    }
                </p>
            }
            { for migration.warnings().into_iter().map(|warning| {
                let more = warning.lines.len().saturating_sub(MAX_LINES);
                html! {
                    <>
                        <p class="warning">{ inline(&warning.text) }{ ":" }</p>
                        <ul class="help">
                            { for warning.lines.iter().take(MAX_LINES).map(|line| html! { <li>{ inline(line) }</li> }) }
                            if more > 0 {
                                <li>{ format!("and {more} more, in MIGRATION.md") }</li>
                            }
                        </ul>
                    </>
                }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct MigrationActionsProps {
    migration: SharedValue<Migration>,
    on_action: Callback<Action>,
}

fn taking(migration: &Rc<Migration>, on_action: &Callback<Action>) -> Html {
    html! { <MigrationActions migration={SharedValue(Rc::clone(migration))} on_action={on_action.clone()} /> }
}

/// What to do with it: the values into the composition, the files to the disk.
#[component]
fn MigrationActions(props: &MigrationActionsProps) -> Html {
    let migration = &props.migration.0;
    let packed = use_state(|| None::<(SharedValue<Migration>, Result<String, String>)>);
    let on_take = {
        let migration = Rc::clone(migration);
        props.on_action.reform(move |_: MouseEvent| Action::Spec {
            spec: migration.blueprint.spec().clone(),
            what: format!("Values of the flat root for {}", migration.environment),
        })
    };
    let on_download = {
        let (migration, packed) = (Rc::clone(migration), packed.clone());
        Callback::from(move |_: MouseEvent| {
            let made = pack(&migration).map(|bytes| {
                files::download(
                    &format!("{}.zip", folder(&migration)),
                    &bytes,
                    "application/zip",
                );
                sha256(&bytes)
            });
            packed.set(Some((SharedValue(Rc::clone(&migration)), made)));
        })
    };
    // The result of a download is shown as long as its migration.
    let made = packed
        .as_ref()
        .filter(|(of, _)| *of == props.migration)
        .map(|(_, made)| made);
    let changed = migration.taken.len();
    html! {
        <>
            <p class="copied">
                <button type="button" onclick={on_take} disabled={changed == 0}>
                    { "Use the flat root's values" }
                </button>
                <button type="button" class="primary" onclick={on_download}>{ "Download the migration" }</button>
            </p>
            <p class="help" role="status">
                { match made {
                    None if changed == 0 => "The composition has the flat root's values.".to_owned(),
                    None => format!(
                        "The migration expects a composition with the flat root's values, which differ in {}. Use them, then \
                         download the composition too. You can undo this.",
                        count(changed, "option")
                    ),
                    Some(Ok(sum)) => format!(
                        "Downloaded {}.zip. Start with MIGRATION.md in it. SHA-256 {sum}",
                        folder(migration)
                    ),
                    Some(Err(reason)) => format!("Nothing was downloaded, because the zip has an error ({reason})."),
                } }
            </p>
        </>
    }
}
