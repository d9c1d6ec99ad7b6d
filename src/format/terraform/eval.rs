//! Expressions to values. What cannot be told is a value; what Terraform would refuse is an error that `try` catches
//! and that otherwise makes the smallest part around it unknown.

use std::sync::Arc;

use super::graph::{Cx, Eval, Universe, plain, referring, through};
use super::ops;
use super::syntax::{Expr, Kind, Op, Part};
use super::text::{TextBuilder, as_key};
use crate::source::Span;
use crate::value::{Entry, Node, Origins, Unknown, Value, Why, unknown_of};

impl Universe<'_> {
    /// The value of an expression.
    pub fn eval(&self, expr: &Expr, cx: &Cx<'_>) -> Eval {
        match &expr.kind {
            Kind::Null => Ok(Node::at(Value::Null, expr.span)),
            Kind::Bool(flag) => Ok(Node::at(Value::Bool(*flag), expr.span)),
            Kind::Number(number) => Ok(Node::at(Value::Number(*number), expr.span)),
            Kind::Text(text) => Ok(Node::at(Value::String(text.clone()), expr.span)),
            _ => self.deeper(expr.span, || self.composed(expr, cx)),
        }
    }

    /// The value of an expression; unknown with the reason where it has none.
    pub fn settle(&self, expr: &Expr, cx: &Cx<'_>) -> Node {
        self.eval(expr, &Cx { strict: false, ..*cx }).unwrap_or_else(|reason| wrong(reason, expr.span))
    }

    /// The value of a part: its fault is the whole's within `try`, else it is unknown by itself.
    fn part(&self, expr: &Expr, cx: &Cx<'_>) -> Eval {
        match self.eval(expr, cx) {
            Err(reason) if !cx.strict => Ok(wrong(reason, expr.span)),
            result => result,
        }
    }

    fn composed(&self, expr: &Expr, cx: &Cx<'_>) -> Eval {
        match &expr.kind {
            Kind::Template(parts) => self.template(parts, expr.span, cx),
            Kind::List(items) => {
                let items = items.iter().map(|item| self.part(item, cx)).collect::<Eval<Vec<Node>>>()?;
                Ok(Node::at(Value::List(items), expr.span))
            }
            Kind::Object(pairs) => self.object(pairs, expr.span, cx),
            Kind::Name(name) => self.reference(name, &[], expr.span, cx),
            Kind::Traverse(of, steps) => match &of.kind {
                Kind::Name(name) => self.reference(name, steps, expr.span, cx),
                _ => {
                    let of = self.eval(of, cx)?;
                    let node = self.walk(&of, steps, expr.span, cx)?;
                    Ok(Node { origins: through(expr.span, &node.origins), ..node })
                }
            },
            Kind::If(arms) => self.choice(arms, expr.span, cx),
            Kind::Call(call) => self.call(call, expr.span, cx),
            Kind::Not(inner) => Ok(ops::not(&self.eval(inner, cx)?, expr.span)?),
            Kind::Negate(inner) => Ok(ops::negate(&self.eval(inner, cx)?, expr.span)?),
            Kind::Binary(op, sides) => self.binary(*op, sides, expr.span, cx),
            Kind::For(each) => self.for_expr(each, expr.span, cx),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => self.eval(expr, cx),
        }
    }

    fn object(&self, pairs: &[(Expr, Expr)], span: Span, cx: &Cx<'_>) -> Eval {
        let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
        let mut unknown_key: Option<Arc<Unknown>> = None;
        for (key, value) in pairs {
            let value = self.part(value, cx)?;
            let name = match &key.kind {
                Kind::Text(text) => text.clone(),
                _ => {
                    let node = self.part(key, cx)?;
                    match (as_key(&node), unknown_of(&node)) {
                        (Some(name), _) => name,
                        (None, Some(unknown)) => {
                            unknown_key = Some(referring(&unknown_key.unwrap_or_else(|| plain(&unknown)), [&value]));
                            continue;
                        }
                        (None, None) => return Err("a key must be a text".into()),
                    }
                }
            };
            put(&mut entries, name, key.span, value);
        }
        if let Some(unknown) = unknown_key {
            let values: Vec<&Node> = entries.iter().map(|entry| &entry.value).collect();
            return Ok(Node::at(Value::Unknown(referring(&unknown, values)), span));
        }
        Ok(Node::at(Value::Map(entries), span))
    }

    fn template(&self, parts: &[Part], span: Span, cx: &Cx<'_>) -> Eval {
        let mut builder = TextBuilder::default();
        let mut origins = Origins::at(span);
        self.parts(parts, &mut builder, &mut origins, span, cx)?;
        Ok(Node { value: builder.finish(), origins })
    }

    /// Writes a template's parts out.
    pub fn parts(
        &self,
        parts: &[Part],
        builder: &mut TextBuilder,
        origins: &mut Origins,
        span: Span,
        cx: &Cx<'_>,
    ) -> Eval<()> {
        for part in parts {
            if builder.over_budget() || self.spent() {
                return Ok(());
            }
            match part {
                Part::Literal(text) => builder.literal(text),
                Part::Value(expr) => {
                    let node = self.part(expr, cx)?;
                    if node.origins.related.is_some() || cx.bare {
                        *origins = through(span, &Origins::and(origins, &node.origins));
                    }
                    if let Err(reason) = builder.value(&node.value) {
                        if cx.strict {
                            return Err(reason.into());
                        }
                        builder.hole(Unknown::at(Why::Expression(Arc::from(reason)), expr.span));
                    }
                }
                Part::If { condition, yes, no } => {
                    let node = self.part(condition, cx)?;
                    match ops::truth(&node) {
                        Ok(Some(true)) => self.parts(yes, builder, origins, span, cx)?,
                        Ok(Some(false)) => self.parts(no, builder, origins, span, cx)?,
                        Ok(None) | Err(_) => builder.hole(unknown_of(&node).map_or_else(
                            || {
                                Unknown::at(
                                    Why::Expression(Arc::from("the condition is neither true nor false")),
                                    condition.span,
                                )
                            },
                            |unknown| plain(&unknown),
                        )),
                    }
                }
                Part::For { key, value, of, body } => {
                    let node = self.part(of, cx)?;
                    if let Some(unknown) = unknown_of(&node) {
                        builder.hole(unknown);
                        continue;
                    }
                    self.each_item(&node, key.as_deref(), value, cx, |cx| {
                        if let Some(unknown) = cx.find(value).and_then(ops::any_number) {
                            builder.hole(unknown.clone());
                            return Ok(true);
                        }
                        self.parts(body, builder, origins, span, cx).map(|()| true)
                    })?;
                }
            }
        }
        Ok(())
    }

    fn choice(&self, arms: &[Expr; 3], span: Span, cx: &Cx<'_>) -> Eval {
        let [condition, yes, no] = arms;
        let decided = self.eval(condition, cx)?;
        match ops::truth(&decided)? {
            Some(true) => self.eval(yes, cx).map(|node| decided_by(node, &decided)),
            Some(false) => self.eval(no, cx).map(|node| decided_by(node, &decided)),
            None => {
                // an arm that fails here may be the one that is not taken
                let (yes, no) = (self.settle(yes, cx), self.settle(no, cx));
                if ops::same(&yes, &no) && !matches!(yes.value, Value::Unknown(_)) {
                    return Ok(decided_by(yes, &decided));
                }
                let why = unknown_of(&decided)
                    .unwrap_or_else(|| Unknown::new(Why::Expression(Arc::from("the condition is not known"))));
                Ok(Node {
                    value: Value::Unknown(either(&plain(&why), &yes, &no)),
                    origins: through(span, &decided.origins),
                })
            }
        }
    }

    fn binary(&self, op: Op, sides: &[Expr; 2], span: Span, cx: &Cx<'_>) -> Eval {
        let [left, right] = sides;
        if let Op::And | Op::Or = op {
            let decisive = op == Op::Or;
            let left = self.eval(left, cx)?;
            let truth = ops::truth(&left)?;
            if truth == Some(decisive) {
                return Ok(Node { value: Value::Bool(decisive), origins: through(span, &left.origins) });
            }
            let right = match self.eval(right, cx) {
                // the fault may never be reached
                Err(reason) if truth.is_none() => wrong(reason, right.span),
                result => result?,
            };
            return ops::combine(decisive, &left, &right, span);
        }
        ops::binary(op, &self.eval(left, cx)?, &self.eval(right, cx)?, span)
    }
}

