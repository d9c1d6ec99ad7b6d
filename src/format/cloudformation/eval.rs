//! Trees to values: functions are worked out wherever they stand, and every value keeps its place.

use std::sync::Arc;

use super::functions::dynamic;
use super::merge::either;
use super::stack::{Cx, Stack, open, span_of, wrong};
use super::template::function;
use crate::format::trace::through;
use crate::source::Span;
use crate::value::{Entry, Node, Value};

impl Stack<'_> {
    /// The value of what is written; none where it is `AWS::NoValue`, which takes its property away.
    pub fn eval(&self, node: &Node, cx: Cx<'_>) -> Option<Node> {
        self.within(node, cx, false)
    }

    /// As [`Stack::eval`], of an item of a list if `in_list`: one that may not be there is marked so.
    fn within(&self, node: &Node, cx: Cx<'_>, in_list: bool) -> Option<Node> {
        let span = span_of(node);
        if let Err(unknown) = self.count(1, span) {
            return Some(open(unknown, span));
        }
        let value = match &node.value {
            Value::String(text) => dynamic(Value::String(text.clone())),
            Value::List(_) | Value::Map(_) => {
                let too_deep = |unknown| Some(open(unknown, span));
                return self.deeper(span, too_deep, || self.composed(node, span, cx, in_list));
            }
            other => other.clone(),
        };
        Some(Node { value, origins: node.origins.clone() })
    }

    fn composed(&self, node: &Node, span: Span, cx: Cx<'_>, in_list: bool) -> Option<Node> {
        match (function(node), &node.value) {
            (Some(("Fn::If", arms)), _) => self.choice(arms, span, cx, in_list),
            (Some((name, arg)), _) => self.call(name, arg, span, cx),
            (None, Value::List(items)) => {
                // nothing is written for a null, which CloudFormation does not take
                let items = items.iter().filter_map(|item| self.within(item, cx, true)).filter(|item| !item.is_null());
                let items = items.collect();
                Some(Node { value: Value::List(items), origins: node.origins.clone() })
            }
            (None, Value::Map(entries)) => {
                let entry = |entry: &Entry| Some(Entry { value: self.eval(&entry.value, cx)?, ..entry.clone() });
                Some(Node {
                    value: Value::Map(entries.iter().filter_map(entry).collect()),
                    origins: node.origins.clone(),
                })
            }
            _ => Some(node.clone()),
        }
    }

    fn choice(&self, arms: &Node, span: Span, cx: Cx<'_>, in_list: bool) -> Option<Node> {
        let Value::List(arms) = &arms.value else { return Some(wrong("`Fn::If` takes a list", span)) };
        let [condition, yes, no] = arms.as_slice() else {
            return Some(wrong("`Fn::If` takes a condition and two values", span));
        };
        let Some(name) = condition.as_str().or_else(|| condition.get("Condition").and_then(Node::as_str)) else {
            return Some(wrong("`Fn::If` takes the name of a condition", span));
        };
        let arm = |holds: bool| {
            let assumed = self.assume(name, holds, cx);
            self.within(if holds { yes } else { no }, Cx { assumed: &assumed }, in_list)
        };
        match self.decides(name, span_of(condition), cx) {
            Ok(holds) => {
                let node = arm(holds)?;
                // where the value itself stands says most
                let at = self.declared("Conditions", name).and_then(|declared| declared.key_span);
                let decided = at.map(crate::value::Origins::at);
                let origins = decided.map_or_else(|| node.origins.clone(), |decided| node.origins.and(&decided));
                Some(Node { origins, ..node })
            }
            Err(unknown) => {
                let node = either(arm(true), arm(false), &unknown, in_list)?;
                let known = !matches!(node.value, Value::Unknown(_));
                let origins = if known { node.origins.clone() } else { through(span, &node.origins) };
                Some(Node { origins, ..node })
            }
        }
    }

    /// A value that must be there: `AWS::NoValue` is nothing.
    pub fn value(&self, node: &Node, cx: Cx<'_>) -> Node {
        self.eval(node, cx).unwrap_or_else(|| Node { value: Value::Null, origins: node.origins.clone() })
    }

    /// The items of a list that is written or worked out; a single value is a list of one.
    pub fn list(&self, node: &Node, cx: Cx<'_>) -> Result<Vec<Node>, Node> {
        let node = self.value(node, cx);
        match node.value {
            Value::List(items) => Ok(items),
            Value::Unknown(_) | Value::Text(_) => Err(node),
            Value::Null => Ok(Vec::new()),
            _ => Ok(vec![node]),
        }
    }
}

/// An entry without a place for its key.
pub(super) fn entry(key: &str, value: Node) -> Entry {
    Entry { key: Arc::from(key), key_span: None, value }
}
