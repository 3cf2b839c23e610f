//! Compositions in which every pair of option values that can stand together does so at least once.
//!
//! A fault of a composition is rarely that of one value, and seldom takes more than two. The compositions are found
//! greedily: a tree begins with a pair that is missing and takes, option by option, the value that adds most pairs,
//! as long as the composer accepts the whole. It is the same every time.

pub mod factors;
pub mod pairs;

use std::collections::BTreeMap;

use composer_core::{Severity, Spec, check};
use factors::{About, Factor, Level, environment, needed};
use pairs::{Choice, Pairs};

/// Trees that cover the pairs.
#[derive(Debug)]
pub struct Array {
    /// What varies.
    pub factors: Vec<Factor>,
    /// The options that don't, and why.
    pub fixed: Vec<(String, &'static str)>,
    /// The trees, those that cover most first.
    pub trees: Vec<ArrayTree>,
    /// How many pairs of values there are.
    pub pairs: usize,
    /// The pairs that no composition has, by the reason.
    pub left_out: BTreeMap<String, Vec<String>>,
}

/// A tree of the array.
#[derive(Debug)]
pub struct ArrayTree {
    /// What it is composed from.
    pub spec: Spec,
    /// Its environments.
    pub environments: Vec<String>,
    /// How many pairs are in it that are in no tree before.
    pub new: usize,
}

impl Array {
    /// How many pairs no composition has.
    #[must_use]
    pub fn impossible(&self) -> usize {
        self.left_out.values().map(Vec::len).sum()
    }

    /// Finds the trees.
    #[must_use]
    pub fn find() -> Self {
        let (factors, fixed) = factors::all();
        let levels: Vec<usize> = factors.iter().map(|factor| factor.levels.len()).collect();
        let mut search = Search {
            pairs: Pairs::new(&levels),
            factors: &factors,
            random: fastrand::Rng::with_seed(1),
            left_out: BTreeMap::new(),
        };
        let mut trees = Vec::new();
        while let Some(tree) = search.tree() {
            trees.push(tree);
        }
        let pairs = search.pairs.total();
        let left_out = search.left_out;
        Self {
            fixed,
            trees,
            pairs,
            left_out,
            factors,
        }
    }
}

type Row = Vec<Option<usize>>;

struct Search<'a> {
    factors: &'a [Factor],
    /// What has been covered or has been found impossible.
    pairs: Pairs,
    random: fastrand::Rng,
    left_out: BTreeMap<String, Vec<String>>,
}

