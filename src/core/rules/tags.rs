//! Tags, as the strictest of the services takes them that get them: [`crate::catalog::tags`].

use super::row::{Input, Row, Validation};
use crate::catalog::tags;

/// Bad examples: the given ones, and what neither a key nor a value may have.
#[cfg(test)]
macro_rules! bad {
    ($($own:literal),+ $(,)?) => {
        &[
            $($own,)+
            // A circled letter, which counts as alphabetic and is none for AWS; letters, digits and spaces of other scripts,
            // which IAM takes and Aurora DSQL does not; a mark.
            "\u{24b6}",
            "ü",
            "\u{17f}",
            "\u{212a}",
            "٣",
            "Ⅷ",
            "½",
            "\u{3000}",
            "\u{a0}",
            "e\u{301}",
            "aüb",
            "a\u{3000}b",
        ]
    };
}

pub(super) const KEY: Row = Row {
    noun: "a tag key",
    allowed: "1 to 127 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), not beginning \
              with `aws:`, and in no case `Project`, `Environment`, `ManagedBy`, `Root`, `Name` or `AmazonECSManaged`, \
              which are set already",
    accepts: tags::is_key,
    known: None,
    terraform: Some(Validation::matches(tags::KEY_PATTERN).except(tags::KEY_EXCEPTION)),
    input: Input::Line,
    good: &["CostCenter", "team:x", "aws", "Names", " +-=._:/@"],
    #[cfg(test)]
    bad: bad![
        "aws:x",
        "AWS:x",
        "Environment",
        "environment",
        "PROJECT",
        "managedby",
        "ROOT",
        "name",
        "amazonecsmanaged",
    ],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const VALUE: Row = Row {
    noun: "a tag value",
    allowed: "up to 255 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), \
              not beginning with `aws:`",
    accepts: tags::is_value,
    known: None,
    terraform: Some(Validation::matches(tags::VALUE_PATTERN).except(tags::VALUE_EXCEPTION)),
    input: Input::Line,
    good: &["", "a b/c@d", "aws", "a b+c-d=e.f_g:h/i@j"],
    #[cfg(test)]
    bad: bad!["a\"b", "aws:x", "Aws:"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};
