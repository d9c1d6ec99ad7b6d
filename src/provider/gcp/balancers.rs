//! Cloud Load Balancing: proxies, TLS policies, backends with their firewall, logs and content delivery.

use std::sync::Arc;

use crate::model::{Cdn, Listener, LoadBalancer, Resource};
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Origins, Why, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_compute_backend_bucket", bucket),
    ("google_compute_backend_service", backend),
    ("google_compute_region_backend_service", backend),
    ("google_compute_region_ssl_policy", policy),
    ("google_compute_region_target_http_proxy", plain_proxy),
    ("google_compute_region_target_https_proxy", secure_proxy),
    ("google_compute_ssl_policy", policy),
    ("google_compute_target_http_proxy", plain_proxy),
    ("google_compute_target_https_proxy", secure_proxy),
    ("google_compute_target_ssl_proxy", secure_proxy),
    ("google_compute_forwarding_rule", fragment),
    ("google_compute_global_address", fragment),
    ("google_compute_global_forwarding_rule", fragment),
    ("google_compute_health_check", fragment),
    ("google_compute_network_endpoint_group", fragment),
    ("google_compute_region_network_endpoint_group", fragment),
    ("google_compute_region_security_policy", fragment),
    ("google_compute_region_url_map", fragment),
    ("google_compute_security_policy", fragment),
    ("google_compute_security_policy_rule", fragment),
    ("google_compute_url_map", fragment),
];

/// A proxy for HTTP is in order where its map does no more than send callers to HTTPS:
/// <https://cloud.google.com/load-balancing/docs/https/setting-up-http-https-redirect>.
fn plain_proxy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let types = &["google_compute_url_map", "google_compute_region_url_map"];
    let redirects = match context.blocks.follow(&block.body, "url_map", types) {
        Some(map) => {
            map.body.bool("default_url_redirect.https_redirect").or_default(false).and_at(&Origins::at(map.head))
        }
        None => unseen(block, "url_map"),
    };
    let facts =
        Listener { carries_http: always(block, true), https_only: redirects, ..entry::listener(block, "proxy") };
    out.push(resource(block, facts));
}

/// Why what `path` names cannot be told.
fn unseen(block: &Block, path: &str) -> Known<bool> {
    let named = block.body.text(path);
    match named.why() {
        Some(why) => Known::unknown(why.clone(), named.origins),
        None => Known::because(Why::NotSeen(named.value().cloned().unwrap_or_else(|| Arc::from(path))), named.origins),
    }
}

/// Without a policy the proxy offers TLS 1.0 and every cipher that Google knows; with one, that policy is judged:
/// <https://cloud.google.com/load-balancing/docs/ssl-policies-concepts>.
fn secure_proxy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let types = &["google_compute_ssl_policy", "google_compute_region_ssl_policy"];
    let named = block.body.exists("ssl_policy");
    let seen = context.blocks.follow(&block.body, "ssl_policy", types).is_some();
    let fits = if named.value() == Some(&false) { always(block, false) } else { unseen(block, "ssl_policy") };
    let facts = Listener {
        carries_http: always(block, !block.native_type.contains("target_ssl")),
        https_only: always(block, true),
        sets_tls: always(block, !seen),
        modern_tls: fits.clone(),
        strong_ciphers: fits,
        ..entry::listener(block, "proxy")
    };
    out.push(resource(block, facts));
}

/// The profile `COMPATIBLE` is the default and offers everything; `CUSTOM` what is listed.
fn policy(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let version =
        body.text("min_tls_version").map(|version| matches!(&*version, "TLS_1_2" | "TLS_1_3")).or_default(false);
    let listed = body
        .each("custom_features")
        .into_iter()
        .map(|feature| feature.text("").map(|cipher| cipher.contains("3DES") || cipher.starts_with("TLS_RSA")));
    let custom = any(listed).not();
    let profile = body.text("profile");
    let strong = match profile.value().map(|name| &**name) {
        Some("CUSTOM") => custom,
        _ => profile.map(|name| matches!(&*name, "MODERN" | "RESTRICTED" | "FIPS_202205")).or_default(false),
    };
    let facts = Listener {
        sets_tls: always(block, true),
        modern_tls: version,
        strong_ciphers: strong,
        ..entry::listener(block, "tls-policy")
    };
    out.push(resource(block, facts));
}

/// What stands behind a proxy: where Cloud Armor guards it, requests are logged, and copies are kept.
fn backend(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let regional = block.native_type.contains("region");
    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_backend_service
    let scheme = body.text("load_balancing_scheme").or_default(if regional { "INTERNAL" } else { "EXTERNAL" }.into());
    let external = scheme.map(|scheme| scheme.starts_with("EXTERNAL"));
    let protocol = body.text("protocol").or_default(if regional { "TCP" } else { "HTTP" }.into());
    let http = protocol.clone().map(|protocol| matches!(&*protocol, "HTTP" | "HTTPS" | "HTTP2" | "H2C" | "GRPC"));
    let facts = LoadBalancer {
        takes_waf: external.and(http.clone()),
        waf_blocking: guarded(block, "security_policy", context),
        sets_logging: http,
        logged: body.bool("log_config.enable").or_default(false),
        ..entry::load_balancer(block, "backend-service")
    };
    out.push(resource(block, facts));
    let delivers = body.bool("enable_cdn").or_default(false);
    if delivers.value() == Some(&false) {
        return;
    }
    let cached = body.text("cdn_policy.cache_mode").map(|mode| &*mode != "USE_ORIGIN_HEADERS").or_default(true);
    let facts = Cdn {
        fetches: delivers.clone(),
        origin_tls: protocol.map(|protocol| matches!(&*protocol, "HTTPS" | "HTTP2" | "GRPC" | "SSL")),
        // with the origin's headers it is the origin that decides
        caches: delivers.and(cached),
        edge_jurisdictions: Known::default_of(entry::worldwide(), Origins::at(block.head)),
        ..entry::cdn(block, "backend")
    };
    let mut made = resource(block, facts);
    made.part = Some("cdn".into());
    out.push(made);
}

/// Cloud Armor blocks where a rule of the policy denies, throttles or bans, and is no preview.
fn guarded(block: &Block, path: &str, context: &Context<'_>) -> Known<bool> {
    let named = block.body.text(path);
    if named.is_unset() || named.value().is_some_and(|name| name.is_empty()) {
        return Known::default_of(false, named.origins);
    }
    let types = &["google_compute_security_policy", "google_compute_region_security_policy"];
    let Some(policy) = context.blocks.follow(&block.body, path, types) else { return unseen(block, path) };
    let own = context.blocks.joined(policy, "google_compute_security_policy_rule", "security_policy", &["name", "id"]);
    let rules = policy.body.each("rule").into_iter().chain(own.blocks.iter().map(|rule| &rule.body));
    let said = rules.map(|rule| {
        let acts = rule.text("action").map(|action| {
            ["deny", "throttle", "rate_based_ban", "redirect"].iter().any(|word| action.starts_with(word))
        });
        acts.and(rule.bool("preview").or_default(false).not())
    });
    any(said.collect::<Vec<_>>().into_iter().chain(own.maybe())).and_at(&named.origins)
}

/// A bucket behind a balancer: reached over Google's own network.
fn bucket(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Cdn {
        caches: block.body.bool("enable_cdn").or_default(false),
        edge_jurisdictions: Known::default_of(entry::worldwide(), Origins::at(block.head)),
        ..entry::cdn(block, "backend")
    };
    out.push(resource(block, facts));
}
