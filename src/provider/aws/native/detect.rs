//! GuardDuty, AWS Config, Security Hub.

use crate::provider::spelling::{
    Fragment,
    Move::{By, Each, To, Usual},
    Native,
    Plain::Bool,
};
use crate::value::{Entry, Node, State, Value};

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
        moves: &[By(every_type, "recording_group.all_supported")],
        // CloudFormation starts it, once there is a channel to deliver to:
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-config-configurationrecorder.html
        also: &[Fragment {
            from: "",
            reads_as: "aws_config_configuration_recorder_status",
            by: "name",
            moves: &[To("Recording", "is_enabled"), Usual("is_enabled", Bool(true))],
        }],
    },
    Native::same("AWS::Config::DeliveryChannel", "aws_config_delivery_channel"),
    Native::moved("Deodar::Inspector2::Enabler", "aws_inspector2_enabler", &[By(scanned, "resource_types")]),
    Native::same("AWS::GuardDuty::Detector", "aws_guardduty_detector"),
    Native::same("AWS::SecurityHub::Hub", "aws_securityhub_account"),
    Native::same("AWS::SecurityHub::OrganizationConfiguration", "aws_securityhub_organization_configuration"),
];

/// A group that does not ask for every type records those that it names:
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>.
fn every_type(body: &Node) -> Option<Node> {
    let group = body.get("RecordingGroup")?;
    if !group.at_path("AllSupported").is_unset() {
        return None;
    }
    let strategy = group.text("RecordingStrategy.UseOnly").map(|which| &*which == "ALL_SUPPORTED_RESOURCE_TYPES");
    let value = match strategy.or_default(false).state {
        State::Set(all) | State::Default(all) => Value::Bool(all),
        State::Unknown(unknown) => Value::Unknown(unknown),
        State::Unset => return None,
    };
    Some(Node { value, origins: group.origins.clone() })
}

/// What Amazon Inspector looks at, of all that it could:
/// <https://docs.aws.amazon.com/inspector/v2/APIReference/API_ResourceState.html>.
fn scanned(body: &Node) -> Option<Node> {
    let states = body.get("ResourceState")?;
    if matches!(states.value, Value::Unknown(_)) {
        return Some(states.clone());
    }
    let on = states.entries().iter().filter(|entry| {
        entry.value.text("Status").value().is_some_and(|status| matches!(&**status, "ENABLED" | "ENABLING"))
    });
    let named = |entry: &Entry| Node { value: Value::String(entry.key.clone()), origins: entry.value.origins.clone() };
    Some(Node { value: Value::List(on.map(named).collect()), origins: states.origins.clone() })
}
