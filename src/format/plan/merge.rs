//! One tree out of `after`, `after_unknown`, `after_sensitive` and the configuration's expressions.

use std::sync::Arc;

use super::computed;
use super::config::{Source, is_expression};
use crate::value::secret::is_credential;
use crate::value::{Entry, Node, Redacted, Unknown, Value, Why};

/// The body of a planned resource. What is unknown and written nowhere is left to the provider, and so is not there: as
/// it is not in the source.
pub(super) fn body(change: &Node, native_type: &str, source: &Source<'_>) -> Node {
    let null = Node { value: Value::Null, origins: change.origins.clone() };
    let part = |key: &str| change.get(key).unwrap_or(&null);
    let merger = Merger { source, null: &null, native_type };
    let place = Place { bodies: source.written(), path: String::new() };
    let merged =
        merger.merge(part("after"), part("after_unknown"), part("after_sensitive"), source.expressions(), &place);
    match merged.value {
        Value::Map(_) => merged,
        _ => Node { value: Value::Map(Vec::new()), origins: merged.origins },
    }
}

/// What the configuration tells of a body.
struct Place<'n> {
    /// What may have written it: of repeated blocks any, as their order is not that of the plan. None where it does not
    /// tell: below a `dynamic` block, or an expression.
    bodies: Option<Vec<&'n Node>>,
    /// The names of the blocks that lead to it.
    path: String,
}

impl<'n> Place<'n> {
    fn writes(&self, key: &str) -> bool {
        self.bodies.as_ref().is_none_or(|bodies| bodies.iter().any(|body| body.get(key).is_some()))
    }

    /// Whether it is surely written.
    fn shows(&self, key: &str) -> bool {
        self.bodies.is_some() && self.writes(key)
    }

