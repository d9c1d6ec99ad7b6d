//! Functions of lists and objects.

use std::sync::Arc;

use super::index;
use crate::format::deployment::eval::set;
use crate::format::deployment::ops;
use crate::format::deployment::world::plain;
use crate::source::Span;
use crate::value::{Entry, Node, Unknown, Value, Why, equal, unknown_of};

/// How many items a list may be made of.
const LONGEST: usize = 10_000;

/// Each function gives none where the name is not its own, or where it does not take such arguments.
pub(super) fn call(name: &str, args: &[Node], span: Span) -> Option<Node> {
    [join, measure, pick, count, take_apart].into_iter().find_map(|group| group(name, args, span))
}

/// Lists and objects made of others.
fn join(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    match (name, args) {
        ("createarray", _) => Some(Node::at(Value::List(args.to_vec()), span)),
        ("array", [one]) => match one.value {
            Value::List(_) | Value::Unknown(_) => Some(one.clone()),
            _ => Some(Node::at(Value::List(vec![one.clone()]), span)),
        },
        ("createobject", _) => create_object(args, span),
        ("concat", _) => {
            let mut all = Vec::new();
            for arg in args {
                match &arg.value {
                    Value::List(items) => all.extend(items.iter().cloned()),
                    _ => all.push(any_number(arg)?),
                }
            }
            done(Value::List(all))
        }
        ("union" | "shallowmerge", _) => union(args, span),
        ("intersection", [first, rest @ ..]) => match &first.value {
            Value::List(items) => {
                let holds = |list: &Node, item: &Node| match &list.value {
                    Value::List(items) => items.iter().any(|other| equal(other, item) == Some(true)),
                    _ => false,
                };
                if args.iter().any(|arg| !matches!(arg.value, Value::List(_))) {
                    return None;
                }
                done(Value::List(
                    items.iter().filter(|item| rest.iter().all(|list| holds(list, item))).cloned().collect(),
                ))
            }
            _ => None,
        },
        ("flatten", [one]) => {
            let Value::List(items) = &one.value else { return None };
            let mut all = Vec::new();
            for item in items {
                match &item.value {
                    Value::List(inner) => all.extend(inner.iter().cloned()),
                    _ => all.push(any_number(item)?),
                }
            }
            done(Value::List(all))
        }
        _ => None,
    }
}

/// What is said of a list, an object or a text.
fn measure(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    match (name, args) {
        ("contains", [of, one]) => contains(of, one, span),
        ("empty", [one]) => match &one.value {
            Value::Null => done(Value::Bool(true)),
            Value::String(text) => done(Value::Bool(text.is_empty())),
            Value::Text(text) => {
                let known = text.pieces().iter().any(|piece| matches!(piece, crate::value::Piece::Known(_)));
                if known { done(Value::Bool(false)) } else { None }
            }
            Value::List(items) if items.iter().all(|item| item.maybe().is_none()) => {
                done(Value::Bool(items.is_empty()))
            }
            Value::Map(entries) => done(Value::Bool(entries.is_empty())),
            // a reference is never nothing
            Value::Unknown(unknown) if unknown.is_reference() => done(Value::Bool(false)),
            _ => None,
        },
        ("length", [one]) => match &one.value {
            Value::String(text) => done(Value::Number(text.chars().count() as f64)),
            Value::List(items) if items.iter().all(|item| item.maybe().is_none()) => {
                done(Value::Number(items.len() as f64))
            }
            Value::Map(entries) => done(Value::Number(entries.len() as f64)),
            _ => None,
        },
        _ => None,
    }
}

/// A part of a list or a text.
fn pick(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    match (name, args) {
        ("first", [one]) => match &one.value {
            Value::List(items) => Some(items.first().cloned().unwrap_or_else(|| Node::at(Value::Null, span))),
            Value::String(text) => done(Value::String(text.chars().take(1).collect::<String>().into())),
            _ => None,
        },
        ("last", [one]) => match &one.value {
            Value::List(items) => Some(items.last().cloned().unwrap_or_else(|| Node::at(Value::Null, span))),
            Value::String(text) => {
                done(Value::String(text.chars().last().map(String::from).unwrap_or_default().into()))
            }
            _ => None,
        },
        ("take", [one, count]) => match &one.value {
            Value::List(items) => done(Value::List(items.iter().take(index(count)?).cloned().collect())),
            Value::String(text) => done(Value::String(text.chars().take(index(count)?).collect::<String>().into())),
            // where the beginning lies before any hole
            Value::Text(text) => {
                let (lead, count) = (text.lead(), index(count)?);
                if lead.chars().count() < count {
                    return None;
                }
                done(Value::String(lead.chars().take(count).collect::<String>().into()))
            }
            _ => None,
        },
        ("skip", [one, count]) => match &one.value {
            Value::List(items) => done(Value::List(items.iter().skip(index(count)?).cloned().collect())),
            Value::String(text) => done(Value::String(text.chars().skip(index(count)?).collect::<String>().into())),
            _ => None,
        },
        _ => None,
    }
}

