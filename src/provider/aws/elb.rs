//! Elastic Load Balancing and CloudFront: what answers HTTP, and with which TLS.

use super::Row;
use super::common::{default, fixed, part, resource};
use crate::model::{Endpoint, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_lb_listener", listener),
    ("aws_alb_listener", listener),
    ("aws_elb", classic),
    ("aws_load_balancer_policy", negotiation),
    ("aws_load_balancer_listener_policy", fragment),
    ("aws_load_balancer_backend_server_policy", fragment),
    ("aws_cloudfront_distribution", distribution),
    ("aws_lb", fragment),
    ("aws_alb", fragment),
    ("aws_lb_target_group", fragment),
    ("aws_alb_target_group", fragment),
    ("aws_lb_target_group_attachment", fragment),
    ("aws_lb_listener_rule", fragment),
    ("aws_lb_listener_certificate", fragment),
];

/// What sets its own TLS, and leaves it to others who may call.
fn listens(
    block: &Block,
    form: &str,
    sets_tls: Known<bool>,
    https_only: Known<bool>,
    modern_tls: Known<bool>,
) -> Endpoint {
    Endpoint {
        form: fixed(block, form),
        sets_tls,
        https_only,
        modern_tls,
        decides_access: default(block, false),
        auth_required: default(block, false),
    }
}

/// A listener for HTTP is in order where all it does is send callers to HTTPS. Listeners for TCP and UDP carry whatever their targets speak.
fn listener(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // an application load balancer speaks HTTP unless told otherwise, the others must say what they speak
    let protocol = body.text("protocol").or_default("HTTP".into());
    let is = |name: &'static str| protocol.clone().map(move |written| &*written == name).or_default(false);
    let redirects =
        all(body.each("default_action").into_iter().map(redirects_to_https)).and_at(&Origins::at(block.head));
    let plain = is("HTTP");
    let https_only = any([plain.clone().not(), redirects]);
    let secured = any([is("HTTPS"), is("TLS")]);
    // the default is ELBSecurityPolicy-2016-08, with TLS 1.0:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    let policy = body.text("ssl_policy").map(|policy| modern(&policy)).or_default(false);
    let modern_tls = any([secured.clone().not(), policy]);
    out.push(resource(block, &[], listens(block, "listener", any([plain, secured]), https_only, modern_tls)));
}

fn redirects_to_https(action: &Node) -> Known<bool> {
    let kind = action.text("type").map(|kind| &*kind == "redirect").or_default(false);
    // the protocol of the caller is kept unless written
    let target = action.text("redirect.protocol").map(|protocol| &*protocol == "HTTPS").or_default(false);
    kind.and(target)
}

/// Whether a policy refuses TLS older than 1.2, by its name in AWS's tables.
fn modern(policy: &str) -> bool {
    let named = ["TLS-1-2", "TLS13-1-2", "TLS13-1-3", "FS-1-2"].iter().any(|part| policy.contains(part));
    named && !policy.contains("TLS13-1-0") && !policy.contains("TLS13-1-1")
}

/// A classic load balancer: its HTTP listeners, one endpoint each.
fn classic(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, listener) in block.body.each("listener").into_iter().enumerate() {
        let protocol = listener.text("lb_protocol");
        let plain = protocol.map(|protocol| protocol.eq_ignore_ascii_case("http"));
        // the security policy is a resource of its own, aws_load_balancer_policy, which names no TLS versions
        let endpoint = listens(block, "listener", plain.clone(), plain.not(), default(block, true));
        out.push(part(block, format!("listener[{at}]"), listener, &["name"], endpoint));
    }
}

/// What a classic load balancer negotiates: protocols one by one, or one of AWS's policies.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-ssl-security-policy.html>
fn negotiation(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let kind = super::common::is(&block.body, "policy_type_name", "SSLNegotiationPolicyType");
    let old = block.body.each("policy_attribute").into_iter().map(|attribute| {
        let named = attribute
            .text("name")
            .map(|name| matches!(&*name, "Protocol-SSLv2" | "Protocol-SSLv3" | "Protocol-TLSv1" | "Protocol-TLSv1.1"));
        let preset = attribute.text("name").map(|name| &*name == "Reference-Security-Policy");
        let older = attribute.text("value").map(|value| !modern(&value));
        any([named.and(attribute.bool("value").or_default(false)), preset.and(older)])
    });
    let modern_tls = any(old.collect::<Vec<_>>()).not().and_at(&Origins::at(block.head));
    let endpoint = listens(block, "listener", kind, default(block, true), modern_tls);
    out.push(resource(block, &["policy_name"], endpoint));
}

/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>
fn distribution(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let behaviours = body.each("default_cache_behavior").into_iter().chain(body.each("ordered_cache_behavior"));
    let https = behaviours.map(|behaviour| {
        behaviour.text("viewer_protocol_policy").map(|policy| &*policy != "allow-all").or_default(false)
    });
    let https_only = all(https.collect::<Vec<_>>()).and_at(&Origins::at(block.head));
    // with CloudFront's own certificate TLS 1.0 is answered
    let version = body.text("viewer_certificate.minimum_protocol_version");
    let modern =
        version.map(|version| version.starts_with("TLSv1.2") || version.starts_with("TLSv1.3")).or_default(false);
    let own = body.bool("viewer_certificate.cloudfront_default_certificate").or_default(false);
    out.push(resource(block, &[], listens(block, "domain", default(block, true), https_only, modern.and(own.not()))));
}
