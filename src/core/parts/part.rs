//! What a part of a composition says of itself: plain data and functions, which the writers walk.
//!
//! A part has two rows. [`Part`] is what a first look at the page needs: options, how they settle, tasks, counts.
//! [`PartTexts`] is what stands in files, which the page loads once it stands. A static row keeps alive every function
//! that it names, so one row would bring all of it into the page's first part.

use super::subject::Subject;
use crate::alarm::Alarm;
use crate::compose::markdown::Markdown;
use crate::compose::output::Output;
use crate::compose::panel::Panel;
use crate::compose::rows::{Right, Way};
use crate::diagram::{DiagramBox, Flow};
use crate::duration::Duration;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::OptionRow;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::{ProblemCode, ProblemRow};
use crate::service_name::ServiceName;
use crate::sizing::bill_line::{BillLine, OnTop};
use crate::sizing::connection_demand::Connections;
use crate::sizing::quota_need::Need;
use crate::sizing::task::Tasks;
use crate::sizing::usage_line::UsageLine;
use crate::value::Value;

/// What a first look at the page needs of a part.
#[derive(Debug)]
pub struct Part {
    /// Its name: the first part of its options' keys.
    pub name: &'static str,
    /// The chapter in which it stands.
    pub subject: Subject,
    /// The option that brings it in.
    pub feature: Feature,
    /// Its options of an environment, in the order of the form; without its image's.
    pub(crate) options: &'static [OptionRow],
    /// Its section of the form, where no switch stands in the heading's row since every environment has it.
    pub section: Option<FormSection>,
    /// The image that it runs.
    pub(crate) image: Option<Image>,
    /// Puts its value among those of the environment's parts, where it is on. `None` if a value has the wrong type.
    pub(crate) settle: fn(&dyn Values, &mut PartValues) -> Option<()>,
    /// The tasks that it runs on the environment's main instances.
    pub(crate) tasks: fn(&Environment) -> Vec<Tasks>,
    /// A Terraform variable of modules, and where it is true.
    pub(crate) switch: Option<(&'static str, Feature)>,
    /// How many values the variable of this name has in its module, where resources are made for them; 0 for any other.
    pub(crate) values_of: fn(&Environment, &str) -> usize,
    /// The addresses that it takes in each private subnet, besides those of tasks and instances.
    pub(crate) addresses: fn(&Environment) -> i64,
    /// The instances that it has besides the environment's main ones; `None` for none, and where it is off.
    pub(crate) hosts: fn(&Environment) -> Option<Hosts<'_>>,
    /// What of it contradicts other values of the environment.
    pub(crate) check: fn(&Environment, &mut Problems),
    /// What contradicts nothing and is still not advisable.
    pub(crate) advise: fn(&Environment, &mut Problems),
    /// What of it conflicts between environments.
    pub(crate) check_between: fn(&[&Environment], &mut Problems),
    /// What is allowed and fits, but will likely hurt.
    pub(crate) warn: fn(&Environment, &mut Problems),
    /// What production should not be without.
    pub(crate) warn_in_production: fn(&Environment, &mut Problems),
    /// The modules that are there for it alone.
    pub(crate) modules: &'static [Module],
    /// The scripts that serve it alone: their names in `scripts/`.
    pub(crate) scripts: &'static [&'static str],
    /// Where they do, if not wherever it is on. So also its chapter in the page about operations, which is about them.
    pub(crate) scripts_where: Option<Feature>,
    /// The sidecars of its tasks.
    pub(crate) sidecars: &'static [Sidecar],
    /// Its options among those of the Temporal services, of all four.
    pub(crate) service_options: &'static [OptionRow],
    /// What is wrong with how long it keeps connections. After an error here no rate of renewals is calculated.
    pub(crate) check_lifetimes: fn(&Environment, &mut Problems),
    /// What is wrong with it against the connections that the tasks open, beside what was found of connections before.
    pub(crate) check_connections: fn(&Environment, &Connections, &mut Problems),
}

/// A section of the form.
#[derive(Clone, Copy, Debug)]
pub struct FormSection {
    /// Its heading.
    pub label: &'static str,
    /// What the heading's row shows while the section is closed: a text with the ends of keys in braces.
    pub summary: &'static str,
}

