//! One environment with every value settled, every choice a type. Only [`crate::check`] makes one.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::choice::choice;
use crate::cidr::Cidr;
use crate::dsql::{DsqlArn, DsqlEndpoint};
use crate::option::{OptionRow, Profile};
use crate::path::FieldPath;
use crate::sorted::SortedMap;
use crate::temporal_service::TemporalService;
use crate::value::Value;

/// One environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name, such as `prod`.
    pub name: String,
    /// Its address in the spec. Thousands of lines ask for it, so it is made once.
    pub(crate) address: FieldPath,
    /// Which defaults it has.
    pub profile: Profile,
    /// Its AWS region.
    pub region: String,
    /// The only account it may be applied in.
    pub account_id: Option<String>,
    /// Its tags, the spec's among them.
    pub tags: SortedMap<String, String>,
    /// Where its state is.
    pub backend: Backend,
    /// Its network.
    pub network: Network,
    /// Whether there are interface endpoints.
    pub endpoints: bool,
    /// Its instances.
    pub compute: Compute,
    /// The Temporal services in the order in which they start.
    pub services: Vec<Service>,
    /// The database.
    pub dsql: Dsql,
    /// The visibility store.
    pub opensearch: OpenSearch,
    /// How long CloudWatch keeps logs, in days.
    pub log_retention_days: i64,
    /// Whether what holds data refuses to be destroyed.
    pub deletion_protection: bool,
    /// How many history shards Temporal has. The first start sets it permanently.
    pub history_shards: i64,
    /// What stays as the flat root had it.
    pub migration: Migration,
    /// What the parts with a file of their own have settled, as far as they are on.
    pub parts: PartValues,
    /// Every option that reaches Terraform, in the order of the form.
    pub settings: Vec<Setting>,
}

/// An option's settled value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The option.
    pub row: &'static OptionRow,
    /// The value; `None` for what is open or absent. A map's entries stand in `entries`.
    pub value: Option<Value>,
    /// The entries of a map option, such as `extra_environment`.
    pub entries: SortedMap<String, Value>,
    /// What the environment's profile and region give when the spec says nothing more.
    pub profile_default: Option<Value>,
    /// Whether the spec states it, for the environment or for all.
    pub is_stated: bool,
    /// Whether its environment is for production.
    pub is_production: bool,
    /// The option's address in the environment.
    pub at: FieldPath,
    /// The address that a line with this value leads to.
    pub from: FieldPath,
}

/// Values of parts, of each type one at most: so a part adds no field to [`Environment`].
#[derive(Clone, Default)]
pub struct PartValues(Vec<(TypeId, Arc<dyn Any + Send + Sync>)>);

/// Where an environment's state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// In S3, locked by a lock file and encrypted.
    S3 {
        /// The bucket; `None` where it is given at `terraform init`.
        bucket: Option<String>,
        /// The bucket's region.
        region: String,
        /// The state's key.
        key: String,
        /// A KMS key of the user's.
        kms_key_arn: Option<String>,
    },
    /// On the machine that runs Terraform.
    Local,
}

/// The network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The zones, in the order of the subnets' addresses.
    pub zones: Vec<String>,
    /// The addresses of the VPC.
    pub vpc_cidr: Cidr,
    /// How private subnets reach the internet.
    pub nat: Nat,
}

choice! {
    /// Where an environment's state is kept.
    pub enum BackendKind {
        /// In an S3 bucket.
        S3 = "s3", "in a bucket that `terraform/bootstrap` creates, locked and encrypted";
        /// In a file.
        Local = "local", "on the machine that runs Terraform: for a trial by one person";
    }
}

choice! {
    /// How private subnets reach the internet.
    pub enum Nat {
        /// One gateway for all zones.
        Single = "single", "one gateway for all zones: cheaper, but lost with its zone";
        /// A gateway in each zone.
        PerZone = "per-az", "a gateway in each zone: losing a zone affects no other";
    }
}

/// The instances that run the services.
#[derive(Clone, Debug)]
pub struct Compute {
    /// Their type.
    pub instance_type: String,
    /// How many at least.
    pub instance_count: i64,
    /// How many at most.
    pub max_count: i64,
    /// Whether tasks get interfaces of a trunk.
    pub eni_trunking: bool,
    /// After how many days an instance is replaced; 0 for never.
    pub max_instance_lifetime_days: i64,
}

/// A task's size and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// CPU units of a task.
    pub cpu: i64,
    /// MiB of a task.
    pub memory: i64,
    /// How many tasks.
    pub count: i64,
}

/// A Temporal service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Which of them.
    pub kind: TemporalService,
    /// Its tasks.
    pub size: Size,
    /// Connections in use at most, a task.
    pub max_conns: i64,
    /// The least part of it that runs during a deployment, in percent.
    pub minimum_healthy_percent: i64,
    /// The most of it that runs during a deployment, in percent.
    pub maximum_percent: i64,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Dsql {
    /// Its cluster.
    pub cluster: DsqlCluster,
    /// The number of connections that the cluster allows.
    pub max_connections: i64,
    /// How the image's plugin limits the connections of all tasks.
    pub limiter: Limiter,
}

