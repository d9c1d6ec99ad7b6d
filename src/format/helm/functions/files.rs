//! `.Files`: what lies in a chart besides its templates.

use std::collections::BTreeMap;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Given, Row, text_of};
use crate::format::helm::engine::Engine;
use crate::format::helm::engine::val::{Map, Thing, V, Val};
use crate::source::FileId;
use crate::value::{Unknown, Why};

pub(super) const TABLE: &[Row] = &[];

/// `.Files.Get` and its siblings.
pub(super) fn method(engine: &Engine<'_>, files: &Rc<BTreeMap<Rc<str>, FileId>>, name: &str, args: &[Val]) -> Given {
    let path = args.first().map(text_of).map(|text| text.rc()).unwrap_or_default();
    match (name, args.len()) {
        ("Get" | "GetBytes", 1) => Ok(files.get(&path).map_or_else(|| Val::from(""), |file| contents(engine, *file))),
        ("Lines", 1) => {
            let Some(file) = files.get(&path) else { return Ok(Val::from(Vec::new())) };
            let text = text_of(&contents(engine, *file));
            let lines = text.as_str().strip_suffix('\n').unwrap_or(text.as_str()).split('\n');
            Ok(Val::from(lines.map(Val::from).collect::<Vec<_>>()))
        }
        ("Glob", 1) => {
            let matches = files.iter().filter(|(name, _)| matches(path.as_bytes(), name.as_bytes(), 0));
            let chosen: BTreeMap<Rc<str>, FileId> = matches.map(|(name, file)| (name.clone(), *file)).collect();
            Ok(Val::from(V::Thing(Thing::Files(Rc::new(chosen)))))
        }
        ("AsConfig" | "AsSecrets", 0) => {
            let mut map = Map::new();
            for (path, file) in files.iter() {
                let text = contents(engine, *file);
                let key = path.rsplit('/').next().unwrap_or(path);
                let value = match (name, text.hole()) {
                    ("AsSecrets", None) => Val::from(STANDARD.encode(text_of(&text).as_str())),
                    _ => text,
                };
                map.insert(key.into(), value);
            }
            super::call("toYaml", &super::Args { all: &[Val::from(map)], engine })
        }
        _ => match files.get(name) {
            // a map of files is asked for one of them by name
            Some(file) => Ok(contents(engine, *file)),
            None => Err(format!("files have no `{name}`")),
        },
    }
}

/// A file's text; one that is no text cannot be told.
fn contents(engine: &Engine<'_>, file: FileId) -> Val {
    match engine.tree.text(file) {
        Ok(text) => Val::from(text.replace([crate::value::HOLE_OPEN, crate::value::HOLE_CLOSE], "\u{FFFD}")),
        Err(_) => engine.holes.dig(Unknown::new(Why::File(engine.tree.path(file))), true),
    }
}

/// Patterns of <https://pkg.go.dev/github.com/gobwas/glob> with `/` as separator: `*`, `**`, `?`, `{a,b}`, `[a-z]`.
fn matches(pattern: &[u8], name: &[u8], depth: usize) -> bool {
    if depth > 200 {
        return false;
    }
    match pattern {
        [] => name.is_empty(),
        [b'*', b'*', rest @ ..] => {
            (0..=name.len()).any(|at| matches(rest, name.get(at..).unwrap_or_default(), depth + 1))
        }
        [b'*', rest @ ..] => {
            let end = name.iter().position(|byte| *byte == b'/').unwrap_or(name.len());
            (0..=end).any(|at| matches(rest, name.get(at..).unwrap_or_default(), depth + 1))
        }
        [b'?', rest @ ..] => {
            matches!(name, [first, ..] if *first != b'/') && matches(rest, name.get(1..).unwrap_or_default(), depth + 1)
        }
        [b'{', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| *byte == b'}') else { return false };
            let (choices, after) = rest.split_at(end);
            choices.split(|byte| *byte == b',').any(|choice| {
                let whole = [choice, after.get(1..).unwrap_or_default()].concat();
                matches(&whole, name, depth + 1)
            })
        }
        [b'[', rest @ ..] => {
            let (Some(end), Some(first)) = (rest.iter().position(|byte| *byte == b']'), name.first()) else {
                return false;
            };
            let set = rest.get(..end).unwrap_or_default();
            let (negated, set) = match set {
                [b'!', set @ ..] => (true, set),
                set => (false, set),
            };
            let within = match set {
                [low, b'-', high] => (low..=high).contains(&first),
                set => set.contains(first),
            };
            within != negated
                && matches(rest.get(end + 1..).unwrap_or_default(), name.get(1..).unwrap_or_default(), depth + 1)
        }
        [b'\\', letter, rest @ ..] | [letter, rest @ ..] => {
            name.first() == Some(letter) && matches(rest, name.get(1..).unwrap_or_default(), depth + 1)
        }
    }
}
