//! Diagnostic settings and log profiles: where logs are sent.

use crate::model::{LogSink, Resource};
use crate::provider::azure::read::{here, inherit, not_seen, parent, part, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, State};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_application_insights", fragment),
    ("azurerm_log_analytics_solution", fragment),
    ("azurerm_monitor_aad_diagnostic_setting", setting),
    ("azurerm_monitor_diagnostic_setting", setting),
    ("azurerm_monitor_log_profile", setting),
];

/// The attributes that name a destination.
const DESTINATIONS: &[&str] = &[
    "log_analytics_workspace_id",
    "storage_account_id",
    "eventhub_authorization_rule_id",
    "servicebus_rule_id",
    "partner_solution_id",
];

/// One sink for each destination.
fn setting(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for path in DESTINATIONS {
        let Some(node) = block.body.get(path).filter(|node| !node.is_null()) else { continue };
        let target = destination(block, context, path, node);
        let sink = LogSink { target_region: target, ..LogSink::default() };
        let mut sink = part(block, path, node, sink);
        sink.region = source(block, context);
        inherit(&mut sink, parent(context.blocks, block, "target_resource_id", &[]));
        out.push(sink);
    }
    if DESTINATIONS.iter().all(|path| block.body.get(path).is_none_or(Node::is_null)) {
        let unknown = Known::unknown(not_seen(block, "log_analytics_workspace_id"), here(block));
        let mut sink = resource(block, LogSink { target_region: unknown, ..LogSink::default() });
        sink.region = source(block, context);
        inherit(&mut sink, parent(context.blocks, block, "target_resource_id", &[]));
        out.push(sink);
    }
}

/// The location of a destination; a rule of an event hub lies where its namespace does.
fn destination(block: &Block, context: &Context<'_>, path: &str, node: &Node) -> Known<std::sync::Arc<str>> {
    let unseen = || Known::unknown(not_seen(block, path), node.origins.clone());
    let Some(found) = parent(context.blocks, block, path, &[]) else { return unseen() };
    let located = found.body.text("location");
    if !located.is_unset() {
        return located;
    }
    ["namespace_name", "namespace_id"]
        .into_iter()
        .find_map(|up| {
            parent(context.blocks, found, up, &["azurerm_eventhub_namespace", "azurerm_servicebus_namespace"])
        })
        .map_or_else(unseen, |namespace| namespace.body.text("location"))
}

/// The location of what is logged; a subscription has none.
fn source(block: &Block, context: &Context<'_>) -> Known<std::sync::Arc<str>> {
    let target = block.body.text("target_resource_id");
    match parent(context.blocks, block, "target_resource_id", &[]) {
        Some(found) => found.body.text("location"),
        None => match target.state {
            State::Unset => Known::unset(here(block)),
            _ => Known::unknown(not_seen(block, "target_resource_id"), target.origins),
        },
    }
}
