//! What runs in several copies: managed instance groups, pools of nodes, services.

use crate::model::{ComputeGroup, Resource};
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_autoscaler", fragment),
    ("google_compute_instance_group_manager", manager),
    ("google_compute_region_autoscaler", fragment),
    ("google_compute_region_instance_group_manager", manager),
];

/// A regional group spreads over three zones unless some are written, a zonal one has one; nothing heals and nothing scales
/// unless asked for: <https://cloud.google.com/compute/docs/instance-groups/regional-migs>,
/// <https://cloud.google.com/compute/docs/instance-groups/autohealing-instances-in-migs>.
fn manager(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let regional = block.native_type.contains("region");
    let autoscaler = if regional { "google_compute_region_autoscaler" } else { "google_compute_autoscaler" };
    let scaled = context.blocks.joined(block, autoscaler, "target", &["id", "self_link", "name"]);
    let chosen = body.each("distribution_policy_zones");
    let group = ComputeGroup {
        sets_zones: always(block, true),
        multi_zone: always(block, regional && chosen.len() != 1),
        sets_healing: always(block, true),
        heals: body.exists("auto_healing_policies").and_at(&Origins::at(block.head)),
        sets_scaling: always(block, true),
        scales: scaled.exists(),
        floor: scaled.int("autoscaling_policy.min_replicas").or_default(0),
    };
    out.push(resource(block, group));
}

/// A cluster in a region has its nodes in three zones, one in a zone has them there unless more are written:
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/types-of-clusters>.
pub(super) fn of_cluster(block: &Block, out: &mut Vec<Resource>) {
    let regional = block.body.text("location").map(|place| place.matches('-').count() == 1);
    let more = block.body.exists("node_locations");
    let group =
        ComputeGroup { sets_zones: always(block, true), multi_zone: any([regional, more]), ..entry::group(block) };
    push(block, "nodes", group, out);
}

/// To zero and without end unless written: <https://cloud.google.com/run/docs/configuring/min-instances>.
pub(super) fn of_service(block: &Block, out: &mut Vec<Resource>) {
    let least = |path: &str| -> Known<i64> { block.body.int(&format!("{path}.min_instance_count")) };
    let group = ComputeGroup {
        sets_scaling: always(block, true),
        scales: any(
            ["template.scaling", "scaling"].map(|path| block.body.exists(&format!("{path}.max_instance_count")))
        ),
        floor: least("template.scaling").or(least("scaling")).or_default(0),
        ..entry::group(block)
    };
    push(block, "scaling", group, out);
}

fn push(block: &Block, name: &str, group: ComputeGroup, out: &mut Vec<Resource>) {
    let mut made = resource(block, group);
    made.part = Some(name.into());
    made.aliases = Vec::new();
    out.push(made);
}
