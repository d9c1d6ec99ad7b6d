//! Amazon EFS and FSx: one type stands for every kind of FSx.

use crate::provider::spelling::{
    Fragment,
    Move::{Pairs, To, Type},
    Native,
};

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
        ],
    ),
    Native::same("AWS::FSx::FileCache", "aws_fsx_file_cache"),
];
