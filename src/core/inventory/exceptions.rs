//! Reads off the templates what a scanner finds and is meant so. The build script does it, so that a composition need not
//! read every template for a few comments.

/// The start of a comment with which a resource answers a finding of checkov: the finding and the reason follow.
const SKIP: &str = "#checkov:skip=";

/// A finding that is meant so.
pub(crate) struct Exception<'a> {
    /// The resource, such as `aws_s3_bucket.state`.
    pub(crate) resource: String,
    /// The variable that decides whether there is the resource.
    pub(crate) switch: Option<&'a str>,
    /// The check, such as `CKV_AWS_144`.
    pub(crate) id: &'a str,
    /// Why it is meant so.
    pub(crate) reason: &'a str,
}

/// The exceptions in a file that `terraform fmt` has formatted, in its order.
pub(crate) fn of_file(text: &str) -> Vec<Exception<'_>> {
    let blocks = text.split("\n}").filter_map(|block| {
        // What stands before the block is a comment, or the file's first line.
        let (_, block) = block.split_once("resource \"")?;
        block.split_once(" {\n")
    });
    let mut all = Vec::new();
    for (head, body) in blocks {
        let switch = body.lines().find_map(|line| {
            let count = line.trim_start().strip_prefix("count = var.")?;
            count.strip_suffix(" ? 1 : 0")
        });
        for line in body.lines() {
            if let Some(skip) = line.trim_start().strip_prefix(SKIP)
                && let Some((id, reason)) = skip.split_once(':')
            {
                all.push(Exception {
                    resource: head.replace("\" \"", ".").trim_end_matches('"').to_owned(),
                    switch,
                    id,
                    reason,
                });
            }
        }
    }
    all
}
