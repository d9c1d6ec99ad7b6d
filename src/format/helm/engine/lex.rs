//! The words of an action, `{{ … }}`. See <https://pkg.go.dev/text/template#hdr-Actions>.

use std::ops::Range;
use std::rc::Rc;

/// What a word is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Tok {
    /// `if`, `include`, `true`.
    Word(Rc<str>),
    /// `.Values`.
    Field(Rc<str>),
    /// `$`, `$name`.
    Var(Rc<str>),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    Dot,
    Open,
    Close,
    Pipe,
    Comma,
    /// `:=`.
    Declare,
    /// `=`.
    Assign,
}

/// A word, its place in the file, and whether white space stands before it.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub tok: Tok,
    pub range: Range<usize>,
    pub spaced: bool,
}

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Piece {
    Text(Range<usize>),
    Action(Vec<Token>, Range<usize>),
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Bad {
    pub reason: String,
    pub at: Range<usize>,
}

fn bad<T>(reason: impl Into<String>, at: Range<usize>) -> Result<T, Bad> {
    Err(Bad { reason: reason.into(), at })
}

/// Takes a template apart into text and actions; trimmed white space is left out.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Bad> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut trim = false;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let (plain, action) = match rest.find("{{") {
            Some(open) => (at..at + open, Some(at + open)),
            None => (at..text.len(), None),
        };
        let inside = action.map(|open| open + 2);
        let trim_left = inside.and_then(|inside| text.get(inside..)).is_some_and(is_trim_mark);
        let range = trimmed(text, plain, trim, trim_left);
        if !range.is_empty() {
            found.push(Piece::Text(range));
        }
        let Some(open) = action else { return Ok(found) };
        let mut start = open + 2;
        if trim_left {
            start += 1;
        }
        let body = text.get(start..).unwrap_or("");
        let lead = body.len() - body.trim_start_matches(SPACE).len();
        if body.get(lead..).is_some_and(|rest| rest.starts_with("/*")) {
            let inner = start + lead;
            let Some(close) = text.get(inner..).and_then(|rest| rest.find("*/")) else {
                return bad("a comment is not closed", open..text.len());
            };
            let mut end = inner + close + 2;
            let tail = text.get(end..).unwrap_or("");
            let bare = tail.trim_start_matches(SPACE);
            trim = bare.starts_with("-}}") && bare.len() < tail.len();
            end += tail.len() - bare.len() + usize::from(trim);
            if !text.get(end..).is_some_and(|rest| rest.starts_with("}}")) {
                return bad("a comment ends before its action does", open..end);
            }
            at = end + 2;
            continue;
        }
        let (tokens, end, trim_right) = action_tokens(text, open, start)?;
        found.push(Piece::Action(tokens, open..end));
        trim = trim_right;
        at = end;
    }
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn is_trim_mark(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(SPACE))
}

fn trimmed(text: &str, range: Range<usize>, left: bool, right: bool) -> Range<usize> {
    let Some(plain) = text.get(range.clone()) else { return range };
    let mut range = range;
    let mut kept = plain;
    if left {
        kept = kept.trim_start_matches(SPACE);
        range.start = range.end - kept.len();
    }
    if right {
        kept = kept.trim_end_matches(SPACE);
        range.end = range.start + kept.len();
    }
    range
}

/// The words up to `}}`; where the action ends, and whether it trims what follows.
fn action_tokens(text: &str, open: usize, start: usize) -> Result<(Vec<Token>, usize, bool), Bad> {
    let mut tokens = Vec::new();
    let mut at = start;
    let mut spaced = false;
    loop {
        let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else {
            return bad("an action is not closed", open..text.len().min(open + 2));
        };
        if rest.starts_with("}}") {
            return Ok((tokens, at + 2, false));
        }
        if spaced && rest.starts_with("-}}") {
            return Ok((tokens, at + 3, true));
        }
        if rest.starts_with(SPACE) {
            spaced = true;
            at += 1;
            continue;
        }
        let (tok, length) = token(rest, at)?;
        tokens.push(Token { tok, range: at..at + length, spaced });
        spaced = false;
        at += length;
    }
}

