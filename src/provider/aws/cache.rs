//! Caches: ElastiCache (clusters, replication groups, serverless), MemoryDB, DAX.

use super::Row;
use super::common::{default, resource};
use crate::model::{Cache, Resource};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_elasticache_replication_group", group),
    ("aws_elasticache_cluster", cluster),
    ("aws_elasticache_serverless_cache", serverless),
    ("aws_memorydb_cluster", memorydb),
    ("aws_dax_cluster", dax),
    ("aws_elasticache_subnet_group", fragment),
    ("aws_elasticache_parameter_group", fragment),
    ("aws_elasticache_user", fragment),
    ("aws_elasticache_user_group", fragment),
];

/// Off unless written: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html>; the mode
/// `preferred` answers clients without TLS too.
fn group(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let on = body.bool("transit_encryption_enabled").or_default(false);
    let required = body.text("transit_encryption_mode").map(|mode| &*mode == "required").or_default(true);
    // Valkey encrypts at rest unless told not to
    let usual = body.text("engine").value().is_some_and(|engine| &**engine == "valkey");
    let cache = Cache {
        // a cache lies in a VPC, always
        public: default(block, false),
        tls_required: on.and(required),
        // 1.2 at least: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
        modern_tls: default(block, true),
        auth_required: any([
            body.exists("auth_token"),
            body.bool("auth_token_enabled").or_default(false),
            body.exists("user_group_ids"),
        ]),
        encrypted: body.bool("at_rest_encryption_enabled").or_default(usual),
        // off unless written: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
        sets_zones: default(block, true),
        multi_zone: body
            .bool("multi_az_enabled")
            .or_default(false)
            .and(body.bool("automatic_failover_enabled").or_default(false)),
    };
    out.push(resource(block, &["replication_group_id"], cache));
}

/// A cluster of its own: Memcached, or one node of Redis; a member of a replication group is judged as that.
fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let groups = &["aws_elasticache_replication_group"];
    if super::common::named(context, block, "replication_group_id", groups, &["replication_group_id"]).is_some() {
        return;
    }
    let cache = Cache {
        public: default(block, false),
        tls_required: body.bool("transit_encryption_enabled").or_default(false),
        modern_tls: default(block, true),
        auth_required: body.bool("auth_token_enabled").or_default(false),
        encrypted: body.bool("at_rest_encryption_enabled").or_default(false),
        ..data::cache(block)
    };
    out.push(resource(block, &["cluster_id"], cache));
}

/// TLS and encryption always, users by a user group:
/// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html>.
fn serverless(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let cache = Cache {
        public: default(block, false),
        tls_required: default(block, true),
        modern_tls: default(block, true),
        auth_required: block.body.exists("user_group_id"),
        encrypted: default(block, true),
        ..data::cache(block)
    };
    out.push(resource(block, &["name"], cache));
}

/// TLS unless turned off; the list `open-access` asks nobody:
/// <https://docs.aws.amazon.com/memorydb/latest/devguide/clusters.acls.html>.
fn memorydb(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let cache = Cache {
        public: default(block, false),
        tls_required: body.bool("tls_enabled").or_default(true),
        modern_tls: default(block, true),
        auth_required: body.text("acl_name").required("acl_name").map(|acl| &*acl != "open-access"),
        encrypted: default(block, true),
        ..data::cache(block)
    };
    out.push(resource(block, &["name"], cache));
}

/// IAM signs every request; TLS and encryption are off unless written:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAXEncryptionAtRest.html>.
fn dax(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let cache = Cache {
        public: default(block, false),
        tls_required: super::common::is(body, "cluster_endpoint_encryption_type", "TLS"),
        modern_tls: default(block, true),
        auth_required: default(block, true),
        encrypted: body.bool("server_side_encryption.enabled").or_default(false),
        ..data::cache(block)
    };
    out.push(resource(block, &["cluster_name"], cache));
}
