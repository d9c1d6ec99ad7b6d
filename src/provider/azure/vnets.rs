//! Virtual networks: subnets, peerings, VPN connections, flow logs, firewalls.

use crate::model::{FlowLog, Network, Peering, Resource, Subnet, VpnLink, tags_of};
use crate::provider::azure::gateways::unseen;
use crate::provider::azure::read::{always, here, is, parent, region_of, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Node, State, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_firewall", fragment),
    ("azurerm_firewall_policy", fragment),
    ("azurerm_firewall_policy_rule_collection_group", fragment),
    ("azurerm_local_network_gateway", fragment),
    ("azurerm_nat_gateway", fragment),
    ("azurerm_network_watcher", fragment),
    ("azurerm_network_watcher_flow_log", flow_log),
    ("azurerm_subnet", subnet),
    ("azurerm_subnet_nat_gateway_association", fragment),
    ("azurerm_subnet_network_security_group_association", fragment),
    ("azurerm_subnet_route_table_association", fragment),
    ("azurerm_virtual_network", network),
    ("azurerm_virtual_network_gateway", fragment),
    ("azurerm_virtual_network_gateway_connection", connection),
    ("azurerm_virtual_network_peering", peering),
];

/// Subnets that the platform keeps for its gateways; none of them may have a group of rules, or needs one:
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>.
const KEPT: &[&str] = &["GatewaySubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet"];

fn network(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Network {
        sets_flow_log: always(block, true),
        flow_logged: flow_logged(block, context),
        takes_inspection: always(block, true),
        inspected: inspected(block, context),
        ..entry::network(block, "virtual-network")
    };
    out.push(resource(block, facts));
}

/// <https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview>
fn flow_logged(block: &Block, context: &Context<'_>) -> Known<bool> {
    let logs = context.blocks.joined(block, "azurerm_network_watcher_flow_log", "target_resource_id", &["id"]);
    if let (true, None) = (logs.blocks.is_empty(), &logs.open) {
        let others = context.blocks.of_type("azurerm_network_watcher_flow_log").any(|log| log.unit == block.unit);
        if others {
            return entry::absent(
                block,
                context,
                &["azurerm_network_watcher_flow_log"],
                "flow logs of its subnets or security groups may cover it",
            );
        }
    }
    let said = logs.blocks.iter().map(|log| log.body.bool("enabled").or_default(true));
    any(said.chain(logs.maybe())).and_at(&here(block))
}

/// The subnets of a network.
fn subnets<'b>(block: &Block, context: &Context<'b>) -> Vec<&'b Block> {
    context.blocks.joined(block, "azurerm_subnet", "virtual_network_name", &["name"]).blocks
}

/// Azure Firewall inspects by its policy; a firewall of a hub network may stand in the way as well.
fn inspected(block: &Block, context: &Context<'_>) -> Known<bool> {
    let firewalls = subnets(block, context).into_iter().flat_map(|subnet| {
        context.blocks.joined(subnet, "azurerm_firewall", "ip_configuration.subnet_id", &["id"]).blocks
    });
    let said = firewalls.map(|firewall| {
        match parent(context.blocks, firewall, "firewall_policy_id", &["azurerm_firewall_policy"]) {
            Some(policy) => is(policy.body.text("intrusion_detection.mode"), &["Alert", "Deny"]).or_default(false),
            None if firewall.body.get("firewall_policy_id").is_none() => always(firewall, false),
            None => unseen(firewall, "firewall_policy_id"),
        }
    });
    let said: Vec<Known<bool>> = said.collect();
    if said.is_empty() {
        return entry::absent(
            block,
            context,
            &["azurerm_firewall"],
            "no firewall in it was scanned, and its traffic may cross one of a hub network",
        );
    }
    any(said).and_at(&here(block))
}

/// What may lie in a subnet, with the attribute that says so. Machines name it in their network interface.
const MEMBERS: &[(&str, &str)] = &[
    ("azurerm_kubernetes_cluster", "default_node_pool.vnet_subnet_id"),
    ("azurerm_linux_virtual_machine_scale_set", "network_interface.ip_configuration.subnet_id"),
    ("azurerm_windows_virtual_machine_scale_set", "network_interface.ip_configuration.subnet_id"),
    ("azurerm_mssql_managed_instance", "subnet_id"),
    ("azurerm_mysql_flexible_server", "delegated_subnet_id"),
    ("azurerm_postgresql_flexible_server", "delegated_subnet_id"),
    ("azurerm_redis_cache", "subnet_id"),
];

