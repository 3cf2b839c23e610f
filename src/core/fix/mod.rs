//! The smallest fixes of what a check finds: changes of the spec, with what they cost.
//!
//! For each kind of problem there are proposals, which are cheap to make. Each is tried: it is a fix if the problem is
//! gone afterwards and nothing else has come. So nothing here is part of a check, and the page has it in its second part.

mod capacity;
mod connections;
mod proposals;
pub mod setting;
mod values;

use serde::Serialize;

use crate::blueprint::{self, PlacedEnvironment};
use crate::check::{CheckResult, PreviousCheck, check_from};
use crate::options;
use crate::parts;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{ProblemCode, Severity};
use crate::sizing::cost::{self, Cost};
use crate::sizing::money::Money;
use crate::sizing::price_list::PriceList;
use crate::spec::Spec;

use self::setting::Request;
pub use self::setting::{MAX_FIXES, Setting};

/// A change of a spec that solves a problem and brings no other.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// The values to state and to take back.
    pub settings: Vec<Setting>,
    /// US dollars that it costs more a month without any load; `None` where the price of something that it changes is
    /// unknown.
    pub usd_a_month: Option<Money>,
    /// Why that is unknown, in a few words; `None` where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_gap: Option<String>,
    /// Whether it changes what can't change after the first apply without a loss.
    pub is_permanent: bool,
}

impl Fix {
    /// Makes the change in `spec`.
    pub fn apply(&self, spec: &mut Spec) {
        for setting in &self.settings {
            setting.apply(spec);
        }
    }

    /// The arguments of the command line that do it.
    #[must_use]
    pub fn arguments(&self) -> String {
        let arguments: Vec<String> = self.settings.iter().map(Setting::argument).collect();
        arguments.join(" ")
    }

    /// What it costs, in words.
    #[must_use]
    pub fn price(&self) -> String {
        let words = cost::change_in_words(self.usd_a_month);
        match &self.price_gap {
            Some(gap) => format!("{words}: {gap}"),
            None => words,
        }
    }
}

/// Finds fixes of what a check of one spec has found.
pub struct Fixer<'a> {
    spec: &'a Spec,
    problems: &'a Problems,
    settled: &'a [PlacedEnvironment],
    prices: &'a PriceList,
}

/// A change, tried.
struct Trial {
    fix: Fix,
    /// How many problems come to light that could not be seen before, since the environment's values were not allowed.
    revealed: usize,
    after: CheckResult,
}

/// A spec whose problems are fixed as far as they can be.
pub struct Solution {
    /// The spec.
    pub spec: Spec,
    /// What was done, one after the other: the problems that each fix solves, and the fix.
    pub steps: Vec<(Vec<Problem>, Fix)>,
    /// What is left.
    pub checked: CheckResult,
}

/// The most fixes that are made in one go. Each solves a problem and brings none, so there is an end anyway.
const MAX_STEPS: usize = 500;

/// Fixes every error and warning of `spec` by the smallest fix that it has.
#[must_use]
pub fn solve(spec: &Spec, prices: &PriceList) -> Solution {
    let mut solved = Solution {
        spec: spec.clone(),
        steps: Vec::new(),
        checked: check_from(spec, None),
    };
    while solved.steps.len() < MAX_STEPS {
        let problems = solved.checked.problems.clone();
        let fixer = Fixer::new(
            &solved.spec,
            &problems,
            solved.checked.environments(),
            prices,
        );
        let due = problems.groups().into_iter();
        let due = due.filter(|group| is_due(group[0].severity));
        let found = due
            .map(|group| fixer.first_of(&group).map(|fix| (group, fix)))
            .find_map(|found| found);
        let Some((group, fix)) = found else { break };
        let mut spec = solved.spec.clone();
        fix.apply(&mut spec);
        let checked = fixer.check(&spec, &solved.spec, solved.checked.environments());
        let gone = group
            .into_iter()
            .filter(|problem| !checked.problems.has(problem));
        let gone = gone.cloned().collect();
        solved.steps.push((gone, fix));
        (solved.spec, solved.checked) = (spec, checked);
    }
    solved
}

/// What becomes of a change.
enum Outcome {
    /// It solves the problem.
    Solution(Box<Trial>),
    /// It solves it, and brings others.
    Brings(Box<Trial>),
    /// The problem stays.
    Stays,
}

impl<'a> Fixer<'a> {
    /// A fixer of `problems`, which a check of `spec` has found, with the [environments](CheckResult::environments) that it
    /// settled.
    #[must_use]
    pub fn new(
        spec: &'a Spec,
        problems: &'a Problems,
        settled: &'a [PlacedEnvironment],
        prices: &'a PriceList,
    ) -> Self {
        Self {
            spec,
            problems,
            settled,
            prices,
        }
    }

