//! Operators over values that may be unknown.

use std::sync::Arc;

use super::syntax::Op;
use super::world::{plain, through, wrong};
use crate::source::Span;
use crate::value::{Node, Origins, Unknown, Value, Why, equal, unknown_of};

/// Whether a value is true; none when that cannot be told.
pub fn truth(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::Number(number) => Some(*number != 0.0),
        _ => None,
    }
}

/// A computed value, and what it came through.
pub fn result(value: Value, span: Span, from: &[Node]) -> Node {
    let mut origins = Origins::at(span);
    for node in from.iter().filter(|node| node.origins.related.is_some()) {
        origins = through(span, &origins.and(&node.origins));
    }
    Node { value, origins }
}

/// Unknown, as one of the operands is.
pub fn unknown(span: Span, from: &[Node]) -> Node {
    let why = from.iter().find_map(unknown_of).or_else(|| from.iter().find_map(within));
    match why {
        Some(why) => result(Value::Unknown(plain(&why)), span, from),
        None => wrong("an operand is not of the kind that is wanted here", span),
    }
}

/// An unknown somewhere in a value.
fn within(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::List(items) => items.iter().find_map(within),
        Value::Map(entries) => entries.iter().find_map(|entry| within(&entry.value)),
        _ => unknown_of(node),
    }
}

pub fn not(node: &Node, span: Span) -> Node {
    match truth(node) {
        Some(flag) => result(Value::Bool(!flag), span, std::slice::from_ref(node)),
        None => unknown(span, std::slice::from_ref(node)),
    }
}

pub fn negate(node: &Node, span: Span) -> Node {
    match node.value {
        Value::Number(number) => result(Value::Number(-number), span, std::slice::from_ref(node)),
        _ => unknown(span, std::slice::from_ref(node)),
    }
}

/// `and` (decided by false) and `or` (decided by true).
pub fn combine(decisive: bool, all: &[Node], span: Span) -> Node {
    if all.iter().any(|node| truth(node) == Some(decisive)) {
        return result(Value::Bool(decisive), span, all);
    }
    let open: Vec<Node> = all.iter().filter(|node| truth(node).is_none()).cloned().collect();
    if open.is_empty() { result(Value::Bool(!decisive), span, all) } else { unknown(span, &open) }
}

/// Every operator that needs both sides.
pub fn binary(op: Op, left: &Node, right: &Node, span: Span) -> Node {
    let both = [left.clone(), right.clone()];
    let said = |fact: Option<bool>| match fact {
        Some(flag) => result(Value::Bool(flag), span, &both),
        None => unknown(span, &both),
    };
    match op {
        Op::Equal => return said(equal(left, right)),
        Op::NotEqual => return said(equal(left, right).map(|same| !same)),
        Op::Alike => return said(alike(left, right)),
        Op::NotAlike => return said(alike(left, right).map(|same| !same)),
        _ => {}
    }
    if let (Value::String(a), Value::String(b)) = (&left.value, &right.value) {
        let order = a.cmp(b);
        match op {
            Op::Less => return said(Some(order.is_lt())),
            Op::LessOrEqual => return said(Some(order.is_le())),
            Op::Greater => return said(Some(order.is_gt())),
            Op::GreaterOrEqual => return said(Some(order.is_ge())),
            _ => {}
        }
    }
    let (Value::Number(a), Value::Number(b)) = (&left.value, &right.value) else { return unknown(span, &both) };
    let (a, b) = (*a, *b);
    let value = match op {
        Op::Less => Value::Bool(a < b),
        Op::LessOrEqual => Value::Bool(a <= b),
        Op::Greater => Value::Bool(a > b),
        Op::GreaterOrEqual => Value::Bool(a >= b),
        Op::Plus => Value::Number(a + b),
        Op::Minus => Value::Number(a - b),
        Op::Times => Value::Number(a * b),
        // numbers of templates are whole
        Op::Divide if b != 0.0 => Value::Number((a / b).trunc()),
        Op::Modulo if b != 0.0 => Value::Number(a % b),
        Op::Divide | Op::Modulo => return wrong("a division by zero", span),
        _ => return unknown(span, &both),
    };
    result(value, span, &both)
}

fn alike(left: &Node, right: &Node) -> Option<bool> {
    match (&left.value, &right.value) {
        (Value::String(a), Value::String(b)) => Some(a.to_lowercase() == b.to_lowercase()),
        _ => equal(left, right).filter(|same| *same),
    }
}

/// What is unknown of a member of what is unknown: `reference(x).primaryEndpoints`.
pub fn part_of(unknown: &Arc<Unknown>, name: &str) -> Arc<Unknown> {
    let longer = |text: &str| Arc::from(format!("{text}.{name}"));
    let why = match &unknown.why {
        Why::DataSource(text) => Why::DataSource(longer(text)),
        Why::Computed(text) => Why::Computed(longer(text)),
        Why::NotSeen(text) => Why::NotSeen(longer(text)),
        other => return Arc::new(Unknown { why: other.clone(), ..Unknown::clone(unknown) }),
    };
    let mut refers = unknown.refers.clone();
    for reference in &mut refers {
        reference.attribute =
            if reference.attribute.is_empty() { Arc::from(name) } else { longer(&reference.attribute) };
    }
    Arc::new(Unknown { why, at: unknown.at, refers })
}
