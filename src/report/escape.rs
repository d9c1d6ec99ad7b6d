//! Text from scanned files, made safe for a terminal: no control character reaches it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with control characters, and those that turn the direction of writing, spelled out. Tabs become spaces.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign == '\t' {
            safe.push_str("    ");
        } else if is_unsafe(sign) {
            let _ = write!(safe, "\\u{{{:x}}}", sign as u32);
        } else {
            safe.push(sign);
        }
    }
    Cow::Owned(safe)
}

fn is_unsafe(sign: char) -> bool {
    // bidirectional overrides and isolates, line separators, holes of unknown texts
    sign.is_control()
        || matches!(sign, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(sign, '\u{F0000}'..='\u{F0001}')
}

/// `text` cut to `most` characters, with a sign that it was.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or(text))),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_does_not_reach_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert_eq!(plain("ß = 1"), "ß = 1");
        assert_eq!(cut("abcdef", 3), "abc…");
    }
}
