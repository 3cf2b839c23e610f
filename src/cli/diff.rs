//! `diff`: what differs between two compositions, or two folders of one: options, files, resources and cost, and what an
//! apply would destroy or replace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use composer_core::archive::SPEC_FILE;
use composer_core::differences::{OptionChange, ResourceChange, options, resources};
use composer_core::losses_by_environment::Losses;
use composer_core::merge::counts;
use composer_core::sizing::cost::{Difference, differences};
use composer_core::sizing::price_list::PriceList;
use composer_core::update::Present;
use composer_core::{Blueprint, compose};
use serde::Serialize;

use crate::answer::Answer;
use crate::cost::{costs_of, differences_text};
use crate::losses;
use crate::outcome::Outcome;
use crate::table::table;
use crate::{args, folder, loading, source};

/// One side of a comparison.
struct Side {
    blueprint: Blueprint,
    /// Its files: of a folder those that are there.
    files: BTreeMap<String, Present>,
    is_folder: bool,
}

/// What `--json` answers.
#[derive(Serialize)]
struct Report {
    /// What an apply of the second would destroy or replace of what the first has.
    losses: Losses,
    options: Vec<OptionChange>,
    files: Vec<FileChange>,
    resources: Vec<ResourceChange>,
    /// What changes of the cost of a month, in US dollars.
    cost: Vec<Difference>,
}

#[derive(Serialize)]
struct FileChange {
    path: String,
    change: &'static str,
    /// How many lines are new, and how many gone.
    new: usize,
    gone: usize,
}

pub(crate) fn run(arguments: &args::Diff, answer: &mut Answer) -> Result<Outcome> {
    let Some(before) = side(&arguments.before, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let Some(after) = side(&arguments.after, answer)? else {
        return Ok(Outcome::SpecErrors);
    };
    let prices = PriceList::default();
    let costs = |side: &Side| costs_of(&side.blueprint, &prices);
    let report = Report {
        losses: Losses::of(&before.of_losses(), &after.of_losses()),
        options: options(before.blueprint.spec(), after.blueprint.spec()),
        files: files(&before.files, &after.files),
        resources: resources(&before.blueprint, &after.blueprint),
        cost: differences(&costs(&before), &costs(&after)),
    };
    answer.give(|| &report, || text(&report))?;
    Ok(if report.is_empty() {
        Outcome::Done
    } else {
        Outcome::Different
    })
}

/// Reads a composition file, or the one in a folder with the folder's files; `None` if it has errors.
fn side(path: &Path, answer: &mut Answer) -> Result<Option<Side>> {
    let is_folder = path.is_dir();
    let spec = if is_folder {
        folder::inside(path, SPEC_FILE)
    } else {
        path.to_owned()
    };
    let Some(blueprint) = loading::blueprint(&source::from_file(&spec)?, answer)? else {
        return Ok(None);
    };
    let tree = compose(&blueprint);
    let files = if is_folder {
        // What was composed into it need not be what its spec states now.
        let composed = folder::composed(path)?;
        folder::managed(path, &[&tree, &composed.tree])?
    } else {
        tree.files()
            .map(|(path, file)| (path.to_owned(), Present::from(file)))
            .collect()
    };
    Ok(Some(Side {
        blueprint,
        files,
        is_folder,
    }))
}

impl Side {
    fn of_losses(&self) -> composer_core::losses_by_environment::Side<'_> {
        let environments = self.blueprint.environments.iter();
        composer_core::losses_by_environment::Side {
            environments: environments.map(|it| it.name.as_str()).collect(),
            files: &self.files,
            is_folder: self.is_folder,
        }
    }
}

impl Report {
    fn is_empty(&self) -> bool {
        self.losses.is_empty()
            && self.options.is_empty()
            && self.files.is_empty()
            && self.resources.is_empty()
            && self.cost.is_empty()
    }
}

fn files(before: &BTreeMap<String, Present>, after: &BTreeMap<String, Present>) -> Vec<FileChange> {
    let text = |present: Option<&Present>| match present {
        Some(Present::Text { text, .. }) => text.clone(),
        Some(Present::NotText) | None => String::new(),
    };
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths
        .into_iter()
        // Its values are compared one by one, and comments make no difference.
        .filter(|path| *path != SPEC_FILE)
        .filter_map(|path| {
            let (before, after) = (before.get(path), after.get(path));
            let change = match (before, after) {
                (None, _) => "added",
                (_, None) => "removed",
                (Some(before), Some(after)) if before == after => return None,
                (Some(_), Some(_)) => "changed",
            };
            let (new, gone) = counts(&text(before), &text(after));
            Some(FileChange {
                path: path.clone(),
                change,
                new,
                gone,
            })
        })
        .collect()
}

fn text(report: &Report) -> String {
    if report.is_empty() {
        return "no differences\n".to_owned();
    }
    // What may cost data stands first.
    let mut text = losses::text(&report.losses);
    let mut add = |heads: &[&str], rows: Vec<Vec<String>>, right: &[usize]| {
        if rows.is_empty() {
            return;
        }
        let head = heads.iter().map(|&head| head.to_owned()).collect();
        let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
        text.push_str(&table(&rows, right));
        text.push('\n');
    };
    let none = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".to_owned());
    let options = report.options.iter();
    let options = options.map(|it| vec![it.key.clone(), none(&it.before), none(&it.after)]);
    add(&["OPTION", "BEFORE", "AFTER"], options.collect(), &[]);
    let files = report.files.iter().map(|it| {
        let lines = format!("+{} −{}", it.new, it.gone);
        vec![it.path.clone(), it.change.to_owned(), lines]
    });
    add(&["FILE", "CHANGE", "LINES"], files.collect(), &[]);
    let resources = report.resources.iter().map(|it| {
        vec![
            it.kind.to_owned(),
            it.environment.clone(),
            it.before.to_string(),
            it.after.to_string(),
        ]
    });
    let heads = ["RESOURCE", "ENVIRONMENT", "BEFORE", "AFTER"];
    add(&heads, resources.collect(), &[2, 3]);
    text.push_str(&differences_text(&report.cost));
    text
}
