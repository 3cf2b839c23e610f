//! What is wrong with the connections to DSQL that environments open, against what their clusters take.

use super::connection_demand::Connections;
use crate::catalog::dsql::CONNECTION_RATE;
use crate::environment::{DsqlCluster, Environment};
use crate::parts::PARTS;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;

/// The address of `key` in `environment`.
fn at(environment: &Environment, key: &str) -> FieldPath {
    FieldPath::of(&["environments", &environment.name]).join(key)
}

/// What is wrong with the connections of one environment by itself.
#[must_use]
pub fn check(environment: &Environment) -> Problems {
    let mut problems = Problems::default();
    let connections = Connections::of(environment);
    check_quota(environment, &connections, &mut problems);
    for part in PARTS.iter() {
        (part.check_lifetimes)(environment, &mut problems);
    }
    for part in PARTS.iter() {
        (part.check_connections)(environment, &connections, &mut problems);
    }
    problems
}

const FEWER: &str = "lower `max_conns`, `target_ready` or `count` of the services, or request a quota increase from AWS";

fn check_quota(environment: &Environment, connections: &Connections, problems: &mut Problems) {
    let limit = connections.limit;
    let place = at(environment, "dsql.max_connections");
    let (steady, one, all) = (
        connections.steady(),
        connections.deploying_one(),
        connections.deploying(),
    );
    // What a migration takes over runs already: its numbers stay, with a warning.
    let code = if environment.migration.keep_flat_names {
        ProblemCode::TooManyConnectionsAtOnce
    } else {
        ProblemCode::TooManyConnections
    };
    if steady > limit {
        let message =
            format!("the services may hold {steady} connections, but the cluster allows {limit}");
        problems.push(Problem::new(code, place, message).hint(FEWER));
    } else if one > limit {
        let message = format!(
            "while one service is deployed, the tasks may hold {one} connections, but the cluster allows {limit}"
        );
        problems.push(Problem::new(code, place, message).hint(FEWER));
    } else if all > limit {
        let message = format!(
            "while all services are deployed at once, the tasks may hold {all} connections, but the cluster allows {limit}"
        );
        problems.push(
            Problem::new(ProblemCode::TooManyConnectionsAtOnce, place, message)
                .hint("deploy one service at a time, or lower `max_conns` or `target_ready`"),
        );
    }
}

/// The cluster that an environment is given, by the 26 characters that name it, and the option that gives it.
fn cluster(environment: &Environment) -> Option<(&str, &'static str)> {
    let DsqlCluster::Existing { endpoint, arn } = &environment.dsql.cluster else {
        return None;
    };
    match (endpoint, arn) {
        (Some(endpoint), _) => Some((&endpoint.cluster, "dsql.endpoint")),
        (None, Some(arn)) => Some((&arn.cluster, "dsql.arn")),
        (None, None) => None,
    }
}

/// The others of `environments` that are given the same cluster as `environment`.
pub fn sharing<'a>(
    environment: &'a Environment,
    environments: &'a [&'a Environment],
) -> impl Iterator<Item = &'a Environment> {
    let own = cluster(environment).map(|(id, _)| id);
    environments.iter().copied().filter(move |other| {
        own.is_some() && other.name != environment.name && cluster(other).map(|(id, _)| id) == own
    })
}

/// What is wrong between environments that are given the same cluster: they share its quota, and as one cluster holds
/// one Temporal database, they write into each other's.
#[must_use]
pub fn check_shared(environments: &[&Environment]) -> Problems {
    let mut problems = Problems::default();
    for (index, environment) in environments.iter().enumerate() {
        let Some((_, key)) = cluster(environment) else {
            continue;
        };
        let before: Vec<&Environment> = sharing(environment, &environments[..index]).collect();
        // Of many the first: one problem for each environment, and not for each two.
        if let Some(other) = before.first() {
            problems.push(
                Problem::new(
                    ProblemCode::SharedCluster,
                    at(environment, key),
                    format!(
                        "`{}` uses the same DSQL cluster: both write to one Temporal database and share its connections, \
                         and each may open {CONNECTION_RATE} new ones a second",
                        other.name
                    ),
                )
                .hint("use a separate cluster for each environment"),
            );
        }
        let is_last = sharing(environment, &environments[index + 1..])
            .next()
            .is_none();
        if !before.is_empty() && is_last {
            let sharing: Vec<&Environment> = before.into_iter().chain([*environment]).collect();
            check_together(&sharing, &mut problems);
        }
    }
    problems
}

