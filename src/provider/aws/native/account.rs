//! Credentials in code, certificates, shares, what holds for whole accounts, and services that are only counted.

use crate::provider::spelling::{
    Fragment,
    Move::{Pairs, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::same("AWS::DirectoryService::MicrosoftAD", "aws_directory_service_directory"),
    Native::same("AWS::DirectoryService::SimpleAD", "aws_directory_service_directory"),
    Native::same("AWS::SSM::Parameter", "aws_ssm_parameter"),
    Native::same("AWS::SSM::Document", "aws_ssm_document"),
    Native::same("AWS::AccessAnalyzer::Analyzer", "aws_accessanalyzer_analyzer"),
    Native::same("AWS::Route53::HostedZone", "aws_route53_zone"),
    Native::same("Deodar::Account::AlternateContact", "aws_account_alternate_contact"),
    Native::same("Deodar::IAM::PasswordPolicy", "aws_iam_account_password_policy"),
    Native::same("Deodar::IAM::AccountSummary", "aws_iam_account_summary"),
    Native {
        native: "Deodar::IAM::CredentialReport",
        reads_as: "aws_iam_credential_report",
        moves: &[],
        also: &[Fragment { from: "Users", reads_as: "aws_iam_credential_report_row", by: "", moves: &[] }],
    },
    Native::same("Deodar::S3::AccountPublicAccessBlock", "aws_s3_account_public_access_block"),
    Native::same("AWS::CertificateManager::Certificate", "aws_acm_certificate"),
    Native::moved("AWS::IAM::ServerCertificate", "aws_iam_server_certificate", &[To("ServerCertificateName", "name")]),
    Native::moved(
        "AWS::LakeFormation::Permissions",
        "aws_lakeformation_permissions",
        &[To("DataLakePrincipal.DataLakePrincipalIdentifier", "principal")],
    ),
    Native::moved(
        "AWS::LakeFormation::PrincipalPermissions",
        "aws_lakeformation_permissions",
        &[To("Principal.DataLakePrincipalIdentifier", "principal")],
    ),
    Native {
        native: "AWS::RAM::ResourceShare",
        reads_as: "aws_ram_resource_share",
        moves: &[],
        also: &[Fragment {
            from: "Principals",
            reads_as: "aws_ram_principal_association",
            by: "resource_share_arn",
            moves: &[To("", "principal")],
        }],
    },
    Native::same("AWS::Lightsail::Bucket", "aws_lightsail_bucket"),
    Native::same("AWS::Lightsail::Container", "aws_lightsail_container_service"),
    Native::same("AWS::Lightsail::Database", "aws_lightsail_database"),
    Native::same("AWS::Lightsail::Disk", "aws_lightsail_disk"),
    Native::same("AWS::Lightsail::Instance", "aws_lightsail_instance"),
    Native::moved(
        "AWS::Cognito::UserPool",
        "aws_cognito_user_pool",
        &[To("UserPoolName", "name"), Pairs("UserPoolTags", "tags"), To("Policies.PasswordPolicy", "password_policy")],
    ),
    Native::same("AWS::ControlTower::EnabledControl", "aws_controltower_control"),
    Native::moved("AWS::Organizations::Account", "aws_organizations_account", &[To("AccountName", "name")]),
    Native::same("AWS::Organizations::Organization", "aws_organizations_organization"),
    Native::same("AWS::Organizations::OrganizationalUnit", "aws_organizations_organizational_unit"),
    Native {
        native: "AWS::Organizations::Policy",
        reads_as: "aws_organizations_policy",
        moves: &[],
        also: &[Fragment {
            from: "TargetIds",
            reads_as: "aws_organizations_policy_attachment",
            by: "policy_id",
            moves: &[To("", "target_id")],
        }],
    },
];
