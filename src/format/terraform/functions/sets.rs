//! Functions over sets: lists in which each item stands once, in order.

use super::args::{Args, Given, MOST_ITEMS, Stop, comparable, rest, within, wrong};
use super::compare::{among, as_set};
use super::values::{first_unknown, list_of};
use super::{MANY, Row};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Row] = &[
    ("setintersection", 1, MANY, setintersection),
    ("setproduct", 2, MANY, setproduct),
    ("setsubtract", 2, 2, setsubtract),
    ("setunion", 1, MANY, setunion),
];

fn setunion(args: &Args<'_>) -> Given {
    let mut items: Vec<Node> = Vec::new();
    for node in args.nodes {
        match &node.value {
            Value::Unknown(unknown) => items.push(rest(unknown, node.origins.clone())),
            _ => items.extend(list_of(node)?.iter().cloned()),
        }
        within(items.len(), MOST_ITEMS)?;
    }
    args.give(Value::List(as_set(items)))
}

/// What is certainly in all sets; where more may be, one unknown item stands for it.
fn setintersection(args: &Args<'_>) -> Given {
    let mut sets = args.nodes.iter().map(list_of);
    let Some(first) = sets.next() else {
        return wrong("at least one set is required");
    };
    let others = sets.collect::<Result<Vec<_>, _>>()?;
    let (mut kept, mut unsure) = (Vec::new(), None);
    let first = first?;
    for other in &others {
        comparable(first, other)?;
    }
    for item in first {
        let found: Vec<Option<bool>> = others.iter().map(|other| among(other, item)).collect();
        if found.iter().all(|found| *found == Some(true)) {
            kept.push(item.clone());
        } else if !found.contains(&Some(false)) {
            unsure = unsure.or_else(|| args.nodes.iter().find_map(first_unknown));
        }
    }
    kept.extend(unsure.map(|unknown| rest(&unknown, args.origins())));
    args.give(Value::List(as_set(kept)))
}

/// What is certainly in the first and not in the second; where more may be, one unknown item stands for it.
fn setsubtract(args: &Args<'_>) -> Given {
    let (from, without) = (args.list(0)?, args.list(1)?);
    comparable(from, without)?;
    let (mut kept, mut unsure) = (Vec::new(), None);
    for item in from {
        match among(without, item) {
            Some(false) => kept.push(item.clone()),
            Some(true) => {}
            None => unsure = unsure.or_else(|| args.nodes.iter().find_map(first_unknown)),
        }
    }
    kept.extend(unsure.map(|unknown| rest(&unknown, args.origins())));
    args.give(Value::List(as_set(kept)))
}

fn setproduct(args: &Args<'_>) -> Given {
    let lists = args.nodes.iter().map(list_of).collect::<Result<Vec<_>, Stop>>()?;
    let count = lists.iter().try_fold(1usize, |count, list| count.checked_mul(list.len()));
    let nodes = count.and_then(|count| count.checked_mul(lists.len())).unwrap_or(usize::MAX);
    within(nodes, MOST_ITEMS)?;
    let mut rows: Vec<Vec<Node>> = vec![Vec::new()];
    for list in &lists {
        rows = rows
            .iter()
            .flat_map(|row| {
                list.iter().map(move |item| row.iter().cloned().chain(std::iter::once(item.clone())).collect())
            })
            .collect();
    }
    args.give(Value::List(rows.into_iter().map(|row| args.node_of(Value::List(row))).collect()))
}
