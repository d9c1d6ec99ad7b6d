//! Functions over texts.

use super::args::{Args, Given, MOST_BYTES, MOST_ITEMS, Stop, within, wrong};
use super::compare::rewrite;
use super::values::partial_of;
use super::{MANY, Row};
use crate::value::{Piece, Text, TextPen, Value};

pub(super) const TABLE: &[Row] = &[
    ("chomp", 1, 1, |args| trimmed(args, Side::End, |c| matches!(c, '\r' | '\n'))),
    ("endswith", 2, 2, endswith),
    ("indent", 2, 2, indent),
    ("join", 1, MANY, join),
    ("lower", 1, 1, |args| each_known(args, str::to_lowercase)),
    ("split", 2, 2, split),
    ("startswith", 2, 2, startswith),
    ("strcontains", 2, 2, strcontains),
    ("strrev", 1, 1, |args| args.give_text(args.text(0)?.chars().rev().collect::<String>())),
    ("substr", 3, 3, substr),
    ("title", 1, 1, |args| args.give_text(title(&args.text(0)?))),
    ("trim", 2, 2, trim),
    ("trimprefix", 2, 2, trimprefix),
    ("trimspace", 1, 1, |args| trimmed(args, Side::Both, char::is_whitespace)),
    ("trimsuffix", 2, 2, trimsuffix),
    ("upper", 1, 1, |args| each_known(args, str::to_uppercase)),
    ("urldecode", 1, 1, urldecode),
    ("urlencode", 1, 1, |args| each_known(args, urlencode)),
];

/// Changes the known parts of the text, each for itself.
fn each_known(args: &Args<'_>, change: impl Fn(&str) -> String) -> Given {
    args.give(rewrite(&args.partial(0)?, change))
}

enum Side {
    End,
    Both,
}

/// Trims characters from the ends; a hole at an end stops it.
fn trimmed(args: &Args<'_>, side: Side, cut: impl Fn(char) -> bool + Copy) -> Given {
    let text = args.partial(0)?;
    let known = match side {
        Side::End => text.text.trim_end_matches(cut),
        Side::Both => text.text.trim_start_matches(cut).trim_end_matches(cut),
    };
    args.give(text.part(known))
}

fn trim(args: &Args<'_>) -> Given {
    let set = args.text(1)?;
    trimmed(args, Side::Both, |c| set.contains(c))
}

/// Whether a text that begins with `lead`, and is no longer than that when `whole`, begins with `prefix`.
fn begins(lead: &str, whole: bool, prefix: &str) -> Option<bool> {
    if lead.starts_with(prefix) {
        Some(true)
    } else if whole || !prefix.starts_with(lead) {
        Some(false)
    } else {
        None
    }
}

/// Whether a text that ends with `tail`, and is no longer than that when `whole`, ends with `suffix`.
fn ends(tail: &str, whole: bool, suffix: &str) -> Option<bool> {
    if tail.ends_with(suffix) {
        Some(true)
    } else if whole || !suffix.ends_with(tail) {
        Some(false)
    } else {
        None
    }
}

/// A three-valued answer as a result.
fn answer(args: &Args<'_>, text: &Text, fact: Option<bool>) -> Given {
    match fact {
        Some(fact) => args.give(Value::Bool(fact)),
        None => Err(Stop::Unknown(text.as_unknown())),
    }
}

fn startswith(args: &Args<'_>) -> Given {
    let (text, prefix) = (args.partial(0)?, args.text(1)?);
    answer(args, &text, begins(text.lead(), text.holes.is_empty(), &prefix))
}

fn endswith(args: &Args<'_>) -> Given {
    let (text, suffix) = (args.partial(0)?, args.text(1)?);
    answer(args, &text, ends(text.tail(), text.holes.is_empty(), &suffix))
}

fn strcontains(args: &Args<'_>) -> Given {
    let (text, part) = (args.partial(0)?, args.text(1)?);
    let found = text.pieces().iter().any(|piece| matches!(piece, Piece::Known(known) if known.contains(&*part)));
    let fact = if found || part.is_empty() {
        Some(true)
    } else if text.holes.is_empty() {
        Some(false)
    } else {
        None
    };
    answer(args, &text, fact)
}

