//! CloudTrail, CloudWatch and Firehose.

use super::there;
use crate::provider::spelling::{
    Move::{self, By, Each, Flag, Not, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::CloudTrail::Trail",
        "aws_cloudtrail",
        &[
            To("TrailName", "name"),
            To("IsLogging", "enable_logging"),
            To("CloudWatchLogsLogGroupArn", "cloud_watch_logs_group_arn"),
            Each("EventSelectors", "event_selector", &[To("DataResources", "data_resource")]),
            Each("AdvancedEventSelectors", "advanced_event_selector", ADVANCED),
        ],
    ),
    Native::moved(
        "AWS::CloudTrail::EventDataStore",
        "aws_cloudtrail_event_data_store",
        &[Not("IngestionEnabled", "suspend"), Each("AdvancedEventSelectors", "advanced_event_selector", ADVANCED)],
    ),
    Native::moved(
        "AWS::Logs::SubscriptionFilter",
        "aws_cloudwatch_log_subscription_filter",
        &[To("FilterName", "name")],
    ),
    Native::moved(
        "AWS::KinesisFirehose::DeliveryStream",
        "aws_kinesis_firehose_delivery_stream",
        &[
            To("DeliveryStreamName", "name"),
            To("ExtendedS3DestinationConfiguration.BucketARN", "extended_s3_configuration.bucket_arn"),
            To("S3DestinationConfiguration.BucketARN", "s3_configuration.bucket_arn"),
            To("HttpEndpointDestinationConfiguration.EndpointConfiguration.Url", "http_endpoint_configuration.url"),
            To("KinesisStreamSourceConfiguration", "kinesis_source_configuration"),
            To("DeliveryStreamEncryptionConfigurationInput.KeyType", "server_side_encryption.key_type"),
            By(|body| there(body, "DeliveryStreamEncryptionConfigurationInput"), "server_side_encryption.enabled"),
            // a running account says whether it is on
            To("DeliveryStreamEncryptionConfiguration.KeyType", "server_side_encryption.key_type"),
            Flag(
                "DeliveryStreamEncryptionConfiguration.Status",
                "server_side_encryption.enabled",
                &["ENABLED", "ENABLING"],
            ),
        ],
    ),
    Native::moved("AWS::Logs::LogGroup", "aws_cloudwatch_log_group", &[To("LogGroupName", "name")]),
    Native::same("AWS::Logs::LogStream", "aws_cloudwatch_log_stream"),
    Native::same("AWS::Logs::ResourcePolicy", "aws_cloudwatch_log_resource_policy"),
    Native::same("AWS::Logs::MetricFilter", "aws_cloudwatch_log_metric_filter"),
    Native::same("AWS::CloudWatch::Alarm", "aws_cloudwatch_metric_alarm"),
    Native::same("AWS::CloudWatch::CompositeAlarm", "aws_cloudwatch_composite_alarm"),
];

const ADVANCED: &[Move] = &[To("FieldSelectors", "field_selector")];
