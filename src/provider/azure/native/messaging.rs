//! Event Hubs, Service Bus, Event Grid, IoT Hub.

use super::common::{at, of_vault};
use crate::provider::spelling::Move::{By, Each, Flag, Not, To};
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.eventhub/namespaces> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.EventHub/namespaces",
        reads_as: "azurerm_eventhub_namespace",
        moves: NAMESPACE,
        also: &[],
    },
    inside("Microsoft.EventHub/namespaces/eventhubs", "azurerm_eventhub"),
    Native::same("Microsoft.EventHub/namespaces/eventhubs/consumergroups", "azurerm_eventhub_consumer_group"),
    Native::same("Microsoft.EventHub/namespaces/eventhubs/authorizationRules", "azurerm_eventhub_authorization_rule"),
    inside("Microsoft.EventHub/namespaces/authorizationRules", "azurerm_eventhub_namespace_authorization_rule"),
    Native {
        native: "Microsoft.ServiceBus/namespaces",
        reads_as: "azurerm_servicebus_namespace",
        moves: NAMESPACE,
        also: &[],
    },
    inside("Microsoft.ServiceBus/namespaces/queues", "azurerm_servicebus_queue"),
    inside("Microsoft.ServiceBus/namespaces/topics", "azurerm_servicebus_topic"),
    Native::same("Microsoft.ServiceBus/namespaces/topics/subscriptions", "azurerm_servicebus_subscription"),
    inside("Microsoft.ServiceBus/namespaces/authorizationRules", "azurerm_servicebus_namespace_authorization_rule"),
    Native { native: "Microsoft.EventGrid/topics", reads_as: "azurerm_eventgrid_topic", moves: GRID, also: &[] },
    Native { native: "Microsoft.EventGrid/domains", reads_as: "azurerm_eventgrid_domain", moves: GRID, also: &[] },
    Native {
        native: "Microsoft.Devices/IotHubs",
        reads_as: "azurerm_iothub",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            Not("disableLocalAuth", "local_authentication_enabled"),
            Each(
                "networkRuleSets",
                "network_rule_set",
                &[To("applyToBuiltInEventHubEndpoint", "apply_to_builtin_eventhub_endpoint")],
            ),
        ],
        also: &[],
    },
    Native::same("Microsoft.EventGrid/eventSubscriptions", "azurerm_eventgrid_event_subscription"),
];

const fn inside(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: &[To("parent", "namespace_id"), To("root", "namespace_name")], also: &[] }
}

const NAMESPACE: &[Move] = &[
    Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
    Not("disableLocalAuth", "local_authentication_enabled"),
    By(customer_key, "customer_managed_key.key_vault_key_id"),
];

const GRID: &[Move] = &[
    Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
    Not("disableLocalAuth", "local_auth_enabled"),
    To("inboundIpRules", "inbound_ip_rule"),
];

/// The first of the keys; without any, the provider's.
fn customer_key(body: &Node) -> Option<Node> {
    at(body, "encryption.keySource").or_else(|| at(body, "encryption.keyVaultProperties"))?;
    let keys = at(body, "encryption.keyVaultProperties");
    match keys.map(|keys| &keys.value) {
        Some(Value::List(items)) => {
            let first = items.first()?;
            at(first, "keyVaultUri").or_else(|| at(first, "keyName")).or(keys).cloned()
        }
        _ => of_vault(body, "encryption.keySource", &["encryption.keyVaultProperties.keyVaultUri"]),
    }
}
