//! Strings and keys as HCL writes them.

/// `text` as an HCL string literal; what would begin a template (`${`, `%{`) or end the string is escaped.
///
/// hcl-rs escapes it, but for one case: of several signs before a brace, as in `$${`, it takes the first two for a sign that
/// is escaped already, and leaves the template. So those before the last sign are written as codes.
pub(crate) fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    if !has_special(text) {
        literal.push_str(text);
        literal.push('"');
        return literal;
    }
    let mut done = 0;
    for (brace, _) in text.match_indices('{') {
        let before = text[done..brace].trim_end_matches(['$', '%']);
        let last_sign = brace.saturating_sub(1);
        let signs = done + before.len()..last_sign;
        if !signs.is_empty() {
            literal.push_str(&escaped(before));
            for sign in text[signs].bytes() {
                literal.push_str(&format!("\\u{sign:04x}"));
            }
            done = last_sign;
        }
    }
    literal.push_str(&escaped(&text[done..]));
    literal.push('"');
    literal
}

/// Whether a byte of `text` [`is_special`]. Most texts have none, and each tree has thousands: to look at all bytes is faster
/// than to look at one after the other until one is found.
fn has_special(text: &str) -> bool {
    text.bytes()
        .fold(false, |found, byte| found | is_special(byte))
}

/// Whether a text with `byte` may be another one as a literal.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | b'{') || !(b' '..=b'~').contains(&byte)
}

/// `text` as hcl-rs writes it between quotes. As a text, not as an expression: the page would carry the printing of all
/// others, too.
fn escaped(text: &str) -> String {
    let literal = hcl::format::to_string(&text.to_owned()).expect("a string formats into memory");
    let inside = literal
        .trim_end_matches('\n')
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.expect("a string has quotes").to_owned()
}

/// A key of an object: bare where it is an identifier, else as a string.
pub(crate) fn key(text: &str) -> String {
    if is_identifier(text) {
        text.to_owned()
    } else {
        string(text)
    }
}

/// Whether `text` is a name in HCL; one of other letters than ASCII's is none here.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes `text` as `expected`, and reads it back.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let literal = string(text);
        assert_eq!(literal, expected);
        assert_eq!(read(&literal), text, "{literal}");
    }

    fn read(literal: &str) -> String {
        let body: hcl::Body = hcl::from_str(&format!("a = {literal}\n")).unwrap();
        let attribute = body.into_attributes().next().unwrap();
        match attribute.expr {
            hcl::Expression::String(text) => text,
            other => panic!("{literal} is {other:?}"),
        }
    }

    #[test]
    fn a_string_is_read_back_and_begins_no_template() {
        check("plain text", r#""plain text""#);
        check("", r#""""#);
        check("für 5 €", r#""für 5 €""#);
        check("a\"b\\c", r#""a\"b\\c""#);
        check("a\nb\tc\rd\u{1}", r#""a\nb\tc\rd\u0001""#);
        check("5 % of $ 3", r#""5 % of $ 3""#);
        check("${a}", r#""$${a}""#);
        check("x%{if a}", r#""x%%{if a}""#);
        check("$%{a}", r#""\u0024%%{a}""#);
        check("${a$%{b", r#""$${a\u0024%%{b""#);
        check("$${a}", r#""\u0024$${a}""#);
        check("$$ %% {", r#""$$ %% {""#);
    }

    #[test]
    fn a_string_of_any_signs_is_read_back() {
        // All texts of five of these characters.
        let signs = ['$', '%', '{', '"', '\\', 'a'];
        for number in 0..signs.len().pow(5) {
            let at = |place: u32| signs[number / signs.len().pow(place) % signs.len()];
            let text: String = (0..5).map(at).collect();
            assert_eq!(read(&string(&text)), text);
        }
    }
}
