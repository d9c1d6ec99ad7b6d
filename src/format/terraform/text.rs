//! Builds texts that may have holes where a part is unknown.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::value::{HOLE_CLOSE, HOLE_OPEN, Node, Text, Unknown, Value, Why};

/// How many bytes a built text may have.
const LONGEST: usize = 10 << 20;

/// A text in the making.
#[derive(Default)]
pub(super) struct TextBuilder {
    text: String,
    holes: Vec<Arc<Unknown>>,
}

impl TextBuilder {
    /// Adds known text; hole marks that were in it cannot pass for ours.
    pub fn literal(&mut self, text: &str) {
        if text.contains([HOLE_OPEN, HOLE_CLOSE]) {
            self.text.push_str(&text.replace([HOLE_OPEN, HOLE_CLOSE], "\u{FFFD}"));
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds something unknown.
    pub fn hole(&mut self, unknown: Arc<Unknown>) {
        let _ = write!(self.text, "{HOLE_OPEN}{}{HOLE_CLOSE}", self.holes.len());
        self.holes.push(unknown);
    }

    /// Adds a value as Terraform writes it out in a template; the reason when it cannot.
    pub fn value(&mut self, value: &Value) -> Result<(), &'static str> {
        match value {
            Value::String(text) => self.literal(text),
            Value::Number(number) => self.literal(&number_text(*number)),
            Value::Bool(flag) => self.literal(if *flag { "true" } else { "false" }),
            Value::Text(text) => self.with_holes(text),
            Value::Unknown(unknown) => self.hole(unknown.clone()),
            Value::Redacted => self.hole(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
            Value::Null => return Err("null cannot stand in a text"),
            Value::List(_) => return Err("a list cannot stand in a text"),
            Value::Map(_) => return Err("an object cannot stand in a text"),
        }
        Ok(())
    }

    fn with_holes(&mut self, text: &Text) {
        let mut rest: &str = &text.text;
        while let Some((before, after)) = rest.split_once(HOLE_OPEN) {
            self.text.push_str(before);
            let (number, after) = after.split_once(HOLE_CLOSE).unwrap_or((after, ""));
            if let Some(hole) = number.parse().ok().and_then(|number: usize| text.holes.get(number)) {
                self.hole(hole.clone());
            }
            rest = after;
        }
        self.text.push_str(rest);
    }

    /// Whether it has grown beyond what is read.
    pub fn over_budget(&self) -> bool {
        self.text.len() > LONGEST
    }

    /// What came of it.
    pub fn finish(self) -> Value {
        if self.over_budget() {
            return Value::Unknown(Unknown::new(Why::Budget(Arc::from("the length of a text"))));
        }
        if self.holes.is_empty() {
            return Value::String(Arc::from(self.text));
        }
        Value::Text(Text { text: Arc::from(self.text), holes: self.holes.into() })
    }
}

/// A number as Terraform writes it.
pub(super) fn number_text(number: f64) -> String {
    number.to_string()
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
