//! Where worked out values come from, and why they cannot be told: shared by the formats that evaluate.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Node, Origins, Reference, Unknown, Value};

/// How many places a value's way is remembered with.
const MOST_RELATED: usize = 8;

/// The origins of a value that is used at `span` and came from `from`.
pub(super) fn through(span: Span, from: &Origins) -> Origins {
    let inside = |other: &Span| other.file == span.file && other.start >= span.start && other.end <= span.end;
    let mut related: Vec<Span> = Vec::new();
    for place in from.primary.iter().chain(from.related()) {
        if !inside(place) && !related.contains(place) && related.len() < MOST_RELATED {
            related.push(*place);
        }
    }
    Origins { primary: Some(span), related: (!related.is_empty()).then(|| related.into()) }
}

/// The same unknown without what it refers to, for results that are no references any more (a comparison).
pub(super) fn plain(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    if unknown.refers.is_empty() {
        return unknown.clone();
    }
    Arc::new(Unknown { refers: Vec::new(), ..Unknown::clone(unknown) })
}

/// The same unknown, which also refers to what `others` refer to.
pub(super) fn referring<'n>(unknown: &Arc<Unknown>, others: impl IntoIterator<Item = &'n Node>) -> Arc<Unknown> {
    let mut refers = unknown.refers.clone();
    for node in others {
        collect_references(node, &mut refers);
    }
    if refers.len() == unknown.refers.len() {
        return unknown.clone();
    }
    Arc::new(Unknown { refers, ..Unknown::clone(unknown) })
}

/// What a value refers to, its items included.
pub(super) fn collect_references(node: &Node, into: &mut Vec<Reference>) {
    let mut add = |unknown: &Unknown| {
        for reference in &unknown.refers {
            if into.len() < 64 && !into.contains(reference) {
                into.push(reference.clone());
            }
        }
    };
    match &node.value {
        Value::Unknown(unknown) => add(unknown),
        Value::Text(text) => text.holes.iter().for_each(|hole| add(hole)),
        Value::List(items) => items.iter().for_each(|item| collect_references(item, into)),
        Value::Map(entries) => entries.iter().for_each(|entry| collect_references(&entry.value, into)),
        _ => {}
    }
}
