//! Cosmos DB: accounts, and its PostgreSQL and MongoDB clusters.

use crate::model::{Database, Replication, Resource};
use crate::provider::azure::database::{
    diagnosed, none, opened, opened_to_cloud, orphan, rule_admits_cloud, rule_opens,
};
use crate::provider::azure::gateways::locked;
use crate::provider::azure::read::{always, by_type, customer_key, flag, is, modern, on, pair, part, resource};
use crate::provider::{Context, Joined, Row, data, fragment};
use crate::value::{Block, Known, Node, Value, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_cosmosdb_account", account),
    ("azurerm_cosmosdb_cassandra_keyspace", fragment),
    ("azurerm_cosmosdb_cassandra_table", fragment),
    ("azurerm_cosmosdb_gremlin_database", fragment),
    ("azurerm_cosmosdb_gremlin_graph", fragment),
    ("azurerm_cosmosdb_mongo_collection", fragment),
    ("azurerm_cosmosdb_mongo_database", fragment),
    ("azurerm_cosmosdb_postgresql_cluster", postgres),
    ("azurerm_cosmosdb_postgresql_firewall_rule", postgres_rule),
    ("azurerm_cosmosdb_sql_container", fragment),
    ("azurerm_cosmosdb_sql_database", fragment),
    ("azurerm_cosmosdb_sql_role_assignment", fragment),
    ("azurerm_cosmosdb_sql_role_definition", fragment),
    ("azurerm_cosmosdb_table", fragment),
    ("azurerm_mongo_cluster", mongo),
    ("azurerm_mongo_cluster_firewall_rule", mongo_rule),
];

fn account(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let (customer, key) = customer_key(body, &["key_vault_key_id", "managed_hsm_key_id"]);
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cosmosdb_account
    let public = body.bool("public_network_access_enabled").or_default(true);
    let continuous = is(body.text("backup.type"), &["Continuous"]).or_default(false);
    let geo =
        is(body.text("backup.storage_redundancy").or_default("Geo".into()), &["Geo"]).and(continuous.clone().not());
    let days = match continuous.value() {
        Some(true) => {
            is(body.text("backup.tier"), &["Continuous7Days"]).or_default(false).map(|week| if week { 7 } else { 30 })
        }
        _ => body.int("backup.retention_in_hours").or_default(8).map(|hours| hours / 24),
    };
    out.push(resource(
        block,
        Database {
            engine: by_type(block, "cosmosdb"),
            encrypted: always(block, true),
            customer_key: customer,
            key,
            open_allowlist: open_filter(block).and(public.clone()),
            admits_cloud: lists(body, &["0.0.0.0"]).and(public.clone()),
            public,
            // spoken to over HTTPS or TLS only: https://learn.microsoft.com/azure/cosmos-db/database-encryption-at-rest
            own_protocol: always(block, false),
            tls_required: always(block, true),
            // periodic unless it is continuous: https://learn.microsoft.com/azure/cosmos-db/online-backup-and-restore
            backed_up: always(block, true),
            backup_days: days,
            has_audit_log: always(block, true),
            audit_logged: diagnosed(block, context),
            pair_jurisdictions: pair(context, &body.text("location"), &geo),
            geo_paired: geo,
            key_value: always(block, true),
            takes_key: always(block, true),
            sets_tls_version: always(block, true),
            // 1.2 unless written: the provider's page of the account
            modern_tls: modern(body.text("minimal_tls_version").or_default("Tls12".into())),
            takes_local_login: takes_identities(body),
            local_login: flag(body, &["local_authentication_enabled", "local_auth_enabled"])
                .or(body.bool("local_authentication_disabled").not())
                .or_default(true),
            takes_delete_guard: always(block, true),
            delete_guarded: locked(block, context),
            sets_zones: always(block, true),
            // https://learn.microsoft.com/azure/reliability/reliability-cosmos-db-nosql
            multi_zone: any([
                any(body.each("geo_location").into_iter().map(|place| place.bool("zone_redundant").or_default(false))),
                body.bool("automatic_failover_enabled")
                    .or(body.bool("enable_automatic_failover"))
                    .or_default(false)
                    .and(Known::set(body.each("geo_location").len() > 1, body.origins.clone())),
            ]),
            ..data::database(block)
        },
    ));
    copies(block, out);
    super::lifecycle::of_cosmos(block, context, out);
}

