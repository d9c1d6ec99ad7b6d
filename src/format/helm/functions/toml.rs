//! `toToml`: enough of it for settings in a config map; `fromToml`.

use std::cell::Cell;
use std::fmt::Write as _;
use std::rc::Rc;

use super::{Given, Kept, Lost, Row, toml_read};
use crate::format::helm::engine::val::{Map, V, Val};
use crate::format::helm::engine::{DEPTH, LONGEST, print};

pub(super) const TABLE: &[Row] = &[
    ("toToml", 1, 1, Kept, |args| to_toml(args.get(0))),
    ("mustToToml", 1, 1, Kept, |args| to_toml(args.get(0))),
    ("fromToml", 1, 1, Lost, |args| Ok(from_toml(args.get(0)))),
];

/// A text that is no TOML is told of in the result, as Helm does.
fn from_toml(value: &Val) -> Val {
    let text = print::show(value);
    toml_read::document(text.as_str())
        .unwrap_or_else(|reason| Val::from(Map::from([(Rc::from("Error"), Val::from(format!("toml: {reason}")))])))
}

fn to_toml(value: &Val) -> Given {
    let mut out = String::new();
    table(&mut out, value, &mut Vec::new())?;
    Ok(Val::from(out).or_via(value.via()))
}

fn table(out: &mut String, value: &Val, path: &mut Vec<String>) -> Result<(), String> {
    if path.len() > DEPTH || out.len() > LONGEST {
        return Err("the value nests too deeply".into());
    }
    let Some(map) = value.map() else { return Err(format!("a map is needed, not a {}", value.kind())) };
    let map = map.borrow();
    for (key, item) in map.iter().filter(|(_, item)| !matches!(item.v, V::Map(_) | V::Nil)) {
        if let Some(items) = item.list().filter(|items| items.first().is_some_and(|item| item.map().is_some())) {
            for item in items.iter() {
                path.push(bare(key));
                _ = writeln!(out, "\n[[{}]]", path.join("."));
                table(out, item, path)?;
                path.pop();
            }
            continue;
        }
        _ = writeln!(
            out,
            "{}{} = {}",
            "  ".repeat(path.len()),
            bare(key),
            scalar(item, 0, &Cell::new(super::dicts::MOST))?
        );
    }
    for (key, item) in map.iter().filter(|(_, item)| matches!(item.v, V::Map(_))) {
        path.push(bare(key));
        _ = writeln!(out, "\n{}[{}]", "  ".repeat(path.len() - 1), path.join("."));
        table(out, item, path)?;
        path.pop();
    }
    Ok(())
}

fn bare(key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain { key.to_owned() } else { print::quote(key) }
}

fn scalar(value: &Val, depth: usize, left: &Cell<usize>) -> Result<String, String> {
    left.set(left.get().checked_sub(1).ok_or("the value is larger than a value may be")?);
    Ok(match &value.v {
        V::List(items) if depth < DEPTH => {
            let all: Result<Vec<String>, String> = items.iter().map(|item| scalar(item, depth + 1, left)).collect();
            format!("[{}]", all?.join(", "))
        }
        V::Float(number) if number.fract() == 0.0 => format!("{number:.1}"),
        V::Int(_) | V::Float(_) | V::Bool(_) => print::show(value).as_str().to_owned(),
        _ => print::quote(print::show(value).as_str()),
    })
}
