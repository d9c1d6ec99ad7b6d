//! The values of a template: what YAML holds, Go's integers, things with methods, and what cannot be told.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::hold::{Items, Table};
use super::text::{Str, mark_at};
use crate::source::{FileId, Span};
use crate::value::{HOLE_CLOSE, HOLE_OPEN, Node, Piece, Unknown, Value, unknown_of};

/// A value, and the key of a values file that it was written at.
#[derive(Clone, Debug)]
pub(in crate::format::helm) struct Val {
    pub v: V,
    pub via: Option<Span>,
}

#[derive(Clone, Debug)]
pub(in crate::format::helm) enum V {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Str),
    List(Rc<Items>),
    /// Shared, as Go's maps are: `set` changes it for everyone.
    Map(Rc<Table>),
    /// A thing with methods.
    Thing(Thing),
    Hole(Hole),
}

pub(in crate::format::helm) type Map = BTreeMap<Rc<str>, Val>;

/// Something that cannot be told.
#[derive(Clone, Copy, Debug)]
pub(in crate::format::helm) struct Hole {
    /// Its number among the holes of a chart.
    pub id: usize,
    /// Whether it is certainly not empty: a random text. Otherwise a condition on it cannot be told.
    pub there: bool,
}

/// What has methods.
#[derive(Clone, Debug)]
pub(in crate::format::helm) enum Thing {
    /// `.Files`, or what `.Files.Glob` selects of it: files by path inside the chart.
    Files(Rc<BTreeMap<Rc<str>, FileId>>),
    /// `.Capabilities.APIVersions`.
    Apis(Rc<Vec<Rc<str>>>),
    /// `.Capabilities.KubeVersion`, and what `semver` gives.
    Version(Rc<super::version::Version>),
}

/// The unknowns of a chart, by number.
#[derive(Default)]
pub(in crate::format::helm) struct Holes(RefCell<Vec<Arc<Unknown>>>);

impl Holes {
    pub fn dig(&self, why: Arc<Unknown>, there: bool) -> Val {
        let mut all = self.0.borrow_mut();
        let id = all.iter().position(|known| *known == why).unwrap_or_else(|| {
            all.push(why);
            all.len() - 1
        });
        Val::from(V::Hole(Hole { id, there }))
    }

    pub fn get(&self, id: usize) -> Option<Arc<Unknown>> {
        self.0.borrow().get(id).cloned()
    }
}

impl From<V> for Val {
    fn from(v: V) -> Self {
        Self { v, via: None }
    }
}

impl From<bool> for Val {
    fn from(flag: bool) -> Self {
        Self::from(V::Bool(flag))
    }
}

impl From<i64> for Val {
    fn from(number: i64) -> Self {
        Self::from(V::Int(number))
    }
}

impl From<f64> for Val {
    fn from(number: f64) -> Self {
        Self::from(V::Float(number))
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::from(V::Str(Str::new(text)))
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::from(V::Str(Str::new(text)))
    }
}

impl From<Str> for Val {
    fn from(text: Str) -> Self {
        Self::from(V::Str(text))
    }
}

impl From<Vec<Val>> for Val {
    fn from(items: Vec<Val>) -> Self {
        Self::from(V::List(Items::new(items)))
    }
}

impl From<Map> for Val {
    fn from(map: Map) -> Self {
        Self::from(V::Map(Table::new(map)))
    }
}

impl Val {
    pub const NIL: Self = Self { v: V::Nil, via: None };

    /// With the values key `via`, unless it has one.
    pub fn or_via(mut self, via: Option<Span>) -> Self {
        if self.via.is_none() {
            self.via = via;
        }
        if let V::Str(text) = self.v {
            self.v = V::Str(text.or_via(via));
        }
        self
    }

    /// The values key that it comes from.
    pub fn via(&self) -> Option<Span> {
        match &self.v {
            V::Str(text) => self.via.or_else(|| text.via()),
            _ => self.via,
        }
    }

