//! What ends the data of a store by itself; the regions of a database that lies in several; data that is handed to others.

use crate::model::{DataShare, Resource, Retention, SpreadRegion};
use crate::provider::azure::read::{always, here, part, resource};
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Node, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[("azurerm_data_share", data_share)];

/// Blobs stay until a rule that is on deletes them:
/// <https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview>. Another tenant may copy them where that is
/// allowed, as it was unless forbidden before version 4 of the provider:
/// <https://learn.microsoft.com/azure/storage/blobs/object-replication-prevent-cross-tenant-policies>.
pub(super) fn of_account(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    const AGES: [&str; 3] = ["modification", "creation", "last_access_time"];
    let policies = context.blocks.joined(block, "azurerm_storage_management_policy", "storage_account_id", &["id"]);
    let ends = |rule: &Node| {
        let deletes =
            AGES.map(|age| rule.exists(&format!("actions.base_blob.delete_after_days_since_{age}_greater_than")));
        rule.bool("enabled").or_default(true).and(any(deletes))
    };
    push(block, any(policies.each("rule").into_iter().map(ends).chain(policies.maybe())), out);
    let copied = block.body.bool("cross_tenant_replication_enabled").or_default(false);
    if copied.value() != Some(&false) {
        let mut share = resource(block, DataShare { to_foreign: copied });
        share.part = Some("cross_tenant_replication_enabled".into());
        out.push(share);
    }
}

/// Items of a container stay until its time to live lets them end; −1 leaves that to each of them:
/// <https://learn.microsoft.com/azure/cosmos-db/time-to-live>.
pub(super) fn of_cosmos(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    const CONTAINERS: [(&str, &str); 4] = [
        ("azurerm_cosmosdb_sql_container", "default_ttl"),
        ("azurerm_cosmosdb_mongo_collection", "default_ttl_seconds"),
        ("azurerm_cosmosdb_cassandra_table", "default_ttl"),
        ("azurerm_cosmosdb_gremlin_graph", "default_ttl"),
    ];
    let mut found = Vec::new();
    for (native, path) in CONTAINERS {
        let inside = context.blocks.joined(block, native, "account_name", &["name"]);
        found.extend(inside.blocks.iter().map(|container| {
            container.body.int(path).map(|seconds| seconds > 0).or_default(false).and_at(&here(container))
        }));
        found.extend(inside.maybe());
    }
    if !found.is_empty() {
        push(block, all(found), out);
    }
    let places = block.body.each("geo_location");
    for (at, node) in places.iter().enumerate().filter(|_| places.len() > 1) {
        let mut one = part(block, &format!("region[{at}]"), node, SpreadRegion { of: node.text("location") });
        one.region = node.text("location");
        out.push(one);
    }
}

fn push(block: &Block, ends: Known<bool>, out: &mut Vec<Resource>) {
    let mut found = resource(block, Retention { ends: ends.and_at(&here(block)) });
    found.part = Some("lifecycle".into());
    out.push(found);
}

/// Who is invited to a share is an action, not a setting: <https://learn.microsoft.com/azure/data-share/overview>.
fn data_share(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let why = "who is invited to a share stands in no file";
    let to_foreign = Known::because(Why::Expression(why.into()), always(block, false).origins);
    out.push(resource(block, DataShare { to_foreign }));
}