/// What stores the logs of an environment: each task's sidecar sends it what the task writes. The part that does it puts
/// this beside its own value, so that others need not know which it is. Without one the logs go to CloudWatch.
#[derive(Clone, Copy, Debug)]
pub struct LogStore {
    /// What it is called.
    pub name: &'static str,
    /// The option that brings it.
    pub key: &'static str,
}

/// Says that something copies the database, so that it can be restored. The part that does it puts this beside its own
/// value, so that others need not know which it is.
#[derive(Clone, Copy, Debug)]
pub struct DatabaseBackup;

/// Instances of a kind besides the main ones.
#[derive(Debug, PartialEq, Eq)]
pub struct HostGroup {
    /// Their name, in messages and in code.
    pub name: &'static str,
    /// The key of their type.
    pub instance_type: &'static str,
    /// The key of how many there are at most.
    pub max_count: &'static str,
}

/// The instances of a part in an environment, and what runs on them. They start from none.
#[derive(Debug)]
pub(crate) struct Hosts<'a> {
    /// Which.
    pub(crate) group: &'static HostGroup,
    /// Their type.
    pub(crate) instance_type: &'a str,
    /// How many at most.
    pub(crate) max_count: i64,
    /// The tasks that run on them.
    pub(crate) tasks: Vec<Tasks>,
}

/// A Terraform module.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its folder.
    pub name: &'static str,
    /// What it makes.
    pub purpose: &'static str,
    /// What brings it into a composition.
    pub(crate) feature: Feature,
    /// How often it is called where it is there.
    pub(crate) calls: Calls,
}

impl Module {
    /// A module that is called once where there is `feature`.
    pub(crate) const fn new(name: &'static str, purpose: &'static str, feature: Feature) -> Self {
        Self {
            name,
            purpose,
            feature,
            calls: Calls::Once,
        }
    }

    /// The same module, called this often.
    pub(crate) const fn called(self, calls: Calls) -> Self {
        Self { calls, ..self }
    }
}

/// How often a root and its modules call a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Once.
    Once,
    /// Once for each kind of instances: the main ones and those of parts.
    EachHostGroup,
    /// Once for each Temporal service.
    EachService,
    /// Once for each task with a sidecar.
    EachSidecar,
}

/// A task's sidecar, which collects its metrics and logs.
#[derive(Debug)]
pub(crate) enum Sidecar {
    /// It scrapes the task's metrics, and sends its logs where something stores them.
    MetricsAndLogs {
        /// The task.
        task: &'static str,
        /// The port whose metrics it scrapes.
        port: &'static str,
        /// The option that brings it.
        key: &'static str,
    },
    /// It is there for the logs alone, so only where something stores them.
    LogsAlone {
        /// The task.
        task: &'static str,
    },
}

/// An image that a part runs.
#[derive(Debug)]
pub(crate) struct Image {
    /// Its option of the spec; each environment has it again, and it needs the part there.
    pub(crate) row: OptionRow,
    /// What is worth knowing of an image with this tag.
    pub(crate) warn: fn(&str) -> Option<TagWarning>,
}

/// What is worth knowing of an image's tag.
#[derive(Debug)]
pub(crate) struct TagWarning {
    /// The problem's code: that of a row among [`PartTexts::problems`].
    pub(crate) code: ProblemCode,
    /// What is the case.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: &'static str,
}

/// The effective values of an environment's options.
pub(crate) trait Values {
    /// That of the option with this key inside the environment.
    fn value(&self, key: &str) -> Option<Value>;

    /// `true` or `false`.
    fn boolean(&self, key: &str) -> Option<bool> {
        match self.value(key)? {
            Value::Bool(is_true) => Some(is_true),
            Value::Integer(_) | Value::Text(_) | Value::List(_) => None,
        }
    }

    /// A text.
    fn text(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::Text(text) => Some(text),
            Value::Bool(_) | Value::Integer(_) | Value::List(_) => None,
        }
    }

    /// A duration.
    fn duration(&self, key: &str) -> Option<Duration> {
        Duration::parse(&self.text(key)?)
    }

    /// A whole number.
    fn integer(&self, key: &str) -> Option<i64> {
        self.value(key)?.as_integer()
    }

    /// A list.
    fn list(&self, key: &str) -> Option<Vec<String>> {
        match self.value(key)? {
            Value::List(items) => Some(items),
            Value::Bool(_) | Value::Integer(_) | Value::Text(_) => None,
        }
    }
}

