//! What the user asked for: values by address, nothing else. A spec is always constructible; whether it can be
//! composed is for [`crate::check`] to say.

use std::collections::BTreeMap;

use crate::option::MAX_HISTORY_CACHE;
use crate::options::{self, DefaultValue, Literal, OptionRow, Profile, Scope};
use crate::order::sorted;
use crate::path::{FieldPath, key_text};
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::retired::retired;
use crate::sorted::SortedSet;
use crate::unknown_key::unknown_key;
use crate::value::{Value, excerpt};

/// The format of `composition.toml` that this version reads and writes.
pub const VERSION: i64 = 1;

/// The most environments of a spec. Each is a root of its own, whose files are composed, drawn and compared at each step;
/// more than these are better several specs.
pub const MAX_ENVIRONMENTS: usize = 32;

/// A spec with at most this many stated values is searched from the first to the last.
const FEW_VALUES: usize = 16;

/// What was asked for. It holds only what differs from the defaults, or what somebody wanted to pin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    environments: SortedSet<String>,
    values: BTreeMap<FieldPath, Value>,
}

/// A value that a spec states.
pub(crate) struct Statement<'a> {
    pub(crate) row: &'static OptionRow,
    pub(crate) at: &'a FieldPath,
    pub(crate) value: &'a Value,
}

impl Spec {
    /// The value that the spec itself states at `at`.
    #[must_use]
    pub fn get(&self, at: &FieldPath) -> Option<&Value> {
        self.values.get(at)
    }

    /// The value of the dotted `key` that the spec itself states in an environment, or for all.
    pub(crate) fn stated_at(&self, environment: Option<&str>, key: &str) -> Option<&Value> {
        // A check asks hundreds of times. Most specs state a few values: to look at each is faster than to make an address.
        if self.values.len() <= FEW_VALUES {
            let mut all = self.values.iter();
            let found = all.find(|(at, _)| at.is_key(environment, key));
            return found.map(|(_, value)| value);
        }
        self.values.get(key_text(environment, key).as_str())
    }

    /// The values that are stated in an environment, or for all, each with its option. Most options have none, so that to go
    /// through these is faster than to ask for each.
    pub(crate) fn stated_in(&self, environment: Option<&str>) -> Vec<Statement<'_>> {
        let mut all = Vec::new();
        for (at, value) in self.values.iter() {
            if at.environment() == environment
                && let Some(row) = options::find(at)
            {
                all.push(Statement { row, at, value });
            }
        }
        all
    }

    /// Every stated value with its address.
    pub fn values(&self) -> impl Iterator<Item = (&FieldPath, &Value)> {
        self.values.iter()
    }

    /// Whether the environment named `name` is one that is composed.
    pub(crate) fn is_enabled(&self, name: &str) -> bool {
        self.stated_at(Some(name), "enabled") != Some(&Value::Bool(false))
    }

    /// Whether `other` says the same of an environment: inside it and for all of them.
    pub(crate) fn has_same(&self, other: &Self, environment: &str) -> bool {
        let is_asked = |(at, _): &(&FieldPath, &Value)| {
            at.environment().is_none_or(|name| name == environment)
        };
        self.environments == other.environments
            && self
                .values()
                .filter(is_asked)
                .eq(other.values().filter(is_asked))
    }

    /// The stated values whose address begins with `prefix`, by what follows it.
    pub fn entries(&self, prefix: &FieldPath) -> impl Iterator<Item = (&str, &Value)> {
        let depth = prefix.depth();
        self.values
            .iter()
            .filter(move |(at, _)| at.starts_with(prefix) && at.depth() == depth + 1)
            .filter_map(|(at, value)| Some((at.last()?, value)))
    }

    /// The environments in it, enabled or not: dev, bench and prod first, the others by name.
    #[must_use]
    pub fn environments(&self) -> Vec<&str> {
        let rank = |name: &str| {
            Profile::ALL
                .iter()
                .position(|profile| profile.name() == name)
                .unwrap_or(Profile::ALL.len())
        };
        let names: Vec<&str> = self.environments.iter().map(String::as_str).collect();
        sorted(names, |name| (rank(name), *name))
    }

    /// Adds an environment with its profile's defaults.
    pub fn add_environment(&mut self, name: &str) {
        self.environments.insert(name.to_owned());
    }

    /// Takes an environment out, with all that was stated for it.
    pub fn remove_environment(&mut self, name: &str) {
        self.environments.remove(name);
        self.values.retain(|at, _| at.environment() != Some(name));
    }

    /// States a value. An environment that its address names is added.
    ///
    /// # Errors
    /// If no option has that address, or none any more: then it is a warning. Whether the value is allowed is for [`crate::check`].
    pub fn set(&mut self, at: FieldPath, value: Value) -> Result<(), Problem> {
        if at.segments() == ["version"] {
            return match value {
                Value::Integer(VERSION) => Ok(()),
                other => Err(wrong_version(&other.to_string())),
            };
        }
        if options::find(&at).is_none() {
            return Err(retired(&at).unwrap_or_else(|| unknown_key(&at)));
        }
        self.put(at, value);
        Ok(())
    }

    /// [`Self::set`] for an address that an option is known to have.
    pub fn put(&mut self, at: FieldPath, value: Value) {
        debug_assert!(
            options::find(&at).is_some(),
            "no option has the address {at}"
        );
        if let Some(name) = at.environment() {
            self.environments.insert(name.to_owned());
        }
        self.values.insert(at, value);
    }

    /// States all that `other` states.
    pub(crate) fn extend(&mut self, other: Self) {
        self.environments.extend(other.environments);
        self.values.extend(other.values);
    }

    /// Takes a stated value back, so that the default is in force again.
    pub fn unset(&mut self, at: &FieldPath) {
        self.values.remove(at);
    }
}

