//! The plan of a migration: what becomes of each address of the flat root, and of its values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::irregular::{Irregular, Irregularity};
use crate::blueprint::Blueprint;
use crate::environment::Environment;
use crate::path::FieldPath;
use crate::value::Value;

/// The migration of one environment.
#[derive(Clone, Debug, Serialize)]
pub struct Migration {
    /// The environment.
    pub environment: String,
    /// Its spec with the flat root's values.
    #[serde(skip)]
    pub blueprint: Blueprint,
    /// Whether the state's values were known.
    pub has_values: bool,
    /// What gets another address, in the order of the flat root's files.
    pub moves: Vec<Move>,
    /// What is imported.
    pub imports: Vec<Import>,
    /// What stays in AWS until nothing needs it.
    pub leftovers: Vec<Leftover>,
    /// Addresses that aren't the flat root's: the user decides what becomes of them.
    pub unknown: Vec<String>,
    /// Data sources, which need nothing.
    pub data: Vec<String>,
    /// What every flat root has and this state lacks.
    pub missing: Vec<Missing>,
    /// What a state at rest doesn't have.
    pub irregular: Vec<Irregular>,
    /// How many resources of which type the first apply makes.
    pub created: BTreeMap<&'static str, usize>,
    /// Values of the flat root that were adopted where the spec had another.
    pub taken: Vec<AdoptedValue>,
    /// Values of the flat root that can't be adopted, and why.
    pub refused: Vec<RefusedValue>,
    /// Values that a person must look up.
    pub blanks: Vec<Blank>,
}

/// A resource that gets another address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// In the flat root.
    pub from: String,
    /// In the composed root.
    pub to: String,
    /// What the first plan changes in it besides tags; empty if nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub changes: &'static str,
}

/// A resource that is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Its address in the composed root.
    pub to: String,
    /// The id by which it is imported, where it is known.
    pub id: Option<String>,
    /// What it is in the flat root: itself, or what it is a part of.
    pub of: &'static str,
    /// Why it can't be moved, and where the id is.
    pub kind: ImportKind,
    /// The security group whose rule it is, where that is known.
    #[serde(skip)]
    pub(super) group: Option<String>,
}

/// Why something is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    /// A rule whose resource has another type in the composed root.
    Rule,
    /// A route that the flat root has inside its table.
    Route,
    /// A rule that the flat root has inside its security group.
    DsqlEgress,
    /// The log group that Container Insights made for the cluster.
    InsightsLog,
}

impl ImportKind {
    /// Its name in `moves.sh`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Route => "route",
            Self::DsqlEgress => "dsql-egress",
            Self::InsightsLog => "insights-log",
        }
    }
}

/// A resource that stays behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leftover {
    /// In the flat root.
    pub address: String,
    /// Why, and how long it is needed.
    pub why: String,
    /// The option with which it would be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_with: Option<FieldPath>,
}

/// An address that every flat root has, and that isn't in the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// In the flat root.
    pub address: String,
    /// What the composed root creates instead: a second one, if the first exists after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// The address in the state that is probably it: with another index, as after a `count` was added, or already the
    /// one to which it would move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
}

/// A value that was adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdoptedValue {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// Its value in the flat root.
    pub value: Value,
    /// What it would have been.
    pub instead_of: Option<Value>,
    /// Where the flat root has it.
    pub source: String,
}

/// A value that can't be adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedValue {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// Its value in the flat root.
    pub value: Value,
    /// Why the composition can't have it.
    pub why: String,
}

/// A value to look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blank {
    /// The option.
    #[serde(rename = "path")]
    pub at: FieldPath,
    /// Its value in the composition now.
    pub value: Option<Value>,
    /// Where the flat root has it.
    pub find: &'static str,
}

impl Migration {
    /// Whether `irregular` is about a resource that moves, so that it changes the first plan.
    #[must_use]
    pub fn is_of_a_move(&self, irregular: &Irregular) -> bool {
        let decides = match irregular.kind {
            Irregularity::Tainted | Irregularity::Deposed(_) | Irregularity::Provider(_) => true,
            Irregularity::Mode(_) | Irregularity::Unreadable => false,
        };
        decides && self.moves.iter().any(|it| it.from == irregular.address)
    }

    /// Whether the first apply destroys and replaces nothing, as far as the state shows.
    #[must_use]
    pub fn destroys_nothing(&self) -> bool {
        !self.irregular.iter().any(|it| self.is_of_a_move(it))
    }

    /// The environment that takes the flat root over, as it is composed.
    pub(super) fn settled(&self) -> &Environment {
        find_environment(&self.blueprint, &self.environment)
    }
}

/// The environment named `name`, which `blueprint` must have.
pub(super) fn find_environment<'a>(blueprint: &'a Blueprint, name: &str) -> &'a Environment {
    blueprint
        .environments
        .iter()
        .find(|environment| environment.name == name)
        .unwrap_or_else(|| unreachable!("the blueprint has the environment, as was checked"))
}
