//! Expressions to values, for both languages. What cannot be told is a value, with its reason and what it refers to.

use std::sync::Arc;

use super::functions;
use super::ops;
use super::syntax::{Expr, Item, Kind, Loop, Op, Over, Part, Property};
use super::world::{Cx, Names, World, either, plain, through, wrong};
use crate::format::trace::collect_references;
use crate::source::Span;
use crate::value::{Entry, MAYBE, Node, Origins, TextPen, Unknown, Value, Why, equal, unknown_of};

/// How many turns a loop may take: Resource Manager takes 800.
pub const MOST_TURNS: usize = 5_000;
/// How long a text may become.
pub const LONGEST: usize = 1 << 20;

impl World<'_> {
    /// The value of an expression.
    pub fn eval(&self, expr: &Expr, cx: &Cx<'_>) -> Node {
        match &expr.kind {
            Kind::Value(value) => Node::at(value.clone(), expr.span),
            _ => self.deeper(expr.span, || self.composed(expr, cx)),
        }
    }

    fn composed(&self, expr: &Expr, cx: &Cx<'_>) -> Node {
        let span = expr.span;
        match &expr.kind {
            Kind::Value(value) => Node::at(value.clone(), span),
            Kind::Template(parts) => self.template(parts, span, cx),
            Kind::List(items) => self.list(items, span, cx),
            Kind::Object(properties) => self.object(properties, span, cx),
            Kind::Name(name) => self.name(name, span, cx),
            Kind::Call(name, args) => functions::call(self, name, args, span, cx),
            Kind::Member(..) | Kind::Index(..) => self.access(expr, cx),
            Kind::If(arms) => self.choice(arms, span, cx),
            Kind::Not(inner) => ops::not(&self.eval(inner, cx), span),
            Kind::Negate(inner) => ops::negate(&self.eval(inner, cx), span),
            Kind::Binary(op, sides) => self.binary(*op, sides, span, cx),
            Kind::Lambda(..) => wrong("a function stands where a value is wanted", span),
            Kind::For(each, body) => self.repeat(each, body, span, cx),
        }
    }

    /// A parameter, a variable, a resource, or what a loop or a lambda gave the name to.
    fn name(&self, name: &Arc<str>, span: Span, cx: &Cx<'_>) -> Node {
        if let Some(node) = cx.find(name) {
            return self.copy(node, span);
        }
        let lower = name.to_ascii_lowercase();
        if cx.at.program.variables.contains_key(lower.as_str()) {
            return self.variable(&lower, name, span, cx);
        }
        if cx.at.program.params.contains_key(lower.as_str()) {
            return self.parameter(&lower, name, span, cx);
        }
        match cx.at.program.symbols.get(name) {
            Some(decl) => self.resource_value(cx.at, *decl, None, "", span),
            None => wrong(format!("`{name}` is not declared"), span),
        }
    }

    /// A parameter's value: as it was given, else its default.
    pub fn parameter(&self, lower: &str, label: &str, span: Span, cx: &Cx<'_>) -> Node {
        let mut at = cx.at;
        while let Some(outer) = &at.outer {
            at = outer;
        }
        let Some(param) = at.program.params.get(lower) else {
            return wrong(format!("`{label}` is no parameter of the template"), span);
        };
        let node =
            self.once(at, format!("p:{lower}"), label, param.span, || match (at.given.get(lower), &param.default) {
                (Some(given), _) => given.clone(),
                (None, Some(default)) => {
                    let node = self.eval(default, &at.cx());
                    Node { origins: through(param.span, &node.origins), ..node }
                }
                (None, None) => {
                    let unknown = Unknown::at(Why::Variable(Arc::from(label)), param.span);
                    Node::at(Value::Unknown(unknown), param.span)
                }
            });
        self.copy(&node, span)
    }

    /// A variable's value.
    pub fn variable(&self, lower: &str, label: &str, span: Span, cx: &Cx<'_>) -> Node {
        let mut at = cx.at;
        while let Some(outer) = &at.outer {
            at = outer;
        }
        let Some(expr) = at.program.variables.get(lower) else {
            return wrong(format!("`{label}` is no variable of the template"), span);
        };
        let node = self.once(at, format!("v:{lower}"), label, expr.span, || self.eval(expr, &at.cx()));
        self.copy(&node, span)
    }

    fn template(&self, parts: &[Part], span: Span, cx: &Cx<'_>) -> Node {
        let mut pen = TextPen::default();
        let mut origins = Origins::at(span);
        for part in parts {
            match part {
                Part::Literal(text) => pen.known(text),
                Part::Value(expr) => {
                    let node = self.eval(expr, cx);
                    if node.origins.related.is_some() {
                        origins = through(span, &origins.and(&node.origins));
                    }
                    write(&mut pen, &node);
                }
            }
            if pen.len() > LONGEST {
                return self.over_budget("the length of a text", span);
            }
        }
        Node { value: pen.finish(), origins }
    }

    fn list(&self, items: &[Item], span: Span, cx: &Cx<'_>) -> Node {
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::One(expr) => made.push(self.eval(expr, cx)),
                Item::Spread(expr) => {
                    let node = self.eval(expr, cx);
                    match node.value {
                        Value::List(items) => made.extend(items),
                        Value::Null => {}
                        _ => return unknown_with(&node, &made, span),
                    }
                }
            }
        }
        Node::at(Value::List(made), span)
    }

    fn object(&self, properties: &[Property], span: Span, cx: &Cx<'_>) -> Node {
        let mut entries: Vec<Entry> = Vec::with_capacity(properties.len());
        for property in properties {
            match property {
                Property::One(key, value) => {
                    let name = match key.as_text() {
                        Some(text) => text.clone(),
                        None => {
                            let node = self.eval(key, cx);
                            match &node.value {
                                Value::String(text) => text.clone(),
                                _ => {
                                    let values: Vec<Node> = entries.into_iter().map(|entry| entry.value).collect();
                                    return unknown_with(&node, &values, span);
                                }
                            }
                        }
                    };
                    let value = self.eval(value, cx);
                    set(&mut entries, Entry { key: name, key_span: Some(key.span), value });
                }
                Property::Spread(expr) => {
                    let node = self.eval(expr, cx);
                    match node.value {
                        Value::Map(more) => more.into_iter().for_each(|entry| set(&mut entries, entry)),
                        Value::Null => {}
                        _ => {
                            let values: Vec<Node> = entries.into_iter().map(|entry| entry.value).collect();
                            return unknown_with(&node, &values, span);
                        }
                    }
                }
            }
        }
        Node::at(Value::Map(entries), span)
    }

    /// The arm that the condition chooses; where that cannot be told, what both have in common.
    pub fn choice(&self, arms: &[Expr; 3], span: Span, cx: &Cx<'_>) -> Node {
        let [condition, yes, no] = arms;
        let decided = self.eval(condition, cx);
        match ops::truth(&decided) {
            Some(true) => decided_by(self.eval(yes, cx), &decided),
            Some(false) => decided_by(self.eval(no, cx), &decided),
            None => {
                let (yes, no) = (self.eval(yes, cx), self.eval(no, cx));
                if equal(&yes, &no) == Some(true) && !matches!(yes.value, Value::Unknown(_)) {
                    return decided_by(yes, &decided);
                }
                let why = unknown_of(&decided).unwrap_or_else(|| {
                    Unknown::new(Why::Expression(Arc::from("the condition is neither true nor false")))
                });
                let value = Value::Unknown(either(&why, [&yes, &no]));
                Node { value, origins: through(span, &decided.origins) }
            }
        }
    }

    fn binary(&self, op: Op, sides: &[Expr; 2], span: Span, cx: &Cx<'_>) -> Node {
        let [left, right] = sides;
        let first = self.eval(left, cx);
        match op {
            Op::And | Op::Or => {
                let decisive = op == Op::Or;
                if ops::truth(&first) == Some(decisive) {
                    return Node { value: Value::Bool(decisive), origins: through(span, &first.origins) };
                }
                ops::combine(decisive, &[first, self.eval(right, cx)], span)
            }
            Op::Coalesce => match &first.value {
                Value::Null => self.eval(right, cx),
                Value::Unknown(unknown) if !unknown.is_reference() => {
                    let second = self.eval(right, cx);
                    let value = Value::Unknown(either(unknown, [&first, &second]));
                    Node { value, origins: through(span, &first.origins) }
                }
                _ => first,
            },
            _ => ops::binary(op, &first, &self.eval(right, cx), span),
        }
    }

    /// A list of one value for each turn. Where the turns cannot be counted, one value stands for any number.
    fn repeat(&self, each: &Loop, body: &Expr, span: Span, cx: &Cx<'_>) -> Node {
        let turns = match self.turns(each, cx) {
            Turns::Known(turns) => turns,
            Turns::Unknown(unknown, names) => {
                let inner = Names { list: &names, outer: cx.names };
                let mut one = self.eval(body, &Cx { names: Some(&inner), ..*cx });
                let maybe = Node::at(Value::Unknown(unknown.clone()), span);
                return match &mut one.value {
                    Value::Map(entries) => {
                        entries.push(Entry { key: Arc::from(MAYBE), key_span: None, value: maybe });
                        Node::at(Value::List(vec![one]), span)
                    }
                    _ => Node::at(Value::Unknown(either(&unknown, [&one, &one])), span),
                };
            }
        };
        let mut made = Vec::with_capacity(turns.len());
        for names in &turns {
            if self.spent() {
                return self.over_budget("the work for one template", span);
            }
            let inner = Names { list: names, outer: cx.names };
            let cx = Cx { names: Some(&inner), ..*cx };
            match each.filter.as_ref().map(|filter| ops::truth(&self.eval(filter, &cx))) {
                Some(Some(false)) => {}
                Some(None) => return wrong("which turns of the loop are taken cannot be told", span),
                _ => made.push(self.eval(body, &cx)),
            }
        }
        Node::at(Value::List(made), span)
    }

    /// The names that hold in each turn of a loop.
    pub fn turns(&self, each: &Loop, cx: &Cx<'_>) -> Turns {
        let (over, items) = match &each.over {
            Over::Count(expr) => (self.eval(expr, cx), None),
            Over::Items(expr) => {
                let node = self.eval(expr, cx);
                match &node.value {
                    Value::List(items) => (Node::at(Value::Number(items.len() as f64), expr.span), Some(items.clone())),
                    _ => (node, None),
                }
            }
        };
        let count = match &over.value {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the guard")]
            Value::Number(number) if *number >= 0.0 && *number <= MOST_TURNS as f64 => *number as usize,
            _ => {
                let why = match &over.value {
                    Value::Number(_) => Why::Budget(Arc::from("the number of turns of a loop")),
                    _ => match unknown_of(&over) {
                        Some(unknown) => Why::instances(written_loop(self, each), &unknown.why),
                        None => Why::Instances(Arc::from(written_loop(self, each)), None),
                    },
                };
                if let (Why::Budget(which), Some(at)) = (&why, over.origins.primary) {
                    let _ = self.over_budget(which, at);
                }
                let refers = unknown_of(&over).map_or_else(Vec::new, |unknown| unknown.refers.clone());
                let unknown = Arc::new(Unknown { why, at: over.origins.primary, refers });
                let one = Node { value: Value::Unknown(unknown.clone()), origins: over.origins.clone() };
                return Turns::Unknown(unknown, named(each, one.clone(), one));
            }
        };
        let at = over.origins.primary;
        let turn = |turn: usize| {
            let number = Value::Number(turn as f64);
            let index = Node { value: number, origins: at.map_or(Origins::NONE, Origins::at) };
            let item = items.as_ref().and_then(|items| items.get(turn).cloned()).unwrap_or_else(|| index.clone());
            named(each, index, item)
        };
        Turns::Known((0..count).map(turn).collect())
    }
}

