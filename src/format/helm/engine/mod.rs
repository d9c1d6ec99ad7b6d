//! Go's `text/template` with Helm's functions: templates to text that knows where each part of it was written.
//!
//! **Invariant:** nothing runs but this, and it ends: each run has a budget of steps, of bytes and of depth.

pub(super) mod hold;
mod lex;
mod parse;
pub(super) mod print;
mod run;
pub(super) mod text;
pub(super) mod val;
pub(super) mod version;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::source::{FileId, Span, Tree};
use parse::Item;
use text::{Mark, Str};
use val::{Holes, Val};

pub(super) use lex::integer;

/// How deep values may nest.
pub(super) const DEPTH: usize = 100;
/// How deep templates may include each other.
const INCLUDES: usize = 150;
/// The longest text that a function may make.
pub(super) const LONGEST: usize = 4 * 1024 * 1024;
/// Steps of all templates of a chart.
const STEPS: usize = 2_000_000;
/// Bytes of all texts that are made on the way.
const BYTES: usize = 512 * 1024 * 1024;

/// Why a template renders nothing.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// In lower case.
    pub reason: String,
    /// Where.
    pub at: Option<Span>,
}

/// A text that holds templates: a file, or what `tpl` was given.
struct Source {
    text: Rc<str>,
    /// None for what `tpl` was given.
    file: Option<FileId>,
    /// Where a text that is no file was given.
    base: Mark,
}

impl Source {
    fn mark(&self, range: &Range<usize>) -> Mark {
        match self.file {
            Some(file) => Mark { at: Some(Span::new(file, range.clone())), exact: true, via: None },
            None => self.base,
        }
    }

    fn at(&self, range: &Range<usize>) -> Option<Span> {
        self.mark(range).at
    }
}

/// A template by name.
struct Define {
    source: Rc<Source>,
    items: Vec<Item>,
}

/// The templates of a chart, and what they may look at.
pub(super) struct Engine<'t> {
    pub tree: &'t Tree,
    pub holes: Holes,
    defines: RefCell<BTreeMap<Rc<str>, Rc<Define>>>,
    steps: Cell<usize>,
    bytes: Cell<usize>,
    depth: Cell<usize>,
}

impl<'t> Engine<'t> {
    pub fn new(tree: &'t Tree) -> Self {
        Self {
            tree,
            holes: Holes::default(),
            defines: RefCell::default(),
            steps: Cell::new(STEPS),
            bytes: Cell::new(BYTES),
            depth: Cell::new(0),
        }
    }

    /// Adds a template file under its name, with what it defines; a later one of the same name takes its place.
    pub fn add(&self, name: &str, file: FileId, text: &str) -> Result<(), Fault> {
        if text.contains([crate::value::HOLE_OPEN, crate::value::HOLE_CLOSE]) {
            return Err(Fault { reason: "it holds characters of a private plane".into(), at: None });
        }
        let source = Rc::new(Source { text: Rc::from(text), file: Some(file), base: Mark::default() });
        self.define(name, &source, false)
    }

    fn define(&self, name: &str, source: &Rc<Source>, quiet: bool) -> Result<(), Fault> {
        let parsed = parse::parse(&source.text)
            .map_err(|bad| Fault { at: source.at(&bad.at).filter(|at| at.end > 0), reason: bad.reason })?;
        let mut all = self.defines.borrow_mut();
        let own = (Rc::from(name), parsed.items);
        for (name, items) in parsed.defines.into_iter().chain((!quiet).then_some(own)) {
            // an empty definition does not take a full one's place, as in Go
            let blank = |item: &Item| match item {
                Item::Text(range) => source.text.get(range.clone()).is_some_and(|text| text.trim().is_empty()),
                _ => false,
            };
            if items.iter().all(blank) && all.contains_key(&name) {
                continue;
            }
            all.insert(name, Rc::new(Define { source: source.clone(), items }));
        }
        Ok(())
    }

    /// Renders a template that was added.
    pub fn render(&self, name: &str, dot: &Val) -> Result<Str, Fault> {
        self.depth.set(0);
        run::include(self, name, dot, None)
    }

    /// One step of work.
    fn step(&self, at: Option<Span>) -> Result<(), Fault> {
        match self.steps.get().checked_sub(1) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(Fault { reason: "the chart's templates take more steps than a chart may".into(), at }),
        }
    }

    /// Work that a function does besides its call.
    pub fn charge(&self, steps: usize) -> Result<(), String> {
        let left = self.steps.get().saturating_sub(steps);
        self.steps.set(left);
        if left > 0 { Ok(()) } else { Err("it works longer than a chart's templates may".into()) }
    }

    /// Bytes of a text that was made.
    fn spend(&self, bytes: usize, at: Option<Span>) -> Result<(), Fault> {
        match self.bytes.get().checked_sub(bytes).filter(|_| bytes <= LONGEST) {
            Some(left) => {
                self.bytes.set(left);
                Ok(())
            }
            None => Err(Fault { reason: "the chart's templates make more text than a chart may".into(), at }),
        }
    }
}
