//! What an environment consists of, and the traffic in it. Drawn and described from the same rows.

use composer_core::Environment;
use composer_core::diagram::{DiagramBox, Flow, OUTSIDE, SERVICES, Slot, kept};
use composer_core::options::{self, OptionRow, Scope};
use composer_core::parts::compute::instances_in_short;
use composer_core::parts::network::{ways_out_in_short, zones_in_short};
use composer_core::parts::part::PartTexts;
use composer_core::parts::subject::Subject;
use composer_core::parts::{self, TEXTS};

use crate::model::words::list;

/// An environment's parts, and the traffic between them.
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
    /// The traffic.
    pub(crate) flows: Vec<Flow>,
    /// What makes each box what it is, in the order of the boxes.
    sections: Vec<BoxSection>,
}

/// The section of the options that a box stands for, and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct BoxSection {
    section: &'static str,
    subject: Subject,
}

/// What of the drawing an option is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Emphasis {
    /// The boxes, by name.
    pub(crate) boxes: Vec<&'static str>,
    /// The network around them.
    pub(crate) network: bool,
    /// The instances that the tasks run on.
    pub(crate) instances: bool,
}

/// What came, went and changed between two models of one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModelChange {
    /// The boxes that are new, by name.
    pub(crate) came: Vec<&'static str>,
    /// Those that were there before.
    pub(crate) went: Vec<DiagramBox>,
    /// Those that say something else.
    pub(crate) changed: Vec<&'static str>,
}

