//! The export of the activity log, where logs are kept and for how long, and who hears of security alerts.

use crate::model::{Alert, AuditTrail, LogStore, Resource};
use crate::provider::azure::read::{always, by_type, here, is, not_seen, parent, part, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Unknown, Value, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_log_analytics_cluster", cluster),
    ("azurerm_log_analytics_cluster_customer_managed_key", fragment),
    ("azurerm_log_analytics_workspace", workspace),
    ("azurerm_log_analytics_workspace_table", table),
    ("azurerm_security_center_contact", contact),
];

/// Days that stand for ever.
const FOR_EVER: i64 = 36_500;

/// Settings that send the activity log of a subscription somewhere.
pub(super) fn exports(context: &Context<'_>) -> Vec<Known<bool>> {
    let one = |block: &Block| match &block.instances_unknown {
        Some(unknown) => Known::unknown(unknown.clone(), here(block)),
        None => Known::set(true, here(block)),
    };
    trails(context).map(one).collect()
}

fn trails<'b>(context: &Context<'b>) -> impl Iterator<Item = &'b Block> {
    let settings =
        context.blocks.of_type("azurerm_monitor_diagnostic_setting").filter(|block| of_subscription(block, context));
    settings.chain(context.blocks.of_type("azurerm_monitor_log_profile")).collect::<Vec<_>>().into_iter()
}

/// Whether what is exported is a subscription's: `/subscriptions/…` and no more, or a reference to one.
fn of_subscription(block: &Block, context: &Context<'_>) -> bool {
    if let Some(target) = context.blocks.follow(&block.body, "target_resource_id", &[]) {
        return target.native_type.trim_start_matches("data.") == "azurerm_subscription";
    }
    let whole = |text: &str| {
        let mut parts = text.split('/');
        parts.next() == Some("")
            && parts.next() == Some("subscriptions")
            && parts.next().is_some()
            && parts.next().is_none()
    };
    let named = |unknown: &Unknown| {
        let is_one = |name: &str| name.strip_prefix("data.").unwrap_or(name).starts_with("azurerm_subscription.");
        unknown.refers.iter().any(|reference| is_one(&reference.address))
            || matches!(&unknown.why, Why::DataSource(name) | Why::NotSeen(name) | Why::Computed(name) if is_one(name))
            // of a template that is deployed to one
            || matches!(&unknown.why, Why::DataSource(name) if &**name == "subscription().id")
    };
    match block.body.get("target_resource_id").map(|node| &node.value) {
        Some(Value::String(text)) => whole(text),
        Some(Value::Text(text)) => {
            whole(&text.text) || text.holes.iter().any(|hole| named(hole)) && !text.text.contains('/')
        }
        Some(Value::Unknown(unknown)) => named(unknown),
        _ => false,
    }
}

/// What is read beside the places that logs are sent to.
pub(super) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    for block in trails(context) {
        out.push(trail(block));
        out.extend(files(block, context));
        out.extend(profile_retention(block));
    }
    audits(context, out);
}

/// What a log profile can export.
const PROFILE: &[&str] = &["Action", "Delete", "Write"];

/// Categories of the activity log: <https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema>; those
/// of a log profile: <https://learn.microsoft.com/rest/api/monitor/log-profiles/create-or-update>.
fn trail(block: &Block) -> Resource {
    let wanted: &[&str] = match &*block.native_type {
        "azurerm_monitor_log_profile" => PROFILE,
        _ => &["Administrative", "Alert", "Policy", "Security"],
    };
    let recorded = |category: &str| {
        any(logs(block).into_iter().map(|(name, on)| {
            all([name.map(|name| name.eq_ignore_ascii_case(category) || name.eq_ignore_ascii_case("allLogs")), on])
        }))
    };
    let mut found = resource(
        block,
        AuditTrail {
            enabled: any(logs(block).into_iter().map(|(name, on)| all([exported(block, name), on])))
                .and_at(&here(block)),
            complete: all(wanted.iter().map(|category| recorded(category))).and_at(&here(block)),
            sets_validation: always(block, false),
            validated: always(block, false),
            takes_key: always(block, false),
            customer_key: always(block, false),
            sets_watch: always(block, false),
            watched: always(block, false),
        },
    );
    found.part = Some("activity".into());
    found
}

/// Whether a profile knows what it is told to export: a word that it does not know records nothing.
fn exported(block: &Block, name: Known<std::sync::Arc<str>>) -> Known<bool> {
    match &*block.native_type {
        "azurerm_monitor_log_profile" => is(name, PROFILE),
        _ => always(block, true),
    }
}

/// Each category that is exported, and whether it is: `enabled_log`, the older `log`, or a profile's list.
fn logs(block: &Block) -> Vec<(Known<std::sync::Arc<str>>, Known<bool>)> {
    let category = |log: &Node| log.text("category").or(log.text("category_group"));
    let mut found: Vec<_> =
        block.body.each("enabled_log").into_iter().map(|log| (category(log), always(block, true))).collect();
    found.extend(block.body.each("log").into_iter().map(|log| (category(log), log.bool("enabled").or_default(true))));
    found.extend(block.body.each("categories").into_iter().map(|name| (name.text(""), always(block, true))));
    found
}

