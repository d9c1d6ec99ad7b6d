//! One Compose file upon another, and services that extend others.
//! <https://docs.docker.com/reference/compose-file/merge/>

use super::parse;
use crate::source::Tree;
use crate::value::{Entry, Node, Value};

/// How long a chain of services that extend each other may be.
const CHAIN: usize = 16;

/// The keys under which a value with the tag of that name stands: it takes away what is below, or takes its place.
pub(super) const RESET: &str = "!reset";
pub(super) const OVERRIDE: &str = "!override";

/// Keys whose lists replace what is below them.
const REPLACED: [&str; 3] = ["command", "entrypoint", "test"];

/// `above` laid upon `below`: maps entry by entry, lists one after the other, a map beside a list as an item of it (as
/// variables may be written both ways), everything else replaced.
pub(super) fn upon(below: Node, above: Node) -> Node {
    if let Some(instead) = above.get(OVERRIDE) {
        return instead.clone();
    }
    if above.get(RESET).is_some() {
        return Node { value: Value::Null, ..above };
    }
    let below_origins = below.origins;
    let value = match (below.value, above.value) {
        (Value::Map(mut entries), Value::Map(more)) => {
            for entry in more {
                match entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) if REPLACED.contains(&&*entry.key) => *known = entry,
                    Some(known) => {
                        let below =
                            std::mem::replace(&mut known.value, Node { value: Value::Null, ..entry.value.clone() });
                        known.value = upon(below, entry.value);
                        known.key_span = entry.key_span.or(known.key_span);
                    }
                    None => entries.push(entry),
                }
            }
            Value::Map(entries)
        }
        (Value::List(mut items), Value::List(more)) => {
            items.extend(more);
            Value::List(items)
        }
        (below @ Value::Map(_), Value::List(items)) => {
            let first = Node { value: below, origins: below_origins };
            Value::List(std::iter::once(first).chain(items).collect())
        }
        (Value::List(mut items), above_map @ Value::Map(_)) => {
            items.push(Node { value: above_map, origins: above.origins.clone() });
            Value::List(items)
        }
        (below, Value::Null) => below,
        (_, above) => above,
    };
    Node { value, origins: above.origins }
}

/// A service with what it extends below it: a service of the same file, or of another one in the tree. None where that
/// cannot be found, as nobody knows then what the service is.
pub(super) fn extended(tree: &Tree, root: &Node, service: &Node, folder: &str, depth: usize) -> Option<Node> {
    let Some(extends) = service.get("extends") else { return Some(service.clone()) };
    let name = extends.as_str().or_else(|| extends.get("service").and_then(Node::as_str));
    let other = match extends.get("file").and_then(Node::as_str) {
        Some(file) => Some(parse(tree, tree.find(&Tree::join(folder, file)?)?).0?),
        None => None,
    };
    let root = other.as_ref().unwrap_or(root);
    let below = name.filter(|_| depth < CHAIN).and_then(|name| root.get("services")?.get(name))?;
    let mut own = service.clone();
    if let Value::Map(entries) = &mut own.value {
        entries.retain(|entry: &Entry| &*entry.key != "extends");
    }
    Some(upon(extended(tree, root, below, folder, depth + 1)?, own))
}