    /// The fixes of `problem`, the smallest first: what can still change later before what is permanent, then by what
    /// they cost more or less, then by how many values they change. Of what is left the one stands first that keeps most
    /// of what was asked for.
    #[must_use]
    pub fn fixes(&self, problem: &Problem) -> Vec<Fix> {
        let environments = blueprint::environments(self.settled);
        let request = Request {
            spec: self.spec,
            environments: &environments,
        };
        let mut solved: Vec<Trial> = Vec::new();
        let mut others: Vec<Trial> = Vec::new();
        let mut known: Vec<Vec<Setting>> = Vec::new();
        for change in proposals::proposals(&request, self.settled, self.prices, problem) {
            if change.is_empty() || known.contains(&change) {
                continue;
            }
            match self.attempt(problem, change.clone()) {
                Outcome::Solution(tried) => solved.push(*tried),
                Outcome::Brings(tried) => others.push(*tried),
                Outcome::Stays => {}
            }
            known.push(change);
        }
        // What solves it may need more room than there is.
        if solved.is_empty() {
            for tried in others {
                let capacity = capacity::capacity_for(&tried.after, self.problems, self.prices);
                let Some(more) = capacity else { continue };
                let change = [tried.fix.settings, more].concat();
                if let Outcome::Solution(tried) = self.attempt(problem, change) {
                    solved.push(*tried);
                }
            }
        }
        let mut ranked: Vec<_> = solved.into_iter().enumerate().collect();
        ranked.sort_by_key(|(order, tried)| {
            let fix = &tried.fix;
            let size = fix.usd_a_month.map(|money| money.as_micros().abs());
            (
                tried.revealed,
                fix.is_permanent,
                size.is_none(),
                size,
                fix.settings.len(),
                *order,
            )
        });
        ranked
            .into_iter()
            .map(|(_, tried)| tried.fix)
            .take(MAX_FIXES)
            .collect()
    }

    /// One change that solves all of `problems` by the smallest fix of each, if each has one. Where all environments
    /// that have a problem are given the same value, and the spec can state it for all, it is stated once.
    #[must_use]
    pub fn together(&self, problems: &[&Problem]) -> Option<Fix> {
        if let [problem] = problems {
            return self.fixes(problem).into_iter().next();
        }
        let first = self.fixes(problems.first()?).into_iter().next()?;
        let mut spec = self.spec.clone();
        first.apply(&mut spec);
        let mut change = first.settings;
        let mut checked = self.check(&spec, self.spec, self.settled);
        for problem in &problems[1..] {
            if !checked.problems.has(problem) {
                continue;
            }
            let fixer = Fixer::new(
                &spec,
                &checked.problems,
                checked.environments(),
                self.prices,
            );
            let fix = fixer.fixes(problem).into_iter().next()?;
            let mut next = spec.clone();
            fix.apply(&mut next);
            let after = self.check(&next, &spec, checked.environments());
            change = merged(change, fix.settings);
            (spec, checked) = (next, after);
        }
        let solves = |tried: &Trial| {
            let left = &tried.after.problems;
            problems.iter().all(|problem| !left.has(problem))
        };
        let once = stated_once(self.spec, &change);
        let candidates = once.into_iter().chain([change]);
        candidates
            .filter_map(|change| match self.attempt(problems[0], change) {
                Outcome::Solution(tried) => Some(*tried),
                Outcome::Brings(_) | Outcome::Stays => None,
            })
            .find(solves)
            .map(|tried| tried.fix)
    }

    /// [`Self::together`], or the fix of each problem that has one.
    fn first_of(&self, problems: &[&Problem]) -> Option<Fix> {
        self.together(problems).or_else(|| {
            let mut each = problems.iter().map(|problem| self.fixes(problem));
            each.find_map(|fixes| fixes.into_iter().next())
        })
    }

    fn check(&self, spec: &Spec, before: &Spec, settled: &[PlacedEnvironment]) -> CheckResult {
        let known = PreviousCheck {
            spec: before,
            environments: settled,
        };
        check_from(spec, Some(known))
    }

