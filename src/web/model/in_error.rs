//! What is composed of a spec with errors: the environments without any as they are now, and the others as they last were
//! without errors. Only the second part of the page reaches it.

use composer_core::{Blueprint, PreviousCheck, Problems, Severity, Spec, check_from};

/// Composes in an error: the spec and its problems, what its check found, and the last composition's spec, if the failed
/// environments have a version there.
pub(crate) type ComposedInError =
    fn(&Spec, &Problems, PreviousCheck<'_>, Option<&Spec>) -> Option<Blueprint>;

/// What to show of `spec`, which has `problems` with errors among them. An environment with an error is as it is in
/// `last`; without one there, or where that version contradicts what the others are now, it is left out. `None` where an
/// error is about all environments, or none is left.
#[must_use]
pub(crate) fn blueprint_in_error(
    spec: &Spec,
    problems: &Problems,
    known: PreviousCheck<'_>,
    last: Option<&Spec>,
) -> Option<Blueprint> {
    let mut failed: Vec<&str> = Vec::new();
    for problem in problems.of(Severity::Error) {
        let name = problem.at.environment()?;
        if !failed.contains(&name) {
            failed.push(name);
        }
    }
    let mut healthy = spec.clone();
    for name in &failed {
        healthy.remove_environment(name);
    }
    let with_last = last.and_then(|last| {
        let mut shown = healthy.clone();
        let there = last.environments();
        for name in failed.iter().filter(|name| there.contains(*name)) {
            shown.add_environment(name);
            for (at, value) in last.values() {
                if at.environment() == Some(*name) {
                    shown.put(at.clone(), value.clone());
                }
            }
        }
        check_from(&shown, Some(known)).blueprint
    });
    with_last.or_else(|| check_from(&healthy, Some(known)).blueprint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::check;

    use crate::model::fixtures::standard;

    /// Each environment that is shown, with its instances.
    fn shown(assignments: &[&str], last: Option<&[&str]>) -> Option<Vec<String>> {
        let spec = standard(assignments);
        let checked = check(&spec);
        assert!(checked.problems.has_errors());
        let known = PreviousCheck {
            spec: &spec,
            environments: checked.environments(),
        };
        let last = last.map(standard);
        let blueprint = blueprint_in_error(&spec, &checked.problems, known, last.as_ref())?;
        let environments = blueprint.environments.iter();
        let in_words = |each: &composer_core::PlacedEnvironment| {
            format!("{} {}", each.name, each.compute.instance_type)
        };
        Some(environments.map(in_words).collect())
    }

    #[test]
    fn who_has_no_error_is_as_it_is_now_and_who_has_one_as_it_was() {
        let now = [
            "environments.prod.compute.instance_type=m8g.4xlarge",
            "environments.dev.loki.enabled=true",
        ];
        let last: &[&str] = &["environments.dev.compute.instance_type=m7g.large"];
        assert_eq!(
            shown(&now, Some(last)).unwrap(),
            ["dev m7g.large", "bench m8g.4xlarge", "prod m8g.4xlarge"]
        );
        assert_eq!(
            shown(&now, None).unwrap(),
            ["bench m8g.4xlarge", "prod m8g.4xlarge"]
        );
    }

    #[test]
    fn a_last_version_that_contradicts_the_others_is_left_out() {
        // prod has taken over the network that dev had.
        let now = [
            "environments.dev.network.vpc_cidr=10.0.0.0/33",
            "environments.prod.network.vpc_cidr=10.90.0.0/16",
        ];
        let last: &[&str] = &["environments.dev.network.vpc_cidr=10.90.0.0/16"];
        assert_eq!(
            shown(&now, Some(last)).unwrap(),
            ["bench m8g.4xlarge", "prod m8g.2xlarge"]
        );
    }

    #[test]
    fn an_error_about_all_of_them_leaves_nothing_to_show() {
        assert_eq!(shown(&["project=No!"], Some(&[])), None);
    }
}