/// Which block of `main.tf` takes a part's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// The call of `ec2-capacity` for the services' instances.
    Capacity,
    /// The call of `ecs-cluster`.
    Cluster,
    /// The call of `dynamodb`.
    DynamoDb,
    /// The call for every task that has a sidecar.
    Sidecar,
    /// The call of `iam`.
    Iam,
    /// Every call whose tasks send logs to the part that stores them.
    LogSenders,
    /// The call of `vpc`.
    Network,
    /// The call of `observability`.
    Observability,
    /// The call of `temporal-service`.
    TemporalService,
}

/// The variable of modules that has a value for each ECS service on the main instances.
pub(crate) const SCHEDULED_SERVICES: &str = "scheduled_services";

/// A part's arguments in a call that is not its own: where, and what writes them.
pub(crate) type Arguments = (To, fn(&Environment, &mut Body));

/// What the flat root called things whose name or description can't change without replacing them: the attributes of
/// `kept_names` in a call, each with its value in HCL.
pub(crate) type KeptNames = &'static [(&'static str, &'static str)];

/// The entries of an object in HCL: of each the value that it comes from, its key and its value.
pub(crate) type ObjectEntries = Vec<(FieldPath, String, Expr)>;

/// Writes an object whose entries the parts of an environment have.
pub(crate) type WriteEntries = fn(&Environment, ObjectEntries, &mut Body);

/// Validations of a variable: its name, and what writes them.
pub(crate) type Validations = (&'static str, fn(&Environment, &mut Body));

/// The module call that a part has in `main.tf`.
#[derive(Debug)]
pub(crate) struct Call {
    /// Its name, as in `module.<label>`.
    pub(crate) label: &'static str,
    /// The module's folder.
    pub(crate) folder: &'static str,
    /// Writes its arguments.
    pub(crate) arguments: fn(&Environment, &mut Body),
    /// Of what lists the capacity providers: writes them behind its arguments.
    pub(crate) capacity_providers: Option<WriteEntries>,
    /// Of what stops and starts the services: writes them behind its arguments.
    pub(crate) services: Option<WriteEntries>,
    /// The arguments of other parts that it takes, too.
    pub(crate) takes: &'static [To],
    /// Writes its arguments that stand behind those.
    pub(crate) further_arguments: fn(&Environment, &mut Body),
    /// What it calls things in a migrated environment.
    pub(crate) kept_names: KeptNames,
}

impl Call {
    /// A call that takes no arguments of other parts and has no names of a migrated environment.
    pub(crate) const fn new(
        label: &'static str,
        folder: &'static str,
        arguments: fn(&Environment, &mut Body),
    ) -> Self {
        Self {
            label,
            folder,
            arguments,
            capacity_providers: None,
            services: None,
            takes: &[],
            further_arguments: |_, _| {},
            kept_names: &[],
        }
    }
}

/// Room on a part's own instances, for the sums of `locals.tf`.
#[derive(Debug)]
pub(crate) struct HostCapacity {
    /// What its tasks ask for, the subject of a sentence.
    pub(crate) who: &'static str,
    /// The code of the CPU units that they ask for.
    pub(crate) cpu: &'static str,
    /// The code of the MiB.
    pub(crate) memory: &'static str,
    /// The code of the network interfaces.
    pub(crate) interfaces: &'static str,
}

/// What deletion protection keeps.
#[derive(Debug)]
pub(crate) struct ProtectedResource {
    /// What it is, in a list.
    pub(crate) what: &'static str,
    /// Where there is one.
    pub(crate) feature: Feature,
    /// What makes Terraform refuse a plan that destroys it; `None` for what holds no data of its own, which may go with the
    /// feature that it serves.
    pub(crate) guard: Option<Guard>,
    /// What AWS does by itself as long as the protection is on, a sentence.
    pub(crate) in_aws: &'static str,
}

/// A block of `protection.tf`.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Its name.
    pub(crate) name: &'static str,
    /// The code of the ARN of what it guards, which is another one once that is replaced.
    pub(crate) arn: &'static str,
}

