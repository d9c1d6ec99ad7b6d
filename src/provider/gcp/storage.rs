//! Cloud Storage buckets, their grants and lists, HMAC keys, transfer jobs.

use crate::model::{Credential, ObjectStore, Replication, Resource};
use crate::provider::gcp::members::{everyone_holds, grants as granted, is_public};
use crate::provider::gcp::read::{always, customer_key, not_seen, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_storage_bucket", bucket),
    ("google_storage_bucket_iam_member", stray_grant),
    ("google_storage_bucket_iam_binding", stray_grant),
    ("google_storage_bucket_iam_policy", stray_grant),
    ("google_storage_bucket_acl", stray_list),
    ("google_storage_default_object_acl", stray_list),
    ("google_storage_bucket_access_control", stray_list),
    ("google_storage_default_object_access_control", stray_list),
    ("google_storage_object_acl", fragment),
    ("google_storage_object_access_control", fragment),
    ("google_storage_bucket_object", fragment),
    ("google_storage_notification", fragment),
    ("google_storage_hmac_key", hmac_key),
    ("google_storage_transfer_job", transfer),
];

/// <https://cloud.google.com/storage/docs/access-control/iam-roles>
fn may_write(role: &str) -> bool {
    let role = role.rsplit('/').next().unwrap_or(role);
    matches!(
        role,
        "storage.admin"
            | "storage.objectAdmin"
            | "storage.objectCreator"
            | "storage.objectUser"
            | "storage.legacyBucketWriter"
            | "storage.legacyBucketOwner"
            | "storage.legacyObjectOwner"
            | "owner"
            | "editor"
    )
}

/// Whether a role lets its holder read (or write) objects.
fn grants(role: &str, write: bool) -> bool {
    may_write(role) == write || (!write && role.ends_with("Admin"))
}

fn bucket(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let (customer, key) = customer_key(block, &["encryption.default_kms_key_name"]);
    // enforced or inherited; an organisation policy may enforce it too, and would only narrow
    // https://cloud.google.com/storage/docs/public-access-prevention
    let prevented = body.text("public_access_prevention").map(|mode| &*mode == "enforced").or_default(false);
    let open = |write: bool| {
        let by_role =
            everyone_holds(context.blocks, block, "google_storage_bucket", "bucket", |role| grants(role, write));
        any([by_role, by_lists(block, context, write)])
    };
    let versioned = body.bool("versioning.enabled").or_default(false);
    // objects are kept seven days after deletion unless this is set to 0
    // https://cloud.google.com/storage/docs/soft-delete
    let soft_deleted =
        body.int("soft_delete_policy.retention_duration_seconds").map(|seconds| seconds > 0).or_default(true);
    // the seven days that nobody chose are fewer than a mistake takes to be noticed, so that only more count
    let chosen =
        body.int("soft_delete_policy.retention_duration_seconds").map(|seconds| seconds > 604_800).or_default(false);
    let hmac = context.blocks.of_type("google_storage_hmac_key").any(|key| key.unit == block.unit);
    out.push(resource(
        block,
        ObjectStore {
            // https://cloud.google.com/storage/docs/encryption/default-keys
            encrypted: always(block, true),
            customer_key: customer,
            key,
            public_read: open(false).and(prevented.clone().not()),
            public_write: open(true).and(prevented.clone().not()),
            public_access_blocked: prevented,
            // inherited, or enforced: a store cannot take off what stands above it
            guard_off: always(block, false),
            // off unless written: https://cloud.google.com/storage/docs/uniform-bucket-level-access
            lists_off: body.bool("uniform_bucket_level_access").or(body.bool("bucket_policy_only")).or_default(false),
            // authenticated requests need TLS; plain HTTP serves only what everyone may read
            // https://cloud.google.com/storage/docs/troubleshooting#trouble-plain-http
            tls_only: always(block, true),
            shared_keys: always(block, hmac),
            versioned: any([versioned.clone(), chosen]),
            backed_up: any([versioned, soft_deleted]),
            geo_paired: always(block, false),
            pair_jurisdictions: Known::unset(Origins::at(block.head)),
            ..super::storage_kept::store(block, context)
        },
    ));
    super::lifecycle::of_bucket(block, out);
}

/// Access-control lists, which count only without uniform access.
/// <https://cloud.google.com/storage/docs/access-control/lists>
fn by_lists(block: &Block, context: &Context<'_>, write: bool) -> Known<bool> {
    let uniform = block.body.bool("uniform_bucket_level_access").or_default(false);
    let mut found = Vec::new();
    for list in LISTS {
        let joined = context.blocks.joined(block, list, "bucket", &["name"]);
        found.extend(joined.blocks.iter().map(|list| opens(list, write)));
        found.extend(joined.maybe());
    }
    any(found).and(uniform.not())
}

/// The types that are access-control lists, or entries of them.
const LISTS: [&str; 4] = [
    "google_storage_bucket_acl",
    "google_storage_default_object_acl",
    "google_storage_bucket_access_control",
    "google_storage_default_object_access_control",
];

