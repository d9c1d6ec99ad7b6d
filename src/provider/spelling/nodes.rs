//! What the moves of a table do to a node.

use std::sync::Arc;

use crate::value::{Entry, Node, Value};

/// Brings what stands at `from` to `to`. An unknown on the way makes the same level of `to` unknown, so that nothing
/// below it looks absent. The empty path leads to the node itself.
pub(super) fn place(body: &Node, from: &str, made: &mut Node, to: &str, change: impl Fn(&Node) -> Node) {
    let mut here = body;
    for (level, step) in from.split('.').filter(|step| !step.is_empty()).enumerate() {
        while let Value::List(items) = &here.value {
            match items.first() {
                // a block that may not be there is as unknown as what it holds
                Some(first) => here = first.maybe().unwrap_or(first),
                None => return,
            }
        }
        if let Value::Unknown(_) = here.value {
            let levels: Vec<&str> = to.split('.').take(level.max(1)).collect();
            return put(made, &levels.join("."), here.clone());
        }
        match here.get(step) {
            Some(next) => here = next,
            None => return,
        }
    }
    if !here.is_null() {
        put(made, to, change(here));
    }
}

/// Sets `path` of a map, making the maps on the way. What is unknown on the way stays unknown.
pub(super) fn put(made: &mut Node, path: &str, value: Node) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let origins = value.origins.clone();
    let Value::Map(entries) = &mut made.value else { return };
    let at = entries.iter().position(|entry| &*entry.key == first);
    match (rest, at.and_then(|at| entries.get_mut(at))) {
        (None, Some(entry)) => entry.value = value,
        (None, None) => entries.push(Entry { key: Arc::from(first), key_span: origins.primary, value }),
        (Some(rest), Some(entry)) => match &mut entry.value.value {
            Value::List(items) => items.iter_mut().for_each(|item| put(item, rest, value.clone())),
            _ => put(&mut entry.value, rest, value),
        },
        (Some(rest), None) => {
            let mut inner = Node { value: Value::Map(Vec::new()), origins: origins.clone() };
            put(&mut inner, rest, value);
            entries.push(Entry { key: Arc::from(first), key_span: origins.primary, value: inner });
        }
    }
}

/// What `change` makes of a value, or of each item of a list.
pub(super) fn each_leaf(node: &Node, change: &dyn Fn(&Node) -> Value) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| each_leaf(item, change)).collect()),
        _ => change(node),
    };
    Node { value, origins: node.origins.clone() }
}

/// `[{Key: a, Value: b}]` as `{a: b}`. An item, or a key, that is not known makes the whole unknown.
pub(super) fn pairs(node: &Node) -> Node {
    let Value::List(items) = &node.value else { return node.clone() };
    let mut entries: Vec<Entry> = Vec::new();
    for item in items {
        if let Some(maybe) = item.maybe() {
            return maybe.clone();
        }
        let of = |names: &[&str]| names.iter().find_map(|name| item.get(name));
        let key = of(&["Key", "key", "Name", "name"]).unwrap_or(item);
        match (&key.value, of(&["Value", "value"])) {
            (Value::String(name), Some(value)) => {
                entries.push(Entry { key: name.clone(), key_span: key.origins.primary, value: value.clone() });
            }
            (Value::Unknown(_), _) => return key.clone(),
            (Value::Text(text), _) => {
                return Node { value: Value::Unknown(text.as_unknown()), origins: key.origins.clone() };
            }
            _ => {}
        }
    }
    Node { value: Value::Map(entries), origins: node.origins.clone() }
}

/// `{a: b}` as `[{name: a, value: b}]`; a list of `Name` and `Value` says the same.
pub(super) fn items(node: &Node) -> Node {
    if let Value::List(listed) = &node.value {
        let named = listed.iter().map(|item| match &item.value {
            Value::Map(entries) => {
                let lower = |entry: &Entry| Entry { key: entry.key.to_ascii_lowercase().into(), ..entry.clone() };
                Node { value: Value::Map(entries.iter().map(lower).collect()), origins: item.origins.clone() }
            }
            _ => item.clone(),
        });
        return Node { value: Value::List(named.collect()), origins: node.origins.clone() };
    }
    let Value::Map(entries) = &node.value else { return node.clone() };
    let item = |entry: &Entry| {
        let origins = entry.value.origins.clone();
        let name = Node { value: Value::String(entry.key.clone()), origins: origins.clone() };
        let pair = [("name", name), ("value", entry.value.clone())];
        let pair = pair.map(|(key, value)| Entry { key: Arc::from(key), key_span: entry.key_span, value });
        Node { value: Value::Map(pair.into()), origins }
    };
    Node { value: Value::List(entries.iter().map(item).collect()), origins: node.origins.clone() }
}
