//! What is still open: Terraform asks for it until somebody gives it a value.

use crate::environment::{Environment, Setting};
use crate::options::DefaultValue;
use crate::parts::images;

impl Environment {
    /// What still has no value, in the order of the form: Terraform will ask for it.
    pub fn open(&self) -> impl Iterator<Item = &Setting> {
        self.without_value(false)
    }

    /// What has no value until the images are built, in the order of the form.
    pub(crate) fn open_until_built(&self) -> impl Iterator<Item = &Setting> {
        self.without_value(true)
    }

    /// The settings without a value that get one by a build of the images, or the others.
    fn without_value(&self, by_build: bool) -> impl Iterator<Item = &Setting> {
        let is_built = images::is_built(self);
        self.settings.iter().filter(move |setting| {
            setting.is_open() && (is_built && setting.row.section() == "images") == by_build
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
            DefaultValue::Absent(_) if self.is_production => self.row.asked_in_production,
            DefaultValue::Required
            | DefaultValue::Absent(_)
            | DefaultValue::Same(_)
            | DefaultValue::PerProfile(_)
            | DefaultValue::Inherited
            | DefaultValue::Derived(_) => None,
        }
    }
}
