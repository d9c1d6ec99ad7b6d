//! Azure Database for PostgreSQL, MySQL and MariaDB: single and flexible servers, their parameters and firewall rules.

use crate::model::{Database, DatabaseLog, Replication, Resource};
use crate::provider::azure::database::{
    diagnosed, opened, opened_to_cloud, orphan, parameter, rule_admits_cloud, rule_opens,
};
use crate::provider::azure::gateways::locked;
use crate::provider::azure::read::{
    always, by_type, customer_key, flag, inherit, is, modern, not_seen, on, pair, parent, resource, words,
};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_mariadb_configuration", fragment),
    ("azurerm_mariadb_database", fragment),
    ("azurerm_mariadb_firewall_rule", |block, context, out| lone_rule(block, context, &MARIADB, out)),
    ("azurerm_mariadb_server", |block, context, out| single(block, context, &MARIADB, out)),
    ("azurerm_mysql_active_directory_administrator", fragment),
    ("azurerm_mysql_configuration", fragment),
    ("azurerm_mysql_database", fragment),
    ("azurerm_mysql_firewall_rule", |block, context, out| lone_rule(block, context, &MYSQL, out)),
    ("azurerm_mysql_flexible_database", fragment),
    ("azurerm_mysql_flexible_server", |block, context, out| flexible(block, context, &MYSQL_FLEXIBLE, out)),
    ("azurerm_mysql_flexible_server_active_directory_administrator", fragment),
    ("azurerm_mysql_flexible_server_configuration", |block, context, out| {
        lone_setting(block, context, &MYSQL_FLEXIBLE, out)
    }),
    ("azurerm_mysql_flexible_server_firewall_rule", |block, context, out| {
        lone_rule(block, context, &MYSQL_FLEXIBLE, out)
    }),
    ("azurerm_mysql_server", |block, context, out| single(block, context, &MYSQL, out)),
    ("azurerm_mysql_server_key", fragment),
    ("azurerm_postgresql_active_directory_administrator", fragment),
    ("azurerm_postgresql_configuration", log_setting),
    ("azurerm_postgresql_database", fragment),
    ("azurerm_postgresql_firewall_rule", |block, context, out| lone_rule(block, context, &POSTGRES, out)),
    ("azurerm_postgresql_flexible_server", |block, context, out| flexible(block, context, &POSTGRES_FLEXIBLE, out)),
    ("azurerm_postgresql_flexible_server_active_directory_administrator", fragment),
    ("azurerm_postgresql_flexible_server_configuration", |block, context, out| {
        lone_setting(block, context, &POSTGRES_FLEXIBLE, out)
    }),
    ("azurerm_postgresql_flexible_server_database", fragment),
    ("azurerm_postgresql_flexible_server_firewall_rule", |block, context, out| {
        lone_rule(block, context, &POSTGRES_FLEXIBLE, out)
    }),
    ("azurerm_postgresql_server", |block, context, out| single(block, context, &POSTGRES, out)),
    ("azurerm_postgresql_server_key", fragment),
];

/// How one service spells what belongs to its servers.
struct Service {
    engine: &'static str,
    server: &'static str,
    rule: &'static str,
    setting: &'static str,
    key: &'static str,
    /// The attribute of rules and parameters that names the server.
    by: &'static str,
}

const POSTGRES: Service = Service {
    engine: "postgres",
    server: "azurerm_postgresql_server",
    rule: "azurerm_postgresql_firewall_rule",
    setting: "azurerm_postgresql_configuration",
    key: "azurerm_postgresql_server_key",
    by: "server_name",
};
const MYSQL: Service = Service {
    engine: "mysql",
    server: "azurerm_mysql_server",
    rule: "azurerm_mysql_firewall_rule",
    setting: "azurerm_mysql_configuration",
    key: "azurerm_mysql_server_key",
    by: "server_name",
};
const MARIADB: Service = Service {
    engine: "mariadb",
    server: "azurerm_mariadb_server",
    rule: "azurerm_mariadb_firewall_rule",
    setting: "azurerm_mariadb_configuration",
    key: "azurerm_mariadb_server_key",
    by: "server_name",
};
const POSTGRES_FLEXIBLE: Service = Service {
    engine: "postgres",
    server: "azurerm_postgresql_flexible_server",
    rule: "azurerm_postgresql_flexible_server_firewall_rule",
    setting: "azurerm_postgresql_flexible_server_configuration",
    key: "",
    by: "server_id",
};
const MYSQL_FLEXIBLE: Service = Service {
    engine: "mysql",
    server: "azurerm_mysql_flexible_server",
    rule: "azurerm_mysql_flexible_server_firewall_rule",
    setting: "azurerm_mysql_flexible_server_configuration",
    key: "",
    by: "server_name",
};

