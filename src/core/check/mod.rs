//! Checks a spec and makes its blueprint. No other step can fail, and this one reports every problem at once.

mod alarm_names;
mod allowed;
mod between;
mod capacity;
mod consistency;
mod environment;
mod open;
pub(crate) mod server_keys;
mod tags;
mod value_warnings;
mod values;
mod warnings;

use crate::blueprint::{self, Blueprint, PlacedEnvironment};
use crate::parts::texts_in;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{ProblemCode, Severity};
use crate::spec::Spec;

/// The result of a check.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// What will be built; `None` if there are errors.
    pub blueprint: Option<Blueprint>,
    /// All that is wrong or worth knowing, in the order of the form; what [`check_without_names`] leaves out last.
    pub problems: Problems,
    /// If the spec has errors: the environments whose own values are allowed.
    settled: Vec<PlacedEnvironment>,
}

impl CheckResult {
    /// The environments whose own values are allowed. They can be sized even if they contradict each other or don't fit on
    /// their instances.
    #[must_use]
    pub fn environments(&self) -> &[PlacedEnvironment] {
        match &self.blueprint {
            Some(blueprint) => &blueprint.environments,
            None => &self.settled,
        }
    }

    /// It with what else was found.
    fn and(mut self, found: Problems) -> Self {
        for problem in found.0 {
            self.problems.push(problem);
        }
        if self.problems.has_errors()
            && let Some(blueprint) = self.blueprint.take()
        {
            self.settled = blueprint.environments;
        }
        self
    }
}

/// The result of an earlier check. An environment that is the same in the next spec is not settled again.
#[derive(Clone, Copy, Debug)]
pub struct PreviousCheck<'a> {
    /// The spec that was checked.
    pub spec: &'a Spec,
    /// Its environments whose own values are allowed: [`CheckResult::environments`].
    pub environments: &'a [PlacedEnvironment],
}

impl PreviousCheck<'_> {
    /// The environment named `name`, if it is the same in `spec`.
    fn environment(&self, spec: &Spec, name: &str) -> Option<PlacedEnvironment> {
        let found = self.environments.iter().find(|known| known.name == name)?;
        self.spec.has_same(spec, name).then(|| found.clone())
    }
}

/// Checks `spec`: each value, whether values contradict each other, and whether the tasks fit on the instances.
#[must_use]
pub fn check(spec: &Spec) -> CheckResult {
    check_from(spec, None)
}

/// [`check`], which reuses what is unchanged since `before`.
#[must_use]
pub fn check_from(spec: &Spec, before: Option<PreviousCheck<'_>>) -> CheckResult {
    let result = check_without_names(spec, before);
    let mut found = Problems::default();
    server_keys::check(spec, &mut found);
    for PlacedEnvironment { environment, .. } in result.environments() {
        alarm_names::check(environment, &mut found);
        for texts in texts_in(environment) {
            (texts.warn)(environment, &mut found);
        }
    }
    result.and(found)
}

