//! Text of others inside markup.

/// For HTML and XML, as text and within quotes. Characters that XML forbids become U+FFFD, and marks that turn the direction of
/// what follows them are left out.
pub(super) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\t' | '\n' => escaped.push(letter),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ if letter.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Base64 with padding (RFC 4648, 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, place| {
            bits << 8 | u32::from(group.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]);
            text.push(if place <= group.len() { digit } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_escaped_is_markup() {
        assert_eq!(markup("<script a='\"'>&"), "&lt;script a=&#39;&quot;&#39;&gt;&amp;");
        assert_eq!(markup("a\0b\u{202e}c"), "a\u{fffd}bc");
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        let found = [&b""[..], b"f", b"foo", b"foobar", &[0xff, 0xfe]].map(base64);
        assert_eq!(found, ["", "Zg==", "Zm9v", "Zm9vYmFy", "//4="]);
    }
}
