//! CloudFront: how viewers and origins are spoken to, where copies are kept, what is logged.

use std::sync::Arc;

use super::common::{default, resource};
use super::{Row, waf};
use crate::model::{Cdn, Resource, TextSet};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, Node, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_cloudfront_distribution", distribution),
    ("aws_cloudfront_origin_access_control", fragment),
    ("aws_cloudfront_origin_access_identity", fragment),
    ("aws_cloudfront_cache_policy", fragment),
    ("aws_cloudfront_response_headers_policy", fragment),
    ("aws_cloudwatch_log_delivery", fragment),
    ("aws_cloudwatch_log_delivery_source", fragment),
];

/// The managed policy that keeps nothing:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>.
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

fn distribution(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let behaviours = || body.each("default_cache_behavior").into_iter().chain(body.each("ordered_cache_behavior"));
    let https = behaviours().map(|behaviour| {
        behaviour.text("viewer_protocol_policy").map(|policy| &*policy != "allow-all").or_default(false)
    });
    let here = Origins::at(block.head);
    let facts = Cdn {
        serves: default(block, true),
        viewer_https_only: all(https.collect::<Vec<_>>()).and_at(&here),
        sets_tls: default(block, true),
        viewer_modern_tls: modern(body),
        fetches: body.exists("origin.custom_origin_config"),
        origin_tls: origin_tls(body),
        sets_logging: default(block, true),
        logged: logged(block, context),
        takes_waf: default(block, true),
        waf_blocking: waf::named(body, "web_acl_id", context),
        caches: any(behaviours().map(caches).collect::<Vec<_>>()).and_at(&here),
        edge_jurisdictions: body.text("price_class").or_default("PriceClass_All".into()).map(edges),
        limits_viewers: default(block, true),
        viewers_limited: body
            .text("restrictions.geo_restriction.restriction_type")
            .map(|kind| &*kind != "none")
            .or_default(false),
        ..entry::cdn(block, "distribution")
    };
    out.push(resource(block, &[], facts));
}

/// With CloudFront's own certificate TLS 1.0 is answered:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>.
fn modern(body: &Node) -> Known<bool> {
    let version = body.text("viewer_certificate.minimum_protocol_version");
    let modern =
        version.map(|version| version.starts_with("TLSv1.2") || version.starts_with("TLSv1.3")).or_default(false);
    let own = body.bool("viewer_certificate.cloudfront_default_certificate").or_default(false);
    modern.and(own.not())
}

/// Buckets are reached as the viewer's request came, over AWS's own network; a custom origin as its configuration says.
fn origin_tls(body: &Node) -> Known<bool> {
    let custom = body.each("origin.custom_origin_config").into_iter();
    let said = custom.map(|origin| {
        let policy = origin.text("origin_protocol_policy");
        let versions = origin.each("origin_ssl_protocols").into_iter();
        let old = any(versions.map(|version| version.text("").map(|version| &*version == "SSLv3")));
        policy.map(|policy| &*policy == "https-only").or_default(false).and(old.not())
    });
    all(said.collect::<Vec<_>>()).and_at(&body.origins)
}

/// Standard logs by the old block, or by a delivery from a source that names the distribution:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>.
fn logged(block: &Block, context: &Context<'_>) -> Known<bool> {
    let sources = context.blocks.joined(block, "aws_cloudwatch_log_delivery_source", "resource_arn", &["arn"]);
    let delivered = sources.blocks.iter().map(|source| {
        let by = "delivery_source_name";
        context.blocks.joined(source, "aws_cloudwatch_log_delivery", by, &["name", "id"]).exists()
    });
    let realtime = block.body.text("default_cache_behavior.realtime_log_config_arn");
    let behaviours = realtime.map(|arn| !arn.is_empty()).or_default(false);
    // a running account says of a log that is not kept, too
    let own = block.body.exists("logging_config").and(block.body.bool("logging_config.enabled").or_default(true));
    any([own, behaviours].into_iter().chain(delivered).chain(sources.maybe()))
}

/// A behaviour keeps copies unless its policy is the one that keeps none, or its longest time is none.
fn caches(behaviour: &Node) -> Known<bool> {
    let policy = behaviour.text("cache_policy_id");
    // a running account says of no policy, too
    if policy.is_unset() || policy.value().is_some_and(|policy| policy.is_empty()) {
        let none = behaviour.int("max_ttl").map(|seconds| seconds == 0).or_default(false);
        return none.not();
    }
    policy.map(|policy| &*policy != CACHING_DISABLED)
}

/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html>
fn edges(class: Arc<str>) -> TextSet {
    match &*class {
        "PriceClass_100" => ["CA", "EEA", "MX", "US"].into_iter().map(Arc::from).collect(),
        "PriceClass_200" => ["CA", "EEA", "IN", "JP", "MX", "SG", "US", "ZA"].into_iter().map(Arc::from).collect(),
        _ => entry::worldwide(),
    }
}
