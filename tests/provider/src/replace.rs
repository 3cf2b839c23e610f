//! Which arguments can't be changed in place, so that a change of them makes
//! Terraform replace the resource: the rows of the core's table, by which
//! `diff` says what an apply would replace.

use composer_core::catalog::replacement::{self, DirectedChange, FixedArguments};

use crate::diagnostic::Path;
use crate::value::{Object, Value, get};

/// The arguments whose change forces a replacement of this resource.
///
/// `adopted` is a resource that was imported by its id alone: what isn't known
/// of it is null and counts as unchanged.
pub(crate) fn forced_by(
    kind: &str,
    settable: &[&str],
    prior: &Object,
    planned: &Object,
    adopted: bool,
) -> Vec<Path> {
    let mut names: Vec<&str> = match replacement::fixed(kind) {
        FixedArguments::Only(names) => names.to_vec(),
        FixedArguments::AllBut(names) => settable
            .iter()
            .copied()
            .filter(|name| !names.contains(name) && *name != "tags_all")
            .collect(),
    };
    if !names.contains(&"region") {
        names.push("region");
    }
    names.retain(|name| {
        let before = at(prior, name);
        before != at(planned, name) && !(adopted && is_blank(before))
    });
    let mut forced: Vec<Path> = names.into_iter().map(Path::of).collect();
    forced.extend(directed(kind, prior, planned));
    forced
}

/// What depends on the direction of the change.
fn directed(kind: &str, prior: &Object, planned: &Object) -> Option<Path> {
    // Nothing is known of a domain that was imported.
    let is_known = kind != "aws_opensearch_domain" || !is_blank(get(prior, "cluster_config"));
    let has = |object, name, text| at(object, name).as_str() == Some(text);
    let appears = |name| is_blank(at(prior, name)) != is_blank(at(planned, name));
    let is_true = |object, name| at(object, name).as_bool() == Some(true);
    let mut rules = replacement::directed(kind);
    rules.find_map(|rule| {
        let (name, is_forced) = match rule {
            DirectedChange::Appears(name) => (name, is_known && appears(name)),
            DirectedChange::AppearsWith {
                name,
                argument,
                value,
            } => (name, has(planned, argument, value) && appears(name)),
            DirectedChange::Becomes(name, value) => {
                (name, !has(prior, name, value) && has(planned, name, value))
            }
            DirectedChange::Ceases(name) => (name, is_true(prior, name) && !is_true(planned, name)),
            DirectedChange::UnlessForced(name, force) => {
                let (before, after) = (at(prior, name), at(planned, name));
                let in_place = is_true(planned, force) && is_blank(before) == is_blank(after);
                (name, before != after && !in_place)
            }
        };
        is_forced.then(|| Path::of(name.split('.').next().unwrap_or(name)))
    })
}

fn at<'a>(object: &'a Object, dotted: &str) -> &'a Value {
    let mut parts = dotted.split('.');
    let first = parts.next().unwrap_or_default();
    parts.fold(get(object, first), |value, part| match value {
        Value::List(items) => part
            .parse()
            .ok()
            .and_then(|index: usize| items.get(index))
            .unwrap_or(&Value::Null),
        Value::Map(items) => get(items, part),
        _ => &Value::Null,
    })
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(items) => items.is_empty(),
        Value::Unknown(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use composer_core::catalog::replacement::{DIRECTED, FIXED, HELD};

    use super::*;
    use crate::schema::Provider;
    use serde_json::json;

    #[test]
    fn a_domain_keeps_its_key_and_its_access_control() {
        let domain = |key: &str, is_on: bool| {
            let json = json!({
                "domain_name": "a", "cluster_config": [{}], "vpc_options": [{}],
                "encrypt_at_rest": [{ "enabled": true, "kms_key_id": key }],
                "advanced_security_options": [{ "enabled": is_on }],
            });
            match Value::from_json(&json) {
                Value::Map(domain) => domain,
                other => panic!("{other:?}"),
            }
        };
        let forced =
            |prior, planned| forced_by("aws_opensearch_domain", &[], &prior, &planned, false);
        assert_eq!(forced(domain("a", false), domain("a", true)), []);
        assert_eq!(
            forced(domain("a", true), domain("a", false)),
            [Path::of("advanced_security_options")]
        );
        assert_eq!(
            forced(domain("a", true), domain("b", true)),
            [Path::of("encrypt_at_rest.0.kms_key_id")]
        );
    }

    /// The first part of a dotted name is an argument or a block.
    fn assert_known(provider: &Provider, kind: &str, name: &str) {
        let block = &provider
            .resources
            .get(kind)
            .unwrap_or_else(|| panic!("no `{kind}`"))
            .block;
        let first = name.split('.').next().unwrap();
        assert!(
            block.attributes.contains_key(first) || block.blocks.contains_key(first),
            "`{kind}` has no `{name}`"
        );
    }

    #[test]
    fn every_argument_of_the_rows_is_in_the_schema() {
        let provider = Provider::load().unwrap();
        let of_aws = |kind: &&str| kind.starts_with("aws_");
        for (kind, fixed) in FIXED.iter().filter(|(kind, _)| of_aws(kind)) {
            let (FixedArguments::Only(names) | FixedArguments::AllBut(names)) = fixed;
            for name in *names {
                assert_known(&provider, kind, name);
            }
        }
        for (kind, directed) in DIRECTED {
            let names = match *directed {
                DirectedChange::Appears(name)
                | DirectedChange::Becomes(name, _)
                | DirectedChange::Ceases(name) => {
                    vec![name]
                }
                DirectedChange::AppearsWith { name, argument, .. } => vec![name, argument],
                DirectedChange::UnlessForced(name, force) => vec![name, force],
            };
            for name in names {
                assert_known(&provider, kind, name);
            }
        }
        for (kind, _) in HELD {
            assert!(provider.resources.contains_key(*kind), "no `{kind}`");
        }
    }

    #[test]
    fn a_type_without_a_region_is_global() {
        let resources = Provider::load().unwrap().resources;
        let wrong: Vec<&String> = resources
            .iter()
            .filter(|(kind, resource)| {
                let has_region = resource.block.attributes.contains_key("region");
                replacement::is_regional(kind) != has_region
            })
            .map(|(kind, _)| kind)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
