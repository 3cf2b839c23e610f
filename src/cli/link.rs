//! `link`: the link that opens a spec on the page.

use anyhow::Result;
use composer_core::changes::Changes;
use composer_core::link;

use crate::answer::Answer;
use crate::args;
use crate::loading;
use crate::outcome::{Outcome, Stop};

pub(crate) fn run(arguments: &args::Link, answer: &mut Answer) -> Result<Outcome> {
    let source = loading::load(&arguments.source, answer)?;
    answer.problems(&source.problems, &source, None)?;
    // Without what could not be read, the link would open another spec than the one meant.
    if source.problems.has_errors() {
        return Ok(Outcome::SpecErrors);
    }
    let page = arguments.page.as_deref().unwrap_or_default();
    let page = page.split_once('#').map_or(page, |(before, _)| before);
    let link = format!("{page}#{}", link::write(&Changes::nearest(&source.spec)));
    if let Err(error) = link::read(&link) {
        return Err(Stop::Usage(format!(
            "this composition has no link: {error}\nhint: share its file instead"
        ))
        .into());
    }
    answer.give(
        || serde_json::json!({ "link": link }),
        || format!("{link}\n"),
    )?;
    Ok(Outcome::Done)
}
