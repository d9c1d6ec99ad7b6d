//! Steps into values: attributes, indexes, splats; through what is unknown they keep what it refers to.

use std::sync::Arc;

use super::eval::either;
use super::graph::{Cx, Eval, Universe, referring};
use super::ops;
use super::syntax::Step;
use super::text::as_key;
use crate::source::Span;
use crate::value::{Node, Unknown, Value, Why, unknown_of};

/// How the fault begins that a map does not hold what was asked for.
pub(super) const NO_ATTRIBUTE: &str = "there is no attribute";
/// How many items are looked at when the index is unknown.
const CANDIDATES: usize = 64;

impl Universe<'_> {
    /// The value at `steps` from `node`, copied.
    pub fn walk(&self, node: &Node, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let Some((step, rest)) = steps.split_first() else { return Ok(self.copy(node)) };
        match step {
            Step::Attr(name) => self.enter(node, name, rest, span, cx),
            Step::Index(index) => {
                let index = self.eval(index, cx)?;
                self.index(node, &index, rest, span, cx)
            }
            Step::AttrSplat => {
                let attrs = rest.iter().take_while(|step| matches!(step, Step::Attr(_))).count();
                let (each, after) = rest.split_at_checked(attrs).unwrap_or((rest, &[]));
                let list = self.splat(node, each, span, cx)?;
                self.walk(&list, after, span, cx)
            }
            Step::FullSplat => self.splat(node, rest, span, cx),
        }
    }

    /// `.name`
    fn enter(&self, node: &Node, name: &Arc<str>, rest: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        match &node.value {
            Value::Map(_) => match node.get(name) {
                Some(value) => self.walk(value, rest, span, cx),
                None => Err(format!("{NO_ATTRIBUTE} `{name}`").into()),
            },
            Value::Unknown(unknown) => match self.whole(unknown) {
                Some(whole) => self.of_instance(&whole, name, rest, span, cx),
                None => Ok(node.clone()),
            },
            Value::Redacted(_) | Value::Text(_) => Ok(unknown_node(node)),
            Value::Null => Err(format!("null has no attribute `{name}`").into()),
            // a list of one block, as older modules read it
            Value::List(_) => Err(format!("a list has no attribute `{name}`").into()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(format!("a single value has no attribute `{name}`").into())
            }
        }
    }

    /// `[index]`
    fn index(&self, node: &Node, index: &Node, rest: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        if let Some(unknown) = unknown_of(index) {
            return self.some_item(node, &unknown, rest, span, cx);
        }
        match &node.value {
            Value::List(items) => {
                let at = ops::number(index)?.unwrap_or(-1.0);
                let length = items.len();
                // behind an item that stands for any number of them no place is certain
                let place = items.iter().position(|item| ops::any_number(item).is_some());
                #[expect(clippy::cast_precision_loss, reason = "lists are not that long")]
                if let Some(open) = place.filter(|open| at >= *open as f64).and_then(|open| items.get(open)) {
                    return self.walk(open, rest, span, cx);
                }
                let item = (at >= 0.0 && at.fract() == 0.0 && at < 1e9)
                    .then(|| {
                        #[expect(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "bounded by the guard"
                        )]
                        let at = at as usize;
                        items.get(at)
                    })
                    .flatten();
                match item {
                    Some(item) => self.walk(item, rest, span, cx),
                    None => Err(format!("there is no item {at} in a list of {length}").into()),
                }
            }
            Value::Null => Err("null has no items".into()),
            Value::Unknown(unknown) if self.whole(unknown).is_none() => Ok(node.clone()),
            _ => match as_key(index) {
                Some(name) => self.enter(node, &name, rest, span, cx),
                None => Err("an index must be a number or a text".into()),
            },
        }
    }

    /// An item of which only `why` it cannot be told which is known: the value when all items agree.
    fn some_item(&self, node: &Node, why: &Arc<Unknown>, rest: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let items: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().take(CANDIDATES + 1).collect(),
            Value::Map(entries) => entries.iter().map(|entry| &entry.value).take(CANDIDATES + 1).collect(),
            Value::Unknown(_) => return Ok(node.clone()),
            _ => Vec::new(),
        };
        let found: Vec<Node> = items.iter().filter_map(|item| self.walk(item, rest, span, cx).ok()).collect();
        let whole = found.len() == items.len() && items.len() <= CANDIDATES;
        if let (true, Some((first, others))) = (whole, found.split_first())
            && others.iter().all(|other| ops::same(first, other))
        {
            return Ok(first.clone());
        }
        let nothing = Node { value: Value::Null, origins: node.origins.clone() };
        let unknown = referring(&either(why, &nothing, &nothing), &found);
        Ok(Node { value: Value::Unknown(unknown), origins: nothing.origins })
    }

    /// `[*]` and `.*`: the steps applied to each item.
    fn splat(&self, node: &Node, each: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        match &node.value {
            Value::List(items) => {
                let one = |item: &Node| {
                    let found = self.walk(item, each, span, cx)?;
                    Ok(match ops::any_number(item) {
                        Some(unknown) => {
                            Node { value: Value::Unknown(some_items(unknown, &found)), origins: found.origins }
                        }
                        None => found,
                    })
                };
                let items = items.iter().map(one).collect::<Eval<Vec<Node>>>()?;
                Ok(Node { value: Value::List(items), origins: node.origins.clone() })
            }
            Value::Null => Ok(Node { value: Value::List(Vec::new()), origins: node.origins.clone() }),
            Value::Unknown(unknown) => {
                let item = self.walk(node, each, span, cx)?;
                Ok(Node { value: Value::Unknown(some_items(unknown, &item)), origins: node.origins.clone() })
            }
            _ => {
                let item = self.walk(node, each, span, cx)?;
                Ok(Node { value: Value::List(vec![item]), origins: node.origins.clone() })
            }
        }
    }
}

/// A list of any number of items such as `item`. It refers to what they refer to, and says that there may be none.
pub(super) fn some_items(unknown: &Arc<Unknown>, item: &Node) -> Arc<Unknown> {
    let refers = referring(unknown, [item]);
    match (&unknown.why, refers.refers.first()) {
        (Why::Computed(_) | Why::NotSeen(_), Some(first)) => {
            Arc::new(Unknown { why: Why::instances(first.address.clone(), &unknown.why), ..Unknown::clone(&refers) })
        }
        _ => refers,
    }
}

fn unknown_node(node: &Node) -> Node {
    match unknown_of(node) {
        Some(unknown) => Node { value: Value::Unknown(unknown), origins: node.origins.clone() },
        None => node.clone(),
    }
}
