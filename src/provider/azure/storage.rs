//! Storage accounts with what speaks of them, file shares, NetApp volumes, object replication.

use super::storage_kept as kept;
use crate::model::{FileShare, ObjectStore, Replication, Resource};
use crate::provider::azure::read::{
    always, by_type, customer_key, flag, inherit, is, not_seen, pair, parent, region_of, resource,
};
use crate::provider::{Context, Joined, Row, fragment};
use crate::value::{Block, Known, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_netapp_volume", netapp_volume),
    ("azurerm_storage_account", account),
    ("azurerm_storage_account_customer_managed_key", fragment),
    ("azurerm_storage_account_local_user", fragment),
    ("azurerm_storage_account_network_rules", stray_rules),
    ("azurerm_storage_account_queue_properties", fragment),
    ("azurerm_storage_account_static_website", fragment),
    ("azurerm_storage_blob", fragment),
    ("azurerm_storage_container", container),
    ("azurerm_storage_container_immutability_policy", fragment),
    ("azurerm_storage_data_lake_gen2_filesystem", fragment),
    ("azurerm_storage_encryption_scope", fragment),
    ("azurerm_storage_management_policy", fragment),
    ("azurerm_storage_object_replication", replication),
    ("azurerm_storage_queue", fragment),
    ("azurerm_storage_share", share),
    ("azurerm_storage_share_directory", fragment),
    ("azurerm_storage_share_file", fragment),
    ("azurerm_storage_table", fragment),
];

const ACCOUNT: &[&str] = &["azurerm_storage_account"];

fn account(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let key =
        context.blocks.joined(block, "azurerm_storage_account_customer_managed_key", "storage_account_id", &["id"]);
    let (inline_key, inline_link) =
        customer_key(body, &["customer_managed_key.key_vault_key_id", "customer_managed_key.managed_hsm_key_id"]);
    let separate_link = key.link("key_vault_key_id").or(key.link("managed_hsm_key_id")).or(key.link("key_vault_id"));
    let forbidden = forbidden(block);
    let guard = any([forbidden.clone(), kept::private_only(block, context)]);
    let containers = containers(block, context);
    let opened = any(containers
        .each("container_access_type")
        .into_iter()
        .map(|node| open_access(node.text("")))
        .chain(containers.maybe()));
    let geo = geo(block);
    let store = ObjectStore {
        // cannot be turned off: https://learn.microsoft.com/azure/storage/common/storage-service-encryption
        encrypted: always(block, true),
        customer_key: any([inline_key, key.exists()]),
        key: inline_link.or(separate_link),
        sets_anonymous: always(block, true),
        anonymous_read: opened.clone().and(forbidden.not()),
        public_read: opened.and(guard.clone().not()),
        // anonymous requests never write: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-overview
        public_write: always(block, false),
        public_access_blocked: guard,
        // an account has one guard, which is on or off
        guard_off: always(block, false),
        // blobs have none; those of a data lake are Unix rights below the account's roles
        lists_off: always(block, true),
        // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account
        tls_only: flag(body, &["https_traffic_only_enabled", "enable_https_traffic_only"]).or_default(true),
        shared_keys: body.bool("shared_access_key_enabled").or_default(true),
        versioned: any([
            body.bool("blob_properties.versioning_enabled"),
            body.exists("blob_properties.delete_retention_policy")
                .and(body.int("blob_properties.delete_retention_policy.days").map(|days| days > 0).or_default(true)),
        ]),
        backed_up: backed_up(block, context),
        pair_jurisdictions: pair(context, &body.text("location"), &geo),
        geo_paired: geo.clone(),
        ..kept::store(block, context, &containers, &geo)
    };
    out.push(resource(block, store));
    super::lifecycle::of_account(block, context, out);
}

/// Whether no request without a key or a token can succeed, whatever the containers say.
fn forbidden(block: &Block) -> Known<bool> {
    // true up to version 4 of the provider, false from 5 on; what is not written is taken for the older
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide
    flag(&block.body, &["allow_nested_items_to_be_public", "allow_blob_public_access"]).or_default(true).not()
}

