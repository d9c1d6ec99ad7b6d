//! Roles and who has them, identities, policies, locks.

use crate::provider::spelling::Move::{Flag, To};
use crate::provider::spelling::Native;

/// <https://learn.microsoft.com/azure/templates/microsoft.authorization/roleassignments> and its like.
pub(super) const TABLE: &[Native] = &[
    Native::same("Microsoft.Authorization/roleDefinitions", "azurerm_role_definition"),
    Native::same("Microsoft.Authorization/roleAssignments", "azurerm_role_assignment"),
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
