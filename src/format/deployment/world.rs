//! What is known while one template is read with all that it deploys: notes, budgets, values worked out once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::eval::LONGEST;
use super::syntax::{Expr, Program};
use crate::format::trace::collect_references;
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Node, Origins, UnitId, Unknown, Value, Why};

/// How deep expressions and the values they need may nest.
const DEEPEST: usize = 600;
/// How many steps one unit may take.
const MOST_STEPS: u64 = 2_000_000;
/// How many resources one unit may have: Resource Manager itself takes 800 a template.
const MOST_INSTANCES: usize = 20_000;
/// How many nodes one value may have when it is used again.
const LARGEST: usize = 50_000;
/// How many nodes may be copied in one unit.
const MOST_NODES: usize = 2_000_000;
/// How many places a value's way is remembered with.
const MOST_RELATED: usize = 8;

/// Everything that is known while one unit is read.
pub struct World<'a> {
    pub tree: &'a Tree,
    pub unit: UnitId,
    pub notes: RefCell<Vec<Note>>,
    noted: RefCell<BTreeSet<String>>,
    pub addresses: RefCell<HashMap<String, usize>>,
    depth: Cell<usize>,
    steps: Cell<u64>,
    nodes: Cell<usize>,
    instances: Cell<usize>,
}

/// A template that is deployed, with its parameters.
pub struct Deployment {
    pub program: Arc<Program>,
    /// Itself.
    pub me: Weak<Deployment>,
    /// The file that it stands in.
    pub file: FileId,
    /// What stands before its addresses: `module.network.`.
    pub prefix: Arc<str>,
    pub via: Arc<[Span]>,
    /// Given parameters, by name in lower case.
    pub given: BTreeMap<Arc<str>, Node>,
    /// Where parameters and variables are asked, if not here.
    pub outer: Option<Rc<Deployment>>,
    /// Who deploys it.
    pub caller: Option<Rc<Deployment>>,
    /// The names that hold everywhere in it: the turns of the loop that it is deployed in.
    pub names: Vec<(Arc<str>, Node)>,
    pub level: usize,
    /// Set when how many of these there are cannot be told.
    pub unknown: Option<Arc<Unknown>>,
    /// Values by name, each worked out once; none while it is being worked out.
    pub values: RefCell<BTreeMap<String, Option<Rc<Node>>>>,
    pub instances: RefCell<BTreeMap<usize, Rc<Vec<Instance>>>>,
    pub index: OnceCell<HashMap<String, (usize, usize)>>,
    pub indexing: Cell<bool>,
    pub children: RefCell<Children>,
}

/// What deployments within a deployment deploy, by declaration and instance; none where that is not read.
pub type Children = BTreeMap<(usize, usize), Option<Rc<Deployment>>>;

/// One of what a declaration makes.
pub struct Instance {
    /// The names that hold within it.
    pub names: Vec<(Arc<str>, Node)>,
    /// What tells it from the others: `[0]`.
    pub suffix: String,
    pub address: OnceCell<Arc<str>>,
    /// Its condition does not hold.
    pub absent: bool,
    /// Set when it may not be there, or there may be any number of it.
    pub unknown: Option<Arc<Unknown>>,
}

/// Names that hold within an expression: turns of loops, a lambda's arguments.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub list: &'a [(Arc<str>, Node)],
    pub outer: Option<&'a Names<'a>>,
}

/// Where an expression is worked out.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub at: &'a Deployment,
    pub names: Option<&'a Names<'a>>,
}

impl<'a> Cx<'a> {
    /// The value under a name that holds here.
    pub fn find(&self, name: &str) -> Option<&'a Node> {
        let mut here = self.names;
        while let Some(names) = here {
            if let Some((_, value)) = names.list.iter().find(|(own, _)| **own == *name) {
                return Some(value);
            }
            here = names.outer;
        }
        self.at.names.iter().find(|(own, _)| **own == *name).map(|(_, value)| value)
    }
}

impl Deployment {
    /// Outside any loop of it.
    pub fn cx(&self) -> Cx<'_> {
        Cx { at: self, names: None }
    }

    /// A program deployed from `file`, with parameters; `change` says what else is known of it.
    pub fn new(
        program: Arc<Program>,
        file: FileId,
        given: BTreeMap<Arc<str>, Node>,
        change: impl FnOnce(&mut Self),
    ) -> Rc<Self> {
        let mut made = Self {
            program,
            me: Weak::new(),
            file,
            prefix: Arc::from(""),
            via: Arc::from([]),
            given,
            outer: None,
            caller: None,
            names: Vec::new(),
            level: 0,
            unknown: None,
            values: RefCell::default(),
            instances: RefCell::default(),
            index: OnceCell::new(),
            indexing: Cell::new(false),
            children: RefCell::default(),
        };
        change(&mut made);
        Rc::new_cyclic(|me| Self { me: me.clone(), ..made })
    }
}

impl<'a> World<'a> {
    /// Nothing known yet.
    pub fn new(tree: &'a Tree, unit: UnitId) -> Self {
        Self {
            tree,
            unit,
            notes: RefCell::default(),
            noted: RefCell::default(),
            addresses: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            nodes: Cell::new(0),
            instances: Cell::new(0),
        }
    }

    /// Keeps a note, each message once.
    pub fn note(&self, note: Note) {
        if self.noted.borrow_mut().insert(format!("{:?} {}", note.span, note.message)) {
            self.notes.borrow_mut().push(note);
        }
    }

