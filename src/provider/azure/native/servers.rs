//! Azure Database for PostgreSQL, MySQL and MariaDB: single and flexible servers.

use crate::provider::spelling::Move::{Flag, To, Usual};
use crate::provider::spelling::Plain::{Bool, Text};
use crate::provider::spelling::{Move, Native};

/// <https://learn.microsoft.com/azure/templates/microsoft.dbforpostgresql/servers> and its like.
pub(super) const TABLE: &[Native] = &[
    single("Microsoft.DBforPostgreSQL/servers", "azurerm_postgresql_server"),
    by_name("Microsoft.DBforPostgreSQL/servers/configurations", "azurerm_postgresql_configuration"),
    by_name("Microsoft.DBforPostgreSQL/servers/firewallRules", "azurerm_postgresql_firewall_rule"),
    by_name("Microsoft.DBforPostgreSQL/servers/administrators", "azurerm_postgresql_active_directory_administrator"),
    by_id("Microsoft.DBforPostgreSQL/servers/keys", "azurerm_postgresql_server_key"),
    Native::same("Microsoft.DBforPostgreSQL/servers/databases", "azurerm_postgresql_database"),
    flexible("Microsoft.DBforPostgreSQL/flexibleServers", "azurerm_postgresql_flexible_server"),
    by_id(
        "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
        "azurerm_postgresql_flexible_server_configuration",
    ),
    by_id(
        "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
        "azurerm_postgresql_flexible_server_firewall_rule",
    ),
    by_name(
        "Microsoft.DBforPostgreSQL/flexibleServers/administrators",
        "azurerm_postgresql_flexible_server_active_directory_administrator",
    ),
    Native::same("Microsoft.DBforPostgreSQL/flexibleServers/databases", "azurerm_postgresql_flexible_server_database"),
    single("Microsoft.DBforMySQL/servers", "azurerm_mysql_server"),
    by_name("Microsoft.DBforMySQL/servers/configurations", "azurerm_mysql_configuration"),
    by_name("Microsoft.DBforMySQL/servers/firewallRules", "azurerm_mysql_firewall_rule"),
    by_name("Microsoft.DBforMySQL/servers/administrators", "azurerm_mysql_active_directory_administrator"),
    by_id("Microsoft.DBforMySQL/servers/keys", "azurerm_mysql_server_key"),
    Native::same("Microsoft.DBforMySQL/servers/databases", "azurerm_mysql_database"),
    flexible("Microsoft.DBforMySQL/flexibleServers", "azurerm_mysql_flexible_server"),
    by_name("Microsoft.DBforMySQL/flexibleServers/configurations", "azurerm_mysql_flexible_server_configuration"),
    by_name("Microsoft.DBforMySQL/flexibleServers/firewallRules", "azurerm_mysql_flexible_server_firewall_rule"),
    by_id(
        "Microsoft.DBforMySQL/flexibleServers/administrators",
        "azurerm_mysql_flexible_server_active_directory_administrator",
    ),
    Native::same("Microsoft.DBforMySQL/flexibleServers/databases", "azurerm_mysql_flexible_database"),
    single("Microsoft.DBforMariaDB/servers", "azurerm_mariadb_server"),
    by_name("Microsoft.DBforMariaDB/servers/configurations", "azurerm_mariadb_configuration"),
    by_name("Microsoft.DBforMariaDB/servers/firewallRules", "azurerm_mariadb_firewall_rule"),
    Native::same("Microsoft.DBforMariaDB/servers/databases", "azurerm_mariadb_database"),
];

const fn single(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: SINGLE, also: &[] }
}

const fn flexible(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: FLEXIBLE, also: &[] }
}

/// What names its server by its name.
const fn by_name(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: &[To("parent", "server_name")], also: &[] }
}

/// What names its server by its id.
const fn by_id(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: &[To("parent", "server_id"), To("uri", "key_vault_key_id")], also: &[] }
}

const SINGLE: &[Move] = &[
    Flag("sslEnforcement", "ssl_enforcement_enabled", &["Enabled"]),
    // the portal and the command line turn it on; whoever writes a template has to:
    // https://learn.microsoft.com/azure/mysql/single-server/concepts-ssl-connection-security#ssl-default-settings
    Usual("ssl_enforcement_enabled", Bool(false)),
    To("minimalTlsVersion", "ssl_minimal_tls_version_enforced"),
    // any version where none is demanded:
    // https://learn.microsoft.com/azure/postgresql/single-server/concepts-ssl-connection-security#tls-enforcement
    Usual("ssl_minimal_tls_version_enforced", Text("TLSEnforcementDisabled")),
    Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
    To("sourceServerId", "creation_source_server_id"),
];

const FLEXIBLE: &[Move] = &[
    Flag("network.publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
    To("network.delegatedSubnetResourceId", "delegated_subnet_id"),
    To("backup.backupRetentionDays", "backup_retention_days"),
    Flag("backup.geoRedundantBackup", "geo_redundant_backup_enabled", &["Enabled"]),
    To("dataEncryption.primaryKeyURI", "customer_managed_key.key_vault_key_id"),
    Flag("authConfig.activeDirectoryAuth", "authentication.active_directory_auth_enabled", &["Enabled"]),
    To("sourceServerResourceId", "source_server_id"),
];
