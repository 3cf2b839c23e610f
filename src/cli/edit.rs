//! Changes values in the file of a spec.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use composer_core::Spec;
use composer_core::fix::Setting;
use composer_core::spec_edit::edited;

use crate::outcome::Stop;
use crate::write;

/// Makes `settings` in the file at `path`: all of them or none. `expected` is the spec that it then states.
///
/// # Errors
/// If the file is none that can be edited, or another program changed it.
pub(crate) fn file(path: &Path, settings: &[Setting], expected: &Spec) -> Result<()> {
    let old = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    let text = std::str::from_utf8(&old)
        .map_err(|_| Stop::Usage(format!("{} is not UTF-8: save it as UTF-8", path.display())))?;
    let bare = text.trim_start_matches('\u{feff}');
    if bare.trim_start().starts_with('{') {
        return Err(Stop::Usage(format!(
            "{} is JSON, but only TOML can be changed in place: nothing was written",
            path.display()
        ))
        .into());
    }
    let mark = &text[..text.len() - bare.len()];
    let new = format!("{mark}{}", edited(bare, settings, expected)?);
    write::replace(path, &old, new.as_bytes())
}
