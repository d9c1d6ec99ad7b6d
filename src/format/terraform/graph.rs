//! The graph of a root module: modules, their values and instances, each worked out once and when first asked for.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::config::Config;
use super::syntax::Part;
use crate::format::Settings;
pub(super) use crate::format::trace::{plain, referring, through};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Node, UnitId, Unknown, Value, Why};

/// How deep expressions and the values they need may nest.
const DEEPEST: usize = 1_500;
/// How many steps one unit may take.
const MOST_STEPS: u64 = 30_000_000;
/// How many nodes may be copied in one unit.
const MOST_NODES: usize = 10_000_000;
/// How many nodes one value may have when it is used again.
const LARGEST: usize = 250_000;

/// An expression that has no value, which `try` and `can` catch; the reason in a person's words.
pub(super) type Eval<T = Node> = Result<T, Box<str>>;

/// Everything that is known while one unit is read.
pub(super) struct Universe<'a> {
    pub tree: &'a Tree,
    pub unit: UnitId,
    pub root: Arc<str>,
    pub settings: &'a Settings,
    pub configs: RefCell<BTreeMap<Arc<str>, Arc<Config>>>,
    pub modules: RefCell<Vec<Rc<Module>>>,
    /// What `terraform init` fetched: the folder of each module by its path of names.
    pub fetched: BTreeMap<String, String>,
    /// Instances that were referred to as a whole, by address.
    pub wholes: RefCell<BTreeMap<Arc<str>, Whole>>,
    pub templates: RefCell<BTreeMap<FileId, Rc<Eval<Vec<Part>>>>>,
    pub notes: RefCell<Vec<Note>>,
    noted: RefCell<BTreeSet<String>>,
    depth: Cell<usize>,
    steps: Cell<u64>,
    nodes: Cell<usize>,
    pub instances: Cell<usize>,
    /// How many releases of charts were rendered.
    pub releases: Cell<usize>,
    /// Set when a value was taken from something of which there may be none.
    pub uncertain: Cell<bool>,
}

/// An instance that was referred to as a whole.
#[derive(Clone)]
pub(super) struct Whole {
    pub module: usize,
    pub resource: usize,
    pub instance: Rc<Instance>,
}

/// One instance of a module.
pub(super) struct Module {
    pub id: usize,
    pub config: Arc<Config>,
    /// What stands before its resources' addresses: `module.a[0].`, empty for the root.
    pub prefix: Arc<str>,
    /// The names of the calls that lead to it, with dots, as `modules.json` has them.
    pub path: Arc<str>,
    pub depth: usize,
    /// The calls that lead to it, outermost first.
    pub via: Arc<[Span]>,
    /// Who calls it; none for the root.
    pub call: Option<CallSite>,
    pub variables: Slots,
    pub locals: Slots,
    pub outputs: Slots,
    pub providers: Slots,
    pub resources: RefCell<BTreeMap<usize, Option<Rc<Expansion<Instance>>>>>,
    pub calls: RefCell<BTreeMap<Arc<str>, Option<Rc<Called>>>>,
    /// Values for the root's variables.
    pub given: BTreeMap<Arc<str>, Node>,
    /// Set when how many of these there are cannot be told.
    pub unknown: Option<Arc<Unknown>>,
}

/// Where a module is called.
pub(super) struct CallSite {
    pub parent: usize,
    pub name: Arc<str>,
    pub each: Each,
}

/// What a module call leads to.
pub(super) enum Called {
    Modules(Expansion<Module>),
    /// Not on disk, or refused; why its outputs are unknown.
    Missing(Arc<Unknown>),
}

/// Instances and what made them.
pub(super) struct Expansion<T> {
    pub form: Form,
    pub items: Vec<(Key, Rc<T>)>,
}

/// What made instances.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Single,
    Count,
    ForEach,
    /// Any number: one stands for all.
    Unknown,
}

/// Which of the instances.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
    None,
    Number(usize),
    Text(Arc<str>),
}

impl Key {
    /// As it stands in an address.
    pub fn suffix(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Number(number) => format!("[{number}]"),
            Self::Text(text) => format!("[\"{}\"]", text.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}

/// `count.index`, or `each.key` and `each.value`.
#[derive(Clone)]
pub(super) enum Each {
    None,
    Count(Node),
    For(Box<(Node, Node)>),
}

/// One instance of a resource.
pub(super) struct Instance {
    pub each: Each,
    /// Its full address in the unit.
    pub address: Arc<str>,
    /// Set when how many of these there are cannot be told.
    pub unknown: Option<Arc<Unknown>>,
    pub attributes: Slots,
}

/// Values by name, each worked out once; none while it is being worked out.
pub(super) type Slots = RefCell<BTreeMap<Arc<str>, Option<Rc<Node>>>>;

/// Names that hold within an expression: loop variables, iterators, a template's variables.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// The name, or none for the entries of the map `value`.
    pub name: Option<&'a str>,
    pub value: &'a Node,
    pub outer: Option<&'a Names<'a>>,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Cx<'a> {
    pub module: &'a Module,
    pub each: &'a Each,
    pub names: Option<&'a Names<'a>>,
    /// Whether only `names` hold: a template file, a file of variables.
    pub bare: bool,
    /// Whether a part without a value fails the whole, as within `try`.
    pub strict: bool,
}

impl<'a> Cx<'a> {
    /// In `module`, outside any resource.
    pub fn of(module: &'a Module) -> Self {
        Self { module, each: &Each::None, names: None, bare: false, strict: false }
    }

