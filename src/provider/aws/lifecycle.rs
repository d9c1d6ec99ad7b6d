//! What ends the data of a store by itself; the regions of stores that lie in several; data that is handed to others.

use super::Row;
use super::common::{default, named, not_seen, part, region, resource};
use super::policy::{foreign_account, foreign_principal};
use crate::model::{DataShare, Resource, Retention, SpreadRegion};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_dynamodb_global_table", global_table),
    ("aws_lakeformation_permissions", |block, context, out| share(block, context, "principal", out)),
    ("aws_ram_principal_association", |block, context, out| share(block, context, "principal", out)),
    ("aws_ram_resource_association", fragment),
    ("aws_ram_resource_share", fragment),
    ("aws_redshift_data_share_authorization", |block, context, out| share(block, context, "consumer_identifier", out)),
    ("aws_s3control_multi_region_access_point", access_point),
];

/// Objects stay until a rule that is on lets them expire, after days or on a day:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>.
pub(super) fn of_bucket(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let apart = context.blocks.joined(block, "aws_s3_bucket_lifecycle_configuration", "bucket", &["bucket", "id"]);
    let ends = |rule: &Node| {
        let on = rule.bool("enabled").or(rule.text("status").map(|status| &*status == "Enabled")).or_default(true);
        on.and(any([rule.exists("expiration.days"), rule.exists("expiration.date")]))
    };
    let inline = block.body.each("lifecycle_rule").into_iter();
    let found = any(inline.chain(apart.each("rule")).map(ends).chain(apart.maybe()));
    push(block, "lifecycle", found, out);
}

/// Items stay until an attribute says when they end:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>.
pub(super) fn of_table(block: &Block, out: &mut Vec<Resource>) {
    push(block, "ttl", block.body.bool("ttl.enabled").or_default(false), out);
}

fn push(block: &Block, name: &str, ends: Known<bool>, out: &mut Vec<Resource>) {
    let mut found = resource(block, &["bucket", "name"], Retention { ends: ends.and_at(&Origins::at(block.head)) });
    found.part = Some(name.into());
    found.aliases = Vec::new();
    out.push(found);
}

/// A table of 2017's kind of global tables: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V1globaltables.html>.
fn global_table(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, replica) in block.body.each("replica").into_iter().enumerate() {
        let mut one =
            part(block, format!("replica[{at}]"), replica, &["name"], SpreadRegion { of: replica.text("region_name") });
        one.region = replica.text("region_name");
        out.push(one);
    }
}

/// Each bucket behind an access point of several regions lies in its own:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPoints.html>.
fn access_point(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, node) in block.body.each("details.region").into_iter().enumerate() {
        let found = context.blocks.follow(node, "bucket", &["aws_s3_bucket"]).or_else(|| {
            let name = node.text("bucket");
            let named = context.blocks.of_type("aws_s3_bucket").filter(|other| other.unit == block.unit);
            named.into_iter().find(|other| other.body.text("bucket").value() == name.value() && name.value().is_some())
        });
        let place = match found {
            Some(bucket) => region(bucket),
            None => not_seen(node, "bucket"),
        };
        let of = node.text("bucket").or_default("bucket".into());
        let mut one = part(block, format!("region[{at}]"), node, &["details.name"], SpreadRegion { of });
        one.region = place;
        out.push(one);
    }
}

/// Whom a share is for: an account by its id, or what an ARN names. The organisation is one's own as far as its management
/// account is: <https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-create.html>.
fn share(block: &Block, context: &Context<'_>, path: &str, out: &mut Vec<Resource>) {
    let recipient = block.body.text(path);
    let to_foreign = match recipient.value().map(|text| &**text) {
        // everyone whom IAM lets in, in this very account
        Some("IAM_ALLOWED_PRINCIPALS") => recipient.map(|_| false),
        Some(text) if text.starts_with("arn:") => foreign_principal(context, recipient),
        Some(text) if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            foreign_account(context, recipient)
        }
        Some(_) => Known::because(Why::Expression("whose identifier it is cannot be told".into()), recipient.origins),
        None => match named(context, block, path, &["aws_organizations_account", "aws_iam_role"], &["id", "arn"]) {
            Some(_) => default(block, false),
            None => recipient.map(|_| false),
        },
    };
    out.push(resource(block, &[], DataShare { to_foreign }));
}
