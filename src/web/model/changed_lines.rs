//! Which lines of a file a change touched, for the gutter of the Code pane.

use composer_core::Tree;
use composer_core::sorted::SortedMap;

use crate::model::baseline::BaselineFiles;
use crate::model::diff::hunks;
use crate::model::marks::Mark;

/// What became of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineMark {
    /// Whether the line is new or another.
    pub(crate) kind: Option<LineKind>,
    /// How many lines are gone that stood above it; below it, where it is the last.
    pub(crate) gone: usize,
}

/// A line that was not there before as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// It came.
    New,
    /// It stands in place of an earlier one.
    Changed,
}

/// What differs in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChangedLines {
    /// The marked lines, counted from zero.
    pub(crate) marks: SortedMap<usize, LineMark>,
    /// The line with which each change begins.
    pub(crate) starts: Vec<usize>,
}

/// The lines of `after` that differ from `before`.
#[must_use]
pub(crate) fn changed_lines(before: &str, after: &str) -> ChangedLines {
    let mut found = ChangedLines::default();
    let Some(last) = after.lines().count().checked_sub(1) else {
        return found;
    };
    for (gone, new) in hunks(before, after) {
        let changed = gone.len().min(new.len());
        for (index, line) in new.clone().enumerate() {
            let kind = if index < changed {
                LineKind::Changed
            } else {
                LineKind::New
            };
            let mark = found.marks.get_or_insert(line, LineMark::default());
            mark.kind = Some(kind);
        }
        if gone.len() > changed {
            // What is gone leaves its mark where it stood.
            let line = new.end.min(last);
            let mark = found.marks.get_or_insert(line, LineMark::default());
            mark.gone += gone.len() - changed;
        }
        found.starts.push(new.start.min(last));
    }
    found
}

/// The most files that are compared to find the one that changed most.
const MAX_COMPARED: usize = 60;

/// The file in which most lines came, went or changed since `before`; the first of equals. Files that are gone are none.
#[must_use]
pub(crate) fn most_changed(
    before: &BaselineFiles,
    after: &Tree,
    marks: &SortedMap<String, Mark>,
) -> Option<String> {
    let there = marks.iter().filter(|(_, mark)| **mark != Mark::Deleted);
    let mut most: Option<(usize, &String)> = None;
    for (path, _) in there.take(MAX_COMPARED) {
        let Some(file) = after.file(path) else {
            continue;
        };
        let lines: usize = hunks(before.text(path).unwrap_or_default(), &file.text)
            .iter()
            .map(|(gone, new)| gone.len().max(new.len()))
            .sum();
        if most.is_none_or(|(known, _)| lines > known) {
            most = Some((lines, path));
        }
    }
    most.map(|(_, path)| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    use composer_core::{FieldPath, Spec, check, compose, presets};

    use crate::model::composition::Composition;
    use crate::model::marks::marks;

    /// The marks as they are drawn: `2~`, `3+`, `4-1`.
    #[track_caller]
    fn check_marks(before: &str, after: &str, expected: &[&str], starts: &[usize]) {
        let found = changed_lines(before, after);
        let shown: Vec<String> = found
            .marks
            .iter()
            .map(|(line, mark)| {
                let kind = match mark.kind {
                    None => "",
                    Some(LineKind::New) => "+",
                    Some(LineKind::Changed) => "~",
                };
                let gone = match mark.gone {
                    0 => String::new(),
                    gone => format!("-{gone}"),
                };
                format!("{}{kind}{gone}", line + 1)
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(found.starts, starts);
    }

    #[test]
    fn lines_that_came_changed_and_went_are_told_apart() {
        check_marks("a\nb\nc\n", "a\nb\nc\n", &[], &[]);
        check_marks("a\nb\nc\n", "a\nX\nc\n", &["2~"], &[1]);
        check_marks("a\nb\n", "a\nX\nY\nb\n", &["2+", "3+"], &[1]);
        check_marks("a\nb\nc\nd\n", "a\nd\n", &["2-2"], &[1]);
        check_marks("a\nb\nc\nd\n", "a\nX\nd\n", &["2~", "3-1"], &[1]);
        // At the end there is no line below what is gone.
        check_marks("a\nb\nc\n", "a\n", &["1-2"], &[0]);
        check_marks("", "a\n", &["1+"], &[0]);
        check_marks("a\n", "", &[], &[]);
        check_marks("a\nb\nc\nd\ne\n", "X\nb\nc\nd\nY\n", &["1~", "5~"], &[0, 4]);
    }

    #[test]
    fn the_file_with_most_changed_lines_is_found() {
        let composed = |spec: &Spec| {
            let blueprint = check(spec).blueprint.unwrap();
            Rc::new(Composition::of(blueprint, Some(compose::compose_from)))
        };
        let mut spec = presets::find("standard").unwrap().spec();
        let before = composed(&spec);
        let at = FieldPath::root().join("environments.bench.loki.enabled");
        spec.set(at, false.into()).unwrap();
        let after = composed(&spec);
        let before = BaselineFiles::Composed(before);
        let marks = marks(&before, &after.tree);
        assert_eq!(
            most_changed(&before, &after.tree, &marks).as_deref(),
            Some("terraform/envs/bench/variables.tf")
        );
        assert_eq!(most_changed(&before, &after.tree, &SortedMap::new()), None);
    }
}
