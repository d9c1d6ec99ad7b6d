//! Shared file systems: Amazon EFS and FSx.

use super::common::{customer_key, default, fixed, key, part, resource};
use super::policy::Policies;
use super::{Row, backup};
use crate::model::{FileShare, Replication, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_efs_file_system", efs),
    ("aws_efs_replication_configuration", efs_replication),
    ("aws_efs_backup_policy", fragment),
    ("aws_efs_file_system_policy", fragment),
    ("aws_efs_mount_target", fragment),
    ("aws_efs_access_point", fragment),
    ("aws_fsx_windows_file_system", fsx),
    ("aws_fsx_lustre_file_system", fsx),
    ("aws_fsx_ontap_file_system", fsx),
    ("aws_fsx_openzfs_file_system", fsx),
    ("aws_fsx_file_cache", fsx),
];

/// Off unless written: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/efs_file_system>.
fn efs(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let policy = context.blocks.joined(block, "aws_efs_backup_policy", "file_system_id", &["id"]);
    let backed = policy.text("backup_policy.status").map(|status| &*status == "ENABLED").or_default(false);
    let share = FileShare {
        encrypted: body.bool("encrypted").or_default(false),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        backed_up: any([backed, backup::covered(block, context)]),
        // plain NFS is let in unless its policy refuses it: https://docs.aws.amazon.com/efs/latest/ug/encryption-in-transit.html
        sets_transit: default(block, true),
        transit_encrypted: Policies::of(
            context,
            block,
            "policy",
            &[("aws_efs_file_system_policy", "file_system_id", "policy")],
            &["id"],
        )
        .denies_plain_http("elasticfilesystem"),
    };
    out.push(resource(block, &["creation_token"], share));
}

fn efs_replication(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, destination) in block.body.each("destination").into_iter().enumerate() {
        let zone = destination.text("availability_zone_name").map(|zone| super::common::zone_region(&zone));
        let copy = Replication {
            purpose: fixed(block, "data"),
            target_region: destination.text("region").or(zone).or(super::common::region(block)),
            ..Default::default()
        };
        let mut made = part(block, format!("destination[{at}]"), destination, &[], copy);
        made.inherits = super::common::inherits(block, Some("source_file_system_id"));
        out.push(made);
    }
}

/// Always encrypted: <https://docs.aws.amazon.com/fsx/latest/WindowsGuide/encryption-at-rest.html>,
/// <https://docs.aws.amazon.com/fsx/latest/LustreGuide/encryption-at-rest.html>. Automatic backups are kept 7 days on
/// Windows and none on the others unless written (provider documentation); Lustre scratch file systems have none.
fn fsx(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let usual = if block.native_type.contains("windows") { 7 } else { 0 };
    let kept = body.int("automatic_backup_retention_days").or_default(usual).map(|days| days > 0);
    let share = FileShare {
        encrypted: default(block, true),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        backed_up: any([kept, backup::covered(block, context)]),
        // the client's version decides: https://docs.aws.amazon.com/fsx/latest/WindowsGuide/encryption-in-transit.html
        sets_transit: default(block, false),
        transit_encrypted: default(block, false),
    };
    out.push(resource(block, &[], share));
}
