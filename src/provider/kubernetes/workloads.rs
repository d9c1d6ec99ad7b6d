//! Workloads: what a pod template shares with its host, what it may reach, what it runs as.

use std::sync::Arc;

use super::objects::resolved;
use super::pods::Template;
use super::{Object, agents, any_of, cluster, containers, credentials, egress, mesh, namespaces, resource, rights};
use crate::model::{ComputeGroup, ComputeIdentity, Resource, Tags, Workload, tags_of};
use crate::provider::Context;
use crate::value::{Known, Node, State, Why, all, any};

/// A workload, its containers, the identity that it runs as, and its namespace where nothing declares that.
pub(super) fn read(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let Some(template) = Template::of(object) else { return };
    let account = Account::of(&template, context);
    let rights = account.rights(&template, context);
    let place = region(&template);
    let facts = Workload {
        host_pid: template.bool("spec.hostPID").or_default(false),
        host_ipc: template.bool("spec.hostIPC").or_default(false),
        host_network: host_network(&template),
        host_path: mounts(&template, |_| true),
        runtime_socket: mounts(&template, crate::provider::hosts::reaches_runtime),
        plain_secret: credentials::in_workload(&template),
        plain_agent_secret: credentials::of_agent(&template, context),
        admin_rights: rights.admin.clone(),
        reach_rights: rights.reach.clone(),
        egress_limited: egress::limited(&template, context),
        runs_code: agents::runs_code(&template),
        hardened_runtime: hardened_runtime(&template, context),
        has_deadline: has_deadline(&template),
        has_limits: has_limits(&template, context),
        token_mounted: account.mounted.clone(),
        token_needed: rights.bound.clone(),
        sets_place: place.exists(),
        traced: agents::traced(&template),
        mesh_encrypted: mesh::encrypted(&template, context),
    };
    let mut workload = resource(object, facts);
    workload.tags = tags(&template);
    workload.common.agent = agents::is_agent(&template);
    workload.region = place;
    resources.push(workload);
    resources.push(account.identity(&template, &rights));
    resources.extend(scaling(object, context));
    containers::read(&template, resources);
    cluster::read_component(&template, context, resources);
    namespaces::implied(object, context, resources);
}

/// How a deployment scales: by an autoscaler that names it, of at least one copy unless that says more
/// (<https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/>).
fn scaling(object: &Object<'_>, context: &Context<'_>) -> Option<Resource> {
    if &*object.kind != "Deployment" {
        return None;
    }
    let autoscalers = context.blocks.objects().within(object.block.unit, "HorizontalPodAutoscaler", &object.namespace);
    let found = autoscalers.into_iter().find(|autoscaler| {
        let named = |path: &str| autoscaler.body.text(&format!("spec.scaleTargetRef.{path}"));
        named("kind").value().is_some_and(|kind| &**kind == "Deployment")
            && named("name").value().is_some_and(|name| *name == object.name)
    });
    let nowhere = object.nowhere();
    let (scales, floor) = match found {
        Some(autoscaler) => {
            let floor = autoscaler.body.int("spec.minReplicas").or_default(1);
            (autoscaler.body.exists("spec.maxReplicas").and_at(&autoscaler.nowhere()), floor)
        }
        None => {
            let types = ["autoscaling/HorizontalPodAutoscaler"];
            match context.beyond(&types, Some(&object.namespace), "an autoscaler may be set up elsewhere") {
                Some(unknown) => (Known::unknown(unknown.clone(), nowhere.clone()), Known::unknown(unknown, nowhere)),
                None => (Known::default_of(false, nowhere.clone()), Known::default_of(0, nowhere)),
            }
        }
    };
    let facts = ComputeGroup {
        sets_scaling: Known::default_of(true, object.nowhere()),
        scales,
        floor,
        ..crate::provider::entry::group(object.block)
    };
    let mut made = resource(object, facts);
    made.part = Some("replicas".into());
    Some(made)
}

