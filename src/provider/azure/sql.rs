//! Azure SQL: servers, databases, managed instances, failover groups; the older `azurerm_sql_*` beside them.

use crate::model::{Alert, Database, Replication, Resource};
use crate::provider::azure::database::{
    diagnosed, none, opened, opened_to_cloud, orphan, rule_admits_cloud, rule_opens,
};
use crate::provider::azure::gateways::locked;
use crate::provider::azure::read::{
    always, by_type, customer_key, here, inherit, is, modern, on, pair, parent, region_of, resource,
};
use crate::provider::{Context, Joined, Row, data, fragment};
use crate::value::{Block, Known, State, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_mssql_database", database),
    ("azurerm_mssql_database_extended_auditing_policy", fragment),
    ("azurerm_mssql_elasticpool", fragment),
    ("azurerm_mssql_failover_group", failover),
    ("azurerm_mssql_firewall_rule", firewall_rule),
    ("azurerm_mssql_managed_database", fragment),
    ("azurerm_mssql_managed_instance", instance),
    ("azurerm_mssql_managed_instance_active_directory_administrator", fragment),
    ("azurerm_mssql_managed_instance_failover_group", failover),
    ("azurerm_mssql_managed_instance_security_alert_policy", alerts),
    ("azurerm_mssql_managed_instance_transparent_data_encryption", fragment),
    ("azurerm_mssql_server", server),
    ("azurerm_mssql_server_extended_auditing_policy", stray_audit),
    ("azurerm_mssql_server_microsoft_support_auditing_policy", fragment),
    ("azurerm_mssql_server_security_alert_policy", alerts),
    ("azurerm_mssql_server_transparent_data_encryption", fragment),
    ("azurerm_mssql_virtual_network_rule", fragment),
    ("azurerm_sql_active_directory_administrator", fragment),
    ("azurerm_sql_database", database),
    ("azurerm_sql_failover_group", failover),
    ("azurerm_sql_firewall_rule", firewall_rule),
    ("azurerm_sql_managed_instance", instance),
    ("azurerm_sql_server", server),
];

const SERVERS: &[&str] = &["azurerm_mssql_server", "azurerm_sql_server"];

fn by_server(block: &Block) -> &'static str {
    if block.body.get("server_id").is_some() { "server_id" } else { "server_name" }
}

fn server(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let rules = [("azurerm_mssql_firewall_rule", "server_id"), ("azurerm_sql_firewall_rule", "server_name")];
    let rules = context.blocks.joined_any(block, &rules, &["id", "name"]);
    let protector =
        context.blocks.joined(block, "azurerm_mssql_server_transparent_data_encryption", "server_id", &["id"]);
    let (own_key, own_link) = customer_key(&block.body, &["transparent_data_encryption_key_vault_key_id"]);
    let separate = protector.link("key_vault_key_id").or(protector.link("managed_hsm_key_id"));
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_server
    let public = block.body.bool("public_network_access_enabled").or_default(true);
    out.push(resource(
        block,
        Database {
            engine: by_type(block, "sqlserver"),
            // its databases hold the data and say for themselves whether they are encrypted
            encrypted: always(block, true),
            customer_key: any([own_key, separate.exists()]),
            key: own_link.or(separate),
            // where the public network is off nobody asks the firewall rules:
            // https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings
            open_allowlist: opened(&rules).and(public.clone()),
            admits_cloud: opened_to_cloud(&rules).and(public.clone()),
            public,
            own_protocol: always(block, true),
            // every connection is encrypted, whatever the client asks for:
            // https://learn.microsoft.com/azure/azure-sql/database/security-overview
            tls_required: always(block, true),
            // taken by itself and not to be turned off:
            // https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview
            backed_up: always(block, true),
            backup_days: always(block, 7),
            has_audit_log: always(block, true),
            audit_logged: audited(block, context),
            // each database chooses
            geo_paired: always(block, false),
            pair_jurisdictions: none(block),
            takes_key: always(block, true),
            sets_tls_version: always(block, true),
            // 1.2 unless an older one, or none, is allowed: the provider's page; the older type has no such setting
            modern_tls: modern(block.body.text("minimum_tls_version").or_default("1.2".into())),
            takes_identity_login: always(block, true),
            identity_login: any([
                block.body.exists("azuread_administrator"),
                context
                    .blocks
                    .joined(block, "azurerm_sql_active_directory_administrator", "server_name", &["name"])
                    .exists(),
            ]),
            takes_delete_guard: always(block, true),
            delete_guarded: locked(block, context),
            ..data::database(block)
        },
    ));
}

