//! A spec as the one text that stands for it: `composition.toml`.

use std::ptr;

use crate::options::{self, Scope};
use crate::path::{FieldPath, segment_text};
use crate::spec::{Spec, Statement, VERSION};
use crate::value::Value;

impl Spec {
    /// The spec as the one text that stands for it: `composition.toml` of the tree.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# The composition of these files. After a change, compose them again:\n\
             #   temporal-composer export --spec composition.toml --out <folder>\n\
             version = {VERSION}\n"
        );
        let mut groups: Vec<Group<'_>> = vec![(FieldPath::root(), Vec::new())];
        self.add_groups(Scope::Spec, None, &mut groups);
        for name in self.environments() {
            groups.push((FieldPath::of(&["environments", name]), Vec::new()));
            self.add_groups(Scope::Environment, Some(name), &mut groups);
        }
        for (group, lines) in groups {
            if group != FieldPath::root() {
                text.push_str(&format!("\n[{group}]\n"));
            }
            for (key, value) in lines {
                text.push_str(&format!("{key} = {value}\n"));
            }
        }
        text
    }

    /// Adds what is stated in one environment or for all, in the order of the form.
    fn add_groups<'a>(
        &'a self,
        scope: Scope,
        environment: Option<&str>,
        groups: &mut Vec<Group<'a>>,
    ) {
        let stated = self.stated_in(environment);
        for row in options::in_scope(scope) {
            for Statement { at, value, .. } in stated.iter().filter(|it| ptr::eq(it.row, row)) {
                let table = at.parent().unwrap_or_default();
                let key = segment_text(at.last().unwrap_or_default());
                // Most likely the last.
                match groups.iter_mut().rev().find(|(group, _)| *group == table) {
                    Some((_, lines)) => lines.push((key, value)),
                    None => groups.push((table, vec![(key, value)])),
                }
            }
        }
    }
}

/// A table, and the keys and values in it.
type Group<'a> = (FieldPath, Vec<(String, &'a Value)>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_text_groups_values_in_the_order_of_the_form() {
        let mut spec = Spec::default();
        for (at, value) in [
            ("environments.prod.history.count", Value::from(5)),
            ("environments.prod.account_id", "123456789012".into()),
            ("tags.\"cost center\"", "a".into()),
            ("region", "eu-west-1".into()),
            ("project", "temporal".into()),
        ] {
            spec.set(FieldPath::parse(at).unwrap(), value).unwrap();
        }
        spec.add_environment("dev");
        assert_eq!(
            spec.to_toml(),
            "# The composition of these files. After a change, compose them again:\n\
             #   temporal-composer export --spec composition.toml --out <folder>\n\
             version = 1\n\
             project = \"temporal\"\n\
             region = \"eu-west-1\"\n\
             \n[tags]\n\"cost center\" = \"a\"\n\
             \n[environments.dev]\n\
             \n[environments.prod]\naccount_id = \"123456789012\"\n\
             \n[environments.prod.history]\ncount = 5\n"
        );
    }
}
