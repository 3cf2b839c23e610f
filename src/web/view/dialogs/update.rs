//! What an update makes of an earlier download: what an apply would destroy, which files change, and the files themselves.
//! All of it is in the page's third part.

use std::rc::Rc;

use composer_core::Spec;
use composer_core::archive::sha256;
use composer_core::losses_by_environment::{Losses, Row};
use composer_core::sizing::cost::Cost;
use yew::{
    Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_memo, use_state,
};

use crate::browser::files;
use crate::model::composition::Composition;
use crate::model::earlier_download::EarlierDownload;
use crate::model::effect::cost_in_words;
use crate::model::update::DownloadUpdate;
use crate::view::inline::inline;
use crate::view::shared_value::SharedValue;
use crate::view::table::{row, table, text};

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct UpdateProps {
    pub(crate) download: SharedValue<EarlierDownload>,
    pub(crate) composition: SharedValue<Composition>,
    pub(crate) costs: Costs,
}

/// What the environments of a spec cost: a way into the second part, so that this part has no prices of its own. There is
/// but one.
#[derive(Clone, Copy)]
pub(crate) struct Costs(pub(crate) fn(&Spec) -> Vec<Cost>);

impl PartialEq for Costs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// [`DownloadUpdateView`] for [`crate::on_demand::OnDemand`].
pub(crate) fn download_update(props: UpdateProps) -> Html {
    html! { <DownloadUpdateView ..props /> }
}

#[component]
fn DownloadUpdateView(props: &UpdateProps) -> Html {
    let updated = use_memo(props.clone(), |props| {
        let download = EarlierDownload::clone(&props.download.0);
        let Composition {
            blueprint, tree, ..
        } = &*props.composition.0;
        download
            .updated(blueprint, tree, props.costs.0)
            .map(Rc::new)
    });
    match &*updated {
        Err(reason) => html! { <p class="error" role="alert">{ inline(reason) }</p> },
        Ok(updated) => html! {
            <>
                { losses(&updated.losses) }
                { changed_files(updated) }
                { other_differences(updated) }
                <Take updated={SharedValue(Rc::clone(updated))} />
            </>
        },
    }
}

