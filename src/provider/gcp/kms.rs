//! Cloud KMS keys.

use std::sync::Arc;

use crate::model::{Key, Resource};
use crate::provider::gcp::members::{everyone_holds, foreign_holds, grants, grants_on};
use crate::provider::gcp::read::{always, region, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_kms_crypto_key", key),
    ("google_kms_key_ring", fragment),
    ("google_kms_crypto_key_iam_member", fragment),
    ("google_kms_crypto_key_iam_binding", fragment),
    ("google_kms_crypto_key_iam_policy", fragment),
    ("google_kms_key_ring_iam_member", fragment),
    ("google_kms_key_ring_iam_binding", fragment),
    ("google_kms_key_ring_iam_policy", fragment),
    ("google_kms_crypto_key_version", fragment),
];

/// Whether a member both administers the key, its ring or its project's keys, and decrypts with it:
/// <https://cloud.google.com/kms/docs/separation-of-duties>.
fn duties_mixed(block: &Block, ring: Option<&Block>, context: &Context<'_>) -> Known<bool> {
    const PROJECT: [&str; 2] = ["google_project_iam_member", "google_project_iam_binding"];
    let rules = |role: &str| role == "roles/cloudkms.admin";
    let uses =
        |role: &str| matches!(role, "roles/cloudkms.cryptoKeyDecrypter" | "roles/cloudkms.cryptoKeyEncrypterDecrypter");
    let (mut held, _) = grants_on(context.blocks, block, "google_kms_crypto_key", "crypto_key_id");
    if let Some(ring) = ring {
        held.extend(grants_on(context.blocks, ring, "google_kms_key_ring", "key_ring_id").0);
    }
    let project = PROJECT.iter().flat_map(|native| context.blocks.of_type(native));
    held.extend(project.filter(|found| found.unit == block.unit).flat_map(grants));
    let key = |member: &Node| {
        member.text("").value().cloned().or_else(|| {
            // members that are the same unknown are the same
            member.text("").why().map(|unknown| Arc::from(unknown.to_string()))
        })
    };
    let by = |name: &Arc<str>, test: &dyn Fn(&str) -> bool| {
        let own =
            held.iter().filter(|grant| grant.members.iter().any(|member| key(member.as_ref()).as_ref() == Some(name)));
        any(own.map(|grant| grant.role_is(test)).collect::<Vec<_>>())
    };
    let members = held.iter().flat_map(|grant| grant.members.iter().filter_map(|member| key(member.as_ref())));
    any(members.map(|name| all([by(&name, &rules), by(&name, &uses)])).collect::<Vec<_>>())
        .and_at(&Origins::at(block.head))
}

fn key(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    // 30 days unless set, since April 2024: https://cloud.google.com/kms/docs/destroy-restore
    let days = block.body.text("destroy_scheduled_duration").try_map(
        |text| text.trim_end_matches('s').parse::<f64>().ok().map(|seconds| seconds / 86_400.0),
        || crate::value::Why::Expression("the duration is not in seconds".into()),
    );
    #[expect(clippy::cast_possible_truncation, reason = "days of a duration are small")]
    let days = days.map(|days| days.floor() as i64).or_default(30);
    let ring = context.blocks.follow(&block.body, "key_ring", &["google_kms_key_ring"]);
    let public = any([Some(everyone_holds(context.blocks, block, "google_kms_crypto_key", "crypto_key_id", |_| true))]
        .into_iter()
        .chain([ring.map(|ring| everyone_holds(context.blocks, ring, "google_kms_key_ring", "key_ring_id", |_| true))])
        .flatten());
    let mut key = resource(
        block,
        Key {
            // it has no end to set
            ends: super::read::always(block, true),
            deletion_guarded: days.clone().map(|days| days > 0),
            deletion_days: days,
            public,
            shared_foreign: foreign_holds(context, block, "google_kms_crypto_key", "crypto_key_id"),
            in_vault: always(block, false),
            duties_mixed: duties_mixed(block, ring, context),
            // https://cloud.google.com/kms/docs/ekm
            held_outside: block
                .body
                .text("version_template.protection_level")
                .map(|level| level.starts_with("EXTERNAL"))
                .or_default(false),
            // only keys that encrypt with one secret, made by Google, rotate by themselves:
            // https://cloud.google.com/kms/docs/key-rotation
            may_rotate: block.body.text("purpose").map(|purpose| &*purpose == "ENCRYPT_DECRYPT").or_default(true).and(
                block
                    .body
                    .text("version_template.protection_level")
                    .map(|level| !level.starts_with("EXTERNAL"))
                    .or_default(true),
            ),
            rotates: block.body.exists("rotation_period"),
            rotation_days: super::read::days(block.body.text("rotation_period")),
        },
    );
    key.region = match ring {
        Some(ring) => region(ring),
        // `projects/p/locations/europe-west3/keyRings/r`
        None => block.body.text("key_ring").try_map(
            |ring| ring.split('/').skip_while(|part| *part != "locations").nth(1).map(Into::into),
            || crate::value::Why::NotSeen("the key ring".into()),
        ),
    };
    out.push(key);
}
