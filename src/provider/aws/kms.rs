//! AWS KMS: keys with their policies, aliases and grants.

use super::Row;
use super::common::{default, named, not_seen, resource};
use super::policy::{Policies, foreign_principal};
use crate::model::{Key, Resource};
use crate::provider::iam::{Policy, Principal, Principals, Statement, Who};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_kms_key", key),
    ("aws_kms_replica_key", key),
    ("aws_kms_external_key", key),
    ("aws_kms_replica_external_key", key),
    ("aws_kms_alias", fragment),
    ("aws_kms_key_policy", stray_policy),
    ("aws_kms_custom_key_store", fragment),
    ("aws_kms_grant", fragment),
];

fn key(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // AWS's own keys are not the account's to govern
    if super::common::is(body, "key_manager", "AWS").value() == Some(&true) {
        return;
    }
    let policies =
        Policies::of(context, block, "policy", &[("aws_kms_key_policy", "key_id", "policy")], &["key_id", "id"]);
    let grants = context.blocks.joined(block, "aws_kms_grant", "key_id", &["key_id", "id"]);
    let granted = grants.blocks.iter().map(|grant| foreign_principal(context, grant.body.text("grantee_principal")));
    // 7 to 30 days, 30 unless written; there is no way to destroy a key at once
    // https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    let days = body.int("deletion_window_in_days").or_default(30);
    // a replica rotates with its primary, imported material never does by itself
    let rotates = match &*block.native_type {
        "aws_kms_key" => body.bool("enable_key_rotation").or_default(false),
        "aws_kms_replica_key" => not_seen(body, "primary_key_arn"),
        _ => default(block, false),
    };
    let key = Key {
        // it has no end to set
        ends: default(block, true),
        deletion_guarded: default(block, true),
        deletion_days: days,
        public: policies.public(KEY_ACTIONS),
        shared_foreign: any(granted.chain([policies.foreign(KEY_ACTIONS)]).chain(grants.maybe())),
        may_rotate: may_rotate(block),
        rotates,
        // 90 to 2560 days, 365 unless written: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
        rotation_days: body.int("rotation_period_in_days").or_default(365),
        in_vault: default(block, false),
        duties_mixed: policies.ask(mixes),
        held_outside: held_outside(block, context),
    };
    let mut made = resource(block, &["key_id"], key);
    let aliases = context.blocks.joined(block, "aws_kms_alias", "target_key_id", &["key_id", "id"]);
    for alias in aliases.blocks {
        made.aliases.extend(alias.body.text("name").value().cloned());
    }
    out.push(made);
}

/// Only symmetric keys for encryption, with material of AWS's making, rotate by themselves; a copy in another region
/// rotates with its primary: <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>.
fn may_rotate(block: &Block) -> Known<bool> {
    if &*block.native_type != "aws_kms_key" {
        return default(block, false);
    }
    let body = &block.body;
    let spec = body.text("customer_master_key_spec").or(body.text("key_spec"));
    let symmetric = spec.map(|spec| &*spec == "SYMMETRIC_DEFAULT").or_default(true);
    let encrypts = body.text("key_usage").map(|usage| &*usage == "ENCRYPT_DECRYPT").or_default(true);
    symmetric.and(encrypts).and(body.exists("custom_key_store_id").not())
}

/// Whether one role, user or identity provider may both destroy the key or rewrite its policy, and decrypt. The account as a
/// whole stands for its identity policies: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>.
fn mixes(policy: &Policy) -> Known<bool> {
    const RULES: &[&str] = &["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"];
    let named: Vec<(&Statement, &Principal)> = policy
        .statements
        .iter()
        .flat_map(|statement| match &statement.principals {
            Principals::Only(list) => list.iter().map(|principal| (statement, principal)).collect(),
            _ => Vec::new(),
        })
        .filter(|(_, principal)| !matches!(principal.who, Who::Anyone | Who::Account(_) | Who::Service(_)))
        .filter(|(_, principal)| !matches!(&principal.who, Who::Partial(text) if text.tail().ends_with(":root")))
        .collect();
    let may = |who: &Who, actions: &[&str]| {
        let own = named.iter().filter(|(_, principal)| principal.who == *who);
        any(own.map(|(statement, _)| all([statement.allows(), statement.covers_any(actions)])).collect::<Vec<_>>())
    };
    let mixed = named.iter().map(|(statement, principal)| {
        all([may(&principal.who, RULES), may(&principal.who, &["kms:Decrypt"])]).and_at(&statement.origins)
    });
    any(mixed.collect::<Vec<_>>())
}

/// In a key manager of one's own, behind an external key store; imported material lies in AWS's own modules:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/keystore-external.html>.
fn held_outside(block: &Block, context: &Context<'_>) -> Known<bool> {
    let body = &block.body;
    let store = body.exists("custom_key_store_id");
    if store.value() == Some(&false) {
        return body.exists("xks_key_id");
    }
    match context.blocks.follow(body, "custom_key_store_id", &["aws_kms_custom_key_store"]) {
        Some(found) => {
            super::common::is(&found.body, "custom_key_store_type", "EXTERNAL_KEY_STORE").and_at(&store.origins)
        }
        None => any([body.exists("xks_key_id"), not_seen(body, "custom_key_store_id")]),
    }
}

/// Actions that use a key or change who may.
pub(super) const KEY_ACTIONS: &[&str] =
    &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy"];

/// A policy of a key that is not among the scanned files.
fn stray_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let kinds = &["aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_replica_external_key"];
    if named(context, block, "key_id", kinds, &["key_id"]).is_some() {
        return;
    }
    let policies = Policies::in_block(context, block, "policy");
    let elsewhere = not_seen::<bool>(&block.body, "key_id");
    let key = Key {
        // it has no end to set
        ends: default(block, true),
        deletion_guarded: default(block, true),
        deletion_days: not_seen(&block.body, "key_id"),
        public: policies.public(KEY_ACTIONS),
        shared_foreign: policies.foreign(KEY_ACTIONS),
        may_rotate: elsewhere.clone(),
        rotates: elsewhere,
        rotation_days: not_seen(&block.body, "key_id"),
        in_vault: default(block, false),
        duties_mixed: policies.ask(mixes),
        held_outside: not_seen(&block.body, "key_id"),
    };
    out.push(resource(block, &["key_id"], key));
}
