//! One tree for every format, with an origin on every node and key; any leaf may be unknown.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Origins, Unknown, Why};

/// Opens a hole in a [`Text`]; the hole's number in decimal follows, then [`HOLE_CLOSE`]. Private-use characters, so
/// that a text with holes can go through `jsonencode`, `join` or a JSON parser and be found again.
pub const HOLE_OPEN: char = '\u{F0000}';
/// Closes a hole.
pub const HOLE_CLOSE: char = '\u{F0001}';

/// The key of the entry that marks a block which may not be there at all: one of a `dynamic` block over something
/// unknown. Its value says why. Whoever reads *through* a list of such blocks reads an unknown; whoever takes the block
/// itself (a firewall rule, judged wherever it exists) reads what is written in it.
pub const MAYBE: &str = "\u{F0002}";

/// The key of the entry that marks a map of which only a part could be read: what is not in it is unknown, as its value
/// says.
pub const REST: &str = "\u{F0003}";

/// A text that is known but for its holes: `arn:aws:s3:::⟨aws_s3_bucket.b.id⟩/*`, or a JSON policy with an unknown
/// principal in it. A text without any hole is a plain [`Value::String`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The text; hole `n` stands in it as `HOLE_OPEN n HOLE_CLOSE`.
    pub text: Arc<str>,
    /// What each hole would hold, by its number.
    pub holes: Arc<[Arc<Unknown>]>,
}

/// What is known of a value that was replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Redacted {
    /// That somebody called it secret.
    Untold,
    /// That it was a credential.
    Secret,
    /// That it was none by any sign.
    Plain,
}

/// What a node holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Explicitly nothing; reads as absent.
    Null,
    /// True or false.
    Bool(bool),
    /// A number; account ids and ports are exact.
    Number(f64),
    /// A text.
    String(Arc<str>),
    /// A text that is known in part.
    Text(Text),
    /// A list, or repeated blocks.
    List(Vec<Node>),
    /// An object, map or block body, in the order written, keys unique (the last one written wins).
    Map(Vec<Entry>),
    /// A value that was replaced where it was read; that something stands there is known.
    Redacted(Redacted),
    /// Cannot be told.
    Unknown(Arc<Unknown>),
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// Where it was written, and what it came through (default, tfvars, module argument).
    pub origins: Origins,
}

/// A key and its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Node,
}

/// The unknown that keeps `node` from being known, if there is one; what lies inside a list or a map is not looked at.
pub fn unknown_of(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::Unknown(unknown) => Some(Arc::clone(unknown)),
        Value::Text(text) => Some(text.as_unknown()),
        Value::Redacted(_) => Some(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
        _ => None,
    }
}

impl Node {
    /// `value`, written at `span`.
    pub fn at(value: Value, span: Span) -> Self {
        Self { value, origins: Origins::at(span) }
    }

    /// An empty map at `span`.
    pub fn empty_map(span: Span) -> Self {
        Self::at(Value::Map(Vec::new()), span)
    }

    /// The value under `key` of a map; of one that was read in part, the unknown that stands for all the rest.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let rest = || self.entry(REST).filter(|_| key != MAYBE);
        self.entry(key).or_else(rest).map(|entry| &entry.value)
    }

    /// The entry under `key` of a map.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| &*entry.key == key),
            _ => None,
        }
    }

    /// Why this block may not be there at all, if so.
    pub fn maybe(&self) -> Option<&Node> {
        self.get(MAYBE)
    }

    /// The entries of a map, else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if it is wholly known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is absent or explicitly nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// How many nodes there are, this one included: for budgets.
    pub fn size(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|entry| entry.value.size()).sum::<usize>(),
            _ => 1,
        }
    }
}
