//! Amazon RDS, Aurora, DocumentDB and Neptune: a member of a cluster is an instance as any other.

use crate::provider::spelling::{
    Fragment,
    Move::{self, By, Items, To, Type},
    Native,
};
use crate::value::{Node, Unknown, Value, Why};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::RDS::DBInstance",
        reads_as: "aws_db_instance",
        moves: INSTANCE,
        also: &[
            Fragment {
                from: "AutomaticBackupReplicationRegion",
                reads_as: "aws_db_instance_automated_backups_replication",
                by: "source_db_instance_arn",
                moves: &[To("", "region")],
            },
            // a running account names the copy itself
            Fragment {
                from: "DBInstanceAutomatedBackupsReplications",
                reads_as: "aws_db_instance_automated_backups_replication",
                by: "source_db_instance_arn",
                moves: &[By(copied_to, "region")],
            },
        ],
    },
    Native::moved("AWS::RDS::DBCluster", "aws_rds_cluster", CLUSTER),
    Native::moved("AWS::DocDB::DBCluster", "aws_docdb_cluster", CLUSTER),
    Native::moved(
        "AWS::Neptune::DBCluster",
        "aws_neptune_cluster",
        &[
            To("DBClusterIdentifier", "cluster_identifier"),
            To("DBClusterParameterGroupName", "neptune_cluster_parameter_group_name"),
            To("IamAuthEnabled", "iam_database_authentication_enabled"),
            To("SourceDBClusterIdentifier", "restore_to_point_in_time.source_cluster_identifier"),
        ],
    ),
    Native::moved("AWS::DocDB::DBInstance", "aws_docdb_cluster_instance", MEMBER),
    Native::moved("AWS::Neptune::DBInstance", "aws_neptune_cluster_instance", MEMBER),
    Native::same("AWS::RDS::GlobalCluster", "aws_rds_global_cluster"),
    Native::same("AWS::DocDB::GlobalCluster", "aws_docdb_global_cluster"),
    Native::same("AWS::Neptune::GlobalCluster", "aws_neptune_global_cluster"),
    Native::moved("AWS::DocDBElastic::Cluster", "aws_docdbelastic_cluster", &[To("ClusterName", "name")]),
    Native::moved("AWS::RDS::DBParameterGroup", "aws_db_parameter_group", GROUP),
    Native::moved("AWS::RDS::DBClusterParameterGroup", "aws_rds_cluster_parameter_group", GROUP),
    Native::moved("AWS::DocDB::DBClusterParameterGroup", "aws_docdb_cluster_parameter_group", GROUP),
    Native::moved("AWS::Neptune::DBClusterParameterGroup", "aws_neptune_cluster_parameter_group", GROUP),
    Native::moved("AWS::Neptune::DBParameterGroup", "aws_neptune_parameter_group", GROUP),
    Native::same("AWS::RDS::OptionGroup", "aws_db_option_group"),
    Native::moved("AWS::RDS::DBSubnetGroup", "aws_db_subnet_group", &[To("DBSubnetGroupName", "name")]),
    Native::same("AWS::DocDB::DBSubnetGroup", "aws_docdb_subnet_group"),
    Native::same("AWS::Neptune::DBSubnetGroup", "aws_neptune_subnet_group"),
    Native::moved("AWS::RDS::DBSnapshot", "aws_db_snapshot", &[By(shared_with, "shared_accounts")]),
    Native::moved("AWS::RDS::ClusterSnapshot", "aws_db_cluster_snapshot", &[By(shared_with, "shared_accounts")]),
    Native::same("AWS::RDS::EventSubscription", "aws_db_event_subscription"),
];

