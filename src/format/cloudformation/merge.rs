//! One value of two, where a condition cannot be told: what both say alike is known, the rest is not. No combination of
//! conditions is ever worked out.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::stack::as_text;
use crate::format::trace::referring;
use crate::value::{Entry, MAYBE, Node, Origins, Unknown, Value};

/// How long lists and maps may be that are compared each with each.
const LONG: usize = 200;

/// Either value; none is the absence of one. Within a list, what only one side has is marked as perhaps not there.
pub(super) fn either(yes: Option<Node>, no: Option<Node>, why: &Arc<Unknown>, in_list: bool) -> Option<Node> {
    match (yes, no) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(match only.value {
            Value::List(_) => perhaps(only, why),
            Value::Map(_) if in_list => perhaps(only, why),
            _ => open(&only, None, why),
        }),
        (Some(yes), Some(no)) => Some(both(yes, no, why)),
    }
}

fn both(yes: Node, no: Node, why: &Arc<Unknown>) -> Node {
    if same(&yes, &no) {
        let origins = together(&yes, &no);
        return Node { origins, ..yes };
    }
    let origins = together(&yes, &no);
    match (yes.value, no.value) {
        (Value::Map(yes), Value::Map(no)) => Node { value: Value::Map(maps(yes, no, why)), origins },
        (Value::List(yes), Value::List(no)) => Node { value: Value::List(lists(yes, no, why)), origins },
        (yes, no) => {
            let (yes, no) = (Node { value: yes, origins: origins.clone() }, Node { value: no, origins });
            open(&yes, Some(&no), why)
        }
    }
}

fn maps(yes: Vec<Entry>, no: Vec<Entry>, why: &Arc<Unknown>) -> Vec<Entry> {
    let mut merged = Vec::with_capacity(yes.len());
    let mut others: HashMap<Arc<str>, Node> = HashMap::new();
    let mut rest: Vec<Entry> = Vec::new();
    let keys: HashSet<Arc<str>> = yes.iter().map(|entry| entry.key.clone()).collect();
    for entry in no {
        if keys.contains(&entry.key) {
            others.insert(entry.key, entry.value);
        } else {
            rest.push(entry);
        }
    }
    for entry in yes {
        let value = either(Some(entry.value), others.remove(&entry.key), why, false);
        merged.extend(value.map(|value| Entry { value, ..entry }));
    }
    for entry in rest {
        let value = either(None, Some(entry.value), why, false);
        merged.extend(value.map(|value| Entry { value, ..entry }));
    }
    merged
}

/// The places of both, as long as there are few.
fn together(yes: &Node, no: &Node) -> Origins {
    const FEW: usize = 8;
    if yes.origins.related().len() < FEW { yes.origins.and(&no.origins) } else { yes.origins.clone() }
}

/// Lists of one length are merged item by item; of others, what both hold is there, and the rest perhaps.
fn lists(yes: Vec<Node>, mut no: Vec<Node>, why: &Arc<Unknown>) -> Vec<Node> {
    if yes.len() == no.len() {
        return yes.into_iter().zip(no).map(|(yes, no)| both(yes, no, why)).collect();
    }
    let comparable = yes.len() <= LONG && no.len() <= LONG;
    let mut merged = Vec::with_capacity(yes.len() + no.len());
    for item in yes {
        match no.iter().position(|other| comparable && same(&item, other)) {
            Some(at) => {
                no.remove(at);
                merged.push(item);
            }
            None => merged.push(perhaps(item, why)),
        }
    }
    merged.extend(no.into_iter().map(|item| perhaps(item, why)));
    merged
}

/// A value that may not be there at all.
fn perhaps(node: Node, why: &Arc<Unknown>) -> Node {
    match node.value {
        Value::Map(mut entries) => {
            if !entries.iter().any(|entry| &*entry.key == MAYBE) {
                let value = Node { value: Value::Unknown(why.clone()), origins: node.origins.clone() };
                entries.push(Entry { key: Arc::from(MAYBE), key_span: None, value });
            }
            Node { value: Value::Map(entries), origins: node.origins }
        }
        Value::List(items) => {
            let items = items.into_iter().map(|item| perhaps(item, why)).collect();
            Node { value: Value::List(items), origins: node.origins }
        }
        _ => open(&node, None, why),
    }
}

/// Unknown, and refers to what either side refers to.
fn open(yes: &Node, no: Option<&Node>, why: &Arc<Unknown>) -> Node {
    let unknown = referring(why, std::iter::once(yes).chain(no));
    let origins = no.map_or_else(|| yes.origins.clone(), |no| together(yes, no));
    Node { value: Value::Unknown(unknown), origins }
}

/// Whether two values are the same wherever they were written; of unknowns, whether they are the same unknown.
pub(super) fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().enumerate().all(|(at, entry)| {
                    // in the same order in nearly every case
                    let other = right.get(at).filter(|other| other.key == entry.key);
                    let other = other.or_else(|| right.iter().take(LONG).find(|other| other.key == entry.key));
                    other.is_some_and(|other| same(&entry.value, &other.value))
                })
        }
        (Value::Unknown(left), Value::Unknown(right)) => alike(left, right),
        (Value::Text(left), Value::Text(right)) => {
            left.text == right.text
                && left.holes.len() == right.holes.len()
                && left.holes.iter().zip(right.holes.iter()).all(|(left, right)| alike(left, right))
        }
        (left_value, right_value) => {
            // `true` is `"true"`
            left_value == right_value || as_text(left).is_some_and(|text| as_text(right).as_ref() == Some(&text))
        }
    }
}

/// Whether two unknowns stand for the same value: the same attribute of a block, the same parameter. What cannot be told
/// for a reason of its own (a macro, a budget) may be anything each time.
fn alike(left: &Unknown, right: &Unknown) -> bool {
    use crate::value::Why;
    let named = matches!(left.why, Why::Computed(_) | Why::Variable(_) | Why::DataSource(_) | Why::NotSeen(_));
    named && left.why == right.why && left.refers == right.refers
}
