//! Pub/Sub, caches, file stores, registries, Vertex AI and notebooks, log sinks, backups, Datastream.

use std::sync::Arc;

use crate::model::{
    BackupVault, Cache, DataFlow, FileShare, LogSink, ModelService, Queue, Registry, Replication, Resource,
    SearchIndex, Topic,
};
use crate::provider::gcp::members::{everyone_holds, foreign_holds};
use crate::provider::gcp::models;
use crate::provider::gcp::read::{always, customer_key, region, resource};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_managed_kafka_cluster", kafka),
    ("google_managed_kafka_topic", fragment),
    ("google_pubsub_topic", topic),
    ("google_pubsub_subscription", subscription),
    ("google_pubsub_topic_iam_member", fragment),
    ("google_pubsub_topic_iam_binding", fragment),
    ("google_pubsub_topic_iam_policy", fragment),
    ("google_pubsub_subscription_iam_member", fragment),
    ("google_pubsub_subscription_iam_binding", fragment),
    ("google_pubsub_subscription_iam_policy", fragment),
    ("google_redis_instance", redis),
    ("google_redis_cluster", redis_cluster),
    ("google_memorystore_instance", redis_cluster),
    ("google_filestore_instance", filestore),
    ("google_filestore_backup", fragment),
    ("google_artifact_registry_repository", registry),
    ("google_artifact_registry_repository_iam_member", fragment),
    ("google_artifact_registry_repository_iam_binding", fragment),
    ("google_artifact_registry_repository_iam_policy", fragment),
    ("google_vertex_ai_endpoint", vertex),
    ("google_vertex_ai_dataset", vertex),
    ("google_vertex_ai_featurestore", vertex),
    ("google_vertex_ai_metadata_store", vertex),
    ("google_vertex_ai_tensorboard", vertex),
    ("google_document_ai_processor", vertex),
    ("google_vertex_ai_index", vertex_index),
    ("google_workbench_instance", vertex),
    ("google_notebooks_instance", vertex),
    ("google_notebooks_runtime", vertex),
    ("google_logging_project_sink", sink),
    ("google_logging_folder_sink", sink),
    ("google_logging_organization_sink", sink),
    ("google_logging_project_bucket_config", log_bucket),
    ("google_backup_dr_backup_vault", vault),
    ("google_gke_backup_backup_plan", gke_plan),
    ("google_dataflow_flex_template_job", pipeline),
    ("google_dataflow_job", pipeline),
    ("google_dataproc_cluster", pipeline),
    ("google_datastream_connection_profile", datastream),
];

/// Pub/Sub is spoken to over HTTPS or gRPC with TLS only: <https://cloud.google.com/pubsub/docs/encryption>.
fn topic(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Topic {
            public: everyone_holds(context.blocks, block, "google_pubsub_topic", "topic", |_| true),
            shared_foreign: foreign_holds(context, block, "google_pubsub_topic", "topic"),
            encrypted: always(block, true),
            own_protocol: always(block, false),
            tls_clients: always(block, true),
            tls_brokers: always(block, true),
            takes_key: always(block, true),
            customer_key: customer_key(block, &["kms_key_name"]).0,
            // without a policy, or with an empty list, any region that an organisation policy allows:
            // https://cloud.google.com/pubsub/docs/resource-location-restriction
            sets_place: always(block, true),
            place_fixed: block
                .body
                .at_path("message_storage_policy.allowed_persistence_regions")
                .map(|regions| !matches!(&regions.value, crate::value::Value::List(items) if items.is_empty()))
                .or_default(false),
            ..data::topic(block, false)
        },
    ));
}

/// Encrypted always, clients over TLS only: <https://cloud.google.com/managed-service-for-apache-kafka/docs/encryption>.
fn kafka(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Topic {
            public: always(block, false),
            shared_foreign: always(block, false),
            encrypted: always(block, true),
            own_protocol: always(block, true),
            tls_clients: always(block, true),
            tls_brokers: always(block, true),
            takes_key: always(block, true),
            customer_key: customer_key(block, &["gcp_config.kms_key"]).0,
            ..data::topic(block, true)
        },
    ));
}

