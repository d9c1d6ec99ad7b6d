//! AWS KMS.

use crate::provider::spelling::{
    Move::{To, Type},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::KMS::Key",
        "aws_kms_key",
        &[
            // imported material never rotates by itself
            Type("Origin", &["EXTERNAL"], "aws_kms_external_key"),
            Type("MultiRegionConfiguration.MultiRegionKeyType", &["REPLICA"], "aws_kms_replica_key"),
            To("KeyPolicy", "policy"),
            To("PendingWindowInDays", "deletion_window_in_days"),
        ],
    ),
    Native::moved(
        "AWS::KMS::ReplicaKey",
        "aws_kms_replica_key",
        &[To("KeyPolicy", "policy"), To("PendingWindowInDays", "deletion_window_in_days")],
    ),
    Native::same("Deodar::KMS::Grant", "aws_kms_grant"),
    Native::moved("AWS::KMS::Alias", "aws_kms_alias", &[To("AliasName", "name")]),
];
