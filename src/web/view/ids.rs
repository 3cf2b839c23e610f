//! The `id`s by which keys find what they press.

use composer_core::Severity;

/// The button that downloads.
pub(crate) const DOWNLOAD: &str = "download";

/// The button that leads to the earlier change.
pub(crate) const PREVIOUS_CHANGE: &str = "previous-change";

/// The button that leads to the later change.
pub(crate) const NEXT_CHANGE: &str = "next-change";

/// The field that searches.
pub(crate) const SEARCH: &str = "search";

/// The heading of the problems of a severity.
pub(super) fn problems_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "problems-errors",
        Severity::Warning => "problems-warnings",
        Severity::Advice => "problems-advice",
    }
}
