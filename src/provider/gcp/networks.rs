//! VPC networks: subnets, peerings, VPN tunnels, flow logs, firewall endpoints, and projects that get a default network.

use std::sync::Arc;

use crate::model::{FlowLog, Network, Peering, Resource, Subnet, VpnLink};
use crate::provider::gcp::read::{always, not_seen, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Origins, Why, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_network", network),
    ("google_compute_network_peering", peering),
    ("google_compute_subnetwork", subnet),
    ("google_compute_vpn_tunnel", tunnel),
    ("google_network_management_vpc_flow_logs_config", flow_log),
    ("google_project", project),
    ("data.google_project", fragment),
    ("google_compute_external_vpn_gateway", fragment),
    ("google_compute_ha_vpn_gateway", fragment),
    ("google_compute_network_peering_routes_config", fragment),
    ("google_compute_route", fragment),
    ("google_compute_router", fragment),
    ("google_compute_router_nat", fragment),
    ("google_compute_vpn_gateway", fragment),
    ("google_network_security_firewall_endpoint", fragment),
    ("google_network_security_firewall_endpoint_association", fragment),
];

/// What puts a firewall into a network.
const ASSOCIATION: &str = "google_network_security_firewall_endpoint_association";

/// Names by which others speak of a network or a subnet.
const NAMES: &[&str] = &["name", "self_link", "id"];

/// Subnets are made in every region unless that is turned off: <https://cloud.google.com/vpc/docs/vpc#subnet-ranges>.
fn network(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let inspections = context.blocks.joined(block, ASSOCIATION, "network", NAMES);
    let inspected = match inspections.exists() {
        said if said.value() == Some(&false) => {
            entry::absent(block, context, &[ASSOCIATION], "no firewall endpoint of it was scanned")
        }
        said => said,
    };
    let named = block.body.text("name").map(|name| &*name == "default").or_default(false);
    let facts = Network {
        is_default: any([block.body.bool("auto_create_subnetworks").or_default(true), named]),
        takes_inspection: always(block, true),
        inspected,
        ..entry::network(block, "network")
    };
    out.push(resource(block, facts));
}

/// A project gets the default network unless it is told not to: the provider's page of the project.
fn project(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Network {
        is_default: block.body.bool("auto_create_network").or_default(true),
        ..entry::network(block, "project")
    };
    let mut made = resource(block, facts);
    made.part = Some("network".into());
    out.push(made);
}

/// What may lie in a subnet, with the attribute that says so.
const MEMBERS: &[(&str, &str)] = &[
    ("google_compute_instance", "network_interface.subnetwork"),
    ("google_compute_instance_template", "network_interface.subnetwork"),
    ("google_container_cluster", "subnetwork"),
    ("google_dataproc_cluster", "cluster_config.gce_cluster_config.subnetwork"),
    ("google_notebooks_instance", "subnet"),
];

/// Logs are off until they are turned on: <https://cloud.google.com/vpc/docs/using-flow-logs>. Subnets for proxies and
/// for private service connections have none.
fn subnet(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let purpose = body.text("purpose").or_default("PRIVATE".into());
    let configured = context.blocks.joined(block, "google_network_management_vpc_flow_logs_config", "subnet", NAMES);
    let by_configuration = configured
        .blocks
        .iter()
        .map(|config| config.body.text("state").map(|state| &*state == "ENABLED").or_default(true));
    let sampling =
        body.text("log_config.flow_sampling").map(|share| share.parse::<f64>().map_or(true, |share| share > 0.0));
    let by_subnet = all([any([body.exists("log_config"), body.bool("enable_flow_logs")]), sampling.or_default(true)]);
    let facts = Subnet {
        network: body.link("network"),
        sets_flow_log: purpose.map(|purpose| purpose.starts_with("PRIVATE") && &*purpose != "PRIVATE_SERVICE_CONNECT"),
        flow_logged: any([by_subnet].into_iter().chain(by_configuration).chain(configured.maybe())),
        ..entry::subnet(block, entry::members(block, context, MEMBERS, NAMES))
    };
    out.push(resource(block, facts));
}

/// A network spans regions, so that a peering lies where the subnets of both sides do.
fn peering(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let facts = Peering {
        forwards: body.bool("import_custom_routes").or_default(false),
        local: body.link("network"),
        remote: body.link("peer_network"),
        remote_region: side(block, context, "peer_network"),
        // neither peerings nor networks have labels; the name is all that there is
        purpose_declared: described(block, context),
        ..entry::peering(block, "peering")
    };
    let mut made = resource(block, facts);
    made.region = side(block, context, "network");
    out.push(made);
}

/// Whether the network's description says what its peerings are for.
fn described(block: &Block, context: &Context<'_>) -> Known<bool> {
    match context.blocks.follow(&block.body, "network", &["google_compute_network"]) {
        Some(network) => {
            network.body.text("description").map(|text| text.to_ascii_lowercase().contains("peering")).or_default(false)
        }
        None => always(block, false),
    }
}

/// The region of the subnets of a side, as far as they share one.
fn side(block: &Block, context: &Context<'_>, path: &str) -> Known<Arc<str>> {
    let here = Origins::at(block.head);
    let Some(network) = context.blocks.follow(&block.body, path, &["google_compute_network"]) else {
        return Known::unknown(not_seen(block, path), here);
    };
    let subnets = context.blocks.joined(network, "google_compute_subnetwork", "network", NAMES).blocks;
    let mut regions = subnets.iter().map(|subnet| subnet.body.text("region").or(subnet.context.text("region")));
    let Some(first) = regions.next() else {
        return Known::because(Why::Partial("the subnets of the network may be set up elsewhere".into()), here);
    };
    match regions.find(|other| other.value() != first.value()) {
        None => first,
        Some(_) => Known::because(Why::Expression("its subnets lie in several regions".into()), first.origins),
    }
}

/// IKE version 2 is the default, and without suites of one's own Google offers AES with 128 bits as well:
/// <https://cloud.google.com/network-connectivity/docs/vpn/concepts/supported-ike-ciphers>.
fn tunnel(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let every = |paths: [&str; 2], fits: fn(&str) -> bool| {
        all(paths.into_iter().flat_map(|path| {
            let offered = body.each(path);
            let some = always(block, !offered.is_empty());
            [some]
                .into_iter()
                .chain(offered.into_iter().map(|one| one.text("").map(|one| fits(&one))))
                .collect::<Vec<_>>()
        }))
    };
    let facts = VpnLink {
        negotiates: always(block, true),
        ike_v2: body.int("ike_version").map(|version| version == 2).or_default(true),
        strong_cipher: every(["cipher_suite.phase1.encryption", "cipher_suite.phase2.encryption"], |name| {
            name.contains("256")
        }),
        strong_group: every(["cipher_suite.phase1.dh", "cipher_suite.phase2.pfs"], |group| {
            let number: String = group.chars().filter(char::is_ascii_digit).collect();
            matches!(number.as_str(), "14" | "15" | "16" | "17" | "18" | "19" | "20" | "21")
        }),
    };
    out.push(resource(block, facts));
}

/// Its records are kept by Cloud Logging, by that bucket's own rule.
fn flow_log(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = FlowLog {
        enabled: block.body.text("state").map(|state| &*state == "ENABLED").or_default(true),
        sets_retention: always(block, false),
        retention_days: Known::unset(Origins::at(block.head)),
    };
    out.push(resource(block, facts));
}
