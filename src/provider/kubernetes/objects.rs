//! Every Kubernetes object of a scan in one spelling, findable by kind, namespace and name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::pods::template_of;
use super::{rights, spelling};
use crate::provider::join::Blocks;
use crate::value::{Block, Dialect, Known, Node, Origins, Provider, State, UnitId};

/// An object, whichever dialect it came in.
pub(in crate::provider) struct Object<'b> {
    pub block: &'b Block,
    /// The API group, empty for the core one.
    pub group: Cow<'static, str>,
    /// `Deployment`.
    pub kind: Cow<'static, str>,
    /// The object as the API spells it.
    pub body: Cow<'b, Node>,
    /// The namespace it is put in: as written; `default` where nothing is; a placeholder of its own where it cannot
    /// be told. Empty for what lives in no namespace.
    pub namespace: Arc<str>,
    /// Its name, empty where it cannot be told.
    pub name: Arc<str>,
}

/// Kind, namespace and name.
type Name = (Arc<str>, Arc<str>, Arc<str>);

/// All objects, indexed.
#[derive(Default)]
pub(in crate::provider) struct Objects<'b> {
    all: Vec<Object<'b>>,
    by_block: HashMap<(UnitId, &'b str), usize>,
    units: BTreeMap<UnitId, Unit>,
}

/// The objects of a unit, by where they are in [`Objects::all`].
#[derive(Default)]
struct Unit {
    kinds: BTreeMap<Arc<str>, Vec<usize>>,
    spaces: BTreeMap<Arc<str>, Space>,
    /// Role bindings by holder: `ServiceAccount/namespace/name`, `Group/name`.
    holders: BTreeMap<Arc<str>, Vec<usize>>,
    /// Role bindings with a holder that cannot be told.
    open_bindings: Vec<usize>,
    /// Role bindings by the role that they hand out: its kind, namespace and name.
    roles: BTreeMap<Name, Vec<usize>>,
    /// Whether an object is in a namespace that cannot be told.
    open_spaces: bool,
}

/// The objects of a namespace.
#[derive(Default)]
struct Space {
    kinds: BTreeMap<Arc<str>, Vec<usize>>,
    names: BTreeMap<Arc<str>, BTreeMap<Arc<str>, usize>>,
    /// Network policies that demand a label with a value, by those.
    labelled: HashMap<(Arc<str>, Arc<str>), Vec<usize>>,
    /// Network policies that demand none, or one that cannot be told.
    unlabelled: Vec<usize>,
}

/// Kinds that live in no namespace.
const CLUSTER_WIDE: &[&str] =
    &["Namespace", "ClusterRole", "ClusterRoleBinding", "StorageClass", "PersistentVolume", "RuntimeClass", "Node"];

impl<'b> Objects<'b> {
    pub fn new(blocks: &Blocks<'b>) -> Self {
        let mut objects = Self::default();
        let written = blocks.all().iter().filter(|block| block.provider == Provider::Kubernetes);
        let found: Vec<Object<'b>> = written.filter_map(|block| read(block, blocks)).collect();
        let running = found.iter().filter(|object| template_of(object).is_some());
        let owners: Owners = running.filter_map(|object| Some((uid(object)?, object.kind.clone()))).collect();
        let made: Vec<bool> = found.iter().map(|object| is_made(object, &owners)).collect();
        for (object, _) in found.into_iter().zip(made).filter(|(_, made)| !made) {
            let at = objects.all.len();
            let block = object.block;
            objects.by_block.insert((block.unit, &block.address), at);
            objects.units.entry(block.unit).or_default().note(at, &object, blocks);
            objects.all.push(object);
        }
        objects
    }

