//! How long schedules of backups and snapshots keep what they take.

use crate::model::{BackupPlan, Resource};
use crate::provider::gcp::read::{days, resource};
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Origins};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_backup_dr_backup_plan", plan),
    ("google_firestore_backup_schedule", |block, _, out| one(block, days(block.body.text("retention")), out)),
    ("google_spanner_backup_schedule", |block, _, out| one(block, days(block.body.text("retention_duration")), out)),
];

/// Days that stand for ever.
const FOR_EVER: i64 = 36_500;

fn one(block: &Block, days: Known<i64>, out: &mut Vec<Resource>) {
    out.push(resource(block, BackupPlan { shortest_days: days.clone(), longest_days: days }));
}

/// Each rule says how long it keeps:
/// <https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/backup_dr_backup_plan>.
fn plan(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, rule) in block.body.each("backup_rules").into_iter().enumerate() {
        let days = rule.int("backup_retention_days");
        let mut kept = resource(block, BackupPlan { shortest_days: days.clone(), longest_days: days });
        kept.part = Some(format!("backup_rules[{at}]").into());
        kept.head = rule.origins.primary.unwrap_or(block.head);
        out.push(kept);
    }
}

/// Backups of a cluster are kept for ever where nothing is written, or 0:
/// <https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans#RetentionPolicy>.
pub(super) fn of_cluster(block: &Block, out: &mut Vec<Resource>) {
    let days = block.body.int("retention_policy.backup_retain_days").or_default(0);
    let days = days.map(|days| if days == 0 { FOR_EVER } else { days });
    push_part(block, days.and_at(&Origins::at(block.head)), out);
}

/// Snapshots of a schedule are kept for ever unless it says otherwise:
/// <https://cloud.google.com/compute/docs/disks/scheduled-snapshots>.
pub(super) fn of_schedule(block: &Block, out: &mut Vec<Resource>) {
    if block.body.exists("snapshot_schedule_policy").value() == Some(&false) {
        return;
    }
    push_part(
        block,
        block.body.int("snapshot_schedule_policy.retention_policy.max_retention_days").or_default(FOR_EVER),
        out,
    );
}

fn push_part(block: &Block, days: Known<i64>, out: &mut Vec<Resource>) {
    let mut kept = resource(block, BackupPlan { shortest_days: days.clone(), longest_days: days });
    kept.part = Some("retention_policy".into());
    kept.aliases = Vec::new();
    out.push(kept);
}