/// Whether a list, or an entry of one, lets everyone read (or write).
fn opens(list: &Block, write: bool) -> Known<bool> {
    let body = &list.body;
    let mut found = Vec::new();
    for predefined in body.each("predefined_acl").into_iter().chain(body.each("default_acl")) {
        found.push(predefined.text("").map(|acl| match &*acl {
            "publicReadWrite" => true,
            "publicRead" | "authenticatedRead" => !write,
            _ => false,
        }));
    }
    for entry in body.each("role_entity") {
        found.push(entry.text("").map(|entry| {
            let (role, entity) = entry.split_once(':').unwrap_or(("", &entry));
            is_public(entity) && (matches!(role, "WRITER" | "OWNER") == write || (!write && role == "OWNER"))
        }));
    }
    let writes = body.text("role").map(|role| matches!(&*role, "WRITER" | "OWNER")).or_default(false);
    let role = if write { writes } else { Known::default_of(true, Origins::at(list.head)) };
    found.push(body.text("entity").map(|entity| is_public(&entity)).or_default(false).and(role));
    any(found)
}

/// A list of a bucket that is not among the scanned files: judged for what it says.
fn stray_list(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if !named_bucket(block, context) {
        push_stray(block, [opens(block, false), opens(block, true)], out);
    }
}

/// A grant on a bucket that is not among the scanned files.
fn stray_grant(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if named_bucket(block, context) {
        return;
    }
    let held = |write: bool| {
        any(granted(block).into_iter().map(|grant| grant.to_everyone().and(grant.role_is(|role| grants(role, write)))))
    };
    push_stray(block, [held(false), held(true)], out);
}

/// A bucket that is known only by a fragment; where that opens nothing, the bucket is left to where it is declared.
fn push_stray(block: &Block, said: [Known<bool>; 2], out: &mut Vec<Resource>) {
    if said.iter().all(|said| said.value() == Some(&false)) {
        return;
    }
    let unseen = || -> Known<bool> { Known::unknown(not_seen(block, "bucket"), Origins::at(block.head)) };
    let [public_read, public_write] = said.map(|said| any([said, unseen()]));
    let store = ObjectStore {
        encrypted: always(block, true),
        customer_key: unseen(),
        key: Known::unknown(not_seen(block, "bucket"), Origins::at(block.head)),
        sets_anonymous: always(block, false),
        anonymous_read: always(block, false),
        public_read,
        public_write,
        public_access_blocked: unseen(),
        guard_off: always(block, false),
        lists_off: unseen(),
        tls_only: always(block, true),
        shared_keys: unseen(),
        versioned: unseen(),
        backed_up: unseen(),
        geo_paired: always(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
        modern_tls: always(block, false),
        private_only: unseen(),
        access_logged: unseen(),
        reads_recorded: unseen(),
        writes_recorded: unseen(),
        holds_logs: unseen(),
        second_site: unseen(),
        lock_final: unseen(),
        lock_days: Known::unknown(not_seen(block, "bucket"), Origins::at(block.head)),
    };
    out.push(resource(block, store));
}

/// Whether the bucket that `block` names was scanned.
fn named_bucket(block: &Block, context: &Context<'_>) -> bool {
    let by_reference = context.blocks.follow(&block.body, "bucket", &["google_storage_bucket"]).is_some();
    let name = block.body.text("bucket");
    by_reference
        || name
            .value()
            .is_some_and(|name| !context.blocks.bearing(block.unit, "google_storage_bucket", "name", name).is_empty())
}

/// An HMAC key never ends by itself: <https://cloud.google.com/storage/docs/authentication/hmackeys>.
fn hmac_key(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Credential {
            form: Known::set("hmac-key".into(), Origins::at(block.head)),
            expires: always(block, false),
            lifetime_days: Known::unset(Origins::at(block.head)),
            has_age: always(block, false),
            age_days: Known::unset(Origins::at(block.head)),
            active: block.body.text("state").map(|state| &*state == "ACTIVE").or_default(true),
            of_root: always(block, false),
        },
    ));
}

fn transfer(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let sink = "transfer_spec.gcs_data_sink.bucket_name";
    let target = context.blocks.follow(&block.body, sink, &["google_storage_bucket"]);
    let target = target.or_else(|| {
        let name = block.body.text(sink);
        let name = name.value()?.clone();
        context
            .blocks
            .of_type("google_storage_bucket")
            .find(|bucket| bucket.body.get("name").and_then(|n| n.as_str()) == Some(&name))
    });
    let region = match target {
        Some(bucket) => super::read::region(bucket),
        None => block.body.text(sink).try_map(|_| None, || crate::value::Why::NotSeen(super::read::name(block))),
    };
    out.push(resource(
        block,
        Replication {
            purpose: Known::set("data".into(), Origins::at(block.head)),
            target_region: region.and_at(&Origins::at(block.head)),
            ..Replication::default()
        },
    ));
}
