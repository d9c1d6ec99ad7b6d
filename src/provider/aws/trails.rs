//! Audit trails and where logs are kept: CloudTrail, its event data stores, CloudWatch log groups; and who is told.

use super::Row;
use super::common::{customer_key, default, fixed, is, named, not_seen, part, resource};
use crate::model::{AuditTrail, LogStore, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Origins, all};

pub(super) const ROWS: &[Row] = &[("aws_account_alternate_contact", fragment)];

/// Types that show that what is done to an account is recorded.
pub(super) const TRAILS: &[&str] = &["aws_cloudtrail", "aws_cloudtrail_event_data_store"];

/// Days that stand for ever.
const FOR_EVER: i64 = 36_500;

/// Alternate contacts for security:
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html>.
pub(super) fn contacts(context: &Context<'_>) -> Vec<Known<bool>> {
    let contacts = context.blocks.of_type("aws_account_alternate_contact");
    let security =
        contacts.map(|block| is(&block.body, "alternate_contact_type", "SECURITY").and_at(&Origins::at(block.head)));
    security.filter(|is| is.value() != Some(&false)).collect()
}

/// What is read beside the place that logs are sent to.
pub(super) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    for block in context.blocks.of_type("aws_cloudtrail") {
        trail(block, context, out);
    }
    for block in context.blocks.of_type("aws_cloudtrail_event_data_store") {
        data_store(block, out);
    }
    for block in context.blocks.of_type("aws_cloudwatch_log_group") {
        out.push(resource(block, &["name"], log_group(block)));
    }
}

/// One region, no digests, no key of one's own where nothing is written:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html>.
fn trail(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let facts = AuditTrail {
        enabled: body.bool("enable_logging").or_default(true),
        complete: all([
            body.bool("is_multi_region_trail").or_default(false),
            // those of IAM and STS among them
            body.bool("include_global_service_events").or_default(true),
        ]),
        sets_validation: default(block, true),
        validated: body.bool("enable_log_file_validation").or_default(false),
        takes_key: default(block, true),
        customer_key: customer_key(body, "kms_key_id"),
        sets_watch: default(block, true),
        // the one without the other sends nothing:
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
        watched: body.exists("cloud_watch_logs_group_arn").and(body.exists("cloud_watch_logs_role_arn")),
    };
    let mut found = resource(block, &["name"], facts);
    found.part = Some("trail".into());
    found.aliases = Vec::new();
    out.push(found);
    let Some(node) = body.get("s3_bucket_name") else { return };
    let locked = match named(context, block, "s3_bucket_name", &["aws_s3_bucket"], &["bucket"]) {
        Some(bucket) => locked(bucket, context).and_at(&node.origins),
        None => not_seen(body, "s3_bucket_name"),
    };
    let files = LogStore { sets_lock: default(block, true), locked, ..store(block, "audit-files") };
    out.push(part(block, "files".into(), node, &["name"], files));
}

/// Whether new objects are locked by default, in either mode:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>.
fn locked(bucket: &Block, context: &Context<'_>) -> Known<bool> {
    const MODE: &str = "rule.default_retention.mode";
    let own = bucket.body.text(&format!("object_lock_configuration.{MODE}"));
    let apart = context.blocks.joined(bucket, "aws_s3_bucket_object_lock_configuration", "bucket", &["bucket", "id"]);
    own.or(apart.text(MODE)).exists()
}

/// All regions and seven years where nothing is written; what was written cannot be altered:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html>.
fn data_store(block: &Block, out: &mut Vec<Resource>) {
    let body = &block.body;
    let mut trail = resource(
        block,
        &["name"],
        AuditTrail {
            enabled: body.bool("suspend").not(),
            complete: body.bool("multi_region_enabled").or_default(true),
            sets_validation: default(block, false),
            validated: default(block, false),
            takes_key: default(block, false),
            customer_key: default(block, false),
            sets_watch: default(block, false),
            watched: default(block, false),
        },
    );
    trail.part = Some("trail".into());
    trail.aliases = Vec::new();
    out.push(trail);
    let mut kept = resource(
        block,
        &["name"],
        LogStore {
            takes_key: default(block, true),
            customer_key: customer_key(body, "kms_key_id"),
            sets_retention: default(block, true),
            retention_days: body.int("retention_period").or_default(2555),
            ..store(block, "logs")
        },
    );
    kept.part = Some("store".into());
    kept.aliases = Vec::new();
    out.push(kept);
}

/// Logs never expire where nothing is written, or 0:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html>.
fn log_group(block: &Block) -> LogStore {
    let days = block.body.int("retention_in_days").or_default(0);
    LogStore {
        takes_key: default(block, true),
        customer_key: customer_key(&block.body, "kms_key_id"),
        sets_retention: default(block, true),
        kept_forever: days.clone().map(|days| days == 0),
        retention_days: days.map(|days| if days == 0 { FOR_EVER } else { days }),
        ..store(block, "logs")
    }
}

/// A store of which nothing can be set.
fn store(block: &Block, form: &str) -> LogStore {
    LogStore {
        form: fixed(block, form),
        takes_key: default(block, false),
        customer_key: default(block, false),
        sets_retention: default(block, false),
        kept_forever: default(block, false),
        retention_days: default(block, FOR_EVER),
        sets_lock: default(block, false),
        locked: default(block, false),
    }
}