/// Numbers and lists of them.
fn count(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    match (name, args) {
        ("range", [from, count]) => {
            let (from, count) = (index(from)?, index(count)?);
            if count > LONGEST {
                return None;
            }
            let item = |turn: usize| Node::at(Value::Number((from + turn) as f64), span);
            done(Value::List((0..count).map(item).collect()))
        }
        ("min" | "max", _) => {
            let all = match args {
                [Node { value: Value::List(items), .. }] => items.as_slice(),
                _ => args,
            };
            let numbers: Option<Vec<f64>> = all
                .iter()
                .map(|item| match item.value {
                    Value::Number(number) => Some(number),
                    _ => None,
                })
                .collect();
            let pick = if name == "min" { f64::min } else { f64::max };
            done(Value::Number(numbers?.into_iter().reduce(pick)?))
        }
        ("indexof", [one, of]) => {
            let Value::List(items) = &one.value else { return None };
            let at = items.iter().position(|item| equal(item, of) == Some(true));
            done(Value::Number(at.map_or(-1.0, |at| at as f64)))
        }
        _ => None,
    }
}

/// What lies in a list or an object.
fn take_apart(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    match (name, args) {
        ("items", [one]) => {
            let Value::Map(entries) = &one.value else { return None };
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            let item = |entry: &Entry| {
                let named = |key: &str, value: Node| Entry { key: Arc::from(key), key_span: entry.key_span, value };
                let key = Node::at(Value::String(entry.key.clone()), entry.key_span.unwrap_or(span));
                Node::at(Value::Map(vec![named("key", key), named("value", entry.value.clone())]), span)
            };
            done(Value::List(sorted.into_iter().map(item).collect()))
        }
        ("objectkeys", [one]) => {
            let Value::Map(entries) = &one.value else { return None };
            let mut keys: Vec<Arc<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
            keys.sort();
            done(Value::List(keys.into_iter().map(|key| Node::at(Value::String(key), span)).collect()))
        }
        ("tryget", [one, steps @ ..]) => {
            let mut here = one.clone();
            for step in steps {
                here = match (&here.value, &step.value) {
                    (Value::Map(entries), Value::String(name)) => {
                        let found = entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name));
                        found.map_or_else(|| Node::at(Value::Null, span), |entry| entry.value.clone())
                    }
                    (Value::List(items), Value::Number(_)) => {
                        items.get(index(step)?).cloned().unwrap_or_else(|| Node::at(Value::Null, span))
                    }
                    (Value::Null, _) => here,
                    _ => return None,
                };
            }
            Some(here)
        }
        _ => None,
    }
}

/// An unknown list that is joined to others stands for any number of items.
fn any_number(node: &Node) -> Option<Node> {
    let unknown = plain(&unknown_of(node)?);
    let name = unknown.why.name().cloned().unwrap_or_else(|| Arc::from("a list"));
    let why = Why::instances(name, &unknown.why);
    let value = Value::Unknown(Arc::new(Unknown { why, ..Unknown::clone(&unknown) }));
    Some(Node { value, origins: node.origins.clone() })
}

fn create_object(args: &[Node], span: Span) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    for pair in args.chunks(2) {
        let [key, value] = pair else { return None };
        let Value::String(name) = &key.value else { return None };
        set(&mut entries, Entry { key: name.clone(), key_span: key.origins.primary, value: value.clone() });
    }
    Some(ops::result(Value::Map(entries), span, &[]))
}

/// Objects are merged deeply, lists lose what is there twice.
fn union(args: &[Node], span: Span) -> Option<Node> {
    let known: Vec<&Node> = args.iter().filter(|arg| !arg.is_null()).collect();
    if known.iter().all(|arg| matches!(arg.value, Value::List(_))) {
        let mut all: Vec<Node> = Vec::new();
        for arg in known {
            if let Value::List(items) = &arg.value {
                for item in items {
                    if all.len() < 500 && all.iter().any(|other| equal(other, item) == Some(true)) {
                        continue;
                    }
                    all.push(item.clone());
                }
            }
        }
        return Some(ops::result(Value::List(all), span, args));
    }
    let mut entries: Vec<Entry> = Vec::new();
    for arg in known {
        let Value::Map(more) = &arg.value else { return None };
        merge(&mut entries, more, 0);
    }
    Some(ops::result(Value::Map(entries), span, args))
}

fn merge(entries: &mut Vec<Entry>, more: &[Entry], depth: usize) {
    for entry in more {
        match entries.iter_mut().find(|old| old.key == entry.key) {
            Some(old) => match (&mut old.value.value, &entry.value.value) {
                (Value::Map(inner), Value::Map(more)) if depth < 100 => merge(inner, more, depth + 1),
                _ => *old = entry.clone(),
            },
            None => entries.push(entry.clone()),
        }
    }
}

fn contains(of: &Node, one: &Node, span: Span) -> Option<Node> {
    let both = [of.clone(), one.clone()];
    let said = |flag: Option<bool>| match flag {
        Some(flag) => Some(ops::result(Value::Bool(flag), span, &both)),
        None => Some(ops::unknown(span, &both)),
    };
    match (&of.value, &one.value) {
        (Value::Map(entries), Value::String(name)) => {
            said(Some(entries.iter().any(|entry| entry.key.eq_ignore_ascii_case(name))))
        }
        (Value::List(items), _) => {
            let found: Vec<Option<bool>> = items.iter().map(|item| equal(item, one)).collect();
            said(match found.contains(&Some(true)) {
                true => Some(true),
                false => (!found.contains(&None)).then_some(false),
            })
        }
        (Value::String(text), Value::String(part)) => said(Some(text.contains(&**part))),
        (Value::Text(text), Value::String(part)) => said(
            text.pieces()
                .iter()
                .any(|piece| matches!(piece, crate::value::Piece::Known(known) if known.contains(&**part)))
                .then_some(true),
        ),
        _ => None,
    }
}
