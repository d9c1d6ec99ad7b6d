//! Network policies: which pods they select, what they admit, and whether a namespace denies by default.
//!
//! Policies only add up: a pod that one selects is closed but for what some policy admits
//! (<https://kubernetes.io/docs/concepts/services-networking/network-policies/>).

use super::{Object, any_fact, any_of, lists};
use crate::provider::Context;
use crate::provider::net::is_anywhere;
use crate::value::{Known, Node, Origins, State, UnitId, Unknown, Value, Why, all, any};

/// A direction, as `policyTypes` writes it and as rules are kept.
#[derive(Clone, Copy)]
pub(super) struct Direction {
    kind: &'static str,
    rules: &'static str,
    peers: &'static str,
}

/// Incoming traffic.
pub(super) const INGRESS: Direction = Direction { kind: "Ingress", rules: "spec.ingress", peers: "from" };
/// Outgoing traffic.
pub(super) const EGRESS: Direction = Direction { kind: "Egress", rules: "spec.egress", peers: "to" };

/// Policies of whole clusters, which may close a namespace as well; they are not read.
const CLUSTER_POLICIES: &[&str] = &[
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
];

/// Whether a policy that selects every pod of a namespace denies what nothing else admits.
pub(super) fn denies(
    context: &Context<'_>,
    unit: UnitId,
    namespace: &str,
    direction: Direction,
    nowhere: &Origins,
) -> Known<bool> {
    let objects = context.blocks.objects();
    let mut closing = Vec::new();
    let mut opening = may_open(context, unit, namespace, direction);
    for policy in objects.within(unit, "NetworkPolicy", namespace) {
        let speaks = all([selects_all(&policy.body, "spec.podSelector", policy), has_type(policy, direction)]);
        let open = opens(policy, direction);
        closing.push(all([speaks.clone(), open.clone().not()]));
        opening.push(all([speaks, open]));
    }
    for policy in objects.within(unit, "CiliumNetworkPolicy", namespace) {
        closing.push(all([
            selects_all(&policy.body, "spec.endpointSelector", policy),
            policy.body.exists(direction.rules),
            opens_cilium(policy, direction).not(),
        ]));
    }
    let closed = all([any_fact(closing, nowhere), any_fact(opening, nowhere).not()]);
    match closed.state {
        State::Set(true) | State::Default(true) => Known::set(true, closed.origins),
        State::Unknown(_) => closed,
        _ => absent(context, unit, namespace, nowhere),
    }
}

/// No policy was found: known only where one would have been seen.
pub(super) fn absent(context: &Context<'_>, unit: UnitId, namespace: &str, nowhere: &Origins) -> Known<bool> {
    let objects = context.blocks.objects();
    if let Some(policy) = CLUSTER_POLICIES.iter().find_map(|kind| objects.of_kind(unit, kind).next()) {
        return Known::because(Why::NotRead(policy.block.native_type.clone()), policy.nowhere());
    }
    if let Some(policy) = objects.open_policies(unit, namespace).first() {
        return maybe(policy);
    }
    let declared = objects.named(unit, "Namespace", "", namespace).is_some();
    let has_policies = objects.within(unit, "NetworkPolicy", namespace).next().is_some();
    let unseen = match (context.blocks.lists(), context.whole) {
        (Some(lists), _) => lists.beyond(&["networking.k8s.io/NetworkPolicy"], Some(namespace)),
        (None, whole) => {
            (!(whole || declared || has_policies)).then(|| Unknown::new(elsewhere(namespace, "its network policies")))
        }
    };
    match unseen {
        Some(unknown) => Known::unknown(unknown, nowhere.clone()),
        None => Known::default_of(false, nowhere.clone()),
    }
}

/// What a policy says, if it is in this namespace at all.
fn maybe(policy: &Object<'_>) -> Known<bool> {
    let why = Why::Fragment(policy.block.address.clone());
    Known::unknown(Unknown::at(why, policy.block.head), policy.nowhere())
}

/// Whether a policy that may be in this namespace opens it to the internet.
pub(super) fn may_open(context: &Context<'_>, unit: UnitId, namespace: &str, direction: Direction) -> Vec<Known<bool>> {
    let open = context.blocks.objects().open_policies(unit, namespace);
    open.into_iter().map(|policy| all([opens(policy, direction), maybe(policy)])).collect()
}

