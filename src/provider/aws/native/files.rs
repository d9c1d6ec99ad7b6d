//! Amazon EFS and FSx: one type stands for every kind of FSx.

use crate::provider::spelling::{
    Fragment,
    Move::{By, Pairs, To, Type},
    Native,
};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::EFS::FileSystem",
        reads_as: "aws_efs_file_system",
        moves: &[Pairs("FileSystemTags", "tags"), To("FileSystemPolicy", "policy")],
        also: &[
            Fragment {
                from: "BackupPolicy",
                reads_as: "aws_efs_backup_policy",
                by: "file_system_id",
                moves: &[To("Status", "backup_policy.status")],
            },
            Fragment {
                from: "ReplicationConfiguration",
                reads_as: "aws_efs_replication_configuration",
                by: "source_file_system_id",
                moves: &[To("Destinations", "destination")],
            },
        ],
    },
    Native::moved(
        "Deodar::EFS::ReplicationConfiguration",
        "aws_efs_replication_configuration",
        &[To("Destinations", "destination")],
    ),
    Native::same("AWS::EFS::MountTarget", "aws_efs_mount_target"),
    Native::same("AWS::EFS::AccessPoint", "aws_efs_access_point"),
    Native::moved(
        "AWS::FSx::FileSystem",
        "aws_fsx_lustre_file_system",
        &[
            Type("FileSystemType", &["WINDOWS"], "aws_fsx_windows_file_system"),
            Type("FileSystemType", &["ONTAP"], "aws_fsx_ontap_file_system"),
            Type("FileSystemType", &["OPENZFS"], "aws_fsx_openzfs_file_system"),
            To("LustreConfiguration.AutomaticBackupRetentionDays", "automatic_backup_retention_days"),
            To("OntapConfiguration.AutomaticBackupRetentionDays", "automatic_backup_retention_days"),
            To("OpenZFSConfiguration.AutomaticBackupRetentionDays", "automatic_backup_retention_days"),
            To("WindowsConfiguration.AutomaticBackupRetentionDays", "automatic_backup_retention_days"),
            By(kept, "automatic_backup_retention_days"),
        ],
    ),
    Native::same("AWS::FSx::FileCache", "aws_fsx_file_cache"),
];

/// Backups of ONTAP and OpenZFS are kept 30 days unless written:
/// <https://docs.aws.amazon.com/fsx/latest/APIReference/API_OntapFileSystemConfiguration.html>.
fn kept(body: &Node) -> Option<Node> {
    let kind = body.text("FileSystemType");
    let settings = match &**kind.value()? {
        "ONTAP" => "OntapConfiguration",
        "OPENZFS" => "OpenZFSConfiguration",
        _ => return None,
    };
    let written = body.at_path(&format!("{settings}.AutomaticBackupRetentionDays"));
    written.is_unset().then_some(Node { value: Value::Number(30.0), origins: written.origins })
}