fn subnet(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let kept = is(body.text("name"), KEPT).or_default(false);
    let joined = |native: &str| context.blocks.joined(block, native, "subnet_id", &["id"]).exists();
    let group = joined("azurerm_subnet_network_security_group_association");
    let way_out =
        any([joined("azurerm_subnet_nat_gateway_association"), joined("azurerm_subnet_route_table_association")]);
    let network = parent(context.blocks, block, "virtual_network_name", &["azurerm_virtual_network"]);
    let facts = Subnet {
        network: body.link("virtual_network_name"),
        takes_firewall: kept.clone().not(),
        has_firewall: group,
        // https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
        implicit_outbound: all([
            body.bool("default_outbound_access_enabled").or_default(true),
            way_out.not(),
            kept.not(),
        ]),
        ..entry::subnet(block, members(block, context))
    };
    let mut subnet = resource(block, facts);
    subnet.region = region_of(block, network, "virtual_network_name");
    out.push(subnet);
}

fn members(block: &Block, context: &Context<'_>) -> Known<crate::model::TextSet> {
    let interfaces = context.blocks.joined(block, "azurerm_network_interface", "ip_configuration.subnet_id", &["id"]);
    let machines = interfaces.blocks.iter().flat_map(|interface| {
        ["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine"]
            .into_iter()
            .flat_map(|native| context.blocks.joined(interface, native, "network_interface_ids", &["id"]).blocks)
    });
    let machines: Vec<_> = machines.map(|machine| machine.address.clone()).collect();
    entry::members(block, context, MEMBERS, &["id"]).map(|mut found| {
        found.extend(machines);
        found
    })
}

/// Traffic that a third network sends on is refused unless it is let through: the provider's page of the peering.
fn peering(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let types = &["azurerm_virtual_network"];
    let local = parent(context.blocks, block, "virtual_network_name", types);
    let remote = parent(context.blocks, block, "remote_virtual_network_id", types);
    let facts = Peering {
        forwards: body.bool("allow_forwarded_traffic").or_default(false),
        local: body.link("virtual_network_name"),
        remote: body.link("remote_virtual_network_id"),
        remote_region: match remote {
            Some(remote) => remote.body.text("location"),
            None => unseen(block, "remote_virtual_network_id"),
        },
        purpose_declared: local.map_or_else(|| always(block, false), |local| purpose(block, local)),
        ..entry::peering(block, "peering")
    };
    let mut peering = resource(block, facts);
    peering.region = region_of(block, local, "virtual_network_name");
    // a peering has no tags of its own
    if let Some(local) = local {
        peering.tags = tags_of(&local.body, "tags");
    }
    out.push(peering);
}

/// A tag of the network that says what its peerings are for.
fn purpose(block: &Block, local: &Block) -> Known<bool> {
    let tags = tags_of(&local.body, "tags");
    match tags.state {
        State::Set(found) | State::Default(found) => {
            let named = |key: &str| matches!(key.to_ascii_lowercase().as_str(), "peering-purpose" | "transfer-purpose");
            Known::set(found.iter().any(|(key, value)| named(key) && !value.trim().is_empty()), tags.origins)
        }
        State::Unset => always(block, false),
        State::Unknown(unknown) => Known::unknown(unknown, tags.origins),
    }
}

/// Without a policy of one's own Azure offers everything it knows, 3DES and groups of 1024 bits among it:
/// <https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-compliance-crypto>.
fn connection(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let policies = body.each("ipsec_policy");
    let every = |paths: &[&str], wanted: &[&str]| {
        let fits =
            policies.iter().flat_map(|policy| paths.iter().map(|path| is(policy.text(path), wanted).or_default(false)));
        all([always(block, !policies.is_empty())].into_iter().chain(fits))
    };
    let facts = VpnLink {
        negotiates: is(body.text("type"), &["IPsec"]).or_default(true),
        ike_v2: is(body.text("connection_protocol"), &["IKEv2"]).or_default(true),
        strong_cipher: every(&["ike_encryption", "ipsec_encryption"], &["AES256", "GCMAES256"]),
        strong_group: every(
            &["dh_group", "pfs_group"],
            &["DHGroup14", "DHGroup2048", "ECP256", "ECP384", "PFS14", "PFS2048"],
        ),
    };
    out.push(resource(block, facts));
}

/// Days of zero keep records until someone deletes them: the provider's page of the flow log.
fn flow_log(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body: &Node = &block.body;
    let days = body.int("retention_policy.days").map(|days| if days == 0 { i64::MAX } else { days });
    let kept = body.bool("retention_policy.enabled");
    let off = kept.value() == Some(&false);
    let facts = FlowLog {
        enabled: body.bool("enabled").or_default(true),
        sets_retention: always(block, true),
        // without a policy nothing is deleted
        retention_days: if off { kept.map(|_| i64::MAX) } else { days.or_default(i64::MAX) },
    };
    let mut log = resource(block, facts);
    let target = ["target_resource_id", "network_security_group_id"]
        .into_iter()
        .find_map(|path| parent(context.blocks, block, path, &[]));
    if log.region.is_unset()
        && let Some(target) = target
    {
        log.region = target.body.text("location");
    }
    out.push(log);
}
