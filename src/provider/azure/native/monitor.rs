//! Diagnostic settings, alerts, Log Analytics, Defender for Cloud.

use super::common::{at, text};
use crate::provider::spelling::Move::{By, To};
use crate::provider::spelling::{Fragment, Native};
use crate::value::{Node, Value};

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
    Native::same("Microsoft.Insights/activityLogAlerts", "azurerm_monitor_activity_log_alert"),
    Native::same("Microsoft.Insights/actionGroups", "azurerm_monitor_action_group"),
    Native::same("Microsoft.Insights/metricAlerts", "azurerm_monitor_metric_alert"),
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
            By(|body| switched(body, "alertNotifications"), "alert_notifications"),
            By(owners, "alerts_to_admins"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Security/settings", "azurerm_security_center_setting"),
    Native::same("Microsoft.Security/workspaceSettings", "azurerm_security_center_workspace"),
];

/// `On` in the older versions of the type, an object with a `state` in the newer:
/// <https://learn.microsoft.com/azure/templates/microsoft.security/securitycontacts>.
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

fn owners(body: &Node) -> Option<Node> {
    switched(body, "alertsToAdmins").or_else(|| switched(body, "notificationsByRole"))
}
