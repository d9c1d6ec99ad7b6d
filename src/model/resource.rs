//! A resource: a block after normalising, of one kind with typed facts, plus what every kind has.

use std::sync::Arc;

use crate::model::fact::facts;
use crate::model::{Fact, Facts, Kind, KindName, Place, Scalar, Target, TextSet};
use crate::source::Span;
use crate::value::{Block, Dialect, Known, Node, Origins, Provider, State, UnitId, Unknown, Value};

/// The value of a tag that cannot be told.
pub const UNKNOWN_TAG: &str = "\u{F0000}";

/// The class of what nobody classified, under the strict profile.
pub const ASSUMED: &str = "assumed";

/// Tags or labels as a resource keeps them: keys and values as written.
pub type Tags = Arc<[(Arc<str>, Arc<str>)]>;

/// The tags that the map at `path` of `node` holds; null values are left out.
pub fn tags_of(node: &Node, path: &str) -> Known<Tags> {
    node.at_path(path).map(|map| {
        let tag = |entry: &crate::value::Entry| match &entry.value.value {
            Value::Null => None,
            _ => Some((
                entry.key.clone(),
                entry.value.text("").value().cloned().unwrap_or_else(|| Arc::from(UNKNOWN_TAG)),
            )),
        };
        map.entries().iter().filter_map(tag).collect()
    })
}

/// A resource's place in the [`Inventory`](super::Inventory).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ResourceId(pub u32);

facts! {
    /// What every resource has, whatever its kind.
    Common {
        /// Where it lies.
        place: Place,
        /// Whether it holds, moves or processes regulated data: by the estate file, by its tags or labels, or, where
        /// neither says anything, by the strict profile's assumption.
        classified: bool,
        /// Its data class: `phi`, `special-category`, `personal`, `none`, or `assumed` under the strict profile.
        class: Arc<str>,
        /// Whether a data class is declared for it, by a tag, a label or the estate file.
        class_declared: bool,
        /// Whether an owner is declared for it, by a tag, a label or the estate file.
        owner_declared: bool,
        /// The jurisdiction codes in which data of its class may lie; unknown where the estate file does not say.
        allowed_jurisdictions: TextSet,
        /// Whether it is part of an AI agent: by label, by the estate file, or by what it runs.
        agent: bool,
    }
}

/// A block after normalising.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its place in the inventory; set when the inventory is made.
    pub id: ResourceId,
    /// The address of the block it comes from.
    pub address: Arc<str>,
    /// The part of the block, where a block yields several: `ingress[0]`, `container[web]`, `statement[1]`.
    pub part: Option<Arc<str>>,
    /// The name a person knows it by: the cloud's name if it is known, else the last part of the address.
    pub name: Arc<str>,
    /// Whose it is.
    pub provider: Provider,
    /// The type as it was written.
    pub native_type: Arc<str>,
    /// How its block is spelled.
    pub dialect: Dialect,
    /// The unit of its block.
    pub unit: UnitId,
    /// The place that names it.
    pub head: Span,
    /// The whole of its block.
    pub span: Span,
    /// Module calls that lead to it, outermost first.
    pub via: Arc<[Span]>,
    /// Set when there may be any number of these, or none.
    pub instances_unknown: Option<Arc<Unknown>>,
    /// Names others may link to it by, as far as they are known: ARN, id, self link, alias, name.
    pub aliases: Vec<Arc<str>>,
    /// Its tags or labels, keys as written; a value that cannot be told stands as [`UNKNOWN_TAG`]. Read them with
    /// [`tags_of`].
    pub tags: Known<Tags>,
    /// The region or location, as the provider writes it.
    pub region: Known<Arc<str>>,
    /// The block whose data this is, where it is not its own: what a replication copies, what a log sink ships. Data
    /// class, owner and, where it has none of its own, region are that block's.
    pub inherits: Option<Target>,
    /// Facts of every kind.
    pub common: Common,
    /// The kind and its facts.
    pub kind: Kind,
}

impl Resource {
    /// A resource of `kind` from `block`; region, tags and aliases are the normaliser's to set.
    pub fn new(block: &Block, name: impl Into<Arc<str>>, kind: impl Into<Kind>) -> Self {
        let nowhere = || Origins::at(block.head);
        Self {
            id: ResourceId(0),
            address: block.address.clone(),
            part: None,
            name: name.into(),
            provider: block.provider,
            native_type: block.written.clone().unwrap_or_else(|| block.native_type.clone()),
            dialect: block.dialect,
            unit: block.unit,
            head: block.head,
            span: block.span,
            via: block.via.clone(),
            instances_unknown: block.instances_unknown.clone(),
            aliases: Vec::new(),
            tags: Known::unset(nowhere()),
            region: Known::unset(nowhere()),
            inherits: None,
            common: Common::default(),
            kind: kind.into(),
        }
    }

    /// The name of its kind.
    pub fn kind_name(&self) -> KindName {
        self.kind.name()
    }

    /// The address with its part: unique in its unit.
    pub fn full_address(&self) -> String {
        match &self.part {
            Some(part) => format!("{}/{part}", self.address),
            None => self.address.to_string(),
        }
    }

    /// The fact `name`, of its kind or common.
    pub fn fact(&self, name: &str) -> Option<(&'static Fact, State<Scalar<'_>>, &Origins)> {
        fn find<'f>(facts: &'f dyn Facts, name: &str) -> Option<(&'static Fact, State<Scalar<'f>>, &'f Origins)> {
            let at = facts.facts().iter().position(|fact| fact.name == name)?;
            let (state, origins) = facts.read(at)?;
            Some((facts.facts().get(at)?, state, origins))
        }
        find(self.kind.facts(), name).or_else(|| find(&self.common, name))
    }
}
