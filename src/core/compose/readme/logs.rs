//! Where logs are and how long.

use crate::compose::markdown::Markdown;
use crate::environment::Environment;
use crate::parts::subject::Subject;
use crate::parts::{self, texts_about};
use crate::temporal_service::TemporalService;

/// The log group of the history service, in an environment whose resources' names begin with `name`.
pub(in crate::compose) fn history_group(environment: &Environment, name: &str) -> String {
    let prefix = match environment.migration.keep_flat_names {
        true => "temporal-",
        false => "",
    };
    format!("/ecs/{name}/{prefix}{}", TemporalService::History)
}

/// The chapter of an environment whose resources' names begin with `name`.
pub(super) fn chapter(environment: &Environment, name: &str, page: &mut Markdown) {
    let at = environment.address();
    if let Some(part) = parts::about(Subject::Logs).next() {
        page.origin(&at.join(part.feature.key));
    }
    page.heading("Logs");
    let days = environment.log_retention_days;
    let mut stores = texts_about(Subject::Logs);
    match stores.find(|texts| texts.part.feature.is_on(environment)) {
        Some(texts) => (texts.documents.logs)(environment, name, page),
        None => {
            page.paragraph(&format!(
                "All logs go to CloudWatch, under `/ecs/{name}/`, and are kept for {days} days. The log driver doesn't block: if \
                 CloudWatch is unavailable for longer than the buffer of 25 MB lasts, lines are lost and requests are not \
                 delayed."
            ))
            .shell(&format!(
                "aws logs tail {} --region \"$region\" --follow",
                history_group(environment, name)
            ));
        }
    }
    page.origin(&at);
}
