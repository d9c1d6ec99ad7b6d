//! A cloud's own spelling, brought to Terraform's: one reader then serves both dialects.
//!
//! Each service family has a table of [`Native`] rows in its cloud's `native/`, which says how its types are written in
//! the cloud's own dialect. What no [`Move`] speaks of is carried over under the same name in snake case, as most attributes differ in nothing else.
//! Every value keeps the place where it was written. Kubernetes goes the other way: its readers read the API's own
//! objects, see `kubernetes/spelling.rs`.

mod index;
mod nodes;

use std::sync::Arc;

use heck::ToSnakeCase;
use rayon::prelude::*;

use index::NATIVES;
pub use index::native_types;
pub(super) use index::{names_of, written_as};
use nodes::{each_leaf, items, pairs, place, put};

use crate::value::{Block, Dialect, Entry, MAYBE, Node, REST, Reference, Unknown, Value};

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

impl Native {
    /// A type that differs by no more than the letter case.
    pub const fn same(native: &'static str, reads_as: &'static str) -> Self {
        Self::moved(native, reads_as, &[])
    }

    /// A type of which Terraform writes no part as a resource of its own.
    pub const fn moved(native: &'static str, reads_as: &'static str, moves: &'static [Move]) -> Self {
        Self { native, reads_as, moves, also: &[] }
    }
}

/// A part of a native resource that Terraform writes as a resource of its own.
pub(super) struct Fragment {
    /// Where the part stands in the native resource; an item of a list is a block each. Empty for the whole resource.
    /// Of a part that is a plain value, moves from the empty path say where it goes.
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
    /// A map, as a list of `name` and `value`.
    Items(&'static str, &'static str),
    /// Everything that a path leads to, where each step may pass through lists, as one list.
    All(&'static str, &'static str),
    /// Another type to read it as, where what stands at the path is one of these words (letters of either case), or where
    /// anything stands there if no words are named. For a whole resource only.
    Type(&'static str, &'static [&'static str], &'static str),
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
    /// A text.
    Text(&'static str),
}

/// What a cloud's own dialect has in common.
pub(super) struct Spelling {
    /// Maps whose keys belong to the person, or to another language: they are carried over as they stand.
    pub free: &'static [&'static str],
    /// Lists of `Key` and `Value` that Terraform writes as maps.
    pub paired: &'static [&'static str],
    /// The key whose contents stand one level higher: `properties`.
    pub lifted: &'static str,
    /// How a name is written that no move speaks of.
    pub case: fn(&str) -> String,
    /// The tables of its service families.
    pub tables: &'static [&'static [Native]],
}

/// As Terraform writes a name.
pub(super) fn snake(name: &str) -> String {
    name.to_snake_case()
}