    /// The way to `key`.
    fn named(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The blocks under `key`.
    fn below(&self, key: &str) -> Self {
        let mut found = Vec::new();
        for node in self.bodies.iter().flatten().filter_map(|body| body.get(key)) {
            match &node.value {
                Value::List(items) => found.extend(items),
                _ => found.push(node),
            }
        }
        let told = !found.is_empty() && !found.iter().any(|node| is_expression(node));
        Self { bodies: told.then_some(found), path: self.named(key) }
    }

    /// Of as many blocks as are planned.
    fn of(&self, count: usize) -> Self {
        Self { bodies: self.bodies.clone().filter(|bodies| bodies.len() == count), path: self.path.clone() }
    }
}

/// What a state holds, without its secrets.
pub(super) fn redacted(values: &Node, sensitive: &Node) -> Node {
    if is_true(sensitive) && !values.is_null() {
        return secret(values);
    }
    let value = match (&values.value, &sensitive.value) {
        (Value::Map(entries), Value::Map(_)) => Value::Map(
            entries
                .iter()
                .filter(|entry| !is_nothing(&entry.value))
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

fn secret(node: &Node) -> Node {
    Node { value: Value::Redacted(Redacted::Untold), origins: node.origins.clone() }
}

fn is_true(node: &Node) -> bool {
    matches!(node.value, Value::Bool(true))
}

/// An empty list: how plans and states hold a block that is not there.
fn is_nothing(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.is_empty())
}

/// Whether anything is marked as unknown.
fn is_marked(mark: &Node) -> bool {
    match &mark.value {
        Value::List(items) => !items.is_empty(),
        Value::Bool(flag) => *flag,
        _ => false,
    }
}

struct Merger<'m> {
    source: &'m Source<'m>,
    null: &'m Node,
    native_type: &'m str,
}

impl Merger<'_> {
    fn merge(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>, place: &Place<'_>) -> Node {
        let origins = if after.is_null() { unknown.origins.clone() } else { after.origins.clone() };
        if is_true(unknown) {
            let document = self.source.document(written);
            return document.unwrap_or_else(|| Node { value: Value::Unknown(self.why(written, place)), origins });
        }
        if is_true(sensitive) && !after.is_null() {
            if let Some(settings) = self.settings(after, place) {
                return settings;
            }
            return Node { value: Value::Redacted(self.redacted(after, written, place)), origins };
        }
        let value = match (&after.value, &unknown.value) {
            (Value::Map(_) | Value::Null, Value::Map(marks)) if after.is_null() && marks.is_empty() => Value::Null,
            (Value::Map(_), _) | (Value::Null, Value::Map(_)) => self.map(after, unknown, sensitive, written, place),
            (Value::List(_), _) | (Value::Null, Value::List(_)) => self.list(after, unknown, sensitive, written, place),
            (value, _) => value.clone(),
        };
        Node { value, origins }
    }

    fn map(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>, place: &Place<'_>) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(after.entries().len());
        let unplanned = unknown.entries().iter().filter(|mark| after.get(&mark.key).is_none());
        for entry in after.entries().iter().chain(unplanned) {
            let key = &*entry.key;
            let part = |node: &'_ Node| node.get(key).cloned().unwrap_or_else(|| self.null.clone());
            let (planned, mark) = (part(after), part(unknown));
            if is_true(&mark) && !place.writes(key) && self.is_filled_in(key, sensitive, place) {
                continue;
            }
            if is_nothing(&planned) && !is_marked(&mark) && !place.shows(key) {
                continue;
            }
            if is_true(&mark) && !place.writes(key) {
                let why = format!("the plan does not tell whether `{key}` is written");
                let value =
                    Node { value: Value::Unknown(Unknown::new(Why::Expression(why.into()))), origins: mark.origins };
                entries.push(Entry { value, ..entry.clone() });
                continue;
            }
            let written = written.and_then(|node| inside(node, key));
            let value = self.merge(&planned, &mark, &part(sensitive), written, &place.below(key));
            entries.push(Entry { value, ..entry.clone() });
        }
        Value::Map(entries)
    }

    /// Whether what is written nowhere can only be for the provider to fill in. A plain value is, as the configuration
    /// lists every attribute; a list may be that of a `dynamic` block, of which it says nothing.
    fn is_filled_in(&self, key: &str, sensitive: &Node, place: &Place<'_>) -> bool {
        let is_plain = matches!(sensitive.value, Value::Map(_)) && sensitive.get(key).is_none();
        let path = place.named(key);
        is_plain || computed::is(self.native_type, &path) || self.source.is_apart(self.native_type, &path)
    }

    fn list(&self, after: &Node, unknown: &Node, sensitive: &Node, written: Option<&Node>, place: &Place<'_>) -> Value {
        let (items, marks, secrets) = (items(after), items(unknown), items(sensitive));
        let count = items.len().max(marks.len());
        let at = |list: &[Node], place: usize| list.get(place).unwrap_or(self.null).clone();
        let written = |place: usize| match written.map(|node| &node.value) {
            Some(Value::List(blocks)) => blocks.get(place).or(blocks.first()),
            _ => written,
        };
        let place = place.of(count);
        let one = |n: usize| self.merge(&at(items, n), &at(marks, n), &at(secrets, n), written(n), &place);
        Value::List((0..count).map(one).collect())
    }

    /// What a `helm_release` sets is a set, which is marked as a whole where one value is secret: the names are none.
    fn settings(&self, after: &Node, place: &Place<'_>) -> Option<Node> {
        let (true, Value::List(items)) = (self.native_type == "helm_release", &after.value) else { return None };
        let of = |entry: &Entry| match &*entry.key {
            "name" | "type" => entry.clone(),
            _ => Entry { value: secret(&entry.value), ..entry.clone() },
        };
        let one = |item: &Node| Node { value: Value::Map(item.entries().iter().map(of).collect()), ..item.clone() };
        let is_set = matches!(&*place.path, "set" | "set_sensitive");
        is_set.then(|| Node { value: Value::List(items.iter().map(one).collect()), ..after.clone() })
    }

    /// What is told of a secret: that it is one in plain sight, where the configuration writes it out.
    fn redacted(&self, after: &Node, written: Option<&Node>, place: &Place<'_>) -> Redacted {
        let (Some(text), true) = (after.as_str(), self.source.writes_out(after, written)) else {
            return Redacted::Untold;
        };
        let name = place.path.rsplit('.').next().unwrap_or("");
        if is_credential(name, text) || is_credential("password", text) { Redacted::Secret } else { Redacted::Plain }
    }

    /// Why a value is known only after apply, and what it refers to.
    fn why(&self, written: Option<&Node>, place: &Place<'_>) -> Arc<Unknown> {
        let nameless = || {
            let name = place.path.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or("it");
            Unknown::new(Why::Expression(format!("`{name}` is known only after apply").into()))
        };
        self.source.unknown(written).unwrap_or_else(nameless)
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
