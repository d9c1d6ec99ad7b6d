//! A cloud's own spelling, brought to Terraform's: one reader then serves both dialects.
//!
//! Each service family has a table of [`Native`] rows in its cloud's `native/`, which says how its types are written in
//! the cloud's own dialect. What no [`Move`] speaks of is carried over under the same name in snake case, as most attributes differ in nothing else.
//! Every value keeps the place where it was written. Kubernetes goes the other way: its readers read the API's own
//! objects, see `kubernetes/spelling.rs`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use heck::ToSnakeCase;
use rayon::prelude::*;

use crate::value::{Block, Dialect, Entry, Node, Reference, Unknown, Value};

/// How one native type is written in Terraform's spelling.
pub(super) struct Native {
    /// `AWS::S3::Bucket`, `Microsoft.Storage/storageAccounts`; of Azure's, letters of either case.
    pub native: &'static str,
    /// `aws_s3_bucket`: a type that a reader reads.
    pub reads_as: &'static str,
    /// What differs by more than the letter case.
    pub moves: &'static [Move],
    /// Parts that Terraform writes as resources of their own.
    pub also: &'static [Fragment],
}

/// A part of a native resource that Terraform writes as a resource of its own.
pub(super) struct Fragment {
    /// Where the part stands in the native resource; an item of a list is a block each. Empty for the whole resource.
    pub from: &'static str,
    /// The Terraform type.
    pub reads_as: &'static str,
    /// The attribute by which it names the resource it speaks of; empty where it names none.
    pub by: &'static str,
    /// How the part is written.
    pub moves: &'static [Move],
}

/// One difference between the spellings. Paths are dotted; those on the left are native.
pub(super) enum Move {
    /// The same value elsewhere.
    To(&'static str, &'static str),
    /// The same choice in other words: pairs of the native word (letters of either case) and ours.
    Words(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// Whether it is one of these words (letters of either case): `Enabled`.
    Flag(&'static str, &'static str, &'static [&'static str]),
    /// The opposite of a Boolean.
    Not(&'static str, &'static str),
    /// A block, or each of a list of blocks, with differences of its own.
    Each(&'static str, &'static str, &'static [Move]),
    /// A list of `Key` and `Value`, as a map.
    Pairs(&'static str, &'static str),
    /// What the native API takes where nothing is written, if that is not what Terraform takes.
    Usual(&'static str, Plain),
    /// What only a function can bring over: it is given the native body and gives the value, if there is one.
    By(fn(&Node) -> Option<Node>, &'static str),
}

/// A constant in a table.
#[derive(Clone, Copy)]
pub(super) enum Plain {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'static str),
}

/// What a cloud's own dialect has in common.
pub(super) struct Spelling {
    /// Maps whose keys belong to the person, or to another language: they are carried over as they stand.
    pub free: &'static [&'static str],
    /// The key whose contents stand one level higher: `properties`.
    pub lifted: &'static str,
    /// The tables of its service families.
    pub tables: &'static [&'static [Native]],
}

/// The clouds that have a dialect of their own beside Terraform's.
static SPELLINGS: &[&Spelling] = &[&super::aws::SPELLING, &super::azure::SPELLING];

struct Known {
    spelling: &'static Spelling,
    natives: Vec<&'static Native>,
}

static NATIVES: LazyLock<HashMap<String, Known>> = LazyLock::new(|| {
    let mut all: HashMap<String, Known> = HashMap::new();
    for spelling in SPELLINGS {
        for native in spelling.tables.iter().copied().flatten() {
            let known = all
                .entry(native.native.to_ascii_lowercase())
                .or_insert_with(|| Known { spelling, natives: Vec::new() });
            known.natives.push(native);
        }
    }
    all
});

/// Every native type that is read, and what it is read as: for tests and the docs.
pub fn native_types() -> impl Iterator<Item = (&'static str, &'static str)> {
    SPELLINGS
        .iter()
        .flat_map(|spelling| spelling.tables.iter().copied().flatten())
        .map(|row| (row.native, row.reads_as))
}

/// All blocks in Terraform's spelling, in order; those of types that no table holds stay as they are.
pub fn respell(blocks: Vec<Block>) -> Vec<Block> {
    if blocks.iter().all(|block| block.dialect == Dialect::Terraform) {
        return blocks;
    }
    let one = |block: Block| -> Vec<Block> {
        if block.dialect == Dialect::Terraform {
            return vec![block];
        }
        match NATIVES.get(&block.native_type.to_ascii_lowercase()) {
            Some(known) => known.natives.iter().flat_map(|native| known.spelling.block(&block, native)).collect(),
            None => vec![block],
        }
    };
    blocks.into_par_iter().flat_map_iter(one).collect()
}

impl Spelling {
    fn block(&self, block: &Block, native: &Native) -> Vec<Block> {
        let body = self.lift(&block.body);
        let written = Some(block.native_type.clone());
        let whole = Block {
            native_type: Arc::from(native.reads_as),
            written: written.clone(),
            body: self.map(&body, native.moves),
            ..block.clone()
        };
        let mut all = vec![whole];
        for fragment in native.also {
            let parts = if fragment.from.is_empty() { vec![&body] } else { body.each(fragment.from) };
            for (at, part) in parts.into_iter().enumerate() {
                let mut made = match &part.value {
                    // all that the table names is as unknown as the whole
                    Value::Unknown(_) => {
                        let mut made = Node { value: Value::Map(Vec::new()), origins: part.origins.clone() };
                        fragment.moves.iter().for_each(|one| put(&mut made, one.to(), part.clone()));
                        made
                    }
                    _ => self.map(part, fragment.moves),
                };
                if !fragment.by.is_empty() {
                    let reference =
                        Reference { unit: block.unit, address: block.address.clone(), attribute: Arc::from("id") };
                    let named = Node::at(Value::Unknown(Unknown::reference(reference, block.head)), block.head);
                    put(&mut made, fragment.by, named);
                }
                let nth = if at == 0 { String::new() } else { format!("[{at}]") };
                let from = if fragment.from.is_empty() { fragment.reads_as } else { fragment.from };
                all.push(Block {
                    native_type: Arc::from(fragment.reads_as),
                    written: written.clone(),
                    address: format!("{}.{from}{nth}", block.address).into(),
                    head: part.origins.primary.unwrap_or(block.head),
                    body: made,
                    ..block.clone()
                });
            }
        }
        all
    }

