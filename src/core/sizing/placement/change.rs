//! The smallest change after which everything needed fits.

use std::fmt;

use serde::{Serialize, Serializer};

use super::amounts::{Demand, Resource, instances, sum};
use super::finding::Situation;
use super::fit;
use super::frame::Frame;
use super::pool::{Pool, Purpose};
use crate::catalog::instance_types::{self, InstanceType};
use crate::environment::Environment;
use crate::options::{Kind, environment_option};
use crate::order::sorted;
use crate::parts::compute::ROOT_VOLUME;
use crate::path::FieldPath;
use crate::sizing::bill_line::HOURS;
use crate::sizing::cost::change_in_words;
use crate::sizing::money::Money;
use crate::sizing::price_list::PriceList;
use crate::value::Value;

/// A value to set, written as `--set` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The option's address.
    pub at: FieldPath,
    /// Its new value.
    pub value: Value,
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Text(text) => write!(f, "{}={text}", self.at),
            value => write!(f, "{}={value}", self.at),
        }
    }
}

impl Serialize for Assignment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Values to set together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The values.
    pub set: Vec<Assignment>,
    /// How many vCPUs it adds.
    pub added_vcpu: i64,
    /// US dollars that the instances and their volumes cost more for each month that they run; `None` where a price is
    /// unknown.
    pub usd_a_month: Option<Money>,
}

/// As a sentence has it: "`a=1` and `b=2`".
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.set.iter().map(|each| format!("`{each}`")).collect();
        f.write_str(&texts.join(" and "))
    }
}

impl Change {
    /// What it costs in `region`, in words, with the reason where that is unknown.
    #[must_use]
    pub fn price(&self, region: &str) -> String {
        let words = change_in_words(self.usd_a_month);
        match self.usd_a_month {
            Some(_) => words,
            None => format!("{words}: no price of its instances or volumes in {region}"),
        }
    }
}

impl Pool {
    /// What would let every needed situation fit in any order, the cheapest first; empty if all do. The pool is one of
    /// `environment`; `all` are the environments of the spec: those in one account and region share the setting of ENI
    /// trunking.
    #[must_use]
    pub fn changes(
        &self,
        environment: &Environment,
        all: &[&Environment],
        prices: &PriceList,
    ) -> Vec<Change> {
        if self.is_enough() {
            return Vec::new();
        }
        let frame = Frame::of(self, environment.profile);
        let changes = Changes {
            environment,
            prices,
            volume: prices.usd(&environment.region, "ebs-gb-month"),
        };
        changes.all(&frame, all)
    }
}

struct Changes<'a> {
    environment: &'a Environment,
    prices: &'a PriceList,
    /// What a gibibyte of a volume costs a month.
    volume: Option<Money>,
}