/// Checks the sums over environments that share a cluster. The problems stand at the last of them.
fn check_together(sharing: &[&Environment], problems: &mut Problems) {
    let Some((last, _)) = sharing.split_last() else {
        return;
    };
    let names: Vec<String> = sharing
        .iter()
        .map(|environment| format!("`{}`", environment.name))
        .collect();
    let names = names.join(" and ");
    let of_each: Vec<Connections> = sharing.iter().map(|each| Connections::of(each)).collect();
    let sum = |part: fn(&Connections) -> i64| -> i64 { of_each.iter().map(part).sum() };
    let quota = of_each.iter().map(|each| each.limit).min().unwrap_or(0);
    if of_each.iter().any(|each| each.limit != quota) {
        problems.push(
            Problem::new(
                ProblemCode::QuotaDiffers,
                at(last, "dsql.max_connections"),
                format!("{names} share a DSQL cluster but set different quotas for it"),
            )
            .hint("set the same `dsql.max_connections` in each; the check uses the lowest"),
        );
    }
    let (steady, all) = (sum(Connections::steady), sum(Connections::deploying));
    let fix = "use a separate cluster for each environment, or lower `max_conns`, `target_ready` or `count`";
    let place = at(last, "dsql.max_connections");
    if steady > quota {
        let message = format!(
            "{names} may together hold {steady} connections, but the cluster that they share allows {quota}"
        );
        problems.push(Problem::new(ProblemCode::TooManyConnections, place, message).hint(fix));
    } else if all > quota {
        let message = format!(
            "while all services of {names} are deployed at once, their tasks may hold {all} connections, but the cluster \
             that they share allows {quota}"
        );
        problems
            .push(Problem::new(ProblemCode::TooManyConnectionsAtOnce, place, message).hint(fix));
    }
    let caps: Option<i64> = of_each.iter().map(|each| Some(each.cap?.limit)).sum();
    let cap = of_each.last().and_then(|last| last.cap);
    if let (Some(caps), Some(cap)) = (caps, cap)
        && caps > quota
    {
        problems.push(
            Problem::new(
                cap.over_shared_quota,
                at(last, cap.key),
                format!(
                    "{names} count their connections separately and may together have {caps}, but the cluster that they \
                     share allows {quota}"
                ),
            )
            .hint(format!("divide the quota between them with `{}`", cap.key)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::set;
    use crate::check::check as check_spec;
    use crate::presets;

    fn environments(preset: &str, assignments: &[&str]) -> Vec<crate::PlacedEnvironment> {
        let mut spec = presets::find(preset).unwrap().spec();
        for assignment in assignments {
            set(&mut spec, assignment).unwrap();
        }
        let checked = check_spec(&spec);
        let problems = checked.problems;
        checked
            .blueprint
            .unwrap_or_else(|| panic!("{problems:#?}"))
            .environments
    }

    #[track_caller]
    fn check_prod(assignments: &[&str], expected: (i64, i64, i64, i64), fill: (i64, i64)) {
        let environments = environments("ha-prod", assignments);
        let connections = Connections::of(&environments[0]);
        let found = connections.fill();
        assert_eq!(
            (
                connections.steady(),
                connections.deploying_one(),
                connections.deploying(),
                connections.renewals_per_1000_seconds()
            ),
            expected
        );
        assert_eq!((found.connections, found.milliseconds), fill);
    }

    #[test]
    fn sums_are_those_of_a_hand() {
        // 3 × (4 × 20 + 50), 6 × (4 × 20 + 100), 4 × (4 × 20 + 50), 2 × (4 × 20 + 50); the frontend doubles, half of the
        // others more. 15 × 80 are renewed each 675 s, and 1,050 in use each hour.
        check_prod(&[], (2250, 2790, 3570, 2068), (1200, 12_000));
        // One reservoir a task, and three pools of 5 at its start; a thousand new connections at once.
        check_prod(
            &["environments.prod.dsql.limiter=slots"],
            (1350, 1710, 2130, 735),
            (525, 0),
        );
        // 16 × 220 + 16 × 100 + 9 × 80 + 4 × 50 in use, as much ready: a load test of February 2026 by the author of the
        // reference deployment, who counted 6,040.
        let author = [
            "environments.prod.dsql.limiter=slots",
            "environments.prod.dsql.max_connections=20000",
            "environments.prod.lease.enabled=false",
            "environments.prod.compute.instance_count=12",
            "environments.prod.history.count=16",
            "environments.prod.history.max_conns=220",
            "environments.prod.history.target_ready=220",
            "environments.prod.matching.count=16",
            "environments.prod.matching.max_conns=100",
            "environments.prod.matching.target_ready=100",
            "environments.prod.frontend.count=9",
            "environments.prod.frontend.max_conns=80",
            "environments.prod.frontend.target_ready=80",
            "environments.prod.worker.count=4",
            "environments.prod.worker.target_ready=50",
        ];
        check_prod(
            &author,
            (12_080, 15_600, 18_840, 10_625),
            (45 * 15 + 6_040, 57_150),
        );
        // The three environments of the reference deployment: 9, 44 and 15 tasks, each with 50 in use and reservoirs of 50.
        // The second is beyond DSQL's default quota.
        for (counts, steady, fill) in [
            ([2, 3, 2, 2], 2_250, 18_000),
            ([9, 16, 16, 3], 11_000, 88_000),
            ([3, 6, 4, 2], 3_750, 30_000),
        ] {
            let services = ["frontend", "history", "matching", "worker"];
            let assignments: Vec<String> = services
                .iter()
                .zip(counts)
                .flat_map(|(service, count)| {
                    [("count", count), ("max_conns", 50)]
                        .map(|(key, value)| format!("environments.prod.{service}.{key}={value}"))
                })
                .chain([
                    "environments.prod.compute.instance_count=9".to_owned(),
                    "environments.prod.reservoir.target_ready=50".to_owned(),
                    "environments.prod.dsql.max_connections=20000".to_owned(),
                ])
                .collect();
            let assignments: Vec<&str> = assignments.iter().map(String::as_str).collect();
            let connections = Connections::of(&environments("ha-prod", &assignments)[0]);
            assert_eq!(
                (connections.steady(), connections.fill().milliseconds),
                (steady, fill)
            );
        }
        // Without the reservoir the pool's 55 minutes count, nothing is kept ready, and all four pools are filled.
        check_prod(
            &["environments.prod.reservoir.enabled=false"],
            (1050, 1350, 1650, 318),
            (4 * 1050, 42_000),
        );
    }

    #[test]
    fn what_scales_by_itself_is_counted_with_its_most_tasks() {
        let on = "environments.prod.autoscaling.enabled=true";
        // Three frontends and two workers more than in the sums of a hand, each with 130, during a deployment six and three.
        let environments = environments("ha-prod", &[on]);
        let connections = Connections::of(&environments[0]);
        assert_eq!(
            (
                connections.steady(),
                connections.deploying_one(),
                connections.deploying()
            ),
            (2250 + 5 * 130, 2250 + 5 * 130 + 6 * 130, 3570 + 9 * 130)
        );
        let at = "environments.prod.dsql.max_connections";
        let quota = |quota: i64| format!("{at}={quota}");
        check_codes("ha-prod", &[on, &quota(4740)], &[]);
        check_codes(
            "ha-prod",
            &[on, &quota(3679)],
            &[&format!("error too-many-connections {at}")],
        );
    }

    #[test]
    fn a_task_holds_no_more_than_its_blocks() {
        let of_history = |assignments: &[&str]| {
            let all = environments("ha-prod", assignments);
            let connections = Connections::of(&all[0]);
            let history = connections.services[1];
            (
                history.each(),
                history.formula(),
                connections.blocks_deploying(100),
            )
        };
        let slots = "environments.prod.dsql.limiter=slots";
        assert_eq!(of_history(&[slots]), (120, "20 + 100".to_owned(), 30));
        let small = "environments.prod.lease.block_size=100";
        assert_eq!(
            of_history(&[slots, small]),
            (100, "100 of 20 + 100".to_owned(), 30)
        );
        // A reservoir of 101 takes two blocks.
        let large = "environments.prod.history.target_ready=101";
        assert_eq!(
            of_history(&[slots, small, large]),
            (200, "200 of 101 + 100".to_owned(), 42)
        );
    }

    #[test]
    fn blocks_must_be_enough_and_large_enough() {
        let slots = "environments.prod.dsql.limiter=slots";
        check_codes("ha-prod", &[slots], &[]);
        // 30 are needed: 15 tasks, each twice.
        let limit = |limit: i64| format!("environments.prod.lease.limit={limit}");
        check_codes("ha-prod", &[slots, &limit(30 * 220)], &[]);
        let at = "environments.prod.lease.block_size";
        check_codes(
            "ha-prod",
            &[slots, &limit(30 * 220 - 1)],
            &[&format!("warning too-few-blocks {at}")],
        );
        let size = |size: i64| format!("{at}={size}");
        check_codes("ha-prod", &[slots, &size(120)], &[]);
        check_codes(
            "ha-prod",
            &[slots, &size(119)],
            &[&format!("warning small-block {at}")],
        );
    }

    #[test]
    fn the_counter_keeps_what_a_stop_leaves() {
        let left = |assignments: &[&str]| {
            Connections::of(&environments("ha-prod", assignments)[0]).left_behind()
        };
        assert_eq!(left(&[]), 15 * 80);
        assert_eq!(left(&["environments.prod.lease.enabled=false"]), 0);
        assert_eq!(left(&["environments.prod.dsql.limiter=slots"]), 0);
    }

    #[track_caller]
    fn check_codes(preset: &str, assignments: &[&str], expected: &[&str]) {
        let mut spec = presets::find(preset).unwrap().spec();
        for assignment in assignments {
            set(&mut spec, assignment).unwrap();
        }
        let found: Vec<String> = check_spec(&spec)
            .problems
            .0
            .iter()
            .filter(|problem| problem.code != ProblemCode::Open)
            .map(|problem| format!("{} {} {}", problem.severity, problem.code, problem.at))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_deployment_of_one_service_must_fit_of_all_should() {
        for (quota, expected) in [
            (3570, &[][..]),
            (
                3569,
                &["warning too-many-connections environments.prod.dsql.max_connections"][..],
            ),
            (
                2789,
                &["error too-many-connections environments.prod.dsql.max_connections"],
            ),
            (
                2249,
                &["error too-many-connections environments.prod.dsql.max_connections"],
            ),
        ] {
            let quota = format!("environments.prod.dsql.max_connections={quota}");
            check_codes("ha-prod", &[&quota], expected);
        }
    }

    #[test]
    fn numbers_that_a_migration_takes_over_are_told_and_stay() {
        check_codes(
            "ha-prod",
            &[
                "environments.prod.dsql.max_connections=2249",
                "environments.prod.migration.keep_flat_names=true",
            ],
            &["warning too-many-connections environments.prod.dsql.max_connections"],
        );
    }

    #[test]
    fn connections_that_live_too_shortly_are_refused() {
        // 1,200 connections that live 11 s on average.
        check_codes(
            "ha-prod",
            &[
                "environments.prod.reservoir.base_lifetime=60s",
                "environments.prod.reservoir.lifetime_jitter=2s",
                "environments.prod.reservoir.guard_window=50s",
            ],
            &["error renewed-too-often environments.prod.reservoir.base_lifetime"],
        );
        check_codes(
            "ha-prod",
            &[
                "environments.prod.reservoir.target_ready=300",
                "environments.prod.dsql.max_connections=40000",
            ],
            &[
                "advice slow-fill environments.prod.reservoir.target_ready",
                "advice raised-quota environments.prod.dsql.max_connections",
            ],
        );
    }

    #[test]
    fn environments_on_one_cluster_share_its_connections() {
        let id = "abcdefghijklmnopqrstuvwxyz";
        let endpoint = format!("environments.bench.dsql.endpoint={id}.dsql.eu-west-1.on.aws");
        let arn =
            format!("environments.prod.dsql.arn=arn:aws:dsql:eu-west-1:123456789012:cluster/{id}");
        let shared = "warning shared-cluster environments.prod.dsql.arn";
        let lease = "warning shared-lease environments.prod.lease.limit";
        let all = "warning too-many-connections environments.prod.dsql.max_connections";
        check_codes("standard", &[&endpoint, &arn], &[shared, all, lease]);
        // bench may hold 640 + 2,240 + 1,440 + 260 = 4,580, prod 2,250; in a deployment of all 7,190 and 3,570.
        let fewer = "environments.bench.reservoir.target_ready=10";
        check_codes("standard", &[&endpoint, &arn, fewer], &[shared, lease]);
        for (quota, expected) in [
            (7190, &[shared, all, lease][..]),
            (
                6829,
                &[
                    "warning too-many-connections environments.bench.dsql.max_connections",
                    shared,
                    "error too-many-connections environments.prod.dsql.max_connections",
                    lease,
                ],
            ),
        ] {
            let quotas = ["bench", "prod"]
                .map(|name| format!("environments.{name}.dsql.max_connections={quota}"));
            check_codes(
                "standard",
                &[&endpoint, &arn, &quotas[0], &quotas[1]],
                expected,
            );
        }
        check_codes(
            "standard",
            &[
                &endpoint,
                &arn,
                "environments.prod.dsql.max_connections=9000",
                "environments.bench.lease.limit=6000",
                "environments.prod.lease.limit=3000",
            ],
            &[
                "warning lease-below-need environments.bench.lease.limit",
                "warning lease-below-need environments.prod.lease.limit",
                shared,
                "warning quota-differs environments.prod.dsql.max_connections",
                all,
            ],
        );
    }
}
