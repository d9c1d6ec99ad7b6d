//! GuardDuty, AWS Config, Security Hub.

use crate::provider::spelling::{
    Fragment,
    Move::{Each, To, Usual},
    Native,
    Plain::Bool,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::Config::ConfigurationAggregator",
        "aws_config_configuration_aggregator",
        &[
            To("ConfigurationAggregatorName", "name"),
            Each("AccountAggregationSources", "account_aggregation_source", &[To("AllAwsRegions", "all_regions")]),
            Each(
                "OrganizationAggregationSource",
                "organization_aggregation_source",
                &[To("AllAwsRegions", "all_regions")],
            ),
        ],
    ),
    Native {
        native: "AWS::Config::ConfigurationRecorder",
        reads_as: "aws_config_configuration_recorder",
        moves: &[],
        // CloudFormation starts it, once there is a channel to deliver to:
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-config-configurationrecorder.html
        also: &[Fragment {
            from: "",
            reads_as: "aws_config_configuration_recorder_status",
            by: "name",
            moves: &[Usual("is_enabled", Bool(true))],
        }],
    },
    Native::same("AWS::Config::DeliveryChannel", "aws_config_delivery_channel"),
    Native::same("AWS::GuardDuty::Detector", "aws_guardduty_detector"),
    Native::same("AWS::SecurityHub::Hub", "aws_securityhub_account"),
    Native::same("AWS::SecurityHub::OrganizationConfiguration", "aws_securityhub_organization_configuration"),
];
