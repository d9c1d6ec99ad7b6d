//! Kubernetes objects, from manifests and from Terraform's `kubernetes_*` resources, by one set of readers.
//!
//! Source of every default here: the Kubernetes API reference (<https://kubernetes.io/docs/reference/kubernetes-api/>),
//! unless a comment names another page.

mod access;
mod agents;
mod alarms;
mod brokers;
mod cluster;
mod command;
mod components;
mod containers;
mod credentials;
mod egress;
mod flags;
mod guardrails;
mod ingress;
mod isolation;
mod mesh;
mod namespaces;
mod objects;
mod pods;
mod rights;
mod services;
mod spelling;
mod volumes;
mod workloads;

use super::{Context, Row, fragment};
use crate::model::{Resource, tags_of};
use crate::value::{Block, Known, Node, Origins, State};
pub(super) use guardrails::{account, beside};
pub(in crate::provider) use objects::{Object, Objects};

/// Reads a block as the object that it is.
type ObjectReader = fn(&Object<'_>, &Context<'_>, &mut Vec<Resource>);

/// Finds the block's object, and reads it by its kind: both dialects come through here.
fn object(block: &Block, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let Some(object) = context.blocks.objects().of(block) else { return };
    if let Some(read) = reader(object) {
        read(object, context, resources);
    }
}

/// The reader of an object, by kind; the group is looked at where a kind's name is not its own.
fn reader(object: &Object<'_>) -> Option<ObjectReader> {
    if pods::template_of(object).is_some() {
        return Some(workloads::read);
    }
    Some(match (&*object.group, &*object.kind) {
        (_, "Namespace") => namespaces::read,
        (_, "Role" | "ClusterRole") => access::read_role,
        (_, "RoleBinding" | "ClusterRoleBinding") => access::read_binding,
        ("networking.k8s.io" | "extensions", "Ingress") => ingress::read_ingress,
        ("gateway.networking.k8s.io", "Gateway") => ingress::read_gateway,
        ("networking.istio.io", "Gateway") => ingress::read_istio_gateway,
        ("route.openshift.io", "Route") => ingress::read_route,
        ("", "Service") => services::read_service,
        (_, "NetworkPolicy") => services::read_policy,
        ("storage.k8s.io", "StorageClass") => volumes::read_class,
        ("", "PersistentVolume") => volumes::read_volume,
        ("", "ConfigMap") => credentials::read_config_map,
        ("", "Secret") => credentials::read_secret,
        ("monitoring.coreos.com", "AlertmanagerConfig") => alarms::read_config,
        ("cert-manager.io", "Certificate") => credentials::read_certificate,
        ("kafka.strimzi.io", "Kafka") => brokers::read_kafka,
        ("kubelet.config.k8s.io", "KubeletConfiguration") => cluster::read_kubelet,
        ("apiserver.config.k8s.io", "EncryptionConfiguration") => cluster::read_encryption,
        ("kubeadm.k8s.io", "ClusterConfiguration") => cluster::read_kubeadm,
        _ => return None,
    })
}

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[ROWS];