/// The problem of a version that this program doesn't know.
pub(crate) fn wrong_version(found: &str) -> Problem {
    Problem::new(
        ProblemCode::Version,
        FieldPath::of(&["version"]),
        format!(
            "the spec's `version` is `{}`, this program reads {VERSION}",
            excerpt(found)
        ),
    )
    .hint(format!("write `version = {VERSION}`"))
}

/// What an option's value is in an environment, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The value; `None` for what is open or absent.
    pub value: Option<Value>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an option's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The spec states it, at this address: its own, or the top level's for what an environment inherits.
    Stated(FieldPath),
    /// The default of the option or the profile.
    Default,
    /// Nobody gave a value.
    None,
}

impl Spec {
    /// The project's name, if the spec states a text for it.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.get(&FieldPath::of(&["project"]))
            .and_then(Value::as_text)
    }

    /// The profile of an environment; `None` if its name is no profile's and it states none.
    #[must_use]
    pub fn profile(&self, environment: &str) -> Option<Profile> {
        match self.stated_at(Some(environment), "profile") {
            Some(value) => value.as_text().and_then(Profile::parse),
            None => Profile::parse(environment),
        }
    }

    /// What `row` is in `environment` (ignored for the options of the spec as a whole). A stated value that is not
    /// allowed counts as stated.
    #[must_use]
    pub fn effective(&self, row: &OptionRow, environment: &str) -> Effective {
        match self.stated_at(
            (row.scope == Scope::Environment).then_some(environment),
            row.key,
        ) {
            Some(value) => Effective {
                value: Some(value.clone()),
                origin: Origin::Stated(row.path(environment)),
            },
            None => self.default_of(row, environment),
        }
    }

    /// What `row` would be in `environment` if the spec did not state it there.
    #[must_use]
    pub fn default_of(&self, row: &OptionRow, environment: &str) -> Effective {
        let value = match row.default {
            DefaultValue::Required | DefaultValue::Open(_) | DefaultValue::Absent(_) => None,
            DefaultValue::Same(value) => Some(value.into()),
            DefaultValue::PerProfile(values) => self
                .profile(environment)
                .map(|profile| values[profile as usize].into()),
            DefaultValue::Inherited => {
                let of_spec = options::option(Scope::Spec, row.key);
                return match of_spec {
                    Some(of_spec) => {
                        let found = self.effective(of_spec, environment);
                        match of_spec.default {
                            // A bucket that all share stands in the spec's region; else each environment's state
                            // stands where the environment does.
                            DefaultValue::Derived(derived)
                                if found.origin == Origin::Default
                                    && !self.shares_a_bucket(environment) =>
                            {
                                default(self.derive(derived, environment))
                            }
                            _ => found,
                        }
                    }
                    None => default(None),
                };
            }
            DefaultValue::Derived(derived) => self.derive(derived, environment),
        };
        default(value)
    }

    /// Whether the environment's state is in a bucket that the spec names for all, in a region that it names for all.
    fn shares_a_bucket(&self, environment: &str) -> bool {
        let states = |environment, key| self.stated_at(environment, key).is_some();
        states(None, "backend.bucket")
            && states(None, "region")
            && !states(Some(environment), "backend.bucket")
    }

    /// The option and value without which `row` has no effect in `environment`, if the spec doesn't meet it.
    #[must_use]
    pub fn unmet_need(
        &self,
        row: &OptionRow,
        environment: &str,
    ) -> Option<(&'static OptionRow, Literal)> {
        let (key, wanted) = row.needs?;
        let needed = options::in_scope(row.scope).find(|other| other.key == key)?;
        let found = self.effective(needed, environment);
        let is_unmet = found.value != Some(wanted.into()) && found.origin != Origin::None;
        is_unmet.then_some((needed, wanted))
    }

    /// [`Self::unmet_need`] of `row`, or else of what it needs, and so on.
    pub(crate) fn unmet_need_in_turn(
        &self,
        row: &OptionRow,
        environment: &str,
    ) -> Option<(&'static OptionRow, Literal)> {
        let unmet = self.unmet_need(row, environment);
        let next = || {
            let (key, _) = row.needs?;
            let needed = options::option(row.scope, key)?;
            self.unmet_need_in_turn(needed, environment)
        };
        unmet.or_else(next)
    }

    fn derive(&self, derived: options::DerivedDefault, environment: &str) -> Option<Value> {
        use options::DerivedDefault;
        let of = |key| {
            self.effective(options::environment_option(key), environment)
                .value
        };
        match derived {
            DerivedDefault::Profile => {
                Profile::parse(environment).map(|profile| profile.name().into())
            }
            DerivedDefault::Zones => {
                let wanted = match self.profile(environment)? {
                    Profile::Dev => 2,
                    Profile::Bench | Profile::Prod => 3,
                };
                let region = of("region")?;
                let region = crate::catalog::regions::find(region.as_text()?)?;
                Some(Value::List(region.zone_names().take(wanted).collect()))
            }
            DerivedDefault::VisibilityIndex => {
                Some(Value::Text(format!("temporal_visibility_v1_{environment}")))
            }
            DerivedDefault::MaxCount => {
                let count = of("compute.instance_count")?.as_integer()?;
                let half = count.saturating_add(1) / 2;
                Some(count.saturating_add(half).min(200).into())
            }
            DerivedDefault::ProxyCpu => {
                let cpu = of("frontend.cpu")?.as_integer()?;
                Some(if cpu < 1024 { 256 } else { 512 }.into())
            }
            DerivedDefault::SidecarCpu => {
                let samples = of("telemetry.sample_limit")?.as_integer()?;
                Some((64 + whole(samples, 1000)).max(128).into())
            }
            DerivedDefault::SidecarMemory => {
                let samples = of("telemetry.sample_limit")?.as_integer()?;
                // Nine tenths of the memory are what the sidecar may use by `GOMEMLIMIT`, which its module sets.
                let steps = whole(samples.saturating_mul(11 * 10), 64 * 1024 * 9);
                Some((steps * 64).max(256).into())
            }
            DerivedDefault::HistoryCache => {
                let memory = of("history.memory")?.as_integer()?;
                Some((memory / 4).min(MAX_HISTORY_CACHE).into())
            }
            DerivedDefault::SameAs(key) => of(key),
            DerivedDefault::Region => {
                if environment.is_empty() {
                    self.get(&FieldPath::of(&["region"])).cloned()
                } else {
                    of("region")
                }
            }
            DerivedDefault::Project => self.get(&FieldPath::of(&["project"])).cloned(),
        }
    }
}

