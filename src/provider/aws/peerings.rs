//! What joins VPCs to each other and to other sites: peerings, transit gateways, routes, VPN connections.

use super::Row;
use super::common::{default, part, resource};
use crate::model::{Peering, Resource, VpnLink, tags_of};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, Node, Origins, State, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_vpc_peering_connection", peering),
    ("aws_vpc_peering_connection_accepter", fragment),
    ("aws_vpc_peering_connection_options", fragment),
    ("aws_ec2_transit_gateway", transit),
    ("aws_ec2_transit_gateway_peering_attachment", transit_peering),
    ("aws_ec2_transit_gateway_vpc_attachment", fragment),
    ("aws_route", route),
    ("aws_route_table", table),
    ("aws_default_route_table", table),
    ("aws_vpn_connection", tunnels),
    ("aws_vpn_gateway", fragment),
    ("aws_customer_gateway", fragment),
];

/// A tag that says what it is for.
fn purpose(block: &Block) -> Known<bool> {
    let tags = tags_of(&block.body, "tags");
    match tags.state {
        State::Set(found) | State::Default(found) => {
            let named = |key: &str| {
                matches!(key.to_ascii_lowercase().as_str(), "purpose" | "data-purpose" | "transfer-purpose")
            };
            Known::set(found.iter().any(|(key, value)| named(key) && !value.trim().is_empty()), tags.origins)
        }
        State::Unset => default(block, false),
        State::Unknown(unknown) => Known::unknown(unknown, tags.origins),
    }
}

fn peering(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let facts = Peering {
        local: body.link("vpc_id"),
        remote: body.link("peer_vpc_id"),
        remote_region: body.text("peer_region"),
        purpose_declared: purpose(block),
        ..entry::peering(block, "peering")
    };
    out.push(resource(block, &["tags.Name"], facts));
}

/// Attachments that others ask for are accepted by hand unless this is on: <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html>.
fn transit(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let unasked = super::common::is(&block.body, "auto_accept_shared_attachments", "enable");
    let facts = Peering { admits_unasked: unasked, ..entry::peering(block, "transit-gateway") };
    out.push(resource(block, &["tags.Name"], facts));
}

fn transit_peering(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Peering {
        remote_region: block.body.text("peer_region"),
        purpose_declared: purpose(block),
        ..entry::peering(block, "peering")
    };
    out.push(resource(block, &["tags.Name"], facts));
}

/// Destinations of a route, in the spelling of routes inside a table and of routes on their own.
const DESTINATIONS: &[&str] =
    &["cidr_block", "ipv6_cidr_block", "destination_cidr_block", "destination_ipv6_cidr_block"];

/// A route, if it leads over a peering.
fn over_peering(block: &Block, node: &Node) -> Option<Peering> {
    let leads = node.text("vpc_peering_connection_id");
    let empty = leads.is_unset() || leads.value().is_some_and(|id| id.is_empty());
    if empty {
        return None;
    }
    let everything =
        any(DESTINATIONS.iter().map(|path| node.text(path).map(|range| is_anywhere(&range)).or_default(false)));
    Some(Peering { all_traffic: everything.and_at(&Origins::at(block.head)), ..entry::peering(block, "route") })
}

fn route(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.extend(over_peering(block, &block.body).map(|facts| resource(block, &[], facts)));
}

fn table(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, node) in block.body.each("route").into_iter().enumerate() {
        let Some(facts) = over_peering(block, node) else { continue };
        out.push(part(block, format!("route[{at}]"), node, &["tags.Name"], facts));
    }
}

/// Everything that AWS knows is offered unless it is narrowed down:
/// <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html>.
fn tunnels(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let only = |attribute: &str, fits: fn(&str) -> bool| {
        let each = [1, 2].map(|tunnel| {
            let path = format!("tunnel{tunnel}_{attribute}");
            let offered = block.body.each(&path);
            if offered.is_empty() {
                return default(block, false);
            }
            all(offered.into_iter().map(|one| one.text("").map(|one| fits(&one))))
        });
        all(each)
    };
    let ciphers = ["phase1_encryption_algorithms", "phase2_encryption_algorithms"];
    let groups = ["phase1_dh_group_numbers", "phase2_dh_group_numbers"];
    let facts = VpnLink {
        negotiates: default(block, true),
        ike_v2: only("ike_versions", |version| version == "ikev2"),
        strong_cipher: all(ciphers.map(|path| only(path, |name| name.starts_with("AES256")))),
        // groups 22 to 24 are advised against: https://www.rfc-editor.org/rfc/rfc8247#section-2.4
        strong_group: all(
            groups.map(|path| only(path, |group| group.parse().is_ok_and(|group: u8| (14..=21).contains(&group))))
        ),
    };
    out.push(resource(block, &["tags.Name"], facts));
}
