//! Services that a cloud's load balancer exposes, and what network policies let out.

use super::pods::Template;
use super::{Object, agents, isolation, namespaces, resource};
use crate::model::{FirewallRule, Listener, Resource, ToolEntrance};
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
pub(super) fn read_service(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    entrance(object, context, resources);
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

/// A Service that nodes or a load balancer open to the outside, for what it selects. Istio's policies may ask who comes; a
/// list of ranges, or a balancer inside of the network, keeps strangers away:
/// <https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types>.
fn entrance(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let kind = object.body.text("spec.type");
    if kind.value().is_some_and(|kind| !matches!(&**kind, "LoadBalancer" | "NodePort")) || kind.is_unset() {
        return;
    }
    let outside = kind.map(|kind| matches!(&*kind, "LoadBalancer" | "NodePort"));
    let objects = context.blocks.objects();
    let (unit, namespace) = (object.block.unit, &*object.namespace);
    let asked = ["AuthorizationPolicy", "RequestAuthentication"]
        .into_iter()
        .flat_map(|kind| objects.within(unit, kind, namespace).map(|policy| Known::set(true, policy.nowhere())));
    let notes = object.body.each("metadata.annotations").into_iter().flat_map(Node::entries);
    let inside = notes
        .filter(|entry| INTERNAL.contains(&&*entry.key))
        .map(|entry| entry.value.text("").map(|value| !matches!(&*value, "false" | "internet-facing" | "External")));
    let listed = object.body.exists("spec.loadBalancerSourceRanges");
    let closed = any([outside.not(), listed].into_iter().chain(inside).chain(asked).collect::<Vec<_>>());
    let mut found = resource(object, ToolEntrance { closed: closed.and_at(&object.nowhere()) });
    found.part = Some("entrance".into());
    let selected = selected_agent(object, context);
    if selected.value() != Some(&false) {
        found.common.agent = selected;
    }
    resources.push(found);
}

/// Annotations by which a cloud's load balancer stays inside of the network.
const INTERNAL: &[&str] = &[
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type",
];

/// Whether a workload that the Service selects is part of an agent.
fn selected_agent(object: &Object<'_>, context: &Context<'_>) -> Known<bool> {
    let objects = context.blocks.objects();
    let wanted: Vec<_> = object.body.each("spec.selector").into_iter().flat_map(Node::entries).collect();
    if wanted.is_empty() {
        return Known::default_of(false, object.nowhere());
    }
    let all = namespaces::WORKLOADS.iter().flat_map(|kind| objects.within(object.block.unit, kind, &object.namespace));
    let selected = all.filter_map(Template::of).filter(|template| {
        let labels = template.each("metadata.labels");
        wanted.iter().all(|entry| {
            let own = labels.iter().find_map(|labels| labels.get(&entry.key)).map(|label| label.text(""));
            own.is_some_and(|own| own.value().is_some() && own.value() == entry.value.text("").value())
        })
    });
    any(selected.map(|template| agents::is_agent(&template)).collect::<Vec<_>>()).and_at(&object.nowhere())
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
