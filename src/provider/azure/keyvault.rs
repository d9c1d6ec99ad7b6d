//! Key Vault and Managed HSM: vaults, and the keys that live in them.

use crate::model::{Key, Resource};
use crate::provider::azure::read::{always, flag, here, is, not_seen, parent, region_of, resource};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_key_vault", vault),
    ("azurerm_key_vault_access_policy", fragment),
    ("azurerm_key_vault_certificate", fragment),
    ("azurerm_key_vault_certificate_contacts", fragment),
    ("azurerm_key_vault_key", key),
    ("azurerm_key_vault_managed_hardware_security_module", vault),
    ("azurerm_key_vault_managed_hardware_security_module_key", key),
    ("azurerm_key_vault_managed_hardware_security_module_key_rotation_policy", fragment),
    ("azurerm_key_vault_secret", fragment),
];

const VAULTS: &[&str] = &["azurerm_key_vault", "azurerm_key_vault_managed_hardware_security_module"];

fn vault(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (guarded, days) = guard(block);
    out.push(resource(
        block,
        Key {
            in_vault: always(block, false),
            deletion_guarded: guarded,
            deletion_days: days,
            public: open(block),
            // a vault trusts its own tenant only: https://learn.microsoft.com/azure/key-vault/general/authentication
            shared_foreign: always(block, false),
            // its keys rotate, not it
            rotates: Known::unset(here(block)),
        },
    ));
}

/// Purge protection is off unless it is turned on; soft delete could be turned off up to version 2 of the provider, and
/// keeps for 90 days: <https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview>.
fn guard(block: &Block) -> (Known<bool>, Known<i64>) {
    let body = &block.body;
    let purge = body.bool("purge_protection_enabled").or_default(false);
    let soft = body.bool("soft_delete_enabled").or_default(true);
    (all([purge, soft]), body.int("soft_delete_retention_days").or_default(90))
}

/// Whether it answers every network: open unless a firewall stands or public access is off
/// (<https://learn.microsoft.com/azure/key-vault/general/network-security>).
fn open(block: &Block) -> Known<bool> {
    let body = &block.body;
    let closed = is(body.text("network_acls.default_action"), &["Deny"]).or_default(false);
    let anyone =
        body.each("network_acls.ip_rules").into_iter().map(|rule| rule.text("").map(|rule| is_anywhere(&rule)));
    flag(body, &["public_network_access_enabled"]).or_default(true).and(any([closed.not(), any(anyone)]))
}

fn key(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = if block.body.get("managed_hsm_id").is_some() { "managed_hsm_id" } else { "key_vault_id" };
    let home = parent(context.blocks, block, path, VAULTS);
    let unseen = || (not_seen(block, path), here(block));
    let (guarded, days, public) = match home {
        Some(home) => {
            let (guarded, days) = guard(home);
            (guarded, days, open(home))
        }
        None => {
            let (why, at) = unseen();
            (Known::unknown(why.clone(), at.clone()), Known::unknown(why.clone(), at.clone()), Known::unknown(why, at))
        }
    };
    let key = Key {
        in_vault: always(block, true),
        deletion_guarded: guarded,
        deletion_days: days,
        public,
        shared_foreign: always(block, false),
        rotates: block.body.exists("rotation_policy.automatic"),
    };
    let mut resource = resource(block, key);
    resource.region = region_of(block, home, path);
    out.push(resource);
}
