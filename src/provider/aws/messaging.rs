//! Queues, topics and streams: SQS, SNS, EventBridge buses, Kinesis, MSK and MQ.

use super::Row;
use super::common::{customer_key, default, keyed, resource};
use super::policy::Policies;
use crate::model::{Queue, Resource, Topic};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_sqs_queue", queue),
    ("aws_sqs_queue_policy", stray_queue_policy),
    ("aws_sqs_queue_redrive_policy", fragment),
    ("aws_sns_topic", topic),
    ("aws_sns_topic_policy", stray_topic_policy),
    ("aws_sns_topic_subscription", fragment),
    ("aws_kinesis_stream", stream),
    ("aws_kinesis_resource_policy", fragment),
    ("aws_msk_cluster", msk),
    ("aws_msk_serverless_cluster", msk_serverless),
    ("aws_msk_cluster_policy", fragment),
    ("aws_mq_broker", broker),
];

const QUEUE_ACTIONS: &[&str] =
    &["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"];
const TOPIC_ACTIONS: &[&str] = &["sns:Publish", "sns:Subscribe", "sns:AddPermission", "sns:SetTopicAttributes"];

/// Encrypted by SQS since October 2022 unless turned off:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html>.
fn queue(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let fragments = &[("aws_sqs_queue_policy", "queue_url", "policy")];
    let policies = Policies::of(context, block, "policy", fragments, &["url", "id"]);
    let by_key = keyed(body, "kms_master_key_id");
    let queue = Queue {
        public: policies.public(QUEUE_ACTIONS),
        shared_foreign: policies.foreign(QUEUE_ACTIONS),
        encrypted: any([by_key, body.bool("sqs_managed_sse_enabled").or_default(true)]),
    };
    out.push(resource(block, &["name"], queue));
}

fn stray_queue_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if super::common::named(context, block, "queue_url", &["aws_sqs_queue"], &["url"]).is_some() {
        return;
    }
    let policies = Policies::in_block(context, block, "policy");
    let queue = Queue {
        public: policies.public(QUEUE_ACTIONS),
        shared_foreign: policies.foreign(QUEUE_ACTIONS),
        encrypted: super::common::not_seen(&block.body, "queue_url"),
    };
    out.push(resource(block, &["queue_url"], queue));
}

/// A topic without brokers of its own: spoken to over HTTPS with signed requests.
fn plain_topic(block: &Block) -> Topic {
    Topic {
        public: default(block, false),
        shared_foreign: default(block, false),
        encrypted: default(block, false),
        own_protocol: default(block, false),
        tls_clients: default(block, true),
        tls_brokers: default(block, true),
        ..data::topic(block, false)
    }
}

fn topic(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let fragments = &[("aws_sns_topic_policy", "arn", "policy")];
    let policies = Policies::of(context, block, "policy", fragments, &["arn"]);
    let topic = Topic {
        public: policies.public(TOPIC_ACTIONS),
        shared_foreign: policies.foreign(TOPIC_ACTIONS),
        // not unless a key is named: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
        encrypted: keyed(&block.body, "kms_master_key_id"),
        takes_key: default(block, true),
        customer_key: customer_key(&block.body, "kms_master_key_id"),
        ..plain_topic(block)
    };
    out.push(resource(block, &["name"], topic));
}

fn stray_topic_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if super::common::named(context, block, "arn", &["aws_sns_topic"], &["arn"]).is_some() {
        return;
    }
    let policies = Policies::in_block(context, block, "policy");
    let topic = Topic {
        public: policies.public(TOPIC_ACTIONS),
        shared_foreign: policies.foreign(TOPIC_ACTIONS),
        encrypted: super::common::not_seen(&block.body, "arn"),
        ..plain_topic(block)
    };
    out.push(resource(block, &["arn"], topic));
}

/// <https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html>
fn stream(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let fragments = &[("aws_kinesis_resource_policy", "resource_arn", "policy")];
    let policies = Policies::of(context, block, "", fragments, &["arn"]);
    let actions = &["kinesis:GetRecords", "kinesis:PutRecord", "kinesis:PutRecords", "kinesis:SubscribeToShard"];
    let topic = Topic {
        public: policies.public(actions),
        shared_foreign: policies.foreign(actions),
        encrypted: super::common::is(&block.body, "encryption_type", "KMS"),
        takes_key: default(block, true),
        customer_key: customer_key(&block.body, "kms_key_id"),
        stream: default(block, true),
        ..plain_topic(block)
    };
    out.push(resource(block, &["name"], topic));
}

/// Encrypted at rest always; clients over TLS only and brokers over TLS unless written otherwise:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/msk_cluster>.
fn msk(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let transit = "encryption_info.encryption_in_transit";
    let fragments = &[("aws_msk_cluster_policy", "cluster_arn", "policy")];
    let policies = Policies::of(context, block, "", fragments, &["arn"]);
    let actions = &["kafka-cluster:ReadData", "kafka-cluster:WriteData", "kafka:CreateVpcConnection"];
    let access = "broker_node_group_info.connectivity_info.public_access.type";
    let reachable = body.text(access).map(|kind| &*kind != "DISABLED").or_default(false);
    let open = body.bool("client_authentication.unauthenticated").or_default(false);
    let topic = Topic {
        public: any([policies.public(actions), reachable.and(open)]),
        shared_foreign: policies.foreign(actions),
        encrypted: default(block, true),
        own_protocol: default(block, true),
        tls_clients: body.text(&format!("{transit}.client_broker")).map(|mode| &*mode == "TLS").or_default(true),
        tls_brokers: body.bool(&format!("{transit}.in_cluster")).or_default(true),
        takes_key: default(block, true),
        customer_key: customer_key(body, "encryption_info.encryption_at_rest_kms_key_arn"),
        ..data::topic(block, true)
    };
    out.push(resource(block, &["cluster_name"], topic));
}

/// IAM and TLS only: <https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html>.
fn msk_serverless(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let topic = Topic {
        encrypted: default(block, true),
        own_protocol: default(block, true),
        stream: default(block, true),
        ..plain_topic(block)
    };
    out.push(resource(block, &["cluster_name"], topic));
}

/// Every endpoint of Amazon MQ is TLS, and what it keeps is encrypted; a user is always asked for:
/// <https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/data-protection.html>.
fn broker(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let topic = Topic {
        encrypted: default(block, true),
        own_protocol: default(block, true),
        stream: default(block, true),
        ..plain_topic(block)
    };
    out.push(resource(block, &["broker_name"], topic));
}