    fn some<'a>(&'a self, found: impl IntoIterator<Item = &'a usize>) -> impl Iterator<Item = &'a Object<'b>> {
        found.into_iter().filter_map(|at| self.all.get(*at))
    }

    /// The object that a block is.
    pub fn of(&self, block: &Block) -> Option<&Object<'b>> {
        self.all.get(*self.by_block.get(&(block.unit, &*block.address))?)
    }

    /// Every object of a kind in a unit.
    pub fn of_kind(&self, unit: UnitId, kind: &str) -> impl Iterator<Item = &Object<'b>> {
        self.some(self.units.get(&unit).and_then(|unit| unit.kinds.get(kind)).into_iter().flatten())
    }

    /// Every object of a kind in a namespace.
    pub fn within(&self, unit: UnitId, kind: &str, namespace: &str) -> impl Iterator<Item = &Object<'b>> {
        self.some(self.space(unit, namespace).and_then(|space| space.kinds.get(kind)).into_iter().flatten())
    }

    fn space(&self, unit: UnitId, namespace: &str) -> Option<&Space> {
        self.units.get(&unit)?.spaces.get(namespace)
    }

    /// The object of that kind, namespace and name.
    pub fn named(&self, unit: UnitId, kind: &str, namespace: &str, name: &str) -> Option<&Object<'b>> {
        self.all.get(*self.space(unit, namespace)?.names.get(kind)?.get(name)?)
    }

    /// The bindings that hand a role to a service account, by its name or by a group that every such account is in.
    pub fn bindings_of(&self, unit: UnitId, namespace: &str, name: &str) -> Vec<&Object<'b>> {
        let Some(unit) = self.units.get(&unit) else { return Vec::new() };
        let holders = [
            format!("ServiceAccount/{namespace}/{name}"),
            format!("User/system:serviceaccount:{namespace}:{name}"),
            format!("Group/system:serviceaccounts:{namespace}"),
            "Group/system:serviceaccounts".to_owned(),
            "Group/system:authenticated".to_owned(),
        ];
        let mut found: Vec<usize> =
            holders.iter().filter_map(|holder| unit.holders.get(holder.as_str())).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.all.get(at)).collect()
    }

    /// Bindings that may hand a role to anyone, as a holder of theirs cannot be told.
    pub fn open_bindings(&self, unit: UnitId) -> impl Iterator<Item = &Object<'b>> {
        self.some(self.units.get(&unit).into_iter().flat_map(|unit| &unit.open_bindings))
    }

    /// The bindings that hand out a role.
    pub fn bindings_to(&self, role: &Object<'_>) -> impl Iterator<Item = &Object<'b>> {
        let key = (Arc::from(&*role.kind), role.namespace.clone(), role.name.clone());
        self.some(self.units.get(&role.block.unit).and_then(|unit| unit.roles.get(&key)).into_iter().flatten())
    }

    /// The network policies of a namespace that may select a pod with `labels`; all where those are not known.
    pub fn policies_for(&self, unit: UnitId, namespace: &str, labels: &Known<&Node>) -> Vec<&Object<'b>> {
        let Some(space) = self.space(unit, namespace) else { return Vec::new() };
        let pairs = label_pairs(labels);
        let Some(pairs) = pairs else { return self.within(unit, "NetworkPolicy", namespace).collect() };
        let mut found: Vec<usize> =
            pairs.iter().filter_map(|pair| space.labelled.get(pair)).flatten().copied().collect();
        found.extend(&space.unlabelled);
        found.sort_unstable();
        found.iter().filter_map(|at| self.all.get(*at)).collect()
    }

    /// Network policies in a namespace that cannot be told, and which may be `namespace`.
    pub fn open_policies(&self, unit: UnitId, namespace: &str) -> Vec<&Object<'b>> {
        let Some(unit) = self.units.get(&unit).filter(|unit| unit.open_spaces) else { return Vec::new() };
        let open = unit.spaces.iter().filter(|(name, _)| name.starts_with('⟨') && ***name != *namespace);
        self.some(open.filter_map(|(_, space)| space.kinds.get("NetworkPolicy")).flatten()).collect()
    }
}

impl Unit {
    fn note(&mut self, at: usize, object: &Object<'_>, blocks: &Blocks<'_>) {
        let kind: Arc<str> = Arc::from(&*object.kind);
        self.kinds.entry(kind.clone()).or_default().push(at);
        self.open_spaces |= object.namespace.starts_with('⟨');
        let space = self.spaces.entry(object.namespace.clone()).or_default();
        space.kinds.entry(kind.clone()).or_default().push(at);
        if !object.name.is_empty() {
            space.names.entry(kind).or_default().entry(object.name.clone()).or_insert(at);
        }
        match &*object.kind {
            "NetworkPolicy" => space.note_policy(at, object),
            "RoleBinding" | "ClusterRoleBinding" => self.note_binding(at, object, blocks),
            _ => {}
        }
    }

    fn note_binding(&mut self, at: usize, binding: &Object<'_>, blocks: &Blocks<'_>) {
        for holder in rights::holders(binding, blocks) {
            match holder {
                Ok(holder) => self.holders.entry(holder).or_default().push(at),
                Err(_) => self.open_bindings.push(at),
            }
        }
        if let Ok(name) = resolved(&binding.body, "roleRef.name", blocks) {
            let written = binding.body.text("roleRef.kind").value().cloned();
            let kind = written.unwrap_or_else(|| Arc::from("ClusterRole"));
            let namespace = if &*kind == "Role" { binding.namespace.clone() } else { Arc::from("") };
            self.roles.entry((kind, namespace, name)).or_default().push(at);
        }
    }
}

impl Space {
    /// One label that a policy demands is enough to find it by.
    fn note_policy(&mut self, at: usize, policy: &Object<'_>) {
        let demanded = policy
            .body
            .each("spec.podSelector.matchLabels")
            .into_iter()
            .flat_map(Node::entries)
            .find_map(|entry| Some((entry.key.clone(), entry.value.as_str().map(Arc::from)?)));
        match demanded {
            Some(label) => self.labelled.entry(label).or_default().push(at),
            None => self.unlabelled.push(at),
        }
    }
}

