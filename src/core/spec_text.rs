//! A spec as the one text that stands for it: `composition.toml`.

use crate::options::{self, OptionRow, Scope};
use crate::path::{FieldPath, segment_text};
use crate::spec::{Spec, VERSION};
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
        let mut groups: Vec<(FieldPath, Vec<(String, &Value)>)> =
            vec![(FieldPath::root(), Vec::new())];
        let of_spec = options::in_scope(Scope::Spec).map(|row| (row, None));
        let environments = self.environments().into_iter().flat_map(|name| {
            options::in_scope(Scope::Environment).map(move |row| (row, Some(name.to_owned())))
        });
        let mut last: Option<String> = None;
        for (row, environment) in of_spec.chain(environments) {
            if let Some(name) = &environment
                && last.as_ref() != Some(name)
            {
                groups.push((FieldPath::of(&["environments", name]), Vec::new()));
                last = environment.clone();
            }
            for (at, value) in self.stated(row, environment.as_deref()) {
                let table = at.parent().unwrap_or_default();
                let key = segment_text(at.segments().last().map_or("", String::as_str));
                // Most likely the last.
                match groups.iter_mut().rev().find(|(group, _)| *group == table) {
                    Some((_, lines)) => lines.push((key, value)),
                    None => groups.push((table, vec![(key, value)])),
                }
            }
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

    /// What is stated for `row`, in one environment or for the spec: one value, or those of a map.
    fn stated<'a>(
        &'a self,
        row: &OptionRow,
        environment: Option<&str>,
    ) -> Vec<(FieldPath, &'a Value)> {
        let environment = environment.unwrap_or_default();
        if row.is_map() {
            let map = row.path(environment).parent().unwrap_or_default();
            return self
                .entries(&map)
                .map(|(key, value)| (map.key(key), value))
                .collect();
        }
        let stated = self.find(&row.lookup(environment));
        stated
            .map(|value| (row.path(environment), value))
            .into_iter()
            .collect()
    }
}

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
