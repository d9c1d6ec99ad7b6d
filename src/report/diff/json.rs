//! What differs, for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::{Diff, Named, Said, Side};
use crate::source::Note;

#[derive(Serialize)]
struct Document<'d> {
    diff: u32,
    before: &'d str,
    after: &'d str,
    added: Vec<Resource<'d>>,
    removed: Vec<Resource<'d>>,
    changed: Vec<Changed<'d>>,
    unmatched: Vec<Unmatched<'d>>,
    same: usize,
    notes: Vec<Noted<'d>>,
}

#[derive(Serialize)]
struct Resource<'d> {
    kind: &'d str,
    name: &'d str,
    address: &'d str,
}

#[derive(Serialize)]
struct Changed<'d> {
    before: Resource<'d>,
    after: Resource<'d>,
    facts: Vec<Fact<'d>>,
}

#[derive(Serialize)]
struct Fact<'d> {
    fact: &'d str,
    /// Whether both sides know it.
    certain: bool,
    before: Value<'d>,
    after: Value<'d>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Value<'d> {
    Known { values: &'d [String] },
    None,
    Unknown { reason: String },
}

#[derive(Serialize)]
struct Unmatched<'d> {
    side: &'static str,
    #[serde(flatten)]
    resource: Resource<'d>,
}

#[derive(Serialize)]
struct Noted<'d> {
    side: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'d str>,
    kind: &'static str,
    message: &'d str,
}

/// Writes what differs between two sides.
pub fn write(diff: &Diff, before: &Side, after: &Side, to: &mut dyn Write) -> io::Result<()> {
    let notes = [("before", before), ("after", after)].into_iter();
    let notes = notes.flat_map(|(name, side)| side.notes.iter().map(move |note| noted(name, note)));
    let document = Document {
        diff: 1,
        before: &before.name,
        after: &after.name,
        added: diff.added.iter().map(resource).collect(),
        removed: diff.removed.iter().map(resource).collect(),
        changed: diff
            .changed
            .iter()
            .map(|changed| Changed {
                before: resource(&changed.before),
                after: resource(&changed.after),
                facts: changed
                    .facts
                    .iter()
                    .map(|change| Fact {
                        fact: change.fact,
                        certain: change.certain(),
                        before: value(&change.before),
                        after: value(&change.after),
                    })
                    .collect(),
            })
            .collect(),
        unmatched: diff
            .unmatched
            .iter()
            .map(|one| Unmatched {
                side: if one.before { "before" } else { "after" },
                resource: resource(&one.resource),
            })
            .collect(),
        same: diff.same,
        notes: notes.collect(),
    };
    serde_json::to_writer_pretty(&mut *to, &document)?;
    writeln!(to)
}

fn noted<'n>(side: &'static str, note: &'n Note) -> Noted<'n> {
    Noted { side, file: note.path.as_deref(), kind: crate::report::json::kind(note.kind), message: &note.message }
}

fn resource(named: &Named) -> Resource<'_> {
    Resource { kind: named.kind, name: &named.name, address: &named.address }
}

fn value(said: &Said) -> Value<'_> {
    match said {
        Said::Value(values) => Value::Known { values },
        Said::None => Value::None,
        Said::Untold(unknown) => Value::Unknown { reason: unknown.to_string() },
    }
}
