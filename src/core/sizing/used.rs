//! What is billed by use.

use crate::environment::Environment;
use crate::feature::Feature;
use crate::sizing::money::Money;

/// A line whose amount the load decides.
#[derive(Debug)]
pub(crate) struct Used {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) item: &'static str,
    pub(super) amount: UsedAmount,
    /// What an environment must have for it.
    pub(super) feature: Feature,
    /// By which name a file says what amount is expected.
    pub(super) expected_as: &'static str,
}

/// How much is used in a month.
#[derive(Debug)]
pub(crate) enum UsedAmount {
    /// What a file expects, in units of the price.
    Units {
        /// What decides the amount, in words, where none is expected.
        decided_by: &'static str,
    },
    /// What follows from something else that a file expects.
    Derived {
        /// The units of the price that the expected amount makes in an environment.
        units: fn(&Environment, Money) -> Money,
        /// The amount in words; where none is expected, what decides it.
        in_words: fn(&Environment, Option<Money>) -> String,
    },
}

impl Used {
    /// The same line, only where there is `feature`.
    pub(crate) const fn with(self, feature: Feature) -> Self {
        Self { feature, ..self }
    }

    /// The same line, derived from what a file expects by the name `expected_as`.
    pub(crate) const fn derived(
        self,
        expected_as: &'static str,
        units: fn(&Environment, Money) -> Money,
        in_words: fn(&Environment, Option<Money>) -> String,
    ) -> Self {
        Self {
            expected_as,
            amount: UsedAmount::Derived { units, in_words },
            ..self
        }
    }
}

/// A row: key, label, item and what decides the amount; it is expected by its key.
pub(crate) const fn used(
    key: &'static str,
    label: &'static str,
    item: &'static str,
    decided_by: &'static str,
) -> Used {
    Used {
        key,
        label,
        item,
        amount: UsedAmount::Units { decided_by },
        feature: Feature::always(""),
        expected_as: key,
    }
}
