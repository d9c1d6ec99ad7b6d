//! Regular expressions: Go's RE2, which `regex` is close to.

use regex::{Regex, RegexBuilder};

use super::lists::LONGEST;
use super::{Args, Given, Lost, Row, fits};
use crate::format::helm::engine::val::Val;

pub(super) const TABLE: &[Row] = &[
    ("regexMatch", 2, 2, Lost, is_match),
    ("mustRegexMatch", 2, 2, Lost, is_match),
    ("regexFind", 2, 2, Lost, find),
    ("mustRegexFind", 2, 2, Lost, find),
    ("regexFindAll", 3, 3, Lost, find_all),
    ("mustRegexFindAll", 3, 3, Lost, find_all),
    ("regexReplaceAll", 3, 3, Lost, |args| replace(args, false)),
    ("mustRegexReplaceAll", 3, 3, Lost, |args| replace(args, false)),
    ("regexReplaceAllLiteral", 3, 3, Lost, |args| replace(args, true)),
    ("mustRegexReplaceAllLiteral", 3, 3, Lost, |args| replace(args, true)),
    ("regexSplit", 3, 3, Lost, split),
    ("mustRegexSplit", 3, 3, Lost, split),
    ("regexQuoteMeta", 1, 1, Lost, |args| Ok(Val::from(regex::escape(&args.text(0))))),
];

/// The most bytes that a compiled expression takes.
const SIZE: usize = 512 * 1024;

fn pattern(args: &Args<'_>) -> Result<Regex, String> {
    let text = args.text(0);
    args.engine.charge(200 + text.len() * 10)?;
    RegexBuilder::new(&text)
        .size_limit(SIZE)
        .build()
        .map_err(|_| format!("`{}` is no regular expression", args.text(0)))
}

fn is_match(args: &Args<'_>) -> Given {
    Ok(Val::from(pattern(args)?.is_match(&args.text(1))))
}

fn find(args: &Args<'_>) -> Given {
    Ok(Val::from(pattern(args)?.find(&args.text(1)).map_or("", |found| found.as_str())))
}

/// How many are wanted: all where the number is below zero.
fn wanted(args: &Args<'_>) -> usize {
    usize::try_from(args.int(2)).unwrap_or(LONGEST).min(LONGEST)
}

fn find_all(args: &Args<'_>) -> Given {
    let text = args.text(1);
    let pattern = pattern(args)?;
    let found = pattern.find_iter(&text).take(wanted(args)).map(|found| Val::from(found.as_str()));
    Ok(Val::from(found.collect::<Vec<_>>()))
}

fn replace(args: &Args<'_>, literal: bool) -> Given {
    let (text, with) = (args.text(1), args.text(2));
    let pattern = pattern(args)?;
    fits(text.len().saturating_add(pattern.find_iter(&text).count().saturating_mul(with.len())))?;
    let new = match literal {
        true => pattern.replace_all(&text, regex::NoExpand(&with)),
        false => pattern.replace_all(&text, &*with),
    };
    Ok(Val::from(new.into_owned()))
}

fn split(args: &Args<'_>) -> Given {
    let text = args.text(1);
    let pattern = pattern(args)?;
    let parts: Vec<Val> = match wanted(args) {
        0 => Vec::new(),
        most => pattern.splitn(&text, most).map(Val::from).collect(),
    };
    Ok(Val::from(parts))
}
