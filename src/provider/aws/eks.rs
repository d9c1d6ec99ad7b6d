//! Amazon EKS: clusters, node groups and the identity of their nodes, access entries.

use std::sync::Arc;

use super::Row;
use super::common::{default, fixed, named, not_seen, resource};
use super::networks::{SUBNETS, gives_public_addresses};
use crate::model::{Cluster, ComputeIdentity, PolicyGrant, Resource, TextSet};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, Value, Why, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_eks_cluster", cluster),
    ("aws_eks_node_group", node_group),
    ("aws_eks_addon", fragment),
    ("aws_eks_fargate_profile", fragment),
    ("aws_eks_identity_provider_config", fragment),
    ("aws_eks_access_entry", access_entry),
    ("aws_eks_access_policy_association", access_policy),
    ("aws_eks_pod_identity_association", fragment),
];

/// The oldest version in standard or extended support, November 2026:
/// <https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html>.
const OLDEST_MINOR: u32 = 31;

fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let version = supported(block);
    let cluster = Cluster {
        control_plane: default(block, true),
        secrets_encrypted: secrets_encrypted(block),
        api_restricted: api_restricted(block),
        // anonymous requests reach health paths only: https://docs.aws.amazon.com/eks/latest/userguide/
        anonymous_access: default(block, false),
        audit_logged: any(body
            .each("enabled_cluster_log_types")
            .into_iter()
            .map(|kind| kind.text("").map(|kind| &*kind == "audit")))
        .and_at(&Origins::at(block.head)),
        version_supported: version,
        // the control plane is upgraded at the end of support: upgrade_policy chooses which end
        auto_upgrade: default(block, true),
        legacy_authorization: default(block, false),
        network_policy_enforced: network_policy(block, context),
        rbac: default(block, true),
        node_metadata_exposed: default(block, false),
        places_nodes: default(block, false),
        nodes_private: default(block, false),
        takes_delete_guard: default(block, true),
        // https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html
        delete_guarded: body.bool("deletion_protection").or_default(false),
        takes_image_policy: default(block, false),
        image_policy: default(block, false),
        takes_local_login: default(block, false),
        local_login: default(block, false),
    };
    out.push(resource(block, &["name"], cluster));
}

/// Whether the VPC CNI enforces network policies, which its add-on is told by its configuration; another plugin may be
/// installed from within the cluster. <https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html>
fn network_policy(block: &Block, context: &Context<'_>) -> Known<bool> {
    let addons = context.blocks.joined(block, "aws_eks_addon", "cluster_name", &["name", "id"]);
    let told = addons.blocks.iter().map(|addon| {
        let cni = super::common::is(&addon.body, "addon_name", "vpc-cni");
        let configuration = super::policy::json(&addon.body, "configuration_values");
        let on = match configuration.value() {
            Some(values) => values.bool("enableNetworkPolicy").or_default(false),
            None => configuration.map(|_| false).or_default(false),
        };
        cni.and(on)
    });
    let told = any(told.collect::<Vec<_>>());
    if told.value() == Some(&true) {
        return told;
    }
    Known::because(Why::Partial("a network plugin in the cluster may enforce them".into()), Origins::at(block.head))
}

/// Whether a key of KMS envelopes secrets. From version 1.28 AWS envelopes all data of the API with a key of its own:
/// <https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html>; the customer's key is still this block.
fn secrets_encrypted(block: &Block) -> Known<bool> {
    let configs = block.body.each("encryption_config").into_iter().map(|config| {
        let secrets =
            any(config.each("resources").into_iter().map(|kind| kind.text("").map(|kind| &*kind == "secrets")));
        secrets.and(config.exists("provider.key_arn"))
    });
    any(configs).and_at(&Origins::at(block.head))
}

/// The public endpoint is on and open to all unless written:
/// <https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html>.
fn api_restricted(block: &Block) -> Known<bool> {
    let public = block.body.bool("vpc_config.endpoint_public_access").or_default(true);
    let ranges = block.body.each("vpc_config.public_access_cidrs");
    let open = if ranges.is_empty() {
        default(block, true)
    } else {
        any(ranges.into_iter().map(|range| range.text("").map(|range| is_anywhere(&range))))
    };
    public.and(open).not()
}

/// Whether the version is still supported; unset where EKS chooses the newest.
fn supported(block: &Block) -> Known<bool> {
    block
        .body
        .text("version")
        .try_map(
            |version| Some(minor(&version)? >= OLDEST_MINOR),
            || Why::Expression("the version is not of the form `1.33`".into()),
        )
        .or_default(true)
}

fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("1.")?.split('.').next()?.parse().ok()
}

