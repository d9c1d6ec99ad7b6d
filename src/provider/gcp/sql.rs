//! Databases: Cloud SQL, AlloyDB, Spanner, Firestore, Bigtable.

use std::sync::Arc;

use crate::model::{Database, DatabaseLog, Replication, Resource};
use crate::provider::gcp::read::{always, customer_key, region, resource};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, Node, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_sql_database_instance", cloud_sql),
    ("google_sql_database", fragment),
    ("google_sql_user", fragment),
    ("google_alloydb_user", fragment),
    ("google_sql_ssl_cert", fragment),
    ("google_alloydb_cluster", alloydb_cluster),
    ("google_alloydb_instance", alloydb_instance),
    ("google_spanner_instance", spanner_instance),
    ("google_spanner_database", spanner),
    ("google_firestore_database", firestore),
    ("google_bigtable_instance", bigtable),
    ("google_bigtable_table", fragment),
];

fn engine(name: &str, block: &Block) -> Known<Arc<str>> {
    Known::default_of(Arc::from(name), Origins::at(block.head))
}

/// A database without a protocol of its own, private by the provider's design, encrypted with Google's keys.
fn managed(block: &Block, name: &str, keys: &[&str]) -> Database {
    let (customer, key) = customer_key(block, keys);
    Database {
        engine: engine(name, block),
        encrypted: always(block, true),
        customer_key: customer,
        key,
        takes_key: always(block, !keys.is_empty()),
        public: always(block, false),
        open_allowlist: always(block, false),
        own_protocol: always(block, false),
        tls_required: always(block, true),
        backed_up: always(block, false),
        backup_days: Known::default_of(0, Origins::at(block.head)),
        has_audit_log: always(block, false),
        audit_logged: always(block, false),
        geo_paired: always(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
        ..data::database(block)
    }
}

/// What the log of a PostgreSQL instance records: flags that are written, whatever they say.
/// <https://cloud.google.com/sql/docs/postgres/flags>
fn log_settings(block: &Block, out: &mut Vec<Resource>) {
    for (at, flag) in block.body.each("settings.database_flags").into_iter().enumerate() {
        let name = flag.text("name");
        let Some(form) = name.value().and_then(|name| data::recorded_by(name)) else { continue };
        let recorded = flag.text("value").map(|value| matches!(&*value, "on" | "1" | "true" | "all"));
        let mut setting = resource(block, DatabaseLog { form: engine(form, block), recorded });
        setting.part = Some(Arc::from(format!("database_flags[{at}]")));
        setting.head = flag.origins.primary.unwrap_or(block.head);
        out.push(setting);
    }
}

/// How many backups are kept, one a day; none where none are made.
fn kept_days(body: &Node, made: &Known<bool>) -> Known<i64> {
    match made.value() {
        Some(true) => {
            body.int("settings.backup_configuration.backup_retention_settings.retained_backups").or_default(7)
        }
        _ => made.clone().map(|_| 0),
    }
}

fn cloud_sql(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    log_settings(block, out);
    let body = &block.body;
    let ip = "settings.ip_configuration";
    let version = body.text("database_version");
    // a public address is given unless it is refused
    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance
    let public = body.bool(&format!("{ip}.ipv4_enabled")).or_default(true);
    let networks = body.each(&format!("{ip}.authorized_networks"));
    let modern = body
        .text(&format!("{ip}.ssl_mode"))
        .map(|mode| matches!(&*mode, "ENCRYPTED_ONLY" | "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"));
    let older = body.bool(&format!("{ip}.require_ssl"));
    let enabled = body.bool("settings.backup_configuration.enabled").or_default(false);
    // a read replica is not backed up by itself; its source is
    let replica = body.exists("master_instance_name");
    out.push(resource(
        block,
        Database {
            engine: version
                .clone()
                .map(|version| Arc::from(version.split('_').next().unwrap_or(&version).to_ascii_lowercase())),
            public,
            open_allowlist: any(networks
                .into_iter()
                .map(|network| network.text("value").map(|cidr| is_anywhere(&cidr)).or_default(false))),
            own_protocol: always(block, true),
            // the default admits both: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances#sslmode
            tls_required: modern.or(older).or_default(false),
            backed_up: any([enabled.clone(), replica.clone()]),
            backup_days: kept_days(body, &enabled),
            audit_logged: audit_logged(body),
            // a replica takes its source's key and stands in for it
            takes_key: replica.clone().not(),
            sets_zones: replica.clone().not(),
            multi_zone: body.text("settings.availability_type").map(|kind| &*kind == "REGIONAL").or_default(false),
            takes_delete_guard: always(block, true),
            // the guard of the API; `deletion_protection` binds Terraform alone
            delete_guarded: body.bool("settings.deletion_protection_enabled").or_default(false),
            // https://cloud.google.com/sql/docs/postgres/iam-authentication: not for SQL Server
            takes_identity_login: version.clone().map(|version| !version.starts_with("SQLSERVER")).or_default(false),
            identity_login: flagged(body, &["cloudsql.iam_authentication", "cloudsql_iam_authentication"], |value| {
                value.eq_ignore_ascii_case("on")
            }),
            has_audit_log: version.map(|version| !version.starts_with("MYSQL")).or_default(true),
            ..managed(block, "", &["encryption_key_name"])
        },
    ));
    if matches!(replica.value(), Some(true)) || replica.why().is_some() {
        replica_of(block, out);
    }
    backups_at(block, "settings.backup_configuration.location", out);
}

/// Whether a flag makes the log tell who did what: of PostgreSQL, and of MySQL.
fn audit_logged(body: &Node) -> Known<bool> {
    let postgres = &["cloudsql.enable_pgaudit", "log_connections", "log_min_duration_statement", "log_statement"];
    let mysql = &["cloudsql_mysql_audit", "general_log", "slow_query_log"];
    any([
        flagged(body, postgres, |value| !matches!(value, "off" | "-1" | "none")),
        flagged(body, mysql, |value| matches!(value, "on" | "ON")),
    ])
}

/// Whether a flag of one of these names has a value that is good.
fn flagged(body: &Node, names: &'static [&'static str], good: fn(&str) -> bool) -> Known<bool> {
    any(body.each("settings.database_flags").into_iter().map(move |flag| {
        let named = flag.text("name").map(move |name| names.contains(&&*name)).or_default(false);
        named.and(flag.text("value").map(move |value| good(&value)).or_default(false))
    }))
}

