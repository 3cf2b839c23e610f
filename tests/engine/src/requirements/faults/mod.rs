//! Faults put into what was seen, each of which a row must find: a table that can't fail proves nothing. Each requirement
//! has a file of faults, named as the file of its rows.

mod alloy;
mod benchmark;
mod capacity;
mod cluster;
mod environments;
mod iam;
mod migration;
mod modules;
mod observability;
mod opensearch;
mod plant;
mod profiles;
mod reservoir;
mod scripts;
mod service;
mod state;
mod ui;
mod vpc;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::observation::{Environment, Observation};
use super::{Row, table};

/// A fault, and the row that is to find it.
#[derive(Clone, Copy, Debug)]
struct Fault {
    row: &'static str,
    does: &'static str,
    /// Puts it into an environment or the files around it; changes nothing where it has no place.
    put: Insertion,
}

#[derive(Clone, Copy, Debug)]
enum Insertion {
    /// Into what Terraform has made.
    Made(fn(&mut Environment)),
    /// Into a file: what it is called, and what happens to its text; with `None` it goes.
    File(&'static str, fn(&str) -> Option<String>),
    /// Into which files there are, given the environment's name.
    Files(fn(&mut BTreeMap<String, String>, &str)),
}

/// Which faults were tried, and which of them no row found.
#[derive(Clone, Debug, Default)]
pub struct Tries {
    tried: BTreeMap<usize, bool>,
    /// The cases that a fault has made fail: the row, and which of it.
    failed: BTreeSet<(&'static str, usize)>,
}

impl Tries {
    /// How many faults were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.tried.values().filter(|found| **found).count()
    }

    /// The cases of the table that no fault has made fail: they may be unable to.
    #[must_use]
    pub fn untried(&self) -> Vec<String> {
        let cases = table().flat_map(|row| row.cases.iter().enumerate().map(|case| (row.id, case)));
        cases
            .filter(|(id, (index, _))| !self.failed.contains(&(*id, *index)))
            .map(|(id, (_, case))| format!("{id} {}", case.says))
            .collect()
    }

    /// The faults that were not found, or had no place in anything that was seen.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        all()
            .enumerate()
            .filter_map(|(index, fault)| {
                let what = match self.tried.get(&index) {
                    Some(true) => return None,
                    Some(false) => "is not found by its row",
                    None => "had no place in any composition",
                };
                Some(format!("{} {}: {what}", fault.row, fault.does))
            })
            .collect()
    }
}

/// Puts each fault that wasn't tried yet into a composition, where it has a place there and its row holds without it.
pub fn try_faults(seen: &Observation, tries: &mut Tries) {
    try_faults_in(seen, tries, |_| true);
}

/// As [`try_faults`], of the rows whose number is among these.
pub(super) fn try_faults_in(
    seen: &Observation,
    tries: &mut Tries,
    is_wanted: impl Fn(&str) -> bool,
) {
    let mut held: BTreeMap<&str, bool> = BTreeMap::new();
    for (index, fault) in all().enumerate() {
        if !is_wanted(fault.row) {
            continue;
        }
        let row = row(fault);
        // An assertion may apply to few compositions: a fault is tried again where one does that nothing has failed yet.
        let is_open = || {
            row.cases.iter().enumerate().any(|(case, assertion)| {
                !tries.failed.contains(&(row.id, case)) && !assertion.outcomes(seen).is_empty()
            })
        };
        if tries.tried.contains_key(&index) && !is_open() {
            continue;
        }
        if !*held.entry(row.id).or_insert_with(|| holds(row, seen)) {
            continue;
        }
        for environment in 0..seen.environments.len() {
            if let Some(faulty) = fault.put_into(seen, environment) {
                for (case, assertion) in row.cases.iter().enumerate() {
                    let outcomes = assertion.outcomes(&faulty);
                    if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
                        tries.failed.insert((row.id, case));
                    }
                }
                tries.tried.entry(index).or_insert(!holds(row, &faulty));
                break;
            }
        }
    }
}

fn row(fault: &Fault) -> &'static Row {
    let mut all = table();
    all.find(|row| row.id == fault.row)
        .expect("faults name rows")
}

/// Whether it applies and holds.
fn holds(row: &Row, seen: &Observation) -> bool {
    let cases = row.cases.iter();
    let all: Vec<_> = cases.flat_map(|case| case.outcomes(seen)).collect();
    !all.is_empty() && all.iter().all(|(_, outcome)| outcome.is_ok())
}

impl Fault {
    /// The composition with the fault in one of its environments; `None` where it has no place.
    fn put_into(&self, seen: &Observation, index: usize) -> Option<Observation> {
        let mut faulty = seen.clone();
        faulty.runs.take();
        match self.put {
            Insertion::Made(put) => {
                let environment = &mut faulty.environments[index];
                put(environment);
                (environment.plan != seen.environments[index].plan).then_some(faulty)
            }
            Insertion::File(path, change) => {
                let path = path.replace("<env>", &seen.environments[index].wanted.name);
                let text = seen.files.get(&path)?;
                match change(text) {
                    Some(changed) if changed == *text => return None,
                    Some(changed) => Arc::make_mut(&mut faulty.files).insert(path, changed),
                    None => Arc::make_mut(&mut faulty.files).remove(&path),
                };
                Some(faulty)
            }
            Insertion::Files(change) => {
                let files = Arc::make_mut(&mut faulty.files);
                change(files, &seen.environments[index].wanted.name);
                (faulty.files != seen.files).then_some(faulty)
            }
        }
    }
}

/// Every fault, in the order of the rows.
fn all() -> impl Iterator<Item = &'static Fault> {
    [
        modules::FAULTS,
        environments::FAULTS,
        vpc::FAULTS,
        cluster::FAULTS,
        capacity::FAULTS,
        service::FAULTS,
        ui::FAULTS,
        observability::FAULTS,
        opensearch::FAULTS,
        benchmark::FAULTS,
        iam::FAULTS,
        alloy::FAULTS,
        profiles::FAULTS,
        state::FAULTS,
        migration::FAULTS,
        scripts::FAULTS,
        reservoir::FAULTS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_has_a_fault() {
        let with: BTreeSet<&str> = all().map(|fault| row(fault).id).collect();
        let without: Vec<&str> = table()
            .map(|row| row.id)
            .filter(|id| !with.contains(id))
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }

    #[test]
    fn no_fault_is_planted_twice() {
        let mut known = BTreeSet::new();
        for fault in all() {
            assert!(
                known.insert((fault.row, fault.does)),
                "{}: {}",
                fault.row,
                fault.does
            );
        }
    }
}
