//! Amazon RDS, Aurora, DocumentDB and Neptune: instances, clusters (with the instances in them), global clusters.
//! Their snapshots and copies are in `rds_copies`, their parameter groups in `rds_tls`.

use std::sync::Arc;

use super::common::{customer_key, default, fixed, key, named, no_link, not_seen, observed, resource};
use super::{Row, backup, rds_tls, vpc};
use crate::model::{Database, Resource};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_db_instance", instance),
    ("aws_rds_cluster", cluster),
    ("aws_docdb_cluster", cluster),
    ("aws_neptune_cluster", cluster),
    ("aws_rds_cluster_instance", stray_member),
    ("aws_docdb_cluster_instance", stray_member),
    ("aws_neptune_cluster_instance", stray_member),
    ("aws_rds_global_cluster", global),
    ("aws_docdb_global_cluster", global),
    ("aws_neptune_global_cluster", global),
    ("aws_docdbelastic_cluster", elastic),
    ("aws_db_parameter_group", rds_tls::log_settings),
    ("aws_rds_cluster_parameter_group", rds_tls::log_settings),
    ("aws_docdb_cluster_parameter_group", fragment),
    ("aws_neptune_cluster_parameter_group", fragment),
    ("aws_neptune_parameter_group", fragment),
    ("aws_db_option_group", fragment),
    ("aws_db_subnet_group", fragment),
    ("aws_docdb_subnet_group", fragment),
    ("aws_neptune_subnet_group", fragment),
];

const CLUSTERS: &[&str] = &["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"];
const NAMES: &[&str] = &["identifier", "cluster_identifier", "global_cluster_identifier", "name"];

/// AWS's name of an engine as one word: `aurora-postgresql` is `postgres`, `sqlserver-ex` is `sqlserver`.
fn engine(name: &str) -> Arc<str> {
    // RDS takes `MySQL` as well
    let name = name.to_ascii_lowercase();
    let plain = name.trim_start_matches("aurora-").trim_start_matches("custom-");
    let word = match plain {
        "aurora" => "mysql",
        "postgresql" => "postgres",
        _ if plain.starts_with("sqlserver") => "sqlserver",
        _ if plain.starts_with("oracle") => "oracle",
        _ => plain,
    };
    Arc::from(word)
}

fn instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // a replica keeps the engine of its source, a restored instance that of the snapshot
    let engine = body.text("engine").map(|name| engine(&name)).or(inherited(block, context, "engine"));
    let days = body.int("backup_retention_period").or_default(0);
    let own = body.exists("replicate_source_db").not();
    let database = Database {
        encrypted: instance_encrypted(block, context),
        // a key that is named where nothing is encrypted encrypts nothing
        customer_key: customer_key(body, "kms_key_id").and(instance_encrypted(block, context)),
        key: key(context, body, "kms_key_id"),
        // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#publicly_accessible-2
        public: body.bool("publicly_accessible").or_default(false),
        open_allowlist: vpc::open_groups(block, context, "vpc_security_group_ids"),
        own_protocol: default(block, true),
        tls_required: rds_tls::instance(block, context, &engine),
        backed_up: backed_up(block, context, &days),
        backup_days: days,
        has_audit_log: default(block, true),
        audit_logged: exported(block, "enabled_cloudwatch_logs_exports"),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        // a replica takes its source's key and zones of its own only when it is promoted
        takes_key: own.clone(),
        sets_zones: own,
        multi_zone: body.bool("multi_az").or_default(false),
        sets_tls_version: rds_tls::sets_version(block, &engine),
        modern_tls: rds_tls::instance_modern(block, context, &engine),
        takes_identity_login: takes_iam(&engine),
        identity_login: body.bool("iam_database_authentication_enabled").or_default(false),
        takes_delete_guard: default(block, true),
        delete_guarded: body.bool("deletion_protection").or_default(false),
        engine,
        ..data::database(block)
    };
    out.push(resource(block, NAMES, database));
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html>,
/// <https://docs.aws.amazon.com/neptune/latest/userguide/iam-auth.html>
fn takes_iam(engine: &Known<Arc<str>>) -> Known<bool> {
    engine.clone().map(|engine| matches!(&*engine, "postgres" | "mysql" | "mariadb" | "neptune")).or_default(false)
}

