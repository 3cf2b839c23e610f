//! Quotes paths for commands that a user may copy.

use std::path::Path;

use composer_core::shell;

/// `path` as one word of a POSIX shell, quoted if necessary, that no command takes for an option.
pub(crate) fn word(path: &Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') {
        shell::word(&format!("./{text}"))
    } else {
        shell::word(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_no_option() {
        assert_eq!(word(Path::new("-rf")), "./-rf");
        assert_eq!(word(Path::new("my folder")), "'my folder'");
    }
}
