//! Strings and keys as HCL writes them.

/// `text` as an HCL string literal; what would begin a template (`${`, `%{`) or end the string is escaped.
pub(crate) fn string(text: &str) -> String {
    // As a text, not as an expression: the page would carry the printing of all others, too.
    let mut literal =
        hcl::format::to_string(&text.to_owned()).expect("a string formats into memory");
    while literal.ends_with('\n') {
        literal.pop();
    }
    literal
}

/// A key of an object: bare where it is an identifier, else as a string.
pub(crate) fn key(text: &str) -> String {
    let is_identifier = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_identifier {
        text.to_owned()
    } else {
        string(text)
    }
}
