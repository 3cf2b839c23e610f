//! What is still open: Terraform asks for it until somebody gives it a value.

use crate::environment::{Environment, Setting};
use crate::options::DefaultValue;
use crate::parts::images;

impl Environment {
    /// What still has no value, in the order of the form: Terraform will ask for it.
    pub fn open(&self) -> impl Iterator<Item = &Setting> {
        let is_built = images::is_built(self);
        // What builds the images gives their variables a value.
        self.settings.iter().filter(move |setting| {
            setting.is_open() && !(is_built && setting.row.section() == "images")
        })
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
