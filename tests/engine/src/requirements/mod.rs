//! What Terraform for Temporal on ECS has to satisfy, criterion by criterion, and how a composition shows that it does.
//!
//! The numbers are those of the requirements that the composer is built to: 17 requirements with 83 criteria. A row says
//! in our own words what is asserted; a criterion with an "if" has a case for each side of it. A row holds when each of
//! its cases applied to something and held wherever it applied: a table of rows that nothing could fail is no proof.

mod alloy;
mod benchmark;
mod capacity;
mod cluster;
mod environments;
mod faults;
mod iam;
mod migration;
mod modules;
mod observability;
pub mod observation;
mod opensearch;
mod profiles;
mod reservoir;
mod scripts;
mod service;
mod state;
mod ui;
mod vpc;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

pub use faults::{Tries, try_faults};
use observation::{Environment, Observation, RequestedEnvironment};

/// A criterion.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Requirement and criterion, such as `3.5`.
    pub id: &'static str,
    /// What is asserted of it.
    pub cases: &'static [Case],
}

/// One assertion of a row.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What is asserted, with the condition under which it applies.
    pub says: &'static str,
    assertion: Assertion,
}

type Outcome = Result<(), String>;

#[derive(Clone, Copy, Debug)]
enum Assertion {
    /// Of a tree: its files, and all of its environments.
    Tree {
        applies: fn(&Observation) -> bool,
        holds: fn(&Observation) -> Outcome,
    },
    /// Of an environment: what Terraform has made of it, and the tree around it.
    Environment {
        applies: fn(&RequestedEnvironment) -> bool,
        holds: fn(&Environment, &Observation) -> Outcome,
    },
}

const fn row(id: &'static str, cases: &'static [Case]) -> Row {
    Row { id, cases }
}

/// A case about every tree.
const fn tree(says: &'static str, holds: fn(&Observation) -> Outcome) -> Case {
    tree_if(says, |_| true, holds)
}

/// A case about the trees to which it applies.
const fn tree_if(
    says: &'static str,
    applies: fn(&Observation) -> bool,
    holds: fn(&Observation) -> Outcome,
) -> Case {
    Case {
        says,
        assertion: Assertion::Tree { applies, holds },
    }
}

/// A case about every environment.
const fn each(says: &'static str, holds: fn(&Environment, &Observation) -> Outcome) -> Case {
    each_if(says, |_| true, holds)
}

/// A case about the environments to which it applies, by what was asked for.
const fn each_if(
    says: &'static str,
    applies: fn(&RequestedEnvironment) -> bool,
    holds: fn(&Environment, &Observation) -> Outcome,
) -> Case {
    Case {
        says,
        assertion: Assertion::Environment { applies, holds },
    }
}