/// The containers of an account: by its id, or by its name before version 5 of the provider.
fn containers<'b>(block: &Block, context: &Context<'b>) -> Joined<'b> {
    let spellings =
        [("azurerm_storage_container", "storage_account_id"), ("azurerm_storage_container", "storage_account_name")];
    context.blocks.joined_any(block, &spellings, &["id", "name"])
}

/// `blob` and `container` let anyone read: <https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-configure>.
fn open_access(level: Known<std::sync::Arc<str>>) -> Known<bool> {
    is(level, &["private", "none"]).or_default(true).not()
}

fn backed_up(block: &Block, context: &Context<'_>) -> Known<bool> {
    let body = &block.body;
    let vaulted = context.blocks.joined(
        block,
        "azurerm_data_protection_backup_instance_blob_storage",
        "storage_account_id",
        &["id"],
    );
    let copied =
        context.blocks.joined(block, "azurerm_storage_object_replication", "source_storage_account_id", &["id"]);
    any([
        body.bool("blob_properties.versioning_enabled").or_default(false),
        body.exists("blob_properties.restore_policy"),
        vaulted.exists(),
        copied.exists(),
    ])
}

fn geo(block: &Block) -> Known<bool> {
    // required by the provider, so that nothing written stays unknown rather than a default
    let kind = block.body.text("account_replication_type");
    if kind.is_unset() {
        return Known::because(
            crate::value::Why::Expression("no `account_replication_type` is written".into()),
            kind.origins,
        );
    }
    is(kind, &["GRS", "RAGRS", "GZRS", "RAGZRS"])
}

/// A container is judged as a part of its account; alone only where that is not among the files.
fn container(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path =
        if block.body.get("storage_account_id").is_some() { "storage_account_id" } else { "storage_account_name" };
    if parent(context.blocks, block, path, ACCOUNT).is_some() {
        return;
    }
    let opened = open_access(block.body.text("container_access_type").or_default("private".into()));
    // the account may forbid it, but to ask for it is to rely on that
    let store = ObjectStore { anonymous_read: opened.clone(), public_read: opened, ..unseen(block, path) };
    let mut resource = resource(block, store);
    resource.region = region_of(block, None, path);
    out.push(resource);
}

/// What can be said of an account that is not among the files, named at `path`.
fn unseen(block: &Block, path: &str) -> ObjectStore {
    let unseen = not_seen(block, path);
    let unknown = || Known::unknown(unseen.clone(), block.body.at_path(path).origins);
    ObjectStore {
        encrypted: always(block, true),
        customer_key: unknown(),
        key: Known::unknown(unseen.clone(), block.body.at_path(path).origins),
        sets_anonymous: always(block, true),
        anonymous_read: unknown(),
        public_read: unknown(),
        public_write: always(block, false),
        public_access_blocked: unknown(),
        guard_off: always(block, false),
        lists_off: always(block, true),
        tls_only: unknown(),
        shared_keys: unknown(),
        versioned: unknown(),
        backed_up: unknown(),
        geo_paired: unknown(),
        pair_jurisdictions: Known::unknown(unseen.clone(), block.body.at_path(path).origins),
        modern_tls: unknown(),
        private_only: unknown(),
        access_logged: unknown(),
        reads_recorded: unknown(),
        writes_recorded: unknown(),
        holds_logs: unknown(),
        second_site: unknown(),
        lock_final: unknown(),
        lock_days: Known::unknown(unseen.clone(), block.body.at_path(path).origins),
    }
}

