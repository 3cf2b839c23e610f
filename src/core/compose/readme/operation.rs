//! The commands that start, change and delete an environment.

use crate::alarm::ON_WITHOUT_TASKS;
use crate::compose::markdown::Markdown;
use crate::compose::{next, protection};
use crate::environment::Environment;
use crate::parts::{alarms, images};
use crate::sizing::awake::Sleep;

pub(super) fn first_start(environment: &Environment, init: &str, page: &mut Markdown) {
    page.heading("First start");
    if images::is_built(environment) {
        page.origin(&environment.address().join(images::BUILT.key))
            .paragraph("Build the images first, as described under Images.")
            .origin(&environment.address());
    }
    page.paragraph(
        "**1. Create the resources.** `preflight.sh` compares the account with what the environment needs, and prints what to \
         do for each finding. All services start with zero tasks, because they need the database schema and the visibility \
         index first. OpenSearch takes up to half an hour.",
    );
    if alarms::FEATURE.is_on(environment) {
        let [first, second] = ON_WITHOUT_TASKS;
        page.origin(&environment.address().join(alarms::FEATURE.key))
            .paragraph(&format!(
                "Until step 3 is done, the alarms `{first}` and `{second}` go on, because no service runs yet."
            ))
            .origin(&environment.address());
    }
    page.shell(&next::environment_commands(environment, init))
    .paragraph(
        "**2. Create the schema, the visibility index and the namespaces.** Each step runs a task, and you can repeat it \
         at any time. Creating namespaces needs the frontend, so the script starts one frontend task and stops it \
         again.",
    )
    .shell(&script(environment, "setup.sh", ""))
    .paragraph(
        "**3. Start the services.** The script starts them in the order of their dependencies, waits until each is \
         stable, and prints its progress.",
    )
    .shell(&script(environment, "scale-services.sh", " up"))
    .paragraph(
        "**4. Check the result.** `status` shows the services. The section Access shows how to open the web interfaces.",
    )
    .shell(&script(environment, "scale-services.sh", " status"));
}

/// A call of one of the scripts from the environment's folder.
fn script(environment: &Environment, name: &str, arguments: &str) -> String {
    format!("../../../scripts/{name} {}{arguments}", environment.name)
}

pub(super) fn changes(environment: &Environment, page: &mut Markdown) {
    let instances = match environment.part::<Sleep>() {
        Some(_) => {
            "`compute.instance_count` is the number of instances that the next wake starts. CPU, memory and images take effect \
             with the apply, which"
        }
        None => {
            "`compute.instance_count` is the minimum size of the Auto Scaling group and takes effect with the apply. So do CPU, \
             memory and images: the apply then"
        }
    };
    page.heading("Changing counts and sizes")
        .paragraph(&format!(
            "After the first apply, Terraform ignores the number of tasks and instances, so that an apply never undoes scaling. \
             To change the number of tasks, edit `count` in `terraform.tfvars`, apply, and run `scale-services.sh`, as below. \
             {instances} replaces the tasks of the service. Another instance type takes effect when `hosts.sh` has replaced \
             the instances: see [the page on operations](../../../docs/operations.md).",
        ))
        .shell(&format!(
            "terraform apply\n{}",
            script(environment, "scale-services.sh", " up")
        ))
        .paragraph(
            "You can't change these after the first apply: the VPC's network and zones, the project's name, the region, the \
             number of history shards and the visibility index.",
        );
}

pub(super) fn deletion(environment: &Environment, page: &mut Markdown) {
    page.heading("Deleting the environment");
    if environment.deletion_protection {
        page.origin(&environment.address().join("deletion_protection"))
            .paragraph(
                "Deletion protection is on, so Terraform refuses to plan a `destroy`. The first command removes the guards, \
                 the second switches off the protection in AWS, and the third deletes the environment with all its data:",
            )
            .shell(&protection::deletion_commands(environment, None))
            .origin(&environment.address());
    } else {
        page.paragraph("This deletes all data in OpenSearch, DynamoDB and the buckets.")
            .shell("terraform destroy");
    }
}
