//! What joins VPCs to each other and to other sites.

use crate::provider::spelling::{
    Move::{By, To},
    Native,
};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native::same("AWS::EC2::VPCPeeringConnection", "aws_vpc_peering_connection"),
    Native::same("AWS::EC2::TransitGateway", "aws_ec2_transit_gateway"),
    Native::same("AWS::EC2::TransitGatewayPeeringAttachment", "aws_ec2_transit_gateway_peering_attachment"),
    Native::same("AWS::EC2::TransitGatewayAttachment", "aws_ec2_transit_gateway_vpc_attachment"),
    Native::same("AWS::EC2::TransitGatewayVpcAttachment", "aws_ec2_transit_gateway_vpc_attachment"),
    Native::same("AWS::EC2::Route", "aws_route"),
    Native::moved("AWS::EC2::RouteTable", "aws_route_table", &[To("Routes", "route")]),
    Native::moved(
        "AWS::EC2::VPNConnection",
        "aws_vpn_connection",
        &[
            By(|body| tunnel(body, 0, "IKEVersions"), "tunnel1_ike_versions"),
            By(|body| tunnel(body, 1, "IKEVersions"), "tunnel2_ike_versions"),
            By(|body| tunnel(body, 0, "Phase1EncryptionAlgorithms"), "tunnel1_phase1_encryption_algorithms"),
            By(|body| tunnel(body, 1, "Phase1EncryptionAlgorithms"), "tunnel2_phase1_encryption_algorithms"),
            By(|body| tunnel(body, 0, "Phase2EncryptionAlgorithms"), "tunnel1_phase2_encryption_algorithms"),
            By(|body| tunnel(body, 1, "Phase2EncryptionAlgorithms"), "tunnel2_phase2_encryption_algorithms"),
            By(|body| tunnel(body, 0, "Phase1DHGroupNumbers"), "tunnel1_phase1_dh_group_numbers"),
            By(|body| tunnel(body, 1, "Phase1DHGroupNumbers"), "tunnel2_phase1_dh_group_numbers"),
            By(|body| tunnel(body, 0, "Phase2DHGroupNumbers"), "tunnel1_phase2_dh_group_numbers"),
            By(|body| tunnel(body, 1, "Phase2DHGroupNumbers"), "tunnel2_phase2_dh_group_numbers"),
        ],
    ),
    Native::same("AWS::EC2::VPNGateway", "aws_vpn_gateway"),
    Native::same("AWS::EC2::CustomerGateway", "aws_customer_gateway"),
];

/// What one of the two tunnels offers: a list of objects with a `Value` each.
fn tunnel(body: &Node, nth: usize, name: &str) -> Option<Node> {
    let tunnels = body.each("VpnTunnelOptionsSpecifications");
    let unknown = tunnels.iter().find(|tunnel| matches!(tunnel.value, Value::Unknown(_)));
    if let Some(unknown) = unknown {
        return Some((*unknown).clone());
    }
    let tunnel = tunnels.get(nth)?;
    let offered: Vec<Node> = tunnel.each(&format!("{name}.Value")).into_iter().cloned().collect();
    (!offered.is_empty()).then(|| Node { value: Value::List(offered), origins: tunnel.at_path(name).origins })
}
