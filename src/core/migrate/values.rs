//! Reads the flat root's values from its state, as options of the composition.

use serde_json::Value as Json;

use super::state::State;
use crate::parts::part::FlatSource;
use crate::parts::subject::Subject;
use crate::parts::{TEXTS, texts_about};
use crate::value::Value;

/// A value of the flat root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FlatValue {
    /// The option of the environment, such as `network.vpc_cidr`.
    pub(super) key: String,
    /// The value.
    pub(super) value: Value,
    /// Where it was read, such as `aws_vpc.main: cidr_block`.
    pub(super) source: String,
}

/// The flat root's `project_name`.
pub(super) fn name(state: &State) -> Option<&str> {
    state
        .text("aws_service_discovery_http_namespace.main", "name")
        .or_else(|| {
            state
                .text("aws_ecs_cluster.main", "name")?
                .strip_suffix("-cluster")
        })
}

/// Switches that the flat root's resources imply, so that a list of addresses is enough.
pub(super) fn switches(state: &State) -> Vec<FlatValue> {
    TEXTS
        .iter()
        .filter_map(|texts| Some((texts.part.feature.key, texts.flat.switched_on_by?)))
        .filter(|(_, address)| state.has(address))
        .map(|(key, address)| FlatValue {
            key: key.to_owned(),
            value: Value::Bool(true),
            source: address.to_owned(),
        })
        .collect()
}

/// All other values that `state` has, in an order in which they can be adopted one by one.
pub(super) fn values(state: &State) -> Vec<FlatValue> {
    let mut reader = Reader {
        state,
        found: Vec::new(),
    };
    reader.account_and_region();
    for subject in Subject::FLAT_VALUES {
        match subject {
            Subject::Compute => reader.number(
                "log_retention_days",
                "aws_cloudwatch_log_group.ecs_exec",
                "retention_in_days",
            ),
            Subject::Database => {
                reader.stores();
                reader.images_and_tasks();
            }
            Subject::Network
            | Subject::Endpoints
            | Subject::Cluster
            | Subject::Roles
            | Subject::Services
            | Subject::Clients
            | Subject::WebInterface
            | Subject::Visibility
            | Subject::Logs
            | Subject::Dashboards
            | Subject::Telemetry
            | Subject::ConnectionPool
            | Subject::ConnectionLimits
            | Subject::Load
            | Subject::Alarms
            | Subject::Spending
            | Subject::Migration => {}
        }
        if !STORES.contains(&subject) {
            reader.parts_about(subject, |_| true);
        }
    }
    reader.found
}

/// What holds workflows, and what finds them.
const STORES: [Subject; 2] = [Subject::Database, Subject::Visibility];

/// The task definition whose variables name the hosts of both.
const HISTORY: &str = "aws_ecs_task_definition.temporal_history";

struct Reader<'a> {
    state: &'a State,
    found: Vec<FlatValue>,
}

