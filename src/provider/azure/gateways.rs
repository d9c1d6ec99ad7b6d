//! What stands before services: Application Gateway, load balancers, Front Door (both generations) and CDN.

use std::sync::Arc;

use crate::model::{Cdn, Listener, LoadBalancer, Resource};
use crate::provider::azure::read::{always, here, is, modern, not_seen, parent, part, resource};
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Node, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_application_gateway", gateway),
    ("azurerm_cdn_endpoint", classic_endpoint),
    ("azurerm_cdn_endpoint_custom_domain", fragment),
    ("azurerm_cdn_frontdoor_custom_domain", domain),
    ("azurerm_cdn_frontdoor_endpoint", fragment),
    ("azurerm_cdn_frontdoor_firewall_policy", fragment),
    ("azurerm_cdn_frontdoor_origin", fragment),
    ("azurerm_cdn_frontdoor_origin_group", fragment),
    ("azurerm_cdn_frontdoor_profile", profile),
    ("azurerm_cdn_frontdoor_route", route),
    ("azurerm_cdn_frontdoor_security_policy", fragment),
    ("azurerm_cdn_profile", fragment),
    ("azurerm_frontdoor", classic_front_door),
    ("azurerm_frontdoor_firewall_policy", fragment),
    ("azurerm_lb", balancer),
    ("azurerm_lb_backend_address_pool", fragment),
    ("azurerm_lb_probe", fragment),
    ("azurerm_lb_rule", fragment),
    ("azurerm_management_lock", fragment),
    ("azurerm_web_application_firewall_policy", fragment),
];

/// Whether a setting names `block` that sends logs of access somewhere.
pub(super) fn diagnosed(block: &Block, context: &Context<'_>, categories: &[&str]) -> Known<bool> {
    let joined = context.blocks.joined(block, "azurerm_monitor_diagnostic_setting", "target_resource_id", &["id"]);
    let logs = joined
        .blocks
        .iter()
        .flat_map(|setting| ["enabled_log", "log"].into_iter().flat_map(|path| setting.body.each(path)));
    let said = logs.map(|log| {
        let on = log.bool("enabled").or_default(true);
        let access = is(log.text("category"), categories).or_default(false);
        let whole = is(log.text("category_group"), &["allLogs", "audit"]).or_default(false);
        on.and(access.either(whole))
    });
    any(said.chain(joined.maybe())).and_at(&here(block))
}

/// Whether a lock forbids to delete it, at itself or at its resource group.
pub(super) fn locked(block: &Block, context: &Context<'_>) -> Known<bool> {
    let own = context.blocks.joined(block, "azurerm_management_lock", "scope", &["id"]).exists();
    let group = parent(context.blocks, block, "resource_group_name", &["azurerm_resource_group"]);
    let group = group.map(|group| context.blocks.joined(group, "azurerm_management_lock", "scope", &["id"]).exists());
    any([own].into_iter().chain(group))
}

fn gateway(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let facts = LoadBalancer {
        takes_waf: public(body),
        waf_blocking: any([by_configuration(body), by_policy(body, "firewall_policy_id", context)]),
        sets_logging: always(block, true),
        logged: diagnosed(block, context, &["ApplicationGatewayAccessLog"]),
        takes_delete_guard: always(block, true),
        delete_guarded: locked(block, context),
        sets_zones: always(block, true),
        multi_zone: several_zones(block, "zones"),
        ..entry::load_balancer(block, "gateway")
    };
    out.push(resource(block, facts));
    for (at, listener) in body.each("http_listener").into_iter().enumerate() {
        let plain = is(listener.text("protocol"), &["Http"]);
        let facts = Listener {
            carries_http: always(block, true),
            https_only: any([plain.not(), redirected(body, listener)]),
            ..entry::listener(block, "listener")
        };
        out.push(part(block, &format!("http_listener[{at}]"), listener, facts));
    }
    let policies = body.each("ssl_policy").into_iter().chain(body.each("ssl_profile.ssl_policy"));
    for (at, policy) in policies.enumerate() {
        let facts = Listener { sets_tls: always(block, true), ..negotiated(block, policy) };
        out.push(part(block, &format!("ssl_policy[{at}]"), policy, facts));
    }
}

fn several_zones(block: &Block, path: &str) -> Known<bool> {
    let zones = block.body.at_path(path);
    let count = block.body.each(path).len();
    zones.map(|_| count > 1).or_default(false)
}

