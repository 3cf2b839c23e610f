//! Which pairs of levels have been seen together.

/// A factor by its place and a level of it by its place.
pub type Choice = (usize, usize);

/// For each pair of levels of two factors whether it has been seen.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// How many levels each factor has.
    levels: Vec<usize>,
    /// Where each factor's levels begin when all are counted through.
    starts: Vec<usize>,
    /// How many levels there are in all.
    width: usize,
    /// By first and second level, the first one's factor being the earlier.
    seen: Vec<bool>,
}

impl Pairs {
    /// No pair seen yet of factors with so many levels each.
    #[must_use]
    pub fn new(levels: &[usize]) -> Self {
        let mut starts = Vec::with_capacity(levels.len());
        let mut width = 0;
        for &count in levels {
            starts.push(width);
            width += count;
        }
        Self {
            levels: levels.to_vec(),
            starts,
            width,
            seen: vec![false; width * width],
        }
    }

    /// How many pairs there are.
    #[must_use]
    pub fn total(&self) -> usize {
        let all: usize = self.levels.iter().sum();
        let mut rest = all;
        self.levels
            .iter()
            .map(|&count| {
                rest -= count;
                count * rest
            })
            .sum()
    }

    fn place(&self, one: Choice, other: Choice) -> usize {
        let (first, second) = if one < other {
            (one, other)
        } else {
            (other, one)
        };
        let flat = |(factor, level): Choice| self.starts[factor] + level;
        flat(first) * self.width + flat(second)
    }

    /// Whether the two have been seen together.
    #[must_use]
    pub fn has(&self, one: Choice, other: Choice) -> bool {
        self.seen[self.place(one, other)]
    }

    /// Says that the two have been seen together; whether that is new.
    pub fn see(&mut self, one: Choice, other: Choice) -> bool {
        let place = self.place(one, other);
        !std::mem::replace(&mut self.seen[place], true)
    }

    /// Says that the levels of `row` have been seen together; how many pairs are new. A factor without effect has none.
    pub fn see_row(&mut self, row: &[Option<usize>]) -> usize {
        let chosen: Vec<Choice> = choices(row).collect();
        let mut new = 0;
        for (index, &one) in chosen.iter().enumerate() {
            for &other in &chosen[index + 1..] {
                new += usize::from(self.see(one, other));
            }
        }
        new
    }

    /// How many pairs `choice` would add to `row`.
    #[must_use]
    pub fn gain(&self, row: &[Option<usize>], choice: Choice) -> usize {
        choices(row)
            .filter(|other| other.0 != choice.0 && !self.has(*other, choice))
            .count()
    }

    /// The pairs not seen yet, in order.
    pub fn missing(&self) -> impl Iterator<Item = (Choice, Choice)> {
        let factors = self.levels.len();
        (0..factors)
            .flat_map(move |first| (first + 1..factors).map(move |second| (first, second)))
            .flat_map(move |(first, second)| {
                (0..self.levels[first]).flat_map(move |level| {
                    (0..self.levels[second]).map(move |other| ((first, level), (second, other)))
                })
            })
            .filter(|(one, other)| !self.has(*one, *other))
    }
}

fn choices(row: &[Option<usize>]) -> impl Iterator<Item = Choice> {
    row.iter()
        .enumerate()
        .filter_map(|(factor, level)| level.map(|level| (factor, level)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_once() {
        let mut pairs = Pairs::new(&[2, 3, 1]);
        assert_eq!(pairs.total(), 2 * 3 + 2 + 3);
        assert_eq!(pairs.missing().count(), 11);
        assert_eq!(pairs.gain(&[Some(1), None, None], (1, 2)), 1);
        assert_eq!(pairs.see_row(&[Some(1), Some(2), None]), 1);
        assert_eq!(pairs.see_row(&[Some(1), Some(2), Some(0)]), 2);
        assert_eq!(pairs.gain(&[Some(1), None, None], (1, 2)), 0);
        assert!(pairs.has((1, 2), (0, 1)) && pairs.has((2, 0), (0, 1)));
        assert!(!pairs.has((0, 0), (1, 2)));
        assert_eq!(pairs.missing().count(), 8);
        assert_eq!(pairs.missing().next(), Some(((0, 0), (1, 0))));
    }
}