/// A pod's labels, if every one of them is known.
fn label_pairs(labels: &Known<&Node>) -> Option<Vec<(Arc<str>, Arc<str>)>> {
    match &labels.state {
        State::Unset => Some(Vec::new()),
        State::Unknown(_) => None,
        State::Set(node) | State::Default(node) => {
            let entries = node.each("").into_iter().flat_map(Node::entries);
            entries.map(|entry| Some((entry.key.clone(), entry.value.text("").value()?.clone()))).collect()
        }
    }
}

/// The kind of what runs pods, by the uid that its cluster gave it.
type Owners = HashMap<Arc<str>, Cow<'static, str>>;

/// Whether a controller of the scan made the object from its template: the pod of a replica set, the replica set of a
/// deployment, the job of a cron job. What the controller asks for is judged, once. Owned by anything else (a pod that runs
/// pods, the deployment of an operator) it says more than its owner and stands for itself; so does a pod that somebody put
/// a container into (<https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/>).
fn is_made(object: &Object<'_>, owners: &Owners) -> bool {
    let entered = || !object.body.at_path("spec.ephemeralContainers").is_unset();
    let by = owner(object).and_then(|owner| owners.get(&owner));
    template_of(object).is_some() && by.is_some_and(|by| makes(by, &object.kind)) && !entered()
}

/// Whether objects of kind `owner` make those of kind `made`, with what their own template says.
fn makes(owner: &str, made: &str) -> bool {
    matches!(
        (owner, made),
        ("ReplicaSet" | "ReplicationController" | "StatefulSet" | "DaemonSet" | "Job" | "Sandbox", "Pod")
            | ("Deployment" | "Rollout", "ReplicaSet")
            | ("DeploymentConfig", "ReplicationController")
            | ("CronJob", "Job")
    )
}

fn uid(object: &Object<'_>) -> Option<Arc<str>> {
    object.body.text("metadata.uid").value().cloned()
}

/// The uid of the controller that owns an object.
fn owner(object: &Object<'_>) -> Option<Arc<str>> {
    let owners = object.body.each("metadata.ownerReferences");
    let owner = owners.into_iter().find(|owner| owner.bool("controller").value() == Some(&true))?;
    owner.text("uid").value().cloned()
}

impl Object<'_> {
    /// Where to point at when nothing better is known.
    pub fn nowhere(&self) -> Origins {
        Origins::at(self.block.head)
    }
}

fn read<'b>(block: &'b Block, blocks: &Blocks<'b>) -> Option<Object<'b>> {
    let (group, kind, body): (Cow<'static, str>, Cow<'static, str>, _) = match block.dialect {
        Dialect::Native => {
            let (group, kind) = block.native_type.rsplit_once('/').unwrap_or(("", &block.native_type));
            (Cow::Owned(group.to_owned()), Cow::Owned(kind.to_owned()), Cow::Borrowed(&block.body))
        }
        Dialect::Terraform if &*block.native_type == "kubernetes_manifest" => {
            let body = spelling::native_body(block);
            let version = body.get("apiVersion").and_then(Node::as_str)?.to_owned();
            let kind = body.get("kind").and_then(Node::as_str)?.to_owned();
            let group = version.rsplit_once('/').map_or(String::new(), |(group, _)| group.to_owned());
            (Cow::Owned(group), Cow::Owned(kind), Cow::Owned(body))
        }
        Dialect::Terraform => {
            let (group, kind) = spelling::kind_of(&block.native_type)?;
            (Cow::Borrowed(group), Cow::Borrowed(kind), Cow::Owned(spelling::native_body(block)))
        }
    };
    let namespace = if CLUSTER_WIDE.contains(&&*kind) {
        Arc::from("")
    } else {
        resolved(&body, "metadata.namespace", blocks)
            .unwrap_or_else(|unknown| unknown.unwrap_or_else(|| Arc::from("default")))
    };
    let name =
        resolved(&body, "metadata.name", blocks).unwrap_or_else(|unknown| unknown.unwrap_or_else(|| Arc::from("")));
    Some(Object { block, group, kind, body, namespace, name })
}

/// A name as text: as written, or that of the object it refers to. Else a placeholder that two equal unknowns share,
/// or none where nothing is written.
pub(super) fn resolved(body: &Node, path: &str, blocks: &Blocks<'_>) -> Result<Arc<str>, Option<Arc<str>>> {
    match body.text(path).state {
        State::Set(text) | State::Default(text) => Ok(text),
        State::Unset => Err(None),
        State::Unknown(unknown) => {
            let named = unknown.refers.iter().find_map(|reference| blocks.referenced(reference));
            match named.map(|block| block.body.text("metadata.name")) {
                Some(Known { state: State::Set(name), .. }) => Ok(name),
                _ => Err(Some(Arc::from(format!("⟨{unknown}⟩")))),
            }
        }
    }
}
