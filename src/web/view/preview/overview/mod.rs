//! The chosen architecture at a glance: drawn, described, and the environments side by side.

mod diagram;
mod layout;
mod tables;

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html, use_state};

use crate::model::composition::Composition;
use crate::model::diagram::Model;
use crate::model::words::list;
use crate::view::preview::cards::LAST_VERSION;
use crate::view::table::choice;

#[derive(Properties, PartialEq)]
pub(crate) struct OverviewProps {
    pub(crate) composition: Rc<Composition>,
    /// The environments that have an error now and are shown as they last were.
    pub(crate) last_versions: Vec<String>,
}

/// [`Overview`], which stands below the cards, for [`crate::second_part::SecondPart`].
pub(crate) fn overview_pane(props: OverviewProps) -> Html {
    html! { <Overview ..props /> }
}

/// Says which of the environments in a table are not as they are now.
fn last_versions(names: &[String]) -> Html {
    if names.is_empty() {
        return Html::default();
    }
    html! { <p class="warning">{ format!("{LAST_VERSION}: {}.", list(names)) }</p> }
}

#[component]
fn Overview(props: &OverviewProps) -> Html {
    let chosen = use_state(|| None::<String>);
    let environments = &props.composition.blueprint.environments;
    let by_name = |name: &String| environments.iter().find(|each| each.name == *name);
    let shown = chosen.as_ref().and_then(by_name).or(environments.last());
    let Some(shown) = shown else {
        return html! { <p class="empty">{ "No environment is in the download." }</p> };
    };
    let model = Model::of(shown);
    let is_last_version = props.last_versions.contains(&shown.name);
    let names = environments.iter().map(|each| each.name.as_str());
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |name| chosen.set(Some(name)))
    };
    html! {
        <>
            <section aria-labelledby="architecture">
                <div class="section-head">
                    <h3 id="architecture">
                        { format!("Architecture of {}", shown.name) }
                        if is_last_version {
                            { " " }<span class="chip warning">{ LAST_VERSION }</span>
                        }
                    </h3>
                    if environments.len() > 1 {
                        { choice("Environment drawn", names, &shown.name, &on_choose) }
                    }
                </div>
                <div class="drawing" tabindex="0" role="group" aria-label="Diagram">
                    { diagram::draw(&model, &shown.name) }
                </div>
                <details>
                    <summary>{ "Who talks to whom" }</summary>
                    { tables::talks(&model) }
                </details>
            </section>
            <section aria-labelledby="side-by-side">
                <h3 id="side-by-side">{ "Side by side" }</h3>
                { last_versions(&props.last_versions) }
                { tables::environments(environments) }
            </section>
            <section aria-labelledby="resources">
                <h3 id="resources">{ "What will exist" }</h3>
                { last_versions(&props.last_versions) }
                <p class="help">
                    { "The resources that Terraform makes for each environment, read off the modules' blocks with \
                       their counts. Not counted: what bootstrap makes once for an account, data sources, and what \
                       AWS makes by itself, such as instances and tasks." }
                </p>
                { tables::resources(environments) }
            </section>
        </>
    }
}
