//! Joins fragments to the resources they speak of, one instance at a time: by reference, by name, by the same unknown.
//!
//! A fragment whose target cannot be told makes its facet unknown on every candidate, never default.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, RwLock};

use crate::provider::address::base;
use crate::provider::joined::Joined;
use crate::provider::kubernetes::Objects;
use crate::provider::lists::{Lists, region_of};
use crate::provider::needs::asked;
use crate::value::{Block, HOLE_CLOSE, HOLE_OPEN, Node, Origins, Reference, Text, UnitId, Unknown, Value, Why};

/// Every block of the scan, indexed.
pub struct Blocks<'b> {
    all: &'b [Block],
    by_type: BTreeMap<&'b str, Vec<u32>>,
    by_address: HashMap<(UnitId, &'b str), u32>,
    joins: RwLock<HashMap<(String, String), Arc<Targets>>>,
    bearers: RwLock<HashMap<(String, String), Arc<Bearers>>>,
    identified: OnceLock<HashMap<&'b str, Vec<u32>>>,
    unknown_names: OnceLock<HashMap<(UnitId, String), Vec<&'b Node>>>,
    accounts: OnceLock<BTreeSet<Arc<str>>>,
    objects: OnceLock<Objects<'b>>,
    lists: Option<Lists>,
}

/// The blocks of one type that bear each name, by unit.
type Bearers = HashMap<(UnitId, String), Vec<u32>>;

/// Where the fragments of one type point.
#[derive(Default)]
struct Targets {
    by_reference: HashMap<(UnitId, Arc<str>), Vec<u32>>,
    by_name: HashMap<String, Vec<u32>>,
    /// Fragments whose target is not wholly known, with its name key if there is one.
    open: Vec<u32>,
}

/// What the cloud itself calls a thing by.
const IDENTITIES: &[&str] = &["id", "arn"];

impl<'b> Blocks<'b> {
    /// Indexes `all`.
    pub fn new(all: &'b [Block]) -> Self {
        let mut by_type: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let mut by_address = HashMap::new();
        for (at, block) in (0u32..).zip(all) {
            by_type.entry(&block.native_type).or_default().push(at);
            by_address.entry((block.unit, &*block.address)).or_insert(at);
            // without an instance key: the first instance, as what is asked of it is the same for all in nearly every case
            by_address.entry((block.unit, base(&block.address))).or_insert(at);
        }
        Self {
            all,
            by_type,
            by_address,
            joins: RwLock::default(),
            bearers: RwLock::default(),
            identified: OnceLock::new(),
            unknown_names: OnceLock::new(),
            accounts: OnceLock::new(),
            objects: OnceLock::new(),
            lists: Lists::of(all),
        }
    }

