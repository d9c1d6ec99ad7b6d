//! Functions on maps. `set`, `unset` and the merges change the map that they are given, as Go's do.

use std::cell::Cell;
use std::rc::Rc;

use super::{Args, Given, Kept, Lost, MANY, Row, text_of};
use crate::format::helm::engine::DEPTH;
use crate::format::helm::engine::hold::Table;
use crate::format::helm::engine::val::{Map, V, Val};

pub(super) const TABLE: &[Row] = &[
    ("dict", 0, MANY, Kept, |args| {
        let mut map = Map::new();
        for pair in args.all.chunks(2) {
            if let [key, rest @ ..] = pair {
                map.insert(text_of(key).rc(), rest.first().cloned().unwrap_or_else(|| Val::from("")));
            }
        }
        Ok(Val::from(map))
    }),
    ("get", 2, 2, Kept, |args| {
        if args.get(1).hole().is_some() {
            return Ok(args.open(1).unwrap_or(Val::NIL));
        }
        Ok(args.map(0)?.borrow().get(&args.text(1)).cloned().unwrap_or_else(|| Val::from("")))
    }),
    ("set", 3, 3, Kept, |args| {
        args.map(0)?.borrow_mut().insert(args.text(1), args.get(2).clone());
        Ok(args.get(0).clone())
    }),
    ("unset", 2, 2, Kept, |args| {
        args.map(0)?.borrow_mut().remove(&args.text(1));
        Ok(args.get(0).clone())
    }),
    ("hasKey", 2, 2, Kept, |args| match args.open(1) {
        Some(open) => Ok(open),
        None => Ok(Val::from(args.map(0)?.borrow().contains_key(&args.text(1)))),
    }),
    ("keys", 1, MANY, Kept, |args| {
        let mut all = Vec::new();
        for at in 0..args.all.len() {
            all.extend(args.map(at)?.borrow().iter().map(|(key, value)| Val::from(&**key).or_via(value.via)));
        }
        Ok(Val::from(all))
    }),
    ("values", 1, 1, Kept, |args| Ok(Val::from(args.map(0)?.borrow().values().cloned().collect::<Vec<_>>()))),
    ("pluck", 1, MANY, Kept, |args| {
        let key = args.text(0);
        let found = args.all.iter().skip(1).filter_map(|map| map.map()?.borrow().get(&key).cloned());
        Ok(Val::from(found.collect::<Vec<_>>()))
    }),
    ("pick", 1, MANY, Kept, |args| chosen(args, true)),
    ("omit", 1, MANY, Kept, |args| chosen(args, false)),
    ("dig", 3, MANY, Kept, dig),
    ("merge", 1, MANY, Kept, |args| merged(args, false)),
    ("mustMerge", 1, MANY, Kept, |args| merged(args, false)),
    ("mergeOverwrite", 1, MANY, Kept, |args| merged(args, true)),
    ("mustMergeOverwrite", 1, MANY, Kept, |args| merged(args, true)),
    ("deepCopy", 1, 1, Kept, copied),
    ("mustDeepCopy", 1, 1, Kept, copied),
    ("lookup", 4, 4, Lost, |_| Ok(Val::from(Map::new()))),
];

fn chosen(args: &Args<'_>, wanted: bool) -> Given {
    let keys: Vec<Rc<str>> = match args.all {
        // `omit $map $list` is not Helm's, `pick $map (list …)` neither: texts only
        [_, rest @ ..] => rest.iter().map(|key| text_of(key).rc()).collect(),
        [] => Vec::new(),
    };
    let map = args.map(0)?.borrow();
    let kept = map.iter().filter(|(key, _)| keys.contains(key) == wanted);
    Ok(Val::from(kept.map(|(key, value)| (key.clone(), value.clone())).collect::<Map>()))
}

/// The most values that are copied, compared or merged in one call.
pub(super) const MOST: usize = 200_000;

fn copied(args: &Args<'_>) -> Given {
    let left = Cell::new(MOST);
    let copy = args.get(0).copied(0, &left).ok_or("the value is larger than a value may be")?;
    args.engine.charge(MOST - left.get())?;
    Ok(copy)
}

/// `dig "a" "b" default map`.
fn dig(args: &Args<'_>) -> Given {
    let [keys @ .., default, map] = args.all else { return Err("a map is needed".into()) };
    let mut value = map.clone();
    for key in keys {
        let found = match &value.v {
            V::Map(map) => map.borrow().get(text_of(key).as_str()).cloned(),
            V::Hole(_) => return Ok(value),
            _ => return Err(format!("a {} has no keys", value.kind())),
        };
        match found {
            Some(found) => value = found,
            None => return Ok(default.clone()),
        }
    }
    Ok(value)
}

fn merged(args: &Args<'_>, overwrite: bool) -> Given {
    let target = args.map(0)?.clone();
    let left = Cell::new(MOST);
    for source in args.all.iter().skip(1).filter_map(Val::map) {
        merge(&target, source, overwrite, 0, &left)?;
    }
    args.engine.charge(MOST - left.get())?;
    Ok(args.get(0).clone())
}

/// As the library mergo does: an empty value gives way, and with `overwrite` every value.
fn merge(
    target: &Rc<Table>,
    source: &Rc<Table>,
    overwrite: bool,
    depth: usize,
    left: &Cell<usize>,
) -> Result<(), String> {
    if depth > DEPTH {
        return Err("the maps nest too deeply".into());
    }
    if Rc::ptr_eq(target, source) {
        return Ok(());
    }
    let entries: Vec<(Rc<str>, Val)> =
        source.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in entries {
        left.set(left.get().checked_sub(1).ok_or("the maps are larger than maps may be")?);
        let own = target.borrow().get(&key).cloned();
        match (own, &value.v) {
            (Some(Val { v: V::Map(own), .. }), V::Map(theirs)) => merge(&own, theirs, overwrite, depth + 1, left)?,
            (Some(own), _) => {
                if overwrite || own.truth() == Some(false) {
                    target.borrow_mut().insert(key, value);
                }
            }
            (None, _) => _ = target.borrow_mut().insert(key, value),
        }
    }
    Ok(())
}
