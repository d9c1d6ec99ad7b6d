//! One tree out of `after`, `after_unknown`, `after_sensitive` and the configuration's expressions.

use std::sync::Arc;

use super::config::Source;
use crate::value::{Entry, Node, Redacted, Unknown, Value};

/// The body of a planned resource.
pub(super) fn body(change: &Node, source: &Source<'_>) -> Node {
    let null = Node { value: Value::Null, origins: change.origins.clone() };
    let part = |key: &str| change.get(key).unwrap_or(&null);
    let merger = Merger { source, null: &null };
    let merged = merger.merge(part("after"), part("after_unknown"), part("after_sensitive"), source.expressions());
    match merged.value {
        Value::Map(_) => merged,
        _ => Node { value: Value::Map(Vec::new()), origins: merged.origins },
    }
}

/// What a state holds, without its secrets.
pub(super) fn redacted(values: &Node, sensitive: &Node) -> Node {
    if is_true(sensitive) && !values.is_null() {
        return Node { value: Value::Redacted(Redacted::Untold), origins: values.origins.clone() };
    }
    let value = match (&values.value, &sensitive.value) {
        (Value::Map(entries), Value::Map(_)) => Value::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    value: sensitive
                        .get(&entry.key)
                        .map_or_else(|| entry.value.clone(), |mark| redacted(&entry.value, mark)),
                    ..entry.clone()
                })
                .collect(),
        ),
        (Value::List(items), Value::List(marks)) => Value::List(
            items
                .iter()
                .enumerate()
                .map(|(at, item)| marks.get(at).map_or_else(|| item.clone(), |mark| redacted(item, mark)))
                .collect(),
        ),
        (value, _) => value.clone(),
    };
    Node { value, origins: values.origins.clone() }
}

fn is_true(node: &Node) -> bool {
    matches!(node.value, Value::Bool(true))
}

struct Merger<'m> {
    source: &'m Source<'m>,
    null: &'m Node,
}

impl Merger<'_> {
    fn merge(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>) -> Node {
        let origins = if after.is_null() { unknown.origins.clone() } else { after.origins.clone() };
        if is_true(unknown) {
            return Node { value: Value::Unknown(self.why(written)), origins };
        }
        if is_true(sensitive) && !after.is_null() {
            return Node { value: Value::Redacted(Redacted::Untold), origins };
        }
        let value = match (&after.value, &unknown.value) {
            (Value::Map(_) | Value::Null, Value::Map(marks)) if after.is_null() && marks.is_empty() => Value::Null,
            (Value::Map(_), _) | (Value::Null, Value::Map(_)) => self.map(after, unknown, sensitive, written),
            (Value::List(_), _) | (Value::Null, Value::List(_)) => self.list(after, unknown, sensitive, written),
            (value, _) => value.clone(),
        };
        Node { value, origins }
    }

    fn map(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(after.entries().len());
        for entry in after.entries() {
            let part = |node: &'_ Node| node.get(&entry.key).cloned().unwrap_or_else(|| self.null.clone());
            let value = self.merge(
                &entry.value,
                &part(unknown),
                &part(sensitive),
                written.and_then(|node| inside(node, &entry.key)),
            );
            entries.push(Entry { value, ..entry.clone() });
        }
        for mark in unknown.entries() {
            if after.get(&mark.key).is_none() {
                let value =
                    self.merge(self.null, &mark.value, self.null, written.and_then(|node| inside(node, &mark.key)));
                entries.push(Entry { key: mark.key.clone(), key_span: mark.key_span, value });
            }
        }
        Value::Map(entries)
    }

    fn list(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>) -> Value {
        let (items, marks, secrets) = (items(after), items(unknown), items(sensitive));
        let count = items.len().max(marks.len());
        let at = |list: &[Node], place: usize| list.get(place).unwrap_or(self.null).clone();
        let written = |place: usize| match written.map(|node| &node.value) {
            Some(Value::List(blocks)) => blocks.get(place).or(blocks.first()),
            _ => written,
        };
        Value::List(
            (0..count)
                .map(|place| self.merge(&at(items, place), &at(marks, place), &at(secrets, place), written(place)))
                .collect(),
        )
    }

    /// Why a value is known only after apply, and what it refers to.
    fn why(&self, written: Option<&Node>) -> Arc<Unknown> {
        self.source.unknown(written)
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

/// The expressions of a nested block; an attribute's own expression speaks of all that is in it.
fn inside<'n>(written: &'n Node, key: &str) -> Option<&'n Node> {
    if written.get("references").is_some() || written.get("constant_value").is_some() {
        return Some(written);
    }
    match &written.value {
        Value::List(items) => items.first().and_then(|first| inside(first, key)),
        _ => written.get(key),
    }
}
