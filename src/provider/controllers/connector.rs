//! Config Connector: `spec` is a resource of Terraform's Google provider in camel case, and what it takes of other objects
//! stands as `…Ref` (<https://cloud.google.com/config-connector/docs/reference/overview>).

use std::sync::Arc;

use super::refers::{self, Index};
use super::{Made, connector_iam, read_as, usual};
use crate::provider::spelling::Move::{self, By, Each, Pairs, To};
use crate::value::{Block, Entry, Node, Provider, Value};

/// Kinds whose type no rule gives:
/// <https://github.com/GoogleCloudPlatform/k8s-config-connector/tree/master/config/servicemappings>.
const OTHERS: &[(&str, &str)] = &[
    ("ComputeTargetVPNGateway", "google_compute_vpn_gateway"),
    ("ComputeVPNGateway", "google_compute_ha_vpn_gateway"),
    ("IAMCustomRole", "google_project_iam_custom_role"),
    ("IAMServiceAccount", "google_service_account"),
    ("IAMServiceAccountKey", "google_service_account_key"),
    ("LoggingLogMetric", "google_logging_metric"),
    ("NotebookInstance", "google_notebooks_instance"),
    ("RunJob", "google_cloud_run_v2_job"),
    ("RunService", "google_cloud_run_v2_service"),
    ("SQLInstance", "google_sql_database_instance"),
    ("Service", "google_project_service"),
];

/// Kinds that are one type worldwide and another one in a region, as their `location` says.
const PLACED: &[(&str, &str, &str)] = &[
    ("ComputeAddress", "google_compute_global_address", "google_compute_address"),
    ("ComputeBackendService", "google_compute_backend_service", "google_compute_region_backend_service"),
    ("ComputeForwardingRule", "google_compute_global_forwarding_rule", "google_compute_forwarding_rule"),
    ("ComputeSSLCertificate", "google_compute_ssl_certificate", "google_compute_region_ssl_certificate"),
    ("ComputeTargetHTTPProxy", "google_compute_target_http_proxy", "google_compute_region_target_http_proxy"),
    ("ComputeTargetHTTPSProxy", "google_compute_target_https_proxy", "google_compute_region_target_https_proxy"),
    ("ComputeURLMap", "google_compute_url_map", "google_compute_region_url_map"),
];

/// Kinds that are another type where their `location` is a region and no zone.
const REGIONAL: &[(&str, &str)] = &[
    ("ComputeDisk", "google_compute_region_disk"),
    ("ComputeInstanceGroupManager", "google_compute_region_instance_group_manager"),
];

/// Kinds that are a type each for an organisation, a folder and a project, as the reference says that they have.
const OWNED: &[(&str, [&str; 3])] = &[
    (
        "LoggingLogBucket",
        [
            "google_logging_organization_bucket_config",
            "google_logging_folder_bucket_config",
            "google_logging_project_bucket_config",
        ],
    ),
    (
        "LoggingLogSink",
        ["google_logging_organization_sink", "google_logging_folder_sink", "google_logging_project_sink"],
    ),
    (
        "ResourceManagerPolicy",
        ["google_organization_policy", "google_folder_organization_policy", "google_project_organization_policy"],
    ),
];

/// What differs by more than the letter case, by type. References are in their places already.
const MOVES: &[(&str, &[Move])] = &[
    ("google_bigquery_table", &[To("dataset", "dataset_id")]),
    ("google_compute_disk", &[To("diskEncryptionKey.kmsKeyName", "disk_encryption_key.kms_key_self_link")]),
    ("google_compute_forwarding_rule", FORWARDING),
    ("google_compute_global_forwarding_rule", FORWARDING),
    (
        "google_compute_instance",
        &[
            Each("attachedDisk", "attached_disk", &[To("kmsKeyName", "kms_key_self_link")]),
            Each("bootDisk", "boot_disk", &[To("kmsKeyName", "kms_key_self_link")]),
            Each("serviceAccount", "service_account", &[To("serviceAccount", "email")]),
            Pairs("metadata", "metadata"),
        ],
    ),
    (
        "google_compute_instance_template",
        &[
            Each("disk", "disk", &[To("diskEncryptionKey.kmsKeyName", "disk_encryption_key.kms_key_self_link")]),
            Each("serviceAccount", "service_account", &[To("serviceAccount", "email")]),
            Pairs("metadata", "metadata"),
        ],
    ),
    ("google_logging_folder_sink", SINK),
    ("google_logging_organization_sink", SINK),
    ("google_logging_project_sink", SINK),
    ("google_project_service", &[To("name", "service")]),
    ("google_service_account_key", &[To("serviceAccount", "service_account_id")]),
    ("google_sql_database_instance", &[To("encryptionKMSCryptoKey", "encryption_key_name")]),
    ("google_storage_bucket", &[To("encryption.kmsKeyName", "encryption.default_kms_key_name")]),
];

