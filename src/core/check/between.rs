//! Whether environments conflict: by their names, networks, DSQL clusters, and settings that AWS has once for an account
//! and region.

use crate::environment::{Backend, Environment};
use crate::parts::PARTS;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::rules::names::MAX_NAME_LENGTH;
use crate::sizing::connections;
use crate::sorted::SortedMap;
use crate::spec::Spec;
use crate::value::Value;

/// Checks the settled `environments` of `project` against each other.
pub(super) fn check(project: &str, environments: &[&Environment], problems: &mut Problems) {
    names(project, environments, problems);
    for part in PARTS.iter() {
        (part.check_between)(environments, problems);
    }
    problems.extend(connections::check_shared(environments));
    buckets(environments, problems);
}

/// Checks the names that the project and each of the `enabled` environments make.
pub(super) fn name_lengths(spec: &Spec, enabled: &[&str], problems: &mut Problems) {
    let at = FieldPath::of(&["project"]);
    let project = spec
        .get(&at)
        .and_then(Value::as_text)
        .filter(|project| Rule::ProjectName.accepts(project));
    let Some(project) = project else { return };
    let is_kept = |name: &str| {
        spec.get(&FieldPath::in_environment(
            name,
            "migration.keep_flat_names",
        )) == Some(&Value::Bool(true))
            && spec
                .get(&FieldPath::in_environment(name, "migration.name"))
                .is_some()
    };
    for name in enabled.iter().filter(|name| !is_kept(name)) {
        let full = format!("{project}-{name}");
        if full.len() > MAX_NAME_LENGTH {
            problems.push(
                Problem::new(
                    ProblemCode::NameTooLong,
                    at.clone(),
                    format!(
                        "`{full}` has {} characters, but project and environment together may have {MAX_NAME_LENGTH}",
                        full.len()
                    ),
                )
                .hint(format!(
                    "the name of the OpenSearch domain, `{full}-visibility`, may have 28; shorten `project` or the \
                     environment's name"
                )),
            );
        }
    }
}

/// Two environments whose resources would have the same names: AWS refuses the second, or it takes over what the first
/// has.
fn names(project: &str, environments: &[&Environment], problems: &mut Problems) {
    let mut first: SortedMap<String, &Environment> = SortedMap::new();
    for environment in environments {
        let name = environment.full_name(project);
        let other = *first.get_or_insert(name.clone(), environment);
        if other.name != environment.name {
            // The one that states the name, if one does.
            let one = [environment, other]
                .into_iter()
                .find(|one| one.migration.name.is_some());
            problems.push(
                Problem::new(
                    ProblemCode::SameName,
                    FieldPath::in_environment(&one.unwrap_or(environment).name, "migration.name"),
                    format!(
                        "resource names start with `{name}` in both `{}` and `{}`",
                        other.name, environment.name
                    ),
                )
                .hint("rename one of the environments, or the project"),
            );
        }
    }
}

/// A bucket is in one region.
fn buckets(environments: &[&Environment], problems: &mut Problems) {
    let mut first: SortedMap<&str, (&str, &str)> = SortedMap::new();
    for environment in environments {
        if let Backend::S3 {
            bucket: Some(bucket),
            region,
            ..
        } = &environment.backend
        {
            let (other, other_region) =
                *first.get_or_insert(bucket, (environment.name.as_str(), region));
            if other_region != region {
                problems.push(
                    Problem::new(
                        ProblemCode::BucketInTwoRegions,
                        FieldPath::in_environment(&environment.name, "backend.region"),
                        format!(
                            "the bucket `{bucket}` is in `{region}` here and in `{other_region}` for `{other}`"
                        ),
                    )
                    .hint("set `backend.region` once for all environments, or use another bucket here"),
                );
            }
        }
    }
}
