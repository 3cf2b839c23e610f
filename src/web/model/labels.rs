//! The names of options for people, and their defaults in words.

use composer_core::FieldPath;
use composer_core::options::{self, DefaultValue, OptionRow, Scope};

use crate::model::sections::{SECTIONS, section_of};
use crate::model::words::plain;

/// An option's name with its section's where the name alone says too little: "History CPU".
#[must_use]
pub(crate) fn title(row: &OptionRow) -> String {
    let section = SECTIONS
        .iter()
        .find(|section| section.name == section_of(row) && row.scope == Scope::Environment);
    match section {
        Some(section)
            if !section.name.is_empty()
                && section.lead != Some(row.key)
                // "Instance type" says that it is about instances.
                && !row.label.starts_with(section.label.trim_end_matches('s')) =>
        {
            format!("{}: {}", section.label, row.label)
        }
        _ => row.label.to_owned(),
    }
}

/// The name of the value at `at` for a person: "History CPU in dev".
#[must_use]
pub(crate) fn name_of(at: &FieldPath) -> String {
    let Some(row) = options::find(at) else {
        return match at.environment() {
            Some(environment) if at.depth() == 2 => format!("environment {environment}"),
            _ => at.to_string(),
        };
    };
    let mut name = title(row);
    if row.is_map()
        && let Some(key) = at.last()
    {
        name = format!("{name} {key}");
    }
    match at.environment() {
        Some(environment) => format!("{name} in {environment}"),
        None => name,
    }
}

/// An option's default in words.
#[must_use]
pub(crate) fn default_in_words(row: &OptionRow) -> String {
    match &row.default {
        DefaultValue::Required => "none: you must set it".to_owned(),
        DefaultValue::Open(example) => format!("open, for example {example}"),
        DefaultValue::Absent(meaning) => (*meaning).to_owned(),
        DefaultValue::Same(value) => plain(&(*value).into()),
        DefaultValue::PerProfile(values) => options::Profile::ALL
            .iter()
            .zip(values)
            .map(|(profile, value)| format!("{} in {}", plain(&(*value).into()), profile.name()))
            .collect::<Vec<_>>()
            .join(", "),
        DefaultValue::Inherited => "the value for every environment".to_owned(),
        DefaultValue::Derived(derived) => derived.describe().replace('`', ""),
    }
}

/// What an empty field says.
#[must_use]
pub(crate) fn placeholder(row: &OptionRow) -> String {
    match row.inherited_default() {
        DefaultValue::Open(example) => format!("for example {example}"),
        DefaultValue::Absent(meaning) => meaning.replace('`', ""),
        DefaultValue::Required
        | DefaultValue::Same(_)
        | DefaultValue::PerProfile(_)
        | DefaultValue::Inherited
        | DefaultValue::Derived(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_section_where_it_says_too_little_alone() {
        #[track_caller]
        fn check(at: &str, name: &str) {
            let segments: Vec<&str> = at.split('.').collect();
            assert_eq!(name_of(&FieldPath::of(&segments)), name);
        }
        check("environments.dev.history.cpu", "History: CPU in dev");
        check(
            "environments.dev.compute.instance_type",
            "Instance type in dev",
        );
        check(
            "environments.dev.benchmark.instance_type",
            "Benchmark: Instance type in dev",
        );
        check("environments.dev.loki.enabled", "Loki in dev");
        check("project", "Project");
    }
}
