//! Values as JSON texts, and JSON texts as values.

use crate::format::deployment::eval::LONGEST;
use crate::source::Span;
use crate::value::{Node, Origins, Text, TextPen, Value};

/// Writes a value as JSON; what is unknown in it leaves a hole.
pub fn write(pen: &mut TextPen, node: &Node) {
    if pen.len() > LONGEST {
        return;
    }
    match &node.value {
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
                pen.known(if at > 0 { ",\"" } else { "\"" });
                pen.known(&escaped(&entry.key));
                pen.known("\":");
                write(pen, &entry.value);
            }
            pen.known("}");
        }
        Value::String(text) => pen.known(&format!("\"{}\"", escaped(text))),
        Value::Text(text) => {
            pen.known("\"");
            pen.text(text);
            pen.known("\"");
        }
        Value::Bool(flag) => pen.known(if *flag { "true" } else { "false" }),
        Value::Null => pen.known("null"),
        _ => crate::format::deployment::eval::write(pen, node),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out
}

/// The value of a JSON text; none where it is none.
pub fn read(node: &Node, span: Span) -> Option<Node> {
    let text = match &node.value {
        Value::String(text) => Text { text: text.clone(), holes: [].into() },
        Value::Text(text) => text.clone(),
        _ => return None,
    };
    text.json(&|_| Origins::at(span)).ok()
}
