//! Namespaces, prefixes and suffixes, hashes of generated contents, and the references that have to follow them.
//! The places are those of <https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/konfig/builtinpluginconsts/namereference.go>.

use std::sync::Arc;

use super::generate;
use super::layer::Layer;
use super::object::{Object, each, replaced, same_space, set, text};
use crate::value::Node;

/// Kinds whose names take no prefix and no suffix.
const UNCHANGED: &[&str] = &["CustomResourceDefinition", "APIService", "Namespace"];

/// What a pod refers to: the kind, and where in the pod's `spec`.
const OF_PODS: &[(&str, &[&str])] = &[
    ("ConfigMap", &["volumes", "[]", "configMap", "name"]),
    ("ConfigMap", &["volumes", "[]", "projected", "sources", "[]", "configMap", "name"]),
    ("Secret", &["volumes", "[]", "secret", "secretName"]),
    ("Secret", &["volumes", "[]", "projected", "sources", "[]", "secret", "name"]),
    ("Secret", &["imagePullSecrets", "[]", "name"]),
    ("PersistentVolumeClaim", &["volumes", "[]", "persistentVolumeClaim", "claimName"]),
    ("ServiceAccount", &["serviceAccountName"]),
    ("ServiceAccount", &["serviceAccount"]),
    ("PriorityClass", &["priorityClassName"]),
    ("RuntimeClass", &["runtimeClassName"]),
];

/// What a container refers to.
const OF_CONTAINERS: &[(&str, &[&str])] = &[
    ("ConfigMap", &["env", "[]", "valueFrom", "configMapKeyRef", "name"]),
    ("ConfigMap", &["envFrom", "[]", "configMapRef", "name"]),
    ("Secret", &["env", "[]", "valueFrom", "secretKeyRef", "name"]),
    ("Secret", &["envFrom", "[]", "secretRef", "name"]),
];

/// What other kinds refer to: the kind that refers, the kind that is meant, and where.
const OTHERS: &[(&str, &str, &[&str])] = &[
    ("StatefulSet", "Service", &["spec", "serviceName"]),
    ("StatefulSet", "StorageClass", &["spec", "volumeClaimTemplates", "[]", "spec", "storageClassName"]),
    ("Ingress", "Service", &["spec", "rules", "[]", "http", "paths", "[]", "backend", "service", "name"]),
    ("Ingress", "Service", &["spec", "rules", "[]", "http", "paths", "[]", "backend", "serviceName"]),
    ("Ingress", "Service", &["spec", "defaultBackend", "service", "name"]),
    ("Ingress", "Service", &["spec", "backend", "serviceName"]),
    ("Ingress", "Secret", &["spec", "tls", "[]", "secretName"]),
    ("Ingress", "IngressClass", &["spec", "ingressClassName"]),
    ("ServiceAccount", "Secret", &["secrets", "[]", "name"]),
    ("ServiceAccount", "Secret", &["imagePullSecrets", "[]", "name"]),
    ("PersistentVolumeClaim", "PersistentVolume", &["spec", "volumeName"]),
    ("PersistentVolumeClaim", "StorageClass", &["spec", "storageClassName"]),
    ("PersistentVolume", "StorageClass", &["spec", "storageClassName"]),
    ("APIService", "Service", &["spec", "service", "name"]),
    ("ValidatingWebhookConfiguration", "Service", &["webhooks", "[]", "clientConfig", "service", "name"]),
    ("MutatingWebhookConfiguration", "Service", &["webhooks", "[]", "clientConfig", "service", "name"]),
    ("CustomResourceDefinition", "Service", &["spec", "conversion", "webhook", "clientConfig", "service", "name"]),
];

impl Layer<'_, '_> {
    /// `namespace`, `namePrefix` and `nameSuffix`.
    pub(super) fn rename(&self, objects: &mut [Object]) {
        if let Some(namespace) = self.root.get("namespace").filter(|namespace| namespace.as_str().is_some()) {
            objects.iter_mut().for_each(|object| put_into(object, namespace));
        }
        for (key, before) in [("namePrefix", true), ("nameSuffix", false)] {
            let Some(affix) = self.root.get(key) else { continue };
            let Some(written) = affix.as_str() else { continue };
            for object in objects.iter_mut().filter(|object| !UNCHANGED.contains(&object.kind())) {
                object.remember();
                each(&mut object.node, &["metadata", "name"], None, &mut |name| {
                    let Some(old) = name.as_str() else { return };
                    let new = if before { format!("{written}{old}") } else { format!("{old}{written}") };
                    *name = replaced(name, new, None);
                });
            }
        }
    }
}

fn put_into(object: &mut Object, namespace: &Node) {
    object.remember();
    match object.kind() {
        "Namespace" => each(&mut object.node, &["metadata", "name"], None, &mut |name| *name = namespace.clone()),
        _ if object.cluster_wide() => {}
        _ => each(&mut object.node, &["metadata"], namespace.origins.primary, &mut |metadata| {
            set(metadata, "namespace", namespace.clone());
        }),
    }
    // a binding to `default` means that of its own namespace
    if matches!(object.kind(), "RoleBinding" | "ClusterRoleBinding") {
        each(&mut object.node, &["subjects", "[]"], None, &mut |subject| {
            let word = |key: &str| subject.get(key).and_then(Node::as_str);
            if word("kind") == Some("ServiceAccount") && word("name") == Some("default") {
                set(subject, "namespace", namespace.clone());
            }
        });
    }
}

