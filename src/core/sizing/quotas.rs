//! What the environments of an account and region need of its quotas, each at its largest: with as many instances and tasks as
//! it may have.

use serde::Serialize;

use crate::catalog::quotas::{self, Quota, Scope};
use crate::digits::grouped;
use crate::environment::Environment;
use crate::parts;
use crate::sizing::addresses::max_interfaces;
use crate::sizing::quota_need::Need;

/// What the environments of an account and region need of its quotas.
#[derive(Debug, Serialize)]
pub struct AccountNeeds<'a> {
    /// The account; `None` for environments that state none, which are counted as of one account.
    pub account_id: Option<&'a str>,
    /// The region.
    pub region: &'a str,
    /// Its environments.
    pub environments: Vec<&'a str>,
    /// The quotas, in the order of [`quotas::ALL`].
    pub quotas: Vec<QuotaNeed>,
}

/// How much of a quota is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaNeed {
    /// The quota.
    #[serde(flatten)]
    pub quota: Quota,
    /// How much of it: of all environments where they share it, else of the environment that needs the most. What a zone
    /// shares is counted as if every environment used that zone. `None` where an instance type is not in the catalog.
    pub needed: Option<i64>,
}

impl AccountNeeds<'_> {
    /// The account, where it is known, and the region.
    #[must_use]
    pub fn place(&self) -> String {
        match self.account_id {
            Some(account_id) => format!("account {account_id}, {}", self.region),
            None => self.region.to_owned(),
        }
    }
}

impl QuotaNeed {
    /// What the quota counts, and where each VPC has its own.
    #[must_use]
    pub fn label(&self) -> String {
        match self.quota.scope {
            Scope::Region => self.quota.label.to_owned(),
            Scope::Vpc => format!("{}, in each VPC", self.quota.label),
            Scope::Zone => format!("{}, in one zone", self.quota.label),
        }
    }

    /// The number that is needed, in a cell of a table.
    #[must_use]
    pub fn needed_text(&self) -> String {
        self.needed.map_or_else(|| "unknown".to_owned(), grouped)
    }

    /// What an account has by default, in a cell of a table.
    #[must_use]
    pub fn default_text(&self) -> String {
        grouped(self.quota.default)
    }

    /// Whether it is more than an account has by default; `None` where that is unknown.
    #[must_use]
    pub fn exceeds_default(&self) -> Option<bool> {
        Some(self.needed? > self.quota.default)
    }

    /// What to know about it, in a few words.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.needed {
            None => "unknown: an instance type is not in the catalog",
            Some(needed) if needed > self.quota.default => {
                "request an increase before the first apply"
            }
            Some(needed) if needed == self.quota.default => {
                "all of the default: nothing else may use any"
            }
            Some(_) => "within the default",
        }
    }
}

/// What each account and region needs, in the order of the first environment of each.
#[must_use]
pub fn account_needs<'a>(environments: &[&'a Environment]) -> Vec<AccountNeeds<'a>> {
    let mut all: Vec<(AccountNeeds<'a>, Vec<&'a Environment>)> = Vec::new();
    for environment in environments {
        let account_id = environment.account_id.as_deref();
        let place = all.iter_mut().find(|(place, _)| {
            place.account_id == account_id && place.region == environment.region
        });
        if let Some((place, members)) = place {
            place.environments.push(&environment.name);
            members.push(environment);
        } else {
            let place = AccountNeeds {
                account_id,
                region: &environment.region,
                environments: vec![&environment.name],
                quotas: Vec::new(),
            };
            all.push((place, vec![environment]));
        }
    }
    let with_quotas = |(place, members): (AccountNeeds<'a>, Vec<&Environment>)| {
        let needs: Vec<Vec<Need>> = members.iter().map(|each| needs(each)).collect();
        let quotas = quotas::ALL.iter().map(|quota| QuotaNeed {
            quota: *quota,
            needed: needed(*quota, &needs),
        });
        AccountNeeds {
            quotas: quotas.collect(),
            ..place
        }
    };
    all.into_iter().map(with_quotas).collect()
}

