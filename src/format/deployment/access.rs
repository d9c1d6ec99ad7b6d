//! `of.name` and `of[at]`: into values, and into resources and what deployments give out.

use std::sync::Arc;

use super::ops::part_of;
use super::syntax::{Expr, Kind, Property};
use super::world::{Cx, Deployment, Names, World, either, through, wrong};
use crate::source::Span;
use crate::value::{Node, Value, unknown_of};

/// One step into a value.
enum Step<'e> {
    Name(&'e Arc<str>, bool),
    At(&'e Expr, bool),
}

impl World<'_> {
    /// The value of a chain of steps.
    pub fn access(&self, expr: &Expr, cx: &Cx<'_>) -> Node {
        let mut steps = Vec::new();
        let mut base = expr;
        loop {
            match &base.kind {
                Kind::Member(of, name, safe) => {
                    steps.push(Step::Name(name, *safe));
                    base = of;
                }
                Kind::Index(pair, safe) => {
                    let [of, at] = &**pair;
                    steps.push(Step::At(at, *safe));
                    base = of;
                }
                _ => break,
            }
        }
        steps.reverse();
        if let Some(node) = self.of_symbol(base, &steps, expr.span, cx) {
            return node;
        }
        let node = self.eval(base, cx);
        self.along(node, &steps, expr.span, cx)
    }

    fn along(&self, mut node: Node, steps: &[Step<'_>], span: Span, cx: &Cx<'_>) -> Node {
        for step in steps {
            node = self.step(node, step, span, cx);
        }
        Node { origins: through(span, &node.origins), ..node }
    }

    fn step(&self, node: Node, step: &Step<'_>, span: Span, cx: &Cx<'_>) -> Node {
        match step {
            Step::Name(name, safe) => member(node, name, *safe, span),
            Step::At(at, safe) => {
                let at = self.eval(at, cx);
                match (&node.value, &at.value) {
                    (_, Value::String(name)) => member(node, name, *safe, span),
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the guard")]
                    (Value::List(items), Value::Number(number)) if *number >= 0.0 && *number < 1e9 => {
                        match items.get(*number as usize) {
                            Some(item) => item.clone(),
                            None if *safe => Node::at(Value::Null, span),
                            None => wrong(format!("there is no item {number}"), span),
                        }
                    }
                    (Value::Null, _) if *safe => node,
                    (Value::Unknown(_), _) => node,
                    _ => match unknown_of(&at).or_else(|| unknown_of(&node)) {
                        Some(unknown) => {
                            Node { value: Value::Unknown(either(&unknown, [&node, &node])), origins: node.origins }
                        }
                        None => wrong("nothing can be taken out of this value", span),
                    },
                }
            }
        }
    }

    /// A chain that begins at a resource, or at a deployment within this one.
    fn of_symbol(&self, base: &Expr, steps: &[Step<'_>], span: Span, cx: &Cx<'_>) -> Option<Node> {
        let program = &cx.at.program;
        let (decl, mut instance) = match &base.kind {
            Kind::Name(name) if cx.find(name).is_none() => (*program.symbols.get(name)?, None),
            Kind::Call(name, args) if &**name == "reference" || &**name == "resourceinfo" => {
                self.named_here(args.first()?, cx)?
            }
            _ => return None,
        };
        let found = program.resources.get(decl)?;
        let mut rest = steps;
        let looped = self.is_looped(cx.at, decl);
        if !looped {
            instance = Some(0);
        } else if let (None, [Step::At(at, _), tail @ ..]) = (instance, steps) {
            rest = tail;
            if let Value::Number(number) = self.eval(at, cx).value {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floats saturate")]
                let number = number as usize;
                instance = Some(number);
            }
        }
        let by_symbol = matches!(base.kind, Kind::Name(_)) || &*super::functions::name_of(base) == "resourceinfo";
        match rest {
            [Step::Name(outputs, _), Step::Name(output, _), tail @ ..]
                if found.module.is_some() && &***outputs == "outputs" =>
            {
                let node = self.output(cx.at, decl, instance, output, span);
                // in JSON an output is an object with a value
                let tail = match tail {
                    [Step::Name(value, _), tail @ ..] if !by_symbol && &***value == "value" => tail,
                    tail => tail,
                };
                Some(self.along(node, tail, span, cx))
            }
            _ if by_symbol => Some(self.of_resource(cx, decl, instance, rest, span)),
            _ => None,
        }
    }

    /// A part of a resource: as it is written, else what only the cloud knows of it.
    fn of_resource(&self, cx: &Cx<'_>, decl: usize, instance: Option<usize>, steps: &[Step<'_>], span: Span) -> Node {
        let at = cx.at;
        let names: Vec<&str> = steps
            .iter()
            .map_while(|step| match step {
                Step::Name(name, _) => Some(&***name),
                Step::At(..) => None,
            })
            .collect();
        let from_cloud = |taken: usize, cx: &Cx<'_>| {
            let attribute = names.get(..taken).unwrap_or(&names).join(".");
            let node = self.resource_value(at, decl, instance, &attribute, span);
            self.along(node, steps.get(taken..).unwrap_or(&[]), span, cx)
        };
        let (Some(found), Some(first)) = (at.program.resources.get(decl), names.first()) else {
            return from_cloud(0, cx);
        };
        match *first {
            "name" => return self.own_name(at, decl, instance, span),
            "type" => return Node::at(Value::String(found.native_type.clone()), span),
            "id" => return from_cloud(1, cx),
            _ => {}
        }
        let mut here = &found.body;
        let mut taken = 0;
        while let Some(next) = names.get(taken).and_then(|name| here.get(name)) {
            here = next;
            taken += 1;
        }
        // what is written as an object may still have members that only the cloud adds
        let whole = taken == steps.len();
        if taken == 0 || !whole && matches!(&here.kind, Kind::Object(entries) if !spreads(entries)) {
            return from_cloud(names.len(), cx);
        }
        let node = self.in_instance(at, decl, instance, |cx| self.eval(here, cx));
        self.along(node, steps.get(taken..).unwrap_or(&[]), span, cx)
    }

    /// Runs `inner` where the names of an instance hold; of an unknown one, those of the first.
    pub fn in_instance<T>(
        &self,
        at: &Deployment,
        decl: usize,
        instance: Option<usize>,
        inner: impl FnOnce(&Cx<'_>) -> T,
    ) -> T {
        let instances = self.instances(at, decl);
        let list = instances.get(instance.unwrap_or(0)).map_or(&[][..], |found| &found.names);
        let names = Names { list, outer: None };
        inner(&Cx { at, names: Some(&names) })
    }
}

fn spreads(entries: &[Property]) -> bool {
    entries.iter().any(|entry| matches!(entry, Property::Spread(_)))
}

/// `node.name`, in any letter case.
fn member(node: Node, name: &str, safe: bool, span: Span) -> Node {
    match &node.value {
        Value::Map(entries) => match entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name)) {
            Some(entry) => entry.value.clone(),
            None if safe => Node::at(Value::Null, span),
            None => wrong(format!("there is no `{name}` in this value"), span),
        },
        Value::Null if safe => node,
        Value::Unknown(unknown) => Node { value: Value::Unknown(part_of(unknown, name)), origins: node.origins },
        _ => match unknown_of(&node) {
            Some(unknown) => Node { value: Value::Unknown(unknown), origins: node.origins },
            None => wrong(format!("there is no `{name}` in this value"), span),
        },
    }
}