/// How many times `part` it takes to hold `all`.
fn whole(all: i64, part: i64) -> i64 {
    all / part + i64::from(all % part > 0)
}

fn default(value: Option<Value>) -> Effective {
    let origin = if value.is_some() {
        Origin::Default
    } else {
        Origin::None
    };
    Effective { value, origin }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(values: &[(&str, Value)]) -> Spec {
        let mut spec = Spec::default();
        for (at, value) in values {
            spec.set(FieldPath::parse(at).unwrap(), value.clone())
                .unwrap();
        }
        spec
    }

    /// By its maker's rule, it needs 0.8 cores and 11 GiB for a million samples each 30 seconds.
    #[test]
    fn a_sidecar_follows_the_samples_that_it_may_collect() {
        for (samples, cpu, memory) in [
            (1_000, 128, 256),
            (20_000, 128, 256),
            (22_000, 128, 320),
            (40_000, 128, 512),
            (64_500, 129, 832),
            (1_000_000, 1064, 11_968),
        ] {
            let spec = spec(&[("environments.dev.telemetry.sample_limit", samples.into())]);
            let value = |key: &str| {
                let row = options::environment_option(key);
                spec.effective(row, "dev").value.unwrap().as_integer()
            };
            let found = (value("telemetry.cpu"), value("telemetry.memory"));
            assert_eq!(found, (Some(cpu), Some(memory)), "{samples}");
            assert!(memory * 1024 * 9 / 10 >= samples * 11, "{samples}");
            assert!(
                (cpu - 64) * 1000 >= samples * 8 / 10 * 1024 / 1000,
                "{samples}"
            );
        }
    }

    #[test]
    fn a_value_is_found_among_few_and_among_many() {
        #[track_caller]
        fn check(spec: &Spec) {
            let stated = |environment, key| spec.stated_at(Some(environment), key);
            assert_eq!(stated("dev", "loki.enabled"), Some(&true.into()));
            assert_eq!(stated("prod", "loki.enabled"), None);
            assert_eq!(stated("dev", "loki.memory"), None);
        }
        let mut spec = spec(&[("environments.dev.loki.enabled", true.into())]);
        check(&spec);
        for tag in 0..2 * FEW_VALUES {
            spec.put(FieldPath::of(&["tags", &tag.to_string()]), "".into());
            check(&spec);
        }
    }

    #[test]
    fn defaults_follow_profile_region_and_each_other() {
        let spec = spec(&[
            ("region", "eu-west-1".into()),
            ("environments.staging.profile", "prod".into()),
            ("environments.staging.region", "ap-northeast-1".into()),
            ("environments.staging.compute.instance_count", 3.into()),
        ]);
        let value = |key: &str| {
            spec.effective(options::environment_option(key), "staging")
                .value
                .unwrap()
                .to_string()
        };
        assert_eq!(
            value("network.availability_zones"),
            r#"["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]"#
        );
        assert_eq!(value("compute.max_count"), "5");
        assert_eq!(value("backend.region"), r#""ap-northeast-1""#);
        assert_eq!(value("history.count"), "6");
        assert_eq!(value("history.target_ready"), "20");
        // 40,000 samples of prod: 430 MiB of the nine tenths of it.
        assert_eq!(value("telemetry.memory"), "512");
        assert_eq!(value("telemetry.cpu"), "128");
        assert_eq!(value("images.ui"), r#""temporalio/ui:2.52.0""#);
        assert_eq!(
            value("opensearch.index"),
            r#""temporal_visibility_v1_staging""#
        );
    }
}
