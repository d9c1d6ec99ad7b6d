//! What is written as a map or as a list of `NAME=value`: labels, and what reaches a container as its environment, with
//! the files of `env_file`. One that is not among the scanned files stands as an unknown.

use std::sync::Arc;

use crate::source::{FileId, Span, Tree};
use crate::value::{Entry, Node, Origins, Unknown, Value, Why};

/// The environment of a service as a list of `name` and `value`, what is written in the service before what its files say.
pub(super) fn gathered(tree: &Tree, service: &Node, folder: &str) -> Node {
    let mut all: Vec<Node> = Vec::new();
    if let Some(written) = service.get("environment") {
        all.extend(match &written.value {
            Value::Map(entries) => entries.iter().map(|entry| pair(&entry.key, entry.value.clone())).collect(),
            _ => written.each("").into_iter().flat_map(items).collect::<Vec<_>>(),
        });
    }
    for named in service.each("env_file") {
        let path = named.as_str().or_else(|| named.get("path").and_then(Node::as_str));
        let file = path.and_then(|path| tree.find(&Tree::join(folder, path)?)).filter(|file| tree.text(*file).is_ok());
        match file {
            Some(file) => all.extend(of_file(tree, file)),
            None => {
                let unknown = Unknown::new(Why::File(Arc::from(path.unwrap_or("env_file"))));
                all.push(Node { value: Value::Unknown(unknown), origins: named.origins.clone() });
            }
        }
    }
    Node { value: Value::List(all), origins: service.origins.clone() }
}

/// The labels of a service as a map, which may be written as a list of `NAME=value` as well. A name that cannot be told
/// leaves all of them open.
pub(super) fn labels(written: &Node) -> Node {
    let Value::List(items) = &written.value else { return written.clone() };
    let mut all: Vec<Entry> = Vec::new();
    for item in items {
        let more = match &item.value {
            Value::Map(entries) => entries.clone(),
            Value::Unknown(_) => return item.clone(),
            Value::Text(text) if !text.lead().contains('=') => {
                return Node { value: Value::Unknown(text.as_unknown()), origins: item.origins.clone() };
            }
            // a name alone stands for an empty value
            _ => assigned(item).map_or_else(
                || item.as_str().map(|name| labelled(name, Value::String("".into()), item)).into_iter().collect(),
                |(name, value)| vec![labelled(&name, value.value, item)],
            ),
        };
        for entry in more {
            all.retain(|known| known.key != entry.key);
            all.push(entry);
        }
    }
    Node { value: Value::Map(all), origins: written.origins.clone() }
}

fn labelled(name: &str, value: Value, item: &Node) -> Entry {
    let value = Node { value, origins: item.origins.clone() };
    Entry { key: name.into(), key_span: item.origins.primary, value }
}

fn pair(name: &str, value: Node) -> Node {
    let origins = value.origins.clone();
    let entry = |key: &str, value: Node| Entry { key: key.into(), key_span: None, value };
    let name = Node { value: Value::String(Arc::from(name)), origins: origins.clone() };
    Node { value: Value::Map(vec![entry("name", name), entry("value", value)]), origins }
}

/// An item of a list of variables; a map where a layer wrote one.
fn items(item: &Node) -> Vec<Node> {
    match &item.value {
        Value::Map(entries) => entries.iter().map(|entry| pair(&entry.key, entry.value.clone())).collect(),
        _ => assigned(item).map(|(name, value)| pair(&name, value)).into_iter().collect(),
    }
}

/// `NAME=value` taken apart; none for a name alone.
fn assigned(item: &Node) -> Option<(Arc<str>, Node)> {
    let (name, value) = match &item.value {
        Value::String(text) => {
            let (name, value) = text.split_once('=')?;
            (name, Value::String(Arc::from(value)))
        }
        Value::Text(text) => {
            let (name, _) = text.lead().split_once('=')?;
            (name, text.part(text.text.get(name.len() + 1..)?))
        }
        _ => return None,
    };
    Some((Arc::from(name), Node { value, origins: item.origins.clone() }))
}

/// The lines of a file of variables, each at its place.
fn of_file(tree: &Tree, file: FileId) -> Vec<Node> {
    let Ok(text) = tree.text(file) else { return Vec::new() };
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let plain = line.trim();
        if plain.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = plain.split_once('=') {
            let origins = Origins::at(Span::new(file, start..start + line.trim_end().len()));
            let name = name.trim_start_matches("export ").trim();
            let value = value.trim().trim_matches(['"', '\'']);
            found.push(pair(name, Node { value: Value::String(Arc::from(value)), origins }));
        }
    }
    found
}
