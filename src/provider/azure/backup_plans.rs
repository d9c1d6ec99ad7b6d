//! How long backup policies keep what they take.

use crate::model::{BackupPlan, Resource};
use crate::provider::azure::read::{part, resource};
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Node, Why};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_backup_policy_file_share", tiers),
    ("azurerm_backup_policy_vm", tiers),
    ("azurerm_backup_policy_vm_workload", workload),
    ("azurerm_data_protection_backup_policy_blob_storage", duration),
    ("azurerm_data_protection_backup_policy_disk", duration),
    ("azurerm_data_protection_backup_policy_kubernetes_cluster", duration),
    ("azurerm_data_protection_backup_policy_mysql_flexible_server", duration),
    ("azurerm_data_protection_backup_policy_postgresql", duration),
    ("azurerm_data_protection_backup_policy_postgresql_flexible_server", duration),
];

/// The tiers of a policy, and the days of one of their counts:
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/backup_policy_vm>.
const TIERS: [(&str, i64); 4] =
    [("retention_daily", 1), ("retention_weekly", 7), ("retention_monthly", 31), ("retention_yearly", 366)];

fn tiers(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.extend(plan_of(&block.body).map(|plan| resource(block, plan)));
}

/// A policy for databases inside machines has one set of tiers for each sort of backup.
fn workload(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, policy) in block.body.each("protection_policy").into_iter().enumerate() {
        let days = policy.int("simple_retention.count");
        let plan = match plan_of(policy) {
            None if !days.is_unset() => Some(BackupPlan { shortest_days: days.clone(), longest_days: days }),
            found => found,
        };
        out.extend(plan.map(|plan| part(block, &format!("protection_policy[{at}]"), policy, plan)));
    }
}

/// The shortest and the longest of the tiers that are written.
fn plan_of(node: &Node) -> Option<BackupPlan> {
    let days =
        TIERS.iter().map(|(tier, days)| node.int(&format!("{tier}.count")).map(|count| count.saturating_mul(*days)));
    let found: Vec<Known<i64>> = days.filter(|days| !days.is_unset()).collect();
    let unknown = found.iter().find(|days| days.why().is_some()).cloned();
    let by = |days: &&Known<i64>| days.value().copied();
    let shortest = unknown.clone().or_else(|| found.iter().min_by_key(by).cloned())?;
    let longest = unknown.or_else(|| found.iter().max_by_key(by).cloned())?;
    Some(BackupPlan { shortest_days: shortest, longest_days: longest })
}

/// A duration of ISO 8601: `P30D`, `P4W`, `P1M`, `P1Y`. Rules beside the default keep for longer.
fn duration(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let names = [
        "default_retention_duration",
        "retention_duration",
        "operational_default_retention_duration",
        "vault_default_retention_duration",
    ];
    let usual = names.iter().map(|name| days(&block.body, name)).find(|days| !days.is_unset());
    let usual = usual.unwrap_or_else(|| days(&block.body, "default_retention_rule.life_cycle.duration"));
    if usual.is_unset() {
        return;
    }
    let mut longest = usual.clone();
    for rule in block.body.each("retention_rule") {
        let kept = days(rule, "life_cycle.duration").or(days(rule, "duration"));
        if kept.why().is_some() || kept.value() > longest.value() && longest.why().is_none() {
            longest = kept;
        }
    }
    out.push(resource(block, BackupPlan { shortest_days: usual, longest_days: longest }));
}

fn days(node: &Node, path: &str) -> Known<i64> {
    node.text(path).try_map(
        |text| {
            let (digits, unit) = text.strip_prefix('P')?.split_at_checked(text.len().checked_sub(2)?)?;
            let count: i64 = digits.parse().ok()?;
            let days = match unit {
                "D" => 1,
                "W" => 7,
                "M" => 31,
                "Y" => 366,
                _ => return None,
            };
            Some(count.saturating_mul(days))
        },
        || Why::Expression("the duration is no whole number of days, weeks, months or years".into()),
    )
}
