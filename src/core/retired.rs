//! Options that there were and that had no effect. A spec, a link or a command that still sets one is read without it.

use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;

/// That the option at `at` is no more, if there was one.
pub(crate) fn retired(at: &FieldPath) -> Option<Problem> {
    let segments = at.segments();
    let [_, _, service, name] = segments[..] else {
        return None;
    };
    at.environment()?;
    let was_an_option = matches!(service, "frontend" | "history" | "matching" | "worker")
        && matches!(name, "rate_limit" | "burst_limit");
    was_an_option.then(|| {
        Problem::new(
            ProblemCode::Retired,
            at.clone(),
            format!(
                "`{at}` is no option any more and was left out: the DSQL plugin ignores a limit for each task while all \
                 tasks share one"
            ),
        )
        .hint("remove it: all tasks together open at most 100 connections a second")
    })
}

#[cfg(test)]
mod tests {
    use crate::{Severity, link, read};

    const LEFT_OUT: &str = "`environments.prod.history.rate_limit` is no option any more and was left out: the DSQL \
                            plugin ignores a limit for each task while all tasks share one";

    #[test]
    fn a_spec_with_a_retired_option_is_read_without_it() {
        let found = read::read(
            "version = 1\nproject = \"ab\"\n[environments.prod.history]\nrate_limit = 3\ncount = 4\n",
        );
        let said: Vec<_> = found
            .problems
            .0
            .iter()
            .map(|it| (it.severity, it.message.as_str()))
            .collect();
        assert_eq!(said, [(Severity::Warning, LEFT_OUT)]);
        let stated: Vec<String> = found.spec.values().map(|(at, _)| at.to_string()).collect();
        assert_eq!(stated, ["environments.prod.history.count", "project"]);
    }

    #[test]
    fn a_link_with_a_retired_option_is_opened_without_it() {
        let found =
            link::read("v=1&preset=ha-prod&environments.prod.history.rate_limit=3").unwrap();
        let said: Vec<_> = found
            .problems
            .0
            .iter()
            .map(|it| it.message.as_str())
            .collect();
        assert_eq!(said, [LEFT_OUT]);
        let plain = link::read("v=1&preset=ha-prod").unwrap();
        assert_eq!(found.spec, plain.spec);
    }

    #[test]
    fn a_key_that_never_was_an_option_is_refused_as_before() {
        for key in [
            "environments.prod.ui.rate_limit",
            "environments.prod.history.rate",
            "history.rate_limit",
        ] {
            let found = read::read(&format!("version = 1\n{key} = 3\n"));
            assert!(found.problems.has_errors(), "{key}");
        }
    }
}
