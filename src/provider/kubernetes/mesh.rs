//! Whether workloads speak to each other encrypted, both sides proving who they are: by Istio, by Linkerd, or by the pod
//! network.

use super::isolation::selects;
use super::pods::Template;
use super::{Object, any_fact};
use crate::provider::Context;
use crate::value::{Known, Node, Origins, UnitId, any};

const PEERS: &str = "security.istio.io/PeerAuthentication";

/// Istio's strict mode, for the workload, its namespace or the mesh, the narrowest first; Linkerd's injection, which
/// encrypts between all that are injected; Cilium's encryption of the pod network:
/// <https://istio.io/latest/docs/reference/config/security/peer_authentication/>,
/// <https://linkerd.io/2/features/automatic-mtls/>,
/// <https://docs.cilium.io/en/stable/security/network/encryption/>.
pub(super) fn encrypted(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let nowhere = template.object.nowhere();
    if let Some(strict) = by_istio(template, context) {
        // a narrower policy that was refused may say otherwise
        let narrower =
            context.blocks.lists().and_then(|lists| lists.beyond(&[PEERS], Some(&template.object.namespace)));
        return match narrower {
            Some(unknown) => Known::unknown(unknown, strict.origins),
            None => strict,
        };
    }
    let found =
        any_fact([injected(template, context), network(template.object.block.unit, context, &nowhere)], &nowhere);
    let types = [PEERS, "ConfigMap"];
    let what = "a mesh or an encrypted pod network may be set up elsewhere";
    if found.value() == Some(&false)
        && let Some(unknown) = context.beyond(&types, None, what)
    {
        return Known::unknown(unknown, nowhere);
    }
    found
}

fn by_istio(template: &Template<'_>, context: &Context<'_>) -> Option<Known<bool>> {
    const KIND: &str = "PeerAuthentication";
    let object = template.object;
    let objects = context.blocks.objects();
    let labels = template.at("metadata.labels");
    let whole = |policy: &&Object<'_>| policy.body.at_path("spec.selector").is_unset();
    let own = || objects.within(object.block.unit, KIND, &object.namespace);
    let mine = own()
        .filter(|policy| !whole(policy))
        .find(|policy| selects(&policy.body.at_path("spec.selector"), &labels).value() == Some(&true));
    let mesh = || objects.within(object.block.unit, KIND, "istio-system").find(whole);
    let policy = mine.or_else(|| own().find(whole)).or_else(mesh)?;
    Some(policy.body.text("spec.mtls.mode").map(|mode| &*mode == "STRICT").or_default(false).and_at(&policy.nowhere()))
}

fn injected(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let object = template.object;
    let space = context.blocks.objects().named(object.block.unit, "Namespace", "", &object.namespace);
    let notes = [template.at("metadata.annotations")]
        .into_iter()
        .chain(space.map(|space| space.body.at_path("metadata.annotations")));
    let said = notes.filter_map(|notes| {
        let node: &Node = notes.value()?;
        let value = node.each("").into_iter().find_map(|map| map.get("linkerd.io/inject"))?;
        Some(value.text("").map(|mode| matches!(&*mode, "enabled" | "ingress")))
    });
    said.into_iter().next().unwrap_or_else(|| Known::default_of(false, object.nowhere()))
}

fn network(unit: UnitId, context: &Context<'_>, nowhere: &Origins) -> Known<bool> {
    let configured = context.blocks.objects().of_kind(unit, "ConfigMap").filter(|map| &*map.name == "cilium-config");
    let on = configured.map(|map| {
        let keys = ["enable-wireguard", "enable-ipsec"].into_iter();
        let data = map.body.each("data");
        any(keys.filter_map(|key| data.iter().find_map(|data| data.get(key))).map(|value| value.bool("")))
    });
    any_fact(on.collect::<Vec<_>>(), nowhere)
}
