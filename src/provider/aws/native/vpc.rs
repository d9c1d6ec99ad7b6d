//! Security groups and network access lists.

use crate::provider::spelling::{
    Move::{self, Each, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::EC2::SecurityGroup",
        "aws_security_group",
        &[
            To("GroupName", "name"),
            Each("SecurityGroupIngress", "ingress", ENTRY),
            Each("SecurityGroupEgress", "egress", ENTRY),
        ],
    ),
    Native::moved("AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule", RULE),
    Native::moved("AWS::EC2::SecurityGroupEgress", "aws_vpc_security_group_egress_rule", RULE),
    Native::same("AWS::EC2::NetworkAcl", "aws_network_acl"),
    Native::moved(
        "AWS::EC2::NetworkAclEntry",
        "aws_network_acl_rule",
        &[To("PortRange.From", "from_port"), To("PortRange.To", "to_port")],
    ),
    Native::same("AWS::EC2::InternetGateway", "aws_internet_gateway"),
    Native::same("AWS::EC2::NatGateway", "aws_nat_gateway"),
    Native::same("AWS::EC2::SubnetRouteTableAssociation", "aws_route_table_association"),
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
