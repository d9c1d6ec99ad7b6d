//! Whether Amazon RDS and its relatives refuse clients without TLS: a parameter of the engine, in a parameter group.

use std::sync::Arc;

use super::common::{default, named, not_seen};
use crate::provider::Context;
use crate::value::{Block, Known, Node, State, Why};

/// The parameter that demands TLS, with the values that do.
struct Demand {
    parameter: &'static str,
    /// Whether it is on where nothing sets it.
    by_default: bool,
}

/// Sources: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html> (on from
/// version 15), <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html> (on from version 17),
/// <https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html>.
fn demand(engine: &str, aurora: bool, major: Option<u32>) -> Option<Demand> {
    // without a version RDS takes its newest default, 17 or later
    let (from, parameter) = match engine {
        "postgres" => (if aurora { 17 } else { 15 }, "rds.force_ssl"),
        "sqlserver" => (u32::MAX, "rds.force_ssl"),
        "mysql" => (u32::MAX, "require_secure_transport"),
        "mariadb" => (u32::MAX, "require_secure_transport"),
        "docdb" => (0, "tls"),
        "neptune" => (0, "neptune_enforce_ssl"),
        _ => return None,
    };
    Some(Demand { parameter, by_default: major.map_or(from < u32::MAX, |major| major >= from) })
}

/// For an `aws_db_instance`.
pub(super) fn instance(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>) -> Known<bool> {
    required(block, context, engine, "parameter_group_name", &["aws_db_parameter_group"])
}

/// For a cluster.
pub(super) fn cluster(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>) -> Known<bool> {
    let types: &[&str] = match &*block.native_type {
        "aws_docdb_cluster" => &["aws_docdb_cluster_parameter_group"],
        "aws_neptune_cluster" => &["aws_neptune_cluster_parameter_group"],
        _ => &["aws_rds_cluster_parameter_group"],
    };
    let path = match &*block.native_type {
        "aws_neptune_cluster" => "neptune_cluster_parameter_group_name",
        _ => "db_cluster_parameter_group_name",
    };
    required(block, context, engine, path, types)
}

fn required(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>, path: &str, types: &[&str]) -> Known<bool> {
    let name = match &engine.state {
        State::Set(name) | State::Default(name) => name,
        State::Unknown(unknown) => return Known::unknown(unknown.clone(), engine.origins.clone()),
        State::Unset => return Known::because(Why::Expression("no engine is written".into()), engine.origins.clone()),
    };
    let version = block.body.text("engine_version");
    let aurora = block.body.text("engine").value().is_some_and(|engine| engine.starts_with("aurora"));
    let major = version.value().and_then(|version| version.split('.').next()?.parse().ok());
    // Oracle and Db2 refuse nobody by a parameter
    let Some(demand) = demand(name, aurora, major) else { return default(block, false) };
    // where the version decides and it is not known, neither is the default
    let by_default = match &version.state {
        State::Unknown(unknown) if &**name == "postgres" => Known::unknown(unknown.clone(), version.origins.clone()),
        _ => default(block, demand.by_default),
    };
    let group = block.body.text(path);
    if group.is_unset() || group.value().is_some_and(|group| group.starts_with("default.")) {
        return by_default;
    }
    match named(context, block, path, types, &["name"]) {
        Some(group) => parameter(group, demand.parameter).or(by_default).and_at(&block.body.text(path).origins),
        None => not_seen(&block.body, path),
    }
}

/// Whether a parameter group turns `name` on; unset where it does not speak of it, unknown where it may.
fn parameter(group: &Block, name: &str) -> Known<bool> {
    let mut perhaps = None;
    for parameter in group.body.each("parameter") {
        let called = parameter.text("name");
        match &called.state {
            State::Set(called) if called.eq_ignore_ascii_case(name) => return on(parameter),
            State::Unknown(unknown) => perhaps = Some(Known::unknown(unknown.clone(), called.origins)),
            _ => {}
        }
    }
    perhaps.unwrap_or_else(|| group.body.bool("no such parameter"))
}

fn on(parameter: &Node) -> Known<bool> {
    let values = ["1", "on", "true", "enabled", "tls1.2+", "tls1.3+", "fips-140-3"];
    parameter.text("value").map(|value| values.contains(&value.to_ascii_lowercase().as_str()))
}
