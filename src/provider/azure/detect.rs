//! What watches over Azure: the plans of Defender for Cloud; and who holds rights, and what runs as one identity.

use std::sync::Arc;

use crate::model::{Attachment, Detector, Resource};
use crate::provider::azure::read::{always, by_type, is, resource};
use crate::provider::carriers::carried;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, State, Unknown, Value, Why};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_security_center_server_vulnerability_assessment_virtual_machine", fragment),
    ("azurerm_security_center_setting", fragment),
    ("azurerm_security_center_subscription_pricing", plan),
    ("azurerm_security_center_workspace", fragment),
];

/// Machines where nothing is written, from before there were plans:
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/security_center_subscription_pricing>.
fn covers(block: &Block) -> Known<Arc<str>> {
    block.body.text("resource_type").or_default(Arc::from("VirtualMachines"))
}

/// Plans that look for vulnerabilities in what runs:
/// <https://learn.microsoft.com/azure/defender-for-cloud/defender-for-cloud-introduction>.
pub(super) fn watches_images(plan: &str) -> bool {
    ["VirtualMachines", "Containers", "ContainerRegistry"].iter().any(|known| known.eq_ignore_ascii_case(plan))
}

/// The plan that judges configurations.
pub(super) fn watches_posture(plan: &str) -> bool {
    plan.eq_ignore_ascii_case("CloudPosture")
}

/// Every other plan looks for threats.
pub(super) fn watches_threats(plan: &str) -> bool {
    !watches_posture(plan)
}

/// Whether there is a plan of that sort, on or off.
pub(super) fn plans(context: &Context<'_>, sort: &dyn Fn(&str) -> bool) -> Vec<Known<bool>> {
    let plans = context.blocks.of_type("azurerm_security_center_subscription_pricing");
    let one = |block: &Block| {
        let is = covers(block).map(|plan| sort(&plan)).and_at(&Origins::at(block.head));
        match &block.instances_unknown {
            Some(unknown) if is.value() == Some(&true) => Known::unknown(unknown.clone(), is.origins),
            _ => is,
        }
    };
    plans.map(one).filter(|is| is.value() != Some(&false)).collect()
}

fn plan(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let enabled = is(block.body.text("tier"), &["Standard"]);
    let plan = covers(block);
    let detector = |watches| Detector { watches, enabled: enabled.clone(), complete: always(block, true) };
    let watches = plan.clone().map(|plan| Arc::from(if watches_posture(&plan) { "posture" } else { "threats" }));
    out.push(resource(block, detector(watches)));
    if plan.value().is_some_and(|plan| watches_images(plan)) {
        let mut images = resource(block, detector(by_type(block, "vulnerabilities")));
        images.part = Some("vulnerabilities".into());
        out.push(images);
    }
}

/// Who holds an assignment, and what runs as each identity: both read from blocks that have a reader of their own.
pub(in crate::provider) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    super::trails::beside(context, out);
    for block in context.blocks.of_type("azurerm_role_assignment") {
        let mut made = resource(block, Attachment { to_person: to_person(block, context) });
        made.part = Some("principal".into());
        out.push(made);
    }
    for block in context.blocks.of_type("azurerm_user_assigned_identity") {
        out.extend(identity(block, context));
    }
}

/// By the kind that is written, else by what the principal's id comes from.
fn to_person(block: &Block, context: &Context<'_>) -> Known<bool> {
    let kind = block.body.text("principal_type");
    if !kind.is_unset() {
        return is(kind, &["User"]);
    }
    let principal = block.body.at_path("principal_id");
    let origins = principal.origins.clone();
    let State::Set(node) = &principal.state else {
        return match principal.state {
            State::Unknown(unknown) => by_reference(&unknown, context, origins),
            _ => Known::because(Why::Expression("no principal is written".into()), Origins::at(block.head)),
        };
    };
    match &node.value {
        Value::Unknown(unknown) => by_reference(unknown, context, origins),
        _ => Known::because(Why::Expression("the id alone does not tell a person from a group".into()), origins),
    }
}

fn by_reference(unknown: &Arc<Unknown>, context: &Context<'_>, origins: Origins) -> Known<bool> {
    let found = unknown.refers.iter().find_map(|reference| context.blocks.referenced(reference));
    let native: Option<String> = found.map(|block| block.native_type.to_string()).or_else(|| match &unknown.why {
        Why::DataSource(name) | Why::NotSeen(name) | Why::Computed(name) => {
            let name = name.strip_prefix("data.").unwrap_or(name);
            name.split('.').next().map(str::to_owned)
        }
        _ => None,
    });
    match native.as_deref() {
        Some("azuread_user" | "azuread_users") => Known::set(true, origins),
        // whoever runs Terraform may be a person
        Some("azurerm_client_config" | "azuread_client_config") | None => Known::unknown(unknown.clone(), origins),
        Some(native) if native.starts_with("azurerm_") || native.starts_with("azuread_") => Known::set(false, origins),
        Some(_) => Known::unknown(unknown.clone(), origins),
    }
}

/// Types that run as an identity that is made apart.
const WORKLOADS: &[&str] = &[
    "azurerm_container_app",
    "azurerm_container_group",
    "azurerm_kubernetes_cluster",
    "azurerm_linux_function_app",
    "azurerm_linux_virtual_machine",
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_linux_web_app",
    "azurerm_logic_app_standard",
    "azurerm_windows_function_app",
    "azurerm_windows_virtual_machine",
    "azurerm_windows_web_app",
];

fn identity(block: &Block, context: &Context<'_>) -> Option<Resource> {
    let run_as_it = |native: &&str| context.blocks.joined(block, native, "identity.identity_ids", &["id", "name"]);
    Some(resource(block, carried(block, WORKLOADS.iter().map(run_as_it))?))
}