impl ModelChange {
    /// In a sentence: "OpenSearch comes. CloudWatch Logs goes."
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        let went: Vec<&'static str> = self.went.iter().map(|each| each.name).collect();
        let sentence = |names: &[&str], one: &str, several: &str| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let verb = if names.len() == 1 { one } else { several };
            (!names.is_empty()).then(|| format!("{} {verb}.", list(&names)))
        };
        let sentences = [
            sentence(&self.came, "comes", "come"),
            sentence(&went, "goes", "go"),
            sentence(&self.changed, "changes", "change"),
        ];
        let sentences: Vec<String> = sentences.into_iter().flatten().collect();
        if sentences.is_empty() {
            return "The last change touches nothing that is drawn.".to_owned();
        }
        format!("With the last change: {}", sentences.join(" "))
    }
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
            flows: Vec::new(),
            sections: Vec::new(),
        };
        for subject in Subject::DIAGRAM {
            model.about(subject, environment);
        }
        model
    }

    /// The options that make the box named `name` what it is.
    #[must_use]
    pub(crate) fn options_of(&self, name: &str) -> Vec<&'static OptionRow> {
        let Some(place) = self.parts.iter().position(|each| each.name == name) else {
            return Vec::new();
        };
        let section = self.sections[place].section;
        let rows = options::in_scope(Scope::Environment);
        rows.filter(|row| row.section() == section || row.key == section)
            .collect()
    }

    /// The section of the options that the box named `name` stands for: the address of all of them, below the environment's.
    #[must_use]
    pub(crate) fn section_of(&self, name: &str) -> Option<&'static str> {
        let place = self.parts.iter().position(|each| each.name == name)?;
        Some(self.sections[place].section)
    }

    /// What of the drawing the option with this key is about: the boxes of its section, or of what belongs to the same
    /// subject.
    #[must_use]
    pub(crate) fn lit_by(&self, key: &str) -> Emphasis {
        let section = key.split_once('.').map_or(key, |(section, _)| section);
        let part = TEXTS.iter().find(|texts| texts.part.name == section);
        let subject = part.map(|texts| texts.part.subject);
        let mut boxes = Vec::new();
        for (each, of) in self.parts.iter().zip(&self.sections) {
            if of.section == section || Some(of.subject) == subject {
                boxes.push(each.name);
            }
        }
        Emphasis {
            boxes,
            network: subject == Some(Subject::Network),
            instances: subject == Some(Subject::Compute),
        }
    }

    /// What differs from `before`.
    #[must_use]
    pub(crate) fn since(&self, before: &Self) -> ModelChange {
        let find = |model: &Self, name: &str| {
            let found = model.parts.iter().find(|each| each.name == name);
            found.cloned()
        };
        let mut change = ModelChange::default();
        for each in &self.parts {
            match find(before, each.name) {
                None => change.came.push(each.name),
                Some(earlier) if earlier != *each => change.changed.push(each.name),
                Some(_) => {}
            }
        }
        let gone = before.parts.iter();
        change.went = gone
            .filter(|each| find(self, each.name).is_none())
            .cloned()
            .collect();
        change
    }

    /// Says of the boxes that came last which options make them.
    fn sectioned(&mut self, section: &'static str, subject: Subject) {
        while self.sections.len() < self.parts.len() {
            let name = self.parts[self.sections.len()].name;
            let mut rows = options::in_scope(Scope::Environment);
            // A box of several of one part has the section of its name.
            let section = if rows.any(|row| row.section() == name) {
                name
            } else {
                section
            };
            self.sections.push(BoxSection { section, subject });
        }
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

    fn flow(
        &mut self,
        from: &'static str,
        to: &'static str,
        port: &'static str,
        about: &'static str,
    ) {
        self.flows.push(Flow {
            from,
            to,
            port,
            about,
        });
    }

    /// What there is about `subject`, and its traffic.
    fn about(&mut self, subject: Subject, environment: &Environment) {
        let mut has_log_store = false;
        for texts in texts_in(environment).filter(|texts| texts.part.subject == subject) {
            self.parts.extend((texts.diagram.boxes)(environment));
            self.sectioned(texts.part.name, subject);
            if let Some((store, port)) = texts.diagram.takes_metrics {
                self.metrics(environment, store, port);
            }
            if let Some((store, port)) = texts.diagram.takes_logs {
                has_log_store = true;
                self.logs(environment, store, port);
            }
            self.flows.extend(parts::flows(texts, environment));
        }
        if subject == Subject::Logs && !has_log_store {
            let detail = kept(environment.log_retention_days);
            self.store("CloudWatch Logs", detail, (OUTSIDE, 2));
            self.sectioned("log_retention_days", subject);
            self.flow(
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
        self.flow(SERVICES, store, port, about);
        for texts in texts_in(environment) {
            if let Some(name) = texts.diagram.observed {
                self.flow(name, store, port, about);
            }
        }
    }

    /// Whose logs go to `store`.
    fn logs(&mut self, environment: &Environment, store: &'static str, port: &'static str) {
        let about = "logs, by the Alloy sidecar of each task";
        self.flow(SERVICES, store, port, about);
        for texts in texts_in(environment) {
            if let Some(name) = texts.diagram.sends_logs {
                self.flow(name, store, port, "logs, by its Alloy sidecar");
            }
            if let Some(name) = texts.diagram.observed {
                self.flow(name, store, port, about);
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
    use composer_core::{assignment, check, presets};
    use std::collections::BTreeSet;

    fn model(environment: &str) -> Model {
        let mut spec = presets::find("standard").unwrap().spec();
        assignment::set(&mut spec, "environments.prod.loki.enabled=true").unwrap();
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
        let mut prod = with(&["NLB", "Grafana", "Prometheus", "Loki", "S3"]);
        prod.insert(5, "AWS Backup");
        assert_eq!(names("prod"), prod);
        assert_eq!(
            names("bench"),
            with(&["NLB", "Benchmark", "Grafana", "Prometheus", "Loki", "S3"])
        );
    }

    #[test]
    fn only_parts_talk_and_no_two_share_a_slot() {
        for environment in ["dev", "bench", "prod"] {
            let model = model(environment);
            let names: BTreeSet<&str> = model.parts.iter().map(|part| part.name).collect();
            for flow in &model.flows {
                for name in [flow.from, flow.to] {
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

    #[test]
    fn a_box_leads_to_its_options_and_an_option_to_its_boxes() {
        let prod = model("prod");
        let keys = |name: &str| -> Vec<&str> {
            let rows = prod.options_of(name);
            rows.iter().take(2).map(|row| row.key).collect()
        };
        assert_eq!(keys("frontend"), ["frontend.cpu", "frontend.memory"]);
        assert_eq!(keys("Loki")[0], "loki.enabled");
        assert_eq!(keys("S3"), keys("Loki"));
        assert_eq!(keys("OpenSearch")[0], "opensearch.instance_type");
        assert_eq!(
            model("dev").options_of("CloudWatch Logs")[0].key,
            "log_retention_days"
        );
        assert_eq!(prod.lit_by("history.cpu").boxes, ["history"]);
        assert_eq!(prod.lit_by("loki.retention_days").boxes, ["Loki", "S3"]);
        assert_eq!(prod.lit_by("lease.limit").boxes, ["DynamoDB"]);
        assert!(prod.lit_by("network.nat").network);
        assert!(prod.lit_by("compute.instance_count").instances);
        assert_eq!(prod.lit_by("region"), Emphasis::default());
        // What would take the place of a box is about that box.
        assert_eq!(
            model("dev").lit_by("loki.enabled").boxes,
            ["CloudWatch Logs"]
        );
        assert_eq!(
            model("dev").lit_by("benchmark.enabled"),
            Emphasis::default()
        );
    }

    #[test]
    fn what_comes_and_goes_is_told() {
        let (dev, prod) = (model("dev"), model("prod"));
        let change = prod.since(&dev);
        assert_eq!(change.came, ["AWS Backup", "NLB", "Loki", "S3"]);
        let went: Vec<&str> = change.went.iter().map(|each| each.name).collect();
        assert_eq!(went, ["CloudWatch Logs"]);
        assert!(change.changed.contains(&"history"));
        let words = change.in_words();
        assert!(
            words.starts_with(
                "With the last change: AWS Backup, NLB, Loki and S3 come. CloudWatch Logs goes. frontend, "
            ),
            "{words}"
        );
        assert_eq!(
            prod.since(&prod).in_words(),
            "The last change touches nothing that is drawn."
        );
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
