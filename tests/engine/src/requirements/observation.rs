//! What a composition shows of itself: its files, and what Terraform has made of each of its environments.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use composer_core::options::Profile;
use composer_core::parts::grafana::Grafana;
use composer_core::{FieldPath, Severity, Spec, Value, check, compose};
use serde_json::Value as Json;

use super::scripts::ScriptRun;

/// A composition, and what became of it.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The files of the tree, by path.
    pub files: Arc<BTreeMap<String, String>>,
    /// The environments, applied.
    pub environments: Vec<Environment>,
    /// What a script did in an environment: several rows look at one run.
    pub(super) runs: RefCell<BTreeMap<String, ScriptRun>>,
}

/// An environment that was applied.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What was asked for.
    pub wanted: RequestedEnvironment,
    /// The first part of its resources' names.
    pub full_name: String,
    /// `terraform show -json` of a plan made after the apply: it holds the state and the configuration, and leaves
    /// nothing to be known later.
    pub plan: Arc<Json>,
}

/// What was asked for of an environment: what is to be, and which of it was said.
#[derive(Clone, Debug)]
pub struct RequestedEnvironment {
    environment: composer_core::Environment,
    /// The options, inside the environment, that the spec says something of.
    said: Vec<FieldPath>,
    /// The options that the composer warned of.
    warned: Vec<FieldPath>,
}

impl Deref for RequestedEnvironment {
    type Target = composer_core::Environment;

    fn deref(&self) -> &Self::Target {
        &self.environment
    }
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// `Allow` or `Deny`.
    pub effect: String,
    /// What, in order.
    pub actions: Vec<String>,
    /// With which, in order.
    pub resources: Vec<String>,
    /// All else that it says but its id, as JSON by name: principals, conditions, `NotAction`, `NotResource`.
    pub more: BTreeMap<String, String>,
}

/// Who may hold a role, and all that it gives, from whichever resource that comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rights {
    /// The statements of its trust policy.
    pub trust: Vec<Statement>,
    /// The statements of all its inline policies.
    pub statements: Vec<Statement>,
    /// The ARNs of the policies attached to it, AWS's own and others.
    pub attached: BTreeSet<String>,
    /// The ARN of its permissions boundary; empty without one.
    pub boundary: String,
}

impl Observation {
    /// The tree of a composition, and of each environment the plan that shows what was made.
    ///
    /// # Panics
    /// If the spec has errors: it was composed and applied before.
    #[must_use]
    pub fn of(spec: &Spec, mut plans: BTreeMap<String, Json>) -> Self {
        let checked = check(spec);
        let warned: Vec<&FieldPath> = checked
            .problems
            .of(Severity::Warning)
            .map(|problem| &problem.at)
            .collect();
        let blueprint = checked.blueprint.expect("it was composed before");
        let tree = compose(&blueprint);
        let files = tree
            .files()
            .map(|(path, file)| (path.to_owned(), file.text.to_string()));
        let environments = blueprint
            .environments
            .iter()
            .map(|wanted| Environment {
                wanted: RequestedEnvironment {
                    environment: (**wanted).clone(),
                    said: inside(&wanted.name, spec.values().map(|(at, _)| at)),
                    warned: inside(&wanted.name, warned.iter().copied()),
                },
                full_name: wanted.full_name(&blueprint.project),
                plan: Arc::new(plans.remove(&wanted.name).expect("each was planned")),
            })
            .collect();
        Self {
            files: Arc::new(files.collect()),
            environments,
            runs: RefCell::default(),
        }
    }

    /// The text of a file.
    pub(super) fn file(&self, path: &str) -> Result<&str, String> {
        let text = self.files.get(path);
        text.map(String::as_str)
            .ok_or_else(|| format!("there is no {path}"))
    }

    /// The blocks and attributes of a Terraform file.
    pub(super) fn hcl(&self, path: &str) -> Result<hcl::Body, String> {
        hcl::parse(self.file(path)?).map_err(|error| format!("{path}: {error}"))
    }

    /// The names of the folders in a folder.
    pub(super) fn folders(&self, folder: &str) -> BTreeSet<&str> {
        self.below(folder)
            .filter_map(|path| Some(path.split_once('/')?.0))
            .collect()
    }

