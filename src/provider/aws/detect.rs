//! What watches over AWS accounts: GuardDuty, Inspector, scanning of images, AWS Config, Security Hub.

use super::Row;
use super::common::{default, fixed, is, observed, resource, there};
use super::principals;
use crate::model::{Detector, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_config_configuration_aggregator", aggregator),
    ("aws_config_configuration_recorder", recorder),
    ("aws_config_configuration_recorder_status", fragment),
    ("aws_config_delivery_channel", fragment),
    ("aws_guardduty_detector", guardduty),
    ("aws_guardduty_detector_feature", fragment),
    ("aws_guardduty_organization_configuration", fragment),
    ("aws_inspector2_enabler", inspector),
    ("aws_inspector2_organization_configuration", fragment),
    ("aws_securityhub_account", hub),
    ("aws_securityhub_organization_configuration", fragment),
];

/// Types that show that threats are watched for.
pub(super) const THREATS: &[&str] = &["aws_guardduty_detector", "aws_guardduty_organization_configuration"];
/// Types that show that vulnerabilities are looked for.
pub(super) const VULNERABILITIES: &[&str] =
    &["aws_inspector2_enabler", "aws_inspector2_organization_configuration", "aws_ecr_registry_scanning_configuration"];
/// Types that show that configurations are recorded or judged.
pub(super) const POSTURE: &[&str] =
    &["aws_config_configuration_recorder", "aws_securityhub_account", "aws_securityhub_organization_configuration"];

/// What looks for vulnerabilities. A running account answers also where it looks at nothing.
pub(super) fn vulnerabilities(context: &Context<'_>) -> Vec<Known<bool>> {
    let blocks = VULNERABILITIES.iter().flat_map(|native| context.blocks.of_type(native));
    let looks = |block: &Block| {
        let told = any(["resource_types", "rule"].map(|path| block.body.exists(path)));
        if observed(block) { told.and_at(&Origins::at(block.head)) } else { there(block) }
    };
    blocks.map(looks).filter(|looks| looks.value() != Some(&false)).collect()
}

fn detector(block: &Block, watches: &str, enabled: Known<bool>, complete: Known<bool>) -> Detector {
    Detector { watches: fixed(block, watches), enabled, complete }
}

/// On unless it is switched off: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html>.
fn guardduty(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let enabled = block.body.bool("enable").or_default(true);
    out.push(resource(block, &[], detector(block, "threats", enabled, default(block, true))));
}

fn inspector(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let some = any(block.body.each("resource_types").into_iter().map(|kind| kind.text("").map(|_| true)));
    out.push(resource(
        block,
        &[],
        detector(block, "vulnerabilities", some.and_at(&Origins::at(block.head)), default(block, true)),
    ));
}

fn hub(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, &[], detector(block, "posture", default(block, true), default(block, true))));
}

/// All types that a region has are recorded unless some are chosen; those that belong to no region only where that is
/// asked for, once an account:
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>.
fn recorder(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let status = context.blocks.joined(block, "aws_config_configuration_recorder_status", "name", &["name", "id"]);
    let what = "a recorder is started by another resource, which may be elsewhere";
    let types = ["aws_config_configuration_recorder_status"];
    let beyond = || context.beyond(&types, super::super::lists::region_of(block).as_deref(), what);
    let enabled = match status.exists().value().filter(|found| !**found).and_then(|_| beyond()) {
        Some(unknown) => Known::unknown(unknown, Origins::at(block.head)),
        None => status.bool("is_enabled").or_default(false),
    };
    let global = |block: &Block| {
        any([
            block.body.bool("recording_group.include_global_resource_types").or_default(false),
            is(&block.body, "recording_group.recording_strategy.use_only", "ALL_SUPPORTED_RESOURCE_TYPES"),
        ])
    };
    let here = Origins::at(block.head);
    let elsewhere = context
        .blocks
        .of_type("aws_config_configuration_recorder")
        .filter(|other| other.address != block.address)
        .map(global);
    let recorded_once =
        any([global(block)].into_iter().chain(elsewhere.filter(|global| global.value() != Some(&false))));
    let every = body.bool("recording_group.all_supported").or_default(true);
    let complete = all([every, recorded_once]).and_at(&here);
    out.push(resource(block, &["name"], detector(block, "posture", enabled, complete)));
}

/// Regions are chosen one by one unless all are asked for:
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_AccountAggregationSource.html>.
fn aggregator(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let sources = ["account_aggregation_source", "organization_aggregation_source"];
    let every = any(sources.map(|source| block.body.bool(&format!("{source}.all_regions")).or_default(false)));
    out.push(resource(block, &["name"], detector(block, "posture", default(block, true), every)));
}

/// Repositories are scanned by their own setting, off where nothing is written, or by the registry's:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html>.
pub(in crate::provider) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    for block in context.blocks.of_type("aws_ecr_repository") {
        let own = block.body.bool("image_scanning_configuration.scan_on_push").or_default(false);
        let registry =
            super::common::account_wide(block, context, "aws_ecr_registry_scanning_configuration").map(|registry| {
                any(registry
                    .body
                    .each("rule")
                    .into_iter()
                    .map(|rule| rule.text("scan_frequency").map(|often| &*often != "MANUAL")))
            });
        // what the registry does counts where it does something
        let registry = registry.filter(|scans| scans.value() != Some(&false));
        let enabled = any([own].into_iter().chain(registry)).and_at(&Origins::at(block.head));
        let mut found = resource(block, &["name"], detector(block, "vulnerabilities", enabled, default(block, true)));
        found.part = Some("image_scanning_configuration".into());
        found.aliases = Vec::new();
        out.push(found);
    }
    principals::identities(context, out);
    super::trails::beside(context, out);
}
