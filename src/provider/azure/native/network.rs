//! Security groups, virtual networks, gateways, load balancers, firewalls, flow logs.

use super::common::{at, last, while_on};
use crate::provider::spelling::Move::{By, Each, Flag, To};
use crate::provider::spelling::{Fragment, Move, Native};
use crate::value::{Entry, Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.network/networksecuritygroups> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.Network/networkSecurityGroups",
        reads_as: "azurerm_network_security_group",
        moves: &[To("securityRules", "security_rule")],
        also: &[],
    },
    Native::same("Microsoft.Network/networkSecurityGroups/securityRules", "azurerm_network_security_rule"),
    Native::same("Microsoft.Network/virtualNetworks", "azurerm_virtual_network"),
    Native {
        native: "Microsoft.Network/virtualNetworks/subnets",
        reads_as: "azurerm_subnet",
        moves: &[To("parent", "virtual_network_name"), To("defaultOutboundAccess", "default_outbound_access_enabled")],
        also: &[
            Fragment {
                from: "networkSecurityGroup",
                reads_as: "azurerm_subnet_network_security_group_association",
                by: "subnet_id",
                moves: &[To("id", "network_security_group_id")],
            },
            Fragment {
                from: "natGateway",
                reads_as: "azurerm_subnet_nat_gateway_association",
                by: "subnet_id",
                moves: &[To("id", "nat_gateway_id")],
            },
            Fragment {
                from: "routeTable",
                reads_as: "azurerm_subnet_route_table_association",
                by: "subnet_id",
                moves: &[To("id", "route_table_id")],
            },
        ],
    },
    Native {
        native: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        reads_as: "azurerm_virtual_network_peering",
        moves: &[To("parent", "virtual_network_name"), To("remoteVirtualNetwork.id", "remote_virtual_network_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Network/networkInterfaces",
        reads_as: "azurerm_network_interface",
        moves: &[Each(
            "ipConfigurations",
            "ip_configuration",
            &[To("subnet.id", "subnet_id"), To("publicIPAddress.id", "public_ip_address_id")],
        )],
        also: &[],
    },
    Native::same("Microsoft.Network/publicIPAddresses", "azurerm_public_ip"),
    Native::same("Microsoft.Network/natGateways", "azurerm_nat_gateway"),
    Native::same("Microsoft.Network/routeTables", "azurerm_route_table"),
    Native::same("Microsoft.Network/privateEndpoints", "azurerm_private_endpoint"),
    Native::same("Microsoft.Network/privateDnsZones", "azurerm_private_dns_zone"),
    Native::same(
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "azurerm_private_dns_zone_virtual_network_link",
    ),
    Native::same("Microsoft.Network/virtualNetworkGateways", "azurerm_virtual_network_gateway"),
    Native::same("Microsoft.Network/localNetworkGateways", "azurerm_local_network_gateway"),
    Native {
        native: "Microsoft.Network/connections",
        reads_as: "azurerm_virtual_network_gateway_connection",
        moves: &[To("connectionType", "type"), To("ipsecPolicies", "ipsec_policy")],
        also: &[],
    },
    Native::same("Microsoft.Network/networkWatchers", "azurerm_network_watcher"),
    Native {
        native: "Microsoft.Network/networkWatchers/flowLogs",
        reads_as: "azurerm_network_watcher_flow_log",
        moves: &[To("storageId", "storage_account_id")],
        also: &[],
    },
    Native::same("Microsoft.Network/loadBalancers", "azurerm_lb"),
    Native {
        native: "Microsoft.Network/azureFirewalls",
        reads_as: "azurerm_firewall",
        moves: &[
            Each("ipConfigurations", "ip_configuration", &[To("subnet.id", "subnet_id")]),
            To("firewallPolicy.id", "firewall_policy_id"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Network/firewallPolicies", "azurerm_firewall_policy"),
    Native::same(
        "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
        "azurerm_firewall_policy_rule_collection_group",
    ),
    Native {
        native: "Microsoft.Network/applicationGateways",
        reads_as: "azurerm_application_gateway",
        moves: GATEWAY,
        also: &[],
    },
    Native {
        native: "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies",
        reads_as: "azurerm_web_application_firewall_policy",
        moves: &[
            Flag("policySettings.state", "policy_settings.enabled", &["Enabled"]),
            To("policySettings.mode", "policy_settings.mode"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies",
        reads_as: "azurerm_cdn_frontdoor_firewall_policy",
        moves: &[Flag("policySettings.enabledState", "enabled", &["Enabled"]), To("policySettings.mode", "mode")],
        also: &[],
    },
    Native {
        native: "Microsoft.Network/frontDoors",
        reads_as: "azurerm_frontdoor",
        moves: &[
            Each(
                "frontendEndpoints",
                "frontend_endpoint",
                &[To("webApplicationFirewallPolicyLink.id", "web_application_firewall_policy_link_id")],
            ),
            Each(
                "routingRules",
                "routing_rule",
                &[By(forwards, "forwarding_configuration"), By(redirects, "redirect_configuration")],
            ),
        ],
        also: &[],
    },
];

const GATEWAY: &[Move] = &[
    Each("frontendIPConfigurations", "frontend_ip_configuration", &[To("publicIPAddress.id", "public_ip_address_id")]),
    To("webApplicationFirewallConfiguration", "waf_configuration"),
    To("firewallPolicy.id", "firewall_policy_id"),
    To("httpListeners", "http_listener"),
    Each(
        "requestRoutingRules",
        "request_routing_rule",
        &[
            By(|rule| Some(last(at(rule, "httpListener.id")?)), "http_listener_name"),
            By(|rule| Some(last(at(rule, "redirectConfiguration.id")?)), "redirect_configuration_name"),
        ],
    ),
    Each(
        "redirectConfigurations",
        "redirect_configuration",
        &[By(|redirect| Some(last(at(redirect, "targetListener.id")?)), "target_listener_name")],
    ),
    Each("sslProfiles", "ssl_profile", &[]),
    By(|body| while_on(body, "webApplicationFirewallConfiguration", "enabled"), "waf_configuration"),
];

/// A rule forwards or redirects, by the type of its configuration:
/// <https://learn.microsoft.com/azure/templates/microsoft.network/frontdoors>.
fn forwards(rule: &Node) -> Option<Node> {
    route(rule, "forwarding")
}

fn redirects(rule: &Node) -> Option<Node> {
    route(rule, "redirect")
}

fn route(rule: &Node, sort: &str) -> Option<Node> {
    let route = at(rule, "routeConfiguration")?;
    let kind = route.get("@odata.type").and_then(Node::as_str);
    if !kind.is_none_or(|kind| kind.to_ascii_lowercase().contains(sort)) {
        return None;
    }
    let Value::Map(entries) = &route.value else { return Some(route.clone()) };
    let ours = |entry: &Entry| {
        let key = match &*entry.key {
            "forwardingProtocol" => "forwarding_protocol",
            "redirectProtocol" => "redirect_protocol",
            other => other,
        };
        Entry { key: key.into(), ..entry.clone() }
    };
    Some(Node { value: Value::Map(entries.iter().map(ours).collect()), origins: route.origins.clone() })
}