impl Search<'_> {
    /// The next tree: `None` when nothing is missing.
    fn tree(&mut self) -> Option<ArrayTree> {
        let (seed, mut spec, start) = loop {
            let missing: Vec<(Choice, Choice)> = self.pairs.missing().collect();
            let &seed = missing.get(self.random.usize(..missing.len().max(1)))?;
            match self.place(&factors::empty(), 0, &[seed.0, seed.1]) {
                Ok((spec, start)) => break (seed, spec, start),
                Err(reason) => self.leave_out(seed, reason),
            }
        };
        let count = self.count(seed);
        let mut row = self.fill(&mut spec, 0, count, start, &[seed.0, seed.1]);
        let mut starts = vec![start];
        for slot in 1..count {
            let of_tree: Row = row
                .iter()
                .zip(self.factors)
                .map(|(level, factor)| level.filter(|_| factor.is_of_tree()))
                .collect();
            let Some((next, start, seed)) = self.next_environment(&spec, slot, &of_tree) else {
                break;
            };
            spec = next;
            row = self.fill(&mut spec, slot, count, start, &seed);
            starts.push(start);
        }
        let count = starts.len();
        let mut new = 0;
        for (slot, &start) in starts.iter().enumerate() {
            new += self.pairs.see_row(&self.row(&spec, slot, count, start));
        }
        Some(ArrayTree {
            spec,
            environments: (0..count).map(environment).collect(),
            new,
        })
    }

    /// How many environments a tree should have: as many as its seed says, else the number that is missing most.
    fn count(&self, seed: (Choice, Choice)) -> usize {
        for (factor, level) in [seed.0, seed.1] {
            if let Level::Count(count) = self.factors[factor].levels[level] {
                return count;
            }
        }
        let mut missing = [0; factors::MAX_ENVIRONMENTS];
        for (one, _) in self.pairs.missing() {
            if let Level::Count(count) = self.factors[one.0].levels[one.1] {
                missing[count - 1] += count;
            }
        }
        let most = missing.iter().max().copied().unwrap_or_default();
        1 + missing.iter().position(|&one| one == most).unwrap_or(0)
    }

    /// An environment at `slot` in which all of `wanted` have an effect, with the spec and the preset it begins as.
    fn place(
        &mut self,
        base: &Spec,
        slot: usize,
        wanted: &[Choice],
    ) -> Result<(Spec, usize), String> {
        let name = environment(slot);
        let (at, levels) = self.starts();
        let mut starts: Vec<usize> = (0..levels).collect();
        self.random.shuffle(&mut starts);
        if let Some(&(_, level)) = wanted.iter().find(|choice| choice.0 == at) {
            starts = vec![level];
        }
        let mut refused = None;
        for has_room in [false, true] {
            for &start in &starts {
                let Level::Start(preset, of) = self.factors[at].levels[start] else {
                    unreachable!("its levels are presets' environments");
                };
                let mut spec = base.clone();
                factors::begin(&mut spec, slot, preset, of);
                if has_room {
                    factors::make_room(&mut spec, &name);
                }
                for &choice in wanted {
                    self.meet_needs(&mut spec, slot, choice);
                }
                for &choice in wanted {
                    self.state(&mut spec, slot, choice);
                }
                if let Some(problem) = check(&spec).problems.of(Severity::Error).next() {
                    refused.get_or_insert_with(|| problem.code.name().to_owned());
                    continue;
                }
                let row = self.row(&spec, slot, slot + 1, start);
                let has = |&(factor, level): &Choice| {
                    matches!(self.factors[factor].about, About::Count) || row[factor] == Some(level)
                };
                if wanted.iter().all(has) {
                    return Ok((spec, start));
                }
                refused = Some("one of them has no effect beside the other".to_owned());
            }
        }
        Err(refused.unwrap_or_default())
    }

    /// The next environment of a tree, with a pair that is missing and goes with the rest, or without.
    fn next_environment(
        &mut self,
        spec: &Spec,
        slot: usize,
        of_tree: &Row,
    ) -> Option<(Spec, usize, Vec<Choice>)> {
        let goes = |&(factor, level): &Choice| match of_tree[factor] {
            Some(found) => found == level,
            None => !self.factors[factor].is_of_tree(),
        };
        let mut missing: Vec<(Choice, Choice)> = self
            .pairs
            .missing()
            .filter(|(one, other)| goes(one) && goes(other))
            .collect();
        self.random.shuffle(&mut missing);
        let seeds = missing
            .into_iter()
            .take(10)
            .map(|pair| vec![pair.0, pair.1]);
        for seed in seeds.chain([Vec::new()]) {
            if let Ok((spec, start)) = self.place(spec, slot, &seed) {
                return Some((spec, start, seed));
            }
        }
        None
    }

    /// Gives every other option of an environment the value that adds most pairs, as far as the whole is accepted.
    fn fill(
        &mut self,
        spec: &mut Spec,
        slot: usize,
        count: usize,
        start: usize,
        seed: &[Choice],
    ) -> Row {
        let mut row: Row = vec![None; self.factors.len()];
        let now = self.row(spec, slot, count, start);
        for (factor, level) in now.iter().enumerate() {
            let About::Option(_) = self.factors[factor].about else {
                row[factor] = *level;
                continue;
            };
            if slot > 0 && self.factors[factor].is_of_tree() {
                row[factor] = *level;
            }
        }
        for &(factor, level) in seed {
            row[factor] = Some(level);
            for needed in self.needed_by(factor) {
                row[needed] = now[needed];
            }
        }
        let mut order: Vec<usize> = (0..self.factors.len()).collect();
        self.random.shuffle(&mut order);
        // What others need is chosen first: it decides whether they count.
        order.sort_by_key(|&factor| self.dependents(factor).is_empty());
        let mut chosen = Vec::new();
        for factor in order {
            let is_given = row[factor].is_some()
                || (slot > 0 && self.factors[factor].is_of_tree())
                || matches!(self.factors[factor].about, About::Count | About::Start);
            if is_given || !self.can_matter(&row, factor) {
                continue;
            }
            let levels = 0..self.factors[factor].levels.len();
            let best = levels
                .map(|level| (self.gain(&row, (factor, level)), level))
                .max_by_key(|&(gain, level)| (gain, std::cmp::Reverse(level)));
            if let Some((_, level)) = best {
                row[factor] = Some(level);
                chosen.push((factor, level));
            }
        }
        self.add(spec, slot, &chosen);
        self.row(spec, slot, count, start)
    }

    /// States as many of `chosen` as go together.
    fn add(&self, spec: &mut Spec, slot: usize, chosen: &[Choice]) {
        let mut tried = spec.clone();
        for &choice in chosen {
            self.state(&mut tried, slot, choice);
        }
        if check(&tried).blueprint.is_some() {
            *spec = tried;
        } else if chosen.len() > 1 {
            let (first, second) = chosen.split_at(chosen.len() / 2);
            self.add(spec, slot, first);
            self.add(spec, slot, second);
        }
    }

    /// How many pairs a choice adds, with what the options gain that need it.
    fn gain(&self, row: &Row, choice: Choice) -> usize {
        let own = self.pairs.gain(row, choice);
        let Level::Stated(value) = &self.factors[choice.0].levels[choice.1] else {
            return own;
        };
        let dependents = self.dependents(choice.0);
        let of_dependents = dependents.into_iter().filter(|(_, wanted)| wanted == value);
        let gains = of_dependents.map(|(factor, _)| {
            let levels = 0..self.factors[factor].levels.len();
            let gains = levels.map(|level| self.pairs.gain(row, (factor, level)));
            gains.max().unwrap_or_default()
        });
        own + gains.sum::<usize>()
    }

    /// The options that have an effect only with a value of this one.
    fn dependents(&self, factor: usize) -> Vec<(usize, composer_core::Value)> {
        let About::Option(row) = self.factors[factor].about else {
            return Vec::new();
        };
        let all = self.factors.iter().enumerate();
        all.filter_map(|(at, other)| match other.about {
            About::Option(other) => {
                let (needed, value) = needed(other)?;
                (needed.scope == row.scope && needed.key == row.key).then_some((at, value))
            }
            About::Count | About::Start => None,
        })
        .collect()
    }

    /// Whether an option has an effect with what has been chosen.
    fn can_matter(&self, row: &Row, factor: usize) -> bool {
        let About::Option(option) = self.factors[factor].about else {
            return true;
        };
        let Some((_, value)) = needed(option) else {
            return true;
        };
        self.needed_by(factor).all(|at| match row[at] {
            Some(level) => {
                self.factors[at].levels[level] == Level::Stated(value.clone())
                    && self.can_matter(row, at)
            }
            None => true,
        })
    }

    /// The option that one needs to have an effect.
    fn needed_by(&self, factor: usize) -> impl Iterator<Item = usize> {
        let wanted = match self.factors[factor].about {
            About::Option(row) => needed(row).map(|(needed, _)| needed),
            About::Count | About::Start => None,
        };
        self.factors
            .iter()
            .enumerate()
            .filter_map(move |(at, other)| match other.about {
                About::Option(other) if wanted.is_some_and(|row| std::ptr::eq(row, other)) => {
                    Some(at)
                }
                _ => None,
            })
    }

    /// States what an option needs to have an effect.
    fn meet_needs(&self, spec: &mut Spec, slot: usize, (factor, _): Choice) {
        if let About::Option(row) = self.factors[factor].about {
            for (needed, value) in factors::needs(row) {
                factors::state(spec, needed, &environment(slot), value);
            }
        }
    }

    fn state(&self, spec: &mut Spec, slot: usize, (factor, level): Choice) {
        let About::Option(row) = self.factors[factor].about else {
            return;
        };
        let name = environment(slot);
        match &self.factors[factor].levels[level] {
            Level::Unset => spec.unset(&factors::path(row, &name)),
            Level::Stated(value) => factors::state(spec, row, &name, value.clone()),
            Level::Network(prefix) => {
                factors::state(spec, row, &name, factors::network(*prefix, slot));
            }
            Level::Count(_) | Level::Start(..) => {}
        }
    }

    /// The level of each factor that has an effect in an environment.
    fn row(&self, spec: &Spec, slot: usize, count: usize, start: usize) -> Row {
        self.factors
            .iter()
            .map(|factor| factor.found(spec, slot, count, start))
            .collect()
    }

    /// The factor of the presets' environments and how many levels it has.
    fn starts(&self) -> (usize, usize) {
        let at = self
            .factors
            .iter()
            .position(|factor| matches!(factor.about, About::Start));
        let at = at.expect("an environment begins as a preset's");
        (at, self.factors[at].levels.len())
    }

    fn leave_out(&mut self, (one, other): (Choice, Choice), reason: String) {
        self.pairs.see(one, other);
        let label = |(factor, level): Choice| self.factors[factor].label(level);
        let pair = format!("{} with {}", label(one), label(other));
        self.left_out.entry(reason).or_default().push(pair);
    }
}

