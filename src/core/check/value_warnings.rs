//! Values that are allowed, but likely to hurt: each by itself.

use crate::catalog::{instance_types, opensearch_types};
use crate::options::{Kind, OptionRow};
use crate::parts::PARTS;
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::rules::Rule;
use crate::rules::containers::image_version;
use crate::rules::row::Input;
use crate::value::Value;

/// A warning about an allowed value that is likely to hurt.
pub(super) fn find(row: &OptionRow, at: &FieldPath, value: &Value) -> Option<Problem> {
    let (Kind::Text(rule), Value::Text(text)) = (row.kind, value) else {
        return None;
    };
    if rule == Rule::Image {
        return of_image(row, at, text);
    }
    match rule.input() {
        Input::InstanceType if instance_types::find(text).is_none() => Some(
            Problem::new(
                ProblemCode::UnknownInstanceType,
                at.clone(),
                format!(
                    "`{text}` is not in the catalog: whether the tasks fit, whether it has ENI trunking \
                     and whether the region offers it are not checked"
                ),
            )
            .hint(
                "look it up with `aws ec2 describe-instance-types`; \
                 `temporal-composer list instance-types` lists the known ones",
            ),
        ),
        Input::NodeType if opensearch_types::find(text).is_none() => Some(Problem::new(
            ProblemCode::UnknownNodeType,
            at.clone(),
            format!("`{text}` is not in the catalog: its price and its largest volume are not known"),
        )
        .hint(
            "`aws opensearch list-instance-type-details --engine-version OpenSearch_2.19` lists what your region \
             offers; m6g.large.search is known",
        )),
        Input::Line
        | Input::LongLine
        | Input::Known
        | Input::InstanceType
        | Input::NodeType => None,
    }
}

/// A warning about an image.
fn of_image(row: &OptionRow, at: &FieldPath, text: &str) -> Option<Problem> {
    match image_version(text) {
        None | Some("latest") => Some(
            Problem::new(
                ProblemCode::UnpinnedImage,
                at.clone(),
                format!("`{text}` has no version, so two tasks of one service may run different programs"),
            )
            .hint("add a version as the tag, or a digest"),
        ),
        Some(tag) => {
            let mut parts = PARTS.iter();
            let part = parts.find(|part| row.key.strip_prefix("images.") == Some(part.name))?;
            let warning = (part.image.as_ref()?.warn)(tag)?;
            Some(Problem::new(warning.code, at.clone(), warning.message).hint(warning.hint))
        }
    }
}
