//! One document to blocks: a list's items each for itself, secrets replaced, addresses given.

use std::sync::Arc;

use super::placeholder;
use crate::value::{Block, Dialect, Entry, Node, Provider, Redacted, UnitId, Value};

/// The blocks of a document, none if it is no Kubernetes object.
pub(in crate::format) fn blocks(document: Node, unit: UnitId) -> Vec<Block> {
    let mut blocks = Vec::new();
    collect(document, unit, None, &mut blocks);
    blocks
}

/// The objects of a document as trees: the items of a list each for itself, none if it is no object.
pub(in crate::format) fn trees(document: Node) -> Vec<Node> {
    let Some((_, kind)) = identity(&document) else { return Vec::new() };
    match (kind.ends_with("List"), document.value) {
        (true, Value::Map(mut entries)) => match entries.iter_mut().find(|entry| &*entry.key == "items") {
            Some(Entry { value: Node { value: Value::List(items), .. }, .. }) => {
                std::mem::take(items).into_iter().flat_map(trees).collect()
            }
            _ => Vec::new(),
        },
        (_, value) => vec![Node { value, origins: document.origins }],
    }
}

/// The API version and kind of an object.
pub(super) fn identity(node: &Node) -> Option<(&str, &str)> {
    let version = node.get("apiVersion")?.as_str()?;
    let kind = node.get("kind")?.as_str()?;
    let named = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    (named(version) && named(kind)).then_some((version, kind))
}

/// `known` is the identity that a typed list (`PodList`) gives its items, which need not repeat it.
fn collect(mut node: Node, unit: UnitId, known: Option<(&str, &str)>, blocks: &mut Vec<Block>) {
    let Some((version, kind)) = identity(&node).or(known) else { return };
    let (version, kind) = (version.to_owned(), kind.to_owned());
    if let Some(of) = kind.strip_suffix("List")
        && let Value::Map(entries) = &mut node.value
        && let Some(entry) = entries.iter_mut().find(|entry| &*entry.key == "items")
        && let Value::List(items) = &mut entry.value.value
    {
        let of = (!of.is_empty()).then_some((version.as_str(), of));
        for item in std::mem::take(items) {
            collect(item, unit, of, blocks);
        }
        return;
    }
    // a client's configuration (kubeconfig) is nothing that is deployed, and holds credentials
    if version == "v1" && kind == "Config" {
        return;
    }
    blocks.push(block(node, unit, &version, &kind));
}

fn block(mut node: Node, unit: UnitId, version: &str, kind: &str) -> Block {
    if kind == "Secret" && version == "v1" {
        redact(&mut node);
    }
    placeholder::mark(&mut node, kind);
    let span = node.origins.primary.unwrap_or(NOWHERE);
    let entry_span = |entry: &Entry| match (entry.key_span, entry.value.origins.primary) {
        (Some(key), Some(value)) => Some(key.to(value)),
        (key, value) => key.or(value),
    };
    let metadata = node.get("metadata");
    let named = metadata.and_then(|metadata| metadata.entry("name").or_else(|| metadata.entry("generateName")));
    let head = named.or_else(|| node.entry("kind")).and_then(entry_span).unwrap_or(span);
    Block {
        written: None,
        provider: Provider::Kubernetes,
        dialect: Dialect::Native,
        native_type: match version.rsplit_once('/') {
            Some((group, _)) => Arc::from(format!("{group}/{kind}")),
            None => Arc::from(kind),
        },
        address: address(&node, kind),
        unit,
        head,
        span,
        context: Node::empty_map(span),
        body: node,
        instances_unknown: None,
        via: Arc::from([]),
    }
}

/// For a node that was never written, which no reader makes.
const NOWHERE: crate::source::Span = crate::source::Span { file: crate::source::FileId(0), start: 0, end: 0 };

/// `Kind/namespace/name`, as far as they are written.
fn address(node: &Node, kind: &str) -> Arc<str> {
    let of = |key: &str| {
        node.get("metadata").and_then(|metadata| metadata.get(key)).map(shown).filter(|text| !text.is_empty())
    };
    let name = of("name").or_else(|| of("generateName").map(|prefix| format!("{prefix}*")));
    let parts = [Some(kind.to_owned()), of("namespace"), name];
    Arc::from(parts.into_iter().flatten().collect::<Vec<_>>().join("/"))
}

/// A scalar as an address shows it.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::String(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Unknown(_) => "?".to_owned(),
        _ => String::new(),
    }
}

/// Whether a value is the secret itself: not absent, not to be filled in later, not encrypted (SOPS).
fn is_secret(value: &Node) -> bool {
    match &value.value {
        Value::Null | Value::Unknown(_) => false,
        Value::String(text) => !text.is_empty() && !["$", "<", "{{", "ENC["].iter().any(|mark| text.starts_with(mark)),
        _ => true,
    }
}

/// Replaces the values of an object that is a secret.
pub(in crate::format) fn hide(object: &mut Node) {
    if identity(object) == Some(("v1", "Secret")) {
        redact(object);
    }
}

/// Puts an object into a namespace; one that it names itself stays unless it is `forced`.
pub(in crate::format) fn in_namespace(object: &mut Node, namespace: &Node, forced: bool) {
    let Value::Map(entries) = &mut object.value else { return };
    let metadata = entries.iter_mut().find(|entry| &*entry.key == "metadata").map(|entry| &mut entry.value.value);
    let Some(Value::Map(metadata)) = metadata else { return };
    let own = metadata.iter().position(|entry| &*entry.key == "namespace");
    if let Some(at) = own.filter(|_| forced) {
        metadata.swap_remove(at);
    }
    if own.is_none() || forced {
        metadata.push(Entry { key: Arc::from("namespace"), key_span: None, value: namespace.clone() });
    }
}

/// Replaces a secret's values; its keys stay. The copy that `kubectl apply` keeps in an annotation goes as well.
fn redact(node: &mut Node) {
    let Value::Map(entries) = &mut node.value else { return };
    for entry in entries {
        match (&*entry.key, &mut entry.value.value) {
            ("data" | "stringData", Value::Map(values)) => {
                values
                    .iter_mut()
                    .filter(|value| is_secret(&value.value))
                    .for_each(|value| value.value.value = Value::Redacted(Redacted::Untold));
            }
            ("data" | "stringData", value) if !matches!(value, Value::Null | Value::Unknown(_)) => {
                *value = Value::Redacted(Redacted::Untold)
            }
            ("metadata", Value::Map(metadata)) => {
                for annotations in metadata.iter_mut().filter(|entry| &*entry.key == "annotations") {
                    if let Value::Map(annotations) = &mut annotations.value.value {
                        let kept = |entry: &&mut Entry| entry.key.ends_with("last-applied-configuration");
                        annotations
                            .iter_mut()
                            .filter(kept)
                            .for_each(|entry| entry.value.value = Value::Redacted(Redacted::Untold));
                    }
                }
            }
            _ => {}
        }
    }
}
