//! Entries to a cluster: whether every host has a certificate of its own. Ingress, Gateway API, Istio, OpenShift.

use super::{Object, resource};
use crate::model::{Ingress, Resource};
use crate::provider::Context;
use crate::value::{Known, Node, Origins, State, Value, all, any};

/// Annotations by which a cloud's load balancer gets its certificate: AWS Load Balancer Controller, GKE Ingress,
/// Azure Application Gateway.
const CERTIFICATES: &[&str] = &[
    "alb.ingress.kubernetes.io/certificate-arn",
    "networking.gke.io/managed-certificates",
    "networking.gke.io/v1beta1.FrontendConfig",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
];

/// An Ingress: each host of its rules stands in a `tls` entry with a secret. An entry without hosts is for all of them
/// (<https://kubernetes.io/docs/concepts/services-networking/ingress/#tls>).
pub(super) fn read_ingress(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let body = &object.body;
    let annotated = body.each("metadata.annotations").into_iter().flat_map(Node::entries);
    let by_cloud = annotated
        .filter(|entry| {
            CERTIFICATES.contains(&&*entry.key) && &*entry.key != "networking.gke.io/v1beta1.FrontendConfig"
        })
        .map(|entry| Known::set(true, entry.value.origins.clone()))
        .next();
    let tls = body.each("spec.tls");
    let rules = body.each("spec.rules");
    let every_host = if rules.is_empty() {
        covered(None, &tls, &object.nowhere())
    } else {
        all(rules.iter().map(|rule| {
            let host = rule.get("host").filter(|host| !host.is_null());
            covered(host, &tls, &rule.origins)
        }))
    };
    let tls_every_host = by_cloud.unwrap_or(every_host);
    resources.push(resource(object, Ingress { tls_every_host }));
}

/// Whether a host, or every host where none is named, has a certificate.
fn covered(host: Option<&Node>, tls: &[&Node], nearest: &Origins) -> Known<bool> {
    let origins = host.map_or_else(|| nearest.clone(), Origins::from);
    let found = any(tls.iter().map(|entry| {
        if let Value::Unknown(unknown) = &entry.value {
            return Known::unknown(unknown.clone(), entry.origins.clone());
        }
        let hosts = entry.each("hosts");
        let named = if hosts.is_empty() {
            Known::default_of(true, entry.origins.clone())
        } else {
            any(hosts.iter().map(|pattern| names(pattern, host)))
        };
        all([named, entry.exists("secretName")])
    }));
    match found.state {
        State::Set(true) | State::Default(true) | State::Unknown(_) => found,
        _ => Known::set(false, origins),
    }
}

/// Whether a certificate's pattern names the host: itself, or a wildcard of one label.
fn names(pattern: &Node, host: Option<&Node>) -> Known<bool> {
    let Some(host) = host else { return Known::set(false, pattern.origins.clone()) };
    if pattern.value == host.value {
        return Known::set(true, pattern.origins.clone());
    }
    let (wanted, offered) = (host.text(""), pattern.text(""));
    match (wanted.value(), offered.value()) {
        (Some(host), Some(pattern)) => {
            let wildcard = pattern.strip_prefix('*').is_some_and(|rest| {
                host.strip_suffix(rest)
                    .is_some_and(|label| rest.starts_with('.') && !label.is_empty() && !label.contains('.'))
            });
            Known::set(host == pattern || wildcard, offered.origins)
        }
        (None, _) => wanted.map(|_| false),
        (_, None) => offered.map(|_| false),
    }
}

/// A Gateway: each listener that carries HTTP ends TLS with a certificate, passes TLS through, or only redirects.
pub(super) fn read_gateway(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let certificate_map =
        object.body.each("metadata.annotations").into_iter().any(|map| map.get("networking.gke.io/certmap").is_some());
    let listeners = object.body.each("spec.listeners");
    let facts = listeners.iter().map(|listener| {
        let protocol = listener.text("protocol");
        let origins = protocol.origins.clone();
        match protocol.value().map(|text| &**text) {
            Some("HTTP") => only_redirects(object, listener, context).unwrap_or_else(|| Known::set(false, origins)),
            Some("HTTPS" | "TLS") => {
                let passes = listener.text("tls.mode").map(|mode| &*mode == "Passthrough").or_default(false);
                any([passes, listener.exists("tls.certificateRefs"), Known::set(certificate_map, origins)])
            }
            // plain TCP and UDP carry what the workload makes of them
            Some(_) => Known::set(true, origins),
            None => protocol.map(|_| false),
        }
    });
    resources.push(resource(object, Ingress { tls_every_host: all(facts) }));
}

/// Whether every route of a plain listener redirects; none where no route of the scan hangs on it.
fn only_redirects(gateway: &Object<'_>, listener: &Node, context: &Context<'_>) -> Option<Known<bool>> {
    let section = listener.text("name");
    let section = section.value()?;
    let routes = context.blocks.objects().of_kind(gateway.block.unit, "HTTPRoute").filter(|route| {
        route.body.each("spec.parentRefs").into_iter().any(|parent| {
            let named = parent.text("name").value().is_some_and(|name| **name == *gateway.name);
            let here = parent.text("sectionName").value().is_none_or(|name| name == section);
            named && here
        })
    });
    let rules: Vec<&Node> = routes.flat_map(|route| route.body.each("spec.rules")).collect();
    if rules.is_empty() {
        return None;
    }
    let redirects = |rule: &&Node| {
        let filters = rule.each("filters");
        filters.iter().any(|filter| {
            let kind = filter.text("type").value().is_some_and(|kind| &**kind == "RequestRedirect");
            kind && filter.text("requestRedirect.scheme").value().is_some_and(|scheme| &**scheme == "https")
        })
    };
    Some(Known::set(rules.iter().all(redirects), listener.origins.clone()))
}

/// Istio's gateway: each server has TLS, or redirects to it
/// (<https://istio.io/latest/docs/reference/config/networking/gateway/>).
pub(super) fn read_istio_gateway(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let facts = object.body.each("spec.servers").into_iter().map(|server| {
        let protocol = server.text("port.protocol");
        let web = protocol.value().is_none_or(|protocol| matches!(&**protocol, "HTTP" | "HTTP2" | "GRPC"));
        let redirects = server.bool("tls.httpsRedirect").or_default(false);
        let mode = server.text("tls.mode");
        let ends = any([
            all([
                server.exists("tls.mode"),
                any([server.exists("tls.credentialName"), server.exists("tls.serverCertificate")]),
            ]),
            if mode.is_unset() {
                mode.exists()
            } else {
                mode.map(|mode| matches!(&*mode, "PASSTHROUGH" | "AUTO_PASSTHROUGH" | "ISTIO_MUTUAL"))
            },
        ]);
        let plain = if web { redirects } else { ends };
        Known { origins: protocol.origins.and(&plain.origins), ..plain }
    });
    resources.push(resource(object, Ingress { tls_every_host: all(facts) }));
}

/// OpenShift's route has one host; its router has a certificate for it where TLS ends there.
pub(super) fn read_route(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    resources.push(resource(object, Ingress { tls_every_host: object.body.exists("spec.tls.termination") }));
}