    /// Tries `change` on the spec.
    fn attempt(&self, problem: &Problem, change: Vec<Setting>) -> Outcome {
        let mut spec = self.spec.clone();
        for setting in &change {
            setting.apply(&mut spec);
        }
        let checked = self.check(&spec, self.spec, self.settled);
        if checked.problems.has(problem) {
            return Outcome::Stays;
        }
        let new = checked.problems.0.iter();
        let new = new
            .filter(|found| found.code != ProblemCode::Open && !self.problems.has(found))
            .count();
        // An environment with a value that isn't allowed is compared with nothing, so what is wrong beyond that was
        // not seen before.
        let was_settled =
            |one: &PlacedEnvironment| self.settled.iter().any(|settled| settled.name == one.name);
        let was_seen = checked.environments().iter().all(was_settled);
        let price = self.usd_a_month(&change, checked.environments());
        let fix = Fix {
            usd_a_month: price.as_ref().ok().copied(),
            price_gap: price.err(),
            is_permanent: change.iter().any(|setting| is_permanent(&setting.at)),
            settings: change,
        };
        let tried = Box::new(Trial {
            fix,
            revealed: new,
            after: checked,
        });
        if new > 0 && was_seen {
            Outcome::Brings(tried)
        } else {
            Outcome::Solution(tried)
        }
    }

    /// What the environments of `after`, which have the `change`, cost more a month than those of the spec, or why that is
    /// not known.
    fn usd_a_month(
        &self,
        change: &[Setting],
        after: &[PlacedEnvironment],
    ) -> Result<Money, String> {
        let is_settled = |name: &str| after.iter().any(|settled| settled.name == name);
        for name in self.spec.environments() {
            let is_its = |setting: &Setting| setting.at.environment().is_none_or(|at| at == name);
            if self.spec.is_enabled(name) && change.iter().any(is_its) && !is_settled(name) {
                return Err(format!("{name} has other values that are not allowed"));
            }
        }
        let mut sum = Money::default();
        for settled in after {
            let before = self.settled.iter().find(|old| old.name == settled.name);
            let Some(before) = before else {
                let name = &settled.name;
                return Err(format!("{name} has no price as it is now"));
            };
            if before.is_same(settled) {
                continue;
            }
            let costs = [before, settled].map(|one| cost::cost(one, self.prices));
            if rent(before, &costs[0]) != rent(settled, &costs[1]) {
                return Err("how long its instances run is not known".to_owned());
            }
            // What the load decides is as unknown afterwards as before.
            let standing = costs.map(|mut cost| {
                cost.lines.retain(|line| !line.by_use);
                [cost]
            });
            for row in cost::differences(&standing[0], &standing[1]) {
                let usd = row
                    .usd
                    .ok_or_else(|| format!("no price of {} in {}", row.label, settled.region))?;
                sum = sum + usd;
            }
        }
        Ok(sum)
    }
}

/// What is paid for instances that run only now and then, for a time that is not known.
fn rent(environment: &PlacedEnvironment, cost: &Cost) -> Vec<(String, Option<Money>)> {
    let groups: Vec<&str> = parts::hosts(environment)
        .iter()
        .map(|hosts| hosts.group.name)
        .collect();
    let lines = cost.events.iter();
    lines
        .filter(|line| groups.contains(&line.key))
        .map(|line| (line.amount.clone(), line.usd))
        .collect()
}

/// Whether the option at `at` can't change after the first apply.
fn is_permanent(at: &FieldPath) -> bool {
    options::find(at).is_some_and(|row| row.immutable)
}

/// `change` and then `more`, of each address the last.
fn merged(mut change: Vec<Setting>, more: Vec<Setting>) -> Vec<Setting> {
    for setting in more {
        change.retain(|known| known.at != setting.at);
        change.push(setting);
    }
    change
}

/// `change` with one value for all environments, if it gives that to each which states none of its own.
fn stated_once(spec: &Spec, change: &[Setting]) -> Option<Vec<Setting>> {
    let (first, rest) = change.split_first()?;
    let row = options::find(&first.at)?;
    let value = first.value.clone()?;
    let is_same = |setting: &Setting| {
        setting.value.as_ref() == Some(&value)
            && options::find(&setting.at).is_some_and(|other| other.key == row.key)
    };
    let is_given = |name: &str| {
        let at = row.path(name);
        change.iter().any(|setting| setting.at == at)
    };
    let mut inheriting = spec.environments().into_iter();
    let is_for_all = inheriting.all(|name| is_given(name) || spec.get(&row.path(name)).is_some());
    let is_inherited = row.default == options::DefaultValue::Inherited;
    if rest.is_empty() || !is_inherited || !is_for_all || !rest.iter().all(is_same) {
        return None;
    }
    let stated = change.iter().filter(|one| spec.get(&one.at).is_some());
    let taken_back = stated.map(|one| Setting::unset(one.at.clone()));
    let once = Setting::new(spec, FieldPath::root().join(row.key), value);
    Some(std::iter::once(once).chain(taken_back).collect())
}

/// Whether a change is owed for problems of this severity: advice is good to know and may stay.
#[must_use]
pub fn is_due(severity: Severity) -> bool {
    match severity {
        Severity::Error | Severity::Warning => true,
        Severity::Advice => false,
    }
}
