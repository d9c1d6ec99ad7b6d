//! What else holds for a Cloud Storage bucket: who logs its requests, which networks reach it, where its copies lie, how
//! long its objects are locked.

use crate::model::ObjectStore;
use crate::provider::gcp::read::always;
use crate::provider::{Context, Joined};
use crate::value::{Block, Known, Node, Origins, any};

/// The facts of a bucket that do not bear on who may read it; the others are not set.
pub(super) fn store(block: &Block, context: &Context<'_>) -> ObjectStore {
    let body = &block.body;
    // a location without a hyphen is one of several regions: https://cloud.google.com/storage/docs/locations
    let several = body.text("location").map(|location| !location.contains('-')).or_default(true);
    ObjectStore {
        // who reads without a login reads from everywhere, or is let in by a condition that is judged with its grant
        sets_anonymous: always(block, false),
        anonymous_read: always(block, false),
        // the interface answers TLS 1.0 too, unless an organisation policy forbids it:
        // https://cloud.google.com/assured-workloads/docs/restrict-tls-versions
        modern_tls: always(block, false),
        private_only: private_only(block, context),
        access_logged: any([body.exists("logging.log_bucket"), any(data_access(block, context, "DATA_READ"))]),
        reads_recorded: recorded(block, context, "DATA_READ"),
        writes_recorded: recorded(block, context, "DATA_WRITE"),
        holds_logs: holds_logs(block, context),
        second_site: any([several, body.exists("custom_placement_config.data_locations")]),
        // https://cloud.google.com/storage/docs/bucket-lock
        lock_final: body.bool("retention_policy.is_locked").or_default(false),
        lock_days: body.int("retention_policy.retention_period").map(|seconds| seconds / 86_400).or_default(0),
        ..ObjectStore::default()
    }
}

/// A service perimeter around Cloud Storage. It belongs to the organisation, so that it may stand in other files.
fn private_only(block: &Block, context: &Context<'_>) -> Known<bool> {
    let restricts = |perimeter: &'_ Block| {
        let services = perimeter.body.each("status.restricted_services").into_iter();
        any(services.map(|service| service.text("").map(|service| &*service == "storage.googleapis.com")))
    };
    let here = Origins::at(block.head);
    let types = ["google_access_context_manager_service_perimeter"];
    let found: Vec<_> = types.iter().flat_map(|kind| context.blocks.of_type(kind)).map(restricts).collect();
    if found.is_empty()
        && let Some(unknown) = context.beyond(&types, None, "a service perimeter may be set up elsewhere")
    {
        return Known::unknown(unknown, here);
    }
    any(found).and_at(&here)
}

/// What says which accesses are audited.
const CONFIGS: &[&str] =
    &["google_project_iam_audit_config", "google_folder_iam_audit_config", "google_organization_iam_audit_config"];

/// Whether audit logs take in `kind`; a configuration of the organisation may stand in other files.
fn recorded(block: &Block, context: &Context<'_>, kind: &str) -> Known<bool> {
    let here = Origins::at(block.head);
    let found = data_access(block, context, kind);
    if found.is_empty()
        && let Some(unknown) = context.beyond(CONFIGS, None, "audit logs of data access may be set up elsewhere")
    {
        return Known::unknown(unknown, here);
    }
    any(found).and_at(&here)
}

/// Audit logs for data, which are off for Cloud Storage unless turned on:
/// <https://cloud.google.com/storage/docs/audit-logging>.
fn data_access(block: &Block, context: &Context<'_>, kind: &str) -> Vec<Known<bool>> {
    let takes_in = |log: &Node| log.text("log_type").map(|name| &*name == kind).or_default(false);
    let configs = CONFIGS.iter().flat_map(|kind| context.blocks.of_type(kind)).filter(|found| found.unit == block.unit);
    let on = configs.map(|config| {
        let service = config.body.text("service");
        let about = service.map(|name| matches!(&*name, "allServices" | "storage.googleapis.com")).or_default(false);
        about.and(any(config.body.each("audit_log_config").into_iter().map(takes_in)))
    });
    on.collect()
}

const SINKS: [&str; 3] =
    ["google_logging_project_sink", "google_logging_folder_sink", "google_logging_organization_sink"];

/// What delivers logs to a bucket.
const DELIVERED: &[(&str, &str)] = &[
    ("google_storage_bucket", "logging.log_bucket"),
    ("google_logging_project_sink", "destination"),
    ("google_logging_folder_sink", "destination"),
    ("google_logging_organization_sink", "destination"),
];

fn holds_logs(block: &Block, context: &Context<'_>) -> Known<bool> {
    let delivered: Vec<Joined<'_>> =
        DELIVERED.iter().map(|(from, by)| context.blocks.joined(block, from, by, &["name", "id"])).collect();
    // a destination that cannot be told may be this bucket
    let open = delivered.iter().filter_map(Joined::maybe);
    let named = block.body.text("name");
    let sent = SINKS.iter().flat_map(|kind| context.blocks.of_type(kind)).filter(|sink| sink.unit == block.unit);
    let sent = sent.filter_map(|sink| {
        let to = sink.body.text("destination");
        let here = to.value()?.strip_prefix("storage.googleapis.com/")? == &**named.value()?;
        here.then(|| Known::set(true, Origins::at(sink.head)))
    });
    let sent: Vec<_> = sent.collect();
    let seen = delivered
        .iter()
        .filter_map(|joined| joined.blocks.first().map(|from| Known::set(true, Origins::at(from.head))));
    any(std::iter::once(always(block, false)).chain(seen).chain(sent).chain(open))
}
