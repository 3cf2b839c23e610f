//! `protection.tf` of a protected environment: guards that make Terraform refuse a plan that destroys what holds data.

use crate::environment::Environment;
use crate::hcl::Body;
use crate::parts::part::Guard;
use crate::parts::subject::Subject;
use crate::parts::texts_in_order;

/// The file's name.
pub(crate) const FILE: &str = "protection.tf";

/// What `environment` has that holds data: what it is, and its guard.
pub(super) fn stores(environment: &Environment) -> Vec<(&'static str, &'static Guard)> {
    let mut stores = Vec::new();
    for texts in texts_in_order(Subject::CALLS, environment) {
        for store in texts.root.protected {
            if let Some(guard) = &store.guard
                && store.feature.is_on(environment)
            {
                stores.push((store.what, guard));
            }
        }
    }
    stores
}

/// A guard for each store:
///
/// ```hcl
/// resource "terraform_data" "<guard>" {
///   triggers_replace = [<arn>]
///
///   lifecycle {
///     prevent_destroy = true
///   }
/// }
/// ```
///
/// It depends on its store, so Terraform can't destroy the store without it, and another ARN would replace it.
/// `prevent_destroy` takes no variable, so an environment without protection has no such file.
pub(super) fn compose(environment: &Environment) -> Body {
    let mut file = Body::new();
    file.origin(&environment.address().key("deletion_protection"))
        .comment(
            "Terraform refuses every plan that destroys or replaces what these depend on, before it changes anything: destroy\n\
             of the environment, destroy or apply with -target, and changes that replace a store. To delete the environment on\n\
             purpose, remove this file first: see docs/operations.md.",
        );
    for (_, guard) in stores(environment) {
        file.blank()
            .block("resource", &["terraform_data", guard.name], |block| {
                block
                    .code("triggers_replace", format!("[{}]", guard.arn))
                    .blank()
                    .block("lifecycle", &[], |lifecycle| {
                        lifecycle.code("prevent_destroy", "true");
                    });
            });
    }
    file
}

/// The commands that delete `environment`, in its root's folder or, given its `name`, in the folder of the whole tree.
pub(super) fn deletion_commands(environment: &Environment, name: Option<&str>) -> String {
    let (folder, terraform) = match name {
        Some(name) => (
            format!("terraform/envs/{name}/"),
            format!("terraform -chdir=terraform/envs/{name}"),
        ),
        None => (String::new(), "terraform".to_owned()),
    };
    if environment.deletion_protection {
        format!(
            "rm {folder}{FILE}\n\
             {terraform} apply -var deletion_protection=false\n\
             {terraform} destroy -var deletion_protection=false"
        )
    } else {
        format!("{terraform} destroy")
    }
}
