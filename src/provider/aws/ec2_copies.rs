//! Snapshots and machine images of EC2, and who they are shared with.

use std::sync::Arc;

use super::Row;
use super::common::{account_wide, default, fixed, key, named, not_seen, observed, part, resource};
use super::policy::foreign_account;
use crate::model::{Replication, Resource, Snapshot};
use crate::provider::{Context, Joined, fragment};
use crate::value::{Block, Known, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_ebs_snapshot", snapshot),
    ("aws_ebs_snapshot_copy", snapshot_copy),
    ("aws_ebs_snapshot_import", snapshot_import),
    ("aws_snapshot_create_volume_permission", stray_volume_permission),
    ("aws_ebs_snapshot_block_public_access", fragment),
    ("aws_ami", image),
    ("aws_ami_copy", image_copy),
    ("aws_ami_from_instance", image_of_instance),
    ("aws_ami_launch_permission", stray_launch_permission),
    ("aws_ec2_image_block_public_access", fragment),
    ("aws_dlm_lifecycle_policy", lifecycle),
];

/// Who a snapshot is shared with: accounts, one fragment each; everyone only where a running account says so.
fn shared(block: &Block, context: &Context<'_>) -> (Known<bool>, Known<bool>) {
    let grants = context.blocks.joined(block, "aws_snapshot_create_volume_permission", "snapshot_id", &["id"]);
    let public = any(grants.blocks.iter().map(|grant| everyone(grant)).chain(grants.maybe()));
    let public = public.and(snapshots_blocked(block, context).not()).and_at(&Origins::at(block.head));
    (public, accounts(block, context, &grants))
}

/// Whether the account lets nobody have a snapshot that is given to everyone:
/// <https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html>.
fn snapshots_blocked(block: &Block, context: &Context<'_>) -> Known<bool> {
    let settings = account_wide(block, context, "aws_ebs_snapshot_block_public_access");
    any(settings.map(|setting| super::common::is(&setting.body, "state", "block-all-sharing")).collect::<Vec<_>>())
}

fn none_public(block: &Block) -> Known<bool> {
    default(block, false)
}

fn accounts(block: &Block, context: &Context<'_>, grants: &Joined<'_>) -> Known<bool> {
    let foreign = grants.blocks.iter().map(|grant| foreign_account(context, grant.body.text("account_id")));
    any(foreign.chain(grants.maybe())).and_at(&Origins::at(block.head))
}

fn push(block: &Block, context: &Context<'_>, encrypted: Known<bool>, out: &mut Vec<Resource>) {
    let (public, shared_foreign) = shared(block, context);
    let snapshot = Snapshot { encrypted, key: key(context, &block.body, "kms_key_id"), public, shared_foreign };
    out.push(resource(block, &[], snapshot));
}

/// A snapshot is encrypted as its volume is: <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html>.
fn snapshot(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let encrypted = match named(context, block, "volume_id", &["aws_ebs_volume"], &["id"]) {
        _ if observed(block) => block.body.bool("encrypted").required("Encrypted"),
        Some(volume) => super::ec2::volume_encrypted(volume, context).and_at(&block.body.at_path("volume_id").origins),
        None => not_seen(&block.body, "volume_id"),
    };
    push(block, context, encrypted, out);
}

/// A copy of an encrypted snapshot is encrypted; of another, only if told to or by the account's default.
fn snapshot_copy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let written = block.body.bool("encrypted").or_default(false);
    let usual = super::ec2::by_default(block, context);
    push(block, context, any([written, usual]), out);
    let target = Replication {
        purpose: fixed(block, "backup"),
        target_region: super::common::region(block),
        ..Default::default()
    };
    let from = block.body.text("source_region");
    // a copy within its region leaves no place
    if from.value() != super::common::region(block).value() {
        let mut copy = resource(block, &[], target);
        copy.part = Some("copy".into());
        copy.region = from;
        copy.inherits = super::common::inherits(block, Some("source_snapshot_id"));
        out.push(copy);
    }
}

fn snapshot_import(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let written = block.body.bool("encrypted").or_default(false);
    let usual = super::ec2::by_default(block, context);
    push(block, context, any([written, usual]), out);
}

/// A permission on a snapshot that is not among the scanned files.
fn stray_volume_permission(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let kinds = &["aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"];
    if named(context, block, "snapshot_id", kinds, &["id"]).is_some() {
        return;
    }
    let snapshot = Snapshot {
        encrypted: not_seen(&block.body, "snapshot_id"),
        key: not_seen(&block.body, "snapshot_id"),
        public: none_public(block),
        shared_foreign: foreign_account(context, block.body.text("account_id")),
    };
    out.push(resource(block, &["snapshot_id"], snapshot));
}

