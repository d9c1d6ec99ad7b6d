//! What a template says, in either language: parameters, variables, functions, resources, modules, and expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Span;
use crate::value::Value;

/// An expression and where it was written.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: Kind,
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value as it stands: a text, a number, true, false, null.
    Value(Value),
    /// A text with parts that are worked out.
    Template(Vec<Part>),
    List(Vec<Item>),
    Object(Vec<Property>),
    /// A variable of Bicep, a resource's symbol, a lambda's argument.
    Name(Arc<str>),
    /// A function; its name in lower case.
    Call(Arc<str>, Vec<Expr>),
    /// `of.name`; with `true`, nothing where `of` is nothing (`of.?name`).
    Member(Box<Expr>, Arc<str>, bool),
    /// `of[at]`; with `true`, nothing where there is no such item.
    Index(Box<[Expr; 2]>, bool),
    If(Box<[Expr; 3]>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<[Expr; 2]>),
    Lambda(Vec<Arc<str>>, Box<Expr>),
    /// One value for each turn of a loop.
    For(Box<Loop>, Box<Expr>),
}

/// An operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Or,
    And,
    Coalesce,
    Equal,
    NotEqual,
    /// `=~`: equal in any letter case.
    Alike,
    NotAlike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum Part {
    Literal(Arc<str>),
    Value(Expr),
}

/// An item of a list: itself, or all of another list.
#[derive(Clone, Debug)]
pub enum Item {
    One(Expr),
    Spread(Expr),
}

/// An entry of an object, or all entries of another.
#[derive(Clone, Debug)]
pub enum Property {
    One(Expr, Expr),
    Spread(Expr),
}

/// A loop.
#[derive(Clone, Debug)]
pub struct Loop {
    pub over: Over,
    /// The names that hold within it for the item, if it is over items, and for the count of turns before this one.
    pub item: Option<Arc<str>>,
    pub index: Vec<Arc<str>>,
    /// Only items for which this holds.
    pub filter: Option<Expr>,
}

/// What a loop goes over.
#[derive(Clone, Debug)]
pub enum Over {
    Count(Expr),
    Items(Expr),
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    pub default: Option<Expr>,
    pub span: Span,
}

/// A function of the template's own.
#[derive(Clone, Debug)]
pub struct Function {
    pub params: Vec<Arc<str>>,
    pub body: Expr,
}

/// A resource, or a deployment within the deployment.
#[derive(Clone, Debug)]
pub struct Decl {
    /// Bicep's symbol, or that of a template in version 2.
    pub symbol: Option<Arc<str>>,
    /// Whether its address is made of its symbol: Bicep.
    pub by_symbol: bool,
    /// `Microsoft.Storage/storageAccounts`; of a resource within another, its full type.
    pub native_type: Arc<str>,
    /// Its name: its own segment where it stands within another, else all segments.
    pub name: Expr,
    /// Everything that is written of it.
    pub body: Expr,
    pub condition: Option<Expr>,
    pub each: Option<Loop>,
    /// It is there already and only referred to.
    pub existing: bool,
    /// The declaration that it stands within.
    pub within: Option<usize>,
    /// What names its parent, where that is written.
    pub parent: Option<Expr>,
    /// What is deployed, if this is a deployment.
    pub module: Option<Module>,
    pub head: Span,
    pub span: Span,
}

/// A deployment within the deployment.
#[derive(Clone, Debug)]
pub struct Module {
    pub source: Source,
    pub params: Vec<(Arc<str>, Expr)>,
    /// Whether its expressions are worked out where it is called from.
    pub outer: bool,
}

/// Where what is deployed stands.
#[derive(Clone, Debug)]
pub enum Source {
    /// Within the template.
    Inline(Arc<Program>),
    /// A file, relative to this one.
    File(Arc<str>),
    /// Somewhere that is not read: what was written.
    Away(Arc<str>),
}

/// A template.
#[derive(Clone, Debug)]
pub struct Program {
    /// All in lower case, as templates take either.
    pub params: BTreeMap<Arc<str>, Param>,
    pub variables: BTreeMap<Arc<str>, Expr>,
    pub functions: BTreeMap<Arc<str>, Function>,
    pub outputs: BTreeMap<Arc<str>, Expr>,
    pub resources: Vec<Decl>,
    pub symbols: BTreeMap<Arc<str>, usize>,
    /// What it is deployed to, if that is wider than a resource group: `subscription`, `managementGroup`, `tenant`.
    pub scope: Option<Arc<str>>,
    /// The template that it gives parameters to, if that is what it is for.
    pub using: Option<Arc<str>>,
    pub span: Span,
}

impl Program {
    /// One that says nothing yet.
    pub fn new(span: Span) -> Self {
        Self {
            params: BTreeMap::new(),
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            outputs: BTreeMap::new(),
            resources: Vec::new(),
            symbols: BTreeMap::new(),
            scope: None,
            using: None,
            span,
        }
    }
}

impl Expr {
    /// A text as it stands.
    pub fn text(text: &str, span: Span) -> Self {
        Self { kind: Kind::Value(Value::String(Arc::from(text))), span }
    }

    /// The text, if it is one as it stands.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The value under `key` of an object, in any letter case.
    pub fn get(&self, key: &str) -> Option<&Expr> {
        let Kind::Object(properties) = &self.kind else { return None };
        properties.iter().find_map(|property| match property {
            Property::One(name, value) => name.as_text().filter(|name| name.eq_ignore_ascii_case(key)).map(|_| value),
            Property::Spread(_) => None,
        })
    }
}
