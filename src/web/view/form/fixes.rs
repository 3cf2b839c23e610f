//! The fixes of a problem as buttons, each with what it costs. They are found in a task of their own once the problem is
//! drawn, since each is tried. Only the second part of the page may reach this.

use std::rc::Rc;

use composer_core::fix::{Fix, Fixer};
use composer_core::sizing::price_list::PriceList;
use composer_core::{Problem, Spec, check};
use gloo::timers::callback::Timeout;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_state};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::fixes::in_words;

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct FixesProps {
    pub(crate) spec: Rc<Spec>,
    /// Problems of one kind about one setting.
    pub(crate) problems: Vec<Problem>,
    pub(crate) on_action: Callback<Action>,
}

/// [`Fixes`] for [`crate::second_part::SecondPart`].
pub(crate) fn fixes(props: FixesProps) -> Html {
    html! { <Fixes ..props /> }
}

/// What was found, and for what.
#[derive(Clone, PartialEq)]
struct FixSearch {
    spec: Rc<Spec>,
    problems: Vec<Problem>,
    fixes: Vec<Fix>,
}

#[component]
fn Fixes(props: &FixesProps) -> Html {
    let found = use_state(|| None::<FixSearch>);
    use_effect_with((Rc::clone(&props.spec), props.problems.clone()), {
        let found = found.setter();
        move |(spec, problems)| {
            let (spec, problems) = (Rc::clone(spec), problems.clone());
            let waiting = Timeout::new(0, move || {
                let fixes = find(&spec, &problems);
                found.set(Some(FixSearch {
                    spec,
                    problems,
                    fixes,
                }));
            });
            move || drop(waiting)
        }
    });
    let is_current =
        |found: &&FixSearch| found.spec == props.spec && found.problems == props.problems;
    let Some(found) = found.as_ref().filter(is_current) else {
        return Html::default();
    };
    let buttons = found.fixes.iter().map(|fix| button(props, fix));
    html! { <span class="fixes">{ for buttons }</span> }
}

fn button(props: &FixesProps, fix: &Fix) -> Html {
    let what = in_words(&props.spec, fix);
    let on_fix = {
        let (spec, fix, what) = (Rc::clone(&props.spec), fix.clone(), what.clone());
        let at = props.problems.first().map(|problem| problem.at.to_string());
        props.on_action.reform(move |_: MouseEvent| {
            // The button goes with the problem.
            elements::focus_soon(at.clone().unwrap_or_default());
            let mut spec = (*spec).clone();
            fix.apply(&mut spec);
            let what = what.clone();
            Action::Spec { spec, what }
        })
    };
    html! {
        <button type="button" class="fix" onclick={on_fix}>
            { "Fix: " }{ what }
            if fix.is_permanent {
                { " " }<span class="chip">{ "permanent" }</span>
            }
        </button>
    }
}

/// The fixes of one problem; of several one that solves all of them.
fn find(spec: &Spec, problems: &[Problem]) -> Vec<Fix> {
    let checked = check(spec);
    let prices = PriceList::default();
    let fixer = Fixer::new(spec, &checked.problems, checked.environments(), &prices);
    match problems {
        [problem] => fixer.fixes(problem),
        problems => fixer
            .together(&problems.iter().collect::<Vec<_>>())
            .into_iter()
            .collect(),
    }
}
