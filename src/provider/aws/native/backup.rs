//! AWS Backup: the lock is a property of the vault.

use crate::provider::spelling::{
    Fragment,
    Move::{self, Each, Pairs, To, Type},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::Backup::BackupVault",
        reads_as: "aws_backup_vault",
        moves: &[
            // a running account lists both kinds together
            Type("VaultType", &["LOGICALLY_AIR_GAPPED_BACKUP_VAULT"], "aws_backup_logically_air_gapped_vault"),
            To("BackupVaultName", "name"),
            Pairs("BackupVaultTags", "tags"),
            To("EncryptionKeyArn", "kms_key_arn"),
            To("EncryptionKeyArn", "encryption_key_arn"),
        ],
        also: &[Fragment {
            from: "LockConfiguration",
            reads_as: "aws_backup_vault_lock_configuration",
            by: "backup_vault_name",
            moves: &[To("ChangeableForDays", "changeable_for_days"), To("MinRetentionDays", "min_retention_days")],
        }],
    },
    Native::moved(
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "aws_backup_logically_air_gapped_vault",
        &[To("BackupVaultName", "name"), Pairs("BackupVaultTags", "tags")],
    ),
    Native::moved(
        "AWS::Backup::BackupPlan",
        "aws_backup_plan",
        &[
            To("BackupPlan.BackupPlanName", "name"),
            Pairs("BackupPlanTags", "tags"),
            Each("BackupPlan.BackupPlanRule", "rule", RULE),
        ],
    ),
    Native::moved(
        "AWS::Backup::BackupSelection",
        "aws_backup_selection",
        &[
            To("BackupSelection.SelectionName", "name"),
            To("BackupSelection.Resources", "resources"),
            Each(
                "BackupSelection.ListOfTags",
                "selection_tag",
                &[To("ConditionKey", "key"), To("ConditionValue", "value")],
            ),
        ],
    ),
];

const RULE: &[Move] = &[
    To("Lifecycle.DeleteAfterDays", "lifecycle.delete_after"),
    Each("CopyActions", "copy_action", &[To("DestinationBackupVaultArn", "destination_vault_arn")]),
];
