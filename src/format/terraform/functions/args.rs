//! The arguments of a call as a function wants them, and how a function gives its result.

use std::cell::OnceCell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::Scope;
use crate::source::Span;
use crate::value::{Entry, Node, Origins, Piece, Reference, Text, Unknown, Value, Why};

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

/// A number as Terraform writes it in a text: without an exponent.
pub(super) fn number_text(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// The unknown that keeps `node` from being known as a whole, if there is one.
pub(super) fn why_unknown(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::Unknown(unknown) => Some(Arc::clone(unknown)),
        Value::Text(text) => Some(text.as_unknown()),
        Value::Redacted => Some(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
        _ => None,
    }
}

/// The first unknown in `node` or below it.
pub(super) fn first_unknown(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::List(items) => items.iter().find_map(first_unknown),
        Value::Map(entries) => entries.iter().find_map(|entry| first_unknown(&entry.value)),
        _ => why_unknown(node),
    }
}

fn known(node: &Node) -> Result<&Value, Stop> {
    match why_unknown(node) {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None if node.is_null() => wrong("an argument must not be null"),
        None => Ok(&node.value),
    }
}

/// A wholly known text; numbers and Booleans are written out.
pub(super) fn text_of(node: &Node) -> Result<Arc<str>, Stop> {
    match known(node)? {
        Value::String(text) => Ok(Arc::clone(text)),
        Value::Number(number) => Ok(number_text(*number).into()),
        Value::Bool(flag) => Ok(Arc::from(if *flag { "true" } else { "false" })),
        other => wrong(format!("a string is required, not {}", kind(other))),
    }
}

/// A text that may have holes.
pub(super) fn partial_of(node: &Node) -> Result<Text, Stop> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Unknown(_) | Value::Redacted => {
            let mut pen = crate::value::TextPen::default();
            why_unknown(node).into_iter().for_each(|hole| pen.hole(hole));
            match pen.finish() {
                Value::Text(text) => Ok(text),
                _ => wrong("a string is required"),
            }
        }
        _ => Ok(Text { text: text_of(node)?, holes: Arc::from([]) }),
    }
}

/// A number; a text of a decimal number counts.
pub(super) fn number_of(node: &Node) -> Result<f64, Stop> {
    match known(node)? {
        Value::Number(number) => Ok(*number),
        Value::String(text) => match parse_number(text) {
            Some(number) => Ok(number),
            None => wrong(format!("`{text}` is not a number")),
        },
        other => wrong(format!("a number is required, not {}", kind(other))),
    }
}

/// Reads a decimal number as Terraform converts it: no spaces, no hexadecimal, no infinity.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(allowed) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number.
pub(super) fn int_of(node: &Node) -> Result<i64, Stop> {
    let number = number_of(node)?;
    if number.fract() != 0.0 || number.abs() > 9e15 {
        return wrong(format!("`{}` is not a whole number", number_text(number)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 9e15, as just seen")]
    Ok(number as i64)
}

/// True or false; the texts `true`, `false`, `1` and `0` count.
pub(super) fn bool_of(node: &Node) -> Result<bool, Stop> {
    match known(node)? {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) => match &**text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => wrong(format!("`{text}` is neither `true` nor `false`")),
        },
        other => wrong(format!("a bool is required, not {}", kind(other))),
    }
}

/// The items of a list, tuple or set.
pub(super) fn list_of(node: &Node) -> Result<&[Node], Stop> {
    match known(node)? {
        Value::List(items) => Ok(items),
        other => wrong(format!("a list is required, not {}", kind(other))),
    }
}

/// The entries of a map or object, in order of key.
pub(super) fn map_of(node: &Node) -> Result<Vec<&Entry>, Stop> {
    match known(node)? {
        Value::Map(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(sorted)
        }
        other => wrong(format!("a map is required, not {}", kind(other))),
    }
}

/// What kind of value it is, in Terraform's word.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) | Value::Text(_) => "string",
        Value::List(_) => "list",
        Value::Map(_) => "map",
        Value::Redacted | Value::Unknown(_) => "unknown",
    }
}

/// An item that stands for any number of items of a list: the whole of an unknown list that was joined to a known one.
/// Told from other unknown items by its reason.
pub(super) fn rest(unknown: &Unknown, origins: Origins) -> Node {
    let of = match &unknown.why {
        Why::Variable(name) | Why::DataSource(name) | Why::Computed(name) | Why::Module(name) | Why::Impure(name) => {
            Arc::clone(name)
        }
        Why::Instances(name) | Why::NotSeen(name) | Why::File(name) | Why::Cycle(name) => Arc::clone(name),
        other => Arc::from(other.to_string()),
    };
    let unknown = Unknown { why: Why::Instances(of), at: unknown.at, refers: unknown.refers.clone() };
    Node { value: Value::Unknown(Arc::new(unknown)), origins }
}

/// Whether `node` may stand for any number of items.
pub(super) fn is_rest(node: &Node) -> bool {
    matches!(&node.value, Value::Unknown(unknown) if matches!(unknown.why, Why::Instances(_)))
}

/// Stops as unknown where the number of `items` cannot be told.
pub(super) fn closed(items: &[Node]) -> Result<(), Stop> {
    match items.iter().find(|item| is_rest(item)).and_then(why_unknown) {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(()),
    }
}
