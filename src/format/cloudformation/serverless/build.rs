//! Makes the nodes of resources that nobody wrote: each stands where the resource does that it comes from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::value::{Entry, Node, Origins, Value};

/// The resources of a template, as far as they are written out.
pub(super) struct Made {
    entries: Vec<Entry>,
    names: BTreeSet<Arc<str>>,
}

/// What is said of a resource beside its properties.
const BESIDE: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Metadata"];

impl Made {
    /// With the resources that need no writing out.
    pub fn new(entries: Vec<Entry>) -> Self {
        let names = entries.iter().map(|entry| entry.key.clone()).collect();
        Self { entries, names }
    }

    /// A resource as it stands.
    pub fn keep(&mut self, resource: &Entry) {
        if self.names.insert(resource.key.clone()) {
            self.entries.push(resource.clone());
        }
    }

    /// A resource `name` of `kind`, made of `from`. What is written under the same name wins.
    pub fn add(&mut self, from: &Entry, name: String, kind: &str, properties: Node) {
        let at = &from.value.origins;
        let beside = from.value.entries().iter().filter(|entry| BESIDE.contains(&&*entry.key)).cloned();
        let mut entries = vec![pair("Type", text(kind, at)), pair("Properties", properties)];
        entries.extend(beside);
        let value = Node { value: Value::Map(entries), origins: at.clone() };
        self.keep(&Entry { key: Arc::from(name), key_span: from.key_span, value });
    }

    /// All of them.
    pub fn finish(self) -> Vec<Entry> {
        self.entries
    }
}

/// An entry without a place for its key.
pub(super) fn pair(key: &str, value: Node) -> Entry {
    Entry { key: Arc::from(key), key_span: None, value }
}

/// A text at `at`.
pub(super) fn text(text: &str, at: &Origins) -> Node {
    Node { value: Value::String(Arc::from(text)), origins: at.clone() }
}

/// True or false at `at`.
pub(super) fn flag(flag: bool, at: &Origins) -> Node {
    Node { value: Value::Bool(flag), origins: at.clone() }
}

/// A list at `at`.
pub(super) fn list(items: Vec<Node>, at: &Origins) -> Node {
    Node { value: Value::List(items), origins: at.clone() }
}

/// A map at `at`.
pub(super) fn map(entries: impl IntoIterator<Item = (&'static str, Node)>, at: &Origins) -> Node {
    let entries = entries.into_iter().map(|(key, value)| pair(key, value)).collect();
    Node { value: Value::Map(entries), origins: at.clone() }
}

/// `Ref` to a resource or parameter.
pub(super) fn reference(name: &str, at: &Origins) -> Node {
    map([("Ref", text(name, at))], at)
}

/// `Fn::GetAtt` of a resource.
pub(super) fn attribute(name: &str, attribute: &str, at: &Origins) -> Node {
    map([("Fn::GetAtt", list(vec![text(name, at), text(attribute, at)], at))], at)
}

/// The properties of a resource; an empty map where there are none.
pub(super) fn properties(resource: &Entry) -> Node {
    match resource.value.get("Properties") {
        Some(node) if matches!(node.value, Value::Map(_)) => node.clone(),
        _ => Node { value: Value::Map(Vec::new()), origins: resource.value.origins.clone() },
    }
}

/// Properties of a resource that is being made: those of another under new names.
pub(super) struct Pen<'n> {
    from: &'n Node,
    taken: Vec<&'static str>,
    entries: Vec<Entry>,
}

impl<'n> Pen<'n> {
    /// Begins with nothing of `from`.
    pub fn new(from: &'n Node) -> Self {
        Self { from, taken: Vec::new(), entries: Vec::new() }
    }

    /// What stands under `key`, which is not carried over by itself.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.taken.push(key);
        self.from.get(key).filter(|node| !node.is_null())
    }

    /// Carries one value over under another name.
    pub fn rename(&mut self, from: &'static str, to: &'static str) {
        self.taken.push(from);
        if let Some(entry) = self.from.entry(from).filter(|entry| !entry.value.is_null()) {
            self.entries.push(Entry { key: Arc::from(to), ..entry.clone() });
        }
    }

    /// Sets a value.
    pub fn set(&mut self, key: &str, value: Node) {
        match self.entries.iter_mut().find(|entry| &*entry.key == key) {
            Some(entry) => entry.value = value,
            None => self.entries.push(pair(key, value)),
        }
    }

    /// What was made alone.
    pub fn only(self) -> Node {
        Node { value: Value::Map(self.entries), origins: self.from.origins.clone() }
    }

    /// What was made, and all that was not taken as it stands.
    pub fn with_rest(mut self) -> Node {
        for entry in self.from.entries() {
            let made = self.entries.iter().any(|made| made.key == entry.key);
            if !made && !self.taken.contains(&&*entry.key) {
                self.entries.push(entry.clone());
            }
        }
        self.only()
    }
}

/// `{a: b}` as `[{Key: a, Value: b}]`.
pub(super) fn tags(node: &Node) -> Node {
    match &node.value {
        Value::Map(entries) if super::call(node).is_none() => {
            let tag = |entry: &Entry| {
                let at = &entry.value.origins;
                map([("Key", text(&entry.key, at)), ("Value", entry.value.clone())], at)
            };
            list(entries.iter().map(tag).collect(), &node.origins)
        }
        _ => node.clone(),
    }
}
