//! Elastic Load Balancing: balancers, their listeners, and the TLS that is negotiated.

use super::Row;
use super::common::{default, is, part, resource};
use super::waf;
use crate::model::{Listener, LoadBalancer, Resource};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Dialect, Known, Node, Origins, Why, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_lb", balancer),
    ("aws_alb", balancer),
    ("aws_elb", classic),
    ("aws_lb_listener", listener),
    ("aws_alb_listener", listener),
    ("aws_load_balancer_policy", negotiation),
    ("aws_lb_ssl_negotiation_policy", negotiation),
    ("aws_load_balancer_listener_policy", fragment),
    ("aws_load_balancer_backend_server_policy", fragment),
    ("aws_lb_target_group", fragment),
    ("aws_alb_target_group", fragment),
    ("aws_lb_target_group_attachment", fragment),
    ("aws_lb_listener_rule", fragment),
    ("aws_lb_listener_certificate", fragment),
];

/// Defaults: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>.
fn balancer(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    super::groups::of_balancer(block, out);
    let body = &block.body;
    let kind = body.text("load_balancer_type").or_default("application".into());
    let application = kind.clone().map(|kind| &*kind == "application");
    let external = body.bool("internal").or_default(false).not();
    let zones = body.each("subnets").len() + body.each("subnet_mapping").len();
    let facts = LoadBalancer {
        form: kind.clone(),
        takes_waf: all([application.clone(), external]),
        waf_blocking: waf::attached(block, context),
        // of a gateway's balancer nothing can be logged
        sets_logging: kind.map(|kind| &*kind != "gateway"),
        logged: body.bool("access_logs.enabled").or_default(false),
        takes_delete_guard: default(block, true),
        delete_guarded: body.bool("enable_deletion_protection").or_default(false),
        handles_headers: application,
        drops_bad_headers: body.bool("drop_invalid_header_fields").or_default(false),
        ..zones_of(block, zones, &["subnets", "subnet_mapping"])
    };
    out.push(resource(block, &["name"], facts));
}

/// A zone has a subnet or more of its own, and of each zone no more than one may be named.
fn zones_of(block: &Block, zones: usize, paths: &[&str]) -> LoadBalancer {
    let unclear = paths.iter().map(|path| block.body.exists(path)).find(|there| there.why().is_some());
    // one item that is unknown may be a whole list
    let one =
        paths.iter().flat_map(|path| block.body.each(path)).find(|node| zones == 1 && node.text("").why().is_some());
    let many = match (unclear, one) {
        (Some(unclear), _) => unclear,
        (None, Some(node)) if node.text("").why().is_some_and(|why| !why.is_reference()) => node.text("").map(|_| true),
        _ => default(block, zones > 1),
    };
    LoadBalancer {
        sets_zones: default(block, zones > 0),
        multi_zone: many,
        ..entry::load_balancer(block, "application")
    }
}

