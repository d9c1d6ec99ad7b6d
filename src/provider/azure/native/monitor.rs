//! Diagnostic settings, alerts, Log Analytics, Defender for Cloud.

use super::common::{at, text};
use crate::provider::spelling::Move::{All, By, Flag, To};
use crate::provider::spelling::{Fragment, Native};
use crate::value::{Node, State, Value, any};

/// <https://learn.microsoft.com/azure/templates/microsoft.insights/diagnosticsettings> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.Insights/diagnosticSettings",
        reads_as: "azurerm_monitor_diagnostic_setting",
        moves: &[
            To("scope", "target_resource_id"),
            To("workspaceId", "log_analytics_workspace_id"),
            To("eventHubAuthorizationRuleId", "eventhub_authorization_rule_id"),
            To("serviceBusRuleId", "servicebus_rule_id"),
            To("marketplacePartnerId", "partner_solution_id"),
            To("logs", "log"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Insights/logProfiles", "azurerm_monitor_log_profile"),
    Native::moved(
        "Microsoft.Insights/activityLogAlerts",
        "azurerm_monitor_activity_log_alert",
        &[All("actions.actionGroups.actionGroupId", "action.action_group_id")],
    ),
    Native::moved(
        "Microsoft.Insights/metricAlerts",
        "azurerm_monitor_metric_alert",
        &[All("actions.actionGroupId", "action.action_group_id")],
    ),
    Native::moved(
        "Microsoft.Insights/scheduledQueryRules",
        "azurerm_monitor_scheduled_query_rules_alert_v2",
        &[
            All("actions.actionGroups", "action.action_groups"),
            // before 2021-02-01: https://learn.microsoft.com/azure/templates/microsoft.insights/2018-04-16/scheduledqueryrules
            All("action.aznsAction.actionGroup", "action.action_group"),
            Flag("enabled", "enabled", &["true"]),
        ],
    ),
    Native {
        native: "Microsoft.Insights/autoscaleSettings",
        reads_as: "azurerm_monitor_autoscale_setting",
        moves: &[To("targetResourceUri", "target_resource_id"), To("profiles", "profile")],
        also: &[],
    },
    Native {
        native: "Microsoft.Insights/actionGroups",
        reads_as: "azurerm_monitor_action_group",
        moves: &[
            To("armRoleReceivers", "arm_role_receiver"),
            To("automationRunbookReceivers", "automation_runbook_receiver"),
            To("azureAppPushReceivers", "azure_app_push_receiver"),
            To("azureFunctionReceivers", "azure_function_receiver"),
            To("emailReceivers", "email_receiver"),
            To("eventHubReceivers", "event_hub_receiver"),
            To("itsmReceivers", "itsm_receiver"),
            To("logicAppReceivers", "logic_app_receiver"),
            To("smsReceivers", "sms_receiver"),
            To("voiceReceivers", "voice_receiver"),
            To("webhookReceivers", "webhook_receiver"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Insights/components", "azurerm_application_insights"),
    Native::same("Microsoft.OperationsManagement/solutions", "azurerm_log_analytics_solution"),
    Native::same("Microsoft.OperationalInsights/workspaces", "azurerm_log_analytics_workspace"),
    Native::same("Microsoft.OperationalInsights/workspaces/tables", "azurerm_log_analytics_workspace_table"),
    Native {
        native: "Microsoft.OperationalInsights/clusters",
        reads_as: "azurerm_log_analytics_cluster",
        moves: &[],
        also: &[Fragment {
            from: "keyVaultProperties",
            reads_as: "azurerm_log_analytics_cluster_customer_managed_key",
            by: "log_analytics_cluster_id",
            moves: &[To("keyVaultUri", "key_vault_key_id")],
        }],
    },
    Native {
        native: "Microsoft.Security/pricings",
        reads_as: "azurerm_security_center_subscription_pricing",
        moves: &[
            By(|body| at(body, "pricingTier").cloned().or_else(|| text(body, "Free")), "tier"),
            To("name", "resource_type"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Security/securityContacts",
        reads_as: "azurerm_security_center_contact",
        moves: &[
            By(|body| at(body, "emails").or_else(|| at(body, "email")).cloned(), "email"),
            By(alerts, "alert_notifications"),
            By(owners, "alerts_to_admins"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Security/settings", "azurerm_security_center_setting"),
    Native::same("Microsoft.Security/workspaceSettings", "azurerm_security_center_workspace"),
];

/// `On` in the first versions of the type, then an object with a `state`, now one of the sources that are told of:
/// <https://learn.microsoft.com/azure/templates/microsoft.security/securitycontacts>.
fn alerts(body: &Node) -> Option<Node> {
    if let Some(off) = off(body) {
        return Some(off);
    }
    let Some(sources) = at(body, "notificationsSources") else { return switched(body, "alertNotifications") };
    let Value::List(items) = &sources.value else { return Some(sources.clone()) };
    let told = items.iter().map(|item| item.text("sourceType").map(|kind| kind.eq_ignore_ascii_case("Alert")));
    let told = any(told);
    let value = match &told.state {
        State::Unknown(unknown) => Value::Unknown(unknown.clone()),
        _ => Value::Bool(told.value() == Some(&true)),
    };
    Some(Node { value, origins: sources.origins.clone() })
}

fn owners(body: &Node) -> Option<Node> {
    let said = || switched(body, "alertsToAdmins").or_else(|| switched(body, "notificationsByRole"));
    off(body).or_else(said)
}

/// The switch of the whole contact, unless it is on.
fn off(body: &Node) -> Option<Node> {
    at(body, "isEnabled").filter(|switch| switch.value != Value::Bool(true)).cloned()
}

/// `On`, or an object with a `state`.
fn switched(body: &Node, path: &str) -> Option<Node> {
    let said = at(body, path)?;
    let said = if let Value::Map(_) = said.value { at(said, "state").unwrap_or(said) } else { said };
    let value = match &said.value {
        Value::String(text) => Value::Bool(text.eq_ignore_ascii_case("On")),
        // an object without a state
        Value::Map(entries) => Value::Bool(!entries.is_empty()),
        other => other.clone(),
    };
    Some(Node { value, origins: said.origins.clone() })
}
