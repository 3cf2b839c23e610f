//! Tasks, instances and what else the environment has, in a few facts.

use crate::compose::markdown::Markdown;
use crate::compose::protection;
use crate::environment::Environment;
use crate::parts::subject::Subject;
use crate::parts::texts_about_in;
use crate::sizing;

pub(super) fn chapter(environment: &Environment, page: &mut Markdown) {
    let at = environment.address();
    page.heading("Configuration");
    page.table(
        [
            "Service",
            "Tasks",
            "CPU units each",
            "MiB each",
            "Maximum during a deployment",
        ],
        sizing::tasks(environment).iter().map(|tasks| {
            (
                at.key(tasks.service.as_str()),
                [
                    tasks.service.to_string(),
                    tasks.size.count.to_string(),
                    tasks.size.cpu.to_string(),
                    tasks.size.memory.to_string(),
                    tasks.max_during_deployment().to_string(),
                ],
            )
        }),
    );
    page.paragraph(&format!(
        "The tasks run on {} `{}` instances, which the capacity provider may scale out to {}, in the zones {}. The size of a \
         task includes its sidecar and its Service Connect proxy.",
        environment.compute.instance_count,
        environment.compute.instance_type,
        environment.compute.max_count,
        environment.network.zones.join(", ")
    ));
    let mut facts = Vec::new();
    for subject in Subject::FACTS {
        if subject == Subject::Endpoints {
            facts.push(deletion_protection(environment));
        }
        for texts in texts_about_in(subject, environment) {
            facts.extend(texts.documents.fact.and_then(|fact| fact(environment)));
        }
    }
    page.paragraph(&facts.join("\n"));
}

fn deletion_protection(environment: &Environment) -> String {
    if !environment.deletion_protection {
        return "- **Deletion protection**: off".to_owned();
    }
    let stores = protection::stores(environment).into_iter();
    let stores: Vec<&str> = stores.map(|(what, _)| what).collect();
    format!(
        "- **Deletion protection**: on. Terraform refuses a plan that destroys or replaces any of these: {}. \
         [The security page](../../../docs/security.md) says what AWS refuses, too",
        stores.join(", ")
    )
}
