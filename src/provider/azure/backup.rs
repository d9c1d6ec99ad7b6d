//! Recovery Services and Backup vaults, and what they protect.

use std::sync::Arc;

use crate::model::{BackupVault, Link, Replication, Resource};
use crate::provider::azure::read::{always, by_type, customer_key, is, pair, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Provider, State, Why};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_backup_container_storage_account", fragment),
    ("azurerm_backup_protected_file_share", fragment),
    ("azurerm_backup_protected_vm", fragment),
    ("azurerm_data_protection_backup_instance_blob_storage", fragment),
    ("azurerm_data_protection_backup_instance_disk", fragment),
    ("azurerm_data_protection_backup_instance_kubernetes_cluster", fragment),
    ("azurerm_data_protection_backup_instance_postgresql", fragment),
    ("azurerm_data_protection_backup_instance_postgresql_flexible_server", fragment),
    ("azurerm_data_protection_backup_vault", backup_vault),
    ("azurerm_data_protection_backup_vault_customer_managed_key", fragment),
    ("azurerm_recovery_services_vault", recovery_vault),
];

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/recovery_services_vault>
fn recovery_vault(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let key = customer_key(&block.body, &["encryption.key_id"]);
    let geo = is(block.body.text("storage_mode_type").or_default("GeoRedundant".into()), &["GeoRedundant"]);
    vault(block, context, key, geo, out);
}

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/data_protection_backup_vault>
fn backup_vault(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let key = context.blocks.joined(
        block,
        "azurerm_data_protection_backup_vault_customer_managed_key",
        "data_protection_backup_vault_id",
        &["id"],
    );
    let geo = is(block.body.text("redundancy"), &["GeoRedundant"]).or_default(false);
    vault(block, context, (key.exists(), key.link("key_vault_key_id")), geo, out);
}

fn vault(
    block: &Block,
    context: &Context<'_>,
    key: (Known<bool>, Known<Link>),
    geo: Known<bool>,
    out: &mut Vec<Resource>,
) {
    let region = block.body.text("location");
    let facts = BackupVault {
        encrypted: always(block, true),
        customer_key: key.0,
        key: key.1,
        // an unlocked immutability can be taken back:
        // https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept
        locked: is(block.body.text("immutability"), &["Locked"]).or_default(false),
        lock_final: is(block.body.text("immutability"), &["Locked"]).or_default(false),
        // each policy that protects something says for how long
        lock_days: Known::because(
            Why::Expression("the retention of an immutable vault is that of its policies".into()),
            super::read::here(block),
        ),
        pair_jurisdictions: pair(context, &region, &geo),
        geo_paired: geo.clone(),
    };
    out.push(resource(block, facts));
    let restore = block.body.bool("cross_region_restore_enabled").or_default(false).and(geo);
    if matches!(restore.value(), Some(false)) {
        return;
    }
    // to restore in the pair is to have the backups there
    let target = match &restore.state {
        State::Unknown(unknown) => Known::unknown(unknown.clone(), restore.origins.clone()),
        _ => paired(context, region).and_at(&restore.origins),
    };
    let copy = Replication { purpose: by_type(block, "backup"), target_region: target, ..Replication::default() };
    let mut copy = resource(block, copy);
    copy.part = Some(Arc::from("cross_region_restore"));
    if let Some(span) = restore.origins.primary {
        copy.head = span;
    }
    out.push(copy);
}

/// The region that is paired with `region`.
fn paired(context: &Context<'_>, region: Known<Arc<str>>) -> Known<Arc<str>> {
    let name = region.value().cloned().unwrap_or_else(|| Arc::from(""));
    region.try_map(|region| Some(context.places.pair(Provider::Azure, &region)?.region), || Why::Place(name))
}
