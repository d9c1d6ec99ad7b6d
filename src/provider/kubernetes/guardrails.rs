//! What holds for whole clusters: admission policies that keep workloads to regions, sensors that watch for threats; and
//! which workloads run as one service account.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pods::Template;
use super::{resource, workloads};
use crate::model::{Account, Resource, ServiceIdentity, TextSet};
use crate::provider::account::{Here, holds};
use crate::provider::{Context, tenants};
use crate::value::{Known, Node, Origins, Provider, UnitId, any};

/// All clusters of the scan. The rest is for the cloud that they run in to say.
pub(in crate::provider) fn account(context: &Context<'_>, here: &Here) -> Account {
    Account {
        regions_guarded: here.one(region_policies(context), ADMISSION, "an admission policy on regions"),
        ai_services: here.default(false),
        calls_models: here.default(false),
        model_calls_logged: here.default(false),
        threat_detection: here.one(sensors(context), &["apps/DaemonSet"], "a sensor that watches the nodes"),
        ..Account::default()
    }
}

/// Kinds that an admission policy on regions may be of.
const ADMISSION: &[&str] = &["admissionregistration.k8s.io/ValidatingAdmissionPolicy", "kyverno.io/ClusterPolicy"];

/// Policies of Kyverno and Gatekeeper, and the API server's own, that speak of a node's region and are enforced:
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesioregion>.
fn region_policies(context: &Context<'_>) -> Vec<Known<bool>> {
    const REGION: &str = "topology.kubernetes.io/region";
    let mut found = Vec::new();
    for block in context.blocks.all().iter().filter(|block| block.provider == Provider::Kubernetes) {
        let native = &*block.native_type;
        let admission = native.starts_with("kyverno.io/")
            || native.starts_with("policies.kyverno.io/")
            || native.starts_with("constraints.gatekeeper.sh/")
            || native.starts_with("admissionregistration.k8s.io/ValidatingAdmissionPolicy");
        if !admission || native.ends_with("Binding") {
            continue;
        }
        let whole = Known::set(&block.body, Origins::at(block.head));
        // a label's key may itself be a key
        let speaks = any([holds(&whole, &|path, text| path.contains(REGION) || text.contains(REGION))]);
        if speaks.value() == Some(&true) {
            let lax = holds(&block.body.at_path("spec"), &|path, text| {
                let action = path.to_ascii_lowercase();
                (action.ends_with("failureaction") && text.eq_ignore_ascii_case("audit"))
                    || (action.ends_with("enforcementaction") && !text.eq_ignore_ascii_case("deny"))
            });
            found.push(lax.not().and_at(&whole.origins));
        }
    }
    found
}

/// Images of sensors, by a word of their names.
const SENSORS: &[&str] = &[
    "falco",
    "tetragon",
    "tracee",
    "kubearmor",
    "sysdig",
    "datadog/agent",
    "falcon-sensor",
    "aqua-enforcer",
    "amazon-guardduty",
    "aws-guardduty-agent",
    "microsoft-defender",
    "node-agent",
];

/// A sensor on every node is a `DaemonSet`.
fn sensors(context: &Context<'_>) -> Vec<Known<bool>> {
    let mut found = Vec::new();
    for object in daemon_sets(context) {
        let Some(template) = Template::of(object) else { continue };
        let image = |container: &&Node| {
            container.text("image").value().is_some_and(|image| SENSORS.iter().any(|word| image.contains(word)))
        };
        if template.containers().iter().any(image) {
            found.push(Known::set(true, object.nowhere()));
        }
    }
    found
}

fn daemon_sets<'c>(context: &'c Context<'_>) -> Vec<&'c super::Object<'c>> {
    let mut units: Vec<UnitId> = context
        .blocks
        .all()
        .iter()
        .filter(|block| block.provider == Provider::Kubernetes)
        .map(|block| block.unit)
        .collect();
    units.sort_unstable();
    units.dedup();
    let objects = context.blocks.objects();
    units.into_iter().flat_map(|unit| objects.of_kind(unit, "DaemonSet")).collect()
}

/// Kinds that run pods.
const RUNS: &[&str] = &[
    "Pod",
    "apps/DaemonSet",
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/ReplicaSet",
    "ReplicationController",
    "batch/CronJob",
    "batch/Job",
    "argoproj.io/Rollout",
    "apps.openshift.io/DeploymentConfig",
    "serving.knative.dev/Service",
    "agents.x-k8s.io/Sandbox",
];

/// Who runs as what, by unit, namespace and account.
type Shared<'c> = BTreeMap<(UnitId, Arc<str>, Arc<str>), Vec<&'c super::Object<'c>>>;

/// Service accounts that workloads name; `default` is another rule's.
pub(in crate::provider) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    let objects = context.blocks.objects();
    let mut accounts: Shared<'_> = BTreeMap::new();
    // workloads of which it is not known who they run as: they may run as any of these
    let mut open = BTreeMap::new();
    for block in context.blocks.all().iter().filter(|block| block.provider == Provider::Kubernetes) {
        let Some(object) = objects.of(block) else { continue };
        let Some(template) = Template::of(object) else { continue };
        let name = template.text("spec.serviceAccountName").or(template.text("spec.serviceAccount"));
        if let Some(unknown) = name.why() {
            open.entry(block.unit).or_insert_with(|| unknown.clone());
        }
        if let Some(name) = name.value().filter(|name| &***name != "default" && !name.is_empty()) {
            accounts.entry((block.unit, object.namespace.clone(), name.clone())).or_default().push(object);
        }
    }
    for ((unit, namespace, name), workloads) in accounts {
        let Some(first) = workloads.first() else { continue };
        let at = objects.named(unit, "ServiceAccount", &namespace, &name).unwrap_or(first);
        let names: TextSet =
            workloads.iter().map(|object| Arc::from(format!("{}/{}", object.kind, object.name))).collect();
        let tags = workloads.iter().filter_map(|object| Some(workloads::tags(&Template::of(object)?)));
        // of a cluster, who else may run as the account: where a list of workloads was refused
        let unseen = context.blocks.lists().and_then(|lists| lists.beyond(RUNS, Some(&namespace)));
        let or_unseen = |known: Known<bool>| match &unseen {
            Some(unknown) if known.value() == Some(&false) => Known::unknown(unknown.clone(), at.nowhere()),
            _ => known,
        };
        let (tenants_declared, tenants_mixed) = tenants::of(tags, &at.nowhere());
        let tenants_mixed = or_unseen(tenants_mixed);
        let shared = match open.get(&unit).filter(|_| names.len() < 2) {
            Some(unknown) => Known::unknown(unknown.clone(), at.nowhere()),
            None => or_unseen(Known::set(names.len() > 1, at.nowhere())),
        };
        let facts =
            ServiceIdentity { shared, workloads: Known::set(names, at.nowhere()), tenants_declared, tenants_mixed };
        let mut identity = resource(at, facts);
        identity.name = name.clone();
        identity.part = Some(Arc::from(format!("serviceAccount[{name}]")));
        out.push(identity);
    }
}
