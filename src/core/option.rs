//! One option of a spec, and how a row of the table of options is written.

use std::borrow::Cow;

use crate::choice::choice;
use crate::duration::Duration;
use crate::path::FieldPath;
use crate::rules::Rule;
use crate::value::Value;

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct OptionRow {
    /// Its key: whole for the top level (`backend.bucket`), inside the environment for the others
    /// (`history.cpu` stands for `environments.<name>.history.cpu`). A last part `*` stands for any key.
    pub key: &'static str,
    /// Whether it belongs to the spec or to each environment.
    pub scope: Scope,
    /// Its name on the form.
    pub label: &'static str,
    /// What it does, in a sentence or two.
    pub help: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What it is when the spec doesn't say.
    pub default: DefaultValue,
    /// Why the default is what it is.
    pub reason: &'static str,
    /// The option and value without which this one has no effect.
    pub needs: Option<(&'static str, Literal)>,
    /// How it reaches Terraform.
    pub terraform: Terraform,
    /// Whether a change after the first apply replaces what holds the data, or can't be made at all.
    pub immutable: bool,
    /// Whether a copy of the environment leaves it out: it says what belongs to this environment alone.
    pub not_copied: bool,
    /// What the keys of a map are; without meaning for other rows.
    pub keys: Rule,
    /// Of what need not have a value: an example, where Terraform asks for one in production.
    pub(crate) asked_in_production: Option<&'static str>,
}

/// Where an option belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The spec as a whole.
    Spec,
    /// Each environment.
    Environment,
}

/// What values an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number from `min` to `max`.
    Integer {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
        /// What is counted.
        unit: &'static str,
    },
    /// One of these numbers.
    OneOf {
        /// The numbers, ascending.
        values: &'static [i64],
        /// What is counted.
        unit: &'static str,
    },
    /// One of these names, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// Text that follows a rule.
    Text(Rule),
    /// A duration such as `11m`.
    Duration {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// A list of texts that each follow a rule, without repetition.
    List {
        /// The rule of each.
        rule: Rule,
        /// The least number of them.
        min: usize,
        /// The most.
        max: usize,
    },
}

/// What an option is when the spec doesn't say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// Must be stated: there is nothing to guess from.
    Required,
    /// Has no value until somebody gives one: Terraform asks for it. With an example.
    Open(&'static str),
    /// Need not have a value; what that means.
    Absent(&'static str),
    /// The same everywhere.
    Same(Literal),
    /// By the profile of the environment: dev, bench, prod.
    PerProfile([Literal; 3]),
    /// What the spec says at the top level under the same key.
    Inherited,
    /// Follows from other values.
    Derived(DerivedDefault),
}

/// A [`Value`] as the table writes it: one that stands in a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, in the option's unit.
    Integer(i64),
    /// Text, a choice's name or a duration such as `11m`.
    Text(&'static str),
    /// A list of nothing.
    NoItems,
}

impl From<Literal> for Value {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Bool(is_true) => Self::Bool(is_true),
            Literal::Integer(number) => Self::Integer(number),
            Literal::Text(text) => Self::from(text),
            Literal::NoItems => Self::List(Vec::new()),
        }
    }
}

/// The largest history cache, in MiB.
pub(crate) const MAX_HISTORY_CACHE: i64 = 65_536;

/// How a derived default follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DerivedDefault {
    /// The environment's name, where it is that of a profile.
    Profile,
    /// Two zones of the region in dev, three else.
    Zones,
    /// `temporal_visibility_v1_` and the environment's name.
    VisibilityIndex,
    /// Half as many again as `compute.instance_count`, rounded up.
    MaxCount,
    /// What AWS recommends for a proxy with more than 500 requests a second where the frontend has a vCPU, else for fewer.
    ProxyCpu,
    /// CPU units of a sidecar for `telemetry.sample_limit`: 64 for itself and the logs, and one for each 1,000 samples of a
    /// scrape, at least 128.
    SidecarCpu,
    /// MiB of a sidecar for `telemetry.sample_limit`: 11 KiB for each sample, of which nine tenths of the memory must have
    /// room, in steps of 64 MiB, at least 256.
    SidecarMemory,
    /// A quarter of `history.memory`, at most 65,536 MiB. In Terraform it stays null, so that it follows after an edit too.
    HistoryCache,
    /// The environment's option with this key. In Terraform it stays null, so that it follows after an edit too.
    SameAs(&'static str),
    /// The environment's region.
    Region,
    /// The project's name.
    Project,
}