/// What a loop comes to.
pub enum Turns {
    /// The names that hold in each turn.
    Known(Vec<Vec<(Arc<str>, Node)>>),
    /// Any number: why, and the names that hold in one that stands for all.
    Unknown(Arc<Unknown>, Vec<(Arc<str>, Node)>),
}

fn named(each: &Loop, index: Node, item: Node) -> Vec<(Arc<str>, Node)> {
    let mut names: Vec<(Arc<str>, Node)> = each.index.iter().map(|name| (name.clone(), index.clone())).collect();
    names.extend(each.item.iter().map(|name| (name.clone(), item.clone())));
    names
}

fn written_loop(world: &World<'_>, each: &Loop) -> String {
    let (Over::Count(expr) | Over::Items(expr)) = &each.over;
    super::world::written(world.tree, expr).to_owned()
}

/// Sets an entry; the last one written wins.
pub fn set(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|old| old.key == entry.key) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

/// Writes a value into a text.
pub fn write(pen: &mut TextPen, node: &Node) {
    match &node.value {
        Value::String(text) => pen.known(text),
        Value::Text(text) => pen.text(text),
        Value::Number(number) => pen.known(&number.to_string()),
        // as .NET writes them
        Value::Bool(flag) => pen.known(if *flag { "True" } else { "False" }),
        Value::Unknown(unknown) => pen.hole(unknown.clone()),
        Value::Null => {}
        Value::List(_) | Value::Map(_) => pen.json(node, functions::json::STYLE),
        Value::Redacted(_) => pen.hole(Unknown::new(Why::Expression(Arc::from("the value is redacted")))),
    }
}

/// Unknown as `node` is, and referring to what the others refer to.
fn unknown_with(node: &Node, others: &[Node], span: Span) -> Node {
    let Some(unknown) = unknown_of(node) else {
        return wrong("a value is not of the kind that is wanted here", span);
    };
    let mut refers = unknown.refers.clone();
    others.iter().for_each(|other| collect_references(other, &mut refers));
    let value = Value::Unknown(Arc::new(Unknown { refers, ..Unknown::clone(&plain(&unknown)) }));
    Node { value, origins: through(span, &node.origins) }
}

/// A value, and what decided that it is this one.
fn decided_by(node: Node, decided: &Node) -> Node {
    match (decided.origins.related(), node.origins.primary) {
        ([first, rest @ ..], Some(primary)) => {
            let from = Origins { primary: Some(*first), related: (!rest.is_empty()).then(|| rest.into()) };
            let origins = through(primary, &node.origins.and(&from));
            Node { origins, ..node }
        }
        _ => node,
    }
}
