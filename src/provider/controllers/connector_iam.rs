//! Config Connector's grants: `IAMPolicyMember`, `IAMPartialPolicy` and `IAMPolicy` name the resource that they are on,
//! where Terraform has a type for each
//! (<https://cloud.google.com/config-connector/docs/reference/resource-docs/iam/iampolicymember>).

use std::sync::Arc;

use super::refers::Index;
use super::{Made, read_as};
use crate::value::{Block, Entry, Node, Provider, TextPen, Value};

/// What grants may be on: the kind, Terraform's prefix, the attribute that names it.
const ON: &[(&str, &str, &str)] = &[
    ("ArtifactRegistryRepository", "google_artifact_registry_repository", "repository"),
    ("BigQueryDataset", "google_bigquery_dataset", "datasetId"),
    ("BigQueryTable", "google_bigquery_table", "tableId"),
    ("CloudFunctionsFunction", "google_cloudfunctions_function", "cloudFunction"),
    ("ComputeImage", "google_compute_image", "image"),
    ("ComputeSnapshot", "google_compute_snapshot", "name"),
    ("Folder", "google_folder", "folder"),
    ("IAMServiceAccount", "google_service_account", "serviceAccountId"),
    ("KMSCryptoKey", "google_kms_crypto_key", "cryptoKeyId"),
    ("KMSKeyRing", "google_kms_key_ring", "keyRingId"),
    ("Organization", "google_organization", "orgId"),
    ("Project", "google_project", "project"),
    ("PubSubSubscription", "google_pubsub_subscription", "subscription"),
    ("PubSubTopic", "google_pubsub_topic", "topic"),
    ("RunService", "google_cloud_run_v2_service", "name"),
    ("SecretManagerSecret", "google_secret_manager_secret", "secretId"),
    ("StorageBucket", "google_storage_bucket", "bucket"),
];

/// The blocks of a grant, or that it is on something that is not read; none if the object is no grant. `body` is its
/// `spec`, references in their places.
pub(super) fn lower(made: &Made<'_>, index: &Index<'_>, body: &Node) -> Option<Option<Vec<Block>>> {
    let end = match &*made.kind {
        "IAMPolicyMember" => "IamMember",
        "IAMPartialPolicy" | "IAMPolicy" => "IamBinding",
        "IAMAuditConfig" => "IamAuditConfig",
        _ => return None,
    };
    Some(grants(made, index, body, end))
}

fn grants(made: &Made<'_>, index: &Index<'_>, body: &Node, end: &str) -> Option<Vec<Block>> {
    let on = made.body.at_path("spec.resourceRef").value().copied()?;
    let kind = on.text("kind").value().cloned()?;
    let (_, start, by) = ON.iter().find(|(known, ..)| **known == *kind)?;
    let reads_as = read_as(&[&start.replace('_', ""), end])?;
    let named = on.get("external").or_else(|| on.get("name")).is_some();
    // without a name it is the project that the object lies in
    let target = if named { Some(index.follow(made, &kind, on)) } else { body.get("project").cloned() };
    let block = |more: Vec<Entry>, at: Option<(usize, &Node)>| {
        let mut entries = more;
        entries.extend(target.clone().map(|value| entry(by, plain(&value))));
        let whole = Node { value: Value::Map(entries), origins: body.origins.clone() };
        let mut block = made.terraform(Provider::Gcp, reads_as, &whole, &[]);
        if let Some((nth, node)) = at {
            block.address = Arc::from(format!("{}.bindings[{nth}]", block.address));
            block.head = node.origins.primary.unwrap_or(block.head);
        }
        block
    };
    let under = |node: &Node, keys: &[(&str, &'static str)]| -> Vec<Entry> {
        keys.iter().filter_map(|(key, ours)| Some(entry(ours, node.get(key)?.clone()))).collect()
    };
    Some(match end {
        "IamMember" => {
            let mut more = under(body, &[("role", "role"), ("member", "member"), ("condition", "condition")]);
            if let Some(from) = body.get("memberFrom") {
                more.push(entry("member", account(from)));
            }
            vec![block(more, None)]
        }
        "IamBinding" => {
            let bindings = body.each("bindings");
            let of = |(nth, binding): (usize, &Node)| {
                let mut more = under(binding, &[("role", "role"), ("condition", "condition")]);
                let members = binding.each("members").into_iter().map(held).collect();
                let origins = binding.at_path("members").origins;
                more.push(entry("members", Node { value: Value::List(members), origins }));
                block(more, Some((nth, binding)))
            };
            bindings.into_iter().enumerate().map(of).collect()
        }
        _ => vec![block(under(body, &[("service", "service"), ("auditLogConfigs", "auditLogConfig")]), None)],
    })
}

/// A member: `{member: …}`, `{memberFrom: {serviceAccountRef: …}}`, or a plain text.
fn held(node: &Node) -> Node {
    match (node.get("memberFrom"), node.get("member")) {
        (Some(from), _) => account(from),
        (None, Some(member)) => member.clone(),
        (None, None) => node.clone(),
    }
}

/// A member that is taken of another object is a service account, or the account of one of Google's services.
fn account(from: &Node) -> Node {
    let [only] = from.entries() else { return from.clone() };
    let value = match &only.value.value {
        Value::Unknown(unknown) => {
            let mut pen = TextPen::default();
            pen.known("serviceAccount:");
            pen.hole(unknown.clone());
            pen.finish()
        }
        other => other.clone(),
    };
    Node { value, origins: only.value.origins.clone() }
}

/// Without what is said before a name: `projects/shop`.
fn plain(node: &Node) -> Node {
    let value = match node.as_str().and_then(|text| text.strip_prefix("projects/")) {
        Some(name) if !name.contains('/') => Value::String(Arc::from(name)),
        _ => node.value.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

fn entry(key: &str, value: Node) -> Entry {
    Entry { key: Arc::from(key), key_span: value.origins.primary, value }
}
