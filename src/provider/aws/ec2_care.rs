//! What keeps a machine of EC2 well: patching by Systems Manager; encryption of volumes that are made later.

use std::sync::Arc;

use super::Row;
use super::common::{default, fixed, resource};
use crate::model::{AccountSetting, Resource, VirtualMachine};
use crate::provider::lists::region_of;
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, Why, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_ssm_association", fragment),
    ("aws_ssm_maintenance_window", fragment),
    ("aws_ssm_maintenance_window_target", fragment),
    ("aws_ssm_maintenance_window_task", fragment),
    ("aws_ssm_patch_baseline", fragment),
    ("aws_ssm_patch_group", fragment),
];

/// Documents that install fixes: <https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-ssm-documents.html>.
const PATCHING: &[&str] = &[
    "AWS-RunPatchBaseline",
    "AWS-RunPatchBaselineAssociation",
    "AWS-RunPatchBaselineWithHooks",
    "AWS-InstallWindowsUpdates",
    "AWS-ApplyPatchBaseline",
];

/// The image decides on secure boot and on logins, Systems Manager on patching.
pub(super) fn instance(block: &Block, context: &Context<'_>) -> VirtualMachine {
    VirtualMachine { sets_patching: default(block, true), patched: patched(block, context), ..template(block) }
}

/// What is launched from a template is named by nothing yet.
pub(super) fn template(block: &Block) -> VirtualMachine {
    VirtualMachine {
        sets_boot: default(block, false),
        verified_boot: default(block, false),
        sets_login: default(block, false),
        strong_login: default(block, false),
        sets_patching: default(block, false),
        patched: default(block, false),
        ..VirtualMachine::default()
    }
}

/// Whether an association or a maintenance window that installs fixes names the instance.
fn patched(instance: &Block, context: &Context<'_>) -> Known<bool> {
    let patches = |name: Known<Arc<str>>| name.map(|name| PATCHING.contains(&name.rsplit('/').next().unwrap_or(&name)));
    let targets =
        |block: &Block| any(block.body.each("targets").into_iter().map(|target| names(target, instance, context)));
    let associations = context.blocks.of_type("aws_ssm_association").map(|block| {
        let by_id = block.body.exists("instance_id").and(is_it(&block.body, "instance_id", instance, context));
        all([patches(block.body.text("name")), any([by_id, targets(block)])]).and_at(&Origins::at(block.head))
    });
    let windows = context.blocks.of_type("aws_ssm_maintenance_window_task").flat_map(|task| {
        let of_window = context.blocks.of_type("aws_ssm_maintenance_window_target").filter(|target| {
            let window =
                |block: &Block| context.blocks.follow(&block.body, "window_id", &[]).map(|found| &found.address);
            target.unit == task.unit && window(target) == window(task)
        });
        let reached = of_window.map(targets).chain([targets(task)]).collect::<Vec<_>>();
        [all([patches(task.body.text("task_arn")), any(reached)]).and_at(&Origins::at(task.head))]
    });
    let found = any(associations.chain(windows).collect::<Vec<_>>());
    let types = ["aws_ssm_association", "aws_ssm_maintenance_window_task", "aws_ssm_maintenance_window_target"];
    let what = "patching may be set up elsewhere, by Systems Manager or in the image";
    let beyond = || context.beyond(&types, region_of(instance).as_deref(), what);
    if found.value() == Some(&false)
        && let Some(unknown) = beyond()
    {
        return Known::unknown(unknown, Origins::at(instance.head));
    }
    found.and_at(&Origins::at(instance.head))
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html>
fn names(target: &Node, instance: &Block, context: &Context<'_>) -> Known<bool> {
    let key = target.text("key");
    match key.value().map(|key| &**key) {
        Some(key) if key.eq_ignore_ascii_case("InstanceIds") => {
            any(target.each("values").into_iter().map(|value| is_it(value, "", instance, context)))
        }
        Some(key) => match key.strip_prefix("tag:") {
            Some(tag) => {
                let values = target.each("values").into_iter();
                any(values.map(|value| super::backup::has_tag(instance, Some(&Arc::from(tag)), value.text("").value())))
            }
            None => Known::because(Why::Expression("a group of resources".into()), target.origins.clone()),
        },
        None => key.map(|_| false),
    }
}

fn is_it(node: &Node, path: &str, instance: &Block, context: &Context<'_>) -> Known<bool> {
    if let Some(found) = context.blocks.follow(node, path, &[]) {
        return Known::set(found.address == instance.address, node.origins.clone());
    }
    node.text(path).map(|id| &*id == "*")
}

/// The setting of a region, on where nothing else is written:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_encryption_by_default>.
pub(super) fn disk_encryption(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let setting =
        AccountSetting { does: fixed(block, "disk-encryption"), enabled: block.body.bool("enabled").or_default(true) };
    out.push(resource(block, &[], setting));
}

/// Regions that encrypt new volumes.
pub(super) fn disks_encrypted(context: &Context<'_>) -> Vec<Known<bool>> {
    let settings = context.blocks.of_type("aws_ebs_encryption_by_default");
    settings.map(|block| block.body.bool("enabled").or_default(true).and_at(&Origins::at(block.head))).collect()
}
