//! What moves data: DMS (replication instances and endpoints), Glue connections, Transfer servers.

use super::common::{default, fixed, key, resource};
use super::{Row, vpc};
use crate::model::{Database, Resource};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Origins, all};

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
        _ => mode,
    };
    out.push(resource(block, &["endpoint_id"], data::flow(block, checked)));
    super::plain::push_written(block, &["password"], out);
}

/// <https://docs.aws.amazon.com/glue/latest/dg/connection-properties.html>: `JDBC_ENFORCE_SSL` refuses plain connections,
/// and the certificate is checked unless `SKIP_CUSTOM_JDBC_CERT_VALIDATION` says not to.
fn glue(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let kind = body.text("connection_type");
    // without a type a connection is JDBC
    let checked = match kind.value().map_or("JDBC", |kind| &**kind) {
        "JDBC" => {
            let enforced = body.bool("connection_properties.JDBC_ENFORCE_SSL").or_default(false);
            let skipped = body.bool("connection_properties.SKIP_CUSTOM_JDBC_CERT_VALIDATION").or_default(false);
            enforced.and(skipped.not())
        }
        "KAFKA" => body.bool("connection_properties.KAFKA_SSL_ENABLED").or_default(true),
        "MONGODB" => body.bool("connection_properties.MONGODB_SSL").or_default(false),
        // a network connection only names a subnet; the others speak to AWS or to a vendor over HTTPS
        _ => default(block, true),
    };
    out.push(resource(block, &["name"], data::flow(block, checked)));
}

/// SFTP unless written; FTP has no encryption: <https://docs.aws.amazon.com/transfer/latest/userguide/create-server-ftp.html>.
fn transfer(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let protocols = block.body.each("protocols");
    let checked = all(protocols.iter().map(|protocol| protocol.text("").map(|name| &*name != "FTP")));
    out.push(resource(block, &[], data::flow(block, checked.and_at(&Origins::at(block.head)))));
}
