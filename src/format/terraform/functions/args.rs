//! The arguments of a call as a function wants them, and how a function gives its result.

use std::cell::OnceCell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::Scope;
use super::values::{int_of, list_of, map_of, number_of, partial_of, text_of};
use crate::source::Span;
use crate::value::{Entry, Node, Origins, Piece, Reference, Text, Unknown, Value, Why, unknown_of};

/// The most items of a list that a function makes.
pub(super) const MOST_ITEMS: usize = 100_000;
/// The most bytes of a text that a function makes.
pub(super) const MOST_BYTES: usize = 10_000_000;
/// The most nodes in a collection that a function makes.
const MOST_NODES: usize = 1_000_000;
/// The most comparisons of items that a function makes.
const MOST_COMPARISONS: usize = 10_000_000;
/// The most related places that a computed value keeps.
const MOST_RELATED: usize = 8;
/// The most nodes of the arguments that are looked at for places and references.
const MOST_LOOKED_AT: usize = 10_000;

/// Why a function gives no value.
#[derive(Debug)]
pub(super) enum Stop {
    /// The arguments do not fit.
    Wrong(String),
    /// It cannot be told, and is something: it keeps the references of the arguments.
    Unknown(Arc<Unknown>),
    /// It cannot be told, and may be nothing at all: a reference would claim that something is there.
    MaybeNull(Arc<Unknown>),
}

/// What a function gives.
pub(super) type Given = Result<Node, Stop>;

/// The arguments do not fit, for `reason`.
pub(super) fn wrong<T>(reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Wrong(reason.into()))
}

/// It cannot be told, for `why`.
pub(super) fn untold<T>(why: Why) -> Result<T, Stop> {
    Err(Stop::Unknown(Unknown::new(why)))
}

/// The most references that an unknown gathers.
const MOST_REFERENCES: usize = 256;

/// A list of `count` items or a text of `count` bytes is more than is made.
pub(super) fn within(count: usize, most: usize) -> Result<(), Stop> {
    if count <= most {
        return Ok(());
    }
    let what = if most == MOST_ITEMS { "the length of a list" } else { "the length of a text" };
    untold(Why::Budget(Arc::from(what)))
}

/// Comparing each of `some` items with each of `others` is within the budget.
pub(super) fn comparable(some: &[Node], others: &[Node]) -> Result<(), Stop> {
    if some.len().saturating_mul(others.len()) <= MOST_COMPARISONS {
        return Ok(());
    }
    untold(Why::Budget(Arc::from("the comparison of two lists")))
}

/// The arguments of a call and its surroundings.
pub(super) struct Args<'a> {
    pub nodes: &'a [Node],
    pub scope: &'a Scope<'a>,
    places: OnceCell<Origins>,
}

impl<'a> Args<'a> {
    /// The arguments `nodes` of a call in `scope`.
    pub fn new(nodes: &'a [Node], scope: &'a Scope<'a>) -> Self {
        Self { nodes, scope, places: OnceCell::new() }
    }

