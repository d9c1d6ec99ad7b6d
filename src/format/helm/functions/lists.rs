//! Functions on lists.

use std::rc::Rc;

use super::{Args, Given, Kept, Lost, MANY, Row, list_of, logic, text_of};
use crate::format::helm::engine::hold::Items;
use crate::format::helm::engine::val::{V, Val};

/// The longest list that a function makes.
pub(super) const LONGEST: usize = 100_000;

pub(super) const TABLE: &[Row] = &[
    ("list", 0, MANY, Kept, |args| Ok(Val::from(args.all.to_vec()))),
    ("tuple", 0, MANY, Kept, |args| Ok(Val::from(args.all.to_vec()))),
    ("first", 1, 1, Kept, |args| Ok(sequence(args, 0)?.first().cloned().unwrap_or(Val::NIL))),
    ("mustFirst", 1, 1, Kept, |args| Ok(sequence(args, 0)?.first().cloned().unwrap_or(Val::NIL))),
    ("last", 1, 1, Kept, |args| Ok(sequence(args, 0)?.last().cloned().unwrap_or(Val::NIL))),
    ("mustLast", 1, 1, Kept, |args| Ok(sequence(args, 0)?.last().cloned().unwrap_or(Val::NIL))),
    ("rest", 1, 1, Kept, |args| Ok(Val::from(args.list(0)?.iter().skip(1).cloned().collect::<Vec<_>>()))),
    ("mustRest", 1, 1, Kept, |args| Ok(Val::from(args.list(0)?.iter().skip(1).cloned().collect::<Vec<_>>()))),
    ("initial", 1, 1, Kept, initial),
    ("mustInitial", 1, 1, Kept, initial),
    ("append", 2, 2, Kept, append),
    ("mustAppend", 2, 2, Kept, append),
    ("push", 2, 2, Kept, append),
    ("mustPush", 2, 2, Kept, append),
    ("prepend", 2, 2, Kept, prepend),
    ("mustPrepend", 2, 2, Kept, prepend),
    ("concat", 0, MANY, Kept, |args| {
        let mut all = Vec::new();
        for list in args.all {
            all.extend(list_of(list)?.iter().cloned());
        }
        checked(all)
    }),
    ("reverse", 1, 1, Kept, |args| Ok(Val::from(args.list(0)?.iter().rev().cloned().collect::<Vec<_>>()))),
    ("mustReverse", 1, 1, Kept, |args| Ok(Val::from(args.list(0)?.iter().rev().cloned().collect::<Vec<_>>()))),
    ("uniq", 1, 1, Kept, uniq),
    ("mustUniq", 1, 1, Kept, uniq),
    ("without", 1, MANY, Kept, without),
    ("mustWithout", 1, MANY, Kept, without),
    ("has", 2, 2, Lost, has),
    ("mustHas", 2, 2, Lost, has),
    ("compact", 1, 1, Kept, compact),
    ("mustCompact", 1, 1, Kept, compact),
    ("slice", 1, 3, Kept, slice),
    ("mustSlice", 1, 3, Kept, slice),
    ("chunk", 2, 2, Kept, chunks),
    ("mustChunk", 2, 2, Kept, chunks),
    ("until", 1, 1, Lost, |args| steps(0, args.int(0), if args.int(0) < 0 { -1 } else { 1 })),
    ("untilStep", 3, 3, Lost, |args| steps(args.int(0), args.int(1), args.int(2))),
    ("seq", 0, 3, Lost, seq),
    ("index", 1, MANY, Kept, index),
    ("len", 1, 1, Lost, len),
];

/// A list, or the characters of a text.
fn sequence(args: &Args<'_>, at: usize) -> Result<Rc<Items>, String> {
    match args.get(at).str() {
        Some(text) => Ok(Items::new(text.chars().take(LONGEST).map(|letter| Val::from(letter.to_string())).collect())),
        None => args.list(at),
    }
}

fn checked(all: Vec<Val>) -> Given {
    if all.len() > LONGEST { Err("the list is longer than a list may be".into()) } else { Ok(Val::from(all)) }
}

fn chunks(args: &Args<'_>) -> Given {
    let list = args.list(1)?;
    let chunks = list.chunks(args.count(0).max(1)).map(|chunk| Val::from(chunk.to_vec()));
    Ok(Val::from(chunks.collect::<Vec<_>>()))
}

fn initial(args: &Args<'_>) -> Given {
    let list = args.list(0)?;
    Ok(Val::from(list.iter().take(list.len().saturating_sub(1)).cloned().collect::<Vec<_>>()))
}

