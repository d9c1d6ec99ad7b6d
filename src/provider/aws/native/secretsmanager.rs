//! AWS Secrets Manager.

use crate::provider::spelling::{Fragment, Move::To, Native};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::SecretsManager::Secret",
        reads_as: "aws_secretsmanager_secret",
        moves: &[To("ReplicaRegions", "replica")],
        also: &[Fragment {
            from: "SecretString",
            reads_as: "aws_secretsmanager_secret_version",
            by: "secret_id",
            moves: &[To("", "secret_string")],
        }],
    },
    Native::moved(
        "AWS::SecretsManager::ResourcePolicy",
        "aws_secretsmanager_secret_policy",
        &[To("ResourcePolicy", "policy"), To("SecretId", "secret_arn")],
    ),
    Native::same("AWS::SecretsManager::RotationSchedule", "aws_secretsmanager_secret_rotation"),
    Native::same("AWS::SecretsManager::SecretTargetAttachment", "aws_secretsmanager_secret_target_attachment"),
];