#[cfg(test)]
mod tests {
    use composer_core::options::{self, Kind, Scope};

    use super::*;

    #[test]
    fn every_pair_is_covered_or_left_out() {
        let array = Array::find();
        let covered: usize = array.trees.iter().map(|tree| tree.new).sum();
        assert_eq!(covered + array.impossible(), array.pairs);
        for tree in &array.trees {
            assert!(check(&tree.spec).blueprint.is_some(), "{:?}", tree.spec);
        }

        // By another way: each two switches of an environment, in the four ways.
        let switches: Vec<_> = options::in_scope(Scope::Environment)
            .filter(|row| row.kind == Kind::Boolean && row.key != "enabled")
            .collect();
        let left_out: Vec<&String> = array.left_out.values().flatten().collect();
        for (index, one) in switches.iter().enumerate() {
            for other in &switches[index + 1..] {
                for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
                    let is_there = array.trees.iter().any(|tree| {
                        tree.environments.iter().any(|name| {
                            let has = |row, value: bool| {
                                tree.spec.effective(row, name).value == Some(value.into())
                            };
                            has(one, left) && has(other, right)
                        })
                    });
                    let pair = format!(
                        "{} = {left} with {} = {right}",
                        one.documented_key(),
                        other.documented_key()
                    );
                    assert!(is_there || left_out.contains(&&pair), "{pair}");
                }
            }
        }
    }
}
