//! The README of an environment: which chapters it has, in which order.

use super::surroundings::Surroundings;
use super::{access, configuration, logs, open_values, operation, state};
use crate::blueprint::PlacedEnvironment;
use crate::compose::markdown::Markdown;
use crate::compose::{connections, placement};
use crate::parts::subject::Subject;
use crate::parts::texts_about_in;
use crate::tree::File;

pub(in crate::compose) fn page(
    project: &str,
    environment: &PlacedEnvironment,
    surroundings: &Surroundings,
) -> File {
    let at = environment.address();
    let name = environment.full_name(project);
    let mut page = Markdown::new(&at);
    page.text(&format!("# {}", environment.name))
        .paragraph(&format!(
            "Temporal in {}, profile {}. Every resource's name begins with `{name}`.",
            environment.region,
            environment.profile.name(),
        ));
    open_values::chapter(environment, &mut page);
    configuration::chapter(environment, &mut page);
    placement::section(environment, &mut page);
    connections::section(environment, &surroundings.sharing, &mut page);
    state::chapter(environment, surroundings, &mut page);
    operation::first_start(environment, &surroundings.init, &mut page);
    operation::changes(environment, &mut page);
    access::chapter(environment, &mut page);
    for subject in Subject::CHAPTERS {
        if subject == Subject::Logs {
            logs::chapter(environment, &name, &mut page);
        }
        for texts in texts_about_in(subject, environment) {
            page.origin(&at.join(texts.part.feature.key));
            (texts.documents.readme)(environment, &mut page);
            page.origin(&at);
        }
    }
    operation::deletion(environment, &mut page);
    page.file()
}
