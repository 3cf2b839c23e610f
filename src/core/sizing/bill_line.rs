//! What is billed by the hour or the month, whatever the load.

/// The hours that a month is reckoned as, as AWS does.
pub(crate) const HOURS: i64 = 730;

/// What is billed on top when something is done.
#[derive(Debug)]
pub(crate) enum OnTop {
    /// Something with a price.
    BillLine(BillLine),
    /// Something whose amount depends on how long it takes.
    Timed {
        /// A stable name, such as `setup-tasks`.
        key: &'static str,
        /// What it is called.
        label: &'static str,
        /// How much of it there is, in words.
        amount: &'static str,
        /// AWS's page with its price in each region.
        price_page: &'static str,
    },
}

/// A line of a bill: so many units of something with a price.
#[derive(Debug)]
pub(crate) struct BillLine {
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
