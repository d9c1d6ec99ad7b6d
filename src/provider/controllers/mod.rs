//! Objects of Kubernetes by which a controller makes resources of a cloud: Config Connector, ACK, Azure Service Operator,
//! Crossplane's providers made from Terraform's. Each is brought to the spelling of the cloud that is read already, so
//! that it is judged as its twin in Terraform or a template; what none of them has a table or a rule for is told of, never
//! passed over.

mod ack;
mod compositions;
mod connector;
mod connector_iam;
mod crossplane;
mod operator;
mod refers;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use refers::Index;

use super::spelling::{Move, Spelling};
use crate::source::{Note, NoteKind};
use crate::value::{Block, Dialect, Entry, Node, Provider, REST, Unknown, Value, Why, unknown_of};

/// Whose controller it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Family {
    /// <https://cloud.google.com/config-connector/docs/overview>
    Connector,
    /// <https://aws-controllers-k8s.github.io/community/docs/community/overview/>
    Ack,
    /// <https://azure.github.io/azure-service-operator/>
    Operator,
    /// Providers that upjet makes of Terraform's: <https://github.com/crossplane/upjet>.
    Crossplane(Cloud),
    /// One that no table speaks of.
    Other,
}

/// The cloud of a Crossplane provider.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Cloud {
    Aws,
    Azure,
    Gcp,
}

impl Cloud {
    fn provider(self) -> Provider {
        match self {
            Self::Aws => Provider::Aws,
            Self::Azure => Provider::Azure,
            Self::Gcp => Provider::Gcp,
        }
    }
}

/// An object that stands for a resource of a cloud.
struct Made<'b> {
    block: &'b Block,
    /// The object itself.
    body: &'b Node,
    family: Family,
    /// The part of its group that names a service: `s3`; empty where there is none.
    service: Arc<str>,
    kind: Arc<str>,
    name: Option<Arc<str>>,
    namespace: Arc<str>,
}

/// Kinds by which a controller itself is set up.
const SETTINGS: &[&str] = &[
    "AdoptedResource",
    "ClusterProviderConfig",
    "ClusterProviderConfigUsage",
    "ConfigConnector",
    "ConfigConnectorContext",
    "FieldExport",
    "IAMRoleSelector",
    "ProviderConfig",
    "ProviderConfigUsage",
    "StoreConfig",
];

/// Other controllers of the clouds: the older Crossplane providers.
const OTHERS: &[&str] = &[
    ".aws.crossplane.io",
    ".gcp.crossplane.io",
    ".azure.crossplane.io",
    ".aws.jet.crossplane.io",
    ".gcp.jet.crossplane.io",
    ".azure.jet.crossplane.io",
];

/// The family of a group, and the service that it names.
fn family(group: &str) -> Option<(Family, &str)> {
    if let Some(service) = group.strip_suffix(".cnrm.cloud.google.com") {
        return Some((Family::Connector, service)).filter(|_| !service.ends_with("core"));
    }
    if let Some(service) = group.strip_suffix(".services.k8s.aws") {
        return Some((Family::Ack, service));
    }
    if let Some(service) = group.strip_suffix(".azure.com") {
        return Some((Family::Operator, service));
    }
    if let Some(rest) = group.strip_suffix(".upbound.io") {
        // those of version 2 that live in namespaces: `s3.aws.m.upbound.io`
        let rest = rest.strip_suffix(".m").unwrap_or(rest);
        let (service, cloud) = rest.rsplit_once('.').unwrap_or(("", rest));
        let cloud = match cloud {
            "aws" => Cloud::Aws,
            "azure" => Cloud::Azure,
            "gcp" | "gcp-beta" => Cloud::Gcp,
            _ => return None,
        };
        return Some((Family::Crossplane(cloud), service));
    }
    OTHERS.iter().find_map(|other| group.strip_suffix(other)).map(|service| (Family::Other, service))
}

impl<'b> Made<'b> {
    /// The block as such an object, if it is one.
    fn of(block: &'b Block) -> Option<Self> {
        let (body, group, kind): (&Node, &str, &str) = match block.dialect {
            Dialect::Native if block.provider == Provider::Kubernetes => {
                let (group, kind) = block.native_type.rsplit_once('/')?;
                (&block.body, group, kind)
            }
            Dialect::Terraform if &*block.native_type == "kubernetes_manifest" => {
                let body = block.body.get("manifest")?;
                let (group, _) = body.get("apiVersion")?.as_str()?.rsplit_once('/')?;
                (body, group, body.get("kind")?.as_str()?)
            }
            _ => return None,
        };
        let (family, service) = family(group)?;
        let of = |path: &str| body.text(path).value().cloned();
        (!SETTINGS.contains(&kind)).then(|| Self {
            block,
            body,
            family,
            service: Arc::from(service),
            kind: Arc::from(kind),
            name: of("metadata.name"),
            namespace: of("metadata.namespace").unwrap_or_else(|| Arc::from("")),
        })
    }

