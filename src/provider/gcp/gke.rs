//! GKE clusters and node pools.

use crate::model::{AccountSetting, Cluster, Resource};
use crate::provider::gcp::compute::{identity, is_broad, is_default, push_identity};
use crate::provider::gcp::read::{always, not_seen, resource};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Node, Origins, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[("google_container_cluster", cluster), ("google_container_node_pool", node_pool)];

fn cluster(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let autopilot = body.bool("enable_autopilot").or_default(false);
    let channel = body.text("release_channel.channel").map(|channel| &*channel != "UNSPECIFIED");
    out.push(resource(
        block,
        Cluster {
            control_plane: always(block, true),
            // https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
            secrets_encrypted: body
                .text("database_encryption.state")
                .map(|state| matches!(&*state, "ENCRYPTED" | "ALL_OBJECTS_ENCRYPTION_ENABLED"))
                .or_default(false),
            api_restricted: api_restricted(body),
            anonymous_access: always(block, false),
            audit_logged: logged(body),
            // Google moves a cluster off a version before its support ends, in a channel or out of one
            // https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
            version_supported: always(block, true),
            auto_upgrade: channel.or_default(true).either(autopilot.clone()),
            legacy_authorization: body.bool("enable_legacy_abac").or_default(false),
            network_policy_enforced: any([
                body.bool("network_policy.enabled").or_default(false),
                body.text("datapath_provider").map(|path| &*path == "ADVANCED_DATAPATH").or_default(false),
                autopilot.clone(),
            ]),
            rbac: always(block, true),
            node_metadata_exposed: exposes_metadata(body).or(leaves_metadata_open(body)),
            places_nodes: always(block, true),
            // https://cloud.google.com/kubernetes-engine/docs/how-to/latest/network-isolation
            nodes_private: body.bool("private_cluster_config.enable_private_nodes").or_default(false),
            takes_delete_guard: always(block, true),
            // on by default from version 5 of the provider: https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/version_5_upgrade
            delete_guarded: body.bool("deletion_protection").or_default(true),
            takes_image_policy: always(block, true),
            image_policy: image_policy(body),
            takes_local_login: always(block, true),
            local_login: own_logins(body),
        },
    ));
    // between nodes, off unless asked for: https://cloud.google.com/kubernetes-engine/docs/how-to/encrypt-pod-to-pod-traffic-with-dataplane-v2
    let mode = body.text("in_transit_encryption_config");
    let setting = AccountSetting {
        does: Known::set("pod-encryption".into(), Origins::at(block.head)),
        enabled: mode.map(|mode| &*mode == "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT").or_default(false),
    };
    let mut encryption = resource(block, setting);
    encryption.part = Some("in_transit_encryption_config".into());
    encryption.aliases = Vec::new();
    out.push(encryption);
    super::groups::of_cluster(block, out);
    // the default pool's settings are given to machines unless it is removed at once
    let removed = body.bool("remove_default_node_pool").or_default(false);
    if removed.value() != Some(&true) && autopilot.value() != Some(&true) {
        node_identity(block, body, out);
    }
}

/// <https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks>
fn api_restricted(body: &Node) -> Known<bool> {
    let private = body.bool("private_cluster_config.enable_private_endpoint").or_default(false);
    let closed = body.bool("control_plane_endpoints_config.ip_endpoints_config.enabled").or_default(true).not();
    let listed = body.exists("master_authorized_networks_config");
    let ranges = body.each("master_authorized_networks_config.cidr_blocks");
    let open =
        any(ranges.into_iter().map(|range| range.text("cidr_block").map(|cidr| is_anywhere(&cidr)).or_default(false)));
    any([private, closed, all([listed, open.not()])])
}

/// Control-plane logs go to Cloud Logging by default for the system and the workloads:
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/config-logging-monitoring>. Admin audit logs cannot be turned off.
fn logged(body: &Node) -> Known<bool> {
    // the legacy service, without `/kubernetes`, is not there from 1.20 on:
    // https://cloud.google.com/monitoring/kubernetes-engine/migration
    let service = body.text("logging_service").map(|service| &*service == "logging.googleapis.com/kubernetes");
    let components = body.exists("logging_config");
    let enabled = body.each("logging_config.enable_components");
    let named = any(enabled
        .into_iter()
        .map(|component| component.text("").map(|component| matches!(&*component, "SYSTEM_COMPONENTS" | "APISERVER"))));
    match components.value() {
        Some(true) => named.and_at(&components.origins),
        _ => service.or_default(true),
    }
}

