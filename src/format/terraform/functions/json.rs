//! JSON as Terraform writes it: compact, keys in order, and safe to stand in HTML.

use super::args::{MOST_BYTES, Stop, within};
use crate::value::{JsonStyle, Node, TextPen, Value, json_quoted};

const STYLE: JsonStyle = JsonStyle { sorted: true, html_safe: true, longest: MOST_BYTES };

/// Writes `node` as JSON.
pub(super) fn write(pen: &mut TextPen, node: &Node) -> Result<(), Stop> {
    pen.json(node, STYLE);
    within(pen.len(), MOST_BYTES)
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
    json_quoted(text, STYLE.html_safe)
}
