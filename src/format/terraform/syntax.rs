//! Terraform's language as we evaluate it: one tree for `.tf`, `.tf.json` and `.tfvars`, a place on every node.

use std::sync::Arc;

use crate::source::Span;

/// An expression and its place.
#[derive(Debug)]
pub(super) struct Expr {
    /// What it says.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression says.
#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Arc<str>),
    /// A text with interpolations and directives.
    Template(Vec<Part>),
    List(Vec<Expr>),
    /// Keys and values in order.
    Object(Vec<(Expr, Expr)>),
    /// A bare name: `var`, `each`, a loop variable.
    Name(Arc<str>),
    /// `of` followed by at least one step.
    Traverse(Box<Expr>, Vec<Step>),
    /// `condition ? yes : no`.
    If(Box<[Expr; 3]>),
    Call(Box<Call>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<[Expr; 2]>),
    For(Box<For>),
}

/// A step of a traversal.
#[derive(Debug)]
pub(super) enum Step {
    /// `.name`
    Attr(Arc<str>),
    /// `[expression]`, or the legacy `.0`.
    Index(Expr),
    /// `.*`: the attribute steps that follow apply to each item.
    AttrSplat,
    /// `[*]`: all steps that follow apply to each item.
    FullSplat,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Part {
    Literal(Arc<str>),
    Value(Expr),
    If { condition: Expr, yes: Vec<Part>, no: Vec<Part> },
    For { key: Option<Arc<str>>, value: Arc<str>, of: Expr, body: Vec<Part> },
}

/// A function call.
#[derive(Debug)]
pub(super) struct Call {
    /// The name, with `::` between namespaces.
    pub name: Arc<str>,
    /// The arguments.
    pub args: Vec<Expr>,
    /// Whether the last argument is a list that stands for further arguments (`...`).
    pub expand: bool,
}

/// A `for` expression.
#[derive(Debug)]
pub(super) struct For {
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
    pub of: Expr,
    /// The key of the object form.
    pub key_expr: Option<Expr>,
    pub value_expr: Expr,
    pub grouping: bool,
    pub condition: Option<Expr>,
}

/// A binary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

/// The inside of a file or block.
#[derive(Default, Debug)]
pub(super) struct Body {
    pub attrs: Vec<Attr>,
    pub blocks: Vec<Nested>,
}

/// `name = value`.
#[derive(Debug)]
pub(super) struct Attr {
    pub name: Arc<str>,
    pub name_span: Span,
    pub value: Expr,
}

/// A block: `kind "label" { … }`.
#[derive(Debug)]
pub(super) struct Nested {
    pub kind: Arc<str>,
    pub labels: Vec<Arc<str>>,
    pub body: Body,
    /// The header.
    pub head: Span,
    /// From the header to the closing brace.
    pub span: Span,
}

impl Body {
    /// The attribute `name`.
    pub fn attr(&self, name: &str) -> Option<&Attr> {
        self.attrs.iter().find(|attr| &*attr.name == name)
    }

    /// The value of the attribute `name`.
    pub fn value(&self, name: &str) -> Option<&Expr> {
        self.attr(name).map(|attr| &attr.value)
    }

    /// The blocks of a kind.
    pub fn blocks_of<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Nested> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }

    /// Takes `other`'s attributes and blocks in place of those with the same name, as override files do.
    pub fn override_with(&mut self, other: Body) {
        for attr in other.attrs {
            self.attrs.retain(|old| old.name != attr.name);
            self.attrs.push(attr);
        }
        // a `dynamic "x"` block stands for blocks `x`
        let name = |block: &Nested| match (&*block.kind, block.labels.first()) {
            ("dynamic", Some(label)) => label.clone(),
            _ => block.kind.clone(),
        };
        self.blocks.retain(|old| !other.blocks.iter().any(|new| name(new) == name(old)));
        self.blocks.extend(other.blocks);
    }
}

impl Expr {
    /// The text, if the expression is one without interpolations.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names of a plain path such as `aws.west`; none for anything else.
    pub fn as_path(&self) -> Option<Vec<Arc<str>>> {
        match &self.kind {
            Kind::Name(name) => Some(vec![name.clone()]),
            // quoted references of old
            Kind::Text(text) => Some(text.split('.').map(Arc::from).collect()),
            Kind::Traverse(of, steps) => {
                let mut path = of.as_path()?;
                for step in steps {
                    match step {
                        Step::Attr(name) => path.push(name.clone()),
                        _ => return None,
                    }
                }
                Some(path)
            }
            _ => None,
        }
    }
}