fn append(args: &Args<'_>) -> Given {
    let mut all = args.list(0)?.to_vec();
    all.push(args.get(1).clone());
    checked(all)
}

fn prepend(args: &Args<'_>) -> Given {
    let mut all = vec![args.get(1).clone()];
    all.extend(args.list(0)?.iter().cloned());
    checked(all)
}

fn uniq(args: &Args<'_>) -> Given {
    let mut all: Vec<Val> = Vec::new();
    for item in args.list(0)?.iter() {
        args.engine.charge(all.len())?;
        if !all.iter().any(|known| logic::same(known, item)) {
            all.push(item.clone());
        }
    }
    Ok(Val::from(all))
}

fn without(args: &Args<'_>) -> Given {
    let unwanted = args.all.get(1..).unwrap_or_default();
    args.engine.charge(args.list(0)?.len().saturating_mul(unwanted.len()))?;
    let kept = |item: &&Val| !unwanted.iter().any(|other| logic::same(item, other));
    Ok(Val::from(args.list(0)?.iter().filter(kept).cloned().collect::<Vec<_>>()))
}

fn has(args: &Args<'_>) -> Given {
    let wanted = args.get(0);
    Ok(Val::from(args.list(1)?.iter().any(|item| logic::same(item, wanted))))
}

fn compact(args: &Args<'_>) -> Given {
    let kept = |item: &&Val| item.truth() != Some(false);
    Ok(Val::from(args.list(0)?.iter().filter(kept).cloned().collect::<Vec<_>>()))
}

fn slice(args: &Args<'_>) -> Given {
    if let Some(text) = args.get(0).str() {
        let end = if args.all.len() > 2 { args.count(2) } else { text.len() };
        let kept = text.get(args.count(1)..end).ok_or("it is out of the text")?;
        return Ok(Val::from(kept));
    }
    let list = args.list(0)?;
    let end = if args.all.len() > 2 { args.count(2) } else { list.len() };
    let kept = list.get(args.count(1)..end).ok_or("it is out of the list")?;
    Ok(Val::from(kept.to_vec()))
}

fn steps(start: i64, end: i64, step: i64) -> Given {
    let mut all = Vec::new();
    let mut at = start;
    while step != 0 && ((step > 0 && at < end) || (step < 0 && at > end)) {
        all.push(Val::from(at));
        if all.len() > LONGEST {
            return checked(all);
        }
        at = at.saturating_add(step);
    }
    Ok(Val::from(all))
}

/// As the command `seq`: a text of numbers.
fn seq(args: &Args<'_>) -> Given {
    let (start, step, end) = match args.all.len() {
        0 => return Ok(Val::from("")),
        1 => (1, if args.int(0) < 1 { -1 } else { 1 }, args.int(0)),
        2 => (args.int(0), if args.int(1) < args.int(0) { -1 } else { 1 }, args.int(1)),
        _ => (args.int(0), args.int(1), args.int(2)),
    };
    let list = steps(start, end.saturating_add(step.signum()), step)?;
    let numbers: Vec<String> =
        list.list().into_iter().flat_map(|list| list.iter()).map(|item| text_of(item).as_str().to_owned()).collect();
    Ok(Val::from(numbers.join(" ")))
}

fn index(args: &Args<'_>) -> Given {
    let mut value = args.get(0).clone();
    for key in args.all.iter().skip(1) {
        if let Some(hole) = key.hole() {
            return Ok(Val::from(V::Hole(hole)));
        }
        value = match &value.v {
            V::Map(_) => value.get(text_of(key).as_str()),
            V::List(items) => {
                let at = usize::try_from(super::integer_of(key)).map_err(|_| "the index is below zero")?;
                items.get(at).cloned().ok_or_else(|| format!("there is no item {at} in a list of {}", items.len()))?
            }
            V::Str(text) => {
                let byte = text.as_str().as_bytes().get(usize::try_from(super::integer_of(key)).unwrap_or(usize::MAX));
                Val::from(i64::from(*byte.ok_or("the index is out of the text")?))
            }
            V::Hole(_) => return Ok(value),
            V::Nil => return Err("the value that is looked into is not set".into()),
            _ => return Err(format!("a {} has nothing at an index", value.kind())),
        };
    }
    Ok(value)
}

fn len(args: &Args<'_>) -> Given {
    let length = match &args.get(0).v {
        V::Str(text) => text.as_str().len(),
        V::List(items) => items.len(),
        V::Map(map) => map.borrow().len(),
        V::Nil => return Err("the value is not set".into()),
        _ => return Err(format!("a {} has no length", args.get(0).kind())),
    };
    Ok(Val::from(i64::try_from(length).unwrap_or(i64::MAX)))
}
