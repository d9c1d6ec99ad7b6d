//! Alerting policies and who hears of them.

use crate::model::{Alarm, Resource};
use crate::provider::gcp::read::{name, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, Unknown, Why, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_logging_metric", fragment),
    ("google_monitoring_alert_policy", policy),
    ("google_monitoring_notification_channel", fragment),
];

/// Types that show that alerts are raised.
pub(super) const ALARMS: &[&str] = &["google_monitoring_alert_policy"];

/// On unless told otherwise, and mute without a channel that is on:
/// <https://cloud.google.com/monitoring/alerts/using-alerting-api>.
fn policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let channels = block.body.each("notification_channels").into_iter();
    let routed = any(channels.map(|channel| heard(channel, context))).and_at(&Origins::at(block.head));
    let mut found = resource(block, Alarm { enabled: block.body.bool("enabled").or_default(true), routed });
    if let Some(title) = block.body.text("display_name").value() {
        found.name = title.clone();
    }
    out.push(found);
}

fn heard(channel: &Node, context: &Context<'_>) -> Known<bool> {
    const KIND: &str = "google_monitoring_notification_channel";
    let written = channel.text("");
    let by_name = || {
        let last = written.value()?.rsplit('/').next()?.to_owned();
        context.blocks.of_type(KIND).find(|other| *name(other) == *last)
    };
    match context.blocks.follow(channel, "", &[KIND]).or_else(by_name) {
        Some(found) => found.body.bool("enabled").or_default(true).and_at(&channel.origins),
        None => {
            let seen = written.value().cloned().unwrap_or_else(|| "notification_channels".into());
            Known::unknown(Unknown::new(Why::NotSeen(seen)), channel.origins.clone())
        }
    }
}