/// Where backups are kept, where it is written: a copy of its own.
fn backups_at(block: &Block, path: &str, out: &mut Vec<Resource>) {
    let target_region = block.body.text(path);
    if target_region.is_unset() {
        return;
    }
    let purpose = Known::set("backup".into(), Origins::at(block.head));
    let mut copy = resource(block, Replication { purpose, target_region, ..Replication::default() });
    copy.part = Some("backup".into());
    out.push(copy);
}

/// A read replica copies its source's data to where it lies.
fn replica_of(block: &Block, out: &mut Vec<Resource>) {
    let mut replication = resource(
        block,
        Replication {
            purpose: Known::set("data".into(), Origins::at(block.head)),
            target_region: region(block),
            ..Replication::default()
        },
    );
    replication.part = Some("replica".into());
    replication.inherits = block.body.link("master_instance_name").value().map(|source| source.target.clone());
    replication.region = Known::unset(Origins::at(block.head));
    out.push(replication);
}

fn alloydb_cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let instances = context.blocks.joined(block, "google_alloydb_instance", "cluster", &["name", "id", "cluster_id"]);
    let continuous = block.body.bool("continuous_backup_config.enabled").or_default(true);
    let automated = block.body.bool("automated_backup_policy.enabled").or_default(true);
    out.push(resource(
        block,
        Database {
            // instances say how they are reached
            public: any(instances
                .blocks
                .iter()
                .map(|instance| instance.body.bool("network_config.enable_public_ip").or_default(false))),
            backed_up: any([continuous, automated]),
            ..managed(block, "alloydb", &["encryption_config.kms_key_name"])
        },
    ));
    backups_at(block, "automated_backup_policy.location", out);
}

