//! Audit configurations, log buckets and what sinks write to; and who is told of security matters.

use std::sync::Arc;

use crate::model::{AuditTrail, LogStore, Resource};
use crate::provider::gcp::read::{always, customer_key, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, Unknown, Why, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_essential_contacts_contact", fragment),
    ("google_folder_iam_audit_config", configuration),
    ("google_logging_billing_account_bucket_config", log_bucket),
    ("google_logging_folder_bucket_config", log_bucket),
    ("google_logging_folder_settings", settings),
    ("google_logging_organization_bucket_config", log_bucket),
    ("google_logging_organization_settings", settings),
    ("google_organization_iam_audit_config", configuration),
    ("google_project_iam_audit_config", configuration),
];

/// Days that stand for ever.
const FOR_EVER: i64 = 36_500;

/// Contacts that hear of security matters:
/// <https://cloud.google.com/resource-manager/docs/manage-essential-contacts#notification-categories>.
pub(super) fn contacts(context: &Context<'_>) -> Vec<Known<bool>> {
    let hears = |block: &Block| {
        let categories = block.body.each("notification_category_subscriptions").into_iter();
        any(categories.map(|category| category.text("").map(|name| matches!(&*name, "SECURITY" | "ALL"))))
            .and_at(&Origins::at(block.head))
    };
    let contacts = context.blocks.of_type("google_essential_contacts_contact").map(hears);
    contacts.filter(|hears| hears.value() != Some(&false)).collect()
}

/// What is read beside the places that logs are sent to.
pub(super) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    for block in context.blocks.of_type("google_logging_project_bucket_config") {
        let before = out.len();
        log_bucket(block, context, out);
        for found in out.iter_mut().skip(before) {
            found.part = Some("store".into());
            found.aliases = Vec::new();
        }
    }
    let sinks = ["google_logging_project_sink", "google_logging_folder_sink", "google_logging_organization_sink"];
    for block in sinks.iter().flat_map(|native| context.blocks.of_type(native)) {
        out.extend(files(block, context));
    }
}

/// Reading and writing of data is recorded only where it is asked for; a configuration for all services that leaves out a
/// type, or people, records a part: <https://cloud.google.com/logging/docs/audit/configure-data-access>.
fn configuration(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let kinds = body.each("audit_log_config");
    let recorded =
        |wanted: &'static str| any(kinds.iter().map(|kind| kind.text("log_type").map(|name| &*name == wanted)));
    let every = all(["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map(recorded));
    let one_service = body.text("service").map(|service| &*service != "allServices");
    let exempted = any(kinds
        .iter()
        .flat_map(|kind| kind.each("exempted_members"))
        .map(|member| Known::set(true, member.origins.clone())));
    out.push(resource(
        block,
        AuditTrail {
            enabled: any(kinds.iter().map(|kind| kind.text("log_type").exists())).and_at(&Origins::at(block.head)),
            complete: all([any([one_service, every]), exempted.not()]).and_at(&Origins::at(block.head)),
            sets_validation: always(block, false),
            validated: always(block, false),
            takes_key: always(block, false),
            customer_key: always(block, false),
            sets_watch: always(block, false),
            watched: always(block, false),
        },
    ));
}

/// Thirty days, unlocked and with a key of Google's where nothing is written:
/// <https://cloud.google.com/logging/docs/buckets>.
fn log_bucket(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, _) = customer_key(block, &["cmek_settings.kms_key_name"]);
    out.push(resource(
        block,
        LogStore {
            takes_key: always(block, true),
            customer_key: customer,
            sets_retention: always(block, true),
            retention_days: days(block.body.int("retention_days").or_default(30)),
            sets_lock: always(block, true),
            locked: block.body.bool("locked").or_default(false),
            ..store(block, "logs")
        },
    ));
}

fn days(days: Known<i64>) -> Known<i64> {
    // 0 is read as thirty: <https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets>
    days.map(|days| if days == 0 { 30 } else { days })
}

/// The key of log buckets that are made later: <https://cloud.google.com/logging/docs/routing/managed-encryption>.
fn settings(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, _) = customer_key(block, &["kms_key_name"]);
    out.push(resource(
        block,
        LogStore { takes_key: always(block, true), customer_key: customer, ..store(block, "logs") },
    ));
}

/// What a sink writes into a bucket of files: <https://cloud.google.com/storage/docs/bucket-lock>.
fn files(block: &Block, context: &Context<'_>) -> Option<Resource> {
    let node = block.body.get("destination")?;
    let text = node.text("");
    let bucket = context.blocks.follow(&block.body, "destination", &["google_storage_bucket"]).or_else(|| {
        let name = text.value()?.strip_prefix("storage.googleapis.com/")?;
        context.blocks.of_type("google_storage_bucket").find(|found| *super::read::name(found) == *name)
    });
    let locked = match (bucket, text.value()) {
        (Some(bucket), _) => bucket.body.bool("retention_policy.is_locked").or_default(false).and_at(&node.origins),
        (None, Some(text)) if text.starts_with("storage.googleapis.com/") => {
            Known::unknown(Unknown::new(Why::NotSeen(Arc::clone(text))), node.origins.clone())
        }
        _ => return None,
    };
    let mut found = resource(block, LogStore { sets_lock: always(block, true), locked, ..store(block, "audit-files") });
    found.part = Some("files".into());
    found.head = node.origins.primary.unwrap_or(block.head);
    found.aliases = Vec::new();
    Some(found)
}

/// A store of which nothing can be set.
fn store(block: &Block, form: &str) -> LogStore {
    LogStore {
        form: Known::set(Arc::from(form), Origins::at(block.head)),
        takes_key: always(block, false),
        customer_key: always(block, false),
        sets_retention: always(block, false),
        kept_forever: always(block, false),
        retention_days: Known::default_of(FOR_EVER, Origins::at(block.head)),
        sets_lock: always(block, false),
        locked: always(block, false),
    }
}
