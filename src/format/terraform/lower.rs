//! From `hcl-edit`'s tree to ours: places shifted to the file, strip markers resolved, parentheses gone.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{self as hcl, Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure;
use hcl_edit::template::{self, Directive, Element, Strip};

use super::syntax::{Attr, Body, Call, Expr, For, Kind, Nested, Op, Part, Step};
use crate::source::{FileId, Span};

/// Where the parsed text stands in its file.
#[derive(Clone, Copy)]
pub(super) struct Lower {
    /// The file.
    pub file: FileId,
    /// Added to every offset.
    pub shift: usize,
    /// One place for everything: a text with escapes, whose offsets do not follow the file's.
    pub whole: Option<Span>,
}

impl Lower {
    fn span(self, range: Option<Range<usize>>) -> Span {
        match (self.whole, range) {
            (Some(span), _) => span,
            (None, Some(range)) => Span::new(self.file, range.start + self.shift..range.end + self.shift),
            (None, None) => Span::new(self.file, self.shift..self.shift),
        }
    }

    /// A file's or block's inside.
    pub fn body(self, body: &structure::Body) -> Body {
        let mut out = Body::default();
        for item in body {
            match item {
                structure::Structure::Attribute(attr) => out.attrs.push(Attr {
                    name: Arc::from(attr.key.as_str()),
                    name_span: self.span(attr.key.span()),
                    value: self.expr(&attr.value),
                }),
                structure::Structure::Block(block) => out.blocks.push(self.block(block)),
            }
        }
        out
    }

    fn block(self, block: &structure::Block) -> Nested {
        let start = self.span(block.ident.span());
        let head = block.labels.iter().fold(start, |head, label| {
            head.to(self.span(match label {
                structure::BlockLabel::Ident(label) => label.span(),
                structure::BlockLabel::String(label) => label.span(),
            }))
        });
        Nested {
            kind: Arc::from(block.ident.as_str()),
            labels: block.labels.iter().map(|label| Arc::from(label.as_str())).collect(),
            body: self.body(&block.body),
            head,
            span: block.span().map_or(head, |range| self.span(Some(range))),
        }
    }

    /// An expression.
    pub fn expr(self, expr: &Expression) -> Expr {
        let span = self.span(expr.span());
        let kind = match expr {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(flag) => Kind::Bool(*flag.value()),
            Expression::Number(number) => Kind::Number(number.value().as_f64().unwrap_or(f64::NAN)),
            Expression::String(text) => Kind::Text(Arc::from(text.as_str())),
            Expression::Array(items) => Kind::List(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => {
                Kind::Object(object.iter().map(|(key, value)| (self.key(key), self.expr(value.expr()))).collect())
            }
            Expression::StringTemplate(template) => return self.quoted(template, span),
            Expression::HeredocTemplate(heredoc) => return self.heredoc(heredoc, span),
            Expression::Parenthesis(inner) => return Expr { span, ..self.expr(inner.inner()) },
            Expression::Variable(name) => Kind::Name(Arc::from(name.as_str())),
            Expression::Conditional(choice) => Kind::If(Box::new([
                self.expr(&choice.cond_expr),
                self.expr(&choice.true_expr),
                self.expr(&choice.false_expr),
            ])),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(unary) => {
                let inner = Box::new(self.expr(&unary.expr));
                match unary.operator.value() {
                    hcl::UnaryOperator::Not => Kind::Not(inner),
                    hcl::UnaryOperator::Neg => Kind::Negate(inner),
                }
            }
            Expression::BinaryOp(binary) => Kind::Binary(
                operator(*binary.operator.value()),
                Box::new([self.expr(&binary.lhs_expr), self.expr(&binary.rhs_expr)]),
            ),
            Expression::ForExpr(each) => self.for_expr(each),
        };
        Expr { kind, span }
    }

    fn key(self, key: &ObjectKey) -> Expr {
        match key {
            ObjectKey::Ident(name) => Expr { kind: Kind::Text(Arc::from(name.as_str())), span: self.span(name.span()) },
            ObjectKey::Expression(expr) => {
                let mut key = self.expr(expr);
                // a bare name is the key itself; `(name)` is the variable
                if let (Expression::Variable(_), Kind::Name(name)) = (expr, &key.kind) {
                    key.kind = Kind::Text(name.clone());
                }
                key
            }
        }
    }

    fn call(self, call: &hcl::FuncCall) -> Kind {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        Kind::Call(Box::new(Call {
            name: Arc::from(name),
            args: call.args.iter().map(|arg| self.expr(arg)).collect(),
            expand: call.args.expand_final(),
        }))
    }

    fn traversal(self, traversal: &hcl::Traversal) -> Kind {
        let steps = traversal.operators.iter().map(|operator| match operator.value() {
            TraversalOperator::AttrSplat(_) => Step::AttrSplat,
            TraversalOperator::FullSplat(_) => Step::FullSplat,
            TraversalOperator::GetAttr(name) => Step::Attr(Arc::from(name.as_str())),
            TraversalOperator::Index(index) => Step::Index(self.expr(index)),
            #[expect(clippy::cast_precision_loss, reason = "an index that large has no item")]
            TraversalOperator::LegacyIndex(index) => {
                Step::Index(Expr { kind: Kind::Number(*index.value() as f64), span: self.span(operator.span()) })
            }
        });
        Kind::Traverse(Box::new(self.expr(&traversal.expr)), steps.collect())
    }

    fn for_expr(self, each: &hcl::ForExpr) -> Kind {
        Kind::For(Box::new(For {
            key: each.intro.key_var.as_ref().map(|name| Arc::from(name.as_str())),
            value: Arc::from(each.intro.value_var.as_str()),
            of: self.expr(&each.intro.collection_expr),
            key_expr: each.key_expr.as_ref().map(|key| self.expr(key)),
            value_expr: self.expr(&each.value_expr),
            grouping: each.grouping,
            condition: each.cond.as_ref().map(|condition| self.expr(&condition.expr)),
        }))
    }

    /// A quoted template; one that is a single interpolation is that value itself, whatever its type.
    fn quoted(self, template: &template::StringTemplate, span: Span) -> Expr {
        let mut elements = template.iter();
        if let (Some(Element::Interpolation(only)), None) = (elements.next(), elements.next()) {
            return Expr { span, ..self.expr(&only.expr) };
        }
        Expr { kind: literal_or_template(self.elements(template.iter())), span }
    }

    /// A heredoc. One that stands in the source letter by letter has the place of its text, so that what is written in it (a
    /// policy's statement) can be pointed at.
    fn heredoc(self, heredoc: &template::HeredocTemplate, span: Span) -> Expr {
        let kind = literal_or_template(self.elements(heredoc.template.iter()));
        let mut elements = heredoc.template.iter();
        let inner = match (elements.next(), elements.next(), &kind) {
            (Some(Element::Literal(only)), None, Kind::Text(text)) => Some(self.span(only.span()))
                .filter(|inner| inner.range().len() == text.len() && inner.start > span.start),
            _ => None,
        };
        Expr { kind, span: inner.unwrap_or(span) }
    }

    /// A template's parts, with the blanks gone that strip markers take.
    pub fn elements<'t>(self, elements: impl Iterator<Item = &'t Element>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut trim_next = false;
        for element in elements {
            let (before, after) = match element {
                Element::Literal(_) => (false, false),
                Element::Interpolation(value) => sides(value.strip),
                Element::Directive(directive) => match &**directive {
                    Directive::If(choice) => (sides(choice.if_expr.strip).0, sides(choice.endif_expr.strip).1),
                    Directive::For(each) => (sides(each.for_expr.strip).0, sides(each.endfor_expr.strip).1),
                },
            };
            if before {
                trim_end(&mut parts);
            }
            match element {
                Element::Literal(text) => {
                    let text = if trim_next { strip_start(text) } else { text.as_str() };
                    if !text.is_empty() {
                        parts.push(Part::Literal(Arc::from(text)));
                    }
                }
                Element::Interpolation(value) => parts.push(Part::Value(self.expr(&value.expr))),
                Element::Directive(directive) => parts.push(self.directive(directive)),
            }
            trim_next = after;
        }
        parts
    }

