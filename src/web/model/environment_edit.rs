//! Adding, renaming and copying environments, so that what comes of it has no problem that it need not have.

use composer_core::cidr::Cidr;
use composer_core::environment::DsqlMode;
use composer_core::options::{self, Profile, Scope};
use composer_core::rules::Rule;
use composer_core::rules::names::MAX_NAME_LENGTH;
use composer_core::spec::MAX_ENVIRONMENTS;
use composer_core::{FieldPath, Spec, Value};

use crate::model::edit::with;
use crate::model::words::plain;

/// What a new environment is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Like {
    /// It has the defaults of a profile.
    Profile(Profile),
    /// It says what another one says.
    Copy(String),
}

impl Like {
    /// The value of its option in a select.
    #[must_use]
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Profile(profile) => format!("profile {}", profile.name()),
            Self::Copy(name) => format!("copy {name}"),
        }
    }

    /// What [`Self::key`] has made.
    #[must_use]
    pub(crate) fn parse(key: &str) -> Option<Self> {
        match key.split_once(' ')? {
            ("profile", name) => Profile::parse(name).map(Self::Profile),
            ("copy", name) => Some(Self::Copy(name.to_owned())),
            _ => None,
        }
    }
}

/// Why there can be no environment of this name, in place of the one called `instead_of` if that is given.
#[must_use]
pub(crate) fn name_refusal(spec: &Spec, name: &str, instead_of: Option<&str>) -> Option<String> {
    let existing = spec.environments();
    let project = spec.project().unwrap_or_default();
    let length = project.len() + 1 + name.len();
    if instead_of.is_none() && existing.len() >= MAX_ENVIRONMENTS {
        Some(format!(
            "A composition has at most {MAX_ENVIRONMENTS} environments."
        ))
    } else if existing.contains(&name) && instead_of != Some(name) {
        Some(format!("An environment {name} already exists."))
    } else if !Rule::EnvironmentName.accepts(name) {
        Some(format!("A name has {}.", Rule::EnvironmentName.allowed()))
    } else if length > MAX_NAME_LENGTH {
        Some(format!(
            "{project}-{name} has {length} characters. The limit is {MAX_NAME_LENGTH}: {} too many.",
            length - MAX_NAME_LENGTH
        ))
    } else {
        None
    }
}

/// The address of `key` in an environment.
fn at(environment: &str, key: &str) -> FieldPath {
    FieldPath::in_environment(environment, key)
}

/// `spec` with a further environment, in a network that no other has a part of.
#[must_use]
pub(crate) fn added(spec: &Spec, name: &str, like: &Like) -> Spec {
    let mut next = spec.clone();
    next.add_environment(name);
    let profile = match like {
        Like::Profile(profile) => Some(*profile),
        Like::Copy(other) => {
            next = copied(&next, other, name);
            for row in options::in_scope(Scope::Environment) {
                if row.not_copied {
                    next.unset(&row.path(name));
                }
            }
            next.unset(&at(name, "enabled"));
            spec.profile(other)
        }
    };
    let profile = profile.map(|profile| Value::from(profile.name()));
    let next = with(&next, &at(name, "profile"), profile);
    with_own_network(next, name)
}

/// `spec` in which the environment `old` is called `new`. What follows from its name alone follows from the new one.
#[must_use]
pub(crate) fn renamed(spec: &Spec, old: &str, new: &str) -> Spec {
    let profile = spec.profile(old).map(|profile| Value::from(profile.name()));
    let mut next = copied(spec, old, new);
    next.remove_environment(old);
    next.add_environment(new);
    with(&next, &at(new, "profile"), profile)
}

/// What a rename does to an environment that is applied already.
#[must_use]
pub(crate) fn rename_consequence(spec: &Spec, name: &str) -> String {
    let value = |key: &str| {
        let found = spec.effective(options::environment_option(key), name);
        found.value.as_ref().map(plain)
    };
    let mode = value("dsql.mode");
    let databases = match mode.as_deref().and_then(DsqlMode::parse) {
        Some(DsqlMode::Create) => {
            "Its DSQL cluster and its OpenSearch index would be new and empty."
        }
        Some(DsqlMode::Existing) | None => {
            "Its DSQL cluster is not part of it and keeps its data; the OpenSearch index would be new and empty."
        }
    };
    let names = match value("migration.name") {
        Some(kept) => format!("would get the names {kept}-… again, which already exist"),
        None => {
            let project = spec.project().unwrap_or_default();
            format!("are named {project}-{name}-… now, and would get the new name")
        }
    };
    format!(
        "If {name} is already applied, Terraform creates all of it a second time after a rename: it finds no state \
         under the new name. The resources {names}. {databases}"
    )
}

/// `spec` in which `new` says what `old` says.
fn copied(spec: &Spec, old: &str, new: &str) -> Spec {
    let mut next = spec.clone();
    for (from, value) in spec.values() {
        if from.environment() == Some(old) {
            let mut segments = from.segments();
            segments[1] = new;
            next.put(FieldPath::of(&segments), value.clone());
        }
    }
    next
}

