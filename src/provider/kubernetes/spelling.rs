//! Terraform's spelling of Kubernetes objects, brought to the API's own: one normaliser then serves both dialects.
//!
//! The provider writes the API's names in snake case, repeated things in the singular, and nested objects as blocks,
//! which come as lists; paths step through those. Source: the documentation of the `hashicorp/kubernetes` provider.

use std::sync::Arc;

use crate::value::{Block, Entry, Node, Value};

/// The kind and group of a Terraform resource type: `kubernetes_cron_job_v1` is `batch/CronJob`. None for types that
/// are no object of their own.
pub(super) fn kind_of(native_type: &str) -> Option<(&'static str, &'static str)> {
    let name = native_type.strip_prefix("kubernetes_")?;
    let name =
        ["_v1", "_v2", "_v1beta1", "_v2beta2"].iter().find_map(|version| name.strip_suffix(version)).unwrap_or(name);
    Some(match name {
        "pod" => ("", "Pod"),
        "replication_controller" => ("", "ReplicationController"),
        "deployment" => ("apps", "Deployment"),
        "stateful_set" => ("apps", "StatefulSet"),
        "daemonset" | "daemon_set" => ("apps", "DaemonSet"),
        "job" => ("batch", "Job"),
        "cron_job" => ("batch", "CronJob"),
        "namespace" => ("", "Namespace"),
        "service_account" | "default_service_account" => ("", "ServiceAccount"),
        "persistent_volume" => ("", "PersistentVolume"),
        "config_map" => ("", "ConfigMap"),
        "limit_range" => ("", "LimitRange"),
        "secret" => ("", "Secret"),
        "service" => ("", "Service"),
        "ingress" => ("networking.k8s.io", "Ingress"),
        "network_policy" => ("networking.k8s.io", "NetworkPolicy"),
        "role" => ("rbac.authorization.k8s.io", "Role"),
        "cluster_role" => ("rbac.authorization.k8s.io", "ClusterRole"),
        "role_binding" => ("rbac.authorization.k8s.io", "RoleBinding"),
        "cluster_role_binding" => ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        "storage_class" => ("storage.k8s.io", "StorageClass"),
        "runtime_class" => ("node.k8s.io", "RuntimeClass"),
        _ => return None,
    })
}

/// The object as the API spells it.
pub(super) fn native_body(block: &Block) -> Node {
    if &*block.native_type == "kubernetes_manifest" {
        return block.body.get("manifest").cloned().unwrap_or_else(|| Node::empty_map(block.span));
    }
    respell(&block.body)
}

/// Keys whose maps belong to the person: labels, quantities, file names.
const FREE: &[&str] = &[
    "labels",
    "annotations",
    "match_labels",
    "data",
    "string_data",
    "binary_data",
    "limits",
    "requests",
    "node_selector",
    "parameters",
];

fn respell(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(respell).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(respell_entry).collect()),
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

fn respell_entry(entry: &Entry) -> Entry {
    let value = if FREE.contains(&&*entry.key) { entry.value.clone() } else { respell(&entry.value) };
    Entry { key: native_key(&entry.key), key_span: entry.key_span, value }
}

/// `init_container` to `initContainers`.
fn native_key(key: &str) -> Arc<str> {
    let plural = match key {
        "container" => "containers",
        "init_container" => "initContainers",
        "ephemeral_container" => "ephemeralContainers",
        "volume" => "volumes",
        "volume_mount" => "volumeMounts",
        "port" => "ports",
        "rule" => "rules",
        "limit" => "limits",
        "subject" => "subjects",
        "toleration" => "tolerations",
        "host_pid" => "hostPID",
        "host_ipc" => "hostIPC",
        _ => return camel(key),
    };
    Arc::from(plural)
}

fn camel(key: &str) -> Arc<str> {
    let mut words = key.split('_');
    let mut camel = words.next().unwrap_or("").to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    Arc::from(camel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_names_become_the_apis_names() {
        for (terraform, native) in [
            ("init_container", "initContainers"),
            ("allow_privilege_escalation", "allowPrivilegeEscalation"),
            ("host_pid", "hostPID"),
            ("run_as_non_root", "runAsNonRoot"),
            ("spec", "spec"),
        ] {
            assert_eq!(&*native_key(terraform), native);
        }
        assert_eq!(kind_of("kubernetes_cron_job_v1"), Some(("batch", "CronJob")));
        assert_eq!(kind_of("kubernetes_labels"), None);
    }
}