    /// With an instance's `each`.
    pub fn with_each(self, each: &'a Each) -> Self {
        Self { each, ..self }
    }

    /// The value under a name that holds here.
    pub fn find(&self, name: &str) -> Option<&'a Node> {
        let mut here = self.names;
        while let Some(names) = here {
            match names.name {
                Some(own) if own == name => return Some(names.value),
                Some(_) => {}
                None => {
                    if let Some(node) = names.value.get(name) {
                        return Some(node);
                    }
                }
            }
            here = names.outer;
        }
        None
    }
}

impl<'a> Universe<'a> {
    /// Nothing known yet.
    pub fn new(tree: &'a Tree, unit: UnitId, root: Arc<str>, settings: &'a Settings) -> Self {
        Self {
            tree,
            unit,
            root,
            settings,
            configs: RefCell::default(),
            modules: RefCell::default(),
            fetched: BTreeMap::new(),
            wholes: RefCell::default(),
            templates: RefCell::default(),
            notes: RefCell::default(),
            noted: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            nodes: Cell::new(0),
            instances: Cell::new(0),
            releases: Cell::new(0),
            uncertain: Cell::new(false),
        }
    }

    /// The module with that number.
    pub fn module(&self, id: usize) -> Option<Rc<Module>> {
        self.modules.borrow().get(id).cloned()
    }

    /// Keeps a note, each message once.
    pub fn note(&self, note: Note) {
        let key = format!("{:?} {}", note.span, note.message);
        if self.noted.borrow_mut().insert(key) {
            self.notes.borrow_mut().push(note);
        }
    }

    /// A note of something unresolved.
    pub fn unresolved(&self, message: String, at: Span, help: &str) {
        let note = Note::new(NoteKind::Unresolved, message).in_file(self.tree.path(at.file)).at(at);
        self.note(if help.is_empty() { note } else { note.help(help) });
    }

    /// The value in `slots` under `name`, worked out by `compute` when first asked for; asked for again while that is
    /// under way, it depends on itself.
    pub fn once(
        &self,
        slots: &Slots,
        name: &Arc<str>,
        label: &str,
        at: Span,
        compute: impl FnOnce() -> Node,
    ) -> Rc<Node> {
        match slots.borrow().get(name) {
            Some(Some(node)) => return node.clone(),
            Some(None) => {
                let label = format!("{label}{name}");
                return Rc::new(Node::at(Value::Unknown(self.cycle(&label, at)), at));
            }
            None => {}
        }
        slots.borrow_mut().insert(name.clone(), None);
        let node = Rc::new(compute());
        slots.borrow_mut().insert(name.clone(), Some(node.clone()));
        node
    }

    /// Notes that something depends on itself.
    pub fn cycle(&self, label: &str, at: Span) -> Arc<Unknown> {
        self.unresolved(format!("`{label}` depends on itself"), at, "break the circle");
        Unknown::at(Why::Cycle(Arc::from(label)), at)
    }

    /// Runs `inner` one level deeper; unknown when that is too deep or too much was done.
    pub fn deeper(&self, at: Span, inner: impl FnOnce() -> Eval) -> Eval {
        let depth = self.depth.get();
        self.steps.set(self.steps.get() + 1);
        if depth >= DEEPEST {
            return Ok(self.over_budget("the depth of an expression", at));
        }
        if self.spent() {
            return Ok(self.over_budget("the work for one root module", at));
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

    /// Unknown, as a budget was spent; noted.
    pub fn over_budget(&self, which: &str, at: Span) -> Node {
        // one note a unit: there may be very many places
        if self.noted.borrow_mut().insert(format!("budget {which}")) {
            let note = Note::new(NoteKind::PartLost, format!("{which} is over its budget"));
            self.notes.borrow_mut().push(note.in_file(self.tree.path(at.file)).at(at));
        }
        Node::at(Value::Unknown(Unknown::at(Why::Budget(Arc::from(which)), at)), at)
    }

    /// A copy of a node, counted.
    pub fn copy(&self, node: &Node) -> Node {
        if let Value::List(_) | Value::Map(_) = node.value {
            let size = node.size();
            if size > LARGEST {
                let at = node.origins.primary.unwrap_or(Span { file: FileId(0), start: 0, end: 0 });
                return self.over_budget("the size of a value", at);
            }
            self.nodes.set(self.nodes.get() + size);
            if self.spent() {
                let value = Value::Unknown(Unknown::new(Why::Budget(Arc::from("the work for one root module"))));
                return Node { value, origins: node.origins.clone() };
            }
        }
        node.clone()
    }
}