    /// The body with what stands under the lifted key one level higher.
    fn lift(&self, body: &Node) -> Node {
        let Some(inner) = (!self.lifted.is_empty()).then(|| body.get(self.lifted)).flatten() else {
            return body.clone();
        };
        let mut entries: Vec<Entry> =
            body.entries().iter().filter(|entry| *entry.key != *self.lifted).cloned().collect();
        for entry in inner.entries() {
            if !entries.iter().any(|known| known.key == entry.key) {
                entries.push(entry.clone());
            }
        }
        Node { value: Value::Map(entries), origins: body.origins.clone() }
    }

    /// A map in our spelling; anything else stays as it is.
    fn map(&self, node: &Node, moves: &[Move]) -> Node {
        let Value::Map(entries) = &node.value else { return node.clone() };
        let moved = |key: &str| moves.iter().any(|one| one.from() == Some(key));
        let carried = entries.iter().filter(|entry| !moved(&entry.key)).map(|entry| self.entry(entry));
        let mut made = Node { value: Value::Map(carried.collect()), origins: node.origins.clone() };
        for one in moves {
            self.apply(one, node, &mut made);
        }
        made
    }

    fn entry(&self, entry: &Entry) -> Entry {
        let free = self.free.contains(&&*entry.key);
        let value = if free { entry.value.clone() } else { self.carried(&entry.value) };
        Entry { key: entry.key.to_snake_case().into(), key_span: entry.key_span, value }
    }

