//! How CloudFormation spells what the readers of this cloud read: one file a service family, beside its reader's name.

mod s3;

use crate::provider::spelling::{Native, Spelling};

/// CloudFormation's spelling: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.
pub(in crate::provider) const SPELLING: Spelling = Spelling { free: FREE, lifted: "", tables: TABLES };

/// Maps of CloudFormation whose keys are a person's own, or IAM's.
const FREE: &[&str] = &[
    "AccessPolicies",
    "AssumeRolePolicyDocument",
    "Definition",
    "EnvironmentVariables",
    "FileSystemPolicy",
    "KeyPolicy",
    "Labels",
    "LogConfiguration",
    "Options",
    "Parameters",
    "Policy",
    "PolicyDocument",
    "RepositoryPolicyText",
    "ResourcePolicy",
    "Tags",
    "Variables",
];

/// Every family's types in CloudFormation's spelling.
const TABLES: &[&[Native]] = &[s3::TABLE];
