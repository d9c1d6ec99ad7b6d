//! Identity and access management, asked through AWS's own typed client: its answers to JSON with the API's own names.
//!
//! The client's own retries are switched off: calls of IAM are tried again like all others, by `retry`.

mod json;
mod types;
mod whole;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::config::IdentityCache;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;

use self::json::{Json, get, object};
use super::decode::error::Fault;
use super::http::{self, Silence};
use super::options::{Identity, chain, region};
use super::retry::{Trial, retry_after};
use super::table::Operation;

/// The typed client.
pub(super) fn client(config: &SdkConfig, identity: Identity, timeout: Duration) -> aws_sdk_iam::Client {
    let config = aws_sdk_iam::config::Builder::from(config)
        .region(region(config))
        .credentials_provider(SharedCredentialsProvider::new(identity))
        .interceptor(whole::Whole)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_timeout(timeout).build())
        .build();
    aws_sdk_iam::Client::from_conf(config)
}

/// One line an operation: what of the input it takes, and what of the answer it gives.
macro_rules! operations {
    ($($name:literal $request:ident($($set:ident $member:literal),*) $($part:literal $field:ident),*;)*) => {
        /// Asks once.
        pub(super) async fn ask(client: &aws_sdk_iam::Client, operation: Operation, input: &Value) -> Trial {
            match operation.name {
                $($name => {
                    let request = client.$request()$(.$set(get(input, $member)))*;
                    // on the heap: the call of forty operations would hold the room for forty answers
                    match Box::pin(request.send()).await {
                        Ok(answer) => Trial::Answer(object([$(($part, answer.$field.json())),*])),
                        Err(error) => trial(&error),
                    }
                })*
                _ => Trial::Silence(Silence::Unformed("the client of IAM does not ask it".to_owned())),
            }
        }

        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$($name),*];
    };
}