/// What a replica or a restored instance takes from its source: unknown unless the source was scanned.
fn inherited(block: &Block, context: &Context<'_>, path: &str) -> Known<Arc<str>> {
    let source = named(context, block, "replicate_source_db", &["aws_db_instance"], &["identifier"]);
    if let Some(source) = source {
        return source.body.text(path).map(|name| engine(&name));
    }
    for from in ["replicate_source_db", "snapshot_identifier", "restore_to_point_in_time"] {
        if !block.body.at_path(from).is_unset() {
            return not_seen(&block.body, from);
        }
    }
    block.body.text(path)
}

/// Off unless written: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance>. A
/// replica in the same region shares its source's storage key, one in another region is encrypted by naming a key, and
/// a restored instance takes what the snapshot had:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html>.
fn instance_encrypted(block: &Block, context: &Context<'_>) -> Known<bool> {
    let body = &block.body;
    let written = body.bool("storage_encrypted");
    let source = body.text("replicate_source_db");
    let answered = observed(block) && !written.is_unset();
    if !source.is_unset() && !answered {
        let named_key = body.exists("kms_key_id");
        if written.value() == Some(&true) || named_key.value() == Some(&true) {
            return any([written, named_key]);
        }
        return match named(context, block, "replicate_source_db", &["aws_db_instance"], &["identifier"]) {
            Some(other) if other.address != block.address && other.body.at_path("replicate_source_db").is_unset() => {
                instance_encrypted(other, context).and_at(&source.origins)
            }
            _ => not_seen(body, "replicate_source_db"),
        };
    }
    for from in ["snapshot_identifier", "restore_to_point_in_time"] {
        if written.is_unset() && !body.at_path(from).is_unset() {
            return not_seen(body, from);
        }
    }
    written.or_default(false)
}

/// Whether the storage of an instance or a cluster is encrypted, for what is made from it.
pub(super) fn encrypted(block: &Block, context: &Context<'_>) -> Known<bool> {
    if &*block.native_type == "aws_db_instance" {
        instance_encrypted(block, context)
    } else {
        cluster_encrypted(block, context)
    }
}

fn backed_up(block: &Block, context: &Context<'_>, days: &Known<i64>) -> Known<bool> {
    // backups of a replica are those of its source
    let replica = block.body.exists("replicate_source_db");
    any([days.clone().map(|days| days > 0), replica, backup::covered(block, context)])
}

/// Logs that tell who did what or what went wrong, by engine; the others are for tuning.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html>
const AUDIT_LOGS: &[&str] =
    &["audit", "error", "postgresql", "alert", "agent", "diag.log", "notify.log", "instance", "iam-db-auth-error"];

/// DocumentDB and Neptune have no error log to export: only `audit` counts.
fn exported(block: &Block, path: &str) -> Known<bool> {
    let audit_only = block.native_type.starts_with("aws_docdb") || block.native_type.starts_with("aws_neptune");
    let wanted = move |log: &str| if audit_only { log == "audit" } else { AUDIT_LOGS.contains(&log) };
    let logs = block.body.each(path).into_iter().map(|log| log.text("").map(|log| wanted(&log)));
    any(logs.collect::<Vec<_>>()).and_at(&block.body.at_path(path).origins)
}

fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let kind = match &*block.native_type {
        "aws_docdb_cluster" => fixed(block, "docdb"),
        "aws_neptune_cluster" => fixed(block, "neptune"),
        // `aurora` up to version 4 of the provider; from version 5 it must be written
        _ => body.text("engine").or_default("aurora".into()).map(|name| engine(&name)),
    };
    // one day unless written: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster
    let days = body.int("backup_retention_period").or_default(1);
    // Neptune's provider resource spells it without the d
    let logs =
        any(["enabled_cloudwatch_logs_exports", "enable_cloudwatch_logs_exports"].map(|path| exported(block, path)));
    let database = Database {
        encrypted: cluster_encrypted(block, context),
        customer_key: customer_key(body, "kms_key_id")
            .either(customer_key(body, "kms_key_arn"))
            .and(cluster_encrypted(block, context)),
        key: key(context, body, "kms_key_id").or(key(context, body, "kms_key_arn")),
        public: cluster_public(block, context),
        open_allowlist: vpc::open_groups(block, context, "vpc_security_group_ids"),
        own_protocol: default(block, true),
        tls_required: rds_tls::cluster(block, context, &kind),
        backed_up: any([days.clone().map(|days| days > 0), backup::covered(block, context)]),
        backup_days: days,
        has_audit_log: default(block, true),
        audit_logged: logs,
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        takes_key: default(block, true),
        sets_tls_version: rds_tls::sets_version(block, &kind),
        modern_tls: rds_tls::cluster_modern(block, context, &kind),
        takes_identity_login: takes_iam(&kind),
        identity_login: body
            .bool("iam_database_authentication_enabled")
            .or(body.bool("iam_database_authentication"))
            .or_default(false),
        takes_delete_guard: default(block, true),
        delete_guarded: body.bool("deletion_protection").or_default(false),
        sets_zones: members_seen(block, context).map(|count| count > 0),
        multi_zone: members_seen(block, context).map(|count| count > 1),
        engine: kind,
        ..data::database(block)
    };
    out.push(resource(block, NAMES, database));
}

/// Off unless written, but for a serverless engine mode, where it is always on, and for what is restored or joins a
/// global cluster: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster>.
fn cluster_encrypted(block: &Block, context: &Context<'_>) -> Known<bool> {
    let body = &block.body;
    let written = body.bool("storage_encrypted");
    if !written.is_unset() {
        return written;
    }
    if body.text("engine_mode").value().is_some_and(|mode| &**mode == "serverless") {
        return Known::default_of(true, body.text("engine_mode").origins);
    }
    if let Some(global) = named(context, block, "global_cluster_identifier", GLOBALS, &["global_cluster_identifier"])
        && !global.body.bool("storage_encrypted").is_unset()
    {
        return global.body.bool("storage_encrypted");
    }
    for from in ["snapshot_identifier", "restore_to_point_in_time", "replication_source_identifier"] {
        if !body.at_path(from).is_unset() {
            return not_seen(body, from);
        }
    }
    written.or_default(false)
}

/// Whether a member of the cluster has a public address. DocumentDB and Neptune live in a VPC only:
/// <https://docs.aws.amazon.com/documentdb/latest/developerguide/security.vpc.html>; a Neptune instance can be public
/// since engine 1.4.6.
fn cluster_public(block: &Block, context: &Context<'_>) -> Known<bool> {
    let fragment = match &*block.native_type {
        "aws_docdb_cluster" => return default(block, false),
        "aws_neptune_cluster" => "aws_neptune_cluster_instance",
        _ => "aws_rds_cluster_instance",
    };
    let members = context.blocks.joined(block, fragment, "cluster_identifier", &["cluster_identifier", "id"]);
    let said = members.blocks.iter().map(|member| member.body.bool("publicly_accessible").or_default(false));
    let own = block.body.bool("publicly_accessible").or_default(false);
    any(said.chain(members.maybe()).chain([own]))
}