choice! {
    /// How the DSQL plugin in the server's image limits the connections of all tasks: its two generations, which share no
    /// counts. The default is that of the pinned images.
    pub enum Limiter {
        /// A counter has all connections, and each second a counter of new ones.
        Counter = "counter", "a counter of all connections: the plugin of iw/temporal until cf90c57d6";
        /// Each task takes blocks of connections when it starts, and a token bucket limits new ones.
        Slots = "slots", "blocks of connections for each task: the plugin of iw/temporal from e74d6b6";
    }
}

/// The database's cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DsqlCluster {
    /// One that exists.
    Existing {
        /// Its host name, if given.
        endpoint: Option<DsqlEndpoint>,
        /// Its ARN, if given.
        arn: Option<DsqlArn>,
    },
    /// One of the environment's own.
    Own,
}

choice! {
    /// Whose database it is.
    pub enum DsqlMode {
        /// One that exists.
        Existing = "existing", "an existing cluster, created elsewhere";
        /// One of the environment's own.
        Create = "create", "a new cluster for this environment";
    }
}

/// The visibility store.
#[derive(Clone, Debug)]
pub struct OpenSearch {
    /// Its version.
    pub engine_version: EngineVersion,
    /// The type of its data nodes.
    pub instance_type: String,
    /// How many.
    pub instance_count: i64,
    /// GiB of each.
    pub volume_size: i64,
    /// The index.
    pub index: String,
    /// Whether the nodes are spread over zones.
    pub zone_awareness: bool,
    /// The type of its three master nodes; `None` where the data nodes elect one of them.
    pub masters: Option<String>,
    /// Whether a request needs a role of the domain besides the access policy.
    pub access_control: bool,
    /// Whether it logs refused requests and changes of rights.
    pub audit_log: bool,
    /// The ARN of the key that encrypts it; `None` for a key of AWS.
    pub kms_key_arn: Option<String>,
}

impl OpenSearch {
    /// How many nodes manage the domain and hold no data.
    #[must_use]
    pub const fn master_count(&self) -> i64 {
        if self.masters.is_some() { 3 } else { 0 }
    }
}

choice! {
    /// A version of OpenSearch that the composer makes or takes over, as AWS calls it.
    pub enum EngineVersion {
        /// 2.19.
        V2_19 = "OpenSearch_2.19", "the last of the 2.x line";
        /// 2.17.
        V2_17 = "OpenSearch_2.17", "for a domain that has it";
        /// 2.15.
        V2_15 = "OpenSearch_2.15", "for a domain that has it";
        /// 2.13.
        V2_13 = "OpenSearch_2.13", "for a domain that has it";
        /// 2.11.
        V2_11 = "OpenSearch_2.11", "for a domain that has it, such as a flat root's";
    }
}

/// What stays as the flat root had it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// Whether names and descriptions stay that a module would give otherwise.
    pub keep_flat_names: bool,
    /// What every name begins with, where it isn't project and environment.
    pub name: Option<String>,
    /// Whether there are the flat root's outputs as well.
    pub keep_flat_outputs: bool,
}

impl PartValues {
    /// Puts `value` among them, in place of another of its type.
    pub fn put<T: Any + Send + Sync>(&mut self, value: T) {
        self.remove::<T>();
        self.0.push((TypeId::of::<T>(), Arc::new(value)));
    }

    /// Takes the value of type `T` away.
    pub fn remove<T: Any>(&mut self) {
        self.0.retain(|(of, _)| *of != TypeId::of::<T>());
    }

    /// The value of type `T`.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        let mut all = self.0.iter();
        let (_, value) = all.find(|(of, _)| *of == TypeId::of::<T>())?;
        value.downcast_ref()
    }
}

/// Only how many there are: what they are made of stands in the settings.
impl fmt::Debug for PartValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.len().fmt(f)
    }
}

impl Network {
    /// How many NAT gateways there are, each with a public address.
    #[must_use]
    pub fn nat_gateways(&self) -> usize {
        match self.nat {
            Nat::Single => 1,
            Nat::PerZone => self.zones.len(),
        }
    }
}

impl Size {
    /// How many tasks of how many CPU units and MiB: `2 × 512 / 1024`.
    #[must_use]
    pub fn in_short(self) -> String {
        format!("{} × {} / {}", self.count, self.cpu, self.memory)
    }
}

impl Service {
    /// Its name, as the Terraform has it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

impl Environment {
    /// What a part has settled; `None` where it is off.
    #[must_use]
    pub fn part<T: Any>(&self) -> Option<&T> {
        self.parts.get()
    }

    /// Its address in the spec.
    #[must_use]
    pub fn address(&self) -> FieldPath {
        self.address.clone()
    }

    /// The first part of its resources' names in the project of this name: project and environment, or what the flat
    /// root had.
    #[must_use]
    pub fn full_name(&self, project: &str) -> String {
        match &self.migration.name {
            Some(name) => name.clone(),
            None => format!("{project}-{}", self.name),
        }
    }
}
