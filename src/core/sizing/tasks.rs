//! The tasks of an environment.

use super::task::{PROXY, TaskOverhead, Tasks, WRITER, row};
use crate::environment::Environment;
use crate::parts;
use crate::parts::part::LogStore;
use crate::parts::subject::Subject;

/// The tasks that run on an environment's main instances, in the order in which services start.
#[must_use]
pub fn tasks(environment: &Environment) -> Vec<Tasks> {
    let has_log_store = environment.part::<LogStore>().is_some();
    let mut all = Vec::new();
    for subject in Subject::START {
        match subject {
            Subject::Dashboards => {
                let beside: &[TaskOverhead] = if has_log_store {
                    &[WRITER, PROXY]
                } else {
                    &[WRITER]
                };
                all.push(row("grafana", environment.grafana, beside, (0, 100)));
            }
            _ => {}
        }
        for part in parts::PARTS.iter() {
            if part.subject == subject {
                all.extend((part.tasks)(environment));
            }
        }
    }
    all
}

/// The tasks that run on instances that parts have besides the main ones.
#[must_use]
pub fn tasks_on_hosts_of_parts(environment: &Environment) -> Vec<Tasks> {
    let mut all = Vec::new();
    for hosts in parts::hosts(environment) {
        all.extend(hosts.tasks);
    }
    all
}
