//! What `Ref` names: parameters with what was given or their default, pseudo parameters, resources.

use std::sync::Arc;

use super::functions::split;
use super::stack::{Cx, Stack, as_text, open, span_of, unknown};
use crate::format::trace::through;
use crate::source::Span;
use crate::value::{Node, Reference, Unknown, Value, Why};

impl Stack<'_> {
    /// What `name` stands for; none for `AWS::NoValue`.
    pub fn reference(&self, name: &str, span: Span) -> Option<Node> {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return pseudo_parameter(pseudo, span);
        }
        if let Some(unknown) = self.loops.borrow().get(name) {
            return Some(open(unknown.clone(), span));
        }
        if let Some(value) = self.parameter(name) {
            return Some(Node { origins: through(span, &value.origins), ..value });
        }
        if self.declared("Resources", name).is_some() {
            return Some(self.block_reference(name, "id", span));
        }
        Some(unknown(Why::NotSeen(Arc::from(name)), span))
    }

    /// An attribute of a resource of the template.
    pub fn block_reference(&self, name: &str, attribute: &str, span: Span) -> Node {
        let reference = Reference { unit: self.unit, address: Arc::from(name), attribute: Arc::from(attribute) };
        open(Unknown::reference(reference, span), span)
    }

    /// The value of a parameter, if there is one of that name.
    fn parameter(&self, name: &str) -> Option<Node> {
        if let Some(known) = self.parameters.borrow().get(name) {
            return Some(known.clone());
        }
        let declared = self.declared("Parameters", name)?;
        let span = declared.key_span.unwrap_or_else(|| span_of(&declared.value));
        let kind = declared.value.get("Type").and_then(Node::as_str).unwrap_or("String");
        let value = if kind.starts_with("AWS::SSM::Parameter::Value") {
            // what is given is only where the value lies
            unknown(Why::DataSource(Arc::from(name)), span)
        } else {
            match declared.value.get("Default").filter(|default| !default.is_null()) {
                Some(default) => typed(default, kind),
                None => unknown(Why::Variable(Arc::from(name)), span),
            }
        };
        self.parameters.borrow_mut().insert(declared.key.clone(), value.clone());
        Some(value)
    }

    /// What a section or attribute may name: a parameter's value, or nothing of that kind.
    pub fn text_of(&self, node: &Node, cx: Cx<'_>) -> Option<Arc<str>> {
        self.eval(node, cx).as_ref().and_then(as_text)
    }
}

/// A parameter's value by its type: lists are written with commas, all else is a text.
fn typed(value: &Node, kind: &str) -> Node {
    let listed = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let made = match (&value.value, as_text(value)) {
        (Value::List(items), _) => Value::List(items.clone()),
        (_, Some(text)) if listed => {
            let item =
                |part: &str| Node { value: Value::String(Arc::from(part.trim())), origins: value.origins.clone() };
            Value::List(text.split(',').map(item).collect())
        }
        (_, Some(text)) => Value::String(text),
        (Value::Text(text), None) if listed => match split(text, ",") {
            Some(parts) => {
                let item = |value_of: Value| Node { value: value_of, origins: value.origins.clone() };
                Value::List(parts.into_iter().map(item).collect())
            }
            None => Value::Unknown(text.as_unknown()),
        },
        _ => value.value.clone(),
    };
    Node { value: made, origins: value.origins.clone() }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>. The partition is
/// that of the commercial regions: in China and GovCloud little else of a template would hold either.
fn pseudo_parameter(name: &str, span: Span) -> Option<Node> {
    let known = |text: &str| Some(Node::at(Value::String(Arc::from(text)), span));
    match name {
        "NoValue" => None,
        "Partition" => known("aws"),
        "URLSuffix" => known("amazonaws.com"),
        _ => Some(unknown(Why::DataSource(Arc::from(format!("AWS::{name}"))), span)),
    }
}