    /// Argument `at`, if it was given.
    pub fn get(&self, at: usize) -> Option<&'a Node> {
        self.nodes.get(at)
    }

    /// Argument `at`.
    pub fn node(&self, at: usize) -> Result<&'a Node, Stop> {
        self.get(at).ok_or_else(|| Stop::Wrong(format!("argument {} is missing", at + 1)))
    }

    /// A wholly known text.
    pub fn text(&self, at: usize) -> Result<Arc<str>, Stop> {
        text_of(self.node(at)?)
    }

    /// A text that may have holes; an unknown argument is one hole.
    pub fn partial(&self, at: usize) -> Result<Text, Stop> {
        partial_of(self.node(at)?)
    }

    /// A number.
    pub fn number(&self, at: usize) -> Result<f64, Stop> {
        number_of(self.node(at)?)
    }

    /// A whole number.
    pub fn int(&self, at: usize) -> Result<i64, Stop> {
        int_of(self.node(at)?)
    }

    /// A whole number within `range`.
    pub fn int_in(&self, at: usize, range: RangeInclusive<i64>) -> Result<i64, Stop> {
        let number = self.int(at)?;
        if range.contains(&number) {
            return Ok(number);
        }
        wrong(format!("`{number}` is not within {} to {}", range.start(), range.end()))
    }

    /// The items of a list, tuple or set.
    pub fn list(&self, at: usize) -> Result<&'a [Node], Stop> {
        list_of(self.node(at)?)
    }

    /// The entries of a map or object, in order of key.
    pub fn map(&self, at: usize) -> Result<Vec<&'a Entry>, Stop> {
        map_of(self.node(at)?)
    }

    /// A computed value: it stands where the call stands, and comes from where the arguments come from.
    pub fn node_of(&self, value: Value) -> Node {
        Node { value, origins: self.origins() }
    }

    /// A computed value as a result.
    pub fn give(&self, value: Value) -> Given {
        match &value {
            Value::List(items) => within(items.len(), MOST_ITEMS)?,
            Value::String(text) | Value::Text(Text { text, .. }) => within(text.len(), MOST_BYTES)?,
            _ => {}
        }
        // a text that is nothing but a hole is as unknown as what would fill it
        let value = match value {
            Value::Text(text) => match text.pieces().as_slice() {
                [Piece::Hole(hole)] => Value::Unknown(Arc::clone(hole)),
                _ => Value::Text(text),
            },
            other => other,
        };
        let node = self.node_of(value);
        if matches!(&node.value, Value::List(_) | Value::Map(_)) && node.size() > MOST_NODES {
            return untold(Why::Budget(Arc::from("the size of a value")));
        }
        Ok(node)
    }

    /// A known text as a result.
    pub fn give_text(&self, text: impl Into<Arc<str>>) -> Given {
        self.give(Value::String(text.into()))
    }

    /// A number as a result.
    pub fn give_number(&self, number: f64) -> Given {
        if !number.is_finite() {
            return wrong("the result is not a finite number");
        }
        self.give(Value::Number(number))
    }

    /// A list of computed texts as a result.
    pub fn give_texts(&self, texts: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Given {
        let origins = self.origins();
        let item = |text: Arc<str>| Node { value: Value::String(text), origins: origins.clone() };
        self.give(Value::List(texts.into_iter().map(|text| item(text.into())).collect()))
    }

    /// Where a computed value comes from: the call, and the places outside the call that its arguments came through.
    pub fn origins(&self) -> Origins {
        let look = || {
            let here = self.scope.span;
            let mut related: Vec<Span> = Vec::new();
            let mut left = MOST_LOOKED_AT;
            for node in self.nodes {
                related_places(node, here, &mut related, &mut left);
            }
            Origins::via(here, (!related.is_empty()).then(|| related.into()))
        };
        self.places.get_or_init(look).clone()
    }

    /// An unknown result: the reason of `first`, the references of every argument.
    pub fn unknown_from_all(&self, first: &Arc<Unknown>) -> Node {
        self.node_of(Value::Unknown(gather(first, self.nodes)))
    }

    /// An unknown result that may be nothing.
    pub fn unknown_without_references(&self, first: &Arc<Unknown>) -> Node {
        let mut unknown = Unknown::clone(first);
        unknown.refers.clear();
        self.node_of(Value::Unknown(Arc::new(unknown)))
    }
}

/// The reason of `first` with the references of `nodes` besides its own.
pub(super) fn gather<'n>(first: &Arc<Unknown>, nodes: impl IntoIterator<Item = &'n Node>) -> Arc<Unknown> {
    let mut refers = first.refers.clone();
    let mut left = MOST_LOOKED_AT;
    for node in nodes {
        references(node, &mut refers, &mut left);
    }
    if refers.len() == first.refers.len() {
        return Arc::clone(first);
    }
    Arc::new(Unknown { refers, ..Unknown::clone(first) })
}

fn references(node: &Node, refers: &mut Vec<Reference>, left: &mut usize) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    let mut add = |unknown: &Unknown| {
        for reference in &unknown.refers {
            if refers.len() < MOST_REFERENCES && !refers.contains(reference) {
                refers.push(reference.clone());
            }
        }
    };
    match &node.value {
        Value::Unknown(unknown) => add(unknown),
        Value::Text(text) => text.holes.iter().for_each(|hole| add(hole)),
        Value::List(items) => items.iter().for_each(|item| references(item, refers, left)),
        Value::Map(entries) => entries.iter().for_each(|entry| references(&entry.value, refers, left)),
        _ => {}
    }
}

fn related_places(node: &Node, here: Span, related: &mut Vec<Span>, left: &mut usize) {
    if *left == 0 || related.len() >= MOST_RELATED {
        return;
    }
    *left -= 1;
    for span in node.origins.primary.iter().chain(node.origins.related()) {
        let inside = span.file == here.file && span.start >= here.start && span.end <= here.end;
        if !inside && !related.contains(span) && related.len() < MOST_RELATED {
            related.push(*span);
        }
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| related_places(item, here, related, left)),
        Value::Map(entries) => entries.iter().for_each(|entry| related_places(&entry.value, here, related, left)),
        _ => {}
    }
}

/// An item that stands for any number of items of a list: the whole of an unknown list that was joined to a known one.
/// Told from other unknown items by its reason.
pub(super) fn rest(unknown: &Unknown, origins: Origins) -> Node {
    let of = unknown.why.name().cloned().unwrap_or_else(|| Arc::from(unknown.why.to_string()));
    let unknown = Unknown { why: Why::instances(of, &unknown.why), at: unknown.at, refers: unknown.refers.clone() };
    Node { value: Value::Unknown(Arc::new(unknown)), origins }
}

/// Whether `node` may stand for any number of items.
pub(super) fn is_rest(node: &Node) -> bool {
    matches!(&node.value, Value::Unknown(unknown) if matches!(unknown.why, Why::Instances(..)))
}

/// Stops as unknown where the number of `items` cannot be told.
pub(super) fn closed(items: &[Node]) -> Result<(), Stop> {
    match items.iter().find(|item| is_rest(item)).and_then(unknown_of) {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(()),
    }
}
