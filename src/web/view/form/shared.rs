//! What holds for every environment: project, region, and behind headings the state, images and tags.

use composer_core::options::{self, OptionRow, Scope};
use composer_core::{FieldPath, Severity};
use yew::{Html, MouseEvent, Properties, component, html, use_state};

use crate::model::field_state::FieldState;
use crate::model::sections::SHARED;
use crate::model::words::count;
use crate::view::form::context::Form;
use crate::view::form::explain::{ExplainedOption, explain, explains, explanation};
use crate::view::form::field::Field;
use crate::view::form::map_field::map_field;
use crate::view::form::mark::Mark;
use crate::view::form::messages::messages;
use crate::view::inline::inline;

#[derive(Properties, PartialEq)]
pub(crate) struct SharedProps {
    pub(crate) form: Form,
}

/// Project and region: what every composition states.
#[component]
pub(crate) fn Project(props: &SharedProps) -> Html {
    let explained = use_state(|| None);
    let plain = options::in_scope(Scope::Spec).filter(|row| row.section().is_empty());
    html! {
        <section aria-labelledby="project-heading">
            <h3 id="project-heading">{ "Project and region" }</h3>
            <div class="pair">
                { for plain.map(|row| block(&props.form, row, &explained)) }
            </div>
        </section>
    }
}

/// State, images and tags, which each environment can override.
#[component]
pub(crate) fn Shared(props: &SharedProps) -> Html {
    let form = &props.form;
    let explained = use_state(|| None);
    html! {
        <section class="shared" aria-labelledby="shared-heading">
            <h3 id="shared-heading">{ "For every environment" }</h3>
            { for SHARED.iter().map(|(section, label, id)| {
                let is_open = form.open.contains(id);
                let on_toggle = form.on_section.reform(move |_: MouseEvent| *id);
                html! {
                    <div class="drawer" key={*id}>
                        <h4>
                            <button type="button" class="toggle" onclick={on_toggle}
                                aria-expanded={if is_open { "true" } else { "false" }}
                                aria-controls={*id}>
                                { label }
                            </button>
                            { summary(form, section, label) }
                        </h4>
                        <div id={*id} hidden={!is_open} class="pair">
                            if is_open {
                                { for options::in_scope(Scope::Spec)
                                    .filter(|row| row.section() == *section)
                                    .map(|row| block(form, row, &explained)) }
                            }
                        </div>
                    </div>
                }
            }) }
        </section>
    }
}

/// What a closed drawer holds: how many values are stated, and how many are wrong.
fn summary(form: &Form, section: &str, label: &str) -> Html {
    let prefix = FieldPath::of(&[section]);
    let (mut stated, mut errors) = (Mark::default(), Mark::default());
    for (at, _) in form.spec.values() {
        if at.starts_with(&prefix) {
            stated.add(at);
        }
    }
    for problem in form.problems.of(Severity::Error) {
        if problem.at.starts_with(&prefix) {
            errors.add(&problem.at);
        }
    }
    html! {
        <>
            { errors.chip("chip error", count(errors.count, "error"), label, &form.on_reveal) }
            { stated.chip("chip changed", format!("{} changed", stated.count), label, &form.on_reveal) }
        </>
    }
}

/// A value with its label above it and its help below.
fn block(form: &Form, row: &'static OptionRow, explained: &ExplainedOption) -> Html {
    if row.is_map() {
        return html! {
            <fieldset key={row.key}>
                <legend id={format!("label-{}", row.key)}>{ row.label }</legend>
                <p class="help">{ inline(row.help) }</p>
                { map_field(form, row.path("").parent().unwrap_or_default(), format!("label-{}", row.key)) }
            </fieldset>
        };
    }
    let field_state = FieldState::of(&form.spec, &form.problems, row, "");
    let label_id = format!("label-{}", row.key);
    let is_explained = explains(explained, row);
    html! {
        <div class="block" key={row.key}>
            <p class="option-name">
                <label id={label_id.clone()} for={field_state.at.to_string()}>{ row.label }</label>
                { explain(row, explained) }
                <code>{ &row.key }</code>
                if row.immutable {
                    <span class="chip">{ "permanent" }</span>
                }
            </p>
            { messages(form, &field_state.at, &field_state.problems, None) }
            <Field field_state={field_state} labelled_by={label_id} name={row.label}
                on_change={form.on_change.clone()} on_typed={form.on_typed.clone()}
                on_dialog={form.on_dialog.clone()} on_reveal={form.on_reveal.clone()} />
            <p class="help">{ inline(row.help) }</p>
            <div hidden={!is_explained}>{ explanation(row, form) }</div>
        </div>
    }
}