fn subscription(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(
        block,
        Queue {
            public: everyone_holds(context.blocks, block, "google_pubsub_subscription", "subscription", |_| true),
            shared_foreign: foreign_holds(context, block, "google_pubsub_subscription", "subscription"),
            encrypted: always(block, true),
        },
    ));
}

/// <https://cloud.google.com/memorystore/docs/redis/about-in-transit-encryption>
fn redis(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    out.push(resource(
        block,
        Cache {
            // reached from its own network only
            public: always(block, false),
            tls_required: body
                .text("transit_encryption_mode")
                .map(|mode| &*mode == "SERVER_AUTHENTICATION")
                .or_default(false),
            // 1.2 or newer, always
            modern_tls: always(block, true),
            auth_required: body.bool("auth_enabled").or_default(false),
            encrypted: always(block, true),
            sets_zones: always(block, true),
            // one node unless written: https://cloud.google.com/memorystore/docs/redis/redis-tiers
            multi_zone: body.text("tier").map(|tier| &*tier == "STANDARD_HA").or_default(false),
        },
    ));
}

fn redis_cluster(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    out.push(resource(
        block,
        Cache {
            // reached from its own network only
            public: always(block, false),
            tls_required: body
                .text("transit_encryption_mode")
                .map(|mode| matches!(&*mode, "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION" | "SERVER_AUTHENTICATION"))
                .or_default(false),
            modern_tls: always(block, true),
            auth_required: body
                .text("authorization_mode")
                .map(|mode| matches!(&*mode, "AUTH_MODE_IAM_AUTH" | "IAM_AUTH"))
                .or_default(false),
            encrypted: always(block, true),
            sets_zones: always(block, true),
            // a shard without a replica has nothing to fail over to:
            // https://cloud.google.com/memorystore/docs/cluster/ha-and-replicas
            multi_zone: body
                .int("replica_count")
                .map(|count| count > 0)
                .or_default(false)
                .and(body.text("zone_distribution_config.mode").map(|mode| &*mode != "SINGLE_ZONE").or_default(true)),
        },
    ));
}

fn filestore(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(block, &["kms_key_name"]);
    let backups = context.blocks.joined(block, "google_filestore_backup", "source_instance", &["name", "id"]);
    out.push(resource(
        block,
        FileShare {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            backed_up: backups.exists(),
            // NFS in the clear inside Google's own encrypted network: https://cloud.google.com/filestore/docs/encryption
            sets_transit: always(block, false),
            transit_encrypted: always(block, false),
        },
    ));
}

fn registry(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let open = everyone_holds(context.blocks, block, "google_artifact_registry_repository", "repository", |_| true);
    let (customer, key) = customer_key(block, &["kms_key_name"]);
    out.push(resource(
        block,
        Registry {
            public: open.clone(),
            anonymous_pull: open,
            admin_login: always(block, false),
            // https://cloud.google.com/artifact-registry/docs/cmek
            takes_key: always(block, true),
            customer_key: customer,
            key,
        },
    ));
}

/// <https://cloud.google.com/vertex-ai/docs/general/cmek>
fn vertex(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let paths = [
        "encryption_spec.kms_key_name",
        "encryption_config.kms_key_name",
        "gce_setup.boot_disk.kms_key",
        "kms_key",
        "kms_key_name",
        "virtual_machine.virtual_machine_config.encryption_config.kms_key",
    ];
    let (customer, key) = customer_key(block, &paths);
    let place = region(block);
    let endpoint = &*block.native_type == "google_vertex_ai_endpoint";
    out.push(resource(
        block,
        ModelService {
            keeps_data: always(block, true),
            customer_key: customer,
            key,
            routes: always(block, block.native_type.ends_with("_endpoint")),
            // the location `global` processes anywhere: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
            global_processing: place.map(|place| &*place == "global").or_default(false),
            // an endpoint is public unless it is in a network or behind Private Service Connect
            // https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type
            takes_network: always(block, endpoint),
            public: any([
                block.body.exists("network"),
                block.body.bool("private_service_connect_config.enable_private_service_connect").or_default(false),
            ])
            .not(),
            takes_local_login: always(block, false),
            local_login: always(block, false),
            sets_egress: always(block, false),
            egress_limited: always(block, false),
            ..models::filtered(block, endpoint, context)
        },
    ));
    if endpoint {
        models::calls(block, context, out);
    }
}