/// [`check_from`] without names whose tables are large, those of the server's keys and of alarms, and without the warnings of
/// `PartTexts`: for the page's first look. Its second part adds them.
#[must_use]
pub fn check_without_names(spec: &Spec, before: Option<PreviousCheck<'_>>) -> CheckResult {
    let mut problems = Problems::default();
    values::check(spec, &mut problems);
    let enabled: Vec<&str> = spec
        .environments()
        .into_iter()
        .filter(|name| spec.is_enabled(name))
        .collect();
    if enabled.is_empty() {
        problems.push(no_environment(spec));
    }
    between::name_lengths(spec, &enabled, &mut problems);

    let mut settled = Vec::new();
    for name in &enabled {
        // Values are compared with each other only if each is allowed.
        let is_sound = problems
            .of(Severity::Error)
            .all(|problem| problem.at.environment() != Some(name));
        if !is_sound {
            continue;
        }
        let known = before.and_then(|before| before.environment(spec, name));
        let settle = || environment::settle(spec, name).map(PlacedEnvironment::of);
        match known.or_else(settle) {
            Some(environment) => settled.push(environment),
            // Some value outside of the environment is not allowed and has its own problem.
            None if problems.has_errors() => {}
            None => problems.push(Problem::new(
                ProblemCode::NotSettled,
                FieldPath::of(&["environments", name]),
                format!("the values of `{name}` are allowed, but the composer can't make an environment of them"),
            )),
        }
    }
    let environments = blueprint::environments(&settled);
    for PlacedEnvironment {
        environment,
        placement,
        ..
    } in &settled
    {
        consistency::check(environment, &mut problems);
        warnings::check(environment, &mut problems);
        capacity::check(environment, placement, &mut problems);
    }
    let project = spec.project();
    between::check(project.unwrap_or_default(), &environments, &mut problems);
    if !problems.has_errors() {
        for environment in &environments {
            open::check(environment, &mut problems);
        }
    }

    let (blueprint, settled) = match project {
        Some(project) if !problems.has_errors() => {
            let blueprint = Blueprint {
                spec: spec.clone(),
                project: project.to_owned(),
                environments: settled,
            };
            (Some(blueprint), Vec::new())
        }
        _ => (None, settled),
    };
    CheckResult {
        blueprint,
        problems,
        settled,
    }
}

