//! What else holds for a storage account: which networks reach it, who logs its requests, where its copies lie, how long
//! its blobs are locked.

use super::read::{is, modern};
use crate::model::ObjectStore;
use crate::provider::{Context, Joined};
use crate::value::{Block, Known, Node, Origins, all, any};

/// The facts of an account that do not bear on who may read it; the others are not set.
pub(super) fn store(block: &Block, context: &Context<'_>, containers: &Joined<'_>, geo: &Known<bool>) -> ObjectStore {
    let copied =
        context.blocks.joined(block, "azurerm_storage_object_replication", "source_storage_account_id", &["id"]);
    let (lock_final, lock_days) = locks(block, context, containers);
    ObjectStore {
        // the provider asks for 1.2 unless told otherwise, since version 3:
        // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account
        modern_tls: modern(block.body.text("min_tls_version")).or_default(true),
        private_only: private_only(block, context),
        access_logged: recorded(block, context, &["StorageRead"]),
        reads_recorded: recorded(block, context, &["StorageRead"]),
        writes_recorded: recorded(block, context, &["StorageWrite", "StorageDelete"]),
        holds_logs: holds_logs(block, context),
        second_site: any([geo.clone(), copied.exists()]),
        lock_final,
        lock_days,
        ..ObjectStore::default()
    }
}

/// Whether requests from networks that nobody named are refused:
/// <https://learn.microsoft.com/azure/storage/common/storage-network-security>.
pub(super) fn private_only(block: &Block, context: &Context<'_>) -> Known<bool> {
    let body = &block.body;
    let rules = context.blocks.joined(block, "azurerm_storage_account_network_rules", "storage_account_id", &["id"]);
    let rules = if rules.blocks.is_empty() && rules.open.is_none() {
        context.blocks.joined(block, "azurerm_storage_account_network_rules", "storage_account_name", &["name"])
    } else {
        rules
    };
    any([
        body.bool("public_network_access_enabled").or_default(true).not(),
        is(body.text("network_rules.default_action").or(rules.text("default_action")), &["Deny"]).or_default(false),
    ])
}

/// A diagnostic setting of the account or of its blob service that takes in all of `categories`:
/// <https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage>.
fn recorded(block: &Block, context: &Context<'_>, categories: &[&str]) -> Known<bool> {
    let settings = context.blocks.joined(block, "azurerm_monitor_diagnostic_setting", "target_resource_id", &["id"]);
    let takes_in = |log: &Node, category: &str| {
        let on = log.bool("enabled").or_default(true);
        let named = is(log.text("category"), &[category]).or_default(false);
        let group = is(log.text("category_group"), &["audit", "allLogs"]).or_default(false);
        on.and(any([named, group]))
    };
    let logs: Vec<&Node> = settings.each("enabled_log").into_iter().chain(settings.each("log")).collect();
    let none = || Known::default_of(false, Origins::at(block.head));
    all(categories
        .iter()
        .map(|category| any(logs.iter().map(|log| takes_in(log, category)).chain(settings.maybe()).chain([none()]))))
}

/// What delivers logs to an account by its id.
const DELIVERED: &[(&str, &str)] = &[
    ("azurerm_monitor_diagnostic_setting", "storage_account_id"),
    ("azurerm_monitor_aad_diagnostic_setting", "storage_account_id"),
    ("azurerm_monitor_log_profile", "storage_account_id"),
    ("azurerm_network_watcher_flow_log", "storage_account_id"),
    ("azurerm_log_analytics_data_export_rule", "destination_resource_id"),
];

fn holds_logs(block: &Block, context: &Context<'_>) -> Known<bool> {
    let delivered: Vec<Joined<'_>> =
        DELIVERED.iter().map(|(from, by)| context.blocks.joined(block, from, by, &["id"])).collect();
    // a destination that cannot be told may be this account
    let open = delivered.iter().filter_map(Joined::maybe);
    let seen = delivered
        .iter()
        .filter_map(|joined| joined.blocks.first().map(|from| Known::set(true, Origins::at(from.head))));
    any(std::iter::once(Known::default_of(false, Origins::at(block.head))).chain(seen).chain(open))
}

/// The account's own policy for new versions, and those of its containers; the longest that is locked counts:
/// <https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview>.
fn locks(block: &Block, context: &Context<'_>, containers: &Joined<'_>) -> (Known<bool>, Known<i64>) {
    let own = &block.body;
    let mut locked = vec![is(own.text("immutability_policy.state"), &["Locked"]).or_default(false)];
    let mut days = own.int("immutability_policy.period_since_creation_in_days").or_default(0);
    for container in &containers.blocks {
        let policies = context.blocks.joined(
            container,
            "azurerm_storage_container_immutability_policy",
            "storage_container_resource_manager_id",
            &["resource_manager_id", "id"],
        );
        locked.push(policies.bool("locked").or_default(false));
        let found = policies.int("immutability_period_in_days").or_default(0);
        if found.why().is_some() || found.value() > days.value() && days.why().is_none() {
            days = found;
        }
    }
    (any(locked), days)
}
