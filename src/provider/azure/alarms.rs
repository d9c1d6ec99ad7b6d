//! Alerts of Azure Monitor and who hears of them; what API Management records of requests.

use crate::model::{Alarm, PayloadLog, Resource};
use crate::provider::azure::read::{always, here, not_seen, parent, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_api_management_api_diagnostic", payload),
    ("azurerm_api_management_diagnostic", payload),
    ("azurerm_monitor_action_group", fragment),
    ("azurerm_monitor_activity_log_alert", alert),
    ("azurerm_monitor_metric_alert", alert),
    ("azurerm_monitor_scheduled_query_rules_alert", alert),
    ("azurerm_monitor_scheduled_query_rules_alert_v2", alert),
];

/// Types that show that alerts are raised.
pub(super) const ALARMS: &[&str] = &[
    "azurerm_monitor_activity_log_alert",
    "azurerm_monitor_metric_alert",
    "azurerm_monitor_scheduled_query_rules_alert",
    "azurerm_monitor_scheduled_query_rules_alert_v2",
];

/// On unless told otherwise; it tells the receivers of its action groups:
/// <https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups>.
fn alert(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    const PATHS: [&str; 3] = ["action.action_group_id", "action.action_group", "action.action_groups"];
    let groups = PATHS.iter().flat_map(|path| block.body.each(path)).filter(|node| node.entries().is_empty());
    let routed = any(groups.map(|group| heard(group, block, context))).and_at(&here(block));
    out.push(resource(block, Alarm { enabled: block.body.bool("enabled").or_default(true), routed }));
}

fn heard(group: &Node, block: &Block, context: &Context<'_>) -> Known<bool> {
    let kinds = &["azurerm_monitor_action_group"];
    let by_name = || {
        let id = group.text("");
        let name = id.value()?.rsplit('/').next()?.to_owned();
        context.blocks.of_type(kinds[0]).find(|other| other.body.text("name").value().is_some_and(|own| **own == *name))
    };
    let Some(found) = context.blocks.follow(group, "", kinds).or_else(by_name) else {
        return Known::unknown(not_seen(block, "action.action_group_id"), group.origins.clone());
    };
    let receivers = found.body.entries().iter().filter(|entry| entry.key.ends_with("_receiver"));
    let some = any(receivers.map(|entry| found.body.exists(&entry.key)));
    all_on(found, some).and_at(&group.origins)
}

fn all_on(group: &Block, some: Known<bool>) -> Known<bool> {
    group.body.bool("enabled").or_default(true).and(some).and_at(&Origins::at(group.head))
}

/// Bodies are recorded by as many bytes as are asked for, none unless written:
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management_diagnostic>.
fn payload(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    const SIDES: [&str; 4] = ["frontend_request", "frontend_response", "backend_request", "backend_response"];
    let bytes = SIDES.map(|side| block.body.int(&format!("{side}.body_bytes")).map(|bytes| bytes > 0));
    let payload = any(bytes.into_iter().chain([always(block, false)]));
    let mut found = resource(block, PayloadLog { payload });
    let service = parent(context.blocks, block, "api_management_name", &["azurerm_api_management"]);
    found.region = super::read::region_of(block, service, "api_management_name");
    out.push(found);
}
