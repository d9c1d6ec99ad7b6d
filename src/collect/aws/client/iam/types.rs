//! The structures of IAM's answers: the API's name of each member, and the typed client's.
//!
//! Left out: what only the answer to a creation holds, the seed of a virtual MFA device and its picture; and
//! of a simulated policy the statements that decided.

use aws_sdk_iam::types::{
    AccessKeyLastUsed, AccessKeyMetadata, AttachedPermissionsBoundary, AttachedPolicy, EvaluationResult, Group,
    GroupDetail, InstanceProfile, LoginProfile, ManagedPolicyDetail, MfaDevice, OpenIdConnectProviderListEntry,
    OrganizationsDecisionDetail, PasswordPolicy, PermissionsBoundaryDecisionDetail, Policy, PolicyDetail, PolicyGroup,
    PolicyRole, PolicyUser, PolicyVersion, Role, RoleDetail, RoleLastUsed, SamlPrivateKey, SamlProviderListEntry,
    ServerCertificateMetadata, SourceRoleTemplate, Tag, User, UserDetail, VirtualMfaDevice,
};
use serde_json::Value;

use super::json::{Json, object};

macro_rules! structures {
    ($($type:ident { $($name:literal $field:ident),* })*) => { $(impl Json for $type {
        fn json(&self) -> Option<Value> {
            Some(object([$(($name, self.$field.json())),*]))
        }
    })* };
}

structures! {
    AccessKeyLastUsed { "LastUsedDate" last_used_date, "ServiceName" service_name, "Region" region }
    AccessKeyMetadata { "UserName" user_name, "AccessKeyId" access_key_id, "Status" status, "CreateDate" create_date }
    AttachedPermissionsBoundary {
        "PermissionsBoundaryType" permissions_boundary_type, "PermissionsBoundaryArn" permissions_boundary_arn
    }
    AttachedPolicy { "PolicyName" policy_name, "PolicyArn" policy_arn }
    EvaluationResult {
        "EvalActionName" eval_action_name, "EvalResourceName" eval_resource_name, "EvalDecision" eval_decision,
        "MissingContextValues" missing_context_values,
        "OrganizationsDecisionDetail" organizations_decision_detail,
        "PermissionsBoundaryDecisionDetail" permissions_boundary_decision_detail
    }
    Group { "Path" path, "GroupName" group_name, "GroupId" group_id, "Arn" arn, "CreateDate" create_date }
    GroupDetail {
        "Path" path, "GroupName" group_name, "GroupId" group_id, "Arn" arn, "CreateDate" create_date,
        "GroupPolicyList" group_policy_list, "AttachedManagedPolicies" attached_managed_policies
    }
    InstanceProfile {
        "Path" path, "InstanceProfileName" instance_profile_name, "InstanceProfileId" instance_profile_id, "Arn" arn,
        "CreateDate" create_date, "Roles" roles, "Tags" tags
    }
    LoginProfile { "UserName" user_name, "CreateDate" create_date, "PasswordResetRequired" password_reset_required }
    ManagedPolicyDetail {
        "PolicyName" policy_name, "PolicyId" policy_id, "Arn" arn, "Path" path, "DefaultVersionId" default_version_id,
        "AttachmentCount" attachment_count, "PermissionsBoundaryUsageCount" permissions_boundary_usage_count,
        "IsAttachable" is_attachable, "Description" description, "CreateDate" create_date, "UpdateDate" update_date,
        "PolicyVersionList" policy_version_list
    }
    MfaDevice { "UserName" user_name, "SerialNumber" serial_number, "EnableDate" enable_date }
    OpenIdConnectProviderListEntry { "Arn" arn }
    OrganizationsDecisionDetail { "AllowedByOrganizations" allowed_by_organizations }
    PasswordPolicy {
        "MinimumPasswordLength" minimum_password_length, "RequireSymbols" require_symbols,
        "RequireNumbers" require_numbers, "RequireUppercaseCharacters" require_uppercase_characters,
        "RequireLowercaseCharacters" require_lowercase_characters,
        "AllowUsersToChangePassword" allow_users_to_change_password, "ExpirePasswords" expire_passwords,
        "MaxPasswordAge" max_password_age, "PasswordReusePrevention" password_reuse_prevention,
        "HardExpiry" hard_expiry
    }
    PermissionsBoundaryDecisionDetail { "AllowedByPermissionsBoundary" allowed_by_permissions_boundary }
    Policy {
        "PolicyName" policy_name, "PolicyId" policy_id, "Arn" arn, "Path" path, "DefaultVersionId" default_version_id,
        "AttachmentCount" attachment_count, "PermissionsBoundaryUsageCount" permissions_boundary_usage_count,
        "IsAttachable" is_attachable, "Description" description, "CreateDate" create_date, "UpdateDate" update_date,
        "Tags" tags
    }
    PolicyDetail { "PolicyName" policy_name, "PolicyDocument" policy_document }
    PolicyGroup { "GroupName" group_name, "GroupId" group_id }
    PolicyRole { "RoleName" role_name, "RoleId" role_id }
    PolicyUser { "UserName" user_name, "UserId" user_id }
    PolicyVersion {
        "Document" document, "VersionId" version_id, "IsDefaultVersion" is_default_version, "CreateDate" create_date
    }
    Role {
        "Path" path, "RoleName" role_name, "RoleId" role_id, "Arn" arn, "CreateDate" create_date,
        "AssumeRolePolicyDocument" assume_role_policy_document, "Description" description,
        "MaxSessionDuration" max_session_duration, "PermissionsBoundary" permissions_boundary, "Tags" tags,
        "RoleLastUsed" role_last_used, "SourceRoleTemplate" source_role_template
    }
    RoleDetail {
        "Path" path, "RoleName" role_name, "RoleId" role_id, "Arn" arn, "CreateDate" create_date,
        "AssumeRolePolicyDocument" assume_role_policy_document, "InstanceProfileList" instance_profile_list,
        "RolePolicyList" role_policy_list, "AttachedManagedPolicies" attached_managed_policies,
        "PermissionsBoundary" permissions_boundary, "Tags" tags, "RoleLastUsed" role_last_used
    }
    RoleLastUsed { "LastUsedDate" last_used_date, "Region" region }
    SamlPrivateKey { "KeyId" key_id, "Timestamp" timestamp }
    SamlProviderListEntry { "Arn" arn, "ValidUntil" valid_until, "CreateDate" create_date }
    ServerCertificateMetadata {
        "Path" path, "ServerCertificateName" server_certificate_name, "ServerCertificateId" server_certificate_id,
        "Arn" arn, "UploadDate" upload_date, "Expiration" expiration
    }
    SourceRoleTemplate { "TemplateArn" template_arn, "TemplateMinorVersion" template_minor_version }
    Tag { "Key" key, "Value" value }
    User {
        "Path" path, "UserName" user_name, "UserId" user_id, "Arn" arn, "CreateDate" create_date,
        "PasswordLastUsed" password_last_used, "PermissionsBoundary" permissions_boundary, "Tags" tags
    }
    UserDetail {
        "Path" path, "UserName" user_name, "UserId" user_id, "Arn" arn, "CreateDate" create_date,
        "UserPolicyList" user_policy_list, "GroupList" group_list,
        "AttachedManagedPolicies" attached_managed_policies, "PermissionsBoundary" permissions_boundary, "Tags" tags
    }
    VirtualMfaDevice { "SerialNumber" serial_number, "User" user, "EnableDate" enable_date, "Tags" tags }
}
