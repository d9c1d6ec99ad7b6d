//! What ends the data of a store by itself; the regions of a location of several; data that is handed to others.

use std::sync::Arc;

use crate::model::{DataShare, Resource, Retention, SpreadRegion};
use crate::provider::gcp::members::{foreign, grants, public};
use crate::provider::gcp::read::resource;
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Node, Origins, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_bigquery_analytics_hub_listing_iam_binding", listing),
    ("google_bigquery_analytics_hub_listing_iam_member", listing),
];

/// Locations of several regions that no country holds, with their regions:
/// <https://cloud.google.com/spanner/docs/instance-configurations>, <https://cloud.google.com/storage/docs/locations>.
const WIDE: &[(&str, &[&str])] = &[
    ("nam-asia1", &["us-central1", "us-east4", "asia-northeast1"]),
    ("nam-asia3", &["us-central1", "asia-south1"]),
    ("nam-eur-asia1", &["us-central1", "europe-west1", "asia-east1"]),
    ("nam-eur-asia3", &["us-central1", "europe-west1", "asia-east1"]),
    ("nam-eur1", &["us-central1", "europe-west1"]),
];

/// Objects stay until a rule deletes them: <https://cloud.google.com/storage/docs/lifecycle>.
pub(super) fn of_bucket(block: &Block, out: &mut Vec<Resource>) {
    let deletes = |rule: &Node| {
        let noncurrent = rule.text("condition.with_state").map(|state| &*state == "ARCHIVED").or_default(false);
        all([rule.text("action.type").map(|kind| &*kind == "Delete"), noncurrent.not()])
    };
    push(block, any(block.body.each("lifecycle_rule").into_iter().map(deletes)), out);
    let chosen = block.body.each("custom_placement_config.data_locations");
    let whole = block.body.text("location").or_default("US".into());
    if !chosen.is_empty() {
        for node in chosen {
            region(block, node.text(""), node.origins.clone(), out);
        }
    } else if whole.value().is_none_or(|location| !location.contains('-')) {
        regions(block, whole, out);
    }
}

/// Tables and partitions stay unless the dataset lets new ones end:
/// <https://cloud.google.com/bigquery/docs/updating-datasets#table-expiration>.
pub(super) fn of_dataset(block: &Block, out: &mut Vec<Resource>) {
    let ways = ["default_table_expiration_ms", "default_partition_expiration_ms"];
    push(block, any(ways.map(|way| block.body.exists(way))), out);
    let location = block.body.text("location").or_default("US".into());
    if location.value().is_none_or(|location| !location.contains('-')) {
        regions(block, location, out);
    }
}

/// Documents stay unless a field says when they end: <https://cloud.google.com/firestore/docs/ttl>.
pub(super) fn of_firestore(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let fields = context.blocks.joined(block, "google_firestore_field", "database", &["name", "id"]);
    let ends = any(fields.blocks.iter().map(|field| field.body.exists("ttl_config")).chain(fields.maybe()));
    push(block, ends, out);
    let location = block.body.text("location_id");
    if location.value().is_none_or(|location| !location.contains('-')) {
        regions(block, location, out);
    }
}

/// `nam-eur-asia1`, `eur3`; a configuration of one region begins with `regional-`.
pub(super) fn of_spanner(block: &Block, out: &mut Vec<Resource>) {
    let config: Known<Arc<str>> =
        block.body.text("config").map(|config| Arc::from(config.rsplit('/').next().unwrap_or(&config)));
    if config.value().is_none_or(|config| !config.starts_with("regional-")) {
        regions(block, config, out);
    }
}

/// The regions of a location, or the location itself where nobody says which it has.
fn regions(block: &Block, location: Known<Arc<str>>, out: &mut Vec<Resource>) {
    let plain = location.value().map(|text| text.to_ascii_lowercase());
    let origins = location.origins.clone();
    match WIDE.iter().find(|(name, _)| plain.as_deref() == Some(*name)) {
        Some((_, members)) => {
            for member in *members {
                region(block, Known::set(Arc::from(*member), origins.clone()), origins.clone(), out);
            }
        }
        // one country's, which is where the store itself is said to lie
        None if plain.as_deref() == Some("us") => {}
        None => region(block, location, origins, out),
    }
}

fn region(block: &Block, name: Known<Arc<str>>, at: Origins, out: &mut Vec<Resource>) {
    let mut one = resource(block, SpreadRegion { of: name.clone() });
    let written = name.value().map_or_else(|| Arc::from("?"), Arc::clone);
    one.part = Some(format!("region[{written}]").into());
    one.head = at.primary.unwrap_or(block.head);
    one.region = name;
    one.aliases = Vec::new();
    out.push(one);
}

fn push(block: &Block, ends: Known<bool>, out: &mut Vec<Resource>) {
    let mut found = resource(block, Retention { ends: ends.and_at(&Origins::at(block.head)) });
    found.part = Some("lifecycle".into());
    found.aliases = Vec::new();
    out.push(found);
}

/// A listing lets its subscribers read the dataset behind it: everyone, or the project of a service account.
/// <https://cloud.google.com/bigquery/docs/analytics-hub-introduction>
fn listing(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, grant) in grants(block).into_iter().enumerate() {
        let members = grant.members.iter();
        let to_foreign =
            any(members.map(|member| any([public(member.as_ref()), foreign(member.as_ref(), block, context)])));
        let mut share = resource(block, DataShare { to_foreign: to_foreign.and_at(&Origins::at(block.head)) });
        share.part = (at > 0).then(|| format!("binding[{at}]").into());
        out.push(share);
    }
}
