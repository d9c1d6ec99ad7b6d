//! What runs in several copies: Auto Scaling groups, node groups, scaled services; and the zones of load balancers.

use super::Row;
use super::common::{default, is, resource};
use crate::model::{ComputeGroup, Resource};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, Node, Origins, Value, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_appautoscaling_policy", fragment),
    ("aws_appautoscaling_target", target),
    ("aws_autoscaling_group", auto_scaling),
    ("aws_autoscaling_policy", fragment),
];

/// Whether two or more are listed; a list that cannot be told is unknown.
fn several(body: &Node, paths: &[&str]) -> Known<bool> {
    any(paths.iter().map(|path| {
        let items = body.each(path);
        match items.as_slice() {
            [one] if matches!(one.value, Value::Unknown(_)) => one.text("").map(|_| false),
            [] => Known::default_of(false, body.origins.clone()),
            items => Known::set(items.len() > 1, body.at_path(path).origins),
        }
    }))
}

/// Instances whose status check fails are replaced always; with a load balancer, what it finds sick is replaced only where
/// the group is told to ask it: <https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html>.
fn auto_scaling(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let behind = any(["load_balancers", "target_group_arns", "traffic_source"].map(|path| body.exists(path)));
    let (floor, ceiling) = (body.int("min_size").or_default(0), body.int("max_size").or_default(0));
    let (least, most) = (floor.value().copied(), ceiling.value().copied());
    let above = match least {
        Some(least) => ceiling.map(|most| most > least),
        None => floor.clone().map(|_| most.is_some()),
    };
    let group = ComputeGroup {
        sets_zones: default(block, true),
        multi_zone: several(body, &["vpc_zone_identifier", "availability_zones"]),
        sets_healing: default(block, true),
        heals: any([behind.not(), is(body, "health_check_type", "ELB")]),
        sets_scaling: default(block, true),
        scales: above,
        floor,
    };
    out.push(resource(block, &["name"], group));
}

/// The bounds of a scaled service: <https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html>.
fn target(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let service = is(body, "service_namespace", "ecs");
    let group = ComputeGroup {
        // tables and functions have no copies that somebody counts
        sets_scaling: service,
        scales: body.exists("max_capacity"),
        floor: body.int("min_capacity").or_default(0),
        ..entry::group(block)
    };
    out.push(resource(block, &["resource_id"], group));
}

/// <https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html>
pub(super) fn of_nodes(block: &Block, out: &mut Vec<Resource>) {
    let group = ComputeGroup {
        sets_zones: default(block, true),
        multi_zone: several(&block.body, &["subnet_ids"]),
        ..entry::group(block)
    };
    push(block, "nodes", group, out);
}

/// An application balancer needs two zones, a network balancer is content with one:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones>.
pub(super) fn of_balancer(block: &Block, out: &mut Vec<Resource>) {
    let application = block.body.text("load_balancer_type").map(|kind| &*kind == "application").or_default(true);
    let listed = several(&block.body, &["subnets", "subnet_mapping"]);
    let group = ComputeGroup {
        sets_zones: default(block, true),
        multi_zone: any([application, listed]).and_at(&Origins::at(block.head)),
        ..entry::group(block)
    };
    push(block, "zones", group, out);
}

fn push(block: &Block, name: &str, group: ComputeGroup, out: &mut Vec<Resource>) {
    let mut made = resource(block, &["name", "node_group_name"], group);
    made.part = Some(name.into());
    made.aliases = Vec::new();
    out.push(made);
}
