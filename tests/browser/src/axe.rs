//! axe-core on the page as it is now.

use serde_json::{Value, json};

use crate::Page;

/// Here rather than fetched: then the tests need neither npm nor a network.
const AXE: &str = include_str!("../axe-core/axe.min.js");

/// Every rule of axe that isn't off by default or an experiment: WCAG 2.2 A and AA, and good practice. Stylesheets
/// are not fetched again, which would be requests that the page doesn't make.
const RUN: &str = "axe.run(document, { preload: false, resultTypes: ['violations'] }).then((result) =>
    result.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${rule.help}: ${node.target.join(' ')}\\n    ${node.html}\\n    ${node.failureSummary}`)))";

impl Page {
    /// Fails where axe-core finds something that stands in somebody's way.
    ///
    /// It runs in a JavaScript world of its own, so that the page's policy stays in force and nothing of the page
    /// is changed.
    #[track_caller]
    pub fn assert_accessible(&self) {
        let frames = self.cdp("Page.getFrameTree", &json!({}));
        let world = self.cdp(
            "Page.createIsolatedWorld",
            &json!({ "frameId": frames["frameTree"]["frame"]["id"], "worldName": "axe" }),
        );
        let context = &world["executionContextId"];
        let evaluate = |expression: &str| -> Value {
            let answer = self.cdp(
                "Runtime.evaluate",
                &json!({
                    "expression": expression,
                    "contextId": context,
                    "awaitPromise": true,
                    "returnByValue": true,
                }),
            );
            assert_eq!(answer["exceptionDetails"], Value::Null, "axe runs");
            answer["result"]["value"].clone()
        };
        evaluate(&format!("{AXE};null"));
        let found = evaluate(RUN);
        let found: Vec<&str> = found
            .as_array()
            .expect("axe answers with a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(
            found.is_empty(),
            "axe finds {} violations:\n{}",
            found.len(),
            found.join("\n")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::AXE;
    use sha2::{Digest, Sha256};

    #[test]
    fn it_is_the_published_file() {
        let sum: String = Sha256::digest(AXE)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            sum,
            "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
        );
    }
}