impl ProtectedResource {
    /// What has a guard of this name, which depends on this ARN.
    pub(crate) const fn store(
        what: &'static str,
        feature: Feature,
        name: &'static str,
        arn: &'static str,
        in_aws: &'static str,
    ) -> Self {
        Self {
            what,
            feature,
            guard: Some(Guard { name, arn }),
            in_aws,
        }
    }

    /// What AWS alone protects.
    pub(crate) const fn by_aws(what: &'static str, feature: Feature, in_aws: &'static str) -> Self {
        Self {
            what,
            feature,
            guard: None,
            in_aws,
        }
    }
}

/// What people open: its port is forwarded to their machine.
#[derive(Debug)]
pub(crate) struct Access {
    /// What it is.
    pub(crate) what: &'static str,
    /// The container that listens.
    pub(crate) container: &'static str,
    /// At which port.
    pub(crate) port: &'static str,
}

/// A task that a part runs, in the outputs for scripts.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its short name, as in [`Tasks`].
    pub(crate) name: ServiceName,
    /// The code of the ECS service's name.
    pub(crate) service_name: &'static str,
    /// The code of how many tasks are wanted.
    pub(crate) desired_count: &'static str,
    /// The code of a task's size and count, for the sums of `locals.tf`.
    pub(crate) size: &'static str,
    /// How people open it.
    pub(crate) access: Option<Access>,
    /// Its name in the outputs of the flat root.
    pub(crate) flat_name: Option<&'static str>,
}

