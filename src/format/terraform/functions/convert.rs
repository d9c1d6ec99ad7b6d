//! Conversions between types.

use std::sync::Arc;

use super::Row;
use super::args::{Args, Given, Stop, untold, wrong};
use super::collections::tomap;
use super::compare::{as_set, unified};
use super::values::{bool_of, list_of, number_of, text_of};
use crate::value::{Node, Value, Why, unknown_of};

pub(super) const TABLE: &[Row] = &[
    ("ephemeralasnull", 1, 1, same),
    ("issensitive", 1, 1, |_| untold(Why::Expression(Arc::from("whether a value is sensitive is not followed")))),
    ("nonsensitive", 1, 1, same),
    ("sensitive", 1, 1, same),
    ("tobool", 1, 1, |args| scalar(args, |node| Ok(Value::Bool(bool_of(node)?)))),
    ("tolist", 1, 1, |args| items(args, unified)),
    ("tomap", 1, 1, tomap),
    ("tonumber", 1, 1, |args| scalar(args, |node| Ok(Value::Number(number_of(node)?)))),
    ("toset", 1, 1, |args| items(args, as_set)),
    ("tostring", 1, 1, tostring),
];

fn same(args: &Args<'_>) -> Given {
    args.node(0).cloned()
}

/// Converts a known value; null and unknown stay what they are, and the place stays in any case.
fn scalar(args: &Args<'_>, convert: impl Fn(&Node) -> Result<Value, Stop>) -> Given {
    let node = args.node(0)?;
    if node.is_null() || matches!(node.value, Value::Unknown(_)) {
        return Ok(node.clone());
    }
    Ok(Node { value: convert(node)?, origins: node.origins.clone() })
}

fn tostring(args: &Args<'_>) -> Given {
    let node = args.node(0)?;
    if matches!(node.value, Value::Text(_)) {
        return Ok(node.clone());
    }
    scalar(args, |node| Ok(Value::String(text_of(node)?)))
}

fn items(args: &Args<'_>, convert: impl Fn(Vec<Node>) -> Vec<Node>) -> Given {
    let node = args.node(0)?;
    if node.is_null() || unknown_of(node).is_some() {
        return Ok(node.clone());
    }
    match list_of(node) {
        Ok(items) => Ok(Node { value: Value::List(convert(items.to_vec())), origins: node.origins.clone() }),
        Err(_) => wrong("only a list, a tuple or a set can be converted"),
    }
}
