//! Key Vault and Managed HSM.

use super::common::{at, pluck};
use crate::provider::spelling::Move::{By, Flag, To};
use crate::provider::spelling::{Move, Native};
use crate::value::{Entry, Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults>
pub(super) const TABLE: &[Native] = &[
    Native { native: "Microsoft.KeyVault/vaults", reads_as: "azurerm_key_vault", moves: VAULT, also: &[] },
    Native {
        native: "Microsoft.KeyVault/managedHSMs",
        reads_as: "azurerm_key_vault_managed_hardware_security_module",
        moves: VAULT,
        also: &[],
    },
    Native {
        native: "Microsoft.KeyVault/vaults/keys",
        reads_as: "azurerm_key_vault_key",
        moves: &[
            To("parent", "key_vault_id"),
            To("attributes.exp", "expiration_date"),
            By(rotation, "rotation_policy.automatic.time_after_creation"),
            To("rotationPolicy.attributes.expiryTime", "rotation_policy.expire_after"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.KeyVault/vaults/secrets",
        reads_as: "azurerm_key_vault_secret",
        moves: &[To("parent", "key_vault_id"), To("attributes.exp", "expiration_date")],
        also: &[],
    },
    Native::same("Microsoft.KeyVault/vaults/accessPolicies", "azurerm_key_vault_access_policy"),
];

const VAULT: &[Move] = &[
    To("enablePurgeProtection", "purge_protection_enabled"),
    To("enableSoftDelete", "soft_delete_enabled"),
    To("softDeleteRetentionInDays", "soft_delete_retention_days"),
    To("enableRbacAuthorization", "rbac_authorization_enabled"),
    By(policies, "access_policy"),
    Flag("publicNetworkAccess", "public_network_access_enabled", &["Enabled"]),
    By(|body| pluck(body, "networkAcls.ipRules", "value"), "network_acls.ip_rules"),
];

/// Those of the vault and those that are set apart, in Terraform's spelling.
fn policies(body: &Node) -> Option<Node> {
    let lists = [at(body, "accessPolicies"), at(body, "policiesApart.accessPolicies")];
    let mut all = Vec::new();
    for list in lists.into_iter().flatten() {
        match &list.value {
            Value::List(items) => all.extend(items.iter().map(policy)),
            _ => return Some(list.clone()),
        }
    }
    let first = lists.into_iter().flatten().next()?;
    Some(Node { value: Value::List(all), origins: first.origins.clone() })
}

fn policy(item: &Node) -> Node {
    let pairs = [("key_permissions", "permissions.keys"), ("secret_permissions", "permissions.secrets")];
    let entry = |(key, path): (&str, &str)| {
        let value = at(item, path)?.clone();
        Some(Entry { key: key.into(), key_span: value.origins.primary, value })
    };
    match item.value {
        Value::Map(_) => {
            Node { value: Value::Map(pairs.into_iter().filter_map(entry).collect()), origins: item.origins.clone() }
        }
        _ => item.clone(),
    }
}

/// After how long the key rotates, by the action that says so.
fn rotation(body: &Node) -> Option<Node> {
    let actions = at(body, "rotationPolicy.lifetimeActions")?;
    let Value::List(items) = &actions.value else { return Some(actions.clone()) };
    let rotates =
        |item: &&Node| item.text("action.type").value().is_some_and(|kind| kind.eq_ignore_ascii_case("rotate"));
    let action = items.iter().find(rotates)?;
    let trigger = at(action, "trigger.timeAfterCreate").or_else(|| at(action, "trigger.timeBeforeExpiry"));
    match at(action, "trigger.timeAfterCreate") {
        Some(after) => Some(after.clone()),
        // it rotates at the latest when it expires
        None => trigger.and_then(|_| at(body, "rotationPolicy.attributes.expiryTime")).cloned(),
    }
}