/// Everyone (`group = "all"`), or accounts, organisations and units.
fn image_sharing(block: &Block, context: &Context<'_>) -> (Known<bool>, Known<bool>) {
    let grants = context.blocks.joined(block, "aws_ami_launch_permission", "image_id", &["id"]);
    let blocked = images_blocked(block, context);
    let public = any(grants.blocks.iter().map(|grant| everyone(grant)).chain(grants.maybe()));
    let foreign = any(grants.blocks.iter().map(|grant| launch_foreign(grant, context)).chain(grants.maybe()));
    let at = Origins::at(block.head);
    // what was given away before the block was set stays so
    let public = if observed(block) { public } else { public.and(blocked.not()) };
    (public.and_at(&at), foreign.and_at(&at))
}

fn everyone(grant: &Block) -> Known<bool> {
    grant.body.text("group").map(|group| &*group == "all").or_default(false)
}

fn launch_foreign(grant: &Block, context: &Context<'_>) -> Known<bool> {
    foreign_account(context, grant.body.text("account_id"))
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html>
fn images_blocked(block: &Block, context: &Context<'_>) -> Known<bool> {
    let settings = account_wide(block, context, "aws_ec2_image_block_public_access");
    any(settings.map(|setting| super::common::is(&setting.body, "state", "block-new-sharing")).collect::<Vec<_>>())
}

fn stray_launch_permission(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let kinds = &["aws_ami", "aws_ami_copy", "aws_ami_from_instance"];
    if named(context, block, "image_id", kinds, &["id"]).is_some() {
        return;
    }
    let image = Snapshot {
        encrypted: not_seen(&block.body, "image_id"),
        key: not_seen(&block.body, "image_id"),
        public: everyone(block).and(images_blocked(block, context).not()),
        shared_foreign: launch_foreign(block, context),
    };
    out.push(resource(block, &["image_id"], image));
}

/// Every volume in the image must be encrypted: by itself, or by the snapshot it comes from.
fn image(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let volumes = block.body.each("ebs_block_device").into_iter().map(|device| {
        let written = device.bool("encrypted");
        if !written.is_unset() || device.at_path("snapshot_id").is_unset() {
            return written.or_default(false).and_at(&device.origins);
        }
        let kinds = &["aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"];
        match context.blocks.follow(device, "snapshot_id", kinds) {
            Some(found) if &*found.native_type == "aws_ebs_snapshot" => {
                match named(context, found, "volume_id", &["aws_ebs_volume"], &["id"]) {
                    Some(volume) => super::ec2::volume_encrypted(volume, context).and_at(&device.origins),
                    None => not_seen(device, "snapshot_id"),
                }
            }
            Some(found) => found.body.bool("encrypted").or_default(false).and_at(&device.origins),
            None => not_seen(device, "snapshot_id"),
        }
    });
    let volumes: Vec<Known<bool>> = volumes.collect();
    // an image without any volume of EBS is in the instance store
    let encrypted = all(volumes).and_at(&Origins::at(block.head));
    push_image(block, context, encrypted, out);
}

fn image_copy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html
    let written = block.body.bool("encrypted").or_default(false);
    push_image(block, context, any([written, super::ec2::by_default(block, context)]), out);
}

fn image_of_instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let encrypted = match named(context, block, "source_instance_id", &["aws_instance"], &["id"]) {
        Some(instance) => {
            super::ec2::root_encrypted(instance, context).and_at(&block.body.at_path("source_instance_id").origins)
        }
        None => not_seen(&block.body, "source_instance_id"),
    };
    push_image(block, context, encrypted, out);
}

fn push_image(block: &Block, context: &Context<'_>, encrypted: Known<bool>, out: &mut Vec<Resource>) {
    let (public, shared_foreign) = image_sharing(block, context);
    let image = Snapshot { encrypted, key: key(context, &block.body, "kms_key_id"), public, shared_foreign };
    out.push(resource(block, &["name"], image));
}

/// Copies that a lifecycle policy makes to other regions. Each says whether it is encrypted: a snapshot that is not
/// encrypted leaves its region as it is unless it does
/// (<https://docs.aws.amazon.com/dlm/latest/APIReference/API_CrossRegionCopyRule.html>).
fn lifecycle(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let details = block.body.each("policy_details");
    let schedule = details.iter().flat_map(|node| node.each("schedule.cross_region_copy_rule"));
    let event = details.iter().flat_map(|node| node.each("action.cross_region_copy"));
    for (at, rule) in schedule.chain(event).enumerate() {
        let region: Known<Arc<str>> = rule.text("target_region").or(rule.text("target"));
        let copy = Replication {
            purpose: fixed(block, "backup"),
            target_region: region.map(|target| super::common::arn_region(&target).unwrap_or(target)),
            ..Default::default()
        };
        out.push(part(block, format!("copy[{at}]"), rule, &[], copy));
        let (key_path, flag) = match rule.get("encryption_configuration") {
            Some(_) => ("encryption_configuration.cmk_arn", "encryption_configuration.encrypted"),
            None => ("cmk_arn", "encrypted"),
        };
        let snapshot = Snapshot {
            encrypted: rule.bool(flag).or_default(false),
            key: key(context, rule, key_path),
            public: none_public(block),
            shared_foreign: default(block, false),
        };
        out.push(part(block, format!("copy[{at}]"), rule, &[], snapshot));
    }
}
