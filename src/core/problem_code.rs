//! The kinds of problems: for each the code that users see, how much it matters, what it means and what to do.
//!
//! One table gives all four. They are functions of their own, so that the page's first part, which asks only how much a
//! problem matters, has none of the texts.

use std::fmt;

use serde::{Serialize, Serializer};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is composed until it is fixed.
    Error,
    /// Composed as asked, but likely to hurt.
    Warning,
    /// Good to know; also what Terraform will still ask for.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        })
    }
}

/// All about one kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// Its code.
    pub code: ProblemCode,
    /// What is the case: one sentence.
    pub meaning: &'static str,
    /// What to do about it: one sentence.
    pub fix: &'static str,
    /// Whether [`crate::fix`] finds a change of the spec that does it.
    pub fixable: Fixable,
}

/// Whether a change of the spec that solves a kind of problem can be found without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// It can.
    Yes,
    /// It can, except where this sentence says.
    Mostly(&'static str),
    /// It can't, for this reason: one sentence.
    No(&'static str),
}

use Fixable::{Mostly, No, Yes};

impl ProblemRow {
    /// The row of a problem that only one part has. A part keeps it in a constant, takes the code from there and lists
    /// it among its texts.
    pub(crate) const fn of_part(
        name: &'static str,
        severity: Severity,
        meaning: &'static str,
        fix: &'static str,
        fixable: Fixable,
    ) -> Self {
        Self {
            code: ProblemCode::OfPart(PartCode { name, severity }),
            meaning,
            fix,
            fixable,
        }
    }
}

/// The code of a part's own problem. Only [`ProblemRow::of_part`] makes one, so none lacks a meaning or a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartCode {
    name: &'static str,
    severity: Severity,
}

/// Declares [`ProblemCode`] and its table from rows of: variant, name, severity, meaning, fix, whether it can be found.
macro_rules! codes {
    ($($variant:ident, $name:literal, $severity:ident, $meaning:literal, $fix:literal, $fixable:expr;)*) => {
        /// The kind of a problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemCode {
            $(#[doc = $meaning] $variant,)*
            /// One that only one part has.
            OfPart(PartCode),
        }

        impl ProblemCode {
            /// The name that users see, such as `out-of-range`. Names don't change once they are released. Two codes
            /// may share one where the same thing can be of two severities.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::OfPart(code) => code.name,
                }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                    Self::OfPart(code) => code.severity,
                }
            }
        }

        /// Each code that isn't a part's own; [`crate::parts::problems`] lists those too.
        pub(crate) const ROWS: &[ProblemRow] = &[
            $(ProblemRow { code: ProblemCode::$variant, meaning: $meaning, fix: $fix, fixable: $fixable },)*
        ];
    };
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

