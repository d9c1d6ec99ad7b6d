//! Secret Manager: secrets, their rotation, and where their copies lie.

use std::sync::Arc;

use crate::model::{Replication, Resource, Secret, TextSet};
use crate::provider::gcp::members::{everyone_holds, foreign_holds};
use crate::provider::gcp::read::{days, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, State, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_secret_manager_secret", secret),
    ("google_secret_manager_regional_secret", secret),
    ("google_secret_manager_secret_version", fragment),
    ("google_secret_manager_regional_secret_version", fragment),
    ("google_secret_manager_secret_iam_binding", fragment),
    ("google_secret_manager_secret_iam_member", fragment),
    ("google_secret_manager_secret_iam_policy", fragment),
];

/// A rotation here is a message that asks for one; an end, by a date or a time to live, deletes the secret:
/// <https://cloud.google.com/secret-manager/docs/secret-rotation>.
fn secret(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let period = body.text("rotation.rotation_period");
    out.push(resource(
        block,
        Secret {
            readers_named: any([
                everyone_holds(context.blocks, block, "google_secret_manager_secret", "secret_id", |_| true),
                foreign_holds(context, block, "google_secret_manager_secret", "secret_id"),
            ])
            .not(),
            takes_key: super::read::always(block, true),
            customer_key: customer_key(block),
            rotates: any([period.exists(), body.exists("expire_time"), body.exists("ttl")]),
            has_period: period.exists(),
            rotation_days: days(period),
        },
    ));
    for (at, replica) in body.each("replication.user_managed.replicas").into_iter().enumerate() {
        let to = Replication { target_region: replica.text("location"), ..Replication::default() };
        copy(block, &format!("replicas[{at}]"), replica, to, out);
    }
    // Google chooses the regions, anywhere in the world: https://cloud.google.com/secret-manager/docs/choosing-replication
    for way in ["replication.auto", "replication.automatic"] {
        let found = body.at_path(way);
        if let State::Set(node) = found.state
            && node.bool("").value() != Some(&false)
        {
            let anywhere = Known::set(TextSet::from([Arc::from("anywhere")]), found.origins.clone());
            copy(block, "auto", node, Replication { target_jurisdictions: anywhere, ..Replication::default() }, out);
        }
    }
}

/// Every place that keeps the secret names a key: <https://cloud.google.com/secret-manager/docs/cmek>.
fn customer_key(block: &Block) -> Known<bool> {
    let body = &block.body;
    let named = |node: &Node| node.exists("customer_managed_encryption.kms_key_name");
    let replicas = body.each("replication.user_managed.replicas");
    if !replicas.is_empty() {
        return all(replicas.into_iter().map(named)).and_at(&Origins::at(block.head));
    }
    let ways = [body.exists("replication.auto.customer_managed_encryption.kms_key_name"), named(body)];
    any(ways).and_at(&Origins::at(block.head))
}

fn copy(block: &Block, name: &str, node: &Node, to: Replication, out: &mut Vec<Resource>) {
    let purpose = Known::set("secret".into(), Origins::at(block.head));
    let mut copy = resource(block, Replication { purpose, ..to });
    copy.part = Some(Arc::from(name));
    copy.head = node.origins.primary.unwrap_or(block.head);
    out.push(copy);
}
