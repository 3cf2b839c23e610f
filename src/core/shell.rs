//! Words as a shell takes them, for commands that are shown to be copied.

/// `text` as one word of a POSIX shell: quoted where it must be.
#[must_use]
pub fn word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./+,:@%=".contains(c));
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(word(text), expected);
    }

    #[test]
    fn a_text_is_one_word() {
        check("../a-b_c/d.zip", "../a-b_c/d.zip");
        check("my folder", "'my folder'");
        check("it's $(id)", r"'it'\''s $(id)'");
        check("~", "'~'");
        check("", "''");
    }
}
