//! What is billed by the hour or the month, whatever the load.

/// The hours that a month is reckoned as, as AWS does.
pub(crate) const HOURS: i64 = 730;

/// A line of a bill: so many units of something with a price.
#[derive(Debug)]
pub(crate) struct Counted {
    /// A stable name, such as `instances`.
    pub(crate) key: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// What has a price: a type of instances or nodes, or a key of `catalog/prices.rs`.
    pub(crate) item: String,
    /// How many units of it.
    pub(crate) units: i64,
    /// How much of it there is, in words.
    pub(crate) amount: String,
}
