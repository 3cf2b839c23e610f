//! Whether the values of one environment contradict each other, such as zones and region.

use crate::catalog::opensearch_types::{self, Limit, VOLUME_OF_ANY_TYPE};
use crate::catalog::{instance_types, regions};
use crate::environment::{Backend, Dsql, Environment, Nat, OpenSearch};
use crate::options::Profile;
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
        self.dsql();
        self.problems.extend(connections::check(self.environment));
        self.opensearch();
        self.secret();
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

    fn opensearch(&mut self) {
        let store = self.environment.opensearch.clone();
        let is_small = store.instance_type.starts_with("t3.");
        self.volume(&store);
        if is_small && self.environment.profile == Profile::Prod {
            self.push(
                ProblemCode::SmallNode,
                "opensearch.instance_type",
                format!(
                    "AWS does not support `{}` for production",
                    store.instance_type
                ),
                "choose m6g.large.search or larger",
            );
        }
        if !store.zone_awareness && store.instance_count > 1 {
            if self.environment.profile == Profile::Prod {
                self.push(
                    ProblemCode::OneZone,
                    "opensearch.zone_awareness",
                    format!(
                        "all {} nodes stand in one zone and go with it",
                        store.instance_count
                    ),
                    "spread them; AWS moves them while the domain serves",
                );
            }
        } else if store.instance_count == 2 {
            self.push(
                ProblemCode::NoMajority,
                "opensearch.instance_count",
                "two nodes have no majority when they lose sight of each other".to_owned(),
                "use 1 where an interruption is fine, else 3",
            );
        } else if store.instance_count > 1
            && store.instance_count % 3 != 0
            && store.instance_count % 2 != 0
        {
            self.push(
                ProblemCode::OneZone,
                "opensearch.instance_count",
                format!(
                    "{} nodes can't be spread evenly: all stand in one zone",
                    store.instance_count
                ),
                "use a multiple of 3, or of 2",
            );
        } else if store.instance_count % 3 == 0
            && store.instance_count % 2 != 0
            && self.environment.network.zones.len() < 3
        {
            self.push(
                ProblemCode::TooFewZones,
                "opensearch.instance_count",
                format!(
                    "{} nodes are to be spread over three zones, the environment has {}",
                    store.instance_count,
                    self.environment.network.zones.len()
                ),
                "use a multiple of 2, or give `network.availability_zones` a third",
            );
        }
    }

    /// Whether the node type takes a volume of this size.
    fn volume(&mut self, store: &OpenSearch) {
        let OpenSearch {
            instance_type,
            volume_size,
            ..
        } = store;
        match opensearch_types::largest_volume(instance_type) {
            Limit::Known(largest) if *volume_size > i64::from(largest) => self.push(
                ProblemCode::VolumeTooLarge,
                "opensearch.volume_size",
                format!("a node of type `{instance_type}` takes {largest} GiB at most, not {volume_size}"),
                "choose a larger node type or a smaller volume",
            ),
            Limit::Unknown if *volume_size > VOLUME_OF_ANY_TYPE => self.push(
                ProblemCode::VolumeLimitUnknown,
                "opensearch.volume_size",
                format!(
                    "whether a node of type `{instance_type}` takes {volume_size} GiB is not known here: \
                     every type takes {VOLUME_OF_ANY_TYPE}, and each has a limit"
                ),
                &format!(
                    "ask `aws opensearch describe-instance-type-limits --region {} --instance-type {instance_type} \
                     --engine-version {}`",
                    self.environment.region,
                    store.engine_version.name(),
                ),
            ),
            Limit::Known(_) | Limit::Unknown => {}
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