/// The interfaces of other databases can be spoken to with keys only:
/// <https://learn.microsoft.com/azure/cosmos-db/how-to-connect-role-based-access-control>.
fn takes_identities(body: &Node) -> Known<bool> {
    const OTHERS: &[&str] = &["EnableMongo", "EnableCassandra", "EnableGremlin", "EnableTable"];
    let other = any(body.each("capabilities").into_iter().map(|one| is(one.text("name"), OTHERS)));
    let plain = is(body.text("kind"), &["GlobalDocumentDB"]).or_default(true);
    plain.and(other.not())
}

/// Whether one of `wanted` is among the addresses that may come in; `0.0.0.0` there admits all of Azure:
/// <https://learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall>.
fn lists(body: &Node, wanted: &[&str]) -> Known<bool> {
    // a text with commas before version 4 of the provider, a list since
    let ranges = body.each("ip_range_filter").into_iter();
    any(ranges
        .map(|node| node.text("").map(|text| text.split(',').any(|range| wanted.contains(&range.trim()))))
        .chain([Known::default_of(false, body.origins.clone())]))
}

/// No filter at all admits every network.
fn open_filter(block: &Block) -> Known<bool> {
    let body = &block.body;
    let empty = body.at_path("ip_range_filter").map(|node| match &node.value {
        Value::List(items) => items.is_empty(),
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    });
    let by_network = any([body.bool("is_virtual_network_filter_enabled"), body.exists("virtual_network_rule")]);
    any([lists(body, &["0.0.0.0/0", "*"]), all([empty.or_default(true), by_network.not()])])
}

/// Each further location is a copy.
fn copies(block: &Block, out: &mut Vec<Resource>) {
    for (at, place) in block.body.each("geo_location").into_iter().enumerate() {
        if place.int("failover_priority").value() == Some(&0) {
            continue;
        }
        let copy = Replication {
            purpose: by_type(block, "data"),
            target_region: place.text("location"),
            ..Replication::default()
        };
        out.push(part(block, &format!("geo_location[{at}]"), place, copy));
    }
}

fn postgres(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = context.blocks.joined(block, "azurerm_cosmosdb_postgresql_firewall_rule", "cluster_id", &["id"]);
    let public = any([
        body.bool("coordinator_public_ip_access_enabled").or_default(true),
        body.bool("node_public_ip_access_enabled").or_default(false),
    ]);
    let database = cluster(block, context, "postgres", public, &rules);
    out.push(resource(block, database));
}

fn mongo(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let rules = context.blocks.joined(block, "azurerm_mongo_cluster_firewall_rule", "mongo_cluster_id", &["id"]);
    let public = on(block.body.text("public_network_access")).or_default(true);
    let mut database = cluster(block, context, "cosmosdb", public, &rules);
    database.takes_key = always(block, true);
    (database.customer_key, database.key) = customer_key(&block.body, &["customer_managed_key.key_vault_key_id"]);
    out.push(resource(block, database));
}

fn cluster(block: &Block, context: &Context<'_>, engine: &str, public: Known<bool>, rules: &Joined<'_>) -> Database {
    Database {
        engine: by_type(block, engine),
        encrypted: always(block, true),
        customer_key: always(block, false),
        key: none(block),
        open_allowlist: opened(rules).and(public.clone()),
        admits_cloud: opened_to_cloud(rules).and(public.clone()),
        public,
        own_protocol: always(block, true),
        // https://learn.microsoft.com/azure/cosmos-db/postgresql/concepts-security-overview: TLS is always enforced
        tls_required: always(block, true),
        backed_up: always(block, true),
        backup_days: always(block, 35),
        has_audit_log: always(block, true),
        audit_logged: diagnosed(block, context),
        geo_paired: always(block, false),
        pair_jurisdictions: none(block),
        ..data::database(block)
    }
}

fn postgres_rule(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.extend(orphan(block, context, "cluster_id", &["azurerm_cosmosdb_postgresql_cluster"], "postgres", |cluster| {
        cluster.open_allowlist = rule_opens(&block.body);
        cluster.admits_cloud = rule_admits_cloud(&block.body);
    }));
}

fn mongo_rule(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.extend(orphan(block, context, "mongo_cluster_id", &["azurerm_mongo_cluster"], "cosmosdb", |cluster| {
        cluster.open_allowlist = rule_opens(&block.body);
        cluster.admits_cloud = rule_admits_cloud(&block.body);
    }));
}