/// An auditing policy of the server, or one of each of its databases.
fn audited(block: &Block, context: &Context<'_>) -> Known<bool> {
    let policy = |of: &Block, kind: &str, by: &str| switched_on(&context.blocks.joined(of, kind, by, &["id"]));
    let inline = block.body.exists("extended_auditing_policy");
    let own = policy(block, "azurerm_mssql_server_extended_auditing_policy", "server_id");
    let databases = [("azurerm_mssql_database", "server_id"), ("azurerm_sql_database", "server_name")];
    let databases = context.blocks.joined_any(block, &databases, &["id", "name"]);
    let each = databases.blocks.iter().map(|database| {
        let own = policy(database, "azurerm_mssql_database_extended_auditing_policy", "database_id");
        any([own, database.body.exists("extended_auditing_policy")])
    });
    let of_databases = if databases.blocks.is_empty() { Known::default_of(false, here(block)) } else { all(each) };
    any([own, inline, of_databases])
}

/// An auditing policy of a server that is not among the scanned files: judged where it is off.
fn stray_audit(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let on = block.body.bool("enabled").or_default(true);
    if on.value() == Some(&false) {
        out.extend(orphan(block, context, "server_id", SERVERS, "sqlserver", |server| {
            server.has_audit_log = always(block, true);
            server.audit_logged = on;
        }));
    }
}

/// Who hears of attacks that were seen: nobody where neither addresses nor the owners are named, or it is off.
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_server_security_alert_policy>
fn alerts(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let on = is(block.body.text("state").required("state"), &["Enabled", "New"]);
    let owners = on.clone().and(block.body.bool("email_account_admins").or_default(false));
    let addressed =
        any(block.body.each("email_addresses").into_iter().map(|one| one.text("").map(|to| !to.is_empty())));
    let notified = any([owners.clone(), on.and(addressed.or_default(false))]).and_at(&here(block));
    out.push(resource(block, Alert { notified, owners_notified: owners }));
}

/// A policy that is there and not switched off (on by default, provider's page of the policy).
fn switched_on(policy: &Joined<'_>) -> Known<bool> {
    all([policy.exists(), policy.bool("enabled").or_default(true)])
}

fn database(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = by_server(block);
    let server = parent(context.blocks, block, path, SERVERS);
    let region = region_of(block, server, path);
    let (customer, key) = customer_key(&block.body, &["transparent_data_encryption_key_vault_key_id"]);
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_database
    let storage = block
        .body
        .text("storage_account_type")
        .or(block.body.text("requested_backup_storage_redundancy"))
        .or_default("Geo".into());
    let geo = is(storage, &["Geo", "GeoZone", "GRS"]);
    // what its server decides is judged there
    let servers = || always(block, false);
    let database = Database {
        engine: by_type(block, "sqlserver"),
        // on for every new database since June 2017:
        // https://learn.microsoft.com/azure/azure-sql/database/transparent-data-encryption-tde-overview
        encrypted: block
            .body
            .bool("transparent_data_encryption_enabled")
            .or(on(block.body.text("transparent_data_encryption.state")))
            .or_default(true),
        customer_key: customer,
        key,
        public: servers(),
        open_allowlist: servers(),
        own_protocol: servers(),
        tls_required: always(block, true),
        backed_up: always(block, true),
        backup_days: block.body.int("short_term_retention_policy.retention_days").or_default(7),
        has_audit_log: servers(),
        audit_logged: none(block),
        pair_jurisdictions: pair(context, &region, &geo),
        geo_paired: geo,
        sets_zones: always(block, true),
        multi_zone: block.body.bool("zone_redundant").or_default(false),
        ..data::database(block)
    };
    let mut resource = resource(block, database);
    resource.region = region;
    out.push(resource);
}

