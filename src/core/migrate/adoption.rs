//! Adopts the flat root's values.

use super::error::NoMigration;
use super::plan::{AdoptedValue, RefusedValue, find_environment};
use super::state::State;
use super::values::{self, FlatValue};
use crate::blueprint::Blueprint;
use crate::check::check;
use crate::options;
use crate::parts::TEXTS;
use crate::parts::images::ImageSource;
use crate::problem_code::Severity;
use crate::spec::Spec;
use crate::value::Value;

/// A spec that adopts the flat root's values one by one, each only if the spec stays free of errors.
pub(super) struct Adoption<'a> {
    spec: Spec,
    pub(super) blueprint: Blueprint,
    environment: &'a str,
    pub(super) taken: Vec<AdoptedValue>,
    pub(super) refused: Vec<RefusedValue>,
    /// Refused values, which are tried again once the others are adopted.
    later: Vec<FlatValue>,
}

impl<'a> Adoption<'a> {
    /// Nothing adopted yet for `environment` of `spec`, of which `blueprint` was made.
    pub(super) fn new(spec: &Spec, blueprint: Blueprint, environment: &'a str) -> Self {
        Self {
            spec: spec.clone(),
            blueprint,
            environment,
            taken: Vec::new(),
            refused: Vec::new(),
            later: Vec::new(),
        }
    }

    /// Adopts the flat root's names.
    ///
    /// # Errors
    /// If the names can't stay: every resource would be replaced.
    pub(super) fn names(&mut self, state: &State) -> Result<(), NoMigration> {
        for (key, value) in [
            ("migration.keep_flat_names", Value::Bool(true)),
            ("migration.keep_flat_outputs", Value::Bool(true)),
            // Its tasks keep the images that they have.
            ("images.source", ImageSource::Own.into()),
        ] {
            self.adopt_unless_stated(FlatValue {
                key: key.to_owned(),
                value,
                source: "the flat root".to_owned(),
            });
        }
        let Some(name) = values::name(state) else {
            return Ok(());
        };
        let is_kept = |blueprint: &Blueprint| {
            find_environment(blueprint, self.environment).full_name(&blueprint.project) == name
        };
        if !is_kept(&self.blueprint) {
            self.adopt(FlatValue {
                key: "migration.name".to_owned(),
                value: Value::from(name),
                source: "aws_service_discovery_http_namespace.main: name".to_owned(),
            });
        }
        let settled = find_environment(&self.blueprint, self.environment);
        if settled.full_name(&self.blueprint.project) == name {
            return Ok(());
        }
        let why = self.refused.pop().map_or_else(
            || "`migration.keep_flat_names` is false".to_owned(),
            |it| it.why,
        );
        Err(NoMigration::Name {
            name: name.to_owned(),
            why,
        })
    }

    /// Adopts all other values that `state` has.
    pub(super) fn values(&mut self, state: &State) {
        for switch in values::switches(state) {
            self.adopt_unless_stated(switch);
        }
        for found in values::values(state) {
            for texts in TEXTS.iter() {
                let switch = (texts.flat.switch_for)(&found.key, &found.value, self.environment);
                if let Some(switch) = switch {
                    self.adopt_unless_stated(FlatValue {
                        key: switch.to_owned(),
                        value: Value::Bool(true),
                        source: found.source.clone(),
                    });
                }
            }
            self.adopt(found);
        }
        // A value may be allowed only together with one that was adopted after it.
        loop {
            let refused = self.refused.len();
            self.refused.clear();
            for found in std::mem::take(&mut self.later) {
                self.adopt(found);
            }
            if self.refused.len() == refused {
                break;
            }
        }
    }

    /// Adopts a switch unless the spec states it: then the spec's value is wanted.
    fn adopt_unless_stated(&mut self, found: FlatValue) {
        let at = options::environment_option(&found.key).path(self.environment);
        if self.spec.get(&at).is_none() {
            self.adopt(found);
        }
    }

    /// Adopts `found` if it has an effect and causes no error; else refuses it.
    fn adopt(&mut self, found: FlatValue) {
        let row = options::environment_option(&found.key);
        let at = row.path(self.environment);
        let before = self.spec.effective(row, self.environment).value;
        let has_no_effect = self.spec.unmet_need(row, self.environment).is_some();
        if before.as_ref() == Some(&found.value) || has_no_effect {
            return;
        }
        let mut spec = self.spec.clone();
        // The address is an option's.
        let _ = spec.set(at.clone(), found.value.clone());
        let checked = check(&spec);
        match checked.blueprint {
            Some(blueprint) => {
                self.blueprint = blueprint;
                self.spec = spec;
                self.taken.push(AdoptedValue {
                    at,
                    value: found.value,
                    instead_of: before,
                    source: found.source,
                });
            }
            None => {
                let first = checked.problems.of(Severity::Error).next();
                self.later.push(found.clone());
                self.refused.push(RefusedValue {
                    at,
                    value: found.value,
                    why: first.map_or_else(String::new, |problem| problem.message.clone()),
                });
            }
        }
    }
}
