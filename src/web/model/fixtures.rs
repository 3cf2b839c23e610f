//! What the model's tests begin with.

use composer_core::{Spec, assignment, presets};

use crate::model::action::Action;
use crate::model::capabilities::Capabilities;
use crate::model::state::State;

/// The preset `standard` with these assignments, such as `project=orders`.
pub(crate) fn standard(assignments: &[&str]) -> Spec {
    let mut spec = presets::find("standard").unwrap().spec();
    set(&mut spec, assignments);
    spec
}

/// The page's first state, and these assignments as one step, `what`.
pub(crate) fn state_after(assignments: &[&str], what: &str) -> State {
    let state = State::initial(Capabilities::FULL);
    let mut spec = (*state.spec).clone();
    set(&mut spec, assignments);
    state.reduce(Action::Spec {
        spec,
        what: what.to_owned(),
    })
}

fn set(spec: &mut Spec, assignments: &[&str]) {
    for assignment in assignments {
        assignment::set(spec, assignment).unwrap();
    }
}
