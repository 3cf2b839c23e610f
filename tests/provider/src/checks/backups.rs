//! What AWS Backup refuses.
//!
//! Sources: the API model of botocore 1.44 for vaults that don't exist, roles and plans that have selections;
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html> for the days of a lock.

use super::{refuse, text, whole};
use crate::diagnostic::Problem;
use crate::value::{Object, Value, blocks, get};
use crate::world::World;

/// A rule keeps backups for a day at least, and an hour or more passes before one that did not start is given up.
pub(super) fn plan(plan: &Object) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in blocks(plan, "rule") {
        for lifecycle in blocks(rule, "lifecycle") {
            if whole(lifecycle, "delete_after").is_some_and(|days| days < 1) {
                problems.push(refuse(
                    "rule",
                    "InvalidParameterValueException",
                    "A backup must be kept for at least one day.",
                ));
            }
        }
        if let Some(schedule) = text(rule, "schedule")
            && !(schedule.starts_with("cron(") && schedule.ends_with(')'))
        {
            problems.push(refuse(
                "rule",
                "InvalidParameterValueException",
                format!("`{schedule}` is no cron expression."),
            ));
        }
    }
    problems
}

/// A plan's vaults must be there.
pub(super) fn plan_among(plan: &Object, world: &World) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in blocks(plan, "rule") {
        if let Some(vault) = text(rule, "target_vault_name")
            && !is_there("aws_backup_vault", "name", vault, world)
        {
            problems.push(refuse(
                "rule",
                "InvalidParameterValueException",
                format!("There is no vault `{vault}`."),
            ));
        }
    }
    problems
}

/// Selections go before their plan.
pub(super) fn plan_goes(plan: &Object, world: &World) -> Vec<Problem> {
    let id = get(plan, "id");
    if world
        .all("aws_backup_selection")
        .any(|selection| get(selection, "plan_id") == id)
    {
        return vec![refuse(
            "id",
            "InvalidRequestException",
            "Related backup plan selections must be deleted prior to backup plan deletion.",
        )];
    }
    Vec::new()
}

/// A selection needs resources.
pub(super) fn selection(selection: &Object) -> Vec<Problem> {
    let names_none = |name| match get(selection, name) {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        _ => false,
    };
    if names_none("resources") && names_none("selection_tag") && names_none("not_resources") {
        return vec![refuse(
            "resources",
            "InvalidParameterValueException",
            "A selection must name resources or tags.",
        )];
    }
    Vec::new()
}

/// AWS Backup tries to assume the role of a selection.
pub(super) fn selection_among(selection: &Object, world: &World) -> Vec<Problem> {
    let Some(arn) = text(selection, "iam_role_arn") else {
        return Vec::new();
    };
    let trusts = world.all("aws_iam_role").any(|role| {
        text(role, "arn") == Some(arn)
            && text(role, "assume_role_policy")
                .is_some_and(|policy| policy.contains("backup.amazonaws.com"))
    });
    if trusts {
        return Vec::new();
    }
    vec![refuse(
        "iam_role_arn",
        "InvalidParameterValueException",
        format!("The role `{arn}` cannot be assumed by AWS Backup."),
    )]
}

/// Compliance mode begins after three days at the earliest.
pub(super) fn lock(lock: &Object) -> Vec<Problem> {
    let days = |name| whole(lock, name);
    let mut problems = Vec::new();
    let mut push = |name: &str, detail: &str| {
        problems.push(refuse(name, "InvalidParameterValueException", detail));
    };
    if days("changeable_for_days").is_some_and(|days| days < 3) {
        push("changeable_for_days", "It must be at least 3 days.");
    }
    if days("min_retention_days").is_some_and(|days| days < 1) {
        push("min_retention_days", "It must be at least one day.");
    }
    if let (Some(min), Some(max)) = (days("min_retention_days"), days("max_retention_days"))
        && max < min
    {
        push(
            "max_retention_days",
            "It must not be less than the minimum.",
        );
    }
    problems
}

fn is_there(kind: &str, name: &str, value: &str, world: &World) -> bool {
    world
        .all(kind)
        .any(|other| text(other, name) == Some(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::checks::tests::check;

    #[test]
    fn a_rule_has_a_schedule_and_keeps_its_backups() {
        let rule = |schedule: &str, days: i64| {
            json!({ "name": "plan", "rule": [{
                "rule_name": "daily", "target_vault_name": "vault", "schedule": schedule,
                "lifecycle": [{ "delete_after": days }],
            }] })
        };
        check("aws_backup_plan", rule("cron(0 3 * * ? *)", 35), &[]);
        check(
            "aws_backup_plan",
            rule("daily", 0),
            &[
                "A backup must be kept for at least one day.",
                "`daily` is no cron expression.",
            ],
        );
    }

    #[test]
    fn a_selection_names_something() {
        let selection = |resources: &[&str]| json!({ "name": "dsql", "resources": resources });
        check("aws_backup_selection", selection(&["arn"]), &[]);
        check(
            "aws_backup_selection",
            selection(&[]),
            &["A selection must name resources or tags."],
        );
    }

    #[test]
    fn a_lock_has_days_that_fit() {
        let lock = |changeable: i64, min: i64, max: i64| {
            json!({ "backup_vault_name": "vault", "changeable_for_days": changeable,
                "min_retention_days": min, "max_retention_days": max })
        };
        check("aws_backup_vault_lock_configuration", lock(3, 7, 90), &[]);
        check(
            "aws_backup_vault_lock_configuration",
            lock(2, 0, -1),
            &[
                "It must be at least 3 days.",
                "It must be at least one day.",
                "It must not be less than the minimum.",
            ],
        );
    }
}
