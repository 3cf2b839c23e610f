//! Whether the values of one environment contradict each other, such as zones and region.

use crate::environment::{Backend, Environment};
use crate::options::Profile;
use crate::parts::subject::Subject;
use crate::parts::{self, PARTS};
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
        for subject in Subject::CHECKS {
            match subject {
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
        for part in parts::about(Subject::Network) {
            (part.advise)(environment, self.problems);
        }
        if environment.profile == Profile::Prod && environment.backend == Backend::Local {
            self.push(
                ProblemCode::LocalState,
                "backend.kind",
                "production state on one machine is lost with it".to_owned(),
                "use `s3`",
            );
        }
        for part in PARTS.iter() {
            if part.subject != Subject::Network {
                (part.advise)(environment, self.problems);
            }
        }
    }
}