    pub fn map(&self) -> Option<&Rc<Table>> {
        match &self.v {
            V::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&Rc<Items>> {
        match &self.v {
            V::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn str(&self) -> Option<&str> {
        match &self.v {
            V::Str(text) => Some(text.as_str()),
            _ => None,
        }
    }

    pub fn is_nil(&self) -> bool {
        matches!(self.v, V::Nil)
    }

    /// The value under `key`, nil where there is none.
    pub fn get(&self, key: &str) -> Val {
        self.map().and_then(|map| map.borrow().get(key).cloned()).unwrap_or(Val::NIL)
    }

    /// The value at a dotted path.
    pub fn at_path(&self, path: &str) -> Val {
        path.split('.').fold(self.clone(), |found, key| found.get(key))
    }

    /// Whether a condition holds on it; none if that cannot be told.
    pub fn truth(&self) -> Option<bool> {
        Some(match &self.v {
            V::Nil => false,
            V::Bool(flag) => *flag,
            V::Int(number) => *number != 0,
            V::Float(number) => *number != 0.0,
            V::Str(text) => !text.as_str().is_empty(),
            V::List(items) => !items.is_empty(),
            V::Map(map) => !map.borrow().is_empty(),
            V::Thing(Thing::Files(files)) => !files.is_empty(),
            V::Thing(_) => true,
            V::Hole(hole) => return hole.there.then_some(true),
        })
    }

    /// The first hole in it: itself, or one in its text.
    pub fn hole(&self) -> Option<Hole> {
        match &self.v {
            V::Hole(hole) => Some(*hole),
            V::Str(text) => {
                let (_, rest) = text.as_str().split_once(HOLE_OPEN)?;
                let (id, _) = rest.split_once(HOLE_CLOSE)?;
                Some(Hole { id: id.parse().ok()?, there: true })
            }
            _ => None,
        }
    }

    /// What `kindOf` calls it.
    pub fn kind(&self) -> &'static str {
        match &self.v {
            V::Nil => "invalid",
            V::Bool(_) => "bool",
            V::Int(_) => "int",
            V::Float(_) => "float64",
            V::Str(_) | V::Hole(_) => "string",
            V::List(_) | V::Thing(Thing::Apis(_)) => "slice",
            V::Map(_) | V::Thing(Thing::Files(_)) => "map",
            V::Thing(Thing::Version(_)) => "struct",
        }
    }

    /// What `typeOf` calls it.
    pub fn type_name(&self) -> &'static str {
        match &self.v {
            V::Nil => "<nil>",
            V::List(_) => "[]interface {}",
            V::Map(_) => "map[string]interface {}",
            V::Thing(Thing::Files(_)) => "engine.files",
            V::Thing(Thing::Apis(_)) => "common.VersionSet",
            V::Thing(Thing::Version(_)) => "*semver.Version",
            _ => self.kind(),
        }
    }

    /// A copy that shares nothing; what is deeper than values may nest is left out.
    pub fn deep_copy(&self) -> Val {
        self.copied(0, &Cell::new(usize::MAX)).unwrap_or(Val::NIL)
    }

    /// The same for a value that a template made, in which one thing may stand many times; none if there are more than
    /// `left`.
    pub fn copied(&self, depth: usize, left: &Cell<usize>) -> Option<Val> {
        if depth > super::DEPTH {
            return Some(Val::NIL);
        }
        left.set(left.get().checked_sub(1)?);
        let v = match &self.v {
            V::List(items) => {
                V::List(Items::new(items.iter().map(|item| item.copied(depth + 1, left)).collect::<Option<_>>()?))
            }
            V::Map(map) => {
                let all = map.borrow();
                let all = all.iter().map(|(key, value)| Some((key.clone(), value.copied(depth + 1, left)?)));
                V::Map(Table::new(all.collect::<Option<_>>()?))
            }
            other => other.clone(),
        };
        Some(Val { v, via: self.via })
    }

    /// What a YAML or JSON document holds.
    pub fn of_node(node: &Node, holes: &Holes, from: Origin<'_>) -> Val {
        let via = node.origins.primary.and_then(|span| from.via(span));
        let v = match &node.value {
            Value::Null => V::Nil,
            Value::Bool(flag) => V::Bool(*flag),
            Value::Number(number) => V::Float(*number),
            Value::String(text) => V::Str(Str::from(clean(text))),
            Value::Text(text) => {
                let mut made = String::new();
                for piece in text.pieces() {
                    match piece {
                        Piece::Known(known) => made.push_str(&clean(known)),
                        Piece::Hole(why) => {
                            if let V::Hole(hole) = holes.dig(why.clone(), false).v {
                                made.push_str(&format!("{HOLE_OPEN}{}{HOLE_CLOSE}", hole.id));
                            }
                        }
                    }
                }
                V::Str(Str::new(&*made))
            }
            Value::List(items) => {
                V::List(Items::new(items.iter().map(|item| Val::of_node(item, holes, from)).collect()))
            }
            Value::Map(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    let mut value = Val::of_node(&entry.value, holes, from);
                    if let (Origin::File, Some(key)) = (from, entry.key_span) {
                        value.via = match (&value.v, value.via) {
                            (V::Map(_) | V::List(_), _) | (_, None) => Some(key),
                            (_, Some(written)) => Some(key.to(written)),
                        };
                    }
                    map.insert(Rc::from(&*clean(&entry.key)), value);
                }
                V::Map(Table::new(map))
            }
            Value::Unknown(why) => holes.dig(why.clone(), false).v,
            Value::Redacted(_) => unknown_of(node).map_or(V::Nil, |why| holes.dig(why, false).v),
        };
        Val { v, via }
    }
}

/// Where a document was read from.
#[derive(Clone, Copy)]
pub(in crate::format::helm) enum Origin<'a> {
    /// A file: its own places are the ones to name.
    File,
    /// A text that a template made: what that was printed from.
    Text(&'a Str),
}

impl Origin<'_> {
    fn via(self, span: Span) -> Option<Span> {
        match self {
            Self::File => Some(span),
            Self::Text(text) => mark_at(text.marks(), span.start as usize).via,
        }
    }
}

/// Without the marks of holes, which a hostile file may hold.
fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([HOLE_OPEN, HOLE_CLOSE]) {
        text.replace([HOLE_OPEN, HOLE_CLOSE], "\u{FFFD}").into()
    } else {
        text.into()
    }
}

impl From<std::borrow::Cow<'_, str>> for Str {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::new(&*text)
    }
}
