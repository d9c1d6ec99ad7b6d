//! Functions over regular expressions. Terraform's dialect is RE2, which the `regex` crate is close to: both take time in
//! proportion to the text.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::Row;
use super::args::{Args, Given, MOST_BYTES, MOST_ITEMS, Stop, within, wrong};
use super::compare::rewrite;
use crate::value::{Entry, Node, Value};

pub(super) const TABLE: &[Row] = &[("regex", 2, 2, regex), ("regexall", 2, 2, regexall), ("replace", 3, 3, replace)];

/// The most bytes of memory that a compiled pattern takes.
const PATTERN_BYTES: usize = 1_000_000;

fn compiled(pattern: &str) -> Result<Regex, Stop> {
    match RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build() {
        Ok(regex) => Ok(regex),
        Err(_) => wrong(format!("`{pattern}` is not a regular expression that can be read")),
    }
}

/// Named groups give a map, unnamed groups a list, no group the match itself; a group without a part is null.
fn captured(args: &Args<'_>, regex: &Regex, found: &Captures<'_>) -> Given {
    let text = |group: Option<regex::Match<'_>>| match group {
        Some(group) => args.node_of(Value::String(Arc::from(group.as_str()))),
        None => args.node_of(Value::Null),
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return Ok(text(found.get(0)));
    }
    if names.iter().all(Option::is_none) {
        return Ok(args.node_of(Value::List(found.iter().skip(1).map(text).collect())));
    }
    let mut entries = Vec::with_capacity(names.len());
    for name in names {
        let Some(name) = name else {
            return wrong("named and unnamed groups cannot be mixed");
        };
        entries.push(Entry { key: Arc::from(name), key_span: None, value: text(found.name(name)) });
    }
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(args.node_of(Value::Map(entries)))
}

fn regex(args: &Args<'_>) -> Given {
    let pattern = compiled(&args.text(0)?)?;
    let text = args.text(1)?;
    match pattern.captures(&text) {
        Some(found) => captured(args, &pattern, &found),
        None => wrong("the pattern did not match any part of the text"),
    }
}

fn regexall(args: &Args<'_>) -> Given {
    let pattern = compiled(&args.text(0)?)?;
    let text = args.text(1)?;
    let mut results: Vec<Node> = Vec::new();
    for found in pattern.captures_iter(&text) {
        within(results.len() + 1, MOST_ITEMS)?;
        results.push(captured(args, &pattern, &found)?);
    }
    args.give(Value::List(results))
}

/// A pattern between slashes is a regular expression. Only the known parts of the text are changed.
fn replace(args: &Args<'_>) -> Given {
    let (text, wanted, instead) = (args.partial(0)?, args.text(1)?, args.partial(2)?);
    let pattern = wanted.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if !instead.holes.is_empty() {
        // the unknown replacement goes where the text was, if that was plain
        return match pattern {
            None if !wanted.is_empty() => args.give(filled(&text, &wanted, &instead)?),
            _ => Err(Stop::Unknown(instead.as_unknown())),
        };
    }
    let growth = text.text.len().saturating_mul(instead.text.len().max(1));
    if growth > MOST_BYTES {
        let matches = match pattern {
            Some(pattern) => compiled(pattern)?.find_iter(&text.text).count(),
            None => text.text.matches(&*wanted).count(),
        };
        // a replacement may name a group several times
        within(
            text.text.len().saturating_mul(matches.min(8)).max(matches.saturating_mul(instead.text.len())),
            MOST_BYTES,
        )?;
    }
    match pattern {
        Some(pattern) => {
            let pattern = compiled(pattern)?;
            args.give(rewrite(&text, |known| pattern.replace_all(known, &*instead.text).into_owned()))
        }
        None => args.give(rewrite(&text, |known| known.replace(&*wanted, &instead.text))),
    }
}

/// `text` with `instead`, which has holes, in place of each `wanted`.
fn filled(text: &crate::value::Text, wanted: &str, instead: &crate::value::Text) -> Result<Value, Stop> {
    let mut pen = crate::value::TextPen::default();
    for piece in text.pieces() {
        let crate::value::Piece::Known(known) = piece else {
            pen.piece(piece);
            continue;
        };
        for (at, part) in known.split(wanted).enumerate() {
            if at > 0 {
                pen.text(instead);
            }
            pen.known(part);
            within(pen.len(), MOST_BYTES)?;
        }
    }
    Ok(pen.finish())
}
