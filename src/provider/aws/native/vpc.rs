//! Security groups and network access lists.

use std::sync::Arc;

use heck::ToSnakeCase;

use crate::provider::spelling::{
    Move::{self, By, Each, To, Type},
    Native,
};
use crate::value::{Entry, Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::EC2::SecurityGroup",
        "aws_security_group",
        &[
            // a name that no other group may have
            Type("GroupName", &["default"], "aws_default_security_group"),
            To("GroupName", "name"),
            Each("SecurityGroupIngress", "ingress", ENTRY),
            Each("SecurityGroupEgress", "egress", ENTRY),
        ],
    ),
    Native::moved("AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule", RULE),
    Native::moved("AWS::EC2::SecurityGroupEgress", "aws_vpc_security_group_egress_rule", RULE),
    Native::moved(
        "AWS::EC2::NetworkAcl",
        "aws_network_acl",
        &[
            Type("IsDefault", &["true"], "aws_default_network_acl"),
            By(|body| entries(body, false), "ingress"),
            By(|body| entries(body, true), "egress"),
        ],
    ),
    Native::moved(
        "AWS::EC2::NetworkAclEntry",
        "aws_network_acl_rule",
        &[To("PortRange.From", "from_port"), To("PortRange.To", "to_port")],
    ),
    Native::same("AWS::EC2::InternetGateway", "aws_internet_gateway"),
    Native::same("AWS::EC2::NatGateway", "aws_nat_gateway"),
    Native::same("AWS::EC2::SubnetRouteTableAssociation", "aws_route_table_association"),
    Native::same("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint"),
    Native::same("AWS::EC2::NetworkInterface", "aws_network_interface"),
    Native::moved("AWS::EC2::PrefixList", "aws_ec2_managed_prefix_list", &[To("Entries", "entry")]),
];

const ENTRY: &[Move] = &[
    To("CidrIp", "cidr_blocks"),
    To("CidrIpv6", "ipv6_cidr_blocks"),
    To("SourcePrefixListId", "prefix_list_ids"),
    To("DestinationPrefixListId", "prefix_list_ids"),
];

const RULE: &[Move] = &[
    To("CidrIp", "cidr_ipv4"),
    To("GroupId", "security_group_id"),
    To("SourcePrefixListId", "prefix_list_id"),
    To("DestinationPrefixListId", "prefix_list_id"),
];

/// The entries of one direction, as a running account lists them; a template writes each as a resource of its own.
fn entries(body: &Node, out: bool) -> Option<Node> {
    let written = body.get("Entries")?;
    if !matches!(written.value, Value::List(_)) {
        return Some(written.clone());
    }
    let chosen = written.each("").into_iter().filter(|entry| entry.bool("Egress").value() == Some(&out));
    Some(Node { value: Value::List(chosen.map(listed).collect()), origins: written.origins.clone() })
}

fn listed(written: &Node) -> Node {
    let entry = |key: &str, value: &Node| Entry { key: Arc::from(key), key_span: None, value: value.clone() };
    let plain = written.entries().iter().map(|one| match &*one.key {
        "RuleAction" => entry("action", &one.value),
        key => entry(&key.to_snake_case(), &one.value),
    });
    let ports = [("From", "from_port"), ("To", "to_port")];
    let ports = ports.into_iter().filter_map(|(from, to)| Some(entry(to, written.get("PortRange")?.get(from)?)));
    Node { value: Value::Map(plain.chain(ports).collect()), origins: written.origins.clone() }
}
