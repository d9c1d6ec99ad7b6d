//! What else holds for an S3 bucket: who logs its requests, which networks reach it, where its copies lie, how long its
//! objects are locked.

use super::common::{default, not_seen, regions_differ};
use super::data_events::{Event, recorded};
use super::policy::Policies;
use crate::model::ObjectStore;
use crate::provider::{Context, Joined};
use crate::value::{Block, Known, Origins, any};

/// The facts of a bucket that do not bear on who may read it; the others are not set.
pub(super) fn store(block: &Block, context: &Context<'_>, policies: &Policies<'_>) -> ObjectStore {
    let of = |fragment: &str| context.blocks.joined(block, fragment, "bucket", &["bucket", "id"]);
    let lock = Lock::of(block, &of("aws_s3_bucket_object_lock_configuration"));
    ObjectStore {
        // who reads without a login reads from everywhere, or is let in by a condition that is judged with its grant
        sets_anonymous: default(block, false),
        anonymous_read: default(block, false),
        // every endpoint of AWS refuses TLS older than 1.2 since 2024:
        // https://aws.amazon.com/blogs/security/tls-1-2-required-for-aws-endpoints/
        modern_tls: default(block, true),
        private_only: policies.only_from_networks("s3:GetObject"),
        access_logged: any([block.body.exists("logging.target_bucket"), of("aws_s3_bucket_logging").exists()]),
        reads_recorded: recorded(block, context, Event::Read),
        writes_recorded: recorded(block, context, Event::Write),
        holds_logs: holds_logs(block, context),
        second_site: second_site(block, context, &of("aws_s3_bucket_replication_configuration")),
        lock_final: lock.compliance,
        lock_days: lock.days,
        ..ObjectStore::default()
    }
}

/// What delivers logs to a bucket, and the attribute that names it.
const DELIVERED: &[(&str, &str)] = &[
    ("aws_cloudtrail", "s3_bucket_name"),
    ("aws_s3_bucket_logging", "target_bucket"),
    ("aws_s3_bucket", "logging.target_bucket"),
    ("aws_lb", "access_logs.bucket"),
    ("aws_alb", "access_logs.bucket"),
    ("aws_elb", "access_logs.bucket"),
    ("aws_config_delivery_channel", "s3_bucket_name"),
    ("aws_flow_log", "log_destination"),
    ("aws_cloudfront_distribution", "logging_config.bucket"),
];

fn holds_logs(block: &Block, context: &Context<'_>) -> Known<bool> {
    let delivered: Vec<Joined<'_>> =
        DELIVERED.iter().map(|(from, by)| context.blocks.joined(block, from, by, &["bucket", "id"])).collect();
    // a canned list for deliveries: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
    let acl = context.blocks.joined(block, "aws_s3_bucket_acl", "bucket", &["bucket", "id"]).text("acl");
    let by_list = block.body.text("acl").or(acl).map(|acl| &*acl == "log-delivery-write").or_default(false);
    // a destination that cannot be told may be this bucket
    let open = delivered.iter().filter_map(Joined::maybe);
    let seen = delivered
        .iter()
        .filter_map(|joined| joined.blocks.first().map(|from| Known::set(true, Origins::at(from.head))));
    any(std::iter::once(by_list).chain(seen).chain(open))
}

/// Whether a replication leads to a bucket that lies elsewhere; unknown where the destination was not scanned.
fn second_site(block: &Block, context: &Context<'_>, separate: &Joined<'_>) -> Known<bool> {
    let inline = block.body.each("replication_configuration.rules");
    let rules = inline.into_iter().chain(separate.each("rule"));
    let elsewhere = rules.map(|rule| {
        let enabled = rule.text("status").map(|status| &*status == "Enabled").or_default(true);
        let apart = match context.blocks.follow(rule, "destination.bucket", &["aws_s3_bucket"]) {
            Some(target) => regions_differ(block, target),
            // an S3 ARN names no region
            None => not_seen(rule, "destination.bucket"),
        };
        enabled.and(Known { origins: rule.origins.clone(), ..apart })
    });
    any(elsewhere.chain(separate.maybe()).chain([default(block, false)]))
}

/// The default retention of a bucket: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>. Under
/// governance whoever has the right may lift it, under compliance nobody.
struct Lock {
    compliance: Known<bool>,
    days: Known<i64>,
}

impl Lock {
    fn of(block: &Block, separate: &Joined<'_>) -> Self {
        const INLINE: &str = "object_lock_configuration.rule.default_retention";
        const SEPARATE: &str = "rule.default_retention";
        let mode = block.body.text(&format!("{INLINE}.mode")).or(separate.text(&format!("{SEPARATE}.mode")));
        let whole = |name: &str| -> Known<i64> {
            block.body.int(&format!("{INLINE}.{name}")).or(separate.int(&format!("{SEPARATE}.{name}")))
        };
        let years = whole("years").map(|years| years.saturating_mul(365));
        Self {
            compliance: mode.map(|mode| mode.eq_ignore_ascii_case("COMPLIANCE")).or_default(false),
            days: whole("days").or(years).or_default(0),
        }
    }
}
