//! `count` and `for_each`: how many instances there are, and one marked instance when that cannot be told.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::eval::wrong;
use super::graph::{Cx, Each, Expansion, Form, Instance, Key, Module, Universe, referring};
use super::ops;
use super::syntax::{Body, Expr};
use super::text::as_key;
use crate::source::{Note, NoteKind, Span};
use crate::value::{Node, Unknown, Value, Why, unknown_of};

/// How many instances one `count` or `for_each` may make.
pub(super) const MOST_EACH: usize = 1_000;
/// How many instances one unit may have.
const MOST_IN_UNIT: usize = 100_000;

/// One instance to be: its key, what `each` is in it, and why their number is unknown.
pub(super) type Made = (Key, Each, Option<Arc<Unknown>>);

impl Universe<'_> {
    /// The instances of a resource or data source; none while they are being worked out.
    pub fn expand(&self, module: &Module, at: usize) -> Option<Rc<Expansion<Instance>>> {
        if let Some(found) = module.resources.borrow().get(&at) {
            return found.clone();
        }
        let resource = module.config.resources.get(at)?;
        module.resources.borrow_mut().insert(at, None);
        let address = format!("{}{}", module.prefix, resource.address);
        let (form, made) = self.made(&resource.block.body, &address, &Cx::of(module));
        let items = made.into_iter().map(|(key, each, unknown)| {
            let instance = Instance {
                each,
                address: Arc::from(format!("{address}{}", key.suffix())),
                unknown,
                attributes: RefCell::default(),
            };
            (key, Rc::new(instance))
        });
        let expansion = Rc::new(Expansion { form, items: items.collect() });
        module.resources.borrow_mut().insert(at, Some(expansion.clone()));
        Some(expansion)
    }

    /// The instances that a block's `count` or `for_each` makes.
    pub fn made(&self, body: &Body, address: &str, cx: &Cx<'_>) -> (Form, Vec<Made>) {
        let (form, made) = match (body.value("count"), body.value("for_each")) {
            (Some(count), _) => self.counted(count, address, cx),
            (None, Some(each)) => self.for_each(each, address, cx),
            (None, None) => (Form::Single, vec![(Key::None, Each::None, None)]),
        };
        let total = self.instances.get() + made.len();
        self.instances.set(total);
        if total > MOST_IN_UNIT && made.len() > 1 {
            let at = body.value("count").or(body.value("for_each")).map(|expr| expr.span);
            return self.too_many("the number of instances in one root module", address, at);
        }
        (form, made)
    }

    fn too_many(&self, which: &str, address: &str, at: Option<Span>) -> (Form, Vec<Made>) {
        let message = format!("{which} is over its budget: `{address}` is read as one");
        let note = Note::new(NoteKind::PartLost, message);
        self.note(match at {
            Some(at) => note.in_file(self.tree.path(at.file)).at(at),
            None => note,
        });
        any_number(Unknown::new(Why::Budget(Arc::from(which))), address, &Node::at(Value::Null, at.unwrap_or(NOWHERE)))
    }

    fn counted(&self, count: &Expr, address: &str, cx: &Cx<'_>) -> (Form, Vec<Made>) {
        let node = match self.eval(count, cx) {
            Ok(node) => node,
            Err(reason) => wrong(reason, count.span),
        };
        let number = match ops::number(&node) {
            Ok(Some(number)) => number,
            Ok(None) => return any_number(unknown_of(&node).unwrap_or_else(Unknown::not_read), address, &node),
            Err(reason) => {
                let why = Why::Expression(Arc::from(format!("`count`: {reason}")));
                return any_number(Unknown::at(why, count.span), address, &node);
            }
        };
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        if number > MOST_EACH as f64 {
            return self.too_many("`count`", address, Some(count.span));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded, and below nought is nought"
        )]
        let number = number.max(0.0) as usize;
        let index = |at: usize| {
            #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
            let value = Value::Number(at as f64);
            Each::Count(Node { value, origins: node.origins.clone() })
        };
        (Form::Count, (0..number).map(|at| (Key::Number(at), index(at), None)).collect())
    }

    fn for_each(&self, each: &Expr, address: &str, cx: &Cx<'_>) -> (Form, Vec<Made>) {
        let node = match self.eval(each, cx) {
            Ok(node) => node,
            Err(reason) => wrong(reason, each.span),
        };
        let mut made: Vec<Made> = Vec::new();
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let span = entry.key_span.unwrap_or(each.span);
                    let key = Node {
                        value: Value::String(entry.key.clone()),
                        origins: super::graph::through(span, &node.origins),
                    };
                    made.push((Key::Text(entry.key.clone()), Each::For(Box::new((key, entry.value.clone()))), None));
                }
            }
            Value::List(items) => {
                for item in items {
                    match (as_key(item), unknown_of(item)) {
                        (Some(key), _) => {
                            made.push((Key::Text(key), Each::For(Box::new((item.clone(), item.clone()))), None))
                        }
                        (None, Some(unknown)) => made.extend(any_number(unknown, address, item).1),
                        (None, None) => {
                            let why = Why::Expression(Arc::from("`for_each` takes a map or a set of texts"));
                            return any_number(Unknown::at(why, each.span), address, item);
                        }
                    }
                }
            }
            _ => {
                let why = unknown_of(&node).unwrap_or_else(|| {
                    Unknown::at(Why::Expression(Arc::from("`for_each` takes a map or a set of texts")), each.span)
                });
                return any_number(why, address, &node);
            }
        }
        // a set has each key once, in order
        made.sort_by(|a, b| a.0.cmp(&b.0));
        made.dedup_by(|a, b| a.0 == b.0);
        if made.len() > MOST_EACH {
            return self.too_many("`for_each`", address, Some(each.span));
        }
        (Form::ForEach, made)
    }
}

/// A place for a note that has none.
const NOWHERE: Span = Span { file: crate::source::FileId(0), start: 0, end: 0 };

/// One instance that stands for any number, as `unknown` says; what it goes through is unknown too.
fn any_number(unknown: Arc<Unknown>, address: &str, over: &Node) -> (Form, Vec<Made>) {
    let why = Arc::new(Unknown {
        why: Why::instances(address, &unknown.why),
        at: over.origins.primary.or(unknown.at),
        refers: referring(&unknown, [over]).refers.clone(),
    });
    let each = Node { value: Value::Unknown(why), origins: over.origins.clone() };
    // one value serves as `count.index` too: it is the same unknown
    let made = (Key::None, Each::For(Box::new((each.clone(), each))), Some(unknown));
    (Form::Unknown, vec![made])
}
