//! Machines, volumes, snapshots and images.

use std::sync::Arc;

use crate::model::{ComputeIdentity, Disk, Resource, Snapshot, VirtualMachine};
use crate::provider::gcp::members::{everyone_holds, foreign_holds};
use crate::provider::gcp::read::{always, customer_key, resource};
use crate::provider::gcp::{backup_plans, compute_care};
use crate::provider::secrets::{credential, text_holds_credential};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_instance", instance),
    ("google_compute_instance_template", instance),
    ("google_compute_region_instance_template", instance),
    ("google_compute_instance_from_template", fragment),
    ("google_compute_disk", disk),
    ("google_compute_region_disk", disk),
    ("google_compute_attached_disk", fragment),
    ("google_compute_disk_resource_policy_attachment", fragment),
    ("google_compute_region_disk_resource_policy_attachment", fragment),
    ("google_compute_resource_policy", snapshot_schedule),
    ("google_compute_snapshot", snapshot),
    ("google_compute_image", snapshot),
    ("google_compute_snapshot_iam_member", fragment),
    ("google_compute_snapshot_iam_binding", fragment),
    ("google_compute_image_iam_member", fragment),
    ("google_compute_image_iam_binding", fragment),
    ("google_compute_address", fragment),
];

fn instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let interfaces = body.each("network_interface");
    let public = any(interfaces
        .iter()
        .flat_map(|interface| ["access_config", "ipv6_access_config"].map(|kind| interface.exists(kind))));
    let scripts = ["metadata_startup_script", "metadata"].map(|path| secret_in(body.get(path)));
    out.push(resource(
        block,
        VirtualMachine {
            public_address: public.and_at(&Origins::at(block.head)),
            // a header is demanded, there is no session token: https://cloud.google.com/compute/docs/metadata/overview
            has_metadata_token: always(block, false),
            metadata_token_required: always(block, true),
            plain_secret: any(scripts),
            // local disks are always encrypted: https://cloud.google.com/compute/docs/disks/local-ssd
            takes_host_encryption: always(block, false),
            host_encrypted: always(block, true),
            ..compute_care::instance(block, context)
        },
    ));
    identity(block, "machine", body, out);
    for disk in ["boot_disk", "attached_disk", "disk"] {
        for (at, node) in body.each(disk).into_iter().enumerate() {
            if node.get("source").is_some_and(|source| !source.is_null()) {
                continue; // a disk of its own
            }
            let key = node
                .link("kms_key_self_link")
                .or(node.link("disk_encryption_key.kms_key_self_link"))
                .or(node.link("disk_encryption_key_raw"));
            let mut volume = resource(
                block,
                Disk {
                    encrypted: always(block, true),
                    customer_key: key.exists().and_at(&node.origins),
                    key,
                    backed_up: always(block, false),
                    ephemeral: always(block, true),
                },
            );
            volume.part = Some(Arc::from(format!("{disk}[{at}]")));
            volume.head = node.origins.primary.unwrap_or(block.head);
            out.push(volume);
        }
    }
}

/// Whether a credential stands in a script or in metadata.
fn secret_in(node: Option<&Node>) -> Known<bool> {
    let Some(node) = node else { return Known::default_of(false, Origins::NONE) };
    let mut found: Vec<Known<bool>> = node
        .entries()
        .iter()
        .map(|entry| {
            // a script in metadata is a text that may hold one
            credential(&entry.key, &entry.value).either(entry.value.text("").map(|text| text_holds_credential(&text)))
        })
        .collect();
    if node.entries().is_empty() {
        found.push(node.text("").map(|text| text_holds_credential(&text)));
    }
    any(found)
}

