//! Functions that move texts about and leave their marks: indenting, trimming, quoting, joining as printed.

use super::{Args, Given, Kept, MANY, Row, fits};
use crate::format::helm::engine::print::{self, quote};
use crate::format::helm::engine::text::{Mark, Pen, Str};
use crate::format::helm::engine::val::Val;

pub(super) const TABLE: &[Row] = &[
    ("indent", 2, 2, Kept, |args| indent(args, false)),
    ("nindent", 2, 2, Kept, |args| indent(args, true)),
    ("trim", 1, 1, Kept, |args| cut(args, str::trim)),
    ("trimAll", 2, 2, Kept, |args| {
        let set = args.text(0);
        cut(args, |text| text.trim_matches(|letter| set.contains(letter)))
    }),
    ("trimall", 2, 2, Kept, |args| {
        let set = args.text(0);
        cut(args, |text| text.trim_matches(|letter| set.contains(letter)))
    }),
    ("trimSuffix", 2, 2, Kept, |args| {
        let end = args.text(0);
        cut(args, |text| text.strip_suffix(&*end).unwrap_or(text))
    }),
    ("trimPrefix", 2, 2, Kept, |args| {
        let start = args.text(0);
        cut(args, |text| text.strip_prefix(&*start).unwrap_or(text))
    }),
    ("quote", 0, MANY, Kept, |args| quoted(args, quote)),
    ("squote", 0, MANY, Kept, |args| quoted(args, |text| format!("'{text}'"))),
    ("print", 0, MANY, Kept, printed),
    ("println", 0, MANY, Kept, |args| {
        let mut pen = Pen::default();
        for (at, value) in args.all.iter().enumerate() {
            if at > 0 {
                pen.push(" ", Mark::default());
            }
            pen.print(&print::show(value), None);
        }
        pen.push("\n", Mark::default());
        Ok(Val::from(pen.finish()))
    }),
    ("printf", 1, MANY, Kept, |args| Ok(Val::from(print::format(&args.str(0), args.all.get(1..).unwrap_or_default())))),
    ("cat", 0, MANY, Kept, |args| {
        let all: Vec<&Val> = args.all.iter().filter(|value| !value.is_nil()).collect();
        Ok(Val::from(joined(all.into_iter(), " ")))
    }),
    ("join", 2, 2, Kept, |args| {
        let between = args.text(0);
        match args.get(1).list() {
            Some(items) => {
                let all: Vec<&Val> = items.iter().filter(|value| !value.is_nil()).collect();
                Ok(Val::from(joined(all.into_iter(), &between)))
            }
            None => Ok(Val::from(args.str(1))),
        }
    }),
    ("toString", 1, 1, Kept, |args| Ok(Val::from(print::show(args.get(0))))),
    ("toStrings", 1, 1, Kept, |args| {
        Ok(Val::from(args.list(0)?.iter().map(|item| Val::from(print::show(item))).collect::<Vec<_>>()))
    }),
];

/// `fmt.Sprint`: a space between two values neither of which is a text.
fn printed(args: &Args<'_>) -> Given {
    let mut pen = Pen::default();
    let mut before: Option<&Val> = None;
    for value in args.all {
        if before.is_some_and(|before| before.str().is_none() && value.str().is_none()) {
            pen.push(" ", Mark::default());
        }
        pen.print(&print::show(value), None);
        before = Some(value);
    }
    Ok(Val::from(pen.finish()))
}

fn joined<'v>(values: impl Iterator<Item = &'v Val>, between: &str) -> Str {
    let mut pen = Pen::default();
    for (at, value) in values.enumerate() {
        if at > 0 {
            pen.push(between, Mark::default());
        }
        pen.print(&print::show(value), None);
    }
    pen.finish()
}

fn indent(args: &Args<'_>, new_line: bool) -> Given {
    let width = args.count(0);
    let text = args.str(1);
    fits(text.as_str().matches('\n').count().saturating_add(1).saturating_mul(width))?;
    let pad = " ".repeat(width);
    let mut pen = Pen::default();
    if new_line {
        pen.push("\n", Mark::default());
    }
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        pen.push(&pad, Mark::default());
        pen.slice(&text, at..at + line.len());
        at += line.len();
    }
    // what ends in a line break has one more, empty line
    if text.as_str().is_empty() || text.as_str().ends_with('\n') {
        pen.push(&pad, Mark::default());
    }
    Ok(Val::from(pen.finish()))
}

fn cut(args: &Args<'_>, take: impl Fn(&str) -> &str) -> Given {
    let text = args.str(args.all.len().saturating_sub(1));
    let kept = take(text.as_str());
    Ok(Val::from(text.sub(kept)))
}

fn quoted(args: &Args<'_>, wrap: impl Fn(&str) -> String) -> Given {
    let mut pen = Pen::default();
    for value in args.all.iter().filter(|value| !value.is_nil()) {
        if pen.len() > 0 {
            pen.push(" ", Mark::default());
        }
        let mark = Mark { via: value.via(), ..Mark::default() };
        pen.push(&wrap(print::show(value).as_str()), mark);
    }
    Ok(Val::from(pen.finish()))
}