/// All blocks in Terraform's spelling, in order; those of types that no table holds stay as they are.
pub fn respell(blocks: Vec<Block>) -> Vec<Block> {
    let blocks = super::controllers::lower(blocks);
    if blocks.iter().all(|block| block.dialect == Dialect::Terraform) {
        return blocks;
    }
    let blocks = super::aws::settle(super::azure::settle(blocks));
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
        let written = block.written.clone().or_else(|| Some(block.native_type.clone()));
        let reads_as = native.moves.iter().find_map(|one| one.retypes(&body)).unwrap_or(native.reads_as);
        let whole = Block {
            native_type: Arc::from(reads_as),
            written: written.clone(),
            body: self.map(&body, native.moves),
            ..block.clone()
        };
        let mut all = vec![whole];
        let rest = body.entry(REST).map(|entry| &entry.value);
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
                    _ => self.moved(part, fragment.moves),
                };
                if !fragment.by.is_empty() {
                    let reference =
                        Reference { unit: block.unit, address: block.address.clone(), attribute: Arc::from("id") };
                    let named = Node::at(Value::Unknown(Unknown::reference(reference, block.head)), block.head);
                    put(&mut made, fragment.by, named);
                }
                let nth = if at == 0 { String::new() } else { format!("[{at}]") };
                let from = if fragment.from.is_empty() { fragment.reads_as } else { fragment.from };
                let maybe = match (&part.value, part.maybe().map(|maybe| &maybe.value)) {
                    (_, Some(Value::Unknown(unknown))) => Some(unknown.clone()),
                    // what is wholly unknown may not be there either; a reference is to something
                    (Value::Unknown(unknown), _) if !unknown.is_reference() => Some(unknown.clone()),
                    _ => None,
                };
                // a part of which nothing is known stands for what may not be there
                let unread = match &part.value {
                    Value::Unknown(unknown) if rest.is_some_and(|rest| std::ptr::eq(rest, part)) => {
                        Some(unknown.clone())
                    }
                    _ => None,
                };
                all.push(Block {
                    instances_unknown: maybe.or(unread).or_else(|| block.instances_unknown.clone()),
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
    pub fn map(&self, node: &Node, moves: &[Move]) -> Node {
        if matches!(node.value, Value::Map(_)) { self.moved(node, moves) } else { node.clone() }
    }

    /// What the moves make of a node, and of a map what they do not speak of.
    fn moved(&self, node: &Node, moves: &[Move]) -> Node {
        let moved = |key: &str| moves.iter().any(|one| one.from() == Some(key));
        let carried = node.entries().iter().filter(|entry| !moved(&entry.key)).map(|entry| self.entry(entry));
        let mut made = Node { value: Value::Map(carried.collect()), origins: node.origins.clone() };
        for one in moves {
            self.apply(one, node, &mut made);
        }
        made
    }

    fn entry(&self, entry: &Entry) -> Entry {
        let value = match &*entry.key {
            key if self.paired.contains(&key) => pairs(&entry.value),
            key if self.free.contains(&key) => entry.value.clone(),
            _ => self.carried(&entry.value),
        };
        let key = if [MAYBE, REST].contains(&&*entry.key) { entry.key.clone() } else { (self.case)(&entry.key).into() };
        Entry { key, key_span: entry.key_span, value }
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
                each_leaf(node, &|leaf| {
                    let text = leaf.text("");
                    let ours = |text: &Arc<str>| words.iter().find(|(native, _)| native.eq_ignore_ascii_case(text));
                    let ours = text.value().and_then(ours);
                    ours.map_or(leaf.value.clone(), |(_, ours)| Value::String(Arc::from(*ours)))
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
            Move::Items(from, to) => place(body, from, made, to, items),
            Move::All(from, to) => {
                let found: Vec<Node> = body.each(from).into_iter().map(|node| self.carried(node)).collect();
                if !found.is_empty() {
                    put(made, to, Node { value: Value::List(found), origins: body.at_path(from).origins });
                }
            }
            Move::Type(..) => {}
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
            | Self::Pairs(from, _)
            | Self::Items(from, _)
            | Self::All(from, _) => Some(from),
            Self::Type(..) | Self::Usual(..) | Self::By(..) => None,
        }
    }

    /// The other type that `body` is to be read as.
    fn retypes(&self, body: &Node) -> Option<&'static str> {
        let Self::Type(path, words, reads_as) = self else { return None };
        let there = if words.is_empty() {
            body.exists(path).value() == Some(&true)
        } else {
            body.text(path).value().is_some_and(|text| words.iter().any(|word| word.eq_ignore_ascii_case(text)))
        };
        there.then_some(reads_as)
    }

    fn to(&self) -> &'static str {
        match self {
            Self::To(_, to)
            | Self::Words(_, to, _)
            | Self::Flag(_, to, _)
            | Self::Not(_, to)
            | Self::Each(_, to, _)
            | Self::Pairs(_, to)
            | Self::Items(_, to)
            | Self::All(_, to)
            | Self::Type(_, _, to)
            | Self::Usual(to, _)
            | Self::By(_, to) => to,
        }
    }
}

impl Plain {
    fn value(self) -> Value {
        match self {
            Self::Bool(flag) => Value::Bool(flag),
            Self::Text(text) => Value::String(Arc::from(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_read() {
        // asked for by other readers, and counted as services
        let asked = ["aws_emr_cluster", "aws_glue_job", "aws_sfn_state_machine"];
        let known: Vec<&str> = super::super::known_types().collect();
        for (native, reads_as) in native_types().filter(|(native, _)| native.starts_with("AWS::")) {
            let read = known.contains(&reads_as) || asked.contains(&reads_as) || reads_as.starts_with("aws_lightsail");
            assert!(read, "{native} is spelled as {reads_as}, which nobody reads");
        }
    }
}
