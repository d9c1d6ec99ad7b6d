//! Certificates of ACM and of IAM.

use super::Row;
use super::common::{default, is, resource};
use crate::model::{Certificate, Resource};
use crate::provider::certificates::{day, ends_on};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_acm_certificate", acm),
    ("aws_acm_certificate_validation", fragment),
    ("aws_iam_server_certificate", server),
];

/// What ACM issued it renews, if the DNS records still stand; what was imported, and what is validated by mail, somebody has
/// to renew: <https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html>.
fn acm(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let pem = body.text("certificate_body");
    let last = body.text("not_after");
    let ends_on = if !last.is_unset() {
        // a running account says the day
        last.try_map(|time| day(&time), || Why::Expression("the day is not of the form that AWS documents".into()))
    } else if pem.is_unset() {
        let why = "what is validated by mail ends some months after it was issued, and that day stands in no file";
        Known::because(Why::Expression(why.into()), pem.origins.clone())
    } else {
        ends_on(pem.clone())
    };
    let renews = any([is(body, "validation_method", "DNS"), body.exists("certificate_authority_arn")]);
    out.push(resource(block, &["domain_name"], Certificate { renews: renews.and(pem.exists().not()), ends_on }));
}

fn server(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let certificate = Certificate {
        renews: default(block, false),
        ends_on: ends_on(block.body.text("certificate_body").required("certificate_body")),
    };
    out.push(resource(block, &["name"], certificate));
}