/// How much of `quota` environments with these needs take; `None` where one of them is unknown.
fn needed(quota: Quota, environments: &[Vec<Need>]) -> Option<i64> {
    let mut all = Vec::new();
    for needs in environments {
        let of_quota = needs.iter().filter(|need| need.quota == quota);
        all.push(of_quota.map(|need| need.amount).sum::<Option<i64>>()?);
    }
    match quota.scope {
        Scope::Region | Scope::Zone => Some(all.iter().sum()),
        Scope::Vpc => all.iter().max().copied(),
    }
}

/// What an environment needs.
fn needs(environment: &Environment) -> Vec<Need> {
    let mut all = vec![Need {
        quota: quotas::INTERFACES,
        amount: Some(max_interfaces(environment) + environment.network.nat_gateways() as i64),
    }];
    for texts in parts::texts_in(environment) {
        all.extend((texts.quotas)(environment));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::spec::Spec;
    use crate::{assignment, blueprint, presets};

    /// Of each account and region the environments, and code and amount of each quota.
    type Rows = Vec<(String, Vec<(&'static str, Option<i64>)>)>;

    fn needs_of(assignments: &[&str]) -> Rows {
        let mut spec: Spec = presets::find("standard").unwrap().spec();
        for assignment in assignments {
            assignment::set(&mut spec, assignment).unwrap();
        }
        let checked = check(&spec);
        let all = blueprint::environments(checked.environments());
        let places = account_needs(&all);
        let rows = |place: AccountNeeds<'_>| {
            let quotas = place.quotas.iter();
            let numbers = quotas.map(|row| (row.quota.code, row.needed)).collect();
            (place.environments.join(" "), numbers)
        };
        places.into_iter().map(rows).collect()
    }

    #[test]
    fn environments_of_a_region_share_its_quotas() {
        let rows = needs_of(&[]);
        assert_eq!(rows.len(), 1);
        let (environments, numbers) = &rows[0];
        assert_eq!(environments, "dev bench prod");
        let of = |code: &str| numbers.iter().find(|(each, _)| *each == code).unwrap().1;
        assert_eq!(of("L-0263D0A3"), Some(5));
        assert_eq!(of("L-F678F1CE"), Some(3));
        // One of each environment in the first zone.
        assert_eq!(of("L-FE5A380F"), Some(3));
        assert_eq!(of("L-29B6F2EB"), Some(12));
        // 3 × 2, 9 × 16 with 4 × 16 of the benchmark, 9 × 8.
        assert_eq!(of("L-1216C47A"), Some(286));
    }

    #[test]
    fn another_account_or_region_has_quotas_of_its_own() {
        let rows = needs_of(&[
            "environments.prod.account_id=\"123456789012\"",
            "environments.dev.region=us-east-1",
        ]);
        let names: Vec<&str> = rows.iter().map(|(names, _)| names.as_str()).collect();
        assert_eq!(names, ["dev", "bench", "prod"]);
    }

    #[test]
    fn a_type_that_the_catalog_lacks_makes_the_sum_unknown() {
        let rows = needs_of(&["environments.dev.compute.instance_type=c7gn.xlarge"]);
        assert_eq!(rows[0].1[0], ("L-1216C47A", None));
    }

    /// AWS puts an interface into the VPC for each data node, and none for a master.
    #[test]
    fn dedicated_masters_take_no_network_interface() {
        let interfaces = |assignments: &[&str]| {
            let rows = needs_of(assignments);
            let mut numbers = rows[0].1.iter();
            numbers
                .find(|(code, _)| *code == "L-DF5E4CA3")
                .unwrap()
                .1
                .unwrap()
        };
        let without = interfaces(&[]);
        let masters = "environments.prod.opensearch.dedicated_masters=true";
        assert_eq!(interfaces(&[masters]), without);
        // From 3 to 6 data nodes over three zones, each with three addresses.
        let nodes = "environments.prod.opensearch.instance_count=6";
        assert_eq!(interfaces(&[nodes]), without + 9);
    }

    #[test]
    fn what_is_over_the_default_is_said() {
        let row = |needed| QuotaNeed {
            quota: quotas::ELASTIC_IPS,
            needed,
        };
        let said: Vec<&str> = [None, Some(4), Some(5), Some(6)]
            .map(|needed| row(needed).advice())
            .to_vec();
        assert_eq!(
            said,
            [
                "unknown: an instance type is not in the catalog",
                "within the default",
                "all of the default: nothing else may use any",
                "request an increase before the first apply",
            ]
        );
    }
}
