//! Event Hubs, Service Bus, Event Grid: namespaces and topics, which decide for what lives in them.

use crate::model::{Queue, Resource, Topic};
use crate::provider::azure::read::{always, flag, inherit, is, modern, on, parent, region_of, resource, words};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_eventgrid_domain", grid),
    ("azurerm_eventgrid_event_subscription", fragment),
    ("azurerm_eventgrid_topic", grid),
    ("azurerm_eventhub", fragment),
    ("azurerm_eventhub_authorization_rule", fragment),
    ("azurerm_eventhub_consumer_group", fragment),
    ("azurerm_eventhub_namespace", namespace),
    ("azurerm_eventhub_namespace_authorization_rule", fragment),
    ("azurerm_eventhub_namespace_customer_managed_key", fragment),
    ("azurerm_iothub", hub),
    ("azurerm_iothub_consumer_group", fragment),
    ("azurerm_iothub_shared_access_policy", fragment),
    ("azurerm_servicebus_namespace", namespace),
    ("azurerm_servicebus_namespace_authorization_rule", fragment),
    ("azurerm_servicebus_namespace_network_rule_set", fragment),
    ("azurerm_servicebus_namespace_customer_managed_key", fragment),
    ("azurerm_servicebus_queue", queue),
    ("azurerm_servicebus_queue_authorization_rule", fragment),
    ("azurerm_servicebus_subscription", fragment),
    ("azurerm_servicebus_topic", fragment),
    ("azurerm_servicebus_topic_authorization_rule", fragment),
];

fn namespace(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = context.blocks.joined(block, "azurerm_servicebus_namespace_network_rule_set", "namespace_id", &["id"]);
    let action = words(body, &["network_rulesets.default_action", "network_rule_set.default_action"])
        .or(rules.text("default_action"));
    let key = |fragment: &str, by: &str| context.blocks.joined(block, fragment, by, &["id"]).exists();
    let walled = is(action, &["Deny"]).or_default(false);
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/servicebus_namespace
    let shared_keys = flag(body, &["local_authentication_enabled", "local_auth_enabled"]).or_default(true);
    let facts = Topic {
        public: all([body.bool("public_network_access_enabled").or_default(true), walled.not(), shared_keys.clone()]),
        local_login: shared_keys,
        // a namespace trusts its own tenant, and who holds its keys
        shared_foreign: always(block, false),
        // https://learn.microsoft.com/azure/event-hubs/configure-customer-managed-key: with Microsoft's key otherwise
        encrypted: always(block, true),
        own_protocol: always(block, true),
        // 1.2 unless an older one is allowed: the provider's page
        tls_clients: modern(body.text("minimum_tls_version").or_default("1.2".into())),
        tls_brokers: always(block, true),
        // a key of the customer needs the premium tier or a dedicated cluster; who holds classified data there takes one
        takes_key: always(block, true),
        customer_key: any([
            body.exists("customer_managed_key.key_vault_key_id"),
            key("azurerm_servicebus_namespace_customer_managed_key", "namespace_id"),
            key("azurerm_eventhub_namespace_customer_managed_key", "eventhub_namespace_id"),
        ]),
        ..data::topic(block, block.native_type.starts_with("azurerm_eventhub"))
    };
    out.push(resource(block, facts));
}

/// A queue in a namespace, which decides who reaches it: with Microsoft's key or the namespace's it is always encrypted.
/// <https://learn.microsoft.com/azure/service-bus-messaging/configure-customer-managed-key>
fn queue(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let namespace = parent(context.blocks, block, "namespace_id", &["azurerm_servicebus_namespace"]);
    let facts =
        Queue { public: always(block, false), shared_foreign: always(block, false), encrypted: always(block, true) };
    let mut resource = resource(block, facts);
    resource.region = region_of(block, namespace, "namespace_id");
    inherit(&mut resource, namespace);
    out.push(resource);
}

/// <https://learn.microsoft.com/azure/event-grid/network-security>
fn grid(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let network: Known<bool> =
        body.bool("public_network_access_enabled").or(on(body.text("public_network_access"))).or_default(true);
    let listed = body.exists("inbound_ip_rule");
    let keys = flag(body, &["local_auth_enabled", "local_authentication_enabled"]).or_default(true);
    let facts = Topic {
        public: all([network, listed.not(), keys.clone()]),
        local_login: keys,
        shared_foreign: always(block, false),
        encrypted: always(block, true),
        // spoken to over HTTPS only
        own_protocol: always(block, false),
        tls_clients: always(block, true),
        tls_brokers: always(block, true),
        ..data::topic(block, false)
    };
    out.push(resource(block, facts));
}

/// Devices and services reach it from everywhere, with shared keys among others, unless it is written otherwise:
/// <https://learn.microsoft.com/azure/iot-hub/iot-hub-public-network-access>. A set of rules refuses whom it does not name,
/// at the endpoint from which messages are read only where it is told to:
/// <https://learn.microsoft.com/azure/iot-hub/iot-hub-ip-filtering>,
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/iothub>.
fn hub(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = |name: &str| format!("network_rule_set.{name}");
    let walled = all([
        body.exists("network_rule_set"),
        is(body.text(&rules("default_action")), &["Deny"]).or_default(true),
        body.bool(&rules("apply_to_builtin_eventhub_endpoint")).or_default(false),
    ]);
    let keys = flag(body, &["local_authentication_enabled", "local_auth_enabled"]).or_default(true);
    let facts = Topic {
        public: all([body.bool("public_network_access_enabled").or_default(true), walled.not(), keys.clone()]),
        local_login: keys,
        shared_foreign: always(block, false),
        // https://learn.microsoft.com/azure/iot-hub/iot-concepts-and-iot-hub
        encrypted: always(block, true),
        // spoken to over TLS only
        own_protocol: always(block, false),
        tls_clients: always(block, true),
        tls_brokers: always(block, true),
        ..data::topic(block, false)
    };
    out.push(resource(block, facts));
}
