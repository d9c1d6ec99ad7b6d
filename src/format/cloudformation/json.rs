//! JSON as `Fn::ToJsonString` writes it: compact, unknown parts as holes within quotes, so that a policy can be read
//! again.

use super::stack::{as_text, unknown_of};
use crate::value::{Node, Piece, TextPen, Value};

/// How long a text may grow before it is left.
const LONGEST: usize = 10 << 20;

/// Writes `node` as JSON.
pub(super) fn write(pen: &mut TextPen, node: &Node) {
    if pen.len() > LONGEST {
        return;
    }
    match &node.value {
        Value::Null => pen.known("null"),
        Value::Bool(_) | Value::Number(_) => pen.known(&as_text(node).unwrap_or_default()),
        Value::String(text) => quoted(pen, text),
        Value::Text(text) => {
            pen.known("\"");
            for piece in text.pieces() {
                match piece {
                    Piece::Known(known) => pen.known(&escaped(known)),
                    hole => pen.piece(hole),
                }
            }
            pen.known("\"");
        }
        Value::Unknown(_) | Value::Redacted => {
            pen.known("\"");
            unknown_of(node).into_iter().for_each(|unknown| pen.hole(unknown));
            pen.known("\"");
        }
        Value::List(items) => {
            pen.known("[");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    pen.known(",");
                }
                write(pen, item);
            }
            pen.known("]");
        }
        Value::Map(entries) => {
            pen.known("{");
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    pen.known(",");
                }
                quoted(pen, &entry.key);
                pen.known(":");
                write(pen, &entry.value);
            }
            pen.known("}");
        }
    }
}

fn quoted(pen: &mut TextPen, text: &str) {
    pen.known("\"");
    pen.known(&escaped(text));
    pen.known("\"");
}

fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            '\0'..='\u{1f}' => result.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => result.push(other),
        }
    }
    result
}
