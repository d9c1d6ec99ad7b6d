//! An object on its way through layers: its tree, and the names that it had.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Entry, Node, Origins, Value};

/// Kinds that live in no namespace.
const CLUSTER_WIDE: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "FlowSchema",
    "GatewayClass",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];

/// An object.
#[derive(Clone)]
pub(super) struct Object {
    pub node: Node,
    /// Every namespace and name that it had in a layer below, in order.
    pub was: Vec<(Arc<str>, Arc<str>)>,
    /// Whether a hash of its contents is to follow its name.
    pub hashed: bool,
}

impl Object {
    pub fn new(node: Node) -> Self {
        Self { node, was: Vec::new(), hashed: false }
    }

    pub fn kind(&self) -> &str {
        self.node.get("kind").and_then(Node::as_str).unwrap_or("")
    }

    /// The group, and the version.
    pub fn api(&self) -> (&str, &str) {
        let version = self.node.get("apiVersion").and_then(Node::as_str).unwrap_or("");
        version.rsplit_once('/').unwrap_or(("", version))
    }

    pub fn name(&self) -> Arc<str> {
        self.meta("name")
    }

    pub fn namespace(&self) -> Arc<str> {
        self.meta("namespace")
    }

    fn meta(&self, key: &str) -> Arc<str> {
        let found = self.node.get("metadata").and_then(|metadata| metadata.get(key)).and_then(Node::as_str);
        Arc::from(found.unwrap_or(""))
    }

    /// Whether it lives in no namespace.
    pub fn cluster_wide(&self) -> bool {
        CLUSTER_WIDE.contains(&self.kind())
    }

    /// Whether this is, or was in a layer below, its name.
    pub fn called(&self, name: &str) -> bool {
        &*self.name() == name || self.was.iter().any(|(_, known)| &**known == name)
    }

    /// The same in a namespace; none means `default`.
    pub fn called_in(&self, name: &str, namespace: &str) -> bool {
        let now = (self.namespace(), self.name());
        let mut all = self.was.iter().chain([&now]);
        all.any(|(space, known)| &**known == name && same_space(space, namespace))
    }

    /// Remembers what it is called now.
    pub fn remember(&mut self) {
        let now = (self.namespace(), self.name());
        if self.was.last() != Some(&now) {
            self.was.push(now);
        }
    }

    /// Where its pods are described.
    pub fn pod(&self) -> Option<&'static [&'static str]> {
        Some(match self.kind() {
            "Pod" => &[],
            "CronJob" => &["spec", "jobTemplate", "spec", "template"],
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "ReplicationController" | "Rollout" => {
                &["spec", "template"]
            }
            _ => return None,
        })
    }

    /// A piece of its description (`labels`, `annotations`).
    pub fn texts<'n>(&'n self, key: &'n str) -> impl Iterator<Item = (&'n str, &'n str)> {
        let map = self.node.get("metadata").and_then(|metadata| metadata.get(key));
        let entries = map.map(Node::entries).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((&*entry.key, entry.value.as_str()?)))
    }
}

/// Whether two namespaces are one; none means `default`.
pub(super) fn same_space(one: &str, other: &str) -> bool {
    let spelled = |space: &str| space.is_empty() || space == "default";
    one == other || (spelled(one) && spelled(other))
}

/// Calls `change` with every node at `path`; `[]` goes into each item of a list. With `create` a missing key is made, as
/// null at that place.
pub(super) fn each(node: &mut Node, path: &[&str], create: Option<Span>, change: &mut dyn FnMut(&mut Node)) {
    let Some((step, rest)) = path.split_first() else { return change(node) };
    if *step == "[]" {
        if let Value::List(items) = &mut node.value {
            items.iter_mut().for_each(|item| each(item, rest, create, change));
        }
        return;
    }
    if let (Value::Null, Some(span)) = (&node.value, create) {
        *node = Node::empty_map(span);
    }
    let Value::Map(entries) = &mut node.value else { return };
    if !entries.iter().any(|entry| &*entry.key == *step) {
        let Some(span) = create else { return };
        entries.push(Entry { key: Arc::from(*step), key_span: Some(span), value: Node::at(Value::Null, span) });
    }
    if let Some(entry) = entries.iter_mut().find(|entry| &*entry.key == *step) {
        each(&mut entry.value, rest, create, change);
    }
}

/// Sets `key` of a map.
pub(super) fn set(node: &mut Node, key: &str, value: Node) {
    if node.is_null() {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = &mut node.value else { return };
    match entries.iter_mut().find(|entry| &*entry.key == key) {
        Some(entry) => entry.value = value,
        None => entries.push(Entry { key: Arc::from(key), key_span: value.origins.primary, value }),
    }
}

/// Takes `key` out of a map.
pub(super) fn remove(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| &*entry.key == key)?;
    Some(entries.remove(at).value)
}

/// A new text in the place of another, which stays as a related place.
pub(super) fn replaced(old: &Node, text: impl Into<Arc<str>>, by: Option<Span>) -> Node {
    let origins = match by {
        Some(span) => Origins::at(span).and(&old.origins),
        None => old.origins.clone(),
    };
    Node { value: Value::String(text.into()), origins }
}

/// A text of its own, written at `at`.
pub(super) fn text(text: impl Into<Arc<str>>, at: Option<Span>) -> Node {
    Node { value: Value::String(text.into()), origins: Origins { primary: at, related: None } }
}

/// What a scalar says, as a text.
pub(super) fn said(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(Arc::from(flag.to_string())),
        Value::Number(number) => Some(Arc::from(number.to_string())),
        _ => None,
    }
}

/// The items of a list, or none.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}
