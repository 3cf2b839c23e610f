//! What an environment consists of and who in it talks to whom. Drawn and described from the same rows.

use composer_core::Environment;
use composer_core::diagram::{DiagramBox, OUTSIDE, SERVICES, Slot, Talk, kept};
use composer_core::parts::TEXTS;
use composer_core::parts::compute::instances_in_short;
use composer_core::parts::network::{ways_out_in_short, zones_in_short};
use composer_core::parts::part::PartTexts;
use composer_core::parts::subject::Subject;

/// An environment's parts, and who of them talks to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    /// The network in a few words.
    pub(crate) network: String,
    /// How it reaches what is outside.
    pub(crate) ways_out: String,
    /// The instances in a line.
    pub(crate) instances: String,
    /// What there is.
    pub(crate) parts: Vec<DiagramBox>,
    /// Who talks to whom.
    pub(crate) talks: Vec<Talk>,
}

impl Model {
    /// The model of `environment`.
    #[must_use]
    pub(crate) fn of(environment: &Environment) -> Self {
        let mut model = Self {
            network: zones_in_short(environment),
            ways_out: ways_out_in_short(environment),
            instances: instances_in_short(environment),
            parts: Vec::new(),
            talks: Vec::new(),
        };
        for subject in Subject::DIAGRAM {
            model.about(subject, environment);
        }
        model
    }

    fn part(&mut self, name: &'static str, detail: String, slot: Slot) -> &mut DiagramBox {
        self.parts.push(DiagramBox::new(name, detail, slot));
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    fn store(&mut self, name: &'static str, detail: String, slot: Slot) -> &mut DiagramBox {
        let part = self.part(name, detail, slot);
        part.is_store = true;
        part
    }

    fn talk(
        &mut self,
        from: &'static str,
        to: &'static str,
        port: &'static str,
        about: &'static str,
    ) {
        self.talks.push(Talk {
            from,
            to,
            port,
            about,
        });
    }

    /// What there is about `subject`, and who talks to it.
    fn about(&mut self, subject: Subject, environment: &Environment) {
        let mut has_log_store = false;
        for texts in texts_in(environment).filter(|texts| texts.part.subject == subject) {
            self.parts.extend((texts.diagram.boxes)(environment));
            if let Some((store, port)) = texts.diagram.takes_metrics {
                self.metrics(environment, store, port);
            }
            if let Some((store, port)) = texts.diagram.takes_logs {
                has_log_store = true;
                self.logs(environment, store, port);
            }
            self.talks.extend_from_slice(texts.diagram.talks);
            self.talks
                .extend((texts.diagram.talks_of_its_own)(environment));
        }
        if subject == Subject::Logs && !has_log_store {
            let detail = kept(environment.log_retention_days);
            self.store("CloudWatch Logs", detail, (OUTSIDE, 2));
            self.talk(
                SERVICES,
                "CloudWatch Logs",
                "443",
                "logs of every container",
            );
        }
    }

    /// Whose metrics go to `store`.
    fn metrics(&mut self, environment: &Environment, store: &'static str, port: &'static str) {
        let about = "metrics, by the Alloy sidecar of each task";
        self.talk(SERVICES, store, port, about);
        for texts in texts_in(environment) {
            if let Some(name) = texts.diagram.observed {
                self.talk(name, store, port, about);
            }
        }
    }

    /// Whose logs go to `store`.
    fn logs(&mut self, environment: &Environment, store: &'static str, port: &'static str) {
        let about = "logs, by the Alloy sidecar of each task";
        self.talk(SERVICES, store, port, about);
        for texts in texts_in(environment) {
            if let Some(name) = texts.diagram.sends_logs {
                self.talk(name, store, port, "logs, by its Alloy sidecar");
            }
            if let Some(name) = texts.diagram.observed {
                self.talk(name, store, port, about);
            }
        }
    }
}

/// The parts of `environment`.
fn texts_in(environment: &Environment) -> impl Iterator<Item = &'static PartTexts> {
    let all = TEXTS.iter().copied();
    all.filter(|texts| texts.part.feature.is_on(environment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{check, presets};
    use std::collections::BTreeSet;

    fn model(environment: &str) -> Model {
        let spec = presets::find("standard").unwrap().spec();
        let blueprint = check(&spec).blueprint.unwrap();
        let found = blueprint
            .environments
            .iter()
            .find(|each| each.name == environment);
        Model::of(found.unwrap())
    }

    fn names(environment: &str) -> Vec<&'static str> {
        model(environment)
            .parts
            .iter()
            .map(|part| part.name)
            .collect()
    }

    #[test]
    fn what_is_off_is_not_there() {
        let common = [
            "frontend",
            "history",
            "matching",
            "worker",
            "Aurora DSQL",
            "DynamoDB",
            "OpenSearch",
            "Temporal UI",
        ];
        let with = |more: &[&'static str]| [&common[..], more].concat();
        assert_eq!(
            names("dev"),
            with(&["Grafana", "Prometheus", "CloudWatch Logs"])
        );
        assert_eq!(
            names("prod"),
            with(&["Grafana", "Prometheus", "Loki", "S3"])
        );
        assert_eq!(
            names("bench"),
            with(&["Benchmark", "Grafana", "Prometheus", "Loki", "S3"])
        );
    }

    #[test]
    fn only_parts_talk_and_no_two_share_a_slot() {
        for environment in ["dev", "bench", "prod"] {
            let model = model(environment);
            let names: BTreeSet<&str> = model.parts.iter().map(|part| part.name).collect();
            for talk in &model.talks {
                for name in [talk.from, talk.to] {
                    assert!(
                        name == SERVICES || names.contains(name),
                        "{environment}: {name}"
                    );
                }
            }
            let slots: BTreeSet<Slot> = model.parts.iter().map(|part| part.slot).collect();
            assert_eq!(slots.len(), model.parts.len(), "{environment}");
        }
    }

    /// The ports that are drawn are those that the modules open.
    #[test]
    fn the_ports_are_those_of_the_modules() {
        let opened: String = composer_core::templates::ALL
            .iter()
            .filter(|(path, _)| path.ends_with(".tf"))
            .map(|(_, text)| *text)
            .collect();
        for port in [
            "7233", "7234", "7235", "6933", "6934", "6935", "6939", "5432", "8080", "3000", "3100",
        ] {
            let is_stated = opened
                .lines()
                .any(|line| line.trim_end().ends_with(&format!("= {port}")));
            assert!(is_stated, "{port}");
        }
    }
}