fn single(block: &Block, context: &Context<'_>, service: &Service, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = context.blocks.joined(block, service.rule, service.by, &["name", "id"]);
    let key = context.blocks.joined(block, service.key, "server_id", &["id"]).link("key_vault_key_id");
    let geo = flag(body, &["geo_redundant_backup_enabled"])
        .or(on(words(body, &["storage_profile.geo_redundant_backup", "geo_redundant_backup"])))
        .or_default(false);
    // on unless it is turned off: the provider's page of the server
    let public = body.bool("public_network_access_enabled").or_default(true);
    let server = Database {
        engine: by_type(block, service.engine),
        encrypted: always(block, true),
        customer_key: key.exists(),
        key,
        // where the public network is off nobody asks the firewall rules
        open_allowlist: opened(&rules).and(public.clone()),
        admits_cloud: opened_to_cloud(&rules).and(public.clone()),
        public,
        own_protocol: always(block, true),
        // on unless it is turned off: https://learn.microsoft.com/azure/postgresql/single-server/concepts-ssl-connection-security
        tls_required: body.bool("ssl_enforcement_enabled").or(on(body.text("ssl_enforcement"))).or_default(true),
        // taken by itself: https://learn.microsoft.com/azure/postgresql/single-server/concepts-backup
        backed_up: always(block, true),
        backup_days: body
            .int("backup_retention_days")
            .or(body.int("storage_profile.backup_retention_days"))
            .or_default(7),
        has_audit_log: always(block, true),
        audit_logged: diagnosed(block, context),
        pair_jurisdictions: pair(context, &body.text("location"), &geo),
        takes_second_site: copied(block).not(),
        second_site: any([geo.clone(), replicated(block, context, service)]),
        geo_paired: geo,
        // MariaDB took Microsoft's keys only
        takes_key: always(block, service.engine != "mariadb"),
        sets_tls_version: always(block, true),
        // 1.2 unless written: the provider's page of the server; before version 3 of it none
        modern_tls: modern(body.text("ssl_minimal_tls_version_enforced").or_default("TLS1_2".into())),
        takes_identity_login: always(block, service.engine != "mariadb"),
        identity_login: administrator(block, context, service),
        takes_delete_guard: always(block, true),
        delete_guarded: locked(block, context),
        ..data::database(block)
    };
    out.push(resource(block, server));
    replica(block, context, service, &["creation_source_server_id"], out);
}

fn flexible(block: &Block, context: &Context<'_>, service: &Service, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = context.blocks.joined(block, service.rule, service.by, &["name", "id"]);
    let settings = context.blocks.joined(block, service.setting, service.by, &["name", "id"]);
    let (customer, key) =
        customer_key(body, &["customer_managed_key.key_vault_key_id", "customer_managed_key.managed_hsm_key_id"]);
    let geo = body.bool("geo_redundant_backup_enabled").or_default(false);
    let version = if service.engine == "mysql" { "tls_version" } else { "ssl_min_protocol_version" };
    // on by default, and impossible in a delegated subnet: the provider's page of the server
    let written = flag(body, &["public_network_access_enabled"]).or(on(body.text("public_network_access")));
    let public = written.or_default(true).and(body.exists("delegated_subnet_id").not());
    let server = Database {
        engine: by_type(block, service.engine),
        encrypted: always(block, true),
        customer_key: customer,
        key,
        open_allowlist: opened(&rules).and(public.clone()),
        admits_cloud: opened_to_cloud(&rules).and(public.clone()),
        public,
        own_protocol: always(block, true),
        // `require_secure_transport` is on by default:
        // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl
        tls_required: on(parameter(&settings, "require_secure_transport")).or_default(true),
        backed_up: always(block, true),
        backup_days: body.int("backup_retention_days").or_default(7),
        has_audit_log: always(block, true),
        audit_logged: diagnosed(block, context),
        pair_jurisdictions: pair(context, &body.text("location"), &geo),
        takes_second_site: copied(block).not(),
        second_site: any([geo.clone(), replicated(block, context, service)]),
        geo_paired: geo,
        takes_key: always(block, true),
        sets_tls_version: always(block, true),
        // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl,
        // https://learn.microsoft.com/azure/mysql/flexible-server/how-to-connect-tls-ssl: 1.2 by default
        modern_tls: parameter(&settings, version)
            .or_default("TLSv1.2".into())
            .map(|text| text.split(',').all(|one| matches!(one.trim(), "TLSv1.2" | "TLSv1.3"))),
        takes_identity_login: always(block, true),
        identity_login: any([
            body.bool("authentication.active_directory_auth_enabled").or_default(false),
            administrator(block, context, service),
        ]),
        takes_delete_guard: always(block, true),
        delete_guarded: locked(block, context),
        sets_zones: body.exists("source_server_id").not(),
        // `SameZone` fails over beside the first
        multi_zone: is(body.text("high_availability.mode"), &["ZoneRedundant"]).or_default(false),
        ..data::database(block)
    };
    out.push(resource(block, server));
    replica(block, context, service, &["source_server_id"], out);
}