    /// The paths of the files below a folder, from it on.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.files
            .keys()
            .filter_map(move |path| path.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// The environment of a name.
    pub(super) fn environment(&self, name: &str) -> Option<&Environment> {
        let mut all = self.environments.iter();
        all.find(|environment| environment.wanted.name == name)
    }
}

impl Environment {
    /// The folder of its root.
    pub(super) fn folder(&self) -> String {
        format!("terraform/envs/{}", self.wanted.name)
    }

    /// Everything in its state, data sources too.
    fn state(&self) -> Vec<&Json> {
        let mut found = Vec::new();
        let mut modules = vec![&self.plan["prior_state"]["values"]["root_module"]];
        while let Some(module) = modules.pop() {
            modules.extend(items(&module["child_modules"]));
            found.extend(items(&module["resources"]));
        }
        found
    }

    /// Every resource that it manages.
    pub(crate) fn managed(&self) -> impl Iterator<Item = &Json> {
        let all = self.state().into_iter();
        all.filter(|resource| resource["mode"] == "managed")
    }

    /// The resources of a type, wherever they are.
    pub(crate) fn all(&self, kind: &str) -> Vec<&Json> {
        self.managed()
            .filter(|resource| resource["type"] == kind)
            .collect()
    }

    /// The resources of a type in a module, such as `vpc` or `temporal_service["history"]`, and in those inside it.
    pub(super) fn in_module(&self, module: &str, kind: &str) -> Vec<&Json> {
        let prefix = format!("module.{module}");
        let is_inside = |resource: &&Json| {
            let rest = text(&resource["address"]).strip_prefix(&prefix);
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        self.all(kind).into_iter().filter(is_inside).collect()
    }

    /// The values of the resource or data source at an address.
    pub(super) fn at(&self, address: &str) -> Result<&Json, String> {
        let mut all = self.state().into_iter();
        all.find(|resource| resource["address"] == address)
            .map(|resource| &resource["values"])
            .ok_or_else(|| format!("there is no {address}"))
    }

    /// A text among the values of the resource at an address.
    pub(super) fn text_at(&self, address: &str, value: &str) -> Result<&str, String> {
        let found = &self.at(address)?[value];
        found
            .as_str()
            .ok_or_else(|| format!("{address}.{value} is {found}"))
    }

    /// The value of an output of the root.
    pub(crate) fn output(&self, name: &str) -> Result<&Json, String> {
        let found = self.plan["prior_state"]["values"]["outputs"].get(name);
        found
            .map(|output| &output["value"])
            .ok_or_else(|| format!("the root has no output {name}"))
    }

    /// The root's configuration.
    pub(super) fn root(&self) -> &Json {
        &self.plan["configuration"]["root_module"]
    }

    /// The call of a module by the root.
    pub(super) fn call(&self, module: &str) -> Result<&Json, String> {
        let found = self.root()["module_calls"].get(module);
        found.ok_or_else(|| format!("the root calls no module {module}"))
    }

    /// The module has these inputs.
    pub(super) fn takes(&self, module: &str, inputs: &[&str]) -> Result<(), String> {
        let declared = &self.call(module)?["module"]["variables"];
        let missing: Vec<&str> = inputs
            .iter()
            .filter(|input| declared.get(**input).is_none())
            .copied()
            .collect();
        super::ensure(missing.is_empty(), || {
            format!("module {module} has no input {}", missing.join(", "))
        })
    }

    /// What the root gives to an input of a module refers to all of these addresses.
    pub(super) fn is_given(
        &self,
        module: &str,
        input: &str,
        addresses: &[&str],
    ) -> Result<(), String> {
        let given = &self.call(module)?["expressions"][input];
        refers(&format!("{input} of module {module}"), given, addresses)
    }

    /// The module has these outputs, each made from what is at an address.
    pub(super) fn puts_out(&self, module: &str, outputs: &[(&str, &str)]) -> Result<(), String> {
        let all = &self.call(module)?["module"]["outputs"];
        for (name, address) in outputs {
            let output = all
                .get(*name)
                .ok_or_else(|| format!("module {module} has no output {name}"))?;
            let what = format!("output {name} of module {module}");
            refers(&what, &output["expression"], &[address])?;
        }
        Ok(())
    }

    /// Another module of the root is given an output of this one.
    pub(super) fn is_read(&self, module: &str, output: &str) -> Result<(), String> {
        let wanted = format!("module.{module}.{output}");
        let calls = self.root()["module_calls"].as_object();
        let is_read = calls.into_iter().flatten().any(|(name, call)| {
            name != module && references(&call["expressions"]).contains(wanted.as_str())
        });
        super::ensure(is_read, || format!("no other module is given {wanted}"))
    }

    /// Types of resources that this module has, and no other but `beside`.
    pub(super) fn has_alone(
        &self,
        module: &str,
        kinds: &[&str],
        beside: &[&str],
    ) -> Result<(), String> {
        for kind in kinds {
            let inside = self.in_module(module, kind);
            super::ensure(!inside.is_empty(), || {
                format!("module {module} has no {kind}")
            })?;
            let mut known: Vec<&str> = addresses(&inside);
            for other in beside {
                known.extend(addresses(&self.in_module(other, kind)));
            }
            let all = self.all(kind);
            let stray: Vec<&str> = addresses(&all)
                .into_iter()
                .filter(|address| !known.contains(address))
                .collect();
            super::ensure(stray.is_empty(), || {
                format!("outside of module {module}: {}", stray.join(", "))
            })?;
        }
        Ok(())
    }

    /// The containers of the task definition at an address, by name.
    pub(super) fn containers(&self, task: &str) -> Result<BTreeMap<String, Json>, String> {
        let text = self.text_at(task, "container_definitions")?;
        let all: Vec<Json> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(all
            .into_iter()
            .map(|container| (text_of(&container["name"]), container))
            .collect())
    }

    /// A container of the task definition at an address.
    pub(super) fn container(&self, task: &str, name: &str) -> Result<Json, String> {
        let mut all = self.containers(task)?;
        all.remove(name)
            .ok_or_else(|| format!("{task} has no container {name}"))
    }

    /// The environment variables of a container.
    pub(super) fn variables(
        &self,
        task: &str,
        container: &str,
    ) -> Result<BTreeMap<String, String>, String> {
        let container = self.container(task, container)?;
        Ok(items(&container["environment"])
            .map(|variable| (text_of(&variable["name"]), text_of(&variable["value"])))
            .collect())
    }

    /// The container has these environment variables with these values.
    pub(super) fn has_variables(
        &self,
        task: &str,
        container: &str,
        wanted: &[(&str, &str)],
    ) -> Result<(), String> {
        let found = self.variables(task, container)?;
        for (name, value) in wanted {
            let found = found.get(*name).map(String::as_str);
            super::same(&format!("{name} of {container}"), found, Some(*value))?;
        }
        Ok(())
    }

    /// Who may hold the role at an address and what it gives, by every resource that can add to it.
    pub(super) fn rights(&self, role: &str) -> Result<Rights, String> {
        let values = self.at(role)?;
        let name = text(&values["name"]);
        let is_its = |resource: &&Json| {
            let values = &resource["values"];
            values["role"] == name || items(&values["roles"]).any(|role| role == name)
        };
        let mut rights = Rights {
            trust: statements(self.text_at(role, "assume_role_policy")?)?,
            attached: items(&values["managed_policy_arns"]).map(text_of).collect(),
            boundary: text_of(&values["permissions_boundary"]),
            ..Rights::default()
        };
        let separate = self.all("aws_iam_role_policy");
        let separate = separate
            .into_iter()
            .filter(is_its)
            .map(|policy| &policy["values"]);
        for policy in separate.chain(items(&values["inline_policy"])) {
            // What the role reads back of itself is what the resources beside it have put there.
            for statement in statements(text(&policy["policy"]))? {
                if !rights.statements.contains(&statement) {
                    rights.statements.push(statement);
                }
            }
        }
        rights.statements.sort();
        for kind in [
            "aws_iam_role_policy_attachment",
            "aws_iam_policy_attachment",
        ] {
            let all = self.all(kind).into_iter().filter(is_its);
            rights
                .attached
                .extend(all.map(|attachment| text_of(&attachment["values"]["policy_arn"])));
        }
        Ok(rights)
    }

    /// An option's value as it was asked for or is by default.
    pub(super) fn setting(&self, key: &str) -> Option<&Value> {
        let mut all = self.wanted.settings.iter();
        all.find(|setting| setting.row.key == key)
            .and_then(|setting| setting.value.as_ref())
    }
}

/// Those of the addresses that are inside an environment, from it on.
fn inside<'a>(environment: &str, all: impl Iterator<Item = &'a FieldPath>) -> Vec<FieldPath> {
    all.filter(|at| at.environment() == Some(environment))
        .map(|at| FieldPath::of(&at.segments()[2..]))
        .collect()
}

/// Whether one of the addresses is that of an option or inside it.
fn is_among(key: &str, all: &[FieldPath]) -> bool {
    let key = FieldPath::root().join(key);
    all.iter().any(|at| at.starts_with(&key))
}

impl RequestedEnvironment {
    /// Whether the composer warned of an option, or of something inside it.
    pub(super) fn is_warned_of(&self, key: &str) -> bool {
        is_among(key, &self.warned)
    }
}

/// Whether nothing of these options is asked for: they are as the environment's profile has them.
pub(super) fn is_default(wanted: &RequestedEnvironment, keys: &[&str]) -> bool {
    !keys.iter().any(|key| is_among(key, &wanted.said))
}

/// Whether it has this profile and nothing of these options is asked for.
pub(super) fn is_plain(wanted: &RequestedEnvironment, profile: Profile, keys: &[&str]) -> bool {
    wanted.profile == profile && is_default(wanted, keys)
}

/// The statements of a policy document, in order.
pub(super) fn statements(document: &str) -> Result<Vec<Statement>, String> {
    let document: Json = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let all = match &document["Statement"] {
        Json::Array(all) => all.iter().collect(),
        Json::Null => Vec::new(),
        one => vec![one],
    };
    let mut all: Vec<Statement> = all
        .into_iter()
        .map(|statement| Statement {
            effect: text_of(&statement["Effect"]),
            actions: one_or_more(&statement["Action"]),
            resources: one_or_more(&statement["Resource"]),
            more: statement
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| !["Sid", "Effect", "Action", "Resource"].contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), plain(value).to_string()))
                .collect(),
        })
        .collect();
    all.sort();
    Ok(all)
}

