//! What is still open: Terraform asks for it until somebody gives it a value.

use crate::environment::{Environment, Setting};
use crate::options::DefaultValue;

impl Environment {
    /// What still has no value, in the order of the form: Terraform will ask for it.
    pub fn open(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.is_open())
    }
}

impl Setting {
    /// Whether somebody must still give it a value.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.value.is_none() && self.example().is_some()
    }

    /// An example of its value, for what can be open.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        match self.row.inherited_default() {
            DefaultValue::Open(example) => Some(example),
            DefaultValue::Required
            | DefaultValue::Absent(_)
            | DefaultValue::Same(_)
            | DefaultValue::PerProfile(_)
            | DefaultValue::Inherited
            | DefaultValue::Derived(_) => None,
        }
    }
}
