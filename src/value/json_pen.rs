//! Values as JSON: compact, unknown parts as holes within quotes, so that a policy that was encoded can be read again.

use crate::value::{Node, Piece, TextPen, Value, unknown_of};

/// How JSON is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonStyle {
    /// Keys in the order of their letters, not as they come.
    pub sorted: bool,
    /// Letters that HTML reads in a way of its own are escaped.
    pub html_safe: bool,
    /// How many bytes there may be before the rest is left out.
    pub longest: usize,
}

impl TextPen {
    /// Writes `node` as JSON.
    pub fn json(&mut self, node: &Node, style: JsonStyle) {
        if self.len() > style.longest {
            return;
        }
        match &node.value {
            Value::Null => self.known("null"),
            Value::Bool(flag) => self.known(if *flag { "true" } else { "false" }),
            // no minus before nought
            Value::Number(number) => self.known(&if *number == 0.0 { "0".to_owned() } else { number.to_string() }),
            Value::String(text) => self.known(&json_quoted(text, style.html_safe)),
            Value::Text(text) => {
                self.known("\"");
                for piece in text.pieces() {
                    match piece {
                        Piece::Known(known) => self.known(&escaped(known, style.html_safe)),
                        hole => self.piece(hole),
                    }
                }
                self.known("\"");
            }
            Value::Unknown(_) | Value::Redacted(_) => {
                self.known("\"");
                unknown_of(node).into_iter().for_each(|unknown| self.hole(unknown));
                self.known("\"");
            }
            Value::List(items) => {
                self.known("[");
                for (at, item) in items.iter().enumerate() {
                    self.known(if at > 0 { "," } else { "" });
                    self.json(item, style);
                }
                self.known("]");
            }
            Value::Map(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                if style.sorted {
                    entries.sort_by(|a, b| a.key.cmp(&b.key));
                }
                self.known("{");
                for (at, entry) in entries.into_iter().enumerate() {
                    self.known(if at > 0 { "," } else { "" });
                    self.known(&json_quoted(&entry.key, style.html_safe));
                    self.known(":");
                    self.json(&entry.value, style);
                }
                self.known("}");
            }
        }
    }
}

/// A JSON string.
pub fn json_quoted(text: &str, html_safe: bool) -> String {
    format!("\"{}\"", escaped(text, html_safe))
}

fn escaped(text: &str, html_safe: bool) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            '\u{8}' => result.push_str("\\b"),
            '\u{c}' => result.push_str("\\f"),
            '\0'..='\u{1f}' => result.push_str(&format!("\\u{:04x}", u32::from(character))),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if html_safe => {
                result.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => result.push(other),
        }
    }
    result
}
