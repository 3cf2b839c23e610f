//! What differs between two texts: line beside line, and in a changed line the words.

use std::ops::Range;

use composer_core::hunks::{self, Slide};
use imara_diff::{Algorithm, Diff, InternedInput};

/// How many unchanged lines stay around a change.
const AROUND: usize = 3;

/// The most pairs of lines of one change that are compared word by word to find which belong together.
const MAX_PAIRS: usize = 1024;

/// The most that comparing them may take: the bytes gone times those new.
const MAX_WORK: usize = 1 << 25;

/// How much of two lines must be the same for one to be called a change of the other, from 0 to 1.
const ALIKE: f64 = 0.4;

/// A line of the earlier text beside a line of the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// The same text on both sides; lines counted from zero.
    Same {
        /// The earlier line.
        before: usize,
        /// The later line.
        after: usize,
    },
    /// Different text, or a line that one side alone has.
    Changed {
        /// The earlier line.
        before: Option<Side>,
        /// The later line.
        after: Option<Side>,
    },
}

/// A changed line of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    /// The line, from zero.
    pub(crate) line: usize,
    /// The bytes of it that the other side has otherwise; none where all of it is new or gone.
    pub(crate) marked: Vec<Range<usize>>,
}

/// Rows that are shown, or unchanged ones that are folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// Changes and what is around them.
    Shown(Range<usize>),
    /// Unchanged rows far from any change.
    Folded(Range<usize>),
}

/// Where two texts differ: the earlier lines, counted from zero, and the later ones in their place.
#[must_use]
pub(crate) fn hunks(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
    hunks::hunks(before.lines(), after.lines(), Slide::Readable)
        .into_iter()
        .map(|hunk| (hunk.before, hunk.after))
        .collect()
}

/// The rows of two texts.
#[must_use]
pub(crate) fn rows(before: &str, after: &str) -> Vec<Row> {
    let hunks = hunks(before, after);
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let mut rows = Vec::new();
    let (mut left, mut right) = (0, 0);
    let same_until = |rows: &mut Vec<Row>, left: &mut usize, right: &mut usize, end: usize| {
        while *left < end {
            rows.push(Row::Same {
                before: *left,
                after: *right,
            });
            *left += 1;
            *right += 1;
        }
    };
    for (gone, new) in hunks {
        same_until(&mut rows, &mut left, &mut right, gone.start);
        (left, right) = (gone.end, new.end);
        push_change(&before, &after, gone, new, &mut rows);
    }
    same_until(&mut rows, &mut left, &mut right, before.len());
    rows
}

/// How many lines are new and how many gone.
#[must_use]
pub(crate) fn totals(rows: &[Row]) -> (usize, usize) {
    rows.iter().fold((0, 0), |(new, gone), row| match row {
        Row::Same { .. } => (new, gone),
        Row::Changed { before, after } => (
            new + usize::from(after.is_some()),
            gone + usize::from(before.is_some()),
        ),
    })
}

/// The rows in stretches: what is far from any change is folded, where that saves more than a line.
#[must_use]
pub(crate) fn stretches(rows: &[Row]) -> Vec<Stretch> {
    let mut is_shown = vec![false; rows.len()];
    for (index, row) in rows.iter().enumerate() {
        if matches!(row, Row::Changed { .. }) {
            let end = rows.len().min(index + AROUND + 1);
            is_shown[index.saturating_sub(AROUND)..end].fill(true);
        }
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let length = is_shown[start..]
            .iter()
            .take_while(|shown| **shown == is_shown[start])
            .count();
        let range = start..start + length;
        start = range.end;
        let is_kept = is_shown[range.start] || length == 1;
        match stretches.last_mut() {
            Some(Stretch::Shown(last)) if is_kept => last.end = range.end,
            _ if is_kept => stretches.push(Stretch::Shown(range)),
            _ => stretches.push(Stretch::Folded(range)),
        }
    }
    stretches
}

/// Leaves no more than `most` changed rows and those around them; the answer is how many rows go.
pub(crate) fn shorten(stretches: &mut Vec<Stretch>, most: usize) -> usize {
    let mut left = most;
    let mut gone = 0;
    for stretch in stretches.iter_mut() {
        let is_full = left == 0;
        match stretch {
            Stretch::Shown(range) => {
                let kept = range.len().min(left);
                left -= kept;
                gone += range.len() - kept;
                range.end = range.start + kept;
            }
            Stretch::Folded(range) if is_full => {
                gone += range.len();
                range.end = range.start;
            }
            Stretch::Folded(_) => {}
        }
    }
    stretches.retain(|stretch| match stretch {
        Stretch::Shown(range) | Stretch::Folded(range) => !range.is_empty(),
    });
    gone
}

