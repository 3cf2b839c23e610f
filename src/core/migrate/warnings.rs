//! What makes the first apply do more than a migration should.

use super::irregular::Irregular;
use super::plan::{Migration, Missing};
use crate::compose::markdown::code;
use crate::shell::word;

/// Something that makes the first apply do more than was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is the case and its consequence, without a full stop.
    pub text: String,
    /// What it is about, a line each, with code in back-ticks.
    pub lines: Vec<String>,
}

impl Migration {
    /// What makes the first apply do more than a migration should, also where `migrate.sh` would prevent it.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warning = |text: String, lines: Vec<String>| {
            if !lines.is_empty() {
                warnings.push(Warning { text, lines });
            }
        };
        let line = |it: &Irregular| {
            let remedy = it.kind.remedy();
            let remedy = if remedy.is_empty() {
                String::new()
            } else {
                format!("; {remedy}")
            };
            format!("{} {}{remedy}", code(&it.address), it.kind.effect())
        };
        let (deciding, others): (Vec<&Irregular>, Vec<&Irregular>) =
            self.irregular.iter().partition(|it| self.is_of_a_move(it));
        warning(
            "The flat root is not ready to migrate: the first apply would destroy or replace something, so `migrate.sh` \
             refuses this state"
                .to_owned(),
            deciding.into_iter().map(line).collect(),
        );
        let (made, left): (Vec<&Missing>, Vec<&Missing>) =
            self.missing.iter().partition(|it| it.made.is_some());
        warning(
            "The state lacks resources that every flat root has. The composed root creates them, a second time if they \
             exist under another address or the list is incomplete"
                .to_owned(),
            made.iter()
                .map(|it| {
                    let made = it.made.as_deref().unwrap_or_default();
                    let elsewhere = it.elsewhere.as_ref().map_or_else(String::new, |other| {
                        let command = format!("terraform state mv {} {}", word(other), word(&it.address));
                        format!(
                            "; the state has {}, which may be the same resource: if so, run {} in the flat root and migrate again",
                            code(other),
                            code(&command)
                        )
                    });
                    format!("{}: creates {}{elsewhere}", code(&it.address), code(made))
                })
                .collect(),
        );
        warning(
            "The state lacks resources that every flat root has and that would be leftovers: if they exist, nothing \
             removes them"
                .to_owned(),
            left.iter().map(|it| code(&it.address)).collect(),
        );
        warning(
            "The state has unusual entries, which do not change the plan".to_owned(),
            others.into_iter().map(line).collect(),
        );
        warnings
    }
}
