//! Every Kubernetes object of a scan in one spelling, findable by kind, namespace and name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
    by_kind: BTreeMap<(UnitId, Arc<str>), Vec<usize>>,
    by_name: BTreeMap<(UnitId, Name), usize>,
    /// Kind and namespace.
    by_namespace: BTreeMap<(UnitId, Arc<str>, Arc<str>), Vec<usize>>,
    /// Role bindings by holder: `ServiceAccount/namespace/name`, `Group/name`.
    by_holder: BTreeMap<(UnitId, Arc<str>), Vec<usize>>,
    /// Role bindings with a holder that cannot be told.
    open_bindings: BTreeMap<UnitId, Vec<usize>>,
}

/// Kinds that live in no namespace.
const CLUSTER_WIDE: &[&str] =
    &["Namespace", "ClusterRole", "ClusterRoleBinding", "StorageClass", "PersistentVolume", "RuntimeClass", "Node"];

impl<'b> Objects<'b> {
    pub fn new(blocks: &Blocks<'b>) -> Self {
        let mut objects = Self::default();
        for block in blocks.all().iter().filter(|block| block.provider == Provider::Kubernetes) {
            let Some(object) = read(block, blocks) else { continue };
            let at = objects.all.len();
            let kind: Arc<str> = Arc::from(&*object.kind);
            objects.by_block.insert((block.unit, &block.address), at);
            objects.by_kind.entry((block.unit, kind.clone())).or_default().push(at);
            objects.by_namespace.entry((block.unit, kind.clone(), object.namespace.clone())).or_default().push(at);
            if !object.name.is_empty() {
                objects
                    .by_name
                    .entry((block.unit, (kind, object.namespace.clone(), object.name.clone())))
                    .or_insert(at);
            }
            if matches!(&*object.kind, "RoleBinding" | "ClusterRoleBinding") {
                objects.note_holders(at, &object, blocks);
            }
            objects.all.push(object);
        }
        objects
    }

    fn note_holders(&mut self, at: usize, binding: &Object<'_>, blocks: &Blocks<'_>) {
        let unit = binding.block.unit;
        for holder in rights::holders(binding, blocks) {
            match holder {
                Ok(holder) => self.by_holder.entry((unit, holder)).or_default().push(at),
                Err(_) => self.open_bindings.entry(unit).or_default().push(at),
            }
        }
    }

    /// The bindings that hand a role to a service account, by its name or by a group that every such account is in.
    pub fn bindings_of(&self, unit: UnitId, namespace: &str, name: &str) -> Vec<&Object<'b>> {
        let holders = [
            format!("ServiceAccount/{namespace}/{name}"),
            format!("User/system:serviceaccount:{namespace}:{name}"),
            format!("Group/system:serviceaccounts:{namespace}"),
            "Group/system:serviceaccounts".to_owned(),
            "Group/system:authenticated".to_owned(),
        ];
        let mut found: Vec<usize> = holders
            .iter()
            .filter_map(|holder| self.by_holder.get(&(unit, Arc::from(holder.as_str()))))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.all.get(at)).collect()
    }

    /// Bindings that may hand a role to anyone, as a holder of theirs cannot be told.
    pub fn open_bindings(&self, unit: UnitId) -> impl Iterator<Item = &Object<'b>> {
        self.open_bindings.get(&unit).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }

    /// The object that a block is.
    pub fn of(&self, block: &Block) -> Option<&Object<'b>> {
        self.all.get(*self.by_block.get(&(block.unit, &*block.address))?)
    }

    /// Every object of a kind in a unit.
    pub fn of_kind(&self, unit: UnitId, kind: &str) -> impl Iterator<Item = &Object<'b>> {
        self.by_kind.get(&(unit, Arc::from(kind))).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }

    /// Every object of a kind in a namespace.
    pub fn within(&self, unit: UnitId, kind: &str, namespace: &str) -> impl Iterator<Item = &Object<'b>> {
        let key = (unit, Arc::from(kind), Arc::from(namespace));
        self.by_namespace.get(&key).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }

    /// The object of that kind, namespace and name.
    pub fn named(&self, unit: UnitId, kind: &str, namespace: &str, name: &str) -> Option<&Object<'b>> {
        let key = (unit, (Arc::from(kind), Arc::from(namespace), Arc::from(name)));
        self.all.get(*self.by_name.get(&key)?)
    }
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