/// What stands in the files of a root.
#[derive(Debug)]
pub(crate) struct RootTexts {
    /// Arguments in the calls of other modules.
    pub(crate) arguments: &'static [Arguments],
    /// Its values among the locals of `main.tf`.
    pub(crate) locals: fn(&Environment, &mut Body),
    /// Of what makes sidecars: writes among the locals of `main.tf` the tasks that have one, each with the port of its
    /// metrics or null.
    pub(crate) sidecar_locals: Option<fn(ObjectEntries, &mut Body)>,
    /// What it calls things that the modules of others make, in a migrated environment: the call, what the environment must
    /// have for that, and the names.
    pub(crate) kept_names: &'static [(To, Feature, KeptNames)],
    /// The part's object variables, each with what it is about.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// Validations of variables besides those of their options.
    pub(crate) validations: &'static [Validations],
    /// Its outputs.
    pub(crate) outputs: fn(&Environment) -> Vec<Output>,
    /// Its tasks.
    pub(crate) services: &'static [Service],
    /// The call of its own module.
    pub(crate) call: Option<Call>,
    /// What its capacity provider is called among those of the cluster: the output of its module that has the name.
    pub(crate) capacity_provider: Option<&'static str>,
    /// The room on its own instances.
    pub(crate) host_capacity: Option<HostCapacity>,
    /// The code of a Temporal namespace that it needs.
    pub(crate) namespace: Option<&'static str>,
    /// Outputs of the flat root that are its module's under another name: the name there and the code of the value.
    pub(crate) renamed_outputs: &'static [(&'static str, &'static str)],
    /// What else the flat root had as outputs of it: the name there and the value.
    pub(crate) flat_outputs: fn() -> Vec<(&'static str, Expr)>,
    /// The code of how many connections a reservoir of the Temporal service `service` keeps ready.
    pub(crate) ready_connections: Option<&'static str>,
    /// The code of how many connections are in a block, where tasks take blocks of them.
    pub(crate) block_size: Option<&'static str>,
    /// Its `check` blocks, with the data sources that they read.
    pub(crate) checks: fn(&Environment, &mut Body),
    /// What of it deletion protection keeps.
    pub(crate) protected: &'static [ProtectedResource],
    /// Its panels in dashboards.
    pub(crate) panels: &'static [Panel],
    /// The values that the panels name as `${name}`, with their code.
    pub(crate) panel_values: fn(&Environment) -> Vec<(&'static str, String)>,
}

impl RootTexts {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        arguments: &[],
        locals: |_, _| {},
        sidecar_locals: None,
        kept_names: &[],
        variables: &[],
        validations: &[],
        outputs: |_| Vec::new(),
        services: &[],
        call: None,
        capacity_provider: None,
        host_capacity: None,
        namespace: None,
        renamed_outputs: &[],
        flat_outputs: Vec::new,
        ready_connections: None,
        block_size: None,
        checks: |_, _| {},
        protected: &[],
        panels: &[],
        panel_values: |_| Vec::new(),
    };
}

/// What stands in an environment's README about its connections to DSQL.
#[derive(Debug)]
pub(crate) struct ConnectionTexts {
    /// What each task opens besides the connections in use.
    pub(crate) besides: &'static str,
    /// How connections come and go, a list item.
    pub(crate) fact: fn(&Environment) -> Option<String>,
}

/// A secret, on the page about security.
#[derive(Debug)]
pub(crate) struct SecretTexts {
    /// What secrets there are, a paragraph.
    pub(crate) about: &'static str,
    /// The option that decides which it is.
    pub(crate) key: &'static str,
    /// Its name and who makes it, in an environment whose resources' names begin as given.
    pub(crate) name_and_maker: fn(&Environment, &str) -> (String, &'static str),
    /// Where Terraform makes it.
    pub(crate) own: Feature,
    /// How it gets another value in the environment of this name, where Terraform makes it.
    pub(crate) renewal: fn(&str, &mut Markdown),
}

/// A column in the table of what costs by the hour, on the page about operations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HourlyColumn {
    /// Its head.
    pub(crate) head: &'static str,
    /// How much of it an environment has.
    pub(crate) cell: fn(&Environment) -> String,
}

/// What stands in READMEs and documents.
#[derive(Debug)]
pub(crate) struct DocumentTexts {
    /// Of what stores logs: how they come there and what can be lost, for an environment whose names begin as given.
    pub(crate) logs: fn(&Environment, &str, &mut Markdown),
    /// Of what stores logs: the query for those of the history service, and which data source takes it.
    pub(crate) log_query: Option<(&'static str, &'static str)>,
    /// Of what stores logs: its security group and the port at which it takes them.
    pub(crate) log_port: Option<(&'static str, &'static str)>,
    /// Ways between security groups, but those of logs.
    pub(crate) ways: &'static [Way],
    /// Ways to what is outside of the environment.
    pub(crate) ways_out: &'static [Way],
    /// What its roles may do.
    pub(crate) rights: &'static [Right],
    /// What can be reached from outside, a list item, given the names of the environments.
    pub(crate) exposed: Option<fn(&str) -> String>,
    /// What of it people can open without a login, as the subject of a sentence.
    pub(crate) without_login: Option<&'static str>,
    /// What a person who opens it must know, in the README of an environment.
    pub(crate) access: fn(&Environment, &mut Markdown),
    /// Its secret.
    pub(crate) secret: Option<SecretTexts>,
    /// Its roles that have another name in the flat root: that name and the role's own.
    pub(crate) flat_roles: &'static [(&'static str, &'static str)],
    /// How what it holds is restored, a list item, given the environments that have it.
    pub(crate) restoring: Option<fn(&[&Environment]) -> String>,
    /// The security groups of its tasks whose logs go to what stores logs.
    pub(crate) log_senders: &'static [&'static str],
    /// Where values come from that nobody has set yet, in the README of an environment that has such values.
    pub(crate) open_values: fn(&Environment, &mut Markdown),
    /// Its chapter in the README of an environment.
    pub(crate) readme: fn(&Environment, &mut Markdown),
    /// Its chapter in the page about operations, whose commands name the environment of this name.
    pub(crate) operations: fn(&str, &mut Markdown),
    /// Calls of the flat layout's scripts, and what does the same in the environment of this name.
    pub(crate) flat_calls: fn(&str) -> Vec<(&'static str, String)>,
    /// What it is in an environment, a list item of its README.
    pub(crate) fact: Option<fn(&Environment) -> Option<String>>,
    /// Its column in the table of what costs by the hour, also without a load.
    pub(crate) hourly: Option<HourlyColumn>,
    /// Of what keeps connections ready.
    pub(crate) connections: Option<ConnectionTexts>,
}

impl DocumentTexts {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        logs: |_, _, _| {},
        log_query: None,
        open_values: |_, _| {},
        log_port: None,
        ways: &[],
        ways_out: &[],
        rights: &[],
        exposed: None,
        without_login: None,
        access: |_, _| {},
        secret: None,
        flat_roles: &[],
        restoring: None,
        log_senders: &[],
        readme: |_, _| {},
        operations: |_, _| {},
        flat_calls: |_| Vec::new(),
        fact: None,
        hourly: None,
        connections: None,
    };
}

