//! Rules of EventBridge and their targets.
//!
//! Sources: `PutRule` and `PutTargets` in the API model of EventBridge (botocore 1.44); its user guide, "Creating Amazon
//! EventBridge event patterns" for what a pattern is and "Amazon EventBridge input transformation" for the template. Whether
//! an event ever matches, AWS doesn't ask.

use serde_json::Value as Json;

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, blocks, get};

const REFUSED: &str = "InvalidEventPatternException";

/// The longest pattern, in characters.
const MAX_PATTERN: usize = 4096;
/// The longest template, in characters.
const MAX_TEMPLATE: usize = 8192;

pub(super) fn rule(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |detail: String| problems.push(refuse("event_pattern", REFUSED, detail));
    let Some(pattern) = text(resource, "event_pattern") else {
        return problems;
    };
    let length = pattern.chars().count();
    if length > MAX_PATTERN {
        say(format!(
            "a pattern has at most {MAX_PATTERN} characters, not {length}"
        ));
    }
    match serde_json::from_str::<Json>(pattern) {
        Ok(Json::Object(fields)) if !fields.is_empty() => {
            for (name, value) in &fields {
                if !is_pattern(value) {
                    say(format!("`{name}` has a value that is no list"));
                }
            }
        }
        _ => say("a pattern is an object in JSON".to_owned()),
    }
    problems
}

/// Whether all that a field of a pattern holds are lists of what may be there.
fn is_pattern(value: &Json) -> bool {
    match value {
        Json::Array(any) => !any.is_empty(),
        Json::Object(fields) => !fields.is_empty() && fields.values().all(is_pattern),
        _ => false,
    }
}

pub(super) fn target(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |detail: String| {
        problems.push(refuse("input_transformer", "ValidationException", detail));
    };
    for transformer in blocks(resource, "input_transformer") {
        let Some(template) = text(transformer, "input_template") else {
            continue;
        };
        let length = template.chars().count();
        if length > MAX_TEMPLATE {
            say(format!(
                "a template has at most {MAX_TEMPLATE} characters, not {length}"
            ));
        }
        let paths = get(transformer, "input_paths");
        for after in template.split('<').skip(1) {
            let Some((name, _)) = after.split_once('>') else {
                continue;
            };
            let is_known =
                name.starts_with("aws.") || paths.as_map().is_some_and(|it| it.contains_key(name));
            if !is_known {
                say(format!(
                    "the template has <{name}>, but no path of this name"
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::checks::tests::check;

    #[test]
    fn a_pattern_has_lists_of_values() {
        let check = |pattern: &str, expected: &[&str]| {
            check(
                "aws_cloudwatch_event_rule",
                json!({ "name": "a", "event_pattern": pattern }),
                expected,
            );
        };
        check(
            r#"{"source":["aws.ecs"],"detail":{"eventName":["A"]}}"#,
            &[],
        );
        check("aws.ecs", &["a pattern is an object in JSON"]);
        check("{}", &["a pattern is an object in JSON"]);
        check(
            r#"{"source":"aws.ecs"}"#,
            &["`source` has a value that is no list"],
        );
        check(
            r#"{"detail":{"eventName":"A"}}"#,
            &["`detail` has a value that is no list"],
        );
    }

    #[test]
    fn a_template_names_its_paths() {
        let check = |template: &str, expected: &[&str]| {
            check(
                "aws_cloudwatch_event_target",
                json!({
                    "rule": "a",
                    "arn": "arn:aws:sns:eu-west-1:123456789012:a",
                    "input_transformer": [{ "input_paths": { "why": "$.detail.reason" }, "input_template": template }],
                }),
                expected,
            );
        };
        check("\"a: <why> <aws.events.rule-name>\"", &[]);
        check(
            "\"<what>\"",
            &["the template has <what>, but no path of this name"],
        );
    }
}
