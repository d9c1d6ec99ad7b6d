//! Functions over maps, and over collections of either form.

use std::sync::Arc;

use super::args::{Args, Given, MOST_ITEMS, Stop, closed, gather, within, wrong};
use super::compare::unified;
use super::lists::any_of;
use super::values::{first_unknown, kind, list_of, map_of, text_of};
use super::{MANY, Row};
use crate::value::{Entry, Node, Origins, Piece, Value, unknown_of};

pub(super) const TABLE: &[Row] = &[
    ("coalesce", 1, MANY, coalesce),
    ("keys", 1, 1, keys),
    ("length", 1, 1, length),
    ("lookup", 2, 3, lookup),
    ("map", 0, MANY, map),
    ("merge", 0, MANY, merge),
    ("transpose", 1, 1, transpose),
    ("values", 1, 1, values),
    ("zipmap", 2, 2, zipmap),
];

/// The first argument that is neither null nor an empty text. An unknown one may be either, so that those after it may be
/// the answer as well: the result refers to all of them.
fn coalesce(args: &Args<'_>) -> Given {
    let mut candidates: Vec<&Node> = Vec::new();
    for (at, node) in args.nodes.iter().enumerate() {
        let maybe_empty = match &node.value {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::Unknown(_) => true,
            Value::Text(text) => text.pieces().iter().all(|piece| matches!(piece, Piece::Hole(_))),
            _ => false,
        };
        if !maybe_empty && candidates.is_empty() {
            return converted(args, node);
        }
        candidates.push(node);
        if !maybe_empty || at + 1 == args.nodes.len() {
            break;
        }
    }
    match candidates.as_slice() {
        [] => wrong("no non-null, non-empty-string arguments"),
        [only] => Ok((*only).clone()),
        [first, others @ ..] => match unknown_of(first) {
            Some(why) => Ok(args.node_of(Value::Unknown(gather(&why, others.iter().copied())))),
            None => Ok((*first).clone()),
        },
    }
}

/// A number or Boolean among texts becomes a text.
fn converted(args: &Args<'_>, node: &Node) -> Given {
    let texts = args.nodes.iter().any(|node| matches!(node.value, Value::String(_) | Value::Text(_)));
    match (&node.value, text_of(node)) {
        (Value::Bool(_) | Value::Number(_), Ok(text)) if texts => {
            Ok(Node { value: Value::String(text), origins: node.origins.clone() })
        }
        _ => Ok(node.clone()),
    }
}

fn keys(args: &Args<'_>) -> Given {
    let fallback = args.origins();
    let key = |entry: &&Entry| Node {
        value: Value::String(Arc::clone(&entry.key)),
        origins: entry.key_span.map_or_else(|| fallback.clone(), Origins::at),
    };
    args.give(Value::List(args.map(0)?.iter().map(key).collect()))
}

fn values(args: &Args<'_>) -> Given {
    args.give(Value::List(args.map(0)?.into_iter().map(|entry| entry.value.clone()).collect()))
}

fn length(args: &Args<'_>) -> Given {
    let node = args.node(0)?;
    let count = match &node.value {
        Value::List(items) => {
            closed(items)?;
            items.len()
        }
        Value::Map(entries) => entries.len(),
        Value::String(text) => text.chars().count(),
        other => match unknown_of(node) {
            Some(unknown) => return Err(Stop::Unknown(unknown)),
            None => return wrong(format!("a string or a collection is required, not {}", kind(other))),
        },
    };
    args.give(Value::Number(u32::try_from(count).map_or(f64::MAX, f64::from)))
}

fn lookup(args: &Args<'_>) -> Given {
    let (map, fallback) = (args.node(0)?, args.get(2));
    let entries = match map_of(map) {
        Ok(entries) => entries,
        Err(Stop::Unknown(why)) => {
            // whatever the map holds, or the default
            return match fallback {
                Some(fallback) if fallback.is_null() => Err(Stop::MaybeNull(why)),
                _ => Err(Stop::Unknown(why)),
            };
        }
        Err(stop) => return Err(stop),
    };
    match args.text(1) {
        Ok(key) => match map.get(&key).or(fallback) {
            Some(found) => Ok(found.clone()),
            None => wrong(format!("the map has no key `{key}`")),
        },
        Err(Stop::Unknown(why)) => any_of(&why, entries.into_iter().map(|entry| &entry.value).chain(fallback)),
        Err(stop) => Err(stop),
    }
}

