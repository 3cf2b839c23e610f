//! Whether the values of one environment contradict each other, such as zones and region.

use crate::catalog::{instance_types, regions};
use crate::environment::{Backend, Dsql, Environment, Nat};
use crate::options::Profile;
use crate::parts;
use crate::parts::subject::Subject;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::names::has_word;
use crate::sizing::connections;

/// Checks the settled values of `environment` against each other.
pub(super) fn check(environment: &Environment, problems: &mut Problems) {
    let check = Consistency {
        environment,
        problems,
    };
    check.all();
}

struct Consistency<'a> {
    environment: &'a Environment,
    problems: &'a mut Problems,
}

impl Consistency<'_> {
    fn all(mut self) {
        self.zones();
        self.instances();
        for subject in Subject::CHECKS {
            match subject {
                Subject::Database => self.dsql(),
                Subject::ConnectionPool => {
                    self.problems.extend(connections::check(self.environment));
                }
                Subject::Dashboards => self.secret(),
                _ => {}
            }
            for part in parts::about(subject) {
                (part.check)(self.environment, self.problems);
            }
        }
        self.advice();
    }

    fn push(&mut self, code: ProblemCode, key: &str, message: String, hint: &str) {
        let at = FieldPath::in_environment(&self.environment.name, key);
        self.problems
            .push(Problem::new(code, at, message).hint(hint));
    }

    fn zones(&mut self) {
        let key = "network.availability_zones";
        let region = &self.environment.region;
        let row = regions::find(region);
        for zone in &self.environment.network.zones {
            match zone.strip_prefix(region.as_str()) {
                Some(letter) if letter.len() == 1 => {
                    if row.is_some_and(|row| !row.zones.contains(letter)) {
                        let known: Vec<String> = row
                            .map(|row| row.zone_names().collect())
                            .unwrap_or_default();
                        self.push(
                            ProblemCode::UnknownZone,
                            key,
                            format!("`{zone}` is not among the known zones of {region}"),
                            &format!("known are {}", known.join(", ")),
                        );
                    }
                }
                _ => {
                    self.push(
                        ProblemCode::ZoneOfAnotherRegion,
                        key,
                        format!("`{zone}` is not a zone of `{region}`, the environment's region"),
                        &format!("for example `{region}a`"),
                    );
                }
            }
        }
    }

    fn instances(&mut self) {
        let compute = &self.environment.compute;
        if compute.max_count < compute.instance_count {
            self.push(
                ProblemCode::MaxBelowCount,
                "compute.max_count",
                format!(
                    "{} is less than the {} instances of `compute.instance_count`",
                    compute.max_count, compute.instance_count
                ),
                "raise it, or leave it out: then there is room for half as many again",
            );
        }
        let trunks = instance_types::find(&compute.instance_type)
            .is_none_or(|instance| instance.trunk_slots.is_some());
        if compute.eni_trunking && !trunks {
            self.push(
                ProblemCode::NoTrunking,
                "compute.eni_trunking",
                format!(
                    "`{}` has no ENI trunking: each task takes one of its own few interfaces",
                    compute.instance_type
                ),
                "choose another family, such as m8g, or set `compute.eni_trunking = false`",
            );
        }
    }

    fn dsql(&mut self) {
        let Dsql::Existing { endpoint, arn } = &self.environment.dsql else {
            return;
        };
        if let Some(endpoint) = endpoint {
            self.cluster_region("dsql.endpoint", &endpoint.region);
        }
        if let Some(arn) = arn {
            self.cluster_region("dsql.arn", &arn.region);
            if let Some(own) = &self.environment.account_id
                && *own != arn.account_id
            {
                self.push(
                    ProblemCode::ClusterOfAnotherAccount,
                    "dsql.arn",
                    format!(
                        "the cluster is in account `{}`, the environment in `{own}`",
                        arn.account_id
                    ),
                    "the task role's rights alone don't reach another account's cluster",
                );
            }
        }
        if let (Some(endpoint), Some(arn)) = (endpoint, arn)
            && endpoint.cluster != arn.cluster
        {
            self.push(
                ProblemCode::TwoClusters,
                "dsql.arn",
                format!(
                    "the ARN names cluster `{}`, `dsql.endpoint` names `{}`",
                    arn.cluster, endpoint.cluster
                ),
                "give endpoint and ARN of one cluster",
            );
        }
    }

    /// That the cluster that the option `key` names is in the environment's region.
    fn cluster_region(&mut self, key: &str, found: &str) {
        let region = &self.environment.region;
        if found != region {
            self.push(
                ProblemCode::ClusterOfAnotherRegion,
                key,
                format!("the cluster is in `{found}`, the environment in `{region}`"),
                "use a cluster of the environment's region",
            );
        }
    }

    /// Whether the secret of Grafana's administrator is the environment's own, unless it is shared on purpose.
    fn secret(&mut self) {
        let Environment {
            name,
            grafana_admin_secret: secret,
            shares_grafana_admin_secret: is_shared,
            ..
        } = self.environment;
        match secret {
            Some(secret) if !is_shared && !has_word(secret, name) => self.push(
                ProblemCode::SharedSecret,
                "grafana.admin_secret",
                format!("`{secret}` doesn't have `{name}` as a word: environments that share a secret share their administrator"),
                "give the environment a secret with its name, or state `grafana.shared_admin_secret = true`",
            ),
            None if *is_shared => {
                let at = FieldPath::in_environment(name, "grafana.shared_admin_secret");
                let message = "has no effect unless `grafana.admin_secret` is given".to_owned();
                self.problems.push(Problem::new(ProblemCode::NoEffect, at, message).hint("kept for when it is"));
            }
            _ => {}
        }
    }

    fn advice(&mut self) {
        let environment = self.environment;
        if environment.profile == Profile::Prod {
            if environment.network.nat == Nat::Single {
                self.push(
                    ProblemCode::SingleNat,
                    "network.nat",
                    "with one NAT gateway the loss of its zone cuts every task off from DSQL"
                        .to_owned(),
                    "use `per-az`",
                );
            }
            if environment.backend == Backend::Local {
                self.push(
                    ProblemCode::LocalState,
                    "backend.kind",
                    "production state on one machine is lost with it".to_owned(),
                    "use `s3`",
                );
            }
        }
        if !u64::try_from(environment.history_shards).is_ok_and(u64::is_power_of_two) {
            let at = FieldPath::in_environment(&environment.name, "history_shards");
            self.problems.push(
                Problem::new(
                    ProblemCode::ShardsNoPowerOfTwo,
                    at,
                    format!("{} is no power of two", environment.history_shards),
                )
                .hint("permanent, so choose a number that divides well, such as 512 or 4096"),
            );
        }
    }
}
