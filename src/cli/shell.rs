//! Words as a shell takes them, for commands that are shown to be copied.

use std::path::Path;

/// `path` as one word of a POSIX shell that is no option: quoted where it must be.
pub(crate) fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let text = if text.starts_with('-') {
        format!("./{text}")
    } else {
        text
    };
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./+,:@%=".contains(c));
    if is_plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(word(Path::new(path)), expected);
    }

    #[test]
    fn a_path_is_one_word() {
        check("../a-b_c/d.zip", "../a-b_c/d.zip");
        check("my folder", "'my folder'");
        check("it's $(id)", r"'it'\''s $(id)'");
        check("-rf", "./-rf");
        check("~", "'~'");
    }
}
