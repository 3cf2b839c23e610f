//! A row of the table of rules.

/// All that there is to say of a rule.
pub(super) struct Row {
    /// What it is: "a bucket name".
    pub(super) noun: &'static str,
    /// What is allowed, for a message or a hint beside the field.
    pub(super) allowed: &'static str,
    /// The composer's test.
    pub(super) accepts: fn(&str) -> bool,
    /// The values of the catalog that follow the rule, where there is one.
    pub(super) known: Option<fn() -> Vec<&'static str>>,
    /// The test that Terraform gets; `None` where the value is not a Terraform variable.
    pub(super) terraform: Option<Validation>,
    /// How the form asks for it.
    pub(super) input: Input,
    /// Texts that both tests accept, the shortest and the longest among them.
    pub(super) good: &'static [&'static str],
    /// Texts that both tests refuse, beside the hostile ones, which each rule refuses unless they are among `good`.
    #[cfg(test)]
    pub(super) bad: &'static [&'static str],
    /// Texts that only the composer's test refuses.
    #[cfg(test)]
    pub(super) bad_but_for_terraform: &'static [&'static str],
}

/// How a form asks for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// As a line.
    Line,
    /// As a line that is often wider than a column.
    LongLine,
    /// As one of the values that are known: no other is allowed.
    Known,
    /// As a line, or picked among the instance types of the catalog.
    InstanceType,
    /// As a line, or picked among the node types of the catalog.
    NodeType,
}

/// The condition of a `validation` block, in three parts: Terraform's regular expressions know no look-ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validation {
    /// A regular expression that the value matches.
    pub pattern: &'static str,
    /// A regular expression that it does not match: names that are taken, and a length that `pattern` leaves open.
    pub exception: Option<&'static str>,
    /// A condition in HCL, in which `VALUE` stands for the value, for what no expression can say.
    pub function: Option<&'static str>,
}

impl Validation {
    pub(super) const fn matches(pattern: &'static str) -> Self {
        Self {
            pattern,
            exception: None,
            function: None,
        }
    }

    pub(super) const fn except(self, exception: &'static str) -> Self {
        Self {
            exception: Some(exception),
            ..self
        }
    }
}

pub(crate) fn is_lower_or_digit(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}
