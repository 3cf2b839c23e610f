//! What Terraform may know before an apply.

use serde_json::Value as Json;

use crate::diagnostic::Path;
use crate::replace;
use crate::schema::{Attribute, Block, Nesting, Schema};
use crate::settings::Settings;
use crate::value::{Object, Value, get};

/// A planned state, and the arguments that force a replacement.
pub(crate) struct Plan {
    pub(crate) planned: Object,
    pub(crate) requires_replace: Vec<Path>,
}

/// Computed attributes that change with any change of the resource.
const CHANGED_BY_UPDATE: &[(&str, &[&str])] = &[
    ("aws_launch_template", &["latest_version"]),
    ("aws_s3_object", &["etag", "version_id"]),
    ("aws_ssm_parameter", &["version"]),
];

/// Arguments that hold JSON: the same document written otherwise is no change.
const JSON_ARGUMENTS: &[&str] = &[
    "access_policies",
    "assume_role_policy",
    "container_definitions",
    "dashboard_body",
    "policy",
    "policy_document",
];

/// Plans a create, or an update where there's a prior state.
pub(crate) fn plan(
    kind: &str,
    schema: &Schema,
    prior: Option<&Object>,
    config: &Object,
    proposed: &Object,
    settings: &Settings,
    adopted: bool,
) -> Plan {
    let mut planned = plan_block(&schema.block, prior, config, proposed);
    set_region(&schema.block, config, &mut planned, settings);
    set_tags_all(&schema.block, &mut planned, settings);
    let Some(prior) = prior else {
        return Plan {
            planned,
            requires_replace: Vec::new(),
        };
    };
    keep_equal_json(prior, &mut planned);
    let changed = planned
        .iter()
        .any(|(name, value)| !name.starts_with("tags") && get(prior, name) != value);
    if changed {
        for name in changed_by_update(kind, &planned) {
            planned.insert(name.to_owned(), Value::unknown());
        }
    }
    let settable: Vec<&str> = schema
        .block
        .attributes
        .iter()
        .filter(|(_, attribute)| attribute.optional || attribute.required)
        .map(|(name, _)| name.as_str())
        .chain(schema.block.blocks.keys().map(String::as_str))
        .collect();
    let requires_replace = replace::forced_by(kind, &settable, prior, &planned, adopted);
    Plan {
        planned,
        requires_replace,
    }
}

/// Terraform proposes the configuration with the prior state's computed values;
/// what neither has is unknown until apply.
fn plan_block(
    schema: &Block,
    prior: Option<&Object>,
    config: &Object,
    proposed: &Object,
) -> Object {
    let attributes = schema.attributes.iter().map(|(name, attribute)| {
        let value = plan_attribute(
            attribute,
            prior.is_none(),
            get(config, name),
            get(proposed, name),
        );
        (name.clone(), value)
    });
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let proposed = get(proposed, name);
        let config = get(config, name);
        let prior = prior.map_or(&Value::Null, |prior| get(prior, name));
        let value = match (nested.nesting, proposed) {
            (Nesting::Single, Value::Map(block)) => {
                let config = config.as_map().unwrap_or(block);
                Value::Map(plan_block(&nested.block, prior.as_map(), config, block))
            }
            (Nesting::List, Value::List(items)) => {
                let element = |list: &'_ Value, index: usize| {
                    list.as_list()
                        .and_then(|items| items.get(index))
                        .and_then(Value::as_map)
                        .cloned()
                };
                let planned = items.iter().enumerate().map(|(index, item)| match item {
                    Value::Map(block) => {
                        let config = element(config, index).unwrap_or_else(|| block.clone());
                        let prior = element(prior, index);
                        Value::Map(plan_block(&nested.block, prior.as_ref(), &config, block))
                    }
                    other => other.clone(),
                });
                Value::List(planned.collect())
            }
            // An element of a set has no place to find its prior self by:
            // Terraform has put the computed values into those it recognised.
            (Nesting::Set, Value::List(items)) => {
                let before = prior.as_list().unwrap_or_default();
                let planned = items.iter().map(|item| match item {
                    Value::Map(block) if !before.contains(item) => {
                        Value::Map(plan_block(&nested.block, None, block, block))
                    }
                    other => other.clone(),
                });
                Value::List(planned.collect())
            }
            (_, other) => other.clone(),
        };
        (name.clone(), value)
    });
    attributes.chain(blocks).collect()
}

fn plan_attribute(attribute: &Attribute, is_new: bool, config: &Value, proposed: &Value) -> Value {
    if attribute.write_only {
        return Value::Null;
    }
    if attribute.computed && config.is_null() && proposed.is_null() && is_new {
        return Value::unknown();
    }
    proposed.clone()
}

fn set_region(schema: &Block, config: &Object, planned: &mut Object, settings: &Settings) {
    let is_computed = schema
        .attributes
        .get("region")
        .is_some_and(|region| region.computed && region.optional);
    if is_computed && get(config, "region").is_null() && !settings.region.is_empty() {
        planned.insert("region".to_owned(), settings.region.as_str().into());
    }
}