/// Types that are read.
const ROWS: &[Row] = &[
    ("Pod", object),
    ("PodTemplate", object),
    ("ReplicationController", object),
    ("apps/Deployment", object),
    ("apps/StatefulSet", object),
    ("apps/DaemonSet", object),
    ("apps/ReplicaSet", object),
    ("extensions/Deployment", object),
    ("extensions/DaemonSet", object),
    ("extensions/ReplicaSet", object),
    ("batch/Job", object),
    ("batch/CronJob", object),
    ("argoproj.io/Rollout", object),
    ("apps.openshift.io/DeploymentConfig", object),
    ("serving.knative.dev/Service", object),
    ("serving.knative.dev/Configuration", object),
    ("serving.knative.dev/Revision", object),
    ("agents.x-k8s.io/Sandbox", object),
    ("extensions.agents.x-k8s.io/SandboxTemplate", object),
    ("Namespace", object),
    ("rbac.authorization.k8s.io/Role", object),
    ("rbac.authorization.k8s.io/ClusterRole", object),
    ("rbac.authorization.k8s.io/RoleBinding", object),
    ("rbac.authorization.k8s.io/ClusterRoleBinding", object),
    ("networking.k8s.io/Ingress", object),
    ("extensions/Ingress", object),
    ("gateway.networking.k8s.io/Gateway", object),
    ("networking.istio.io/Gateway", object),
    ("route.openshift.io/Route", object),
    ("PersistentVolume", object),
    ("ConfigMap", object),
    ("LimitRange", object),
    ("Secret", object),
    ("cert-manager.io/Certificate", object),
    ("monitoring.coreos.com/AlertmanagerConfig", object),
    ("monitoring.coreos.com/PrometheusRule", fragment),
    ("security.istio.io/AuthorizationPolicy", fragment),
    ("security.istio.io/PeerAuthentication", fragment),
    ("security.istio.io/RequestAuthentication", fragment),
    ("kyverno.io/ClusterPolicy", fragment),
    ("kyverno.io/Policy", fragment),
    ("kafka.strimzi.io/Kafka", object),
    ("kubelet.config.k8s.io/KubeletConfiguration", object),
    ("apiserver.config.k8s.io/EncryptionConfiguration", object),
    ("kubeadm.k8s.io/ClusterConfiguration", object),
    // Terraform
    ("kubernetes_manifest", object),
    ("kubernetes_pod", object),
    ("kubernetes_pod_v1", object),
    ("kubernetes_replication_controller", object),
    ("kubernetes_replication_controller_v1", object),
    ("kubernetes_deployment", object),
    ("kubernetes_deployment_v1", object),
    ("kubernetes_stateful_set", object),
    ("kubernetes_stateful_set_v1", object),
    ("kubernetes_daemonset", object),
    ("kubernetes_daemon_set_v1", object),
    ("kubernetes_job", object),
    ("kubernetes_job_v1", object),
    ("kubernetes_cron_job", object),
    ("kubernetes_cron_job_v1", object),
    ("kubernetes_namespace", object),
    ("kubernetes_namespace_v1", object),
    ("kubernetes_role", object),
    ("kubernetes_role_v1", object),
    ("kubernetes_cluster_role", object),
    ("kubernetes_cluster_role_v1", object),
    ("kubernetes_role_binding", object),
    ("kubernetes_role_binding_v1", object),
    ("kubernetes_cluster_role_binding", object),
    ("kubernetes_cluster_role_binding_v1", object),
    ("kubernetes_ingress", object),
    ("kubernetes_ingress_v1", object),
    ("kubernetes_persistent_volume", object),
    ("kubernetes_persistent_volume_v1", object),
    ("kubernetes_config_map", object),
    ("kubernetes_config_map_v1", object),
    ("kubernetes_limit_range", object),
    ("kubernetes_limit_range_v1", object),
    ("kubernetes_secret", object),
    ("kubernetes_secret_v1", object),
    // read by the objects that they speak of, or with nothing that a rule asks for
    ("ServiceAccount", fragment),
    ("networking.k8s.io/NetworkPolicy", object),
    ("extensions/NetworkPolicy", object),
    ("cilium.io/CiliumNetworkPolicy", fragment),
    ("cilium.io/CiliumClusterwideNetworkPolicy", fragment),
    ("networking.istio.io/Sidecar", fragment),
    ("node.k8s.io/RuntimeClass", fragment),
    ("gateway.networking.k8s.io/HTTPRoute", fragment),
    ("Service", object),
    ("PersistentVolumeClaim", fragment),
    ("LimitRange", fragment),
    ("ResourceQuota", fragment),
    ("storage.k8s.io/StorageClass", object),
    ("kafka.strimzi.io/KafkaTopic", fragment),
    ("kafka.strimzi.io/KafkaUser", fragment),
    ("policy/PodDisruptionBudget", fragment),
    ("autoscaling/HorizontalPodAutoscaler", fragment),
    ("scheduling.k8s.io/PriorityClass", fragment),
    ("apiextensions.k8s.io/CustomResourceDefinition", fragment),
    ("kubernetes_service_account", fragment),
    ("kubernetes_service_account_v1", fragment),
    ("kubernetes_default_service_account", fragment),
    ("kubernetes_default_service_account_v1", fragment),
    ("kubernetes_network_policy", object),
    ("kubernetes_network_policy_v1", object),
    ("kubernetes_runtime_class_v1", fragment),
    ("kubernetes_service", object),
    ("kubernetes_service_v1", object),
    ("kubernetes_persistent_volume_claim", fragment),
    ("kubernetes_persistent_volume_claim_v1", fragment),
    ("kubernetes_storage_class", object),
    ("kubernetes_storage_class_v1", object),
    ("kubernetes_pod_disruption_budget_v1", fragment),
    ("kubernetes_horizontal_pod_autoscaler", fragment),
    ("kubernetes_horizontal_pod_autoscaler_v1", fragment),
    ("kubernetes_horizontal_pod_autoscaler_v2", fragment),
];

/// The name that a person knows an object by.
fn name_of(object: &Object<'_>) -> std::sync::Arc<str> {
    if object.name.is_empty() || object.name.starts_with('⟨') {
        let last = object.block.address.rsplit('/').next().unwrap_or(&object.block.address);
        return std::sync::Arc::from(last);
    }
    object.name.clone()
}

/// A resource of `kind` for an object, with its labels.
fn resource(object: &Object<'_>, kind: impl Into<crate::model::Kind>) -> Resource {
    let mut resource = Resource::new(object.block, name_of(object), kind);
    resource.tags = tags_of(&object.body, "metadata.labels");
    resource
}

/// Whether any of `facts` is so: the first that is gives the place, else the first that cannot be told. Where none is,
/// the place is `nearest`, as a list of all that is not so helps nobody.
fn any_fact(facts: impl IntoIterator<Item = Known<bool>>, nearest: &Origins) -> Known<bool> {
    let mut unknown = None;
    let mut none = Known::default_of(false, nearest.clone());
    for fact in facts {
        match fact.state {
            State::Set(true) | State::Default(true) => return fact,
            State::Set(false) => none.state = State::Set(false),
            State::Default(false) | State::Unset => {}
            State::Unknown(_) => unknown = unknown.or(Some(fact)),
        }
    }
    unknown.unwrap_or(none)
}

/// Whether any of `nodes` is so.
fn any_of<'n>(
    nodes: impl IntoIterator<Item = &'n Node>,
    nearest: &Origins,
    is: impl Fn(&'n Node) -> Known<bool>,
) -> Known<bool> {
    any_fact(nodes.into_iter().map(is), nearest)
}

/// Whether a list at `field` of `node` holds one of `wanted`; an unknown item may be one.
fn lists(node: &Node, field: &str, wanted: &[&str]) -> Known<bool> {
    any_of(node.each(field), &node.origins, |item| item.text("").map(|text| wanted.contains(&&*text)))
}
