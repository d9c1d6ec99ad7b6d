//! Cloud Storage buckets, their grants and lists, HMAC keys, transfer jobs.

use crate::model::{Credential, ObjectStore, Replication, Resource};
use crate::provider::gcp::members::{everyone_holds, is_public};
use crate::provider::gcp::read::{always, customer_key, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_storage_bucket", bucket),
    ("google_storage_bucket_iam_member", fragment),
    ("google_storage_bucket_iam_binding", fragment),
    ("google_storage_bucket_iam_policy", fragment),
    ("google_storage_bucket_acl", fragment),
    ("google_storage_default_object_acl", fragment),
    ("google_storage_bucket_access_control", fragment),
    ("google_storage_default_object_access_control", fragment),
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

fn bucket(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let (customer, key) = customer_key(block, &["encryption.default_kms_key_name"]);
    // enforced or inherited; an organisation policy may enforce it too, and would only narrow
    // https://cloud.google.com/storage/docs/public-access-prevention
    let prevented = body.text("public_access_prevention").map(|mode| &*mode == "enforced").or_default(false);
    let open = |write: bool| {
        let by_role = everyone_holds(context.blocks, block, "google_storage_bucket", "bucket", |role| {
            may_write(role) == write || (!write && role.ends_with("Admin"))
        });
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
}

/// Access-control lists, which count only without uniform access.
/// <https://cloud.google.com/storage/docs/access-control/lists>
fn by_lists(block: &Block, context: &Context<'_>, write: bool) -> Known<bool> {
    let uniform = block.body.bool("uniform_bucket_level_access").or_default(false);
    let mut found = Vec::new();
    for list in ["google_storage_bucket_acl", "google_storage_default_object_acl"] {
        let joined = context.blocks.joined(block, list, "bucket", &["name"]);
        for predefined in joined.each("predefined_acl").into_iter().chain(joined.each("default_acl")) {
            found.push(predefined.text("").map(|acl| match &*acl {
                "publicReadWrite" => true,
                "publicRead" | "authenticatedRead" => !write,
                _ => false,
            }));
        }
        for entry in joined.each("role_entity") {
            found.push(entry.text("").map(|entry| {
                let (role, entity) = entry.split_once(':').unwrap_or(("", &entry));
                is_public(entity) && (matches!(role, "WRITER" | "OWNER") == write || (!write && role == "OWNER"))
            }));
        }
        found.extend(joined.maybe());
    }
    for list in ["google_storage_bucket_access_control", "google_storage_default_object_access_control"] {
        let joined = context.blocks.joined(block, list, "bucket", &["name"]);
        for control in &joined.blocks {
            let writes = control.body.text("role").map(|role| matches!(&*role, "WRITER" | "OWNER")).or_default(false);
            let role = if write { writes } else { Known::default_of(true, Origins::at(control.head)) };
            found.push(control.body.text("entity").map(|entity| is_public(&entity)).and(role));
        }
        found.extend(joined.maybe());
    }
    any(found).and(uniform.not())
}

/// An HMAC key never ends by itself: <https://cloud.google.com/storage/docs/authentication/hmackeys>.
fn hmac_key(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Credential {
            form: Known::set("hmac-key".into(), Origins::at(block.head)),
            expires: always(block, false),
            lifetime_days: Known::unset(Origins::at(block.head)),
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