fn map(args: &Args<'_>) -> Given {
    let (pairs, odd) = args.nodes.as_chunks::<2>();
    if !odd.is_empty() {
        return wrong("an even number of arguments is required");
    }
    let mut entries = Vec::with_capacity(pairs.len());
    for [key, value] in pairs {
        entries.push(Entry { key: text_of(key)?, key_span: key.origins.primary, value: value.clone() });
    }
    args.give(Value::Map(by_key(entries)))
}

/// Entries in order of key, the last one of a key.
fn by_key(entries: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
    let map: std::collections::BTreeMap<Arc<str>, Entry> =
        entries.into_iter().map(|entry| (Arc::clone(&entry.key), entry)).collect();
    map.into_values().collect()
}

/// An unknown map may override any key before it and add any other: the result is known only if all arguments are.
fn merge(args: &Args<'_>) -> Given {
    let mut entries = Vec::new();
    for node in args.nodes {
        if !node.is_null() {
            entries.extend(map_of(node)?.into_iter().cloned());
        }
    }
    within(entries.len(), MOST_ITEMS)?;
    args.give(Value::Map(by_key(entries)))
}

fn transpose(args: &Args<'_>) -> Given {
    let mut turned: std::collections::BTreeMap<Arc<str>, Vec<Node>> = std::collections::BTreeMap::new();
    let mut count = 0;
    for entry in args.map(0)? {
        for item in list_of(&entry.value)? {
            let key = Node { value: Value::String(Arc::clone(&entry.key)), origins: item.origins.clone() };
            turned.entry(text_of(item)?).or_default().push(key);
            count += 1;
            within(count, MOST_ITEMS)?;
        }
    }
    let entry = |(key, items)| Entry { key, key_span: None, value: args.node_of(Value::List(items)) };
    args.give(Value::Map(turned.into_iter().map(entry).collect()))
}

fn zipmap(args: &Args<'_>) -> Given {
    let (keys, values) = (args.list(0)?, args.node(1)?);
    closed(keys)?;
    let names = keys.iter().map(|key| Ok((text_of(key)?, key.origins.primary))).collect::<Result<Vec<_>, Stop>>()?;
    let values = match list_of(values) {
        Ok(values) if values.iter().any(super::args::is_rest) => None,
        Ok(values) => Some(values),
        // the keys are known all the same
        Err(Stop::Unknown(_)) => None,
        Err(stop) => return Err(stop),
    };
    if values.is_some_and(|values| values.len() != names.len()) {
        return wrong("the number of keys and of values must be the same");
    }
    let unknown = first_unknown(args.node(1)?).map(|why| args.node_of(Value::Unknown(why)));
    let value_at = |at: usize| values.and_then(|values| values.get(at)).or(unknown.as_ref()).cloned();
    let entries = names
        .into_iter()
        .enumerate()
        .filter_map(|(at, (key, key_span))| Some(Entry { key, key_span, value: value_at(at)? }));
    args.give(Value::Map(by_key(entries)))
}

/// `tomap`: values of one type.
pub(super) fn tomap(args: &Args<'_>) -> Given {
    let node = args.node(0)?;
    if node.is_null() {
        return Ok(node.clone());
    }
    let entries = args.map(0)?;
    let values = unified(entries.iter().map(|entry| entry.value.clone()).collect());
    let entries = entries
        .into_iter()
        .zip(values)
        .map(|(entry, value)| Entry { key: Arc::clone(&entry.key), key_span: entry.key_span, value })
        .collect();
    Ok(Node { value: Value::Map(entries), origins: node.origins.clone() })
}
