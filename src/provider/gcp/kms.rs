//! Cloud KMS keys.

use crate::model::{Key, Resource};
use crate::provider::gcp::members::{everyone_holds, foreign_holds};
use crate::provider::gcp::read::{always, region, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, any};

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
            deletion_guarded: days.clone().map(|days| days > 0),
            deletion_days: days,
            public,
            shared_foreign: foreign_holds(context, block, "google_kms_crypto_key", "crypto_key_id"),
            in_vault: always(block, false),
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
