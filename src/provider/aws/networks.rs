//! Amazon VPC: networks, subnets, flow logs, and whether a firewall inspects what passes.

use super::Row;
use super::common::{default, not_seen, resource};
use crate::model::{FlowLog, Network, Resource, Subnet};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, Origins, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_vpc", vpc),
    ("aws_default_vpc", vpc),
    ("aws_subnet", subnet),
    ("aws_default_subnet", subnet),
    ("aws_flow_log", flow_log),
    ("aws_networkfirewall_firewall", fragment),
    ("aws_networkfirewall_firewall_policy", fragment),
    ("aws_networkfirewall_rule_group", fragment),
    ("aws_networkfirewall_logging_configuration", fragment),
];

fn vpc(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Network {
        is_default: default(block, &*block.native_type == "aws_default_vpc"),
        has_default_group: default(block, true),
        // a group that was adopted is judged rule by rule; one that was not admits its own members, and everything out:
        // https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
        default_group_closed: context.blocks.joined(block, "aws_default_security_group", "vpc_id", &["id"]).exists(),
        sets_flow_log: default(block, true),
        flow_logged: flow_logged(block, context),
        takes_inspection: default(block, true),
        inspected: inspected(block, context),
        ..entry::network(block, "vpc")
    };
    out.push(resource(block, &["tags.Name"], facts));
}

/// Logs of refused traffic alone do not show what was let in.
fn flow_logged(block: &Block, context: &Context<'_>) -> Known<bool> {
    let logs = context.blocks.joined(block, "aws_flow_log", "vpc_id", &["id"]);
    let said = logs.blocks.iter().map(|log| {
        log.body.text("traffic_type").map(|kind| &*kind != "REJECT").or_default(true).and_at(&Origins::at(log.head))
    });
    let mut said: Vec<Known<bool>> = said.collect();
    said.extend(logs.maybe());
    // logs of subnets and interfaces may cover it in part or whole
    let parts = ["subnet_id", "eni_id"];
    let partial = context.blocks.of_type("aws_flow_log").filter(|log| log.unit == block.unit);
    let partial =
        partial.flat_map(|log| parts.map(|path| log.body.exists(path))).any(|there| there.value() != Some(&false));
    if said.is_empty() && partial {
        return entry::absent(block, context, &["aws_flow_log"], "flow logs of single subnets may cover it");
    }
    any(said).and_at(&Origins::at(block.head))
}

/// AWS Network Firewall inspects by its stateful rules; a firewall of another network may stand in the way as well.
fn inspected(block: &Block, context: &Context<'_>) -> Known<bool> {
    let firewalls = context.blocks.joined(block, "aws_networkfirewall_firewall", "vpc_id", &["id"]);
    let said = firewalls.blocks.iter().map(|firewall| {
        match context.blocks.follow(&firewall.body, "firewall_policy_arn", &["aws_networkfirewall_firewall_policy"]) {
            Some(policy) => {
                policy.body.exists("firewall_policy.stateful_rule_group_reference").and_at(&Origins::at(firewall.head))
            }
            None => not_seen(&firewall.body, "firewall_policy_arn"),
        }
    });
    let mut said: Vec<Known<bool>> = said.collect();
    said.extend(firewalls.maybe());
    if said.is_empty() {
        return entry::absent(
            block,
            context,
            &["aws_networkfirewall_firewall"],
            "no firewall in it was scanned, and its traffic may cross one of another network",
        );
    }
    any(said).and_at(&Origins::at(block.head))
}

/// What may lie in a subnet, with the attribute that says so.
const MEMBERS: &[(&str, &str)] = &[
    ("aws_instance", "subnet_id"),
    ("aws_db_subnet_group", "subnet_ids"),
    ("aws_lambda_function", "vpc_config.subnet_ids"),
    ("aws_eks_node_group", "subnet_ids"),
    ("aws_ecs_service", "network_configuration.subnets"),
    ("aws_emr_cluster", "ec2_attributes.subnet_id"),
    ("aws_sagemaker_notebook_instance", "subnet_id"),
];

/// Network access lists are always there, and what admits traffic is the security group of each machine, so that no
/// firewall is asked of a subnet.
fn subnet(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Subnet {
        network: block.body.link("vpc_id"),
        auto_public: gives_public_addresses(block),
        ..entry::subnet(block, entry::members(block, context, MEMBERS, &["id"]))
    };
    out.push(resource(block, &["tags.Name"], facts));
}

/// The types of subnets.
pub(super) const SUBNETS: &[&str] = &["aws_subnet", "aws_default_subnet"];

/// Whether what is launched in a subnet gets a public address: a default subnet gives one unless told not to, any other
/// only if told to: <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html>.
pub(super) fn gives_public_addresses(subnet: &Block) -> Known<bool> {
    subnet.body.bool("map_public_ip_on_launch").or_default(&*subnet.native_type == "aws_default_subnet")
}

/// Its records are kept where they are sent, by that place's own rule.
fn flow_log(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = FlowLog {
        enabled: default(block, true),
        sets_retention: default(block, false),
        retention_days: Known::unset(Origins::at(block.head)),
    };
    out.push(resource(block, &[], facts));
}
