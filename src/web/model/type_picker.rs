//! The types of instances and nodes that can be picked for a value: sizes, prices, and whether the tasks fit on them. Only
//! the second part of the page reaches it.

use composer_core::catalog::{instance_types, opensearch_types};
use composer_core::options::{self, Kind, OptionRow};
use composer_core::rules::Rule;
use composer_core::rules::row::Input;
use composer_core::sizing::cost::{Cost, differences, total_difference};
use composer_core::sizing::money::Money;
use composer_core::sizing::placement::{Finding, Pool, Reason, Resource, Verdict};
use composer_core::sizing::price_list::PriceList;
use composer_core::{
    CheckResult, FieldPath, PlacedEnvironment, PreviousCheck, Severity, Spec, check_from,
};

use crate::model::costs::costs;
use crate::model::edit::with;

/// Hours of the month that prices are of.
const HOURS: i64 = 730;

/// A type that can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its name, such as `m8g.large`.
    pub(crate) name: &'static str,
    /// Virtual CPUs.
    pub(crate) vcpu: u32,
    /// Memory in GiB.
    pub(crate) gib: u32,
    /// What one costs a month, if that is known.
    pub(crate) price: Option<Money>,
}

/// What comes of picking a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Whether everything fits then.
    pub(crate) verdict: Verdict,
    /// What is left, or what is missing: `3.8 vCPU left`, `4.3 of 4 vCPU`.
    pub(crate) capacity: String,
    /// What the environment costs more a month; `None` where a price is not known.
    pub(crate) change: Option<Money>,
}

/// The option whose value is picked.
fn row_of(at: &FieldPath) -> Option<(&'static OptionRow, Rule)> {
    let row = options::find(at)?;
    match row.kind {
        Kind::Text(rule) => Some((row, rule)),
        Kind::Boolean
        | Kind::Integer { .. }
        | Kind::OneOf { .. }
        | Kind::Choice(_)
        | Kind::Duration { .. }
        | Kind::List { .. } => None,
    }
}

/// What can be picked for the value at `at`: what its region has.
#[must_use]
pub(crate) fn candidates(spec: &Spec, at: &FieldPath) -> Vec<Candidate> {
    let environment = at.environment().unwrap_or_default();
    let region = spec.effective(options::environment_option("region"), environment);
    let region = region.value.as_ref().and_then(|value| value.as_text());
    let region = region.unwrap_or_default();
    let prices = PriceList::default();
    let price = |name: &str| Some(prices.find(region, name)?.usd * HOURS);
    let Some((_, rule)) = row_of(at) else {
        return Vec::new();
    };
    match rule.input() {
        Input::InstanceType => instance_types::ALL
            .iter()
            .filter(|each| instance_types::is_offered(each.name, region))
            .map(|each| Candidate {
                name: each.name,
                vcpu: each.vcpu,
                gib: each.memory_mib / 1024,
                price: price(each.name),
            })
            .collect(),
        Input::NodeType => opensearch_types::ALL
            .iter()
            .map(|each| Candidate {
                name: each.name,
                vcpu: each.vcpu,
                gib: each.memory_gib,
                price: price(each.name),
            })
            .collect(),
        Input::Line | Input::LongLine | Input::Known => Vec::new(),
    }
}

/// Whether `text` may be the value at `at`, known here or not.
#[must_use]
pub(crate) fn is_allowed(at: &FieldPath, text: &str) -> bool {
    row_of(at).is_some_and(|(_, rule)| rule.accepts(text))
}

/// What comes of `name` at `at` in `spec`, of which `known` was found out.
#[must_use]
pub(crate) fn outcome(
    spec: &Spec,
    known: PreviousCheck<'_>,
    at: &FieldPath,
    name: &str,
) -> Outcome {
    let environment = at.environment().unwrap_or_default();
    let find =
        |all: &[PlacedEnvironment]| all.iter().find(|each| each.name == environment).cloned();
    let now = find(known.environments);
    let checked = check_from(&with(spec, at, Some(name.into())), Some(known));
    let Some(after) = find(checked.environments()) else {
        return Outcome {
            verdict: Verdict::Unknown,
            capacity: "another value has an error".to_owned(),
            change: None,
        };
    };
    let (verdict, capacity) = match row_of(at) {
        Some((row, rule)) if rule.input() == Input::InstanceType => {
            capacity_on_instances(row, &after)
        }
        Some(_) | None => capacity_on_nodes(&checked, at),
    };
    let price = |settled: &PlacedEnvironment| -> Vec<Cost> { costs(std::slice::from_ref(settled)) };
    let change = now.and_then(|now| {
        let (usd, is_partial) = total_difference(&differences(&price(&now), &price(&after)));
        (!is_partial).then_some(usd)
    });
    Outcome {
        verdict,
        capacity,
        change,
    }
}

