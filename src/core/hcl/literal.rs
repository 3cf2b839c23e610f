//! Strings and keys as HCL writes them.

/// `text` as an HCL string literal; what would begin a template (`${`, `%{`) or end the string is escaped.
///
/// Source: HCL's native syntax specification, "Quoted literals". Written here since a composition has thousands of them: a test
/// reads them by hcl-rs.
pub(crate) fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_need_an_escape) {
        literal.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.bytes().take_while(|byte| b"$%".contains(byte)).count();
        if length == 0 {
            escape(rest.as_bytes()[0], &mut literal);
            rest = &rest[1..];
        } else {
            signs(
                &rest[..length],
                rest[length..].starts_with('{'),
                &mut literal,
            );
            rest = &rest[length..];
        }
    }
    literal.push_str(rest);
    literal.push('"');
    literal
}

fn may_need_an_escape(byte: u8) -> bool {
    byte < b' ' || b"\"\\$%".contains(&byte)
}

fn escape(byte: u8, literal: &mut String) {
    match byte {
        b'"' => literal.push_str("\\\""),
        b'\\' => literal.push_str("\\\\"),
        b'\n' => literal.push_str("\\n"),
        b'\r' => literal.push_str("\\r"),
        b'\t' => literal.push_str("\\t"),
        _ => literal.push_str(&format!("\\u{byte:04x}")),
    }
}

/// Signs in a row, of which the last begins a template where a brace follows. That one is doubled. Those before it have codes:
/// they would be read as the half of a double sign.
fn signs(signs: &str, has_brace: bool, literal: &mut String) {
    if has_brace {
        let (before, last) = signs.split_at(signs.len() - 1);
        for byte in before.bytes() {
            literal.push_str(&format!("\\u{byte:04x}"));
        }
        literal.push_str(last);
        literal.push_str(last);
    } else {
        literal.push_str(signs);
    }
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