/// What an apply of the updated files would destroy or replace.
fn losses(losses: &Losses) -> Html {
    let rows = losses.rows();
    let words = match rows.iter().filter(|row| row.loses.is_some()).count() {
        _ if losses.is_empty() => "Nothing.",
        0 => "Nothing that holds data or an address.",
        _ => "What loses something comes first.",
    };
    let rows = rows.into_iter().map(|each| {
        let Row {
            environment,
            action,
            resource,
            loses,
            because,
        } = each;
        row(
            if loses.is_some() { "lost" } else { "" },
            vec![
                text(environment.to_owned()),
                text(action.verb()),
                html! { <code>{ resource }</code> },
                text(loses.unwrap_or("nothing")),
                text(because.join(", ")),
            ],
        )
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <section aria-labelledby="update-losses">
            <h3 id="update-losses">{ "What an apply would destroy or replace" }</h3>
            <p>{ words }</p>
            if !rows.is_empty() {
                { table(
                    "What an apply would destroy or replace",
                    "losses",
                    &["Environment", "An apply would", "Resource", "Loses", "Due to"],
                    rows,
                ) }
            }
            { for losses.notes().iter().map(|note| html! { <p class="warning">{ inline(note) }</p> }) }
            <p class="help">
                { "Read from the Terraform of both sides, without AWS. " }<code>{ "terraform plan" }</code>
                { " has the last word." }
            </p>
        </section>
    }
}

/// The most lines of a list.
const MAX_SHOWN: usize = 200;

/// What becomes of the files.
fn changed_files(updated: &DownloadUpdate) -> Html {
    let changes: Vec<_> = updated.changes().collect();
    let removed = updated.removed_by_user();
    html! {
        <section aria-labelledby="update-files">
            <h3 id="update-files">{ "Files" }</h3>
            <p>{ updated.summary() }</p>
            if updated.attention().next().is_some() {
                <p>{ "Look at these files after the update:" }</p>
                <ul class="attention">
                    { for updated.attention().map(|(path, why, changes)| html! {
                        <li>
                            <code>{ path.to_owned() }</code>{ ": " }{ inline(&why) }
                            if let Some(changes) = changes {
                                <pre tabindex="0"><code>{ changes.to_owned() }</code></pre>
                            }
                        </li>
                    }) }
                </ul>
            }
            if !removed.is_empty() {
                <p>{ format!("You removed these files, so they stay removed: {}.", removed.join(", ")) }</p>
            }
            if !changes.is_empty() {
                <details>
                    <summary>{ "Which files change" }</summary>
                    <ul class="help">
                        { for changes.iter().take(MAX_SHOWN).map(|(path, word)| html! {
                            <li><code>{ (*path).to_owned() }</code>{ format!(" {word}") }</li>
                        }) }
                        if changes.len() > MAX_SHOWN {
                            <li>{ format!("and {} more, in the patch", changes.len() - MAX_SHOWN) }</li>
                        }
                    </ul>
                </details>
            }
        </section>
    }
}

/// What differs of the options and of the cost.
fn other_differences(updated: &DownloadUpdate) -> Html {
    let value = |value: &Option<String>| match value {
        Some(value) => html! { <code>{ value.clone() }</code> },
        None => text("not set"),
    };
    let options = updated.options.iter().map(|it| {
        let key = html! { <code>{ it.key.clone() }</code> };
        row("", vec![key, value(&it.before), value(&it.after)])
    });
    let options: Vec<Html> = options.collect();
    html! {
        <>
            if !options.is_empty() {
                <details>
                    <summary>{ format!("Options: {} differ", options.len()) }</summary>
                    { table("Options", "", &["Option", "Composed before", "Composed now"], options) }
                </details>
            }
            if !updated.cost.is_empty() {
                <p>{ format!("Cost: {}.", cost_in_words(&updated.cost)) }</p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct TakeProps {
    updated: SharedValue<DownloadUpdate>,
}

/// What was taken last.
#[derive(Clone, PartialEq)]
enum TakeOutcome {
    Nothing,
    Zip(String),
    Patch,
    Broken(String),
}

/// The updated files, as a zip of all of them or as a patch.
#[component]
fn Take(props: &TakeProps) -> Html {
    let taken = use_state(|| TakeOutcome::Nothing);
    let updated = &props.updated.0;
    use_effect_with(props.updated.clone(), {
        let taken = taken.clone();
        move |_| taken.set(TakeOutcome::Nothing)
    });
    if updated.is_empty() {
        return html! { <p>{ "It is up to date: there is nothing to download." }</p> };
    }
    let on_zip = {
        let (updated, taken) = (Rc::clone(updated), taken.clone());
        Callback::from(move |_: MouseEvent| {
            taken.set(match updated.zip() {
                Ok(zip) => {
                    files::download(&format!("{}.zip", updated.folder), &zip, "application/zip");
                    TakeOutcome::Zip(sha256(&zip))
                }
                Err(reason) => TakeOutcome::Broken(reason),
            });
        })
    };
    let on_patch = {
        let (updated, taken) = (Rc::clone(updated), taken.clone());
        Callback::from(move |_: MouseEvent| {
            files::download("update.patch", updated.patch().as_bytes(), "text/x-patch");
            taken.set(TakeOutcome::Patch);
        })
    };
    html! {
        <>
            <p class="copied">
                <button type="button" class="primary" onclick={on_zip}>{ "Download updated zip" }</button>
                <button type="button" onclick={on_patch}>{ "Download patch" }</button>
            </p>
            <p class="help" role="status">
                { match &*taken {
                    TakeOutcome::Nothing => html! {
                        <>
                            { "The zip has every file, yours too, but neither .git nor .terraform. In a git repository, take the \
                               patch: run " }
                            <code>{ "git apply update.patch" }</code>
                            { " in the folder of composition.toml." }
                        </>
                    },
                    TakeOutcome::Zip(sum) => text(format!(
                        "Downloaded {}.zip. Unpack it into a new folder: over the old one, files that the update removes would \
                         stay. SHA-256 {sum}",
                        updated.folder
                    )),
                    TakeOutcome::Patch => text(
                        "Downloaded update.patch. Run `git apply update.patch` in the folder of composition.toml. It applies \
                         whole or not at all."
                    ),
                    TakeOutcome::Broken(reason) => text(format!(
                        "Nothing was downloaded, because the zip has an error ({reason})."
                    )),
                } }
            </p>
        </>
    }
}
