//! Whether the values of one environment contradict each other, such as zones and region.

use crate::environment::{Backend, Environment};
use crate::options::Profile;
use crate::parts::subject::Subject;
use crate::parts::{self, PARTS};
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
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
            if subject == Subject::ConnectionPool {
                self.problems.extend(connections::check(self.environment));
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

    fn advice(&mut self) {
        let environment = self.environment;
        for part in parts::about(Subject::Network) {
            (part.advise)(environment, self.problems);
        }
        if environment.profile == Profile::Prod && environment.backend == Backend::Local {
            self.push(
                ProblemCode::LocalState,
                "backend.kind",
                "the state of production is lost with the machine that has it".to_owned(),
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
