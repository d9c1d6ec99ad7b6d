//! Which kinds of a cluster are listed: one table, by which the collector calls and `deodar permissions` writes the role.
//!
//! A kind stands here because a reader in `provider/kubernetes/` looks at it. What a cluster does not serve is not asked
//! for; the version is the one that the cluster prefers.

/// A kind that is listed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Kind {
    /// The API group, empty for the core one.
    pub group: String,
    /// As paths and roles call it: `deployments`.
    pub plural: String,
    /// `Deployment`.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

/// What is listed of a group in namespaces, and what of the whole cluster: plural and kind.
type Group = (&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

const GROUPS: &[Group] = &[
    (
        "",
        &[
            ("configmaps", "ConfigMap"),
            ("limitranges", "LimitRange"),
            ("pods", "Pod"),
            ("podtemplates", "PodTemplate"),
            ("replicationcontrollers", "ReplicationController"),
            ("serviceaccounts", "ServiceAccount"),
            ("services", "Service"),
        ],
        &[("namespaces", "Namespace"), ("nodes", "Node"), ("persistentvolumes", "PersistentVolume")],
    ),
    (
        "admissionregistration.k8s.io",
        &[],
        &[
            ("validatingadmissionpolicies", "ValidatingAdmissionPolicy"),
            ("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"),
        ],
    ),
    ("agents.x-k8s.io", &[("sandboxes", "Sandbox")], &[]),
    (
        "apps",
        &[
            ("daemonsets", "DaemonSet"),
            ("deployments", "Deployment"),
            ("replicasets", "ReplicaSet"),
            ("statefulsets", "StatefulSet"),
        ],
        &[],
    ),
    ("apps.openshift.io", &[("deploymentconfigs", "DeploymentConfig")], &[]),
    ("argoproj.io", &[("rollouts", "Rollout")], &[]),
    ("autoscaling", &[("horizontalpodautoscalers", "HorizontalPodAutoscaler")], &[]),
    ("batch", &[("cronjobs", "CronJob"), ("jobs", "Job")], &[]),
    ("cert-manager.io", &[("certificates", "Certificate")], &[]),
    (
        "cilium.io",
        &[("ciliumnetworkpolicies", "CiliumNetworkPolicy")],
        &[("ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy")],
    ),
    // constraints are kinds that the cluster's owners make: these are Gatekeeper's own library of pod security
    // (<https://open-policy-agent.github.io/gatekeeper-library/website/pspintro>), others are found by discovery
    (
        CONSTRAINTS,
        &[],
        &[
            ("k8spspallowedusers", "K8sPSPAllowedUsers"),
            ("k8spspallowprivilegeescalationcontainer", "K8sPSPAllowPrivilegeEscalationContainer"),
            ("k8spspapparmor", "K8sPSPAppArmor"),
            ("k8spspcapabilities", "K8sPSPCapabilities"),
            ("k8spspflexvolumes", "K8sPSPFlexVolumes"),
            ("k8spspforbiddensysctls", "K8sPSPForbiddenSysctls"),
            ("k8spspfsgroup", "K8sPSPFSGroup"),
            ("k8spsphostfilesystem", "K8sPSPHostFilesystem"),
            ("k8spsphostnamespace", "K8sPSPHostNamespace"),
            ("k8spsphostnetworkingports", "K8sPSPHostNetworkingPorts"),
            ("k8spspprivilegedcontainer", "K8sPSPPrivilegedContainer"),
            ("k8spspprocmount", "K8sPSPProcMount"),
            ("k8spspreadonlyrootfilesystem", "K8sPSPReadOnlyRootFilesystem"),
            ("k8spspseccomp", "K8sPSPSeccomp"),
            ("k8spspselinuxv2", "K8sPSPSELinuxV2"),
            ("k8spspvolumetypes", "K8sPSPVolumeTypes"),
        ],
    ),
    ("crd.projectcalico.org", &[], &[("globalnetworkpolicies", "GlobalNetworkPolicy")]),
    ("extensions.agents.x-k8s.io", &[("sandboxtemplates", "SandboxTemplate")], &[]),
    ("gateway.networking.k8s.io", &[("gateways", "Gateway"), ("httproutes", "HTTPRoute")], &[]),
    ("kafka.strimzi.io", &[("kafkas", "Kafka")], &[]),
    ("kyverno.io", &[("policies", "Policy")], &[("clusterpolicies", "ClusterPolicy")]),
    ("monitoring.coreos.com", &[("alertmanagerconfigs", "AlertmanagerConfig")], &[]),
    ("networking.istio.io", &[("gateways", "Gateway"), ("sidecars", "Sidecar")], &[]),
    ("networking.k8s.io", &[("ingresses", "Ingress"), ("networkpolicies", "NetworkPolicy")], &[]),
    ("node.k8s.io", &[], &[("runtimeclasses", "RuntimeClass")]),
    ("policies.kyverno.io", &[], &[("validatingpolicies", "ValidatingPolicy")]),
    (
        "policy.networking.k8s.io",
        &[],
        &[
            ("adminnetworkpolicies", "AdminNetworkPolicy"),
            ("baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy"),
            ("clusternetworkpolicies", "ClusterNetworkPolicy"),
        ],
    ),
    (
        "rbac.authorization.k8s.io",
        &[("rolebindings", "RoleBinding"), ("roles", "Role")],
        &[("clusterrolebindings", "ClusterRoleBinding"), ("clusterroles", "ClusterRole")],
    ),
    ("route.openshift.io", &[("routes", "Route")], &[]),
    (
        "security.istio.io",
        &[
            ("authorizationpolicies", "AuthorizationPolicy"),
            ("peerauthentications", "PeerAuthentication"),
            ("requestauthentications", "RequestAuthentication"),
        ],
        &[],
    ),
    ("serving.knative.dev", &[("services", "Service")], &[]),
    ("storage.k8s.io", &[], &[("storageclasses", "StorageClass")]),
];

/// The group whose kinds a cluster's owners make.
pub(super) const CONSTRAINTS: &str = "constraints.gatekeeper.sh";

/// Every kind that is listed. Secrets only where they are asked for: who may list them may read them, so that the right
/// to is one that a scanner had better not have.
pub fn kinds(secrets: bool) -> Vec<Kind> {
    let mut found = Vec::new();
    for (group, spaced, wide) in GROUPS {
        let rows = spaced.iter().map(|row| (row, true)).chain(wide.iter().map(|row| (row, false)));
        found.extend(rows.map(|((plural, kind), namespaced)| Kind {
            group: (*group).to_owned(),
            plural: (*plural).to_owned(),
            kind: (*kind).to_owned(),
            namespaced,
        }));
    }
    if secrets {
        found.push(Kind { group: String::new(), plural: "secrets".into(), kind: "Secret".into(), namespaced: true });
    }
    found.sort();
    found
}

impl Kind {
    /// A further constraint, as a cluster calls it: `k8srequiredlabels.constraints.gatekeeper.sh`.
    pub fn named(resource: &str) -> Option<Self> {
        let (plural, group) = resource.split_once('.').filter(|(_, group)| *group == CONSTRAINTS)?;
        let good = !plural.is_empty() && plural.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit());
        good.then(|| Self {
            group: group.to_owned(),
            plural: plural.to_owned(),
            kind: plural.to_owned(),
            namespaced: false,
        })
    }

    /// The type of a block: `apps/Deployment`, `Pod`.
    pub fn native_type(&self) -> String {
        if self.group.is_empty() { self.kind.clone() } else { format!("{}/{}", self.group, self.kind) }
    }

    /// As `kubectl` names it: `deployments.apps`, `pods`.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// The right to list it, in words.
    #[cfg(feature = "kubernetes")]
    pub(super) fn permission(&self, namespace: Option<&str>) -> String {
        match namespace {
            Some(name) if self.namespaced => format!("list {} in namespace {name}", self.resource()),
            Some(name) => format!("list {} named {name}", self.resource()),
            None if self.namespaced => format!("list {} in all namespaces", self.resource()),
            None => format!("list {}", self.resource()),
        }
    }

    /// Whether facts of a resource of the kind `of` (`Workload`) come from its objects.
    pub fn gives(&self, of: &str) -> bool {
        let kinds: &[&str] = match &*self.kind {
            "ConfigMap" => &["Config", "Workload"],
            "LimitRange" | "PeerAuthentication" | "RuntimeClass" | "Sidecar" => &["Workload"],
            "HorizontalPodAutoscaler" => &["ComputeGroup"],
            "Namespace" => &["Namespace", "Workload"],
            "Node" => &["Cluster"],
            "NetworkPolicy" => &["FirewallRule", "Namespace", "Workload"],
            "CiliumNetworkPolicy"
            | "CiliumClusterwideNetworkPolicy"
            | "GlobalNetworkPolicy"
            | "AdminNetworkPolicy"
            | "BaselineAdminNetworkPolicy"
            | "ClusterNetworkPolicy" => &["Namespace", "Workload"],
            "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => {
                &["ComputeIdentity", "PolicyGrant", "Workload"]
            }
            "ServiceAccount" => &["ComputeIdentity", "ServiceIdentity", "Workload"],
            "AuthorizationPolicy" | "RequestAuthentication" => &["ToolEntrance"],
            "Ingress" | "Gateway" | "HTTPRoute" | "Route" => &["Ingress"],
            "StorageClass" => &["StorageClass"],
            "PersistentVolume" => &["ClusterVolume", "Mount"],
            "Certificate" => &["Certificate"],
            "Secret" => &["Certificate", "Config"],
            "AlertmanagerConfig" => &["Alarm"],
            "Kafka" => &["Topic"],
            "Service" if self.group.is_empty() => &["Listener", "ToolEntrance"],
            _ if self.namespaced && self.group != "kyverno.io" => RUNS_PODS,
            // policies of admission
            _ => &["Account", "Namespace"],
        };
        kinds.contains(&of)
    }
}

/// What comes from whatever runs pods; a namespace or an entrance is judged by what runs in it or behind it, and the parts
/// of a cluster that one runs oneself are pods.
const RUNS_PODS: &[&str] = &[
    "Account",
    "AuditTrail",
    "Cluster",
    "ClusterComponent",
    "ComputeGroup",
    "ComputeIdentity",
    "Container",
    "Credential",
    "LogStore",
    "Namespace",
    "PolicyGrant",
    "ServiceIdentity",
    "ToolEntrance",
    "Workload",
];
