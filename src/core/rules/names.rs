//! Names that somebody chooses: of the project, its environments, a secret, a namespace.

use super::row::{Input, Row, Validation, is_lower_or_digit};

pub(super) const PROJECT: Row = Row {
    noun: "a project name",
    allowed: "2 to 15 lower-case letters, digits and single hyphens, a letter first, no hyphen last, \
              not beginning with `aws`, `ecs` or `fargate`",
    accepts: |text| (2..=15).contains(&text.len()) && is_name(text) && !is_reserved(text),
    known: None,
    terraform: Some(
        Validation::matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
            .except("^(aws|ecs|fargate)|^.$|^.{16}"),
    ),
    // The longest one leaves room for an environment's name of two characters.
    input: Input::Line,
    good: &["temporal", "t1", "a-b-c", "temporal-fleet"],
    #[cfg(test)]
    bad: &[
        "t",
        "Temporal",
        "1a",
        "a--b",
        "a-",
        "aws-x",
        "ecs1",
        "abcdefghijklmnop",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const ENVIRONMENT: Row = Row {
    noun: "an environment name",
    allowed: "1 to 14 lower-case letters, digits and single hyphens, a letter first, no hyphen last, but not `up`, `down`, \
              `restart`, `reset`, `status`, `load`, `results`, `schema`, `index`, `namespaces`, `list`, `now`, \
              `restore-plan` or `refresh`, which are commands of the scripts",
    accepts: |text| text.len() <= 14 && is_name(text) && !SCRIPT_COMMANDS.contains(&text),
    known: None,
    terraform: None,
    input: Input::Line,
    good: &["dev", "p", "up2", "upper", "help", "an-environment"],
    #[cfg(test)]
    bad: &["Dev", "a_b", "-a", "abcdefghijklmno"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const FLAT: Row = Row {
    noun: "a name for an environment's resources",
    allowed: "2 to 17 lower-case letters, digits and hyphens, a letter first, \
              not beginning with `aws`, `ecs` or `fargate`",
    // More than a project's name may be: it is what somebody chose long ago.
    accepts: |text| {
        (2..=MAX_NAME_LENGTH).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| is_lower_or_digit(c) || c == '-')
            && !is_reserved(text)
    },
    known: None,
    terraform: None,
    input: Input::Line,
    good: &["f1", "temporal-dev", "a--b-", "abcdefghijklmnopq"],
    #[cfg(test)]
    bad: &["t", "Temporal", "1a", "ecs-flat", "abcdefghijklmnopqr"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const SECRET: Row = Row {
    noun: "a secret's name",
    allowed: "1 to 512 letters, digits and `/ _ + = . @ -`",
    accepts: |text| {
        (1..=512).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c))
    },
    known: None,
    terraform: Some(Validation::matches("^[A-Za-z0-9/_+=.@-]{1,512}$")),
    input: Input::LongLine,
    good: &["s", "dev/grafana", "prod/grafana_+=.@-"],
    #[cfg(test)]
    bad: &["a b", "ü", "a:b"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const NAMESPACE: Row = Row {
    noun: "a Temporal namespace",
    allowed: "2 to 255 letters, digits, `-`, `_` and `.`, a letter or digit first",
    accepts: |text| {
        (2..=255).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
    },
    known: None,
    terraform: Some(Validation::matches("^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$")),
    input: Input::Line,
    good: &[
        "load",
        "load.test-1",
        "1_",
        "n-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.\
         -_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.\
         -_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_.-_",
    ],
    #[cfg(test)]
    bad: &["a", "-a", ".a", "a/b"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// The most characters of `<project>-<environment>`, with which the names of all resources begin: an OpenSearch domain's
/// name ends at 28, of which `-visibility` takes 11.
pub const MAX_NAME_LENGTH: usize = 28 - "-visibility".len();

/// The words that a script in `terraform-templates/scripts` takes after the name of an environment. A call that begins
/// with one has forgotten the environment, so none can be called so: `setup.sh status` would set up everything in it.
pub const SCRIPT_COMMANDS: &[&str] = &[
    "up",
    "down",
    "restart",
    "reset",
    "status",
    "load",
    "results",
    "schema",
    "index",
    "namespaces",
    "list",
    "now",
    "restore-plan",
    "refresh",
];

/// Whether `text` has `word` with no letter or digit before or after it: `temporal-dev/grafana` has `dev`.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_inside) && !text[at + word.len()..].starts_with(is_inside)
    })
}

/// Whether ECS keeps names like this one for capacity providers of its own.
fn is_reserved(text: &str) -> bool {
    ["aws", "ecs", "fargate"]
        .iter()
        .any(|reserved| text.starts_with(reserved))
}

/// Lower-case letters, digits and single hyphens, a letter first and no hyphen last.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| is_lower_or_digit(c) || c == '-')
        && !text.ends_with('-')
        && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::Scope;
    use crate::problem_code::{ProblemCode, ROWS};
    use crate::rules::Rule;

    #[test]
    fn no_environment_is_called_as_a_command() {
        for command in SCRIPT_COMMANDS {
            assert!(!Rule::EnvironmentName.accepts(command), "{command}");
        }
        let (_, exceptions) = ENVIRONMENT.allowed.split_once(", but not ").unwrap();
        let named: Vec<&str> = exceptions.split('`').skip(1).step_by(2).collect();
        assert_eq!(named, SCRIPT_COMMANDS);
    }
    #[test]
    fn texts_say_how_long_a_name_may_be() {
        let project = crate::options::option(Scope::Spec, "project").unwrap();
        let mut rows = ROWS.iter();
        let problem = rows.find(|row| row.code == ProblemCode::NameTooLong);
        for text in [FLAT.allowed, project.help, problem.unwrap().fix] {
            assert!(text.contains(&format!(" {MAX_NAME_LENGTH} ")), "{text}");
        }
    }
}
