//! Namespaces: declared ones, and those that are implied by the workloads that are put in them.

use super::objects::Objects;
use super::pods::Template;
use super::{Object, agents, any_fact, isolation, pods, resource, workloads};
use crate::model::{Namespace, Resource, TextSet};
use crate::provider::{Context, tenants};
use crate::value::{Known, Node, Origins, UnitId, Why, any};

/// A declared namespace.
pub(super) fn read(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let objects = context.blocks.objects();
    let nowhere = object.nowhere();
    let unit = object.block.unit;
    let (tenants_declared, tenants_mixed) = tenants(objects, unit, &object.name, &nowhere);
    let facts = Namespace {
        has_workloads: has_workloads(objects, unit, &object.name, &nowhere),
        default_deny_ingress: isolation::denies(context, unit, &object.name, isolation::INGRESS, &nowhere),
        default_deny_egress: isolation::denies(context, unit, &object.name, isolation::EGRESS, &nowhere),
        admission_restricted: restricted(&enforced_level(object), context, unit, &nowhere),
        pod_security: enforced_level(object),
        tenants_declared,
        tenants_mixed,
        members: members(objects, unit, &object.name, &nowhere),
        ..Namespace::default()
    };
    resources.push(resource(object, facts));
}

/// The namespace of a workload, if nothing declares it and this is its first workload.
pub(super) fn implied(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let objects = context.blocks.objects();
    let (unit, namespace) = (object.block.unit, &object.namespace);
    // the cluster's own namespaces are the platform's to guard
    if namespace.starts_with("kube-")
        || namespace.starts_with('⟨')
        || objects.named(unit, "Namespace", "", namespace).is_some()
    {
        return;
    }
    let first = firsts(objects, unit, namespace).min_by_key(|workload| workload.block.head);
    if first.is_none_or(|first| first.block.head != object.block.head) {
        return;
    }
    let place = object.body.at_path("metadata.namespace").origins;
    let unlabelled = Known::because(isolation::elsewhere(namespace, "its labels"), place.clone());
    let (tenants_declared, tenants_mixed) = tenants(objects, unit, namespace, &place);
    let facts = Namespace {
        has_workloads: Known::set(true, place.clone()),
        default_deny_ingress: isolation::denies(context, unit, namespace, isolation::INGRESS, &place),
        default_deny_egress: isolation::denies(context, unit, namespace, isolation::EGRESS, &place),
        admission_restricted: restricted(&unlabelled, context, unit, &place),
        pod_security: unlabelled,
        tenants_declared,
        tenants_mixed,
        members: members(objects, unit, namespace, &place),
        ..Namespace::default()
    };
    let mut resource = Resource::new(object.block, namespace.clone(), facts);
    resource.part = Some(format!("namespace[{namespace}]").into());
    resource.head = place.primary.unwrap_or(resource.head);
    resources.push(resource);
}

/// Every kind that runs pods.
pub(super) const WORKLOADS: &[&str] = &[
    "Pod",
    "ReplicationController",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "CronJob",
    "Rollout",
    "DeploymentConfig",
    "Service",
    "Sandbox",
    "SandboxTemplate",
];

/// The first workload of each kind in a namespace.
fn firsts<'a, 'b>(objects: &'a Objects<'b>, unit: UnitId, namespace: &'a str) -> impl Iterator<Item = &'a Object<'b>> {
    let runs_pods = |object: &&Object<'b>| pods::template_of(object).is_some();
    WORKLOADS.iter().filter_map(move |kind| objects.within(unit, kind, namespace).find(runs_pods))
}

/// The addresses of the workloads of a namespace.
fn members(objects: &Objects<'_>, unit: UnitId, namespace: &str, nowhere: &Origins) -> Known<TextSet> {
    let runs_pods = |object: &&Object<'_>| pods::template_of(object).is_some();
    let all = WORKLOADS.iter().flat_map(|kind| objects.within(unit, kind, namespace).filter(runs_pods));
    Known::default_of(all.map(|object| object.block.address.clone()).collect(), nowhere.clone())
}

/// Whether anything runs in a namespace.
pub(super) fn is_used(objects: &Objects<'_>, unit: UnitId, namespace: &str) -> bool {
    firsts(objects, unit, namespace).next().is_some()
}

fn has_workloads(objects: &Objects<'_>, unit: UnitId, namespace: &str, nowhere: &Origins) -> Known<bool> {
    match firsts(objects, unit, namespace).next() {
        Some(workload) => Known::set(true, workload.nowhere()),
        // an empty namespace today is one with workloads tomorrow, but there is nothing to guard yet
        None => Known::default_of(false, nowhere.clone()),
    }
}

/// The level that pod security admission enforces
/// (<https://kubernetes.io/docs/concepts/security/pod-security-admission/>).
fn enforced_level(object: &Object<'_>) -> Known<std::sync::Arc<str>> {
    let labels = object.body.at_path("metadata.labels");
    let found = labels.value().and_then(|labels| {
        labels.each("").into_iter().find_map(|labels| labels.get("pod-security.kubernetes.io/enforce"))
    });
    match (found, labels.why()) {
        (Some(level), _) => level.text(""),
        (None, Some(unknown)) => Known::unknown(unknown.clone(), labels.origins),
        (None, None) => Known::unset(object.nowhere()),
    }
}

/// Whether agents of a namespace say which tenant they serve, and whether they serve different ones.
fn tenants(objects: &Objects<'_>, unit: UnitId, namespace: &str, nowhere: &Origins) -> (Known<bool>, Known<bool>) {
    let all = WORKLOADS.iter().flat_map(|kind| objects.within(unit, kind, namespace));
    let agents = all.filter_map(Template::of).filter(|template| agents::is_agent(template).value() != Some(&false));
    tenants::of(agents.map(|template| workloads::tags(&template)), nowhere)
}

/// Whether the restricted level is enforced: by the label of pod security admission
/// (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>), or by a policy of Kyverno that names it
/// (<https://kyverno.io/docs/policy-types/cluster-policy/validate/#pod-security>). What Gatekeeper's constraints, or policies
/// of the API server, amount to is not worked out.
fn restricted(
    level: &Known<std::sync::Arc<str>>,
    context: &Context<'_>,
    unit: UnitId,
    nowhere: &Origins,
) -> Known<bool> {
    let by_label = level.clone().map(|level| &*level == "restricted").or_default(false);
    let kubernetes = context.blocks.all().iter().filter(|block| block.unit == unit);
    let engines = kubernetes.filter_map(|block| {
        let here = Origins::at(block.head);
        let native = &*block.native_type;
        if native.starts_with("kyverno.io/") {
            let enforced =
                |node: &Node, path: &str| node.text(path).map(|action| action.eq_ignore_ascii_case("enforce"));
            let whole = enforced(&block.body, "spec.validationFailureAction").or_default(false);
            let rules = block.body.each("spec.rules").into_iter().map(|rule| {
                let named =
                    rule.text("validate.podSecurity.level").map(|level| &*level == "restricted").or_default(false);
                named.and(any([enforced(rule, "validate.failureAction").or_default(false), whole.clone()]))
            });
            return Some(any(rules).and_at(&here));
        }
        let speaks = native.starts_with("constraints.gatekeeper.sh/K8sPSP")
            || native == "admissionregistration.k8s.io/ValidatingAdmissionPolicy";
        let why = "what a policy engine's own rules amount to is not worked out";
        speaks.then(|| Known::because(Why::Expression(why.into()), here))
    });
    any_fact([by_label].into_iter().chain(engines).collect::<Vec<_>>(), nowhere)
}