/// Names with the hash of what was generated under them.
pub(super) fn hashes(objects: &mut [Object]) {
    for object in objects.iter_mut().filter(|object| object.hashed) {
        let Some(hash) = generate::hash(object) else { continue };
        object.remember();
        each(&mut object.node, &["metadata", "name"], None, &mut |name| {
            let Some(old) = name.as_str() else { return };
            *name = replaced(name, format!("{old}-{hash}"), None);
        });
        object.hashed = false;
    }
}

/// An object as others know it.
struct Known {
    kind: String,
    cluster_wide: bool,
    before: (Arc<str>, Arc<str>),
    was: Vec<(Arc<str>, Arc<str>)>,
    now: (Arc<str>, Arc<str>),
}

/// What every object was called before this layer changed it.
pub(super) fn called(objects: &[Object]) -> Vec<(Arc<str>, Arc<str>)> {
    objects.iter().map(|object| (object.namespace(), object.name())).collect()
}

/// Mends the references to objects that are called otherwise than `before`.
pub(super) fn follow(objects: &mut [Object], before: &[(Arc<str>, Arc<str>)]) {
    let known: Vec<Known> = objects
        .iter()
        .zip(before)
        .map(|(object, before)| Known {
            kind: object.kind().to_owned(),
            cluster_wide: object.cluster_wide(),
            before: before.clone(),
            was: object.was.clone(),
            now: (object.namespace(), object.name()),
        })
        .filter(|known| known.before != known.now || !known.was.is_empty())
        .collect();
    if known.is_empty() {
        return;
    }
    for (object, (namespace, _)) in objects.iter_mut().zip(before) {
        mend(object, namespace, &known);
    }
}

fn mend(object: &mut Object, namespace: &str, known: &[Known]) {
    let kind = object.kind().to_owned();
    let follow = |node: &mut Node, path: &[&str], wanted: &str| {
        each(node, path, None, &mut |name| {
            if let Some(found) = find(known, &[wanted], name.as_str().unwrap_or(""), namespace) {
                rewrite(name, &found.now.1);
            }
        });
    };
    if let Some(pod) = object.pod() {
        let spec = [pod, &["spec"]].concat();
        for (wanted, path) in OF_PODS {
            follow(&mut object.node, &[&spec, *path].concat(), wanted);
        }
        for containers in ["containers", "initContainers", "ephemeralContainers"] {
            for (wanted, path) in OF_CONTAINERS {
                follow(&mut object.node, &[spec.as_slice(), &[containers, "[]"], *path].concat(), wanted);
            }
        }
    }
    for (_, wanted, path) in OTHERS.iter().filter(|(from, ..)| *from == kind) {
        follow(&mut object.node, path, wanted);
    }
    // where the kind stands beside the name
    let beside: &[&[&str]] = match kind.as_str() {
        "HorizontalPodAutoscaler" => &[&["spec", "scaleTargetRef"]],
        "RoleBinding" | "ClusterRoleBinding" => &[&["roleRef"], &["subjects", "[]"]],
        _ => &[],
    };
    for path in beside {
        each(&mut object.node, path, None, &mut |reference| {
            let word = |key: &str| reference.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
            let (wanted, name) = (word("kind"), word("name"));
            let space = word("namespace");
            let space = if space.is_empty() { namespace } else { &space };
            let Some(found) = find(known, &[&wanted], &name, space) else { return };
            each(reference, &["name"], None, &mut |name| rewrite(name, &found.now.1));
            if wanted == "ServiceAccount" && !found.now.0.is_empty() {
                let at = reference.origins.primary;
                match reference.get("namespace").is_some() {
                    true => each(reference, &["namespace"], None, &mut |space| rewrite(space, &found.now.0)),
                    false => set(reference, "namespace", text(&*found.now.0, at)),
                }
            }
        });
    }
    if kind.ends_with("WebhookConfiguration") {
        services(&mut object.node, &["webhooks", "[]", "clientConfig", "service"], known);
    }
    if kind == "APIService" {
        services(&mut object.node, &["spec", "service"], known);
    }
}

/// The namespace of a service that is named with one.
fn services(node: &mut Node, path: &[&str], known: &[Known]) {
    each(node, path, None, &mut |service| {
        let name = service.get("name").and_then(Node::as_str).unwrap_or("").to_owned();
        let found = known.iter().find(|known| known.kind == "Service" && *known.now.1 == name);
        if let Some(found) = found.filter(|found| !found.now.0.is_empty()) {
            each(service, &["namespace"], None, &mut |space| rewrite(space, &found.now.0));
        }
    });
}

/// The object that a name means: by what it was called before this layer, else by what it was called in a layer below.
fn find<'k>(known: &'k [Known], kinds: &[&str], name: &str, namespace: &str) -> Option<&'k Known> {
    let of_kind = || known.iter().filter(|known| kinds.contains(&known.kind.as_str()));
    let near = |known: &&Known, space: &str| known.cluster_wide || same_space(space, namespace);
    let now = of_kind().find(|known| &*known.before.1 == name && near(known, &known.before.0));
    now.or_else(|| of_kind().find(|known| known.was.iter().any(|(space, was)| &**was == name && near(known, space))))
}

fn rewrite(node: &mut Node, new: &Arc<str>) {
    if node.as_str() != Some(&**new) {
        *node = replaced(node, new.clone(), None);
    }
}
