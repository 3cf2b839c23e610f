//! The files: their tree with search and comparison, and beside it the text of one or what changed in it.

pub(crate) mod comparison;
pub(crate) mod file_tree;
pub(crate) mod search_results;
pub(crate) mod search_view;

use std::rc::Rc;

use composer_core::Severity;
use composer_core::sorted::SortedMap;
use yew::{Callback, Html, html};

use crate::model::action::Action;
use crate::model::baseline::{Baseline, BaselineFiles};
use crate::model::marks::{Mark, count_marks};
use crate::model::state::State;
use crate::model::view_state::Pane;
use crate::model::words::{count, list};
use crate::view::files::comparison::Comparison;
use crate::view::files::file_tree::FileTree;
use crate::view::files::search_view::SearchView;
use crate::view::preview::cards::LAST_VERSION;
use crate::view::preview::code::Code;
use crate::view::preview::diff::{DiffProps, diff_pane};

pub(crate) struct FilesProps {
    pub(crate) state: Rc<State>,
    /// What the files are compared with.
    pub(crate) before: BaselineFiles,
    /// What became of them.
    pub(crate) marks: Rc<SortedMap<String, Mark>>,
    pub(crate) on_action: Callback<Action>,
    /// Shows a file: its text, or where it is gone what was removed.
    pub(crate) on_choose: Callback<String>,
}

/// The tree, which keeps its state while another pane is shown, and what the pane shows of a file.
pub(crate) fn files_pane(props: FilesProps) -> Html {
    let FilesProps {
        state,
        before,
        marks,
        on_action,
        on_choose,
    } = props;
    let composition = &state.composition;
    let pane = state.view.pane;
    let is_shown = matches!(pane, Pane::Code | Pane::Diff);
    html! {
        <div class="files" hidden={!is_shown}>
            <section class="tree-side" id="files" tabindex="-1" aria-labelledby="files-heading">
                <h3 id="files-heading" class="hidden">{ "Files" }</h3>
                <SearchView composition={Rc::clone(composition)} environment={state.shown_environment()}
                    traced_value={state.view.traced_value.clone()}
                    on_action={on_action.clone()}>
                    <Comparison chosen={state.view.baseline} preset={state.preset}
                        opened={state.opened.as_ref().map(|opened| opened.name.clone())}
                        changed_only={state.view.changed_only} on_action={on_action.clone()} />
                    { legend(&state, &marks) }
                    <FileTree composition={Rc::clone(composition)} marks={Rc::clone(&marks)}
                        shown={state.view.file.clone()} changed_only={state.view.changed_only} {on_choose} />
                </SearchView>
            </section>
            <div class="file-side">
                if pane == Pane::Code {
                    <Code composition={Rc::clone(composition)} {before} before_name={state.baseline_in_words()}
                        last={state.last.as_ref().map(|last| Rc::clone(&last.before))}
                        path={state.view.file.clone()} line={state.view.line} {on_action} />
                } else if pane == Pane::Diff {
                    { diff_pane(DiffProps {
                        before,
                        before_name: state.baseline_in_words().into(),
                        composition: Rc::clone(composition),
                        marks,
                        path: state.view.file.clone().into(),
                        on_action,
                    }) }
                }
            </div>
        </div>
    }
}

/// What became of the files since the baseline.
fn legend(state: &State, marks: &SortedMap<String, Mark>) -> Html {
    let errors = state.problems.count(Severity::Error);
    let last_versions = state.last_versions();
    let what = match (state.view.baseline, &state.last) {
        (Baseline::LastChange, None) => {
            return html! { <p class="legend">{ "Changed files are marked here." }</p> };
        }
        (Baseline::LastChange, Some(last)) => html! { <><b>{ &last.what }</b><br /></> },
        (Baseline::Preset | Baseline::Opened, _) => Html::default(),
    };
    html! {
        <p class="legend">
            { what }
            if errors > 0 && !state.is_composed_in_part() {
                { format!("The files wait for {} to be fixed.", count(errors, "error")) }
            } else {
                { count_marks(marks) }
            }
            if !last_versions.is_empty() {
                <br />{ format!("{LAST_VERSION}: {}.", list(&last_versions)) }
            }
        </p>
    }
}
