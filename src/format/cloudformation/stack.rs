//! What is known while one template is read: its sections, what was worked out already, and the budgets.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::{loops, serverless};
use crate::format::{Assumed, Export};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Entry, Node, Origins, UnitId, Unknown, Value, Why};

/// How deep functions, and the conditions they need, may nest.
const DEEPEST: usize = 1_500;
/// How many nodes may be made while one template is read, with those that it nests.
const MOST_NODES: usize = 1_000_000;
/// How many bytes of text may be written while one template is read.
const MOST_BYTES: usize = 64 << 20;

/// Whether a condition holds, or why that cannot be told.
pub(super) type Truth = Result<bool, Arc<Unknown>>;

/// What a template and those that it nests have in common: the tree, the notes, the budgets.
pub(super) struct Shared<'t> {
    pub tree: &'t Tree,
    pub unit: UnitId,
    /// A condition that is taken to hold or not.
    pub assumed: Option<&'t Assumed>,
    depth: Cell<usize>,
    nodes: Cell<usize>,
    bytes: Cell<usize>,
    notes: RefCell<Vec<Note>>,
    exports: RefCell<Vec<Export>>,
    noted: RefCell<BTreeSet<String>>,
}

impl<'t> Shared<'t> {
    /// Nothing was read yet.
    pub fn new(tree: &'t Tree, unit: UnitId, assumed: Option<&'t Assumed>) -> Self {
        Self {
            tree,
            unit,
            assumed,
            depth: Cell::new(0),
            nodes: Cell::new(0),
            bytes: Cell::new(0),
            notes: RefCell::default(),
            exports: RefCell::default(),
            noted: RefCell::default(),
        }
    }

    /// Tells something.
    pub fn note(&self, note: Note) {
        self.notes.borrow_mut().push(note);
    }

    /// Puts something out for other templates.
    pub fn export(&self, export: Export) {
        self.exports.borrow_mut().push(export);
    }

    /// All that was told, and put out.
    pub fn into_told(self) -> (Vec<Note>, Vec<Export>) {
        (self.notes.into_inner(), self.exports.into_inner())
    }
}

/// Where a stack comes from: the file of its template, and the stack that nests it.
#[derive(Clone)]
pub(super) struct Place {
    pub file: FileId,
    /// What its addresses begin with: `Network.`.
    pub prefix: Arc<str>,
    /// What was given for its parameters.
    pub given: BTreeMap<Arc<str>, Node>,
    /// The resources that nest it, outermost first.
    pub via: Arc<[Span]>,
    /// The files of those that nest it.
    pub within: Vec<FileId>,
    /// Set when there may be none of it, or any number.
    pub instances_unknown: Option<Arc<Unknown>>,
}

impl Place {
    /// That of a template that nothing nests.
    pub fn outermost(file: FileId, given: BTreeMap<Arc<str>, Node>) -> Self {
        Self { file, prefix: Arc::from(""), given, via: Arc::from([]), within: Vec::new(), instances_unknown: None }
    }
}

/// One template that is being read.
pub(super) struct Stack<'t> {
    pub shared: &'t Shared<'t>,
    pub place: Place,
    pub root: Cow<'t, Node>,
    /// Where the entries of each section stand.
    index: HashMap<&'static str, Section>,
    /// Loops over something unknown: what their variable stands for.
    pub loops: RefCell<BTreeMap<Arc<str>, Arc<Unknown>>>,
    /// Resources that such loops make, any number of each.
    pub any_number: BTreeMap<Arc<str>, Arc<Unknown>>,
    pub parameters: RefCell<BTreeMap<Arc<str>, Node>>,
    /// Each condition as far as it was worked out; none while it is.
    pub conditions: RefCell<BTreeMap<Arc<str>, Option<Truth>>>,
    /// The stacks that it nests, as far as they were asked for.
    pub nested: RefCell<BTreeMap<Arc<str>, Nested<'t>>>,
    /// How many conditions may still be worked out anew.
    pub asked: Cell<usize>,
}

