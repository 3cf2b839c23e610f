//! What stays of the flat root, which made an environment's resources before there were modules.

use super::part::{DocumentTexts, Part, PartTexts, RootTexts, To, Values};
use super::subject::Subject;
use crate::compose::rows::Way;
use crate::environment::{Environment, Migration};
use crate::feature::{FLAT_NAMES, Feature};
use crate::hcl::{Body, Expr};
use crate::option::{DefaultValue, Kind, OptionRow, environment_row, same_bool};
use crate::ports;
use crate::rules::Rule;

const KEEP_NAMES: &str = "migration.keep_flat_names";
const NAME: &str = "migration.name";
const KEEP_OUTPUTS: &str = "migration.keep_flat_outputs";

/// Every environment may keep something.
const FEATURE: Feature = Feature::always("migration");

/// What stays, in the form.
pub(super) static PART: Part = Part {
    options: OPTIONS,
    ..Part::new("migration", Subject::Migration, FEATURE)
};

/// What stays, in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::Cluster, old_tasks)],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: &[Way::new(
            "ecs-instances",
            "ring",
            ports::RING,
            "the flat root's tasks, while a deployment replaces them",
            FLAT_NAMES,
        )],
        ..DocumentTexts::NONE
    },
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEEP_NAMES,
        "Keep the flat root's names",
        "For an environment that the flat root created. Keeps the flat root's names and descriptions, because new ones would replace the resources.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("new environments have the modules' names; one that was migrated keeps its own permanently")
    .not_copied()
    .immutable(),
    environment_row(
        NAME,
        "The flat root's name",
        "The flat root's `project_name`, the prefix of every name, if it isn't `<project>-<environment>`.",
        Kind::Text(Rule::FlatName),
        DefaultValue::Absent("`<project>-<environment>`"),
    )
    .because("cluster, domain, tables and roles have it in their names")
    .needs_on(KEEP_NAMES)
    .not_copied()
    .immutable(),
    environment_row(
        KEEP_OUTPUTS,
        "Keep the flat root's outputs",
        "Also provide the outputs of the flat root under their old names, for scripts and roots that still read them.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("only for the transition, until everything reads the new names")
    .not_copied(),
];

/// What stays in an environment with these values.
pub(crate) fn settle(values: &dyn Values) -> Option<Migration> {
    let keep_flat_names = values.boolean(KEEP_NAMES)?;
    Some(Migration {
        keep_flat_names,
        name: values.text(NAME).filter(|_| keep_flat_names),
        keep_flat_outputs: values.boolean(KEEP_OUTPUTS)?,
    })
}

/// The way to the ring for the tasks that are replaced.
fn old_tasks(environment: &Environment, block: &mut Body) {
    if !environment.migration.keep_flat_names {
        return;
    }
    let at = environment.address().join(KEEP_NAMES);
    let group = Expr::code("module.ec2_capacity.instance_security_group_id");
    block
        .origin(&at)
        .blank()
        .comment(
            "The flat root's tasks have the instances' group, not the ring group. The new tasks must accept their traffic\n\
             while a deployment replaces them.",
        )
        .attribute(
            "ring_client_security_group_ids",
            Expr::Object(vec![(at.clone(), "old-tasks".to_owned(), group)]),
        );
}