/// What the page's diagram shows of a part.
#[derive(Debug)]
pub struct DiagramTexts {
    /// Its boxes in an environment; none where it is off.
    pub boxes: fn(&Environment) -> Vec<DiagramBox>,
    /// The security groups whose tasks or nodes its boxes are, each with its box. Traffic between two such groups is a row
    /// of the security page: the diagram takes it from there.
    pub(crate) groups: &'static [(&'static str, &'static str)],
    /// Other traffic from and to its boxes, but for metrics and logs by sidecars.
    pub(crate) flows: &'static [Flow],
    /// Traffic that depends on the environment, such as what another part takes over.
    pub(crate) flows_by_environment: fn(&Environment) -> Vec<Flow>,
    /// The box whose tasks have sidecars for metrics and logs.
    pub observed: Option<&'static str>,
    /// The box whose tasks have sidecars for the logs alone.
    pub sends_logs: Option<&'static str>,
    /// Of what stores logs: the box that takes them and its port.
    pub takes_logs: Option<(&'static str, &'static str)>,
    /// Of what stores metrics: the box that takes them and its port.
    pub takes_metrics: Option<(&'static str, &'static str)>,
}

impl DiagramTexts {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        boxes: |_| Vec::new(),
        groups: &[],
        flows: &[],
        flows_by_environment: |_| Vec::new(),
        observed: None,
        sends_logs: None,
        takes_logs: None,
        takes_metrics: None,
    };
}

/// How a migration finds a part's values in the flat root, which made the resources before there were modules.
#[derive(Debug)]
pub(crate) struct FlatTexts {
    /// The resource that every flat root with the part has: then it is switched on.
    pub(crate) switched_on_by: Option<&'static str>,
    /// Where the state has the values of its options: key, address, and how it is read there.
    pub(crate) values: &'static [(&'static str, &'static str, FlatSource)],
    /// The switch without which this value of the option with this key is refused in the environment of this name.
    pub(crate) switch_for: fn(&str, &Value, &str) -> Option<&'static str>,
    /// The options whose value only the state tells, and where in the flat root a person finds it.
    pub(crate) blanks: &'static [(&'static str, &'static str)],
}

