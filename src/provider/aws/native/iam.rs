//! AWS IAM: policies name those they are attached to, and holders carry policies of their own.

use crate::provider::spelling::{
    Fragment,
    Move::{By, Each, To},
    Native,
};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::IAM::ManagedPolicy",
        reads_as: "aws_iam_policy",
        moves: &[To("ManagedPolicyName", "name"), To("PolicyDocument", "policy")],
        also: ATTACHED,
    },
    Native {
        native: "AWS::IAM::Policy",
        reads_as: "aws_iam_policy",
        moves: &[To("PolicyName", "name"), To("PolicyDocument", "policy")],
        also: ATTACHED,
    },
    Native::moved(
        "AWS::IAM::RolePolicy",
        "aws_iam_role_policy",
        &[To("PolicyName", "name"), To("PolicyDocument", "policy"), To("RoleName", "role")],
    ),
    Native::moved(
        "AWS::IAM::UserPolicy",
        "aws_iam_user_policy",
        &[To("PolicyName", "name"), To("PolicyDocument", "policy"), To("UserName", "user")],
    ),
    Native::moved(
        "AWS::IAM::GroupPolicy",
        "aws_iam_group_policy",
        &[To("PolicyName", "name"), To("PolicyDocument", "policy"), To("GroupName", "group")],
    ),
    Native::moved(
        "AWS::IAM::Role",
        "aws_iam_role",
        &[
            To("RoleName", "name"),
            To("AssumeRolePolicyDocument", "assume_role_policy"),
            Each("Policies", "inline_policy", &[To("PolicyDocument", "policy")]),
        ],
    ),
    Native {
        native: "AWS::IAM::User",
        reads_as: "aws_iam_user",
        moves: &[To("UserName", "name")],
        also: &[
            Fragment {
                from: "Policies",
                reads_as: "aws_iam_user_policy",
                by: "user",
                moves: &[To("PolicyName", "name"), To("PolicyDocument", "policy")],
            },
            Fragment {
                from: "ManagedPolicyArns",
                reads_as: "aws_iam_user_policy_attachment",
                by: "user",
                moves: &[To("", "policy_arn")],
            },
            Fragment {
                from: "Groups",
                reads_as: "aws_iam_user_group_membership",
                by: "user",
                moves: &[To("", "groups")],
            },
            Fragment {
                from: "LoginProfile",
                reads_as: "aws_iam_user_login_profile",
                by: "user",
                moves: &[By(length, "password_length")],
            },
        ],
    },
    Native {
        native: "AWS::IAM::Group",
        reads_as: "aws_iam_group",
        moves: &[To("GroupName", "name")],
        also: &[
            Fragment {
                from: "Policies",
                reads_as: "aws_iam_group_policy",
                by: "group",
                moves: &[To("PolicyName", "name"), To("PolicyDocument", "policy")],
            },
            Fragment {
                from: "ManagedPolicyArns",
                reads_as: "aws_iam_group_policy_attachment",
                by: "group",
                moves: &[To("", "policy_arn")],
            },
        ],
    },
    Native::moved("AWS::IAM::AccessKey", "aws_iam_access_key", &[To("UserName", "user")]),
    Native::moved(
        "AWS::IAM::UserToGroupAddition",
        "aws_iam_group_membership",
        &[To("GroupName", "group"), To("Users", "users")],
    ),
    Native::moved(
        "AWS::IAM::InstanceProfile",
        "aws_iam_instance_profile",
        &[To("InstanceProfileName", "name"), To("Roles", "role")],
    ),
    Native::same("AWS::IAM::OIDCProvider", "aws_iam_openid_connect_provider"),
    Native::same("AWS::IAM::SAMLProvider", "aws_iam_saml_provider"),
    Native::same("AWS::IAM::ServiceLinkedRole", "aws_iam_service_linked_role"),
    Native::same("AWS::IAM::VirtualMFADevice", "aws_iam_virtual_mfa_device"),
    Native::same("AWS::SSO::Assignment", "aws_ssoadmin_account_assignment"),
    Native {
        native: "AWS::SSO::PermissionSet",
        reads_as: "aws_ssoadmin_permission_set_inline_policy",
        moves: &[To("InlinePolicy", "inline_policy")],
        also: &[Fragment {
            from: "ManagedPolicies",
            reads_as: "aws_ssoadmin_managed_policy_attachment",
            by: "permission_set_arn",
            moves: &[To("", "managed_policy_arn")],
        }],
    },
];

/// Those that a policy names.
const ATTACHED: &[Fragment] = &[
    Fragment { from: "Users", reads_as: "aws_iam_user_policy_attachment", by: "policy_arn", moves: &[To("", "user")] },
    Fragment {
        from: "Groups",
        reads_as: "aws_iam_group_policy_attachment",
        by: "policy_arn",
        moves: &[To("", "group")],
    },
    Fragment { from: "Roles", reads_as: "aws_iam_role_policy_attachment", by: "policy_arn", moves: &[To("", "role")] },
];

/// How long the password is that a template gives to a login; Terraform's provider makes one itself.
fn length(profile: &Node) -> Option<Node> {
    let password = profile.get("Password")?;
    let value = match &password.value {
        Value::String(text) => Value::Number(f64::from(u32::try_from(text.chars().count()).ok()?)),
        Value::Text(text) => Value::Unknown(text.as_unknown()),
        Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
        _ => return None,
    };
    Some(Node { value, origins: password.origins.clone() })
}
