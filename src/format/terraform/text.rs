//! Builds texts that may have holes where a part is unknown.

use std::sync::Arc;

use crate::value::{Node, TextPen, Unknown, Value, Why};

/// How many bytes a built text may have.
const LONGEST: usize = 10 << 20;

/// A text in the making.
#[derive(Default)]
pub(super) struct TextBuilder(TextPen);

impl TextBuilder {
    /// Adds known text.
    pub fn literal(&mut self, text: &str) {
        self.0.known(text);
    }

    /// Adds something unknown.
    pub fn hole(&mut self, unknown: Arc<Unknown>) {
        self.0.hole(unknown);
    }

    /// Adds a value as Terraform writes it out in a template; the reason when it cannot.
    pub fn value(&mut self, value: &Value) -> Result<(), &'static str> {
        match value {
            Value::String(text) => self.0.known(text),
            Value::Number(number) => self.0.known(&number_text(*number)),
            Value::Bool(flag) => self.0.known(if *flag { "true" } else { "false" }),
            Value::Text(text) => self.0.text(text),
            Value::Unknown(unknown) => self.0.hole(unknown.clone()),
            Value::Redacted(_) => self.0.hole(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
            Value::Null => return Err("null cannot stand in a text"),
            Value::List(_) => return Err("a list cannot stand in a text"),
            Value::Map(_) => return Err("an object cannot stand in a text"),
        }
        Ok(())
    }

    /// Whether it has grown beyond what is read.
    pub fn over_budget(&self) -> bool {
        self.0.len() > LONGEST
    }

    /// What came of it.
    pub fn finish(self) -> Value {
        if self.over_budget() {
            return Value::Unknown(Unknown::new(Why::Budget(Arc::from("the length of a text"))));
        }
        self.0.finish()
    }
}

/// A number as Terraform writes it.
pub(super) fn number_text(number: f64) -> String {
    // no minus before nought
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// A scalar as a text, as Terraform converts it where a text is wanted; none for anything else.
pub(super) fn as_key(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(Arc::from(number_text(*number))),
        Value::Bool(flag) => Some(Arc::from(if *flag { "true" } else { "false" })),
        _ => None,
    }
}