/// The region that its pods are kept to, by a selector of nodes or a required affinity to one region:
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesioregion>.
fn region(template: &Template<'_>) -> Known<Arc<str>> {
    const REGION: &str = "topology.kubernetes.io/region";
    const TERMS: &str =
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.matchExpressions";
    let selector = template.at("spec.nodeSelector");
    if let Some(node) = selector.value().and_then(|map| map.each("").into_iter().find_map(|map| map.get(REGION))) {
        return node.text("");
    }
    let terms = template.each(TERMS);
    let of_region = |term: &&&Node| term.text("key").value().is_some_and(|key| &**key == REGION);
    let Some(term) = terms.iter().find(of_region) else { return Known::unset(template.object.nowhere()) };
    match term.each("values").as_slice() {
        [one] if term.text("operator").value().is_some_and(|operator| &**operator == "In") => one.text(""),
        _ => Known::because(Why::Expression("several regions are let in".into()), term.origins.clone()),
    }
}

/// The labels of the object and of its pods.
pub(super) fn tags(template: &Template<'_>) -> Known<Tags> {
    let own = tags_of(&template.object.body, "metadata.labels");
    let pods = tags_of(&template.object.body, &template.path("metadata.labels"));
    match (own.value(), pods.value()) {
        (Some(first), Some(second)) => {
            let mut both: Vec<_> = first.iter().chain(second.iter()).cloned().collect();
            both.sort();
            both.dedup();
            Known::set(both.into(), own.origins.and(&pods.origins))
        }
        // labels that are not known may say more than those of the pods
        (None, Some(_)) if own.why().is_none() => pods,
        _ => own,
    }
}

/// The host's network as a whole, or a port of the host.
fn host_network(template: &Template<'_>) -> Known<bool> {
    let shared = template.bool("spec.hostNetwork").or_default(false);
    let ports: Vec<&Node> = template.containers().into_iter().flat_map(|container| container.each("ports")).collect();
    let port = any_of(ports, &shared.origins, |port| {
        let number = port.int("hostPort");
        if number.is_unset() { Known::default_of(false, number.origins) } else { number.map(|number| number != 0) }
    });
    any([shared, port])
}

/// Whether a volume is a path of the host that `is` holds for.
fn mounts(template: &Template<'_>, is: fn(&str) -> bool) -> Known<bool> {
    let nearest = template.at("spec.volumes").origins;
    any_of(template.each("spec.volumes"), &nearest, |volume| {
        let path = volume.text("hostPath.path");
        if path.is_unset() { Known::default_of(false, path.origins) } else { path.map(|path| is(&path)) }
    })
}

/// The runtime classes of gVisor and Kata, by their usual names or by the handler of a class in the scan
/// (<https://kubernetes.io/docs/concepts/containers/runtime-class/>).
fn hardened_runtime(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let named = template.text("spec.runtimeClassName");
    if named.is_unset() {
        return Known::default_of(false, named.origins);
    }
    let object = template.object;
    let class = resolved(&object.body, &template.path("spec.runtimeClassName"), context.blocks)
        .ok()
        .and_then(|name| context.blocks.objects().named(object.block.unit, "RuntimeClass", "", &name));
    if let Some(class) = class {
        return class.body.text("handler").map(|handler| is_hardened(&handler)).and_at(&named.origins);
    }
    match named.value().cloned() {
        Some(name) if is_hardened(&name) => named.map(|_| true),
        Some(name) if matches!(&*name, "runc" | "crun" | "nvidia") => named.map(|_| false),
        Some(name) => Known::because(Why::NotSeen(format!("RuntimeClass/{name}").into()), named.origins),
        None => named.map(|_| false),
    }
}

fn is_hardened(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["gvisor", "runsc", "kata", "firecracker"].iter().any(|word| name.contains(word))
}

/// A deadline of the pod, of the job, or the time at which a sandbox shuts down.
fn has_deadline(template: &Template<'_>) -> Known<bool> {
    let body = &template.object.body;
    let places = [
        "spec.activeDeadlineSeconds",
        "spec.jobTemplate.spec.activeDeadlineSeconds",
        "spec.shutdownTime",
        "spec.lifecycle.shutdownTime",
        "spec.ttlSeconds",
    ];
    any(places.iter().map(|path| body.exists(path)).chain([template.at("spec.activeDeadlineSeconds").exists()]))
}