    fn carried(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().map(|item| self.carried(item)).collect()),
            Value::Map(entries) => Value::Map(entries.iter().map(|entry| self.entry(entry)).collect()),
            other => other.clone(),
        };
        Node { value, origins: node.origins.clone() }
    }

    fn apply(&self, one: &Move, body: &Node, made: &mut Node) {
        match one {
            Move::To(from, to) => place(body, from, made, to, |node| {
                let last = from.rsplit('.').next().unwrap_or(from);
                if self.free.contains(&last) { node.clone() } else { self.carried(node) }
            }),
            Move::Words(from, to, words) => place(body, from, made, to, |node| {
                each_leaf(node, &|leaf| match leaf.as_str() {
                    Some(text) => {
                        let ours = words.iter().find(|(native, _)| native.eq_ignore_ascii_case(text));
                        ours.map_or(leaf.value.clone(), |(_, ours)| Value::String(Arc::from(*ours)))
                    }
                    None => leaf.value.clone(),
                })
            }),
            Move::Flag(from, to, words) => place(body, from, made, to, |node| {
                each_leaf(node, &|leaf| match leaf.as_str() {
                    Some(text) => Value::Bool(words.iter().any(|word| word.eq_ignore_ascii_case(text))),
                    None => leaf.value.clone(),
                })
            }),
            Move::Not(from, to) => place(body, from, made, to, |node| {
                each_leaf(node, &|leaf| match (&leaf.value, leaf.as_str()) {
                    (Value::Bool(flag), _) => Value::Bool(!flag),
                    (_, Some(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(false),
                    (_, Some(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(true),
                    (other, _) => other.clone(),
                })
            }),
            Move::Each(from, to, moves) => place(body, from, made, to, |node| self.each(node, moves)),
            Move::Pairs(from, to) => place(body, from, made, to, pairs),
            Move::Usual(to, plain) => {
                if made.at_path(to).is_unset() {
                    put(made, to, Node { value: plain.value(), origins: body.origins.clone() });
                }
            }
            Move::By(read, to) => {
                if let Some(value) = read(body) {
                    put(made, to, value);
                }
            }
        }
    }

    fn each(&self, node: &Node, moves: &[Move]) -> Node {
        match &node.value {
            Value::List(items) => Node {
                value: Value::List(items.iter().map(|item| self.each(item, moves)).collect()),
                origins: node.origins.clone(),
            },
            _ => self.map(node, moves),
        }
    }
}

impl Move {
    fn from(&self) -> Option<&'static str> {
        match self {
            Self::To(from, _)
            | Self::Words(from, ..)
            | Self::Flag(from, ..)
            | Self::Not(from, _)
            | Self::Each(from, ..)
            | Self::Pairs(from, _) => Some(from),
            Self::Usual(..) | Self::By(..) => None,
        }
    }

    fn to(&self) -> &'static str {
        match self {
            Self::To(_, to)
            | Self::Words(_, to, _)
            | Self::Flag(_, to, _)
            | Self::Not(_, to)
            | Self::Each(_, to, _)
            | Self::Pairs(_, to)
            | Self::Usual(to, _)
            | Self::By(_, to) => to,
        }
    }
}

impl Plain {
    fn value(self) -> Value {
        match self {
            Self::Bool(flag) => Value::Bool(flag),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(Arc::from(text)),
        }
    }
}

/// Brings what stands at `from` to `to`. An unknown on the way makes the same level of `to` unknown, so that nothing
/// below it looks absent.
fn place(body: &Node, from: &str, made: &mut Node, to: &str, change: impl Fn(&Node) -> Node) {
    let mut here = body;
    for (level, step) in from.split('.').enumerate() {
        while let Value::List(items) = &here.value {
            match items.first() {
                Some(first) => here = first,
                None => return,
            }
        }
        if let Value::Unknown(_) = here.value {
            let levels: Vec<&str> = to.split('.').take(level.max(1)).collect();
            return put(made, &levels.join("."), here.clone());
        }
        match here.get(step) {
            Some(next) => here = next,
            None => return,
        }
    }
    if !here.is_null() {
        put(made, to, change(here));
    }
}

/// Sets `path` of a map, making the maps on the way. What is unknown on the way stays unknown.
fn put(made: &mut Node, path: &str, value: Node) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let origins = value.origins.clone();
    let Value::Map(entries) = &mut made.value else { return };
    let at = entries.iter().position(|entry| &*entry.key == first);
    match (rest, at.and_then(|at| entries.get_mut(at))) {
        (None, Some(entry)) => entry.value = value,
        (None, None) => entries.push(Entry { key: Arc::from(first), key_span: origins.primary, value }),
        (Some(rest), Some(entry)) => match &mut entry.value.value {
            Value::List(items) => items.iter_mut().for_each(|item| put(item, rest, value.clone())),
            _ => put(&mut entry.value, rest, value),
        },
        (Some(rest), None) => {
            let mut inner = Node { value: Value::Map(Vec::new()), origins: origins.clone() };
            put(&mut inner, rest, value);
            entries.push(Entry { key: Arc::from(first), key_span: origins.primary, value: inner });
        }
    }
}

fn each_leaf(node: &Node, change: &dyn Fn(&Node) -> Value) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| each_leaf(item, change)).collect()),
        _ => change(node),
    };
    Node { value, origins: node.origins.clone() }
}

/// `[{Key: a, Value: b}]` as `{a: b}`. An item, or a key, that is not known makes the whole unknown.
fn pairs(node: &Node) -> Node {
    let Value::List(items) = &node.value else { return node.clone() };
    let mut entries: Vec<Entry> = Vec::new();
    for item in items {
        let of = |names: [&str; 2]| names.iter().find_map(|name| item.get(name));
        let key = of(["Key", "key"]).unwrap_or(item);
        match (&key.value, of(["Value", "value"])) {
            (Value::String(name), Some(value)) => {
                entries.push(Entry { key: name.clone(), key_span: key.origins.primary, value: value.clone() });
            }
            (Value::Unknown(_), _) => return key.clone(),
            (Value::Text(text), _) => {
                return Node { value: Value::Unknown(text.as_unknown()), origins: key.origins.clone() };
            }
            _ => {}
        }
    }
    Node { value: Value::Map(entries), origins: node.origins.clone() }
}
