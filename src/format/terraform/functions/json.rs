//! JSON as Terraform writes it: compact, keys in order, and safe to stand in HTML. Unknown parts are holes within quotes,
//! so that a policy that was encoded can be read again.

use super::args::{MOST_BYTES, Stop, within};
use super::values::{number_text, why_unknown};
use crate::value::{Node, Piece, TextPen, Value};

/// Writes `node` as JSON.
pub(super) fn write(pen: &mut TextPen, node: &Node) -> Result<(), Stop> {
    within(pen.len(), MOST_BYTES)?;
    match &node.value {
        Value::Null => pen.known("null"),
        Value::Bool(flag) => pen.known(if *flag { "true" } else { "false" }),
        Value::Number(number) => pen.known(&number_text(*number)),
        Value::String(text) => pen.known(&quoted(text)),
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
            why_unknown(node).into_iter().for_each(|unknown| pen.hole(unknown));
            pen.known("\"");
        }
        Value::List(items) => {
            pen.known("[");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    pen.known(",");
                }
                write(pen, item)?;
            }
            pen.known("]");
        }
        Value::Map(_) => {
            pen.known("{");
            for (at, entry) in super::values::map_of(node)?.into_iter().enumerate() {
                if at > 0 {
                    pen.known(",");
                }
                pen.known(&quoted(&entry.key));
                pen.known(":");
                write(pen, &entry.value)?;
            }
            pen.known("}");
        }
    }
    Ok(())
}

/// `node` as JSON, where it is wholly known.
pub(super) fn text(node: &Node) -> Result<String, Stop> {
    if let Some(unknown) = super::values::first_unknown(node) {
        return Err(Stop::Unknown(unknown));
    }
    let mut pen = TextPen::default();
    write(&mut pen, node)?;
    match pen.finish() {
        Value::String(text) => Ok(text.to_string()),
        _ => super::args::wrong("the value cannot be written"),
    }
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
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
            '\u{8}' => result.push_str("\\b"),
            '\u{c}' => result.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                result.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => result.push(other),
        }
    }
    result
}
