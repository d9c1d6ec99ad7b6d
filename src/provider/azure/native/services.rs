//! Backup vaults, AI services, API Management, Front Door and CDN.

use super::common::{at, of_vault, pluck};
use crate::provider::spelling::Move::{self, By, Each, Flag, Not, To, Type};
use crate::provider::spelling::Native;
use crate::value::{Entry, Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.recoveryservices/vaults> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.RecoveryServices/vaults",
        reads_as: "azurerm_recovery_services_vault",
        moves: &[
            To("securitySettings.immutabilitySettings.state", "immutability"),
            To("encryption.keyVaultProperties.keyUri", "encryption.key_id"),
            To("redundancySettings.standardTierStorageRedundancy", "storage_mode_type"),
            Flag("redundancySettings.crossRegionRestore", "cross_region_restore_enabled", &["Enabled"]),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.RecoveryServices/vaults/backupPolicies",
        reads_as: "azurerm_backup_policy_vm",
        moves: &[
            To("retentionPolicy.dailySchedule.retentionDuration.count", "retention_daily.count"),
            To("retentionPolicy.weeklySchedule.retentionDuration.count", "retention_weekly.count"),
            To("retentionPolicy.monthlySchedule.retentionDuration.count", "retention_monthly.count"),
            To("retentionPolicy.yearlySchedule.retentionDuration.count", "retention_yearly.count"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        reads_as: "azurerm_backup_protected_vm",
        moves: &[To("sourceResourceId", "source_vm_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.DataProtection/backupVaults",
        reads_as: "azurerm_data_protection_backup_vault",
        moves: &[
            To("storageSettings.type", "redundancy"),
            To("securitySettings.immutabilitySettings.state", "immutability"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.DataProtection/backupVaults/backupPolicies",
        reads_as: "azurerm_data_protection_backup_policy_disk",
        moves: &[
            By(|body| kept(body, true), "default_retention_duration"),
            By(|body| kept(body, false), "retention_rule.duration"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.DataProtection/backupVaults/backupInstances",
        reads_as: "azurerm_data_protection_backup_instance_disk",
        moves: &[
            Type(
                "dataSourceInfo.datasourceType",
                &["Microsoft.Storage/storageAccounts/blobServices"],
                "azurerm_data_protection_backup_instance_blob_storage",
            ),
            To("dataSourceInfo.resourceID", "disk_id"),
            By(|body| at(body, "dataSourceInfo.resourceID").cloned(), "storage_account_id"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.CognitiveServices/accounts",
        reads_as: "azurerm_cognitive_account",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            Not("disableLocalAuth", "local_auth_enabled"),
            To("restrictOutboundNetworkAccess", "outbound_network_access_restricted"),
            By(account_key, "customer_managed_key.key_vault_key_id"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.AppConfiguration/configurationStores",
        reads_as: "azurerm_app_configuration",
        moves: &[Not("disableLocalAuth", "local_auth_enabled")],
        also: &[],
    },
    Native {
        native: "Microsoft.CognitiveServices/accounts/deployments",
        reads_as: "azurerm_cognitive_deployment",
        moves: &[To("parent", "cognitive_account_id"), To("scaleSettings.scaleType", "scale.type")],
        also: &[],
    },
    Native {
        native: "Microsoft.CognitiveServices/accounts/raiPolicies",
        reads_as: "azurerm_cognitive_account_rai_policy",
        moves: &[
            To("parent", "cognitive_account_id"),
            Each(
                "contentFilters",
                "content_filter",
                &[To("enabled", "filter_enabled"), To("blocking", "block_enabled")],
            ),
        ],
        also: &[],
    },
    Native::same("Microsoft.CognitiveServices/accounts/projects", "azurerm_cognitive_account_project"),
    Native {
        native: "Microsoft.MachineLearningServices/workspaces",
        reads_as: "azurerm_machine_learning_workspace",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            To("encryption.keyVaultProperties.keyIdentifier", "encryption.key_id"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.MachineLearningServices/workspaces/computes",
        reads_as: "azurerm_machine_learning_compute_cluster",
        moves: &[
            To("parent", "machine_learning_workspace_id"),
            Not("disableLocalAuth", "local_auth_enabled"),
            By(
                |body| at(body, "enableNodePublicIp").or_else(|| at(body, "properties.enableNodePublicIp")).cloned(),
                "node_public_ip_enabled",
            ),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.ApiManagement/service",
        reads_as: "azurerm_api_management",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            By(|body| protocol(body, "Ssl30"), "security.frontend_ssl30_enabled"),
            By(|body| protocol(body, "Tls10"), "security.frontend_tls10_enabled"),
            By(|body| protocol(body, "Tls11"), "security.frontend_tls11_enabled"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.ApiManagement/service/apis",
        reads_as: "azurerm_api_management_api",
        moves: &[
            To("parent", "api_management_name"),
            To("authenticationSettings.oAuth2", "oauth2_authorization"),
            To("authenticationSettings.openid", "openid_authentication"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.ApiManagement/service/diagnostics",
        reads_as: "azurerm_api_management_diagnostic",
        moves: DIAGNOSTIC,
        also: &[],
    },
    Native {
        native: "Microsoft.ApiManagement/service/apis/diagnostics",
        reads_as: "azurerm_api_management_api_diagnostic",
        moves: DIAGNOSTIC,
        also: &[],
    },
    Native::same("Microsoft.ApiManagement/service/apis/operations", "azurerm_api_management_api_operation"),
    Native::same("Microsoft.ApiManagement/service/loggers", "azurerm_api_management_logger"),
    Native::same("Microsoft.ApiManagement/service/products", "azurerm_api_management_product"),
    Native::same("Microsoft.ApiManagement/service/subscriptions", "azurerm_api_management_subscription"),
    Native::same("Microsoft.Cdn/profiles", "azurerm_cdn_profile"),
    Native::same("Microsoft.Cdn/profiles (front door)", "azurerm_cdn_frontdoor_profile"),
    Native {
        native: "Microsoft.Cdn/profiles/endpoints",
        reads_as: "azurerm_cdn_endpoint",
        moves: &[By(redirects, "delivery_rule")],
        also: &[],
    },
    Native::same("Microsoft.Cdn/profiles/afdEndpoints", "azurerm_cdn_frontdoor_endpoint"),
    Native::same("Microsoft.Cdn/profiles/originGroups", "azurerm_cdn_frontdoor_origin_group"),
    Native::same("Microsoft.Cdn/profiles/originGroups/origins", "azurerm_cdn_frontdoor_origin"),
    Native {
        native: "Microsoft.Cdn/profiles/afdEndpoints/routes",
        reads_as: "azurerm_cdn_frontdoor_route",
        moves: &[
            To("parent", "cdn_frontdoor_endpoint_id"),
            Flag("httpsRedirect", "https_redirect_enabled", &["Enabled"]),
            To("cacheConfiguration", "cache"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Cdn/profiles/customDomains",
        reads_as: "azurerm_cdn_frontdoor_custom_domain",
        moves: &[To("tlsSettings.minimumTlsVersion", "tls.minimum_tls_version")],
        also: &[],
    },
    Native {
        native: "Microsoft.Cdn/profiles/securityPolicies",
        reads_as: "azurerm_cdn_frontdoor_security_policy",
        moves: &[
            To("parent", "cdn_frontdoor_profile_id"),
            By(
                |body| at(body, "parameters.wafPolicy.id").cloned(),
                "security_policies.firewall.cdn_frontdoor_firewall_policy_id",
            ),
        ],
        also: &[],
    },
];

/// <https://learn.microsoft.com/azure/templates/microsoft.apimanagement/service/diagnostics>
const DIAGNOSTIC: &[Move] = &[
    To("parent", "api_management_name"),
    To("frontend.request.body.bytes", "frontend_request.body_bytes"),
    To("frontend.response.body.bytes", "frontend_response.body_bytes"),
    To("backend.request.body.bytes", "backend_request.body_bytes"),
    To("backend.response.body.bytes", "backend_response.body_bytes"),
];

/// How long the rule that holds by default, or the first other one, keeps what it takes:
/// <https://learn.microsoft.com/azure/templates/microsoft.dataprotection/backupvaults/backuppolicies>.
fn kept(body: &Node, by_default: bool) -> Option<Node> {
    let rules = body.each("policyRules").into_iter();
    let retains = |rule: &&Node| rule.text("objectType").value().is_some_and(|kind| &**kind == "AzureRetentionRule");
    let usual = |rule: &&Node| rule.bool("isDefault").value() == Some(&true);
    let rule = rules.filter(retains).find(|rule| usual(rule) == by_default)?;
    let lifecycle = rule.each("lifecycles").into_iter().next()?;
    at(lifecycle, "deleteAfter.duration").cloned()
}

fn account_key(body: &Node) -> Option<Node> {
    at(body, "encryption")?;
    of_vault(
        body,
        "encryption.keySource",
        &["encryption.keyVaultProperties.keyVaultUri", "encryption.keyVaultProperties.keyName"],
    )
}

/// A switch of the gateway: `Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10`.
/// <https://learn.microsoft.com/azure/templates/microsoft.apimanagement/service>
fn protocol(body: &Node, name: &str) -> Option<Node> {
    let all = at(body, "customProperties")?;
    if let Value::Unknown(_) = all.value {
        return Some(all.clone());
    }
    all.get(&format!("Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.{name}")).cloned()
}

/// The rules that send viewers on, as Terraform writes them.
fn redirects(body: &Node) -> Option<Node> {
    let actions = pluck(body, "deliveryPolicy.rules", "actions")?;
    let Value::List(lists) = &actions.value else { return Some(actions) };
    let mut made = Vec::new();
    for action in lists.iter().flat_map(|list| list.each("")) {
        let protocol = at(action, "parameters.destinationProtocol");
        let inner = Entry {
            key: "protocol".into(),
            key_span: None,
            value: protocol.cloned().unwrap_or_else(|| Node { value: Value::Null, origins: action.origins.clone() }),
        };
        let redirect = Node { value: Value::Map(vec![inner]), origins: action.origins.clone() };
        let rule = Entry { key: "url_redirect_action".into(), key_span: None, value: redirect };
        made.push(Node { value: Value::Map(vec![rule]), origins: action.origins.clone() });
    }
    Some(Node { value: Value::List(made), origins: actions.origins.clone() })
}