    /// The value in `of` under `name`, worked out by `compute` when first asked for; asked for again while that is under
    /// way, it depends on itself.
    pub fn once(
        &self,
        of: &Deployment,
        name: String,
        label: &str,
        at: Span,
        compute: impl FnOnce() -> Node,
    ) -> Rc<Node> {
        match of.values.borrow().get(&name) {
            Some(Some(node)) => return node.clone(),
            Some(None) => {
                let message = format!("`{label}` depends on itself");
                let note = Note::new(NoteKind::Unresolved, message).in_file(self.tree.path(at.file)).at(at);
                self.note(note.help("break the circle"));
                let why = Why::Cycle(Arc::from(label));
                return Rc::new(Node::at(Value::Unknown(Unknown::at(why, at)), at));
            }
            None => {}
        }
        of.values.borrow_mut().insert(name.clone(), None);
        let node = Rc::new(compute());
        of.values.borrow_mut().insert(name, Some(node.clone()));
        node
    }

    /// Runs `inner` one level deeper; unknown when that is too deep or too much was done.
    pub fn deeper(&self, at: Span, inner: impl FnOnce() -> Node) -> Node {
        let depth = self.depth.get();
        self.steps.set(self.steps.get() + 1);
        if depth >= DEEPEST {
            return self.over_budget("the depth of an expression", at);
        }
        if self.spent() {
            return self.over_budget("the work for one template", at);
        }
        self.depth.set(depth + 1);
        let result = inner();
        self.depth.set(depth);
        result
    }

    /// Whether the unit's budget of work is spent.
    pub fn spent(&self) -> bool {
        self.steps.get() > MOST_STEPS || self.nodes.get() > MOST_NODES
    }

    /// Counts one more resource; false when there are too many.
    pub fn one_more(&self, at: Span) -> bool {
        self.instances.set(self.instances.get() + 1);
        if self.instances.get() > MOST_INSTANCES {
            let _ = self.over_budget("the number of resources of one template", at);
            return false;
        }
        true
    }

    /// Unknown, as a budget was spent; noted once a unit, as there may be very many places.
    pub fn over_budget(&self, which: &str, at: Span) -> Node {
        if self.noted.borrow_mut().insert(format!("budget {which}")) {
            let note = Note::new(NoteKind::PartLost, format!("{which} is over its budget"));
            self.notes.borrow_mut().push(note.in_file(self.tree.path(at.file)).at(at));
        }
        Node::at(Value::Unknown(Unknown::at(Why::Budget(Arc::from(which)), at)), at)
    }

    /// A value that a function made, counted.
    pub fn made(&self, node: Node, span: Span) -> Node {
        let size = match &node.value {
            Value::List(_) | Value::Map(_) => node.size(),
            // a long text weighs as much as many nodes; one that is too long was cut
            Value::String(text) if text.len() <= LONGEST => text.len() / 100,
            Value::Text(text) if text.text.len() <= LONGEST => text.text.len() / 10,
            Value::String(_) | Value::Text(_) => LARGEST + 1,
            _ => return node,
        };
        self.nodes.set(self.nodes.get() + size);
        if size > LARGEST || self.spent() { self.over_budget("the size of a value", span) } else { node }
    }

    /// A copy of a node that is used at `span`, counted.
    pub fn copy(&self, node: &Node, span: Span) -> Node {
        if let Value::List(_) | Value::Map(_) = node.value {
            let size = node.size();
            self.nodes.set(self.nodes.get() + size);
            if size > LARGEST || self.spent() {
                return self.over_budget("the size of a value", span);
            }
        }
        Node { value: node.value.clone(), origins: through(span, &node.origins) }
    }
}

/// The origins of a value that is used at `span` and came from `from`.
pub fn through(span: Span, from: &Origins) -> Origins {
    let mut related: Vec<Span> = Vec::new();
    for place in from.primary.iter().chain(from.related()) {
        if !span.holds(*place) && !related.contains(place) && related.len() < MOST_RELATED {
            related.push(*place);
        }
    }
    Origins { primary: Some(span), related: (!related.is_empty()).then(|| related.into()) }
}

/// Unknown for `reason`, in a person's words.
pub fn wrong(reason: impl Into<Arc<str>>, span: Span) -> Node {
    Node::at(Value::Unknown(Unknown::at(Why::Expression(reason.into()), span)), span)
}

/// The same unknown without what it refers to: a result that is no reference any more. What could not be told of a
/// reference alone must not pass for one.
pub fn plain(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    if unknown.refers.is_empty() {
        return unknown.clone();
    }
    Arc::new(Unknown { refers: Vec::new(), ..Unknown::clone(unknown) })
}

/// One of two values, and which cannot be told.
pub fn either(why: &Arc<Unknown>, arms: [&Node; 2]) -> Arc<Unknown> {
    let reason = match &why.why {
        Why::Computed(name) | Why::NotSeen(name) => {
            Why::Expression(Arc::from(format!("it depends on `{name}`, which is not known")))
        }
        other => other.clone(),
    };
    let mut refers = Vec::new();
    arms.iter().for_each(|arm| collect_references(arm, &mut refers));
    Arc::new(Unknown { why: reason, at: why.at, refers })
}

/// An expression's text as it was written, for addresses and reasons.
pub fn written<'t>(tree: &'t Tree, expr: &Expr) -> &'t str {
    tree.slice(expr.span).trim_matches(['"', '\''])
}
