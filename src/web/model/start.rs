//! What the page starts with: what the address leads to, else what the browser's storage has kept, else the first preset.

use composer_core::link::{self, NoLink};

use crate::model::capabilities::Capabilities;
use crate::model::notice::Notice;
use crate::model::opening::{Opening, from_kept, from_link};
use crate::model::session;
use crate::model::state::State;

/// The state at the start: `address` is the fragment of the address, `kept` the storage's entry, `session` what this tab
/// remembers of itself. What of the entry can't be read
/// is given to `put_aside`, which answers under which key it stays, or why it doesn't.
pub(crate) fn start(
    capabilities: Capabilities,
    address: &str,
    kept: Option<&str>,
    put_aside: PutAside,
    session: Option<&str>,
) -> State {
    let (kept, unread) = match kept.map(|kept| open_kept(kept, put_aside)) {
        Some(Ok(kept)) => (Some(kept), None),
        Some(Err(unread)) => (None, Some(unread)),
        None => (None, None),
    };
    let state = start_from(capabilities, address, kept);
    let state = match session {
        Some(session) => session::restore(state, session),
        None => state,
    };
    match unread {
        // This is the notice even where there is another: the next change replaces the entry.
        Some(unread) => state.with_notice(unread),
        None => state,
    }
}

/// Keeps a text that could not be read, and answers with its key in the storage.
pub(crate) type PutAside = fn(&str) -> Result<String, String>;

fn start_from(capabilities: Capabilities, address: &str, kept: Option<Opening>) -> State {
    let restored = |kept: Option<Opening>| match kept {
        Some(kept) => State::from_opening(kept, capabilities),
        None => State::initial(capabilities),
    };
    if !link::is_meant(address) {
        let is_restored = kept.is_some();
        let state = restored(kept);
        return match state.notice {
            None if is_restored => state.with_notice(Notice::plain(
                "This is your work from last time, which this browser has kept.",
            )),
            _ => state,
        };
    }
    match from_link(address) {
        Ok(opening) => match kept {
            // Somebody's link must not cost the work that was here.
            Some(kept) if kept.spec != opening.spec => {
                State::from_opening(kept, capabilities).open(opening)
            }
            _ => State::from_opening(opening, capabilities),
        },
        Err(error) => {
            let shown = match &kept {
                Some(_) => "The page shows your work from last time.",
                None => "The page shows the preset standard.",
            };
            restored(kept).with_notice(broken(address, &error, shown))
        }
    }
}

/// Opens what was put into the address by hand.
///
/// # Errors
/// Where it is no link that can be read.
pub(crate) fn open_link(address: &str) -> Result<Opening, Notice> {
    from_link(address).map_err(|error| broken(address, &error, "Your composition stays as it is."))
}

fn broken(address: &str, error: &NoLink, shown: &str) -> Notice {
    Notice {
        // The next change replaces it in the address.
        unread: Some(address.into()),
        ..Notice::failure(format!("The link can't be opened: {error}. {shown}"))
    }
}

/// Opens the storage's entry. Where not all of it can be read, it is put aside: the next change replaces the entry.
fn open_kept(text: &str, put_aside: PutAside) -> Result<Opening, Notice> {
    let opened = from_kept(text);
    let notice = match &opened {
        Ok(opening) => opening.notice.clone(),
        Err(notice) => Some(notice.clone()),
    };
    let Some(unread) = notice.filter(|notice| notice.unread.is_some()) else {
        return opened;
    };
    let how = if opened.is_ok() {
        "only in part"
    } else {
        "not"
    };
    let place = match put_aside(text) {
        Ok(key) => format!("It stays in the browser's storage as `{key}`."),
        Err(reason) => {
            format!(
                "The next change overwrites it, because the browser can't keep a copy ({reason})."
            )
        }
    };
    let notice = Notice {
        text: format!("Your work from last time could {how} be read. {place}"),
        ..unread
    };
    match opened {
        Ok(opening) => Ok(Opening {
            notice: Some(notice),
            ..opening
        }),
        Err(_) => Err(notice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::presets;

    #[track_caller]
    fn check(
        address: &str,
        kept: Option<&str>,
        project: &str,
        notice: Option<&str>,
        undo: Option<&str>,
    ) {
        let state = start(
            Capabilities::FULL,
            address,
            kept,
            |_| Err("full".to_owned()),
            None,
        );
        let at = composer_core::FieldPath::of(&["project"]);
        assert_eq!(state.spec.get(&at), Some(&project.into()));
        assert_eq!(
            state.notice.as_ref().map(|notice| notice.text.as_str()),
            notice
        );
        assert_eq!(state.undo_label(), undo);
    }

    const MINE: &str = "v=1&preset=standard&project=mine";
    const YOURS: &str = "#v=1&preset=standard&project=yours";

    #[test]
    fn the_address_comes_before_the_storage_and_that_before_the_default() {
        check("", None, "temporal", None, None);
        check("#options", None, "temporal", None, None);
        check(YOURS, None, "yours", None, None);
        let restored = "This is your work from last time, which this browser has kept.";
        check("", Some(MINE), "mine", Some(restored), None);
        check(&format!("#{MINE}"), Some(MINE), "mine", None, None);
    }

    #[test]
    fn what_is_too_long_for_a_link_is_kept_as_a_file() {
        let mut spec = presets::PRESETS[0].spec();
        let at = composer_core::FieldPath::of(&["project"]);
        spec.set(at, "mine".into()).unwrap();
        let restored = "This is your work from last time, which this browser has kept.";
        check("", Some(&spec.to_toml()), "mine", Some(restored), None);
    }

    #[test]
    fn a_link_costs_nothing_of_what_was_here() {
        check(
            YOURS,
            Some(MINE),
            "yours",
            Some("Opened a link. Undo brings back what you had before."),
            Some("Opened a link"),
        );
    }

    #[test]
    fn a_broken_link_says_so_and_what_is_shown() {
        let why =
            "The link can't be opened: it has version `9`, but this program reads version 1. ";
        let default = format!("{why}The page shows the preset standard.");
        check(
            "#v=9&preset=standard",
            None,
            "temporal",
            Some(&default),
            None,
        );
        let kept = format!("{why}The page shows your work from last time.");
        check(
            "#v=9&preset=standard",
            Some(MINE),
            "mine",
            Some(&kept),
            None,
        );
    }
}
