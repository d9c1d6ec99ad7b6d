//! Values as JSON texts, and JSON texts as values.

use crate::format::deployment::eval::LONGEST;
use crate::source::Span;
use crate::value::{JsonStyle, Node, Origins, Text, Value};

/// How Resource Manager writes JSON.
pub const STYLE: JsonStyle = JsonStyle { sorted: false, html_safe: false, longest: LONGEST };

/// The value of a JSON text; none where it is none.
pub fn read(node: &Node, span: Span) -> Option<Node> {
    let text = match &node.value {
        Value::String(text) => Text { text: text.clone(), holes: [].into() },
        Value::Text(text) => text.clone(),
        _ => return None,
    };
    text.json(&|_| Origins::at(span)).ok()
}
