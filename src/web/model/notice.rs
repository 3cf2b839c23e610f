//! What the page tells somebody beside their work, until they close it.

use std::rc::Rc;

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What is the case, and what became of the work.
    pub(crate) text: String,
    /// One by one: keys that were dropped, places in a file.
    pub(crate) details: Vec<String>,
    /// Whether it says that something failed.
    pub(crate) is_failure: bool,
    /// What could not be read, to be downloaded.
    pub(crate) unread: Option<Rc<str>>,
}

impl Notice {
    /// That something is so.
    #[must_use]
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            details: Vec::new(),
            is_failure: false,
            unread: None,
        }
    }

    /// That something didn't happen.
    #[must_use]
    pub(crate) fn failure(text: impl Into<String>) -> Self {
        Self {
            is_failure: true,
            ..Self::plain(text)
        }
    }

    /// The same with what it is about, one by one.
    #[must_use]
    pub(crate) fn with(self, details: Vec<String>) -> Self {
        Self { details, ..self }
    }

    /// That the second part of the page can't be loaded. It goes once that is there after all.
    #[must_use]
    pub(crate) fn not_loaded() -> Self {
        Self::failure(
            "A part of the page could not be loaded: files, prices, links and the download are missing. Your work is \
             safe. To try again, use one of them.",
        )
    }
}
