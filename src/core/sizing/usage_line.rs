//! What is billed by use.

use crate::feature::Feature;

/// A line whose amount the load decides.
#[derive(Debug)]
pub(crate) struct UsageLine {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) item: &'static str,
    pub(super) amount: UsageAmount,
    /// What an environment must have for it.
    pub(super) feature: Feature,
    /// By which name a file says what amount is expected.
    pub(super) expected_as: &'static str,
}

/// How much is used in a month.
#[derive(Debug)]
pub(crate) enum UsageAmount {
    /// What a file expects, in units of the price.
    Units {
        /// What decides the amount, in words, where none is expected.
        decided_by: &'static str,
    },
    /// Samples of the tasks' metrics: a file may say how many series a task has.
    Samples,
}

impl UsageLine {
    /// The same line, only where there is `feature`.
    pub(crate) const fn with(self, feature: Feature) -> Self {
        Self { feature, ..self }
    }

    /// The same line for the samples of series, of which a file says the number for a task by the name `expected_as`.
    pub(crate) const fn of_series(self, expected_as: &'static str) -> Self {
        Self {
            expected_as,
            amount: UsageAmount::Samples,
            ..self
        }
    }
}

/// A row: key, label, item and what decides the amount; it is expected by its key.
pub(crate) const fn usage_line(
    key: &'static str,
    label: &'static str,
    item: &'static str,
    decided_by: &'static str,
) -> UsageLine {
    UsageLine {
        key,
        label,
        item,
        amount: UsageAmount::Units { decided_by },
        feature: Feature::always(""),
        expected_as: key,
    }
}
