//! Services that a cloud's load balancer exposes, and what network policies let out.

use super::{Object, isolation, resource};
use crate::model::{FirewallRule, Listener, Resource};
use crate::provider::{Context, entry};
use crate::value::{Known, Node, Origins, any};

/// Annotations by which a cloud's load balancer ends TLS for a Service: AWS, Azure (internal names), Google, DigitalOcean.
const CERTIFICATES: &[&str] = &[
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "cloud.google.com/app-protocols",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
    "service.beta.kubernetes.io/oci-load-balancer-ssl-ports",
];

/// Each port of a Service that a load balancer exposes. Without a certificate the balancer passes packets through, so
/// that a port for HTTP is plain; whatever else a port carries is the workload's to say.
pub(super) fn read_service(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let body = &object.body;
    let exposed = body.text("spec.type").map(|kind| &*kind == "LoadBalancer").or_default(false);
    if exposed.value() == Some(&false) {
        return;
    }
    let certified = body
        .each("metadata.annotations")
        .into_iter()
        .flat_map(Node::entries)
        .find(|entry| CERTIFICATES.contains(&&*entry.key))
        .map(|entry| Known::set(true, entry.value.origins.clone()));
    for (at, port) in body.each("spec.ports").into_iter().enumerate() {
        let nearest = Origins::from(port);
        let plain = plain_http(port);
        let secured = certified.clone().unwrap_or_else(|| Known::default_of(false, nearest.clone()));
        let facts = Listener {
            carries_http: exposed.clone().and(plain.clone()),
            https_only: any([plain.not(), secured]),
            ..entry::listener(object.block, "service")
        };
        let mut made = resource(object, facts);
        made.part = Some(format!("port[{at}]").into());
        made.head = nearest.primary.unwrap_or(made.head);
        resources.push(made);
    }
}

/// A port for plain HTTP, by its number or by what it says of itself
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol>).
fn plain_http(port: &Node) -> Known<bool> {
    // in the spelling of Terraform the number is called as the list is
    let number = port.int("port").or(port.int("ports")).map(|number| matches!(number, 80 | 8080));
    let said = port.text("appProtocol").or(port.text("name"));
    let named = said.map(|name| matches!(&*name, "http" | "web" | "http2" | "kubernetes.io/h2c")).or_default(false);
    any([number, named])
}

/// What each policy lets out: a rule of a firewall for each entry.
pub(super) fn read_policy(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let outward = isolation::has_type(object, isolation::EGRESS);
    for (at, rule) in object.body.each("spec.egress").into_iter().enumerate() {
        let off = || Known::default_of(false, Origins::from(rule));
        let facts = FirewallRule {
            allows: outward.clone(),
            inbound: off(),
            from_anywhere: off(),
            to_anywhere: isolation::opens_rule(rule, isolation::EGRESS),
            of_default: off(),
            admin_port: off(),
            data_port: off(),
            other_port: off(),
            plain_port: off(),
            all_ports: off(),
            form: Known::set("network-policy".into(), object.nowhere()),
        };
        let mut made = resource(object, facts);
        made.part = Some(format!("egress[{at}]").into());
        made.head = rule.origins.primary.unwrap_or(made.head);
        resources.push(made);
    }
}
