//! Resources of Terraform that stand for resources of a cloud in another's words, and are not read: whole templates, and
//! providers that are made of a cloud's own types.

use std::collections::BTreeMap;

use crate::source::{Note, NoteKind};
use crate::value::Block;

/// Types that hold a template or name a type of the cloud.
const TYPES: &[&str] = &[
    "aws_cloudcontrolapi_resource",
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_set",
    "aws_serverlessapplicationrepository_cloudformation_stack",
    "azapi_data_plane_resource",
    "azapi_resource",
    "azapi_resource_action",
    "azapi_update_resource",
    "azurerm_management_group_template_deployment",
    "azurerm_resource_group_template_deployment",
    "azurerm_subscription_template_deployment",
    "azurerm_template_deployment",
    "azurerm_tenant_template_deployment",
    "google_deployment_manager_deployment",
];

/// How the types of a provider begin that is made of CloudFormation's:
/// <https://registry.terraform.io/providers/hashicorp/awscc/latest/docs>.
const MADE_OF_CLOUDFORMATION: &str = "awscc_";

/// What is said of them, a note for each type.
pub(super) fn unseen(blocks: &[Block]) -> Vec<Note> {
    let stands_in =
        |block: &&Block| TYPES.contains(&&*block.native_type) || block.native_type.starts_with(MADE_OF_CLOUDFORMATION);
    let mut types: BTreeMap<&str, (usize, &Block)> = BTreeMap::new();
    for block in blocks.iter().filter(stands_in) {
        types.entry(&block.native_type).or_insert((0, block)).0 += 1;
    }
    let note = |(native_type, (count, block)): (&str, (usize, &Block))| {
        let resources = if count == 1 { "1 resource".to_owned() } else { format!("{count} resources") };
        let message = format!("what stands behind {resources} of type `{native_type}` in the cloud was not seen");
        Note::new(NoteKind::NotSeen, message).at(block.head).help("scan the account that they were made in")
    };
    types.into_iter().map(note).collect()
}