/// The files of an export to a storage account; an unlocked policy can be taken back:
/// <https://learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview>.
fn files(block: &Block, context: &Context<'_>) -> Option<Resource> {
    let node = block.body.get("storage_account_id").filter(|node| !node.is_null())?;
    let locked = match parent(context.blocks, block, "storage_account_id", &["azurerm_storage_account"]) {
        Some(account) => locked(account, context).and_at(&node.origins),
        None => Known::unknown(not_seen(block, "storage_account_id"), node.origins.clone()),
    };
    let store = LogStore { sets_lock: always(block, true), locked, ..store(block, "audit-files") };
    Some(part(block, "files", node, store))
}

fn locked(account: &Block, context: &Context<'_>) -> Known<bool> {
    let own = is(account.body.text("immutability_policy.state"), &["Locked"]).or_default(false);
    let inside = |container: &&Block| {
        ["storage_account_id", "storage_account_name"].iter().any(|path| {
            parent(context.blocks, container, path, &["azurerm_storage_account"])
                .is_some_and(|found| found.address == account.address)
        })
    };
    let containers = context.blocks.of_type("azurerm_storage_container").filter(inside).map(|container| {
        let names = ["resource_manager_id", "id"];
        let policy = context.blocks.joined(
            container,
            "azurerm_storage_container_immutability_policy",
            "storage_container_resource_manager_id",
            &names,
        );
        policy.bool("locked").or_default(false)
    });
    any([own].into_iter().chain(containers))
}

/// A profile that limits nothing keeps for ever:
/// <https://registry.terraform.io/providers/hashicorp/azurerm/3.0.0/docs/resources/monitor_log_profile>.
fn profile_retention(block: &Block) -> Option<Resource> {
    let node = block.body.each("retention_policy").into_iter().next()?;
    let limited = all([node.bool("enabled"), node.int("days").or_default(0).map(|days| days != 0)]);
    let kept = match limited.value() {
        Some(false) => Known::default_of(FOR_EVER, limited.origins.clone()),
        _ => node.int("days"),
    };
    Some(part(
        block,
        "retention_policy",
        node,
        LogStore {
            sets_retention: always(block, true),
            kept_forever: limited.not(),
            retention_days: kept,
            ..store(block, "logs")
        },
    ))
}

/// Audit files of databases are kept for ever where nothing is written, or 0; what goes to a workspace is the workspace's:
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_server_extended_auditing_policy>.
fn audits(context: &Context<'_>, out: &mut Vec<Resource>) {
    const POLICIES: [&str; 4] = [
        "azurerm_mssql_database_extended_auditing_policy",
        "azurerm_mssql_server_extended_auditing_policy",
        "azurerm_synapse_sql_pool_extended_auditing_policy",
        "azurerm_synapse_workspace_extended_auditing_policy",
    ];
    const HOLDERS: [&str; 4] =
        ["azurerm_mssql_database", "azurerm_mssql_server", "azurerm_sql_database", "azurerm_sql_server"];
    let apart = POLICIES.iter().flat_map(|native| context.blocks.of_type(native)).map(|block| (block, &block.body));
    let inline = HOLDERS.iter().flat_map(|native| context.blocks.of_type(native));
    let inline =
        inline.flat_map(|block| block.body.each("extended_auditing_policy").into_iter().map(move |node| (block, node)));
    for (block, node) in apart.chain(inline) {
        let days = node.int("retention_in_days");
        let to_files = any([node.exists("storage_endpoint"), days.exists()]).and_at(&here(block));
        let days = days.or_default(0);
        out.push(part(
            block,
            "audit",
            node,
            LogStore {
                sets_retention: all([to_files, node.bool("enabled").or_default(true)]),
                kept_forever: days.clone().map(|days| days == 0),
                retention_days: days.map(|days| if days == 0 { FOR_EVER } else { days }),
                ..store(block, "database-audit")
            },
        ));
    }
}

/// <https://learn.microsoft.com/azure/azure-monitor/logs/customer-managed-keys>
fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let key = context.blocks.joined(
        block,
        "azurerm_log_analytics_cluster_customer_managed_key",
        "log_analytics_cluster_id",
        &["id"],
    );
    out.push(resource(
        block,
        LogStore { takes_key: always(block, true), customer_key: key.exists(), ..store(block, "logs") },
    ));
}

/// Thirty days where nothing is written; the cluster that it is linked to, if any, has the key:
/// <https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure>.
fn workspace(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        LogStore {
            sets_retention: always(block, true),
            retention_days: block.body.int("retention_in_days").or_default(30),
            ..store(block, "logs")
        },
    ));
}

/// A table that says nothing keeps as long as its workspace.
fn table(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let days = block.body.int("total_retention_in_days").or(block.body.int("retention_in_days"));
    out.push(resource(
        block,
        LogStore { sets_retention: days.exists(), retention_days: days.or_default(FOR_EVER), ..store(block, "logs") },
    ));
}

/// A store of which nothing can be set.
fn store(block: &Block, form: &str) -> LogStore {
    LogStore {
        form: by_type(block, form),
        takes_key: always(block, false),
        customer_key: always(block, false),
        sets_retention: always(block, false),
        kept_forever: always(block, false),
        retention_days: always(block, FOR_EVER),
        sets_lock: always(block, false),
        locked: always(block, false),
    }
}

/// <https://learn.microsoft.com/azure/defender-for-cloud/configure-email-notifications>
fn contact(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Alert {
            notified: all([
                block.body.bool("alert_notifications").or_default(false),
                block.body.text("email").map(|email| !email.is_empty()).or_default(false),
            ])
            .and_at(&here(block)),
            owners_notified: block.body.bool("alerts_to_admins").or_default(false),
        },
    ));
}
