//! Conditions in three-valued logic, each worked out once, and what follows from one that is taken for granted.

use std::sync::Arc;

use super::stack::{Cx, Stack, Truth, as_text, span_of};
use crate::format::trace::plain;
use crate::source::Span;
use crate::value::{Entry, Node, Unknown, Value, Why, equal, unknown_of};

/// How many conditions are taken for granted at once, and how deep it is asked what follows from one.
const MOST_ASSUMED: usize = 64;
/// How many conditions are worked out anew for one question, as others are taken for granted.
const MOST_ASKED: usize = 256;

impl Stack<'_> {
    /// Whether the condition `name` holds; the reason names it when that cannot be told.
    fn condition(&self, name: &str, span: Span, cx: Cx<'_>) -> Truth {
        if let Some((_, holds)) = cx.assumed.iter().find(|(assumed, _)| &**assumed == name) {
            return Ok(*holds);
        }
        let Some(declared) = self.declared("Conditions", name) else {
            return Err(Unknown::at(Why::NotSeen(Arc::from(format!("condition {name}"))), span));
        };
        if let Some(assumed) = self.shared.assumed
            && assumed.name.strip_prefix(&*self.place.prefix) == Some(name)
        {
            return Ok(assumed.holds);
        }
        let known = self.conditions.borrow().get(name).cloned();
        match known {
            Some(Some(Err(unknown))) => return self.anew(name, unknown, cx),
            Some(Some(truth)) => return truth,
            Some(None) => return Err(Unknown::at(Why::Cycle(Arc::from(name)), span)),
            None => {}
        }
        self.conditions.borrow_mut().insert(Arc::clone(&declared.key), None);
        // worked out by itself, so that it is the same wherever it is asked for
        let truth = self.truth(&declared.value, Cx::default()).map_err(|unknown| self.named(declared, &unknown));
        self.conditions.borrow_mut().insert(Arc::clone(&declared.key), Some(truth.clone()));
        truth.or_else(|unknown| self.anew(name, unknown, cx))
    }

    /// The reason, and which condition it is that cannot be told: a template that is nested may be so twice, with another
    /// answer each time.
    fn named(&self, declared: &Entry, unknown: &Arc<Unknown>) -> Arc<Unknown> {
        let prefix = &*self.place.prefix;
        let is_here = |name: &str| name.strip_prefix(prefix).is_some_and(|rest| !rest.contains('.'));
        let because = match &unknown.why {
            // of those of one template the innermost says most
            Why::Condition(name, because) if is_here(name) => because.clone(),
            why => Arc::new(why.clone()),
        };
        let why = Why::Condition(Arc::from(format!("{prefix}{}", declared.key)), because);
        Arc::new(Unknown { why, at: declared.key_span.or(unknown.at), refers: Vec::new() })
    }

    /// Whether a condition that cannot be told by itself can be where others are taken for granted.
    fn anew(&self, name: &str, unknown: Arc<Unknown>, cx: Cx<'_>) -> Truth {
        let (Some(declared), Some(left)) = (self.declared("Conditions", name), self.asked.get().checked_sub(1)) else {
            return Err(unknown);
        };
        if cx.assumed.is_empty() {
            return Err(unknown);
        }
        self.asked.set(left);
        self.truth(&declared.value, cx).map_err(|_| unknown)
    }

    /// Whether a condition holds that a property or resource names.
    pub fn decides(&self, name: &str, span: Span, cx: Cx<'_>) -> Truth {
        self.asked.set(MOST_ASKED);
        self.condition(name, span, cx)
    }

    /// Whether what is written holds.
    pub fn truth(&self, node: &Node, cx: Cx<'_>) -> Truth {
        let span = span_of(node);
        self.deeper(span, Err, || self.count(1, span).and_then(|()| self.truth_here(node, span, cx)))
    }

    fn truth_here(&self, node: &Node, span: Span, cx: Cx<'_>) -> Truth {
        let operator = match node.entries() {
            [only] => Some((&*only.key, &only.value)),
            _ => None,
        };
        match operator {
            Some(("Condition", name)) => match name.as_str() {
                Some(name) => self.condition(name, span, cx),
                None => Err(fault("a condition is named by a text", span)),
            },
            Some(("Fn::And", sides)) => self.all(sides, true, span, cx),
            Some(("Fn::Or", sides)) => self.all(sides, false, span, cx),
            Some(("Fn::Not", sides)) => match items(sides) {
                [only] => self.truth(only, cx).map(|holds| !holds),
                _ => Err(fault("`Fn::Not` takes one condition", span)),
            },
            Some(("Fn::Equals", sides)) => match items(sides) {
                [left, right] => self.equals(left, right, span, cx),
                _ => Err(fault("`Fn::Equals` takes two values", span)),
            },
            _ => {
                let value = self.eval(node, cx);
                match value.as_ref().map(|node| &node.value) {
                    Some(Value::Bool(flag)) => Ok(*flag),
                    Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
                    Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
                    _ => Err(value.as_ref().and_then(unknown_of).map_or_else(
                        || fault("a condition is neither true nor false", span),
                        |unknown| plain(&unknown),
                    )),
                }
            }
        }
    }

    /// Whether all hold (`wanted`), or any does (not `wanted`).
    fn all(&self, sides: &Node, wanted: bool, span: Span, cx: Cx<'_>) -> Truth {
        let sides = items(sides);
        if sides.is_empty() {
            return Err(fault("there is no condition to look at", span));
        }
        let mut open = None;
        for side in sides {
            match self.truth(side, cx) {
                Ok(holds) if holds != wanted => return Ok(!wanted),
                Ok(_) => {}
                Err(unknown) => open = open.or(Some(unknown)),
            }
        }
        open.map_or(Ok(wanted), Err)
    }

    fn equals(&self, left: &Node, right: &Node, span: Span, cx: Cx<'_>) -> Truth {
        let (Some(left), Some(right)) = (self.eval(left, cx), self.eval(right, cx)) else {
            return Err(fault("`AWS::NoValue` equals nothing", span));
        };
        match alike(&left, &right) {
            Some(equal) => Ok(equal),
            None => {
                let unknown = unknown_of(&left).or_else(|| unknown_of(&right));
                Err(unknown.map_or_else(|| fault("the two values cannot be compared", span), |unknown| plain(&unknown)))
            }
        }
    }

    /// What holds where `name` does, or does not: itself, and what it is made of.
    pub fn assume(&self, name: &str, holds: bool, cx: Cx<'_>) -> Vec<(Arc<str>, bool)> {
        let mut assumed = cx.assumed.to_vec();
        self.assume_named(name, holds, &mut assumed);
        assumed
    }

    fn assume_named(&self, name: &str, holds: bool, into: &mut Vec<(Arc<str>, bool)>) {
        if into.len() >= MOST_ASSUMED || into.iter().any(|(known, _)| &**known == name) {
            return;
        }
        into.push((Arc::from(name), holds));
        if let Some(declared) = self.declared("Conditions", name) {
            self.assume_written(&declared.value, holds, MOST_ASSUMED, into);
        }
    }

    fn assume_written(&self, node: &Node, holds: bool, left: usize, into: &mut Vec<(Arc<str>, bool)>) {
        let ([only], Some(left)) = (node.entries(), left.checked_sub(1)) else { return };
        match (&*only.key, holds) {
            ("Condition", _) => {
                if let Some(name) = only.value.as_str() {
                    self.assume_named(name, holds, into);
                }
            }
            ("Fn::Not", _) => {
                items(&only.value).iter().for_each(|side| self.assume_written(side, !holds, left, into));
            }
            ("Fn::And", true) | ("Fn::Or", false) => {
                items(&only.value).iter().for_each(|side| self.assume_written(side, holds, left, into));
            }
            _ => {}
        }
    }
}

fn fault(reason: &str, span: Span) -> Arc<Unknown> {
    Unknown::at(Why::Expression(Arc::from(reason)), span)
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Whether two values are the same, as texts where they are scalars; none when that cannot be told.
fn alike(left: &Node, right: &Node) -> Option<bool> {
    match (as_text(left), as_text(right)) {
        (Some(left), Some(right)) => Some(left == right),
        _ => equal(left, right),
    }
}
