//! Whether two values are the same, as far as it can be told, and the order in which sets hold them.

use std::cmp::Ordering;

use super::values::number_text;
use crate::value::{Node, Text, TextPen, Value, unknown_of};

/// Whether `a` and `b` are the same; none where it cannot be told. Values of different types differ.
pub(super) fn same(a: &Node, b: &Node) -> Option<bool> {
    match (&a.value, &b.value) {
        (Value::Unknown(_) | Value::Redacted(_), _) | (_, Value::Unknown(_) | Value::Redacted(_)) => None,
        (Value::Text(_), Value::Text(_)) => None,
        (Value::Text(text), Value::String(known)) | (Value::String(known), Value::Text(text)) => {
            let fits = known.starts_with(text.lead()) && known.ends_with(text.tail());
            if fits { None } else { Some(false) }
        }
        (Value::List(x), Value::List(y)) => {
            if x.iter().chain(y).any(super::args::is_rest) {
                return None;
            }
            if x.len() != y.len() {
                return Some(false);
            }
            every(x.iter().zip(y).map(|(x, y)| same(x, y)))
        }
        (Value::Map(x), Value::Map(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            every(x.iter().map(|entry| b.get(&entry.key).map_or(Some(false), |other| same(&entry.value, other))))
        }
        (x, y) => Some(x == y),
    }
}

/// False if one is false, none if one cannot be told, else true.
fn every(facts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for fact in facts {
        match fact {
            Some(false) => return Some(false),
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

/// Whether `item` is among `items`: true if one is the same, none if one may be, else false.
pub(super) fn among(items: &[Node], item: &Node) -> Option<bool> {
    let mut found = Some(false);
    for other in items {
        match same(other, item) {
            Some(true) => return Some(true),
            None => found = None,
            Some(false) => {}
        }
    }
    found
}

/// The order of sets: numbers by size, texts by bytes, the rest by how they are written; unknown ones last.
pub(super) fn order(a: &Node, b: &Node) -> Ordering {
    let unknown = |node: &Node| unknown_of(node).is_some();
    match (unknown(a), unknown(b)) {
        (true, true) => return Ordering::Equal,
        (false, true) => return Ordering::Less,
        (true, false) => return Ordering::Greater,
        (false, false) => {}
    }
    match (&a.value, &b.value) {
        (Value::Number(x), Value::Number(y)) => x.total_cmp(y),
        (Value::String(x), Value::String(y)) => x.cmp(y),
        _ => written(a).cmp(&written(b)),
    }
}

/// A text that is the same for the same known values, and nearly always another for others: a key to sort by.
pub(super) fn written(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number_text(*number),
        Value::String(text) => format!("{:?}", &**text),
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(",")),
        Value::Map(entries) => {
            let mut parts: Vec<String> =
                entries.iter().map(|entry| format!("{:?}={}", &*entry.key, written(&entry.value))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Value::Text(_) | Value::Unknown(_) | Value::Redacted(_) => "?".to_owned(),
    }
}

/// Drops items that are certainly the same as an earlier one; the first stays, in its place.
pub(super) fn distinct(items: impl IntoIterator<Item = Node>) -> Vec<Node> {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<Node> = Vec::new();
    for item in items {
        let fresh = match &item.value {
            // the same reason does not make the same value
            Value::Unknown(_) | Value::Text(_) => true,
            _ if super::values::first_unknown(&item).is_some() => true,
            _ => seen.insert(written(&item)),
        };
        if fresh {
            kept.push(item);
        }
    }
    kept
}

/// The items as a set holds them: of one type, each once, in order.
pub(super) fn as_set(items: impl IntoIterator<Item = Node>) -> Vec<Node> {
    let mut items = distinct(unified(items.into_iter().collect()));
    items.sort_by(order);
    items
}

/// The items converted to one type, as far as they are primitive: a text among them makes all of them texts.
pub(super) fn unified(items: Vec<Node>) -> Vec<Node> {
    let texts = items.iter().any(|item| matches!(item.value, Value::String(_) | Value::Text(_)));
    let numbers = items.iter().any(|item| matches!(item.value, Value::Number(_)));
    let flags = items.iter().any(|item| matches!(item.value, Value::Bool(_)));
    if !(texts && (numbers || flags) || numbers && flags) {
        return items;
    }
    items
        .into_iter()
        .map(|item| match super::values::text_of(&item) {
            Ok(text) => Node { value: Value::String(text), origins: item.origins },
            Err(_) => item,
        })
        .collect()
}

/// A text rewritten in its known parts only.
pub(super) fn rewrite(text: &Text, mut change: impl FnMut(&str) -> String) -> Value {
    let mut pen = TextPen::default();
    for piece in text.pieces() {
        match piece {
            crate::value::Piece::Known(known) => pen.known(&change(known)),
            hole => pen.piece(hole),
        }
    }
    pen.finish()
}
