//! Bicep's words, numbers, texts and signs, each with its place. A line break is a token: it ends a statement.

use std::ops::Range;
use std::sync::Arc;

/// How deep texts may stand in texts.
const DEEPEST: usize = 16;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Tok,
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug)]
pub enum Tok {
    Word(Arc<str>),
    Number(f64),
    Text(Vec<Piece>),
    Sign(&'static str),
    Line,
    /// What Bicep has no use for.
    Bad,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    Known(String),
    Tokens(Vec<Token>),
}

/// Longer ones first.
const SIGNS: &[&str] = &[
    "...", "=>", "==", "!=", "=~", "!~", "<=", ">=", "&&", "||", "??", "::", ".?", "[?", "{", "}", "(", ")", "[", "]",
    ",", ":", ".", "?", "=", "<", ">", "+", "-", "*", "/", "%", "!", "@", "|",
];

/// The tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, depth: 0 };
    lexer.until(None)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Tokens up to the end, or to the `}` that closes what is embedded in a text.
    fn until(&mut self, closed_by: Option<char>) -> Vec<Token> {
        let mut found = Vec::new();
        let mut open = 0usize;
        while let Some(first) = self.rest().chars().next() {
            if closed_by == Some(first) && open == 0 {
                break;
            }
            let start = self.at;
            let Some(kind) = self.next(first) else { continue };
            match kind {
                Tok::Sign("{") => open += 1,
                Tok::Sign("}") => open = open.saturating_sub(1),
                _ => {}
            }
            found.push(Token { kind, range: start..self.at });
        }
        found
    }

    /// The token that begins with `first`; none for space and comments. It always takes at least one character.
    fn next(&mut self, first: char) -> Option<Tok> {
        let rest = self.rest();
        if first == '\n' {
            self.at += 1;
            return Some(Tok::Line);
        }
        if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
            return None;
        }
        if rest.starts_with("//") || first == '#' {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return None;
        }
        if rest.starts_with("/*") {
            self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            return None;
        }
        if rest.starts_with("'''") {
            return Some(self.raw());
        }
        if first == '\'' {
            self.at += 1;
            return Some(self.text());
        }
        if first.is_ascii_digit() {
            let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
            let number = rest.get(..end).and_then(|digits| digits.parse().ok());
            self.at += end;
            return Some(number.map_or(Tok::Bad, Tok::Number));
        }
        if first.is_alphabetic() || first == '_' {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let word = Arc::from(rest.get(..end).unwrap_or(""));
            self.at += end;
            return Some(Tok::Word(word));
        }
        match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => {
                self.at += sign.len();
                Some(Tok::Sign(sign))
            }
            None => {
                self.at += first.len_utf8();
                Some(Tok::Bad)
            }
        }
    }

    /// `'''…'''`, as it stands; a line break right after the beginning does not count.
    fn raw(&mut self) -> Tok {
        self.at += 3;
        let rest = self.rest();
        let Some(end) = rest.find("'''") else {
            self.at = self.text.len();
            return Tok::Bad;
        };
        // more quotes than three belong to the text
        let more = rest.get(end + 3..).unwrap_or("").chars().take_while(|sign| *sign == '\'').count();
        let inside = rest.get(..end + more).unwrap_or("");
        let inside = inside.strip_prefix("\r\n").or_else(|| inside.strip_prefix('\n')).unwrap_or(inside);
        let text = Tok::Text(vec![Piece::Known(inside.to_owned())]);
        self.at += end + more + 3;
        text
    }

    /// `'a${b}c'`, after its first quote; it ends with its line.
    fn text(&mut self) -> Tok {
        let mut pieces = Vec::new();
        let mut known = String::new();
        loop {
            let Some(letter) = self.rest().chars().next().filter(|letter| *letter != '\n') else { return Tok::Bad };
            self.at += letter.len_utf8();
            match letter {
                '\'' => {
                    if !known.is_empty() || pieces.is_empty() {
                        pieces.push(Piece::Known(known));
                    }
                    return Tok::Text(pieces);
                }
                '\\' => known.push_str(&self.escape()),
                '$' if self.rest().starts_with('{') => {
                    self.at += 1;
                    if self.depth >= DEEPEST {
                        return Tok::Bad;
                    }
                    if !known.is_empty() {
                        pieces.push(Piece::Known(std::mem::take(&mut known)));
                    }
                    self.depth += 1;
                    let inner = self.until(Some('}'));
                    self.depth -= 1;
                    if !self.rest().starts_with('}') {
                        return Tok::Bad;
                    }
                    self.at += 1;
                    pieces.push(Piece::Tokens(inner));
                }
                letter => known.push(letter),
            }
        }
    }

    fn escape(&mut self) -> String {
        let Some(letter) = self.rest().chars().next() else { return String::new() };
        if let Some((digits, _)) = self.rest().strip_prefix("u{").and_then(|code| code.split_once('}'))
            && let Some(meant) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
        {
            self.at += digits.len() + 3;
            return meant.to_string();
        }
        if letter == '\n' {
            return String::new();
        }
        self.at += letter.len_utf8();
        match letter {
            'n' => "\n".to_owned(),
            'r' => "\r".to_owned(),
            't' => "\t".to_owned(),
            other => other.to_string(),
        }
    }
}