/// `destination: {storageBucketRef: …}`: the one that is given.
const SINK: &[Move] = &[To("destination", "destination"), By(|body| only(body, "destination"), "destination")];

const FORWARDING: &[Move] = &[
    To("target", "target"),
    By(|body| only(body, "target"), "target"),
    To("ipAddress", "ip_address"),
    By(|body| only(body, "ipAddress"), "ip_address"),
];

/// Where the name that the cloud knows a resource by is not the attribute `name`.
const NAMED: &[(&str, &str)] = &[
    ("google_bigquery_dataset", "datasetId"),
    ("google_bigquery_table", "tableId"),
    ("google_project", "projectId"),
    ("google_project_iam_custom_role", "roleId"),
    ("google_secret_manager_secret", "secretId"),
    ("google_service_account", "accountId"),
];

/// Where labels go that are no attribute `labels`: the object's own become those of the resource.
const LABELLED: &[(&str, &str)] = &[("google_container_cluster", "resourceLabels")];

/// The only value of a map.
fn only(body: &Node, key: &str) -> Option<Node> {
    let node = body.get(key)?;
    match node.entries() {
        [only] => Some(only.value.clone()),
        [] => Some(node.clone()),
        _ => None,
    }
}

/// The type that an object is, if it is read.
fn reads_as(made: &Made<'_>) -> Option<&'static str> {
    let kind = &*made.kind;
    let worldwide = |path: &str| made.body.text(path).value().is_none_or(|location| &**location == "global");
    if let Some((_, global, regional)) = PLACED.iter().find(|(known, ..)| *known == kind) {
        return Some(if worldwide("spec.location") { global } else { regional });
    }
    if made.body.text("spec.location").value().is_some_and(|at| at.matches('-').count() == 1)
        && let Some((_, regional)) = REGIONAL.iter().find(|(known, _)| *known == kind)
    {
        return Some(regional);
    }
    if let Some((.., types)) = OWNED.iter().find(|(known, _)| *known == kind) {
        let of = |key: &str| made.body.exists(&format!("spec.{key}")).value() == Some(&true);
        let [organisation, folder, project] = *types;
        return Some(match (of("organizationRef"), of("folderRef")) {
            (true, _) => organisation,
            (_, true) => folder,
            _ => project,
        });
    }
    OTHERS
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, reads_as)| *reads_as)
        .or_else(|| read_as(&["google", kind]))
}

pub(super) fn lower(made: &Made<'_>, index: &Index<'_>) -> Option<Vec<Block>> {
    let mut body = settled(made, index, &made.part("spec"));
    usual(&mut body, "project", made.annotation("cnrm.cloud.google.com/project-id").cloned());
    if let Some(grants) = connector_iam::lower(made, index, &body) {
        return grants;
    }
    let reads_as = reads_as(made)?;
    let of =
        |table: &[(&str, &'static str)], other| table.iter().find(|(of, _)| *of == reads_as).map_or(other, |row| row.1);
    let metadata = |key: &str| made.body.get("metadata")?.get(key).cloned();
    let own = body.get("resourceID").cloned().or_else(|| metadata("name"));
    usual(&mut body, of(NAMED, "name"), own);
    if reads_as == "google_sql_database_instance" {
        if let Some(settings) = body_entry(&mut body, "settings") {
            usual(settings, "userLabels", metadata("labels"));
        }
    } else {
        usual(&mut body, of(LABELLED, "labels"), metadata("labels"));
    }
    if reads_as.starts_with("google_compute_") {
        let location = body.get("location").cloned();
        let zonal = location.as_ref().and_then(Node::as_str).is_some_and(|at| at.matches('-').count() == 2);
        usual(&mut body, if zonal { "zone" } else { "region" }, location);
    }
    let moves = MOVES.iter().find(|(of, _)| *of == reads_as).map_or(&[][..], |(_, moves)| moves);
    Some(vec![made.terraform(Provider::Gcp, reads_as, &body, moves)])
}

fn body_entry<'n>(body: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut body.value {
        Value::Map(entries) => entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.value),
        _ => None,
    }
}

