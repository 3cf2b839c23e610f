//! Merges two edits of a text by line, and shows what differs between two texts.

use std::ops::Range;

use crate::hunks::{self, Hunk, Slide};

/// The lines that set off the two sides of a conflict and what both began from, as `git` writes them for `diff3`.
const OURS: &str = "<<<<<<< yours";
const BASE: &str = "||||||| as it was composed";
const MIDDLE: &str = "=======";
const THEIRS: &str = ">>>>>>> as it is composed now";

/// How many unchanged lines stand around a change in a patch.
const AROUND: usize = 3;

/// A text of two edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedText {
    /// The text: in a conflict it has both sides, and what they began from.
    pub text: String,
    /// How many conflicts there are.
    pub conflicts: usize,
}

/// Merges `ours` and `theirs`, which both began as `base`. What only one of them changed is taken from it, and what both
/// changed alike too. Changes that differ are a conflict if they overlap or if no line is between them, as for `git`.
#[must_use]
pub fn merge(base: &str, ours: &str, theirs: &str) -> MergedText {
    let [base, ours, theirs] = [base, ours, theirs].map(lines);
    let left = Side::of(&base, &ours);
    let right = Side::of(&base, &theirs);
    let mut merged = MergedText {
        text: String::new(),
        conflicts: 0,
    };
    let mut at = 0;
    let (mut i, mut j) = (0, 0);
    loop {
        let next = |hunk: Option<&Hunk>| hunk.map(|hunk| hunk.before.start);
        let starts = [next(left.hunks.get(i)), next(right.hunks.get(j))];
        let Some(start) = starts.into_iter().flatten().min() else {
            break;
        };
        push(&mut merged.text, &base[at..start]);
        // The hunks of both sides that touch each other.
        let (first, mut end) = ((i, j), start);
        loop {
            if let Some(hunk) = left.hunks.get(i).filter(|hunk| hunk.before.start <= end) {
                end = end.max(hunk.before.end);
                i += 1;
            } else if let Some(hunk) = right.hunks.get(j).filter(|hunk| hunk.before.start <= end) {
                end = end.max(hunk.before.end);
                j += 1;
            } else {
                break;
            }
        }
        let mine = left.lines(first.0..i, start..end);
        let other = right.lines(first.1..j, start..end);
        if first.1 == j || mine == other {
            push(&mut merged.text, mine);
        } else if first.0 == i {
            push(&mut merged.text, other);
        } else {
            merged.conflicts += 1;
            for (mark, lines) in [(OURS, mine), (BASE, &base[start..end]), (MIDDLE, other)] {
                push(&mut merged.text, &[mark, "\n"]);
                push(&mut merged.text, lines);
                // The last line of a text may have no end.
                if lines.last().is_some_and(|line| !line.ends_with('\n')) {
                    merged.text.push('\n');
                }
            }
            push(&mut merged.text, &[THEIRS, "\n"]);
        }
        at = end;
    }
    push(&mut merged.text, &base[at..]);
    merged
}

/// Whether `text` has the marks of a conflict that nobody has resolved.
#[must_use]
pub fn has_conflict(text: &str) -> bool {
    let marks = ["<<<<<<< ", "||||||| ", ">>>>>>> "];
    text.lines()
        .any(|line| marks.iter().any(|mark| line.starts_with(mark)))
}

/// An edited text and how it differs from the base.
struct Side<'a> {
    text: &'a [&'a str],
    hunks: Vec<Hunk>,
}

impl<'a> Side<'a> {
    fn of(base: &[&str], text: &'a [&'a str]) -> Self {
        Self {
            hunks: hunks(base, text),
            text,
        }
    }

    /// What this side has in place of the lines `base` of the base, which the `hunks` of it change; none for a side that
    /// has not changed them.
    fn lines(&self, hunks: Range<usize>, base: Range<usize>) -> &'a [&'a str] {
        let (Some(first), Some(last)) =
            (self.hunks[hunks.clone()].first(), self.hunks[hunks].last())
        else {
            return &[];
        };
        let start = first.after.start - (first.before.start - base.start);
        let end = last.after.end + (base.end - last.before.end);
        &self.text[start..end]
    }
}

fn push(text: &mut String, lines: &[&str]) {
    for line in lines {
        text.push_str(line);
    }
}

/// The lines of `text` with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn hunks(before: &[&str], after: &[&str]) -> Vec<Hunk> {
    hunks::hunks(before.iter().copied(), after.iter().copied(), Slide::Last)
}

/// How many lines of `after` are new and how many of `before` are gone.
#[must_use]
pub fn counts(before: &str, after: &str) -> (usize, usize) {
    let (mut new, mut gone) = (0, 0);
    for hunk in hunks(&lines(before), &lines(after)) {
        new += hunk.after.len();
        gone += hunk.before.len();
    }
    (new, gone)
}

