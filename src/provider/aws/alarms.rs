//! Alarms of CloudWatch and who hears of them; what logs record of requests.

use super::Row;
use super::common::{not_seen, resource};
use crate::model::{Alarm, PayloadLog, Resource};
use crate::provider::Context;
use crate::provider::lists::region_of;
use crate::value::{Block, Known, Node, Origins, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_cloudwatch_composite_alarm", alarm),
    ("aws_cloudwatch_metric_alarm", alarm),
    ("aws_sfn_state_machine", state_machine),
];

/// Types that show that alarms are raised.
pub(super) const ALARMS: &[&str] = &["aws_cloudwatch_composite_alarm", "aws_cloudwatch_metric_alarm"];

/// On unless told otherwise, and mute without actions:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
fn alarm(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let actions = block.body.each("alarm_actions");
    let routed = any(actions.into_iter().map(|action| heard(action, context))).and_at(&Origins::at(block.head));
    let enabled = block.body.bool("actions_enabled").or_default(true);
    out.push(resource(block, &["alarm_name"], Alarm { enabled, routed }));
}

/// A topic needs a subscriber; any other action does something by itself.
fn heard(action: &Node, context: &Context<'_>) -> Known<bool> {
    if let Some(found) = context.blocks.follow(action, "", &[]) {
        if &*found.native_type != "aws_sns_topic" {
            return Known::set(true, action.origins.clone());
        }
        let subscribed = context.blocks.joined(found, "aws_sns_topic_subscription", "topic_arn", &["arn", "id"]);
        let heard = subscribed.exists().either(found.body.exists("subscription"));
        return match heard.value() {
            Some(false) => {
                let types = ["aws_sns_topic_subscription"];
                let what = "a subscription to the topic may be set up elsewhere";
                match context.beyond(&types, region_of(found).as_deref(), what) {
                    Some(unknown) => Known::unknown(unknown, Origins::at(found.head)),
                    None => heard.and_at(&action.origins),
                }
            }
            _ => heard.and_at(&action.origins),
        };
    }
    match action.text("").value() {
        Some(arn) if !arn.contains(":sns:") => Known::set(true, action.origins.clone()),
        _ => not_seen(action, ""),
    }
}

/// Execution data is left out unless asked for:
/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>.
fn state_machine(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let off = super::common::is(&block.body, "logging_configuration.level", "OFF");
    let payload = block.body.bool("logging_configuration.include_execution_data").or_default(false).and(off.not());
    out.push(resource(block, &["name"], PayloadLog { payload }));
}

/// The trace of a stage writes every request and response whole:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>.
pub(super) fn of_methods(block: &Block) -> Resource {
    let payload = block.body.bool("settings.data_trace_enabled").or_default(false);
    let mut found = resource(block, &["stage_name"], PayloadLog { payload });
    found.part = Some("data_trace".into());
    found.aliases = Vec::new();
    found
}