/// The provider's default tags and the resource's own, which win.
fn set_tags_all(schema: &Block, planned: &mut Object, settings: &Settings) {
    if !schema.attributes.contains_key("tags_all") {
        return;
    }
    let all = match get(planned, "tags") {
        Value::Map(tags) => {
            let mut all = settings.default_tags.clone();
            all.extend(tags.clone());
            Value::Map(all)
        }
        Value::Unknown(_) => Value::unknown(),
        _ => Value::Map(settings.default_tags.clone()),
    };
    planned.insert("tags_all".to_owned(), all);
}

fn keep_equal_json(prior: &Object, planned: &mut Object) {
    for name in JSON_ARGUMENTS {
        if let (Some(Value::String(before)), Some(Value::String(after))) =
            (prior.get(*name), planned.get(*name))
            && before != after
            && is_equal_json(before, after)
        {
            planned.insert((*name).to_owned(), before.as_str().into());
        }
    }
}

fn is_equal_json(left: &str, right: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Json>(text).ok();
    parse(left).is_some_and(|left| parse(right) == Some(left))
}

fn changed_by_update(kind: &str, planned: &Object) -> Vec<&'static str> {
    let mut names = CHANGED_BY_UPDATE
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or_else(Vec::new, |(_, names)| names.to_vec());
    if kind == "aws_launch_template"
        && get(planned, "update_default_version").as_bool() == Some(true)
    {
        names.push("default_version");
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Provider;
    use crate::value::conform;

    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    fn object(json: Json) -> Object {
        match Value::from_json(&json) {
            Value::Map(object) => object,
            other => panic!("not an object: {other:?}"),
        }
    }

    fn plan_of(kind: &str, prior: Option<Json>, config: Json) -> Plan {
        let provider = Provider::load().unwrap();
        let schema = &provider.resources[kind];
        let whole = |json| conform(&Value::Map(object(json)), &schema.block);
        let config = whole(config);
        let prior = prior.map(whole);
        let mut proposed = prior.clone().unwrap_or_default();
        for (name, value) in &config {
            let computed = schema
                .block
                .attributes
                .get(name)
                .is_some_and(|attribute| attribute.computed);
            if !(computed && value.is_null()) {
                proposed.insert(name.clone(), value.clone());
            }
        }
        let settings = Settings {
            region: "eu-west-1".to_owned(),
            default_tags: object(serde_json::json!({ "Owner": "us" })),
        };
        plan(
            kind,
            schema,
            prior.as_ref(),
            &config,
            &proposed,
            &settings,
            false,
        )
    }

    #[test]
    fn what_is_computed_is_unknown_at_first() {
        let plan = plan_of(
            "aws_vpc",
            None,
            serde_json::json!({ "cidr_block": "10.0.0.0/16" }),
        );
        assert!(plan.planned["id"].is_unknown());
        assert!(plan.planned["enable_dns_hostnames"].is_unknown());
        assert_eq!(plan.planned["enable_dns_support"], Value::Null);
        assert_eq!(plan.planned["region"], Value::from("eu-west-1"));
    }

    #[test]
    fn default_tags_stand_in_tags_all_under_the_resources_own() {
        let plan = plan_of(
            "aws_vpc",
            None,
            serde_json::json!({ "cidr_block": "10.0.0.0/16", "tags": { "Name": "a", "Owner": "me" } }),
        );
        let expected = object(serde_json::json!({ "Name": "a", "Owner": "me" }));
        assert_eq!(plan.planned["tags_all"], Value::Map(expected));
    }

    #[test]
    fn another_cidr_replaces_a_vpc() {
        let plan = plan_of(
            "aws_vpc",
            Some(
                serde_json::json!({ "id": "vpc-1", "cidr_block": "10.0.0.0/16", "region": "eu-west-1" }),
            ),
            serde_json::json!({ "cidr_block": "10.1.0.0/16" }),
        );
        assert_eq!(plan.requires_replace, [Path::of("cidr_block")]);
        assert_eq!(plan.planned["id"], Value::from("vpc-1"));
    }

    #[test]
    fn the_same_json_written_otherwise_is_no_change() {
        let prior = serde_json::json!({ "name": "a", "assume_role_policy": "{\"A\":1,\"B\":2}" });
        let plan = plan_of(
            "aws_iam_role",
            Some(prior),
            serde_json::json!({ "name": "a", "assume_role_policy": "{ \"B\": 2, \"A\": 1 }" }),
        );
        assert_eq!(
            plan.planned["assume_role_policy"],
            Value::from("{\"A\":1,\"B\":2}")
        );
    }

    #[test]
    fn a_changed_launch_template_gets_a_new_version() {
        let plan = plan_of(
            "aws_launch_template",
            Some(serde_json::json!({ "name": "a", "latest_version": 1, "region": "eu-west-1" })),
            serde_json::json!({ "name": "a", "instance_type": "m7g.large" }),
        );
        assert!(plan.planned["latest_version"].is_unknown());
        assert_eq!(plan.requires_replace, []);
    }
}