fn no_environment(spec: &Spec) -> Problem {
    let at = FieldPath::of(&["environments"]);
    if spec.environments().is_empty() {
        Problem::new(
            ProblemCode::NoEnvironment,
            at,
            "the composition has no environment".to_owned(),
        )
        .hint("add an environment, for example `[environments.dev]`")
    } else {
        Problem::new(
            ProblemCode::NoEnvironment,
            at,
            "every environment has `enabled = false`".to_owned(),
        )
        .hint("enable at least one environment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::set;
    use crate::presets::PRESETS;
    use crate::spec::MAX_ENVIRONMENTS;
    use crate::temporal_service::TemporalService;
    use crate::value::Value;

    #[track_caller]
    fn check_spec(assignments: &[&str], expected: &[&str]) {
        let mut spec = crate::presets::find("standard").unwrap().spec();
        for assignment in assignments {
            set(&mut spec, assignment).unwrap();
        }
        let checked = check(&spec);
        let found: Vec<String> = checked
            .problems
            .0
            .iter()
            .filter(|problem| problem.code != ProblemCode::Open)
            .map(|problem| {
                format!(
                    "{} {} {}: {}",
                    problem.severity, problem.code, problem.at, problem.message
                )
            })
            .collect();
        assert_eq!(found, expected);
        assert_eq!(checked.blueprint.is_none(), checked.problems.has_errors());
    }

    /// As many environments as a spec may have, all with the values of their profile.
    fn most_environments() -> Spec {
        let mut spec = crate::presets::find("standard").unwrap().spec();
        for index in 0..MAX_ENVIRONMENTS - 3 {
            set(&mut spec, &format!("environments.e{index}.profile=dev")).unwrap();
        }
        spec
    }

    #[test]
    fn what_environments_share_is_one_problem_for_each() {
        let mut spec = most_environments();
        let cluster = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws";
        for index in 0..MAX_ENVIRONMENTS - 3 {
            let at = format!("environments.e{index}.dsql.endpoint={cluster}");
            set(&mut spec, &at).unwrap();
        }
        let problems = check(&spec).problems;
        let count = |name: &str| {
            let found = problems.0.iter();
            found.filter(|problem| problem.code.name() == name).count()
        };
        // With `dev`, whose network they have; the cluster is theirs alone.
        assert_eq!(count("networks-overlap"), MAX_ENVIRONMENTS - 3);
        assert_eq!(count("shared-cluster"), MAX_ENVIRONMENTS - 4);
    }

    #[test]
    fn what_the_check_takes_is_read_again() {
        let mut spec = most_environments();
        let names: Vec<String> = spec.environments().into_iter().map(str::to_owned).collect();
        let places = names.iter().flat_map(|name| {
            TemporalService::ALL.map(|service| {
                FieldPath::in_environment(name, &format!("{service}.extra_environment"))
            })
        });
        let is_too_large = |spec: &Spec| {
            let problems = check(spec).problems.0;
            problems
                .into_iter()
                .any(|it| it.code == ProblemCode::TooLarge)
        };
        // Nothing that may stand in a value takes more room than a quote, which is escaped.
        let value = Value::Text("\"".repeat(1_024));
        let mut count = 0;
        for at in places.flat_map(|map| (0..50).map(move |key| map.key(&format!("K{key}")))) {
            let mut next = spec.clone();
            next.put(at, value.clone());
            count += 1;
            if count > 370 && is_too_large(&next) {
                break;
            }
            spec = next;
        }
        assert!(count > 371, "{count}");
        let text = spec.to_toml();
        assert!(text.len() < crate::read::MAX_BYTES, "{}", text.len());
        assert_eq!(crate::read::read(&text).spec, spec);
    }

    #[test]
    fn presets_have_no_problem_but_what_is_open() {
        for preset in PRESETS {
            let checked = check(&preset.spec());
            let other: Vec<&Problem> = checked
                .problems
                .0
                .iter()
                .filter(|problem| problem.code != ProblemCode::Open)
                .collect();
            assert_eq!(other, Vec::<&Problem>::new(), "{}", preset.name);
            assert!(checked.blueprint.is_some());
        }
    }

    #[test]
    fn what_does_not_fit_says_how_many_would() {
        check_spec(
            &["environments.dev.loki.enabled=true"],
            &[
                "error does-not-fit environments.dev.compute.instance_count: the tasks request 4352 CPU units, but 2 × \
                 `m8g.large` have 4096",
            ],
        );
        check_spec(
            &[
                "environments.dev.compute.eni_trunking=false",
                "environments.bench.compute.eni_trunking=false",
                "environments.prod.compute.eni_trunking=false",
                "environments.prod.loki.enabled=true",
            ],
            &[
                "error does-not-fit environments.dev.compute.instance_count: the tasks request 6 network interfaces, but \
                 2 × `m8g.large` have 4",
                "error does-not-fit environments.prod.compute.instance_count: the tasks request 19 network interfaces, \
                 but 6 × `m8g.2xlarge` have 18",
            ],
        );
    }

    #[test]
    fn room_that_depends_or_is_needed_later_is_named() {
        // The four others, of 512 CPU units each, may stand two and two: then 1,024 are left on either.
        check_spec(
            &[
                "environments.dev.history.cpu=1536",
                "environments.dev.ui.enabled=false",
            ],
            &[
                "warning may-not-fit environments.dev.compute.instance_count: 5 tasks on 2 × `m8g.large`: if they start \
                 in some orders, a task of history finds no instance with enough room left",
            ],
        );
        // 7,636 to 8,192 MiB of an instance.
        check_spec(
            &[
                "environments.dev.history.memory=7800",
                "environments.dev.compute.instance_count=6",
            ],
            &[
                "warning memory-unknown environments.dev.compute.instance_count: the tasks request 12408 MiB: whether \
                 they fit depends on how much ECS registers for a `m8g.large`, which is not published: 7636 to 8192 MiB",
            ],
        );
        check_spec(
            &["environments.dev.history.memory=8200"],
            &[
                "error task-too-large environments.dev.history.memory: a task of 8200 MiB of memory doesn't fit on a \
                 `m8g.large`, which has 8192",
            ],
        );
        // The frontend doubles, of history half goes before half comes.
        check_spec(
            &[
                "environments.bench.history.count=14",
                "environments.bench.matching.count=2",
            ],
            &[
                "advice deployment-waits environments.bench.compute.instance_count: while frontend is deployed, up to 8 \
                 of its tasks run: 29 tasks on 6 × `m8g.4xlarge`: in some order, one may find no \
                 instance with enough room left; the deployment then waits for another instance",
                "advice deployment-slows environments.bench.compute.instance_count: while history is deployed, up to 21 \
                 of its tasks run: the tasks request 101376 CPU units, but 6 × `m8g.4xlarge` have 98304; old tasks then \
                 stop before new ones start",
            ],
        );
        check_spec(
            &[
                "environments.bench.frontend.cpu=8192",
                "environments.bench.history.count=4",
                "environments.bench.matching.count=2",
                "environments.bench.compute.max_count=6",
            ],
            &[
                "warning no-room-to-deploy environments.bench.compute.instance_count: while frontend is deployed, up to 8 \
                 of its tasks run: 19 tasks on 6 × `m8g.4xlarge`: if they start in some orders, a task of frontend finds \
                 no instance with enough room left; even with the 6 instances of `compute.max_count` there may be no capacity, and the deployment then stalls",
                "advice deployment-slows environments.bench.compute.instance_count: while history is deployed, up to 6 of \
                 its tasks run: 17 tasks on 6 × `m8g.4xlarge`: in some order, one may find no \
                 instance with enough room left; old tasks then stop before new ones start",
            ],
        );
        check_spec(
            &[
                "environments.prod.history.count=11",
                "environments.prod.loki.enabled=true",
                "environments.prod.matching.count=1",
            ],
            &[
                "warning single-task environments.prod.matching.count: matching has one task, so it is unavailable \
                 whenever that task is replaced",
                "warning zone-loss environments.prod.compute.instance_count: if a zone is lost, 4 of 6 instances are \
                 left: 21 tasks on 4 × `m8g.2xlarge`: if they start in some orders, a task of history finds no instance \
                 with enough room left",
            ],
        );
    }

    #[test]
    fn values_that_contradict_each_other_are_named() {
        check_spec(
            &["environments.dev.compute.eni_trunking=false"],
            &[
                "error does-not-fit environments.dev.compute.instance_count: the tasks request 6 network interfaces, but \
                 2 × `m8g.large` have 4",
                "error trunking-differs environments.bench.compute.eni_trunking: `true` here but `false` in `dev`: an \
                 account has one setting for ENI trunking in each region",
                "error trunking-differs environments.prod.compute.eni_trunking: `true` here but `false` in `dev`: an \
                 account has one setting for ENI trunking in each region",
            ],
        );
        check_spec(
            &[
                "environments.prod.reservoir.base_lifetime=58m",
                "environments.bench.reservoir.guard_window=11m",
                "environments.bench.reservoir.base_lifetime=10m",
            ],
            &[
                "error out-of-range environments.bench.reservoir.guard_window: `11m` is out of range: allowed is a \
                 duration from 1s to 10m, one number with `h`, `m` or `s`",
                "error lifetime-too-long environments.prod.reservoir.base_lifetime: with the jitter, a connection lives \
                 up to 1h, but DSQL closes it after 60m",
            ],
        );
        check_spec(
            &[
                "environments.bench.migration.keep_flat_names=true",
                "environments.bench.migration.name=temporal-dev",
                "environments.bench.opensearch.zone_awareness=false",
                "environments.prod.opensearch.zone_awareness=false",
            ],
            &[
                "warning one-zone environments.prod.opensearch.zone_awareness: all 3 nodes are in one zone and are lost \
                 with it",
                "error same-name environments.bench.migration.name: resource names start with `temporal-dev` in both \
                 `dev` and `bench`",
            ],
        );
        check_spec(
            &["environments.bench.migration.name=temporal-dev"],
            &[
                "advice no-effect environments.bench.migration.name: has no effect unless `migration.keep_flat_names` is \
                 `true`",
            ],
        );
        check_spec(
            &["project=temporal-server"],
            &[
                "error name-too-long project: `temporal-server-dev` has 19 characters, but project and environment \
                 together may have 17",
                "error name-too-long project: `temporal-server-bench` has 21 characters, but project and environment \
                 together may have 17",
                "error name-too-long project: `temporal-server-prod` has 20 characters, but project and environment \
                 together may have 17",
            ],
        );
    }
}