/// Every container but the initial ones has limits of memory and processor, its own or those that a limit range of the
/// namespace gives it (<https://kubernetes.io/docs/concepts/policy/limit-range/>).
fn has_limits(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let object = template.object;
    let given = |what: &str| {
        let ranges = context.blocks.objects().within(object.block.unit, "LimitRange", &object.namespace);
        let paths = ["default", "max"].map(|field| format!("{field}.{what}"));
        any(ranges
            .flat_map(|range| range.body.each("spec.limits"))
            .flat_map(|limit| paths.each_ref().map(|path| limit.exists(path))))
    };
    let limit = |container: &Node, what: &str| {
        let own = container.exists(&format!("resources.limits.{what}"));
        let given = given(what);
        if given.value() == Some(&true) { given } else { own }
    };
    all(template
        .each("spec.containers")
        .into_iter()
        .flat_map(|container| [limit(container, "memory"), limit(container, "cpu")]))
}

/// The service account of a workload.
struct Account {
    name: Known<Arc<str>>,
    /// Whether its token is put into the pods.
    mounted: Known<bool>,
}

impl Account {
    fn of(template: &Template<'_>, context: &Context<'_>) -> Self {
        let object = template.object;
        let mut name = template.text("spec.serviceAccountName").or(template.text("spec.serviceAccount"));
        if let State::Unknown(_) = &name.state
            && let Ok(text) = resolved(&object.body, &template.path("spec.serviceAccountName"), context.blocks)
        {
            name.state = State::Set(text);
        }
        // <https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts>
        let name = match name.value() {
            Some(text) if text.is_empty() => Known::default_of(Arc::from("default"), name.origins),
            _ => name.or_default(Arc::from("default")),
        };
        let declared = name.value().and_then(|name| {
            context.blocks.objects().named(object.block.unit, "ServiceAccount", &object.namespace, name)
        });
        let pod = template.bool("spec.automountServiceAccountToken");
        let of_account = declared.map(|account| account.body.bool("automountServiceAccountToken"));
        let mounted = match of_account {
            Some(of_account) => pod.or(of_account).or_default(true),
            None => pod.or_default(true),
        };
        let projected = any_of(template.each("spec.volumes"), &mounted.origins, |volume| {
            any_of(volume.each("projected.sources"), &volume.origins, |source| source.exists("serviceAccountToken"))
        });
        Self { name, mounted: any([mounted, projected]) }
    }

    fn rights(&self, template: &Template<'_>, context: &Context<'_>) -> rights::Rights {
        if self.mounted.value() == Some(&false) {
            return rights::Rights {
                bound: self.mounted.clone(),
                admin: self.mounted.clone(),
                reach: self.mounted.clone(),
            };
        }
        match &self.name.state {
            State::Set(name) | State::Default(name) => {
                rights::of_account(context, template.object, name, &self.name.origins)
            }
            State::Unset => rights::of_account(context, template.object, "default", &self.name.origins),
            State::Unknown(unknown) => {
                let unseen = Known::unknown(unknown.clone(), self.name.origins.clone());
                rights::Rights { bound: unseen.clone(), admin: unseen.clone(), reach: unseen }
            }
        }
    }

    fn identity(&self, template: &Template<'_>, rights: &rights::Rights) -> Resource {
        let default = self.name.clone().map(|name| &*name == "default");
        // an account of one's own may hold what it needs: what cannot be told of it decides nothing here
        let broad = match (&rights.bound.state, default.value()) {
            (State::Unknown(_), Some(false)) => Known::default_of(false, rights.bound.origins.clone()),
            _ => rights.bound.clone(),
        };
        let facts =
            ComputeIdentity { default, broad, of: Known::set(Arc::from("workload"), template.object.nowhere()) };
        let mut identity = resource(template.object, facts);
        identity.part = Some(Arc::from("identity"));
        identity
    }
}