fn alloydb_instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let networks = body.each("network_config.authorized_external_networks");
    let cluster = context.blocks.follow(body, "cluster", &["google_alloydb_cluster"]);
    let mut instance = resource(
        block,
        Database {
            public: body.bool("network_config.enable_public_ip").or_default(false),
            open_allowlist: any(networks
                .into_iter()
                .map(|network| network.text("cidr_range").map(|cidr| is_anywhere(&cidr)).or_default(false))),
            own_protocol: always(block, true),
            // ENCRYPTED_ONLY unless set: https://cloud.google.com/alloydb/docs/reference/rest/v1/projects.locations.clusters.instances
            tls_required: body
                .text("client_connection_config.ssl_config.ssl_mode")
                .map(|mode| &*mode == "ENCRYPTED_ONLY")
                .or_default(true),
            // its cluster is backed up
            backed_up: always(block, true),
            // a replica pool stands beside the primary; zonal unless written for a pool, regional for a primary
            // https://cloud.google.com/alloydb/docs/reference/rest/v1/projects.locations.clusters.instances#availabilitytype
            sets_zones: body.text("instance_type").map(|kind| &*kind == "PRIMARY").or_default(true),
            multi_zone: body.text("availability_type").map(|kind| &*kind != "ZONAL").or_default(true),
            ..managed(block, "alloydb", &[])
        },
    );
    if let (Some(cluster), crate::model::Kind::Database(facts)) = (cluster, &mut instance.kind) {
        let (customer, key) = customer_key(cluster, &["encryption_config.kms_key_name"]);
        facts.customer_key = customer;
        facts.key = key;
        instance.region = region(cluster);
    }
    out.push(instance);
}

/// An instance holds no data of its own; its databases do. Its configuration says where they lie.
fn spanner_instance(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    super::lifecycle::of_spanner(block, out);
}

fn spanner(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let schedules = context.blocks.joined(block, "google_spanner_backup_schedule", "database", &["name"]);
    let mut database = resource(
        block,
        Database {
            // versions are kept for an hour by default, which is no backup
            // https://cloud.google.com/spanner/docs/pitr
            backed_up: schedules.exists(),
            takes_delete_guard: always(block, true),
            delete_guarded: block.body.bool("enable_drop_protection").or_default(false),
            ..managed(block, "spanner", &["encryption_config.kms_key_name", "encryption_config.kms_key_names"])
        },
    );
    if let Some(instance) = context.blocks.follow(&block.body, "instance", &["google_spanner_instance"]) {
        // `regional-europe-west3`, `eur3`
        database.region = instance.body.text("config").map(|config| {
            let config = config.rsplit('/').next().unwrap_or(&config);
            Arc::from(config.strip_prefix("regional-").unwrap_or(config))
        });
    }
    out.push(database);
}

fn firestore(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let recovery = block
        .body
        .text("point_in_time_recovery_enablement")
        .map(|state| &*state == "POINT_IN_TIME_RECOVERY_ENABLED")
        .or_default(false);
    let schedules = context.blocks.joined(block, "google_firestore_backup_schedule", "database", &["name"]);
    let mut database = resource(
        block,
        Database {
            backed_up: any([recovery, schedules.exists()]),
            key_value: always(block, true),
            takes_delete_guard: always(block, true),
            delete_guarded: block
                .body
                .text("delete_protection_state")
                .map(|state| &*state == "DELETE_PROTECTION_ENABLED")
                .or_default(false),
            ..managed(block, "firestore", &["cmek_config.kms_key_name"])
        },
    );
    database.region = block.body.text("location_id");
    out.push(database);
    super::lifecycle::of_firestore(block, context, out);
}

fn bigtable(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let tables = context.blocks.joined(block, "google_bigtable_table", "instance_name", &["name"]);
    let policies: Vec<_> = tables.blocks.iter().map(|table| table.body.exists("automated_backup_policy")).collect();
    let mut database = resource(
        block,
        Database {
            backed_up: any(policies),
            key_value: always(block, true),
            ..managed(block, "bigtable", &["cluster.kms_key_name"])
        },
    );
    database.region = block.body.text("cluster.zone").or(region(block));
    out.push(database);
}