impl DerivedDefault {
    /// The rule in words.
    #[must_use]
    pub fn describe(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Profile => "the environment's name, if it is dev, bench or prod",
            Self::Zones => "the region's first zones: two in dev, three in bench and prod",
            Self::VisibilityIndex => "`temporal_visibility_v1_` and the environment's name",
            Self::MaxCount => "1.5 times `compute.instance_count`, rounded up",
            Self::ProxyCpu => "512 if `frontend.cpu` is 1024 or more, else 256",
            Self::SidecarCpu => {
                "64 CPU units, and 1 for each 1,000 samples of `telemetry.sample_limit`; at least 128"
            }
            Self::SidecarMemory => {
                "11 KiB for each sample of `telemetry.sample_limit`, and a ninth more; at least 256 MiB"
            }
            Self::HistoryCache => "a quarter of `history.memory`",
            Self::SameAs(key) => return Cow::Owned(format!("`{key}`")),
            Self::Region => "the region",
            Self::Project => "the project's name",
        })
    }
}

/// How an option reaches Terraform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terraform {
    /// It decides which blocks there are.
    Structure,
    /// A variable of its own.
    Variable(&'static str),
    /// An attribute of an object variable.
    Attribute {
        /// The variable.
        variable: &'static str,
        /// The attribute in it.
        attribute: &'static str,
    },
}

choice! {
    /// The profiles, in the order of [`DefaultValue::PerProfile`].
    #[derive(PartialOrd, Ord)]
    pub enum Profile {
        /// The least that works: one of each, brief interruptions on a deployment.
        Dev = "dev", "one of each, the least that works";
        /// For load tests: larger counts, no protection.
        Bench = "bench", "for load tests: larger and unprotected";
        /// For real work: three zones, a NAT each, protection against deletion.
        Prod = "prod", "three zones, protected";
    }
}

impl OptionRow {
    /// Whether `key` (relative to the row's scope) is this row's.
    pub(crate) fn matches(&self, key: &[&str]) -> bool {
        let mut parts = self.key.split('.');
        let mut found = key.iter();
        loop {
            match (parts.next(), found.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) => {}
                (Some(part), Some(&segment)) if part == segment => {}
                _ => return false,
            }
        }
    }

    /// Whether the row stands for any number of keys, such as `tags.*`.
    #[must_use]
    pub fn is_map(&self) -> bool {
        self.key.ends_with(".*")
    }

    /// Whether its default follows from another variable of Terraform. Then it stays null, so that it still follows after
    /// an edit.
    pub(crate) fn follows_another(&self) -> bool {
        matches!(
            self.default,
            DefaultValue::Derived(DerivedDefault::SameAs(_) | DerivedDefault::HistoryCache)
        )
    }

    /// An entry that a map can have: a key and its value.
    #[must_use]
    pub fn example_entry(&self) -> (&'static str, &'static str) {
        if self.keys == Rule::TagKey {
            ("Team", "platform")
        } else if self.keys == Rule::ServerKey {
            ("frontend.rps", "5000")
        } else if self.keys == Rule::AlarmName {
            ("tasks-missing", "2")
        } else {
            ("LOG_LEVEL", "debug")
        }
    }

    /// Its address in `environment`, or in the spec where it belongs to the spec.
    #[must_use]
    pub fn path(&self, environment: &str) -> FieldPath {
        match self.scope {
            Scope::Spec => FieldPath::root().join(self.key),
            Scope::Environment => FieldPath::in_environment(environment, self.key),
        }
    }

    /// Its key as documentation writes it: `environments.<name>.history.cpu`.
    #[must_use]
    pub fn documented_key(&self) -> String {
        let key = self.key.replace('*', "<key>");
        match self.scope {
            Scope::Spec => key,
            Scope::Environment => format!("environments.<name>.{key}"),
        }
    }

    /// The first part of its key: the section of the form it stands in; `""` for plain values.
    #[must_use]
    pub fn section(&self) -> &str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// The last part of its key.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or(self.key)
    }

    pub(crate) const fn because(self, reason: &'static str) -> Self {
        Self { reason, ..self }
    }

    /// Has no effect unless the switch `key` is on.
    pub(crate) const fn needs_on(self, key: &'static str) -> Self {
        Self {
            needs: Some((key, Literal::Bool(true))),
            ..self
        }
    }

    /// Has no effect unless `key` is the choice of this name.
    pub(crate) const fn needs_choice(self, key: &'static str, name: &'static str) -> Self {
        Self {
            needs: Some((key, Literal::Text(name))),
            ..self
        }
    }

    pub(crate) const fn not_copied(self) -> Self {
        Self {
            not_copied: true,
            ..self
        }
    }

    /// In production it is open as long as it has no value, with this example.
    pub(crate) const fn asked_in_production(self, example: &'static str) -> Self {
        Self {
            asked_in_production: Some(example),
            ..self
        }
    }

    pub(crate) const fn immutable(self) -> Self {
        Self {
            immutable: true,
            ..self
        }
    }

    pub(crate) const fn variable(self, name: &'static str) -> Self {
        Self {
            terraform: Terraform::Variable(name),
            ..self
        }
    }

    pub(crate) const fn attribute(self, variable: &'static str, attribute: &'static str) -> Self {
        Self {
            terraform: Terraform::Attribute {
                variable,
                attribute,
            },
            ..self
        }
    }

    /// A map whose keys follow `keys`.
    pub(crate) const fn keyed_by(self, keys: Rule) -> Self {
        Self { keys, ..self }
    }

    /// The row of each environment of an option that the spec has for all of them.
    pub(crate) const fn inherited(self) -> Self {
        Self {
            scope: Scope::Environment,
            default: DefaultValue::Inherited,
            ..self
        }
    }
}

