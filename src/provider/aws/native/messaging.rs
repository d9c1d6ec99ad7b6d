//! SQS, SNS, Kinesis, MSK, MQ.

use crate::provider::spelling::{Fragment, Move::To, Native};

pub(super) const TABLE: &[Native] = &[
    Native::moved("AWS::SQS::Queue", "aws_sqs_queue", &[To("QueueName", "name")]),
    Native::moved(
        "AWS::SQS::QueuePolicy",
        "aws_sqs_queue_policy",
        &[To("PolicyDocument", "policy"), To("Queues", "queue_url")],
    ),
    Native::moved(
        "AWS::SQS::QueueInlinePolicy",
        "aws_sqs_queue_policy",
        &[To("PolicyDocument", "policy"), To("Queue", "queue_url")],
    ),
    Native::moved("AWS::SNS::Topic", "aws_sns_topic", &[To("TopicName", "name")]),
    Native::moved(
        "AWS::SNS::TopicPolicy",
        "aws_sns_topic_policy",
        &[To("PolicyDocument", "policy"), To("Topics", "arn")],
    ),
    Native::moved(
        "AWS::SNS::TopicInlinePolicy",
        "aws_sns_topic_policy",
        &[To("PolicyDocument", "policy"), To("TopicArn", "arn")],
    ),
    Native::same("AWS::SNS::Subscription", "aws_sns_topic_subscription"),
    Native {
        native: "AWS::Kinesis::Stream",
        reads_as: "aws_kinesis_stream",
        moves: &[To("StreamEncryption.EncryptionType", "encryption_type"), To("StreamEncryption.KeyId", "kms_key_id")],
        also: &[Fragment {
            from: "ResourcePolicy",
            reads_as: "aws_kinesis_resource_policy",
            by: "resource_arn",
            moves: &[To("", "policy")],
        }],
    },
    Native::moved("AWS::Kinesis::ResourcePolicy", "aws_kinesis_resource_policy", &[To("ResourcePolicy", "policy")]),
    Native {
        native: "AWS::MSK::Cluster",
        reads_as: "aws_msk_cluster",
        moves: &[
            To("EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId", "encryption_info.encryption_at_rest_kms_key_arn"),
            To("ClientAuthentication.Unauthenticated.Enabled", "client_authentication.unauthenticated"),
        ],
        also: &[Fragment {
            from: "ClusterPolicy",
            reads_as: "aws_msk_cluster_policy",
            by: "cluster_arn",
            moves: &[To("", "policy")],
        }],
    },
    Native::same("AWS::MSK::ServerlessCluster", "aws_msk_serverless_cluster"),
    Native::same("AWS::MSK::ClusterPolicy", "aws_msk_cluster_policy"),
    Native::moved("AWS::AmazonMQ::Broker", "aws_mq_broker", &[To("Users", "user")]),
];