/// The rules for networks of an account that is not among the files: whether they close it is said by them alone.
fn stray_rules(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = ["storage_account_id", "storage_account_name"]
        .into_iter()
        .find(|path| !block.body.text(path).value().map_or(block.body.get(path).is_none(), |name| name.is_empty()))
        .unwrap_or("storage_account_id");
    if parent(context.blocks, block, path, ACCOUNT).is_some() {
        return;
    }
    let closed = is(block.body.text("default_action").required("default_action"), &["Deny"]);
    let mut resource = resource(block, ObjectStore { private_only: closed, ..unseen(block, path) });
    resource.region = region_of(block, None, path);
    out.push(resource);
}

fn share(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path =
        if block.body.get("storage_account_id").is_some() { "storage_account_id" } else { "storage_account_name" };
    let account = parent(context.blocks, block, path, ACCOUNT);
    let (customer, key) = match account {
        Some(account) => {
            let (inline, link) = customer_key(
                &account.body,
                &["customer_managed_key.key_vault_key_id", "customer_managed_key.managed_hsm_key_id"],
            );
            let key = context.blocks.joined(
                account,
                "azurerm_storage_account_customer_managed_key",
                "storage_account_id",
                &["id"],
            );
            (any([inline, key.exists()]), link.or(key.link("key_vault_key_id")).or(key.link("key_vault_id")))
        }
        None => {
            let unseen = not_seen(block, path);
            let origins = block.body.at_path(path).origins;
            (Known::unknown(unseen.clone(), origins.clone()), Known::unknown(unseen, origins))
        }
    };
    let backup =
        context.blocks.joined(block, "azurerm_backup_protected_file_share", "source_file_share_name", &["name"]);
    // an account that refuses plain HTTP refuses SMB and NFS that do not encrypt as well:
    // https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer
    let transit_encrypted = match account {
        Some(account) => {
            flag(&account.body, &["https_traffic_only_enabled", "enable_https_traffic_only"]).or_default(true)
        }
        None => Known::unknown(not_seen(block, path), block.body.at_path(path).origins),
    };
    let share = FileShare {
        encrypted: always(block, true),
        customer_key: customer,
        key,
        backed_up: backup.exists(),
        sets_transit: always(block, true),
        transit_encrypted,
    };
    let mut resource = resource(block, share);
    resource.region = region_of(block, account, path);
    out.push(resource);
}

/// <https://learn.microsoft.com/azure/azure-netapp-files/understand-data-encryption>: always encrypted.
fn netapp_volume(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let account = parent(context.blocks, block, "account_name", &["azurerm_netapp_account"]);
    let encryption = account.map(|account| {
        context
            .blocks
            .joined(account, "azurerm_netapp_account_encryption", "netapp_account_id", &["id"])
            .link("encryption_key")
    });
    let key = block
        .body
        .link("encryption_key_source_id")
        .or(encryption.unwrap_or_else(|| Known::unset(super::read::here(block))));
    let by_account = is(block.body.text("encryption_key_source"), &["Microsoft.KeyVault"]).or_default(false);
    let share = FileShare {
        encrypted: always(block, true),
        customer_key: any([by_account, key.exists()]),
        key,
        backed_up: any([
            block.body.exists("data_protection_snapshot_policy"),
            block.body.exists("data_protection_backup_policy"),
            block.body.exists("data_protection_replication"),
        ]),
        // by Kerberos or SMB 3, as the directory allows: https://learn.microsoft.com/azure/azure-netapp-files/understand-data-encryption
        sets_transit: always(block, false),
        transit_encrypted: always(block, false),
    };
    out.push(resource(block, share));
}

fn replication(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let source = parent(context.blocks, block, "source_storage_account_id", ACCOUNT);
    let target = parent(context.blocks, block, "destination_storage_account_id", ACCOUNT);
    let target = target.map(|target| target.body.text("location"));
    let target = target
        .unwrap_or_else(|| Known::unknown(not_seen(block, "destination_storage_account_id"), super::read::here(block)));
    let copy = Replication { purpose: by_type(block, "data"), target_region: target, ..Replication::default() };
    let mut resource = resource(block, copy);
    resource.region = region_of(block, source, "source_storage_account_id");
    inherit(&mut resource, source);
    out.push(resource);
}
