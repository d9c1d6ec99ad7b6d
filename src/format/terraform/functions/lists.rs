//! Functions over lists that keep their order.

use super::args::{Args, Given, MOST_ITEMS, Stop, closed, comparable, gather, is_rest, rest, within, wrong};
use super::compare::{among, distinct, order, same, unified};
use super::values::{bool_of, first_unknown, number_of, text_of};
use super::{MANY, Row};
use crate::value::{Node, Value, unknown_of};

pub(super) const TABLE: &[Row] = &[
    ("alltrue", 1, 1, |args| quantified(args, false)),
    ("anytrue", 1, 1, |args| quantified(args, true)),
    ("chunklist", 2, 2, chunklist),
    ("coalescelist", 1, MANY, coalescelist),
    ("compact", 1, 1, compact),
    ("concat", 1, MANY, concat),
    ("contains", 2, 2, contains),
    ("distinct", 1, 1, |args| args.give(Value::List(distinct(args.list(0)?.iter().cloned())))),
    ("element", 2, 2, element),
    ("flatten", 1, 1, flatten),
    ("index", 2, 2, index),
    ("list", 0, MANY, |args| args.give(Value::List(unified(args.nodes.to_vec())))),
    ("matchkeys", 3, 3, matchkeys),
    ("one", 1, 1, one),
    ("range", 1, 3, range),
    ("reverse", 1, 1, |args| args.give(Value::List(args.list(0)?.iter().rev().cloned().collect()))),
    ("slice", 3, 3, slice),
    ("sort", 1, 1, sort),
    ("sum", 1, 1, sum),
];

/// `anytrue` and `alltrue`: one item equal to `decisive` decides, whatever is unknown.
fn quantified(args: &Args<'_>, decisive: bool) -> Given {
    let mut unknown = None;
    for item in args.list(0)? {
        match bool_of(item) {
            _ if item.is_null() && decisive => {}
            _ if item.is_null() => return args.give(Value::Bool(false)),
            Ok(flag) if flag == decisive => return args.give(Value::Bool(decisive)),
            Ok(_) => {}
            Err(Stop::Unknown(why)) => {
                unknown.get_or_insert(why);
            }
            Err(stop) => return Err(stop),
        }
    }
    match unknown {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => args.give(Value::Bool(!decisive)),
    }
}

fn chunklist(args: &Args<'_>) -> Given {
    let items = args.list(0)?;
    closed(items)?;
    let size = usize::try_from(args.int_in(1, 0..=i64::MAX)?).unwrap_or(0);
    let size = if size == 0 { items.len().max(1) } else { size };
    args.give(Value::List(items.chunks(size).map(|chunk| args.node_of(Value::List(chunk.to_vec()))).collect()))
}

fn coalescelist(args: &Args<'_>) -> Given {
    for (at, node) in args.nodes.iter().enumerate() {
        if node.is_null() {
            continue;
        }
        if let Some(unknown) = unknown_of(node) {
            let open = at + 1 < args.nodes.len();
            return if open { Err(Stop::Unknown(unknown)) } else { Ok(node.clone()) };
        }
        let items = super::values::list_of(node)?;
        if let [only] = items
            && is_rest(only)
            && at + 1 < args.nodes.len()
        {
            closed(items)?;
        }
        if !items.is_empty() {
            return Ok(node.clone());
        }
    }
    wrong("no non-empty list among the arguments")
}

fn compact(args: &Args<'_>) -> Given {
    let mut kept = Vec::new();
    for item in args.list(0)? {
        match &item.value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            // what refers to a block is something; any other unknown may be empty and fall away
            Value::Unknown(unknown) if unknown.refers.is_empty() => kept.push(rest(unknown, item.origins.clone())),
            _ => kept.push(item.clone()),
        }
    }
    args.give(Value::List(kept))
}

fn concat(args: &Args<'_>) -> Given {
    let mut joined: Vec<Node> = Vec::new();
    if args.nodes.len() == 1
        && let Some(only) = args.get(0).filter(|node| unknown_of(node).is_some())
    {
        return Ok(only.clone());
    }
    for node in args.nodes {
        match &node.value {
            Value::Unknown(unknown) => joined.push(rest(unknown, node.origins.clone())),
            _ => joined.extend(super::values::list_of(node)?.iter().cloned()),
        }
        within(joined.len(), MOST_ITEMS)?;
    }
    args.give(Value::List(joined))
}

fn contains(args: &Args<'_>) -> Given {
    let (items, wanted) = (args.list(0)?, args.node(1)?);
    match among(items, wanted) {
        Some(found) => args.give(Value::Bool(found)),
        None => {
            let unknown = first_unknown(wanted).or_else(|| items.iter().find_map(first_unknown));
            unknown.map_or_else(|| wrong("the items cannot be compared"), |unknown| Err(Stop::Unknown(unknown)))
        }
    }
}

/// Whichever of `items` it is: the item where there is no choice, else an unknown that refers to what they refer to.
/// Where one of them may be nothing the unknown refers to nothing, as a reference says that something is there.
pub(super) fn any_of<'n>(
    why: &std::sync::Arc<crate::value::Unknown>,
    items: impl Iterator<Item = &'n Node> + Clone,
) -> Given {
    let mut others = items.clone();
    if let Some(first) = others.next()
        && first_unknown(first).is_none()
        && others.all(|other| same(first, other) == Some(true))
    {
        return Ok(first.clone());
    }
    // an unknown item may be null too, unless it refers to a block
    let maybe_null = |item: &Node| match &item.value {
        Value::Null => true,
        Value::Unknown(unknown) => unknown.refers.is_empty(),
        _ => false,
    };
    if items.clone().any(maybe_null) {
        return Err(Stop::MaybeNull(why.clone()));
    }
    Err(Stop::Unknown(gather(why, items)))
}

