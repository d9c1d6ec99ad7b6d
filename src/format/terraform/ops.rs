//! Operators over values that may be unknown.

use std::sync::Arc;

use super::graph::{Eval, plain, through};
use super::syntax::Op;
use crate::source::Span;
use crate::value::{Node, Origins, Unknown, Value, Why, equal, unknown_of};

/// Whether a value is true; none when that cannot be told. The texts `true` and `false` convert.
pub(super) fn truth(node: &Node) -> Eval<Option<bool>> {
    match &node.value {
        Value::Bool(flag) => Ok(Some(*flag)),
        Value::String(text) => match &**text {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err("a condition must be true or false".into()),
        },
        Value::Unknown(_) | Value::Text(_) | Value::Redacted(_) => Ok(None),
        Value::Null => Err("a condition must not be null".into()),
        Value::Number(_) | Value::List(_) | Value::Map(_) => Err("a condition must be true or false".into()),
    }
}

/// The number a value converts to; none when it cannot be told.
pub(super) fn number(node: &Node) -> Eval<Option<f64>> {
    match &node.value {
        Value::Number(number) => Ok(Some(*number)),
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(format!("`{text}` is not a number").into()),
        },
        Value::Unknown(_) | Value::Text(_) | Value::Redacted(_) => Ok(None),
        _ => Err("a number is wanted".into()),
    }
}

/// A computed scalar.
fn result(value: Value, span: Span, from: &[&Node]) -> Node {
    let mut origins = Origins::at(span);
    for node in from {
        if node.origins.related.is_some() {
            origins = through(span, &origins.and(&node.origins));
        }
    }
    Node { value, origins }
}

/// Unknown, as one of the operands is.
fn unknown(span: Span, from: &[&Node]) -> Node {
    let why = from.iter().find_map(|node| unknown_of(node));
    let why =
        why.map_or_else(|| Unknown::new(Why::Expression(Arc::from("an operand is not known"))), |why| plain(&why));
    result(Value::Unknown(why), span, from)
}

pub(super) fn not(node: &Node, span: Span) -> Eval {
    Ok(match truth(node)? {
        Some(flag) => result(Value::Bool(!flag), span, &[node]),
        None => unknown(span, &[node]),
    })
}

pub(super) fn negate(node: &Node, span: Span) -> Eval {
    Ok(match number(node)? {
        Some(number) => result(Value::Number(-number), span, &[node]),
        None => unknown(span, &[node]),
    })
}

/// `&&` (decided by false) and `||` (decided by true).
pub(super) fn combine(decisive: bool, left: &Node, right: &Node, span: Span) -> Eval {
    Ok(match (truth(left)?, truth(right)?) {
        (_, Some(flag)) if flag == decisive => result(Value::Bool(decisive), span, &[right]),
        (Some(_), Some(_)) => result(Value::Bool(!decisive), span, &[left, right]),
        (None, _) => unknown(span, &[left]),
        (_, None) => unknown(span, &[right]),
    })
}

/// Every other operator.
pub(super) fn binary(op: Op, left: &Node, right: &Node, span: Span) -> Eval {
    let both = [left, right];
    if let Op::Equal | Op::NotEqual = op {
        return Ok(match equal(left, right) {
            Some(same) => result(Value::Bool(same == (op == Op::Equal)), span, &both),
            None => unknown(span, &both),
        });
    }
    let (Some(a), Some(b)) = (number(left)?, number(right)?) else { return Ok(unknown(span, &both)) };
    let value = match op {
        Op::Less => Value::Bool(a < b),
        Op::LessOrEqual => Value::Bool(a <= b),
        Op::Greater => Value::Bool(a > b),
        Op::GreaterOrEqual => Value::Bool(a >= b),
        Op::Plus => Value::Number(a + b),
        Op::Minus => Value::Number(a - b),
        Op::Times => Value::Number(a * b),
        Op::Divide if b == 0.0 => return Err("a division by zero".into()),
        Op::Divide => Value::Number(a / b),
        Op::Modulo if b == 0.0 => return Err("a division by zero".into()),
        Op::Modulo => Value::Number(a % b),
        Op::And | Op::Or | Op::Equal | Op::NotEqual => return Ok(unknown(span, &both)),
    };
    Ok(result(value, span, &both))
}

/// The unknown of an item that may stand for any number of items (an unknown list that was joined to a known one).
pub(super) fn any_number(item: &Node) -> Option<&Arc<Unknown>> {
    match &item.value {
        Value::Unknown(unknown) if matches!(unknown.why, Why::Instances(..)) => Some(unknown),
        _ => None,
    }
}

/// Whether two values are known to be equal.
pub(super) fn same(left: &Node, right: &Node) -> bool {
    equal(left, right) == Some(true)
}