/// Whether it is a copy of another server itself.
fn copied(block: &Block) -> Known<bool> {
    any(["creation_source_server_id", "source_server_id"].map(|path| block.body.exists(path)))
}

/// Whether another server, in another region, is a copy of it.
fn replicated(block: &Block, context: &Context<'_>, service: &Service) -> Known<bool> {
    let here = block.body.text("location");
    let paths = ["creation_source_server_id", "source_server_id"].map(|path| (service.server, path));
    let copies = context.blocks.joined_any(block, &paths, &["id"]);
    let elsewhere = copies.blocks.iter().map(|copy| {
        let there = copy.body.text("location");
        let same = there.value() == here.value();
        there.map(|_| !same)
    });
    any(elsewhere.chain(copies.maybe()))
}

/// An administrator by an Entra identity, in a resource of its own.
fn administrator(block: &Block, context: &Context<'_>, service: &Service) -> Known<bool> {
    let (fragment, by) = match service.server {
        "azurerm_postgresql_server" => ("azurerm_postgresql_active_directory_administrator", "server_name"),
        "azurerm_mysql_server" => ("azurerm_mysql_active_directory_administrator", "server_name"),
        "azurerm_postgresql_flexible_server" => {
            ("azurerm_postgresql_flexible_server_active_directory_administrator", "server_name")
        }
        "azurerm_mysql_flexible_server" => {
            ("azurerm_mysql_flexible_server_active_directory_administrator", "server_id")
        }
        _ => return always(block, false),
    };
    context.blocks.joined(block, fragment, by, &["name", "id"]).exists()
}

/// A read replica is a server of its own and a copy of another: the copy goes from there to here.
fn replica(block: &Block, context: &Context<'_>, service: &Service, paths: &[&str], out: &mut Vec<Resource>) {
    let Some(path) = paths.iter().find(|path| block.body.get(path).is_some_and(|node| !node.is_null())) else { return };
    let Some(node) = block.body.get(path) else { return };
    let copy = Replication {
        purpose: by_type(block, "data"),
        target_region: block.body.text("location"),
        ..Replication::default()
    };
    let mut resource = super::read::part(block, "replica", node, copy);
    let source = parent(context.blocks, block, path, &[service.server]);
    inherit(&mut resource, source);
    resource.region = match source {
        Some(source) => source.body.text("location"),
        None => Known::unknown(not_seen(block, path), node.origins.clone()),
    };
    out.push(resource);
}

fn lone_rule(block: &Block, context: &Context<'_>, service: &Service, out: &mut Vec<Resource>) {
    out.extend(orphan(block, context, service.by, &[service.server], service.engine, |server| {
        server.open_allowlist = rule_opens(&block.body);
        server.admits_cloud = rule_admits_cloud(&block.body);
        server.own_protocol = always(block, true);
        server.backed_up = always(block, true);
    }));
}

/// What a server records of those who log in, and of its checkpoints:
/// <https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-logging>.
fn log_setting(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let name = block.body.text("name");
    let Some(form) = name.value().and_then(|name| data::recorded_by(&name.to_ascii_lowercase())) else { return };
    let value = block.body.text("value");
    if !value.is_unset() {
        out.push(resource(block, DatabaseLog { form: by_type(block, form), recorded: on(value) }));
    }
}

/// Only the parameter that TLS hangs on is worth a server that is not seen.
fn lone_setting(block: &Block, context: &Context<'_>, service: &Service, out: &mut Vec<Resource>) {
    log_setting(block, context, out);
    let about_tls =
        block.body.text("name").value().is_some_and(|name| name.eq_ignore_ascii_case("require_secure_transport"));
    if !about_tls {
        return;
    }
    out.extend(orphan(block, context, service.by, &[service.server], service.engine, |server| {
        server.tls_required = on(block.body.text("value").required("value"));
        server.own_protocol = always(block, true);
        server.backed_up = always(block, true);
    }));
}
