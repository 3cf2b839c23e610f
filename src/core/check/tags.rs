//! Tag keys that are the same to IAM.

use crate::catalog::tags;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::spec::Spec;
use crate::value::excerpt;

/// Checks the tags of the spec and those of each environment together: to IAM keys that differ only in case are the same.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    let whole = FieldPath::of(&["tags"]);
    let of_spec: Vec<&str> = spec.entries(&whole).map(|(key, _)| key).collect();
    // Too many tags have their own problem, and comparing each pair would take long.
    if of_spec.len() > tags::MAX_TAGS {
        return;
    }
    check_keys(&whole, &of_spec, &[], problems);
    for name in spec.environments() {
        let map = FieldPath::in_environment(name, "tags");
        let own: Vec<&str> = spec.entries(&map).map(|(key, _)| key).collect();
        if own.len() > tags::MAX_TAGS {
            continue;
        }
        check_keys(&map, &own, &of_spec, problems);
        let more = own.iter().filter(|key| !of_spec.contains(*key)).count();
        let count = of_spec.len() + more;
        if more > 0 && count > tags::MAX_TAGS {
            problems.push(
                Problem::new(
                    ProblemCode::TooMany,
                    map,
                    format!(
                        "{count} tags including those of `tags`, but at most {} are allowed",
                        tags::MAX_TAGS
                    ),
                )
                .hint(format!("remove {}", count - tags::MAX_TAGS)),
            );
        }
    }
}

/// Compares each of `keys` with those before it and with the spec's.
fn check_keys(map: &FieldPath, keys: &[&str], of_spec: &[&str], problems: &mut Problems) {
    for (at, key) in keys.iter().enumerate() {
        let twin = of_spec
            .iter()
            .chain(&keys[..at])
            .find(|other| *other != key && tags::is_same_key(other, key));
        if let Some(twin) = twin {
            problems.push(
                Problem::new(
                    ProblemCode::SameTag,
                    map.key(key),
                    format!(
                        "IAM ignores case, so `{}` and `{}` are the same key",
                        excerpt(key),
                        excerpt(twin)
                    ),
                )
                .hint("write both the same way, or remove one"),
            );
        }
    }
}