fn vertex_index(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(block, &["encryption_spec.kms_key_name"]);
    out.push(resource(
        block,
        SearchIndex {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            public: always(block, false),
            ..data::index(block)
        },
    ));
}

/// Where a sink sends to: a bucket, a dataset, a topic or a log bucket whose name ends the destination.
fn sink(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let targets = [
        "google_storage_bucket",
        "google_bigquery_dataset",
        "google_logging_project_bucket_config",
        "google_pubsub_topic",
    ];
    let destination = block.body.text("destination");
    let target = context.blocks.follow(&block.body, "destination", &targets).or_else(|| {
        let text = destination.value()?.clone();
        let last = text.rsplit('/').next()?.to_owned();
        targets.iter().flat_map(|kind| context.blocks.of_type(kind)).find(|found| *super::read::name(found) == *last)
    });
    let place = match target {
        Some(found) => region(found),
        // `logging.googleapis.com/projects/p/locations/eu/buckets/b`
        None => destination.try_map(
            |text| text.split('/').skip_while(|part| *part != "locations").nth(1).map(Arc::from),
            || crate::value::Why::NotSeen("the destination".into()),
        ),
    };
    out.push(resource(block, LogSink { target_region: place, ..LogSink::default() }));
}

fn log_bucket(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, LogSink { target_region: region(block), ..LogSink::default() }));
}

/// <https://cloud.google.com/backup-disaster-recovery/docs/concepts/backup-vault>
fn vault(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(block, &["encryption_config.kms_key_name"]);
    out.push(resource(
        block,
        BackupVault {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            locked: block.body.exists("backup_minimum_enforced_retention_duration"),
            // it can be taken back until the lock takes effect
            lock_final: block.body.exists("effective_time"),
            lock_days: super::read::days(block.body.text("backup_minimum_enforced_retention_duration")).or_default(0),
            geo_paired: always(block, false),
            pair_jurisdictions: Known::unset(Origins::at(block.head)),
        },
    ));
}

fn gke_plan(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    super::backup_plans::of_cluster(block, out);
    let (customer, key) = customer_key(block, &["backup_config.encryption_key.gcp_kms_encryption_key"]);
    let body = &block.body;
    let days = body.int("retention_policy.backup_delete_lock_days").map(|days| days > 0).or_default(false);
    out.push(resource(
        block,
        BackupVault {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            locked: any([body.bool("retention_policy.locked").or_default(false), days]),
            lock_final: body.bool("retention_policy.locked").or_default(false),
            lock_days: body.int("retention_policy.backup_delete_lock_days").or_default(0),
            geo_paired: always(block, false),
            pair_jurisdictions: Known::unset(Origins::at(block.head)),
        },
    ));
    let mut copy = resource(
        block,
        Replication {
            purpose: Known::set("backup".into(), Origins::at(block.head)),
            target_region: region(block),
            ..Replication::default()
        },
    );
    copy.part = Some("location".into());
    out.push(copy);
}

/// Its disks and the state of its pipeline: <https://cloud.google.com/dataflow/docs/guides/customer-managed-encryption-keys>,
/// <https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/customer-managed-encryption>.
fn pipeline(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(block, &["kms_key_name", "cluster_config.encryption_config.kms_key_name"]);
    let flow = DataFlow {
        takes_key: always(block, true),
        customer_key: customer,
        key,
        // what it connects to is said by the program that it runs
        ..data::runner(block)
    };
    out.push(resource(block, flow));
}

/// <https://cloud.google.com/datastream/docs/configure-your-source-postgresql-database>
fn datastream(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for profile in ["mysql_profile", "postgresql_profile", "mongodb_profile", "sql_server_profile"] {
        if block.body.get(profile).is_none() {
            continue;
        }
        let checked = ["ca_certificate", "server_verification", "server_and_client_verification"]
            .map(|part| block.body.exists(&format!("{profile}.ssl_config.{part}")));
        out.push(resource(block, data::flow(block, any(checked))));
        return;
    }
}
