//! `moved.tf` of an environment: the addresses that a version of composer has changed, so that Terraform renames what it
//! finds in the state and destroys nothing.

use crate::environment::Environment;
use crate::hcl::{Body, file as written};
use crate::parts;

/// The file's name.
pub(crate) const FILE: &str = "moved.tf";

/// An address that changed.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// The version of composer that changed it.
    pub since: &'static str,
    /// The former address in an environment's root: of a resource, of all that a block makes, or of a module.
    pub from: &'static str,
    /// The present one.
    pub to: &'static str,
}

/// Every address that changed, the oldest first. A row stays: nobody knows which version composed a folder that is
/// updated. `tests/releases.rs` finds an address of the last release that has gone without a row.
pub const MOVES: &[Move] = &[];

/// The rows of `moves` whose module the root of `environment` calls.
fn of<'a>(
    moves: &'a [Move],
    environment: &'a Environment,
) -> impl Iterator<Item = &'a Move> + use<'a> {
    moves.iter().filter(|row| {
        let module = row.to.strip_prefix("module.");
        let label = module.and_then(|rest| rest.split(['.', '[']).next());
        // A call has the name of the module's folder. Asked of what the page's first part has.
        label.is_none_or(|label| parts::calls(&label.replace('_', "-"), environment) > 0)
    })
}

/// Whether `environment` has something that has moved.
pub(super) fn is_needed(environment: &Environment) -> bool {
    of(MOVES, environment).next().is_some()
}

/// A block for each:
///
/// ```hcl
/// moved {
///   from = module.vpc.aws_vpc.this
///   to   = module.vpc.aws_vpc.main
/// }
/// ```
pub(super) fn compose(moves: &[Move], environment: &Environment) -> Body {
    let mut file = Body::new();
    file.origin(&environment.address()).comment(
        "Addresses that versions of composer have changed. Terraform renames the resources in the state, and changes nothing\n\
         in AWS. Keep the blocks until every state of this root has been applied with them.",
    );
    for row in of(moves, environment) {
        file.blank()
            .comment(&format!("Since {}.", row.since))
            .block("moved", &[], |block| {
                block.code("from", row.from).code("to", row.to);
            });
    }
    file
}

/// The text of the file with these rows, for tests: what a version with them would compose.
#[must_use]
pub fn text(moves: &[Move], environment: &Environment) -> String {
    written(&compose(moves, environment)).text.to_string()
}
