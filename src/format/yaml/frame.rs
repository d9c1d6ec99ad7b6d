//! A list or map that is being read: collects its children and becomes a node.

use std::sync::Arc;

use crate::format::json::last_wins;
use crate::source::{FileId, Span};
use crate::value::{Entry, Node, Origins, Value};

/// A finished node, with what budgets need to know.
pub(super) struct Piece {
    pub(super) node: Node,
    /// How many nodes it holds, itself included.
    pub(super) size: usize,
    /// How deep it nests, 1 for a scalar.
    pub(super) depth: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl Piece {
    pub(super) fn leaf(node: Node, end: usize) -> Self {
        Self { node, size: 1, depth: 1, end }
    }

    /// Puts it into a map of one key.
    pub(super) fn wrap(&mut self, key: Option<&'static str>) {
        if let Some(key) = key {
            let inner = std::mem::replace(&mut self.node, Node { value: Value::Null, origins: Origins::NONE });
            self.node.origins = inner.origins.clone();
            self.node.value =
                Value::Map(vec![Entry { key: Arc::from(key), key_span: inner.origins.primary, value: inner }]);
            self.size += 1;
            self.depth += 1;
        }
    }
}

/// A key that waits for its value.
struct Key {
    name: Arc<str>,
    span: Span,
    merge: bool,
}

enum Children {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, merges: Vec<(Node, Span)> },
}

/// A list or map that is being read.
pub(super) struct Frame {
    pub(super) anchor: usize,
    tag: Option<&'static str>,
    start: usize,
    end: usize,
    size: usize,
    depth: usize,
    children: Children,
}

impl Frame {
    pub(super) fn list(start: usize, anchor: usize, tag: Option<&'static str>) -> Self {
        Self { anchor, tag, start, end: start, size: 1, depth: 0, children: Children::List(Vec::new()) }
    }

    pub(super) fn map(start: usize, anchor: usize, tag: Option<&'static str>) -> Self {
        let children = Children::Map { entries: Vec::new(), key: None, merges: Vec::new() };
        Self { anchor, tag, start, end: start, size: 1, depth: 0, children }
    }

    /// Whether the next node is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.children, Children::Map { key: None, .. })
    }

    /// Where the key stands that waits for its value.
    pub(super) fn key_span(&self) -> Option<Span> {
        match &self.children {
            Children::Map { key: Some(key), .. } => Some(key.span),
            _ => None,
        }
    }

    pub(super) fn key(&mut self, name: Arc<str>, span: Span, merge: bool) {
        self.end = self.end.max(span.end as usize);
        if let Children::Map { key, .. } = &mut self.children {
            *key = Some(Key { name, span, merge });
        }
    }

    pub(super) fn add(&mut self, piece: Piece) {
        self.end = self.end.max(piece.end);
        self.size = self.size.saturating_add(piece.size);
        self.depth = self.depth.max(piece.depth);
        match &mut self.children {
            Children::List(items) => items.push(piece.node),
            Children::Map { entries, key, merges } => {
                let Some(key) = key.take() else { return };
                if key.merge {
                    merges.push((piece.node, key.span));
                } else {
                    entries.push(Entry { key: key.name, key_span: Some(key.span), value: piece.node });
                }
            }
        }
    }

    /// The node, and the entries that a later one of the same key put aside.
    pub(super) fn close(self, file: FileId, end: Option<usize>) -> (Piece, Vec<Entry>) {
        let end = end.unwrap_or(self.end).max(self.start);
        let span = Span::new(file, self.start..end);
        let mut dropped = Vec::new();
        let value = match self.children {
            Children::List(items) => Value::List(items),
            Children::Map { entries, merges, .. } => {
                let (mut entries, repeated) = last_wins(entries);
                dropped = repeated;
                match merges.into_iter().try_for_each(|(source, at)| merge(&mut entries, source, at)) {
                    Ok(()) => Value::Map(entries),
                    Err(unknown) => unknown,
                }
            }
        };
        let mut piece = Piece { node: Node::at(value, span), size: self.size, depth: self.depth + 1, end };
        piece.wrap(self.tag);
        (piece, dropped)
    }
}

/// Adds what `<<` names and the map does not have; an unknown source makes the whole map unknown.
fn merge(entries: &mut Vec<Entry>, source: Node, at: Span) -> Result<(), Value> {
    match source.value {
        Value::Map(theirs) => {
            let own: std::collections::BTreeSet<Arc<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
            entries.extend(theirs.into_iter().filter(|entry| !own.contains(&entry.key)).map(|mut entry| {
                entry.value.origins = entry.value.origins.and(&Origins::at(at));
                entry
            }));
            Ok(())
        }
        Value::List(sources) => sources.into_iter().try_for_each(|source| merge(entries, source, at)),
        unknown @ Value::Unknown(_) => Err(unknown),
        _ => Ok(()),
    }
}
