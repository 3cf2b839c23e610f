//! How people open what runs in the environment.

use crate::compose::markdown::Markdown;
use crate::environment::Environment;
use crate::parts::part::Access;
use crate::parts::subject::Subject;
use crate::parts::{texts_in, texts_in_order};
use crate::ports;
use crate::temporal_service::TemporalService;

pub(super) fn chapter(environment: &Environment, page: &mut Markdown) {
    let at = environment.address();
    let mut rows = Vec::new();
    for texts in texts_in_order(Subject::OPTIONS, environment) {
        for service in texts.root.services {
            if let Some(Access {
                what,
                container,
                port,
            }) = service.access
            {
                let cells = [what, service.name.as_str(), container, port];
                let from = at.join(texts.part.feature.key);
                rows.push((from, cells.map(str::to_owned)));
            }
        }
    }
    let frontend = [
        "Temporal API, for the `temporal` CLI",
        TemporalService::Frontend.name(),
        "temporal-frontend",
        ports::API,
    ]
    .map(str::to_owned);
    // The last of the parts', since others may be off.
    let example = rows.last().map_or(&frontend, |(_, cells)| cells);
    let [_, service, container, port] = example;
    let example = format!("service={service} container={container} port={port}");
    rows.push((at.key(TemporalService::Frontend.name()), frontend));
    page.heading("Access").paragraph(
        "Nothing in this environment is reachable from the internet. With `ssm:StartSession` you can forward a port of a task \
         to your machine. Choose a row of the table and set its values in the commands:",
    );
    page.table(["Interface", "`service`", "`container`", "`port`"], rows);
    page.shell(&format!(
        "outputs=$(terraform output -json)\n\
         value() {{ jq -er \"$1\" <<<\"$outputs\"; }}\n\
         region=$(value .region.value)\n\
         cluster=$(value .ecs_cluster_name.value)\n\
         \n\
         {example} # from the table\n\
         name=$(value \".service_names.value.$service\")\n\
         task=$(aws ecs list-tasks --region \"$region\" --cluster \"$cluster\" --service-name \"$name\" --query 'taskArns[0]' --output text)\n\
         runtime=$(aws ecs describe-tasks --region \"$region\" --cluster \"$cluster\" --tasks \"$task\" \\\n\
         \x20 --query \"tasks[0].containers[?name=='$container'] | [0].runtimeId\" --output text)\n\
         aws ssm start-session --region \"$region\" --target \"ecs:${{cluster}}_${{task##*/}}_$runtime\" \\\n\
         \x20 --document-name AWS-StartPortForwardingSession --parameters \"portNumber=$port,localPortNumber=$port\"",
    ));
    for texts in texts_in(environment) {
        (texts.documents.access)(environment, page);
    }
    page.origin(&at);
}
