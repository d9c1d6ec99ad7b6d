//! Cosmos DB, Redis, AI Search, Synapse, Databricks, Data Explorer, Data Factory.

use super::common::{at, of_vault, pluck};
use crate::provider::spelling::Move::{By, Each, Flag, Not, To};
use crate::provider::spelling::{Fragment, Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.documentdb/databaseaccounts> and its like.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.DocumentDB/databaseAccounts",
        reads_as: "azurerm_cosmosdb_account",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            To("keyVaultKeyUri", "key_vault_key_id"),
            Not("disableLocalAuth", "local_authentication_enabled"),
            To("backupPolicy.type", "backup.type"),
            To("backupPolicy.periodicModeProperties.backupStorageRedundancy", "backup.storage_redundancy"),
            To("backupPolicy.periodicModeProperties.backupRetentionIntervalInHours", "backup.retention_in_hours"),
            To("backupPolicy.continuousModeProperties.tier", "backup.tier"),
            By(|body| pluck(body, "ipRules", "ipAddressOrRange"), "ip_range_filter"),
            To("virtualNetworkRules", "virtual_network_rule"),
            Each(
                "locations",
                "geo_location",
                &[To("locationName", "location"), To("isZoneRedundant", "zone_redundant")],
            ),
        ],
        also: &[],
    },
    Native::same("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "azurerm_cosmosdb_sql_database"),
    container("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", "azurerm_cosmosdb_sql_container"),
    container("Microsoft.DocumentDB/databaseAccounts/gremlinDatabases/graphs", "azurerm_cosmosdb_gremlin_graph"),
    container("Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces/tables", "azurerm_cosmosdb_cassandra_table"),
    Native::same("Microsoft.DocumentDB/databaseAccounts/mongodbDatabases", "azurerm_cosmosdb_mongo_database"),
    Native::same("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", "azurerm_cosmosdb_sql_role_assignment"),
    Native::same("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions", "azurerm_cosmosdb_sql_role_definition"),
    Native {
        native: "Microsoft.DocumentDB/mongoClusters",
        reads_as: "azurerm_mongo_cluster",
        moves: &[To(
            "encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl",
            "customer_managed_key.key_vault_key_id",
        )],
        also: &[],
    },
    Native {
        native: "Microsoft.DocumentDB/mongoClusters/firewallRules",
        reads_as: "azurerm_mongo_cluster_firewall_rule",
        moves: &[To("parent", "mongo_cluster_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.DBforPostgreSQL/serverGroupsv2",
        reads_as: "azurerm_cosmosdb_postgresql_cluster",
        moves: &[
            To("coordinatorEnablePublicIpAccess", "coordinator_public_ip_access_enabled"),
            To("nodeEnablePublicIpAccess", "node_public_ip_access_enabled"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.DBforPostgreSQL/serverGroupsv2/firewallRules",
        reads_as: "azurerm_cosmosdb_postgresql_firewall_rule",
        moves: &[To("parent", "cluster_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Cache/redis",
        reads_as: "azurerm_redis_cache",
        moves: &[
            Not("redisConfiguration.authnotrequired", "redis_configuration.authentication_enabled"),
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
        ],
        also: &[],
    },
    Native::same("Microsoft.Cache/redis/firewallRules", "azurerm_redis_firewall_rule"),
    Native::same("Microsoft.Cache/redisEnterprise", "azurerm_redis_enterprise_cluster"),
    Native {
        native: "Microsoft.Cache/redisEnterprise/databases",
        reads_as: "azurerm_redis_enterprise_database",
        moves: &[To("parent", "cluster_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Search/searchServices",
        reads_as: "azurerm_search_service",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["enabled"]),
            By(|body| pluck(body, "networkRuleSet.ipRules", "value"), "allowed_ips"),
            Flag("encryptionWithCmk.enforcement", "customer_managed_key_enforcement_enabled", &["Enabled"]),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Synapse/workspaces",
        reads_as: "azurerm_synapse_workspace",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            By(workspace_key, "customer_managed_key.key_versionless_id"),
            To("managedVirtualNetworkSettings.preventDataExfiltration", "data_exfiltration_protection_enabled"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Synapse/workspaces/sqlPools",
        reads_as: "azurerm_synapse_sql_pool",
        moves: &[
            To("parent", "synapse_workspace_id"),
            Flag("transparentDataEncryption.status", "data_encrypted", &["Enabled"]),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Synapse/workspaces/extendedAuditingSettings",
        reads_as: "azurerm_synapse_workspace_extended_auditing_policy",
        moves: &[To("parent", "synapse_workspace_id"), To("retentionDays", "retention_in_days")],
        also: &[],
    },
    Native {
        native: "Microsoft.Synapse/workspaces/auditingSettings",
        reads_as: "azurerm_synapse_workspace_extended_auditing_policy",
        moves: &[To("parent", "synapse_workspace_id"), To("retentionDays", "retention_in_days")],
        also: &[],
    },
    Native::same("Microsoft.Synapse/workspaces/firewallRules", "azurerm_synapse_firewall_rule"),
    Native::same("Microsoft.Synapse/workspaces/bigDataPools", "azurerm_synapse_spark_pool"),
    Native {
        native: "Microsoft.Databricks/workspaces",
        reads_as: "azurerm_databricks_workspace",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            By(services_key, "managed_services_cmk_key_vault_key_id"),
        ],
        also: &[Fragment {
            from: "parameters.encryption.value",
            reads_as: "azurerm_databricks_workspace_root_dbfs_customer_managed_key",
            by: "workspace_id",
            moves: &[By(root_key, "key_vault_key_id")],
        }],
    },
    Native {
        native: "Microsoft.Kusto/clusters",
        reads_as: "azurerm_kusto_cluster",
        moves: &[
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            By(|body| pluck(body, "allowedIpRangeList", "value"), "allowed_ip_ranges"),
            Flag("restrictOutboundNetworkAccess", "outbound_network_access_restricted", &["Enabled"]),
        ],
        also: &[Fragment {
            from: "keyVaultProperties",
            reads_as: "azurerm_kusto_cluster_customer_managed_key",
            by: "cluster_id",
            moves: &[To("keyVaultUri", "key_vault_id")],
        }],
    },
    Native::same("Microsoft.Kusto/clusters/databases", "azurerm_kusto_database"),
    Native::same("Microsoft.DataShare/accounts/shares", "azurerm_data_share"),
    Native {
        native: "Microsoft.DataFactory/factories",
        reads_as: "azurerm_data_factory",
        moves: &[
            Flag("publicNetworkAccess", "public_network_enabled", &["Enabled"]),
            To("encryption.vaultBaseUrl", "customer_managed_key_id"),
        ],
        also: &[],
    },
    Native::same("Microsoft.DataFactory/factories/pipelines", "azurerm_data_factory_pipeline"),
    Native {
        native: "Microsoft.DataFactory/factories/integrationRuntimes",
        reads_as: "azurerm_data_factory_integration_runtime_azure",
        moves: &[To("parent", "data_factory_id"), To("typeProperties.computeProperties.location", "location")],
        also: &[],
    },
    Native::same(
        "Microsoft.DataFactory/factories/integrationRuntimes (self-hosted)",
        "azurerm_data_factory_integration_runtime_self_hosted",
    ),
    linked(
        "Microsoft.DataFactory/factories/linkedservices (sql database)",
        "azurerm_data_factory_linked_service_azure_sql_database",
    ),
    linked(
        "Microsoft.DataFactory/factories/linkedservices (sql server)",
        "azurerm_data_factory_linked_service_sql_server",
    ),
    linked("Microsoft.DataFactory/factories/linkedservices (mysql)", "azurerm_data_factory_linked_service_mysql"),
    linked(
        "Microsoft.DataFactory/factories/linkedservices (postgresql)",
        "azurerm_data_factory_linked_service_postgresql",
    ),
    linked("Microsoft.DataFactory/factories/linkedservices (web)", "azurerm_data_factory_linked_service_web"),
    linked("Microsoft.DataFactory/factories/linkedservices", "azurerm_data_factory_linked_custom_service"),
];

/// What lives in an account, with the time that its items live.
const fn container(native: &'static str, reads_as: &'static str) -> Native {
    Native {
        native,
        reads_as,
        moves: &[To("root", "account_name"), To("resource.defaultTtl", "default_ttl")],
        also: &[],
    }
}

const fn linked(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: LINKED, also: &[] }
}

const LINKED: &[Move] = &[
    To("parent", "data_factory_id"),
    To("typeProperties.connectionString", "connection_string"),
    By(|body| at(body, "typeProperties.url").or_else(|| at(body, "typeProperties.baseUrl")).cloned(), "url"),
    By(properties, "type_properties_json"),
];

/// The settings of a linked service as a text, as Terraform takes them.
fn properties(body: &Node) -> Option<Node> {
    let settings = at(body, "typeProperties")?;
    let mut text = String::from("{");
    for entry in settings.entries() {
        let value = match &entry.value.value {
            Value::String(value) => format!("\"{value}\""),
            Value::Bool(flag) => flag.to_string(),
            Value::Unknown(_) => return Some(entry.value.clone()),
            _ => continue,
        };
        text.push_str(&format!("\"{}\":{value},", entry.key));
    }
    text.push('}');
    Some(Node { value: Value::String(text.into()), origins: settings.origins.clone() })
}

/// The key's place, or at least its name.
fn workspace_key(body: &Node) -> Option<Node> {
    at(body, "encryption.cmk.key.keyVaultUrl").or_else(|| at(body, "encryption.cmk.key.name")).cloned()
}

fn services_key(body: &Node) -> Option<Node> {
    at(body, "encryption.entities.managedServices")?;
    of_vault(
        body,
        "encryption.entities.managedServices.keySource",
        &["encryption.entities.managedServices.keyVaultProperties.keyVaultUri"],
    )
}

fn root_key(encryption: &Node) -> Option<Node> {
    of_vault(encryption, "keySource", &["keyvaulturi", "keyVaultUri", "KeyName"])
}