/// The node with what it takes of other objects in its place.
fn settled(made: &Made<'_>, index: &Index<'_>, node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| member(made, index, item)).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(|entry| taken(made, index, entry)).collect()),
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

/// An item of a list, which may be another object: `notificationChannels: [{name: pager}]`.
fn member(made: &Made<'_>, index: &Index<'_>, item: &Node) -> Node {
    let of_object = |entry: &Entry| ["external", "kind", "name", "namespace"].contains(&&*entry.key);
    let is_object = !item.entries().is_empty() && item.entries().iter().all(of_object);
    if is_object { index.follow(made, "", item) } else { settled(made, index, item) }
}

fn taken(made: &Made<'_>, index: &Index<'_>, entry: &Entry) -> Entry {
    let named = |key: String, value: Node| Entry { key: Arc::from(key), key_span: entry.key_span, value };
    let value = &entry.value;
    if let (Some(field), Value::List(items)) = (entry.key.strip_suffix("Refs"), &value.value) {
        let many = items.iter().map(|item| index.follow(made, field, item)).collect();
        return named(format!("{field}s"), Node { value: Value::List(many), origins: value.origins.clone() });
    }
    if let (Some(field), Value::Map(_)) = (entry.key.strip_suffix("Ref"), &value.value) {
        let to = index.follow(made, field, value);
        // Terraform speaks of a key by its name
        return named(if field == "kmsKey" { "kmsKeyName".to_owned() } else { field.to_owned() }, to);
    }
    // what may be written out or lie in a secret: `password: {valueFrom: {secretKeyRef: …}}`
    let sole = match value.entries() {
        [sole] => Some(sole),
        _ => None,
    };
    match sole.map(|sole| (&*sole.key, &sole.value)) {
        Some(("value", plain)) if !matches!(plain.value, Value::Map(_) | Value::List(_)) => {
            named(entry.key.to_string(), plain.clone())
        }
        Some(("valueFrom", from)) if from.get("secretKeyRef").is_some() => {
            let to = from.get("secretKeyRef").unwrap_or(from);
            named(entry.key.to_string(), refers::secret(made, to))
        }
        _ => Entry { value: settled(made, index, value), ..entry.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_tables_is_read() {
        let known: Vec<&str> = crate::provider::known_types().collect();
        let named = OTHERS.iter().chain(REGIONAL).map(|row| row.1).chain(PLACED.iter().flat_map(|row| [row.1, row.2]));
        let named = named.chain(OWNED.iter().flat_map(|row| row.1));
        for reads_as in named.chain(MOVES.iter().map(|row| row.0)).chain(NAMED.iter().chain(LABELLED).map(|row| row.0))
        {
            assert!(known.contains(&reads_as), "{reads_as}");
        }
        for (kind, reads_as) in [
            ("StorageBucket", "google_storage_bucket"),
            ("BigQueryDataset", "google_bigquery_dataset"),
            ("PubSubTopic", "google_pubsub_topic"),
            ("KMSCryptoKey", "google_kms_crypto_key"),
            ("ContainerCluster", "google_container_cluster"),
            ("ComputeSSLPolicy", "google_compute_ssl_policy"),
        ] {
            assert_eq!(read_as(&["google", kind]), Some(reads_as));
        }
    }
}
