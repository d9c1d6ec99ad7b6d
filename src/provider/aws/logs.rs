//! Where logs are sent: CloudTrail, subscription filters, Firehose, log groups' destinations.

use std::sync::Arc;

use super::Row;
use super::common::{arn_region, default, not_seen, resource};
use crate::model::{LogSink, Resource, Topic};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_cloudtrail", trail),
    ("aws_cloudtrail_event_data_store", here),
    ("aws_cloudwatch_log_subscription_filter", subscription),
    ("aws_kinesis_firehose_delivery_stream", firehose),
    ("aws_cloudwatch_log_group", fragment),
    ("aws_cloudwatch_log_stream", fragment),
    ("aws_cloudwatch_log_resource_policy", fragment),
    ("aws_cloudwatch_log_metric_filter", fragment),
];

fn sink(block: &Block, names: &[&str], target_region: Known<Arc<str>>, out: &mut Vec<Resource>) {
    out.push(resource(block, names, LogSink { target_region, ..LogSink::default() }));
}

/// A trail writes to a bucket, whose region its name does not tell.
fn trail(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let bucket = super::common::named(context, block, "s3_bucket_name", &["aws_s3_bucket"], &["bucket"]);
    let region = match bucket {
        Some(bucket) => super::common::region(bucket).and_at(&block.body.at_path("s3_bucket_name").origins),
        None => not_seen(&block.body, "s3_bucket_name"),
    };
    sink(block, &["name"], region, out);
}

/// What is kept where it is made.
fn here(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    sink(block, &["name"], super::common::region(block), out);
}

/// A filter sends to the ARN of a stream, a function or a destination of another account.
fn subscription(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    sink(block, &["name"], destination(block, context, "destination_arn"), out);
}

fn destination(block: &Block, context: &Context<'_>, path: &str) -> Known<Arc<str>> {
    if let Some(target) = context.blocks.follow(&block.body, path, &[]) {
        return super::common::region(target).and_at(&block.body.at_path(path).origins);
    }
    let arn = block.body.text(path);
    match &arn.state {
        crate::value::State::Unknown(_) => arn,
        _ => arn.clone().try_map(|text| arn_region(&text), || Why::NotSeen(path.into())),
    }
}

/// A delivery to a bucket, or to whoever answers at an address, wherever that lies.
fn firehose(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let url = body.text("http_endpoint_configuration.url");
    let region = if url.is_unset() {
        let paths = ["extended_s3_configuration.bucket_arn", "s3_configuration.bucket_arn"];
        let bucket = paths.iter().find_map(|path| context.blocks.follow(body, path, &["aws_s3_bucket"]));
        bucket.map_or_else(|| super::common::region(block), super::common::region)
    } else {
        url.try_map(|_| None, || Why::Expression("where an address on the internet lies cannot be told".into()))
    };
    sink(block, &["name"], region, out);
    delivery(block, out);
}

/// What a delivery holds on its way. What it reads from a Kinesis stream or from Kafka stays there, with that one's key:
/// <https://docs.aws.amazon.com/firehose/latest/dev/encryption.html>.
fn delivery(block: &Block, out: &mut Vec<Resource>) {
    let body = &block.body;
    let from_stream = any([body.exists("kinesis_source_configuration"), body.exists("msk_source_configuration")]);
    let by_key = body.text("server_side_encryption.key_type").map(|kind| &*kind == "CUSTOMER_MANAGED_CMK");
    let stream = Topic {
        public: default(block, false),
        shared_foreign: default(block, false),
        encrypted: any([body.bool("server_side_encryption.enabled").or_default(false), from_stream.clone()]),
        own_protocol: default(block, false),
        tls_clients: default(block, true),
        tls_brokers: default(block, true),
        takes_key: from_stream.not(),
        customer_key: by_key.or_default(false),
        ..data::topic(block, true)
    };
    let mut made = resource(block, &["name"], stream);
    made.part = Some("delivery".into());
    out.push(made);
}
