//! Synapse, Databricks, Data Explorer, AI Search.

use crate::model::{Resource, SearchIndex, Warehouse};
use crate::provider::azure::database::diagnosed;
use crate::provider::azure::read::{always, customer_key, flag, here, parent, region_of, resource};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_databricks_workspace", databricks),
    ("azurerm_databricks_workspace_customer_managed_key", fragment),
    ("azurerm_databricks_workspace_root_dbfs_customer_managed_key", fragment),
    ("azurerm_kusto_cluster", kusto),
    ("azurerm_kusto_cluster_customer_managed_key", fragment),
    ("azurerm_kusto_database", fragment),
    ("azurerm_search_service", search),
    ("azurerm_search_shared_private_link_service", fragment),
    ("azurerm_synapse_firewall_rule", fragment),
    ("azurerm_synapse_role_assignment", fragment),
    ("azurerm_synapse_spark_pool", fragment),
    ("azurerm_synapse_sql_pool", pool),
    ("azurerm_synapse_sql_pool_extended_auditing_policy", fragment),
    ("azurerm_synapse_workspace", synapse),
    ("azurerm_synapse_workspace_extended_auditing_policy", fragment),
    ("azurerm_synapse_workspace_key", fragment),
];

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/synapse_workspace>
fn synapse(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(&block.body, &["customer_managed_key.key_versionless_id"]);
    let audit = context.blocks.joined(
        block,
        "azurerm_synapse_workspace_extended_auditing_policy",
        "synapse_workspace_id",
        &["id"],
    );
    let facts = Warehouse {
        encrypted: always(block, true),
        customer_key: customer,
        key,
        public: block.body.bool("public_network_access_enabled").or_default(true),
        audit_logged: any([audit.exists(), diagnosed(block, context)]),
        sets_egress: always(block, true),
        // https://learn.microsoft.com/azure/synapse-analytics/security/workspace-data-exfiltration-protection
        egress_limited: block.body.bool("data_exfiltration_protection_enabled").or_default(false),
        // its pools make restore points by themselves, its lake is a storage account
        // https://learn.microsoft.com/azure/synapse-analytics/sql-data-warehouse/backup-and-restore
        backed_up: always(block, true),
    };
    out.push(resource(block, facts));
}

/// A dedicated pool: transparent encryption has to be turned on
/// (<https://learn.microsoft.com/azure/synapse-analytics/sql-data-warehouse/sql-data-warehouse-encryption-tde>); network
/// and key are its workspace's.
fn pool(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = "synapse_workspace_id";
    let workspace = parent(context.blocks, block, path, &["azurerm_synapse_workspace"]);
    let (customer, key) = match workspace {
        Some(workspace) => customer_key(&workspace.body, &["customer_managed_key.key_versionless_id"]),
        None => {
            let unseen = super::read::not_seen(block, path);
            (Known::unknown(unseen.clone(), here(block)), Known::unknown(unseen, here(block)))
        }
    };
    let audit =
        context.blocks.joined(block, "azurerm_synapse_sql_pool_extended_auditing_policy", "sql_pool_id", &["id"]);
    let above = workspace.map(|workspace| {
        context
            .blocks
            .joined(workspace, "azurerm_synapse_workspace_extended_auditing_policy", "synapse_workspace_id", &["id"])
            .exists()
    });
    let facts = Warehouse {
        encrypted: block.body.bool("data_encrypted").or_default(false),
        customer_key: customer,
        key,
        public: always(block, false),
        audit_logged: any([Some(audit.exists()), above, Some(diagnosed(block, context))].into_iter().flatten()),
        backed_up: always(block, true),
        ..data::warehouse(block)
    };
    let mut resource = resource(block, facts);
    resource.region = region_of(block, workspace, path);
    out.push(resource);
}

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/databricks_workspace>
fn databricks(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let root = context.blocks.joined_any(
        block,
        &[
            ("azurerm_databricks_workspace_root_dbfs_customer_managed_key", "workspace_id"),
            ("azurerm_databricks_workspace_customer_managed_key", "workspace_id"),
        ],
        &["id"],
    );
    let (services, link) = customer_key(&block.body, &["managed_services_cmk_key_vault_key_id"]);
    let facts = Warehouse {
        encrypted: always(block, true),
        customer_key: any([services, root.exists()]),
        key: link.or(root.link("key_vault_key_id")),
        public: block.body.bool("public_network_access_enabled").or_default(true),
        audit_logged: diagnosed(block, context),
        // its tables are files in storage accounts
        backed_up: always(block, true),
        ..data::warehouse(block)
    };
    out.push(resource(block, facts));
}

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kusto_cluster>
fn kusto(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let key = context.blocks.joined(block, "azurerm_kusto_cluster_customer_managed_key", "cluster_id", &["id"]);
    let facts = Warehouse {
        // its storage and disks are, whatever `disk_encryption_enabled` adds:
        // https://learn.microsoft.com/azure/data-explorer/security#data-encryption
        encrypted: always(block, true),
        customer_key: key.exists(),
        key: key.link("key_vault_id"),
        public: block
            .body
            .bool("public_network_access_enabled")
            .or_default(true)
            .and(listed(block, "allowed_ip_ranges").not()),
        audit_logged: diagnosed(block, context),
        sets_egress: always(block, true),
        // https://learn.microsoft.com/azure/data-explorer/security-network-restrict-outbound-access
        egress_limited: block.body.bool("outbound_network_access_restricted").or_default(false),
        // what is deleted can be brought back for two weeks unless a policy says otherwise
        // https://learn.microsoft.com/azure/data-explorer/kusto/management/softdelete-policy
        backed_up: always(block, true),
    };
    out.push(resource(block, facts));
}

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/search_service>
fn search(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = SearchIndex {
        encrypted: always(block, true),
        customer_key: flag(&block.body, &["customer_managed_key_enforcement_enabled"]).or_default(false),
        key: Known::unset(here(block)),
        public: block
            .body
            .bool("public_network_access_enabled")
            .or_default(true)
            .and(listed(block, "allowed_ips").not()),
        has_audit_log: always(block, true),
        audit_logged: diagnosed(block, context),
        ..data::index(block)
    };
    out.push(resource(block, facts));
}

/// Whether listed addresses, none of them everyone, bound who can reach it.
fn listed(block: &Block, path: &str) -> Known<bool> {
    let ranges = block.body.each(path);
    if ranges.is_empty() {
        return Known::default_of(false, here(block));
    }
    all(ranges.into_iter().map(|range| range.text("").map(|range| !is_anywhere(&range))))
}
