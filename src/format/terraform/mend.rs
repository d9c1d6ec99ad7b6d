//! Two texts that Terraform accepts and `hcl-edit` refuses, changed without moving a byte: a line break inside the
//! value of a `for` object, and a key written twice in an object.

use std::collections::BTreeMap;

use hcl_edit::structure::Body;

/// How many keys written twice are mended in one block.
const MOST: usize = 200;

/// The parsed text and, by offset, the keys that were renamed to get there; none if it is beyond mending.
pub(super) fn body(text: &str) -> Option<(Body, BTreeMap<usize, String>)> {
    let mut mended = join_for_lines(text);
    let mut renamed = BTreeMap::new();
    for round in 0..MOST {
        let error = match hcl_edit::parser::parse_body(&mended) {
            Ok(body) => return Some((body, renamed)),
            Err(error) => error,
        };
        if !error.message().contains("redefined object key") {
            return None;
        }
        let (start, name) = key_at(&mended, error.location().offset())?;
        let stand_in = stand_in(name.len(), round)?;
        let at = if mended.as_bytes().get(start) == Some(&b'"') { start + 1 } else { start };
        renamed.insert(start, name.clone());
        mended.replace_range(at..at + name.len(), &stand_in);
    }
    None
}

/// The key that stands at `offset` or is the nearest before it, and where it begins.
fn key_at(text: &str, offset: usize) -> Option<(usize, String)> {
    let rest = text.get(offset..)?;
    let start = offset + (rest.len() - rest.trim_start().len());
    let key = text.get(start..)?;
    let name: String = match key.strip_prefix('"') {
        Some(quoted) => quoted.chars().take_while(|c| *c != '"').collect(),
        None => key.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-').collect(),
    };
    (!name.is_empty() && !name.contains("${")).then_some((start, name))
}

/// A name of `length` bytes that nobody writes.
fn stand_in(length: usize, round: usize) -> Option<String> {
    let mut left = round;
    let mut name: Vec<u8> = Vec::with_capacity(length);
    for at in 0..length {
        let alphabet: &[u8] = if at == 0 { b"QZXJKVWY" } else { b"Q0Z9X8J7" };
        name.push(*alphabet.get(left % alphabet.len())?);
        left /= alphabet.len();
    }
    (left == 0).then(|| String::from_utf8(name).ok()).flatten()
}

/// Blanks in place of the line breaks and comments directly inside `{ for … }`.
fn join_for_lines(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut stack: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let inside = stack.last() == Some(&true);
        match byte {
            b'{' => {
                let rest = text.get(at + 1..).unwrap_or("").trim_start();
                stack.push(rest.strip_prefix("for").is_some_and(|rest| rest.starts_with([' ', '\t', '\n'])));
            }
            b'[' | b'(' => stack.push(false),
            b'}' | b']' | b')' => {
                stack.pop();
            }
            b'"' => {
                at = end_of_string(&bytes, at);
                continue;
            }
            b'#' => at = comment(&mut bytes, at, inside),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = comment(&mut bytes, at, inside),
            b'\n' | b'\r' if inside => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = b' ';
                }
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// To the last byte of a line comment, blanked when `blank`.
fn comment(bytes: &mut [u8], from: usize, blank: bool) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get_mut(at).filter(|byte| **byte != b'\n') {
        if blank {
            *byte = b' ';
        }
        at += 1;
    }
    at.saturating_sub(1)
}

/// One past a quoted text's end; interpolations are passed by their braces.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    let mut depth = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'{' if depth > 0 || matches!(bytes.get(at - 1), Some(b'$' | b'%')) => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'"' if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_before_a_question_mark_in_a_for_object_is_accepted() {
        let text = "x = { for k, v in y : k =>\n  v == null # why\n  ? { a = 1\n b = 2 }\n  : null\n}";
        assert!(hcl_edit::parser::parse_body(text).is_err());
        assert!(body(text).is_some());
    }

    #[test]
    fn a_key_written_twice_is_accepted() {
        let text = "x = {\n  a = 1\n  a = 2\n  \"b c\" = 1\n  \"b c\" = 2\n a = 3\n}";
        let (_, renamed) = body(text).unwrap();
        assert_eq!(renamed.values().collect::<Vec<_>>(), ["a", "b c", "a"]);
    }
}