/// One of the outermost maps: the place among them, and those of its entries.
struct Section {
    at: usize,
    names: HashMap<Arc<str>, usize>,
}

/// The sections whose entries are asked for by name.
const SECTIONS: [&str; 5] = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"];

fn index(root: &Node) -> HashMap<&'static str, Section> {
    let mut index = HashMap::new();
    for (at, section) in root.entries().iter().enumerate() {
        if let Some(name) = SECTIONS.iter().find(|name| *section.key == ***name) {
            let names = section.value.entries().iter().enumerate().map(|(at, entry)| (entry.key.clone(), at));
            index.insert(*name, Section { at, names: names.collect() });
        }
    }
    index
}

/// What is known of a resource that is a stack.
#[derive(Clone)]
pub(super) enum Nested<'t> {
    /// Its parameters are being worked out.
    Working,
    /// Its template is among the files.
    Here(Rc<Stack<'t>>),
    /// Its template is not.
    Elsewhere,
}

/// What is taken for granted where a value is worked out.
#[derive(Clone, Copy, Default)]
pub(super) struct Cx<'c> {
    /// Conditions that hold, or do not, wherever this is reached.
    pub assumed: &'c [(Arc<str>, bool)],
}

impl<'t> Stack<'t> {
    /// The stack of a template.
    pub fn new(root: Cow<'t, Node>, place: Place, shared: &'t Shared<'t>) -> Self {
        let mut stack = Self {
            shared,
            place,
            index: index(&root),
            root,
            loops: RefCell::default(),
            any_number: BTreeMap::new(),
            parameters: RefCell::default(),
            conditions: RefCell::default(),
            nested: RefCell::default(),
            asked: Cell::new(0),
        };
        loops::expand(&mut stack);
        serverless::expand(&mut stack);
        stack
    }

    /// Goes on with another tree.
    pub fn replace(&mut self, root: Node) {
        self.index = index(&root);
        self.root = Cow::Owned(root);
    }

    /// The entries of one of the sections.
    pub fn section(&self, name: &str) -> &[Entry] {
        let section = self.index.get(name).and_then(|section| self.root.entries().get(section.at));
        section.map_or(&[], |section| section.value.entries())
    }

    /// What is declared under `name` in a section.
    pub fn declared(&self, section: &str, name: &str) -> Option<&Entry> {
        let at = self.index.get(section)?.names.get(name)?;
        self.section(section).get(*at)
    }

    /// Works one level deeper, unless that is too deep.
    pub fn deeper<T>(&self, span: Span, too_deep: impl FnOnce(Arc<Unknown>) -> T, work: impl FnOnce() -> T) -> T {
        let depth = self.shared.depth.get();
        if depth >= DEEPEST {
            return too_deep(self.over("how deep a template nests", span));
        }
        self.shared.depth.set(depth + 1);
        let done = work();
        self.shared.depth.set(depth);
        done
    }

    /// Counts nodes that are made; the reason when there are too many.
    pub fn count(&self, nodes: usize, span: Span) -> Result<(), Arc<Unknown>> {
        let total = self.shared.nodes.get().saturating_add(nodes);
        self.shared.nodes.set(total);
        if total > MOST_NODES { Err(self.over("what one template expands to", span)) } else { Ok(()) }
    }

    /// Counts bytes of text that are written.
    pub fn write(&self, bytes: usize, span: Span) -> Result<(), Arc<Unknown>> {
        let total = self.shared.bytes.get().saturating_add(bytes);
        self.shared.bytes.set(total);
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

    /// Tells something of this template.
    pub fn note(&self, note: Note) {
        let path = self.shared.tree.path(self.place.file);
        self.shared.note(note.in_file(path));
    }

    /// Tells something, once for each `key`.
    pub fn note_once(&self, key: &str, note: impl FnOnce() -> Note) {
        if self.shared.noted.borrow_mut().insert(key.to_owned()) {
            self.note(note());
        }
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