impl Changes<'_> {
    /// What lets every needed situation fit in any order: trunking, more instances or other ones, whichever alone does.
    /// More instances with trunking only where nothing alone is enough.
    fn all(&self, frame: &Frame<'_>, all: &[&Environment]) -> Vec<Change> {
        let mut found = Vec::new();
        let trunked = (!frame.trunking && frame.instance.trunk_slots.is_some()).then_some(Frame {
            trunking: true,
            ..*frame
        });
        let trunking = trunking(self.environment, all);
        if trunked.as_ref().is_some_and(|it| suffices(it, &needed(it))) {
            found.push(Change {
                set: trunking.clone(),
                added_vcpu: 0,
                usd_a_month: Some(Money::default()),
            });
        }
        found.extend(self.more_instances(frame));
        found.extend(self.other_instances(frame));
        if found.is_empty()
            && let Some(trunked) = trunked
        {
            let both = self
                .more_instances(&trunked)
                .into_iter()
                .chain(self.other_instances(&trunked));
            found.extend(both.map(|change| Change {
                set: trunking.iter().cloned().chain(change.set).collect(),
                ..change
            }));
        }
        sorted(found, |change| {
            (
                change.usd_a_month.is_none(),
                change.usd_a_month,
                change.added_vcpu,
            )
        })
    }

    /// What an instance and its volume cost a month.
    fn month(&self, instance: &InstanceType) -> Option<Money> {
        let region = &self.environment.region;
        let hour = self.prices.usd(region, instance.name)?;
        Some(hour * HOURS + self.volume? * ROOT_VOLUME)
    }

    /// The change from `frame` to the instances of `enough`.
    fn change(&self, frame: &Frame<'_>, enough: &Frame<'_>, set: Vec<Assignment>) -> Change {
        let vcpu = |frame: &Frame<'_>| frame.count * i64::from(frame.instance.vcpu);
        let month = |frame: &Frame<'_>| Some(self.month(frame.instance)? * frame.count);
        Change {
            set,
            added_vcpu: vcpu(enough) - vcpu(frame),
            usd_a_month: month(enough)
                .zip(month(frame))
                .map(|(after, before)| after - before),
        }
    }

    fn at(&self, key: &str) -> FieldPath {
        FieldPath::in_environment(&self.environment.name, key)
    }

    fn more_instances(&self, frame: &Frame<'_>) -> Option<Change> {
        let key = frame.purpose.count();
        let Kind::Integer { max, .. } = environment_option(key).kind else {
            return None;
        };
        let demands = frame.demands(Situation::Steady);
        let capacity = frame.least_capacity();
        if !demands.iter().all(|demand| capacity.holds(demand.each)) {
            return None;
        }
        // Fewer don't even have the sums.
        let asked = sum(&demands);
        let least = Resource::ALL.map(|resource| asked.of(resource) / capacity.of(resource).max(1));
        let least = least.into_iter().max().unwrap_or(0).max(frame.count + 1);
        let enough = (least..=max)
            .map(|count| Frame {
                count,
                max_count: frame.max_count.max(count),
                ..*frame
            })
            .find(|more| suffices(more, &needed(more)))?;
        let mut set = vec![Assignment {
            at: self.at(key),
            value: Value::from(enough.count),
        }];
        // Left to itself it follows the count.
        let environment = self.environment;
        let states_most = environment
            .settings
            .iter()
            .any(|setting| setting.row.key == "compute.max_count" && setting.is_stated);
        if frame.purpose == Purpose::Main
            && states_most
            && environment.compute.max_count < enough.count
        {
            set.push(Assignment {
                at: self.at("compute.max_count"),
                value: Value::from(enough.count),
            });
        }
        Some(self.change(frame, &enough, set))
    }

    /// The cheapest other type that is enough, with as many instances. Types that burst, such as t4g, are no match for
    /// those that don't. Where a price is unknown the smaller type counts as the cheaper, and of two the newer.
    fn other_instances(&self, frame: &Frame<'_>) -> Option<Change> {
        let bursts = |instance: &InstanceType| instance.name.starts_with('t');
        let demands = frame.demands(Situation::Steady);
        let asked = sum(&demands);
        let types = instance_types::ALL
            .iter()
            .filter(|row| row.vcpu >= frame.instance.vcpu && *row != frame.instance)
            .filter(|row| !bursts(row) || bursts(frame.instance))
            .filter(|row| !frame.trunking || row.trunk_slots.is_some())
            .filter(|row| instance_types::is_offered(row.name, &self.environment.region))
            .map(|instance| Frame { instance, ..*frame })
            // Most don't even have the sums.
            .filter(|other| other.most_capacity().times(other.count).holds(asked))
            // Worked out once for each, not once for each comparison.
            .map(|other| {
                let row = other.instance;
                let month = self.month(row);
                let is_older = generation(row) != generation(frame.instance);
                let order = (month.is_none(), month, row.vcpu, row.memory_mib, is_older);
                (order, other)
            })
            .collect();
        let needed = needed(frame);
        let (_, enough) = sorted(types, |(order, _)| *order)
            .into_iter()
            .find(|(_, other)| suffices(other, &needed))?;
        let set = vec![Assignment {
            at: self.at(frame.purpose.instance_type()),
            value: Value::from(enough.instance.name),
        }];
        Some(self.change(frame, &enough, set))
    }
}

/// How many steps a proof may take: there may be a hundred changes to try.
const MAX_STEPS: u32 = 500;

/// A needed situation, as [`fit::in_any_order`] takes it.
struct NeededSituation {
    demands: Vec<Demand>,
    stages: Vec<Vec<i64>>,
}

/// The needed situations, each with every shape that it can have.
fn needed(frame: &Frame<'_>) -> Vec<NeededSituation> {
    let mut all = Vec::new();
    for situation in frame.situations() {
        if frame.is_needed(situation) {
            for stages in frame.shapes(situation) {
                let demands = frame.demands(situation);
                all.push(NeededSituation { demands, stages });
            }
        }
    }
    all
}

/// Whether everything `needed` is proven to fit on the instances of `frame`.
fn suffices(frame: &Frame<'_>, needed: &[NeededSituation]) -> bool {
    let (least, most) = (frame.least_capacity(), frame.most_capacity());
    // All sums before the first proof, which takes far longer; and first the lost zone, which asks for most.
    let has_sums = |it: &NeededSituation| {
        let had = least.times(instances(&it.stages));
        had.holds(sum(&it.demands))
    };
    let fits =
        |it: &NeededSituation| fit::in_any_order(&it.demands, &it.stages, least, most, MAX_STEPS);
    needed.iter().all(has_sums) && needed.iter().rev().all(fits)
}

/// ENI trunking in every environment of the account and region that has it not.
fn trunking(environment: &Environment, all: &[&Environment]) -> Vec<Assignment> {
    let shares = |other: &&&Environment| {
        other.name == environment.name
            || (other.account_id == environment.account_id && other.region == environment.region)
    };
    let mut names: Vec<&str> = all
        .iter()
        .filter(shares)
        .filter(|other| !other.compute.eni_trunking)
        .map(|other| other.name.as_str())
        .collect();
    if names.is_empty() {
        names.push(&environment.name);
    }
    names
        .into_iter()
        .map(|name| Assignment {
            at: FieldPath::of(&["environments", name, "compute", "eni_trunking"]),
            value: Value::from(true),
        })
        .collect()
}

/// What follows the letter of a type's family: `8g` of `m8g.large`; `t4g` has one of its own.
fn generation(instance: &InstanceType) -> &'static str {
    let family = instance.name.split('.').next().unwrap_or_default();
    family.strip_prefix(['c', 'm', 'r']).unwrap_or(family)
}