/// Whether a front of a gateway has a public address.
fn public(body: &Node) -> Known<bool> {
    any(body.each("frontend_ip_configuration").into_iter().map(|front| front.exists("public_ip_address_id")))
}

/// The firewall that is written within the gateway; its tier is one that has it.
fn by_configuration(body: &Node) -> Known<bool> {
    let on = body.bool("waf_configuration.enabled");
    let prevents = is(body.text("waf_configuration.firewall_mode"), &["Prevention"]).or_default(false);
    on.or_default(false).and(prevents)
}

/// A policy's mode is `Prevention` and it is on unless it says otherwise: the providers' pages of both policies.
fn by_policy(body: &Node, path: &str, context: &Context<'_>) -> Known<bool> {
    let named = body.text(path);
    if named.is_unset() {
        return Known::default_of(false, named.origins);
    }
    let types = &[
        "azurerm_web_application_firewall_policy",
        "azurerm_cdn_frontdoor_firewall_policy",
        "azurerm_frontdoor_firewall_policy",
    ];
    match context.blocks.follow(body, path, types) {
        Some(policy) => prevents(policy).and_at(&named.origins),
        None => named.map(|_| ()).try_map(|()| None, || crate::value::Why::NotSeen(Arc::from(path))),
    }
}

fn prevents(policy: &Block) -> Known<bool> {
    let body = &policy.body;
    let on = body.bool("policy_settings.enabled").or(body.bool("enabled")).or_default(true);
    let mode = body.text("policy_settings.mode").or(body.text("mode"));
    on.and(is(mode, &["Prevention"]).or_default(true))
}

/// Whether every rule that hangs on a listener does no more than send callers to HTTPS.
fn redirected(body: &Node, listener: &Node) -> Known<bool> {
    let name = listener.text("name");
    let Some(name) = name.value() else { return name.map(|_| false) };
    let rules: Vec<&Node> = body
        .each("request_routing_rule")
        .into_iter()
        .filter(|rule| rule.text("http_listener_name").value() == Some(name))
        .collect();
    if rules.is_empty() {
        return Known::default_of(false, listener.origins.clone());
    }
    all(rules.into_iter().map(|rule| {
        let wanted = rule.text("redirect_configuration_name");
        if wanted.is_unset() {
            return Known::default_of(false, listener.origins.clone());
        }
        let found = body
            .each("redirect_configuration")
            .into_iter()
            .find(|redirect| redirect.text("name").value().is_some_and(|name| wanted.value() == Some(name)));
        found.map_or_else(|| wanted.clone().map(|_| false), |redirect| to_https(body, redirect))
    }))
}

fn to_https(body: &Node, redirect: &Node) -> Known<bool> {
    let url = redirect.text("target_url").map(|url| url.starts_with("https://"));
    if !url.is_unset() {
        return url;
    }
    let target = redirect.text("target_listener_name");
    let listener = body
        .each("http_listener")
        .into_iter()
        .find(|listener| listener.text("name").value().is_some_and(|name| target.value() == Some(name)));
    listener.map_or_else(|| target.map(|_| false), |listener| is(listener.text("protocol"), &["Https"]))
}

/// Of the predefined policies those of 2015 and 2017 without `S` offer older versions:
/// <https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview>. A gateway that names
/// none gets that of 2022.
fn negotiated(block: &Block, policy: &Node) -> Listener {
    let named = policy.text("policy_name");
    let by_name = named.map(|name| !matches!(&*name, "AppGwSslPolicy20150501" | "AppGwSslPolicy20170401"));
    let fits = modern(policy.text("min_protocol_version")).or(by_name.clone());
    let weak = policy.each("cipher_suites").into_iter().map(|suite| {
        suite
            .text("")
            .map(|suite| suite.contains("3DES") || suite.starts_with("TLS_RSA") || suite.starts_with("TLS_DHE_DSS"))
    });
    Listener {
        modern_tls: fits.or_default(true),
        strong_ciphers: any(weak).not().and(by_name.or_default(true)),
        ..entry::listener(block, "tls-policy")
    }
}

/// A load balancer for packets: it has no requests to log.
fn balancer(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = LoadBalancer {
        takes_delete_guard: always(block, true),
        delete_guarded: locked(block, context),
        ..entry::load_balancer(block, "network")
    };
    out.push(resource(block, facts));
}

