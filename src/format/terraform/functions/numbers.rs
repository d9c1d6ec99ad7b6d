//! Functions over numbers.

use super::args::{Args, Given, wrong};
use super::values::number_text;
use super::{MANY, Row};

pub(super) const TABLE: &[Row] = &[
    ("abs", 1, 1, |args| args.give_number(args.number(0)?.abs())),
    ("ceil", 1, 1, |args| args.give_number(args.number(0)?.ceil())),
    ("floor", 1, 1, |args| args.give_number(args.number(0)?.floor())),
    ("log", 2, 2, log),
    ("max", 1, MANY, |args| fold(args, f64::max)),
    ("min", 1, MANY, |args| fold(args, f64::min)),
    ("parseint", 2, 2, parseint),
    ("pow", 2, 2, |args| args.give_number(args.number(0)?.powf(args.number(1)?))),
    ("signum", 1, 1, signum),
];

fn fold(args: &Args<'_>, pick: fn(f64, f64) -> f64) -> Given {
    let mut best = args.number(0)?;
    for at in 1..args.nodes.len() {
        best = pick(best, args.number(at)?);
    }
    args.give_number(best)
}

fn log(args: &Args<'_>) -> Given {
    let (number, base) = (args.number(0)?, args.number(1)?);
    // exact where the base has a function of its own, as powers of two and ten should be whole
    let result = if base == 2.0 {
        number.log2()
    } else if base == 10.0 {
        number.log10()
    } else {
        number.ln() / base.ln()
    };
    args.give_number(result)
}

fn signum(args: &Args<'_>) -> Given {
    let number = args.number(0)?;
    args.give_number(if number == 0.0 { 0.0 } else { number.signum() })
}

/// Bases up to 36 take letters of either case; above, `a` to `z` come before `A` to `Z`.
fn parseint(args: &Args<'_>) -> Given {
    let (text, base) = (args.text(0)?, args.int_in(1, 2..=62)?);
    let base = u32::try_from(base).unwrap_or(10);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let value = |digit: char| {
        let value = match digit {
            '0'..='9' => u32::from(digit) - u32::from('0'),
            'a'..='z' => u32::from(digit) - u32::from('a') + 10,
            'A'..='Z' if base <= 36 => u32::from(digit) - u32::from('A') + 10,
            'A'..='Z' => u32::from(digit) - u32::from('A') + 36,
            _ => return None,
        };
        (value < base).then_some(value)
    };
    let mut number = 0.0;
    for digit in digits.chars() {
        let Some(value) = value(digit) else {
            return wrong(format!("`{text}` is not a whole number of base {}", number_text(f64::from(base))));
        };
        number = number * f64::from(base) + f64::from(value);
    }
    if digits.is_empty() {
        return wrong("an empty text is not a number");
    }
    args.give_number(if negative { -number } else { number })
}
