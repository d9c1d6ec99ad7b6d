//! Defaults, comparisons, and questions about kinds.

use std::cell::Cell;
use std::cmp::Ordering;

use super::{Args, Given, Kept, Lost, MANY, Row, text_of};
use crate::format::helm::engine::DEPTH;
use crate::format::helm::engine::val::{V, Val};

pub(super) const TABLE: &[Row] = &[
    ("default", 1, 2, Kept, |args| {
        let given = if args.all.len() > 1 { args.get(1) } else { &Val::NIL };
        Ok(if given.truth() == Some(false) { args.get(0).clone() } else { given.clone() })
    }),
    ("empty", 1, 1, Kept, |args| negated(args)),
    ("not", 1, 1, Kept, |args| negated(args)),
    ("coalesce", 0, MANY, Kept, |args| {
        Ok(args.all.iter().find(|value| value.truth() != Some(false)).cloned().unwrap_or(Val::NIL))
    }),
    ("all", 0, MANY, Kept, |args| Ok(Val::from(args.all.iter().all(|value| value.truth() != Some(false))))),
    ("any", 0, MANY, Kept, |args| Ok(Val::from(args.all.iter().any(|value| value.truth() != Some(false))))),
    ("ternary", 3, 3, Kept, |args| match args.get(2).truth() {
        Some(truth) => Ok(args.get(if truth { 0 } else { 1 }).clone()),
        None => Ok(args.open(2).unwrap_or(Val::NIL)),
    }),
    ("eq", 1, MANY, Lost, |args| {
        let first = args.get(0);
        if args.all.len() < 2 {
            return Err("it has nothing to compare with".into());
        }
        Ok(Val::from(args.all.iter().skip(1).any(|other| equal(first, other))))
    }),
    ("ne", 2, 2, Lost, |args| Ok(Val::from(!equal(args.get(0), args.get(1))))),
    ("lt", 2, 2, Lost, |args| Ok(Val::from(order(args)? == Ordering::Less))),
    ("le", 2, 2, Lost, |args| Ok(Val::from(order(args)? != Ordering::Greater))),
    ("gt", 2, 2, Lost, |args| Ok(Val::from(order(args)? == Ordering::Greater))),
    ("ge", 2, 2, Lost, |args| Ok(Val::from(order(args)? != Ordering::Less))),
    ("deepEqual", 2, 2, Lost, |args| Ok(Val::from(same(args.get(0), args.get(1))))),
    ("kindOf", 1, 1, Kept, |args| Ok(Val::from(args.get(0).kind()))),
    ("kindIs", 2, 2, Kept, |args| {
        let (wanted, kind) = (args.text(0), args.get(1).kind());
        Ok(Val::from(&*wanted == kind || (kind == "int" && &*wanted == "int64")))
    }),
    ("typeOf", 1, 1, Kept, |args| Ok(Val::from(args.get(0).type_name()))),
    ("typeIs", 2, 2, Kept, |args| Ok(Val::from(&*args.text(0) == args.get(1).type_name()))),
    ("typeIsLike", 2, 2, Kept, |args| {
        let (wanted, name) = (args.text(0), args.get(1).type_name());
        Ok(Val::from(&*wanted == name || wanted.strip_prefix('*') == Some(name)))
    }),
    ("isNil", 1, 1, Kept, |args| Ok(Val::from(args.get(0).is_nil()))),
    ("hello", 0, 0, Kept, |_| Ok(Val::from("Hello!"))),
];

fn negated(args: &Args<'_>) -> Given {
    match args.get(0).truth() {
        Some(truth) => Ok(Val::from(!truth)),
        None => Ok(args.open(0).unwrap_or(Val::NIL)),
    }
}

/// Go's `eq`. Numbers of both kinds are compared, where Go would refuse them.
fn equal(one: &Val, other: &Val) -> bool {
    match (&one.v, &other.v) {
        (V::Nil, V::Nil) => true,
        (V::Bool(a), V::Bool(b)) => a == b,
        (V::Str(a), V::Str(b)) => a.as_str() == b.as_str(),
        (V::Thing(_), _) | (_, V::Thing(_)) => text_of(one).as_str() == text_of(other).as_str(),
        _ => match (number(one), number(other)) {
            (Some(a), Some(b)) => a.total_cmp(&b) == Ordering::Equal,
            _ => false,
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "a comparison of whole numbers is done before")]
fn number(value: &Val) -> Option<f64> {
    match value.v {
        V::Int(number) => Some(number as f64),
        V::Float(number) => Some(number),
        _ => None,
    }
}

fn order(args: &Args<'_>) -> Result<Ordering, String> {
    match (&args.get(0).v, &args.get(1).v) {
        (V::Int(a), V::Int(b)) => Ok(a.cmp(b)),
        (V::Str(a), V::Str(b)) => Ok(a.as_str().cmp(b.as_str())),
        _ => match (number(args.get(0)), number(args.get(1))) {
            (Some(a), Some(b)) => Ok(a.total_cmp(&b)),
            _ => Err(format!("a {} cannot be compared with a {}", args.get(0).kind(), args.get(1).kind())),
        },
    }
}

/// Whether two values are alike all through.
pub(super) fn same(one: &Val, other: &Val) -> bool {
    alike(one, other, 0, &Cell::new(super::dicts::MOST))
}

fn alike(one: &Val, other: &Val, depth: usize, left: &Cell<usize>) -> bool {
    left.set(left.get().saturating_sub(1));
    match (&one.v, &other.v) {
        _ if depth > DEPTH || left.get() == 0 => false,
        (V::List(a), V::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| alike(a, b, depth + 1, left))
        }
        (V::Map(a), V::Map(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((key, a), (other, b))| key == other && alike(a, b, depth + 1, left))
        }
        (V::Hole(a), V::Hole(b)) => a.id == b.id,
        _ => equal(one, other),
    }
}