    /// Every Kubernetes object, in one spelling; read when first asked for.
    pub(super) fn objects(&self) -> &Objects<'b> {
        self.objects.get_or_init(|| Objects::new(self))
    }

    /// How far the lists of the snapshot go that these blocks are of, if they are of one.
    pub(super) fn lists(&self) -> Option<&Lists> {
        self.lists.as_ref()
    }

    /// Every block, in order.
    pub fn all(&self) -> &'b [Block] {
        self.all
    }

    /// Knowing of these running accounts as well, which were read beside.
    #[must_use]
    pub fn beside(self, accounts: BTreeSet<Arc<str>>) -> Self {
        Self { accounts: OnceLock::from(accounts), ..self }
    }

    /// The running accounts that were read.
    pub fn accounts(&self) -> &BTreeSet<Arc<str>> {
        self.accounts.get_or_init(|| accounts(self.all))
    }

    /// The blocks of one native type, in order.
    pub fn of_type(&self, native_type: &str) -> impl Iterator<Item = &'b Block> {
        self.by_type.get(asked(native_type)).into_iter().flatten().filter_map(|at| self.all.get(*at as usize))
    }

    /// The block that `reference` speaks of; without an instance key, the first of its instances.
    pub fn referenced(&self, reference: &Reference) -> Option<&'b Block> {
        let at = self.by_address.get(&(reference.unit, &*reference.address))?;
        self.all.get(*at as usize).inspect(|found| _ = asked(&found.native_type))
    }

    /// The block that the value at `path` of `block` refers to, of one of `types` (any if empty); where nothing refers, the
    /// one whose id or ARN it is, as in states and in running accounts.
    pub fn follow(&self, node: &Node, path: &str, types: &[&str]) -> Option<&'b Block> {
        let nodes = node.each(path);
        types.iter().for_each(|native_type| _ = asked(native_type));
        let wanted = |found: &&Block| types.is_empty() || types.contains(&&*found.native_type);
        let refers = nodes.iter().flat_map(|node| references(node));
        let referred = refers.filter_map(|reference| self.referenced(&reference)).find(wanted);
        referred.or_else(|| nodes.iter().find_map(|node| self.identified(node.as_str()?, wanted)))
    }

    /// The block of which `text` is the id or the ARN; none where it is that of several.
    fn identified(&self, text: &str, wanted: impl Fn(&&'b Block) -> bool) -> Option<&'b Block> {
        let index = self.identified.get_or_init(|| {
            let mut index: HashMap<&str, Vec<u32>> = HashMap::new();
            for (at, block) in (0u32..).zip(self.all) {
                let texts = IDENTITIES.iter().filter_map(|name| block.body.get(name)?.as_str());
                texts.for_each(|text| index.entry(text).or_default().push(at));
            }
            index
        });
        let found = index.get(text)?.iter().filter_map(|at| self.all.get(*at as usize));
        let mut found = found.filter(wanted);
        let first = found.next()?;
        found.all(|other| other.address == first.address && other.unit == first.unit).then_some(first)
    }

    /// The fragments of type `fragment` whose attribute `by` names `block`: by a reference to it, or by being equal to
    /// one of its attributes `names`.
    pub fn joined(&self, block: &Block, fragment: &str, by: &str, names: &[&str]) -> Joined<'b> {
        let targets = self.targets(asked(fragment), by);
        // a reference says whose address it is, so that it may come from another unit: an export that is taken in
        let mut found: Vec<u32> = Vec::new();
        for address in [&*block.address, base(&block.address)] {
            found.extend(targets.by_reference.get(&(block.unit, Arc::from(address))).into_iter().flatten());
        }
        let of = |at: &u32| self.all.get(*at as usize);
        let same_unit = |candidate: &&'b Block| candidate.unit == block.unit;
        let mut shared: Option<u32> = None;
        let by_identity = IDENTITIES.iter().filter(|name| !names.contains(name));
        for name in names.iter().chain(by_identity) {
            if let Some(key) = block.body.get(name).and_then(name_key)
                && let Some(named) = targets.by_name.get(&key)
            {
                let bearers = self.bearers(&block.native_type, name);
                let bearers = bearers.get(&(block.unit, key)).map_or(&[][..], Vec::as_slice);
                for at in named.iter().filter(|at| of(at).filter(same_unit).is_some()) {
                    match self.meant(*at, by, block, bearers) {
                        Some(true) => found.push(*at),
                        Some(false) => {}
                        None => shared = shared.or(Some(*at)),
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        // one that may not be there beside a resource that is
        let (perhaps, blocks): (Vec<_>, Vec<_>) =
            found.iter().filter_map(of).partition(|fragment| match &fragment.instances_unknown {
                // conditions of two templates may have one name
                Some(_) if fragment.unit != block.unit => true,
                Some(unknown) => block.instances_unknown.as_ref().is_none_or(|own| own.why != unknown.why),
                None => false,
            });
        let perhaps = perhaps.iter().find_map(|fragment| fragment.instances_unknown.clone());
        let open = targets.open.iter().chain(&shared).filter(|at| !found.contains(at)).filter_map(of).find(same_unit);
        let open = open.map(|candidate| Unknown::at(Why::Fragment(candidate.address.clone()), candidate.head));
        // fragments that could not be listed may speak of it
        let unlisted = || self.lists.as_ref()?.beyond(&[fragment], region_of(block).as_deref());
        Joined { blocks, open: perhaps.or(open).or_else(unlisted), nowhere: Origins::at(block.head) }
    }

    /// Fragments of several types at once: old and new spellings.
    pub fn joined_any(&self, block: &Block, fragments: &[(&str, &str)], names: &[&str]) -> Joined<'b> {
        let mut all = Joined { blocks: Vec::new(), open: None, nowhere: Origins::at(block.head) };
        for (fragment, by) in fragments {
            let joined = self.joined(block, fragment, by, names);
            all.blocks.extend(joined.blocks);
            all.open = all.open.or(joined.open);
        }
        all
    }

    /// Whether `block` is the one of `bearers` whose name fragment `at` has. A name that two blocks bear tells neither
    /// from the other, unless it was read off one of them.
    fn meant(&self, at: u32, by: &str, block: &Block, bearers: &[u32]) -> Option<bool> {
        if bearers.len() < 2 {
            return Some(true);
        }
        let fragment = self.all.get(at as usize)?;
        if read_off(fragment, by, block) {
            return Some(true);
        }
        let others = bearers.iter().filter_map(|other| self.all.get(*other as usize));
        others.into_iter().any(|other| read_off(fragment, by, other)).then_some(false)
    }

    /// The blocks of `native_type` in `unit` whose attribute `name` is `text`, in order.
    pub fn bearing(&self, unit: UnitId, native_type: &str, name: &str, text: &str) -> Vec<&'b Block> {
        let bearers = self.bearers(asked(native_type), name);
        let found = bearers.get(&(unit, text.to_owned())).into_iter().flatten();
        found.filter_map(|at| self.all.get(*at as usize)).collect()
    }

    fn bearers(&self, native_type: &str, name: &str) -> Arc<Bearers> {
        let of = (native_type.to_owned(), name.to_owned());
        if let Some(bearers) = self.bearers.read().ok().and_then(|known| known.get(&of).cloned()) {
            return bearers;
        }
        let mut bearers = Bearers::new();
        for at in self.by_type.get(native_type).into_iter().flatten() {
            if let Some(other) = self.all.get(*at as usize)
                && let Some(key) = other.body.get(name).and_then(name_key)
            {
                bearers.entry((other.unit, key)).or_default().push(*at);
            }
        }
        let bearers = Arc::new(bearers);
        if let Ok(mut known) = self.bearers.write() {
            known.insert(of, bearers.clone());
        }
        bearers
    }

    fn targets(&self, fragment: &str, by: &str) -> Arc<Targets> {
        let key = (fragment.to_owned(), by.to_owned());
        if let Ok(joins) = self.joins.read()
            && let Some(targets) = joins.get(&key)
        {
            return targets.clone();
        }
        let targets = Arc::new(self.index(fragment, by));
        if let Ok(mut joins) = self.joins.write() {
            joins.insert(key, targets.clone());
        }
        targets
    }

    fn index(&self, fragment: &str, by: &str) -> Targets {
        let mut targets = Targets::default();
        for at in self.by_type.get(fragment).into_iter().flatten() {
            let Some(block) = self.all.get(*at as usize) else { continue };
            // an attribute that may hold several targets names each of them
            for node in block.body.each(by) {
                let refers = references(node);
                for reference in &refers {
                    targets.by_reference.entry((reference.unit, reference.address.clone())).or_default().push(*at);
                }
                let key = name_key(node);
                if let Some(key) = &key {
                    targets.by_name.entry(key.clone()).or_default().push(*at);
                }
                let known = matches!(node.value, Value::String(_));
                let settled = refers.iter().any(|reference| self.referenced(reference).is_some());
                let shared_name = key.is_some_and(|key| is_unknown(&key) && self.names_some(block.unit, node, &key));
                // it names a block that is not among the files, so none that is
                let elsewhere = !refers.is_empty()
                    && matches!(&node.value, Value::Unknown(unknown) if matches!(unknown.why, Why::NotSeen(_)));
                if !known && !settled && !shared_name && !elsewhere {
                    targets.open.push(*at);
                }
            }
        }
        targets
    }

    /// Whether some other block of the unit has an attribute with this very unknown as a name.
    fn names_some(&self, unit: UnitId, node: &Node, key: &str) -> bool {
        let index = self.unknown_names.get_or_init(|| {
            let mut index: HashMap<(UnitId, String), Vec<&Node>> = HashMap::new();
            for block in self.all {
                for own in ["name", "bucket", "id"].iter().filter_map(|name| block.body.get(name)) {
                    if let Some(key) = name_key(own).filter(|key| is_unknown(key)) {
                        let bearers = index.entry((block.unit, key)).or_default();
                        // two tell whether there is another
                        if bearers.len() < 2 {
                            bearers.push(own);
                        }
                    }
                }
            }
            index
        });
        let bearers = index.get(&(unit, key.to_owned()));
        bearers.is_some_and(|bearers| bearers.iter().any(|own| !std::ptr::eq(*own, node)))
    }
}

/// The running accounts that `blocks` were read of.
pub fn accounts(blocks: &[Block]) -> BTreeSet<Arc<str>> {
    let answers = blocks.iter().filter(|block| block.is_answer());
    answers.filter_map(|block| block.context.text("account").value().cloned()).collect()
}

/// Whether what `fragment` has at `by` was read off `block`: it came through a place within it.
pub(super) fn read_off(fragment: &Block, by: &str, block: &Block) -> bool {
    fragment.body.each(by).iter().any(|node| node.origins.related().iter().any(|span| block.span.holds(*span)))
}

/// What a value refers to.
fn references(node: &Node) -> Vec<Reference> {
    match &node.value {
        Value::Unknown(unknown) => unknown.refers.clone(),
        Value::Text(text) => text.holes.iter().flat_map(|hole| hole.refers.iter().cloned()).collect(),
        _ => Vec::new(),
    }
}

/// A key that two equal names share, even when both hold the same unknown.
fn name_key(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.to_string()),
        Value::Text(text) => Some(named_holes(text)),
        Value::Unknown(unknown) => Some(format!("⟨{unknown}⟩")),
        _ => None,
    }
}

/// Whether a key of [`name_key`] stands for something that is not wholly known.
fn is_unknown(key: &str) -> bool {
    key.contains('⟨')
}

fn named_holes(text: &Text) -> String {
    let mut key = String::with_capacity(text.text.len());
    let mut rest = &*text.text;
    while let Some((before, after)) = rest.split_once(HOLE_OPEN) {
        key.push_str(before);
        let (number, after) = after.split_once(HOLE_CLOSE).unwrap_or((after, ""));
        let hole = number.parse().ok().and_then(|number: usize| text.holes.get(number));
        key.push('⟨');
        key.push_str(&hole.map(ToString::to_string).unwrap_or_default());
        key.push('⟩');
        rest = after;
    }
    key.push_str(rest);
    key
}
