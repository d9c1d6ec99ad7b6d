//! Whether Amazon RDS and its relatives refuse clients without TLS: a parameter of the engine, in a parameter group.

use std::sync::Arc;

use super::common::{default, named, not_seen, observed};
use crate::model::{DatabaseLog, Resource};
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
        "db2-se" | "db2-ae" => (u32::MAX, "db2comm"),
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
        "aws_docdb_cluster" => &["aws_docdb_cluster_parameter_group", "aws_rds_cluster_parameter_group"],
        "aws_neptune_cluster" => &["aws_neptune_cluster_parameter_group", "aws_rds_cluster_parameter_group"],
        _ => &["aws_rds_cluster_parameter_group"],
    };
    let path = match &*block.native_type {
        "aws_neptune_cluster" => "neptune_cluster_parameter_group_name",
        _ => "db_cluster_parameter_group_name",
    };
    required(block, context, engine, path, types)
}

/// Whether the oldest version of TLS is a parameter of the engine.
pub(super) fn sets_version(block: &Block, engine: &Known<Arc<str>>) -> Known<bool> {
    // what a restored or copied database runs is judged as far as it is told
    let told = engine.clone().map(|engine| matches!(&*engine, "postgres" | "mysql")).or_default(false);
    if told.why().is_some() && !observed(block) { default(block, false) } else { told }
}

/// Whether an `aws_db_instance` refuses TLS older than 1.2.
pub(super) fn instance_modern(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>) -> Known<bool> {
    modern(block, context, engine, "parameter_group_name", &["aws_db_parameter_group"])
}

/// Whether a cluster does.
pub(super) fn cluster_modern(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>) -> Known<bool> {
    modern(block, context, engine, "db_cluster_parameter_group_name", &["aws_rds_cluster_parameter_group"])
}

/// PostgreSQL takes 1.2 and newer from version 12, MySQL from version 8:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html>. Without a version it is the newest.
fn modern(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>, path: &str, types: &[&str]) -> Known<bool> {
    let (from, name) = match engine.value().map(|engine| &**engine) {
        Some("postgres") => (12, "ssl_min_protocol_version"),
        Some("mysql") => (8, "tls_version"),
        None if observed(block) => return engine.clone().map(|_| false),
        _ => return default(block, false),
    };
    let group = named(context, block, path, types, &["name"]);
    let family = group.and_then(|group| family_of(group.body.text("family").value()?).1);
    let version = block.body.text("engine_version");
    let major = version.value().and_then(|version| version.split('.').next()?.parse::<u32>().ok()).or(family);
    let by_default = match (&version.state, major) {
        (State::Unknown(unknown), None) => Known::unknown(unknown.clone(), version.origins.clone()),
        _ => default(block, major.is_none_or(|major| major >= from)),
    };
    let written = block.body.text(path);
    if written.is_unset() || written.value().is_some_and(|group| group.starts_with("default.")) {
        return by_default;
    }
    let Some(group) = group else { return not_seen(&block.body, path) };
    // `TLSv1.2,TLSv1.3` names each version that is taken
    let versions = parameter_value(group, name);
    versions.map(|text| text.split(',').all(|one| matches!(one.trim(), "TLSv1.2" | "TLSv1.3"))).or(by_default)
}