operations! {
    "GenerateCredentialReport" generate_credential_report() "State" state, "Description" description;
    "GetAccessKeyLastUsed" get_access_key_last_used(set_access_key_id "AccessKeyId") "UserName" user_name, "AccessKeyLastUsed" access_key_last_used;
    "GetAccountAuthorizationDetails" get_account_authorization_details(set_filter "Filter", set_max_items "MaxItems", set_marker "Marker") "UserDetailList" user_detail_list, "GroupDetailList" group_detail_list, "RoleDetailList" role_detail_list, "Policies" policies, "IsTruncated" is_truncated, "Marker" marker;
    "GetAccountPasswordPolicy" get_account_password_policy() "PasswordPolicy" password_policy;
    "GetAccountSummary" get_account_summary() "SummaryMap" summary_map;
    "GetCredentialReport" get_credential_report() "Content" content, "ReportFormat" report_format, "GeneratedTime" generated_time;
    "GetGroup" get_group(set_group_name "GroupName", set_marker "Marker", set_max_items "MaxItems") "Group" group, "Users" users, "IsTruncated" is_truncated, "Marker" marker;
    "GetGroupPolicy" get_group_policy(set_group_name "GroupName", set_policy_name "PolicyName") "GroupName" group_name, "PolicyName" policy_name, "PolicyDocument" policy_document;
    "GetInstanceProfile" get_instance_profile(set_instance_profile_name "InstanceProfileName") "InstanceProfile" instance_profile;
    "GetLoginProfile" get_login_profile(set_user_name "UserName") "LoginProfile" login_profile;
    "GetOpenIDConnectProvider" get_open_id_connect_provider(set_open_id_connect_provider_arn "OpenIDConnectProviderArn") "Url" url, "ClientIDList" client_id_list, "ThumbprintList" thumbprint_list, "CreateDate" create_date, "Tags" tags;
    "GetPolicy" get_policy(set_policy_arn "PolicyArn") "Policy" policy;
    "GetPolicyVersion" get_policy_version(set_policy_arn "PolicyArn", set_version_id "VersionId") "PolicyVersion" policy_version;
    "GetRole" get_role(set_role_name "RoleName") "Role" role;
    "GetRolePolicy" get_role_policy(set_role_name "RoleName", set_policy_name "PolicyName") "RoleName" role_name, "PolicyName" policy_name, "PolicyDocument" policy_document;
    "GetSAMLProvider" get_saml_provider(set_saml_provider_arn "SAMLProviderArn") "SAMLProviderUUID" saml_provider_uuid, "SAMLMetadataDocument" saml_metadata_document, "CreateDate" create_date, "ValidUntil" valid_until, "Tags" tags, "AssertionEncryptionMode" assertion_encryption_mode, "PrivateKeyList" private_key_list;
    "GetUser" get_user(set_user_name "UserName") "User" user;
    "GetUserPolicy" get_user_policy(set_user_name "UserName", set_policy_name "PolicyName") "UserName" user_name, "PolicyName" policy_name, "PolicyDocument" policy_document;
    "ListAccessKeys" list_access_keys(set_user_name "UserName", set_marker "Marker", set_max_items "MaxItems") "AccessKeyMetadata" access_key_metadata, "IsTruncated" is_truncated, "Marker" marker;
    "ListAccountAliases" list_account_aliases(set_marker "Marker", set_max_items "MaxItems") "AccountAliases" account_aliases, "IsTruncated" is_truncated, "Marker" marker;
    "ListAttachedGroupPolicies" list_attached_group_policies(set_group_name "GroupName", set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "AttachedPolicies" attached_policies, "IsTruncated" is_truncated, "Marker" marker;
    "ListAttachedRolePolicies" list_attached_role_policies(set_role_name "RoleName", set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "AttachedPolicies" attached_policies, "IsTruncated" is_truncated, "Marker" marker;
    "ListAttachedUserPolicies" list_attached_user_policies(set_user_name "UserName", set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "AttachedPolicies" attached_policies, "IsTruncated" is_truncated, "Marker" marker;
    "ListEntitiesForPolicy" list_entities_for_policy(set_policy_arn "PolicyArn", set_entity_filter "EntityFilter", set_path_prefix "PathPrefix", set_policy_usage_filter "PolicyUsageFilter", set_marker "Marker", set_max_items "MaxItems") "PolicyGroups" policy_groups, "PolicyUsers" policy_users, "PolicyRoles" policy_roles, "IsTruncated" is_truncated, "Marker" marker;
    "ListGroupPolicies" list_group_policies(set_group_name "GroupName", set_marker "Marker", set_max_items "MaxItems") "PolicyNames" policy_names, "IsTruncated" is_truncated, "Marker" marker;
    "ListGroups" list_groups(set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "Groups" groups, "IsTruncated" is_truncated, "Marker" marker;
    "ListGroupsForUser" list_groups_for_user(set_user_name "UserName", set_marker "Marker", set_max_items "MaxItems") "Groups" groups, "IsTruncated" is_truncated, "Marker" marker;
    "ListInstanceProfiles" list_instance_profiles(set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "InstanceProfiles" instance_profiles, "IsTruncated" is_truncated, "Marker" marker;
    "ListMFADevices" list_mfa_devices(set_user_name "UserName", set_marker "Marker", set_max_items "MaxItems") "MFADevices" mfa_devices, "IsTruncated" is_truncated, "Marker" marker;
    "ListOpenIDConnectProviders" list_open_id_connect_providers() "OpenIDConnectProviderList" open_id_connect_provider_list;
    "ListPolicies" list_policies(set_scope "Scope", set_only_attached "OnlyAttached", set_path_prefix "PathPrefix", set_policy_usage_filter "PolicyUsageFilter", set_marker "Marker", set_max_items "MaxItems") "Policies" policies, "IsTruncated" is_truncated, "Marker" marker;
    "ListPolicyVersions" list_policy_versions(set_policy_arn "PolicyArn", set_marker "Marker", set_max_items "MaxItems") "Versions" versions, "IsTruncated" is_truncated, "Marker" marker;
    "ListRolePolicies" list_role_policies(set_role_name "RoleName", set_marker "Marker", set_max_items "MaxItems") "PolicyNames" policy_names, "IsTruncated" is_truncated, "Marker" marker;
    "ListRoleTags" list_role_tags(set_role_name "RoleName", set_marker "Marker", set_max_items "MaxItems") "Tags" tags, "IsTruncated" is_truncated, "Marker" marker;
    "ListRoles" list_roles(set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "Roles" roles, "IsTruncated" is_truncated, "Marker" marker;
    "ListSAMLProviders" list_saml_providers() "SAMLProviderList" saml_provider_list;
    "ListServerCertificates" list_server_certificates(set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "ServerCertificateMetadataList" server_certificate_metadata_list, "IsTruncated" is_truncated, "Marker" marker;
    "ListUserPolicies" list_user_policies(set_user_name "UserName", set_marker "Marker", set_max_items "MaxItems") "PolicyNames" policy_names, "IsTruncated" is_truncated, "Marker" marker;
    "ListUserTags" list_user_tags(set_user_name "UserName", set_marker "Marker", set_max_items "MaxItems") "Tags" tags, "IsTruncated" is_truncated, "Marker" marker;
    "ListUsers" list_users(set_path_prefix "PathPrefix", set_marker "Marker", set_max_items "MaxItems") "Users" users, "IsTruncated" is_truncated, "Marker" marker;
    "ListVirtualMFADevices" list_virtual_mfa_devices(set_assignment_status "AssignmentStatus", set_marker "Marker", set_max_items "MaxItems") "VirtualMFADevices" virtual_mfa_devices, "IsTruncated" is_truncated, "Marker" marker;
    "SimulatePrincipalPolicy" simulate_principal_policy(set_policy_source_arn "PolicySourceArn", set_action_names "ActionNames", set_resource_arns "ResourceArns", set_marker "Marker", set_max_items "MaxItems") "EvaluationResults" evaluation_results, "IsTruncated" is_truncated, "Marker" marker;
}

/// What a call came to that gave no answer.
fn trial<E>(error: &SdkError<E, HttpResponse>) -> Trial
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        // an answer that breaks off comes as an error of the service whose status says that all is well
        SdkError::ServiceError(context) if context.raw().status().is_success() => {
            Trial::Unreadable(chain(context.err()))
        }
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let metadata = context.err().meta();
            let fault = Fault {
                code: metadata.code().map_or_else(|| status.to_string(), str::to_owned),
                message: metadata.message().unwrap_or("it gives no reason").to_owned(),
                status,
                region: None,
            };
            Trial::Fault(fault, retry_after(context.raw().headers().get("retry-after")))
        }
        SdkError::ResponseError(_) if is_broken(error) => Trial::Unreadable(chain(error)),
        SdkError::ConstructionFailure(_) => Trial::Silence(Silence::Unformed(chain(error))),
        _ => Trial::Silence(http::silence(error)),
    }
}

/// Whether the whole answer came, and is not well formed.
fn is_broken(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(<dyn std::error::Error>::is::<whole::Broken>)
}

#[cfg(test)]
mod tests;