impl Reader<'_> {
    fn add(&mut self, key: &str, value: impl Into<Value>, address: &str, attribute: &str) {
        self.found.push(FlatValue {
            key: key.to_owned(),
            value: value.into(),
            source: format!(
                "{address}: {}",
                attribute.replace("/0/", ".").replace('/', ".")
            ),
        });
    }

    fn text(&mut self, key: &str, address: &str, pointer: &str) {
        if let Some(text) = self.state.text(address, pointer) {
            self.add(key, text, address, pointer);
        }
    }

    /// The texts of all resources with this address, in the order of their index.
    fn each(&mut self, key: &str, address: &str, pointer: &str) {
        let mut texts = Vec::new();
        while let Some(text) = self
            .state
            .text(&format!("{address}[{}]", texts.len()), pointer)
        {
            texts.push(text.to_owned());
        }
        if !texts.is_empty() {
            self.add(key, Value::List(texts), address, pointer);
        }
    }

    fn number(&mut self, key: &str, address: &str, pointer: &str) {
        if let Some(number) = self.state.number(address, pointer) {
            self.add(key, number, address, pointer);
        }
    }

    /// A number that may be 0 because something is switched off for a while: then the composition keeps its own.
    fn count(&mut self, key: &str, address: &str, pointer: &str) {
        if self.state.number(address, pointer) != Some(0) {
            self.number(key, address, pointer);
        }
    }

    fn account_and_region(&mut self) {
        let vpc = "aws_vpc.main";
        let arn: Option<Vec<String>> = self
            .state
            .text(vpc, "arn")
            .map(|arn| arn.split(':').map(str::to_owned).collect());
        if let Some([_, _, _, region, account, ..]) = arn.as_deref() {
            self.add("region", region.as_str(), vpc, "arn");
            self.add("account_id", account.as_str(), vpc, "arn");
        }
    }

    /// The settings of the stores that the history service has in its variables, then those on the stores themselves.
    fn stores(&mut self) {
        for subject in STORES {
            self.parts_about(subject, |address| address == HISTORY);
        }
        self.number_of_variable("history_shards", HISTORY, "TEMPORAL_HISTORY_SHARDS");
        for subject in STORES {
            self.parts_about(subject, |address| address != HISTORY);
        }
    }

    /// What follows from a resource's being there.
    fn add_choice(&mut self, key: &str, value: impl Into<Value>, address: &str) {
        if self.state.has(address) {
            self.add(key, value, address, "id");
        }
    }

    fn images_and_tasks(&mut self) {
        self.image(
            "images.temporal",
            "aws_ecs_task_definition.temporal_history",
        );
        self.image(
            "images.admin_tools",
            "aws_ecs_task_definition.opensearch_setup",
        );
    }

    /// What the parts about `subject` find at the addresses that are asked for.
    fn parts_about(&mut self, subject: Subject, is_asked: fn(&str) -> bool) {
        for texts in texts_about(subject) {
            for (key, address, source) in texts.flat.values {
                if !is_asked(address) {
                    continue;
                }
                match *source {
                    FlatSource::Text(pointer) => self.text(key, address, pointer),
                    FlatSource::Each(pointer) => self.each(key, address, pointer),
                    FlatSource::Implies(choice) => self.add_choice(key, choice, address),
                    FlatSource::Number(pointer) => self.number(key, address, pointer),
                    FlatSource::Count(pointer) => self.count(key, address, pointer),
                    FlatSource::Boolean(pointer) => self.boolean(key, address, pointer),
                    FlatSource::PolicyResource => self.policy_resource(key, address),
                    FlatSource::TextVariable(name) => self.text_of_variable(key, address, name),
                    FlatSource::Variable(name) => self.number_of_variable(key, address, name),
                    FlatSource::ImageUnless(placeholder) => {
                        self.given_image(key, address, placeholder);
                    }
                }
            }
        }
    }

    fn boolean(&mut self, key: &str, address: &str, pointer: &str) {
        let value = self.state.value(address, pointer).and_then(Json::as_bool);
        if let Some(is_true) = value {
            self.add(key, is_true, address, pointer);
        }
    }

    fn policy_resource(&mut self, key: &str, address: &str) {
        let policy = self.json(address, "policy");
        if let Some(arn) = policy.and_then(|policy| first_resource(&policy)) {
            self.add(key, arn.as_str(), address, "policy");
        }
    }

    /// The text in an environment variable of the program's container.
    fn text_of_variable(&mut self, key: &str, task: &str, name: &str) {
        if let Some(text) = self.variable(task, name) {
            self.add(key, text.as_str(), task, name);
        }
    }

    /// The number in an environment variable of the program's container.
    fn number_of_variable(&mut self, key: &str, task: &str, name: &str) {
        let number = self
            .variable(task, name)
            .and_then(|text| text.parse::<i64>().ok());
        if let Some(number) = number {
            self.add(key, number, task, name);
        }
    }

    /// The image, unless it is the one that the flat root runs where none was given.
    fn given_image(&mut self, key: &str, task: &str, placeholder: &str) {
        let is_given = self
            .container(task)
            .and_then(|container| container.get("image")?.as_str().map(str::to_owned))
            .is_some_and(|image| !image.starts_with(placeholder));
        if is_given {
            self.image(key, task);
        }
    }

    fn image(&mut self, key: &str, task: &str) {
        if let Some(image) = self
            .container(task)
            .and_then(|container| container.get("image")?.as_str().map(str::to_owned))
        {
            self.add(key, image.as_str(), task, "image");
        }
    }

    /// The container of a task definition that runs the program: the one that isn't the metrics collector.
    fn container(&self, task: &str) -> Option<Json> {
        self.json(task, "container_definitions")?
            .as_array()?
            .iter()
            .find(|container| {
                container.get("name").and_then(Json::as_str) != Some("adot-collector")
            })
            .cloned()
    }

    /// An environment variable of that container.
    fn variable(&self, task: &str, name: &str) -> Option<String> {
        self.container(task)?
            .get("environment")?
            .as_array()?
            .iter()
            .find(|variable| variable.get("name").and_then(Json::as_str) == Some(name))?
            .get("value")?
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// JSON that stands in an attribute as text.
    fn json(&self, address: &str, pointer: &str) -> Option<Json> {
        serde_json::from_str(self.state.text(address, pointer)?).ok()
    }
}

/// The resource of a policy's first statement; IAM writes one with or without a list around it.
fn first_resource(policy: &Json) -> Option<String> {
    let first = |value: &Json| match value {
        Json::Array(items) => items.first().cloned(),
        other => Some(other.clone()),
    };
    let statement = first(policy.get("Statement")?)?;
    first(statement.get("Resource")?)?
        .as_str()
        .map(str::to_owned)
}