fn profile(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let policies =
        context.blocks.joined(block, "azurerm_cdn_frontdoor_security_policy", "cdn_frontdoor_profile_id", &["id"]);
    let path = "security_policies.firewall.cdn_frontdoor_firewall_policy_id";
    let guards = policies.blocks.iter().map(|policy| by_policy(&policy.body, path, context));
    let facts = Cdn {
        sets_logging: always(block, true),
        logged: diagnosed(block, context, &["FrontDoorAccessLog", "AzureCdnAccessLog"]),
        takes_waf: always(block, true),
        waf_blocking: any(guards.chain(policies.maybe())).and_at(&here(block)),
        ..entry::cdn(block, "profile")
    };
    out.push(resource(block, facts));
}

/// Viewers are redirected to HTTPS, and origins are spoken to as the viewer spoke, unless it is written otherwise:
/// the provider's page of the route.
fn route(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let plain = any(body.each("supported_protocols").into_iter().map(|protocol| is(protocol.text(""), &["Http"])));
    let https = any([body.bool("https_redirect_enabled").or_default(true), plain.not()]).and_at(&here(block));
    let forwards = body.text("forwarding_protocol").or_default("MatchRequest".into());
    let as_asked = is(forwards.clone(), &["MatchRequest"]);
    let facts = Cdn {
        serves: always(block, true),
        viewer_https_only: https.clone(),
        fetches: always(block, true),
        origin_tls: any([is(forwards, &["HttpsOnly"]), as_asked.and(https)]),
        caches: body.exists("cache"),
        edge_jurisdictions: always(block, entry::worldwide()),
        ..entry::cdn(block, "route")
    };
    let mut route = resource(block, facts);
    // a route has no tags of its own
    let endpoint = parent(context.blocks, block, "cdn_frontdoor_endpoint_id", &["azurerm_cdn_frontdoor_endpoint"]);
    if let Some(endpoint) = endpoint {
        route.tags = crate::model::tags_of(&endpoint.body, "tags");
    }
    out.push(route);
}

fn domain(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let version = block.body.text("tls.minimum_tls_version").or(block.body.text("tls.minimum_version"));
    let facts = Cdn {
        sets_tls: always(block, true),
        viewer_modern_tls: modern(version).or_default(true),
        ..entry::cdn(block, "domain")
    };
    out.push(resource(block, facts));
}

/// The older CDN answers plain HTTP unless it is told not to: the provider's page of the endpoint.
fn classic_endpoint(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let plain = body.bool("is_http_allowed").or_default(true);
    let redirect = any(body
        .each("delivery_rule.url_redirect_action")
        .into_iter()
        .map(|action| is(action.text("protocol"), &["Https"])));
    let https = any([plain.not(), redirect]).and_at(&here(block));
    let facts = Cdn {
        serves: always(block, true),
        viewer_https_only: https,
        caches: always(block, true),
        edge_jurisdictions: always(block, entry::worldwide()),
        ..entry::cdn(block, "route")
    };
    out.push(resource(block, facts));
}

/// The first generation of Front Door: each front end names its firewall, each rule says which protocols it accepts.
fn classic_front_door(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let guarded = body.each("frontend_endpoint").into_iter();
    let guarded = guarded.map(|front| by_policy(front, "web_application_firewall_policy_link_id", context));
    let rules: Vec<&Node> = body.each("routing_rule");
    let plain = rules.iter().map(|rule| {
        let accepts = any(rule.each("accepted_protocols").into_iter().map(|protocol| is(protocol.text(""), &["Http"])));
        let redirects = is(rule.text("redirect_configuration.redirect_protocol"), &["HttpsOnly"]).or_default(false);
        accepts.and(redirects.not())
    });
    let origins = rules
        .iter()
        .flat_map(|rule| rule.each("forwarding_configuration"))
        .map(|forward| is(forward.text("forwarding_protocol"), &["HttpsOnly"]).or_default(true));
    let facts = Cdn {
        serves: always(block, true),
        viewer_https_only: any(plain).not().and_at(&here(block)),
        fetches: any(rules.iter().map(|rule| rule.exists("forwarding_configuration"))),
        origin_tls: all(origins).and_at(&here(block)),
        sets_logging: always(block, true),
        logged: diagnosed(block, context, &["FrontdoorAccessLog"]),
        takes_waf: always(block, true),
        waf_blocking: all(guarded).and_at(&here(block)),
        ..entry::cdn(block, "distribution")
    };
    out.push(resource(block, facts));
}

/// Why what `path` of `block` names cannot be told.
pub(super) fn unseen<T>(block: &Block, path: &str) -> Known<T> {
    Known::unknown(not_seen(block, path), here(block))
}