/// Whether the tasks fit on the instances whose type is the option of `row`.
fn capacity_on_instances(row: &OptionRow, environment: &PlacedEnvironment) -> (Verdict, String) {
    let mut pools = environment.placement.pools.iter();
    let Some(pool) = pools.find(|pool| pool.purpose.instance_type() == row.key) else {
        return (Verdict::Unknown, "not known".to_owned());
    };
    let needed = pool.findings.iter().filter(|finding| finding.is_needed);
    let worst = needed.reduce(|worst, other| match other.verdict > worst.verdict {
        true => other,
        false => worst,
    });
    let Some(worst) = worst else {
        return (Verdict::AlwaysFits, String::new());
    };
    (worst.verdict, capacity(pool, worst))
}

fn capacity(pool: &Pool, finding: &Finding) -> String {
    match &finding.reason {
        None => format!("{} left", amount(pool.steady().left().cpu, Resource::Cpu)),
        Some(Reason::Sum {
            resource,
            asked,
            had,
        }) => format!(
            "{} of {}",
            number(*asked, *resource),
            amount(*had, *resource)
        ),
        Some(Reason::Task {
            service,
            resource,
            asked,
            had,
        }) => format!(
            "{service} takes {} of {}",
            number(*asked, *resource),
            amount(*had, *resource)
        ),
        Some(Reason::Large { tasks, on_one, .. }) => {
            format!("{tasks} large tasks, {on_one} on an instance")
        }
        Some(Reason::Packing) => "what is left is scattered".to_owned(),
        Some(Reason::Order { .. } | Reason::Unproven) => "depends on the start order".to_owned(),
        Some(Reason::Memory { .. }) => "depends on the memory that ECS registers".to_owned(),
    }
}

/// An amount of a resource in the units of instance types.
fn number(amount: i64, resource: Resource) -> String {
    match resource {
        Resource::Interfaces => amount.to_string(),
        Resource::Cpu | Resource::Memory => {
            let tenths = (amount * 10 + 512).div_euclid(1024);
            match tenths % 10 {
                0 => (tenths / 10).to_string(),
                part => format!("{}.{}", tenths / 10, part.abs()),
            }
        }
    }
}

fn amount(amount: i64, resource: Resource) -> String {
    let unit = match resource {
        Resource::Cpu => "vCPU",
        Resource::Memory => "GiB",
        Resource::Interfaces => "network interfaces",
    };
    format!("{} {unit}", number(amount, resource))
}

/// Whether the values of the same part allow the node type at `at`.
fn capacity_on_nodes(checked: &CheckResult, at: &FieldPath) -> (Verdict, String) {
    let part = at.parent().unwrap_or_default();
    let verdict = |severity| match severity {
        Severity::Error => Some(Verdict::DoesNotFit),
        Severity::Warning => Some(Verdict::MayNotFit),
        Severity::Advice => None,
    };
    let problems = checked.problems.0.iter();
    let found = problems
        .filter(|problem| problem.at.starts_with(&part))
        .filter_map(|problem| Some((verdict(problem.severity)?, &problem.message)))
        .reduce(|worst, other| if other.0 > worst.0 { other } else { worst });
    match found {
        Some((verdict, message)) => (verdict, message.replace('`', "")),
        None => (Verdict::AlwaysFits, String::new()),
    }
}

/// Whether somebody who types `query` may mean the candidate: a part of its name, or the beginning of a size.
#[must_use]
pub(crate) fn is_meant(candidate: &Candidate, query: &str) -> bool {
    let query = query.trim().to_ascii_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let query = words.join(" ");
    let (vcpu, gib) = (candidate.vcpu, candidate.gib);
    let sizes = [
        format!("{vcpu} vcpu {gib} gib"),
        format!("{vcpu}vcpu {gib}gib"),
        format!("{gib} gib"),
        format!("{gib}gib"),
    ];
    candidate.name.contains(&query) || sizes.iter().any(|size| size.starts_with(&query))
}

