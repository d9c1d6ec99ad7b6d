//! `format` and `formatlist`: Terraform's verbs.

use super::args::{Args, Given, MOST_BYTES, MOST_ITEMS, Stop, closed, within, wrong};
use super::json;
use super::values::{bool_of, number_of, number_text, partial_of, text_of};
use super::{MANY, Row};
use crate::value::{Node, Piece, TextPen, Value, unknown_of};

pub(super) const TABLE: &[Row] = &[("format", 1, MANY, format), ("formatlist", 1, MANY, formatlist)];

/// The widest field that is padded.
const MOST_WIDTH: usize = 10_000;

/// One verb of a format text.
#[derive(Default)]
struct Verb {
    minus: bool,
    zero: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Option<usize>,
    letter: char,
}

fn format(args: &Args<'_>) -> Given {
    let rest: Vec<&Node> = args.nodes.iter().skip(1).collect();
    args.give(write(args.node(0)?, &rest)?)
}

fn formatlist(args: &Args<'_>) -> Given {
    let mut count = None;
    for node in args.nodes {
        if let Value::List(items) = &node.value {
            closed(items)?;
            match count {
                Some(count) if count != items.len() => return wrong("the lists are not of the same length"),
                _ => count = Some(items.len()),
            }
        }
    }
    // an unknown argument may be a list
    if count.is_none() {
        for node in args.nodes.iter().skip(1) {
            if let Value::Unknown(unknown) = &node.value {
                return Err(Stop::Unknown(unknown.clone()));
            }
        }
    }
    let count = count.unwrap_or(1);
    within(count, MOST_ITEMS)?;
    let mut results = Vec::with_capacity(count);
    for at in 0..count {
        let pick = |node: &'_ Node| -> Option<Node> {
            match &node.value {
                Value::List(items) => items.get(at).cloned(),
                _ => Some(node.clone()),
            }
        };
        let picked: Vec<Node> = args.nodes.iter().filter_map(pick).collect();
        let Some((pattern, rest)) = picked.split_first() else { continue };
        let inner = Args::new(&picked, args.scope);
        results.push(inner.node_of(write(pattern, &rest.iter().collect::<Vec<_>>())?));
    }
    args.give(Value::List(results))
}

/// Writes `arguments` by the verbs of `pattern`.
fn write(pattern: &Node, arguments: &[&Node]) -> Result<Value, Stop> {
    let pattern = partial_of(pattern)?;
    let mut pen = TextPen::default();
    let (mut next, mut most, mut indexed) = (0, 0, false);
    for piece in pattern.pieces() {
        let Piece::Known(mut text) = piece else {
            pen.piece(piece);
            // the unknown part may hold verbs of its own
            indexed = true;
            continue;
        };
        while let Some((before, after)) = text.split_once('%') {
            pen.known(before);
            let (verb, tail) = parse(after)?;
            text = tail;
            if verb.letter == '%' {
                pen.known("%");
                continue;
            }
            let at = verb.argument.map_or(next, |argument| argument - 1);
            indexed |= verb.argument.is_some();
            next = at + 1;
            most = most.max(next);
            let Some(argument) = arguments.get(at) else {
                return wrong(format!("not enough arguments for `%{}` at {}", verb.letter, at + 1));
            };
            one(&mut pen, &verb, argument)?;
            within(pen.len(), MOST_BYTES)?;
        }
        pen.known(text);
    }
    if !indexed && most < arguments.len() {
        return wrong(format!("too many arguments; only {most} used by the format text"));
    }
    Ok(pen.finish())
}

/// Reads a verb after its percent sign, and what follows it.
fn parse(text: &str) -> Result<(Verb, &str), Stop> {
    let mut verb = Verb::default();
    let mut rest = text;
    loop {
        let Some(character) = rest.chars().next() else {
            return wrong("the format text ends within a verb");
        };
        let after = rest.get(character.len_utf8()..).unwrap_or("");
        match character {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            '#' => verb.sharp = true,
            '0' => verb.zero = true,
            '1'..='9' => {
                let (number, after) = digits(rest)?;
                verb.width = Some(number);
                rest = after;
                continue;
            }
            '.' => {
                let (number, after) = digits(after)?;
                verb.precision = Some(number);
                rest = after;
                continue;
            }
            '[' => {
                let (number, after) = digits(after)?;
                let Some(after) = after.strip_prefix(']').filter(|_| number > 0) else {
                    return wrong("an argument index is not of the form `[1]`");
                };
                verb.argument = Some(number);
                rest = after;
                continue;
            }
            letter => {
                verb.letter = letter;
                return Ok((verb, after));
            }
        }
        rest = after;
    }
}

/// A number of at most [`MOST_WIDTH`] and what follows it; no digit is zero.
fn digits(text: &str) -> Result<(usize, &str), Stop> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = (text.get(..end).unwrap_or(""), text.get(end..).unwrap_or(""));
    let number = if number.is_empty() { Some(0) } else { number.parse().ok() };
    match number {
        Some(number) if number <= MOST_WIDTH => Ok((number, rest)),
        _ => wrong("a number in the format text is too large"),
    }
}

