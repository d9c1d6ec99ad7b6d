//! What moves data: DMS (replication instances and endpoints), Glue connections, Transfer servers.

use super::common::{default, fixed, key, resource};
use super::{Row, vpc};
use crate::model::{Database, Resource};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Origins, Why, all};

pub(super) const ROWS: &[Row] = &[
    ("aws_dms_replication_instance", replication_instance),
    ("aws_dms_endpoint", dms_endpoint),
    ("aws_dms_replication_task", fragment),
    ("aws_dms_replication_subnet_group", fragment),
    ("aws_glue_connection", glue),
    ("aws_transfer_server", transfer),
    ("aws_transfer_user", fragment),
];

/// Holds what it moves while it moves it, always encrypted; private unless written:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dms_replication_instance>.
fn replication_instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let instance = Database {
        engine: fixed(block, "dms"),
        encrypted: default(block, true),
        customer_key: super::common::customer_key(body, "kms_key_arn"),
        key: key(context, body, "kms_key_arn"),
        public: body.bool("publicly_accessible").or_default(false),
        open_allowlist: vpc::open_groups(block, context, "vpc_security_group_ids"),
        own_protocol: default(block, false),
        tls_required: default(block, true),
        // it keeps nothing of its own
        backed_up: default(block, true),
        backup_days: default(block, 0),
        has_audit_log: default(block, false),
        audit_logged: default(block, false),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
        ..data::database(block)
    };
    out.push(resource(block, &["replication_instance_id"], instance));
}

/// `none` and `require` do not check the certificate: <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html>.
/// Endpoints of AWS's own stores are reached over HTTPS.
fn dms_endpoint(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let engine = body.text("engine_name");
    let https = ["s3", "dynamodb", "kinesis", "elasticsearch", "opensearch", "redshift-serverless", "neptune"];
    let mode = body.text("ssl_mode").map(|mode| matches!(&*mode, "verify-ca" | "verify-full")).or_default(false);
    let checked = match engine.value() {
        Some(name) if https.contains(&&**name) => default(block, true),
        // whatever it is, a mode that checks is enough
        None if mode.value() != Some(&true) => engine.required("engine_name").map(|_| false),
        _ => mode,
    };
    out.push(resource(block, &["endpoint_id"], data::flow(block, checked)));
}

/// Kinds of Glue's connections to services that a vendor runs, all over HTTPS:
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_ConnectionInput.html>. SAP's OData is none: its host is one's own.
const VENDORS: &[&str] = &[
    "FACEBOOKADS",
    "GOOGLEADS",
    "GOOGLEANALYTICS4",
    "GOOGLESHEETS",
    "HUBSPOT",
    "INSTAGRAMADS",
    "INTERCOM",
    "JIRACLOUD",
    "MARKETO",
    "NETSUITEERP",
    "SALESFORCE",
    "SALESFORCEMARKETINGCLOUD",
    "SALESFORCEPARDOT",
    "SERVICENOW",
    "SLACK",
    "SNAPCHATADS",
    "STRIPE",
    "ZENDESK",
    "ZOHOCRM",
];

/// `JDBC_ENFORCE_SSL` refuses plain connections, and Glue then checks certificate and name, whatever
/// `SKIP_CUSTOM_JDBC_CERT_VALIDATION` says: that is about the form of a root certificate of one's own. Snowflake takes no
/// other connection: <https://docs.aws.amazon.com/glue/latest/dg/connection-properties.html#connection-properties-SSL>,
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_ConnectionInput.html>.
fn glue(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let switch = |name: &str| body.bool(&format!("connection_properties.{name}"));
    let url = |name: &str, test: fn(&str) -> bool| {
        body.text(&format!("connection_properties.{name}")).map(|url| test(&url)).or_default(false)
    };
    // without a type a connection is JDBC
    let kind = body.text("connection_type").or_default("JDBC".into());
    let enforced = || switch("JDBC_ENFORCE_SSL").or_default(false);
    let checked = match kind.value().map(|kind| &**kind) {
        Some("JDBC") => enforced().either(url("JDBC_CONNECTION_URL", |url| url.starts_with("jdbc:snowflake:"))),
        Some("KAFKA") => switch("KAFKA_SSL_ENABLED").or_default(true),
        Some("MONGODB") => enforced().either(url("CONNECTION_URL", asks_for_tls)),
        Some("SNOWFLAKE") => default(block, true),
        Some(kind) if VENDORS.contains(&kind) => default(block, true),
        // it names a subnet, and no more
        Some("NETWORK") => return out.push(resource(block, &["name"], data::runner(block))),
        _ => kind.try_map(
            |_| None,
            || Why::Expression("how a connection of this type connects is its connector's to say".into()),
        ),
    };
    out.push(resource(block, &["name"], data::flow(block, checked)));
}

/// Whether an address of MongoDB asks for TLS with a certificate that is checked; `mongodb+srv` does so unless it says
/// otherwise: <https://www.mongodb.com/docs/manual/reference/connection-string-options/#tls-options>.
fn asks_for_tls(url: &str) -> bool {
    let options = url.split_once('?').map_or("", |(_, options)| options).to_ascii_lowercase();
    let has = |names: &[&str], value: &str| {
        options
            .split('&')
            .filter_map(|option| option.split_once('='))
            .any(|(key, set)| names.contains(&key) && set == value)
    };
    const LAX: &[&str] = &["tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames"];
    let on = has(&["tls", "ssl"], "true") || url.starts_with("mongodb+srv://") && !has(&["tls", "ssl"], "false");
    on && !has(LAX, "true")
}

/// SFTP unless written; FTP has no encryption: <https://docs.aws.amazon.com/transfer/latest/userguide/create-server-ftp.html>.
fn transfer(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let protocols = block.body.each("protocols");
    let checked = all(protocols.iter().map(|protocol| protocol.text("").map(|name| &*name != "FTP")));
    out.push(resource(block, &[], data::flow(block, checked.and_at(&Origins::at(block.head)))));
}
