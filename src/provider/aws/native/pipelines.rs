//! DMS, Glue connections, Transfer servers.

use crate::provider::spelling::{
    Move::{To, Usual},
    Native,
    Plain::Bool,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::DMS::ReplicationInstance",
        "aws_dms_replication_instance",
        &[
            To("ReplicationInstanceIdentifier", "replication_instance_id"),
            To("KmsKeyId", "kms_key_arn"),
            // https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html
            Usual("publicly_accessible", Bool(true)),
        ],
    ),
    Native::moved("AWS::DMS::Endpoint", "aws_dms_endpoint", &[To("EndpointIdentifier", "endpoint_id")]),
    Native::same("AWS::DMS::ReplicationTask", "aws_dms_replication_task"),
    Native::same("AWS::DMS::ReplicationSubnetGroup", "aws_dms_replication_subnet_group"),
    Native::moved(
        "AWS::Glue::Connection",
        "aws_glue_connection",
        &[
            To("ConnectionInput.Name", "name"),
            To("ConnectionInput.ConnectionType", "connection_type"),
            To("ConnectionInput.ConnectionProperties", "connection_properties"),
        ],
    ),
    Native::moved("AWS::Glue::Job", "aws_glue_job", &[To("Role", "role_arn")]),
    Native::same("AWS::Transfer::Server", "aws_transfer_server"),
    Native::same("AWS::Transfer::User", "aws_transfer_user"),
];