    fn directive(self, directive: &Directive) -> Part {
        match directive {
            Directive::If(choice) => {
                let (_, open) = sides(choice.if_expr.strip);
                let (close, _) = sides(choice.endif_expr.strip);
                let (before_else, after_else) =
                    choice.else_expr.as_ref().map_or((close, false), |other| sides(other.strip));
                Part::If {
                    condition: self.expr(&choice.if_expr.cond_expr),
                    yes: self.inside(&choice.if_expr.template, open, before_else),
                    no: choice
                        .else_expr
                        .as_ref()
                        .map(|other| self.inside(&other.template, after_else, close))
                        .unwrap_or_default(),
                }
            }
            Directive::For(each) => Part::For {
                key: each.for_expr.key_var.as_ref().map(|name| Arc::from(name.as_str())),
                value: Arc::from(each.for_expr.value_var.as_str()),
                of: self.expr(&each.for_expr.collection_expr),
                body: self.inside(
                    &each.for_expr.template,
                    sides(each.for_expr.strip).1,
                    sides(each.endfor_expr.strip).0,
                ),
            },
        }
    }

    /// The inside of a directive, trimmed at its ends when the markers say so.
    fn inside(self, template: &template::Template, trim_first: bool, trim_last: bool) -> Vec<Part> {
        let mut parts = self.elements(template.iter());
        if trim_first && let Some(Part::Literal(text)) = parts.first_mut() {
            *text = Arc::from(strip_start(text));
        }
        if trim_last {
            trim_end(&mut parts);
        }
        parts
    }
}

/// Whether blanks go before and after.
fn sides(strip: Strip) -> (bool, bool) {
    match strip {
        Strip::None => (false, false),
        Strip::Start => (true, false),
        Strip::End => (false, true),
        Strip::Both => (true, true),
    }
}

/// Without the blanks at its start.
fn strip_start(text: &str) -> &str {
    text.trim_start()
}

fn trim_end(parts: &mut [Part]) {
    if let Some(Part::Literal(text)) = parts.last_mut() {
        *text = Arc::from(text.trim_end());
    }
}

/// A template without interpolations is a text.
fn literal_or_template(parts: Vec<Part>) -> Kind {
    match parts.as_slice() {
        [] => Kind::Text(Arc::from("")),
        [Part::Literal(text)] => Kind::Text(text.clone()),
        _ => Kind::Template(parts),
    }
}

fn operator(operator: hcl::BinaryOperator) -> Op {
    match operator {
        hcl::BinaryOperator::Eq => Op::Equal,
        hcl::BinaryOperator::NotEq => Op::NotEqual,
        hcl::BinaryOperator::LessEq => Op::LessOrEqual,
        hcl::BinaryOperator::GreaterEq => Op::GreaterOrEqual,
        hcl::BinaryOperator::Less => Op::Less,
        hcl::BinaryOperator::Greater => Op::Greater,
        hcl::BinaryOperator::Plus => Op::Plus,
        hcl::BinaryOperator::Minus => Op::Minus,
        hcl::BinaryOperator::Mul => Op::Times,
        hcl::BinaryOperator::Div => Op::Divide,
        hcl::BinaryOperator::Mod => Op::Modulo,
        hcl::BinaryOperator::And => Op::And,
        hcl::BinaryOperator::Or => Op::Or,
    }
}