    /// What the cloud calls it, where another name than the object's is written.
    fn annotation(&self, key: &str) -> Option<&'b Node> {
        self.body.get("metadata")?.get("annotations")?.get(key)
    }

    /// Whether it is only looked at, as a data source is.
    fn is_observed(&self) -> bool {
        let policies = self.body.texts("spec.managementPolicies");
        let says = |key: &str, value: &str| self.annotation(key).and_then(Node::as_str) == Some(value);
        policies.value().is_some_and(|policies| policies.len() == 1 && policies.contains("Observe"))
            || says("services.k8s.aws/read-only", "true")
            || says("serviceoperator.azure.com/reconcile-policy", "skip")
    }

    /// The blocks that it is, in the spelling that is read; none if nothing is known of its kind.
    fn lowered(&self, index: &Index<'_>) -> Option<Vec<Block>> {
        match self.family {
            Family::Connector => connector::lower(self, index),
            Family::Ack => ack::lower(self, index),
            Family::Operator => operator::lower(self, index),
            Family::Crossplane(cloud) => crossplane::lower(self, cloud, index),
            Family::Other => None,
        }
    }

    /// What stands at `path`, wholly unknown where that is not known.
    fn part(&self, path: &str) -> Cow<'b, Node> {
        let found = self.body.at_path(path);
        match (found.value(), found.why()) {
            (Some(node), _) if matches!(node.value, Value::Map(_)) => Cow::Borrowed(*node),
            (Some(node), _) if unknown_of(node).is_some() => Cow::Owned(open(node, unknown_of(node))),
            (None, Some(unknown)) => Cow::Owned(open(self.body, Some(unknown.clone()))),
            _ => Cow::Owned(Node { value: Value::Map(Vec::new()), origins: self.body.origins.clone() }),
        }
    }

    /// The block of a resource in Terraform's spelling, with `body` in the camel case of it.
    fn terraform(&self, provider: Provider, reads_as: &'static str, body: &Node, moves: &'static [Move]) -> Block {
        Block {
            provider,
            dialect: Dialect::Terraform,
            native_type: Arc::from(reads_as),
            written: Some(Arc::from(format!("{} ({})", self.kind, self.group()))),
            body: SPELLING.map(body, moves),
            context: Node::empty_map(self.block.head),
            ..self.block.clone()
        }
    }

    fn group(&self) -> &str {
        let version = self.body.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
        version.rsplit_once('/').map_or(version, |(group, _)| group)
    }
}

/// A map of which nothing is known.
fn open(at: &Node, unknown: Option<Arc<Unknown>>) -> Node {
    let unknown = unknown.unwrap_or_else(|| Unknown::new(Why::Expression("nothing of it can be told".into())));
    let rest = Node { value: Value::Unknown(unknown), origins: at.origins.clone() };
    let rest = Entry { key: Arc::from(REST), key_span: None, value: rest };
    Node { value: Value::Map(vec![rest]), origins: at.origins.clone() }
}

/// Sets `key` of a map, unless it is there.
fn usual(body: &mut Node, key: &str, value: Option<Node>) {
    if let (Value::Map(entries), Some(value)) = (&mut body.value, value)
        && !entries.iter().any(|entry| &*entry.key == key)
    {
        entries.push(Entry { key: Arc::from(key), key_span: value.origins.primary, value });
    }
}

/// The camel case of Terraform's schema.
const SPELLING: Spelling = Spelling { free: FREE, paired: &[], lifted: "", case: super::spelling::snake, tables: &[] };

/// Maps whose keys are a person's own.
const FREE: &[&str] = &[
    "annotations",
    "appSettings",
    "buildEnvironmentVariables",
    "defaultArguments",
    "environmentVariables",
    "labels",
    "metadata",
    "resourceLabels",
    "stageVariables",
    "tags",
    "userLabels",
    "variables",
];

/// The types that are read, by their names without what stands between the words.
static READ: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let of_cloud = |native: &&str| ["aws_", "azurerm_", "google_"].iter().any(|start| native.starts_with(start));
    super::known_types().filter(of_cloud).map(|native| (native.replace('_', ""), native)).collect()
});

/// The type of these words, if it is read: `google`, `BigQueryDataset`.
fn read_as(words: &[&str]) -> Option<&'static str> {
    READ.get(&words.concat().to_ascii_lowercase()).copied()
}

/// Each object that stands for a resource of a cloud as the block of that resource; the others as they are.
pub(super) fn lower(blocks: Vec<Block>) -> Vec<Block> {
    let index = Index::new(&blocks);
    if index.is_empty() && !blocks.iter().any(compositions::is_one) {
        return blocks;
    }
    let mut lowered: HashMap<usize, Vec<Block>> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        let made = match Made::of(block) {
            Some(made) if made.is_observed() => Some(Vec::new()),
            Some(made) => made.lowered(&index),
            None => compositions::lower(block),
        };
        if let Some(made) = made {
            lowered.insert(at, made);
        }
    }
    drop(index);
    let one = |(at, block): (usize, Block)| lowered.remove(&at).unwrap_or_else(|| vec![block]);
    blocks.into_iter().enumerate().flat_map(one).collect()
}

/// What is said of objects that stand for resources of a cloud and are not read, a note for each kind.
pub(super) fn unseen(blocks: &[Block]) -> Vec<Note> {
    let index = Index::new(blocks);
    let mut kinds: BTreeMap<String, (usize, &Block)> = BTreeMap::new();
    for block in blocks {
        let Some(made) = Made::of(block).filter(|made| !made.is_observed()) else { continue };
        if made.lowered(&index).is_none() {
            kinds.entry(format!("{} ({})", made.kind, made.group())).or_insert((0, block)).0 += 1;
        }
    }
    let note = |(kind, (count, block)): (String, (usize, &Block))| {
        let objects = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
        let message = format!("{objects} of kind `{kind}`: the cloud's resources that they stand for were not seen");
        Note::new(NoteKind::NotSeen, message).at(block.head).help("scan the account that they were made in")
    };
    kinds.into_iter().map(note).chain(compositions::unseen(blocks)).collect()
}
