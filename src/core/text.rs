//! Text from outside: its encoding, and the characters in it that nobody sees.

/// Whether a reader can't see `c`, or sees what stands around it in another order: control characters, line and
/// paragraph separators, marks of direction, and all that Unicode says may be left undrawn (Default_Ignorable_Code_Point),
/// such as zero-width spaces, fillers, tags and variation selectors.
///
/// Source: Unicode 17.0, `DerivedCoreProperties.txt`; U+FFF9 to U+FFFB, interlinear annotations, are of category Cf.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// `text` with each hidden character as its code, such as `\u{202e}` or `\n`: for a terminal, a page or a comment.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    shown
}

/// The same, but lines stay lines.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// Adds `c`, as its code where it is hidden.
pub(crate) fn push_visible(text: &mut String, c: char) {
    if is_hidden(c) {
        text.extend(c.escape_default());
    } else {
        text.push(c);
    }
}

/// Why bytes can't be read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Neither UTF-8, nor UTF-16 by its first bytes.
    #[error("not UTF-8: byte {0} begins no character")]
    Utf8(usize),
    /// UTF-16 by its first bytes, but not to its end.
    #[error("not UTF-16, as which it begins: byte {0} begins no character")]
    Utf16(usize),
    /// UTF-32, which nothing here writes.
    #[error("UTF-32, which is not read")]
    Utf32,
}

impl NotText {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        "save it as UTF-8; in PowerShell `… | Out-File -Encoding utf8 FILE` in place of `… > FILE`"
    }
}

/// Reads `bytes` as UTF-8, or as UTF-16 in either byte order, as Windows PowerShell's `>` writes it. A byte order mark is
/// left out; without one, UTF-16 shows by the zero in its first character, since specs, states and lists begin in ASCII.
///
/// # Errors
/// If it is neither.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..]
        | [0, 0, 0xfe, 0xff, ..]
        | [1..=0xff, 0, 0, 0, ..]
        | [0, 0, 0, 1..=0xff, ..] => Err(NotText::Utf32),
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, 2, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, 2, u16::from_be_bytes),
        [1..=0xff, 0, ..] => decode_utf16(bytes, 0, u16::from_le_bytes),
        [0, 1..=0xff, ..] => decode_utf16(bytes, 0, u16::from_be_bytes),
        _ => {
            let text =
                std::str::from_utf8(bytes).map_err(|error| NotText::Utf8(error.valid_up_to()))?;
            Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
        }
    }
}

/// Reads `bytes`, which begin at `start` of the file, as UTF-16.
fn decode_utf16(
    bytes: &[u8],
    start: usize,
    unit: impl Fn([u8; 2]) -> u16,
) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut at = start;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let c = decoded.map_err(|_| NotText::Utf16(at))?;
        at += c.len_utf16() * 2;
        text.push(c);
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(NotText::Utf16(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown_as_their_codes() {
        assert_eq!(
            visible("a\u{202e}b\u{200b}\n\u{1b}[31m\u{e0041}\u{3164}"),
            r"a\u{202e}b\u{200b}\n\u{1b}[31m\u{e0041}\u{3164}"
        );
        assert_eq!(visible_lines("a\u{2066}\nb\r"), "a\\u{2066}\nb\\r");
        // What is seen stays: letters of any script, spaces, symbols.
        for plain in ["é Ω 漢字 ✓ …", "a b\\c`d", "नमस्ते"] {
            assert_eq!(visible(plain), plain);
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, NotText>) {
        assert_eq!(decode(bytes).as_deref().map_err(|&error| error), expected);
    }

    fn utf16(text: &str, unit: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn utf_8_and_utf_16_are_read_with_and_without_a_mark() {
        for text in ["", "a", "version = 1\r\nproject = \"é😀\"\r\n"] {
            check(text.as_bytes(), Ok(text));
            let marked = format!("\u{feff}{text}");
            check(marked.as_bytes(), Ok(text));
            check(&utf16(&marked, u16::to_le_bytes), Ok(text));
            check(&utf16(&marked, u16::to_be_bytes), Ok(text));
            check(&utf16(text, u16::to_le_bytes), Ok(text));
            check(&utf16(text, u16::to_be_bytes), Ok(text));
        }
    }

    #[test]
    fn what_is_no_text_says_where_it_ends_to_be_one() {
        check(b"ab\xff", Err(NotText::Utf8(2)));
        // Cut in a character, and half of a pair.
        check(b"\xff\xfea\0b", Err(NotText::Utf16(4)));
        check(b"a\0b", Err(NotText::Utf16(2)));
        check(b"\xfe\xff\0a\xd8\0\0b", Err(NotText::Utf16(4)));
        for bytes in [
            &b"\xff\xfe\0\0a\0\0\0"[..],
            b"\0\0\xfe\xff\0\0\0a",
            b"a\0\0\0b\0\0\0",
            b"\0\0\0a\0\0\0b",
        ] {
            check(bytes, Err(NotText::Utf32));
        }
    }
}
