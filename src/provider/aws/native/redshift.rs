//! Amazon Redshift and the catalogue of AWS Glue.

use crate::provider::spelling::{
    Fragment,
    Move::{To, Usual},
    Native,
    Plain::Bool,
};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::Redshift::Cluster",
        reads_as: "aws_redshift_cluster",
        moves: &[
            To("MasterUserPassword", "master_password"),
            // clusters made since January 2025 are encrypted and private unless told otherwise:
            // https://docs.aws.amazon.com/redshift/latest/mgmt/behavior-changes.html
            Usual("encrypted", Bool(true)),
            Usual("publicly_accessible", Bool(false)),
        ],
        also: &[Fragment {
            from: "LoggingProperties",
            reads_as: "aws_redshift_logging",
            by: "cluster_identifier",
            moves: &[],
        }],
    },
    Native::same("AWS::Redshift::ClusterParameterGroup", "aws_redshift_parameter_group"),
    Native::same("AWS::Redshift::ClusterSubnetGroup", "aws_redshift_subnet_group"),
    Native::same("AWS::RedshiftServerless::Namespace", "aws_redshiftserverless_namespace"),
    Native::same("AWS::RedshiftServerless::Workgroup", "aws_redshiftserverless_workgroup"),
    Native::moved("Deodar::Glue::ResourcePolicy", "aws_glue_resource_policy", &[To("PolicyInJson", "policy")]),
    Native::same("AWS::Glue::DataCatalogEncryptionSettings", "aws_glue_data_catalog_encryption_settings"),
];
