//! What is billed by use.

/// A line whose amount the load decides.
#[derive(Debug)]
pub(crate) struct Used {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) item: &'static str,
    /// What decides the amount.
    pub(super) decided_by: &'static str,
    /// By which name a file says what amount is expected.
    pub(super) expected_as: &'static str,
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
        decided_by,
        expected_as: key,
    }
}

/// The data through interface endpoints.
pub(crate) const ENDPOINT_DATA: Used = used(
    "endpoint-data",
    "Data through endpoints",
    "endpoint-gb",
    "by use",
);

/// Every such line but those of parts.
#[rustfmt::skip] // one row a line
pub(crate) const USED: &[Used] = &[
    Used { expected_as: "prometheus-series", ..used("prometheus-samples", "Prometheus samples", "prometheus-10m-samples", "") },
    used("logs", "CloudWatch logs", "logs-gb", "by use"),
    used("log-storage", "CloudWatch log storage", "logs-gb-month", "by use"),
];
