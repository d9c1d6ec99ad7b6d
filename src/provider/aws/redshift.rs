//! Amazon Redshift, provisioned and serverless, and the catalogue of AWS Glue.

use super::Row;
use super::common::{customer_key, default, key, named, not_seen, resource};
use super::policy::Policies;
use crate::model::{Resource, Warehouse};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_redshift_cluster", cluster),
    ("aws_redshift_logging", fragment),
    ("aws_redshift_parameter_group", fragment),
    ("aws_redshift_subnet_group", fragment),
    ("aws_redshiftserverless_namespace", namespace),
    ("aws_redshiftserverless_workgroup", stray_workgroup),
    ("aws_glue_resource_policy", catalogue),
    ("aws_glue_data_catalog_encryption_settings", catalogue_settings),
];

fn cluster(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let logging =
        context.blocks.joined(block, "aws_redshift_logging", "cluster_identifier", &["cluster_identifier", "id"]);
    let inline = body.bool("logging.enable").or_default(false);
    let warehouse = Warehouse {
        // off up to version 5 of the provider, on from version 6; what is not written is judged as the older one leaves it
        // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade
        encrypted: body.bool("encrypted").or_default(false),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        // on up to version 5, off from version 6
        public: body.bool("publicly_accessible").or_default(true),
        // what names neither a bucket nor another place sends nothing:
        // https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableLogging.html
        audit_logged: any([
            inline,
            logging.text("bucket_name").exists(),
            logging.text("log_destination_type").exists(),
        ]),
        // one day unless written: https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html
        backed_up: body.int("automated_snapshot_retention_period").map(|days| days > 0).or_default(true),
        ..data::warehouse(block)
    };
    out.push(resource(block, &["cluster_identifier"], warehouse));
}

/// Always encrypted: <https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-workgroups-and-namespaces.html>.
fn namespace(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let groups =
        context.blocks.joined(block, "aws_redshiftserverless_workgroup", "namespace_name", &["namespace_name", "id"]);
    let said = groups.blocks.iter().map(|group| group.body.bool("publicly_accessible").or_default(false));
    let warehouse = Warehouse {
        encrypted: default(block, true),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        public: any(said.chain(groups.maybe())).and_at(&default(block, ()).origins),
        audit_logged: body.exists("log_exports"),
        // recovery points are made every half hour, always
        // https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-snapshots-recovery-points.html
        backed_up: default(block, true),
        ..data::warehouse(block)
    };
    out.push(resource(block, &["namespace_name"], warehouse));
}

/// A workgroup whose namespace is not among the scanned files.
fn stray_workgroup(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let namespaces = &["aws_redshiftserverless_namespace"];
    if named(context, block, "namespace_name", namespaces, &["namespace_name"]).is_some() {
        return;
    }
    let warehouse = Warehouse {
        encrypted: default(block, true),
        customer_key: not_seen(&block.body, "namespace_name"),
        key: not_seen(&block.body, "namespace_name"),
        public: block.body.bool("publicly_accessible").or_default(false),
        audit_logged: not_seen(&block.body, "namespace_name"),
        backed_up: default(block, true),
        ..data::warehouse(block)
    };
    out.push(resource(block, &["workgroup_name"], warehouse));
}

/// The policy of the account's data catalogue: who may read its tables.
fn catalogue(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let settings = super::common::account_wide(block, context, "aws_glue_data_catalog_encryption_settings").next();
    let policies = Policies::in_block(context, block, "policy");
    let mut warehouse = catalogue_of(settings.unwrap_or(block), context);
    warehouse.public = policies.public(&["glue:GetTable", "glue:GetTables", "glue:GetDatabase", "glue:UpdateTable"]);
    out.push(resource(block, &[], warehouse));
}

fn catalogue_settings(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if super::common::account_wide(block, context, "aws_glue_resource_policy").next().is_none() {
        out.push(resource(block, &[], catalogue_of(block, context)));
    }
}

/// Metadata only, unencrypted unless the settings say otherwise:
/// <https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html>.
fn catalogue_of(settings: &Block, context: &Context<'_>) -> Warehouse {
    let at = "data_catalog_encryption_settings.encryption_at_rest";
    let mode = settings.body.text(&format!("{at}.catalog_encryption_mode"));
    let path = format!("{at}.sse_aws_kms_key_id");
    Warehouse {
        encrypted: mode.map(|mode| mode.starts_with("SSE-KMS")).or_default(false),
        customer_key: customer_key(&settings.body, &path),
        key: key(context, &settings.body, &path),
        public: default(settings, false),
        // CloudTrail records every call to the catalogue
        audit_logged: default(settings, true),
        // the tables themselves are objects of S3
        backed_up: default(settings, true),
        ..data::warehouse(settings)
    }
}
