//! What the tables of this cloud share: changes that only a function can make.

use std::sync::Arc;

use crate::value::{Entry, Node, Value};

/// The node at a dotted path; an unknown on the way is that unknown.
pub(super) fn at<'n>(body: &'n Node, path: &str) -> Option<&'n Node> {
    let mut here = body;
    for step in path.split('.') {
        if let Value::Unknown(_) = here.value {
            return Some(here);
        }
        here = here.get(step)?;
    }
    (!here.is_null()).then_some(here)
}

/// The values under `key` of each item of the list at `path`, as a list.
pub(super) fn pluck(body: &Node, path: &str, key: &str) -> Option<Node> {
    let list = at(body, path)?;
    let Value::List(items) = &list.value else { return Some(list.clone()) };
    let one = |item: &Node| match (&item.value, item.maybe()) {
        (_, Some(maybe)) => Some(maybe.clone()),
        (Value::Map(_), _) => item.get(key).cloned(),
        _ => Some(item.clone()),
    };
    Some(Node { value: Value::List(items.iter().filter_map(one).collect()), origins: list.origins.clone() })
}

/// A list of `name` and `value` as a map. An unknown name makes the whole unknown.
pub(super) fn pairs(list: &Node) -> Node {
    let Value::List(items) = &list.value else { return list.clone() };
    let mut entries: Vec<Entry> = Vec::new();
    for item in items {
        if let Some(maybe) = item.maybe() {
            return maybe.clone();
        }
        match (item.get("name").map(|name| &name.value), item.get("value").or_else(|| item.get("secureValue"))) {
            (Some(Value::String(name)), Some(value)) => {
                entries.push(Entry { key: name.clone(), key_span: value.origins.primary, value: value.clone() });
            }
            (Some(Value::Unknown(_)), _) => return item.get("name").cloned().unwrap_or_else(|| item.clone()),
            _ if matches!(item.value, Value::Unknown(_)) => return item.clone(),
            _ => {}
        }
    }
    Node { value: Value::Map(entries), origins: list.origins.clone() }
}

/// What stands at `path` while the switch beside it is not off: as unknown as the switch.
pub(super) fn while_on(body: &Node, path: &str, switch: &str) -> Option<Node> {
    let found = at(body, path)?;
    match at(found, switch).map(|switch| &switch.value) {
        Some(Value::Bool(false)) | None => None,
        Some(Value::String(text)) if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("enabled") => {
            None
        }
        Some(Value::Unknown(_)) => at(found, switch).cloned(),
        _ => Some(found.clone()),
    }
}

/// What stands at `path` where the source of the key beside it is a vault: as unknown as the source.
pub(super) fn of_vault(body: &Node, source: &str, paths: &[&str]) -> Option<Node> {
    let kind = at(body, source);
    match kind.map(|kind| &kind.value) {
        Some(Value::String(text)) if !text.to_ascii_lowercase().contains("keyvault") => return None,
        Some(Value::Unknown(_)) => return kind.cloned(),
        _ => {}
    }
    paths.iter().find_map(|path| at(body, path)).or(kind).cloned()
}

/// The ids of the identities that a resource runs as.
pub(super) fn identities(body: &Node) -> Option<Node> {
    let map = at(body, "identity.userAssignedIdentities")?;
    let Value::Map(entries) = &map.value else { return Some(map.clone()) };
    let id = |entry: &Entry| {
        let origins = entry.value.origins.clone();
        Node { value: Value::String(entry.key.clone()), origins }
    };
    Some(Node { value: Value::List(entries.iter().map(id).collect()), origins: map.origins.clone() })
}

/// The name that an id ends with: of a text, or of what is referred to.
pub(super) fn last(id: &Node) -> Node {
    let name = match &id.value {
        Value::String(text) => text.rsplit('/').next().map(str::to_owned),
        Value::Text(text) => text.tail().rsplit_once('/').map(|(_, name)| name.to_owned()),
        Value::Unknown(unknown) => {
            unknown.refers.first().and_then(|to| to.address.rsplit_once('/')).map(|(_, name)| name.to_owned())
        }
        _ => None,
    };
    match name {
        Some(name) => Node { value: Value::String(name.into()), origins: id.origins.clone() },
        None => id.clone(),
    }
}

/// Whether the version of the API that is asked is older than `day`; not known counts as newer.
pub(super) fn older(body: &Node, day: &str) -> bool {
    body.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version < day)
}

/// A constant at the head of a body.
pub(super) fn constant(body: &Node, value: Value) -> Option<Node> {
    Some(Node { value, origins: body.origins.clone() })
}

/// A text at the head of a body.
pub(super) fn text(body: &Node, text: &str) -> Option<Node> {
    constant(body, Value::String(Arc::from(text)))
}
