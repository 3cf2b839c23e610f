//! The form: presets, what holds for every environment, and the environments side by side.

mod about;
mod add_environment;
mod environments;
mod map;
mod presets;
mod shared;

pub(crate) use about::about;

use std::collections::BTreeSet;
use std::rc::Rc;

use composer_core::{FieldPath, Problem, ProblemCode, Problems, Severity, Spec, Value};
use yew::{Callback, Html, Properties, component, html};

use crate::browser;
use crate::field::KnownValues;
use crate::later::Later;
use crate::state::{Action, State};

/// What every part of the form needs.
#[derive(Clone, PartialEq)]
pub(crate) struct Form {
    /// What is asked for.
    pub(crate) spec: Rc<Spec>,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Rc<Problems>,
    /// The sections that are open.
    pub(crate) open: BTreeSet<&'static str>,
    /// The second part of the page, once it is loaded.
    pub(crate) later: Option<&'static Later>,
    /// A value is now this one, or the default.
    pub(crate) on_change: Callback<(FieldPath, Option<Value>)>,
    /// Another field is to get the focus.
    pub(crate) on_reveal: Callback<FieldPath>,
    /// A section opens or closes.
    pub(crate) on_section: Callback<&'static str>,
    /// Anything else happens.
    pub(crate) on_action: Callback<Action>,
}

/// How much of the page is drawn, each with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Drawn {
    /// The presets.
    Presets,
    /// Project and region.
    Project,
    /// The environments.
    Environments,
    /// The whole form.
    Options,
    /// The tree of files.
    Files,
    /// All of it.
    Preview,
}

#[derive(Properties, PartialEq)]
pub(crate) struct OptionsProps {
    pub(crate) form: Form,
    pub(crate) state: Rc<State>,
    pub(crate) drawn: Drawn,
    /// Whether somebody is at the page.
    pub(crate) is_in_use: bool,
}

#[component]
pub(crate) fn Options(props: &OptionsProps) -> Html {
    let OptionsProps {
        form,
        state,
        drawn,
        is_in_use,
    } = props;
    html! {
        <>
            // Offered to somebody who types.
            if *is_in_use {
                <KnownValues />
            }
            <presets::Presets form={form.clone()} state={Rc::clone(state)} />
            if *drawn >= Drawn::Project {
                <shared::Project form={form.clone()} />
            }
            if *drawn >= Drawn::Environments {
                <environments::Environments form={form.clone()} shown={state.shown_environment()}
                    has_one_column={!is_in_use && browser::is_narrow()} />
            }
            if *drawn >= Drawn::Options {
                <shared::Shared form={form.clone()} />
            }
        </>
    }
}

/// What is said about the value at `at`: beside its field, and read out with it.
fn said(at: &FieldPath, problems: &[Problem], about: Option<&str>) -> Html {
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <div class="said" id={format!("{at}-problem")}>
            { for problems.iter().map(|problem| html! {
                <p class={severity_class(problem.severity)}>
                    if let Some(environment) = about {
                        <b>{ environment }</b>{ " " }
                    }
                    <span class="severity">{ problem.severity.to_string() }</span>{ " " }
                    { crate::text::inline(&problem.message) }
                    // What is open has its example in the field.
                    if let Some(hint) = problem.hint.as_ref().filter(|_| problem.code != ProblemCode::Open) {
                        { ". " }<span class="hint">{ crate::text::inline(hint) }</span>
                    }
                </p>
            }) }
        </div>
    }
}

/// The class of a text of this severity.
pub(crate) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}
