//! The link to a composition.

use composer_core::changes::Changes;
use composer_core::{Spec, link, presets};

/// The link to a composition, as a fragment without its `#`. Empty where it would be too long to be read.
#[must_use]
pub(crate) fn fragment(spec: &Spec, preset: &str) -> String {
    let changes = match presets::find(preset) {
        Some(preset) => Changes::between(preset, spec),
        None => Changes::nearest(spec),
    };
    let mut fragment = link::write(&changes);
    if fragment.len() > link::MAX_BYTES {
        fragment.clear();
    }
    fragment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_would_be_too_long_to_be_read_is_none() {
        let fits = |letters: usize| {
            let at = composer_core::FieldPath::of(&["tags", "a"]);
            let mut spec = presets::PRESETS[0].spec();
            spec.set(at, "é".repeat(letters).as_str().into()).unwrap();
            fragment(&spec, "standard").len()
        };
        // Two bytes of UTF-8 are six in an address.
        let around = "v=1&preset=standard&tags.a=".len();
        let most = (link::MAX_BYTES - around) / 6;
        assert_eq!(fits(most), around + 6 * most);
        assert_eq!(fits(most + 1), 0);
    }
}