/// Why what belongs to a namespace that is only implied cannot be told.
pub(super) fn elsewhere(namespace: &str, what: &str) -> Why {
    Why::Partial(
        format!("namespace `{namespace}` is not declared in the scanned files, and {what} may lie elsewhere").into(),
    )
}

/// Whether a policy speaks of a direction: as `policyTypes` says; else always of ingress, and of egress if it has
/// rules for it.
pub(super) fn has_type(policy: &Object<'_>, direction: Direction) -> Known<bool> {
    if policy.body.exists("spec.policyTypes").value() == Some(&false) {
        return match direction.kind {
            "Ingress" => Known::default_of(true, policy.nowhere()),
            _ => policy.body.exists(direction.rules),
        };
    }
    let types = policy.body.each("spec.policyTypes");
    any_of(types, &policy.nowhere(), |item| item.text("").map(|text| &*text == direction.kind))
}

/// Whether a policy admits the whole internet, or everyone, in a direction.
pub(super) fn opens(policy: &Object<'_>, direction: Direction) -> Known<bool> {
    any_of(policy.body.each(direction.rules), &policy.nowhere(), |rule| opens_rule(rule, direction))
}

pub(super) fn opens_rule(rule: &Node, direction: Direction) -> Known<bool> {
    let ports = rule.each("ports");
    // every pod must resolve names, and may
    let names_only = !ports.is_empty() && ports.iter().all(|port| port.int("port").value() == Some(&53));
    // an admission of everyone to some port of every pod is not that of everyone to everything
    let narrow = direction.kind == "Ingress" && !ports.is_empty();
    if names_only || narrow {
        return Known::set(false, rule.origins.clone());
    }
    let peers = rule.at_path(direction.peers);
    match peers.state {
        State::Unknown(unknown) => Known::unknown(unknown, peers.origins),
        State::Unset => Known::set(true, rule.origins.clone()),
        State::Set(_) | State::Default(_) => {
            let peers = rule.each(direction.peers);
            if peers.is_empty() {
                return Known::set(true, rule.origins.clone());
            }
            any_of(peers, &rule.origins, opens_peer)
        }
    }
}

/// A peer that is the internet; one that says nothing is everyone.
fn opens_peer(peer: &Node) -> Known<bool> {
    match &peer.value {
        Value::Map(entries) if entries.iter().all(|entry| entry.value.is_null()) => {
            Known::set(true, peer.origins.clone())
        }
        _ => {
            let cidr = peer.text("ipBlock.cidr");
            if cidr.is_unset() { Known::default_of(false, cidr.origins) } else { cidr.map(|cidr| is_anywhere(&cidr)) }
        }
    }
}

/// Whether a Cilium policy admits the world: by entity, by address, by any name, or by a port alone. An empty rule
/// admits nobody (<https://docs.cilium.io/en/stable/security/policy/language/>).
pub(super) fn opens_cilium(policy: &Object<'_>, direction: Direction) -> Known<bool> {
    let side = direction.peers;
    any_of(policy.body.each(direction.rules), &policy.nowhere(), |rule| {
        let entities = lists(rule, &format!("{side}Entities"), &["all", "world"]);
        let cidr = any_of(rule.each(&format!("{side}CIDR")), &rule.origins, |cidr| {
            cidr.text("").map(|cidr| is_anywhere(&cidr))
        });
        let cidr_set = any_of(rule.each(&format!("{side}CIDRSet")), &rule.origins, |set| {
            set.text("cidr").map(|cidr| is_anywhere(&cidr))
        });
        let names = any_of(rule.each("toFQDNs"), &rule.origins, |name| {
            let pattern = name.text("matchPattern");
            if pattern.is_unset() {
                Known::default_of(false, pattern.origins)
            } else {
                pattern.map(|text| matches!(&*text, "*" | "**"))
            }
        });
        let ports_only =
            rule.entries().iter().all(|entry| matches!(&*entry.key, "toPorts" | "icmps")) && !rule.entries().is_empty();
        any([entities, cidr, cidr_set, names, Known::set(ports_only, rule.origins.clone())])
    })
}