fn node_group(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    super::groups::of_nodes(block, out);
    let cluster = Cluster {
        control_plane: default(block, false),
        secrets_encrypted: default(block, false),
        api_restricted: default(block, false),
        anonymous_access: default(block, false),
        audit_logged: default(block, false),
        version_supported: supported(block),
        // a managed node group is upgraded when its owner says so, unless EKS runs in automatic mode
        auto_upgrade: default(block, false),
        legacy_authorization: default(block, false),
        network_policy_enforced: default(block, false),
        rbac: default(block, true),
        node_metadata_exposed: node_metadata(block, context),
        places_nodes: default(block, true),
        nodes_private: nodes_private(block, context),
        takes_delete_guard: default(block, false),
        delete_guarded: default(block, false),
        takes_image_policy: default(block, false),
        image_policy: default(block, false),
        takes_local_login: default(block, false),
        local_login: default(block, false),
    };
    out.push(resource(block, &["node_group_name"], cluster));
    let identity = ComputeIdentity {
        default: default(block, false),
        broad: broad_role(block, context),
        of: fixed(block, "node-pool"),
    };
    let mut made = resource(block, &["node_group_name"], identity);
    made.part = Some("identity".into());
    out.push(made);
}

/// The nodes of a managed group have public addresses where their subnets hand them out:
/// <https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html>.
fn nodes_private(block: &Block, context: &Context<'_>) -> Known<bool> {
    let each = block.body.each("subnet_ids").into_iter().map(|id| {
        let refers = match &id.value {
            Value::Unknown(unknown) => unknown.refers.as_slice(),
            _ => &[],
        };
        let mut found: Vec<&Block> =
            refers.iter().filter_map(|reference| context.blocks.referenced(reference)).collect();
        found.extend(context.blocks.follow(id, "", SUBNETS).filter(|_| refers.is_empty()));
        if found.is_empty() || found.iter().any(|subnet| !SUBNETS.contains(&&*subnet.native_type)) {
            return not_seen(id, "");
        }
        any(found.into_iter().map(gives_public_addresses)).and_at(&id.origins)
    });
    any(each.collect::<Vec<_>>()).not().and_at(&Origins::at(block.head))
}

/// Pods reach the node's metadata where a token may take two hops, as in the template that EKS makes by itself:
/// <https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html>.
fn node_metadata(block: &Block, context: &Context<'_>) -> Known<bool> {
    if block.body.exists("launch_template").value() == Some(&false) {
        return default(block, true);
    }
    let types = &["aws_launch_template"];
    let template = ["launch_template.id", "launch_template.name"]
        .iter()
        .find_map(|path| context.blocks.follow(&block.body, path, types));
    match template {
        Some(template) => {
            template.body.int("metadata_options.http_put_response_hop_limit").map(|hops| hops > 1).or_default(false)
        }
        None => not_seen(&block.body, "launch_template.id"),
    }
}

/// Whether the nodes' role holds administrators' rights.
fn broad_role(block: &Block, context: &Context<'_>) -> Known<bool> {
    match named(context, block, "node_role_arn", &["aws_iam_role"], &["arn"]) {
        Some(role) => super::iam::administrator_role(role, context),
        None => not_seen(&block.body, "node_role_arn"),
    }
}

/// EKS's own policies of cluster-wide access:
/// <https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html>.
fn access_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, &[], binding(block, context, cluster_wide(&block.body))));
}

/// Whether an association makes an administrator of the whole cluster.
fn cluster_wide(association: &Node) -> Known<bool> {
    let whole = association.text("access_scope.type").map(|scope| &*scope == "cluster");
    let admin = association
        .text("policy_arn")
        .map(|arn| arn.ends_with("AmazonEKSClusterAdminPolicy") || arn.ends_with("AmazonEKSAdminPolicy"));
    all([whole, admin])
}

/// An entry that puts a principal into a group of administrators.
fn access_entry(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let groups = block.body.each("kubernetes_groups");
    let admin = any(groups.into_iter().map(|group| group.text("").map(|group| &*group == "system:masters")));
    out.push(resource(block, &[], binding(block, context, admin.and_at(&Origins::at(block.head)))));
    // CloudFormation writes the policies inside
    for (at, policy) in block.body.each("access_policies").into_iter().enumerate() {
        let facts = binding(block, context, cluster_wide(policy));
        out.push(super::common::part(block, format!("access_policies[{at}]"), policy, &[], facts));
    }
}

/// A principal of IAM that holds rights in the cluster; `graph` says whether it is a declared administrator.
fn binding(block: &Block, context: &Context<'_>, cluster_admin: Known<bool>) -> PolicyGrant {
    let arn = block.body.text("principal_arn");
    let holder: Known<Arc<str>> =
        match named(context, block, "principal_arn", &["aws_iam_role", "aws_iam_user"], &["arn"]) {
            Some(found) => found.body.text("name").and_at(&arn.origins),
            None => arn,
        };
    PolicyGrant {
        form: fixed(block, "role-binding"),
        allows: default(block, true),
        admin: default(block, false),
        cluster_admin,
        holders: holder.map(|holder| TextSet::from([holder])),
        declared_holder: Known::default(),
        wildcard: default(block, false),
        escalates: default(block, false),
        reads_all: default(block, false),
        whole_service: default(block, false),
        without_mfa: default(block, false),
        reads_secrets: default(block, false),
        exec_rights: default(block, false),
        to_anonymous: default(block, false),
        built_in: default(block, false),
    }
}
