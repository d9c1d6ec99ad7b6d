//! What keeps a machine of Compute Engine well: verified boot, OS Login, patch deployments.

use crate::model::VirtualMachine;
use crate::provider::gcp::read::always;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, Why, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_project_metadata", fragment),
    ("google_compute_project_metadata_item", fragment),
    ("google_os_config_patch_deployment", fragment),
    ("google_os_config_os_policy_assignment", fragment),
];

/// Secure boot is off unless it is asked for, the virtual trusted platform module on:
/// <https://cloud.google.com/compute/shielded-vm/docs/shielded-vm>.
pub(super) fn instance(block: &Block, context: &Context<'_>) -> VirtualMachine {
    let secure = block.body.bool("shielded_instance_config.enable_secure_boot").or_default(false);
    let measured = block.body.bool("shielded_instance_config.enable_vtpm").or_default(true);
    VirtualMachine {
        sets_boot: always(block, true),
        verified_boot: secure.and(measured),
        sets_login: always(block, true),
        strong_login: os_login(block, context),
        sets_patching: always(block, !block.native_type.ends_with("template")),
        patched: patched(block, context),
        ..VirtualMachine::default()
    }
}

/// The instance's own metadata, else the project's: <https://cloud.google.com/compute/docs/oslogin/set-up-oslogin>.
fn os_login(block: &Block, context: &Context<'_>) -> Known<bool> {
    const KEY: &str = "enable-oslogin";
    let said = |block: &Block| match block.body.at_path("metadata") {
        Known { state: crate::value::State::Unknown(unknown), origins } => Known::unknown(unknown, origins),
        metadata => match metadata.value().and_then(|map| map.get(KEY)) {
            Some(node) => node.text("").map(|text| text.eq_ignore_ascii_case("true")),
            None => Known::unset(Origins::at(block.head)),
        },
    };
    let own = said(block);
    if !own.is_unset() {
        return own;
    }
    let whole = context.blocks.of_type("google_compute_project_metadata").map(said);
    let items = context.blocks.of_type("google_compute_project_metadata_item").filter_map(|item| {
        let is_it = item.body.text("key").value().is_some_and(|key| &**key == KEY);
        is_it.then(|| item.body.text("value").map(|text| text.eq_ignore_ascii_case("true")))
    });
    let found: Vec<_> = whole.filter(|said| !said.is_unset()).chain(items).collect();
    let types = ["google_compute_project_metadata", "google_compute_project_metadata_item"];
    if found.is_empty()
        && let Some(unknown) = context.beyond(&types, None, "the project's metadata may turn on OS Login")
    {
        return Known::unknown(unknown, own.origins);
    }
    any(found).and_at(&own.origins)
}

/// Whether a patch deployment takes the instance in: all of them, or by a label; other filters cannot be told.
/// <https://cloud.google.com/compute/vm-manager/docs/patch/schedule-patch-jobs>
fn patched(block: &Block, context: &Context<'_>) -> Known<bool> {
    let here = Origins::at(block.head);
    let deployments = context.blocks.of_type("google_os_config_patch_deployment").map(|deployment| {
        let every = deployment.body.bool("instance_filter.all").or_default(false);
        let some = any(["group_labels", "instances", "instance_name_prefixes", "zones"]
            .map(|filter| deployment.body.exists(&format!("instance_filter.{filter}"))));
        let taken = if some.value() == Some(&true) && every.value() == Some(&false) {
            Known::because(Why::Expression("a filter of instances decides".into()), Origins::at(deployment.head))
        } else {
            every
        };
        taken.and_at(&Origins::at(deployment.head))
    });
    let found = any(deployments.collect::<Vec<_>>());
    let types = ["google_os_config_patch_deployment"];
    if found.value() == Some(&false)
        && let Some(unknown) = context.beyond(&types, None, "patching may be set up elsewhere")
    {
        return Known::unknown(unknown, here);
    }
    found.and_at(&here)
}
