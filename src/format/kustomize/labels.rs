//! Labels and annotations that a layer gives to all of its objects, and where selectors want them as well.
//! The places are those of <https://github.com/kubernetes-sigs/kustomize/tree/master/api/internal/konfig/builtinpluginconsts>.

use super::layer::Layer;
use super::object::{Object, each, items, set};
use crate::source::Span;
use crate::value::{Node, Value};

const TERMS: &[&[&str]] = &[
    &["podAffinity", "preferredDuringSchedulingIgnoredDuringExecution", "[]", "podAffinityTerm"],
    &["podAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "[]"],
    &["podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", "[]", "podAffinityTerm"],
    &["podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "[]"],
];

impl Layer<'_, '_> {
    /// `commonLabels`, `labels`, `commonAnnotations`.
    pub(super) fn labels(&self, objects: &mut [Object]) {
        let root = self.root;
        for object in objects.iter_mut() {
            if let Some(pairs) = root.get("commonLabels") {
                label(object, pairs, true, true);
            }
            for entry in items(root.get("labels")) {
                let flag = |key: &str| entry.get(key).is_some_and(|flag| flag.value == Value::Bool(true));
                if let Some(pairs) = entry.get("pairs") {
                    label(object, pairs, flag("includeSelectors"), flag("includeTemplates"));
                }
            }
            if let Some(pairs) = root.get("commonAnnotations") {
                put(&mut object.node, &["metadata", "annotations"], pairs, true);
                templates(object, "annotations", pairs);
            }
        }
    }
}

fn label(object: &mut Object, pairs: &Node, selectors: bool, template: bool) {
    put(&mut object.node, &["metadata", "labels"], pairs, true);
    if selectors || template {
        templates(object, "labels", pairs);
        if object.kind() == "StatefulSet" {
            put(&mut object.node, &["spec", "volumeClaimTemplates", "[]", "metadata", "labels"], pairs, true);
        }
    }
    if !selectors {
        return;
    }
    let kind = object.kind().to_owned();
    let pod = object.pod();
    let node = &mut object.node;
    match kind.as_str() {
        "Service" | "ReplicationController" => put(node, &["spec", "selector"], pairs, true),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            put(node, &["spec", "selector", "matchLabels"], pairs, true);
        }
        "Job" | "PodDisruptionBudget" => put(node, &["spec", "selector", "matchLabels"], pairs, false),
        "CronJob" => put(node, &["spec", "jobTemplate", "spec", "selector", "matchLabels"], pairs, false),
        "NetworkPolicy" => {
            put(node, &["spec", "podSelector", "matchLabels"], pairs, false);
            put(node, &["spec", "ingress", "[]", "from", "[]", "podSelector", "matchLabels"], pairs, false);
            put(node, &["spec", "egress", "[]", "to", "[]", "podSelector", "matchLabels"], pairs, false);
        }
        _ => {}
    }
    if let Some(pod) = pod.filter(|_| matches!(kind.as_str(), "Deployment" | "StatefulSet")) {
        for term in TERMS {
            let path = [pod, &["spec", "affinity"], term, &["labelSelector", "matchLabels"]].concat();
            put(node, &path, pairs, false);
        }
        let spread = [pod, &["spec", "topologySpreadConstraints", "[]", "labelSelector", "matchLabels"]].concat();
        put(node, &spread, pairs, false);
    }
}

/// The same on the templates of pods.
fn templates(object: &mut Object, key: &str, pairs: &Node) {
    let Some(pod) = object.pod().filter(|pod| !pod.is_empty()) else { return };
    put(&mut object.node, &[pod, &["metadata", key]].concat(), pairs, true);
    if object.kind() == "CronJob" {
        put(&mut object.node, &["spec", "jobTemplate", "metadata", key], pairs, true);
    }
}

fn put(node: &mut Node, path: &[&str], pairs: &Node, create: bool) {
    let span: Option<Span> = pairs.origins.primary.filter(|_| create);
    each(node, path, span, &mut |map| {
        for pair in pairs.entries() {
            set(map, &pair.key, pair.value.clone());
        }
    });
}
