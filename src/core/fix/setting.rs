//! A change of a spec, and what those who propose one may look at.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::assignment::assigned;
use crate::environment::Environment;
use crate::options::{self, Scope};
use crate::path::FieldPath;
use crate::shell;
use crate::spec::Spec;
use crate::value::Value;

/// The most fixes that are offered for a problem.
pub const MAX_FIXES: usize = 3;

/// A step of a change: a value to state, or one to take back.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// The option's address.
    pub at: FieldPath,
    /// Its new value; `None` where the stated one is taken back, so that the default holds.
    pub value: Option<Value>,
}

impl Setting {
    /// States `value` at `at`, or takes back what `spec` states there where the default is the same.
    pub(crate) fn new(spec: &Spec, at: FieldPath, value: Value) -> Self {
        let default = options::find(&at).and_then(|row| {
            let environment = match row.scope {
                Scope::Environment => at.environment().unwrap_or_default(),
                Scope::Spec => "",
            };
            spec.default_of(row, environment).value
        });
        let is_default = default.as_ref() == Some(&value) && spec.get(&at).is_some();
        Self {
            at,
            value: (!is_default).then_some(value),
        }
    }

    /// Takes back what is stated at `at`.
    pub(crate) fn unset(at: FieldPath) -> Self {
        Self { at, value: None }
    }

    /// Makes the change in `spec`.
    pub fn apply(&self, spec: &mut Spec) {
        match &self.value {
            Some(value) => spec.put(self.at.clone(), value.clone()),
            None => spec.unset(&self.at),
        }
    }

    /// The argument of the command line that does it, for a POSIX shell: `--set project=orders`, `--unset project`.
    #[must_use]
    pub fn argument(&self) -> String {
        match &self.value {
            Some(value) => {
                let assignment = format!("{}={}", self.at, assigned(value));
                format!("--set {}", shell::word(&assignment))
            }
            None => format!("--unset {}", shell::word(&self.at.to_string())),
        }
    }
}

/// `{"path": …, "value": …}`; the value is `null` where the stated one is taken back.
impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("path", &self.at)?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}

/// What a proposal may look at.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The spec.
    pub(crate) spec: &'a Spec,
    /// Its environments whose own values are allowed.
    pub(crate) environments: &'a [&'a Environment],
}

impl<'a> Request<'a> {
    /// The environment that `at` belongs to, if its values are allowed.
    pub(crate) fn environment(&self, at: &FieldPath) -> Option<&'a Environment> {
        let name = at.environment()?;
        let mut all = self.environments.iter();
        all.find(|environment| environment.name == name).copied()
    }

    /// [`Setting::new`] for the dotted `key` in `environment`.
    pub(crate) fn put(&self, environment: &str, key: &str, value: impl Into<Value>) -> Setting {
        let at = FieldPath::in_environment(environment, key);
        Setting::new(self.spec, at, value.into())
    }

    /// A change that takes back what is stated at `at`; none where nothing is.
    pub(crate) fn taken_back(&self, at: &FieldPath) -> Option<Vec<Setting>> {
        let is_stated = self.spec.get(at).is_some();
        is_stated.then(|| vec![Setting::unset(at.clone())])
    }
}
