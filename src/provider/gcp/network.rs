//! Firewalls: VPC rules and firewall policies. Each admitted protocol is a rule of its own.

use std::sync::Arc;

use crate::model::{FirewallRule, PortClass, Resource, beyond_web};
use crate::provider::gcp::read::{always, name, resource};
use crate::provider::net::{is_anywhere, port_range};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_firewall", firewall),
    ("google_compute_firewall_policy_rule", policy_rule),
    ("google_compute_network_firewall_policy_rule", policy_rule),
    ("google_compute_region_network_firewall_policy_rule", policy_rule),
    ("google_compute_firewall_policy", fragment),
    ("google_compute_network_firewall_policy", fragment),
];

struct Flow {
    allows: Known<bool>,
    inbound: Known<bool>,
    anywhere: Known<bool>,
    everywhere: Known<bool>,
    form: &'static str,
}

/// <https://cloud.google.com/firewall/docs/firewalls>
fn firewall(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let enabled = body.bool("disabled").or_default(false).not();
    let sources = body.each("source_ranges");
    let narrowed = any(["source_tags", "source_service_accounts"].map(|path| body.exists(path)));
    let anywhere = if sources.is_empty() {
        // without any source, every address is one
        narrowed.not()
    } else {
        any(sources.into_iter().map(|range| range.text("").map(|range| is_anywhere(&range))))
    };
    let inbound = body.text("direction").map(|direction| direction.eq_ignore_ascii_case("INGRESS")).or_default(true);
    let targets = body.each("destination_ranges");
    let everywhere = if targets.is_empty() {
        // without any destination, every address is one
        always(block, true)
    } else {
        any(targets.into_iter().map(|range| range.text("").map(|range| is_anywhere(&range))))
    };
    for (list, allows) in [("allow", true), ("deny", false)] {
        for (at, entry) in body.each(list).into_iter().enumerate() {
            let allows = Known::set(allows, entry.origins.clone()).and(enabled.clone());
            let flow = Flow {
                allows,
                inbound: inbound.clone(),
                anywhere: anywhere.clone(),
                everywhere: everywhere.clone(),
                form: "vpc-firewall",
            };
            push(block, entry, format!("{list}[{at}]"), "protocol", flow, out);
        }
    }
}

fn policy_rule(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let enabled = body.bool("disabled").or_default(false).not();
    let allows = body.text("action").map(|action| action.eq_ignore_ascii_case("allow")).and(enabled);
    let inbound = body.text("direction").map(|direction| direction.eq_ignore_ascii_case("INGRESS")).or_default(true);
    let sources = body.each("match.src_ip_ranges");
    let anywhere = any(sources.into_iter().map(|range| range.text("").map(|range| is_anywhere(&range))));
    let targets = body.each("match.dest_ip_ranges");
    let everywhere = any(targets.into_iter().map(|range| range.text("").map(|range| is_anywhere(&range))));
    for (at, entry) in body.each("match.layer4_configs").into_iter().enumerate() {
        let flow = Flow {
            allows: allows.clone(),
            inbound: inbound.clone(),
            anywhere: anywhere.clone(),
            everywhere: everywhere.clone(),
            form: "firewall-policy",
        };
        push(block, entry, format!("layer4_configs[{at}]"), "ip_protocol", flow, out);
    }
}

/// One protocol with its ports; without ports, all of them.
fn push(block: &Block, entry: &Node, part: String, protocol: &str, flow: Flow, out: &mut Vec<Resource>) {
    let protocol = entry.text(protocol);
    let all_protocols = protocol.clone().map(|protocol| protocol.eq_ignore_ascii_case("all"));
    let with_ports = protocol.map(|protocol| {
        matches!(protocol.to_ascii_lowercase().as_str(), "tcp" | "udp" | "sctp" | "all" | "6" | "17" | "132")
    });
    let ports = entry.each("ports");
    let within = |class: PortClass| {
        let named = if ports.is_empty() {
            Known::default_of(true, entry.origins.clone())
        } else {
            any(ports.iter().map(|port| {
                port.text("").map(|port| port_range(&port).is_some_and(|(from, to)| class.within(from, to)))
            }))
        };
        named.and(with_ports.clone())
    };
    let every = if ports.is_empty() {
        // all ports of a protocol that has ports, or all protocols
        with_ports.clone().and_at(&entry.origins)
    } else {
        any(ports.iter().map(|port| {
            port.text("").map(|port| port_range(&port).is_some_and(|(from, to)| from <= 1 && to == u16::MAX))
        }))
    };
    let other = any(ports
        .iter()
        .map(|port| port.text("").map(|port| port_range(&port).is_some_and(|(from, to)| beyond_web(from, to)))));
    let other = any([other, every.clone()]).and(with_ports.clone());
    let mut rule = resource(
        block,
        FirewallRule {
            allows: flow.allows,
            to_anywhere: flow.everywhere.and(flow.inbound.clone().not()),
            of_default: always(block, false),
            inbound: flow.inbound,
            from_anywhere: flow.anywhere,
            admin_port: within(PortClass::Admin),
            data_port: within(PortClass::Data),
            other_port: other,
            plain_port: within(PortClass::Plain),
            all_ports: any([every, all_protocols]),
            form: Known::set(Arc::from(flow.form), Origins::at(block.head)),
        },
    );
    rule.name = name(block);
    rule.part = Some(Arc::from(part));
    rule.head = entry.origins.primary.unwrap_or(block.head);
    out.push(rule);
}
