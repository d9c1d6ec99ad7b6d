//! Snapshots of RDS and Aurora, and copies of their backups and data to other regions.

use super::Row;
use super::common::{arn_region, fixed, key, named, not_seen, observed, part, region, resource};
use super::policy::foreign_account;
use crate::model::{Replication, Resource, Snapshot};
use crate::provider::Context;
use crate::value::{Block, Known, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_db_snapshot", snapshot),
    ("aws_db_cluster_snapshot", snapshot),
    ("aws_docdb_cluster_snapshot", snapshot),
    ("aws_neptune_cluster_snapshot", snapshot),
    ("aws_db_snapshot_copy", snapshot_copy),
    ("aws_rds_cluster_snapshot_copy", snapshot_copy),
    ("aws_db_instance_automated_backups_replication", backups),
];

/// `shared_accounts` may hold `all`: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html>.
fn sharing(block: &Block, context: &Context<'_>) -> (Known<bool>, Known<bool>) {
    let accounts = block.body.each("shared_accounts");
    let public = any(accounts.iter().map(|account| account.text("").map(|id| &*id == "all")));
    let foreign = any(accounts.iter().map(|account| {
        let everyone = account.text("").value().is_some_and(|id| &**id == "all");
        if everyone { account.text("").map(|_| false) } else { foreign_account(context, account.text("")) }
    }));
    (public.and_at(&block.body.origins), foreign.and_at(&block.body.origins))
}

/// Encrypted as its database is.
fn snapshot(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (public, shared_foreign) = sharing(block, context);
    let sources: &[(&str, &[&str], &[&str])] = &[
        ("db_instance_identifier", &["aws_db_instance"], &["identifier"]),
        (
            "db_cluster_identifier",
            &["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"],
            &["cluster_identifier"],
        ),
    ];
    let path = if block.body.at_path("db_instance_identifier").is_unset() {
        "db_cluster_identifier"
    } else {
        "db_instance_identifier"
    };
    let source = sources.iter().find_map(|(path, types, names)| named(context, block, path, types, names));
    let encrypted = match source {
        _ if observed(block) => {
            block.body.bool("encrypted").or(block.body.bool("storage_encrypted")).required("Encrypted")
        }
        Some(source) => super::rds::encrypted(source, context).and_at(&block.body.at_path(path).origins),
        None => not_seen(&block.body, path),
    };
    let key = key(context, &block.body, "kms_key_id");
    let snapshot = Snapshot { encrypted, key, public, shared_foreign };
    out.push(resource(block, &["db_snapshot_identifier", "db_cluster_snapshot_identifier"], snapshot));
}

/// A copy is encrypted if its source is, or if a key is named:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html>.
fn snapshot_copy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (public, shared_foreign) = sharing(block, context);
    let named_key = block.body.exists("kms_key_id");
    let path = "source_db_snapshot_identifier";
    let encrypted = if named_key.value() == Some(&true) {
        named_key
    } else {
        match named(context, block, path, &["aws_db_snapshot"], &["db_snapshot_identifier"]) {
            Some(source) => {
                match named(context, source, "db_instance_identifier", &["aws_db_instance"], &["identifier"]) {
                    Some(instance) => {
                        super::rds::encrypted(instance, context).and_at(&block.body.at_path(path).origins)
                    }
                    None => not_seen(&source.body, "db_instance_identifier"),
                }
            }
            None => not_seen(&block.body, path),
        }
    };
    let snapshot = Snapshot { encrypted, key: key(context, &block.body, "kms_key_id"), public, shared_foreign };
    out.push(resource(block, &["target_db_snapshot_identifier"], snapshot));
    let destination = block.body.text("destination_region");
    if !destination.is_unset() {
        let copy = Replication { purpose: fixed(block, "backup"), target_region: destination, ..Default::default() };
        let mut made = part(block, "copy".to_owned(), &block.body, &[], copy);
        made.inherits = super::common::inherits(block, Some("source_db_snapshot_identifier"));
        out.push(made);
    }
}

/// Automated backups of an instance, replicated into the region of the resource.
fn backups(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let copy = Replication { purpose: fixed(block, "backup"), target_region: region(block), ..Default::default() };
    let mut made = resource(block, &[], copy);
    let source = context.blocks.follow(&block.body, "source_db_instance_arn", &["aws_db_instance"]);
    made.inherits = super::common::inherits(block, Some("source_db_instance_arn"));
    made.region = match source {
        Some(source) => region(source),
        None => {
            let arn = block.body.text("source_db_instance_arn");
            arn.try_map(|arn| arn_region(&arn), || crate::value::Why::NotSeen("source_db_instance_arn".into()))
        }
    };
    out.push(made);
}
