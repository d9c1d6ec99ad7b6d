//! Network security groups: their inline rules and the rules that stand alone.

use std::sync::Arc;

use crate::model::{FirewallRule, PortClass, Resource, beyond_web};
use crate::provider::azure::read::{by_type, is, part, resource};
use crate::provider::net::{is_anywhere, port_range};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, Why, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_network_security_group", group),
    ("azurerm_network_security_rule", lone),
    ("azurerm_private_dns_zone", fragment),
    ("azurerm_private_dns_zone_virtual_network_link", fragment),
    ("azurerm_private_endpoint", fragment),
    ("azurerm_resource_group", fragment),
    ("azurerm_route_table", fragment),
];

/// Of the ports of administration and of data services, those that speak UDP as well: LDAP, SQL Server's browser, NFS,
/// RDP, Memcached (IANA's registry of service names and ports).
const OVER_UDP: &[u16] = &[389, 1434, 2049, 3389, 11211];

fn group(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, rule) in block.body.each("security_rule").into_iter().enumerate() {
        out.push(part(block, &format!("security_rule[{at}]"), rule, facts(block, rule)));
    }
}

fn lone(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, facts(block, &block.body)));
}

fn facts(block: &Block, rule: &Node) -> FirewallRule {
    let ports = ports(rule);
    let udp = is(rule.text("protocol"), &["Udp"]).value().copied().unwrap_or(false);
    let holds = |class: PortClass| {
        let within = move |from: u16, to: u16| match udp {
            true => OVER_UDP.iter().any(|port| (from..=to).contains(port) && class.within(*port, *port)),
            false => class.within(from, to),
        };
        any(ports.iter().map(|range| range.clone().map(|(from, to)| within(from, to))))
    };
    // ICMP, ESP and AH have no ports
    let portless = is(rule.text("protocol"), &["Icmp", "Esp", "Ah"]).or_default(false);
    let [admin, data, plain] = [PortClass::Admin, PortClass::Data, PortClass::Plain].map(holds);
    let whole = any(ports.iter().map(|range| range.clone().map(|(from, to)| from <= 1 && to == u16::MAX)));
    let other = any(ports.iter().map(|range| range.clone().map(|(from, to)| beyond_web(from, to))));
    let inbound = is(rule.text("direction"), &["Inbound"]).or_default(false);
    FirewallRule {
        allows: is(rule.text("access"), &["Allow"]).or_default(false),
        to_anywhere: destined_anywhere(rule).and(inbound.clone().not()),
        of_default: Known::default_of(false, Origins::at(block.head)),
        inbound,
        from_anywhere: from_anywhere(rule),
        admin_port: admin.and(portless.clone().not()),
        data_port: data.and(portless.clone().not()),
        other_port: other.and(portless.clone().not()),
        plain_port: plain.and(portless.clone().not()),
        all_ports: whole.and(portless.not()),
        form: by_type(block, "nsg"),
    }
}

/// Its sources: one prefix or several, each judged by itself, so that one unknown hides no open one.
fn from_anywhere(rule: &Node) -> Known<bool> {
    let sources = ["source_address_prefix", "source_address_prefixes"].into_iter().flat_map(|path| rule.each(path));
    any(sources.map(|source| source.text("").map(|source| is_anywhere(&source))))
}

/// Its destinations, as its sources.
fn destined_anywhere(rule: &Node) -> Known<bool> {
    let paths = ["destination_address_prefix", "destination_address_prefixes"];
    let targets = paths.into_iter().flat_map(|path| rule.each(path));
    any(targets.map(|target| target.text("").map(|target| is_anywhere(&target))))
}

/// Its destination ports; what cannot be read as ports is unknown.
fn ports(rule: &Node) -> Vec<Known<(u16, u16)>> {
    let written = ["destination_port_range", "destination_port_ranges"].into_iter().flat_map(|path| rule.each(path));
    written.flat_map(|node| ranges(node.text(""))).collect()
}

/// A range, or (in older files) several with commas between.
fn ranges(written: Known<Arc<str>>) -> Vec<Known<(u16, u16)>> {
    let Some(text) = written.value().cloned() else {
        return vec![written.map(|_| (0, 0))];
    };
    let one = |range: &str, origins: Origins| match port_range(range) {
        Some(range) => Known::set(range, origins),
        None => Known::because(Why::Expression(format!("`{range}` is not a range of ports").into()), origins),
    };
    text.split(',').map(|range| one(range, written.origins.clone())).collect()
}
