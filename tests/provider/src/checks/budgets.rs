//! Notifications and filters of budgets.
//!
//! Sources: the API model of AWS Budgets (botocore 1.44), for the numbers of notifications and subscribers; the provider's
//! `aws_budgets_budget`, for a notification without a subscriber; the example of `create-budget` in the AWS CLI's
//! reference, for the form of a tag. AWS may take another form, and then the budget counts nothing.

use super::{refuse, text};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};

/// The most notifications of a budget.
const MAX_NOTIFICATIONS: usize = 10;
/// The most addresses of a notification.
const MAX_ADDRESSES: usize = 10;
/// The most topics of a notification.
const MAX_TOPICS: usize = 1;

pub(super) fn check(resource: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse_notification = |detail: String| {
        problems.push(refuse("notification", "InvalidParameterException", detail));
    };
    let notifications = blocks(resource, "notification");
    if notifications.len() > MAX_NOTIFICATIONS {
        let count = notifications.len();
        refuse_notification(format!(
            "A budget can have up to {MAX_NOTIFICATIONS} notifications, not {count}."
        ));
    }
    for notification in notifications {
        let addresses = count(notification, "subscriber_email_addresses");
        let topics = count(notification, "subscriber_sns_topic_arns");
        if let (Some(addresses), Some(topics)) = (addresses, topics) {
            if addresses + topics == 0 {
                refuse_notification(
                    "Budget notification must have at least one subscriber".to_owned(),
                );
            }
            if addresses > MAX_ADDRESSES || topics > MAX_TOPICS {
                refuse_notification(format!(
                    "A notification can have up to {MAX_ADDRESSES} e-mail addresses and {MAX_TOPICS} topic, not {addresses} and {topics}."
                ));
            }
        }
    }
    for filter in blocks(resource, "cost_filter") {
        let is_tag = text(filter, "name") == Some("TagKeyValue");
        let Value::List(values) = get(filter, "values") else {
            continue;
        };
        for value in values.iter().filter_map(Value::as_str) {
            if is_tag && !is_tag_value(value) {
                problems.push(refuse(
                    "cost_filter",
                    "InvalidParameterException",
                    format!("A tag is written user:KEY$VALUE or aws:KEY$VALUE, not {value}."),
                ));
            }
        }
    }
    problems
}

/// How many values a set has; `None` while that is unknown.
fn count(object: &Object, name: &str) -> Option<usize> {
    match get(object, name) {
        Value::Null => Some(0),
        Value::List(items) => Some(items.len()),
        _ => None,
    }
}

fn is_tag_value(text: &str) -> bool {
    let key = text
        .strip_prefix("user:")
        .or_else(|| text.strip_prefix("aws:"));
    key.and_then(|rest| rest.split_once('$'))
        .is_some_and(|(key, _)| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::checks::tests::check;

    fn notification(threshold: i64, addresses: usize) -> Value {
        let addresses: Vec<String> = (0..addresses)
            .map(|index| format!("a{index}@example.com"))
            .collect();
        json!({
            "comparison_operator": "GREATER_THAN",
            "notification_type": "ACTUAL",
            "threshold": threshold,
            "threshold_type": "PERCENTAGE",
            "subscriber_email_addresses": addresses,
        })
    }

    #[track_caller]
    fn check_notifications(all: &[Value], expected: &[&str]) {
        check(
            "aws_budgets_budget",
            json!({ "notification": all }),
            expected,
        );
    }

    #[test]
    fn notifications_are_few_and_have_subscribers() {
        check_notifications(&[notification(80, 1), notification(100, 10)], &[]);
        check_notifications(
            &[notification(80, 0)],
            &["Budget notification must have at least one subscriber"],
        );
        check_notifications(
            &[notification(80, 11)],
            &["A notification can have up to 10 e-mail addresses and 1 topic, not 11 and 0."],
        );
        let many: Vec<Value> = (1..=11).map(|index| notification(index, 1)).collect();
        check_notifications(&many[..10], &[]);
        check_notifications(
            &many,
            &["A budget can have up to 10 notifications, not 11."],
        );
    }

    #[test]
    fn a_tag_has_a_prefix_and_a_dollar_sign() {
        let filter =
            |value: &str| json!({ "cost_filter": [{ "name": "TagKeyValue", "values": [value] }] });
        check("aws_budgets_budget", filter("user:Environment$dev"), &[]);
        for bad in ["Environment$dev", "user:Environment", "user:$dev"] {
            let refused = format!("A tag is written user:KEY$VALUE or aws:KEY$VALUE, not {bad}.");
            check("aws_budgets_budget", filter(bad), &[&refused]);
        }
    }
}