/// The numbers of the candidates, those that fit first, then by price.
#[must_use]
pub(crate) fn order(candidates: &[Candidate], outcomes: &[Outcome]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&index| {
        let price = candidates[index].price;
        (outcomes[index].verdict, price.is_none(), price)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::check;

    use crate::model::fixtures::standard;

    fn outcome_of(assignments: &[&str], at: &str, name: &str) -> (Verdict, String, Option<i64>) {
        let spec = standard(assignments);
        let checked = check(&spec);
        let known = PreviousCheck {
            spec: &spec,
            environments: checked.environments(),
        };
        let found = outcome(&spec, known, &FieldPath::root().join(at), name);
        let change = found.change.map(Money::whole_dollars);
        (found.verdict, found.capacity, change)
    }

    const INSTANCES: &str = "environments.dev.compute.instance_type";
    const NODES: &str = "environments.dev.opensearch.instance_type";

    #[test]
    fn a_type_says_by_how_much_the_tasks_fit_and_what_that_costs() {
        let loki = ["environments.dev.loki.enabled=true"];
        let of = |name| outcome_of(&loki, INSTANCES, name);
        let expected = |verdict, capacity: &str, change| (verdict, capacity.to_owned(), change);
        assert_eq!(
            of("m8g.large"),
            expected(Verdict::DoesNotFit, "4.3 of 4 vCPU", Some(0))
        );
        assert_eq!(
            of("c7g.xlarge"),
            expected(Verdict::AlwaysFits, "3.8 vCPU left", Some(80))
        );
    }

    #[test]
    fn a_node_type_says_what_it_holds() {
        let large = ["environments.dev.opensearch.volume_size=150"];
        assert_eq!(
            outcome_of(&[], NODES, "t3.medium.search").0,
            Verdict::AlwaysFits
        );
        let (verdict, capacity, _) = outcome_of(&large, NODES, "t3.small.search");
        assert_eq!(verdict, Verdict::DoesNotFit);
        assert!(capacity.contains("100"), "{capacity}");
    }

    #[test]
    fn every_value_with_a_picker_has_candidates() {
        let spec = standard(&[]);
        for row in options::OPTIONS.iter() {
            if let Kind::Text(Rule::InstanceType | Rule::OpenSearchType) = row.kind {
                assert!(
                    candidates(&spec, &row.path("bench")).len() > 5,
                    "{}",
                    row.key
                );
            }
        }
        // This family is not offered there.
        let canada = standard(&["environments.dev.region=ca-west-1"]);
        let names = |spec: &Spec| candidates(spec, &FieldPath::root().join(INSTANCES));
        assert!(names(&spec).iter().any(|each| each.name == "m7g.large"));
        assert!(!names(&canada).iter().any(|each| each.name == "m7g.large"));
    }

    #[test]
    fn a_type_is_found_by_name_and_by_size() {
        let candidate = Candidate {
            name: "m8g.xlarge",
            vcpu: 4,
            gib: 16,
            price: None,
        };
        for query in [
            "",
            "m8g",
            "XLARGE",
            "4",
            "4 vCPU",
            "4vcpu",
            "16 GiB",
            "16gib",
            "4 vcpu  16 gib",
        ] {
            assert!(is_meant(&candidate, query), "{query}");
        }
        for query in ["c8g", "2 vCPU", "6 GiB", "vcpu"] {
            assert!(!is_meant(&candidate, query), "{query}");
        }
    }

    #[test]
    fn what_fits_comes_first_and_then_what_costs_least() {
        let candidate = |name, price: Option<i64>| Candidate {
            name,
            vcpu: 2,
            gib: 4,
            price: price.map(Money::micros),
        };
        let outcome = |verdict| Outcome {
            verdict,
            capacity: String::new(),
            change: None,
        };
        let candidates = [
            candidate("unpriced", None),
            candidate("too-small", Some(1)),
            candidate("dear", Some(9)),
            candidate("cheap", Some(5)),
        ];
        let outcomes = [
            outcome(Verdict::AlwaysFits),
            outcome(Verdict::DoesNotFit),
            outcome(Verdict::AlwaysFits),
            outcome(Verdict::AlwaysFits),
        ];
        let names = order(&candidates, &outcomes).into_iter();
        let names: Vec<&str> = names.map(|index| candidates[index].name).collect();
        assert_eq!(names, ["cheap", "dear", "unpriced", "too-small"]);
    }
}