/// How a value is read off a resource of the flat root.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FlatSource {
    /// The text of an attribute.
    Text(&'static str),
    /// The texts of an attribute of all resources with this address and an index.
    Each(&'static str),
    /// This, where there is the resource.
    Implies(&'static str),
    /// The number in an attribute.
    Number(&'static str),
    /// The number in an attribute, but for 0: something may be switched off for a while.
    Count(&'static str),
    /// Whether an attribute is true.
    Boolean(&'static str),
    /// The resource to which a policy's first statement gives a right.
    PolicyResource,
    /// The text in an environment variable of the program's container in a task definition.
    TextVariable(&'static str),
    /// The number in an environment variable of the program's container in a task definition.
    Variable(&'static str),
    /// The image of the program's container in a task definition, unless its name begins with this: then it is what the
    /// flat root runs where no image was given.
    ImageUnless(&'static str),
}

impl FlatTexts {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        switched_on_by: None,
        values: &[],
        switch_for: |_, _, _| None,
        blanks: &[],
    };
}

/// A label, and the value of an environment; `None` where the part is off.
pub type Fact = (&'static str, fn(&Environment) -> Option<String>);

/// What may solve a problem. Whether it does, the check says.
pub(crate) enum Proposal {
    /// This value, where the problem is.
    Here(Value),
    /// The default, where the problem is.
    DefaultHere,
    /// This value of the environment's option with this key.
    Value(&'static str, Value),
    /// The default of the environment's option with this key.
    Default(&'static str),
    /// Values of several environments: the name, the key and the value of each.
    Values(Vec<(String, &'static str, Value)>),
    /// An instance type with as much for the environment's option with this key, the cheapest first.
    SimilarType(&'static str),
}

/// Refuses entries of the map option with this `key`, inside the environment, that have a name of `composed`: the
/// environment variables that the module sets itself.
pub(crate) fn refuse_composed(
    environment: &Environment,
    key: &str,
    composed: &[&str],
    problems: &mut Problems,
) {
    for setting in &environment.settings {
        if setting.row.key.strip_suffix(".*") != Some(key) {
            continue;
        }
        for name in setting.entries.keys() {
            if composed.contains(&name.as_str()) {
                problems.push(
                    Problem::new(
                        ProblemCode::ComposedVariable,
                        environment.address().join(key).key(name),
                        format!("the composition sets `{name}` itself"),
                    )
                    .hint("remove it, and use the option that sets its value, if there is one"),
                );
            }
        }
    }
}

/// A problem, and the environments in which it may be solved.
pub(crate) struct FixContext<'a> {
    /// The problem.
    pub(crate) problem: &'a Problem,
    /// Its environment.
    pub(crate) environment: &'a Environment,
    /// All environments whose own values are allowed.
    pub(crate) all: &'a [&'a Environment],
}

/// What stands in files of a part.
#[derive(Debug)]
pub struct PartTexts {
    /// The part.
    pub part: &'static Part,
    pub(crate) root: RootTexts,
    pub(crate) documents: DocumentTexts,
    /// What is billed by the hour or the month where the environment has it.
    pub(crate) counted: fn(&Environment) -> Vec<BillLine>,
    /// What it needs of the account's quotas.
    pub(crate) quotas: fn(&Environment) -> Vec<Need>,
    /// What is billed by use.
    pub(crate) used: &'static [UsageLine],
    /// What of it would wake somebody.
    pub(crate) alarms: &'static [Alarm],
    /// What Prometheus records for alarms and dashboards: the name and the expression in PromQL, with single quotes.
    pub(crate) recorded: &'static [(&'static str, &'static str)],
    /// What is billed on top when something is done.
    pub(crate) on_top: fn(&Environment) -> Vec<OnTop>,
    /// The problems that only it has.
    pub(crate) problems: &'static [ProblemRow],
    /// What may solve one of these problems, that first which keeps most of what was asked for.
    pub(crate) fixes: fn(&FixContext<'_>) -> Vec<Proposal>,
    /// Like `warn` of the part, for what the page's first look does without.
    pub(crate) warn: fn(&Environment, &mut Problems),
    /// What the page's overview says of it where it is on: a label and the value.
    pub overview: &'static [Fact],
    pub(crate) flat: FlatTexts,
    /// What the page's diagram shows.
    pub diagram: DiagramTexts,
}

impl PartTexts {
    /// The texts of `part`, all empty.
    pub(crate) const fn new(part: &'static Part) -> Self {
        Self {
            part,
            root: RootTexts::NONE,
            documents: DocumentTexts::NONE,
            counted: |_| Vec::new(),
            quotas: |_| Vec::new(),
            used: &[],
            alarms: &[],
            recorded: &[],
            on_top: |_| Vec::new(),
            problems: &[],
            fixes: |_| Vec::new(),
            warn: |_, _| {},
            overview: &[],
            flat: FlatTexts::NONE,
            diagram: DiagramTexts::NONE,
        }
    }
}

impl Part {
    /// What brings the call of the module in `folder`: what brings the module, where an environment may have the part
    /// without it.
    pub(crate) fn feature_of(&self, folder: &str) -> Feature {
        let mut all = self.modules.iter();
        match all.find(|module| module.name == folder) {
            Some(module) if module.feature.is_optional() => module.feature,
            _ => self.feature,
        }
    }

    /// A part with nothing but this.
    pub(crate) const fn new(name: &'static str, subject: Subject, feature: Feature) -> Self {
        Self {
            name,
            subject,
            feature,
            options: &[],
            section: None,
            image: None,
            settle: |_, _| Some(()),
            tasks: |_| Vec::new(),
            switch: None,
            values_of: |_, _| 0,
            addresses: |_| 0,
            hosts: |_| None,
            check: |_, _| {},
            advise: |_, _| {},
            check_between: |_, _| {},
            warn: |_, _| {},
            warn_in_production: |_, _| {},
            modules: &[],
            scripts: &[],
            scripts_where: None,
            sidecars: &[],
            service_options: &[],
            check_lifetimes: |_, _| {},
            check_connections: |_, _, _| {},
        }
    }

    /// Where its scripts serve something.
    pub(crate) fn scripts_feature(&self) -> &Feature {
        self.scripts_where.as_ref().unwrap_or(&self.feature)
    }
}