/// `spec` with a free network for the environment `name`, unless the one that it has is free.
fn with_own_network(spec: Spec, name: &str) -> Spec {
    let row = options::environment_option("network.vpc_cidr");
    let network = |name: &str| {
        let value = spec.effective(row, name).value?;
        Cidr::parse(value.as_text()?)
    };
    let others = spec.environments().into_iter();
    let others = others.filter(|other| *other != name);
    let taken: Vec<Cidr> = others.filter_map(network).collect();
    let is_free = network(name).is_some_and(|own| !taken.iter().any(|other| other.overlaps(own)));
    match Cidr::free(&taken) {
        Some(free) if !is_free => {
            let free = Value::Text(free.to_string());
            with(&spec, &row.path(name), Some(free))
        }
        _ => spec,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{Severity, check};

    use crate::model::fixtures::standard;

    /// What is wrong, but for advice.
    fn problems(spec: &Spec) -> Vec<String> {
        let problems = check(spec).problems.0.into_iter();
        problems
            .filter(|problem| problem.severity != Severity::Advice)
            .map(|problem| format!("{} {}", problem.code, problem.at))
            .collect()
    }

    #[test]
    fn what_is_added_starts_without_a_problem() {
        let mut spec = standard(&[
            "environments.prod.dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws",
        ]);
        for (name, like) in [
            ("staging", Like::Profile(Profile::Prod)),
            ("qa", Like::Copy("prod".to_owned())),
            ("qa-2", Like::Copy("qa".to_owned())),
            ("perf", Like::Profile(Profile::Bench)),
        ] {
            assert_eq!(name_refusal(&spec, name, None), None);
            spec = added(&spec, name, &like);
            assert_eq!(problems(&spec), Vec::<String>::new(), "{name}");
        }
        assert_eq!(spec.profile("qa-2"), Some(Profile::Prod));
    }

    #[test]
    fn a_copy_leaves_out_what_belongs_to_the_other_alone() {
        let left_out: Vec<&str> = options::in_scope(Scope::Environment)
            .filter(|row| row.not_copied)
            .map(|row| row.key)
            .collect();
        assert_eq!(
            left_out,
            [
                "access.client_security_group_ids",
                "access.certificate_arn",
                "access.hostname",
                "dsql.endpoint",
                "dsql.arn",
                "opensearch.kms_key_arn",
                "grafana.admin_secret",
                "alarms.topic_arn",
                "migration.keep_flat_names",
                "migration.name",
                "migration.keep_flat_outputs",
            ]
        );
        let arn = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz";
        let spec = standard(&[
            &format!("environments.prod.dsql.arn={arn}"),
            "environments.prod.enabled=false",
        ]);
        let copy = added(&spec, "staging", &Like::Copy("prod".to_owned()));
        for key in ["dsql.arn", "enabled"] {
            assert_eq!(copy.get(&at("staging", key)), None, "{key}");
            assert!(copy.get(&at("prod", key)).is_some(), "{key}");
        }
    }

    #[test]
    fn a_copy_says_what_the_other_says() {
        let spec = standard(&[
            "environments.prod.history.count=8",
            "environments.prod.tags.Team=a",
        ]);
        let copy = added(&spec, "staging", &Like::Copy("prod".to_owned()));
        let value = |key: &str| {
            copy.get(&FieldPath::root().join(key))
                .map(ToString::to_string)
        };
        assert_eq!(
            value("environments.staging.history.count").as_deref(),
            Some("8")
        );
        assert_eq!(
            value("environments.staging.tags.Team").as_deref(),
            Some("\"a\"")
        );
        assert_eq!(
            value("environments.staging.profile").as_deref(),
            Some("\"prod\"")
        );
    }

    #[test]
    fn a_renamed_environment_is_the_same_under_another_name() {
        let spec = standard(&["environments.dev.history.cpu=768"]);
        let there = renamed(&spec, "dev", "sandbox");
        assert_eq!(there.environments(), ["bench", "prod", "sandbox"]);
        assert_eq!(there.profile("sandbox"), Some(Profile::Dev));
        assert_eq!(problems(&there), Vec::<String>::new());
        assert_eq!(renamed(&there, "sandbox", "dev"), spec);
    }

    #[test]
    fn a_rename_says_what_becomes_of_names_and_databases() {
        #[track_caller]
        fn check_said(assignments: &[&str], names: &str, databases: &str) {
            let text = rename_consequence(&standard(assignments), "prod");
            assert!(text.contains(names), "{text}");
            assert!(text.ends_with(databases), "{text}");
        }
        let kept = "Its DSQL cluster is not part of it and keeps its data; the OpenSearch index would be new and empty.";
        let empty = "Its DSQL cluster and its OpenSearch index would be new and empty.";
        check_said(&[], "are named temporal-prod-… now", kept);
        check_said(
            &[
                "environments.prod.dsql.mode=create",
                "environments.prod.migration.name=orders",
            ],
            "would get the names orders-… again, which already exist",
            empty,
        );
    }

    #[test]
    fn a_name_is_checked_with_the_length_of_the_project() {
        let spec = standard(&[]);
        #[track_caller]
        fn check_name(spec: &Spec, name: &str, instead_of: Option<&str>, expected: Option<&str>) {
            assert_eq!(name_refusal(spec, name, instead_of).as_deref(), expected);
        }
        check_name(&spec, "staging", None, None);
        check_name(
            &spec,
            "dev",
            None,
            Some("An environment dev already exists."),
        );
        check_name(&spec, "dev", Some("dev"), None);
        check_name(
            &spec,
            "pre-prod-1",
            None,
            Some("temporal-pre-prod-1 has 19 characters. The limit is 17: 2 too many."),
        );
        assert!(name_refusal(&spec, "Dev", None).is_some());
    }
}
