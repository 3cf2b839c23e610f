//! Paths as a shell takes them, for commands that are shown to be copied.

use std::path::Path;

use composer_core::shell;

/// `path` as one word of a POSIX shell that is no option: quoted where it must be.
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
