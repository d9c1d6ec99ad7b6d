//! Strategic merge patches: maps are merged, lists of named things are merged by their key, other lists are replaced.
//! See <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md>.

use super::object::{remove, said};
use crate::value::{Node, Value};

/// Groups whose types Kubernetes itself knows; what it does not know is merged as plain JSON.
const KNOWN: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "extensions",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// The keys by which the items of a list are told apart, by the list's name.
fn keys(list: &str) -> &'static [&'static str] {
    match list {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "volumes"
        | "imagePullSecrets"
        | "secrets"
        | "webhooks"
        | "resourceClaims" => &["name"],
        "ports" => &["containerPort", "port"],
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "hostAliases" => &["ip"],
        "topologySpreadConstraints" => &["topologyKey"],
        "ownerReferences" => &["uid"],
        "conditions" => &["type"],
        _ => &[],
    }
}

/// Whether lists of an object of this group are merged by key.
pub(super) fn is_known(group: &str) -> bool {
    KNOWN.contains(&group)
}

/// Merges `patch` into `target`. False if the patch deletes the target.
pub(super) fn merge(target: &mut Node, patch: &Node, known: bool) -> bool {
    merge_at(target, patch, "", known)
}

fn merge_at(target: &mut Node, patch: &Node, name: &str, known: bool) -> bool {
    match (&mut target.value, &patch.value) {
        (Value::Map(_), Value::Map(entries)) => {
            match directive(patch) {
                Some("delete") => return false,
                Some("replace") => {
                    *target = stripped(patch);
                    return true;
                }
                _ => {}
            }
            for entry in entries.iter().filter(|entry| !entry.key.starts_with('$')) {
                if entry.value.is_null() {
                    remove(target, &entry.key);
                    continue;
                }
                let Value::Map(own) = &mut target.value else { continue };
                match own.iter_mut().find(|own| own.key == entry.key) {
                    Some(own) => {
                        if !merge_at(&mut own.value, &entry.value, &entry.key, known) {
                            remove(target, &entry.key);
                        }
                    }
                    None if directive(&entry.value) == Some("delete") => {}
                    None => {
                        let mut new = entry.clone();
                        new.value = stripped(&entry.value);
                        own.push(new);
                    }
                }
            }
            true
        }
        (Value::List(own), Value::List(theirs)) if known && !keys(name).is_empty() => {
            merge_list(own, theirs, keys(name), known);
            true
        }
        _ => {
            *target = stripped(patch);
            true
        }
    }
}

fn merge_list(own: &mut Vec<Node>, theirs: &[Node], keys: &[&str], known: bool) {
    if theirs.iter().any(|item| directive(item) == Some("replace")) {
        *own = theirs.iter().filter(|item| directive(item).is_none()).map(stripped).collect();
        return;
    }
    // what the patch speaks of comes first, in its order
    let mut new = Vec::new();
    for item in theirs {
        let Some((key, value)) = keys.iter().find_map(|key| Some((*key, said(item.get(key)?)?))) else {
            continue;
        };
        let is_it = |own: &Node| {
            let alike = |key: &str, default: &str| {
                let of = |node: &Node| node.get(key).and_then(said).unwrap_or_else(|| default.into());
                of(own) == of(item)
            };
            own.get(key).and_then(said).as_ref() == Some(&value) && (keys.len() == 1 || alike("protocol", "TCP"))
        };
        match own.iter().position(is_it) {
            Some(at) => {
                let mut merged = own.remove(at);
                if merge_at(&mut merged, item, "", known) {
                    new.push(merged);
                }
            }
            None if directive(item) == Some("delete") => {}
            None => new.push(stripped(item)),
        }
    }
    new.append(own);
    *own = new;
}

fn directive(patch: &Node) -> Option<&str> {
    patch.get("$patch").and_then(Node::as_str)
}

/// A patch as a value: without directives and without what it deletes.
fn stripped(patch: &Node) -> Node {
    let mut node = patch.clone();
    strip(&mut node);
    node
}

fn strip(node: &mut Node) {
    match &mut node.value {
        Value::Map(entries) => {
            entries.retain(|entry| !entry.key.starts_with('$') && !entry.value.is_null());
            entries.iter_mut().for_each(|entry| strip(&mut entry.value));
        }
        Value::List(items) => {
            items.retain(|item| directive(item) != Some("delete"));
            items.iter_mut().for_each(strip);
        }
        _ => {}
    }
}
