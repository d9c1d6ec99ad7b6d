//! What runs in several copies: scale sets, pools of nodes, container apps.

use crate::model::{ComputeGroup, Resource};
use crate::provider::azure::read::{always, flag, here, part, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Node, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] =
    &[("azurerm_kubernetes_cluster_node_pool", pool), ("azurerm_monitor_autoscale_setting", fragment)];

fn several(node: &Node, path: &str) -> Known<bool> {
    let zones = node.each(path);
    match zones.as_slice() {
        [one] => one.text("").map(|_| false),
        zones => Known::default_of(zones.len() > 1, node.origins.clone()),
    }
}

/// One zone unless some are written, no repair unless asked for, and as many copies as are written unless a setting scales
/// them: <https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-automatic-instance-repairs>,
/// <https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-overview>.
pub(super) fn of_scale_set(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let scaled = context.blocks.joined(block, "azurerm_monitor_autoscale_setting", "target_resource_id", &["id"]);
    let group = ComputeGroup {
        sets_zones: always(block, true),
        multi_zone: several(&block.body, "zones").and_at(&here(block)),
        sets_healing: always(block, true),
        heals: block.body.bool("automatic_instance_repair.enabled").or_default(false),
        sets_scaling: always(block, true),
        scales: scaled.exists(),
        floor: scaled.int("profile.capacity.minimum").or_default(0),
    };
    let mut made = resource(block, group);
    made.part = Some("group".into());
    out.push(made);
}

/// <https://learn.microsoft.com/azure/aks/availability-zones>, <https://learn.microsoft.com/azure/aks/cluster-autoscaler>
fn pool(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, of_pool(block, &block.body)));
}

/// The pool that a cluster begins with.
pub(super) fn of_cluster(block: &Block, out: &mut Vec<Resource>) {
    for node in block.body.each("default_node_pool") {
        out.push(part(block, "nodes", node, of_pool(block, node)));
    }
}

fn of_pool(block: &Block, node: &Node) -> ComputeGroup {
    ComputeGroup {
        sets_zones: always(block, true),
        multi_zone: any([several(node, "zones"), several(node, "availability_zones")]).and_at(&node.origins),
        sets_scaling: always(block, true),
        scales: flag(node, &["auto_scaling_enabled", "enable_auto_scaling"]).or_default(false),
        floor: node.int("min_count").or_default(0),
        ..entry::group(block)
    }
}

/// To zero and up to ten unless written: <https://learn.microsoft.com/azure/container-apps/scale-app>.
pub(super) fn of_app(block: &Block, region: Known<std::sync::Arc<str>>, out: &mut Vec<Resource>) {
    let group = ComputeGroup {
        sets_scaling: always(block, true),
        scales: always(block, true),
        floor: block.body.int("template.min_replicas").or_default(0),
        ..entry::group(block)
    };
    let mut made = resource(block, group);
    made.part = Some("replicas".into());
    made.region = region;
    out.push(made);
}