impl Kind {
    /// What is allowed, in words.
    #[must_use]
    pub fn allowed(self) -> String {
        match self {
            Self::Boolean => "true or false".to_owned(),
            Self::Integer { min, max, unit } => {
                format!("a whole number from {min} to {max}{}", after_space(unit))
            }
            Self::OneOf { values, unit } => {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                format!("one of {}{}", values.join(", "), after_space(unit))
            }
            Self::Choice(choices) => {
                let names: Vec<String> = choices
                    .iter()
                    .map(|(name, _)| format!("`{name}`"))
                    .collect();
                names.join(" or ")
            }
            Self::Text(rule) => rule.allowed().to_owned(),
            Self::Duration { min, max } => {
                format!("a duration from {min} to {max}, one number with `h`, `m` or `s`")
            }
            Self::List { rule, min: 0, max } => {
                format!("up to {max} different ones, each {}", rule.allowed())
            }
            Self::List { rule, min, max } => {
                format!("{min} to {max} different ones, each {}", rule.allowed())
            }
        }
    }
}

fn after_space(unit: &str) -> String {
    if unit.is_empty() {
        String::new()
    } else {
        format!(" {unit}")
    }
}

/// An option of the spec as a whole.
pub(crate) const fn spec_row(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    kind: Kind,
    default: DefaultValue,
) -> OptionRow {
    OptionRow {
        key,
        scope: Scope::Spec,
        label,
        help,
        kind,
        default,
        reason: "",
        needs: None,
        terraform: Terraform::Structure,
        immutable: false,
        not_copied: false,
        keys: Rule::VariableName,
        asked_in_production: None,
    }
}

/// An option of each environment.
pub(crate) const fn environment_row(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    kind: Kind,
    default: DefaultValue,
) -> OptionRow {
    OptionRow {
        scope: Scope::Environment,
        ..spec_row(key, label, help, kind, default)
    }
}

/// The image of a program.
pub(crate) const fn image_row(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    default: DefaultValue,
) -> OptionRow {
    spec_row(key, label, help, Kind::Text(Rule::Image), default)
        .because("pinned, so that two applies run the same program")
}

pub(crate) const fn same_bool(value: bool) -> DefaultValue {
    DefaultValue::Same(Literal::Bool(value))
}

pub(crate) const fn same_integer(value: i64) -> DefaultValue {
    DefaultValue::Same(Literal::Integer(value))
}

pub(crate) const fn same_text(value: &'static str) -> DefaultValue {
    DefaultValue::Same(Literal::Text(value))
}

/// An option that is a list of nothing unless somebody states one.
pub(crate) const NO_ITEMS: DefaultValue = DefaultValue::Same(Literal::NoItems);

pub(crate) const fn bool_per_profile([dev, bench, prod]: [bool; 3]) -> DefaultValue {
    DefaultValue::PerProfile([
        Literal::Bool(dev),
        Literal::Bool(bench),
        Literal::Bool(prod),
    ])
}

pub(crate) const fn integer_per_profile([dev, bench, prod]: [i64; 3]) -> DefaultValue {
    DefaultValue::PerProfile([
        Literal::Integer(dev),
        Literal::Integer(bench),
        Literal::Integer(prod),
    ])
}

pub(crate) const fn text_per_profile([dev, bench, prod]: [&'static str; 3]) -> DefaultValue {
    DefaultValue::PerProfile([
        Literal::Text(dev),
        Literal::Text(bench),
        Literal::Text(prod),
    ])
}

pub(crate) const CPU: Kind = Kind::Integer {
    min: 256,
    max: 196_608,
    unit: "CPU units (1024 = one vCPU)",
};
pub(crate) const MEMORY: Kind = Kind::Integer {
    min: 256,
    max: 1_048_576,
    unit: "MiB",
};
/// A count of tasks or instances.
pub(crate) const fn count(min: i64, max: i64, unit: &'static str) -> Kind {
    Kind::Integer { min, max, unit }
}