/// The same with a list of one as that one, as IAM takes either.
fn plain(value: &Json) -> Json {
    match value {
        Json::Array(all) if all.len() == 1 => plain(&all[0]),
        Json::Array(all) => all.iter().map(plain).collect(),
        Json::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

fn one_or_more(value: &Json) -> Vec<String> {
    let mut all: Vec<String> = match value {
        Json::Null => Vec::new(),
        Json::Array(all) => all.iter().map(text_of).collect(),
        one => vec![text_of(one)],
    };
    all.sort();
    all
}

/// An expression of the configuration refers to all of these addresses.
pub(super) fn refers(what: &str, expression: &Json, addresses: &[&str]) -> Result<(), String> {
    let found = references(expression);
    for address in addresses {
        super::ensure(found.contains(address), || {
            format!("{what} doesn't refer to {address} but to {found:?}")
        })?;
    }
    Ok(())
}

/// All addresses to which an expression of the configuration refers.
pub(super) fn references(expression: &Json) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut left = vec![expression];
    while let Some(value) = left.pop() {
        match value {
            Json::Object(fields) => {
                for (key, value) in fields {
                    if key == "references" {
                        found.extend(items(value).map(text));
                    } else {
                        left.push(value);
                    }
                }
            }
            Json::Array(all) => left.extend(all),
            _ => {}
        }
    }
    found
}

/// The addresses of resources.
pub(super) fn addresses<'a>(resources: &[&'a Json]) -> Vec<&'a str> {
    resources
        .iter()
        .map(|resource| text(&resource["address"]))
        .collect()
}

/// The items of a list; none where there is no list.
pub(super) fn items(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

/// The texts of a list, sorted.
pub(super) fn texts(value: &Json) -> Vec<&str> {
    let mut all: Vec<&str> = items(value).map(text).collect();
    all.sort_unstable();
    all
}

/// A text; empty where there is none.
pub(super) fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

fn text_of(value: &Json) -> String {
    text(value).to_owned()
}

/// Grafana, which every environment has.
pub(super) fn wanted_grafana(wanted: &RequestedEnvironment) -> &Grafana {
    wanted.part().expect("every environment has Grafana")
}
