//! Amazon ECR.

use crate::provider::spelling::{
    Move::{Each, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::ECR::Repository",
        "aws_ecr_repository",
        &[To("RepositoryName", "name"), To("RepositoryPolicyText", "policy")],
    ),
    Native::moved("AWS::ECR::RegistryPolicy", "aws_ecr_registry_policy", &[To("PolicyText", "policy")]),
    Native::moved(
        "AWS::ECR::RegistryScanningConfiguration",
        "aws_ecr_registry_scanning_configuration",
        &[To("Rules", "rule")],
    ),
    Native::same("AWS::ECR::PublicRepository", "aws_ecrpublic_repository"),
    Native::moved(
        "AWS::ECR::ReplicationConfiguration",
        "aws_ecr_replication_configuration",
        &[Each(
            "ReplicationConfiguration",
            "replication_configuration",
            &[Each("Rules", "rule", &[To("Destinations", "destination")])],
        )],
    ),
];