/// Sets `name`; the last one written wins.
pub(super) fn put(entries: &mut Vec<Entry>, name: Arc<str>, span: Span, value: Node) {
    let entry = Entry { key: name, key_span: Some(span), value };
    match entries.iter_mut().find(|old| old.key == entry.key) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

/// Unknown, as the expression has no value.
pub(super) fn wrong(reason: Box<str>, span: Span) -> Node {
    Node::at(Value::Unknown(Unknown::at(Why::Expression(Arc::from(reason)), span)), span)
}

/// A value, and what decided that it is this one.
fn decided_by(node: Node, decided: &Node) -> Node {
    // the condition's own place says nothing, what it came through does
    let from = Origins { primary: None, related: decided.origins.related.clone() };
    match (from.related(), node.origins.primary) {
        ([first, ..], Some(primary)) => {
            let rest = Origins { primary: Some(*first), related: from.related.clone() };
            let origins = through(primary, &node.origins.and(&rest));
            Node { origins, ..node }
        }
        _ => node,
    }
}

/// One of two values, and which cannot be told. It is no plain reference, which is never nothing
/// ([`crate::value::Known::exists`] stands on that): one of the two may be null.
pub(super) fn either(why: &Arc<Unknown>, yes: &Node, no: &Node) -> Arc<Unknown> {
    let decided = match &why.why {
        Why::Computed(name) | Why::NotSeen(name) => {
            let reason = Why::Expression(Arc::from(format!("it depends on `{name}`, which is not known")));
            Arc::new(Unknown { why: reason, ..Unknown::clone(why) })
        }
        _ => why.clone(),
    };
    referring(&plain(&decided), [yes, no])
}
