//! Bodies in XML: elements to members, by the shapes of the table.
//!
//! What the table does not know (a member newer than it) is kept: a leaf as a text, a list where all children are called
//! `member` or `item`, else a structure.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use super::scalar;
use crate::collect::aws::client::table::{self, Kind, Members, Operation, Protocol, Service};

/// The members of the answer in `text`.
pub(super) fn body(operation: Operation, text: &str) -> Result<Map<String, Value>, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let root = document.root_element();
    // S3 begins some answers before it knows how they end
    if root.tag_name().name() == "Error" {
        return Err(format!("it is an error: {}", child(root, "Code").map(self::text).unwrap_or_default()));
    }
    let service = operation.service;
    let written = matches!(service.protocol(), Protocol::Query | Protocol::Ec2);
    if written && root.tag_name().name() != format!("{}Response", operation.name) {
        return Err(format!("it is about `{}`", root.tag_name().name()));
    }
    if let Some((kind, name)) = operation.payload() {
        return Ok(Map::from_iter([(name.to_owned(), value(service, root, &service.kind(kind)))]));
    }
    let inner = match operation.text("wrapper") {
        Some(wrapper) => child(root, wrapper).ok_or_else(|| format!("it has no `{wrapper}`"))?,
        None => root,
    };
    let mut found = structure(service, inner, operation.members("out"));
    if written {
        found.remove("requestId");
    }
    Ok(found)
}

/// The child element called `name`.
pub(super) fn child<'a, 'b>(node: Node<'a, 'b>, name: &str) -> Option<Node<'a, 'b>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// All text directly in `node`.
pub(super) fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect()
}

fn structure(service: Service, node: Node<'_, '_>, shape: &'static Members) -> Map<String, Value> {
    let mut found = Map::new();
    for attribute in node.attributes() {
        let written = shape.iter().find(|(wire, _)| {
            wire.strip_prefix('@').is_some_and(|wire| wire.rsplit(':').next() == Some(attribute.name()))
        });
        if let Some((wire, written)) = written {
            found.insert(table::member(wire, written).1.to_owned(), Value::from(attribute.value()));
        }
    }
    for child in node.children().filter(Node::is_element) {
        let wire = child.tag_name().name();
        let (kind, name) = shape.get(wire).map_or((&Value::Null, wire), |written| table::member(wire, written));
        if shape.contains_key(wire) {
            put(service, &mut found, name, child, &service.kind(kind));
        } else {
            found.insert(name.to_owned(), guess(child));
        }
    }
    found
}

fn put(service: Service, found: &mut Map<String, Value>, name: &str, node: Node<'_, '_>, kind: &Kind) {
    match kind {
        Kind::Flat(inner) => {
            let item = value(service, node, &service.kind(inner));
            match found.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(item),
                other => *other = item,
            }
        }
        Kind::Map { flat: true, value: inner, key, holds } => {
            let entries = found.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(entries) = entries {
                entry(service, entries, node, inner, key, holds);
            }
        }
        _ => {
            found.insert(name.to_owned(), value(service, node, kind));
        }
    }
}

fn value(service: Service, node: Node<'_, '_>, kind: &Kind) -> Value {
    let elements = || node.children().filter(Node::is_element);
    match kind {
        Kind::Structure(shape) => Value::Object(structure(service, node, shape)),
        Kind::List(inner, item) => {
            let inner = service.kind(inner);
            let items = elements().filter(|child| child.tag_name().name() == *item);
            items.map(|child| value(service, child, &inner)).collect()
        }
        Kind::Flat(inner) => elements().map(|child| value(service, child, &service.kind(inner))).collect(),
        Kind::Map { value: inner, key, holds, .. } => {
            let mut found = Map::new();
            for child in elements() {
                entry(service, &mut found, child, inner, key, holds);
            }
            Value::Object(found)
        }
        Kind::Text if elements().next().is_some() => guess(node),
        _ => scalar::read(&text(node), kind),
    }
}

/// One entry of a map.
fn entry(
    service: Service,
    found: &mut Map<String, Value>,
    node: Node<'_, '_>,
    inner: &'static Value,
    key: &str,
    holds: &str,
) {
    if let (Some(key), Some(inside)) = (child(node, key), child(node, holds)) {
        found.insert(text(key), value(service, inside, &service.kind(inner)));
    }
}

/// An element that the table does not know.
fn guess(node: Node<'_, '_>) -> Value {
    let elements: Vec<_> = node.children().filter(Node::is_element).collect();
    if elements.is_empty() {
        return Value::from(text(node));
    }
    if elements.iter().all(|child| matches!(child.tag_name().name(), "member" | "item")) {
        return elements.into_iter().map(guess).collect();
    }
    Value::Object(elements.into_iter().map(|child| (child.tag_name().name().to_owned(), guess(child))).collect())
}