const INSTANCE: &[Move] = &[
    // a running account lists the relatives with the rest
    Type("Engine", &["docdb"], "aws_docdb_cluster_instance"),
    Type("Engine", &["neptune"], "aws_neptune_cluster_instance"),
    Type("DBClusterIdentifier", &[], "aws_rds_cluster_instance"),
    To("DBClusterIdentifier", "cluster_identifier"),
    To("DBInstanceIdentifier", "identifier"),
    To("DBParameterGroupName", "parameter_group_name"),
    To("DBSnapshotIdentifier", "snapshot_identifier"),
    To("DBClusterSnapshotIdentifier", "snapshot_identifier"),
    To("EnableCloudwatchLogsExports", "enabled_cloudwatch_logs_exports"),
    To("EnableIAMDatabaseAuthentication", "iam_database_authentication_enabled"),
    To("MasterUserPassword", "password"),
    To("SourceDBInstanceIdentifier", "replicate_source_db"),
    To("SourceDBClusterIdentifier", "replicate_source_db"),
    To("SourceDBInstanceAutomatedBackupsArn", "restore_to_point_in_time.source_db_instance_automated_backups_arn"),
    To("SourceDbiResourceId", "restore_to_point_in_time.source_dbi_resource_id"),
    To("VPCSecurityGroups", "vpc_security_group_ids"),
    By(days, "backup_retention_period"),
    By(public, "publicly_accessible"),
];

const CLUSTER: &[Move] = &[
    Type("Engine", &["docdb"], "aws_docdb_cluster"),
    Type("Engine", &["neptune"], "aws_neptune_cluster"),
    To("DBClusterParameterGroupName", "db_cluster_parameter_group_name"),
    To("DBClusterParameterGroupName", "neptune_cluster_parameter_group_name"),
    To("DBClusterIdentifier", "cluster_identifier"),
    To("EnableIAMDatabaseAuthentication", "iam_database_authentication_enabled"),
    To("MasterUserPassword", "master_password"),
    To("SourceDBClusterIdentifier", "restore_to_point_in_time.source_cluster_identifier"),
];

const MEMBER: &[Move] = &[To("DBClusterIdentifier", "cluster_identifier"), To("DBInstanceIdentifier", "identifier")];

const GROUP: &[Move] =
    &[To("DBParameterGroupName", "name"), To("DBClusterParameterGroupName", "name"), Items("Parameters", "parameter")];

/// One day where nothing is written; a replica keeps none of its own:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html>.
fn days(body: &Node) -> Option<Node> {
    let said = ["BackupRetentionPeriod", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"];
    let is_said = said.iter().any(|name| body.get(name).is_some_and(|node| !node.is_null()));
    (!is_said).then(|| Node { value: Value::Number(1.0), origins: body.origins.clone() })
}

/// Within a subnet group, and in a cluster, an instance is private unless told otherwise; elsewhere the account's default
/// network decides: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
fn public(body: &Node) -> Option<Node> {
    let placed = ["PubliclyAccessible", "DBSubnetGroupName", "DBClusterIdentifier", "SourceDBInstanceIdentifier"];
    if placed.iter().any(|name| body.get(name).is_some_and(|node| !node.is_null())) {
        return None;
    }
    let why = "no subnet group is named, and the account's default network decides whether it has a public address";
    Some(Node { value: Value::Unknown(Unknown::new(Why::Expression(why.into()))), origins: body.origins.clone() })
}

/// The accounts that may restore a snapshot, `all` among them:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshotAttribute.html>.
fn shared_with(body: &Node) -> Option<Node> {
    let attributes = body.get("SnapshotAttributes")?;
    if matches!(attributes.value, Value::Unknown(_)) {
        return Some(attributes.clone());
    }
    let restore = attributes
        .each("")
        .into_iter()
        .find(|one| one.text("AttributeName").value().is_some_and(|name| &**name == "restore"))?;
    restore.get("AttributeValues").cloned()
}

/// The region in the name of a copy of automated backups.
fn copied_to(copy: &Node) -> Option<Node> {
    let arn = copy.get("DBInstanceAutomatedBackupsArn")?;
    let value = Value::String(crate::provider::aws::common::arn_region(arn.as_str()?)?);
    Some(Node { value, origins: arn.origins.clone() })
}
