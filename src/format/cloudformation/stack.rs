//! What is known while one template is read: its sections, what was worked out already, and the budgets.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::loops;
use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Entry, Node, Origins, UnitId, Unknown, Value, Why};

/// How deep functions, and the conditions they need, may nest.
const DEEPEST: usize = 1_500;
/// How many nodes may be made while one template is read.
const MOST_NODES: usize = 3_000_000;
/// How many bytes of text may be written while one template is read.
const MOST_BYTES: usize = 64 << 20;

/// Whether a condition holds, or why that cannot be told.
pub(super) type Truth = Result<bool, Arc<Unknown>>;

/// One template that is being read.
pub(super) struct Stack<'t> {
    pub unit: UnitId,
    pub root: Cow<'t, Node>,
    /// Loops over something unknown: what their variable stands for.
    pub loops: RefCell<BTreeMap<Arc<str>, Arc<Unknown>>>,
    /// Resources that such loops make, any number of each.
    pub any_number: BTreeMap<Arc<str>, Arc<Unknown>>,
    pub parameters: RefCell<BTreeMap<Arc<str>, Node>>,
    /// Each condition as far as it was worked out; none while it is.
    pub conditions: RefCell<BTreeMap<Arc<str>, Option<Truth>>>,
    /// How many conditions may still be worked out anew.
    pub asked: Cell<usize>,
    depth: Cell<usize>,
    nodes: Cell<usize>,
    bytes: Cell<usize>,
    notes: RefCell<Vec<Note>>,
    noted: RefCell<BTreeSet<String>>,
}

/// What is taken for granted where a value is worked out.
#[derive(Clone, Copy, Default)]
pub(super) struct Cx<'c> {
    /// Conditions that hold, or do not, wherever this is reached.
    pub assumed: &'c [(Arc<str>, bool)],
}

impl<'t> Stack<'t> {
    /// The stack of a template.
    pub fn new(root: &'t Node, unit: UnitId) -> Self {
        let mut stack = Self {
            unit,
            root: Cow::Borrowed(root),
            loops: RefCell::default(),
            any_number: BTreeMap::new(),
            parameters: RefCell::default(),
            conditions: RefCell::default(),
            asked: Cell::new(0),
            depth: Cell::new(0),
            nodes: Cell::new(0),
            bytes: Cell::new(0),
            notes: RefCell::default(),
            noted: RefCell::default(),
        };
        loops::expand(&mut stack);
        stack
    }

    /// The entries of one of the outermost maps.
    pub fn section(&self, name: &str) -> &[Entry] {
        self.root.get(name).map_or(&[], Node::entries)
    }

    /// What is declared under `name` in a section.
    pub fn declared(&self, section: &str, name: &str) -> Option<&Entry> {
        self.root.get(section)?.entry(name)
    }

    /// Where the template stands.
    pub fn place(&self) -> Span {
        self.root.origins.primary.unwrap_or(Span::NOWHERE)
    }

    /// Works one level deeper, unless that is too deep.
    pub fn deeper<T>(&self, span: Span, too_deep: impl FnOnce(Arc<Unknown>) -> T, work: impl FnOnce() -> T) -> T {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return too_deep(self.over("how deep a template nests", span));
        }
        self.depth.set(depth + 1);
        let done = work();
        self.depth.set(depth);
        done
    }

    /// Counts nodes that are made; the reason when there are too many.
    pub fn count(&self, nodes: usize, span: Span) -> Result<(), Arc<Unknown>> {
        let total = self.nodes.get().saturating_add(nodes);
        self.nodes.set(total);
        if total > MOST_NODES { Err(self.over("what one template expands to", span)) } else { Ok(()) }
    }

    /// Counts bytes of text that are written.
    pub fn write(&self, bytes: usize, span: Span) -> Result<(), Arc<Unknown>> {
        let total = self.bytes.get().saturating_add(bytes);
        self.bytes.set(total);
        if total > MOST_BYTES { Err(self.over("the text that one template writes", span)) } else { Ok(()) }
    }

    /// Unknown, as a budget is spent; noted once.
    fn over(&self, which: &str, span: Span) -> Arc<Unknown> {
        self.note_once(which, || Note::new(NoteKind::PartLost, format!("{which} is over its budget")).at(span));
        Unknown::at(Why::Budget(Arc::from(which)), span)
    }

    /// A copy of a node, counted.
    pub fn copy(&self, node: &Node) -> Node {
        if let Value::List(_) | Value::Map(_) = node.value
            && let Err(unknown) = self.count(node.size(), span_of(node))
        {
            return Node { value: Value::Unknown(unknown), origins: node.origins.clone() };
        }
        node.clone()
    }

    /// Tells something.
    pub fn note(&self, note: Note) {
        self.notes.borrow_mut().push(note);
    }

    /// Tells something, once for each `key`.
    pub fn note_once(&self, key: &str, note: impl FnOnce() -> Note) {
        if self.noted.borrow_mut().insert(key.to_owned()) {
            self.note(note());
        }
    }

    /// All that was told.
    pub fn into_notes(self) -> Vec<Note> {
        self.notes.into_inner()
    }
}

/// Where a node was written.
pub(super) fn span_of(node: &Node) -> Span {
    node.origins.primary.unwrap_or(Span { file: FileId(0), start: 0, end: 0 })
}

/// An unknown node at `span`.
pub(super) fn unknown(why: Why, span: Span) -> Node {
    open(Unknown::at(why, span), span)
}

/// A node at `span` that is this unknown.
pub(super) fn open(unknown: Arc<Unknown>, span: Span) -> Node {
    Node { value: Value::Unknown(unknown), origins: Origins::at(span) }
}

/// Unknown, as what is written has no value; the reason in a person's words.
pub(super) fn wrong(reason: &str, span: Span) -> Node {
    unknown(Why::Expression(Arc::from(reason)), span)
}

/// Why a value cannot be told, texts with holes included.
pub(super) fn unknown_of(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::Unknown(unknown) => Some(unknown.clone()),
        Value::Text(text) => Some(text.as_unknown()),
        Value::Redacted => Some(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
        _ => None,
    }
}

/// A scalar as the text that CloudFormation makes of it.
pub(super) fn as_text(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        // no minus before nought
        Value::Number(number) => Some(Arc::from(if *number == 0.0 { "0".to_owned() } else { number.to_string() })),
        Value::Bool(flag) => Some(Arc::from(if *flag { "true" } else { "false" })),
        _ => None,
    }
}
