//! Azure Cache for Redis, Redis Enterprise, Azure Managed Redis.

use crate::model::{Cache, Resource};
use crate::provider::azure::read::{always, flag, is, modern, parent, region_of, resource};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_managed_redis", managed),
    ("azurerm_redis_cache", redis),
    ("azurerm_redis_cache_access_policy", fragment),
    ("azurerm_redis_cache_access_policy_assignment", fragment),
    ("azurerm_redis_enterprise_cluster", fragment),
    ("azurerm_redis_enterprise_database", enterprise),
    ("azurerm_redis_firewall_rule", fragment),
    ("azurerm_redis_linked_server", fragment),
];

/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/redis_cache>
fn redis(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let login =
        flag(body, &["redis_configuration.authentication_enabled", "redis_configuration.enable_authentication"]);
    let facts = Cache {
        public: body.bool("public_network_access_enabled").or_default(true).and(body.exists("subnet_id").not()),
        tls_required: flag(body, &["non_ssl_port_enabled", "enable_non_ssl_port"]).or_default(false).not(),
        // 1.0 up to version 4 of the provider; what is not written is taken for the older
        modern_tls: modern(body.text("minimum_tls_version").or_default("1.0".into())),
        auth_required: login.or_default(true),
        encrypted: always(block, true),
        ..data::cache(block)
    };
    out.push(resource(block, facts));
}

/// Both newer services demand an access key or an Entra token, and encrypt unless told not to.
fn newer(block: &Block, protocol: &str, version: Known<bool>) -> Cache {
    let plain = is(block.body.text(protocol), &["Plaintext"]).or_default(false);
    Cache {
        tls_required: plain.not(),
        modern_tls: version,
        auth_required: always(block, true),
        encrypted: always(block, true),
        ..data::cache(block)
    }
}

fn managed(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Cache {
        sets_zones: always(block, true),
        // on unless turned off: the provider's page of the resource
        multi_zone: block.body.bool("high_availability_enabled").or_default(true),
        ..newer(block, "default_database.client_protocol", always(block, true))
    };
    out.push(resource(block, facts));
}

fn enterprise(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = if block.body.get("cluster_id").is_some() { "cluster_id" } else { "resource_group_name" };
    let cluster = parent(context.blocks, block, path, &["azurerm_redis_enterprise_cluster"]);
    let version = match cluster {
        Some(cluster) => modern(cluster.body.text("minimum_tls_version").or_default("1.2".into())),
        None => Known::unknown(super::read::not_seen(block, path), super::read::here(block)),
    };
    let mut resource = resource(block, newer(block, "client_protocol", version));
    resource.region = region_of(block, cluster, path);
    out.push(resource);
}
