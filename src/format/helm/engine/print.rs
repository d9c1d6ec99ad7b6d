//! How Go prints values: `%v` and its siblings. See <https://pkg.go.dev/fmt>.

use std::fmt::Write as _;

use super::text::{Mark, Pen, Str};
use super::val::{Thing, V, Val};
use crate::value::{HOLE_CLOSE, HOLE_OPEN};

/// What `%v` makes of a value; nil is `<nil>`.
pub(in crate::format::helm) fn show(value: &Val) -> Str {
    match &value.v {
        V::Str(text) => text.clone().or_via(value.via),
        _ => {
            let mut out = String::new();
            write(&mut out, value, 0);
            Str::new(out).or_via(value.via)
        }
    }
}

/// What an action prints: nothing for nil, as Helm takes Go's `<no value>` out.
pub(in crate::format::helm) fn printed(value: &Val) -> Str {
    if value.is_nil() { Str::new("") } else { show(value) }
}

fn write(out: &mut String, value: &Val, depth: usize) {
    if depth > super::DEPTH || out.len() > super::LONGEST {
        return;
    }
    match &value.v {
        V::Nil => out.push_str("<nil>"),
        V::Bool(flag) => _ = write!(out, "{flag}"),
        V::Int(number) => _ = write!(out, "{number}"),
        V::Float(number) => out.push_str(&general(*number, None)),
        V::Str(text) => out.push_str(text.as_str()),
        V::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                write(out, item, depth + 1);
            }
            out.push(']');
        }
        V::Map(map) => {
            out.push_str("map[");
            for (at, (key, item)) in map.borrow().iter().enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                out.push_str(key);
                out.push(':');
                write(out, item, depth + 1);
            }
            out.push(']');
        }
        V::Thing(Thing::Version(version)) => out.push_str(&version.written),
        V::Thing(Thing::Apis(all)) => {
            out.push('[');
            out.push_str(&all.join(" "));
            out.push(']');
        }
        V::Thing(Thing::Files(_)) => out.push_str("map[]"),
        V::Hole(hole) => _ = write!(out, "{HOLE_OPEN}{}{HOLE_CLOSE}", hole.id),
    }
}

/// Go's `%g`: the shortest that reads back, or `precision` digits; an exponent from 1e+06 (or the
/// precision) on, as `%v` does.
pub(in crate::format::helm) fn general(number: f64, precision: Option<usize>) -> String {
    if !number.is_finite() {
        return match (number.is_nan(), number > 0.0) {
            (true, _) => "NaN".into(),
            (_, true) => "+Inf".into(),
            _ => "-Inf".into(),
        };
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let scientific = match precision {
        Some(digits) => format!("{number:.*e}", digits.max(1) - 1),
        None => format!("{number:e}"),
    };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    let from = precision.map_or(6, |digits| i32::try_from(digits).unwrap_or(i32::MAX));
    if exponent < -4 || exponent >= from {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    } else {
        let after = usize::try_from((i32::try_from(count).unwrap_or(0) - 1 - exponent).max(0)).unwrap_or(0);
        format!("{number:.after$}")
    }
}

/// `printf`.
pub(in crate::format::helm) fn format(form: &Str, args: &[Val]) -> Str {
    let text = form.as_str();
    let mut pen = Pen::default();
    let mut next = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('%')) {
        pen.slice(form, at..at + found);
        let start = at + found + 1;
        let (spec, length) = Spec::read(text.get(start..).unwrap_or(""), args, &mut next);
        at = start + length;
        let Some(verb) = spec.verb else {
            pen.push("%!(NOVERB)", Mark::default());
            break;
        };
        if verb == '%' {
            pen.push("%", Mark::default());
            continue;
        }
        let Some(value) = args.get(next) else {
            pen.push(&format!("%!{verb}(MISSING)"), Mark::default());
            continue;
        };
        next += 1;
        let number = matches!(value.v, V::Int(_) | V::Float(_) | V::Bool(_) | V::Nil);
        if (verb == 'v' || (verb == 's' && !number)) && spec.plain() {
            pen.print(&show(value), None);
        } else {
            let mark = Mark { via: value.via(), ..Mark::default() };
            pen.push(&spec.write(verb, value), mark);
        }
    }
    pen.slice(form, at..text.len());
    if next < args.len() {
        let extra: Vec<String> = args
            .iter()
            .skip(next)
            .map(|value| match value.is_nil() {
                true => "<nil>".to_owned(),
                false => format!("{}={}", value.type_name(), show(value).as_str()),
            })
            .collect();
        pen.push(&format!("%!(EXTRA {})", extra.join(", ")), Mark::default());
    }
    pen.finish()
}