fn element(args: &Args<'_>) -> Given {
    let items = args.list(0)?;
    if items.is_empty() {
        return wrong("an empty list has no elements");
    }
    let at = match args.int(1) {
        Ok(at) => at,
        Err(Stop::Unknown(why)) => return any_of(&why, items.iter()),
        Err(stop) => return Err(stop),
    };
    let open = items.iter().position(is_rest);
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let wrapped = usize::try_from(at.rem_euclid(length)).unwrap_or(0);
    match open {
        // the one item of an open list stands for whichever is asked for
        Some(0) if items.len() == 1 => {}
        Some(open) if at < 0 || usize::try_from(at).map_or(true, |at| at >= open) => {
            let why = items.get(open).and_then(unknown_of);
            return why.map_or_else(|| wrong("the list is not known"), |why| any_of(&why, items.iter()));
        }
        _ => {}
    }
    items.get(wrapped).cloned().map_or_else(|| wrong("there is no such element"), Ok)
}

fn flatten(args: &Args<'_>) -> Given {
    fn open(items: &[Node], into: &mut Vec<Node>) -> Result<(), Stop> {
        for item in items {
            match &item.value {
                Value::List(inner) => open(inner, into)?,
                // it may be a list of any length
                Value::Unknown(unknown) => into.push(rest(unknown, item.origins.clone())),
                _ => into.push(item.clone()),
            }
            within(into.len(), MOST_ITEMS)?;
        }
        Ok(())
    }
    let mut flat = Vec::new();
    open(args.list(0)?, &mut flat)?;
    args.give(Value::List(flat))
}

fn index(args: &Args<'_>) -> Given {
    let (items, wanted) = (args.list(0)?, args.node(1)?);
    for (at, item) in items.iter().enumerate() {
        match same(item, wanted) {
            Some(true) => return args.give(Value::Number(u32::try_from(at).map_or(0.0, f64::from))),
            Some(false) => {}
            None => {
                let unknown = first_unknown(item).or_else(|| first_unknown(wanted));
                return unknown.map_or_else(|| wrong("the items cannot be compared"), |why| Err(Stop::Unknown(why)));
            }
        }
    }
    wrong("item not found")
}

fn matchkeys(args: &Args<'_>) -> Given {
    let (values, keys, wanted) = (args.list(0)?, args.list(1)?, args.list(2)?);
    closed(values)?;
    closed(keys)?;
    comparable(keys, wanted)?;
    if values.len() != keys.len() {
        return wrong("the number of keys and of values must be the same");
    }
    let mut kept = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        match among(wanted, key) {
            Some(true) => kept.push(value.clone()),
            Some(false) => {}
            None => {
                let why = first_unknown(key).or_else(|| wanted.iter().find_map(first_unknown));
                kept.extend(why.map(|why| rest(&gather(&why, [value]), value.origins.clone())));
            }
        }
    }
    args.give(Value::List(kept))
}

fn one(args: &Args<'_>) -> Given {
    match args.list(0)? {
        [] => args.give(Value::Null),
        [only] => match unknown_of(only) {
            Some(unknown) if is_rest(only) => Err(Stop::MaybeNull(unknown)),
            _ => Ok(only.clone()),
        },
        items => {
            closed(items)?;
            wrong("the list has more than one element")
        }
    }
}

fn range(args: &Args<'_>) -> Given {
    let (start, limit, step) = match args.nodes.len() {
        1 => (0.0, args.number(0)?, None),
        2 => (args.number(0)?, args.number(1)?, None),
        _ => (args.number(0)?, args.number(1)?, Some(args.number(2)?)),
    };
    let step = step.unwrap_or(if limit < start { -1.0 } else { 1.0 });
    if step == 0.0 {
        return wrong("the step must not be zero");
    }
    if (step > 0.0) != (limit >= start) && limit != start {
        return wrong("the step leads away from the limit");
    }
    let mut numbers = Vec::new();
    let mut at = start;
    while if step > 0.0 { at < limit } else { at > limit } {
        within(numbers.len() + 1, MOST_ITEMS)?;
        numbers.push(args.node_of(Value::Number(at)));
        at += step;
    }
    args.give(Value::List(numbers))
}

fn slice(args: &Args<'_>) -> Given {
    let items = args.list(0)?;
    let (start, end) = (args.int_in(1, 0..=i64::MAX)?, args.int_in(2, 0..=i64::MAX)?);
    let (start, end) = (usize::try_from(start).unwrap_or(usize::MAX), usize::try_from(end).unwrap_or(usize::MAX));
    if items.iter().position(is_rest).is_some_and(|open| end > open) {
        closed(items)?;
    }
    match items.get(start..end) {
        Some(part) => args.give(Value::List(part.to_vec())),
        None => wrong("the start or end is beyond the list"),
    }
}

/// Sorts texts; items that are not known come last, as their place cannot be told but that they are there can.
fn sort(args: &Args<'_>) -> Given {
    let text = |item: &Node| match text_of(item) {
        Ok(text) => Ok(Node { value: Value::String(text), origins: item.origins.clone() }),
        Err(Stop::Unknown(_)) => Ok(item.clone()),
        Err(stop) => Err(stop),
    };
    let mut items = args.list(0)?.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    items.sort_by(order);
    args.give(Value::List(items))
}

fn sum(args: &Args<'_>) -> Given {
    let items = args.list(0)?;
    if items.is_empty() {
        return wrong("an empty list has no sum");
    }
    let mut total = 0.0;
    for item in items {
        total += number_of(item)?;
    }
    args.give_number(total)
}
