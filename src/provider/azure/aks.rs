//! Azure Kubernetes Service and Azure Red Hat OpenShift.

use crate::model::{AccountSetting, Cluster, Disk, Resource};
use crate::provider::azure::gateways::locked;
use crate::provider::azure::read::{always, by_type, flag, here, is, resource, words};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, State, Why, all, any};

/// The native types of this family. A node pool takes its upgrades from its cluster.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_kubernetes_cluster", cluster),
    ("azurerm_kubernetes_cluster_extension", fragment),
    ("azurerm_redhat_openshift_cluster", openshift),
];

/// The oldest minor version of Kubernetes in standard support, and in long-term support, when this was released:
/// <https://learn.microsoft.com/azure/aks/supported-kubernetes-versions>.
const OLDEST: (u32, u32) = (1, 32);
const OLDEST_LONG_TERM: (u32, u32) = (1, 31);

fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster
    let channel = words(body, &["automatic_upgrade_channel", "automatic_channel_upgrade"]).or_default("none".into());
    let policy = is(body.text("network_profile.network_policy"), &["azure", "calico", "cilium"]);
    let cilium =
        is(words(body, &["network_profile.network_data_plane", "network_profile.ebpf_data_plane"]), &["cilium"]);
    out.push(resource(
        block,
        Cluster {
            control_plane: always(block, true),
            secrets_encrypted: body.exists("key_management_service"),
            api_restricted: any([
                flag(body, &["private_cluster_enabled", "private_link_enabled"]).or_default(false),
                listed(block),
            ]),
            // https://learn.microsoft.com/azure/aks/concepts-identity: the API demands a login, and so do kubelets
            anonymous_access: always(block, false),
            audit_logged: audited(block, context),
            version_supported: supported(block),
            auto_upgrade: is(channel, &["none"]).not(),
            legacy_authorization: always(block, false),
            network_policy_enforced: any([policy, cilium]),
            rbac: flag(body, &["role_based_access_control_enabled", "role_based_access_control.enabled"])
                .or_default(true),
            // https://learn.microsoft.com/azure/aks/imds-restriction
            node_metadata_exposed: always(block, true),
            places_nodes: always(block, true),
            nodes_private: public_nodes(block, context).not(),
            takes_delete_guard: always(block, true),
            delete_guarded: locked(block, context),
            takes_image_policy: always(block, true),
            // https://learn.microsoft.com/azure/aks/use-azure-policy
            image_policy: flag(body, &["azure_policy_enabled", "addon_profile.azure_policy.enabled"]).or_default(false),
            takes_local_login: always(block, true),
            // https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
            local_login: body.bool("local_account_disabled").or_default(false).not(),
        },
    ));
    // the disks of its nodes and those that its workloads ask for: https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys
    let key = super::compute::key_of(body, context);
    let disks = Disk {
        encrypted: always(block, true),
        customer_key: key.exists(),
        key,
        backed_up: always(block, false),
        ephemeral: always(block, true),
    };
    let mut disks = resource(block, disks);
    disks.part = Some("disks".into());
    out.push(disks);
    out.push(admission(block));
    super::groups::of_cluster(block, out);
}

/// Azure Policy, which brings Gatekeeper and Microsoft's policies for pods: <https://learn.microsoft.com/azure/aks/use-azure-policy>.
fn admission(block: &Block) -> Resource {
    let setting = AccountSetting {
        does: by_type(block, "admission-policy"),
        enabled: flag(&block.body, &["azure_policy_enabled", "addon_profile.azure_policy.enabled"]).or_default(false),
    };
    let mut found = resource(block, setting);
    found.part = Some("admission".into());
    found
}

/// Whether nodes of one of its pools have public addresses: <https://learn.microsoft.com/azure/aks/use-node-public-ips>.
fn public_nodes(block: &Block, context: &Context<'_>) -> Known<bool> {
    const NAMES: &[&str] = &["node_public_ip_enabled", "enable_node_public_ip"];
    let own = block.body.each("default_node_pool").into_iter().map(|pool| flag(pool, NAMES).or_default(false));
    let pools = context.blocks.joined(block, "azurerm_kubernetes_cluster_node_pool", "kubernetes_cluster_id", &["id"]);
    let others = pools.blocks.iter().map(|pool| flag(&pool.body, NAMES).or_default(false));
    any(own.chain(others).chain(pools.maybe()).collect::<Vec<_>>()).and_at(&here(block))
}

/// Whether listed ranges limit who reaches the API: at least one, none of them everyone.
fn listed(block: &Block) -> Known<bool> {
    let paths = ["api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges"];
    let ranges: Vec<_> = paths.into_iter().flat_map(|path| block.body.each(path)).collect();
    if ranges.is_empty() {
        return Known::default_of(false, here(block));
    }
    all(ranges.into_iter().map(|range| range.text("").map(|range| !is_anywhere(&range))))
}

/// Whether a diagnostic setting sends the audit log of the API away. Container insights (`oms_agent`) gathers what
/// containers write, not the control plane: <https://learn.microsoft.com/azure/aks/monitor-aks>.
fn audited(block: &Block, context: &Context<'_>) -> Known<bool> {
    let settings = context.blocks.joined(block, "azurerm_monitor_diagnostic_setting", "target_resource_id", &["id"]);
    let logs = ["enabled_log", "log"].into_iter().flat_map(|path| settings.each(path));
    let sent = logs.map(|log| {
        let on = log.bool("enabled").or_default(true);
        let what = log.text("category").or(log.text("category_group"));
        is(what, &["kube-audit", "kube-audit-admin", "allLogs", "audit"]).and(on)
    });
    let sent = any(sent.chain(settings.maybe()));
    // the nearest thing that was written, or the cluster
    if sent.origins.primary.is_none() { Known { origins: here(block), ..sent } } else { sent }
}

fn supported(block: &Block) -> Known<bool> {
    let version = block.body.text("kubernetes_version");
    let long_term = is(block.body.text("support_plan"), &["AKSLongTermSupport"]).or_default(false);
    let oldest = match &long_term.state {
        State::Set(true) => OLDEST_LONG_TERM,
        _ => OLDEST,
    };
    // where none is written the provider chooses one that it supports
    version
        .try_map(
            |version| Some(minor(&version)? >= oldest),
            || Why::Expression("the version is not one of Kubernetes".into()),
        )
        .or_default(true)
}

/// `1.33.4` is `(1, 33)`.
fn minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// <https://learn.microsoft.com/azure/openshift/intro-openshift>
fn openshift(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Cluster {
            control_plane: always(block, true),
            secrets_encrypted: always(block, false),
            api_restricted: is(block.body.text("api_server_profile.visibility"), &["Private"]).or_default(false),
            anonymous_access: always(block, false),
            audit_logged: audited(block, context),
            // both are settings inside the cluster
            version_supported: Known::because(Why::NotRead(block.native_type.clone()), here(block)),
            auto_upgrade: Known::because(Why::NotRead(block.native_type.clone()), here(block)),
            legacy_authorization: always(block, false),
            network_policy_enforced: always(block, true),
            rbac: always(block, true),
            node_metadata_exposed: always(block, true),
            // its nodes never have public addresses
            places_nodes: always(block, false),
            nodes_private: always(block, true),
            takes_delete_guard: always(block, true),
            delete_guarded: locked(block, context),
            takes_image_policy: always(block, false),
            image_policy: always(block, false),
            takes_local_login: always(block, false),
            local_login: always(block, false),
        },
    ));
}