fn required(block: &Block, context: &Context<'_>, engine: &Known<Arc<str>>, path: &str, types: &[&str]) -> Known<bool> {
    let group = named(context, block, path, types, &["name"]);
    // where a restored or copied database names no engine, its parameter group's family does: `postgres16`
    let family = group.map(|group| group.body.text("family"));
    let family = family
        .as_ref()
        .and_then(|family| family.value())
        .map(|family| family_of(family))
        .filter(|(name, _)| !name.is_empty());
    let version = block.body.text("engine_version");
    let (name, of_family) = match (engine.value(), &family) {
        (Some(name), _) => (&**name, None),
        (None, Some((name, major))) => (&**name, *major),
        (None, None) => {
            return match &engine.state {
                State::Unknown(unknown) => Known::unknown(unknown.clone(), engine.origins.clone()),
                _ => Known::because(Why::Expression("no engine is written".into()), engine.origins.clone()),
            };
        }
    };
    let aurora =
        block.body.text("engine").value().is_some_and(|engine| engine.to_ascii_lowercase().starts_with("aurora"));
    let major = version.value().and_then(|version| version.split('.').next()?.parse().ok()).or(of_family);
    if name.starts_with("oracle") {
        // refuses nobody by a parameter
        return default(block, false);
    }
    let Some(demand) = demand(name, aurora, major) else {
        return Known::because(
            Why::Expression(format!("how `{name}` demands TLS is not known").into()),
            engine.origins.clone(),
        );
    };
    // where the version decides and it is not known, neither is the default
    let by_default = match &version.state {
        State::Unknown(unknown) if name == "postgres" => Known::unknown(unknown.clone(), version.origins.clone()),
        _ => default(block, demand.by_default),
    };
    let written = block.body.text(path);
    if written.is_unset() || written.value().is_some_and(|group| group.starts_with("default.")) {
        return by_default;
    }
    match group {
        Some(group) => parameter(group, demand.parameter).or(by_default).and_at(&written.origins),
        None => not_seen(&block.body, path),
    }
}

/// `postgres16` is version 16 of `postgres`, `mysql8.0` version 8 of `mysql`.
fn family_of(family: &str) -> (Arc<str>, Option<u32>) {
    let plain = family.trim_start_matches("aurora-");
    let (name, rest) = match plain.find(|letter: char| letter.is_ascii_digit()).filter(|_| !plain.starts_with("db2")) {
        Some(at) => plain.split_at(at),
        None => (plain, ""),
    };
    let name = match name.trim_end_matches('-') {
        "postgresql" => "postgres",
        name if name.starts_with("sqlserver") => "sqlserver",
        name if name.starts_with("db2-se") => "db2-se",
        name if name.starts_with("db2-ae") => "db2-ae",
        name => name,
    };
    (Arc::from(name), rest.split('.').next().and_then(|major| major.parse().ok()))
}

/// Whether a parameter group turns `name` on; unset where it does not speak of it, unknown where it may.
fn parameter(group: &Block, name: &str) -> Known<bool> {
    find(group, name, on)
}

/// The text that a parameter group gives to `name`.
fn parameter_value(group: &Block, name: &str) -> Known<Arc<str>> {
    find(group, name, |parameter| parameter.text("value"))
}

fn find<T>(group: &Block, name: &str, read: impl Fn(&Node) -> Known<T>) -> Known<T> {
    let mut perhaps = None;
    for parameter in group.body.each("parameter") {
        let called = parameter.text("name");
        match &called.state {
            State::Set(called) if called.eq_ignore_ascii_case(name) => return read(parameter),
            State::Unknown(unknown) => perhaps = Some(Known::unknown(unknown.clone(), called.origins)),
            _ => {}
        }
    }
    perhaps.unwrap_or_else(|| Known::unset(group.body.origins.clone()))
}

fn on(parameter: &Node) -> Known<bool> {
    // `ssl` alone is Db2's: it listens for nothing else
    let values = ["1", "on", "true", "enabled", "tls1.2+", "tls1.3+", "fips-140-3", "ssl"];
    parameter.text("value").map(|value| values.contains(&value.to_ascii_lowercase().as_str()))
}

/// What the log of a PostgreSQL database records: parameters that are written, whatever they say.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html>
pub(super) fn log_settings(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, parameter) in block.body.each("parameter").into_iter().enumerate() {
        let name = parameter.text("name");
        let Some(form) = name.value().and_then(|name| crate::provider::data::recorded_by(name)) else { continue };
        let recorded = parameter.text("value").map(|value| matches!(&*value, "on" | "1" | "true" | "all"));
        let setting = DatabaseLog { form: super::common::fixed(block, form), recorded };
        out.push(super::common::part(block, format!("parameter[{at}]"), parameter, &["name"], setting));
    }
}