/// The hunks of a unified diff from `before` to `after`, as `patch` and `git apply` read them.
#[must_use]
pub fn unified(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(lines);
    let hunks = hunks(&before, &after);
    let mut text = String::new();
    let mut rest = &hunks[..];
    while !rest.is_empty() {
        // Hunks whose surroundings meet are one.
        let is_near = |pair: &[Hunk]| pair[1].before.start - pair[0].before.end <= 2 * AROUND;
        let count = 1 + rest.windows(2).take_while(|pair| is_near(pair)).count();
        let (group, others) = rest.split_at(count);
        rest = others;
        let (first, last) = (&group[0], &group[count - 1]);
        let lead = first.before.start.min(AROUND);
        let tail = (before.len() - last.before.end).min(AROUND);
        let of = |start: usize, end: usize| match end - start {
            // An empty range stands behind the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            count => format!("{},{count}", start + 1),
        };
        text.push_str(&format!(
            "@@ -{} +{} @@\n",
            of(first.before.start - lead, last.before.end + tail),
            of(first.after.start - lead, last.after.end + tail)
        ));
        let mut at = first.before.start - lead;
        for hunk in group {
            mark(&mut text, ' ', &before[at..hunk.before.start]);
            mark(&mut text, '-', &before[hunk.before.clone()]);
            mark(&mut text, '+', &after[hunk.after.clone()]);
            at = hunk.before.end;
        }
        mark(&mut text, ' ', &before[at..last.before.end + tail]);
    }
    text
}

fn mark(text: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        text.push(sign);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE_TEXT: &str = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";

    #[track_caller]
    fn check(ours: &str, theirs: &str, expected: &str, conflicts: usize) {
        let expected = MergedText {
            text: expected.to_owned(),
            conflicts,
        };
        assert_eq!(merge(BASE_TEXT, ours, theirs), expected);
    }

    #[test]
    fn changes_apart_are_both_taken() {
        check(
            "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\n",
            "0\na\nb\nc\nd\ne\ng\nh\ni\nj\n",
            "0\na\nB\nc\nd\ne\ng\nh\ni\nj\nk\n",
            0,
        );
        check(BASE_TEXT, "", "", 0);
        check("x\n", BASE_TEXT, "x\n", 0);
    }

    #[test]
    fn the_same_change_is_no_conflict() {
        let both = "a\nb\nX\ne\nf\ng\nh\ni\nj\n";
        check(both, both, both, 0);
    }

    #[test]
    fn changes_that_overlap_or_touch_are_a_conflict_with_both_sides() {
        check(
            "a\nX\nc\nd\ne\nf\ng\nh\ni\nj\n",
            "a\nY\nZ\nd\ne\nf\ng\nh\ni\nJ\n",
            "a\n<<<<<<< yours\nX\nc\n||||||| as it was composed\nb\nc\n=======\nY\nZ\n\
             >>>>>>> as it is composed now\nd\ne\nf\ng\nh\ni\nJ\n",
            1,
        );
        check(
            "a\nX\nc\nd\ne\nf\ng\nh\ni\nj\n",
            "a\nb\nY\nd\ne\nf\ng\nh\ni\nj\n",
            "a\n<<<<<<< yours\nX\nc\n||||||| as it was composed\nb\nc\n=======\nb\nY\n\
             >>>>>>> as it is composed now\nd\ne\nf\ng\nh\ni\nj\n",
            1,
        );
    }

    #[test]
    fn a_last_line_without_an_end_keeps_the_marks_apart() {
        let base = "a\nb";
        let merged = merge(base, "a\nx", "a\ny\n");
        assert_eq!(
            merged.text,
            "a\n<<<<<<< yours\nx\n||||||| as it was composed\nb\n=======\ny\n>>>>>>> as it is composed now\n"
        );
        assert!(has_conflict(&merged.text));
        assert!(!has_conflict("a\n=======\n  <<<<<<< a\n"));
    }

    #[test]
    fn a_unified_diff_is_what_patch_reads() {
        assert_eq!(
            unified(BASE_TEXT, "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk"),
            "@@ -2,9 +2,10 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n j\n+k\n\\ No newline at end of file\n"
        );
        assert_eq!(unified("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(unified("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
        let long: String = (0..30).map(|line| format!("{line}\n")).collect();
        let changed = long.replace("5\n", "five\n").replace("29\n", "");
        assert_eq!(counts(&long, &changed).1, 4);
        assert_eq!(unified("a\n", "a\n"), "");
    }
}
