//! Amazon DynamoDB, and the other databases that AWS always encrypts and that speak HTTPS only: Keyspaces, Timestream,
//! QLDB.

use super::common::{customer, customer_key, default, fixed, key, no_link, part, resource, through_alias};
use super::{Row, backup};
use crate::model::{Database, Replication, Resource};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_dynamodb_table", table),
    ("aws_dynamodb_table_replica", replica),
    ("aws_dynamodb_global_table", fragment),
    ("aws_dynamodb_table_item", fragment),
    ("aws_keyspaces_table", keyspaces),
    ("aws_timestreamwrite_database", timestream),
    ("aws_qldb_ledger", ledger),
];

/// Always encrypted; without a block, and with `enabled = false`, by a key of AWS's own:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html>.
fn table(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let on = body.bool("server_side_encryption.enabled").or_default(false);
    let recovery = body.bool("point_in_time_recovery.enabled").or_default(false);
    let mut table = https_only(block, "dynamodb");
    table.customer_key = on.and(customer(body.text("server_side_encryption.kms_key_arn")));
    table.key = key(context, body, "server_side_encryption.kms_key_arn");
    // 35 days unless written: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
    let days = body.int("point_in_time_recovery.recovery_period_in_days").or_default(35);
    table.backup_days = match recovery.value() {
        Some(true) => days,
        Some(false) => recovery.clone().map(|_| 0),
        None => recovery.clone().map(|_| 35),
    };
    table.takes_delete_guard = default(block, true);
    table.delete_guarded = body.bool("deletion_protection_enabled").or_default(false);
    table.backed_up = any([recovery, backup::covered(block, context)]);
    out.push(resource(block, &["name"], table));
    super::lifecycle::of_table(block, out);
    for (at, replica) in body.each("replica").into_iter().enumerate() {
        let copy = Replication {
            purpose: fixed(block, "data"),
            target_region: replica.text("region_name"),
            ..Default::default()
        };
        let mut made = part(block, format!("replica[{at}]"), replica, &["name"], copy);
        made.inherits = super::common::inherits(block, None);
        out.push(made);
    }
}

/// A replica of a table that lies where its own provider says.
fn replica(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let copy = Replication {
        purpose: fixed(block, "data"),
        target_region: super::common::region(block),
        ..Default::default()
    };
    let mut made = resource(block, &[], copy);
    made.inherits = super::common::inherits(block, Some("global_table_arn"));
    made.region = Known::unset(made.region.origins);
    out.push(made);
}

/// A database that is always encrypted, has no address of its own and is spoken to over HTTPS with signed requests.
fn https_only(block: &Block, engine: &str) -> Database {
    Database {
        engine: fixed(block, engine),
        encrypted: default(block, true),
        customer_key: default(block, false),
        key: no_link(block),
        public: default(block, false),
        open_allowlist: default(block, false),
        own_protocol: default(block, false),
        tls_required: default(block, true),
        backed_up: default(block, false),
        backup_days: default(block, 0),
        // reads and writes are data events of CloudTrail, not logs of the table
        has_audit_log: default(block, false),
        audit_logged: default(block, false),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        key_value: default(block, true),
        takes_key: default(block, true),
        ..data::database(block)
    }
}

/// <https://docs.aws.amazon.com/keyspaces/latest/devguide/EncryptionAtRest.html>
fn keyspaces(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let mut table = https_only(block, "cassandra");
    table.customer_key = customer_key(body, "encryption_specification.kms_key_identifier");
    table.key = key(context, body, "encryption_specification.kms_key_identifier");
    let recovery = super::common::is(body, "point_in_time_recovery.status", "ENABLED");
    table.backup_days = recovery.clone().map(|on| if on { 35 } else { 0 });
    table.backed_up = recovery;
    out.push(resource(block, &["table_name"], table));
}

/// <https://docs.aws.amazon.com/timestream/latest/developerguide/EncryptionAtRest.html>
fn timestream(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let mut database = https_only(block, "timestream");
    database.customer_key = customer_key(&block.body, "kms_key_id");
    database.key = key(context, &block.body, "kms_key_id");
    database.backed_up = backup::covered(block, context);
    out.push(resource(block, &["database_name"], database));
}

/// <https://docs.aws.amazon.com/qldb/latest/developerguide/encryption-at-rest.html>
fn ledger(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let mut ledger = https_only(block, "qldb");
    ledger.customer_key = customer_key(&block.body, "kms_key");
    ledger.key = through_alias(context, block.body.link("kms_key"));
    out.push(resource(block, &["name"], ledger));
}
