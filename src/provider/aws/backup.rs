//! AWS Backup: vaults, and which resources a plan covers.

use std::sync::Arc;

use super::Row;
use super::common::{arn_region, customer_key, default, fixed, key, not_seen, part, region, resource};
use crate::model::{BackupPlan, BackupVault, Replication, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, Value, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_backup_vault", vault),
    ("aws_backup_logically_air_gapped_vault", air_gapped),
    ("aws_backup_vault_lock_configuration", fragment),
    ("aws_backup_vault_policy", fragment),
    ("aws_backup_vault_notifications", fragment),
    ("aws_backup_plan", plan),
    ("aws_backup_selection", fragment),
    ("aws_backup_region_settings", fragment),
    ("aws_backup_global_settings", fragment),
];

/// Days that stand for ever.
const FOR_EVER: i64 = 36_500;

/// Always encrypted, by the account's `aws/backup` key unless another is named:
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html>.
fn vault(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let lock =
        context.blocks.joined(block, "aws_backup_vault_lock_configuration", "backup_vault_name", &["name", "id"]);
    let vault = BackupVault {
        encrypted: default(block, true),
        customer_key: customer_key(&block.body, "kms_key_arn"),
        key: key(context, &block.body, "kms_key_arn"),
        // a running account says it of the vault itself
        locked: block.body.bool("locked").or(lock.exists()),
        // with days of grace the lock is for good once they are over, without it can be lifted:
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
        lock_final: any([lock.int("changeable_for_days").exists(), block.body.exists("lock_date")]),
        lock_days: lock.int("min_retention_days").or(block.body.int("min_retention_days")).or_default(0),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
    };
    out.push(resource(block, &["name"], vault));
}

/// Locked by its kind: <https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html>.
fn air_gapped(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let vault = BackupVault {
        encrypted: default(block, true),
        customer_key: customer_key(&block.body, "encryption_key_arn"),
        key: key(context, &block.body, "encryption_key_arn"),
        locked: default(block, true),
        lock_final: default(block, true),
        lock_days: block.body.int("min_retention_days").or_default(7),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
    };
    out.push(resource(block, &["name"], vault));
}

/// How long each rule of a plan keeps backups (for ever where nothing is written:
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html>); and copies to other vaults, each with the
/// region of that vault.
fn plan(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, rule) in block.body.each("rule").into_iter().enumerate() {
        let days = rule.int("lifecycle.delete_after").or_default(FOR_EVER);
        let kept = BackupPlan { shortest_days: days.clone(), longest_days: days };
        out.push(part(block, format!("rule[{at}]"), rule, &["name"], kept));
    }
    let actions: Vec<&Node> = block.body.each("rule.copy_action");
    for (at, action) in actions.into_iter().enumerate() {
        let kinds = &["aws_backup_vault", "aws_backup_logically_air_gapped_vault"];
        let arn = action.text("destination_vault_arn");
        let target_region: Known<Arc<str>> = match context.blocks.follow(action, "destination_vault_arn", kinds) {
            Some(vault) => region(vault),
            None => match arn.value().and_then(|arn| arn_region(arn)) {
                Some(found) => arn.map(|_| found),
                None => not_seen(action, "destination_vault_arn"),
            },
        };
        let copy = Replication { purpose: fixed(block, "backup"), target_region, ..Default::default() };
        out.push(part(block, format!("copy[{at}]"), action, &["name"], copy));
    }
}

/// Whether a selection of a backup plan covers `block`: by naming it, by naming everything, or by a tag it has.
pub(super) fn covered(block: &Block, context: &Context<'_>) -> Known<bool> {
    let here = Origins::at(block.head);
    let selections = context.blocks.of_type("aws_backup_selection").filter(|selection| selection.unit == block.unit);
    any(selections.map(|selection| selects(selection, block, context)).collect::<Vec<_>>()).and_at(&here)
}

fn selects(selection: &Block, block: &Block, context: &Context<'_>) -> Known<bool> {
    let resources = selection.body.each("resources").into_iter().map(|resource| {
        let everything = resource.text("").map(|pattern| &*pattern == "*" || covers_service(&pattern, block));
        match context.blocks.follow(resource, "", &[]) {
            Some(target) => default(selection, target.address == block.address),
            None => everything.or_default(false),
        }
    });
    let tags = selection.body.each("selection_tag").into_iter().map(|tag| {
        let (key, value) = (tag.text("key"), tag.text("value"));
        has_tag(block, key.value(), value.value())
    });
    // resources and tags are alternatives: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
    any(resources.chain(tags).collect::<Vec<_>>()).and_at(&Origins::at(selection.head))
}

/// `arn:aws:ec2:*:*:volume/*` covers every volume.
fn covers_service(pattern: &str, block: &Block) -> bool {
    let service = match &*block.native_type {
        "aws_dynamodb_table" => ":dynamodb:",
        "aws_ebs_volume" | "aws_instance" => ":ec2:",
        "aws_efs_file_system" => ":elasticfilesystem:",
        "aws_s3_bucket" => ":s3:",
        kind if kind.starts_with("aws_fsx") => ":fsx:",
        kind if kind.starts_with("aws_db") || kind.starts_with("aws_rds") => ":rds:",
        _ => return false,
    };
    pattern.contains(service) && pattern.ends_with('*')
}

pub(super) fn has_tag(block: &Block, key: Option<&Arc<str>>, value: Option<&Arc<str>>) -> Known<bool> {
    let here = Origins::at(block.head);
    let Some(key) = key else { return Known::default_of(false, here) };
    for tags in [block.body.get("tags"), block.context.get("tags")].into_iter().flatten() {
        if let Value::Unknown(unknown) = &tags.value {
            return Known::unknown(unknown.clone(), tags.origins.clone());
        }
        if let Some(tag) = tags.get(key) {
            return tag.text("").map(|tag| value.is_none_or(|value| *value == tag));
        }
    }
    Known::default_of(false, here)
}
