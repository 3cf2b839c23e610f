//! `main.tf` of an environment: the module calls and the values they share.

use crate::environment::Environment;
use crate::hcl::{Body, Expr};
use crate::parts::part::{ObjectEntries, To};
use crate::parts::subject::Subject;
use crate::parts::{sidecars, texts_about_in, texts_in, texts_in_order};
use crate::path::FieldPath;
use crate::sizing::tasks;

/// The module calls, each feature's lines only where the environment has it.
pub(super) fn compose(environment: &Environment) -> Body {
    let root = Root {
        environment,
        at: environment.address(),
    };
    let mut file = Body::new();
    root.locals(&mut file);
    for subject in Subject::CALLS {
        root.calls_about(subject, &mut file);
    }
    file
}

struct Root<'a> {
    environment: &'a Environment,
    at: FieldPath,
}

impl Root<'_> {
    fn path(&self, key: &str) -> FieldPath {
        self.at.join(key)
    }

    /// A module call whose lines lead to `key` unless they say otherwise.
    fn module(
        &self,
        file: &mut Body,
        label: &str,
        folder: &str,
        key: &str,
        fill: impl FnOnce(&mut Body),
    ) {
        let from = if key.is_empty() {
            self.at.clone()
        } else {
            self.path(key)
        };
        file.origin(&from)
            .blank()
            .block("module", &[label], |block| {
                block.text("source", &format!("../../modules/{folder}"));
                fill(block);
            });
    }

    fn locals(&self, file: &mut Body) {
        let environment = self.environment;
        file.origin(&self.at).block("locals", &[], |block| {
            match &environment.migration.name {
                Some(name) => block
                    .origin(&self.path("migration.name"))
                    .comment("Every resource's name begins with it, as the flat root had it.")
                    .text("name", name)
                    .origin(&self.at),
                None => {
                    let literal = crate::hcl::string(&environment.name);
                    block.comment("The prefix of every resource name.").code(
                        "name",
                        format!("\"${{var.project}}-{}\"", literal.trim_matches('"')),
                    )
                }
            };
            for texts in texts_in(environment) {
                (texts.root.locals)(environment, block);
            }
            for texts in texts_in(environment) {
                if let Some(write) = texts.root.sidecar_locals {
                    write(self.sidecars(), block.origin(&self.at));
                }
            }
        });
    }

    /// The tasks with a sidecar, each with the code of its metrics' port.
    fn sidecars(&self) -> ObjectEntries {
        let mut rows = Vec::new();
        for sidecar in sidecars(self.environment) {
            rows.push((
                self.path(sidecar.key),
                sidecar.task.to_owned(),
                Expr::code(sidecar.metrics_port.unwrap_or("null")),
            ));
        }
        rows
    }

    /// The capacity providers of the parts that have one.
    fn capacity_providers(&self) -> ObjectEntries {
        let mut providers = Vec::new();
        for texts in texts_in_order(Subject::CALLS, self.environment) {
            if let (Some(name), Some(call)) = (texts.root.capacity_provider, &texts.root.call) {
                providers.push((
                    self.path(texts.part.feature.key),
                    name.to_owned(),
                    Expr::code(format!("module.{}.capacity_provider_name", call.label)),
                ));
            }
        }
        providers
    }

    /// The services of the parts on the main instances, each with its name in AWS and its count.
    fn services(&self) -> ObjectEntries {
        let mut services = Vec::new();
        for row in tasks(self.environment) {
            let mut all = texts_in(self.environment).flat_map(|texts| texts.root.services);
            if let Some(service) = all.find(|service| service.name == row.service) {
                services.push((
                    self.path(service.name.as_str()),
                    service.name.to_string(),
                    Expr::code(format!(
                        "{{ service_name = {}, count = {} }}",
                        service.service_name, service.desired_count
                    )),
                ));
            }
        }
        services
    }

    /// What a module's things are called where the flat root made them.
    fn kept_names(&self, block: &mut Body, names: &[(&str, &str)]) {
        if !self.environment.migration.keep_flat_names || names.is_empty() {
            return;
        }
        let at = self.path("migration.keep_flat_names");
        let rows = names
            .iter()
            .map(|(name, code)| {
                (
                    at.clone(),
                    (*name).to_owned(),
                    Expr::code((*code).to_owned()),
                )
            })
            .collect();
        block
            .origin(&at)
            .blank()
            .comment("As the flat root named them: other names would replace them.")
            .attribute("kept_names", Expr::Object(rows));
    }

    /// What parts add to the call of a module that is not theirs.
    fn added(&self, block: &mut Body, to: To) {
        for texts in texts_in(self.environment) {
            for (call, write) in texts.root.arguments {
                if *call == to {
                    write(self.environment, block);
                }
            }
        }
    }

    /// The calls of the modules that are there for a part about `subject` alone.
    fn calls_about(&self, subject: Subject, file: &mut Body) {
        for texts in texts_about_in(subject, self.environment) {
            let Some(call) = &texts.root.call else {
                continue;
            };
            let feature = texts.part.feature_of(call.folder);
            if feature.is_on(self.environment) {
                self.module(file, call.label, call.folder, feature.key, |block| {
                    (call.arguments)(self.environment, block);
                    if let Some(write) = call.capacity_providers {
                        write(self.environment, self.capacity_providers(), block);
                    }
                    if let Some(write) = call.services {
                        write(self.environment, self.services(), block);
                    }
                    for to in call.takes {
                        self.added(block, *to);
                    }
                    (call.further_arguments)(self.environment, block);
                    let mut names = call.kept_names.to_vec();
                    for other in texts_in(self.environment) {
                        for (to, feature, more) in other.root.kept_names {
                            if call.takes.contains(to) && feature.is_on(self.environment) {
                                names.extend_from_slice(more);
                            }
                        }
                    }
                    self.kept_names(block, &names);
                });
            }
        }
    }
}
