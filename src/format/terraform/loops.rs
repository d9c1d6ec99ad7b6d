//! `for` expressions and `dynamic` blocks: something once for each item.

use std::sync::Arc;

use super::eval::put;
use super::expand::MOST_EACH;
use super::graph::{Cx, Eval, Names, Universe, plain, referring};
use super::ops;
use super::syntax::{Expr, For, Kind, Nested};
use super::text::as_key;
use crate::source::Span;
use crate::value::{Entry, MAYBE, Node, Unknown, Value, Why, unknown_of};

impl Universe<'_> {
    /// Calls `each` with every item of `of` bound to `value` (and its index or key to `key`) until it returns false.
    pub fn each_item(
        &self,
        of: &Node,
        key: Option<&str>,
        value: &str,
        cx: &Cx<'_>,
        mut each: impl FnMut(&Cx<'_>) -> Eval<bool>,
    ) -> Eval<()> {
        let mut one = |key_node: Node, item: &Node| -> Eval<bool> {
            let keys = Names { name: key, value: &key_node, outer: cx.names };
            let outer = if key.is_some() { Some(&keys) } else { cx.names };
            let names = Names { name: Some(value), value: item, outer };
            each(&Cx { names: Some(&names), ..*cx })
        };
        match &of.value {
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    #[expect(clippy::cast_precision_loss, reason = "lists are not that long")]
                    let at = Node { value: Value::Number(at as f64), origins: item.origins.clone() };
                    if self.spent() || !one(at, item)? {
                        break;
                    }
                }
                Ok(())
            }
            Value::Map(entries) => {
                // Terraform goes through maps by key
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                for entry in sorted {
                    let key = Node { value: Value::String(entry.key.clone()), origins: entry.value.origins.clone() };
                    if self.spent() || !one(key, &entry.value)? {
                        break;
                    }
                }
                Ok(())
            }
            Value::Null => Err("null cannot be gone through".into()),
            _ => Err("a single value cannot be gone through".into()),
        }
    }

    /// A `for` expression.
    pub fn for_expr(&self, each: &For, span: Span, cx: &Cx<'_>) -> Eval {
        let of = self.eval(&each.of, cx)?;
        if let Some(unknown) = unknown_of(&of) {
            return self.for_unknown(each, &of, &unknown, span, cx);
        }
        let mut made = Made { unknown: None, items: Vec::new(), entries: Vec::new(), groups: each.grouping };
        self.each_item(&of, each.key.as_deref(), &each.value, cx, |cx| {
            let mut perhaps = None;
            if let Some(condition) = &each.condition {
                let node = self.eval(condition, cx)?;
                match ops::truth(&node)? {
                    Some(true) => {}
                    Some(false) => return Ok(true),
                    None => perhaps = Some(plain(&unknown_of(&node).unwrap_or_else(Unknown::not_read))),
                }
            }
            let mut value = self.for_part(&each.value_expr, cx)?;
            perhaps =
                perhaps.or_else(|| cx.find(&each.value).and_then(ops::any_number).map(|of| referring(of, [&value])));
            if let Some(unknown) = perhaps {
                // it may not be there at all
                value = Node { value: Value::Unknown(unknown), origins: value.origins };
            }
            match &each.key_expr {
                None => made.items.push(value),
                Some(key) => made.keyed(&self.eval(key, cx)?, key.span, value)?,
            }
            Ok(true)
        })?;
        if let Some(unknown) = made.unknown {
            return Ok(Node::at(Value::Unknown(unknown), span));
        }
        let value = if each.key_expr.is_some() { Value::Map(made.entries) } else { Value::List(made.items) };
        Ok(Node::at(value, span))
    }

    fn for_part(&self, expr: &Expr, cx: &Cx<'_>) -> Eval {
        if cx.strict { self.eval(expr, cx) } else { Ok(self.settle(expr, cx)) }
    }

    /// Over something unknown: the result is unknown and refers to what an item would.
    fn for_unknown(&self, each: &For, of: &Node, unknown: &Arc<Unknown>, span: Span, cx: &Cx<'_>) -> Eval {
        let key = Node { value: Value::Unknown(plain(unknown)), origins: of.origins.clone() };
        let keys = Names { name: each.key.as_deref(), value: &key, outer: cx.names };
        let outer = if each.key.is_some() { Some(&keys) } else { cx.names };
        let names = Names { name: Some(&each.value), value: of, outer };
        let item = self.settle(&each.value_expr, &Cx { names: Some(&names), strict: false, ..*cx });
        let whole = super::walk::some_items(&referring(unknown, [&item]), &item);
        Ok(Node { value: Value::Unknown(whole), origins: super::graph::through(span, &of.origins) })
    }

    /// The blocks that a `dynamic` block makes: their name and bodies.
    pub fn dynamic(&self, block: &Nested, cx: &Cx<'_>, out: &mut Vec<(Arc<str>, Node)>) {
        let Some(label) = block.labels.first() else { return };
        let (Some(each), Some(content)) = (block.body.value("for_each"), block.body.blocks_of("content").next()) else {
            return;
        };
        let iterator = match block.body.value("iterator").map(|expr| &expr.kind) {
            Some(Kind::Name(name) | Kind::Text(name)) => name.clone(),
            _ => label.clone(),
        };
        let over = self.settle(each, cx);
        let mut once = |key: Node, value: Node, maybe: bool| {
            let mark = maybe.then(|| value.clone());
            let item = Node::at(
                Value::Map(vec![
                    Entry { key: Arc::from("key"), key_span: None, value: key },
                    Entry { key: Arc::from("value"), key_span: None, value },
                ]),
                each.span,
            );
            let names = Names { name: Some(&iterator), value: &item, outer: cx.names };
            let mut body = self.body(&content.body, block.span, &Cx { names: Some(&names), ..*cx }, false);
            // there may be no such block at all
            if let (Some(mark), Value::Map(entries)) = (mark, &mut body.value) {
                entries.push(Entry { key: Arc::from(MAYBE), key_span: None, value: mark });
            }
            out.push((label.clone(), body));
        };
        match &over.value {
            Value::List(items) if items.len() <= MOST_EACH => {
                for (at, item) in items.iter().enumerate() {
                    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
                    let at = Node { value: Value::Number(at as f64), origins: item.origins.clone() };
                    // the key of a set's item is the item
                    let key = if as_key(item).is_some() { item.clone() } else { at };
                    once(key, item.clone(), ops::any_number(item).is_some());
                }
            }
            Value::Map(entries) if entries.len() <= MOST_EACH => {
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                for entry in sorted {
                    let key = Node { value: Value::String(entry.key.clone()), origins: entry.value.origins.clone() };
                    once(key, entry.value.clone(), false);
                }
            }
            Value::Null => {}
            _ => {
                let item = self.any_item(label, &over, each.span);
                once(item.clone(), item, true);
            }
        }
    }

    /// What stands for any number of items, as how many blocks there are cannot be told.
    fn any_item(&self, label: &str, over: &Node, span: Span) -> Node {
        let why = unknown_of(over).unwrap_or_else(|| {
            let node = self.over_budget("`for_each` of a dynamic block", span);
            unknown_of(&node).unwrap_or_else(Unknown::not_read)
        });
        let named = Why::instances(format!("dynamic \"{label}\""), &why.why);
        let unknown = Unknown { why: named, at: Some(span), refers: why.refers.clone() };
        Node { value: Value::Unknown(Arc::new(unknown)), origins: over.origins.clone() }
    }
}

/// What a `for` expression makes.
struct Made {
    unknown: Option<Arc<Unknown>>,
    items: Vec<Node>,
    entries: Vec<Entry>,
    groups: bool,
}

impl Made {
    fn keyed(&mut self, key: &Node, span: Span, value: Node) -> Eval<()> {
        let Some(name) = as_key(key) else {
            let Some(unknown) = unknown_of(key) else { return Err("a key must be a text".into()) };
            // one key unknown: which keys there are cannot be told
            let known = self.unknown.take().unwrap_or_else(|| plain(&unknown));
            self.unknown = Some(referring(&known, [&value]));
            return Ok(());
        };
        if !self.groups {
            put(&mut self.entries, name, span, value);
            return Ok(());
        }
        if let Some(Value::List(items)) =
            self.entries.iter_mut().find(|old| old.key == name).map(|entry| &mut entry.value.value)
        {
            items.push(value);
            return Ok(());
        }
        let place = value.origins.clone();
        put(&mut self.entries, name, span, Node { value: Value::List(vec![value]), origins: place });
        Ok(())
    }
}
