//! Key Vault and Managed HSM: vaults, and the keys that live in them.

use std::sync::Arc;

use crate::model::{Key, Resource, Secret};
use crate::provider::azure::read::{always, flag, here, is, not_seen, parent, region_of, resource};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_key_vault", vault),
    ("azurerm_key_vault_access_policy", fragment),
    ("azurerm_key_vault_certificate_contacts", fragment),
    ("azurerm_key_vault_key", key),
    ("azurerm_key_vault_managed_hardware_security_module", vault),
    ("azurerm_key_vault_managed_hardware_security_module_key", key),
    ("azurerm_key_vault_managed_hardware_security_module_key_rotation_policy", fragment),
    ("azurerm_key_vault_secret", secret),
];

const VAULTS: &[&str] = &["azurerm_key_vault", "azurerm_key_vault_managed_hardware_security_module"];

fn vault(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
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
            may_rotate: always(block, false),
            rotates: always(block, false),
            rotation_days: Known::unset(here(block)),
            ends: always(block, true),
            duties_mixed: duties_mixed(block, context),
            held_outside: held_outside(block),
        },
    ));
}

/// Whether somebody holds a role that both manages the keys of the vault and decrypts with them, or an access policy that
/// lets them do both: <https://learn.microsoft.com/azure/key-vault/general/rbac-guide>,
/// <https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-access-control>.
fn duties_mixed(block: &Block, context: &Context<'_>) -> Known<bool> {
    const ROLES: &[&str] = &["Key Vault Administrator", "Key Vault Crypto Officer", "Managed HSM Crypto Officer"];
    const RULES: &[&str] = &["Delete", "Purge", "SetRotationPolicy", "Update"];
    const USES: &[&str] = &["Decrypt", "UnwrapKey"];
    let holds = |policy: &Node, wanted: &[&str]| {
        any(policy.each("key_permissions").into_iter().map(|permission| is(permission.text(""), wanted)))
    };
    let assigned = context.blocks.joined(block, "azurerm_role_assignment", "scope", &["id"]);
    let by_role = assigned.blocks.iter().map(|assignment| {
        is(assignment.body.text("role_definition_name"), ROLES).or_default(false).and_at(&here(assignment))
    });
    let apart = context.blocks.joined(block, "azurerm_key_vault_access_policy", "key_vault_id", &["id"]);
    let policies = apart.blocks.iter().map(|policy| &policy.body).chain(block.body.each("access_policy"));
    let by_policy = policies.map(|policy| all([holds(policy, RULES), holds(policy, USES)]).and_at(&policy.origins));
    any(by_role.chain(by_policy).collect::<Vec<_>>().into_iter().chain([always(block, false)]))
}

/// A vault's keys lie with Microsoft; whether those of a managed HSM are backed by a key manager outside stands in no file:
/// <https://learn.microsoft.com/azure/key-vault/managed-hsm/overview>.
fn held_outside(block: &Block) -> Known<bool> {
    if block.native_type.contains("hardware_security_module") {
        let why = "whether a managed HSM uses a key manager outside of Azure stands in no file";
        return Known::because(Why::Expression(why.into()), here(block));
    }
    always(block, false)
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
    let beside = context.blocks.joined(
        block,
        "azurerm_key_vault_managed_hardware_security_module_key_rotation_policy",
        "managed_hsm_key_id",
        &["id"],
    );
    let key = Key {
        in_vault: always(block, true),
        duties_mixed: always(block, false),
        held_outside: held_outside(block),
        deletion_guarded: guarded,
        deletion_days: days,
        public,
        shared_foreign: always(block, false),
        // a managed HSM keeps the policy beside the key
        may_rotate: always(block, true),
        rotates: any([block.body.exists("rotation_policy.automatic"), beside.exists()]),
        ends: any([block.body.exists("expiration_date"), block.body.exists("rotation_policy.expire_after")]),
        rotation_days: rotation_days(
            block
                .body
                .text("rotation_policy.automatic.time_after_creation")
                .or(beside.text("time_after_creation"))
                .or(block.body.text("rotation_policy.expire_after"))
                .or(beside.text("expire_after")),
        ),
    };
    let mut resource = resource(block, key);
    resource.region = region_of(block, home, path);
    out.push(resource);
}

/// The days of an ISO 8601 duration as Key Vault takes them: `P90D`, `P12M`, `P1Y`. Before its end a key rotates at the
/// latest when it ends, so that the end stands in where only the time before it is written.
fn rotation_days(duration: Known<Arc<str>>) -> Known<i64> {
    if duration.is_unset() {
        return Known::because(Why::Expression("how long the key lives is not written".into()), duration.origins);
    }
    duration.try_map(
        |text| {
            let number = text.strip_prefix('P')?;
            let unit = number.chars().last()?;
            let number: i64 = number.trim_end_matches(unit).parse().ok()?;
            match unit {
                'D' => Some(number),
                'W' => Some(number * 7),
                'M' => Some(number * 365 / 12),
                'Y' => Some(number * 365),
                _ => None,
            }
        },
        || Why::Expression("the duration is not in days, months or years".into()),
    )
}

/// A role can be assigned on one secret; an access policy, which a vault has unless it is told otherwise, holds for all of
/// them: <https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy>.
fn readers_named(block: &Block, vault: Option<&Block>) -> Known<bool> {
    match vault {
        Some(vault) => {
            flag(&vault.body, &["rbac_authorization_enabled", "enable_rbac_authorization"]).or_default(false)
        }
        None => Known::unknown(not_seen(block, "key_vault_id"), here(block)),
    }
}

/// A vault does not rotate what it keeps, but can end it:
/// <https://learn.microsoft.com/azure/key-vault/secrets/about-secrets>.
fn secret(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Secret {
        readers_named: readers_named(block, parent(context.blocks, block, "key_vault_id", VAULTS)),
        // the vault's own, always: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#encryption
        takes_key: always(block, false),
        customer_key: always(block, false),
        rotates: block.body.exists("expiration_date"),
        has_period: always(block, false),
        rotation_days: Known::unset(here(block)),
    };
    let home = parent(context.blocks, block, "key_vault_id", VAULTS);
    let mut resource = resource(block, facts);
    resource.region = region_of(block, home, "key_vault_id");
    out.push(resource);
}