fn instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let protector = context.blocks.joined(
        block,
        "azurerm_mssql_managed_instance_transparent_data_encryption",
        "managed_instance_id",
        &["id"],
    );
    let key = protector.link("key_vault_key_id").or(protector.link("managed_hsm_key_id"));
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_managed_instance
    let geo = is(block.body.text("storage_account_type").or_default("GRS".into()), &["GRS", "GZRS"]);
    out.push(resource(
        block,
        Database {
            engine: by_type(block, "sqlserver"),
            encrypted: always(block, true),
            customer_key: key.exists(),
            key,
            public: block.body.bool("public_data_endpoint_enabled").or_default(false),
            // its firewall is the security group of its subnet
            open_allowlist: always(block, false),
            own_protocol: always(block, true),
            tls_required: always(block, true),
            backed_up: always(block, true),
            backup_days: always(block, 7),
            has_audit_log: always(block, true),
            audit_logged: diagnosed(block, context),
            pair_jurisdictions: pair(context, &block.body.text("location"), &geo),
            geo_paired: geo,
            takes_key: always(block, true),
            sets_tls_version: always(block, true),
            modern_tls: modern(block.body.text("minimum_tls_version").or_default("1.2".into())),
            takes_identity_login: always(block, true),
            identity_login: any([
                block.body.exists("azure_active_directory_administrator"),
                context
                    .blocks
                    .joined(
                        block,
                        "azurerm_mssql_managed_instance_active_directory_administrator",
                        "managed_instance_id",
                        &["id"],
                    )
                    .exists(),
            ]),
            takes_delete_guard: always(block, true),
            delete_guarded: locked(block, context),
            sets_zones: always(block, true),
            multi_zone: block.body.bool("zone_redundant_enabled").or_default(false),
            ..data::database(block)
        },
    ));
}

fn firewall_rule(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    out.extend(orphan(block, context, by_server(block), SERVERS, "sqlserver", |server| {
        server.open_allowlist = rule_opens(&block.body);
        server.admits_cloud = rule_admits_cloud(&block.body);
        server.tls_required = always(block, true);
        server.backed_up = always(block, true);
    }));
}

/// One copy for each partner.
fn failover(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let mut partners = body.each("partner_server.id");
    partners.extend(body.each("partner_servers.id"));
    partners.extend(body.each("partner_managed_instance_id"));
    for (at, node) in partners.into_iter().enumerate() {
        let target = match &node.value {
            crate::value::Value::Unknown(unknown) => {
                unknown.refers.iter().find_map(|reference| context.blocks.referenced(reference))
            }
            _ => None,
        };
        let target = match target {
            Some(target) => target.body.text("location"),
            None => Known::unknown(partner_unseen(node), node.origins.clone()),
        };
        let copy = Replication { purpose: by_type(block, "data"), target_region: target, ..Replication::default() };
        let mut resource = super::read::part(block, &format!("partner_server[{at}]"), node, copy);
        let source =
            ["server_id", "server_name", "managed_instance_id"].into_iter().find(|path| body.get(path).is_some());
        if let Some(path) = source {
            let all: Vec<&str> = SERVERS.iter().copied().chain(["azurerm_mssql_managed_instance"]).collect();
            let source = parent(context.blocks, block, path, &all);
            resource.region = region_of(block, source, path);
            inherit(&mut resource, source);
        }
        out.push(resource);
    }
}

fn partner_unseen(node: &crate::value::Node) -> std::sync::Arc<crate::value::Unknown> {
    match node.text("").state {
        State::Unknown(unknown) => unknown,
        State::Set(name) | State::Default(name) => crate::value::Unknown::new(crate::value::Why::NotSeen(name)),
        State::Unset => crate::value::Unknown::not_read(),
    }
}
