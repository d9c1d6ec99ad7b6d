//! Blocks of a text that a program printed, which nobody wrote, to the place of what it was printed from.

use std::sync::Arc;

use crate::source::{Note, Span};
use crate::value::{Block, Entry, Node, Origins, Text, Unknown, Value};

/// Everything of `block` to `at`.
pub(super) fn block(block: &mut Block, at: Span) {
    block.head = at;
    block.span = at;
    block.via = Arc::from([]);
    node(&mut block.body, at);
    node(&mut block.context, at);
    if let Some(unknown) = &mut block.instances_unknown {
        *unknown = moved(unknown, at);
    }
}

/// A value and all below it to `at`.
pub(super) fn node(node: &mut Node, at: Span) {
    node.origins = Origins::at(at);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| self::node(item, at)),
        Value::Map(entries) => {
            for Entry { key_span, value, .. } in entries {
                *key_span = Some(at);
                self::node(value, at);
            }
        }
        Value::Unknown(unknown) => *unknown = moved(unknown, at),
        Value::Text(Text { holes, .. }) => *holes = holes.iter().map(|hole| moved(hole, at)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Redacted(_) => {}
    }
}

fn moved(unknown: &Arc<Unknown>, at: Span) -> Arc<Unknown> {
    Arc::new(Unknown { at: Some(at), ..Unknown::clone(unknown) })
}

/// A note to `at`, in the file at `path`.
pub(super) fn note(note: Note, at: Span, path: Arc<str>) -> Note {
    note.at(at).in_file(path)
}
