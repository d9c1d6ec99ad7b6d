//! `toYaml`, as Go's library writes it, each value marked with the key of the values file that it comes from.

use super::{Args, Given, Kept, Row};
use crate::format::helm::engine::text::{Mark, Pen, Str};
use crate::format::helm::engine::val::{Thing, V, Val};
use crate::format::helm::engine::{DEPTH, LONGEST, print};
use crate::value::{HOLE_CLOSE, HOLE_OPEN};

pub(super) const TABLE: &[Row] = &[
    ("toYaml", 1, 1, Kept, |args| yaml(args, false)),
    ("mustToYaml", 1, 1, Kept, |args| yaml(args, false)),
    ("toYamlPretty", 1, 1, Kept, |args| yaml(args, true)),
];

/// Where Go's library folds a line.
const WIDTH: usize = 80;

fn yaml(args: &Args<'_>, pretty: bool) -> Given {
    let mut writer = Writer { pen: Pen::default(), via: None, pretty, column: 0 };
    writer.value(args.get(0), 0, 0, Place::Top)?;
    let text = writer.pen.finish();
    let end = text.as_str().trim_end_matches('\n').len();
    Ok(Val::from(text.part(0..end)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    AfterKey,
    AfterDash,
}

struct Writer {
    pen: Pen,
    via: Option<crate::source::Span>,
    pretty: bool,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        let mark = Mark { via: self.via, ..Mark::default() };
        self.pen.push(text, mark);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn value(&mut self, value: &Val, indent: usize, depth: usize, place: Place) -> Result<(), String> {
        if depth > DEPTH {
            return Err("the value nests too deeply".into());
        }
        if self.pen.len() > LONGEST {
            return Err("the text is longer than a text may be".into());
        }
        let outer = self.via;
        self.via = value.via().or(outer);
        match &value.v {
            V::Map(map) if !map.borrow().is_empty() => {
                if place == Place::AfterKey {
                    self.put("\n");
                }
                let mut entries: Vec<_> =
                    map.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
                entries.sort_by(|(one, _), (other, _)| natural(one, other));
                for (at, (key, value)) in entries.into_iter().enumerate() {
                    if at > 0 || place != Place::AfterDash {
                        self.put(&" ".repeat(indent));
                    }
                    let before = self.via;
                    self.via = value.via().or(before);
                    self.scalar(&Str::new(key), indent, true);
                    self.put(":");
                    self.value(&value, self.inner(&value, indent), depth + 1, Place::AfterKey)?;
                    self.via = before;
                }
            }
            V::List(items) if !items.is_empty() => {
                if place == Place::AfterKey {
                    self.put("\n");
                }
                for (at, item) in items.iter().enumerate() {
                    if at > 0 || place != Place::AfterDash {
                        self.put(&" ".repeat(indent));
                    }
                    self.put("- ");
                    self.value(item, indent + 2, depth + 1, Place::AfterDash)?;
                }
            }
            _ => {
                if place == Place::AfterKey {
                    self.put(" ");
                }
                self.leaf(value, indent);
                self.put("\n");
            }
        }
        self.via = outer;
        Ok(())
    }

    /// A value in one line, or a text.
    fn leaf(&mut self, value: &Val, indent: usize) {
        match &value.v {
            V::Nil => self.put("null"),
            V::Map(_) => self.put("{}"),
            V::List(_) => self.put("[]"),
            V::Bool(flag) => self.put(if *flag { "true" } else { "false" }),
            V::Int(number) => self.put(&number.to_string()),
            V::Float(number) => self.put(&float(*number)),
            V::Str(text) => self.scalar(text, indent.max(2), false),
            V::Hole(hole) => self.put(&format!("{HOLE_OPEN}{}{HOLE_CLOSE}", hole.id)),
            V::Thing(Thing::Version(_) | Thing::Apis(_) | Thing::Files(_)) => {
                self.scalar(&print::show(value), indent, false);
            }
        }
    }

    /// Where the value of a key begins: a list stands under its key, unless it is written prettily.
    fn inner(&self, value: &Val, indent: usize) -> usize {
        match value.v {
            V::List(_) if !self.pretty => indent,
            _ => indent + 2,
        }
    }

    /// A text in the style that Go chooses for it.
    fn scalar(&mut self, text: &Str, indent: usize, key: bool) {
        let written = text.as_str();
        let special = written.chars().any(|letter| {
            (u32::from(letter) < 0x20 && letter != '\n') || matches!(letter, '\u{7f}'..='\u{9f}' | '\u{feff}')
        });
        if special || (key && written.contains('\n')) {
            self.folded(&print::quote(written), indent, true);
        } else if written.contains('\n') {
            self.literal(written, indent);
        } else if resolves(written) {
            self.put(&format!("\"{written}\""));
        } else if plain(written) {
            self.folded(written, indent, false);
        } else {
            self.folded(&format!("'{}'", written.replace('\'', "''")), indent, false);
        }
    }

    fn literal(&mut self, written: &str, indent: usize) {
        // white space at the beginning would be taken for indentation
        let width = if written.starts_with([' ', '\n']) { "2" } else { "" };
        let end = match (written.ends_with("\n\n") || written == "\n", written.ends_with('\n')) {
            (true, _) => "+",
            (_, true) => "",
            _ => "-",
        };
        self.put(&format!("|{width}{end}"));
        for line in written.strip_suffix('\n').unwrap_or(written).split('\n') {
            self.put("\n");
            if !line.is_empty() {
                self.put(&" ".repeat(indent));
                self.put(line);
            }
        }
    }

    /// A text in one line, broken at spaces beyond the width.
    fn folded(&mut self, text: &str, indent: usize, escaped: bool) {
        let mut out = String::with_capacity(text.len());
        let mut column = self.column;
        let letters: Vec<char> = text.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let next = letters.get(at + 1);
            let inner = at > 0 && next.is_some() && at + 2 < letters.len().max(2);
            let alone = at.checked_sub(1).and_then(|at| letters.get(at)) != Some(&' ') && next != Some(&' ');
            if *letter == ' ' && column > WIDTH && inner && alone && (!escaped || next != Some(&'\\')) {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                out.push(*letter);
                column += 1;
            }
        }
        self.put(&out);
    }
}

/// A number as JSON writes it.
fn float(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1.8e19 { format!("{number:.0}") } else { print::general(number, None) }
}

/// Whether a text would be read as something else than a text.
fn resolves(text: &str) -> bool {
    let word = matches!(
        text,
        "" | "~"
            | "null"
            | "Null"
            | "NULL"
            | "true"
            | "True"
            | "TRUE"
            | "false"
            | "False"
            | "FALSE"
            | "y"
            | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
            | ".inf"
            | ".Inf"
            | ".INF"
            | "+.inf"
            | "-.inf"
            | ".nan"
            | ".NaN"
            | ".NAN"
    );
    word || numeric(text) || sexagesimal(text) || date(text)
}

fn numeric(text: &str) -> bool {
    let bare = text.replace('_', "");
    let digits = bare.strip_prefix(['-', '+']).unwrap_or(&bare);
    let shaped = digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    shaped
        && !text.starts_with('_')
        && (crate::format::helm::engine::integer(&bare).is_some()
            || (digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
                && bare.parse::<f64>().is_ok()))
}

/// `12:30`, which YAML 1.1 takes for a number to the base of sixty.
fn sexagesimal(text: &str) -> bool {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = bare.split(':');
    let first = parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let mut count = 0;
    let rest = parts.all(|part| {
        count += 1;
        let part = part.split('.').next().unwrap_or("");
        (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|number| number < 60)
    });
    first && rest && count > 0
}

fn date(text: &str) -> bool {
    let parts: Vec<&str> = text.get(..10).unwrap_or(text).split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len())
        && [year, month, day].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
        && (text.len() <= 10 || text.get(10..).is_some_and(|rest| rest.starts_with(['T', 't', ' '])))
}

/// Whether a text can stand without quotes.
fn plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    let second_open = bytes.get(1).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let bad_first = match first {
        b'-' | b'?' | b':' => second_open,
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
        | b'`' => true,
        _ => false,
    };
    !bad_first
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
}

/// The order in which Go's library writes keys: digits as numbers, letters after what is no letter.
fn natural(one: &str, other: &str) -> std::cmp::Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    for (at, (x, y)) in a.iter().zip(&b).enumerate() {
        if x == y {
            continue;
        }
        let (letter, letter_other) = (x.is_alphabetic(), y.is_alphabetic());
        if letter && letter_other {
            return x.cmp(y);
        }
        if letter || letter_other {
            return letter.cmp(&letter_other);
        }
        let run = |letters: &[char]| -> (usize, u64) {
            let taken: String = letters.iter().skip(at).take_while(|letter| letter.is_ascii_digit()).collect();
            (taken.len(), taken.parse().unwrap_or(0))
        };
        let ((count, number), (count_other, number_other)) = (run(&a), run(&b));
        if number != number_other {
            return number.cmp(&number_other);
        }
        if count != count_other {
            return count.cmp(&count_other);
        }
        return x.cmp(y);
    }
    a.len().cmp(&b.len())
}
