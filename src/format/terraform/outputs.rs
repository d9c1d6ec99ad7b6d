//! Outputs of the modules that are called, of one instance or of all.

use std::rc::Rc;
use std::sync::Arc;

use super::graph::{Called, Cx, Eval, Expansion, Form, Key, Module, Universe, plain, referring};
use super::ops;
use super::refs::{entry, unseen};
use super::syntax::Step;
use super::text::as_key;
use super::walk::some_items;
use crate::source::Span;
use crate::value::{Entry, Node, Unknown, Value, Why, unknown_of};

impl Universe<'_> {
    /// `module.name` followed by `steps`.
    pub fn call_outputs(&self, name: &Arc<str>, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        if !cx.module.config.calls.contains_key(name) {
            return Ok(unseen(Why::NotSeen(Arc::from(format!("module.{name}"))), span));
        }
        let Some(called) = self.called(cx.module, name) else {
            let label = format!("{}module.{name}", cx.module.prefix);
            return Ok(Node::at(Value::Unknown(self.cycle(&label, span)), span));
        };
        let expansion = match &*called {
            Called::Missing(unknown) => return Ok(Node::at(Value::Unknown(unknown.clone()), span)),
            Called::Modules(expansion) => expansion,
        };
        match (expansion.form, steps.split_first()) {
            (Form::Single, _) => match expansion.items.first() {
                Some((_, module)) => self.outputs(module, steps, span, cx),
                None => Err("the module has no instance".into()),
            },
            (Form::Unknown, step) => {
                let Some((_, module)) = expansion.items.first() else {
                    return Err("the module has no instance".into());
                };
                self.uncertain.set(true);
                match step {
                    Some((Step::Index(_), rest)) => self.outputs(module, rest, span, cx),
                    _ => {
                        let rest = step.map_or(&[][..], |(_, rest)| rest);
                        let item = self.outputs(module, rest, span, cx)?;
                        let of = Arc::from(module.prefix.trim_end_matches('.'));
                        let unknown = Unknown::at(Why::Instances(of, None), span);
                        Ok(Node::at(Value::Unknown(some_items(&unknown, &item)), span))
                    }
                }
            }
            (_, Some((Step::Index(index), rest))) => {
                let index = self.eval(index, cx)?;
                self.pick_module(expansion, &index, rest, span, cx)
            }
            (Form::ForEach, Some((Step::Attr(key), rest))) => {
                self.pick_module(expansion, &Node::at(Value::String(key.clone()), span), rest, span, cx)
            }
            _ => {
                let mut all = Vec::new();
                for (key, module) in &expansion.items {
                    all.push((key, self.outputs(module, &[], span, cx)?));
                }
                let value = match expansion.form {
                    Form::ForEach => Value::Map(all.into_iter().map(|(key, node)| entry(key, node)).collect()),
                    _ => Value::List(all.into_iter().map(|(_, node)| node).collect()),
                };
                self.walk(&Node::at(value, span), steps, span, cx)
            }
        }
    }

    fn pick_module(&self, expansion: &Expansion<Module>, index: &Node, rest: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        if let Some(key) = as_key(index) {
            let found = expansion.items.iter().find(|(own, _)| match own {
                Key::Number(number) => number.to_string() == *key,
                Key::Text(text) => *text == key,
                Key::None => false,
            });
            return match found {
                Some((_, module)) => self.outputs(module, rest, span, cx),
                None => Err(format!("the module has no instance `{key}`").into()),
            };
        }
        let each = expansion.items.iter().filter_map(|(_, module)| self.outputs(module, rest, span, cx).ok());
        let each: Vec<Node> = each.collect();
        if let Some((first, others)) = each.split_first()
            && others.iter().all(|other| ops::same(first, other))
        {
            return Ok(first.clone());
        }
        let why =
            unknown_of(index).unwrap_or_else(|| Unknown::new(Why::Expression(Arc::from("the index is not known"))));
        Ok(Node::at(Value::Unknown(referring(&plain(&why), &each)), span))
    }

    /// The outputs of one instance of a module, followed by `steps`.
    fn outputs(&self, module: &Module, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let (name, rest) = match steps.split_first() {
            Some((Step::Attr(name), rest)) => (name, rest),
            _ => {
                let names = module.config.outputs.keys();
                let entries = names.map(|name| Entry {
                    key: name.clone(),
                    key_span: None,
                    value: self.copy(&self.output(module, name, span)),
                });
                let all = Node::at(Value::Map(entries.collect()), span);
                return self.walk(&all, steps, span, cx);
            }
        };
        if !module.config.outputs.contains_key(name) {
            return Err(format!("the module has no output `{name}`").into());
        }
        self.walk(&self.output(module, name, span), rest, span, cx)
    }

    fn output(&self, module: &Module, name: &Arc<str>, span: Span) -> Rc<Node> {
        let label = format!("{}output.", module.prefix);
        self.once(&module.outputs, name, &label, span, || {
            let value = module.config.outputs.get(name).and_then(|output| output.body.value("value"));
            match value {
                Some(expr) => self.settle(expr, &Cx::of(module)),
                None => unseen(Why::NotSeen(Arc::from(format!("output.{name}"))), span),
            }
        })
    }
}
