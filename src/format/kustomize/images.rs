//! Images and replicas by name.

use std::sync::Arc;

use super::layer::Layer;
use super::object::{Object, each, items, replaced};
use crate::value::{Node, Value};

impl Layer<'_, '_> {
    /// `replicas`.
    pub(super) fn replicas(&self, objects: &mut [Object]) {
        for entry in items(self.root.get("replicas")) {
            let (Some(name), Some(count)) = (entry.get("name").and_then(Node::as_str), entry.get("count")) else {
                continue;
            };
            let scaled = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
            for object in objects.iter_mut().filter(|object| scaled.contains(&object.kind()) && object.called(name)) {
                each(&mut object.node, &["spec", "replicas"], count.origins.primary, &mut |node| *node = count.clone());
            }
        }
    }

    /// `images`.
    pub(super) fn images(&self, objects: &mut [Object]) {
        for entry in items(self.root.get("images")) {
            for object in objects.iter_mut().filter(|object| object.kind() != "CustomResourceDefinition") {
                walk(&mut object.node, entry);
            }
        }
    }
}

/// Every list of containers, however deep.
fn walk(node: &mut Node, image: &Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| walk(item, image)),
        Value::Map(entries) => {
            for entry in entries {
                if matches!(&*entry.key, "containers" | "initContainers") {
                    each(&mut entry.value, &["[]", "image"], None, &mut |node| change(node, image));
                }
                walk(&mut entry.value, image);
            }
        }
        _ => {}
    }
}

fn change(node: &mut Node, image: &Node) {
    let word = |key: &str| image.get(key).and_then(super::object::said).filter(|word| !word.is_empty());
    let Some(written) = node.as_str().map(Arc::<str>::from) else { return };
    let (name, rest) = parts(&written);
    if word("name").as_deref() != Some(name) {
        return;
    }
    let name = word("newName").unwrap_or_else(|| Arc::from(name));
    let rest = match (word("newTag"), word("digest"), word("tagSuffix")) {
        (Some(tag), Some(digest), _) => format!(":{tag}@{digest}"),
        (_, Some(digest), _) => format!("@{digest}"),
        (Some(tag), ..) => format!(":{tag}"),
        (.., Some(suffix)) => format!("{rest}{suffix}"),
        _ => rest.to_owned(),
    };
    *node = replaced(node, format!("{name}{rest}"), image.origins.primary);
}

/// The name, and the tag or digest with its mark.
fn parts(image: &str) -> (&str, &str) {
    let (bare, _) = image.split_once('@').unwrap_or((image, ""));
    let after = bare.rfind('/').map_or(0, |slash| slash + 1);
    let tag = bare.get(after..).and_then(|last| last.find(':')).map_or(bare.len(), |colon| after + colon);
    image.split_at(tag)
}