fn trimprefix(args: &Args<'_>) -> Given {
    let (text, prefix) = (args.partial(0)?, args.text(1)?);
    match begins(text.lead(), text.holes.is_empty(), &prefix) {
        Some(true) => args.give(text.part(text.text.strip_prefix(&*prefix).unwrap_or(&text.text))),
        Some(false) => args.give(text.part(&text.text)),
        None => Err(Stop::Unknown(text.as_unknown())),
    }
}

fn trimsuffix(args: &Args<'_>) -> Given {
    let (text, suffix) = (args.partial(0)?, args.text(1)?);
    match ends(text.tail(), text.holes.is_empty(), &suffix) {
        Some(true) => args.give(text.part(text.text.strip_suffix(&*suffix).unwrap_or(&text.text))),
        Some(false) => args.give(text.part(&text.text)),
        None => Err(Stop::Unknown(text.as_unknown())),
    }
}

fn indent(args: &Args<'_>) -> Given {
    let spaces = usize::try_from(args.int_in(0, 0..=10_000)?).unwrap_or(0);
    let text = args.partial(1)?;
    let lines = text.text.matches('\n').count();
    within(lines.saturating_mul(spaces).saturating_add(text.text.len()), MOST_BYTES)?;
    let line_break = format!("\n{}", " ".repeat(spaces));
    args.give(rewrite(&text, |known| known.replace('\n', &line_break)))
}

fn join(args: &Args<'_>) -> Given {
    let separator = args.partial(0)?;
    let mut pen = TextPen::default();
    let mut first = true;
    for at in 1..args.nodes.len() {
        for item in args.list(at)? {
            if !first {
                pen.text(&separator);
            }
            first = false;
            pen.text(&partial_of(item)?);
            within(pen.len(), MOST_BYTES)?;
        }
    }
    args.give(pen.finish())
}

fn split(args: &Args<'_>) -> Given {
    let (separator, text) = (args.text(0)?, args.text(1)?);
    if separator.is_empty() {
        within(text.len(), MOST_ITEMS)?;
        return args.give_texts(text.chars().map(String::from));
    }
    within(text.matches(&*separator).count(), MOST_ITEMS)?;
    args.give_texts(text.split(&*separator))
}

fn substr(args: &Args<'_>) -> Given {
    let text = args.partial(0)?;
    let (offset, length) = (args.int(1)?, args.int(2)?);
    let (lead, whole) = (text.lead(), text.holes.is_empty());
    let characters = i64::try_from(lead.chars().count()).unwrap_or(i64::MAX);
    if !whole && (offset < 0 || length < 0 || offset.saturating_add(length) > characters) {
        return Err(Stop::Unknown(text.as_unknown()));
    }
    if length < -1 {
        return wrong("the length must be -1 or more");
    }
    let offset = if offset < 0 { characters.saturating_add(offset).max(0) } else { offset };
    let taken = lead.chars().skip(usize::try_from(offset).unwrap_or(usize::MAX));
    match usize::try_from(length) {
        Ok(length) => args.give_text(taken.take(length).collect::<String>()),
        Err(_) => args.give_text(taken.collect::<String>()),
    }
}

/// Makes the first letter of each word a capital. A word begins after anything but a letter, digit or underscore.
fn title(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            result.push(character);
        } else {
            result.extend(character.to_uppercase());
        }
        inside = character.is_alphanumeric() || character == '_' || !character.is_ascii() && !character.is_whitespace();
    }
    result
}

/// As in a query: a space is a plus sign.
fn urlencode(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => result.push('+'),
            b'-' | b'_' | b'.' | b'~' => result.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => result.push(char::from(byte)),
            byte => result.push_str(&format!("%{byte:02X}")),
        }
    }
    result
}

fn urldecode(args: &Args<'_>) -> Given {
    let text = args.text(0)?.replace('+', " ");
    match percent_encoding::percent_decode_str(&text).decode_utf8() {
        Ok(decoded) => args.give_text(decoded),
        Err(_) => wrong("the text is not UTF-8"),
    }
}
