//! Arithmetic, and values as numbers.

use super::{Args, Given, Kept, Lost, MANY, Row};
use crate::format::helm::engine::integer;
use crate::format::helm::engine::val::{V, Val};

pub(super) const TABLE: &[Row] = &[
    ("add", 0, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(integer_of).fold(0, i64::wrapping_add)))),
    ("add1", 1, 1, Lost, |args| Ok(Val::from(args.int(0).wrapping_add(1)))),
    ("sub", 2, 2, Lost, |args| Ok(Val::from(args.int(0).wrapping_sub(args.int(1))))),
    ("mul", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(integer_of).fold(1, i64::wrapping_mul)))),
    ("div", 2, 2, Lost, |args| args.int(0).checked_div(args.int(1)).map(Val::from).ok_or("it divides by zero".into())),
    ("mod", 2, 2, Lost, |args| args.int(0).checked_rem(args.int(1)).map(Val::from).ok_or("it divides by zero".into())),
    ("max", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(integer_of).max().unwrap_or(0)))),
    ("biggest", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(integer_of).max().unwrap_or(0)))),
    ("min", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(integer_of).min().unwrap_or(0)))),
    ("addf", 0, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(float_of).sum::<f64>()))),
    ("add1f", 1, 1, Lost, |args| Ok(Val::from(float_of(args.get(0)) + 1.0))),
    ("subf", 1, MANY, Lost, |args| {
        let rest: f64 = args.all.iter().skip(1).map(float_of).sum();
        Ok(Val::from(float_of(args.get(0)) - rest))
    }),
    ("mulf", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(float_of).product::<f64>()))),
    ("divf", 1, MANY, Lost, |args| {
        Ok(Val::from(args.all.iter().skip(1).map(float_of).fold(float_of(args.get(0)), |value, by| value / by)))
    }),
    ("maxf", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(float_of).fold(f64::NEG_INFINITY, f64::max)))),
    ("minf", 1, MANY, Lost, |args| Ok(Val::from(args.all.iter().map(float_of).fold(f64::INFINITY, f64::min)))),
    ("ceil", 1, 1, Lost, |args| Ok(Val::from(float_of(args.get(0)).ceil()))),
    ("floor", 1, 1, Lost, |args| Ok(Val::from(float_of(args.get(0)).floor()))),
    ("round", 2, 3, Lost, |args| {
        let places = i32::try_from(args.int(1)).unwrap_or(0).clamp(-300, 300);
        let scale = 10f64.powi(places);
        Ok(Val::from((float_of(args.get(0)) * scale).round() / scale))
    }),
    ("int", 1, 1, Lost, |args| Ok(Val::from(args.int(0)))),
    ("int64", 1, 1, Lost, |args| Ok(Val::from(args.int(0)))),
    ("float64", 1, 1, Lost, |args| Ok(Val::from(float_of(args.get(0))))),
    ("atoi", 1, 1, Lost, |args| Ok(Val::from(args.text(0).parse::<i64>().unwrap_or(0)))),
    ("toDecimal", 1, 1, Lost, |args| Ok(Val::from(i64::from_str_radix(&args.text(0), 8).unwrap_or(0)))),
    ("toBool", 1, 1, Kept, truth),
];

fn truth(args: &Args<'_>) -> Given {
    Ok(Val::from(matches!(&*args.text(0), "true" | "True" | "TRUE" | "1" | "t" | "T")))
}

/// A value as a whole number, zero where it is none.
#[expect(clippy::cast_possible_truncation, reason = "Go cuts as well")]
pub(in crate::format::helm) fn integer_of(value: &Val) -> i64 {
    match &value.v {
        V::Int(number) => *number,
        V::Float(number) => *number as i64,
        V::Bool(flag) => i64::from(*flag),
        V::Str(text) => {
            let text = text.as_str();
            let whole = match text.split_once('.') {
                Some((whole, rest)) if rest.bytes().all(|byte| byte == b'0') => whole,
                _ => text,
            };
            integer(whole).unwrap_or(0)
        }
        _ => 0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "Go rounds as well")]
fn float_of(value: &Val) -> f64 {
    match &value.v {
        V::Int(number) => *number as f64,
        V::Float(number) => *number,
        V::Bool(flag) => f64::from(u8::from(*flag)),
        V::Str(text) => text.as_str().parse().unwrap_or(0.0),
        _ => 0.0,
    }
}
