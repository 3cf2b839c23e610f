//! The tasks of an environment.

use super::task::Tasks;
use crate::environment::Environment;
use crate::parts;
use crate::parts::subject::Subject;

/// The tasks that run on an environment's main instances, in the order in which services start.
#[must_use]
pub fn tasks(environment: &Environment) -> Vec<Tasks> {
    let mut all = Vec::new();
    for subject in Subject::START {
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
