//! What differs, for people.

use std::io::{self, Write};

use super::{Change, Diff, Named, Said, Side};
use crate::report::escape::plain;
use crate::source::NoteKind;

/// Writes what differs between two sides, and what of them was not read.
pub fn write(diff: &Diff, before: &Side, after: &Side, to: &mut dyn Write) -> io::Result<()> {
    for side in [before, after] {
        for note in side.notes.iter().filter(|note| note.kind.incomplete() || note.kind == NoteKind::NotSeen) {
            writeln!(to, "not seen in {}: {}", plain(&side.name), plain(&note.message))?;
        }
    }
    let (before, after) = (&*before.name, &*after.name);
    for resource in &diff.removed {
        line(to, "-", resource)?;
    }
    for resource in &diff.added {
        line(to, "+", resource)?;
    }
    for changed in &diff.changed {
        line(to, "~", &changed.after)?;
        if changed.before.address != changed.after.address {
            writeln!(to, "    in {}: {}", plain(before), plain(&changed.before.address))?;
        }
        for change in &changed.facts {
            writeln!(to, "    {}: {} -> {}", change.fact, said(&change.before), said(&change.after))?;
        }
    }
    for unmatched in &diff.unmatched {
        line(to, "?", &unmatched.resource)?;
        let (side, other) = if unmatched.before { (before, after) } else { (after, before) };
        writeln!(to, "    in {}, without a name by which it could be found in {}", plain(side), plain(other))?;
    }
    let certain = |change: &&Change| change.certain();
    let facts = || diff.changed.iter().flat_map(|changed| &changed.facts);
    let changed = diff.changed.iter().filter(|changed| changed.facts.iter().any(Change::certain)).count();
    if !(diff.changed.is_empty() && diff.added.is_empty() && diff.removed.is_empty() && diff.unmatched.is_empty()) {
        writeln!(to)?;
    }
    write!(
        to,
        "{} added, {} removed, {changed} changed, {} the same",
        diff.added.len(),
        diff.removed.len(),
        diff.same
    )?;
    let open = facts().count() - facts().filter(certain).count();
    if open > 0 {
        write!(to, " · {open} facts cannot be compared")?;
    }
    if !diff.unmatched.is_empty() {
        write!(to, " · {} resources cannot be matched", diff.unmatched.len())?;
    }
    writeln!(to)
}

fn line(to: &mut dyn Write, sign: &str, resource: &Named) -> io::Result<()> {
    writeln!(to, "{sign} {} `{}` ({})", resource.kind, plain(&resource.name), plain(&resource.address))
}

fn said(said: &Said) -> String {
    match said {
        Said::Value(values) if values.is_empty() => "empty".to_owned(),
        Said::Value(values) => plain(&values.join(", ")).into_owned(),
        Said::None => "none".to_owned(),
        Said::Untold(unknown) => format!("unknown ({})", plain(&unknown.to_string())),
    }
}