/// How many members of the cluster are seen: a second one, in another zone, is what it fails over to
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html>). A cluster
/// without any is seen in part, or spreads over zones by itself.
fn members_seen(block: &Block, context: &Context<'_>) -> Known<usize> {
    let fragment = match &*block.native_type {
        "aws_docdb_cluster" => "aws_docdb_cluster_instance",
        "aws_neptune_cluster" => "aws_neptune_cluster_instance",
        _ => "aws_rds_cluster_instance",
    };
    let members = context.blocks.joined(block, fragment, "cluster_identifier", &["cluster_identifier", "id"]);
    let open = members.blocks.iter().find_map(|member| member.instances_unknown.clone());
    match open.or(members.open.clone()).filter(|_| members.blocks.len() < 2) {
        Some(unknown) => Known::unknown(unknown, no_link(block).origins),
        None => default(block, members.blocks.len()),
    }
}

/// A member of a cluster that is not among the scanned files.
fn stray_member(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if named(context, block, "cluster_identifier", CLUSTERS, &["cluster_identifier"]).is_some() {
        return;
    }
    let elsewhere = || not_seen(&block.body, "cluster_identifier");
    let public = match &*block.native_type {
        "aws_docdb_cluster_instance" => default(block, false),
        _ => block.body.bool("publicly_accessible").or_default(false),
    };
    // what it says of itself; the rest is its cluster's
    if public.value() == Some(&false) {
        return;
    }
    let database = Database {
        engine: block.body.text("engine").map(|name| engine(&name)),
        encrypted: elsewhere(),
        customer_key: elsewhere(),
        key: not_seen(&block.body, "cluster_identifier"),
        public,
        open_allowlist: elsewhere(),
        own_protocol: default(block, true),
        tls_required: elsewhere(),
        backed_up: elsewhere(),
        backup_days: not_seen(&block.body, "cluster_identifier"),
        has_audit_log: default(block, true),
        audit_logged: elsewhere(),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        ..data::database(block)
    };
    out.push(resource(block, NAMES, database));
}

const GLOBALS: &[&str] = &["aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster"];

/// A global cluster: it binds clusters together, which have endpoints, backups and logs of their own.
fn global(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let source = named(context, block, "source_db_cluster_identifier", CLUSTERS, &["cluster_identifier"]);
    let from_source = match source {
        Some(source) if source.body.at_path("global_cluster_identifier").is_unset() => {
            cluster_encrypted(source, context)
        }
        _ if body.at_path("source_db_cluster_identifier").is_unset() => default(block, false),
        _ => not_seen(body, "source_db_cluster_identifier"),
    };
    let members = "its member clusters say it";
    let of_members = || Known::because(Why::Expression(members.into()), no_link(block).origins);
    let database = Database {
        engine: body.text("engine").map(|name| engine(&name)),
        encrypted: body.bool("storage_encrypted").or(from_source),
        customer_key: of_members(),
        key: Known::unset(no_link(block).origins),
        public: default(block, false),
        open_allowlist: default(block, false),
        own_protocol: default(block, false),
        tls_required: of_members(),
        backed_up: default(block, true),
        backup_days: Known::because(Why::Expression(members.into()), no_link(block).origins),
        has_audit_log: default(block, false),
        audit_logged: of_members(),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        takes_delete_guard: default(block, true),
        delete_guarded: body.bool("deletion_protection").or_default(false),
        ..data::database(block)
    };
    out.push(resource(block, NAMES, database));
}

/// Always encrypted, always over TLS: <https://docs.aws.amazon.com/documentdb/latest/developerguide/elastic-clusters.html>.
fn elastic(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let days = body.int("backup_retention_period").or_default(1);
    let database = Database {
        engine: fixed(block, "docdb"),
        encrypted: default(block, true),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        public: default(block, false),
        open_allowlist: vpc::open_groups(block, context, "vpc_security_group_ids"),
        own_protocol: default(block, true),
        tls_required: default(block, true),
        backed_up: default(block, true),
        backup_days: days,
        has_audit_log: default(block, false),
        audit_logged: default(block, false),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(no_link(block).origins),
        takes_key: default(block, true),
        ..data::database(block)
    };
    out.push(resource(block, NAMES, database));
}
