//! What is billed by the hour or the month, with and without load.

/// The hours that a month is reckoned as, as AWS does.
pub(crate) const HOURS: i64 = 730;

/// A line whose amount the load doesn't decide.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) item: &'a str,
    /// How many units of the item's price a month is.
    pub(super) units: i64,
    /// How much of it there is, in words.
    pub(super) amount: String,
}

impl<'a> Standing<'a> {
    /// `count` of `item`, whose price is that of an hour.
    pub(crate) fn hourly(
        key: &'static str,
        label: &'static str,
        item: &'a str,
        count: i64,
        amount: String,
    ) -> Self {
        Self::monthly(key, label, item, count * HOURS, amount)
    }

    /// `count` of `item`, whose price is that of a month.
    pub(crate) fn monthly(
        key: &'static str,
        label: &'static str,
        item: &'a str,
        count: i64,
        amount: String,
    ) -> Self {
        Self {
            key,
            label,
            item,
            units: count,
            amount,
        }
    }
}