/// A listener for HTTP is in order where all it does is send callers to HTTPS. Listeners for TCP and UDP carry whatever
/// their targets speak.
fn listener(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // an application load balancer speaks HTTP unless told otherwise, the others must say what they speak
    let protocol = body.text("protocol").or_default("HTTP".into());
    let speaks = |name: &'static str| protocol.clone().map(move |written| &*written == name).or_default(false);
    let redirects =
        all(body.each("default_action").into_iter().map(redirects_to_https)).and_at(&Origins::at(block.head));
    let plain = speaks("HTTP");
    let secured = any([speaks("HTTPS"), speaks("TLS")]);
    // the default is ELBSecurityPolicy-2016-08, with TLS 1.0:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    let policy = body.text("ssl_policy");
    let facts = Listener {
        carries_http: any([plain.clone(), secured.clone()]),
        https_only: any([plain.not(), redirects]),
        sets_tls: secured,
        modern_tls: policy.clone().map(|policy| modern(&policy)).or_default(false),
        strong_ciphers: policy.map(|policy| forward_secret(&policy)).or_default(false),
        ..entry::listener(block, "listener")
    };
    out.push(resource(block, &[], facts));
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

/// The policies with `Ext` in their names, and TLS-1-2 without `FS`, offer RSA key exchange, which has no forward
/// secrecy; the tables of the same page.
fn forward_secret(policy: &str) -> bool {
    let modern_names = policy.contains("TLS13-1-2") || policy.contains("TLS13-1-3") || policy.contains("FS-1-2");
    // Ext0 has ciphers with ECDHE only
    modern_names && !policy.contains("Ext1") && !policy.contains("Ext2")
}

/// A classic load balancer, and each of its listeners.
fn classic(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let zones = body.each("availability_zones").len() + body.each("subnets").len();
    let facts = LoadBalancer {
        form: super::common::fixed(block, "classic"),
        sets_logging: default(block, true),
        // the block turns logging on unless it says otherwise
        logged: body.exists("access_logs").and(body.bool("access_logs.enabled").or_default(true)),
        ..zones_of(block, zones, &["availability_zones", "subnets"])
    };
    out.push(resource(block, &["name"], facts));
    for (at, listener) in body.each("listener").into_iter().enumerate() {
        // it must be written, so that without it nothing can be told
        let unwritten = Known::because(Why::Expression("no protocol is written".into()), listener.origins.clone());
        let protocol = listener.text("lb_protocol").or(unwritten);
        let plain = protocol.clone().map(|protocol| protocol.eq_ignore_ascii_case("http"));
        let secured = protocol.map(|protocol| matches!(&*protocol.to_ascii_lowercase(), "https" | "ssl"));
        // a policy is named here in CloudFormation, and stands apart in Terraform; without one AWS takes
        // ELBSecurityPolicy-2016-08, with TLS 1.0:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-options.html
        let bare = block.dialect == Dialect::Native && listener.exists("policy_names").value() == Some(&false);
        let facts = Listener {
            carries_http: any([plain.clone(), secured.clone()]),
            https_only: plain.not(),
            sets_tls: if bare { secured } else { default(block, false) },
            ..entry::listener(block, "listener")
        };
        out.push(part(block, format!("listener[{at}]"), listener, &["name"], facts));
    }
}

/// What a classic load balancer negotiates: protocols and ciphers one by one, or one of AWS's policies.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-ssl-security-policy.html>
fn negotiation(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    // CloudFormation writes policies inside the balancer, where a listener names those that count
    let balancer = context.blocks.follow(&block.body, "load_balancer_name", &["aws_elb"]);
    if let Some(balancer) = balancer.filter(|balancer| balancer.dialect == Dialect::Native) {
        let name = block.body.text("policy_name");
        let named = balancer.body.each("listener.policy_names").into_iter().map(|one| one.text(""));
        let used = any(named.map(|one| one.map(|one| Some(&one) == name.value())).collect::<Vec<_>>());
        if used.value() != Some(&true) {
            return;
        }
    }
    let kind = match &*block.native_type {
        "aws_load_balancer_policy" => is(&block.body, "policy_type_name", "SSLNegotiationPolicyType"),
        _ => default(block, true),
    };
    let attributes: Vec<&Node> =
        ["policy_attribute", "attribute"].into_iter().flat_map(|path| block.body.each(path)).collect();
    let says = |old: fn(&str) -> bool, preset_fits: fn(&str) -> bool| {
        let each = attributes.iter().map(move |attribute| {
            let named = attribute.text("name").map(|name| old(&name));
            let preset = attribute.text("name").map(|name| &*name == "Reference-Security-Policy");
            let unfit = attribute.text("value").map(|value| !preset_fits(&value));
            let on = attribute.bool("value");
            // the name of a preset is no switch
            let on = if on.why().is_some() && attribute.text("value").value().is_some() {
                default(block, false)
            } else {
                on
            };
            any([named.and(on.or_default(false)), preset.and(unfit)])
        });
        any(each.collect::<Vec<_>>()).not().and_at(&Origins::at(block.head))
    };
    let facts = Listener {
        sets_tls: kind,
        modern_tls: says(
            |name| matches!(name, "Protocol-SSLv2" | "Protocol-SSLv3" | "Protocol-TLSv1" | "Protocol-TLSv1.1"),
            modern,
        ),
        strong_ciphers: says(
            |name| ["RC4", "DES-", "EXP", "NULL", "MD5"].iter().any(|part| name.contains(part)),
            modern,
        ),
        ..entry::listener(block, "tls-policy")
    };
    out.push(resource(block, &["policy_name", "name"], facts));
}