/// Writes one argument.
fn one(pen: &mut TextPen, verb: &Verb, argument: &Node) -> Result<(), Stop> {
    if argument.is_null() && verb.letter != 'v' {
        return wrong(format!("a null value cannot be formatted with `%{}`", verb.letter));
    }
    match (&argument.value, verb.letter) {
        (Value::Text(text), 's' | 'v') if verb.width.is_none() && verb.precision.is_none() => pen.text(text),
        (Value::Text(_), 'q') | (Value::List(_) | Value::Map(_), 'v') => json::write(pen, argument)?,
        _ => match unknown_of(argument) {
            Some(unknown) if verb.letter == 'q' => {
                pen.known("\"");
                pen.hole(unknown);
                pen.known("\"");
            }
            Some(unknown) => pen.hole(unknown),
            None => {
                let text = known(verb, argument)?;
                pen.known(&text);
            }
        },
    }
    Ok(())
}

fn known(verb: &Verb, argument: &Node) -> Result<String, Stop> {
    match verb.letter {
        'v' => match &argument.value {
            Value::String(text) if !verb.sharp => Ok(pad(verb, text.to_string())),
            Value::Number(number) if !verb.sharp => Ok(pad(verb, general(*number, None, 'e'))),
            _ => Ok(pad(verb, json::text(argument)?)),
        },
        's' => Ok(pad(verb, cut(verb, &text_of(argument)?))),
        'q' => Ok(pad(verb, json::quoted(&cut(verb, &text_of(argument)?)))),
        't' => Ok(pad(verb, bool_of(argument)?.to_string())),
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let number = number_of(argument)?;
            if number.fract() != 0.0 {
                return wrong(format!("`%{}` wants a whole number, not `{}`", verb.letter, number_text(number)));
            }
            Ok(signed(verb, number, whole(verb, number.abs())))
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let number = number_of(argument)?;
            let size = number.abs();
            let precision = verb.precision;
            let digits = match verb.letter {
                'f' => format!("{size:.*}", precision.unwrap_or(6)),
                'e' | 'E' => exponent(&format!("{size:.*e}", precision.unwrap_or(6)), verb.letter),
                'G' => general(size, precision, 'E'),
                _ => general(size, precision, 'e'),
            };
            Ok(signed(verb, number, digits))
        }
        other => wrong(format!("`%{other}` is not a format verb")),
    }
}

/// The digits of a whole number, not negative.
fn whole(verb: &Verb, size: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; the cast saturates")]
    let size = size as u128;
    let prefix = |text: &'static str| if verb.sharp { text } else { "" };
    match verb.letter {
        'b' => format!("{size:b}"),
        'o' => format!("{}{size:o}", prefix("0")),
        'x' => format!("{}{size:x}", prefix("0x")),
        'X' => format!("{}{size:X}", prefix("0X")),
        _ => size.to_string(),
    }
}

/// Go's `%g`: the shortest digits, with an exponent where it is below -4 or not below the precision.
fn general(number: f64, precision: Option<usize>, letter: char) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = match precision {
        None => format!("{number:e}"),
        Some(precision) => format!("{number:.*e}", precision.max(1) - 1),
    };
    let power = scientific.split_once('e').map_or("0", |(_, power)| power);
    let power: i64 = power.parse().unwrap_or(0);
    // the shortest form counts as one of six digits
    let threshold = precision.map_or(6, |precision| i64::try_from(precision.max(1)).unwrap_or(6));
    if power < -4 || power >= threshold {
        return exponent(&scientific, letter);
    }
    let mantissa: f64 = scientific.parse().unwrap_or(number);
    number_text(mantissa)
}

/// Rust's `1.5e7` as Go's `1.5e+07`.
fn exponent(text: &str, letter: char) -> String {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    let letter = if letter == 'E' || letter == 'G' { 'E' } else { 'e' };
    format!("{mantissa}{letter}{sign}{power:0>2}")
}

/// Puts the sign before the digits, and zeros between them where the verb wants that.
fn signed(verb: &Verb, number: f64, digits: String) -> String {
    let sign = if number < 0.0 {
        "-"
    } else if verb.plus {
        "+"
    } else if verb.space {
        " "
    } else {
        ""
    };
    match verb.width {
        Some(width) if verb.zero && !verb.minus => {
            let zeros = "0".repeat(width.saturating_sub(sign.len() + digits.len()));
            format!("{sign}{zeros}{digits}")
        }
        _ => pad(verb, format!("{sign}{digits}")),
    }
}

/// Cuts a text to the precision.
fn cut(verb: &Verb, text: &str) -> String {
    match verb.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text.to_owned(),
    }
}

/// Fills a text up to the width.
fn pad(verb: &Verb, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    if verb.minus { format!("{text}{}", " ".repeat(missing)) } else { format!("{}{text}", " ".repeat(missing)) }
}
