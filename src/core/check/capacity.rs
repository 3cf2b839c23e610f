//! Whether each task is large enough for its containers, and whether all tasks fit on the instances.

use crate::environment::Environment;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::service_name::ServiceName;
use crate::sizing::placement::{Finding, Placement, Pool, Resource, Situation, Verdict};
use crate::sizing::{LEAST_APP_CPU, LEAST_APP_MEMORY, Tasks, tasks, tasks_on_hosts_of_parts};

/// Checks the tasks of `environment`, which are placed as `placement` says.
pub(super) fn check(environment: &Environment, placement: &Placement, problems: &mut Problems) {
    let mut capacity = Capacity {
        environment,
        problems,
    };
    let rows = [tasks(environment), tasks_on_hosts_of_parts(environment)].concat();
    for row in &rows {
        capacity.program_share(row);
    }
    for pool in &placement.pools {
        capacity.pool(pool);
    }
}

/// What [`crate::fix`] finds is closer; it takes longer than a check may.
const MORE_ROOM: &str = "use more or larger instances, or fewer or smaller tasks";

struct Capacity<'a> {
    environment: &'a Environment,
    problems: &'a mut Problems,
}

impl Capacity<'_> {
    fn push(&mut self, code: ProblemCode, key: &str, message: String, fix: &str) {
        let at = FieldPath::in_environment(&self.environment.name, key);
        self.problems
            .push(Problem::new(code, at, message).hint(fix));
    }

    fn program_share(&mut self, row: &Tasks) {
        for (name, whole, overhead, least, unit) in [
            (
                "cpu",
                row.size.cpu,
                row.overhead_cpu,
                LEAST_APP_CPU,
                "CPU units",
            ),
            (
                "memory",
                row.size.memory,
                row.overhead_memory,
                LEAST_APP_MEMORY,
                "MiB",
            ),
        ] {
            if whole - overhead < least {
                self.push(
                    ProblemCode::TaskTooSmall,
                    &row.key(name),
                    format!(
                        "of {whole} {unit} the containers beside the program take {overhead}, which leaves it {}; \
                         it needs {least}",
                        (whole - overhead).max(0)
                    ),
                    &format!("set it to {} or more", overhead + least),
                );
            }
        }
    }

    fn pool(&mut self, pool: &Pool) {
        let mut each_fits = true;
        for (row, resource, had) in pool.too_large() {
            let name = match resource {
                Resource::Cpu => "cpu",
                Resource::Memory => "memory",
                Resource::Interfaces => continue,
            };
            each_fits = false;
            self.push(
                ProblemCode::TaskTooLarge,
                &row.key(name),
                format!(
                    "a task of {} {} doesn't fit on a `{}`, which has {had}",
                    row.each().of(resource),
                    resource.unit(),
                    pool.instance.name
                ),
                "choose a larger instance type or smaller tasks",
            );
        }
        if !each_fits {
            return;
        }
        let steady = pool.steady();
        if steady.verdict != Verdict::AlwaysFits {
            self.steady(pool, steady);
            return;
        }
        let in_trouble =
            |finding: &&Finding| finding.is_needed && finding.verdict != Verdict::AlwaysFits;
        for finding in pool.findings.iter().filter(in_trouble) {
            match finding.situation {
                Situation::Deployment(service) => self.deployment(pool, finding, service),
                Situation::ZoneLost => self.zone_lost(pool, finding),
                Situation::MostTasks => self.most_tasks(pool, finding),
                Situation::Steady | Situation::AllDeployed | Situation::ScaledOut => {}
            }
        }
    }

    fn steady(&mut self, pool: &Pool, finding: &Finding) {
        let code = match finding.verdict {
            Verdict::DoesNotFit => ProblemCode::DoesNotFit,
            Verdict::Unknown => ProblemCode::MemoryUnknown,
            Verdict::MayNotFit | Verdict::AlwaysFits => ProblemCode::MayNotFit,
        };
        let key = pool.purpose.count();
        let message = pool.explain(finding).unwrap_or_default();
        self.push(code, key, message, MORE_ROOM);
    }

    fn deployment(&mut self, pool: &Pool, finding: &Finding, service: ServiceName) {
        let Some(row) = pool.tasks.iter().find(|row| row.service == service) else {
            return;
        };
        let (code, then) = if row.min_during_deployment() < row.size.count {
            (
                ProblemCode::DeploymentSlows,
                "old tasks then stop before new ones start".to_owned(),
            )
        } else if finding.scaled_out == Some(Verdict::AlwaysFits) {
            (
                ProblemCode::DeploymentWaits,
                "the deployment then waits for another instance".to_owned(),
            )
        } else {
            (
                ProblemCode::NoRoomToDeploy,
                format!(
                    "even with the {} instances of `compute.max_count` there may be no capacity, and the deployment then stalls",
                    pool.max_count
                ),
            )
        };
        self.push(
            code,
            "compute.instance_count",
            format!(
                "while {service} is deployed, up to {} of its tasks run: {}; {then}",
                row.max_during_deployment(),
                pool.explain(finding).unwrap_or_default()
            ),
            MORE_ROOM,
        );
    }

    fn most_tasks(&mut self, pool: &Pool, finding: &Finding) {
        let reason = pool.explain(finding).unwrap_or_default();
        self.push(
            ProblemCode::NoRoomToScale,
            "compute.max_count",
            format!("with the most tasks: {reason}"),
            MORE_ROOM,
        );
    }

    fn zone_lost(&mut self, pool: &Pool, finding: &Finding) {
        let reason = pool.explain(finding).unwrap_or_default();
        self.push(
            ProblemCode::ZoneLoss,
            "compute.instance_count",
            format!(
                "if a zone is lost, {} of {} instances are left: {reason}",
                finding.instances, pool.count
            ),
            MORE_ROOM,
        );
    }
}
