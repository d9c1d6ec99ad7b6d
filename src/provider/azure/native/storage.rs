//! Storage accounts, what lies in them, and what is set for them apart.

use super::common::{at, constant, of_vault, older, while_on};
use crate::provider::spelling::Move::{By, Each, Flag, To, Usual, Words};
use crate::provider::spelling::Plain::Text;
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts>
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.Storage/storageAccounts",
        reads_as: "azurerm_storage_account",
        moves: &[
            By(replication, "account_replication_type"),
            By(https, "https_traffic_only_enabled"),
            To("allowBlobPublicAccess", "allow_nested_items_to_be_public"),
            To("minimumTlsVersion", "min_tls_version"),
            // "The default interpretation is TLS 1.0 for this property": the page of the type
            Usual("min_tls_version", Text("TLS1_0")),
            To("allowSharedKeyAccess", "shared_access_key_enabled"),
            To("allowCrossTenantReplication", "cross_tenant_replication_enabled"),
            Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
            To("networkAcls", "network_rules"),
            By(customer_key, "customer_managed_key.key_vault_key_id"),
            To("immutableStorageWithVersioning.immutabilityPolicy.state", "immutability_policy.state"),
            To(
                "immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays",
                "immutability_policy.period_since_creation_in_days",
            ),
            To("blobServices.isVersioningEnabled", "blob_properties.versioning_enabled"),
            By(
                |body| while_on(body, "blobServices.deleteRetentionPolicy", "enabled"),
                "blob_properties.delete_retention_policy",
            ),
            By(|body| while_on(body, "blobServices.restorePolicy", "enabled"), "blob_properties.restore_policy"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Storage/storageAccounts/blobServices/containers",
        reads_as: "azurerm_storage_container",
        moves: &[
            To("root", "storage_account_id"),
            Words(
                "publicAccess",
                "container_access_type",
                &[("None", "private"), ("Blob", "blob"), ("Container", "container")],
            ),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
        reads_as: "azurerm_storage_container_immutability_policy",
        moves: &[
            To("parent", "storage_container_resource_manager_id"),
            To("immutabilityPeriodSinceCreationInDays", "immutability_period_in_days"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Storage/storageAccounts/fileServices/shares",
        reads_as: "azurerm_storage_share",
        moves: &[To("root", "storage_account_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Storage/storageAccounts/managementPolicies",
        reads_as: "azurerm_storage_management_policy",
        moves: &[To("parent", "storage_account_id"), Each("policy.rules", "rule", LIFECYCLE)],
        also: &[],
    },
    Native {
        native: "Microsoft.Storage/storageAccounts/objectReplicationPolicies",
        reads_as: "azurerm_storage_object_replication",
        moves: &[
            To("sourceAccount", "source_storage_account_id"),
            To("destinationAccount", "destination_storage_account_id"),
        ],
        also: &[],
    },
    Native::same("Microsoft.Storage/storageAccounts/queueServices/queues", "azurerm_storage_queue"),
    Native::same("Microsoft.Storage/storageAccounts/tableServices/tables", "azurerm_storage_table"),
    Native::same("Microsoft.Storage/storageAccounts/encryptionScopes", "azurerm_storage_encryption_scope"),
    Native::same("Microsoft.Storage/storageAccounts/localUsers", "azurerm_storage_account_local_user"),
];

const LIFECYCLE: &[Move] = &[
    To(
        "definition.actions.baseBlob.delete.daysAfterModificationGreaterThan",
        "actions.base_blob.delete_after_days_since_modification_greater_than",
    ),
    To(
        "definition.actions.baseBlob.delete.daysAfterCreationGreaterThan",
        "actions.base_blob.delete_after_days_since_creation_greater_than",
    ),
    To(
        "definition.actions.baseBlob.delete.daysAfterLastAccessTimeGreaterThan",
        "actions.base_blob.delete_after_days_since_last_access_time_greater_than",
    ),
];

/// `Standard_RAGRS` replicates as `RAGRS`: <https://learn.microsoft.com/rest/api/storagerp/srp_sku_types>.
fn replication(body: &Node) -> Option<Node> {
    let sku = at(body, "sku.name").or_else(|| at(body, "accountType"))?;
    let value = match &sku.value {
        Value::String(text) => Value::String(text.rsplit('_').next().unwrap_or(text).into()),
        other => other.clone(),
    };
    Some(Node { value, origins: sku.origins.clone() })
}

/// On where nothing is written, since version 2019-04-01 of the API: the page of the type.
fn https(body: &Node) -> Option<Node> {
    match at(body, "supportsHttpsTrafficOnly") {
        Some(node) => Some(node.clone()),
        None if older(body, "2019-04-01") => constant(body, Value::Bool(false)),
        None => None,
    }
}

fn customer_key(body: &Node) -> Option<Node> {
    at(body, "encryption.keySource")?;
    of_vault(
        body,
        "encryption.keySource",
        &["encryption.keyvaultproperties.keyvaulturi", "encryption.keyvaultproperties.keyname"],
    )
}