/// The rows of one change: lines that are alike stand beside each other, with their words compared.
fn push_change(
    before: &[&str],
    after: &[&str],
    gone: Range<usize>,
    new: Range<usize>,
    rows: &mut Vec<Row>,
) {
    let (mut left, mut right) = (gone.start, new.start);
    let pairs = pair(&before[gone.clone()], &after[new.clone()]);
    for (one, other) in pairs {
        let (one, other) = (gone.start + one, new.start + other);
        push_unlike(left..one, right..other, rows);
        let (_, marked, marked_after) = compare(before[one], after[other]);
        rows.push(Row::Changed {
            before: Some(Side { line: one, marked }),
            after: Some(Side {
                line: other,
                marked: marked_after,
            }),
        });
        (left, right) = (one + 1, other + 1);
    }
    push_unlike(left..gone.end, right..new.end, rows);
}

/// Lines that have nothing to do with each other share rows only to save room.
fn push_unlike(gone: Range<usize>, new: Range<usize>, rows: &mut Vec<Row>) {
    let whole = |line| Side {
        line,
        marked: Vec::new(),
    };
    for index in 0..gone.len().max(new.len()) {
        rows.push(Row::Changed {
            before: gone.clone().nth(index).map(whole),
            after: new.clone().nth(index).map(whole),
        });
    }
}

/// Which lines of a change are alike, in order: the pairs whose sum of likeness is greatest.
fn pair(gone: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    if gone.is_empty()
        || new.is_empty()
        || gone.len() * new.len() > MAX_PAIRS
        || bytes(gone).saturating_mul(bytes(new)) > MAX_WORK
    {
        return Vec::new();
    }
    let width = new.len() + 1;
    let likeness: Vec<f64> = gone
        .iter()
        .flat_map(|one| new.iter().map(|other| compare(one, other).0))
        .collect();
    let likeness = |one: usize, other: usize| likeness[one * new.len() + other];
    // The best sum for the lines from `one` and `other` on.
    let mut best = vec![0.0_f64; (gone.len() + 1) * width];
    for one in (0..gone.len()).rev() {
        for other in (0..new.len()).rev() {
            let skip = best[(one + 1) * width + other].max(best[one * width + other + 1]);
            let paired = match likeness(one, other) {
                found if found >= ALIKE => found + best[(one + 1) * width + other + 1],
                _ => 0.0,
            };
            best[one * width + other] = skip.max(paired);
        }
    }
    let mut pairs = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < gone.len() && other < new.len() {
        let here = best[one * width + other];
        if here <= best[(one + 1) * width + other] {
            one += 1;
        } else if here <= best[one * width + other + 1] {
            other += 1;
        } else {
            pairs.push((one, other));
            (one, other) = (one + 1, other + 1);
        }
    }
    pairs
}

/// How alike two lines are, from 0 to 1, and the bytes of each that the other hasn't.
fn compare(before: &str, after: &str) -> (f64, Vec<Range<usize>>, Vec<Range<usize>>) {
    let (left, right) = (words(before), words(after));
    let mut input = InternedInput::default();
    input.update_before(left.iter().map(|word| &before[word.clone()]));
    input.update_after(right.iter().map(|word| &after[word.clone()]));
    let mut diff = Diff::compute(Algorithm::MyersMinimal, &input);
    diff.postprocess_no_heuristic(&input);
    let marked = |text: &str, words: &[Range<usize>], is_marked: &dyn Fn(u32) -> bool| {
        let mut marked: Vec<Range<usize>> = Vec::new();
        for (index, word) in (0_u32..).zip(words) {
            if !is_marked(index) {
                continue;
            }
            match marked.last_mut() {
                // Words with only space between them are one change.
                Some(last) if text[last.end..word.start].trim().is_empty() => last.end = word.end,
                _ => marked.push(word.clone()),
            }
        }
        marked
    };
    let weight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count() as f64;
    let gone = marked(before, &left, &|word| diff.is_removed(word));
    let new = marked(after, &right, &|word| diff.is_added(word));
    let all = weight(before) + weight(after);
    let apart: f64 = gone
        .iter()
        .map(|range| weight(&before[range.clone()]))
        .sum::<f64>()
        + new
            .iter()
            .map(|range| weight(&after[range.clone()]))
            .sum::<f64>();
    let likeness = if all == 0.0 { 1.0 } else { 1.0 - apart / all };
    (likeness, gone, new)
}