/// Whether a selector selects everything: it is empty.
fn selects_all(body: &Node, path: &str, policy: &Object<'_>) -> Known<bool> {
    let selector = body.at_path(path);
    if let State::Unknown(unknown) = selector.state {
        return Known::unknown(unknown, selector.origins);
    }
    let labels = any_of(body.each(&format!("{path}.matchLabels")), &policy.nowhere(), |labels| match &labels.value {
        Value::Map(entries) => Known::set(!entries.is_empty(), labels.origins.clone()),
        _ => labels.bool(""),
    });
    let expressions = body.exists(&format!("{path}.matchExpressions"));
    any([labels, expressions]).not().and_at(&selector.origins)
}

/// Whether a selector selects a pod with `labels`.
pub(super) fn selects(selector: &Known<&Node>, labels: &Known<&Node>) -> Known<bool> {
    let selector_node = match &selector.state {
        State::Set(node) | State::Default(node) => *node,
        // a policy without a selector selects every pod
        State::Unset => return Known::default_of(true, selector.origins.clone()),
        State::Unknown(unknown) => return Known::unknown(unknown.clone(), selector.origins.clone()),
    };
    let selected = all(requirements(selector_node, "matchLabels", labels));
    Known { origins: selector.origins.clone(), ..selected }
}

/// Whether an Istio selector, which names labels only, selects a pod with `labels`.
pub(super) fn selects_labels(selector: &Known<&Node>, labels: &Known<&Node>) -> Known<bool> {
    match selector.value() {
        Some(node) => all(requirements(node, "labels", labels)),
        None => Known::default_of(true, selector.origins.clone()),
    }
}

/// What a selector demands of a pod's labels.
fn requirements(selector: &Node, field: &str, labels: &Known<&Node>) -> Vec<Known<bool>> {
    let mut requirements = Vec::new();
    for wanted in selector.each(field) {
        if let Value::Unknown(unknown) = &wanted.value {
            requirements.push(Known::unknown(unknown.clone(), wanted.origins.clone()));
        }
        requirements.extend(wanted.entries().iter().map(|entry| label_is(labels, &entry.key, &[&entry.value])));
    }
    requirements
        .extend(selector.each("matchExpressions").into_iter().map(|expression| expression_holds(expression, labels)));
    requirements
}

fn expression_holds(expression: &Node, labels: &Known<&Node>) -> Known<bool> {
    let (key, operator) = (expression.text("key"), expression.text("operator"));
    let (Some(key), Some(operator)) = (key.value(), operator.value()) else {
        return Known::because(Why::Expression("a selector could not be read".into()), expression.origins.clone());
    };
    let values = expression.each("values");
    match &**operator {
        "In" => label_is(labels, key, &values),
        "NotIn" => label_is(labels, key, &values).not(),
        "Exists" => has_label(labels, key),
        "DoesNotExist" => has_label(labels, key).not(),
        _ => Known::because(Why::Expression("a selector could not be read".into()), expression.origins.clone()),
    }
}

fn has_label(labels: &Known<&Node>, key: &str) -> Known<bool> {
    match &labels.state {
        State::Unknown(unknown) => Known::unknown(unknown.clone(), labels.origins.clone()),
        State::Set(node) | State::Default(node) => {
            Known::set(node.each("").iter().any(|labels| labels.get(key).is_some()), labels.origins.clone())
        }
        State::Unset => Known::default_of(false, labels.origins.clone()),
    }
}

/// Whether the label `key` has one of `values`.
fn label_is(labels: &Known<&Node>, key: &str, values: &[&Node]) -> Known<bool> {
    let node = match &labels.state {
        State::Unknown(unknown) => return Known::unknown(unknown.clone(), labels.origins.clone()),
        State::Set(node) | State::Default(node) => *node,
        State::Unset => return Known::default_of(false, labels.origins.clone()),
    };
    let Some(label) = node.each("").into_iter().find_map(|labels| labels.get(key)) else {
        return Known::set(false, labels.origins.clone());
    };
    any(values.iter().map(|value| match (&label.value, &value.value) {
        // the same unknown on both sides is the same value
        (Value::Unknown(a), Value::Unknown(b)) if a == b => Known::set(true, label.origins.clone()),
        (Value::Text(a), Value::Text(b)) if a == b => Known::set(true, label.origins.clone()),
        _ => {
            let (label, value) = (label.text(""), value.text(""));
            match (label.value().cloned(), value.state) {
                (Some(label_text), State::Set(text) | State::Default(text)) => {
                    Known::set(label_text == text, label.origins)
                }
                (_, State::Unknown(unknown)) => Known::unknown(unknown, label.origins),
                _ => label.map(|_| false),
            }
        }
    }))
}