/// Every row, in order.
pub fn table() -> impl Iterator<Item = &'static Row> {
    [
        modules::ROWS,
        environments::ROWS,
        vpc::ROWS,
        cluster::ROWS,
        capacity::ROWS,
        service::ROWS,
        ui::ROWS,
        observability::ROWS,
        opensearch::ROWS,
        benchmark::ROWS,
        iam::ROWS,
        alloy::ROWS,
        profiles::ROWS,
        state::ROWS,
        migration::ROWS,
        scripts::ROWS,
        reservoir::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// What became of a case, over all that was looked at.
#[derive(Clone, Debug, Default)]
struct Count {
    applied: usize,
    held: usize,
    /// Where it didn't hold, and what was found.
    failed: Vec<String>,
}

/// What became of the table.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    trees: usize,
    environments: usize,
    counts: BTreeMap<(&'static str, usize), Count>,
}

impl Verdicts {
    /// Asserts the table of a composition, which `label` names in what failed.
    pub fn look_at(&mut self, seen: &Observation, label: &str) {
        self.trees += 1;
        self.environments += seen.environments.len();
        for row in table() {
            for (index, case) in row.cases.iter().enumerate() {
                let count = self.counts.entry((row.id, index)).or_default();
                for (place, outcome) in case.outcomes(seen) {
                    count.applied += 1;
                    match outcome {
                        Ok(()) => count.held += 1,
                        Err(found) => count.failed.push(format!("{label}{place}: {found}")),
                    }
                }
            }
        }
    }

    /// Adds what became of other compositions.
    pub fn absorb(&mut self, other: Self) {
        self.trees += other.trees;
        self.environments += other.environments;
        for (key, more) in other.counts {
            let count = self.counts.entry(key).or_default();
            count.applied += more.applied;
            count.held += more.held;
            count.failed.extend(more.failed);
        }
    }

    /// The rows that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        table()
            .filter(|row| !self.holds(row))
            .map(|row| row.id)
            .collect()
    }

    /// What didn't hold, with the criterion before it.
    #[must_use]
    pub fn found(&self) -> Vec<String> {
        let counts = self.counts.iter();
        counts
            .flat_map(|((id, _), count)| {
                let failed = count.failed.iter();
                failed.map(move |found| format!("{id}: {found}"))
            })
            .collect()
    }

    /// The criteria of which something didn't hold.
    #[must_use]
    pub fn broken(&self) -> BTreeSet<&'static str> {
        let failed = self
            .counts
            .iter()
            .filter(|(_, count)| !count.failed.is_empty());
        failed.map(|((id, _), _)| *id).collect()
    }

    fn holds(&self, row: &Row) -> bool {
        let cases = 0..row.cases.len();
        !row.cases.is_empty() && cases.into_iter().all(|index| self.case_holds(row, index))
    }

    fn case_holds(&self, row: &Row, index: usize) -> bool {
        let count = self.counts.get(&(row.id, index));
        count.is_some_and(|count| count.applied > 0 && count.held == count.applied)
    }

    /// The table in lines: number, verdict, over how many trees or environments it applied and held, what is asserted.
    #[must_use]
    pub fn report(&self) -> String {
        let mut text = format!(
            "{} trees with {} environments\n\n",
            self.trees, self.environments
        );
        let mut line = |id: &str, verdict: &str, over: &str, says: &str| {
            let mut lines = wrapped(says, 80).into_iter();
            let first = lines.next().unwrap_or_default();
            let _ = writeln!(text, "{id:<6}{verdict:<6}{over:<28}{first}");
            for more in lines {
                let _ = writeln!(text, "{:40}{more}", "");
            }
        };
        line("id", "", "held, of those it is for", "what is asserted");
        for row in table() {
            if row.cases.is_empty() {
                line(row.id, "FAIL", "", "no assertion");
            }
            for (index, case) in row.cases.iter().enumerate() {
                let id = if index == 0 { row.id } else { "" };
                let verdict = if self.case_holds(row, index) {
                    "pass"
                } else {
                    "FAIL"
                };
                let count = self.counts.get(&(row.id, index)).cloned();
                let Count {
                    applied,
                    held,
                    mut failed,
                } = count.unwrap_or_default();
                // Compositions end in any order.
                failed.sort();
                let unit = case.unit(applied);
                let over = if applied == 0 {
                    format!("applied to no {unit}")
                } else {
                    format!("{held} of {applied} {unit}")
                };
                line(id, verdict, &over, case.says);
                for found in failed.iter().take(3) {
                    line("", "", "", found);
                }
                if failed.len() > 3 {
                    line("", "", "", &format!("… and {} more", failed.len() - 3));
                }
            }
        }
        let failed = self.failed();
        let rows = table().count();
        let _ = write!(text, "\n{} of {rows} criteria hold", rows - failed.len());
        if !failed.is_empty() {
            let _ = write!(text, "; not: {}", failed.join(", "));
        }
        text
    }
}

impl Case {
    /// Its outcome at each place to which it applies.
    fn outcomes(&self, seen: &Observation) -> Vec<(String, Outcome)> {
        match self.assertion {
            Assertion::Tree { applies, holds } if applies(seen) => {
                vec![(String::new(), holds(seen))]
            }
            Assertion::Tree { .. } => Vec::new(),
            Assertion::Environment { applies, holds } => seen
                .environments
                .iter()
                .filter(|environment| applies(&environment.wanted))
                .map(|environment| {
                    let place = format!(", {}", environment.wanted.name);
                    (place, holds(environment, seen))
                })
                .collect(),
        }
    }

    fn unit(&self, count: usize) -> &'static str {
        match (self.assertion, count) {
            (Assertion::Tree { .. }, 0 | 1) => "tree",
            (Assertion::Tree { .. }, _) => "trees",
            (Assertion::Environment { .. }, 0 | 1) => "environment",
            (Assertion::Environment { .. }, _) => "environments",
        }
    }
}

/// The text in lines of so many characters, where its words allow it.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `what` is to be `expected`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "most of what is compared is made there"
)]
fn same<F: PartialEq<E> + Debug, E: Debug>(what: &str, found: F, expected: E) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, wanted {expected:?}"))
}

fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if is_so { Ok(()) } else { Err(otherwise()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many criteria each requirement has.
    const CRITERIA: [usize; 17] = [5, 5, 5, 5, 5, 6, 4, 5, 4, 5, 4, 4, 5, 4, 5, 6, 6];

    #[test]
    fn every_criterion_has_one_row_in_order_with_an_assertion() {
        let expected: Vec<String> = CRITERIA
            .iter()
            .enumerate()
            .flat_map(|(index, count)| {
                (1..=*count).map(move |criterion| format!("{}.{criterion}", index + 1))
            })
            .collect();
        assert_eq!(expected.len(), 83);
        let found: Vec<&str> = table().map(|row| row.id).collect();
        assert_eq!(found, expected);
        for row in table() {
            assert!(!row.cases.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn what_applied_nowhere_fails() {
        let verdicts = Verdicts::default();
        assert_eq!(verdicts.failed().len(), 83);
        assert!(verdicts.report().contains("applied to no environment"));
    }
}
