//! Azure SQL: servers, databases, managed instances, and what is set for them apart.

use super::common::{at, of_vault};
use crate::provider::spelling::Move::{By, Flag, To, Words};
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.sql/servers>
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.Sql/servers",
        reads_as: "azurerm_mssql_server",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            To("minimalTlsVersion", "minimum_tls_version"),
            To("administrators", "azuread_administrator"),
            To("keyId", "transparent_data_encryption_key_vault_key_id"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/administrators",
        reads_as: "azurerm_sql_active_directory_administrator",
        moves: &[To("parent", "server_name")],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/databases",
        reads_as: "azurerm_mssql_database",
        moves: &[
            To("parent", "server_id"),
            // "State" in one version of the type, "status" in the older
            By(encrypted, "transparent_data_encryption_enabled"),
            By(database_key, "transparent_data_encryption_key_vault_key_id"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/firewallRules",
        reads_as: "azurerm_mssql_firewall_rule",
        moves: OF_SERVER,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/virtualNetworkRules",
        reads_as: "azurerm_mssql_virtual_network_rule",
        moves: OF_SERVER,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/auditingSettings",
        reads_as: "azurerm_mssql_server_extended_auditing_policy",
        moves: OF_SERVER,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/extendedAuditingSettings",
        reads_as: "azurerm_mssql_server_extended_auditing_policy",
        moves: OF_SERVER,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/databases/auditingSettings",
        reads_as: "azurerm_mssql_database_extended_auditing_policy",
        moves: OF_DATABASE,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/databases/extendedAuditingSettings",
        reads_as: "azurerm_mssql_database_extended_auditing_policy",
        moves: OF_DATABASE,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/securityAlertPolicies",
        reads_as: "azurerm_mssql_server_security_alert_policy",
        moves: ALERTS,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/databases/securityAlertPolicies",
        reads_as: "azurerm_mssql_server_security_alert_policy",
        moves: ALERTS,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/managedInstances/securityAlertPolicies",
        reads_as: "azurerm_mssql_managed_instance_security_alert_policy",
        moves: ALERTS,
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/encryptionProtector",
        reads_as: "azurerm_mssql_server_transparent_data_encryption",
        moves: &[To("parent", "server_id"), By(protector, "key_vault_key_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/servers/failoverGroups",
        reads_as: "azurerm_mssql_failover_group",
        moves: &[To("parent", "server_id"), To("partnerServers", "partner_server")],
        also: &[],
    },
    Native::same("Microsoft.Sql/servers/elasticPools", "azurerm_mssql_elasticpool"),
    Native {
        native: "Microsoft.Sql/managedInstances",
        reads_as: "azurerm_mssql_managed_instance",
        moves: &[
            To("minimalTlsVersion", "minimum_tls_version"),
            To("administrators", "azure_active_directory_administrator"),
            To("zoneRedundant", "zone_redundant_enabled"),
            Words("requestedBackupStorageRedundancy", "storage_account_type", REDUNDANCY),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/managedInstances/administrators",
        reads_as: "azurerm_mssql_managed_instance_active_directory_administrator",
        moves: &[To("parent", "managed_instance_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Sql/managedInstances/encryptionProtector",
        reads_as: "azurerm_mssql_managed_instance_transparent_data_encryption",
        moves: &[To("parent", "managed_instance_id"), By(protector, "key_vault_key_id")],
        also: &[],
    },
    Native::same("Microsoft.Sql/managedInstances/databases", "azurerm_mssql_managed_database"),
];

/// Words in the oldest version, `2014-04-01`.
const ALERTS: &[Move] = &[Flag("emailAccountAdmins", "email_account_admins", &["Enabled"])];

const OF_SERVER: &[Move] =
    &[To("parent", "server_id"), Flag("state", "enabled", &["Enabled"]), To("retentionDays", "retention_in_days")];

const OF_DATABASE: &[Move] =
    &[To("parent", "database_id"), Flag("state", "enabled", &["Enabled"]), To("retentionDays", "retention_in_days")];

const REDUNDANCY: &[(&str, &str)] = &[("Geo", "GRS"), ("GeoZone", "GZRS"), ("Local", "LRS"), ("Zone", "ZRS")];

fn encrypted(body: &Node) -> Option<Node> {
    let state = at(body, "transparentDataEncryption.state").or_else(|| at(body, "transparentDataEncryption.status"))?;
    let value = match &state.value {
        Value::String(text) => Value::Bool(text.eq_ignore_ascii_case("Enabled")),
        other => other.clone(),
    };
    Some(Node { value, origins: state.origins.clone() })
}

/// A key of the database's own, beside that of its server.
fn database_key(body: &Node) -> Option<Node> {
    at(body, "encryptionProtector").cloned()
}

/// `AzureKeyVault`, or `ServiceManaged`.
fn protector(body: &Node) -> Option<Node> {
    of_vault(body, "serverKeyType", &["uri", "serverKeyName"])
}