fn token(rest: &str, at: usize) -> Result<(Tok, usize), Bad> {
    let mut letters = rest.chars();
    let first = letters.next().unwrap_or(' ');
    let second = letters.next().unwrap_or(' ');
    Ok(match first {
        '(' => (Tok::Open, 1),
        ')' => (Tok::Close, 1),
        '|' => (Tok::Pipe, 1),
        ',' => (Tok::Comma, 1),
        ':' if second == '=' => (Tok::Declare, 2),
        '=' => (Tok::Assign, 1),
        '"' => quoted(rest, at)?,
        '`' => match rest.get(1..).and_then(|rest| rest.find('`')) {
            Some(end) => (Tok::Text(Rc::from(rest.get(1..=end).unwrap_or("").replace('\r', ""))), end + 2),
            None => return bad("a raw text is not closed", at..at + 1),
        },
        '\'' => character(rest, at)?,
        '.' if second.is_ascii_digit() => number(rest, at)?,
        '.' => match word(rest.get(1..).unwrap_or("")) {
            "" => (Tok::Dot, 1),
            name => (Tok::Field(Rc::from(name)), 1 + name.len()),
        },
        '$' => {
            let name = word(rest.get(1..).unwrap_or(""));
            (Tok::Var(Rc::from(rest.get(..=name.len()).unwrap_or("$"))), 1 + name.len())
        }
        '0'..='9' => number(rest, at)?,
        '+' | '-' if second.is_ascii_digit() || second == '.' => number(rest, at)?,
        _ => match word(rest) {
            "" => return bad(format!("`{first}` cannot stand in an action"), at..at + first.len_utf8()),
            name => (Tok::Word(Rc::from(name)), name.len()),
        },
    })
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

fn quoted(rest: &str, at: usize) -> Result<(Tok, usize), Bad> {
    let mut end = 1;
    let bytes = rest.as_bytes();
    loop {
        match bytes.get(end) {
            Some(b'\\') => end += 2,
            Some(b'"') => break,
            Some(b'\n') | None => return bad("a text is not closed", at..at + 1),
            Some(_) => end += 1,
        }
    }
    match unquote(rest.get(1..end).unwrap_or("")) {
        Some(text) => Ok((Tok::Text(Rc::from(text)), end + 1)),
        None => bad("a text has an escape that Go does not know", at..at + end + 1),
    }
}

/// Go's escapes.
fn unquote(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        out.push(match letters.clone().next()? {
            escape @ ('x' | 'u' | 'U') => {
                let count = if escape == 'x' {
                    2
                } else if escape == 'u' {
                    4
                } else {
                    8
                };
                letters.next();
                let digits: String = letters.by_ref().take(count).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
            '0'..='7' => {
                let digits: String = letters.by_ref().take(3).collect();
                char::from_u32(u32::from_str_radix(&digits, 8).ok()?)?
            }
            other => {
                letters.next();
                match other {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'v' => '\u{b}',
                    '\\' | '"' | '\'' => other,
                    _ => return None,
                }
            }
        });
    }
    Some(out)
}

fn character(rest: &str, at: usize) -> Result<(Tok, usize), Bad> {
    let inner = rest.get(1..).unwrap_or("");
    let end =
        inner.char_indices().skip(1).find(|(at, letter)| *letter == '\'' && (*at > 1 || !inner.starts_with('\\')));
    let Some((end, _)) = end else { return bad("a character is not closed", at..at + 1) };
    match unquote(inner.get(..end).unwrap_or("")).and_then(|text| text.chars().next()) {
        Some(letter) => Ok((Tok::Int(i64::from(u32::from(letter))), end + 2)),
        None => bad("a character cannot be read", at..at + end + 2),
    }
}

fn number(rest: &str, at: usize) -> Result<(Tok, usize), Bad> {
    let mut end = usize::from(rest.starts_with(['+', '-']));
    let bytes = rest.as_bytes();
    while let Some(byte) = bytes.get(end) {
        let exponent = matches!(bytes.get(end - usize::from(end > 0)), Some(b'e' | b'E')) && end > 0;
        let sign = matches!(byte, b'+' | b'-') && exponent && !rest.starts_with("0x");
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || sign {
            end += 1;
        } else {
            break;
        }
    }
    let written = rest.get(..end).unwrap_or("").replace('_', "");
    match integer(&written).map(Tok::Int).or_else(|| written.parse().ok().map(Tok::Float)) {
        Some(tok) => Ok((tok, end)),
        None => bad(format!("`{written}` is no number"), at..at + end),
    }
}

/// Go's whole numbers: `0x1f`, `0o17`, `017`, `0b1`.
pub(in crate::format::helm) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let number = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -number } else { number })
}