/// `%-08.2f`: flags, width and precision.
#[derive(Default)]
struct Spec {
    minus: bool,
    plus: bool,
    zero: bool,
    sharp: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    verb: Option<char>,
}

/// The widest that a number or text is padded to.
const WIDEST: usize = 10_000;

impl Spec {
    fn read(text: &str, args: &[Val], next: &mut usize) -> (Self, usize) {
        let mut spec = Self::default();
        let mut precise = false;
        for (at, letter) in text.char_indices() {
            match letter {
                '-' if !precise => spec.minus = true,
                '+' => spec.plus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                '0' if spec.width.is_none() && !precise => spec.zero = true,
                '.' => {
                    precise = true;
                    spec.precision = Some(0);
                }
                '*' => {
                    let given = args.get(*next).and_then(|value| match value.v {
                        V::Int(number) => usize::try_from(number).ok(),
                        _ => None,
                    });
                    *next += 1;
                    *if precise { &mut spec.precision } else { &mut spec.width } = given.map(|given| given.min(WIDEST));
                }
                '0'..='9' => {
                    let digit = letter.to_digit(10).unwrap_or(0) as usize;
                    let number = if precise { &mut spec.precision } else { &mut spec.width };
                    *number = Some((number.unwrap_or(0) * 10 + digit).min(WIDEST));
                }
                verb => {
                    spec.verb = Some(verb);
                    return (spec, at + verb.len_utf8());
                }
            }
        }
        (spec, text.len())
    }

    fn plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.sharp && !self.plus
    }

    fn write(&self, verb: char, value: &Val) -> String {
        let wrong = || match value.is_nil() {
            true => format!("%!{verb}(<nil>)"),
            false => format!("%!{verb}({}={})", value.type_name(), show(value).as_str()),
        };
        let body = match (verb, &value.v) {
            (_, V::Hole(_)) => return show(value).as_str().to_owned(),
            ('v', V::Float(number)) => general(*number, self.precision),
            ('s', V::Int(_) | V::Float(_) | V::Bool(_) | V::Nil) => wrong(),
            ('v' | 's', _) => {
                let text = show(value);
                match self.precision {
                    Some(count) if verb == 's' => text.as_str().chars().take(count).collect(),
                    _ => text.as_str().to_owned(),
                }
            }
            ('d', V::Int(number)) => self.signed(&number.unsigned_abs().to_string(), *number < 0),
            ('x', V::Int(number)) => self.signed(&format!("{:x}", number.unsigned_abs()), *number < 0),
            ('X', V::Int(number)) => self.signed(&format!("{:X}", number.unsigned_abs()), *number < 0),
            ('o', V::Int(number)) => self.signed(&format!("{:o}", number.unsigned_abs()), *number < 0),
            ('b', V::Int(number)) => self.signed(&format!("{:b}", number.unsigned_abs()), *number < 0),
            ('c', V::Int(number)) => u32::try_from(*number).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}').into(),
            ('x', V::Str(text)) => text.as_str().bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('q', V::Str(text)) => quote(text.as_str()),
            ('q', V::List(items)) => {
                let all: Vec<String> = items.iter().map(|item| self.write('q', item)).collect();
                format!("[{}]", all.join(" "))
            }
            ('t', V::Bool(flag)) => flag.to_string(),
            ('f' | 'F', V::Float(number)) => {
                self.signed(&format!("{:.*}", self.precision.unwrap_or(6), number.abs()), number.is_sign_negative())
            }
            ('e', V::Float(number)) => {
                let text = format!("{:.*e}", self.precision.unwrap_or(6), number);
                let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                let exponent: i32 = exponent.parse().unwrap_or(0);
                format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
            }
            ('g', V::Float(number)) => general(*number, self.precision),
            ('T', _) => value.type_name().to_owned(),
            _ => wrong(),
        };
        self.pad(body)
    }

    fn signed(&self, digits: &str, negative: bool) -> String {
        let sign = if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        };
        format!("{sign}{digits}")
    }

    fn pad(&self, body: String) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(body.chars().count());
        if missing == 0 {
            body
        } else if self.minus {
            body + &" ".repeat(missing)
        } else if self.zero {
            match body.strip_prefix(['-', '+']) {
                Some(digits) => format!("{}{}{digits}", body.get(..1).unwrap_or(""), "0".repeat(missing)),
                None => "0".repeat(missing) + &body,
            }
        } else {
            " ".repeat(missing) + &body
        }
    }
}

/// Go's `%q`.
pub(in crate::format::helm) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{b}' => out.push_str("\\v"),
            HOLE_OPEN | HOLE_CLOSE => out.push(letter),
            letter if u32::from(letter) < 0x20 || letter == '\u{7f}' => _ = write!(out, "\\x{:02x}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
