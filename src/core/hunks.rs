//! Where two texts differ, by line.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines that the second text has otherwise: those of the first, counted from zero, and those in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The lines of the first text.
    pub before: Range<usize>,
    /// The lines of the second.
    pub after: Range<usize>,
}

/// Where a hunk stands that could stand at several places, such as a new line among equal ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slide {
    /// Where a person reads it best: by indentation and empty lines.
    Readable,
    /// At the last of them, whatever the text: so that two edits of a text are compared alike.
    Last,
}

/// Where `before` and `after` differ: the lines of each, with or without their ends.
pub fn hunks<'a>(
    before: impl Iterator<Item = &'a str>,
    after: impl Iterator<Item = &'a str>,
    slide: Slide,
) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(before);
    input.update_after(after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    match slide {
        Slide::Readable => diff.postprocess_lines(&input),
        Slide::Last => diff.postprocess_no_heuristic(&input),
    }
    let lines = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks()
        .map(|hunk| Hunk {
            before: lines(hunk.before),
            after: lines(hunk.after),
        })
        .collect()
}
