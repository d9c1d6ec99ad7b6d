//! Whether a workload can reach listed destinations only.

use super::any_fact;
use super::isolation::{self, EGRESS};
use super::pods::Template;
use crate::provider::Context;
use crate::value::{Known, State, Value, all, any};

/// Egress is limited when some policy that selects the pods closes it, and none opens it to the internet again. Pods
/// on the host's network escape every policy.
pub(super) fn limited(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let host_network = template.bool("spec.hostNetwork").or_default(false);
    if host_network.value() == Some(&true) {
        return host_network.map(|_| false);
    }
    let by_policy = by_policies(template, context);
    match by_policy.value() {
        Some(true) => by_policy,
        _ => match by_sidecar(template, context) {
            Some(by_sidecar) => any([by_sidecar, by_policy]),
            None => by_policy,
        },
    }
}

fn by_policies(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let object = template.object;
    let objects = context.blocks.objects();
    let (unit, namespace) = (object.block.unit, &*object.namespace);
    let labels = template.at("metadata.labels");
    let mut closing = Vec::new();
    let mut opening = isolation::may_open(context, unit, namespace, EGRESS);
    for policy in objects.policies_for(unit, namespace, &labels) {
        let selected = isolation::selects(&policy.body.at_path("spec.podSelector"), &labels);
        let closes = all([selected, isolation::has_type(policy, EGRESS)]);
        opening.push(all([closes.clone(), isolation::opens(policy, EGRESS)]));
        closing.push(closes);
    }
    for policy in objects.within(unit, "CiliumNetworkPolicy", namespace) {
        let selected = isolation::selects(&policy.body.at_path("spec.endpointSelector"), &labels);
        let closes = all([selected, policy.body.exists("spec.egress")]);
        opening.push(all([closes.clone(), isolation::opens_cilium(policy, EGRESS)]));
        closing.push(closes);
    }
    let open = any_fact(opening, &object.nowhere());
    if matches!(open.state, State::Set(true)) {
        return open.map(|_| false);
    }
    let closed = any_fact(closing, &object.nowhere());
    match closed.state {
        State::Set(true) | State::Default(true) => all([closed, open.not()]),
        State::Unknown(_) => closed,
        _ => isolation::absent(context, unit, namespace, &object.nowhere()),
    }
}

/// Istio's sidecar lets out only what its registry knows (<https://istio.io/latest/docs/reference/config/networking/sidecar/>).
fn by_sidecar(template: &Template<'_>, context: &Context<'_>) -> Option<Known<bool>> {
    let object = template.object;
    let labels = template.at("metadata.labels");
    let sidecars = context.blocks.objects().within(object.block.unit, "Sidecar", &object.namespace);
    let limits: Vec<_> = sidecars
        .filter(|sidecar| sidecar.body.exists("spec.outboundTrafficPolicy").value() != Some(&false))
        .map(|sidecar| {
            let selector = sidecar.body.at_path("spec.workloadSelector.labels");
            let selected = match selector.value().map(|node| &node.value) {
                Some(Value::Map(_)) => {
                    let wanted = sidecar.body.at_path("spec.workloadSelector");
                    isolation::selects_labels(&wanted, &labels)
                }
                _ => Known::default_of(true, sidecar.nowhere()),
            };
            let registry = sidecar.body.text("spec.outboundTrafficPolicy.mode").map(|mode| &*mode == "REGISTRY_ONLY");
            all([selected, registry])
        })
        .collect();
    (!limits.is_empty()).then(|| any(limits))
}
