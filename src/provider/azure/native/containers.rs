//! Kubernetes Service, Container Registry, Container Apps, Container Instances.

use super::common::{at, constant, identities, older, pairs, while_on};
use crate::provider::spelling::Move::{By, Each, Flag, To};
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.ContainerService/managedClusters",
        reads_as: "azurerm_kubernetes_cluster",
        moves: CLUSTER,
        also: &[],
    },
    Native {
        native: "Microsoft.ContainerService/managedClusters/agentPools",
        reads_as: "azurerm_kubernetes_cluster_node_pool",
        moves: &[To("parent", "kubernetes_cluster_id")],
        also: &[],
    },
    Native::same("Microsoft.RedHatOpenShift/openShiftClusters", "azurerm_redhat_openshift_cluster"),
    Native {
        native: "Microsoft.ContainerRegistry/registries",
        reads_as: "azurerm_container_registry",
        moves: &[
            To("adminUserEnabled", "admin_enabled"),
            By(registry_key, "encryption.key_vault_key_id"),
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
        ],
        also: &[],
    },
    Native::same("Microsoft.ContainerRegistry/registries/webhooks", "azurerm_container_registry_webhook"),
    Native::same("Microsoft.App/managedEnvironments", "azurerm_container_app_environment"),
    Native { native: "Microsoft.App/containerApps", reads_as: "azurerm_container_app", moves: APP, also: &[] },
    Native { native: "Microsoft.App/jobs", reads_as: "azurerm_container_app_job", moves: APP, also: &[] },
    Native {
        native: "Microsoft.ContainerInstance/containerGroups",
        reads_as: "azurerm_container_group",
        moves: &[
            Each("containers", "container", CONTAINER),
            Each("initContainers", "init_container", CONTAINER),
            By(identities, "identity.identity_ids"),
        ],
        also: &[],
    },
];

const CLUSTER: &[Move] = &[
    By(rbac, "role_based_access_control_enabled"),
    To("apiServerAccessProfile.enablePrivateCluster", "private_cluster_enabled"),
    To("disableLocalAccounts", "local_account_disabled"),
    To("networkProfile.networkDataplane", "network_profile.network_data_plane"),
    To("autoUpgradeProfile.upgradeChannel", "automatic_upgrade_channel"),
    To("agentPoolProfiles", "default_node_pool"),
    By(policy, "azure_policy_enabled"),
    By(|body| while_on(body, "securityProfile.azureKeyVaultKms", "enabled"), "key_management_service"),
    By(identities, "identity.identity_ids"),
];

/// The key of a registry whose encryption with one is on: as unknown as that.
fn registry_key(body: &Node) -> Option<Node> {
    let on = while_on(body, "encryption", "status")?;
    match on.value {
        Value::Unknown(_) => Some(on),
        _ => at(body, "encryption.keyVaultProperties.keyIdentifier").cloned(),
    }
}

/// On unless it is turned off; a template of the first versions had to turn it on:
/// <https://github.com/MicrosoftDocs/azure-docs/pull/22220> (January 2019),
/// <https://github.com/kubernetes-sigs/cluster-api-provider-azure/pull/1678> (version 2021-05-01).
fn rbac(body: &Node) -> Option<Node> {
    match at(body, "enableRBAC") {
        Some(said) => Some(said.clone()),
        None if older(body, "2019-01-01") => constant(body, Value::Bool(false)),
        None => None,
    }
}

/// The name of an add-on is written in either letter case.
fn policy(body: &Node) -> Option<Node> {
    let names = ["azurepolicy", "azurePolicy", "AzurePolicy"];
    names.iter().find_map(|name| at(body, &format!("addonProfiles.{name}.enabled"))).cloned()
}

const APP: &[Move] = &[
    To("managedEnvironmentId", "container_app_environment_id"),
    To("environmentId", "container_app_environment_id"),
    Each(
        "configuration.ingress",
        "ingress",
        &[To("allowInsecure", "allow_insecure_connections"), To("external", "external_enabled")],
    ),
    To("template.scale.minReplicas", "template.min_replicas"),
    To("template.scale.maxReplicas", "template.max_replicas"),
    To("configuration.replicaTimeout", "replica_timeout_in_seconds"),
    To("template.containers", "template.container"),
    To("template.initContainers", "template.init_container"),
    By(identities, "identity.identity_ids"),
];

const CONTAINER: &[Move] = &[
    By(|container| at(container, "environmentVariables").map(pairs), "environment_variables"),
    To("resources.limits.cpu", "cpu_limit"),
    To("resources.limits.memoryInGB", "memory_limit"),
];