codes! {
    // Reading a spec, a link, an assignment or a file of prices.
    Syntax, "syntax", Error,
        "The text is not valid TOML or JSON, or an assignment is not `KEY=VALUE`.",
        "Correct the text at the line and column that the message names.",
        No("Only you can correct the text.");
    Version, "version", Error,
        "The composition has no `version`, or one that this program can't read.",
        "Write `version = 1` in the first line.",
        No("Only you can correct the text.");
    UnknownKey, "unknown-key", Error,
        "No option has this key.",
        "Use the key that the message suggests, or one that `temporal-composer list options` shows.",
        No("Only you know which key you meant.");
    Renamed, "renamed", Warning,
        "A link of an earlier version calls an option by its former name.",
        "Nothing: the value is used under its new name.",
        No("Nothing is left to change.");
    Retired, "retired", Warning,
        "The composition sets an option that no longer exists, because it had no effect.",
        "Remove it: the composer leaves it out.",
        No("It is not part of the composition any more.");
    NotStated, "not-stated", Error,
        "`--unset` names a value that the composition doesn't set.",
        "Name a key or an environment that the composition sets.",
        No("It is about the command, not the composition.");
    TooLarge, "too-large", Error,
        "The text, or all of its values together, is larger than a composition may be.",
        "Shorten tags and environment variables, and check that it is the right file.",
        No("Only you know what you can remove.");
    TooMany, "too-many", Error,
        "There are more entries in a map, or more problems in a text, than are allowed.",
        "Remove entries, or fix the first problems and try again.",
        No("Only you know which you can remove.");
    TooManyEnvironments, "too-many-environments", Error,
        "The composition has more environments than allowed.",
        "Split it into several compositions.",
        No("Only you know which you can remove.");

    // One value.
    Type, "type", Error,
        "The value has another type than the option takes.",
        "Write it as the message shows: text in quotes, numbers and `true` or `false` without.",
        Mostly("Not where the value has no default and no allowed value is close to it.");
    WrongType, "wrong-type", Error,
        "A value in the file of prices has another type than its key takes.",
        "Write prices as numbers, source and date as text in quotes.",
        No("It is about a file of prices.");
    NotAllowed, "not-allowed", Error,
        "The value is not among those that the option takes.",
        "Use one of the allowed values that the message names.",
        Mostly("Not where the value has no default and no allowed value is close to it.");
    OutOfRange, "out-of-range", Error,
        "The number, duration or count of entries is out of the allowed range.",
        "Use a value in the range that the message names.",
        Yes;
    Missing, "missing", Error,
        "A value without a default is not set.",
        "State it.",
        Mostly("A profile can be chosen, but only you know a project or a region.");
    NoEffect, "no-effect", Advice,
        "The value is set, but the option that it needs is off.",
        "Switch on what it needs, or remove the value.",
        Yes;
    Open, "open", Advice,
        "The value is not known yet, so Terraform will ask for it.",
        "Set it in the composition, or pass it to Terraform.",
        No("Only you know the value.");
    ComposedVariable, "composed-variable", Error,
        "The composition sets this environment variable of the container itself.",
        "Remove the variable, and use the option that sets its value, if there is one.",
        Yes;
    SameTag, "same-tag", Error,
        "Two tag keys differ only in case, and IAM takes them for one.",
        "Write both the same way, or remove one.",
        Yes;
    UnpinnedImage, "unpinned-image", Warning,
        "The image names no version, so two tasks of one service may run different programs.",
        "Add a version as the tag, or a digest.",
        Mostly("Only you know which versions your own image has.");
    UnknownInstanceType, "unknown-instance-type", Warning,
        "The catalog doesn't have the instance type, so whether tasks fit is not checked.",
        "Look it up with `aws ec2 describe-instance-types`, or use one that `temporal-composer list instance-types` shows.",
        Yes;
    UnknownNodeType, "unknown-node-type", Warning,
        "The catalog doesn't have the OpenSearch node type, so its price and its largest volume are not known.",
        "Look it up with `aws opensearch list-instance-type-details`, or use `m6g.large.search`.",
        Yes;

    // Environments, names and networks.
    NoEnvironment, "no-environment", Error,
        "The composition has no enabled environment.",
        "Add an environment, or enable one.",
        Yes;
    NotSettled, "not-settled", Error,
        "The environment's values are allowed, but the composer can't make an environment of them: a fault of the program.",
        "Report it with the composition.",
        No("It is a fault of the program.");
    NameTooLong, "name-too-long", Error,
        "Project and environment together are too long for the name of an OpenSearch domain.",
        "Shorten `project` or the environment's name to 17 characters together, hyphen included.",
        No("A project that was applied keeps its name, so only you can choose.");
    SameName, "same-name", Error,
        "The resources of two environments would have the same names.",
        "Change `migration.name` of one, the name of the other environment, or the project.",
        No("Only you know whose resources have the name already.");
    SubnetTooSmall, "subnet-too-small", Error,
        "A private subnet has fewer addresses than tasks, instances, endpoints and OpenSearch may need.",
        "Choose a larger `network.vpc_cidr`: it can't change after the first apply.",
        Mostly("Not where a /16 is too small.");
    LocalState, "local-state", Warning,
        "Production keeps its Terraform state on one machine.",
        "Set `backend.kind` to `s3`.",
        Yes;
    BucketInTwoRegions, "bucket-in-two-regions", Error,
        "Two environments name the same state bucket in different regions.",
        "Set `backend.region` once for all environments, or give one of them another bucket.",
        Yes;
    Unprotected, "unprotected", Warning,
        "Production has no deletion protection, so `terraform destroy` would take its data.",
        "Leave `deletion_protection` on.",
        Yes;

    // Instances and tasks.
    TypeNotOffered, "type-not-offered", Warning,
        "The region did not offer the instance type when the catalog was made.",
        "Choose another type, such as m8g, or check with `aws ec2 describe-instance-type-offerings`.",
        Yes;
    TaskTooSmall, "task-too-small", Error,
        "A task's sidecars leave too little CPU or memory for its program.",
        "Give the task what the message names.",
        Yes;
    TaskTooLarge, "task-too-large", Error,
        "A task asks for more CPU or memory than one instance has.",
        "Choose a larger instance type or a smaller task.",
        Mostly("Not where no instance type and no number of instances is enough.");
    DoesNotFit, "does-not-fit", Error,
        "The tasks don't fit on the instances.",
        "Make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    MayNotFit, "may-not-fit", Warning,
        "The tasks fit only if they start in a favourable order.",
        "Make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    MemoryUnknown, "memory-unknown", Warning,
        "Whether the tasks fit depends on how much memory ECS registers for the instance type, which AWS doesn't publish.",
        "Make one of the changes that the message names, or measure it on an instance.",
        Mostly("Not where no instance type and no number of instances is enough.");
    NoRoomToDeploy, "no-room-to-deploy", Warning,
        "A deployment of a service may stall for lack of capacity, even with the largest number of instances.",
        "Make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    DeploymentWaits, "deployment-waits", Advice,
        "A deployment of a service may wait for another instance.",
        "Accept the wait, or make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    DeploymentSlows, "deployment-slows", Advice,
        "A deployment of a service stops old tasks before it starts new ones, because there is no capacity for both.",
        "Accept this, or make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    NoRoomToScale, "no-room-to-scale", Warning,
        "The largest number of instances may not take the most tasks of autoscaling.",
        "Make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");
    ZoneLoss, "zone-loss", Warning,
        "After the loss of a zone the remaining instances may not take all tasks.",
        "Make one of the changes that the message names.",
        Mostly("Not where no instance type and no number of instances is enough.");

    // Aurora DSQL and its connections.
    SharedCluster, "shared-cluster", Warning,
        "Two environments use the same DSQL cluster, so they share its database and its connections.",
        "Give each environment a cluster of its own.",
        No("Only you know another cluster.");
    QuotaDiffers, "quota-differs", Warning,
        "Environments that share a DSQL cluster have different quotas for it.",
        "Set the same `dsql.max_connections` in each.",
        Yes;
    TooManyConnections, "too-many-connections", Error,
        "In normal operation, or while one service is deployed, the tasks may hold more connections than the cluster \
         allows.",
        "Lower `max_conns`, `target_ready` or `count` of the services, or request a quota increase from AWS.",
        Mostly("Not where one connection of each task is too much already.");
    TooManyConnectionsAtOnce, "too-many-connections", Warning,
        "While all services are deployed at once, or as a flat root had them, the tasks may hold more connections than \
         the cluster allows.",
        "Deploy one service at a time, or lower `max_conns` or `target_ready` of the services.",
        Mostly("Not where one connection of each task is too much already.");
}
