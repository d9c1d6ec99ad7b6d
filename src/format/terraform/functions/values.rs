//! Values as a function wants them: converted as Terraform converts, or stopped where they are unknown.

use std::sync::Arc;

use super::args::{Stop, wrong};
use crate::value::{Entry, Node, Text, Unknown, Value, unknown_of};

/// A number as Terraform writes it in a text: without an exponent.
pub(super) fn number_text(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// The first unknown in `node` or below it.
pub(super) fn first_unknown(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::List(items) => items.iter().find_map(first_unknown),
        Value::Map(entries) => entries.iter().find_map(|entry| first_unknown(&entry.value)),
        _ => unknown_of(node),
    }
}

fn known(node: &Node) -> Result<&Value, Stop> {
    match unknown_of(node) {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None if node.is_null() => wrong("an argument must not be null"),
        None => Ok(&node.value),
    }
}

/// A wholly known text; numbers and Booleans are written out.
pub(super) fn text_of(node: &Node) -> Result<Arc<str>, Stop> {
    match known(node)? {
        Value::String(text) => Ok(Arc::clone(text)),
        Value::Number(number) => Ok(number_text(*number).into()),
        Value::Bool(flag) => Ok(Arc::from(if *flag { "true" } else { "false" })),
        other => wrong(format!("a string is required, not {}", kind(other))),
    }
}

/// A text that may have holes.
pub(super) fn partial_of(node: &Node) -> Result<Text, Stop> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Unknown(_) | Value::Redacted(_) => {
            let mut pen = crate::value::TextPen::default();
            unknown_of(node).into_iter().for_each(|hole| pen.hole(hole));
            match pen.finish() {
                Value::Text(text) => Ok(text),
                _ => wrong("a string is required"),
            }
        }
        _ => Ok(Text { text: text_of(node)?, holes: Arc::from([]) }),
    }
}

/// A number; a text of a decimal number counts.
pub(super) fn number_of(node: &Node) -> Result<f64, Stop> {
    match known(node)? {
        Value::Number(number) => Ok(*number),
        Value::String(text) => match parse_number(text) {
            Some(number) => Ok(number),
            None => wrong(format!("`{text}` is not a number")),
        },
        other => wrong(format!("a number is required, not {}", kind(other))),
    }
}

/// Reads a decimal number as Terraform converts it: no spaces, no hexadecimal, no infinity.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(allowed) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number.
pub(super) fn int_of(node: &Node) -> Result<i64, Stop> {
    let number = number_of(node)?;
    if number.fract() != 0.0 || number.abs() > 9e15 {
        return wrong(format!("`{}` is not a whole number", number_text(number)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 9e15, as just seen")]
    Ok(number as i64)
}

/// True or false; the texts `true`, `false`, `1` and `0` count.
pub(super) fn bool_of(node: &Node) -> Result<bool, Stop> {
    match known(node)? {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) => match &**text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => wrong(format!("`{text}` is neither `true` nor `false`")),
        },
        other => wrong(format!("a bool is required, not {}", kind(other))),
    }
}

/// The items of a list, tuple or set.
pub(super) fn list_of(node: &Node) -> Result<&[Node], Stop> {
    match known(node)? {
        Value::List(items) => Ok(items),
        other => wrong(format!("a list is required, not {}", kind(other))),
    }
}

/// The entries of a map or object, in order of key.
pub(super) fn map_of(node: &Node) -> Result<Vec<&Entry>, Stop> {
    match known(node)? {
        Value::Map(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(sorted)
        }
        other => wrong(format!("a map is required, not {}", kind(other))),
    }
}

/// What kind of value it is, in Terraform's word.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) | Value::Text(_) => "string",
        Value::List(_) => "list",
        Value::Map(_) => "map",
        Value::Redacted(_) | Value::Unknown(_) => "unknown",
    }
}
