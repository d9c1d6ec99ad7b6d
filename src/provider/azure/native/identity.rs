//! Roles and who has them, identities, policies, locks.

use super::common::{at, last};
use crate::provider::spelling::Move::{By, Flag, To};
use crate::provider::spelling::Native;
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.authorization/roleassignments> and its like.
pub(super) const TABLE: &[Native] = &[
    Native::same("Microsoft.Authorization/roleDefinitions", "azurerm_role_definition"),
    Native {
        native: "Microsoft.Authorization/roleAssignments",
        reads_as: "azurerm_role_assignment",
        moves: &[By(role_name, "role_definition_name")],
        also: &[],
    },
    Native {
        native: "Microsoft.Authorization/policyAssignments (subscription)",
        reads_as: "azurerm_subscription_policy_assignment",
        moves: &[Flag("enforcementMode", "enforce", &["Default"])],
        also: &[],
    },
    Native::same("Microsoft.Authorization/policyDefinitions", "azurerm_policy_definition"),
    Native::same("Microsoft.Authorization/policySetDefinitions", "azurerm_policy_set_definition"),
    Native::same("Microsoft.Authorization/locks", "azurerm_management_lock"),
    Native::same("Microsoft.ManagedIdentity/userAssignedIdentities", "azurerm_user_assigned_identity"),
    Native::same(
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "azurerm_federated_identity_credential",
    ),
    Native {
        native: "Microsoft.ManagedServices/registrationDefinitions",
        reads_as: "azurerm_lighthouse_definition",
        moves: &[To("managedByTenantId", "managing_tenant_id")],
        also: &[],
    },
    Native::same("Microsoft.ManagedServices/registrationAssignments", "azurerm_lighthouse_assignment"),
    Native::same("Microsoft.Resources/resourceGroups", "azurerm_resource_group"),
    Native::same("Microsoft.Management/managementGroups", "azurerm_management_group"),
];

/// Roles that are judged by name: <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>.
const ROLES: &[(&str, &str)] = &[
    ("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator"),
    ("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "Key Vault Crypto Officer"),
    ("17d1049b-9a84-46fb-8f53-869881c3d3ab", "Storage Account Contributor"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"),
    ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader"),
    ("4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"),
    ("81a9662b-bebf-436f-a333-f67b29880f12", "Storage Account Key Operator Service Role"),
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    ("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b", "Azure Kubernetes Service RBAC Cluster Admin"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
    ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner"),
    ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer"),
    ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
    ("e147488a-f6f5-4113-8e2d-b22465e65bf6", "Key Vault Crypto Service Encryption User"),
    ("f58310d9-a9f6-439a-8e62-f62e7f41a168", "Role Based Access Control Administrator"),
];

/// The name of a built-in role, of which the API knows the id alone. Where the id cannot be told, neither can the name; a
/// role of one's own is judged by its definition.
fn role_name(body: &Node) -> Option<Node> {
    let written = at(body, "roleDefinitionId")?;
    let id = last(written);
    match &id.value {
        Value::String(id) => {
            let (_, name) = ROLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(id))?;
            Some(Node { value: Value::String((*name).into()), origins: written.origins.clone() })
        }
        Value::Unknown(unknown) if unknown.is_reference() => None,
        _ => Some(id),
    }
}
