//! Migration from a flat root: its state is pasted, and the dialog shows what becomes of it and offers the files that do it.

use std::rc::Rc;

use composer_core::archive::{archive, read_back, sha256};
use composer_core::migrate::error::NoMigration;
use composer_core::migrate::plan::Migration;
use composer_core::migrate::{migrate, state};
use composer_core::{Problem, Severity, Spec};
use yew::{
    Callback, Event, Html, InputEvent, MouseEvent, Properties, component, html, use_memo, use_state,
};

use crate::browser::{elements, files};
use crate::model::action::Action;
use crate::model::state::State;
use crate::model::words::{count, plain};
use crate::view::table::{row, table, text};

/// The most rows of a list that are drawn; the migration's own files have all.
const MAX_SHOWN: usize = 500;

#[derive(Properties, PartialEq)]
pub(crate) struct MigrationDialogProps {
    pub(crate) state: Rc<State>,
    pub(crate) on_action: Callback<Action>,
}

/// What the dialog holds.
#[component]
pub(crate) fn MigrationDialog(props: &MigrationDialogProps) -> Html {
    let MigrationDialogProps { state, on_action } = props;
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
                { "From the hand-made root whose resources all stand at the top of one folder: what of its state moves where in an \
                   environment of this composition. Paste what " }
                <code>{ "terraform state list" }</code>{ " prints there, or " }<code>{ "terraform show -json" }</code>
                { ", which also tells ids and values. It stays in this page and goes with the dialog." }
            </p>
            <label for="flat-state">{ "State of the flat root" }</label>
            <textarea id="flat-state" rows="7" spellcheck="false" oninput={on_paste}
                placeholder={"aws_vpc.main\naws_ecs_cluster.main\n…"} aria-describedby="flat-state-result"
                aria-invalid={matches!(*result, Some(Err(_))).then_some("true")} />
            <label for="flat-environment">{ "Environment that takes it over" }</label>
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

/// The migration, or what to say in its place.
fn work_out(spec: &Spec, environment: &str, pasted: &str) -> Result<Rc<Migration>, Vec<String>> {
    let with_hint = |message: String, hint: Option<String>| match hint {
        Some(hint) => vec![
            format!("{}.", capital(&message)),
            format!("{}.", capital(&hint)),
        ],
        None => vec![format!("{}.", capital(&message))],
    };
    let state = state::read(pasted)
        .map_err(|error| with_hint(error.to_string(), Some(error.hint().to_owned())))?;
    migrate(spec, environment, &state)
        .map(Rc::new)
        .map_err(|error| match &error {
            NoMigration::Spec(problems) => {
                std::iter::once("The composition has errors: fix them first.".to_owned())
                    .chain(problems.of(Severity::Error).map(sentence))
                    .collect()
            }
            _ => with_hint(error.to_string(), error.hint()),
        })
}

fn sentence(problem: &Problem) -> String {
    format!("{}: {}", problem.at, problem.message)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| format!("{}{}", first.to_uppercase(), letters.as_str()))
        .unwrap_or_default()
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
                    "; {} imported, {} made, {} stay behind until nothing needs them.",
                    migration.imports.len(), made, migration.leftovers.len()
                ) }
            </p>
            if !migration.unknown.is_empty() {
                <p class="warning">
                    { format!("{} not known and left in the flat state: ", match migration.unknown.len() {
                        1 => "One address is".to_owned(),
                        more => format!("{more} addresses are"),
                    }) }
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
                        <p class="warning">{ format!("{}:", warning.text) }</p>
                        <ul class="help">
                            { for warning.lines.iter().take(MAX_LINES).map(|line| html! { <li>{ line.clone() }</li> }) }
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

/// The name of the folder and the zip.
fn folder(migration: &Migration) -> String {
    format!(
        "{}-{}-migration",
        migration.blueprint.project, migration.environment
    )
}

/// The zip of the migration's files; or what else it holds when it is read back.
fn pack(migration: &Migration) -> Result<Vec<u8>, String> {
    let (tree, folder) = (migration.tree(), folder(migration));
    let bytes = archive(&tree, &folder);
    read_back(&bytes, &tree, &folder)?;
    Ok(bytes)
}

#[derive(Properties, PartialEq)]
struct MigrationActionsProps {
    migration: Shared,
    on_action: Callback<Action>,
}

/// A migration that is the same only if it is this one.
#[derive(Clone)]
struct Shared(Rc<Migration>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

fn taking(migration: &Rc<Migration>, on_action: &Callback<Action>) -> Html {
    html! { <MigrationActions migration={Shared(Rc::clone(migration))} on_action={on_action.clone()} /> }
}

/// What to do with it: the values into the composition, the files to the disk.
#[component]
fn MigrationActions(props: &MigrationActionsProps) -> Html {
    let migration = &props.migration.0;
    let packed = use_state(|| None::<(Shared, Result<String, String>)>);
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
            packed.set(Some((Shared(Rc::clone(&migration)), made)));
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
                    { "Take the values over" }
                </button>
                <button type="button" class="primary" onclick={on_download}>{ "Download the migration" }</button>
            </p>
            <p class="help" role="status">
                { match made {
                    None if changed == 0 => "The composition has the flat root's values.".to_owned(),
                    None => format!(
                        "The scripts need a download with the flat root's values: take {} over, then download the \
                         composition too. Undo works as for any change.",
                        count(changed, "value")
                    ),
                    Some(Ok(sum)) => format!(
                        "{}.zip was made and read back. Begin with its MIGRATION.md. SHA-256 {sum}",
                        folder(migration)
                    ),
                    Some(Err(reason)) => format!("Nothing was downloaded: the zip is not what it should be ({reason})."),
                } }
            </p>
        </>
    }
}

/// All of it, closed until it is asked for.
fn lists(migration: &Migration) -> Html {
    let code = |of: &str| html! { <code>{ of.to_owned() }</code> };
    let part = |title: &str, label: &'static str, heads: &[&str], mut rows: Vec<Html>| {
        if rows.is_empty() {
            return Html::default();
        }
        let count = rows.len();
        rows.truncate(MAX_SHOWN);
        html! {
            <details>
                <summary>{ format!("{title}: {count}") }</summary>
                { table(label, "", heads, rows) }
                if count > MAX_SHOWN {
                    <p class="help">{ format!("and {} more", count - MAX_SHOWN) }</p>
                }
            </details>
        }
    };
    html! {
        <>
            { part("Values of the flat root", "Values of the flat root", &["Option", "Now", "Was"],
                migration.taken.iter().map(|taken| row("", vec![
                    code(&taken.at.to_string()),
                    text(plain(&taken.value)),
                    text(taken.instead_of.as_ref().map_or_else(|| "nothing".to_owned(), plain)),
                ])).collect()) }
            { part("Values that can't be taken over", "Values that can't be taken over", &["Option", "There", "Why not"],
                migration.refused.iter().map(|refused| row("", vec![
                    code(&refused.at.to_string()),
                    // As TOML, which shows what is hidden: it comes from the state unchecked.
                    text(refused.value.to_string()),
                    text(refused.why.clone()),
                ])).collect()) }
            { part("Values to look up", "Values to look up", &["Option", "As composed", "Where it is"],
                migration.blanks.iter().map(|blank| row("", vec![
                    code(&blank.at.to_string()),
                    text(blank.value.as_ref().map_or_else(|| "open".to_owned(), plain)),
                    text(blank.find),
                ])).collect()) }
            { part("What moves", "What moves", &["From", "To", "What the first plan changes of it"],
                migration.moves.iter().map(|moved| row("", vec![
                    code(&moved.from),
                    code(&moved.to),
                    text(moved.changes),
                ])).collect()) }
            { part("What is imported", "What is imported", &["As", "Id", "It is"],
                migration.imports.iter().map(|import| row("", vec![
                    code(&import.to),
                    text(import.id.clone().unwrap_or_else(|| "to look up".to_owned())),
                    code(import.of),
                ])).collect()) }
            { part("Types of what is made", "Types of what is made", &["Type", "How many"],
                migration.created.iter().map(|(kind, made)| row("", vec![
                    code(kind),
                    text(made.to_string()),
                ])).collect()) }
            { part("What stays behind", "What stays behind", &["Address", "Why"],
                migration.leftovers.iter().map(|left| row("", vec![
                    code(&left.address),
                    text(left.why.clone()),
                ])).collect()) }
        </>
    }
}
