//! What a step did, for those who don't see it.

use composer_core::Severity;
use composer_core::sorted::SortedMap;

use crate::model::marks::{Mark, count_marks};
use crate::model::state::State;
use crate::model::words::count;

/// The text of the live region.
pub(crate) fn announcement(state: &State, marks: &SortedMap<String, Mark>) -> String {
    let Some(last) = &state.last else {
        return String::new();
    };
    let replaced = match last.replaced {
        0 => String::new(),
        replaced => format!(", which replaced {}", count(replaced, "change")),
    };
    let errors = state.problems.count(Severity::Error);
    if errors > 0 {
        let files = match state.is_composed_in_part() {
            true => count_marks(marks),
            false => "the files stay as they were".to_owned(),
        };
        format!(
            "{}{replaced}. {}, {files}.",
            last.what,
            count(errors, "error")
        )
    } else {
        format!("{}{replaced}. {}.", last.what, count_marks(marks))
    }
}
