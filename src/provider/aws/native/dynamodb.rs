//! DynamoDB, Keyspaces, Timestream, QLDB.

use crate::provider::spelling::{
    Move::{By, Each, Pairs, To, Words},
    Native,
};
use crate::value::{Node, State, Value, all};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::DynamoDB::Table",
        "aws_dynamodb_table",
        &[
            To("TableName", "name"),
            To("TimeToLiveSpecification.Enabled", "ttl.enabled"),
            // a running account lists the other regions here, too
            Each("Replicas", "replica", &[]),
            To("SSESpecification.SSEEnabled", "server_side_encryption.enabled"),
            To("SSESpecification.KMSMasterKeyId", "server_side_encryption.kms_key_arn"),
            To("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "point_in_time_recovery.enabled"),
            To(
                "PointInTimeRecoverySpecification.RecoveryPeriodInDays",
                "point_in_time_recovery.recovery_period_in_days",
            ),
        ],
    ),
    // each replica sets these for itself; the first stands for all, but for its backups
    Native::moved(
        "AWS::DynamoDB::GlobalTable",
        "aws_dynamodb_table",
        &[
            To("TableName", "name"),
            To("TimeToLiveSpecification.Enabled", "ttl.enabled"),
            Each("Replicas", "replica", &[To("Region", "region_name")]),
            To("SSESpecification.SSEEnabled", "server_side_encryption.enabled"),
            To("Replicas.SSESpecification.KMSMasterKeyId", "server_side_encryption.kms_key_arn"),
            By(recovered, "point_in_time_recovery.enabled"),
            To("Replicas.DeletionProtectionEnabled", "deletion_protection_enabled"),
            Pairs("Replicas.Tags", "tags"),
        ],
    ),
    Native::moved(
        "AWS::Cassandra::Table",
        "aws_keyspaces_table",
        &[Words(
            "PointInTimeRecoveryEnabled",
            "point_in_time_recovery.status",
            &[("true", "ENABLED"), ("false", "DISABLED")],
        )],
    ),
    Native::same("AWS::Timestream::Database", "aws_timestreamwrite_database"),
    Native::same("AWS::QLDB::Ledger", "aws_qldb_ledger"),
];

/// Whether each replica can be taken back to a moment.
fn recovered(body: &Node) -> Option<Node> {
    let replicas = body.each("Replicas");
    let path = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled";
    let each = all(replicas.iter().map(|replica| replica.bool(path).or_default(false)));
    let value = match each.state {
        State::Set(flag) | State::Default(flag) => Value::Bool(flag && !replicas.is_empty()),
        State::Unknown(unknown) => Value::Unknown(unknown),
        State::Unset => return None,
    };
    Some(Node { value, origins: each.origins })
}