/// The service account that something runs as. Without one written, the project's default account:
/// <https://cloud.google.com/compute/docs/access/service-accounts#default_service_account>.
pub(super) fn identity(block: &Block, of: &str, node: &Node, out: &mut Vec<Resource>) {
    let accounts = node.each("service_account");
    let at = accounts.first().map_or_else(|| Origins::at(block.head), |account| account.origins.clone());
    let (default, broad) = match accounts.first() {
        // a machine without the block has no identity at all
        None if of == "machine" => return,
        None => (Known::default_of(true, at.clone()), Known::default_of(true, at)),
        Some(account) if account.entries().is_empty() => {
            (account.text("").map(|email| is_default(&email)), Known::default_of(false, at))
        }
        Some(account) => {
            let email = account.text("email");
            let default = if email.why().is_some_and(|unknown| !unknown.refers.is_empty()) {
                Known::set(false, email.origins)
            } else {
                email.map(|email| is_default(&email)).or_default(true)
            };
            let scopes = account.each("scopes").into_iter().map(|scope| scope.text("").map(|scope| is_broad(&scope)));
            (default, any(scopes).and_at(&at))
        }
    };
    push_identity(block, of, default, broad, out);
}

/// The identity as a resource of its own.
pub(super) fn push_identity(
    block: &Block,
    of: &str,
    default: Known<bool>,
    broad: Known<bool>,
    out: &mut Vec<Resource>,
) {
    let mut identity =
        resource(block, ComputeIdentity { default, broad, of: Known::set(Arc::from(of), Origins::at(block.head)) });
    identity.part = Some("identity".into());
    out.push(identity);
}

/// The accounts that Google makes for every project.
pub(super) fn is_default(email: &str) -> bool {
    email.ends_with("-compute@developer.gserviceaccount.com")
        || email.ends_with("@appspot.gserviceaccount.com")
        || email == "default"
}

/// <https://cloud.google.com/compute/docs/access/service-accounts#accesscopesiam>
pub(super) fn is_broad(scope: &str) -> bool {
    matches!(
        scope,
        "cloud-platform"
            | "https://www.googleapis.com/auth/cloud-platform"
            | "https://www.googleapis.com/auth/compute"
            | "compute-rw"
    )
}

fn disk(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) =
        customer_key(block, &["disk_encryption_key.kms_key_self_link", "disk_encryption_key.kms_key_name"]);
    let own = block
        .body
        .exists("disk_encryption_key.raw_key")
        .either(block.body.exists("disk_encryption_key.rsa_encrypted_key"));
    let planned = context.blocks.joined_any(
        block,
        &[
            ("google_compute_disk_resource_policy_attachment", "disk"),
            ("google_compute_region_disk_resource_policy_attachment", "disk"),
        ],
        &["name"],
    );
    out.push(resource(
        block,
        Disk {
            // https://cloud.google.com/docs/security/encryption/default-encryption
            encrypted: always(block, true),
            customer_key: customer.either(own),
            key,
            backed_up: block.body.exists("resource_policies").either(planned.exists()),
            ephemeral: always(block, false),
        },
    ));
}

/// How long snapshots of a schedule are kept, and where, when it says so: a copy of data for backup.
fn snapshot_schedule(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    backup_plans::of_schedule(block, out);
    for (at, location) in
        block.body.each("snapshot_schedule_policy.snapshot_properties.storage_locations").into_iter().enumerate()
    {
        let mut copy = resource(
            block,
            crate::model::Replication {
                purpose: Known::set("backup".into(), Origins::at(block.head)),
                target_region: location.text(""),
                ..Default::default()
            },
        );
        copy.part = Some(Arc::from(format!("storage_locations[{at}]")));
        out.push(copy);
    }
}

fn snapshot(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (prefix, by) = if block.native_type.ends_with("image") {
        ("google_compute_image", "image")
    } else {
        ("google_compute_snapshot", "name")
    };
    let (_, key) =
        customer_key(block, &["snapshot_encryption_key.kms_key_self_link", "image_encryption_key.kms_key_self_link"]);
    out.push(resource(
        block,
        Snapshot {
            encrypted: always(block, true),
            key,
            public: everyone_holds(context.blocks, block, prefix, by, |_| true),
            shared_foreign: foreign_holds(context, block, prefix, by),
        },
    ));
}