/// The words of a line: names and numbers, spaces, and each other character for itself.
fn words(line: &str) -> Vec<Range<usize>> {
    #[derive(PartialEq)]
    enum Sort {
        Word,
        Space,
        Other,
    }
    let sort = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => Sort::Word,
        c if c.is_whitespace() => Sort::Space,
        _ => Sort::Other,
    };
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for (start, c) in line.char_indices() {
        let end = start + c.len_utf8();
        let found = sort(c);
        match words.last_mut() {
            Some(word) if found != Sort::Other && last.as_ref() == Some(&found) => word.end = end,
            _ => words.push(start..end),
        }
        last = Some(found);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as text: `same`, `before | after` with what is marked in brackets.
    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        let lines = [before, after].map(|text| text.lines().collect::<Vec<_>>());
        let side = |text: usize, side: &Option<Side>| {
            let Some(Side { line, marked }) = side else {
                return String::new();
            };
            let mut shown = lines[text][*line].to_owned();
            for range in marked.iter().rev() {
                shown.insert(range.end, ']');
                shown.insert(range.start, '[');
            }
            shown
        };
        let found: Vec<String> = rows(before, after)
            .iter()
            .map(|row| match row {
                Row::Same { before, after } => {
                    assert_eq!(lines[0][*before], lines[1][*after]);
                    lines[0][*before].to_owned()
                }
                Row::Changed { before, after } => {
                    format!("{} | {}", side(0, before), side(1, after))
                }
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_changed_line_stands_beside_its_earlier_self() {
        check(
            "a\n  count = 3\nb\n",
            "a\n  count = 12\nb\n",
            &["a", "  count = [3] |   count = [12]", "b"],
        );
    }

    #[test]
    fn words_that_only_space_parts_are_one_change() {
        check(
            "memory: 1 of 2 GiB in dev\n",
            "memory: 3 to 4 GiB in dev\n",
            &["memory: [1 of 2] GiB in dev | memory: [3 to 4] GiB in dev"],
        );
    }

    #[test]
    fn a_line_of_its_own_has_nothing_beside_it() {
        check("a\nb\n", "a\nx\nb\n", &["a", " | x", "b"]);
        check("a\nx\nb\n", "a\nb\n", &["a", "x | ", "b"]);
        check("", "a\n", &[" | a"]);
        check("a\n", "", &["a | "]);
        check("a\n", "a\n", &["a"]);
    }

    #[test]
    fn of_several_lines_those_that_are_alike_belong_together() {
        check(
            "cpu = 512\nzones = [\"a\"]\n",
            "memory = 1024\ncpu = 1024\nzones = [\"a\", \"b\"]\n",
            &[
                " | memory = 1024",
                "cpu = [512] | cpu = [1024]",
                "zones = [\"a\"] | zones = [\"a\"[, \"b\"]]",
            ],
        );
    }

    #[test]
    fn lines_with_nothing_in_common_share_a_row_unmarked() {
        check("alpha\n", "{}[]()\n", &["alpha | {}[]()"]);
    }

    #[test]
    fn more_letters_than_ascii_are_cut_between_letters() {
        check(
            "größe = “3”\n",
            "größe = “4”\n",
            &["größe = “[3]” | größe = “[4]”"],
        );
    }

    #[test]
    fn what_is_far_from_a_change_is_folded() {
        #[track_caller]
        fn check(lines: usize, changed: &[usize], expected: &[Stretch]) {
            let rows: Vec<Row> = (0..lines)
                .map(|line| match changed.contains(&line) {
                    true => Row::Changed {
                        before: None,
                        after: None,
                    },
                    false => Row::Same {
                        before: line,
                        after: line,
                    },
                })
                .collect();
            assert_eq!(stretches(&rows), expected);
        }
        use Stretch::{Folded, Shown};
        check(20, &[10], &[Folded(0..7), Shown(7..14), Folded(14..20)]);
        check(9, &[4], &[Shown(0..9)]);
        check(16, &[3, 11], &[Shown(0..16)]);
        check(17, &[3, 12], &[Shown(0..7), Folded(7..9), Shown(9..17)]);
        check(5, &[], &[Folded(0..5)]);
        check(0, &[], &[]);
    }

    #[test]
    fn lines_are_counted_on_each_side() {
        assert_eq!(totals(&rows("a\nb\nc\n", "a\nx\ny\nz\n")), (3, 2));
    }

    #[test]
    fn what_is_long_is_not_compared_by_words_and_not_drawn_whole() {
        let long = |last: &str| format!("{}{last}\n", "a ".repeat(4_000));
        let changed = |row: &Row| matches!(row, Row::Changed { before: Some(side), .. } if side.marked.is_empty());
        assert!(changed(&rows(&long("x"), &long("y"))[0]));

        let mut all = stretches(&rows(&"a\n".repeat(50), &"b\n".repeat(50)));
        assert_eq!(shorten(&mut all, 50), 0);
        assert_eq!(shorten(&mut all, 20), 30);
        assert_eq!(all, [Stretch::Shown(0..20)]);
        let mut folded = vec![
            Stretch::Shown(0..10),
            Stretch::Folded(10..90),
            Stretch::Shown(90..100),
        ];
        assert_eq!(shorten(&mut folded, 10), 90);
        assert_eq!(folded, [Stretch::Shown(0..10)]);
    }
}