/// A password of the cluster's own, or a certificate that it hands out and that nobody can withdraw; both are off unless
/// written: <https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication#legacy-auth>.
fn own_logins(body: &Node) -> Known<bool> {
    any([
        body.bool("master_auth.client_certificate_config.issue_client_certificate").or_default(false),
        body.text("master_auth.username").map(|name| !name.is_empty()).or_default(false),
    ])
}

/// <https://cloud.google.com/binary-authorization/docs/setting-up>
fn image_policy(body: &Node) -> Known<bool> {
    let mode = body
        .text("binary_authorization.evaluation_mode")
        .map(|mode| !matches!(&*mode, "DISABLED" | "EVALUATION_MODE_UNSPECIFIED"));
    mode.or(body.bool("enable_binary_authorization")).or(body.bool("binary_authorization.enabled")).or_default(false)
}

/// What nodes say of their metadata; nothing where they leave it to their cluster.
fn exposes_metadata(body: &Node) -> Known<bool> {
    let modern = body.text("node_config.workload_metadata_config.mode").map(|mode| &*mode != "GKE_METADATA");
    let older = body
        .text("node_config.workload_metadata_config.node_metadata")
        .map(|mode| !matches!(&*mode, "SECURE" | "GKE_METADATA_SERVER"));
    modern.or(older)
}

/// Without workload identity the metadata of a node are open to its pods. A pool that is made in a cluster with it has it:
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#enable_on_existing_cluster>.
fn leaves_metadata_open(cluster: &Node) -> Known<bool> {
    let autopilot = cluster.bool("enable_autopilot").or_default(false);
    cluster.exists("workload_identity_config").either(autopilot).not()
}

fn pool_metadata(block: &Block, context: &Context<'_>) -> Known<bool> {
    let own = exposes_metadata(&block.body);
    if !own.is_unset() {
        return own;
    }
    match of_pool(block, context) {
        Some(cluster) => {
            let left = leaves_metadata_open(&cluster.body);
            let origins = Origins::at(block.head).and(&left.origins);
            Known { origins, ..left }
        }
        None => Known::unknown(not_seen(block, "cluster"), Origins::at(block.head)),
    }
}

/// The cluster of a pool, by reference or by name.
fn of_pool<'b>(block: &Block, context: &Context<'b>) -> Option<&'b Block> {
    const CLUSTER: &str = "google_container_cluster";
    context.blocks.follow(&block.body, "cluster", &[CLUSTER]).or_else(|| {
        let named = block.body.text("cluster");
        context.blocks.bearing(block.unit, CLUSTER, "name", named.value()?).into_iter().next()
    })
}

fn node_pool(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let own_nodes = body.bool("network_config.enable_private_nodes");
    out.push(resource(
        block,
        Cluster {
            control_plane: always(block, false),
            secrets_encrypted: always(block, true),
            api_restricted: always(block, true),
            anonymous_access: always(block, false),
            audit_logged: always(block, true),
            version_supported: always(block, true),
            // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_node_pool#management
            auto_upgrade: body.bool("management.auto_upgrade").or_default(true),
            legacy_authorization: always(block, false),
            network_policy_enforced: always(block, true),
            rbac: always(block, true),
            node_metadata_exposed: pool_metadata(block, context),
            // a pool that does not say takes what its cluster says
            places_nodes: own_nodes.exists(),
            nodes_private: own_nodes.or_default(false),
            takes_delete_guard: always(block, false),
            delete_guarded: always(block, false),
            takes_image_policy: always(block, false),
            image_policy: always(block, false),
            takes_local_login: always(block, false),
            local_login: always(block, false),
        },
    ));
    node_identity(block, body, out);
}

/// What the nodes run as; a name, not a block, for clusters and pools.
fn node_identity(block: &Block, body: &Node, out: &mut Vec<Resource>) {
    let account = body.text("node_config.service_account");
    if account.is_unset() && body.get("node_config").is_none() {
        return identity(block, "node-pool", body, out);
    }
    let default = match account.why() {
        Some(unknown) if !unknown.refers.is_empty() => Known::set(false, account.origins.clone()),
        _ => account.map(|email| is_default(&email)).or_default(true),
    };
    let scopes = body.each("node_config.oauth_scopes");
    let broad = any(scopes.into_iter().map(|scope| scope.text("").map(|scope| is_broad(&scope))));
    push_identity(block, "node-pool", default, broad, out);
}
